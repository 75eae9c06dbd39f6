//! The area's pages: list, one supplier, form, duplicates, merging.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::forms::SupplierForm;
use super::list::LIST;
use super::model::{Pair, Supplier, pairs, pairs_of};
use super::queries::{self, SystemLink};
use crate::areas::contracts::{self, ContractLink};
use crate::auth::permissions::Permission;
use crate::db::change_set;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id, Path};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::list::List;
use crate::web::page::{Flash, Page};

/// The list.
pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    contracts::dates::refresh(&mut tx, ctx.today()).await?;
    tx.commit().await?;
    let mut list = List::of(&LIST).action("Dubbletter", "oga", "suppliers/duplicates");
    if ctx.can(Permission::SupplierWrite) {
        list = list.action("Ny leverantör", "plus", "suppliers/new");
    }
    list.respond(&ctx, query.as_deref()).await
}

async fn load(tx: &mut TenantTx, id: Uuid) -> AppResult<Supplier> {
    queries::find_supplier(tx, id).await?.ok_or(AppError::NotFound)
}

#[derive(Template)]
#[template(path = "suppliers/show.html")]
struct ShowPage {
    page: Page,
    supplier: Supplier,
    contracts: Vec<ContractLink>,
    systems: Vec<SystemLink>,
    alike: Vec<Pair>,
    can_write: bool,
    sees_contracts: bool,
}

/// One supplier with its contracts and systems.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    contracts::dates::refresh(&mut tx, ctx.today()).await?;
    let supplier = load(&mut tx, id).await?;
    let contracts =
        contracts::list_of_supplier(&mut tx, id, &ctx.scope_for(Permission::ContractRead), ctx.today())
            .await?;
    let systems = queries::list_systems(&mut tx, id).await?;
    let alike = pairs_of(&supplier, &queries::list_suppliers(&mut tx).await?);
    let page = ctx.page(&mut tx, supplier.name.clone()).await?.crumb("Leverantörer", "suppliers");
    tx.commit().await?;
    ctx.html(&ShowPage {
        page,
        supplier,
        contracts,
        systems,
        alike,
        can_write: ctx.can(Permission::SupplierWrite),
        sees_contracts: ctx.can(Permission::ContractRead),
    })
}

#[derive(Template)]
#[template(path = "suppliers/edit.html")]
struct EditPage {
    page: Page,
    raw: SupplierForm,
    faults: Faults,
    action: String,
    cancel: String,
    version: i32,
    is_new: bool,
}

