//! What the watch finds in the monthly cycle (rules 2.10): lists that are due, late, missing or empty without a word, and codes
//! that nobody has told the meaning of. No text names anybody.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    calendar::{Calendar, Cell, Line},
    events,
    queries::read,
};
use crate::{
    areas::watch::{Finding, ObjectKind, Recipients, Severity},
    auth::{permissions::Role, principal::Scope},
    db::tenant::TenantTx,
    error::AppResult,
    rules::{leaver_matching::ReasonTable, leaver_months::MonthState},
    web::format::month_words,
};

/// Everything that somebody has to do about the lists.
pub async fn findings(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Finding>> {
    let calendar = Calendar::load(tx, today, &Scope::everything()).await?;
    let mut found: Vec<Finding> =
        calendar.waiting(today).into_iter().filter_map(|(line, cell)| of_month(line, cell)).collect();
    let tables: HashMap<Uuid, ReasonTable> = calendar
        .lines
        .iter()
        .map(|line| (line.sender.id, ReasonTable::parse(&line.sender.reasons).0))
        .collect();
    let mut unknown: HashMap<Uuid, BTreeSet<String>> = HashMap::new();
    for (sender, reason, event) in read::list_said(tx).await? {
        let Some(table) = tables.get(&sender) else { continue };
        if let Some((_, text)) = events::unknown(table, &reason, &event) {
            unknown.entry(sender).or_default().insert(text.to_owned());
        }
    }
    for line in &calendar.lines {
        if let Some(texts) = unknown.get(&line.sender.id) {
            found.push(of_codes(line, texts));
        }
    }
    Ok(found)
}

fn of_month(line: &Line, cell: &Cell) -> Option<Finding> {
    let (name, month) = (&line.sender.name, month_words(cell.month));
    let due = cell.due;
    let (rule, severity, title, detail) = match cell.state? {
        MonthState::Due => (
            "leaver_list_due",
            Severity::Info,
            format!("Skicka in listan över avslutade för {month} från {name}"),
            format!(
                "Listan ska vara inne senast {due}. Har ingen slutat, säg det på sidan Avslutade anställda."
            ),
        ),
        MonthState::Late => (
            "leaver_list_late",
            Severity::Normal,
            format!("Listan över avslutade för {month} från {name} är sen"),
            format!("Den skulle ha kommit {due}. Utan den syns inte vilka abonnemang som saknar innehavare."),
        ),
        MonthState::Missing => (
            "leaver_list_missing",
            Severity::Urgent,
            format!("Listan över avslutade för {month} från {name} saknas"),
            format!("Den skulle ha kommit {due}. HR-administratörens chef behöver få veta det."),
        ),
        MonthState::EmptyUnconfirmed => (
            "leaver_list_unconfirmed",
            Severity::Normal,
            format!("Bekräfta att ingen slutade i {month} hos {name}"),
            "Listan kom utan rader. Bekräfta att ingen slutade, eller skicka in rätt lista.".to_owned(),
        ),
        MonthState::Delivered
        | MonthState::DeliveredLate
        | MonthState::SaysNobody
        | MonthState::SaysNobodyLate => return None,
    };
    Some(Finding {
        rule,
        object_kind: ObjectKind::LeaverSender,
        object_id: line.sender.id,
        due_date: Some(due),
        stage: None,
        title,
        detail,
        severity,
        owner_unit_id: owner(line),
        recipients: Recipients::app_role(Role::HrAdmin),
    })
}

fn of_codes(line: &Line, texts: &BTreeSet<String>) -> Finding {
    let shown: Vec<&str> =
        texts.iter().map(String::as_str).filter(|text| text.chars().count() <= 12).take(8).collect();
    let which = if shown.is_empty() { String::new() } else { format!(" ({})", shown.join(", ")) };
    Finding {
        rule: "reason_unmapped",
        object_kind: ObjectKind::LeaverSender,
        object_id: line.sender.id,
        due_date: None,
        stage: None,
        title: format!("Säg vad orsakskoderna från {} betyder", line.sender.name),
        detail: format!(
            "Koderna{which} är inte kända och räknas som att personen slutar, även den som bara byter enhet eller är ledig."
        ),
        severity: Severity::Normal,
        owner_unit_id: owner(line),
        recipients: Recipients::app_role(Role::HrAdmin),
    }
}

/// The förvaltning, where the sender answers for one only.
fn owner(line: &Line) -> Option<Uuid> {
    match line.covers.as_slice() {
        [(only, _)] => Some(*only),
        _ => None,
    }
}
