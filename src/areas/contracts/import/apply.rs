//! A row over a contract: what the row says is taken, what it does not say stays.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::links::Lookups;
use super::row::ContractFileRow;
use crate::areas::contracts::forms::ContractInput;
use crate::areas::contracts::model::{Contract, OptionRow, Review};
use crate::rules::contract_dates::{
    ContractKind, ProcurementPath, RenewalKind, StatedEnd, StepState, periods::period_end,
};
use crate::rules::contract_terms::{self as terms, Doubt, NoticeHint, OptionReading, RenewalReading, Unit};

/// Months assumed for a silent renewal that does not say how long.
const USUAL_RENEWAL: i32 = 12;

/// Whether nothing in the register would change.
pub(super) fn same(old: &ContractInput, new: &ContractInput) -> bool {
    let steps = |input: &ContractInput| {
        input.options.iter().map(|step| (step.step_no, step.months, step.state.clone())).collect::<Vec<_>>()
    };
    serde_json::to_value(&old.contract).ok() == serde_json::to_value(&new.contract).ok()
        && steps(old) == steps(new)
}

/// The contract that a row makes of what there was.
pub(super) fn apply(
    row: &ContractFileRow,
    old: Option<&ContractInput>,
    supplier: Option<Uuid>,
    lookups: &Lookups,
) -> ContractInput {
    let before = old.map(|old| &old.contract);
    let mut c = before.cloned().unwrap_or_else(|| Contract {
        id: crate::ids::new_id(),
        version: 1,
        review: serde_json::json!([]),
        ..Contract::default()
    });
    c.title.clone_from(&row.title);
    if !row.contract_no.is_empty() {
        c.contract_no.clone_from(&row.contract_no);
    }
    facts(row, &mut c);
    c.supplier_id = supplier.or(c.supplier_id);
    c.owner_unit_id =
        c.owner_unit_id.or_else(|| lookups.unit(row.department.as_deref(), row.cost_centre.as_deref()));
    if let Some(said) = &row.responsible {
        c.responsible_text = lookups.kept(said, c.owner_unit_id);
    }
    let mut review = c.reviews();
    let had_dates = before.map(|before| (before.start_date, before.end_date, before.end_text.clone()));
    ends(row, &mut c, &mut review);
    let dates_changed = had_dates != Some((c.start_date, c.end_date, c.end_text.clone()));
    notices(row, before, &mut c, &mut review);
    let steps = renewals(row, old, &mut c, dates_changed, &mut review);
    note_unsure(row, before, &mut c, &mut review);
    c.review = serde_json::to_value(&review).unwrap_or_else(|_| serde_json::json!([]));
    ContractInput { contract: c, options: steps }
}

fn take(field: &mut String, said: Option<&String>) {
    if let Some(said) = said {
        field.clone_from(said);
    }
}

/// An amount as it is stored, with öre. The same amount written otherwise is no change.
fn take_amount(field: &mut Option<Decimal>, said: Option<Decimal>) {
    if let Some(said) = said.map(|said| said.round_dp(2)).filter(|said| *field != Some(*said)) {
        *field = Some(said);
    }
}

fn facts(row: &ContractFileRow, c: &mut Contract) {
    if let Some(kind) = row.kind.as_deref().and_then(terms::kind) {
        kind.code().clone_into(&mut c.kind);
    }
    take(&mut c.index_name, row.index.as_ref());
    take(&mut c.system_text, row.system.as_ref());
    take(&mut c.cost_centre, row.cost_centre.as_ref());
    take(&mut c.case_number, row.case_no.as_ref());
    take(&mut c.signed_by, row.signed_by.as_ref());
    take(&mut c.amendment_ground, row.amendment_ground.as_ref());
    take(&mut c.document_url, row.url.as_ref());
    take(&mut c.note, row.note.as_ref());
    take(&mut c.parent_text, row.parent_no.as_ref());
    if let Some(form) = row.procured_by.as_ref().filter(|form| **form != c.procurement_form) {
        c.procurement_form.clone_from(form);
        terms::procurement_form(form)
            .map(ProcurementPath::code)
            .unwrap_or_default()
            .clone_into(&mut c.procurement_path);
    }
    if let Some(status) = row.dpa {
        status.clone_into(&mut c.dpa_status);
    }
    take_amount(&mut c.annual_value, row.annual_value);
    take_amount(&mut c.ceiling_value, row.ceiling_value);
    take_amount(&mut c.value_used, row.value_used);
    c.calloff_months_after_framework = row.calloff_months.or(c.calloff_months_after_framework);
    c.signed_on = row.signed_on.or(c.signed_on);
}

