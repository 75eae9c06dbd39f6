//! Taking in a month's list of those whose employment ends (data-formats 2.1, 2.2; rules 2.10).
//!
//! A list is of a sender and a month ([`sender`], [`period`]). Its rows are kept as they are written; what they mean is worked out
//! by the matching (`areas/matches`). A later list of the same month adds to what came before, and a correction is a row that says
//! so: nothing is taken for withdrawn because it is not there.

mod period;
mod places;
mod row;
pub(super) mod sender;

use std::collections::HashSet;

use uuid::Uuid;

pub use row::LeaverRow;

use super::{
    events,
    queries::import::{self as queries, NewList, NewRow, SenderRow},
};
use crate::{
    areas::{
        imports::{Asks, ImportContext, ImportKind, Incoming, RowFaults, RowView, TakenIn},
        organisation::Units,
        people::{Lengths, PERSONAL_ID},
    },
    auth::permissions::Permission,
    crypto::Secret,
    db::tenant::TenantTx,
    error::AppResult,
    ids::new_id,
    rules::{
        leaver_matching::ReasonTable,
        personal_id::{PersonalId, Profile},
    },
    tabular::{Vocabulary, fold::fold, nothing, words},
    web::format::month_words,
};

/// Lists of those whose employment ends.
#[derive(Debug)]
pub struct Leavers;

impl ImportKind for Leavers {
    type Row = LeaverRow;

    fn vocabulary() -> &'static Vocabulary {
        &words::LEAVERS
    }

    fn permission() -> Permission {
        Permission::LeaverUpload
    }

    fn asks() -> Asks {
        Asks { unit: true, period: true }
    }

    fn label_fields() -> Option<&'static [&'static str]> {
        // Who it is may be protected, which only the register knows: the receipt says nothing of anybody.
        Some(&["end_date", "reason", "event"])
    }

    fn refused_key(_row: &RowView<'_>) -> Option<String> {
        // Counted only: a list whose rows were all refused is no list of nobody.
        Some(String::new())
    }

    fn read_row(row: &RowView<'_>, faults: &mut RowFaults) -> Option<LeaverRow> {
        row::read(row, faults)
    }

    async fn take_in(
        tx: &mut TenantTx,
        mut rows: Vec<Incoming<LeaverRow>>,
        ctx: &ImportContext,
    ) -> AppResult<TakenIn> {
        let mut taken = TakenIn::default();
        leave_out_tests(&mut rows, &mut taken);
        restore_zeros(&mut rows);
        let units = Units::load(tx).await?;
        let of_list = places::of_list(&units, ctx);
        refuse_other_units(&mut rows, &units, ctx, &mut taken);
        let places = places::find(&rows, &units, of_list, ctx.today);
        let covers = covers(&places, &units, ctx, of_list);
        let month = find_month(&rows, ctx, &mut taken);
        let sender = ensure_sender(tx, &units, ctx, &covers).await?;
        warn_of_reasons(&rows, &sender, &mut taken);
        let says_nobody = rows.is_empty() && ctx.refused.is_empty() && says_nobody(ctx);
        let is_empty = rows.is_empty() && ctx.refused.is_empty();
        if is_empty && queries::has_empty_list(tx, sender.id, month, says_nobody).await? {
            // Nothing again says nothing new.
            return Ok(taken);
        }
        let list = NewList {
            id: new_id(),
            sender_id: sender.id,
            period: month,
            run_id: ctx.run_id,
            received_on: ctx.received,
            row_count: i32::try_from(rows.len()).unwrap_or(i32::MAX),
            says_nobody,
            said_by: if says_nobody { "Listan".to_owned() } else { String::new() },
            note: if rows.is_empty() && !is_empty {
                "Alla rader avvisades.".to_owned()
            } else {
                String::new()
            },
            covers,
        };
        queries::insert_list(tx, &list).await?;
        let secret = Secret { tenant_id: tx.tenant_id(), column: PERSONAL_ID };
        let mut written = Vec::with_capacity(rows.len());
        for (incoming, place) in rows.into_iter().zip(places) {
            let number = incoming.number;
            let hash = incoming.row.personal_id.as_deref().and_then(|text| {
                match PersonalId::parse(text, ctx.today, Profile { temporary: true }) {
                    Ok(id) => Some(ctx.keys.hash(secret, id.normal())),
                    Err(error) => {
                        let message = format!("{error} Raden läses in utan numret.");
                        taken.warn(number, Some("personal_id"), "personal_id_invalid", message);
                        None
                    }
                }
            });
            let row = NewRow {
                id: new_id(),
                row_no: i32::try_from(number).unwrap_or(i32::MAX),
                personal_id_hash: hash,
                org_unit_id: place.unit,
                department_id: place.department,
                row: incoming.row,
            };
            taken.created(number, row.id);
            written.push(row);
        }
        queries::insert_rows(tx, list.id, &written).await?;
        Ok(taken)
    }
}

fn leave_out_tests(rows: &mut Vec<Incoming<LeaverRow>>, taken: &mut TakenIn) {
    rows.retain(|incoming| {
        let is_test = incoming.row.is_test();
        if is_test {
            let message = "Raden är en testperson i lönesystemet och läses inte in.";
            taken.warn(incoming.number, None, "test_row", message);
        }
        !is_test
    });
}

