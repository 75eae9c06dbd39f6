//! Compares a list with the register: what is new, what differs, and what that means for the history of numbers.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{SubscriptionRow, extent::Extent, history, operator::Operators, status::Status};
use crate::{
    areas::{
        imports::{Incoming, TakenIn},
        subscriptions::{
            model::{ICCID, PIN, PUK},
            queries::{
                import::{KnownSubscription, Sealed},
                import_history::{HolderRow, ListChange},
            },
        },
    },
    crypto::{Keys, Secret},
    ids::new_id,
    tabular::fold::compact,
};

/// What was found out about the rows before.
pub(super) struct Facts<'a> {
    /// The operator of each row.
    pub operators: &'a [Uuid],
    /// The unit of each row.
    pub units: &'a [Option<Uuid>],
    /// Their names.
    pub names: &'a Operators,
    /// The history of every number.
    pub holders: &'a HashMap<Uuid, Vec<HolderRow>>,
    /// The day of the list.
    pub taken_on: NaiveDate,
    pub tenant_id: Uuid,
    pub keys: &'a Keys,
}

/// What is to be written.
#[derive(Default)]
pub(super) struct Plan {
    pub new: Vec<(KnownSubscription, Sealed)>,
    pub changed: Vec<(KnownSubscription, Sealed)>,
    pub new_holders: Vec<HolderRow>,
    pub holder_days: Vec<(Uuid, NaiveDate, Option<NaiveDate>)>,
    pub changes: Vec<ListChange>,
}

/// Compares. `known` is by number.
pub(super) fn plan(
    rows: &[Incoming<SubscriptionRow>],
    known: &HashMap<&str, &KnownSubscription>,
    facts: &Facts<'_>,
    extent: &mut Extent,
    taken: &mut TakenIn,
) -> Plan {
    let mut plan = Plan::default();
    let mut older = 0_usize;
    let mains = super::mains::Mains::new(rows, known);
    for (at, incoming) in rows.iter().enumerate() {
        let row = &incoming.row;
        let operator = facts.operators[at];
        let old = known.get(row.msisdn.as_str()).copied();
        let Some((series, covered)) = extent.place(operator, old) else { continue };
        extent.count(series);
        let Some(old) = old else {
            let mut new = filled(None, row, facts.units[at]);
            new.id = mains.id_of(&row.msisdn).unwrap_or_else(new_id);
            (new.operator_id, new.series_id) = (operator, Some(series));
            (new.first_list_id, new.missing_from_list_id) = (Some(covered.list), covered.newer);
            new.main_subscription_id = mains.resolve(&row.msisdn);
            let sealed = seal(&mut new, row, facts);
            plan.new_holders.push(holder_row(&new, facts.taken_on));
            taken.created(incoming.number, new.id);
            plan.new.push((new, sealed));
            continue;
        };
        if covered.newer.is_some() || extent.is_outdated(old, facts.taken_on) {
            older += 1;
            let past = holder_row(
                &KnownSubscription { operator_id: operator, ..filled(Some(old), row, None) },
                facts.taken_on,
            );
            let so_far = facts.holders.get(&old.id).map(Vec::as_slice).unwrap_or_default();
            history::add_past(past, so_far, &mut plan.new_holders, &mut plan.holder_days);
            taken.unchanged(incoming.number, old.id);
            continue;
        }
        // The operator that a number has left says so for months; that does not end it where it is now.
        if row.status.is_some_and(Status::is_over)
            && old.operator_id != operator
            && old.missing_from_list_id.is_none()
            && !matches!(old.status.as_str(), "avslutad" | "porterad")
        {
            let message =
                format!("Numret finns nu hos {}. Raden ändrar ingenting.", facts.names.name(old.operator_id));
            taken.warn(incoming.number, None, "ported_elsewhere", message);
            taken.unchanged(incoming.number, old.id);
            continue;
        }
        let mut now = filled(Some(old), row, facts.units[at]);
        (now.operator_id, now.series_id, now.missing_from_list_id) = (operator, Some(series), None);
        now.main_subscription_id = mains.resolve(&row.msisdn);
        let sealed = seal(&mut now, row, facts);
        if now == *old {
            taken.unchanged(incoming.number, old.id);
            continue;
        }
        note_changes(&mut plan, old, &now, covered.list, facts);
        if is_another(old, &now) {
            let so_far = facts.holders.get(&old.id).map(Vec::as_slice).unwrap_or_default();
            let until = covered.before.or_else(|| facts.taken_on.checked_sub_days(Days::new(1)));
            history::close(so_far, until.unwrap_or(facts.taken_on), &mut plan.holder_days);
            plan.new_holders.push(holder_row(&now, facts.taken_on));
        }
        // How much a number was used last month is kept, but is no change to tell anybody of.
        if only_usage_differs(old, &now) {
            taken.unchanged(incoming.number, old.id);
        } else {
            taken.changed(incoming.number, old.id);
        }
        plan.changed.push((now, sealed));
    }
    plan.changed.extend(mains.found_now(known, rows));
    if let (1.., Some(first)) = (older, rows.first()) {
        let message = "Listan är äldre än den senaste från samma operatör. Bara nummer som inte fanns läses in, och vem de andra hörde till då.";
        taken.warn(first.number, None, "older_list", message);
    }
    // What others point at goes first, so that an undo finds it last.
    plan.new.sort_by_key(|(s, _)| s.main_subscription_id.is_some());
    plan
}

