//! The area's types: what a system is, the codes its fields hold and their names, and the small parsers of both.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::auth::principal::Scope;

/// Codes of a field with their names on the screens, in the order they are shown.
pub type Codes = &'static [(&'static str, &'static str)];

/// The phases of the life cycle (rules 6), in order; the last is for needs that were dropped. Pages show what the
/// municipality calls them: [`crate::areas::settings::Names`].
pub use crate::areas::settings::PHASES;

/// Kinds of system (plan template 2).
pub const CATEGORIES: Codes = &[
    ("verksamhetssystem", "Verksamhetssystem"),
    ("stodsystem", "Stödsystem"),
    ("infrastruktur", "Infrastruktur"),
    ("plattform", "Plattform"),
    ("e_tjanst", "E-tjänst"),
    ("iot", "IoT"),
    ("sakerhetssystem", "Säkerhetssystem"),
];

/// Where a system runs.
pub const HOSTINGS: Codes = &[
    ("egen_drift", "Egen drift"),
    ("leverantorens_drift", "Leverantörens drift"),
    ("molntjanst", "Molntjänst"),
];

/// How long the business manages without the system (rules 3.2).
pub const CRITICALITIES: Codes =
    &[("kritisk", "Kritisk"), ("hog", "Hög"), ("medel", "Medel"), ("lag", "Låg")];

/// Whether personal data is processed.
pub const PERSONAL_DATA: Codes = &[("nej", "Nej"), ("ja", "Ja"), ("kansliga", "Ja, känsliga")];

/// The codes of the roles that are always shown on a system, held or not (rules 4.3: both must be somebody).
pub const NEEDED_ROLES: [&str; 2] = ["systemagare", "systemforvaltare"];

/// Whether a role of [`crate::auth::permissions::OBJECT_ROLES`] is held on systems; avtalsansvarig is held on contracts.
#[must_use]
pub fn is_system_role(code: &str) -> bool {
    code != "avtalsansvarig"
}

/// The name of a code; empty for the empty code, the code itself when it is not known.
#[must_use]
pub fn name_of(codes: Codes, code: &str) -> &str {
    codes.iter().find(|(c, _)| *c == code).map_or(code, |(_, name)| name)
}

/// The codes alone.
#[must_use]
pub fn codes_of(codes: &[(&'static str, &'static str)]) -> Vec<&'static str> {
    codes.iter().map(|(code, _)| *code).collect()
}

