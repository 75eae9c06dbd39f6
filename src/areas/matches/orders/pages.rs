//! The pages of the orders: what waits, one order, its file and letter, sent and not sent.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{Line, file, lines};
use crate::areas::audit::AccessKind;
use crate::areas::matches::model::CaseState;
use crate::areas::matches::queries::{self, OrderRow};
use crate::areas::matches::refresh;
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::download::{self, FileKind};
use crate::web::extract::{Form, Id, Path};
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
    waiting.retain(|item| ctx.scope().reaches_unit(item.unit_id));
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
        .filter(|item| sees.protected || !item.is_protected)
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

/// An order with its lines, for a reader who may see it.
struct Loaded {
    order: OrderRow,
    lines: Vec<Line>,
    /// Lines out of the reader's reach.
    beyond: usize,
}

impl Loaded {
    /// Somebody protected is in it, and the reader lacks the grant.
    fn is_closed(&self) -> bool {
        self.lines.iter().any(|line| line.is_hidden)
    }

    fn count(&self) -> usize {
        self.lines.iter().filter(|line| line.left_out.is_empty()).count()
    }
}

async fn load(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Loaded> {
    let order = queries::list_orders(tx, Some(id)).await?.pop().ok_or(AppError::NotFound)?;
    let items = queries::list_order_items(tx, Some(id)).await?;
    let mut found = lines(&items, Some(&order), Sees::of(ctx));
    let reached: Vec<Uuid> =
        items.iter().filter(|item| ctx.scope().reaches_unit(item.unit_id)).map(|item| item.id).collect();
    let all = found.len();
    found.retain(|line| reached.contains(&line.id));
    if found.is_empty() && !ctx.scope().all {
        return Err(AppError::NotFound);
    }
    Ok(Loaded { order, beyond: all - found.len(), lines: found })
}

/// What was typed when an order was marked.
#[derive(Debug, Default, Deserialize)]
pub struct MarkForm {
    #[serde(default)]
    sent_on: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: i32,
}

#[derive(Template)]
#[template(path = "matches/orders_show.html")]
struct ShowPage {
    page: Page,
    order: OrderRow,
    lines: Vec<Line>,
    beyond: usize,
    left_out: usize,
    verified: usize,
    is_closed: bool,
    can_write: bool,
    names: bool,
    base: String,
    mailto: String,
    raw: MarkForm,
    faults: Faults,
}

/// One order.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let raw = MarkForm { sent_on: ctx.today().to_string(), ..MarkForm::default() };
    shown(&ctx, id, raw, Faults::default()).await
}

