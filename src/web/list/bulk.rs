//! Changing several rows at once, in three steps: say what, see each row before and after, confirm. The whole is one change set
//! that can be taken back. Works without JavaScript: every step is a page.
//!
//! ```ignore
//! // One column of one table: declared.
//! static PHASE: ColumnEdit = ColumnEdit { table: "it_system", column: "phase", codes: PHASES, label: "Ny fas", hint: "" };
//!
//! pub async fn bulk(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
//!     list::bulk::respond(&ctx, &LIST, &[("phase", &PHASE)], &form).await
//! }
//! // in routes(): .post("/systems/bulk", Permission::SystemWrite, pages::bulk)
//! ```
//! Anything else (a role, a relation) implements [`BulkEdit`]. The rows are those within the reach of the POST route's permission,
//! whatever the list itself shows.

use std::fmt::Write as _;

use askama::Template;
use async_trait::async_trait;
use axum::response::Response;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use uuid::Uuid;

use super::cell::{Codes, label_of};
use super::def::{BulkAction, ListDef};
use super::load;
use super::sql::Sql;
use super::state::ListState;
use crate::areas::audit::{self, undo::Outcome};
use crate::areas::people::ProtectedMask;
use crate::auth::permissions::Permission;
use crate::db::change_set;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::extract::Id;
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::{Flash, Page};
use crate::web::page_parts::{Choice, Step};
use crate::web::routes::Routes;

/// The most rows that are changed at once.
pub const MAX_ROWS: i64 = 5_000;

/// What would happen to one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The row.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The value now, as people read it.
    pub before: String,
    /// The value afterwards.
    pub after: String,
    /// Why the row cannot be changed, in a sentence; empty when it can.
    pub problem: String,
}

impl Change {
    /// What would happen to each row, from what it says now and what all will say.
    #[must_use]
    pub fn of_rows(rows: &[(Uuid, String)], before: impl Fn(Uuid) -> String, after: &str) -> Vec<Self> {
        rows.iter()
            .map(|(id, name)| Self {
                id: *id,
                name: name.clone(),
                before: before(*id),
                after: after.to_owned(),
                problem: String::new(),
            })
            .collect()
    }

    /// The rows of changes.
    #[must_use]
    pub fn ids(changes: &[Self]) -> Vec<Uuid> {
        changes.iter().map(|change| change.id).collect()
    }

    /// Whether the row will be changed.
    #[must_use]
    pub fn happens(&self) -> bool {
        self.problem.is_empty() && self.before != self.after
    }
}

/// What is asked for in the first step.
#[derive(Debug, Clone)]
pub enum BulkField {
    /// One of these.
    Choice {
        /// "Ny fas".
        label: String,
        /// A line of explanation; may be empty.
        hint: String,
        /// What to choose among.
        options: Vec<Choice>,
    },
    /// A date.
    Date {
        /// The label.
        label: String,
        /// A line of explanation; may be empty.
        hint: String,
    },
    /// A line of text.
    Text {
        /// The label.
        label: String,
        /// A line of explanation; may be empty.
        hint: String,
    },
}

/// A change that can be made to several rows.
#[async_trait]
pub trait BulkEdit: Send + Sync {
    /// What the user is asked for.
    async fn field(&self, tx: &mut TenantTx) -> AppResult<BulkField>;

    /// What is wrong with what was typed, in a sentence; `None` when it will do. `value` is never empty.
    async fn check(&self, tx: &mut TenantTx, value: &str) -> AppResult<Option<String>>;

    /// What would happen to each row. Changes nothing. `rows` are within reach, in the list's order, with their names.
    async fn preview(
        &self,
        tx: &mut TenantTx,
        rows: &[(Uuid, String)],
        value: &str,
    ) -> AppResult<Vec<Change>>;

    /// Makes the changes; only those that [`Change::happens`]. A change set is open.
    async fn apply(&self, tx: &mut TenantTx, changes: &[Change], value: &str) -> AppResult<()>;
}

/// Sets one column, holding a code, of one tenant table that has a `version` column.
#[derive(Debug, Clone, Copy)]
pub struct ColumnEdit {
    /// The table.
    pub table: &'static str,
    /// Its column.
    pub column: &'static str,
    /// The codes to choose among.
    pub codes: Codes,
    /// The field's label: "Ny fas".
    pub label: &'static str,
    /// A line of explanation; may be empty.
    pub hint: &'static str,
}

#[async_trait]
impl BulkEdit for ColumnEdit {
    async fn field(&self, _: &mut TenantTx) -> AppResult<BulkField> {
        let options = self.codes.iter().map(|c| Choice::new(c.code, c.label)).collect();
        Ok(BulkField::Choice { label: self.label.to_owned(), hint: self.hint.to_owned(), options })
    }

    async fn check(&self, _: &mut TenantTx, value: &str) -> AppResult<Option<String>> {
        Ok((!self.codes.iter().any(|c| c.code == value)).then(|| "Välj ett av värdena i listan.".to_owned()))
    }

