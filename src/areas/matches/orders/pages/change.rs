//! An order is sent, was not sent after all, loses a decision or is taken away.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::super::Line;
use super::show::shown;
use super::{Loaded, MarkForm, load, open_to_reader};
use crate::areas::matches::model::CaseState;
use crate::areas::matches::queries::{self, OrderRow};
use crate::areas::matches::refresh;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::{Flash, Page};

fn changed_meanwhile() -> AppError {
    AppError::Conflict(
        "Någon annan har ändrat beställningen medan du hade den öppen. Öppna den igen och gör om.".into(),
    )
}

/// An order that the reader may take out, as long as it stands in a state.
async fn load_in_state(ctx: &Ctx, tx: &mut TenantTx, id: Uuid, state: &str) -> AppResult<Loaded> {
    let loaded = load(ctx, tx, id).await?;
    open_to_reader(&loaded)?;
    if loaded.order.state == state { Ok(loaded) } else { Err(changed_meanwhile()) }
}

/// Opens an order to be marked, matched anew and unchanged since the reader saw that version of it. Holds the lock of the matching:
/// nothing is opened again while the order is marked.
async fn open_to_mark(ctx: &Ctx, id: Uuid, state: &str, version: i32) -> AppResult<(TenantTx, Loaded)> {
    let mut tx = ctx.begin().await?;
    refresh::run(&mut tx, ctx.now(), ctx.today()).await?;
    let loaded = load_in_state(ctx, &mut tx, id, state).await?;
    if loaded.order.version == version { Ok((tx, loaded)) } else { Err(changed_meanwhile()) }
}

/// Opens an order that has not been sent, under the lock of the matching.
async fn open_draft(ctx: &Ctx, id: Uuid) -> AppResult<(TenantTx, Loaded)> {
    let mut tx = ctx.begin().await?;
    queries::lock(&mut tx).await?;
    let loaded = load_in_state(ctx, &mut tx, id, "draft").await?;
    Ok((tx, loaded))
}

/// Marks an order as sent. What has been opened again since it was made is left out of it.
pub async fn mark_sent(ctx: Ctx, Id(id): Id, Form(raw): Form<MarkForm>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let sent_on = faults.date("sent_on", "Skickad", &raw.sent_on);
    let reference = faults.required("reference", "Operatörens ordernummer", &raw.reference, 100);
    match sent_on {
        None if faults.of("sent_on").is_none() => {
            faults.add("sent_on", "Ange dagen då beställningen skickades.");
        }
        Some(day) if day > ctx.today() => faults.add("sent_on", "Dagen kan inte ligga i framtiden."),
        _ => {}
    }
    if !faults.is_empty() {
        return shown(&ctx, id, raw, faults).await;
    }
    let (mut tx, loaded) = open_to_mark(&ctx, id, "draft", raw.version).await?;
    let (kept, dropped): (Vec<&Line>, Vec<&Line>) =
        loaded.lines.iter().partition(|line| line.left_out.is_empty());
    if kept.is_empty() {
        tx.rollback().await?;
        faults.add("", "Inget av besluten i beställningen gäller längre. Ta bort beställningen i stället.");
        return shown(&ctx, id, raw, faults).await;
    }
    let dropped_ids: Vec<Uuid> = dropped.iter().map(|line| line.id).collect();
    queries::update_order_of(&mut tx, &dropped_ids, None).await?;
    let cases: Vec<Uuid> = kept.iter().map(|line| line.case_id).collect();
    queries::update_ordered_cases(&mut tx, &cases, &["decided"], CaseState::Ordered.code()).await?;
    let sent = OrderRow { state: "sent".into(), sent_on, reference, ..loaded.order };
    if !queries::update_order_state(&mut tx, &sent).await? {
        return Err(changed_meanwhile());
    }
    tx.commit().await?;
    let flash = if dropped.is_empty() {
        Flash::success(
            "Beställningen är markerad som skickad. Nästa lista från operatören visar om den är utförd.",
        )
    } else {
        Flash::warning(format!(
            "Beställningen är markerad som skickad. {} gäller inte längre och togs bort ur den. Stod de i filen som du skickade: hör av dig till operatören.",
            if dropped.len() == 1 { "Ett beslut".to_owned() } else { format!("{} beslut", dropped.len()) }
        ))
    };
    Ok(ctx.redirect(format!("matches/orders/{id}"), &flash))
}