async fn shown(ctx: &Ctx, id: Uuid, raw: MarkForm, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let loaded = load(ctx, &mut tx, id).await?;
    let page = ctx
        .page(&mut tx, format!("Beställning {}", loaded.order.number))
        .await?
        .crumb("Att ta ställning till", "matches")
        .crumb("Beställningar", "matches/orders");
    tx.commit().await?;
    let is_faulty = !faults.is_empty();
    let template = ShowPage {
        page: if is_faulty { page.faulty() } else { page },
        left_out: loaded.lines.len() - loaded.count(),
        verified: loaded.lines.iter().filter(|line| line.is_verified).count(),
        is_closed: loaded.is_closed(),
        beyond: loaded.beyond,
        can_write: ctx.can(Permission::MatchDecide),
        names: ctx.can(Permission::HolderNames),
        base: ctx.path(format!("matches/orders/{id}")),
        mailto: mailto(&loaded.order, &ctx.tenant.name),
        lines: loaded.lines,
        order: loaded.order,
        raw,
        faults,
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// A link that begins a mail to the operator; the numbers go in the file and not in it.
fn mailto(order: &OrderRow, municipality: &str) -> String {
    if order.order_email.is_empty() {
        return String::new();
    }
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let subject = encode(&format!("Beställning {} från {municipality}", order.number));
    let body = encode("Hej!\n\nBeställningen finns i den bifogade filen. Svara gärna med ert ordernummer.\n");
    format!("mailto:{}?subject={subject}&body={body}", order.order_email)
}

/// Which file of an order.
#[derive(Debug, Deserialize)]
pub struct FilePath {
    id: Uuid,
    kind: String,
}

/// Refuses what only somebody with the grant may take out.
fn open_to_reader(loaded: &Loaded) -> AppResult<()> {
    if loaded.is_closed() {
        return Err(AppError::Forbidden(
            "I beställningen finns en skyddad uppgift. Den som har den särskilda behörigheten får ta ut och skicka den.".into(),
        ));
    }
    Ok(())
}

/// The order as a file.
pub async fn download(ctx: Ctx, Path(path): Path<FilePath>) -> AppResult<Response> {
    let kind = match path.kind.as_str() {
        "csv" => FileKind::Csv,
        "xlsx" => FileKind::Xlsx,
        _ => return Err(AppError::NotFound),
    };
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let loaded = load(&ctx, &mut tx, path.id).await?;
    open_to_reader(&loaded)?;
    let bytes = file::bytes(&loaded.lines, kind)?;
    let detail = json!({ "rows": loaded.count(), "format": kind.ending(), "order": loaded.order.number });
    ctx.log_access(&mut tx, AccessKind::Export, ("operator_order", Some(path.id)), detail).await?;
    tx.commit().await?;
    Ok(download::file(&format!("bestallning-{}", loaded.order.number), kind, bytes))
}

#[derive(Template)]
#[template(path = "matches/orders_letter.html")]
struct LetterPage {
    page: Page,
    order: OrderRow,
    lines: Vec<Line>,
    municipality: String,
    today: NaiveDate,
    back: String,
    sender: String,
}

/// The order as a letter to print.
pub async fn letter(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let mut loaded = load(&ctx, &mut tx, id).await?;
    open_to_reader(&loaded)?;
    let detail = json!({ "rows": loaded.count(), "order": loaded.order.number });
    ctx.log_access(&mut tx, AccessKind::Print, ("operator_order", Some(id)), detail).await?;
    loaded.lines.retain(|line| line.left_out.is_empty());
    let page = ctx
        .page(&mut tx, format!("Brev, beställning {}", loaded.order.number))
        .await?
        .crumb("Beställningar", "matches/orders")
        .crumb(format!("Beställning {}", loaded.order.number), format!("matches/orders/{id}"));
    tx.commit().await?;
    ctx.html(&LetterPage {
        page,
        lines: loaded.lines,
        order: loaded.order,
        municipality: ctx.tenant.name.clone(),
        today: ctx.today(),
        back: ctx.path(format!("matches/orders/{id}")),
        sender: ctx.user.name.clone(),
    })
}

fn changed_meanwhile() -> AppError {
    AppError::Conflict(
        "Någon annan har ändrat beställningen medan du hade den öppen. Öppna den igen och gör om.".into(),
    )
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
    let mut tx = ctx.begin().await?;
    // Takes the lock of the matching: nothing is opened again while the order is marked.
    refresh::run(&mut tx, ctx.now(), ctx.today()).await?;
    let loaded = load(&ctx, &mut tx, id).await?;
    open_to_reader(&loaded)?;
    if loaded.order.state != "draft" || loaded.order.version != raw.version {
        return Err(changed_meanwhile());
    }
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
    let mut tx = ctx.begin().await?;
    refresh::run(&mut tx, ctx.now(), ctx.today()).await?;
    let loaded = load(&ctx, &mut tx, id).await?;
    open_to_reader(&loaded)?;
    if loaded.order.state != "sent" || loaded.order.version != raw.version {
        return Err(changed_meanwhile());
    }
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
    let mut tx = ctx.begin().await?;
    queries::lock(&mut tx).await?;
    let loaded = load(&ctx, &mut tx, id).await?;
    open_to_reader(&loaded)?;
    if loaded.order.state != "draft" {
        return Err(changed_meanwhile());
    }
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
    let mut tx = ctx.begin().await?;
    queries::lock(&mut tx).await?;
    let loaded = load(&ctx, &mut tx, id).await?;
    open_to_reader(&loaded)?;
    if loaded.order.state != "draft" {
        return Err(changed_meanwhile());
    }
    let ids: Vec<Uuid> = loaded.lines.iter().map(|line| line.id).collect();
    queries::update_order_of(&mut tx, &ids, None).await?;
    queries::delete_order(&mut tx, id).await?;
    tx.commit().await?;
    let text = format!("Beställning {} är borttagen. Besluten väntar på en annan.", loaded.order.number);
    Ok(ctx.redirect("matches/orders", &Flash::success(text)))
}
