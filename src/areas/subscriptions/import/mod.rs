//! Taking in operators' lists of subscriptions (data-formats 3), month after month.
//!
//! The number is the item: it stays when holder, operator or SIM card changes. Which earlier list a file goes on from is told by
//! the numbers in it (`extent`); what that one had and this one lacks is gone from it. A file that is older than what is known
//! adds what was not known, and changes nothing.

mod extent;
mod history;
mod mains;
mod operator;
mod plan;
mod row;
mod status;
mod twin;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

pub(in crate::areas::subscriptions) use history::same_name;
pub use row::SubscriptionRow;

use super::queries::{import as queries, import_history};
use crate::{
    areas::{
        imports::{ImportContext, ImportKind, Incoming, RowFaults, RowView, TakenIn},
        organisation::Units,
    },
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::AppResult,
    tabular::{Vocabulary, words},
};

/// Operators' lists.
#[derive(Debug)]
pub struct Subscriptions;

impl ImportKind for Subscriptions {
    type Row = SubscriptionRow;

    fn vocabulary() -> &'static Vocabulary {
        &words::SUBSCRIPTIONS
    }

    fn permission() -> Permission {
        Permission::ImportSubscriptions
    }

    /// Neither holder nor number: it may be a person with protected identity.
    fn label_fields() -> Option<&'static [&'static str]> {
        Some(&["plan", "operator"])
    }

    fn refused_key(row: &RowView<'_>) -> Option<String> {
        row::number(row)
    }

    fn read_row(row: &RowView<'_>, faults: &mut RowFaults) -> Option<SubscriptionRow> {
        row::read(row, faults)
    }

    async fn take_in(
        tx: &mut TenantTx,
        rows: Vec<Incoming<SubscriptionRow>>,
        ctx: &ImportContext,
    ) -> AppResult<TakenIn> {
        let mut taken = TakenIn::default();
        let rows = plan::without_conflicts(rows, &mut taken);
        if rows.is_empty() {
            return Ok(taken);
        }
        // A month in a file's name is its last day, which may not have come yet.
        let taken_on = ctx.as_of.map_or(ctx.received, |day| day.min(ctx.received));
        let known = queries::list_known(tx).await?;
        let by_number: HashMap<&str, &queries::KnownSubscription> =
            known.iter().map(|s| (s.msisdn.as_str(), s)).collect();
        let mut operators = operator::Operators::new(queries::list_operators(tx).await?);
        let of_rows = operators.of_rows(&rows, &by_number, ctx);
        let mut in_file: Vec<Uuid> = Vec::new();
        for id in &of_rows {
            if !in_file.contains(id) {
                in_file.push(*id);
            }
        }
        // A row that was refused is in the list all the same: its number is not gone.
        let numbers: HashSet<&str> = rows
            .iter()
            .map(|r| r.row.msisdn.as_str())
            .chain(ctx.refused.iter().map(String::as_str))
            .collect();
        let series = queries::list_series(tx).await?;
        let label = if ctx.source.is_empty() { &ctx.file_name } else { &ctx.source };
        let mut extent = extent::find(&numbers, &in_file, &known, &series, taken_on, label);
        let units = find_units(&rows, &Units::load(tx).await?, ctx.today, &mut taken);
        let holders = import_history::list_holders(tx).await?;
        let tenant_id = tx.tenant_id();
        let facts = plan::Facts {
            operators: &of_rows,
            units: &units,
            names: &operators,
            holders: &holders,
            taken_on,
            tenant_id,
            keys: &ctx.keys,
        };
        let plan = plan::plan(&rows, &by_number, &facts, &mut extent, &mut taken);
        let (missing, from) = extent.missing(&numbers, &known);
        taken.missing = u64::try_from(missing.len()).unwrap_or(u64::MAX);
        queries::insert_operators(tx, operators.created()).await?;
        queries::insert_lists(tx, &extent.new_series, &extent.lists, ctx.run_id, taken_on).await?;
        queries::insert_subscriptions(tx, &plan.new).await?;
        queries::update_subscriptions(tx, &plan.changed).await?;
        queries::mark_missing(tx, &missing, &from).await?;
        import_history::update_holder_days(tx, &plan.holder_days).await?;
        import_history::insert_holders(tx, &plan.new_holders).await?;
        import_history::insert_changes(tx, &plan.changes).await?;
        Ok(taken)
    }
}

/// The unit of each row: by its cost centre, else by the heading it stands under.
fn find_units(
    rows: &[Incoming<SubscriptionRow>],
    units: &Units,
    today: NaiveDate,
    taken: &mut TakenIn,
) -> Vec<Option<Uuid>> {
    let mut found: HashMap<(&str, Option<&str>), Option<Uuid>> = HashMap::new();
    let mut unknown: HashSet<&str> = HashSet::new();
    rows.iter()
        .map(|incoming| {
            let row = &incoming.row;
            let key = (row.cost_centre.as_str(), row.section.as_deref());
            let unit = *found.entry(key).or_insert_with(|| {
                unit_of(units, key.0, today).or_else(|| unit_of(units, key.1.unwrap_or_default(), today))
            });
            // Once for each cost centre is enough.
            if unit.is_none() && !key.0.is_empty() && unknown.insert(key.0) {
                let message =
                    format!("Kostnadsstället {} hör inte till någon enhet i organisationen. Raden läses in utan enhet.", key.0);
                taken.warn(incoming.number, Some("cost_centre"), "cost_centre_unknown", message);
            }
            unit
        })
        .collect()
}

/// A unit by a cost centre: as it stands, or the part of it that is a code ("4711-120", "ansvar 4711", "ansvar 403-37").
fn unit_of(units: &Units, text: &str, today: NaiveDate) -> Option<Uuid> {
    if text.is_empty() {
        return None;
    }
    units.find(text, today).one().or_else(|| {
        // A code may hold a hyphen of its own ("ansvar 403-37"): whole words go first.
        let words = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
        words
            .chain(text.split(|c: char| !c.is_alphanumeric()))
            .filter(|part| part.len() > 1 && part.chars().any(|c| c.is_ascii_digit()))
            .find_map(|part| units.by_code(part))
            .map(|unit| unit.id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::organisation::Unit;

    #[test]
    fn a_cost_centre_is_found_by_the_code_in_it_also_where_codes_have_hyphens() {
        let unit = |n: u128, code: &str| Unit {
            id: Uuid::from_u128(n),
            code: code.into(),
            name: format!("Enhet {n}"),
            ..Unit::default()
        };
        let units = Units::new(vec![unit(1, "4711"), unit(2, "403-37"), unit(3, "37")]);
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        for (text, expected) in [
            ("4711", Some(1)),
            ("4711-120", Some(1)),
            ("Ansvar 4711", Some(1)),
            ("403-37", Some(2)),
            ("Ansvar 403-37", Some(2)),
            ("Ansvar: 403-37, Förskola", Some(2)),
            ("Ansvar", None),
        ] {
            assert_eq!(unit_of(&units, text, today), expected.map(Uuid::from_u128), "{text}");
        }
    }
}
