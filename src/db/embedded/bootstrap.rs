//! The private cluster's roles and database.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Executor};

use super::place::Place;

/// Owns the tables and applies migrations. Neither superuser nor above row-level security.
pub const OWNER_ROLE: &str = "overblick_owner";

/// Runs the server. Owns nothing and can bypass nothing.
pub const APP_ROLE: &str = "overblick_app";

/// How to reach the private cluster as a role.
pub(super) fn options(place: &Place, role: &str, database: &str) -> PgConnectOptions {
    // Without a password file and without the environment's PG* variables: they speak of other servers.
    PgConnectOptions::new_without_pgpass()
        .socket(&place.socket_dir)
        .port(5432)
        .username(role)
        .database(database)
}

/// Creates what is missing: two roles and a database that the owner owns.
pub(super) async fn prepare(place: &Place, database: &str) -> Result<(), sqlx::Error> {
    let mut admin = PgConnection::connect_with(&options(place, "postgres", "postgres")).await?;
    for role in [OWNER_ROLE, APP_ROLE] {
        let there: bool = sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
            .bind(role)
            .fetch_one(&mut admin)
            .await?;
        if !there {
            let create = format!("create role {role} login nosuperuser nocreatedb nocreaterole nobypassrls");
            admin.execute(sqlx::AssertSqlSafe(create)).await?;
        }
    }
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(database)
        .fetch_one(&mut admin)
        .await?;
    if !there {
        admin.execute(sqlx::AssertSqlSafe(format!("create database {database} owner {OWNER_ROLE}"))).await?;
    }
    admin.close().await
}
