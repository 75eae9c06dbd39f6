//! The words that lists use for phases, hosting and kinds of system.

use crate::tabular::fold::fold;

/// Whether a folded text has one of the words as a whole word, or begins with one that ends in `*`.
fn says(folded: &str, words: &[&str]) -> bool {
    words.iter().any(|word| match word.strip_suffix('*') {
        Some(start) => folded.split(' ').any(|w| w.starts_with(start)),
        None if word.contains(' ') => format!(" {folded} ").contains(&format!(" {word} ")),
        None => folded.split(' ').any(|w| w == *word),
    })
}

/// The phase that a list's word means. The order matters: "ska avvecklas" is not "avvecklad", "under införande" not in use.
#[expect(clippy::too_many_lines, reason = "a table of words, one to a line")]
pub(super) fn phase(text: &str) -> Option<&'static str> {
    let text = fold(text);
    let found = [
        (
            "avbruten",
            &["avbruten", "avbrutet", "avbruts", "ej aktuell", "ej aktuellt", "skrinlagd", "skrinlagt"][..],
        ),
        (
            "avveckling",
            &[
                "avveckling",
                "avvecklas",
                "fasas ut",
                "utfasning",
                "utfasas",
                "byts ut",
                "ska bort",
                "under avveckling",
                "ersatts",
                "ska ersattas",
                "decommissioning",
                "under udfasning",
                "phase out",
            ],
        ),
        (
            "avvecklad",
            &[
                "avveckla*",
                "avslutad",
                "avslutat",
                "nedlagd",
                "nedlagt",
                "ur drift",
                "stangd",
                "stangt",
                "borttagen",
                "borttaget",
                "slackt",
                "retired",
                "inaktiv",
                "inaktivt",
                "ej i bruk",
                "anvands ej",
                "arkiverad",
                "arkiverat",
                "decommissioned",
            ],
        ),
        (
            "anskaffning",
            &[
                "anskaffning",
                "planera*",
                "upphandl*",
                "inkop",
                "behov",
                "behovsanalys",
                "ide",
                "kommande",
                "forstudie",
                "bestalld",
                "bestallt",
                "planned",
                "acquisition",
            ],
        ),
        (
            "inforande",
            &[
                "inforande",
                "infors",
                "implementering",
                "implementeras",
                "pilot",
                "uppstart",
                "driftsattning",
                "projekt",
                "test",
                "inforandeprojekt",
                "introduction",
            ],
        ),
        (
            "anvandning",
            &[
                "anvandning",
                "anvands",
                "drift",
                "aktiv",
                "aktivt",
                "produktion",
                "prod",
                "forvaltning",
                "i bruk",
                "live",
                "driftsatt",
                "i drift",
                "operation",
                "in use",
                "ja",
                "nyttjas",
                "active",
            ],
        ),
    ];
    found.iter().find(|(_, words)| says(&text, words)).map(|(code, _)| *code)
}

/// Where a system runs. `None` for words that do not say.
pub(super) fn hosting(text: &str) -> Option<&'static str> {
    let text = fold(text);
    let found = [
        (
            "molntjanst",
            &["moln*", "saas", "paas", "cloud", "azure", "aws", "google", "webbtjanst", "public"][..],
        ),
        (
            "leverantorens_drift",
            &[
                "leverantor*",
                "extern",
                "externt",
                "externa",
                "outsourc*",
                "driftpartner",
                "hosted",
                "hostad",
                "hostat",
                "hosting",
                "asp",
                "driftleverantor*",
                "vendor",
            ],
        ),
        (
            "egen_drift",
            &[
                "egen",
                "eget",
                "egna",
                "lokal",
                "lokalt",
                "onprem*",
                "on prem",
                "on premise",
                "on premises",
                "intern",
                "internt",
                "kommun*",
                "serverhall",
                "datahall",
                "inhouse",
            ],
        ),
    ];
    found.iter().find(|(_, words)| says(&text, words)).map(|(code, _)| *code)
}

