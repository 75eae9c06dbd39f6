//! What is said about a system, as names and texts: for its page, its print and the comparison of two systems.

use super::{
    model::{CATEGORIES, CRITICALITIES, HOSTINGS, PERSONAL_DATA, SystemFields, name_of},
    queries::frame::Frame,
};
use crate::{areas::settings::Names, web::format};

/// A group of facts.
#[derive(Clone, Debug)]
pub struct Section {
    /// The id of its heading on the page.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// Name and text; an empty text shows as missing.
    pub facts: Vec<(&'static str, String)>,
}

impl Section {
    /// What is known.
    #[must_use]
    pub fn known(&self) -> Vec<(&'static str, String)> {
        self.facts.iter().filter(|(_, text)| !text.is_empty()).cloned().collect()
    }

    /// The names of what is not known, in one text.
    #[must_use]
    pub fn lacking(&self) -> String {
        let names: Vec<String> = self
            .facts
            .iter()
            .filter(|(_, text)| text.is_empty())
            .map(|(name, _)| name.to_lowercase())
            .collect();
        names
            .join(", ")
            .replace(" ai", " AI")
            .replace("dos-lagen", "DOS-lagen")
            .replace("it-kontakt", "IT-kontakt")
    }
}

fn day(day: Option<chrono::NaiveDate>) -> String {
    day.map(|d| d.to_string()).unwrap_or_default()
}

fn yes_no(answer: Option<bool>) -> String {
    answer.map_or("", |a| if a { "Ja" } else { "Nej" }).to_owned()
}

fn hours(value: Option<rust_decimal::Decimal>) -> String {
    value.map(|v| format!("{}{}timmar", format::number_of(v), format::NBSP)).unwrap_or_default()
}

/// What the end of the contract says: the day, else the words of the list.
#[must_use]
pub fn contract_end(f: &SystemFields) -> String {
    f.contract_end.map_or_else(|| f.contract_end_text.clone(), |d| d.to_string())
}

/// Everything that is said about a system but its name, phase, classification and what hangs on it.
#[must_use]
pub fn sections(f: &SystemFields, names: &Frame, areas: &[String]) -> Vec<Section> {
    let count = |n: Option<i32>| n.map(|n| format::number_of(n.into())).unwrap_or_default();
    let text = |t: &str| t.to_owned();
    let about = vec![
        ("Kategori", text(name_of(CATEGORIES, &f.category))),
        ("Funktionsområde", areas.join(", ")),
        ("Leverantör", names.supplier.clone().unwrap_or_default()),
        ("Förvaltning", names.owner_unit.clone().unwrap_or_default()),
        ("Kortnamn", text(&f.short_name)),
        ("Instans", text(&f.instance)),
        ("Beskrivning", text(&f.description)),
        ("Syfte", text(&f.purpose)),
        ("Antal användare", count(f.user_count)),
        ("Ersätter", text(&f.replaces_text)),
        ("Nästa genomgång", day(f.next_review)),
        ("Anmärkning", text(&f.note)),
    ];
    let operation = vec![
        ("Driftform", text(name_of(HOSTINGS, &f.hosting))),
        ("Version", text(&f.product_version)),
        ("Inloggning", text(&f.login_method)),
        ("Land där data lagras", text(&f.data_country)),
        ("IT-kontakt", text(&f.it_contact)),
        ("Support upphör", day(f.end_of_support)),
        ("Planerad avveckling", day(f.planned_decommission)),
        ("Kritikalitet", text(name_of(CRITICALITIES, &f.criticality))),
        ("Längsta tid till återställning", hours(f.rto_hours)),
        ("Längsta tid av förlorad data", hours(f.rpo_hours)),
        ("Reservrutin", text(&f.reserve_routine)),
        ("Återläsning testad", day(f.restore_tested_on)),
        ("Risker bedömda", day(f.risk_reviewed_on)),
    ];
    let information = vec![
        ("Personuppgifter", text(name_of(PERSONAL_DATA, &f.personal_data))),
        ("Personuppgiftsansvarig", names.controller_unit.clone().unwrap_or_default()),
        ("Bevarande och gallring", text(&f.archive_note)),
        ("Använder AI", yes_no(f.uses_ai)),
        ("Cybersäkerhetslagen", yes_no(f.nis2_relevant)),
        ("DOS-lagen", yes_no(f.dos_scope)),
        ("Tillgänglighetsredogörelse", text(&f.accessibility_url)),
    ];
    let money = vec![
        ("Avtal till och med", contract_end(f)),
        ("Uppsägningstid", text(&f.notice_text)),
        ("Optioner", text(&f.option_text)),
        ("Diarienummer", text(&f.case_number)),
        ("Kostnad per år", f.annual_cost.map(format::kr_of).unwrap_or_default()),
        ("Kostnadsställe", text(&f.cost_centre)),
        ("Förvaltningsplan för år", f.plan_year.map(|y| y.to_string()).unwrap_or_default()),
    ];
    vec![
        Section { id: "om", title: "Om systemet", facts: about },
        Section { id: "drift", title: "Drift och kontinuitet", facts: operation },
        Section { id: "information", title: "Information", facts: information },
        Section { id: "ekonomi", title: "Avtal och ekonomi", facts: money },
    ]
}

/// A field of a system that two systems, or two versions of one, may differ in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The column.
    pub column: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// The text of each.
    pub texts: Vec<String>,
}

