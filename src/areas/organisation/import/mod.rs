//! Taking in an organisation tree (data-formats 8): rows in any order, parents by code or name, heads by employee number or
//! name, "Ersätts av". What the file has no column for is left as it is.

mod kinds;
mod plan;

use chrono::NaiveDate;

use super::{Units, model::Move, queries};
use crate::{
    areas::{
        imports::{ImportContext, ImportKind, Incoming, RowFaults, RowView, TakenIn},
        people::Holders,
    },
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::AppResult,
    ids::new_id,
    tabular::{Vocabulary, words},
};

/// Organisation trees.
#[derive(Debug)]
pub struct OrgTree;

/// A unit as a file has it.
#[derive(Clone, Debug, Default)]
pub struct UnitRow {
    code: String,
    name: String,
    level: Option<i32>,
    kind: Option<String>,
    parent: Option<String>,
    head: Option<String>,
    head_no: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    replaced_by: Option<String>,
    in_scope: Option<bool>,
    has: Has,
}

/// Which columns the file has besides code and name.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each column that may be missing")]
struct Has {
    level: bool,
    kind: bool,
    parent: bool,
    head: bool,
    valid_from: bool,
    valid_to: bool,
    replaced_by: bool,
}

impl ImportKind for OrgTree {
    type Row = UnitRow;

    fn vocabulary() -> &'static Vocabulary {
        &words::ORG_TREE
    }

    fn permission() -> Permission {
        Permission::ImportOrg
    }

    fn read_row(row: &RowView<'_>, faults: &mut RowFaults) -> Option<UnitRow> {
        let has = Has {
            level: row.has("level"),
            kind: row.has("type"),
            parent: row.has("parent"),
            head: row.has("manager") || row.has("manager_no"),
            valid_from: row.has("valid_from"),
            valid_to: row.has("valid_to"),
            replaced_by: row.has("replaced_by"),
        };
        let unit = UnitRow {
            code: row.text("code")?,
            name: row.text("name")?,
            level: row
                .text("level")
                .and_then(|l| l.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()),
            kind: row.text("type"),
            parent: row.text("parent"),
            head: row.text("manager"),
            head_no: row.text("manager_no"),
            valid_from: row.day("valid_from"),
            valid_to: row.day("valid_to"),
            replaced_by: row.text("replaced_by"),
            in_scope: row.yes_no("in_scope"),
            has,
        };
        if let (Some(from), Some(to)) = (unit.valid_from, unit.valid_to)
            && to < from
        {
            faults.refuse(
                row,
                "valid_to",
                "date_order",
                "Sista dagen ligger före den första. Rätta något av datumen.",
            );
        }
        Some(unit)
    }

    async fn take_in(
        tx: &mut TenantTx,
        rows: Vec<Incoming<UnitRow>>,
        ctx: &ImportContext,
    ) -> AppResult<TakenIn> {
        let units = Units::load(tx).await?;
        let holders = Holders::load(tx).await?;
        let mut taken = TakenIn::default();
        let plan = plan::plan(&rows, &units, &holders, ctx.today, &mut taken);
        queries::insert_units(tx, &plan.new).await?;
        queries::update_units(tx, &plan.changed).await?;
        let moves: Vec<Move> = plan
            .changed
            .iter()
            .filter_map(|unit| {
                let from_parent_id = units.get(unit.id)?.parent_id;
                (from_parent_id != unit.parent_id).then(|| Move {
                    id: new_id(),
                    org_unit_id: unit.id,
                    from_parent_id,
                    to_parent_id: unit.parent_id,
                    moved_on: ctx.today,
                })
            })
            .collect();
        queries::insert_moves(tx, &moves).await?;
        Ok(taken)
    }
}