/// The kind of system.
pub(super) fn category(text: &str) -> Option<&'static str> {
    let text = fold(text);
    let found = [
        ("sakerhetssystem", &["sakerhet*", "larm*", "passer*", "passage*"][..]),
        ("e_tjanst", &["e tjanst", "e tjanster", "etjanst", "etjanster"]),
        ("iot", &["iot", "sakernas", "sensor*"]),
        ("infrastruktur", &["infra*", "bassystem", "natverk", "server*"]),
        ("plattform", &["plattform*", "platform*", "integrationsplattform"]),
        ("stodsystem", &["stod*", "administrativt", "gemensamt", "kontorsstod"]),
        ("verksamhetssystem", &["verksamhet*", "facksystem", "fagsystem"]),
    ];
    found.iter().find(|(_, words)| says(&text, words)).map(|(code, _)| *code)
}

/// Words for a contract that runs until somebody ends it, besides those that every date cell understands.
pub(super) fn runs_on(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "loper"
            | "lopande"
            | "loper tills vidare"
            | "loper vidare"
            | "tv"
            | "t v"
            | "tills vidare"
            | "tillsvidare"
            | "tillsvidareavtal"
            | "inget slutdatum"
            | "utan slutdatum"
            | "inget slut"
    )
}

/// Words for not having a supplier.
pub(super) fn is_no_supplier(text: &str) -> bool {
    let text = fold(text);
    text.is_empty()
        || matches!(
            text.as_str(),
            "saknas"
                | "okand"
                | "okant"
                | "vet ej"
                | "vet inte"
                | "na"
                | "n a"
                | "ej kand"
                | "oklart"
                | "ingen"
                | "x"
                | "intern"
                | "internt"
        )
        || text.starts_with("egenutveckla")
        || text.starts_with("egen utveckl")
        || text.starts_with("eget utveckl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_read_from_the_words_of_lists() {
        for (text, code) in [
            ("användning", Some("anvandning")),
            ("I drift", Some("anvandning")),
            ("Förvaltning", Some("anvandning")),
            ("Under avveckling", Some("avveckling")),
            ("avvecklas 2027", Some("avveckling")),
            ("Ska avvecklas", Some("avveckling")),
            ("Avvecklat", Some("avvecklad")),
            ("Upphandling pågår", Some("anskaffning")),
            ("Planeras", Some("anskaffning")),
            ("pilot", Some("inforande")),
            ("Inaktiv", Some("avvecklad")),
            ("Aktiv", Some("anvandning")),
            ("grön", None),
            ("", None),
        ] {
            assert_eq!(phase(text), code, "{text}");
        }
    }

    #[test]
    fn hosting_is_read_and_the_suppliers_operation_is_not_our_own() {
        for (text, code) in [
            ("molntjänst", Some("molntjanst")),
            ("SaaS", Some("molntjanst")),
            ("leverantörens drift", Some("leverantorens_drift")),
            ("Extern drift", Some("leverantorens_drift")),
            ("egen drift", Some("egen_drift")),
            ("On-prem", Some("egen_drift")),
            ("Kommunens serverhall", Some("egen_drift")),
            ("?", None),
        ] {
            assert_eq!(hosting(text), code, "{text}");
        }
    }

    #[test]
    fn kinds_of_system_are_read() {
        for (text, code) in [
            ("Verksamhetssystem", Some("verksamhetssystem")),
            ("E-tjänst", Some("e_tjanst")),
            ("stödsystem", Some("stodsystem")),
            ("Passersystem", Some("sakerhetssystem")),
            ("IoT-plattform", Some("iot")),
            ("övrigt", None),
        ] {
            assert_eq!(category(text), code, "{text}");
        }
    }

    #[test]
    fn a_contract_without_end_has_many_words() {
        for text in ["löper", "T.v.", "tills vidare", "Tillsvidareavtal"] {
            assert!(runs_on(text), "{text}");
        }
        for text in ["löper ut 2027", "se avtalet", "?"] {
            assert!(!runs_on(text), "{text}");
        }
    }
}
