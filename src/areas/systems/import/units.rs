//! Whose list it is: told, in a column, or guessed from titles and the file's name.

use uuid::Uuid;

use super::row::Said;
use crate::areas::{
    imports::ImportContext,
    organisation::{Lookup, Units},
};

/// Words of titles and file names that say what the list is and not whose.
const NOT_A_UNIT: [&str; 24] = [
    "systemlista",
    "systemforteckning",
    "systemregister",
    "systemoversikt",
    "system",
    "lista",
    "forteckning",
    "register",
    "it",
    "over",
    "for",
    "pa",
    "inom",
    "hos",
    "kopia",
    "slutlig",
    "version",
    "final",
    "ny",
    "uppdaterad",
    "blad",
    "sheet",
    "systems",
    "applikationer",
];

/// Words of file names that tell one copy of a list from another.
const COPY: [&str; 14] = [
    "kopia",
    "av",
    "copy",
    "of",
    "ny",
    "nya",
    "slutlig",
    "final",
    "version",
    "ver",
    "uppdaterad",
    "rev",
    "utkast",
    "aktuell",
];

/// What the copies of one list have in common in their names: "systemlista 2026 (kopia).xlsx" and "Systemlista 2027.xlsx"
/// are one list. It ends in a bar, so that it can stand before the key of a row.
pub(super) fn list_key(file_name: &str, sheet: &str) -> String {
    let file = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let folded = crate::tabular::fold::fold(&format!("{stem} {sheet}"));
    let numbered = |w: &str| w.trim_start_matches('v').chars().all(|c| c.is_ascii_digit());
    let words: Vec<&str> =
        folded.split(' ').filter(|w| !w.is_empty() && !numbered(w) && !COPY.contains(w)).collect();
    format!("{}|", words.join(" "))
}

/// The unit of each row of a file.
#[derive(Debug)]
pub(super) struct Whose<'a> {
    units: &'a Units,
    /// The unit whose list the file is.
    pub list: Option<Uuid>,
    /// It was guessed, from this text.
    pub guessed_from: Option<String>,
    today: chrono::NaiveDate,
}

/// A row's unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowUnits {
    /// Answers for the system.
    pub owner: Option<Uuid>,
    /// By which the row is known again: the list's unit.
    pub key: Option<Uuid>,
    /// Use the system.
    pub using: Vec<Uuid>,
    /// What the row names and nobody is.
    pub unknown: bool,
}

impl<'a> Whose<'a> {
    /// Finds out whose list a file is.
    pub(super) fn of(units: &'a Units, ctx: &ImportContext) -> Self {
        let mut whose = Self { units, list: ctx.unit_id, guessed_from: None, today: ctx.today };
        if whose.list.is_none() {
            let stem = ctx.file_name.rsplit_once('.').map_or(ctx.file_name.as_str(), |(stem, _)| stem);
            let texts = ctx.titles.iter().map(String::as_str).chain([&ctx.sheet, stem, &ctx.source]);
            for text in texts {
                if let Some(unit) = whose.guess(text) {
                    whose.list = Some(unit);
                    whose.guessed_from = Some(text.to_owned());
                    break;
                }
            }
        }
        whose
    }

    /// The unit that a text names among other words: "Systemförteckning Samhällsbyggnadsförvaltningen 2026". The longest
    /// run of words that is a unit's name counts.
    fn guess(&self, text: &str) -> Option<Uuid> {
        let folded = crate::tabular::fold::fold(text);
        let words: Vec<&str> =
            folded.split(' ').filter(|w| !w.is_empty() && !w.chars().all(|c| c.is_ascii_digit())).collect();
        for length in (1..=words.len()).rev() {
            for run in words.windows(length) {
                if run.iter().all(|w| NOT_A_UNIT.contains(w)) || run.concat().len() < 3 {
                    continue;
                }
                if let Lookup::One(id) = self.units.find(&run.join(" "), self.today)
                    && self.units.get(id).is_some_and(|u| u.kind != "kommun")
                {
                    return Some(id);
                }
            }
        }
        None
    }