    async fn preview(
        &self,
        tx: &mut TenantTx,
        rows: &[(Uuid, String)],
        value: &str,
    ) -> AppResult<Vec<Change>> {
        let ids: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let mut query =
            Sql::new(format!("select id, {}::text from {} where id = any(", self.column, self.table));
        query.push_bind(ids).push(")");
        let found = query.build().fetch_all(&mut **tx).await?;
        let mut now = std::collections::HashMap::with_capacity(found.len());
        for row in found {
            now.insert(row.try_get::<Uuid, _>(0)?, row.try_get::<Option<String>, _>(1)?.unwrap_or_default());
        }
        let word = |code: &str| {
            if code.is_empty() { String::new() } else { label_of(self.codes, None, code).to_owned() }
        };
        Ok(rows
            .iter()
            .filter_map(|(id, name)| {
                let before = word(now.get(id)?);
                Some(Change {
                    id: *id,
                    name: name.clone(),
                    before,
                    after: word(value),
                    problem: String::new(),
                })
            })
            .collect())
    }

    async fn apply(&self, tx: &mut TenantTx, changes: &[Change], value: &str) -> AppResult<()> {
        let ids = Change::ids(changes);
        let mut query = Sql::new(format!("update {} set {} = ", self.table, self.column));
        query
            .push_bind(value.to_owned())
            .push(", version = version + 1 where id = any(")
            .push_bind(ids)
            .push(")");
        query.build().execute(&mut **tx).await?;
        Ok(())
    }
}

#[derive(Template)]
#[template(path = "list_bulk.html")]
struct BulkPage {
    page: Page,
    steps: Vec<Step>,
    action: BulkAction,
    action_path: String,
    list_path: String,
    ids: Vec<Uuid>,
    names: Vec<String>,
    count: String,
    left_out: usize,
    field: BulkField,
    value: String,
    faults: Faults,
    changes: Vec<Change>,
    happening: usize,
    seal: String,
    was_changed: bool,
}

/// Answers every step of a bulk edit. `edits` are the list's actions by key, `form` what was posted.
pub async fn respond(
    ctx: &Ctx,
    def: &ListDef,
    edits: &[(&str, &dyn BulkEdit)],
    form: &[(String, String)],
) -> AppResult<Response> {
    let first = |key: &str| form.iter().find(|(k, _)| k == key).map_or("", |(_, v)| v.trim());
    let action = def.bulk.iter().find(|a| a.key == first("action")).copied().ok_or(AppError::NotFound)?;
    let (_, edit) = edits.iter().find(|(key, _)| *key == action.key).ok_or(AppError::NotFound)?;
    let mut tx = ctx.begin().await?;
    let mut reader = super::reader(ctx);
    let asked: Vec<Uuid> = if first("alla") == "ja" {
        let state = ListState::parse(def, first("urval"));
        // The rows that the list showed for the same choices: a covered text finds none of them.
        let mask = ProtectedMask::for_reader(ctx, &mut tx).await?;
        reader.covered = load::covered(&mut tx, def, std::slice::from_ref(&state), (&reader, &mask)).await?;
        load::ids(&mut tx, def, &state, &reader, MAX_ROWS + 1).await?
    } else {
        form.iter().filter(|(k, _)| k == "id").filter_map(|(_, v)| Uuid::parse_str(v).ok()).collect()
    };
    if i64::try_from(asked.len()).unwrap_or(i64::MAX) > MAX_ROWS {
        return Err(AppError::rejected(format!(
            "Högst {MAX_ROWS} rader kan ändras på en gång. Gå tillbaka och dela upp urvalet."
        )));
    }
    let rows = load::names(&mut tx, def, &reader, &asked).await?;
    if rows.is_empty() {
        return Err(AppError::rejected(
            "Inga rader är markerade, eller så får du inte ändra dem. Gå tillbaka och markera minst en rad.",
        ));
    }
    let mut distinct = asked;
    distinct.sort_unstable();
    distinct.dedup();

    let step = if first("tillbaka").is_empty() { first("steg") } else { "" };
    let value = first("value").to_owned();
    let field = edit.field(&mut tx).await?;
    let mut faults = Faults::default();
    if !step.is_empty() {
        if value.is_empty() {
            faults.add("value", "Ange det nya värdet.");
        } else if let Some(fault) = edit.check(&mut tx, &value).await? {
            faults.add("value", fault);
        }
    }
    let is_preview = !step.is_empty() && faults.is_empty();
    let changes = if is_preview { edit.preview(&mut tx, &rows, &value).await? } else { Vec::new() };
    let seal = seal_of(&changes);
    let happening: Vec<Change> = changes.iter().filter(|c| c.happens()).cloned().collect();
    let was_changed = step == "confirm" && seal != first("seal");
    if is_preview && step == "confirm" && !was_changed && !happening.is_empty() {
        let count = i64::try_from(happening.len()).unwrap_or(i64::MAX);
        let label = format!("{}: {}", action.label, def.count(count));
        let set = change_set::open(&mut tx, &format!("bulk:{}", def.slug), &label).await?;
        edit.apply(&mut tx, &happening, &value).await?;
        change_set::close(&mut tx).await?;
        tx.commit().await?;
        let flash = Flash::success(format!("Ändringen är gjord på {}.", def.count(count))).with_form(
            "Ångra",
            ctx.path(format!("undo/{set}")),
            Vec::new(),
        );
        return Ok(ctx.redirect(def.slug, &flash));
    }
    let title = format!("{}: {}", action.label, def.count(i64::try_from(rows.len()).unwrap_or(i64::MAX)));
    let mut page = ctx.page(&mut tx, title).await?.crumb(def.title, def.slug);
    tx.rollback().await?;
    if !faults.is_empty() {
        page = page.faulty();
    }
    let template = BulkPage {
        steps: Step::list(&["Välj nytt värde", "Kontrollera", "Klart"], usize::from(is_preview)),
        action,
        action_path: ctx.path(format!("{}/bulk", def.slug)),
        list_path: ctx.path(def.slug),
        left_out: distinct.len().saturating_sub(rows.len()),
        count: def.count(i64::try_from(rows.len()).unwrap_or(i64::MAX)),
        ids: rows.iter().map(|(id, _)| *id).collect(),
        names: rows.into_iter().map(|(_, name)| name).collect(),
        field,
        value,
        changes,
        happening: happening.len(),
        seal,
        was_changed,
        page,
        faults,
    };
    if template.faults.is_empty() && !was_changed {
        ctx.html(&template)
    } else {
        ctx.unprocessable(&template)
    }
}

