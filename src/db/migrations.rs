//! The schema's migrations: which there are, which the database has, and how the missing ones are applied.

use sqlx::Executor;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnection;

use super::MIGRATOR;
use super::embedded::APP_ROLE;

/// How the database's schema stands against the program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The two agree.
    Current,
    /// So many migrations are still to be applied.
    Behind(usize),
    /// The database has a migration that the program does not know: it has been used by a later version.
    Ahead(i64),
}

/// Compares the database with the program. Any role that may read the list of migrations will do.
pub async fn state(db: &mut PgConnection) -> Result<State, sqlx::Error> {
    let listed: bool = sqlx::query_scalar("select to_regclass('public._sqlx_migrations') is not null")
        .fetch_one(&mut *db)
        .await?;
    let applied: Vec<i64> = if listed {
        sqlx::query_scalar("select version from public._sqlx_migrations where success order by version")
            .fetch_all(&mut *db)
            .await?
    } else {
        Vec::new()
    };
    if let Some(unknown) = applied.iter().find(|version| !MIGRATOR.version_exists(**version)) {
        return Ok(State::Ahead(*unknown));
    }
    Ok(match MIGRATOR.iter().filter(|migration| !applied.contains(&migration.version)).count() {
        0 => State::Current,
        missing => State::Behind(missing),
    })
}

/// Taken while migrations are applied. The migrator has a lock of its own, but it covers less than all of it.
const LOCK: i64 = 0x6f76_6572_626c_0001;

/// Applies what is missing, one at a time and each in its own transaction; several programs that try at once wait for
/// each other. `db` is a connection as the owner, to be closed afterwards. Returns how many were missing.
pub async fn apply(db: &mut PgConnection) -> Result<usize, MigrateError> {
    // Until the connection closes.
    sqlx::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut *db).await?;
    let missing = match state(db).await? {
        State::Behind(missing) => missing,
        // The migrator has a word to say about an unknown one, and about one that was edited after it was applied.
        State::Current | State::Ahead(_) => 0,
    };
    MIGRATOR.run(&mut *db).await?;
    // The server compares versions at its start, as the restricted role.
    let grant = format!("grant select on public._sqlx_migrations to {APP_ROLE}");
    db.execute(sqlx::AssertSqlSafe(grant)).await?;
    Ok(missing)
}