fn ends(row: &ContractFileRow, c: &mut Contract, review: &mut Vec<Review>) {
    c.start_date = row.start.or(c.start_date);
    let (Some(end), Some(text)) = (&row.end, &row.end_text) else { return };
    let changed = c.end_text != *text;
    c.end_text.clone_from(text);
    match end.value.end {
        StatedEnd::Date(day) => {
            c.end_date = Some(day);
            c.end_follows_parent = false;
        }
        StatedEnd::FollowsParent => {
            c.end_date = None;
            c.end_follows_parent = true;
        }
        StatedEnd::Unknown if end.value.open_ended => {
            c.end_date = None;
            c.end_follows_parent = false;
        }
        // A question mark is no reason to forget a date that somebody has found.
        StatedEnd::Unknown => {}
    }
    if changed {
        replace(review, "end", &end.doubts);
    }
}

fn replace(review: &mut Vec<Review>, field: &str, doubts: &[Doubt]) {
    review.retain(|doubt| doubt.field != field);
    review.extend(doubts.iter().map(|doubt| Review::new(field, *doubt)));
}

fn notices(row: &ContractFileRow, before: Option<&Contract>, c: &mut Contract, review: &mut Vec<Review>) {
    if let Some(text) = &row.notice
        && before.is_none_or(|before| before.notice_text != *text)
    {
        let read = terms::notice(text, NoticeHint { unit: row.notice_unit, extension: false });
        c.notice_text.clone_from(text);
        c.set_notice(read.value);
        replace(review, "notice", &read.doubts);
    }
    if let Some(text) = &row.option_notice
        && before.is_none_or(|before| before.option_notice_text != *text)
    {
        let unit = row.option_notice_unit.or(Some(Unit::Months));
        let read = terms::notice(text, NoticeHint { unit, extension: true });
        c.option_notice_text.clone_from(text);
        c.set_option_notice(read.value);
        replace(review, "option_notice", &read.doubts);
    }
}

/// Whether the text of a column for extensions is about silent renewal: "förlängs tyst 12 mån i taget".
fn is_silent(text: &str) -> bool {
    let read = terms::renewal(text);
    read.value.kind == Some(RenewalKind::Auto) && {
        let folded = crate::tabular::fold::fold(text);
        ["tyst", "auto", "taget", "sander", "forlangs"].iter().any(|word| folded.contains(word))
    }
}

/// Whether the text of a column for silent renewal is about options: "option 1+1 år".
fn is_option(text: &str) -> bool {
    !is_silent(text)
        && crate::tabular::fold::fold(text).contains("option")
        && !terms::options(text).value.lengths.is_empty()
}

