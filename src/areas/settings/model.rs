//! The settings as types: every one with its usual value, its words on the screen and its bounds, in this file.
//!
//! A setting is a row of `tenant_setting` with a key. What equals the usual value has no row, so that a better default reaches
//! those who never chose. To add one: a field in [`Settings`] and a line in [`NUMBERS`], [`SWITCHES`] or [`TEXTS`], or a key
//! of its own in [`Settings::read`] and [`Settings::rows`].

use std::{collections::BTreeMap, ops::RangeInclusive, str::FromStr as _};

use chrono::{NaiveDate, Weekday};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::names::{Named, Names};
use super::sunset::{self, Sunset};
use crate::rules::contract_dates;

/// What a municipality has decided for itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// What it calls phases and roles.
    pub names: Names,
    /// What the dates of its contracts are counted with; goes to [`contract_dates::evaluate`] as it is.
    pub contracts: contract_dates::Settings,
    /// Days after which a staff snapshot is too old to trust (`docs/rules.md` 2.6, 8).
    pub snapshot_age_days: u32,
    /// The working day of the month after on which a month's leaver list is due (rules 2.10).
    pub leaver_due_workday: u32,
    /// Days after that until a list that has not come is missing.
    pub leaver_missing_days: u32,
    /// Days after its last day before a subscription that is still in the operator's list is called not gone (rules 2.8).
    pub proof_grace_days: u32,
    /// Months that an ended subscription is counted as saved where no contract says for how long it would have gone on (R09).
    pub saving_months: u32,
    /// Months that a classification is valid (rules 3.1).
    pub classification_months: u32,
    /// Whether level 0 of the classification may be chosen (rules 3.1).
    pub show_level_0: bool,
    /// The day of the week on which the digest of tasks is mailed; `None` = no digest.
    pub digest_weekday: Option<Weekday>,
    /// Whom users ask: shown on the user's own page and in invitations.
    pub support_contact: String,
    /// When operators close their older networks (rules 2.7).
    pub sunsets: Vec<Sunset>,
    /// The month by whose end the units have said which subscriptions are in use (F24).
    pub inventory_month: u32,
    /// Months without traffic after which a subscription in reserve is flagged (rules 2.8).
    pub reserve_unused_months: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            names: Names::default(),
            contracts: contract_dates::Settings::default(),
            snapshot_age_days: 45,
            leaver_due_workday: 5,
            leaver_missing_days: 3,
            proof_grace_days: 5,
            saving_months: 12,
            classification_months: 24,
            show_level_0: true,
            digest_weekday: Some(Weekday::Mon),
            support_contact: String::new(),
            sunsets: sunset::usual(),
            inventory_month: 10,
            reserve_unused_months: 6,
        }
    }
}

/// A setting that is a whole number.
#[derive(Debug)]
pub struct Number {
    /// The row's key and the field's name.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What it does.
    pub hint: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// What may be chosen.
    pub bounds: RangeInclusive<i32>,
    /// Reads it.
    pub get: fn(&Settings) -> u32,
    /// Changes it.
    pub set: fn(&mut Settings, u32),
}

macro_rules! number {
    ($key:literal, $label:literal, $hint:literal, $unit:literal, $bounds:expr, $($field:ident).+) => {
        Number { key: $key, label: $label, hint: $hint, unit: $unit, bounds: $bounds,
            get: |s| s.$($field).+, set: |s, n| s.$($field).+ = n }
    };
}

