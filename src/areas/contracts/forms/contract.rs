//! A contract's fields: typed → contract, and contract → typed.

use chrono::NaiveDate;
use uuid::Uuid;

use super::Raw;
use crate::areas::contracts::model::{
    AMENDMENT_GROUNDS, Contract, DPA_STATES, OptionRow, PRICE_MODELS, PROCURED_UNDER, PURPOSE_CLASSES, Review,
};
use crate::rules::contract_dates::{
    ContractKind, ProcurementPath, RenewalKind, StepState, periods::period_end,
};
use crate::rules::contract_terms::{self as terms, Doubt, NoticeHint, OptionReading};
use crate::web::form::Faults;

/// Longest a text of one line may be.
pub(super) const LINE: usize = 300;
/// Longest a text of several lines may be.
const TEXT: usize = 4_000;
/// More option steps than this are a slip of the pen.
const MOST_STEPS: usize = 20;

/// What a form of a contract says.
#[derive(Clone, Debug)]
pub struct ContractInput {
    /// The contract.
    pub contract: Contract,
    /// Its option steps.
    pub options: Vec<OptionRow>,
}

/// The codes of a table of codes and labels.
fn codes<'a>(pairs: &[(&'a str, &'a str)]) -> Vec<&'a str> {
    pairs.iter().map(|(code, _)| *code).collect()
}

/// Reads the form. `old` is the contract that is changed, with its steps; `parent` what the typed number was resolved to.
///
/// # Errors
/// Every fault, in the order of the form.
pub fn read(raw: &Raw, old: Option<&ContractInput>, parent: Option<Uuid>) -> Result<ContractInput, Faults> {
    let mut faults = Faults::default();
    let mut contract = old.map_or_else(
        || Contract {
            id: crate::ids::new_id(),
            version: 1,
            review: serde_json::json!([]),
            ..Contract::default()
        },
        |old| old.contract.clone(),
    );
    let mut review = contract.reviews();
    about(raw, &mut contract, &mut faults);
    contract.parent_contract_id = parent;
    if parent.is_some() {
        review.retain(|doubt| doubt.field != "parent");
    }
    let steps = time(raw, &mut contract, old, &mut review, &mut faults);
    super::term::read(raw, &mut contract, old, &mut review, &mut faults);
    money(raw, &mut contract, &mut faults);
    procurement(raw, &mut contract, &mut faults);
    records(raw, &mut contract, &mut faults);
    contract.review = serde_json::to_value(&review).unwrap_or_else(|_| serde_json::json!([]));
    if faults.is_empty() { Ok(ContractInput { contract, options: steps }) } else { Err(faults) }
}

fn about(raw: &Raw, contract: &mut Contract, faults: &mut Faults) {
    contract.title = faults.required("title", "Avtalets namn", raw.get("title"), LINE);
    contract.contract_no = faults.text("contract_no", "Avtalsnummer", raw.get("contract_no"), 60);
    let kinds: Vec<&str> = ContractKind::ALL.iter().map(|kind| kind.code()).collect();
    contract.kind = faults.choice("kind", "Avtalstyp", raw.get("kind"), &kinds);
    contract.purpose_class =
        faults.choice("purpose_class", "Uppdelning", raw.get("purpose_class"), &codes(PURPOSE_CLASSES));
    contract.supplier_id = faults.id("supplier_id", "Leverantör", raw.get("supplier_id"));
    contract.owner_unit_id = faults.id("owner_unit_id", "Ansvarig enhet", raw.get("owner_unit_id"));
    contract.parent_text = faults.text("parent_no", "Ramavtal eller huvudavtal", raw.get("parent_no"), LINE);
    contract.amendment_ground = faults.choice(
        "amendment_ground",
        "Grund för ändring",
        raw.get("amendment_ground"),
        &codes(AMENDMENT_GROUNDS),
    );
}

fn months(raw: &Raw, field: &'static str, label: &str, faults: &mut Faults) -> Option<i32> {
    faults.integer(field, label, raw.get(field), 1..=1_200)
}

