//! Finding systems by what another list calls them: for contracts, licences and the like.

use std::collections::HashMap;

use uuid::Uuid;

use super::{keys, queries::find as queries};
use crate::{db::tenant::TenantTx, error::AppResult};

/// The systems of the municipality by name, ready to be looked up.
#[derive(Debug, Default)]
pub struct SystemNames {
    by_key: HashMap<String, Vec<(Uuid, Option<Uuid>, bool)>>,
    by_short_name: HashMap<String, Vec<Uuid>>,
}

impl SystemNames {
    /// Loads every name.
    pub async fn load(tx: &mut TenantTx) -> AppResult<Self> {
        let mut all = Self::default();
        for named in queries::list_named(tx).await? {
            all.by_key.entry(named.name_key).or_default().push((
                named.system_id,
                named.owner_unit_id,
                named.is_alias,
            ));
        }
        for (id, short) in queries::list_short_names(tx).await? {
            all.by_short_name.entry(keys::row(&short)).or_default().push(id);
        }
        Ok(all)
    }

    /// The system that a text names: by its name, else by another name of it, else by its short name. `None` when none
    /// or several go by it; `unit` decides between systems of different units.
    #[must_use]
    pub fn find(&self, text: &str, unit: Option<Uuid>) -> Option<Uuid> {
        let none = Vec::new();
        let found = self.by_key.get(&keys::system(text)).unwrap_or(&none);
        let own: Vec<Uuid> = found.iter().filter(|(_, _, alias)| !alias).map(|(id, ..)| *id).collect();
        let here: Vec<Uuid> =
            found.iter().filter(|(_, u, _)| unit.is_some() && *u == unit).map(|(id, ..)| *id).collect();
        let any: Vec<Uuid> = found.iter().map(|(id, ..)| *id).collect();
        let short = self.by_short_name.get(&keys::row(text)).cloned().unwrap_or_default();
        [&here, &own, &any, &short].into_iter().find_map(|ids| only(ids)).filter(|_| !text.trim().is_empty())
    }

    /// The systems that a cell names, which may name several: "Vårdia, Planera / Tid".
    #[must_use]
    pub fn find_all(&self, cell: &str, unit: Option<Uuid>) -> Vec<Uuid> {
        if let Some(one) = self.find(cell, unit) {
            return vec![one];
        }
        let mut found: Vec<Uuid> = cell
            .split([',', ';', '/', '\n', '+', '&'])
            .filter_map(|part| self.find(part.trim(), unit))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The one id there is, whichever way it was found.
fn only(ids: &[Uuid]) -> Option<Uuid> {
    let first = ids.first()?;
    ids.iter().all(|id| id == first).then_some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> SystemNames {
        let mut all = SystemNames::default();
        let mut add = |n: u128, name: &str, unit: u128, alias: bool| {
            all.by_key.entry(keys::system(name)).or_default().push((
                Uuid::from_u128(n),
                Some(Uuid::from_u128(unit)),
                alias,
            ));
        };
        add(1, "Vårdia Journal", 10, false);
        add(1, "Gamla Journalen", 10, true);
        add(2, "Planera", 10, false);
        add(3, "Planera", 20, false);
        all.by_short_name.insert(keys::row("VJ"), vec![Uuid::from_u128(1)]);
        all
    }

    fn found(text: &str, unit: Option<u128>) -> Option<u128> {
        names().find(text, unit.map(Uuid::from_u128)).map(|id| id.as_u128())
    }

    #[test]
    fn a_system_is_found_by_name_other_name_and_short_name() {
        assert_eq!(found("VARDIA JOURNAL 4.2", None), Some(1));
        assert_eq!(found("gamla journalen", None), Some(1));
        assert_eq!(found("vj", None), Some(1));
        assert_eq!(found("Okänt", None), None);
        assert_eq!(found("", None), None);
    }

    #[test]
    fn two_units_systems_of_one_name_are_told_apart_by_the_unit_and_else_not_guessed() {
        assert_eq!(found("Planera", None), None);
        assert_eq!(found("Planera", Some(20)), Some(3));
    }

    #[test]
    fn several_systems_in_a_cell_are_each_found() {
        let ids: Vec<u128> = names()
            .find_all("Vårdia Journal / Planera", Some(Uuid::from_u128(10)))
            .iter()
            .map(Uuid::as_u128)
            .collect();
        assert_eq!(ids, [1, 2]);
    }
}
