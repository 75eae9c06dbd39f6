# Shared by the scripts: PostgreSQL on the machine, and throw-away clusters. Sourced, not run.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "Det krävs administratörsbehörighet för: $* (varken root eller sudo finns)."
  fi
}

# apt_install PACKAGE…: quietly, without questions.
apt_install() {
  command -v apt-get >/dev/null || fail "Installera först: $*"
  say "Installerar $* …"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
    -o Dpkg::Options::=--force-confold install "$@" >/dev/null
}

# The folder with the newest PostgreSQL programs of version 15 or later; fails when there are none.
pg_bin() {
  local dir major best=0 found=
  if [ -n "${PG_BIN_DIR:-}" ]; then
    printf '%s\n' "$PG_BIN_DIR"
    return
  fi
  for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* /opt/homebrew/opt/postgresql@*/bin \
    "$(dirname "$(readlink -f "$(command -v postgres 2>/dev/null)" 2>/dev/null || echo /nowhere/postgres)")"; do
    [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] || continue
    major=$("$dir/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    if [ "$major" -ge 15 ] && [ "$major" -gt "$best" ]; then best=$major found=$dir; fi
  done
  [ -n "$found" ] && printf '%s\n' "$found"
}

# Installs PostgreSQL's server programs unless they are there. Debian's package would also create a cluster and start it,
# which nobody asked for: that is switched off while the package is installed.
need_postgres() {
  pg_bin >/dev/null && return
  apt_install postgresql-common
  local drop_in=/etc/postgresql-common/createcluster.d/overblick.conf
  if [ -z "$(ls -A /etc/postgresql 2>/dev/null)" ]; then
    as_root mkdir -p "${drop_in%/*}"
    echo 'create_main_cluster = false' | as_root tee "$drop_in" >/dev/null
  fi
  local offered
  offered=$(apt-cache policy postgresql | sed -nE 's/^ *Candidate: ([0-9]+).*/\1/p')
  if [ "${offered:-0}" -lt 15 ]; then
    say "Systemets paket har PostgreSQL ${offered:-inget}. Lägger till PostgreSQL-projektets eget förråd …"
    apt_install ca-certificates curl
    as_root /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y >/dev/null
  fi
  apt_install postgresql
  as_root rm -f "$drop_in"
  pg_bin >/dev/null || fail "PostgreSQL 15 eller senare kunde inte installeras."
}

# as_pg COMMAND…: as the user that PostgreSQL may run as. Root lends itself to another; the command ends with this script.
as_pg() {
  if [ "$(id -u)" = 0 ]; then
    local user=${PG_RUN_AS:-postgres}
    id "$user" >/dev/null 2>&1 || user=nobody
    setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --pdeathsig INT "$@"
  else
    "$@"
  fi
}

# Starts a throw-away cluster that takes every short cut (nothing is safe in it) and sets TEST_SERVER to the address of
# its superuser. It is gone when the script ends.
start_throwaway_cluster() {
  need_postgres
  local bin
  bin=$(pg_bin)
  throwaway=$(mktemp -d /tmp/overblick-pg.XXXXXX)
  trap stop_throwaway_cluster EXIT
  trap 'exit 130' INT TERM
  mkdir "$throwaway/socket"
  chmod 711 "$throwaway"
  [ "$(id -u)" = 0 ] && chown -R "$(as_pg id -u):$(as_pg id -g)" "$throwaway"
  chmod 700 "$throwaway/socket"
  (cd / && as_pg "$bin/initdb" -D "$throwaway/data" -U postgres --auth-local=trust --auth-host=reject --encoding=UTF8 \
    --locale=C.UTF-8 --locale-provider=icu --icu-locale=sv-SE --no-sync --no-instructions >"$throwaway/initdb.log" 2>&1) ||
    { cat "$throwaway/initdb.log" >&2; fail "Testdatabasen kunde inte skapas."; }
  (cd / && exec 3>&- && as_pg "$bin/postgres" -D "$throwaway/data" -k "$throwaway/socket" -c listen_addresses= \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=256MB \
    -c autovacuum_naptime=10min -c timezone=UTC -c lc_messages=C) >"$throwaway/log" 2>&1 &
  throwaway_pid=$!
  local tries=0
  until "$bin/pg_isready" -q -h "$throwaway/socket"; do
    kill -0 "$throwaway_pid" 2>/dev/null && [ $((tries += 1)) -lt 600 ] ||
      { tail -20 "$throwaway/log" >&2; fail "Testdatabasen startade inte."; }
    sleep 0.1
  done
  TEST_SERVER="postgres://postgres@${throwaway//\//%2F}%2Fsocket/postgres"
}

stop_throwaway_cluster() {
  local pid
  pid=$(head -1 "$throwaway/data/postmaster.pid" 2>/dev/null) && kill -INT "$pid" 2>/dev/null || true
  wait "${throwaway_pid:-}" 2>/dev/null || true
  rm -rf "$throwaway"
}

# migrated_database SERVER: creates a database with every migration applied by its owner, and prints the owner's address.
migrated_database() {
  local server=$1 name file
  name=overblick_schema_$$
  local admin=${server%/*}
  local sql=("$(pg_bin)/psql" -X -q -v ON_ERROR_STOP=1)
  "${sql[@]}" "$server" >&2 <<SQL
set client_min_messages = warning;
do \$\$ begin
  if not exists (select from pg_roles where rolname = 'overblick_owner') then create role overblick_owner login; end if;
  if not exists (select from pg_roles where rolname = 'overblick_app') then create role overblick_app login; end if;
end \$\$;
drop database if exists $name with (force);
create database $name owner overblick_owner template template0 encoding 'UTF8' locale 'C.UTF-8' locale_provider icu icu_locale 'sv-SE';
-- The compiler has the queries planned, and the policies raise where no municipality is set.
alter database $name set app.tenant_id = '00000000-0000-0000-0000-000000000000';
-- Which columns may be null is read from the plan, where a left join turned into a right one misleads. Loops stay as written.
alter database $name set enable_hashjoin = off;
alter database $name set enable_mergejoin = off;
SQL
  for file in migrations/*.sql; do
    PGOPTIONS='-c role=overblick_owner -c client_min_messages=warning' "${sql[@]}" -o /dev/null -1 -f "$file" "$admin/$name" >&2 ||
      fail "$file gick inte att köra."
  done
  printf '%s\n' "$admin/$name"
}
