//! The form of a contract, and taking one away.

use askama::Template;
use axum::response::Response;
use uuid::Uuid;

use super::frame;
use crate::areas::contracts::forms::{self, ContractInput, Raw};
use crate::areas::contracts::list::{KINDS, RENEWALS};
use crate::areas::contracts::model::{
    AMENDMENT_GROUNDS, Contract, DPA_STATES, PRICE_MODELS, PROCURED_UNDER, PURPOSE_CLASSES,
};
use crate::areas::contracts::queries;
use crate::areas::suppliers;
use crate::areas::watch;
use crate::auth::permissions::Permission;
use crate::db::change_set;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::rules::contract_dates::ProcurementPath;
use crate::rules::contract_terms::{self as terms, Doubt, NoticeHint, Unit};
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id, Query};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::{Flash, Page};
use crate::web::page_parts::Choice;

/// How a number of months, days or weeks is counted, for a choice in a form.
const BASES: &[(&str, &str)] = &[
    ("before_end", "Månader före slutet"),
    ("calendar_months", "Kalendermånader, från månadsskiftet"),
    ("unstated", "Månader, oklart från när"),
    ("days", "Dagar före slutet"),
    ("weeks", "Veckor före slutet"),
    ("fixed_date", "En viss dag på året"),
    ("none", "Ingen uppsägning behövs"),
];

/// What there is to choose among.
struct Choices {
    kinds: Vec<Choice>,
    renewals: Vec<Choice>,
    bases: Vec<Choice>,
    suppliers: Vec<Choice>,
    units: Vec<Choice>,
    purposes: Vec<Choice>,
    grounds: Vec<Choice>,
    price_models: Vec<Choice>,
    laws: Vec<Choice>,
    paths: Vec<Choice>,
    dpa: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "contracts/edit.html")]
struct EditPage {
    page: Page,
    raw: Raw,
    faults: Faults,
    choices: Choices,
    action: String,
    cancel: String,
    parse_path: String,
    version: i32,
}

impl EditPage {
    /// What the texts are read as, shown under them until they are changed.
    fn reading(&self, field: &str) -> Vec<String> {
        read_text(field, self.raw.get(field))
    }
}

