//! The database: pools, start-up checks, and the two ways in: [`tenant`] (a municipality's data) and [`system`]
//! (identity, tenants, the job queue).

pub mod change_set;
pub mod constraint;
pub mod embedded;
pub mod migrations;
pub mod server;
pub mod system;
pub mod tenant;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::error::{AppError, AppResult};

/// The migrations, embedded in the binary. Applied by the owner role.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// A pool for the server. The caller passes the restricted role's address.
pub async fn connect(options: PgConnectOptions, max_connections: u32) -> AppResult<PgPool> {
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(std::time::Duration::from_secs(10))
        .connect_with(options.application_name("overblick"))
        .await
        .map_err(|e| AppError::internal("connecting to the database", e))
}

/// Why the server will not run with a role.
#[derive(Debug, thiserror::Error)]
pub enum RoleFault {
    /// The role ignores row-level security.
    #[error(
        "Databasrollen {0} är superanvändare eller får kringgå radskyddet (BYPASSRLS). Kör servern med en begränsad roll, \
         se docs/operations.md."
    )]
    Bypasses(String),
    /// The role owns tables and could switch the protection off.
    #[error(
        "Databasrollen {0} äger registrets tabeller. Kör servern med en begränsad roll, se docs/operations.md."
    )]
    Owns(String),
    /// The question itself failed.
    #[error("Databasen svarade inte på frågan om rollens rättigheter: {0}")]
    Unknown(#[from] sqlx::Error),
}

/// Refuses a role that could see past a municipality's border: superuser, BYPASSRLS, an owner of any table of ours,
/// or a member of a role that is.
pub async fn check_role(pool: &PgPool) -> Result<(), RoleFault> {
    let role: String = sqlx::query_scalar("select current_user::text").fetch_one(pool).await?;
    let bypasses: bool = sqlx::query_scalar(
        "select coalesce(bool_or(r.rolsuper or r.rolbypassrls), false) from pg_roles r where pg_has_role(session_user, r.oid, 'member')",
    )
    .fetch_one(pool)
    .await?;
    if bypasses {
        return Err(RoleFault::Bypasses(role));
    }
    let owns: bool = sqlx::query_scalar(
        "select exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname in ('public', 'sys', 'app') and c.relkind in ('r', 'p', 'v', 'S') and pg_has_role(session_user, c.relowner, 'member'))",
    )
    .fetch_one(pool)
    .await?;
    if owns { Err(RoleFault::Owns(role)) } else { Ok(()) }
}