/// Options and what happens at the end. Read again only when a text or a date that they follow from is another than before.
fn renewals(
    row: &ContractFileRow,
    old: Option<&ContractInput>,
    c: &mut Contract,
    dates_changed: bool,
    review: &mut Vec<Review>,
) -> Vec<OptionRow> {
    let old_texts = (c.option_text.clone(), c.renewal_text.clone());
    let silent = row.options.as_deref().is_some_and(is_silent) && row.renewal.is_none();
    // "Option 2 x 1 år" in a column for renewals of every kind.
    let optional = row.renewal.as_deref().is_some_and(is_option) && row.options.is_none();
    if silent {
        take(&mut c.renewal_text, row.options.as_ref());
    } else if optional {
        take(&mut c.option_text, row.renewal.as_ref());
    } else {
        take(&mut c.option_text, row.options.as_ref());
        take(&mut c.renewal_text, row.renewal.as_ref());
    }
    let old_steps = old.map(|old| old.options.clone()).unwrap_or_default();
    if old.is_some() && !dates_changed && old_texts == (c.option_text.clone(), c.renewal_text.clone()) {
        return old_steps;
    }
    let options = terms::options(&c.option_text);
    let resolved = terms::resolve_options(&options.value, c.start_date, c.end_date);
    let doubts: Vec<Doubt> = options.doubts.iter().chain(&resolved.doubts).copied().collect();
    replace(review, "option", &doubts);
    if !resolved.value.steps.is_empty() {
        c.initial_months = resolved.value.initial_months.and_then(|months| i32::try_from(months).ok());
    } else if c.end_date.is_none() {
        c.initial_months = first_period(row);
    }
    let mut renewal = terms::renewal(&c.renewal_text);
    if c.renewal_text.is_empty()
        && options.value.lengths.is_empty()
        && let Some(told) = terms::renewal_in_notice(&c.notice_text)
    {
        renewal = told;
    }
    let mut doubts = renewal.doubts.clone();
    let kind = at_the_end(row, c, &options.value, &renewal.value, &mut doubts);
    kind.code().clone_into(&mut c.renewal_kind);
    c.auto_renewal_months = renewal.value.months.and_then(|months| i32::try_from(months).ok());
    c.auto_max_end_date = renewal.value.max_end;
    if kind == RenewalKind::Auto {
        c.auto_renewal_months = c.auto_renewal_months.or(Some(USUAL_RENEWAL));
    }
    replace(review, "renewal", &doubts);
    steps(c.id, &resolved.value.steps, resolved.value.exercised, &old_steps)
}

fn at_the_end(
    row: &ContractFileRow,
    c: &Contract,
    options: &OptionReading,
    renewal: &RenewalReading,
    doubts: &mut Vec<Doubt>,
) -> RenewalKind {
    let said = row.end.as_ref().is_some_and(|end| end.value.open_ended);
    let by_kind = c.kind() == Some(ContractKind::OpenEnded) && c.end_date.is_none() && renewal.kind.is_none();
    let found = terms::renewal_kind(renewal, options, said || by_kind, c.notice().value().is_some());
    doubts.extend(found.doubts);
    found.value
}

/// The length of the first period, when the file gives that instead of an end.
fn first_period(row: &ContractFileRow) -> Option<i32> {
    let read = terms::options(row.period.as_deref()?);
    match *read.value.lengths {
        [months] => i32::try_from(months).ok(),
        _ => None,
    }
}

fn steps(contract_id: Uuid, months: &[u32], exercised: usize, old: &[OptionRow]) -> Vec<OptionRow> {
    (1i16..)
        .zip(months)
        .map(|(step_no, months)| {
            let months = i32::try_from(*months).unwrap_or(i32::MAX);
            let is_used = usize::from(step_no.unsigned_abs()) <= exercised;
            let known = old.iter().find(|step| step.step_no == step_no && step.months == months);
            let mut step = known.cloned().unwrap_or_else(|| OptionRow {
                id: crate::ids::new_id(),
                contract_id,
                step_no,
                months,
                state: StepState::Open.code().to_owned(),
                sent_on: None,
                confirmed_on: None,
                reason: String::new(),
            });
            // The file may know that a step has been used; that one has not been used is for people to say.
            if is_used {
                StepState::Exercised.code().clone_into(&mut step.state);
            }
            step
        })
        .collect()
}

/// What else a person should look at.
fn note_unsure(row: &ContractFileRow, before: Option<&Contract>, c: &mut Contract, review: &mut Vec<Review>) {
    if before.is_none() && !row.terminated_doubts.is_empty() {
        replace(review, "notice_received", &row.terminated_doubts);
    }
    // The length of the first period that options give must not contradict the end that is shown.
    let fits =
        match (c.start_date, c.end_date, c.initial_months.and_then(|months| u32::try_from(months).ok())) {
            (Some(start), Some(end), Some(months)) => period_end(start, months) <= end,
            _ => true,
        };
    if !fits {
        c.initial_months = None;
        replace(review, "option", &[Doubt::DoesNotFitDates]);
    }
}