fn time(
    raw: &Raw,
    contract: &mut Contract,
    old: Option<&ContractInput>,
    review: &mut Vec<Review>,
    faults: &mut Faults,
) -> Vec<OptionRow> {
    contract.start_date = faults.date("start_date", "Startdatum", raw.get("start_date"));
    contract.end_date = faults.date("end_date", "Slutdatum", raw.get("end_date"));
    contract.end_follows_parent = raw.ticked("end_follows_parent");
    contract.initial_months = months(raw, "initial_months", "Första avtalstiden", faults);
    contract.auto_renewal_months = months(raw, "auto_renewal_months", "Förlängs med", faults);
    contract.auto_max_end_date =
        faults.date("auto_max_end_date", "Längst till och med", raw.get("auto_max_end_date"));
    contract.renewal_text =
        faults.text("renewal_text", "Förlängning enligt avtalet", raw.get("renewal_text"), LINE);
    contract.option_text =
        faults.text("option_text", "Optioner enligt avtalet", raw.get("option_text"), LINE);
    review.retain(|doubt| !matches!(doubt.field.as_str(), "end" | "renewal" | "option"));
    let (reading, steps) = option_steps(raw, contract, old, review, faults);
    let renewal = terms::renewal(&contract.renewal_text);
    if contract.auto_renewal_months.is_none() {
        contract.auto_renewal_months = renewal.value.months.and_then(|months| i32::try_from(months).ok());
    }
    contract.auto_max_end_date = contract.auto_max_end_date.or(renewal.value.max_end);
    let kinds: Vec<&str> = RenewalKind::ALL.iter().map(|kind| kind.code()).collect();
    let chosen = faults.choice("renewal_kind", "Vad som händer vid slutet", raw.get("renewal_kind"), &kinds);
    if chosen.is_empty() {
        let given = terms::notice(raw.get("notice_text"), NoticeHint::default()).value.value().is_some();
        let found = terms::renewal_kind(&renewal.value, &reading, false, given);
        found.value.code().clone_into(&mut contract.renewal_kind);
        let doubts = renewal.doubts.iter().chain(&found.doubts);
        let assumed =
            |doubt: &&Doubt| **doubt == Doubt::RenewalLengthAssumed && contract.auto_renewal_months.is_some();
        review.extend(doubts.filter(|doubt| !assumed(doubt)).map(|doubt| Review::new("renewal", *doubt)));
    } else {
        contract.renewal_kind = chosen;
    }
    check_time(contract, &steps, faults);
    steps
}

fn check_time(contract: &Contract, steps: &[OptionRow], faults: &mut Faults) {
    let (start, end) = (contract.start_date, contract.end_date);
    if start.zip(end).is_some_and(|(start, end)| end < start) {
        faults.add("end_date", "Slutdatumet ligger före startdatumet. Ändra ett av dem.");
        return;
    }
    if end.is_some() && contract.end_follows_parent {
        faults.add("end_date", "Ange antingen ett slutdatum eller att slutet följer huvudavtalet.");
    }
    if end.is_some() && contract.renewal() == RenewalKind::UntilFurtherNotice {
        faults.add(
            "end_date",
            "Ett avtal som löper tills vidare har inget slutdatum. Ta bort datumet eller välj något annat.",
        );
    }
    if end.zip(contract.auto_max_end_date).is_some_and(|(end, last)| last < end) {
        faults.add("auto_max_end_date", "Sista möjliga dag ligger före slutdatumet. Ändra en av dem.");
    }
    let first = contract.initial_months.and_then(|months| u32::try_from(months).ok());
    if let (Some(start), Some(end), Some(first)) = (start, end, first)
        && !fits(contract, start, end, first, steps)
    {
        faults.add(
            "initial_months",
            format!(
                "Första avtalstiden räknad från startdatumet slutar {}, vilket inte stämmer med slutdatumet. Ändra det som är fel.",
                period_end(start, first)
            ),
        );
    }
}

/// Whether the stated end is the end of one of the periods that the first one, the options and the renewals give.
fn fits(contract: &Contract, start: NaiveDate, end: NaiveDate, first: u32, steps: &[OptionRow]) -> bool {
    let renewed =
        contract.auto_renewal_months.and_then(|months| u32::try_from(months).ok()).unwrap_or(12).max(1);
    let mut months = first;
    if period_end(start, months) == end {
        return true;
    }
    match contract.renewal() {
        RenewalKind::Auto => loop {
            months = months.saturating_add(renewed);
            let reached = period_end(start, months);
            if reached >= end || contract.auto_max_end_date.is_some_and(|last| reached >= last) {
                return reached == end || contract.auto_max_end_date == Some(end);
            }
        },
        _ => steps.iter().any(|step| {
            months = months.saturating_add(u32::try_from(step.months).unwrap_or(0));
            period_end(start, months) == end
        }),
    }
}