async fn form(ctx: &Ctx, old: Option<&Contract>, raw: Raw, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let codes = |codes: crate::web::list::Codes| {
        codes.iter().map(|code| Choice::new(code.code, code.label)).collect()
    };
    let scope = ctx.scope_for(Permission::ContractWrite);
    let units = queries::list_units(&mut tx, ctx.today()).await?;
    let choices = Choices {
        kinds: codes(KINDS),
        renewals: codes(RENEWALS),
        bases: Choice::list(BASES),
        suppliers: suppliers::choices(&mut tx).await?,
        units: units
            .into_iter()
            .filter(|unit| {
                scope.reaches_unit(Some(unit.id)) || old.is_some_and(|old| old.owner_unit_id == Some(unit.id))
            })
            .map(|unit| Choice::new(unit.id.to_string(), unit.name))
            .collect(),
        purposes: Choice::list(PURPOSE_CLASSES),
        grounds: Choice::list(AMENDMENT_GROUNDS),
        price_models: Choice::list(PRICE_MODELS),
        laws: Choice::list(PROCURED_UNDER),
        paths: ProcurementPath::ALL
            .iter()
            .map(|path| Choice::new(path.code(), crate::web::format::capital(path.label())))
            .collect(),
        dpa: Choice::list(DPA_STATES),
    };
    let title = if old.is_some() { "Ändra avtal" } else { "Nytt avtal" };
    let mut page = ctx.page(&mut tx, title).await?.crumb("Avtal", "contracts");
    tx.commit().await?;
    let path = old.map_or_else(|| "contracts".to_owned(), |old| format!("contracts/{}", old.id));
    if let Some(old) = old {
        page = page.crumb(old.title.clone(), &path);
    }
    let is_faulty = !faults.is_empty();
    let template = EditPage {
        page: if is_faulty { page.faulty() } else { page },
        raw,
        faults,
        choices,
        action: ctx.path(&path),
        cancel: ctx.path(&path),
        parse_path: ctx.path("contracts/parse"),
        version: old.map_or(0, |old| old.version),
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// An empty form.
pub async fn new(ctx: Ctx) -> AppResult<Response> {
    form(&ctx, None, Raw::default(), Faults::default()).await
}

/// The contract that a typed number means.
async fn resolve_parent(
    ctx: &Ctx,
    tx: &mut TenantTx,
    raw: &Raw,
    old: Option<&Contract>,
) -> AppResult<Result<Option<Uuid>, &'static str>> {
    let typed = raw.get("parent_no").trim();
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    let own = old.map(|old| old.id);
    let mut found = queries::find_by_number(tx, typed).await?;
    // What the user may not see does not exist; what the contract hangs under already may stay.
    let scope = ctx.scope_for(Permission::ContractRead);
    let reached = queries::list_reached(tx, &found, &scope, ctx.today()).await?;
    found.retain(|id| reached.contains(id) || old.is_some_and(|old| old.parent_contract_id == Some(*id)));
    Ok(match *found {
        [id] if Some(id) == own => Err("Ett avtal kan inte vara sitt eget huvudavtal."),
        [id] => Ok(Some(id)),
        [] => Err("Det finns inget avtal med det numret. Kontrollera numret, eller lägg till avtalet först."),
        _ => Err("Flera avtal har det numret. Ge dem olika nummer först."),
    })
}

/// Reads the form with what must be looked up in the register.
async fn read(
    ctx: &Ctx,
    tx: &mut TenantTx,
    raw: &Raw,
    old: Option<&ContractInput>,
) -> AppResult<Result<ContractInput, Faults>> {
    // A parent that was typed as the source wrote it, and never found, may stay as it is.
    let kept = old.is_some_and(|old| {
        old.contract.parent_contract_id.is_none() && old.contract.parent_text == raw.get("parent_no").trim()
    });
    let parent =
        if kept { Ok(None) } else { resolve_parent(ctx, tx, raw, old.map(|old| &old.contract)).await? };
    let mut result = forms::read(raw, old, parent.unwrap_or(None));
    if let Err(message) = parent {
        let mut faults = result.err().unwrap_or_default();
        faults.add("parent_no", message);
        result = Err(faults);
    }
    if let Ok(input) = &result {
        let unit = input.contract.owner_unit_id;
        let scope = ctx.scope_for(Permission::ContractWrite);
        let unchanged = old.is_some_and(|old| old.contract.owner_unit_id == unit);
        if !unchanged && !scope.reaches_unit(unit) {
            let mut faults = Faults::default();
            faults.add("owner_unit_id", "Välj en enhet som du får lägga avtal på.");
            result = Err(faults);
        }
    }
    Ok(result)
}

/// A reference to something that is gone, or was never the municipality's.
fn reference_fault(error: &AppError) -> Option<Faults> {
    let (field, message) = match error.constraint()? {
        "contract_supplier_fkey" => ("supplier_id", "Leverantören finns inte längre. Välj en annan."),
        "contract_owner_unit_fkey" => ("owner_unit_id", "Enheten finns inte längre. Välj en annan."),
        "contract_parent_fkey" => ("parent_no", "Avtalet finns inte längre. Ange ett annat."),
        "contract_dates_order" => ("end_date", "Slutdatumet ligger före startdatumet. Ändra ett av dem."),
        _ => return None,
    };
    let mut faults = Faults::default();
    faults.add(field, message);
    Some(faults)
}

/// Adds a contract.
pub async fn create(ctx: Ctx, Form(pairs): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let raw = Raw::from_pairs(pairs);
    let mut tx = ctx.begin().await?;
    let input = match read(&ctx, &mut tx, &raw, None).await? {
        Ok(input) => input,
        Err(faults) => {
            tx.rollback().await?;
            return form(&ctx, None, raw, faults).await;
        }
    };
    let id = input.contract.id;
    if let Err(error) = queries::insert_contracts(&mut tx, std::slice::from_ref(&input.contract)).await {
        tx.rollback().await?;
        let faults = reference_fault(&error).ok_or(error)?;
        return form(&ctx, None, raw, faults).await;
    }
    queries::replace_options(&mut tx, id, &input.options).await?;
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(format!("contracts/{id}"), &Flash::success("Avtalet är tillagt.")))
}

async fn load(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<ContractInput> {
    let contract = frame::load_to_write(ctx, tx, id).await?;
    Ok(ContractInput { options: queries::list_options_of(tx, id).await?, contract })
}

/// The form of a contract.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let input = load(&ctx, &mut tx, id).await?;
    let parent = match input.contract.parent_contract_id {
        Some(parent) => queries::find_link(&mut tx, parent).await?.map(|link| link.contract_no),
        None => None,
    };
    tx.commit().await?;
    let raw = forms::from_contract(&input, &parent.unwrap_or_default());
    form(&ctx, Some(&input.contract), raw, Faults::default()).await
}

