//! The history of a number: one row for each time that it was somebody's or something's.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::areas::subscriptions::queries::import_history::HolderRow;

/// Days of a row of the history: id, first and last.
type RowDays = (Uuid, NaiveDate, Option<NaiveDate>);

/// Whether two texts name the same: order, case, commas and hyphens do not matter.
pub(in crate::areas::subscriptions) fn same_name(a: &str, b: &str) -> bool {
    a == b || words(a) == words(b)
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut words: Vec<String> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    words.sort_unstable();
    words
}

fn same(a: &HolderRow, b: &HolderRow) -> bool {
    a.operator_id == b.operator_id && a.cost_centre == b.cost_centre && same_name(&a.holder, &b.holder)
}

/// Ends what is open.
pub(super) fn close(so_far: &[HolderRow], until: NaiveDate, days: &mut Vec<RowDays>) {
    days.extend(
        so_far
            .iter()
            .filter(|r| r.seen_to.is_none())
            .map(|r| (r.id, r.seen_from, Some(until.max(r.seen_from)))),
    );
}

/// Puts what an older list says into the history. `so_far` is in the order of days.
pub(super) fn add_past(
    past: HolderRow,
    so_far: &[HolderRow],
    new: &mut Vec<HolderRow>,
    days: &mut Vec<RowDays>,
) {
    let day = past.seen_from;
    let before = so_far.iter().rev().find(|r| r.seen_from <= day);
    let after = so_far.iter().find(|r| r.seen_from > day);
    match (before, after) {
        (Some(before), _) if same(before, &past) => {
            if before.seen_to.is_some_and(|to| to < day) {
                days.push((before.id, before.seen_from, Some(day)));
            }
        }
        (_, Some(after)) if same(after, &past) => days.push((after.id, day, after.seen_to)),
        _ => new.push(HolderRow { seen_to: Some(day), ..past }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::new_id;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn row(holder: &str, from: &str, to: Option<&str>) -> HolderRow {
        HolderRow {
            id: new_id(),
            subscription_id: Uuid::nil(),
            operator_id: Uuid::nil(),
            holder: holder.to_owned(),
            reference: String::new(),
            cost_centre: String::new(),
            seen_from: day(from),
            seen_to: to.map(day),
        }
    }

    fn add(past: HolderRow, so_far: &[HolderRow]) -> (Vec<(String, Option<NaiveDate>)>, Vec<RowDays>) {
        let (mut new, mut days) = (Vec::new(), Vec::new());
        add_past(past, so_far, &mut new, &mut days);
        (new.into_iter().map(|r| (r.holder, r.seen_to)).collect(), days)
    }

    #[test]
    fn the_order_of_names_and_their_case_make_no_other_holder() {
        assert!(same_name("Åkerlund, Anna-Karin", "ANNA KARIN  ÅKERLUND"));
        assert!(!same_name("Asa Ek", "Åsa Ek"));
        assert!(!same_name("Buss 4", "Buss 5"));
    }

    #[test]
    fn an_older_list_lengthens_what_it_agrees_with_and_adds_what_it_does_not() {
        let now = row("Eva Ek", "2026-11-16", None);
        let (new, days) = add(row("Ek, Eva", "2026-10-15", None), std::slice::from_ref(&now));
        assert_eq!((new, days), (vec![], vec![(now.id, day("2026-10-15"), None)]));

        let (new, days) = add(row("Bo Al", "2026-10-15", None), std::slice::from_ref(&now));
        assert_eq!((new, days), (vec![("Bo Al".to_owned(), Some(day("2026-10-15")))], vec![]));

        let earlier = row("Bo Al", "2026-08-15", Some("2026-09-15"));
        let (new, days) = add(row("Bo Al", "2026-10-15", None), &[earlier.clone(), now]);
        assert_eq!((new, days), (vec![], vec![(earlier.id, day("2026-08-15"), Some(day("2026-10-15")))]));
    }
}