/// A mark of what the preview showed: the confirmation is for that and nothing else.
fn seal_of(changes: &[Change]) -> String {
    let mut sum = Sha256::new();
    for change in changes {
        for part in [&change.id.to_string(), &change.before, &change.after, &change.problem] {
            sum.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            sum.update(part.as_bytes());
        }
    }
    sum.finalize().iter().take(16).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The route that takes a bulk edit back.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().post("/undo/{id}", Permission::Member, undo)
}

/// Takes back one's own bulk edit, in one step. Others' are taken back in the log of changes, by those who may.
async fn undo(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let kind = sqlx::query_scalar!(
        "select kind from change_set where id = $1 and kind like 'bulk:%' and user_id = $2",
        id,
        ctx.user.user_id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    // The right that the edit was made with may have been taken away since.
    if audit::undo::permission_of(&kind).is_some_and(|permission| !ctx.can(permission)) {
        return Err(AppError::NotFound);
    }
    let list = kind.strip_prefix("bulk:").unwrap_or_default();
    let flash = match audit::undo::undo(&mut tx, &audit::Viewer::of(&ctx), id).await? {
        Outcome::Done(_) => {
            crate::areas::after_import(&mut tx, list, ctx.now(), ctx.today()).await?;
            tx.commit().await?;
            Flash::success("Ändringen är ångrad: allt är som det var före.")
        }
        Outcome::Changed(conflicts) => {
            let count = i64::try_from(conflicts.len()).unwrap_or(i64::MAX);
            let rows = if count == 1 { "en av raderna".to_owned() } else { format!("{count} av raderna") };
            Flash::danger(format!(
                "Det går inte att ångra: någon har ändrat {rows} efteråt. Ändra tillbaka dem var för sig."
            ))
        }
        Outcome::BuiltOn => Flash::danger("Det går inte att ångra: annat i registret bygger på ändringen."),
        Outcome::AlreadyUndone => Flash::info("Ändringen var redan ångrad."),
        Outcome::Purged => {
            Flash::danger("Det går inte att ångra: en del av uppgifterna har gallrats sedan dess.")
        }
    };
    Ok(ctx.redirect(list, &flash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: &str, after: &str) -> Change {
        Change { before: before.into(), after: after.into(), ..Change::default() }
    }

    #[test]
    fn a_row_that_already_has_the_value_is_left_alone() {
        assert!(change("Användning", "Avveckling").happens());
        assert!(!change("Avveckling", "Avveckling").happens());
        assert!(!Change { problem: "Systemet har avtal.".into(), ..change("a", "b") }.happens());
    }

    #[test]
    fn the_seal_tells_when_a_row_has_changed_since_the_preview() {
        let shown = [change("a", "c"), change("b", "c")];
        assert_eq!(seal_of(&shown), seal_of(&shown.clone()));
        assert_ne!(seal_of(&shown), seal_of(&[change("a", "c"), change("x", "c")]));
        // Lengths are part of it: the same letters in other fields are another change.
        assert_ne!(seal_of(&[change("ab", "c")]), seal_of(&[change("a", "bc")]));
    }
}