/// What a person or a file says about a system. The names are those of the columns, so that the row, its state in the
/// history (as of a date) and what is written are one shape. The secret note is not among them: it has a door of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SystemFields {
    /// What it is called.
    pub name: String,
    /// The form of the name that rows are found by, see [`crate::rules::system_names`].
    pub name_key: String,
    /// Short name.
    pub short_name: String,
    /// Which instance of the product: "test", "skola".
    pub instance: String,
    /// What it is.
    pub description: String,
    /// What it is for.
    pub purpose: String,
    /// One of [`CATEGORIES`] or empty.
    pub category: String,
    /// One of [`PHASES`].
    pub phase: String,
    /// First day of the phase.
    pub phase_since: Option<NaiveDate>,
    /// One of [`HOSTINGS`] or empty.
    pub hosting: String,
    /// One of [`CRITICALITIES`] or empty.
    pub criticality: String,
    /// The supplier in the register.
    pub supplier_id: Option<Uuid>,
    /// The unit that answers for it.
    pub owner_unit_id: Option<Uuid>,
    /// Konfidentialitet 0–4; `None` = not classified, which is not 0 (rules 3.1).
    pub level_k: Option<i16>,
    /// Riktighet 0–4.
    pub level_r: Option<i16>,
    /// Tillgänglighet 0–4.
    pub level_t: Option<i16>,
    /// Spårbarhet 0–4.
    pub level_s: Option<i16>,
    /// The day of classification.
    pub classified_on: Option<NaiveDate>,
    /// The last day the classification is good for.
    pub classification_valid_until: Option<NaiveDate>,
    /// The reference in the tool KLASSA.
    pub klassa_reference: String,
    /// One of [`PERSONAL_DATA`] or empty.
    pub personal_data: String,
    /// The nämnd that is personuppgiftsansvarig.
    pub controller_unit_id: Option<Uuid>,
    /// The end of the contract as a list wrote it: "tills vidare", "se avtalet".
    pub contract_end_text: String,
    /// Last day of the contract, inclusive.
    pub contract_end: Option<NaiveDate>,
    /// Notice, as written.
    pub notice_text: String,
    /// Options, as written.
    pub option_text: String,
    /// Diarienummer.
    pub case_number: String,
    /// Kronor a year, excluding VAT.
    #[serde(with = "decimal")]
    pub annual_cost: Option<Decimal>,
    /// How many use it.
    pub user_count: Option<i32>,
    /// The year of the newest förvaltningsplan, as a list said.
    pub plan_year: Option<i32>,
    /// Version of the product.
    pub product_version: String,
    /// How users sign in.
    pub login_method: String,
    /// Country where the data is kept.
    pub data_country: String,
    /// Longest time to get it running again, hours.
    #[serde(with = "decimal")]
    pub rto_hours: Option<Decimal>,
    /// Longest time of lost data, hours.
    #[serde(with = "decimal")]
    pub rpo_hours: Option<Decimal>,
    /// What to do while it is down.
    pub reserve_routine: String,
    /// When a restore was last tested.
    pub restore_tested_on: Option<NaiveDate>,
    /// Last day with support.
    pub end_of_support: Option<NaiveDate>,
    /// When it is planned to be gone.
    pub planned_decommission: Option<NaiveDate>,
    /// When its data in the register is to be looked through.
    pub next_review: Option<NaiveDate>,
    /// When its risks were last judged.
    pub risk_reviewed_on: Option<NaiveDate>,
    /// Preservation, disposal, e-archive.
    pub archive_note: String,
    /// Whether it uses AI.
    pub uses_ai: Option<bool>,
    /// Whether it matters for cybersäkerhetslagen.
    pub nis2_relevant: Option<bool>,
    /// Whether DOS-lagen applies.
    pub dos_scope: Option<bool>,
    /// Its tillgänglighetsredogörelse.
    pub accessibility_url: String,
    /// Who pays.
    pub cost_centre: String,
    /// What it replaces, as written.
    pub replaces_text: String,
    /// The contact at IT, as written.
    pub it_contact: String,
    /// Anything else.
    pub note: String,
}

impl SystemFields {
    /// A system with a name and nothing more known: in use, as a list of what one has implies.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), phase: "anvandning".to_owned(), ..Self::default() }
    }

    /// The four levels in the order K, R, T, S.
    #[must_use]
    pub fn levels(&self) -> [Option<i16>; 4] {
        [self.level_k, self.level_r, self.level_t, self.level_s]
    }

    /// Whether at least one level is set.
    #[must_use]
    pub fn is_classified(&self) -> bool {
        self.levels().iter().any(Option::is_some)
    }

    /// Whether a level is 4: details may concern Sveriges säkerhet and do not belong in the register (rules 3.1).
    #[must_use]
    pub fn is_level_four(&self) -> bool {
        self.levels().contains(&Some(4))
    }

    /// "2-1-3", with the fourth level when it is set: "2-1-3-1"; a dash for each that is not.
    #[must_use]
    pub fn levels_text(&self) -> String {
        levels_text(self.levels())
    }
}

/// See [`SystemFields::levels_text`]; empty when no level is set.
#[must_use]
pub fn levels_text([k, r, t, s]: [Option<i16>; 4]) -> String {
    if [k, r, t, s].iter().all(Option::is_none) {
        return String::new();
    }
    let one = |level: Option<i16>| level.map_or_else(|| "–".to_owned(), |l| l.to_string());
    let mut text = format!("{}-{}-{}", one(k), one(r), one(t));
    if s.is_some() {
        text.push('-');
        text.push_str(&one(s));
    }
    text
}

