//! Raw forms → the area's types, with every fault at once.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    keys,
    model::{CATEGORIES, CRITICALITIES, HOSTINGS, PERSONAL_DATA, PHASES, SystemFields, codes_of},
};
use crate::web::form::Faults;

/// The form of a system, as typed. Field names are those of the columns.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawSystem {
    pub version: i32,
    pub name: String,
    pub short_name: String,
    pub instance: String,
    pub description: String,
    pub purpose: String,
    pub category: String,
    pub phase: String,
    pub phase_since: String,
    pub hosting: String,
    pub criticality: String,
    pub supplier: String,
    pub owner_unit_id: String,
    pub function_area: Vec<String>,
    pub alias: Vec<String>,
    pub personal_data: String,
    pub controller_unit_id: String,
    pub contract_end: String,
    pub contract_end_text: String,
    pub notice_text: String,
    pub option_text: String,
    pub case_number: String,
    pub annual_cost: String,
    pub user_count: String,
    pub plan_year: String,
    pub product_version: String,
    pub login_method: String,
    pub data_country: String,
    pub rto_hours: String,
    pub rpo_hours: String,
    pub reserve_routine: String,
    pub restore_tested_on: String,
    pub end_of_support: String,
    pub planned_decommission: String,
    pub next_review: String,
    pub risk_reviewed_on: String,
    pub archive_note: String,
    pub uses_ai: String,
    pub nis2_relevant: String,
    pub dos_scope: String,
    pub accessibility_url: String,
    pub cost_centre: String,
    pub replaces_text: String,
    pub it_contact: String,
    pub note: String,
}

/// What a form of a system means.
#[derive(Clone, Debug, Default)]
pub struct SystemForm {
    /// What is said about the system; what the form does not hold is as it was.
    pub fields: SystemFields,
    /// The supplier's name, to be found or created.
    pub supplier: String,
    /// Its function areas.
    pub areas: Vec<String>,
    /// Other names, when the system is created.
    pub aliases: Vec<String>,
}

impl RawSystem {
    /// The form as it is first shown for a system.
    #[must_use]
    pub fn from_system(version: i32, f: &SystemFields, supplier: &str, areas: &[String]) -> Self {
        let day = |d: Option<NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
        let id = |i: Option<Uuid>| i.map(|i| i.to_string()).unwrap_or_default();
        let flag = |b: Option<bool>| b.map_or("", |b| if b { "ja" } else { "nej" }).to_owned();
        let number = |n: Option<rust_decimal::Decimal>| {
            n.map(|n| n.normalize().to_string().replace('.', ",")).unwrap_or_default()
        };
        let whole = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
        Self {
            version,
            name: f.name.clone(),
            short_name: f.short_name.clone(),
            instance: f.instance.clone(),
            description: f.description.clone(),
            purpose: f.purpose.clone(),
            category: f.category.clone(),
            phase: f.phase.clone(),
            phase_since: day(f.phase_since),
            hosting: f.hosting.clone(),
            criticality: f.criticality.clone(),
            supplier: supplier.to_owned(),
            owner_unit_id: id(f.owner_unit_id),
            function_area: areas.to_vec(),
            alias: Vec::new(),
            personal_data: f.personal_data.clone(),
            controller_unit_id: id(f.controller_unit_id),
            contract_end: day(f.contract_end),
            contract_end_text: f.contract_end_text.clone(),
            notice_text: f.notice_text.clone(),
            option_text: f.option_text.clone(),
            case_number: f.case_number.clone(),
            annual_cost: number(f.annual_cost),
            user_count: whole(f.user_count),
            plan_year: whole(f.plan_year),
            product_version: f.product_version.clone(),
            login_method: f.login_method.clone(),
            data_country: f.data_country.clone(),
            rto_hours: number(f.rto_hours),
            rpo_hours: number(f.rpo_hours),
            reserve_routine: f.reserve_routine.clone(),
            restore_tested_on: day(f.restore_tested_on),
            end_of_support: day(f.end_of_support),
            planned_decommission: day(f.planned_decommission),
            next_review: day(f.next_review),
            risk_reviewed_on: day(f.risk_reviewed_on),
            archive_note: f.archive_note.clone(),
            uses_ai: flag(f.uses_ai),
            nis2_relevant: flag(f.nis2_relevant),
            dos_scope: flag(f.dos_scope),
            accessibility_url: f.accessibility_url.clone(),
            cost_centre: f.cost_centre.clone(),
            replaces_text: f.replaces_text.clone(),
            it_contact: f.it_contact.clone(),
            note: f.note.clone(),
        }
    }

