//! The one door to a municipality's data.
//!
//! [`TenantDb::begin`] opens a transaction and tells PostgreSQL whose it is; row-level security does the rest. Query
//! functions take `&mut TenantTx`; a pool does not fit their signature. With no tenant set every tenant table raises.

use std::ops::{Deref, DerefMut};

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Europe::Stockholm;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

use crate::error::{AppError, AppResult};

/// On whose behalf a transaction runs: it stands in the history of every row changed.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// The user, if a person acts.
    pub user_id: Option<Uuid>,
    /// The name shown in the history: a person's, or the name of a job.
    pub name: String,
    /// The request, so that a log line and a change can be joined.
    pub request_id: Option<Uuid>,
}

impl Actor {
    /// A background job or a command.
    #[must_use]
    pub fn system(name: &str) -> Self {
        Self { user_id: None, name: name.to_owned(), request_id: None }
    }
}

/// Opens transactions in a municipality's data. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TenantDb(PgPool);

/// An open transaction in one municipality's data. Dropped without [`TenantTx::commit`], it is rolled back.
#[derive(Debug)]
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    tenant_id: Uuid,
    actor: Actor,
}

impl TenantDb {
    /// Wraps the server's pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self(pool)
    }

    /// Opens a transaction for one municipality.
    pub async fn begin(&self, tenant_id: Uuid, actor: Actor) -> AppResult<TenantTx> {
        let pool = self.0.clone();
        // In a task of its own: sqlx 0.9.0 can hand back a connection inside an open transaction when the future of
        // `begin` is dropped half-way (a reader who closes the page). A task is not dropped with its caller.
        tokio::spawn(async move {
            let mut tx = pool.begin().await?;
            sqlx::query(
                "select set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true),
                        set_config('app.actor', $3, true), set_config('app.request_id', $4, true)",
            )
            .bind(tenant_id.to_string())
            .bind(actor.user_id.map(|u| u.to_string()).unwrap_or_default())
            .bind(&actor.name)
            .bind(actor.request_id.map(|r| r.to_string()).unwrap_or_default())
            .execute(&mut *tx)
            .await?;
            Ok(TenantTx { tx, tenant_id, actor })
        })
        .await
        .map_err(|e| AppError::internal("opening a transaction", e))?
    }
}

impl TenantTx {
    /// The municipality.
    #[must_use]
    pub fn tenant_id(&self) -> Uuid {
        self.tenant_id
    }

    /// On whose behalf.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Goes on in another's name: what is changed from here on stands in the history as theirs. For work that somebody's request sets
    /// off and that nobody has asked for.
    pub async fn act_as(&mut self, actor: Actor) -> AppResult<()> {
        sqlx::query(
            "select set_config('app.user_id', $1, true), set_config('app.actor', $2, true), set_config('app.request_id', $3, true)",
        )
        .bind(actor.user_id.map(|u| u.to_string()).unwrap_or_default())
        .bind(&actor.name)
        .bind(actor.request_id.map(|r| r.to_string()).unwrap_or_default())
        .execute(&mut *self.tx)
        .await?;
        self.actor = actor;
        Ok(())
    }

    /// States why the rows are changed; it stands in their history.
    pub async fn set_purpose(&mut self, purpose: &str) -> AppResult<()> {
        sqlx::query("select set_config('app.purpose', $1, true)")
            .bind(purpose)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// From here on, the queries of this transaction answer as the record stood at the end of `day` (Swedish time).
    ///
    /// Meant for a transaction that only reads, on a connection that has not run the same queries before: the tables of
    /// that day are temporary ones that hide the real ones until the transaction ends.
    pub async fn stand_as_of(&mut self, day: NaiveDate) -> AppResult<()> {
        let midnight = (day + TimeDelta::days(1)).and_time(NaiveTime::MIN);
        let until = Stockholm
            .from_local_datetime(&midnight)
            .earliest()
            .map_or(midnight.and_utc(), |t| t.with_timezone(&Utc));
        sqlx::query("select app.stand_as_of($1)").bind(until).execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Makes it real.
    pub async fn commit(self) -> AppResult<()> {
        Ok(self.tx.commit().await?)
    }

    /// Takes it all back: what a preview does with what it tried.
    pub async fn rollback(self) -> AppResult<()> {
        Ok(self.tx.rollback().await?)
    }
}

impl Deref for TenantTx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for TenantTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}
