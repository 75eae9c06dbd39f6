//! What a subscription is, in words and codes.

use chrono::{Days, Months, NaiveDate};
use rust_decimal::Decimal;

use crate::rules::subscription_use::UseCode;

/// The sealed columns.
pub const ICCID: &str = "subscription.iccid";
/// See [`ICCID`].
pub const PUK: &str = "subscription.puk";
/// See [`ICCID`].
pub const PIN: &str = "subscription.pin";

/// How a subscription stands with its operator: code and name.
pub const STATUSES: &[(&str, &str)] = &[
    ("aktiv", "Aktiv"),
    ("pausad", "Pausad"),
    ("sparrad", "Spärrad"),
    ("uppsagd", "Uppsagd"),
    ("avslutad", "Avslutad"),
    ("porterad", "Porterad"),
];

/// Whether it is a person's.
pub const KINDS: &[(&str, &str)] = &[("person", "Person"), ("non_person", "Ej person")];

/// What the matching found about the holder (rules 2.5).
pub const CLASSES: &[(&str, &str)] = &[
    ("A", "A säker"),
    ("B", "B sannolik"),
    ("C", "C möjlig"),
    ("P", "P planerad"),
    ("X", "X motsagd"),
    ("N", "N ej person"),
    ("-", "Har inte slutat"),
    ("U", "Utan innehavare"),
];

/// Where the case of a holder who may have left stands.
pub const CASE_STATES: &[(&str, &str)] = &[
    ("open", "Öppet"),
    ("waiting", "Väntar på svar"),
    ("decided", "Beslutat"),
    ("ordered", "Beställt"),
    ("verified", "Genomfört"),
    ("not_gone", "Skulle vara borta"),
    ("kept", "Behålls"),
    ("closed", "Avslutat"),
];

/// What a unit answers once a year.
pub const ANSWERS: &[(&str, &str)] =
    &[("i_bruk", "I bruk"), ("ej_i_bruk", "Inte i bruk"), ("okant", "Vet inte")];

/// The generations of the mobile network.
pub const GENERATIONS: &[(&str, &str)] = &[("2G", "2G"), ("3G", "3G"), ("4G", "4G"), ("5G", "5G")];

/// What a list can change, as the pages of lists call it.
pub const CHANGES: &[(&str, &str)] = &[
    ("renamed", "Ny innehavare"),
    ("price", "Pris"),
    ("status", "Status"),
    ("cost_centre", "Kostnadsställe"),
    ("type", "Abonnemangstyp"),
    ("operator", "Operatör"),
    ("back", "Tillbaka i listan"),
    ("binding", "Bindningstid"),
];

/// The name of a code; a code that is not known is shown as it is.
#[must_use]
pub fn label<'a>(table: &[(&'static str, &'static str)], code: &'a str) -> &'a str {
    table.iter().find(|(known, _)| *known == code).map_or(code, |(_, label)| label)
}

/// The name of a use.
#[must_use]
pub fn use_label(code: &str) -> &'static str {
    UseCode::from_code(code).map_or("", UseCode::label)
}

/// How many monthly fees are left of a binding, the one that has begun included, and their sum: what it costs to end today.
#[must_use]
pub fn early_end(
    price: Option<Decimal>,
    binding_until: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<(u32, Decimal)> {
    let (price, until) = (price?, binding_until.filter(|day| *day >= today)?);
    let months =
        (1..=240).find(|n| today.checked_add_months(Months::new(*n)).is_none_or(|day| day > until))?;
    Some((months, price * Decimal::from(months)))
}

/// What is to be known of every subscription without a person (rules 2.7), in words.
const REQUIRED: [&str; 6] = ["enhet", "syfte", "plats eller utrustning", "kontakt", "nät", "dag för översyn"];

/// What is lacking of it. `known` tells of each, in order: unit, purpose, place or device, contact, generation of the network,
/// and day of review.
#[must_use]
pub fn lacking(known: [bool; 6]) -> Vec<&'static str> {
    REQUIRED.into_iter().zip(known).filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect()
}

/// The day before which traffic is long ago.
#[must_use]
pub fn long_ago(today: NaiveDate) -> NaiveDate {
    today
        .checked_sub_months(Months::new(6))
        .or_else(|| today.checked_sub_days(Days::new(183)))
        .unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_left_of_a_binding_is_counted_in_begun_months() {
        let price = Some(Decimal::from(149));
        let cost = |until: &str| early_end(price, Some(day(until)), day("2026-11-20"));
        assert_eq!(cost("2027-06-30"), Some((8, Decimal::from(1192))));
        assert_eq!(cost("2026-11-20"), Some((1, Decimal::from(149))));
        assert_eq!(cost("2026-12-20"), Some((2, Decimal::from(298))));
        assert_eq!(cost("2026-11-19"), None);
        assert_eq!(early_end(price, None, day("2026-11-20")), None);
        assert_eq!(early_end(None, Some(day("2027-06-30")), day("2026-11-20")), None);
    }

    #[test]
    fn what_is_lacking_is_told_in_words() {
        assert_eq!(lacking([true, false, true, false, true, false]), ["syfte", "kontakt", "dag för översyn"]);
        assert_eq!(lacking([false, true, false, true, false, true]).len(), 3);
        assert!(lacking([true; 6]).is_empty());
    }
}