    /// The units of a row.
    pub(super) fn row(&self, department: &Said) -> RowUnits {
        let mut named = Vec::new();
        let mut unknown = false;
        if let Lookup::One(whole) = self.units.find(&department.text, self.today) {
            named.push(whole);
        } else {
            for part in department
                .text
                .split([',', ';', '/', '\n', '+', '&'])
                .map(str::trim)
                .filter(|p| !p.is_empty())
            {
                match self.units.find(part, self.today) {
                    Lookup::One(id) if !named.contains(&id) => named.push(id),
                    Lookup::One(_) => {}
                    _ => unknown = true,
                }
            }
        }
        // A column that says who uses the system says nothing of who answers for it.
        let header = department.header.as_deref().unwrap_or_default().to_lowercase();
        let is_users = header.contains("använ") || header.contains("nyttja");
        let owner = match (named.first(), self.list) {
            (Some(first), None) if !is_users => Some(*first),
            (Some(first), Some(list)) if !is_users && !named.contains(&list) => Some(*first),
            (_, list) => list,
        };
        let key = match (owner, self.list) {
            (Some(owner), Some(list)) if self.units.path(owner).iter().any(|u| u.id == list) => Some(list),
            (Some(owner), _) => Some(self.units.department(owner).map_or(owner, |u| u.id)),
            (None, list) => list,
        };
        let mut using = named;
        using.extend(owner.filter(|o| !using.contains(o)));
        RowUnits { owner, key, using, unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::organisation::Unit;

    fn units() -> Units {
        let unit = |n: u128, code: &str, name: &str, kind: &str, parent: u128| Unit {
            id: Uuid::from_u128(n),
            code: code.into(),
            name: name.into(),
            kind: kind.into(),
            parent_id: (parent > 0).then(|| Uuid::from_u128(parent)),
            in_scope: true,
            ..Unit::default()
        };
        Units::new(vec![
            unit(1, "0", "Viks kommun", "kommun", 0),
            unit(2, "20", "Barn- och utbildningsförvaltningen", "forvaltning", 1),
            unit(3, "30", "Socialförvaltningen", "forvaltning", 1),
            unit(4, "31", "Individ och familj", "avdelning", 3),
        ])
    }

    fn whose(units: &Units, list: Option<u128>) -> Whose<'_> {
        Whose {
            units,
            list: list.map(Uuid::from_u128),
            guessed_from: None,
            today: chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        }
    }

    fn said(header: &str, text: &str) -> Said {
        Said { text: text.into(), header: Some(header.into()) }
    }

    #[test]
    fn the_unit_is_found_among_the_words_of_a_title_or_a_file_name() {
        let units = units();
        let whose = whose(&units, None);
        for (text, unit) in [
            ("Systemförteckning Socialförvaltningen 2026", Some(3)),
            ("systemlista_barn_och_utbildning", Some(2)),
            ("IT-system social (kopia 2)", Some(3)),
            ("Systemlista Viks kommun", None),
            ("systemlista", None),
        ] {
            assert_eq!(whose.guess(text), unit.map(Uuid::from_u128), "{text}");
        }
    }

    #[test]
    fn copies_of_a_list_are_known_by_their_names_and_other_lists_are_not() {
        for copy in ["systemlista 2027.csv", "Systemlista_2026 (kopia).xlsx", "mapp/systemlista v2.xlsx"] {
            assert_eq!(list_key(copy, ""), list_key("systemlista.xlsx", ""), "{copy}");
        }
        assert_ne!(list_key("systemlista skola.xlsx", ""), list_key("systemlista vård.xlsx", ""));
        assert_ne!(list_key("systemlista.xlsx", "Skola"), list_key("systemlista.xlsx", "Vård"));
    }

    #[test]
    fn a_row_belongs_to_the_unit_it_names_and_is_known_again_by_the_list() {
        let units = units();
        let row = whose(&units, Some(3)).row(&said("Förvaltning", "Individ och familj"));
        assert_eq!((row.owner, row.key), (Some(Uuid::from_u128(4)), Some(Uuid::from_u128(3))));
        let row = whose(&units, None).row(&said("Förvaltning", "Individ och familj"));
        assert_eq!((row.owner, row.key), (Some(Uuid::from_u128(4)), Some(Uuid::from_u128(3))));
        let row = whose(&units, Some(3))
            .row(&said("Används av", "Barn- och utbildningsförvaltningen, Socialförvaltningen"));
        assert_eq!(row.owner, Some(Uuid::from_u128(3)));
        assert_eq!(row.using.len(), 2);
        let row = whose(&units, Some(3)).row(&said("Förvaltning", "Parkförvaltningen"));
        assert_eq!((row.owner, row.unknown), (Some(Uuid::from_u128(3)), true));
    }
}