async fn form(ctx: &Ctx, of: Option<&Supplier>, raw: SupplierForm, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let title = if of.is_some() { "Ändra leverantör" } else { "Ny leverantör" };
    let mut page = ctx.page(&mut tx, title).await?.crumb("Leverantörer", "suppliers");
    tx.commit().await?;
    let path = of.map_or_else(|| "suppliers".to_owned(), |supplier| format!("suppliers/{}", supplier.id));
    if let Some(supplier) = of {
        page = page.crumb(supplier.name.clone(), &path);
    }
    let is_faulty = !faults.is_empty();
    let template = EditPage {
        page: if is_faulty { page.faulty() } else { page },
        raw,
        faults,
        action: ctx.path(&path),
        cancel: ctx.path(&path),
        version: of.map_or(0, |supplier| supplier.version),
        is_new: of.is_none(),
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// An empty form.
pub async fn new(ctx: Ctx) -> AppResult<Response> {
    form(&ctx, None, SupplierForm::default(), Faults::default()).await
}

/// Adds a supplier. One that is already there by its organisation number is pointed out instead.
pub async fn create(ctx: Ctx, Form(raw): Form<SupplierForm>) -> AppResult<Response> {
    let fresh = Supplier { id: crate::ids::new_id(), version: 1, ..Supplier::default() };
    let supplier = match raw.read(&fresh) {
        Ok(supplier) => supplier,
        Err(faults) => return form(&ctx, None, raw, faults).await,
    };
    let mut tx = ctx.begin().await?;
    if let Some(faults) = number_is_taken(&mut tx, &supplier).await? {
        tx.rollback().await?;
        return form(&ctx, None, raw, faults).await;
    }
    queries::insert_suppliers(&mut tx, std::slice::from_ref(&supplier)).await?;
    tx.commit().await?;
    let text = format!("{} är tillagd.", supplier.name);
    Ok(ctx.redirect(format!("suppliers/{}", supplier.id), &Flash::success(text)))
}

async fn number_is_taken(tx: &mut TenantTx, supplier: &Supplier) -> AppResult<Option<Faults>> {
    let Some(org_no) = &supplier.org_no else { return Ok(None) };
    let taken = queries::list_with_number(tx, org_no, supplier.id).await?;
    Ok(taken.first().map(|name| {
        let mut faults = Faults::default();
        let text = format!(
            "{name} har redan det organisationsnumret. Öppna den leverantören, eller kontrollera numret."
        );
        faults.add("org_no", text);
        faults
    }))
}

/// The form of a supplier.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let supplier = load(&mut tx, id).await?;
    tx.commit().await?;
    let raw = SupplierForm::of(&supplier);
    form(&ctx, Some(&supplier), raw, Faults::default()).await
}

/// The version that the form was made from.
#[derive(Debug, Default, Deserialize)]
pub struct UpdateForm {
    #[serde(default)]
    version: i32,
    #[serde(flatten)]
    fields: SupplierForm,
}

/// Saves a supplier.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<UpdateForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let old = load(&mut tx, id).await?;
    let changed = match raw.fields.read(&Supplier { version: raw.version, ..old.clone() }) {
        Ok(supplier) => supplier,
        Err(faults) => {
            tx.rollback().await?;
            return form(&ctx, Some(&old), raw.fields, faults).await;
        }
    };
    if changed.org_no != old.org_no
        && let Some(faults) = number_is_taken(&mut tx, &changed).await?
    {
        tx.rollback().await?;
        return form(&ctx, Some(&old), raw.fields, faults).await;
    }
    if !queries::update_supplier(&mut tx, &changed).await? {
        return Err(AppError::Conflict(
            "Någon annan har ändrat leverantören medan du hade den öppen. Öppna den igen och gör om din ändring.".into(),
        ));
    }
    tx.commit().await?;
    Ok(ctx.redirect(format!("suppliers/{id}"), &Flash::success("Ändringarna är sparade.")))
}

#[derive(Template)]
#[template(path = "suppliers/duplicates.html")]
struct DuplicatesPage {
    page: Page,
    pairs: Vec<Pair>,
    can_write: bool,
}

/// Rows that are probably the same company.
pub async fn duplicates(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let pairs = pairs(&queries::list_suppliers(&mut tx).await?);
    let page = ctx.page(&mut tx, "Möjliga dubbletter").await?.crumb("Leverantörer", "suppliers");
    tx.commit().await?;
    ctx.html(&DuplicatesPage { page, pairs, can_write: ctx.can(Permission::SupplierWrite) })
}

/// The two ids of a merge.
#[derive(Debug, Deserialize)]
pub struct MergePath {
    id: Uuid,
    other: Uuid,
}

#[derive(Template)]
#[template(path = "suppliers/merge.html")]
struct MergePage {
    page: Page,
    keep: Supplier,
    other: Supplier,
    contracts: i64,
    systems: i64,
    action: String,
    cancel: String,
}

/// Asks before two suppliers become one.
pub async fn confirm_merge(ctx: Ctx, Path(path): Path<MergePath>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (keep, other) = both(&mut tx, &path).await?;
    let (contracts, systems) = queries::count_uses(&mut tx, other.id).await?;
    let page = ctx
        .page(&mut tx, "Slå ihop leverantörer")
        .await?
        .crumb("Leverantörer", "suppliers")
        .crumb("Möjliga dubbletter", "suppliers/duplicates");
    tx.commit().await?;
    let action = ctx.path(format!("suppliers/{}/merge/{}", keep.id, other.id));
    let cancel = ctx.path("suppliers/duplicates");
    ctx.html(&MergePage { page, keep, other, contracts, systems, action, cancel })
}

