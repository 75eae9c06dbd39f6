//! Taking in a list of contracts: texts are read into terms, and what is unsure is noted for a person to check.
//!
//! A row means the contract with its number; without a number, the one of the same name, supplier and start. What the file
//! has no column for, or no value in, is left as it is; a term whose text is the same as before is not read again, so that
//! what a person has corrected stands.

mod apply;
mod links;
mod row;

use std::collections::HashMap;

use uuid::Uuid;

use self::links::Lookups;
pub use self::row::ContractFileRow;
use super::forms::ContractInput;
use super::model::{Contract, NoticeRow, OptionRow};
use super::queries::{self, HolderRow};
use crate::areas::imports::{ImportContext, ImportKind, Incoming, RowFaults, RowView, TakenIn};
use crate::areas::suppliers;
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::tabular::{Vocabulary, words};

/// Lists of contracts.
#[derive(Debug)]
pub struct ContractList;

impl ImportKind for ContractList {
    type Row = ContractFileRow;

    fn vocabulary() -> &'static Vocabulary {
        &words::CONTRACTS
    }

    fn permission() -> Permission {
        Permission::ImportContracts
    }

    fn read_row(row: &RowView<'_>, faults: &mut RowFaults) -> Option<ContractFileRow> {
        row::read(row, faults)
    }

    async fn take_in(
        tx: &mut TenantTx,
        rows: Vec<Incoming<ContractFileRow>>,
        ctx: &ImportContext,
    ) -> AppResult<TakenIn> {
        let wanted: Vec<_> = rows.iter().map(|row| row.row.supplier()).collect();
        let supplier_ids = suppliers::ensure(tx, &wanted).await?;
        let lookups = Lookups::load(tx, ctx).await?;
        let mut plan = Plan::load(tx).await?;
        let mut taken = TakenIn::default();
        for row in &rows {
            let supplier = supplier_ids.get(&row.row.supplier()).copied();
            plan.add(row, supplier, &lookups, &mut taken);
        }
        plan.write(tx, ctx).await?;
        Ok(taken)
    }
}

/// What the rows will do to the register.
#[derive(Debug, Default)]
struct Plan {
    /// What there is, and what it has become, by contract.
    register: HashMap<Uuid, ContractInput>,
    notices: HashMap<Uuid, Vec<NoticeRow>>,
    holders: HashMap<Uuid, Vec<HolderRow>>,
    by_number: HashMap<String, Vec<Uuid>>,
    by_name: HashMap<String, Vec<Uuid>>,
    /// The first row of the file that meant a contract.
    first_row: HashMap<Uuid, u32>,
    new: Vec<Uuid>,
    changed: Vec<Uuid>,
    new_notices: Vec<NoticeRow>,
    new_holders: Vec<HolderRow>,
    /// Contracts whose holders are replaced.
    ended_holders: Vec<Uuid>,
    new_systems: Vec<(Uuid, Uuid)>,
}

fn number_key(number: &str) -> String {
    number.split_whitespace().collect::<String>().to_lowercase()
}

fn name_key(title: &str, supplier: Option<Uuid>, start: Option<chrono::NaiveDate>) -> String {
    let supplier = supplier.map(|id| id.to_string()).unwrap_or_default();
    let start = start.map(|day| day.to_string()).unwrap_or_default();
    format!("{}|{supplier}|{start}", crate::tabular::fold::compact(title))
}

impl Plan {
    async fn load(tx: &mut TenantTx) -> AppResult<Self> {
        let mut options: HashMap<Uuid, Vec<OptionRow>> = HashMap::new();
        for step in queries::list_options(tx).await? {
            options.entry(step.contract_id).or_default().push(step);
        }
        let mut plan = Self::default();
        for contract in queries::list_contracts(tx).await? {
            let options = options.remove(&contract.id).unwrap_or_default();
            plan.index(&ContractInput { contract, options });
        }
        for notice in queries::list_notices(tx).await? {
            plan.notices.entry(notice.contract_id).or_default().push(notice);
        }
        for holder in queries::list_responsible(tx).await? {
            plan.holders.entry(holder.contract_id).or_default().push(holder);
        }
        Ok(plan)
    }

    fn index(&mut self, input: &ContractInput) {
        let c = &input.contract;
        let add = |places: &mut Vec<Uuid>| {
            if !places.contains(&c.id) {
                places.push(c.id);
            }
        };
        if !c.contract_no.is_empty() {
            add(self.by_number.entry(number_key(&c.contract_no)).or_default());
        }
        add(self.by_name.entry(name_key(&c.title, c.supplier_id, c.start_date)).or_default());
        self.register.insert(c.id, input.clone());
    }

    /// The contracts that a row may mean.
    fn find(&self, row: &ContractFileRow, supplier: Option<Uuid>) -> &[Uuid] {
        let found = if row.contract_no.is_empty() {
            self.by_name.get(&name_key(&row.title, supplier, row.start))
        } else {
            self.by_number.get(&number_key(&row.contract_no))
        };
        found.map(Vec::as_slice).unwrap_or_default()
    }

