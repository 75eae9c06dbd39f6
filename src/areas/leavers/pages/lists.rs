//! One list: what came of it as counts for whoever sees counts, its rows for HR; and taking it back.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::Response;
use uuid::Uuid;

use super::{
    super::{
        list::LIST,
        model::{self, ListHead, Row, Sender},
        queries::{
            read::{self, Wanted},
            write,
        },
    },
    TITLE, answers_for_list, refreshed, upload_href,
};
use crate::{
    areas::{
        audit::{Viewer, undo},
        matches::refresh,
        organisation::Units,
        people::ProtectedMask,
    },
    auth::permissions::Permission,
    db::{change_set, tenant::TenantTx},
    error::{AppError, AppResult},
    rules::leaver_matching::Verdict,
    web::{
        ctx::Ctx,
        extract::Id,
        filters,
        format::month_words,
        list::List,
        page::{Flash, Page},
    },
};

/// The most rows that the page of a list shows; the list of all rows has the rest.
const SHOWN: i64 = 500;

/// A list with its sender.
pub(super) struct Opened {
    pub list: ListHead,
    pub sender: Sender,
}

impl Opened {
    /// "Fritid, juni 2026".
    pub(super) fn title(&self) -> String {
        format!("{}, {}", self.sender.name, month_words(self.list.period))
    }
}