/// A system in the register.
#[derive(Clone, Debug)]
pub struct System {
    /// Identity.
    pub id: Uuid,
    /// The number people use: SYS-0042.
    pub number: i32,
    /// Rises with every change; a form carries the one it was made from.
    pub version: i32,
    /// The system that this turned out to be.
    pub merged_into_id: Option<Uuid>,
    /// Whether a secret note is written; not what it says.
    pub has_secret: bool,
    /// What is said about it.
    pub fields: SystemFields,
    /// Units that use it, the one that answers for it included if it is among them.
    pub unit_ids: Vec<Uuid>,
    /// The roles that the asking person holds on it today.
    pub my_roles: Vec<String>,
}

impl System {
    /// `SYS-0042`.
    #[must_use]
    pub fn label(&self) -> String {
        number_label(self.number)
    }

    /// Whether a right reaches this system: by its unit, or by a role the person holds on it.
    #[must_use]
    pub fn is_within(&self, scope: &Scope) -> bool {
        scope.reaches_unit(self.fields.owner_unit_id)
            || self.my_roles.iter().any(|r| scope.object_roles.contains(r))
    }

    /// Whether it may be read: besides, the units that use a system may see it.
    #[must_use]
    pub fn is_readable(&self, scope: &Scope) -> bool {
        self.is_within(scope) || self.unit_ids.iter().any(|u| scope.units.contains(u))
    }
}

/// The number people use.
#[must_use]
pub fn number_label(number: i32) -> String {
    format!("SYS-{number:04}")
}

/// Amounts as text: the database's JSON holds them as numbers, a form's as text, and neither may lose an öre.
mod decimal {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "the signature that serde calls")]
    pub fn serialize<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_str(&value.normalize().to_string()),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
        use serde::de::Error as _;
        let text = match Option::<serde_json::Value>::deserialize(deserializer)? {
            None | Some(serde_json::Value::Null) => return Ok(None),
            Some(serde_json::Value::String(text)) => text,
            Some(other) => other.to_string(),
        };
        text.parse::<Decimal>().map(|value| Some(value.normalize())).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_level_is_not_zero() {
        assert_eq!(levels_text([Some(0), Some(1), Some(2), None]), "0-1-2");
        assert_eq!(levels_text([None, Some(1), Some(2), Some(3)]), "–-1-2-3");
        assert_eq!(levels_text([None; 4]), "");
    }

    #[test]
    fn a_row_of_the_database_and_what_is_written_to_it_are_one_shape() {
        let row = serde_json::json!({ "name": "Vårdia", "annual_cost": 1842.50, "rto_hours": null, "phase_since": "2019-02-01",
            "secret_note": "ska aldrig läsas hit" });
        let fields: SystemFields = serde_json::from_value(row).unwrap();
        assert_eq!(fields.annual_cost.unwrap().to_string(), "1842.5");
        let json = serde_json::to_value(&fields).unwrap();
        assert_eq!(json["annual_cost"], "1842.5");
        assert!(json.get("secret_note").is_none());
        assert_eq!(serde_json::from_value::<SystemFields>(json).unwrap(), fields);
    }

    #[test]
    fn a_unit_reads_what_it_uses_and_writes_what_it_answers_for() {
        let (mine, theirs) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let scope = Scope { units: vec![mine], ..Scope::default() };
        let fields = SystemFields { owner_unit_id: Some(theirs), ..SystemFields::named("Vårdia") };
        let mut system = System {
            id: Uuid::nil(),
            number: 42,
            version: 1,
            merged_into_id: None,
            has_secret: false,
            fields,
            unit_ids: vec![mine],
            my_roles: Vec::new(),
        };
        assert!(system.is_readable(&scope) && !system.is_within(&scope));
        system.unit_ids.clear();
        assert!(!system.is_readable(&scope));
        assert_eq!(system.label(), "SYS-0042");
    }
}