impl Compared {
    /// Whether not all say the same.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.texts.iter().any(|t| Some(t) != self.texts.first())
    }
}

/// Column and label of everything that can be compared, in the order of the form.
pub const COMPARED: &[(&str, &str)] = &[
    ("name", "Namn"),
    ("short_name", "Kortnamn"),
    ("instance", "Instans"),
    ("supplier_id", "Leverantör"),
    ("owner_unit_id", "Förvaltning"),
    ("category", "Kategori"),
    ("phase", "Fas"),
    ("phase_since", "I fasen sedan"),
    ("description", "Beskrivning"),
    ("purpose", "Syfte"),
    ("hosting", "Driftform"),
    ("product_version", "Version"),
    ("login_method", "Inloggning"),
    ("data_country", "Land där data lagras"),
    ("user_count", "Antal användare"),
    ("it_contact", "IT-kontakt"),
    ("end_of_support", "Support upphör"),
    ("planned_decommission", "Planerad avveckling"),
    ("replaces_text", "Ersätter"),
    ("criticality", "Kritikalitet"),
    ("rto_hours", "Längsta tid till återställning"),
    ("rpo_hours", "Längsta tid av förlorad data"),
    ("reserve_routine", "Reservrutin"),
    ("restore_tested_on", "Återläsning testad"),
    ("risk_reviewed_on", "Risker bedömda"),
    ("next_review", "Nästa genomgång"),
    ("level_k", "Konfidentialitet"),
    ("level_r", "Riktighet"),
    ("level_t", "Tillgänglighet"),
    ("level_s", "Spårbarhet"),
    ("classified_on", "Klassat"),
    ("classification_valid_until", "Klassningen gäller till"),
    ("klassa_reference", "Referens i KLASSA"),
    ("personal_data", "Personuppgifter"),
    ("controller_unit_id", "Personuppgiftsansvarig"),
    ("archive_note", "Bevarande och gallring"),
    ("uses_ai", "Använder AI"),
    ("nis2_relevant", "Cybersäkerhetslagen"),
    ("dos_scope", "DOS-lagen"),
    ("accessibility_url", "Tillgänglighetsredogörelse"),
    ("contract_end", "Avtal till och med"),
    ("contract_end_text", "Avtalets slut i ord"),
    ("notice_text", "Uppsägningstid"),
    ("option_text", "Optioner"),
    ("case_number", "Diarienummer"),
    ("annual_cost", "Kostnad per år"),
    ("cost_centre", "Kostnadsställe"),
    ("plan_year", "Förvaltningsplan för år"),
    ("note", "Anmärkning"),
];

