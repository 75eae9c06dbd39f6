//! What every command works with: the configuration, the clock, and the database once it is asked for.

use sqlx::PgPool;
use tokio::sync::OnceCell;

use super::error::{CliError, CliResult};
use super::output::say;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::Keys;
use crate::db::server::Server;
use crate::db::system::{SystemDb, Tenant};
use crate::db::tenant::TenantDb;
use crate::db::{check_role, connect};

/// The surroundings of a command.
#[derive(Debug)]
pub struct Env {
    /// The configuration.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    opened: OnceCell<(Server, Db)>,
}

/// The database as the restricted role, up to date.
#[derive(Debug, Clone)]
pub struct Db {
    /// What lies above the municipalities.
    pub system: SystemDb,
    /// The door to a municipality's data.
    pub tenants: TenantDb,
    /// The pool behind both, for the server.
    pub pool: PgPool,
}

impl Env {
    /// With the machine's clock, and no database opened yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, clock: Clock::system(), opened: OnceCell::new() }
    }

    /// The database server as the configuration has it, with whatever should be said about it said.
    pub(super) async fn server(&self) -> CliResult<Server> {
        let server = Server::open(&self.config).await?;
        server.notice().iter().for_each(|notice| say(notice));
        Ok(server)
    }

    /// The database: found or started, migrated where the owner is known, its role checked. The second call gives the same.
    pub async fn db(&self) -> CliResult<&Db> {
        let open = async || {
            let server = self.server().await?;
            server.bring_up_to_date().await?;
            let pool = connect(server.app(), self.config.db_connections).await?;
            check_role(&pool).await?;
            let db = Db { system: SystemDb::new(pool.clone()), tenants: TenantDb::new(pool.clone()), pool };
            Ok::<_, CliError>((server, db))
        };
        Ok(&self.opened.get_or_try_init(open).await?.1)
    }

    /// The municipality of a slug, else a sentence that says which there are.
    pub async fn tenant(&self, slug: &str) -> CliResult<Tenant> {
        let system = &self.db().await?.system;
        if let Some(tenant) = system.find_tenant(slug).await? {
            return Ok(tenant);
        }
        let known: Vec<_> = system.list_tenants().await?.into_iter().map(|t| t.slug).collect();
        Err(CliError::usage(if known.is_empty() {
            "Det finns ingen kommun än. Lägg upp en med: overblick tenant create --slug KORTNAMN --name NAMN"
                .to_owned()
        } else {
            format!("Det finns ingen kommun med kortnamnet {slug}. Det finns: {}.", known.join(", "))
        }))
    }

    /// Starts a private database again whenever it ends by itself. Never ends.
    pub async fn keep_database_up(&self) {
        match self.opened.get() {
            Some((server, _)) => server.keep_up().await,
            None => std::future::pending().await,
        }
    }

    /// The keys for secret columns.
    pub fn keys(&self) -> CliResult<Keys> {
        Ok(Keys::load(&self.config)?)
    }

    /// Leaves the database; a private one that nobody else uses has stopped when this returns.
    pub async fn close(self) {
        if let Some((server, db)) = self.opened.into_inner() {
            db.pool.close().await;
            server.close().await;
        }
    }
}
