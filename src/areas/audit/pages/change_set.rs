//! A change set: what it changed, and taking it back.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    areas::audit::{
        History, Op, PER_PAGE, Part, Viewer, labels,
        names::{Names, Wanted},
        queries::{self, SetRow},
        render, undo,
    },
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Id, Query},
        filters,
        format::{capital, moment_of, number_of},
        page::{Flash, Page},
    },
};

#[derive(Template)]
#[template(path = "audit/change_set.html")]
struct ChangeSetPage {
    page: Page,
    lead: String,
    undone: Option<String>,
    may_undo: bool,
    undo_href: String,
    counts: Vec<(String, String)>,
    history: History,
}

#[derive(Template)]
#[template(path = "audit/undo.html")]
struct UndoPage {
    page: Page,
    summary: String,
    /// What goes with it.
    goes_along: &'static str,
    action: String,
    back: String,
    reason: Option<&'static str>,
    conflicts: Vec<Part>,
}

/// Where a page goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Paging {
    before: String,
}

/// The change set, if it exists for the reader, and whether the reader may take it back.
async fn find(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<(SetRow, bool)> {
    let set = queries::find_set(tx, id).await?.ok_or(AppError::NotFound)?;
    let may_undo = undo::may(ctx, tx, &set).await?;
    if may_undo || ctx.scope_for(Permission::AuditRead).all {
        Ok((set, may_undo))
    } else {
        Err(AppError::NotFound)
    }
}

/// What the change set changed.
pub async fn show(ctx: Ctx, Id(id): Id, Query(paging): Query<Paging>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (set, may_undo) = find(&ctx, &mut tx, id).await?;
    let viewer = Viewer::of(&ctx);
    let before = paging.before.split_once('-').and_then(|(_, id)| id.parse().ok());
    let rows =
        queries::list_rows_of_set(&mut tx, id, before, i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX))
            .await?;
    let history = render::history(&mut tx, &viewer, rows, PER_PAGE).await?;
    let who = who(&mut tx, &viewer, &set).await?;
    let counts = counts(&queries::count_set_rows(&mut tx, id).await?);
    let mut page = ctx.page(&mut tx, set.head.label.clone()).await?;
    if ctx.can(Permission::AuditRead) {
        page = page.crumb("Händelselogg", "audit");
    }
    ctx.html(&ChangeSetPage {
        lead: format!("{who}, {}", moment_of(set.at)),
        undone: set
            .head
            .undone_at
            .map(|at| format!("Det här ångrades {}. Allt blev som det var före.", moment_of(at))),
        may_undo: set.head.undone_at.is_none() && may_undo,
        undo_href: ctx.path(format!("audit/change-sets/{id}/undo")),
        counts,
        history,
        page,
    })
}

async fn who(tx: &mut TenantTx, viewer: &Viewer, set: &SetRow) -> AppResult<String> {
    let mut wanted = Wanted::default();
    wanted.user(set.user_id);
    Ok(Names::find(tx, viewer, &wanted).await?.user(set.user_id, &set.actor))
}

/// "Avtal: 12 skapade, 3 ändrade".
fn counts(rows: &[(String, String, i64)]) -> Vec<(String, String)> {
    let mut counts: Vec<(String, String)> = Vec::new();
    for (table, op, n) in rows {
        let noun = capital(labels::find(table).map_or("uppgift", |t| t.noun));
        let word = match Op::from_code(op) {
            Some(Op::Insert) => "skapade",
            Some(Op::Delete) => "borttagna",
            _ => "ändrade",
        };
        let words = format!("{} {word}", number_of((*n).into()));
        match counts.iter_mut().find(|(name, _)| *name == noun) {
            Some((_, all)) => *all = format!("{all}, {words}"),
            None => counts.push((noun, words)),
        }
    }
    counts
}

/// Asks before taking back.
pub async fn confirm(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (set, may_undo) = find(&ctx, &mut tx, id).await?;
    if !may_undo {
        return Err(AppError::NotFound);
    }
    let reason = set.head.undone_at.is_some().then_some("Det här är redan ångrat.");
    let page = undo_page(&ctx, &mut tx, &set, reason, Vec::new()).await?;
    ctx.html(&page)
}

/// Takes the change set back, or tells what stands in the way.
pub async fn undo(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (set, may_undo) = find(&ctx, &mut tx, id).await?;
    if !may_undo {
        return Err(AppError::NotFound);
    }
    let (reason, conflicts) = match undo::undo(&mut tx, &Viewer::of(&ctx), id).await? {
        undo::Outcome::Done(_) => {
            let kind = &set.head.kind;
            if let Some(kind) = kind.strip_prefix("import:").or_else(|| kind.strip_prefix("bulk:")) {
                crate::areas::after_import(&mut tx, kind, ctx.now(), ctx.today()).await?;
                crate::areas::watch::run_soon(&mut tx, ctx.now()).await?;
            }
            tx.commit().await?;
            return Ok(
                ctx.redirect(format!("audit/change-sets/{id}"), &Flash::success("Ändringarna är ångrade."))
            );
        }
        undo::Outcome::Changed(conflicts) => (
            "Det går inte att ångra: uppgifterna nedan har ändrats efteråt. Ångra eller rätta dem var för sig.",
            conflicts,
        ),
        undo::Outcome::BuiltOn => (
            "Det går inte att ångra: andra uppgifter i registret bygger på det som skapades. Ta bort dem först.",
            Vec::new(),
        ),
        undo::Outcome::AlreadyUndone => ("Det här är redan ångrat.", Vec::new()),
        undo::Outcome::Purged => (
            "Det går inte att ångra: en del av uppgifterna har gallrats sedan dess. Ingenting är ångrat. Rätta det som behövs för hand.",
            Vec::new(),
        ),
    };
    tx.rollback().await?;
    let mut tx = ctx.begin().await?;
    let page = undo_page(&ctx, &mut tx, &set, Some(reason), conflicts).await?;
    ctx.unprocessable(&page)
}

async fn undo_page(
    ctx: &Ctx,
    tx: &mut TenantTx,
    set: &SetRow,
    reason: Option<&'static str>,
    conflicts: Vec<Part>,
) -> AppResult<UndoPage> {
    let path = format!("audit/change-sets/{}", set.head.id);
    let who = who(tx, &Viewer::of(ctx), set).await?;
    let page = ctx.page(tx, format!("Ångra: {}", set.head.label)).await?.crumb(set.head.label.clone(), &path);
    Ok(UndoPage {
        summary: format!(
            "{}, gjort av {who} {}: {} ändringar i registret.",
            set.head.label,
            moment_of(set.at),
            number_of(set.rows.into())
        ),
        goes_along: if set.head.kind == undo::LEAVER_LIST {
            "Har rader i listan dragits tillbaka för sig ångras det också. Läses listan in igen måste de dras tillbaka på nytt."
        } else {
            ""
        },
        action: ctx.path(format!("{path}/undo")),
        back: ctx.path(path),
        reason,
        conflicts,
        page,
    })
}
