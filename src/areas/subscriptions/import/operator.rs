//! Which operator a list is from.

use std::collections::HashMap;

use uuid::Uuid;

use super::SubscriptionRow;
use crate::{
    areas::{
        imports::{ImportContext, Incoming, file_names::telling_words},
        subscriptions::queries::import::{KnownOperator, KnownSubscription},
    },
    ids::new_id,
    tabular::fold::fold,
};

/// Those who sell mobile subscriptions in the Nordic countries, as a word in a text and as they write themselves.
const BRANDS: &[(&str, &str)] = &[
    ("telenor", "Telenor"),
    ("telia", "Telia"),
    ("tele2", "Tele2"),
    ("tre", "Tre"),
    ("hi3g", "Tre"),
    ("halebop", "Halebop"),
    ("comviq", "Comviq"),
    ("telavox", "Telavox"),
    ("telness", "Telness"),
    ("vimla", "Vimla"),
    ("hallon", "Hallon"),
    ("fello", "Fello"),
    ("chilimobil", "Chilimobil"),
    ("lycamobile", "Lycamobile"),
    ("net1", "Net 1"),
    ("soluno", "Soluno"),
    ("dstny", "Dstny"),
    ("tdc", "TDC"),
    ("yousee", "YouSee"),
    ("tdc3", "3"),
    ("telmore", "Telmore"),
    ("cbb", "CBB"),
    ("ice", "Ice"),
    ("dna", "DNA"),
    ("elisa", "Elisa"),
];
/// Words that say what a list is and not whose, folded.
const COMMON: &[&str] = &[
    "abonnemang",
    "abonnemangslista",
    "list",
    "report",
    "mobil",
    "mobiler",
    "mobilabonnemang",
    "sim",
    "csv",
    "xlsx",
    "xls",
    "txt",
    "blad",
    "blad1",
    "sheet",
    "sheet1",
    "final",
    "subscriptions",
    "kund",
    "over",
    "forteckning",
    "uttag",
    "mobillista",
    "mobilrapport",
    "mobilnummer",
    "telefoner",
    "telefonlista",
    "telefoni",
    "telefonnummer",
    "nummer",
    "nummerlista",
    "priser",
    "m2m",
    "sims",
    "devices",
    "inventory",
    "vaxel",
];

/// The operators of the register and of the file.
pub(super) struct Operators {
    list: Vec<KnownOperator>,
    known: usize,
}

impl Operators {
    pub(super) fn new(list: Vec<KnownOperator>) -> Self {
        Self { known: list.len(), list }
    }

    /// The name of an operator.
    pub(super) fn name(&self, id: Uuid) -> &str {
        self.list.iter().find(|o| o.id == id).map_or("", |o| o.name.as_str())
    }

    /// Those that the register did not have.
    pub(super) fn created(&self) -> &[KnownOperator] {
        self.list.get(self.known..).unwrap_or_default()
    }

    /// The operator that a text names, made when there is none of that name.
    fn named(&mut self, text: &str) -> Uuid {
        let name = self.in_text(text).unwrap_or_else(|| text.trim().to_owned());
        let key = fold(&name);
        if let Some(found) = self.list.iter().find(|o| fold(&o.name) == key) {
            return found.id;
        }
        let made = KnownOperator { id: new_id(), name: name.chars().take(80).collect() };
        let id = made.id;
        self.list.push(made);
        id
    }

    /// The name of the operator that stands among the words of a text: one of the register's, else a known one.
    fn in_text(&self, text: &str) -> Option<String> {
        let folded = format!(" {} ", fold(text));
        let of_register = self
            .list
            .iter()
            .filter(|o| {
                let key = fold(&o.name);
                key.len() > 2 && folded.contains(&format!(" {key} "))
            })
            .max_by_key(|o| o.name.len())
            .map(|o| o.name.clone());
        of_register.or_else(|| {
            let words: Vec<&str> = folded.split_whitespace().collect();
            let brand = |word: &str| {
                BRANDS.iter().find(|(known, _)| *known == word).map(|(_, name)| (*name).to_owned())
            };
            // "tele 2", "hi3g access".
            let joined = words.windows(2).find_map(|two| brand(&two.concat()));
            joined.or_else(|| words.iter().find_map(|word| brand(word)))
        })
    }

    /// The operator of each row.
    pub(super) fn of_rows(
        &mut self,
        rows: &[Incoming<SubscriptionRow>],
        known: &HashMap<&str, &KnownSubscription>,
        ctx: &ImportContext,
    ) -> Vec<Uuid> {
        let mut whole: Option<Uuid> = None;
        let mut told: HashMap<String, Uuid> = HashMap::new();
        let mut found = Vec::with_capacity(rows.len());
        for incoming in rows {
            let id = match incoming.row.operator.as_deref() {
                Some(text) => *told.entry(text.to_owned()).or_insert_with(|| self.named(text)),
                None => *whole.get_or_insert_with(|| self.of_file(rows, known, ctx)),
            };
            found.push(id);
        }
        found
    }

    /// The operator of a file without a column for it.
    fn of_file(
        &mut self,
        rows: &[Incoming<SubscriptionRow>],
        known: &HashMap<&str, &KnownSubscription>,
        ctx: &ImportContext,
    ) -> Uuid {
        let texts = [ctx.source.as_str(), ctx.file_name.as_str(), ctx.sheet.as_str()];
        let titles = ctx.titles.iter().map(String::as_str);
        if let Some(name) = texts.into_iter().chain(titles).find_map(|text| self.in_text(text)) {
            return self.named(&name);
        }
        let mut counts: HashMap<Uuid, usize> = HashMap::new();
        for old in rows.iter().filter_map(|r| known.get(r.row.msisdn.as_str())) {
            *counts.entry(old.operator_id).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(id, n)| (*n, *id));
        if let Some((id, n)) = most
            && n * 2 > rows.len()
        {
            return id;
        }
        let own = |text: &str| {
            let name = telling_words(text, char::is_alphanumeric, COMMON).join(" ");
            (name.chars().count() > 2).then_some(name)
        };
        let name =
            own(&ctx.source).or_else(|| own(&ctx.file_name)).unwrap_or_else(|| "Okänd operatör".to_owned());
        self.named(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Option<String> {
        let list = vec![KnownOperator { id: new_id(), name: "Stadsnätet Mobil".to_owned() }];
        Operators::new(list).in_text(text)
    }

    #[test]
    fn an_operator_is_known_by_its_name_among_words() {
        for (text, name) in [
            ("telenor_2026-10.csv", Some("Telenor")),
            ("Abonnemang Tele 2 november.xlsx", Some("Tele2")),
            ("TELIA SVERIGE AB", Some("Telia")),
            ("stadsnätet mobil 2026", Some("Stadsnätet Mobil")),
            ("Tekniska förvaltningen – mobilabonnemang", None),
            ("lista.csv", None),
        ] {
            assert_eq!(named(text).as_deref(), name, "{text}");
        }
    }
}