/// The fields of several systems side by side; those that none says anything in are left out. `names` are those of what
/// each system points at.
#[must_use]
pub fn compare(systems: &[(&SystemFields, &Frame)], words: &Names) -> Vec<Compared> {
    COMPARED
        .iter()
        .map(|(column, label)| Compared {
            column,
            label,
            texts: systems.iter().map(|(f, names)| text_of(column, f, names, words)).collect(),
        })
        .filter(|c| c.texts.iter().any(|t| !t.is_empty()))
        .collect()
}

/// What a system says in a column, as it is shown.
fn text_of(column: &str, f: &SystemFields, names: &Frame, words: &Names) -> String {
    let level =
        |l: Option<i16>| l.map(|l| format!("{l} – {}", format::classification_name(l))).unwrap_or_default();
    match column {
        "supplier_id" => names.supplier.clone().unwrap_or_default(),
        "owner_unit_id" => names.owner_unit.clone().unwrap_or_default(),
        "controller_unit_id" => names.controller_unit.clone().unwrap_or_default(),
        "phase" => words.phase(&f.phase).to_owned(),
        "category" => name_of(CATEGORIES, &f.category).to_owned(),
        "hosting" => name_of(HOSTINGS, &f.hosting).to_owned(),
        "criticality" => name_of(CRITICALITIES, &f.criticality).to_owned(),
        "personal_data" => name_of(PERSONAL_DATA, &f.personal_data).to_owned(),
        "level_k" => level(f.level_k),
        "level_r" => level(f.level_r),
        "level_t" => level(f.level_t),
        "level_s" => level(f.level_s),
        "rto_hours" => hours(f.rto_hours),
        "rpo_hours" => hours(f.rpo_hours),
        "annual_cost" => f.annual_cost.map(format::kr_of).unwrap_or_default(),
        "uses_ai" => yes_no(f.uses_ai),
        "nis2_relevant" => yes_no(f.nis2_relevant),
        "dos_scope" => yes_no(f.dos_scope),
        other => match serde_json::to_value(f).ok().and_then(|v| v.get(other).cloned()) {
            Some(serde_json::Value::String(text)) => text,
            None | Some(serde_json::Value::Null) => String::new(),
            Some(value) => value.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_named_and_what_is_known_is_shown() {
        let facts = vec![
            ("Version", "4.2".to_owned()),
            ("IT-kontakt", String::new()),
            ("Använder AI", String::new()),
        ];
        let section = Section { id: "drift", title: "Drift", facts };
        assert_eq!(section.known(), [("Version", "4.2".to_owned())]);
        assert_eq!(section.lacking(), "IT-kontakt, använder AI");
    }

    #[test]
    fn every_column_compared_is_a_field_of_a_system() {
        let json = serde_json::to_value(SystemFields::default()).unwrap();
        for (column, _) in COMPARED {
            assert!(json.get(column).is_some(), "{column}");
        }
        for column in json.as_object().unwrap().keys().filter(|c| *c != "name_key") {
            assert!(COMPARED.iter().any(|(c, _)| c == column), "{column} is not compared");
        }
    }

    #[test]
    fn what_neither_says_is_not_compared_and_what_differs_is_marked() {
        let a = SystemFields { short_name: "VD".into(), ..SystemFields::named("Vårdia") };
        let b = SystemFields { short_name: "VRD".into(), ..SystemFields::named("Vårdia") };
        let frame = Frame::default();
        let rows = compare(&[(&a, &frame), (&b, &frame)], &Names::default());
        let columns: Vec<_> = rows.iter().map(|r| (r.column, r.differs())).collect();
        assert_eq!(columns, [("name", false), ("short_name", true), ("phase", false)]);
    }
}
