//! What waits for the operators, the orders, and making one.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::super::{Line, is_told, lines};
use crate::areas::matches::model::CaseState;
use crate::areas::matches::queries::{self, OrderRow};
use crate::areas::matches::refresh;
use crate::areas::people::ProtectedMask;
use crate::auth::permissions::Permission;
use crate::error::AppResult;
use crate::web::ctx::Ctx;
use crate::web::extract::Form;
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::{Flash, Page};
use crate::web::sight::Sees;

/// The decisions that wait for one operator.
#[derive(Debug)]
struct Group {
    operator_id: Uuid,
    operator: String,
    form: String,
    lines: Vec<Line>,
    /// Waiting, but only for somebody with the grant.
    hidden: usize,
}

/// An order in the list.
#[derive(Debug)]
struct Listed {
    order: OrderRow,
    count: usize,
    verified: usize,
    not_gone: usize,
    reopened: usize,
}

#[derive(Template)]
#[template(path = "matches/orders.html")]
struct OrdersPage {
    page: Page,
    groups: Vec<Group>,
    orders: Vec<Listed>,
    faults: Faults,
    can_write: bool,
}

/// What waits for the operators, and the orders.
pub async fn list(ctx: Ctx) -> AppResult<Response> {
    listed(&ctx, Faults::default()).await
}

async fn listed(ctx: &Ctx, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let sees = Sees::of(ctx);
    let mut waiting = queries::list_order_items(&mut tx, None).await?;
    waiting.retain(|item| is_told(item, ctx.scope(), sees));
    let mask = ProtectedMask::for_reader(ctx, &mut tx).await?;
    for item in &mut waiting {
        mask.cover_in(&mut item.decided_by);
    }
    let operators = queries::list_order_operators(&mut tx).await?;
    let groups = operators
        .into_iter()
        .filter_map(|operator| {
            let own: Vec<_> =
                waiting.iter().filter(|item| item.operator_id == operator.id).cloned().collect();
            let mut found = lines(&own, None, sees);
            let all = found.len();
            found.retain(|line| !line.is_hidden);
            (all > 0).then(|| Group {
                operator_id: operator.id,
                operator: operator.name,
                form: operator.order_form,
                hidden: all - found.len(),
                lines: found,
            })
        })
        .collect();
    let mut counts = queries::list_order_counts(&mut tx).await?;
    counts.retain(|count| ctx.scope().reaches_unit(count.unit_id));
    let orders = queries::list_orders(&mut tx, None)
        .await?
        .into_iter()
        .filter_map(|order| {
            let own: Vec<_> = counts.iter().filter(|c| c.order_id == order.id).collect();
            let of =
                |state: CaseState| own.iter().filter(|c| c.is_in_force && c.state == state.code()).count();
            let listed = Listed {
                count: own.len(),
                verified: of(CaseState::Verified),
                not_gone: of(CaseState::NotGone),
                reopened: own.iter().filter(|c| !c.is_in_force).count() + of(CaseState::Open),
                order,
            };
            (ctx.scope().all || listed.count > 0).then_some(listed)
        })
        .collect();
    let page =
        ctx.page(&mut tx, "Beställningar till operatörerna").await?.crumb("Att ta ställning till", "matches");
    tx.commit().await?;
    let is_faulty = !faults.is_empty();
    let page = if is_faulty { page.faulty() } else { page };
    let template = OrdersPage { page, groups, orders, faults, can_write: ctx.can(Permission::MatchDecide) };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The decisions that were chosen for a new order.
#[derive(Debug, Default, Deserialize)]
pub struct NewOrder {
    #[serde(default)]
    operator_id: String,
    #[serde(default)]
    form: String,
    #[serde(default)]
    decision: Vec<String>,
}

/// Makes an order of the decisions that were chosen.
pub async fn create(ctx: Ctx, Form(raw): Form<NewOrder>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let operator = faults.id("operator_id", "Operatör", &raw.operator_id);
    let form = faults.choice("form", "Form", &raw.form, &["fil", "brev"]);
    if form.is_empty() && faults.of("form").is_none() {
        faults.add("", "Välj om beställningen ska skickas som fil eller brev.");
    }
    if raw.decision.is_empty() {
        faults.add("", "Välj minst ett beslut som ska med i beställningen.");
    }
    let chosen: Vec<Uuid> = raw.decision.iter().filter_map(|id| id.parse().ok()).collect();
    let (Some(operator), true) = (operator, faults.is_empty()) else { return listed(&ctx, faults).await };
    let mut tx = ctx.begin().await?;
    refresh::run(&mut tx, ctx.now(), ctx.today()).await?;
    let sees = Sees::of(&ctx);
    let waiting = queries::list_order_items(&mut tx, None).await?;
    let own: Vec<Uuid> = waiting
        .iter()
        .filter(|item| item.operator_id == operator && chosen.contains(&item.id))
        .filter(|item| is_told(item, ctx.scope(), sees) && (sees.protected || !item.is_protected))
        .map(|item| item.id)
        .collect();
    let left = chosen.len() - own.len();
    if own.is_empty() {
        tx.rollback().await?;
        faults.add(
            "",
            "Inget av de valda besluten väntar längre på en beställning. Någon annan kan ha tagit dem, eller så är de öppnade igen.",
        );
        return listed(&ctx, faults).await;
    }
    let id = crate::ids::new_id();
    let number = queries::insert_order(&mut tx, id, operator, &form, ctx.now()).await?;
    queries::update_order_of(&mut tx, &own, Some(id)).await?;
    tx.commit().await?;
    let flash = if left == 0 {
        Flash::success(format!(
            "Beställning {number} är skapad. Ta ut den, skicka den och markera den sedan som skickad."
        ))
    } else {
        Flash::warning(format!(
            "Beställning {number} är skapad, men {left} av de valda besluten väntar inte längre och kom inte med."
        ))
    };
    Ok(ctx.redirect(format!("matches/orders/{id}"), &flash))
}
