//! Change sets: an act that changed several rows and can be taken back as one (an import, a merge, a bulk edit).
//!
//! ```ignore
//! let set = change_set::open(&mut tx, "bulk", "Byt fas på 12 system").await?;   // every change below belongs to it
//! … updates …
//! tx.commit().await?;
//! // later
//! change_set::undo(&mut tx, set).await?;
//! ```
//! The undo works on the history that every tenant table keeps, so no area writes its own.

use uuid::Uuid;

use super::tenant::TenantTx;
use crate::error::{AppError, AppResult};

/// An object that stands in the way of an undo.
#[derive(Clone, Debug)]
pub struct UndoConflict {
    /// The table.
    pub table_name: String,
    /// The row.
    pub object_id: Uuid,
}

/// What came of an undo.
#[derive(Debug)]
pub enum Undo {
    /// All of it was taken back: so many row changes.
    Done(i64),
    /// Nothing was: these rows were changed afterwards.
    Changed(Vec<UndoConflict>),
    /// Nothing was: other records refer to what the change set created.
    BuiltOn,
    /// It was already taken back.
    AlreadyUndone,
    /// Nothing was: some of what the history held of it has been purged.
    Purged,
}

/// Opens a change set: every change in this transaction from here on belongs to it.
pub async fn open(tx: &mut TenantTx, kind: &str, label: &str) -> AppResult<Uuid> {
    let id = crate::ids::new_id();
    let (tenant, actor) = (tx.tenant_id(), tx.actor().clone());
    sqlx::query!(
        "insert into change_set (tenant_id, id, kind, label, user_id, actor) values ($1, $2, $3, $4, $5, $6)",
        tenant,
        id,
        kind,
        label,
        actor.user_id,
        actor.name
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query("select set_config('app.change_set_id', $1, true)")
        .bind(id.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(id)
}

/// Ends the change set: later changes in the transaction do not belong to it.
pub async fn close(tx: &mut TenantTx) -> AppResult<()> {
    sqlx::query("select set_config('app.change_set_id', '', true)").execute(&mut **tx).await?;
    Ok(())
}

/// Lets what follows be no part of the open change set, until [`resume`] with what this gives: something that later acts build on
/// and that must not stand in the way of taking this one back.
pub async fn suspend(tx: &mut TenantTx) -> AppResult<String> {
    let set: Option<String> =
        sqlx::query_scalar("select current_setting('app.change_set_id', true)").fetch_one(&mut **tx).await?;
    close(tx).await?;
    Ok(set.unwrap_or_default())
}

/// Goes on with a change set that was [`suspend`]ed.
pub async fn resume(tx: &mut TenantTx, suspended: &str) -> AppResult<()> {
    sqlx::query("select set_config('app.change_set_id', $1, true)")
        .bind(suspended)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes a change set back, or says why not. The taking back is itself in the history.
pub async fn undo(tx: &mut TenantTx, id: Uuid) -> AppResult<Undo> {
    let row = sqlx::query!("select undone_at from change_set where id = $1 for update", id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(AppError::NotFound)?;
    if row.undone_at.is_some() {
        return Ok(Undo::AlreadyUndone);
    }
    let is_purged = sqlx::query_scalar!(
        r#"select exists (select 1 from history where change_set_id = $1 and purged_at is not null) as "purged!""#,
        id
    )
    .fetch_one(&mut **tx)
    .await?;
    if is_purged {
        return Ok(Undo::Purged);
    }
    let conflicts = sqlx::query_as!(
        UndoConflict,
        r#"select table_name as "table_name!", object_id as "object_id!" from app.change_set_conflicts($1) limit 50"#,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    if !conflicts.is_empty() {
        return Ok(Undo::Changed(conflicts));
    }
    sqlx::query("savepoint undo").execute(&mut **tx).await?;
    match sqlx::query_scalar!(r#"select app.undo_change_set($1) as "n!""#, id).fetch_one(&mut **tx).await {
        Ok(n) => {
            let actor = tx.actor().name.clone();
            sqlx::query!("update change_set set undone_at = now(), undone_by = $2 where id = $1", id, actor)
                .execute(&mut **tx)
                .await?;
            Ok(Undo::Done(n))
        }
        Err(e) if super::constraint::is_foreign_key(&e) => {
            sqlx::query("rollback to savepoint undo").execute(&mut **tx).await?;
            Ok(Undo::BuiltOn)
        }
        Err(e) => Err(e.into()),
    }
}