/// The settings that are numbers.
pub const NUMBERS: &[Number] = &[
    number!(
        "send_margin_days",
        "Marginal innan en uppsägning måste vara framme",
        "Dagen att agera senast läggs så många arbetsdagar före sista uppsägningsdag.",
        "arbetsdagar",
        0..=60,
        contracts.send_margin
    ),
    number!("lead_months.direct", "Direktupphandling", "", "månader", 0..=60, contracts.lead_months.direct),
    number!(
        "lead_months.ranked_call_off",
        "Avrop med rangordning",
        "",
        "månader",
        0..=60,
        contracts.lead_months.ranked_call_off
    ),
    number!(
        "lead_months.mini_competition",
        "Avrop med förnyad konkurrensutsättning",
        "",
        "månader",
        0..=60,
        contracts.lead_months.mini_competition
    ),
    number!(
        "lead_months.announced",
        "Annonserad upphandling under tröskelvärdet",
        "",
        "månader",
        0..=60,
        contracts.lead_months.announced
    ),
    number!(
        "lead_months.announced_above_threshold",
        "Annonserad upphandling över tröskelvärdet",
        "",
        "månader",
        0..=60,
        contracts.lead_months.announced_above_threshold
    ),
    number!(
        "lead_months.large_system",
        "Stort verksamhetssystem med flytt av information",
        "",
        "månader",
        0..=60,
        contracts.lead_months.large_system
    ),
    number!(
        "snapshot_age_days",
        "Så gammalt får personalunderlaget vara",
        "Äldre underlag ger en varning, och förslagen om avslutade anställda blir försiktigare.",
        "dagar",
        1..=365,
        snapshot_age_days
    ),
    number!(
        "leaver_due_workday",
        "Listan över avslutade ska vara inne",
        "Så många arbetsdagar in i månaden efter. En avsändare kan ha en egen dag.",
        "arbetsdagar",
        1..=22,
        leaver_due_workday
    ),
    number!(
        "leaver_missing_days",
        "En lista som inte kommit räknas som saknad",
        "Så många dagar efter att den skulle ha kommit. Då larmas HR-administratören, vars chef behöver få veta det.",
        "dagar",
        1..=60,
        leaver_missing_days
    ),
    number!(
        "proof_grace_days",
        "Så länge får ett avslutat abonnemang finnas kvar i operatörens lista",
        "Räknas från sista dagen. Finns numret kvar i en senare lista flaggas det som \"borde vara borta men är kvar\".",
        "dagar",
        0..=90,
        proof_grace_days
    ),
    number!(
        "saving_months",
        "Så länge räknas ett avslutat abonnemang som en besparing",
        "Används när operatörens avtal saknar slutdatum. Annars räknas besparingen till avtalets slut.",
        "månader",
        1..=60,
        saving_months
    ),
    number!(
        "classification_months",
        "Så länge gäller en informationsklassning",
        "Därefter flaggas klassningen som för gammal.",
        "månader",
        1..=120,
        classification_months
    ),
    number!(
        "inventory_month",
        "Månad då inventeringen av abonnemang ska vara klar",
        "Enheterna svarar en gång om året på vilka abonnemang som är i bruk.",
        "(1–12)",
        1..=12,
        inventory_month
    ),
    number!(
        "reserve_unused_months",
        "Så länge får ett abonnemang i reserv ligga oanvänt",
        "Räknas från senaste trafiken eller från dagen då det lades i reserv. Därefter flaggas det.",
        "månader",
        1..=36,
        reserve_unused_months
    ),
];

/// A setting that is on or off.
#[derive(Debug)]
pub struct Switch {
    /// The row's key and the field's name.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What it does.
    pub hint: &'static str,
    /// Reads it.
    pub get: fn(&Settings) -> bool,
    /// Changes it.
    pub set: fn(&mut Settings, bool),
}

/// The settings that are on or off.
pub const SWITCHES: &[Switch] = &[
    Switch {
        key: "show_level_0",
        label: "Visa nivå 0 i informationsklassningen",
        hint: "Nivå 0 betyder ingen eller försumbar konsekvens. Vissa kommuner börjar på nivå 1.",
        get: |s| s.show_level_0,
        set: |s, on| s.show_level_0 = on,
    },
    Switch {
        key: "require_document",
        label: "Flagga avtal som saknar dokument",
        hint: "",
        get: |s| s.contracts.require_document,
        set: |s, on| s.contracts.require_document = on,
    },
    Switch {
        key: "require_cost_string",
        label: "Flagga avtal som saknar kostnadsställe",
        hint: "",
        get: |s| s.contracts.require_cost_string,
        set: |s, on| s.contracts.require_cost_string = on,
    },
];

/// The weekdays that a digest may be mailed on: code and name.
pub const WEEKDAYS: [(&str, &str); 6] = [
    ("mon", "Måndag"),
    ("tue", "Tisdag"),
    ("wed", "Onsdag"),
    ("thu", "Torsdag"),
    ("fri", "Fredag"),
    ("never", "Aldrig"),
];

/// The most limits for direct award that are kept.
pub const MAX_LIMITS: usize = 20;

const LIMITS: &str = "direct_award_limits";
const DOCUMENTATION: &str = "documentation_limit";
const DIGEST: &str = "digest_weekday";
const SUPPORT: &str = "support_contact";
const SUNSET: &str = "network_sunset";

