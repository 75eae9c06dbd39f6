//! Taking back a change set: who may, and what stands in the way.
//!
//! A change set's kind is a word with a colon: `import:staff-snapshot`, `bulk:systems`, `merge:systems`,
//! `reorganise:organisation`. Whoever may do such a thing to the whole municipality may take it back; whoever may send lists
//! of a unit may take back a list of it that they sent themselves. An undo is a change set itself, of the kind `undo`, so
//! that the log shows it as one event; it cannot be undone in turn.

use uuid::Uuid;

use super::{
    model::Part,
    names::Names,
    queries::{self, SetRow},
    render,
};
use crate::{
    auth::permissions::Permission,
    db::{
        change_set::{self, Undo},
        tenant::TenantTx,
    },
    error::{AppError, AppResult},
    web::ctx::Ctx,
};

/// The kind of the change set that an undo is.
pub const UNDO: &str = "undo";

/// The kind of the change set that takes in a list of leavers.
pub const LEAVER_LIST: &str = "import:leavers";

/// The right that a change set's kind asks for; `None` = it cannot be taken back by hand.
#[must_use]
pub fn permission_of(kind: &str) -> Option<Permission> {
    use Permission as P;
    Some(match kind.split_once(':')? {
        ("import", "org-tree") => P::ImportOrg,
        ("import", "staff-snapshot") => P::ImportStaff,
        ("import", "systems") => P::ImportSystems,
        ("import", "contracts" | "suppliers") => P::ImportContracts,
        ("import", "subscriptions") => P::ImportSubscriptions,
        ("import" | "bulk", "leavers") => P::LeaverUpload,
        ("merge", "systems") => P::SystemMerge,
        ("bulk", "systems") | ("handover", "people") => P::SystemWrite,
        ("bulk" | "merge", "contracts") => P::ContractWrite,
        ("bulk" | "merge", "suppliers") => P::SupplierWrite,
        ("bulk" | "merge" | "reorganise", "organisation") => P::OrgWrite,
        ("bulk" | "merge", "people") => P::PersonWrite,
        ("bulk", "subscriptions") => P::SubscriptionWrite,
        _ => return None,
    })
}

/// Whether the reader may take a change set back: whoever may do such a thing to the whole municipality, and whoever sent the
/// file of a unit within their own reach. Their rows are of that unit only, so nothing of anybody else's goes with it; what
/// somebody has changed or built on since stops it as it stops everybody.
pub(super) async fn may(ctx: &Ctx, tx: &mut TenantTx, set: &SetRow) -> AppResult<bool> {
    let Some(permission) = permission_of(&set.head.kind) else { return Ok(false) };
    let scope = ctx.scope_for(permission);
    if scope.all {
        return Ok(true);
    }
    let is_own = set.head.kind.starts_with("import:") && set.user_id == Some(ctx.user.user_id);
    if !is_own || scope.is_empty() {
        return Ok(false);
    }
    let unit = queries::find_unit_of_import(tx, set.head.id).await?;
    Ok(scope.reaches_unit(unit))
}

/// As [`may`], by the change set's id: for a page that leads to the undo.
pub async fn may_by_id(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<bool> {
    match queries::find_set(tx, id).await? {
        Some(set) => may(ctx, tx, &set).await,
        None => Ok(false),
    }
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// So many row changes were taken back.
    Done(i64),
    /// These were changed afterwards; nothing was taken back.
    Changed(Vec<Part>),
    /// Other records refer to what the change set created; nothing was taken back.
    BuiltOn,
    /// It was taken back before.
    AlreadyUndone,
    /// Some of it has been purged; nothing was taken back.
    Purged,
}

/// Takes a change set back, or says why not. The caller has checked the right.
///
/// A list of leavers goes with the corrections that somebody has made of its own rows since (withdrawn, restored): they are
/// about nothing but the list, and without it there is nothing left to correct. Each of them is taken back as the change set
/// that it is, the newest first, and then the list, all in the one act of this undo. So the history keeps who corrected what
/// and why, and that it went with the list. Anything else that was changed since stands in the way as ever, and then
/// nothing at all is taken back.
pub async fn undo(tx: &mut TenantTx, viewer: &super::Viewer, id: Uuid) -> AppResult<Outcome> {
    let set = queries::find_set(tx, id).await?.ok_or(AppError::NotFound)?;
    if set.head.undone_at.is_some() {
        return Ok(Outcome::AlreadyUndone);
    }
    change_set::open(tx, UNDO, &format!("Ångrade: {}", set.head.label)).await?;
    let mut outcome = change_set::undo(tx, id).await?;
    if set.head.kind == LEAVER_LIST && matches!(outcome, Undo::Changed(_)) {
        outcome = undo_with_corrections(tx, id).await?;
    }
    change_set::close(tx).await?;
    Ok(match outcome {
        Undo::Done(n) => Outcome::Done(n),
        Undo::BuiltOn => Outcome::BuiltOn,
        Undo::AlreadyUndone => Outcome::AlreadyUndone,
        Undo::Purged => Outcome::Purged,
        Undo::Changed(conflicts) => {
            let ids: Vec<Uuid> = conflicts.iter().map(|c| c.object_id).collect();
            let rows = queries::list_last_rows(tx, &ids).await?;
            let names = Names::load(tx, viewer, &rows).await?;
            Outcome::Changed(rows.iter().map(|row| render::part(row, &names, viewer)).collect())
        }
    })
}

/// Takes a list of leavers back with the corrections of its rows; all of it or nothing.
async fn undo_with_corrections(tx: &mut TenantTx, id: Uuid) -> AppResult<Undo> {
    sqlx::query("savepoint corrections").execute(&mut **tx).await?;
    let mut taken_back = 0;
    for correction in queries::list_corrections(tx, id).await? {
        // One that something else stands in the way of leaves the list in its way too, which the list's own undo tells.
        if let Undo::Done(n) = change_set::undo(tx, correction).await? {
            taken_back += n;
        }
    }
    match change_set::undo(tx, id).await? {
        Undo::Done(n) => Ok(Undo::Done(n + taken_back)),
        stopped => {
            sqlx::query("rollback to savepoint corrections").execute(&mut **tx).await?;
            Ok(stopped)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_taken_back_with_the_right_to_make_it() {
        assert_eq!(permission_of("import:staff-snapshot"), Some(Permission::ImportStaff));
        assert_eq!(permission_of("import:systems"), Some(Permission::ImportSystems));
    }

    #[test]
    fn what_nobody_has_a_right_for_cannot_be_taken_back() {
        assert_eq!(permission_of(UNDO), None);
        assert_eq!(permission_of("import:weather"), None);
        assert_eq!(permission_of(""), None);
    }
}
