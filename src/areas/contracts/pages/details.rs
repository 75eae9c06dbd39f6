//! Every field of a contract, in groups.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::frame::{self, Frame, Part};
use crate::areas::contracts::model::{
    AMENDMENT_GROUNDS, DPA_STATES, PRICE_MODELS, PROCURED_UNDER, PURPOSE_CLASSES,
};
use crate::areas::contracts::queries;
use crate::areas::people::PROTECTED;
use crate::auth::permissions::Permission;
use crate::error::AppResult;
use crate::rules::contract_dates::ProcurementPath;
use crate::web::ctx::Ctx;
use crate::web::extract::Id;
use crate::web::filters;
use crate::web::format::{kr_of, number_of};
use crate::web::page::Page;

/// A heading with its facts.
struct Group {
    title: &'static str,
    facts: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "contracts/details.html")]
struct DetailsPage {
    page: Page,
    frame: Frame,
    groups: Vec<Group>,
}

/// Every field of a contract.
pub async fn details(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let mut frame = frame::load(&ctx, &mut tx, id, Part::Details).await?;
    let unit = match frame.of.contract.owner_unit_id {
        Some(unit) => queries::find_unit_name(&mut tx, unit).await?,
        None => None,
    };
    // The source wrote a name that may have become protected since.
    let holders = queries::list_holders(&mut tx, id, ctx.today()).await?;
    if holders.iter().any(|holder| holder.is_protected) && !ctx.can(Permission::ProtectedRead) {
        PROTECTED.clone_into(&mut frame.of.contract.responsible_text);
    }
    let page = ctx.page(&mut tx, frame.of.contract.title.clone()).await?.crumb("Avtal", "contracts");
    tx.commit().await?;
    let groups = groups(&frame, unit.unwrap_or_default());
    ctx.html(&DetailsPage { page, frame, groups })
}

type Facts = Vec<(&'static str, String)>;

fn groups(frame: &Frame, unit: String) -> Vec<Group> {
    vec![
        Group { title: "Avtalstid", facts: time(frame) },
        Group { title: "Uppsägning och optioner", facts: notice(frame) },
        Group { title: "Värde", facts: value(frame) },
        Group { title: "Upphandling", facts: procurement(frame) },
        Group { title: "Handling och ansvar", facts: records(frame, unit) },
    ]
}

fn day(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

fn sum(sum: Option<Decimal>) -> String {
    sum.map(kr_of).unwrap_or_default()
}

fn months(months: Option<i32>) -> String {
    months.map(|months| format!("{months} månader")).unwrap_or_default()
}

fn label(pairs: &[(&str, &str)], code: &str) -> String {
    pairs.iter().find(|(known, _)| *known == code).map(|(_, label)| (*label).to_owned()).unwrap_or_default()
}

fn time(frame: &Frame) -> Facts {
    let (c, found) = (&frame.of.contract, &frame.of.evaluation);
    vec![
        ("Från", day(c.start_date)),
        ("Slutdatum", day(c.end_date)),
        ("Slutdatum enligt källan", c.end_text.clone()),
        ("Första avtalstid", months(c.initial_months)),
        ("Vid slutet", c.renewal().label().to_owned()),
        ("Förlängning enligt avtalet", c.renewal_text.clone()),
        ("Förlängs med", months(c.auto_renewal_months)),
        ("Längst till", day(c.auto_max_end_date.or(found.max_end))),
        ("Innevarande period slutar", day(found.current_period_end)),
    ]
}

fn notice(frame: &Frame) -> Facts {
    let (c, found) = (&frame.of.contract, &frame.of.evaluation);
    vec![
        ("Uppsägning enligt avtalet", c.notice_text.clone()),
        ("Tolkning", c.notice().to_string()),
        ("Sista dag, samma datum bakåt", day(found.deadline.and_then(|deadline| deadline.reading_a))),
        ("Sista dag, hela månader", day(found.deadline.and_then(|deadline| deadline.reading_b))),
        ("Form", c.termination_form.clone()),
        ("Skickas till", c.recipient_address.clone()),
        ("Beslut om uppsägning", day(c.termination_decided_on)),
        ("Optioner enligt avtalet", c.option_text.clone()),
        ("Besked enligt avtalet", c.option_notice_text.clone()),
        ("Tolkning av besked", c.option_notice().to_string()),
    ]
}

fn value(frame: &Frame) -> Facts {
    let (c, found) = (&frame.of.contract, &frame.of.evaluation);
    vec![
        ("Per år", sum(c.annual_value)),
        ("Engångsbelopp", sum(c.one_off_value)),
        ("Värde enligt LOU", sum(found.total_value_lou)),
        ("Takvolym", sum(c.ceiling_value)),
        ("Avropat hittills", sum(c.value_used)),
        ("Prismodell", label(PRICE_MODELS, &c.price_model)),
        ("Index", c.index_name.clone()),
        ("Basmånad", day(c.index_base_month)),
        ("Mätmånad", day(c.index_measure_month)),
        ("Indextal i basmånaden", c.index_base_value.map(number_of).unwrap_or_default()),
        ("Senast justerat", day(c.index_adjusted_on)),
        ("Kostnadsställe", c.cost_centre.clone()),
        ("Övrig kontering", c.cost_string.clone()),
    ]
}

fn procurement(frame: &Frame) -> Facts {
    let (c, found) = (&frame.of.contract, &frame.of.evaluation);
    let path: Option<ProcurementPath> = c.procurement_path.parse().ok();
    vec![
        ("Upphandlat enligt", label(PROCURED_UNDER, &c.procured_under)),
        ("Upphandlingsform", c.procurement_form.clone()),
        ("Upphandlingens diarienummer", c.procurement_reference.clone()),
        ("Nästa upphandling", path.map(|path| path.label().to_owned()).unwrap_or_default()),
        ("Måste starta senast", day(found.procurement_start_by)),
        ("Nytt avtal behövs från", day(found.procurement_needed_from)),
        ("Påbörjad upphandling", c.next_procurement.clone()),
        ("Särskilda skäl", c.special_reasons.clone()),
        ("CPV-kod", c.cpv.clone()),
        ("Avrop efter ramavtalet", months(c.calloff_months_after_framework)),
        ("Sista dag för avrop", day(c.calloff_last_date.or(frame.of.terms.calloff_limit))),
        ("Direktupphandlingen dokumenterad", day(c.award_documented_on)),
        ("Grund för ändring", label(AMENDMENT_GROUNDS, &c.amendment_ground)),
    ]
}

fn records(frame: &Frame, unit: String) -> Facts {
    let c = &frame.of.contract;
    vec![
        ("Diarienummer", c.case_number.clone()),
        ("Ansvarig enhet", unit),
        ("Uppdelning", label(PURPOSE_CLASSES, &c.purpose_class)),
        ("Ansvarig enligt källan", c.responsible_text.clone()),
        ("System enligt källan", c.system_text.clone()),
        ("Tecknat av", c.signed_by.clone()),
        ("Befattning", c.signed_role.clone()),
        ("Tecknat", day(c.signed_on)),
        ("Personuppgiftsbiträdesavtal", label(DPA_STATES, &c.dpa_status)),
        ("Sekretess enligt", c.secrecy_paragraph.clone()),
        ("Märkt av", c.secrecy_authority.clone()),
        ("Märkt", day(c.secrecy_marked_on)),
        ("Sekretess längst till", day(c.secrecy_until)),
        ("Anteckning", c.note.clone()),
    ]
}
