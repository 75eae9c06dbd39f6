#!/bin/sh
# Run once by the PostgreSQL container, when its volume is empty: the two roles and the database.
set -eu
psql -v ON_ERROR_STOP=1 -v owner="$OVERBLICK_OWNER_PASSWORD" -v app="$OVERBLICK_APP_PASSWORD" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role overblick_owner login password :'owner' nosuperuser nocreatedb nocreaterole nobypassrls;
create role overblick_app login password :'app' nosuperuser nocreatedb nocreaterole nobypassrls;
create database overblick owner overblick_owner;
revoke connect on database overblick from public;
grant connect, temporary on database overblick to overblick_app;
SQL
