//! Terms of notice in the form: of termination, and of using an option.

use super::Raw;
use super::contract::{ContractInput, LINE};
use crate::areas::contracts::model::{Contract, Review};
use crate::rules::contract_dates::{MonthBasis, Notice};
use crate::rules::contract_terms::{self as terms, NoticeHint, Reading, Unit};
use crate::web::form::Faults;

/// Reads both terms of notice and what belongs to a termination.
pub(super) fn read(
    raw: &Raw,
    contract: &mut Contract,
    old: Option<&ContractInput>,
    review: &mut Vec<Review>,
    faults: &mut Faults,
) {
    let before = |text: fn(&Contract) -> &str, notice: fn(&Contract) -> Notice| {
        old.map(|old| (text(&old.contract).to_owned(), notice(&old.contract)))
    };
    let hint = NoticeHint::default();
    let old_notice = before(|contract| &contract.notice_text, Contract::notice);
    let (text, notice) = term(raw, &FIELDS, hint, old_notice, review, faults);
    contract.notice_text = text;
    contract.set_notice(notice);
    let hint = NoticeHint { unit: Some(Unit::Months), extension: true };
    let old_notice = before(|contract| &contract.option_notice_text, Contract::option_notice);
    let (text, notice) = term(raw, &OPTION_FIELDS, hint, old_notice, review, faults);
    contract.option_notice_text = text;
    contract.set_option_notice(notice);
    contract.termination_form =
        faults.text("termination_form", "Form för uppsägning", raw.get("termination_form"), LINE);
    contract.recipient_address =
        faults.text("recipient_address", "Mottagarens adress", raw.get("recipient_address"), LINE);
    contract.termination_decided_on =
        faults.date("termination_decided_on", "Beslut om uppsägning", raw.get("termination_decided_on"));
}

/// The fields of one term of notice.
pub(super) struct TermFields {
    text: &'static str,
    pub(super) basis: &'static str,
    pub(super) value: &'static str,
    pub(super) month: &'static str,
    pub(super) day: &'static str,
    label: &'static str,
    review: &'static str,
}

pub(super) const FIELDS: TermFields = TermFields {
    text: "notice_text",
    basis: "notice_basis",
    value: "notice_value",
    month: "notice_month",
    day: "notice_day",
    label: "Uppsägningstid",
    review: "notice",
};
pub(super) const OPTION_FIELDS: TermFields = TermFields {
    text: "option_notice_text",
    basis: "option_notice_basis",
    value: "option_notice_value",
    month: "option_notice_month",
    day: "option_notice_day",
    label: "Besked om förlängning",
    review: "option_notice",
};

/// A term of notice: chosen, or else read from the text. A text that was changed while the choice was left as it was is read
/// again: the choice was made for the old text.
fn term(
    raw: &Raw,
    fields: &TermFields,
    hint: NoticeHint,
    before: Option<(String, Notice)>,
    review: &mut Vec<Review>,
    faults: &mut Faults,
) -> (String, Notice) {
    let text = faults.text(fields.text, fields.label, raw.get(fields.text), LINE);
    let basis = raw.get(fields.basis);
    let chosen = if basis.is_empty() { None } else { chosen_term(raw, fields, faults) };
    let stale = before.as_ref().is_some_and(|(old_text, old)| *old_text != text && chosen == Some(*old));
    if let Some(notice) = chosen.filter(|_| !stale) {
        let unchanged = before.is_some_and(|(_, old)| old == notice);
        if !unchanged {
            review.retain(|doubt| doubt.field != fields.review);
        }
        return (text, notice);
    }
    review.retain(|doubt| doubt.field != fields.review);
    if !basis.is_empty() && !stale {
        return (text, Notice::Unknown);
    }
    let Reading { value, doubts } = terms::notice(&text, hint);
    review.extend(doubts.into_iter().map(|doubt| Review::new(fields.review, doubt)));
    (text, value)
}

fn chosen_term(raw: &Raw, fields: &TermFields, faults: &mut Faults) -> Option<Notice> {
    let basis = raw.get(fields.basis);
    if basis == "none" {
        return Some(Notice::None);
    }
    if basis == "fixed_date" {
        let month = faults.integer(fields.month, "Månad", raw.get(fields.month), 1..=12);
        let day = faults.integer(fields.day, "Dag", raw.get(fields.day), 1..=31);
        let number = |value: i32| u32::try_from(value).ok();
        let month_day = month.and_then(number).zip(day.and_then(number));
        let notice = Notice::from_parts(Some("fixed_date"), None, month_day);
        if notice.is_none() {
            faults.add(
                fields.day,
                "Ange den dag på året som beskedet senast ska lämnas, till exempel dag 30 och månad 9.",
            );
        }
        return notice;
    }
    let value = faults.integer(fields.value, fields.label, raw.get(fields.value), 0..=3_650);
    let value = value.and_then(|value| u32::try_from(value).ok());
    let notice = match basis {
        "unstated" => value.map(|months| Notice::Months { months, basis: MonthBasis::Unstated }),
        _ => Notice::from_parts(Some(basis), value, None),
    };
    if notice.is_none() && faults.of(fields.value).is_none() {
        faults.add(fields.value, format!("Ange {} som ett tal.", fields.label.to_lowercase()));
    }
    notice
}