/// The steps: typed in months, else read from the text; what has been done with a step stays with it.
fn option_steps(
    raw: &Raw,
    contract: &mut Contract,
    old: Option<&ContractInput>,
    review: &mut Vec<Review>,
    faults: &mut Faults,
) -> (OptionReading, Vec<OptionRow>) {
    let typed = raw.get("option_months").trim();
    let used = faults.integer("options_used", "Utnyttjade optioner", raw.get("options_used"), 0..=20);
    let reading = terms::options(&contract.option_text);
    let (months, exercised) = if typed.is_empty() {
        if !contract.option_text.is_empty() {
            review.extend(reading.doubts.iter().map(|doubt| Review::new("option", *doubt)));
        }
        let resolved = terms::resolve_options(&reading.value, contract.start_date, contract.end_date);
        if contract.initial_months.is_none()
            && contract.start_date.is_some()
            && !resolved.value.steps.is_empty()
        {
            contract.initial_months =
                resolved.value.initial_months.and_then(|months| i32::try_from(months).ok());
        }
        let settled = |doubt: &&Doubt| **doubt == Doubt::UsedOptionsUnknown && used.is_some();
        review.extend(
            resolved.doubts.iter().filter(|doubt| !settled(doubt)).map(|doubt| Review::new("option", *doubt)),
        );
        (resolved.value.steps, resolved.value.exercised)
    } else {
        let months: Vec<u32> = typed
            .split(|character: char| !character.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .filter_map(|part| part.parse().ok())
            .filter(|months| (1..=240).contains(months))
            .collect();
        let parts = typed
            .split(|character: char| !character.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .count();
        if months.is_empty() || months.len() != parts || months.len() > MOST_STEPS {
            faults.add(
                "option_months",
                "Skriv optionernas längd i månader med plus emellan, till exempel 12+12.",
            );
        }
        let before = old.map_or(0, |old| {
            old.options.iter().filter(|step| step.step_state() == StepState::Exercised).count()
        });
        (months, before)
    };
    let exercised = used.and_then(|used| usize::try_from(used).ok()).unwrap_or(exercised);
    if exercised > months.len() {
        faults.add("options_used", "Fler optioner är utnyttjade än det finns. Ändra ett av talen.");
    }
    let steps = (1i16..)
        .zip(&months)
        .map(|(step_no, months)| {
            let months = i32::try_from(*months).unwrap_or(i32::MAX);
            let is_used = usize::from(step_no.unsigned_abs()) <= exercised;
            let before = old.and_then(|old| old.options.iter().find(|step| step.step_no == step_no));
            let mut step = before.cloned().unwrap_or_else(|| OptionRow {
                id: crate::ids::new_id(),
                contract_id: contract.id,
                step_no,
                months,
                state: StepState::Open.code().to_owned(),
                sent_on: None,
                confirmed_on: None,
                reason: String::new(),
            });
            step.months = months;
            if is_used != (step.step_state() == StepState::Exercised) {
                let state = if is_used { StepState::Exercised } else { StepState::Open };
                state.code().clone_into(&mut step.state);
            }
            step
        })
        .collect();
    let mut reading = reading.value;
    if !typed.is_empty() {
        reading.lengths = months;
    }
    (reading, steps)
}

fn money(raw: &Raw, contract: &mut Contract, faults: &mut Faults) {
    contract.annual_value = faults.amount("annual_value", "Värde per år", raw.get("annual_value"));
    contract.one_off_value = faults.amount("one_off_value", "Engångsbelopp", raw.get("one_off_value"));
    contract.ceiling_value = faults.amount("ceiling_value", "Takvolym", raw.get("ceiling_value"));
    contract.value_used = faults.amount("value_used", "Avropat hittills", raw.get("value_used"));
    contract.price_model =
        faults.choice("price_model", "Prismodell", raw.get("price_model"), &codes(PRICE_MODELS));
    contract.index_name = faults.text("index_name", "Index", raw.get("index_name"), 80);
    contract.index_base_month = faults.date("index_base_month", "Basmånad", raw.get("index_base_month"));
    contract.index_measure_month =
        faults.date("index_measure_month", "Mätmånad", raw.get("index_measure_month"));
    contract.index_base_value =
        faults.amount("index_base_value", "Indextal i basmånaden", raw.get("index_base_value"));
    contract.index_adjusted_on =
        faults.date("index_adjusted_on", "Senast justerat", raw.get("index_adjusted_on"));
    contract.cost_centre = faults.text("cost_centre", "Kostnadsställe", raw.get("cost_centre"), 60);
    contract.cost_string = faults.text("cost_string", "Övrig kontering", raw.get("cost_string"), LINE);
    let negative = [
        ("annual_value", contract.annual_value),
        ("one_off_value", contract.one_off_value),
        ("ceiling_value", contract.ceiling_value),
        ("value_used", contract.value_used),
    ];
    for (field, _) in negative.into_iter().filter(|(_, sum)| sum.is_some_and(|sum| sum.is_sign_negative())) {
        faults.add(field, "Beloppet kan inte vara mindre än noll.");
    }
}

fn procurement(raw: &Raw, contract: &mut Contract, faults: &mut Faults) {
    contract.procured_under = faults.choice(
        "procured_under",
        "Upphandlat enligt",
        raw.get("procured_under"),
        &codes(PROCURED_UNDER),
    );
    contract.procurement_form =
        faults.text("procurement_form", "Upphandlingsform", raw.get("procurement_form"), LINE);
    let paths: Vec<&str> = ProcurementPath::ALL.iter().map(|path| path.code()).collect();
    contract.procurement_path =
        faults.choice("procurement_path", "Nästa upphandling", raw.get("procurement_path"), &paths);
    if contract.procurement_path.is_empty() {
        let path = terms::procurement_form(&contract.procurement_form);
        path.map(ProcurementPath::code).unwrap_or_default().clone_into(&mut contract.procurement_path);
    }
    contract.procurement_reference = faults.text(
        "procurement_reference",
        "Upphandlingens diarienummer",
        raw.get("procurement_reference"),
        80,
    );
    contract.lead_months =
        faults.integer("lead_months", "Tid för upphandlingen", raw.get("lead_months"), 0..=120);
    contract.next_procurement =
        faults.text("next_procurement", "Påbörjad upphandling", raw.get("next_procurement"), LINE);
    contract.special_reasons =
        faults.text("special_reasons", "Särskilda skäl", raw.get("special_reasons"), TEXT);
    contract.cpv = faults.text("cpv", "CPV-kod", raw.get("cpv"), 60);
    contract.calloff_months_after_framework = faults.integer(
        "calloff_months_after_framework",
        "Månader efter ramavtalet",
        raw.get("calloff_months_after_framework"),
        0..=240,
    );
    contract.calloff_last_date =
        faults.date("calloff_last_date", "Sista dag för avrop", raw.get("calloff_last_date"));
    contract.award_documented_on = faults.date(
        "award_documented_on",
        "Direktupphandlingen dokumenterad",
        raw.get("award_documented_on"),
    );
}

fn records(raw: &Raw, contract: &mut Contract, faults: &mut Faults) {
    contract.case_number = faults.text("case_number", "Diarienummer", raw.get("case_number"), 80);
    contract.signed_by = faults.text("signed_by", "Tecknat av", raw.get("signed_by"), LINE);
    contract.signed_role = faults.text("signed_role", "Befattning", raw.get("signed_role"), LINE);
    contract.signed_on = faults.date("signed_on", "Tecknat datum", raw.get("signed_on"));
    contract.document_url = faults.text("document_url", "Länk till avtalet", raw.get("document_url"), 1_000);
    if !contract.document_url.is_empty()
        && !contract.document_url.starts_with("https://")
        && !contract.document_url.starts_with("http://")
    {
        faults.add("document_url", "Länken ska börja med https://.");
    }
    contract.dpa_status =
        faults.choice("dpa_status", "Personuppgiftsbiträdesavtal", raw.get("dpa_status"), &codes(DPA_STATES));
    contract.secrecy_paragraph =
        faults.text("secrecy_paragraph", "Sekretess enligt", raw.get("secrecy_paragraph"), LINE);
    contract.secrecy_authority =
        faults.text("secrecy_authority", "Märkt av", raw.get("secrecy_authority"), LINE);
    contract.secrecy_marked_on =
        faults.date("secrecy_marked_on", "Märkt datum", raw.get("secrecy_marked_on"));
    contract.secrecy_until = faults.date("secrecy_until", "Sekretess längst till", raw.get("secrecy_until"));
    contract.note = faults.text("note", "Anteckning", raw.get("note"), TEXT);
}

#[cfg(test)]
#[path = "contract_tests.rs"]
mod tests;