/// The subscription as the file leaves it.
fn filled(old: Option<&KnownSubscription>, row: &SubscriptionRow, unit: Option<Uuid>) -> KnownSubscription {
    let mut s = old.cloned().unwrap_or_else(|| KnownSubscription {
        msisdn: row.msisdn.clone(),
        status: "aktiv".to_owned(),
        ..KnownSubscription::default()
    });
    let has = row.has;
    let texts: [(bool, &mut String, &String); 8] = [
        (has.customer, &mut s.customer_no, &row.customer_no),
        (has.agreement, &mut s.agreement_no, &row.agreement_no),
        (has.plan, &mut s.type_text, &row.type_text),
        (has.holder, &mut s.holder, &row.holder),
        (has.reference, &mut s.reference, &row.reference),
        (has.notice, &mut s.notice_text, &row.notice_text),
        (has.imei, &mut s.imei, &row.imei),
        (has.address, &mut s.address, &row.address),
    ];
    for (said, own, text) in texts {
        if said {
            own.clone_from(text);
        }
    }
    let days = [
        (has.activated, &mut s.activated_on, row.activated_on),
        (has.binding, &mut s.binding_until, row.binding_until),
        (has.ends, &mut s.ends_on, row.ends_on),
        (has.traffic && row.last_traffic.is_some(), &mut s.last_traffic, row.last_traffic),
    ];
    for (said, own, day) in days {
        if said {
            *own = day;
        }
    }
    if has.cost_centre {
        // A unit chosen by hand stays as long as the list says the same of who pays.
        if s.cost_centre != row.cost_centre || s.org_unit_id.is_none() {
            s.org_unit_id = unit;
        }
        s.cost_centre.clone_from(&row.cost_centre);
    }
    if let Some(status) = row.status {
        status.code().clone_into(&mut s.status);
    }
    if !row.status_text.is_empty() {
        s.status_text.clone_from(&row.status_text);
    }
    if has.price {
        s.monthly_price = row.monthly_price;
    }
    if has.data {
        s.data_gb = row.data_gb;
    }
    if has.calls {
        s.call_minutes = row.call_minutes;
    }
    if has.pot {
        s.data_pot_gb = row.data_pot_gb;
    }
    if has.main || row.main_msisdn.is_some() {
        s.main_msisdn.clone_from(&row.main_msisdn);
    }
    // What people write themselves is not written over.
    for (own, text) in [(&mut s.contact_text, &row.contact), (&mut s.note, &row.note)] {
        if own.is_empty() {
            own.clone_from(text);
        }
    }
    s
}

/// Seals what is secret and not already there.
fn seal(s: &mut KnownSubscription, row: &SubscriptionRow, facts: &Facts<'_>) -> Sealed {
    let one = |column: &'static str, hash: &mut Option<Vec<u8>>, value: Option<&String>| {
        let value = value?;
        let secret = Secret { tenant_id: facts.tenant_id, column };
        if hash.as_ref().is_some_and(|known| facts.keys.hashes(secret, value).contains(known)) {
            return None;
        }
        *hash = Some(facts.keys.hash(secret, value));
        Some(facts.keys.seal(secret, value))
    };
    Sealed {
        iccid: one(ICCID, &mut s.iccid_hash, row.iccid.as_ref()),
        puk: one(PUK, &mut s.puk_hash, row.puk.as_ref()),
        pin: one(PIN, &mut s.pin_hash, row.pin.as_ref()),
    }
}

