//! Operators: whom the municipality buys subscriptions from, under which contract, and where orders go.

use askama::Template;
use axum::response::Response;
use uuid::Uuid;

use super::super::{
    forms::{ORDER_FORMS, OperatorForm},
    queries::operators::{self, Operator},
};
use crate::{
    areas::suppliers,
    auth::permissions::Permission as P,
    db::{constraint, tenant::TenantTx},
    error::{AppError, AppResult},
    ids::new_id,
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

#[derive(Template)]
#[template(path = "subscriptions/operators.html")]
struct ListPage {
    page: Page,
    operators: Vec<Operator>,
    can_write: bool,
    sees_suppliers: bool,
    sees_contracts: bool,
}

/// Every operator.
pub async fn list(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let operators = operators::list(&mut tx).await?;
    let page = ctx.page(&mut tx, "Operatörer").await?.crumb("Abonnemang", "subscriptions");
    tx.commit().await?;
    ctx.html(&ListPage {
        page,
        operators,
        can_write: may_write(&ctx),
        sees_suppliers: ctx.can(P::SupplierRead),
        sees_contracts: ctx.can(P::ContractRead),
    })
}

/// An operator belongs to the municipality as a whole: whoever writes for a unit only does not change it.
fn may_write(ctx: &Ctx) -> bool {
    ctx.scope_for(P::SubscriptionWrite).all
}

fn only_writers(ctx: &Ctx) -> AppResult<()> {
    if may_write(ctx) { Ok(()) } else { Err(AppError::NotFound) }
}

#[derive(Template)]
#[template(path = "subscriptions/operator.html")]
struct EditPage {
    page: Page,
    raw: OperatorForm,
    faults: Faults,
    suppliers: Vec<Choice>,
    contracts: Vec<Choice>,
    order_forms: Vec<Choice>,
    action: String,
    cancel: String,
    is_new: bool,
    may_write: bool,
    subscriptions: i64,
    listed: String,
}

async fn form(ctx: &Ctx, of: Option<&Operator>, raw: OperatorForm, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let title = of.map_or_else(|| "Ny operatör".to_owned(), |o| o.name.clone());
    let page = ctx
        .page(&mut tx, title)
        .await?
        .crumb("Abonnemang", "subscriptions")
        .crumb("Operatörer", "subscriptions/operators");
    let suppliers = suppliers::choices(&mut tx).await?;
    let contracts = operators::contract_choices(&mut tx).await?;
    tx.commit().await?;
    let is_faulty = !faults.is_empty();
    let template = EditPage {
        page: if is_faulty { page.faulty() } else { page },
        raw,
        faults,
        suppliers,
        contracts,
        order_forms: Choice::list(ORDER_FORMS),
        action: ctx.path(of.map_or_else(
            || "subscriptions/operators".to_owned(),
            |o| format!("subscriptions/operators/{}", o.id),
        )),
        cancel: ctx.path("subscriptions/operators"),
        is_new: of.is_none(),
        may_write: may_write(ctx),
        subscriptions: of.map_or(0, |o| o.subscriptions),
        listed: of.map_or_else(String::new, |o| ctx.path(format!("subscriptions?operator={}", o.id))),
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// An empty form.
pub async fn new(ctx: Ctx) -> AppResult<Response> {
    only_writers(&ctx)?;
    let raw = OperatorForm { order_form: "fil".to_owned(), ..OperatorForm::default() };
    form(&ctx, None, raw, Faults::default()).await
}

/// An operator: its form, which only those who may write can send.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let operator = operators::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    tx.commit().await?;
    form(&ctx, Some(&operator), OperatorForm::of(&operator), Faults::default()).await
}

/// Adds an operator.
pub async fn create(ctx: Ctx, Form(raw): Form<OperatorForm>) -> AppResult<Response> {
    only_writers(&ctx)?;
    let fresh = Operator { id: new_id(), ..Operator::default() };
    let operator = match raw.read(&fresh) {
        Ok(operator) => operator,
        Err(faults) => return form(&ctx, None, raw, faults).await,
    };
    let mut tx = ctx.begin().await?;
    if let Some(faults) = links(&mut tx, &operator).await? {
        tx.rollback().await?;
        return form(&ctx, None, raw, faults).await;
    }
    match operators::insert(&mut tx, &operator).await {
        Ok(()) => {}
        Err(error) => {
            let faults = taken(&error).ok_or(error)?;
            tx.rollback().await?;
            return form(&ctx, None, raw, faults).await;
        }
    }
    tx.commit().await?;
    let text = format!("{} är tillagd.", operator.name);
    Ok(ctx.redirect("subscriptions/operators", &Flash::success(text)))
}

/// Saves an operator.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<OperatorForm>) -> AppResult<Response> {
    only_writers(&ctx)?;
    let mut tx = ctx.begin().await?;
    let old = operators::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let operator = match raw.read(&old) {
        Ok(operator) => operator,
        Err(faults) => {
            tx.rollback().await?;
            return form(&ctx, Some(&old), raw, faults).await;
        }
    };
    if let Some(faults) = links(&mut tx, &operator).await? {
        tx.rollback().await?;
        return form(&ctx, Some(&old), raw, faults).await;
    }
    match operators::update(&mut tx, &operator).await {
        Ok(true) => {}
        Ok(false) => {
            return Err(AppError::Conflict(
                "Någon annan har ändrat operatören medan du hade den öppen. Öppna den igen och gör om din ändring.".into(),
            ));
        }
        Err(error) => {
            let faults = taken(&error).ok_or(error)?;
            tx.rollback().await?;
            return form(&ctx, Some(&old), raw, faults).await;
        }
    }
    tx.commit().await?;
    Ok(ctx.redirect("subscriptions/operators", &Flash::success("Ändringarna är sparade.")))
}

/// The fault of a name that another operator has.
fn taken(error: &sqlx::Error) -> Option<Faults> {
    (constraint::name(error) == Some("operator_name_key")).then(|| {
        let mut faults = Faults::default();
        faults
            .add("name", "Det finns redan en operatör med det namnet. Öppna den, eller välj ett annat namn.");
        faults
    })
}

/// Supplier and contract must be there.
async fn links(tx: &mut TenantTx, operator: &Operator) -> AppResult<Option<Faults>> {
    let mut faults = Faults::default();
    let is_among = |id: Uuid, choices: &[Choice]| choices.iter().any(|c| c.value == id.to_string());
    if let Some(id) = operator.supplier_id
        && !is_among(id, &suppliers::choices(tx).await?)
    {
        faults.add("supplier_id", "Välj leverantör i listan.");
    }
    if let Some(id) = operator.contract_id
        && !is_among(id, &operators::contract_choices(tx).await?)
    {
        faults.add("contract_id", "Välj avtal i listan.");
    }
    Ok((!faults.is_empty()).then_some(faults))
}
