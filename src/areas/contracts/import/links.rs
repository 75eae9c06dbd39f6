//! What the texts of a row mean in the register: units, persons, systems.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::areas::contracts::queries::{self, HolderRow};
use crate::areas::imports::ImportContext;
use crate::areas::organisation::Units;
use crate::areas::people::{Holders, PROTECTED};
use crate::areas::systems::keys;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// The register, ready to look texts up in.
#[derive(Debug)]
pub(super) struct Lookups {
    units: Units,
    holders: Holders,
    /// By key of a name, a short name or an alias: the systems that go by it, with their suppliers.
    systems: HashMap<String, Vec<(Uuid, Option<Uuid>)>>,
    list_unit: Option<Uuid>,
    today: NaiveDate,
}

impl Lookups {
    pub(super) async fn load(tx: &mut TenantTx, ctx: &ImportContext) -> AppResult<Self> {
        let mut systems: HashMap<String, Vec<(Uuid, Option<Uuid>)>> = HashMap::new();
        for named in queries::list_system_keys(tx).await? {
            let known = systems.entry(keys::system(&named.name)).or_default();
            if !known.iter().any(|(id, _)| *id == named.id) {
                known.push((named.id, named.supplier_id));
            }
        }
        systems.remove("");
        Ok(Self {
            units: Units::load(tx).await?,
            holders: Holders::load(tx).await?,
            systems,
            list_unit: ctx.unit_id,
            today: ctx.today,
        })
    }

    /// The unit that answers for a contract: the one named, else the one of the cost centre, else whose list it is.
    pub(super) fn unit(&self, department: Option<&str>, cost_centre: Option<&str>) -> Option<Uuid> {
        [department, cost_centre]
            .into_iter()
            .flatten()
            .find_map(|text| self.units.find(text, self.today).one())
            .or(self.list_unit)
    }

    /// The system that goes by a name. Where several do, those that the contract's supplier delivers: units that list a system
    /// each are not yet one.
    pub(super) fn systems(&self, text: &str, supplier: Option<Uuid>) -> Vec<Uuid> {
        match self.systems.get(&keys::system(text)).map(Vec::as_slice).unwrap_or_default() {
            [(only, _)] => vec![*only],
            several => several
                .iter()
                .filter(|(_, of)| of.is_some() && *of == supplier)
                .map(|(system, _)| *system)
                .collect(),
        }
    }

    /// What is kept of a cell that names those responsible: the text, unless one of them has protected identity.
    pub(super) fn kept(&self, text: &str, unit: Option<Uuid>) -> String {
        let named = self.holders.find_all(text, unit);
        if named.iter().any(|holder| holder.person_id.is_some_and(|id| self.holders.is_protected(id))) {
            PROTECTED.to_owned()
        } else {
            text.to_owned()
        }
    }

    /// Those whom a cell names as responsible.
    pub(super) fn holders(&self, text: &str, contract_id: Uuid, unit: Option<Uuid>) -> Vec<HolderRow> {
        self.holders
            .find_all(text, unit)
            .into_iter()
            .filter(|holder| holder.person_id.is_some() || !holder.text.is_empty())
            .map(|holder| HolderRow {
                id: crate::ids::new_id(),
                contract_id,
                person_id: holder.person_id,
                holder_text: if holder.person_id.is_some() { String::new() } else { holder.text },
            })
            .collect()
    }
}