/// Puts back the zeros that a spreadsheet dropped.
fn restore_zeros(rows: &mut [Incoming<LeaverRow>]) {
    let mut lengths = Lengths::default();
    for incoming in rows.iter() {
        lengths.note(&incoming.row.employee_no);
    }
    for incoming in rows.iter_mut() {
        let row = &mut incoming.row;
        row.employee_no = lengths.restored(&row.employee_no);
        row.manager_no = lengths.restored(&row.manager_no);
    }
}

/// A list that is said to be one unit's has that unit's rows: whoever may send lists of their own förvaltning decides about no
/// other's staff.
fn refuse_other_units(
    rows: &mut Vec<Incoming<LeaverRow>>,
    units: &Units,
    ctx: &ImportContext,
    taken: &mut TakenIn,
) {
    let Some(told) = ctx.unit_id else { return };
    let below: HashSet<Uuid> = units.with_all_under(told).into_iter().collect();
    let name = units.get(told).map_or("enheten", |unit| unit.name.as_str());
    let places = places::find(rows, units, Some(told), ctx.today);
    let mut at = 0;
    rows.retain(|incoming| {
        let place = places.get(at).copied().unwrap_or_default();
        at += 1;
        let Some(unit) = place.unit.or(place.department.filter(|department| *department != told)) else { return true };
        let now = units.current(unit, ctx.today).map_or(unit, |unit| unit.id);
        // The förvaltning that the told unit lies in says no more than the list does.
        let is_above = place.unit.is_none() && units.department(told).is_some_and(|department| department.id == unit);
        let is_own = is_above || below.contains(&unit) || below.contains(&now);
        if !is_own {
            let message = format!(
                "Raden gäller en annan enhet än {name}, som listan sägs vara från. Skicka den i rätt lista, eller välj ”Hela kommunen”."
            );
            taken.refuse(incoming.number, Some("unit"), "unit_outside", message);
        }
        is_own
    });
}

/// The förvaltningar that a list is of.
fn covers(places: &[places::Place], units: &Units, ctx: &ImportContext, of_list: Option<Uuid>) -> Vec<Uuid> {
    let mut found: Vec<Uuid> = if ctx.unit_id.is_some() {
        of_list.into_iter().collect()
    } else {
        let current = |id: Uuid| {
            let now = units.current(id, ctx.today)?;
            units.department(now.id).map(|department| department.id)
        };
        places.iter().filter_map(|place| place.department).filter_map(current).chain(of_list).collect()
    };
    found.sort_unstable();
    found.dedup();
    found
}

fn find_month(rows: &[Incoming<LeaverRow>], ctx: &ImportContext, taken: &mut TakenIn) -> chrono::NaiveDate {
    let ends: Vec<chrono::NaiveDate> = rows.iter().map(|incoming| incoming.row.end).collect();
    let signs = period::Signs {
        told: ctx.period,
        titles: &ctx.titles,
        names: &[&ctx.file_name, &ctx.sheet],
        ends: &ends,
        received: ctx.received,
    };
    let found = period::find(&signs);
    let first = rows.first().map(|incoming| incoming.number);
    match (found.by, period::in_the_list(&signs)) {
        (period::SaidBy::Sender, Some(other)) if other.month != found.month => {
            if let Some(first) = first {
                let message = format!(
                    "Listan läses in för {}, men i filen står {}. Kontrollera att det är rätt månad.",
                    month_words(found.month),
                    month_words(other.month)
                );
                taken.warn(first, None, "period_differs", message);
            }
        }
        (period::SaidBy::EndDates | period::SaidBy::Arrival, _) => {
            if let Some(first) = first {
                let message = format!(
                    "Filen säger inte vilken månad den gäller. Den räknas till {}, efter sista dagarna i listan.",
                    month_words(found.month)
                );
                taken.warn(first, None, "period_guessed", message);
            }
        }
        _ => {}
    }
    found.month
}

/// The sender that the list is of, made known where it was not: outside the list's own act, so that the list can be taken back
/// when later ones have come from the same sender.
async fn ensure_sender(
    tx: &mut TenantTx,
    units: &Units,
    ctx: &ImportContext,
    covers: &[Uuid],
) -> AppResult<SenderRow> {
    let signs = sender::Signs {
        source: &ctx.source,
        file_name: &ctx.file_name,
        unit: ctx.unit_id,
        departments: covers,
    };
    let found = sender::find(&signs, units, ctx.today);
    queries::ensure_sender(tx, &found.key, &found.name).await
}

/// Each code that nobody has told the meaning of is warned about once.
fn warn_of_reasons(rows: &[Incoming<LeaverRow>], sender: &SenderRow, taken: &mut TakenIn) {
    let (table, _) = ReasonTable::parse(&sender.reasons);
    let mut told: HashSet<String> = HashSet::new();
    for incoming in rows {
        let row = &incoming.row;
        let Some((field, text)) = events::unknown(&table, &row.reason, &row.event) else { continue };
        if told.insert(fold(text)) {
            let shown = if text.chars().count() <= 20 { format!(" ”{text}”") } else { String::new() };
            let message = format!(
                "Orsaken{shown} är inte känd. Säg vad den betyder på avsändarens sida, under Orsakskoder. Tills dess räknas den som att \
                 personen slutar."
            );
            taken.warn(incoming.number, Some(field), "reason_unknown", message);
        }
    }
}

/// Whether the list says in words that nobody has left: "Inga avslutade anställningar under perioden".
fn says_nobody(ctx: &ImportContext) -> bool {
    ctx.notes.iter().chain(&ctx.titles).any(|text| nothing::says_none(text, words::LEAVERS.none_of))
}