/// Takes the mark back, while no list has shown that anything was carried out.
pub async fn mark_unsent(ctx: Ctx, Id(id): Id, Form(raw): Form<MarkForm>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let reason = faults.required("reason", "Varför beställningen inte är skickad", &raw.reason, 500);
    if !faults.is_empty() {
        return shown(&ctx, id, raw, faults).await;
    }
    let (mut tx, loaded) = open_to_mark(&ctx, id, "sent", raw.version).await?;
    if loaded.lines.iter().any(|line| line.is_verified) {
        return Err(AppError::Conflict(
            "Operatörens lista visar redan att något i beställningen är utfört, så den är skickad. Ändra besluten i ärendena i stället.".into(),
        ));
    }
    let cases: Vec<Uuid> = loaded.lines.iter().map(|line| line.case_id).collect();
    let back = [CaseState::Ordered.code(), CaseState::NotGone.code()];
    queries::update_ordered_cases(&mut tx, &cases, &back, CaseState::Decided.code()).await?;
    let unsent = OrderRow {
        state: "draft".into(),
        sent_on: None,
        reference: String::new(),
        note: reason,
        ..loaded.order
    };
    if !queries::update_order_state(&mut tx, &unsent).await? {
        return Err(changed_meanwhile());
    }
    refresh::run(&mut tx, ctx.now(), ctx.today()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(
        format!("matches/orders/{id}"),
        &Flash::success("Beställningen är inte längre markerad som skickad. Besluten väntar på att skickas."),
    ))
}

/// A decision to take out of an order.
#[derive(Debug, Default, Deserialize)]
pub struct RemoveForm {
    #[serde(default)]
    decision: String,
}

/// Takes one decision out of an order that has not been sent.
pub async fn remove(ctx: Ctx, Id(id): Id, Form(raw): Form<RemoveForm>) -> AppResult<Response> {
    let (mut tx, loaded) = open_draft(&ctx, id).await?;
    let line =
        loaded.lines.iter().find(|line| line.id.to_string() == raw.decision).ok_or(AppError::NotFound)?;
    queries::update_order_of(&mut tx, &[line.id], None).await?;
    tx.commit().await?;
    Ok(ctx.redirect(
        format!("matches/orders/{id}"),
        &Flash::success("Beslutet är borttaget ur beställningen och väntar på en annan."),
    ))
}

#[derive(Template)]
#[template(path = "matches/orders_delete.html")]
struct DeletePage {
    page: Page,
    order: OrderRow,
    count: usize,
    action: String,
    cancel: String,
}

/// Asks before an order is taken away.
pub async fn confirm_delete(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let loaded = load(&ctx, &mut tx, id).await?;
    let page = ctx
        .page(&mut tx, format!("Ta bort beställning {}", loaded.order.number))
        .await?
        .crumb("Beställningar", "matches/orders")
        .crumb(format!("Beställning {}", loaded.order.number), format!("matches/orders/{id}"));
    tx.commit().await?;
    if loaded.order.state != "draft" {
        return Err(AppError::NotFound);
    }
    ctx.html(&DeletePage {
        page,
        count: loaded.lines.len() + loaded.beyond,
        order: loaded.order,
        action: ctx.path(format!("matches/orders/{id}/delete")),
        cancel: ctx.path(format!("matches/orders/{id}")),
    })
}

/// Takes away an order that has not been sent; its decisions wait for another.
pub async fn delete(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let (mut tx, loaded) = open_draft(&ctx, id).await?;
    let ids: Vec<Uuid> = loaded.lines.iter().map(|line| line.id).collect();
    queries::update_order_of(&mut tx, &ids, None).await?;
    queries::delete_order(&mut tx, id).await?;
    tx.commit().await?;
    let text = format!("Beställning {} är borttagen. Besluten väntar på en annan.", loaded.order.number);
    Ok(ctx.redirect("matches/orders", &Flash::success(text)))
}
