//! Saved views: a name for a set of choices in a list. A user's own, or shared with the whole municipality.

use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::state::{encode, pairs};
use crate::areas::people::ProtectedMask;
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id};
use crate::web::page::Flash;
use crate::web::routes::Routes;

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: Uuid,
    /// What the tab says.
    pub name: String,
    /// The choices, as a query string.
    pub query: String,
    /// Everyone in the municipality sees it.
    pub is_shared: bool,
    /// It is the reader's own, to change and remove.
    pub is_own: bool,
}

/// The most saved views shown as tabs in one list.
const MAX_TABS: i64 = 20;

/// The views of a list that a user has: their own first, then those that others share.
pub(super) async fn list_saved(tx: &mut TenantTx, list: &str, user_id: Uuid) -> AppResult<Vec<SavedView>> {
    Ok(sqlx::query_as!(
        SavedView,
        r#"select id, name, query, is_shared, user_id = $2 as "is_own!" from saved_view
           where list = $1 and (user_id = $2 or is_shared)
           order by user_id <> $2, name, id limit $3"#,
        list,
        user_id,
        MAX_TABS
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What others share is covered as other written texts are (rules 9.6): the name of a view that names a person with protected
/// identity. A view whose choices do is left out, since its address would tell. The reader's own stay as the reader wrote them.
pub(super) fn cover(views: &mut Vec<SavedView>, mask: &ProtectedMask) {
    views.retain(|view| view.is_own || !pairs(&view.query).iter().any(|(_, value)| mask.hides(value)));
    for view in views.iter_mut().filter(|view| !view.is_own) {
        mask.cover_in(&mut view.name);
    }
}

/// The routes that save, change and remove views.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().post("/views", Permission::Member, create).post("/views/{id}", Permission::Member, update)
}

#[derive(Debug, Deserialize)]
struct NewView {
    list: String,
    name: String,
    #[serde(default)]
    query: String,
    shared: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ChangedView {
    #[serde(default)]
    action: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
    shared: Option<String>,
}

/// The list must be one that the user may see; the way back leads only there.
fn check_list(ctx: &Ctx, list: &str) -> AppResult<()> {
    let may_see = ctx.app.place_permission(list).is_some_and(|permission| ctx.can(permission));
    if may_see { Ok(()) } else { Err(AppError::NotFound) }
}

fn check_name(name: &str) -> AppResult<&str> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(AppError::rejected("Ange ett namn på vyn. Gå tillbaka och skriv ett namn.")),
        1..=80 => Ok(name),
        _ => Err(AppError::rejected("Vyns namn får ha högst 80 tecken. Gå tillbaka och korta det.")),
    }
}

/// The choices without page, file and the mark of another saved view.
fn clean(query: &str) -> AppResult<String> {
    let kept: Vec<String> = pairs(query)
        .into_iter()
        .filter(|(key, value)| !matches!(key.as_str(), "page" | "format" | "sparad") && !value.is_empty())
        .map(|(key, value)| format!("{}={}", encode(&key), encode(&value)))
        .collect();
    let query = kept.join("&");
    if query.len() > 4000 {
        return Err(AppError::rejected(
            "Urvalet är för stort för att sparas som vy. Ta bort några av de valda värdena.",
        ));
    }
    Ok(query)
}

fn back(list: &str, id: Uuid, query: &str) -> String {
    if query.is_empty() { format!("{list}?sparad={id}") } else { format!("{list}?sparad={id}&{query}") }
}

fn taken(error: sqlx::Error) -> AppError {
    if crate::db::constraint::name(&error) == Some("saved_view_name_key") {
        return AppError::rejected("Du har redan en vy med det namnet. Gå tillbaka och välj ett annat.");
    }
    error.into()
}

async fn create(ctx: Ctx, Form(form): Form<NewView>) -> AppResult<Response> {
    check_list(&ctx, &form.list)?;
    let (name, query) = (check_name(&form.name)?, clean(&form.query)?);
    let mut tx = ctx.begin().await?;
    let id = crate::ids::new_id();
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into saved_view (tenant_id, id, user_id, list, name, query, is_shared) values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        id,
        ctx.user.user_id,
        form.list,
        name,
        query,
        form.shared.is_some()
    )
    .execute(&mut *tx)
    .await
    .map_err(taken)?;
    tx.commit().await?;
    Ok(ctx.redirect(back(&form.list, id, &query), &Flash::success("Vyn är sparad.")))
}

async fn update(ctx: Ctx, Id(id): Id, Form(form): Form<ChangedView>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    // Another user's view is not found, shared or not: only its owner changes it.
    let list = sqlx::query_scalar!(
        "select list from saved_view where id = $1 and user_id = $2 for update",
        id,
        ctx.user.user_id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    if form.action == "delete" {
        sqlx::query!("delete from saved_view where id = $1", id).execute(&mut *tx).await?;
        tx.commit().await?;
        return Ok(ctx.redirect(&list, &Flash::success("Vyn är borttagen.")));
    }
    let (name, query) = (check_name(&form.name)?, clean(&form.query)?);
    sqlx::query!(
        "update saved_view set name = $2, query = $3, is_shared = $4 where id = $1",
        id,
        name,
        query,
        form.shared.is_some()
    )
    .execute(&mut *tx)
    .await
    .map_err(taken)?;
    tx.commit().await?;
    Ok(ctx.redirect(back(&list, id, &query), &Flash::success("Vyn är ändrad.")))
}