    /// What the form means. `base` is the system as it is: the fields that the form does not hold (phase when it exists,
    /// classification) stay. Faults in the order of the form.
    #[must_use]
    pub fn parse(&self, base: &SystemFields, is_new: bool) -> (SystemForm, Faults) {
        let mut q = Faults::default();
        let mut f = base.clone();
        self.parse_basics(&mut f, &mut q, is_new);
        self.parse_operation(&mut f, &mut q);
        self.parse_information(&mut f, &mut q);
        self.parse_contract(&mut f, &mut q);
        f.note = q.text("note", "Anmärkning", &self.note, 4000);
        let supplier = q.text("supplier", "Leverantör", &self.supplier, 200);
        let areas = tidy(&self.function_area);
        if areas.iter().any(|a| a.chars().count() > 100) {
            q.add("function_area", "Ett funktionsområde får ha högst 100 tecken.");
        }
        let aliases = tidy(&self.alias);
        if aliases.iter().any(|a| a.chars().count() > 200) {
            q.add("alias", "Ett annat namn får ha högst 200 tecken.");
        }
        (SystemForm { fields: f, supplier, areas, aliases }, q)
    }

    fn parse_basics(&self, f: &mut SystemFields, q: &mut Faults, is_new: bool) {
        f.name = q.required("name", "Namn", &self.name, 200);
        f.name_key = keys::system(&f.name);
        f.short_name = q.text("short_name", "Kortnamn", &self.short_name, 60);
        f.instance = q.text("instance", "Instans", &self.instance, 60);
        f.description = q.text("description", "Beskrivning", &self.description, 4000);
        f.purpose = q.text("purpose", "Syfte", &self.purpose, 4000);
        f.category = q.choice("category", "Kategori", &self.category, &codes_of(CATEGORIES));
        f.owner_unit_id = q.id("owner_unit_id", "Förvaltning", &self.owner_unit_id);
        if is_new {
            f.phase = q.choice("phase", "Fas", &self.phase, &codes_of(&PHASES));
            if f.phase.is_empty() {
                q.add("phase", "Välj fas.");
            }
            f.phase_since = q.date("phase_since", "I fasen sedan", &self.phase_since);
        }
    }

    fn parse_operation(&self, f: &mut SystemFields, q: &mut Faults) {
        f.hosting = q.choice("hosting", "Driftform", &self.hosting, &codes_of(HOSTINGS));
        f.product_version = q.text("product_version", "Version", &self.product_version, 60);
        f.login_method = q.text("login_method", "Inloggning", &self.login_method, 200);
        f.data_country = q.text("data_country", "Land där data lagras", &self.data_country, 100);
        f.user_count = q.integer("user_count", "Antal användare", &self.user_count, 0..=10_000_000);
        f.it_contact = q.text("it_contact", "IT-kontakt", &self.it_contact, 200);
        f.end_of_support = q.date("end_of_support", "Support upphör", &self.end_of_support);
        f.planned_decommission =
            q.date("planned_decommission", "Planerad avveckling", &self.planned_decommission);
        f.replaces_text = q.text("replaces_text", "Ersätter", &self.replaces_text, 200);
        f.criticality = q.choice("criticality", "Kritikalitet", &self.criticality, &codes_of(CRITICALITIES));
        f.rto_hours = hours(q, "rto_hours", "Längsta tid till återställning", &self.rto_hours);
        f.rpo_hours = hours(q, "rpo_hours", "Längsta tid av förlorad data", &self.rpo_hours);
        f.reserve_routine = q.text("reserve_routine", "Reservrutin", &self.reserve_routine, 4000);
        f.restore_tested_on = q.date("restore_tested_on", "Återläsning testad", &self.restore_tested_on);
        f.risk_reviewed_on = q.date("risk_reviewed_on", "Risker bedömda", &self.risk_reviewed_on);
        f.next_review = q.date("next_review", "Nästa genomgång", &self.next_review);
    }