fn holder_row(s: &KnownSubscription, from: NaiveDate) -> HolderRow {
    HolderRow {
        id: new_id(),
        subscription_id: s.id,
        operator_id: s.operator_id,
        holder: s.holder.clone(),
        reference: s.reference.clone(),
        cost_centre: s.cost_centre.clone(),
        seen_from: from,
        seen_to: None,
    }
}

/// Whether holder, operator or cost centre is another.
fn is_another(old: &KnownSubscription, now: &KnownSubscription) -> bool {
    old.operator_id != now.operator_id
        || old.cost_centre != now.cost_centre
        || !history::same_name(&old.holder, &now.holder)
}

/// Whether nothing but last month's use differs.
fn only_usage_differs(old: &KnownSubscription, now: &KnownSubscription) -> bool {
    let mut same = now.clone();
    (same.last_traffic, same.data_gb, same.call_minutes) = (old.last_traffic, old.data_gb, old.call_minutes);
    same == *old
}

fn note_changes(
    plan: &mut Plan,
    old: &KnownSubscription,
    now: &KnownSubscription,
    list: Uuid,
    facts: &Facts<'_>,
) {
    let mut note = |kind, old_value: String, new_value: String| {
        plan.changes.push(ListChange {
            list_id: list,
            subscription_id: old.id,
            kind,
            old: old_value,
            new: new_value,
        });
    };
    let money = |price: Option<Decimal>| price.map(|p| format!("{p:.2}")).unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
    if old.missing_from_list_id.is_some() {
        note("back", String::new(), String::new());
    }
    // Names are in the history of the number and nowhere else.
    if !history::same_name(&old.holder, &now.holder) {
        note("renamed", String::new(), String::new());
    }
    if old.monthly_price != now.monthly_price {
        note("price", money(old.monthly_price), money(now.monthly_price));
    }
    if old.status != now.status {
        note("status", old.status.clone(), now.status.clone());
    }
    if old.cost_centre != now.cost_centre {
        note("cost_centre", old.cost_centre.clone(), now.cost_centre.clone());
    }
    // "Datakort till 070-174 06 05" is the same as "Datakort till 0701740605".
    if compact(&old.type_text) != compact(&now.type_text) {
        note("type", old.type_text.clone(), now.type_text.clone());
    }
    if old.operator_id != now.operator_id {
        let name = |id| facts.names.name(id).to_owned();
        note("operator", name(old.operator_id), name(now.operator_id));
    }
    if old.binding_until != now.binding_until {
        note("binding", day(old.binding_until), day(now.binding_until));
    }
}

/// Of rows with one number only the first stands, or the one that is in use.
pub(super) fn without_conflicts(
    rows: Vec<Incoming<SubscriptionRow>>,
    taken: &mut TakenIn,
) -> Vec<Incoming<SubscriptionRow>> {
    let mut stands: HashMap<String, usize> = HashMap::with_capacity(rows.len());
    let mut loses: HashSet<usize> = HashSet::new();
    let mut pairs = Vec::new();
    for (at, incoming) in rows.iter().enumerate() {
        let Some(&first) = stands.get(&incoming.row.msisdn) else {
            stands.insert(incoming.row.msisdn.clone(), at);
            continue;
        };
        let is_live = |at: usize| rows[at].row.status.is_none_or(|s| s == Status::Active);
        let (kept, left) = if !is_live(first) && is_live(at) { (at, first) } else { (first, at) };
        stands.insert(incoming.row.msisdn.clone(), kept);
        loses.insert(left);
        pairs.push((left, kept));
    }
    for (left, kept) in pairs {
        let message = format!(
            "Numret står också på rad {}, med andra uppgifter. Den raden gäller, den här läses inte in.",
            rows[kept].number
        );
        taken.warn(rows[left].number, Some("msisdn"), "same_msisdn_conflict", message);
    }
    rows.into_iter().enumerate().filter(|(at, _)| !loses.contains(at)).map(|(_, row)| row).collect()
}