/// A list that the reader may see: one with rows within reach, of a förvaltning within reach, or of no rows at all from a sender
/// within reach.
pub(super) async fn open(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Opened> {
    let scope = ctx.scope();
    let first = chrono::NaiveDate::MIN;
    let from = first.max(chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(first));
    let list = read::list_lists(tx, from, scope, None, Some(id)).await?.pop().ok_or(AppError::NotFound)?;
    let sender = read::list_senders(tx)
        .await?
        .into_iter()
        .find(|sender| sender.id == list.sender_id)
        .ok_or(AppError::NotFound)?;
    let is_of = |units: &[Uuid]| units.iter().any(|unit| scope.units.contains(unit));
    let within = scope.all
        || list.within > 0
        || list.is_own
        || is_of(&list.covers)
        || (list.row_count == 0 && list.covers.is_empty() && is_of(&sender.chosen));
    if within { Ok(Opened { list, sender }) } else { Err(AppError::NotFound) }
}

#[derive(Template)]
#[template(path = "leavers/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the reader may do, for the template")]
struct ShowPage {
    page: Page,
    title: String,
    facts: Vec<(String, String)>,
    /// What the rows mean: words, rows, persons with something to take care of.
    counts: Vec<(&'static str, i64, i64)>,
    rows: Vec<Row>,
    sees_rows: bool,
    is_cut: bool,
    all_href: String,
    receipt_href: String,
    upload_href: String,
    withdraw_href: String,
    says_nobody: bool,
    is_empty: bool,
    note: String,
}

/// One list.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    refreshed(&ctx).await?;
    let mut tx = ctx.begin().await?;
    let opened = open(&ctx, &mut tx, id).await?;
    let title = opened.title();
    let names = ctx.scope_for(Permission::LeaverUpload);
    let sees_rows = !names.is_empty();
    let sees_protected = ctx.scope_for(Permission::ProtectedRead).all;
    let rows = if sees_rows {
        read::list_rows(&mut tx, Wanted { list: Some(id), row: None }, &names, sees_protected, SHOWN).await?
    } else {
        Vec::new()
    };
    let counts = read::count_verdicts(&mut tx, id, ctx.scope()).await?;
    let units = Units::load(&mut tx).await?;
    let Opened { mut list, sender } = opened;
    // Whoever said that nobody leaves, and what was noted, may name a person with protected identity.
    let mask = ProtectedMask::for_reader(&ctx, &mut tx).await?;
    mask.cover_in(&mut list.said_by);
    mask.cover_in(&mut list.note);
    let covers: Vec<&str> =
        list.covers.iter().filter_map(|unit| units.get(*unit)).map(|unit| unit.name.as_str()).collect();
    let page = ctx.page(&mut tx, title.clone()).await?.crumb(TITLE, "leavers").wide();
    if let Some(kind) = model::kind_of_read(&rows) {
        let detail = serde_json::json!({ "rows": rows.len() });
        ctx.log_access(&mut tx, kind, ("leaver_list", Some(id)), detail).await?;
    }
    tx.commit().await?;
    let facts = vec![
        ("Avsändare".to_owned(), sender.name.clone()),
        ("Månad".to_owned(), month_words(list.period)),
        ("Kom in".to_owned(), list.received_on.to_string()),
        ("Förvaltningar".to_owned(), covers.join(", ")),
        ("Rader".to_owned(), list.within.to_string()),
    ];
    let may = answers_for_list(&ctx, &list);
    let month = list.period.format("%Y-%m-%d");
    ctx.html(&ShowPage {
        title,
        counts: counts
            .into_iter()
            .map(|(code, rows, matched)| {
                (Verdict::from_code(&code).map_or("Inte bedömd än", Verdict::swedish), rows, matched)
            })
            .collect(),
        is_cut: list.within > SHOWN,
        all_href: ctx.path(format!("leavers/rows?avsandare={}&manad={month}", sender.id)),
        receipt_href: match list.run_id {
            Some(run) if sees_rows => ctx.path(format!("imports/{run}")),
            _ => String::new(),
        },
        upload_href: if may {
            upload_href(&ctx, Some(&sender), Some(list.period), None)
        } else {
            String::new()
        },
        withdraw_href: if may { ctx.path(format!("leavers/lists/{id}/withdraw")) } else { String::new() },
        says_nobody: list.says_nobody,
        is_empty: list.row_count == 0,
        note: if list.says_nobody && !list.said_by.is_empty() {
            format!("Sagt av {}.", list.said_by.to_lowercase().replace("listan", "listan själv"))
        } else {
            list.note.clone()
        },
        page,
        facts,
        rows,
        sees_rows,
    })
}

#[derive(Template)]
#[template(path = "leavers/withdraw.html")]
struct WithdrawPage {
    page: Page,
    about: String,
    rows: i32,
    /// Rows that have been withdrawn on their own.
    withdrawn: i64,
    is_word: bool,
    action: String,
    cancel: String,
    reason: Option<String>,
}

/// Asks before a list is taken back.
pub async fn confirm_withdraw(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    withdraw_page(&ctx, id, None).await
}

async fn withdraw_page(ctx: &Ctx, id: Uuid, reason: Option<String>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = open(ctx, &mut tx, id).await?;
    if !answers_for_list(ctx, &opened.list) {
        return Err(AppError::NotFound);
    }
    let page = ctx
        .page(&mut tx, "Dra tillbaka listan")
        .await?
        .crumb(TITLE, "leavers")
        .crumb(opened.title(), format!("leavers/lists/{id}"));
    let withdrawn = read::count_withdrawn(&mut tx, id).await?;
    tx.commit().await?;
    let template = WithdrawPage {
        page,
        about: opened.title(),
        rows: opened.list.row_count,
        withdrawn,
        is_word: opened.list.run_id.is_none(),
        action: ctx.path(format!("leavers/lists/{id}/withdraw")),
        cancel: ctx.path(format!("leavers/lists/{id}")),
        reason,
    };
    if template.reason.is_some() { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// Takes a list back: all that its file gave with the corrections of its rows ([`undo::undo`]), or somebody's word.
pub async fn withdraw(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = open(&ctx, &mut tx, id).await?;
    if !answers_for_list(&ctx, &opened.list) {
        return Err(AppError::NotFound);
    }
    if opened.list.run_id.is_none() {
        change_set::open(
            &mut tx,
            "bulk:leavers",
            &format!("Tog tillbaka: inga avslutade, {}", opened.title()),
        )
        .await?;
        write::delete_word(&mut tx, id).await?;
        change_set::close(&mut tx).await?;
    } else {
        let set = opened.list.change_set_id.ok_or(AppError::NotFound)?;
        let stops = match undo::undo(&mut tx, &Viewer::of(&ctx), set).await? {
            undo::Outcome::Done(_) => None,
            undo::Outcome::Changed(_) => Some(
                "Rader i listan har ändrats av något annat sedan den lästes in, till exempel när en enhet har upphört. Ingenting är \
                 tillbakadraget. Dra i stället tillbaka de rader som är fel: öppna raden i listan och välj Dra tillbaka.",
            ),
            undo::Outcome::BuiltOn => {
                Some("Annat i registret bygger på listan. Rätta raderna för sig i stället.")
            }
            undo::Outcome::AlreadyUndone => Some("Listan är redan tillbakadragen."),
            undo::Outcome::Purged => {
                Some("En del av listans rader har gallrats sedan dess, så den går inte att dra tillbaka.")
            }
        };
        if let Some(reason) = stops {
            tx.rollback().await?;
            return withdraw_page(&ctx, id, Some(reason.to_owned())).await;
        }
    }
    refresh::run(&mut tx, ctx.now(), ctx.today()).await?;
    crate::areas::watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect("leavers", &Flash::success(format!("Listan är tillbakadragen: {}.", opened.title()))))
}

/// Every row within reach, with search, filters and export. Reading it is logged.
pub async fn all(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    refreshed(&ctx).await?;
    let mut list = List::of(&LIST).personal();
    if ctx.can(Permission::LeaverCounts) {
        list = list.action("Månader", "kalender", "leavers");
    }
    if ctx.can(Permission::LeaverUpload) {
        list = list.action("Skicka in lista", "uppladdning", "imports/new?kind=leavers");
    }
    list.respond(&ctx, query.as_deref()).await
}