impl Settings {
    /// From rows of key and value. A value that does not fit, or a key that is not known, leaves the usual value: an older
    /// version of the program may meet what a newer one wrote.
    #[must_use]
    pub fn read(rows: &BTreeMap<String, Value>) -> Self {
        let mut settings = Self::default();
        for number in NUMBERS {
            let value = rows.get(number.key).and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok());
            if let Some(n) = value.filter(|n| number.bounds.contains(n)).and_then(|n| u32::try_from(n).ok()) {
                (number.set)(&mut settings, n);
            }
        }
        for switch in SWITCHES {
            if let Some(on) = rows.get(switch.key).and_then(Value::as_bool) {
                (switch.set)(&mut settings, on);
            }
        }
        for named in Named::ALL {
            for (code, _) in named.usual() {
                if let Some(name) = rows.get(&named.key(code)).and_then(Value::as_str) {
                    settings.names.set(named, code, name);
                }
            }
        }
        if let Some(limits) = rows.get(LIMITS).and_then(read_limits) {
            settings.contracts.direct_award_limits = limits;
        }
        if let Some(limit) = rows.get(DOCUMENTATION).and_then(read_amount) {
            settings.contracts.documentation_limit = limit;
        }
        if let Some(code) = rows.get(DIGEST).and_then(Value::as_str) {
            settings.digest_weekday = weekday(code);
        }
        if let Some(text) = rows.get(SUPPORT).and_then(Value::as_str) {
            text.clone_into(&mut settings.support_contact);
        }
        if let Some(sunsets) = rows.get(SUNSET).and_then(sunset::from_json) {
            settings.sunsets = sunsets;
        }
        settings
    }

    /// As rows of key and value: those that differ from the usual values.
    #[must_use]
    pub fn rows(&self) -> BTreeMap<String, Value> {
        let usual = Self::default();
        let mut rows = BTreeMap::new();
        for number in NUMBERS.iter().filter(|n| (n.get)(self) != (n.get)(&usual)) {
            rows.insert(number.key.to_owned(), json!((number.get)(self)));
        }
        for switch in SWITCHES.iter().filter(|s| (s.get)(self) != (s.get)(&usual)) {
            rows.insert(switch.key.to_owned(), json!((switch.get)(self)));
        }
        for named in Named::ALL {
            for (code, _) in named.usual() {
                if let Some(name) = self.names.own(named, code) {
                    rows.insert(named.key(code), json!(name));
                }
            }
        }
        let (own, usual) = (&self.contracts, &usual.contracts);
        if own.direct_award_limits != usual.direct_award_limits {
            let limits: Vec<_> = own
                .direct_award_limits
                .iter()
                .map(|(from, amount)| json!({ "from": from, "amount": amount.to_string() }))
                .collect();
            rows.insert(LIMITS.to_owned(), json!(limits));
        }
        if own.documentation_limit != usual.documentation_limit {
            rows.insert(DOCUMENTATION.to_owned(), json!(own.documentation_limit.to_string()));
        }
        if self.digest_weekday != Self::default().digest_weekday {
            rows.insert(DIGEST.to_owned(), json!(weekday_code(self.digest_weekday)));
        }
        if !self.support_contact.is_empty() {
            rows.insert(SUPPORT.to_owned(), json!(self.support_contact));
        }
        if self.sunsets != Self::default().sunsets {
            rows.insert(SUNSET.to_owned(), self.sunsets_as_json());
        }
        rows
    }

    /// [`Settings::sunsets`] as the database keeps them.
    #[must_use]
    pub fn sunsets_as_json(&self) -> Value {
        sunset::to_json(&self.sunsets)
    }
}

/// The weekday of a code of [`WEEKDAYS`]; `None` for "never" and anything else.
#[must_use]
pub fn weekday(code: &str) -> Option<Weekday> {
    Weekday::from_str(code).ok()
}

/// The code of a weekday, as in [`WEEKDAYS`].
#[must_use]
pub fn weekday_code(day: Option<Weekday>) -> String {
    day.map_or_else(|| "never".to_owned(), |day| day.to_string().to_lowercase())
}

fn read_limits(value: &Value) -> Option<Vec<(NaiveDate, Decimal)>> {
    let mut limits = Vec::new();
    for limit in value.as_array()? {
        limits.push((limit.get("from")?.as_str()?.parse().ok()?, read_amount(limit.get("amount")?)?));
    }
    limits.sort();
    (!limits.is_empty()).then_some(limits)
}

fn read_amount(value: &Value) -> Option<Decimal> {
    Decimal::from_str(value.as_str()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again_and_the_usual_values_are_not_written() {
        assert!(Settings::default().rows().is_empty());
        let mut settings = Settings::default();
        settings.names.set(Named::Phase, "anvandning", "I drift");
        for number in NUMBERS {
            let n = (number.get)(&settings) + 1;
            (number.set)(&mut settings, n);
        }
        for switch in SWITCHES {
            let on = (switch.get)(&settings);
            (switch.set)(&mut settings, !on);
        }
        settings.contracts.direct_award_limits =
            vec![(NaiveDate::from_ymd_opt(2027, 1, 1).unwrap(), Decimal::new(800_000, 0))];
        settings.contracts.documentation_limit = Decimal::new(150_000, 0);
        settings.digest_weekday = None;
        settings.support_contact = "IT-service, 0100-10 00 00".to_owned();
        settings.sunsets.truncate(2);
        let rows = settings.rows();
        assert_eq!(rows.len(), 1 + NUMBERS.len() + SWITCHES.len() + 5);
        assert_eq!(Settings::read(&rows), settings);
    }

    #[test]
    fn what_does_not_fit_leaves_the_usual_value() {
        let rows = [
            ("send_margin_days", json!(-1)),
            ("snapshot_age_days", json!("många")),
            ("show_level_0", json!(0)),
            ("direct_award_limits", json!([{ "from": "2027-13-01", "amount": "1" }])),
            ("from_the_future", json!(true)),
        ];
        let rows = rows.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        assert_eq!(Settings::read(&rows), Settings::default());
    }

    #[test]
    fn every_weekday_offered_is_read() {
        for (code, _) in WEEKDAYS {
            assert_eq!(weekday_code(weekday(code)), code);
        }
    }
}
