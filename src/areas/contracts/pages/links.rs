//! Connects a contract with systems and with those who answer for it.

use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::frame;
use super::show::{Typed, overview};
use crate::areas::contracts::queries;
use crate::auth::permissions::{Permission, object_role_gives_more};
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id, Path};
use crate::web::form::Faults;
use crate::web::page::Flash;

/// The role of the one who answers for a contract.
const RESPONSIBLE: &str = "avtalsansvarig";

/// A contract and something that is connected with it.
#[derive(Debug, Deserialize)]
pub struct Part {
    id: Uuid,
    part: Uuid,
}

/// A system by name.
#[derive(Debug, Default, Deserialize)]
pub struct SystemForm {
    #[serde(default)]
    system: String,
}

/// Connects a system.
pub async fn add_system(ctx: Ctx, Id(id): Id, Form(raw): Form<SystemForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    frame::load_to_write(&ctx, &mut tx, id).await?;
    let mut faults = Faults::default();
    let name = faults.required("system", "Systemets namn", &raw.system, 300);
    let found = if name.is_empty() {
        Vec::new()
    } else {
        let scope = ctx.scope_for(Permission::SystemRead);
        queries::find_systems_named(&mut tx, &name, &scope, ctx.today()).await?
    };
    let system = match *found {
        [system] => Some(system),
        [] if faults.is_empty() => {
            faults.add(
                "system",
                "Det finns inget system med det namnet. Välj ett i listan, eller lägg till systemet först.",
            );
            None
        }
        [] => None,
        _ => {
            faults.add("system", "Flera system heter så. Öppna systemet och koppla avtalet därifrån.");
            None
        }
    };
    let Some(system) = system else {
        tx.rollback().await?;
        return overview(&ctx, id, Typed { system: raw.system, faults, ..Typed::default() }).await;
    };
    queries::insert_system(&mut tx, id, system).await?;
    tx.commit().await?;
    Ok(ctx.redirect(format!("contracts/{id}"), &Flash::success("Systemet är kopplat till avtalet.")))
}

/// Takes the connection with a system away.
pub async fn remove_system(ctx: Ctx, Path(path): Path<Part>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    frame::load_to_write(&ctx, &mut tx, path.id).await?;
    queries::delete_system(&mut tx, path.id, path.part).await?;
    tx.commit().await?;
    Ok(ctx.redirect(
        format!("contracts/{}", path.id),
        &Flash::success("Systemet är inte längre kopplat till avtalet."),
    ))
}

/// A person by employee number, e-mail or name.
#[derive(Debug, Default, Deserialize)]
pub struct PersonForm {
    #[serde(default)]
    person: String,
}

/// Makes somebody responsible as from today.
pub async fn add_responsible(ctx: Ctx, Id(id): Id, Form(raw): Form<PersonForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let contract = frame::load_to_write(&ctx, &mut tx, id).await?;
    let mut faults = Faults::default();
    let text = faults.required("person", "Anställningsnummer, e-post eller namn", &raw.person, 300);
    let found = if text.is_empty() { Vec::new() } else { queries::find_persons(&mut tx, &text).await? };
    let person = match *found {
        [person] => Some(person),
        [] if faults.is_empty() => {
            faults.add("person", "Ingen person i registret stämmer. Ange anställningsnummer eller e-post.");
            None
        }
        [] => None,
        _ => {
            faults.add("person", "Flera personer heter så. Ange anställningsnummer eller e-post.");
            None
        }
    };
    // Whoever writes by a role that ends one day does not make the right their own for good (rules 4.3).
    let unit = contract.owner_unit_id;
    if person.is_some()
        && person == ctx.principal.person_id
        && object_role_gives_more(RESPONSIBLE, |right| ctx.scope_for(right).reaches_unit(unit))
    {
        faults.add(
            "person",
            "Du kan inte göra dig själv ansvarig, eftersom det ger dig fler rättigheter. Be någon annan som får ändra avtalet.",
        );
    }
    let Some(person) = person.filter(|_| faults.is_empty()) else {
        tx.rollback().await?;
        return overview(&ctx, id, Typed { person: raw.person, faults, ..Typed::default() }).await;
    };
    let holders = queries::list_holders(&mut tx, id, ctx.today()).await?;
    if holders.iter().any(|holder| holder.role == RESPONSIBLE && holder.person_id == Some(person)) {
        return Ok(
            ctx.redirect(format!("contracts/{id}"), &Flash::info("Personen är redan ansvarig för avtalet."))
        );
    }
    queries::insert_holder(&mut tx, id, RESPONSIBLE, (Some(person), ""), Some(ctx.today())).await?;
    tx.commit().await?;
    Ok(ctx.redirect(format!("contracts/{id}"), &Flash::success("Ansvarig är utsedd.")))
}

/// Ends somebody's responsibility.
pub async fn end_responsible(ctx: Ctx, Path(path): Path<Part>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    frame::load_to_write(&ctx, &mut tx, path.id).await?;
    if !queries::end_holder(&mut tx, path.id, path.part, ctx.today()).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(ctx.redirect(format!("contracts/{}", path.id), &Flash::success("Ansvaret är avslutat.")))
}
