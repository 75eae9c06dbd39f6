//! The codes of a contract's fields, with what people read.

/// Options of the field "Uppdelning" (H16).
pub const PURPOSE_CLASSES: &[(&str, &str)] =
    &[("stodjande", "Verksamhetsstödjande"), ("drivande", "Verksamhetsdrivande")];

/// States of a data processing agreement.
pub const DPA_STATES: &[(&str, &str)] = &[
    ("behovs_ej", "Behövs inte"),
    ("saknas", "Saknas"),
    ("pagar", "Pågår"),
    ("tecknat", "Tecknat"),
    ("upphort", "Upphört"),
];

/// What a contract was procured under.
pub const PROCURED_UNDER: &[(&str, &str)] =
    &[("LOU", "LOU"), ("LUF", "LUF"), ("undantag", "Undantag från lagen")];

/// How prices are set.
pub const PRICE_MODELS: &[(&str, &str)] = &[
    ("fast", "Fast pris"),
    ("per_anvandare", "Per användare"),
    ("per_enhet", "Per enhet"),
    ("lopande", "Löpande räkning"),
    ("transaktion", "Per transaktion"),
];

/// Grounds of an amendment (LOU 17 kap. 9–14 §§; rules 1.11).
pub const AMENDMENT_GROUNDS: &[(&str, &str)] = &[
    ("17:9", "17 kap. 9 §, mindre värde"),
    ("17:10", "17 kap. 10 §, options- eller ändringsklausul"),
    ("17:11", "17 kap. 11 §, kompletterande beställning"),
    ("17:12", "17 kap. 12 §, oförutsebara omständigheter"),
    ("17:13", "17 kap. 13 §, byte av leverantör"),
    ("17:14", "17 kap. 14 §, inte väsentlig ändring"),
];