async fn both(tx: &mut TenantTx, path: &MergePath) -> AppResult<(Supplier, Supplier)> {
    if path.id == path.other {
        return Err(AppError::NotFound);
    }
    Ok((load(tx, path.id).await?, load(tx, path.other).await?))
}

/// Makes two suppliers one: what referred to the other refers to the one that stays, which takes over what it lacked.
pub async fn merge(ctx: Ctx, Path(path): Path<MergePath>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (keep, other) = both(&mut tx, &path).await?;
    let label = format!("Slog ihop {} med {}", other.name, keep.name);
    let set = change_set::open(&mut tx, "merge:suppliers", &label).await?;
    queries::update_references(&mut tx, other.id, keep.id).await?;
    let merged = Supplier {
        supplier_no: keep.supplier_no.clone().or(other.supplier_no),
        org_no: keep.org_no.clone().or(other.org_no),
        city: keep.city.clone().or(other.city),
        website: keep.website.clone().or(other.website),
        contact: keep.contact.clone().or(other.contact),
        risk_note: keep.risk_note.clone().or(other.risk_note),
        note: [keep.note.as_str(), other.note.as_str()]
            .into_iter()
            .filter(|note| !note.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
        ..keep.clone()
    };
    queries::update_supplier(&mut tx, &merged).await?;
    queries::delete_supplier(&mut tx, other.id).await?;
    change_set::close(&mut tx).await?;
    tx.commit().await?;
    let flash = Flash::success(format!("{label}.")).with_form(
        "Ångra",
        ctx.path(format!("audit/change-sets/{set}/undo")),
        Vec::new(),
    );
    Ok(ctx.redirect(format!("suppliers/{}", keep.id), &flash))
}

#[derive(Template)]
#[template(path = "suppliers/delete.html")]
struct DeletePage {
    page: Page,
    supplier: Supplier,
    contracts: i64,
    systems: i64,
    action: String,
    cancel: String,
}

/// Asks before a supplier is taken away.
pub async fn confirm_delete(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let supplier = load(&mut tx, id).await?;
    let (contracts, systems) = queries::count_uses(&mut tx, id).await?;
    let page = ctx
        .page(&mut tx, "Ta bort leverantör")
        .await?
        .crumb("Leverantörer", "suppliers")
        .crumb(supplier.name.clone(), format!("suppliers/{id}"));
    tx.commit().await?;
    let action = ctx.path(format!("suppliers/{id}/delete"));
    let cancel = ctx.path(format!("suppliers/{id}"));
    ctx.html(&DeletePage { page, supplier, contracts, systems, action, cancel })
}

/// Takes a supplier away that nothing refers to.
pub async fn delete(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let supplier = load(&mut tx, id).await?;
    let (contracts, systems) = queries::count_uses(&mut tx, id).await?;
    if contracts + systems > 0 {
        return Err(AppError::Conflict(
            "Leverantören har avtal eller system och kan inte tas bort. Flytta dem först, eller slå ihop leverantören med en annan."
                .into(),
        ));
    }
    let set = change_set::open(&mut tx, "bulk:suppliers", &format!("Tog bort {}", supplier.name)).await?;
    queries::delete_supplier(&mut tx, id).await?;
    change_set::close(&mut tx).await?;
    tx.commit().await?;
    let flash = Flash::success(format!("{} är borttagen.", supplier.name)).with_form(
        "Ångra",
        ctx.path(format!("undo/{set}")),
        Vec::new(),
    );
    Ok(ctx.redirect("suppliers", &flash))
}