    fn parse_information(&self, f: &mut SystemFields, q: &mut Faults) {
        f.personal_data =
            q.choice("personal_data", "Personuppgifter", &self.personal_data, &codes_of(PERSONAL_DATA));
        f.controller_unit_id = q.id("controller_unit_id", "Personuppgiftsansvarig", &self.controller_unit_id);
        f.archive_note = q.text("archive_note", "Bevarande och gallring", &self.archive_note, 4000);
        f.uses_ai = yes_no(q, "uses_ai", "Använder AI", &self.uses_ai);
        f.nis2_relevant = yes_no(q, "nis2_relevant", "Omfattas av cybersäkerhetslagen", &self.nis2_relevant);
        f.dos_scope = yes_no(q, "dos_scope", "Omfattas av DOS-lagen", &self.dos_scope);
        f.accessibility_url =
            q.text("accessibility_url", "Tillgänglighetsredogörelse", &self.accessibility_url, 400);
        if !f.accessibility_url.is_empty()
            && !f.accessibility_url.starts_with("https://")
            && !f.accessibility_url.starts_with("http://")
        {
            q.add(
                "accessibility_url",
                "Tillgänglighetsredogörelse ska vara en webbadress som börjar med https://.",
            );
        }
    }

    fn parse_contract(&self, f: &mut SystemFields, q: &mut Faults) {
        f.contract_end = q.date("contract_end", "Avtal till och med", &self.contract_end);
        f.contract_end_text =
            q.text("contract_end_text", "Avtalets slut i ord", &self.contract_end_text, 200);
        f.notice_text = q.text("notice_text", "Uppsägningstid", &self.notice_text, 200);
        f.option_text = q.text("option_text", "Optioner", &self.option_text, 200);
        f.case_number = q.text("case_number", "Diarienummer", &self.case_number, 100);
        f.annual_cost = q.amount("annual_cost", "Kostnad per år", &self.annual_cost);
        f.cost_centre = q.text("cost_centre", "Kostnadsställe", &self.cost_centre, 60);
        f.plan_year = q.integer("plan_year", "Förvaltningsplan för år", &self.plan_year, 2000..=2100);
    }
}

/// Texts without blanks and without repetition, in the order given.
fn tidy(texts: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for text in texts {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && !out.iter().any(|o| o.to_lowercase() == text.to_lowercase()) {
            out.push(text);
        }
    }
    out
}

fn hours(q: &mut Faults, field: &'static str, label: &str, typed: &str) -> Option<rust_decimal::Decimal> {
    let text = typed.trim().trim_end_matches("timmar").trim_end_matches('h').trim();
    let value = text.replace(',', ".").parse::<rust_decimal::Decimal>().ok();
    let fits = value.is_some_and(|v| !v.is_sign_negative() && v < rust_decimal::Decimal::from(100_000));
    if text.is_empty() {
        None
    } else if fits {
        value.map(|v| v.round_dp(2))
    } else {
        q.add(field, format!("{label} ska vara ett antal timmar, till exempel 4 eller 0,5."));
        None
    }
}

fn yes_no(q: &mut Faults, field: &'static str, label: &str, typed: &str) -> Option<bool> {
    match q.choice(field, label, typed, &["ja", "nej"]).as_str() {
        "ja" => Some(true),
        "nej" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_shown_and_sent_unchanged_changes_nothing() {
        let mut fields = SystemFields::named("Vårdia");
        fields.name_key = keys::system("Vårdia");
        fields.annual_cost = Some("1842000.50".parse().unwrap());
        fields.rto_hours = Some("0.5".parse().unwrap());
        fields.uses_ai = Some(false);
        fields.level_k = Some(3);
        fields.phase_since = NaiveDate::from_ymd_opt(2019, 2, 1);
        let raw = RawSystem::from_system(3, &fields, "Nordvård AB", &["journal".to_owned()]);
        let (form, faults) = raw.parse(&fields, false);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(form.fields, fields);
        assert_eq!(
            (form.supplier.as_str(), form.areas.as_slice()),
            ("Nordvård AB", &["journal".to_owned()][..])
        );
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let raw = RawSystem {
            category: "okänd".into(),
            annual_cost: "dyrt".into(),
            next_review: "2026-02-30".into(),
            rto_hours: "snabbt".into(),
            accessibility_url: "javascript:alert(1)".into(),
            ..RawSystem::default()
        };
        let (_, faults) = raw.parse(&SystemFields::default(), true);
        for field in
            ["name", "category", "phase", "rto_hours", "next_review", "accessibility_url", "annual_cost"]
        {
            assert!(faults.of(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_function_area_typed_twice_is_one() {
        let raw = RawSystem {
            name: "X".into(),
            function_area: vec![" bokning ".into(), "Bokning".into(), String::new()],
            ..RawSystem::default()
        };
        assert_eq!(raw.parse(&SystemFields::default(), false).0.areas, ["bokning"]);
    }
}