    fn add(
        &mut self,
        incoming: &Incoming<ContractFileRow>,
        supplier: Option<Uuid>,
        lookups: &Lookups,
        taken: &mut TakenIn,
    ) {
        let row = &incoming.row;
        let old = match self.find(row, supplier) {
            [] => None,
            [id] => self.register.get(id).cloned(),
            _ => {
                let text =
                    "Flera avtal i registret har samma nummer. Ge dem olika nummer och läs in raden igen.";
                taken.refuse(incoming.number, None, "contract_no_ambiguous", text);
                return;
            }
        };
        if let Some(old) = &old
            && let Some(first) = self.first_row.get(&old.contract.id).copied()
        {
            self.repeated(incoming, old, first, lookups, taken);
            return;
        }
        let input = apply::apply(row, old.as_ref(), supplier, lookups);
        let (start, end) = (input.contract.start_date, input.contract.end_date);
        if start.zip(end).is_some_and(|(start, end)| end < start) {
            let text = "Slutdatumet ligger före startdatumet i registret. Rätta det som är fel och läs in raden igen.";
            taken.refuse(incoming.number, None, "date_order", text);
            return;
        }
        let id = input.contract.id;
        for doubt in input.contract.reviews() {
            let text = format!("{}: {}", doubt.label(), doubt.text());
            taken.warn(incoming.number, None, "check_terms", text);
        }
        let mut is_other = match &old {
            None => true,
            Some(old) => !apply::same(old, &input),
        };
        if old.is_none() {
            self.new.push(id);
        } else if is_other {
            self.changed.push(id);
        }
        is_other |= self.add_notice(row, id);
        is_other |= self.add_holders(row, id, old.as_ref(), &input, lookups);
        self.add_systems(row, &input.contract, lookups);
        self.first_row.insert(id, incoming.number);
        self.index(&input);
        match (old.is_none(), is_other) {
            (true, _) => taken.created(incoming.number, id),
            (false, true) => taken.changed(incoming.number, id),
            (false, false) => taken.unchanged(incoming.number, id),
        }
    }

    /// A contract that an earlier row of the file has told of: lists with a row for each system repeat it.
    fn repeated(
        &mut self,
        incoming: &Incoming<ContractFileRow>,
        old: &ContractInput,
        first: u32,
        lookups: &Lookups,
        taken: &mut TakenIn,
    ) {
        let row = &incoming.row;
        let same_dates = (row.start.is_none() || row.start == old.contract.start_date)
            && row.end_date().is_none_or(|end| Some(end) == old.contract.end_date);
        let same_name =
            crate::tabular::fold::compact(&row.title) == crate::tabular::fold::compact(&old.contract.title);
        if !(same_dates && same_name) {
            let text = format!(
                "Rad {first} har samma avtalsnummer men andra uppgifter. Ge avtalen olika nummer och läs in filen igen."
            );
            taken.refuse(incoming.number, None, "contract_no_repeated", text);
            return;
        }
        self.add_systems(row, &old.contract, lookups);
        taken.unchanged(incoming.number, old.contract.id);
        let text = format!("Raden är samma avtal som rad {first}. Bara systemet läggs till.");
        taken.warn(incoming.number, None, "same_contract", text);
    }

    fn add_notice(&mut self, row: &ContractFileRow, id: Uuid) -> bool {
        let Some(received_on) = row.terminated else { return false };
        let known = self.notices.entry(id).or_default();
        if known.iter().any(|notice| notice.received_on == received_on) {
            return false;
        }
        let notice = NoticeRow {
            id: crate::ids::new_id(),
            contract_id: id,
            given_by: "kommunen".to_owned(),
            sent_on: None,
            received_on,
            accepted_late: false,
            note: row.terminated_text.clone().unwrap_or_default(),
            withdrawn_on: None,
        };
        known.push(notice.clone());
        self.new_notices.push(notice);
        true
    }

    /// Who answers for the contract: taken from the file when it names somebody else than it did before.
    fn add_holders(
        &mut self,
        row: &ContractFileRow,
        id: Uuid,
        old: Option<&ContractInput>,
        input: &ContractInput,
        lookups: &Lookups,
    ) -> bool {
        let Some(text) = &row.responsible else { return false };
        let has_holder = self.holders.get(&id).is_some_and(|holders| !holders.is_empty());
        if has_holder
            && old.is_some_and(|old| old.contract.responsible_text == input.contract.responsible_text)
        {
            return false;
        }
        let fresh = lookups.holders(text, id, input.contract.owner_unit_id);
        if fresh.is_empty() {
            return false;
        }
        if has_holder {
            self.ended_holders.push(id);
        }
        self.holders.insert(id, fresh.clone());
        self.new_holders.extend(fresh);
        true
    }

    fn add_systems(&mut self, row: &ContractFileRow, contract: &Contract, lookups: &Lookups) {
        let found = row.system.as_deref().map(|text| lookups.systems(text, contract.supplier_id));
        self.new_systems.extend(found.into_iter().flatten().map(|system| (contract.id, system)));
    }

    async fn write(self, tx: &mut TenantTx, ctx: &ImportContext) -> AppResult<()> {
        let of = |ids: &[Uuid]| -> Vec<&ContractInput> {
            ids.iter().filter_map(|id| self.register.get(id)).collect()
        };
        let new = of(&self.new);
        let contracts: Vec<_> = new.iter().map(|input| input.contract.clone()).collect();
        queries::insert_contracts(tx, &contracts).await?;
        let options: Vec<OptionRow> = new.iter().flat_map(|input| input.options.iter().cloned()).collect();
        queries::insert_options(tx, &options).await?;
        let changed = of(&self.changed);
        let contracts: Vec<_> = changed.iter().map(|input| input.contract.clone()).collect();
        queries::update_contracts(tx, &contracts).await?;
        let counts: Vec<_> = changed.iter().map(|input| (input.contract.id, input.options.len())).collect();
        let options: Vec<OptionRow> =
            changed.iter().flat_map(|input| input.options.iter().cloned()).collect();
        queries::replace_options_of(tx, &counts, &options).await?;
        queries::insert_notices(tx, &self.new_notices).await?;
        queries::end_responsible(tx, &self.ended_holders, ctx.today).await?;
        queries::insert_responsible(tx, &self.new_holders).await?;
        queries::insert_systems(tx, &self.new_systems).await?;
        // Also of contracts that came before the framework they belong to.
        queries::update_parents(tx).await?;
        Ok(())
    }
}