/// Saves a contract.
pub async fn update(ctx: Ctx, Id(id): Id, Form(pairs): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let raw = Raw::from_pairs(pairs);
    let mut tx = ctx.begin().await?;
    let old = load(&ctx, &mut tx, id).await?;
    let mut input = match read(&ctx, &mut tx, &raw, Some(&old)).await? {
        Ok(input) => input,
        Err(faults) => {
            tx.rollback().await?;
            return form(&ctx, Some(&old.contract), raw, faults).await;
        }
    };
    // The version that the form was made from, not the one that is there now.
    input.contract.version = raw.get("version").parse().unwrap_or(old.contract.version);
    match queries::update_contract(&mut tx, &input.contract).await {
        Ok(true) => {}
        Ok(false) => {
            return Err(AppError::Conflict(
                "Någon annan har ändrat avtalet medan du hade det öppet. Öppna det igen och gör om din ändring.".into(),
            ));
        }
        Err(error) => {
            tx.rollback().await?;
            let faults = reference_fault(&error).ok_or(error)?;
            return form(&ctx, Some(&old.contract), raw, faults).await;
        }
    }
    queries::replace_options(&mut tx, id, &input.options).await?;
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(format!("contracts/{id}"), &Flash::success("Ändringarna är sparade.")))
}

#[derive(Template)]
#[template(path = "contracts/delete.html")]
struct DeletePage {
    page: Page,
    contract: Contract,
    children: usize,
    action: String,
    cancel: String,
}

/// Asks before a contract is taken away.
pub async fn confirm_delete(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let contract = frame::load_to_write(&ctx, &mut tx, id).await?;
    let children = queries::list_children(&mut tx, id).await?.len();
    let page = ctx
        .page(&mut tx, "Ta bort avtal")
        .await?
        .crumb("Avtal", "contracts")
        .crumb(contract.title.clone(), format!("contracts/{id}"));
    tx.commit().await?;
    let (action, cancel) = (ctx.path(format!("contracts/{id}/delete")), ctx.path(format!("contracts/{id}")));
    ctx.html(&DeletePage { page, contract, children, action, cancel })
}

/// Takes a contract away. It stays in the history and can be taken back.
pub async fn delete(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let contract = frame::load_to_write(&ctx, &mut tx, id).await?;
    if !queries::list_children(&mut tx, id).await?.is_empty() {
        return Err(AppError::Conflict(
            "Avtalet har avrop eller tillägg under sig och kan inte tas bort. Ta bort eller flytta dem först.".into(),
        ));
    }
    let set =
        change_set::open(&mut tx, "bulk:contracts", &format!("Tog bort avtalet {}", contract.title)).await?;
    queries::delete_contract(&mut tx, id).await?;
    change_set::close(&mut tx).await?;
    tx.commit().await?;
    let flash = Flash::success(format!("Avtalet {} är borttaget.", contract.title)).with_form(
        "Ångra",
        ctx.path(format!("undo/{set}")),
        Vec::new(),
    );
    Ok(ctx.redirect("contracts", &flash))
}

#[derive(Template)]
#[template(path = "contracts/reading.html")]
struct ReadingPart {
    lines: Vec<String>,
}

/// What a text would be read as: the help beside a field. The field's own name says what sort of text it is.
pub async fn parse(ctx: Ctx, Query(texts): Query<Vec<(String, String)>>) -> AppResult<Response> {
    let lines = texts.first().map(|(field, text)| read_text(field, text)).unwrap_or_default();
    ctx.html(&ReadingPart { lines })
}

/// How a text is read: the first line is the meaning, the others what a person should check.
fn read_text(field: &str, text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let lines = |meaning: String, doubts: &[Doubt]| {
        std::iter::once(format!("Tolkas som: {meaning}."))
            .chain(doubts.iter().map(|doubt| doubt.text().to_owned()))
            .collect()
    };
    match field {
        "notice_text" => {
            let read = terms::notice(text, NoticeHint::default());
            lines(read.value.to_string(), &read.doubts)
        }
        "option_notice_text" => {
            let read = terms::notice(text, NoticeHint { unit: Some(Unit::Months), extension: true });
            lines(read.value.to_string(), &read.doubts)
        }
        "option_text" => {
            let read = terms::options(text);
            let months: Vec<String> = read.value.lengths.iter().map(ToString::to_string).collect();
            let meaning = match (&*months, read.value.stated_options) {
                ([], _) => "inga optioner".to_owned(),
                (_, Some(all)) if all == months.len() => {
                    format!("optioner på {} månader", months.join(" + "))
                }
                ([first, rest @ ..], _) => {
                    format!("första avtalstid {first} månader, optioner på {} månader", rest.join(" + "))
                }
            };
            lines(meaning, &read.doubts)
        }
        _ => {
            let read = terms::renewal(text);
            let mut meaning = read.value.kind.map_or("okänt", |kind| kind.label()).to_owned();
            if let Some(months) = read.value.months {
                meaning = format!("{meaning}, {months} månader i taget");
            }
            if let Some(last) = read.value.max_end {
                meaning = format!("{meaning}, längst till {last}");
            }
            lines(meaning, &read.doubts)
        }
    }
}
