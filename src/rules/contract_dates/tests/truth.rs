//! The answer key of the shared data: every computed field of every contract of both municipalities.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::*;
use crate::rules::test_support::shared_text;

const TODAY: &str = "2026-11-20";

/// Flags that rest on the register around the contract; they are fed in and only then compared.
const FED: [&str; 4] = ["missing_owner", "missing_dnr", "missing_dpa", "responsible_left"];

pub(super) struct Row(pub Map<String, Value>);

impl Row {
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    fn date(&self, key: &str) -> Option<NaiveDate> {
        self.text(key).map(date)
    }

    fn number(&self, key: &str) -> Option<u32> {
        self.0.get(key).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok())
    }

    fn decimal(&self, key: &str) -> Option<Decimal> {
        self.0.get(key).map(|value| value.to_string().parse().expect("a sum"))
    }

    fn yes(&self, key: &str) -> bool {
        self.0.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    fn list(&self, key: &str) -> Vec<Value> {
        self.0.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
    }

    fn flags(&self) -> BTreeSet<String> {
        self.list("flags").iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

fn notice(row: &Row, prefix: &str) -> Notice {
    let basis = row.text(&format!("{prefix}_basis"));
    let value = row.number(&format!("{prefix}_value"));
    let month_day: Vec<u32> = row
        .list(&format!("{prefix}_fixed_month_day"))
        .iter()
        .filter_map(Value::as_u64)
        .filter_map(|number| u32::try_from(number).ok())
        .collect();
    let month_day = match month_day[..] {
        [month, day] => Some((month, day)),
        _ => None,
    };
    Notice::from_parts(basis, value, month_day).unwrap_or_else(|| panic!("{basis:?} {value:?} {month_day:?}"))
}

fn terms(row: &Row) -> ContractTerms {
    let flags = row.flags();
    let kind = ContractKind::ALL
        .iter()
        .copied()
        .find(|kind| Some(kind.label()) == row.text("kind"))
        .unwrap_or_else(|| panic!("kind {:?}", row.text("kind")));
    let renewal: RenewalKind = row.text("renewal_kind").expect("renewal").parse().expect("a renewal kind");
    let exercised = row.number("options_exercised").unwrap_or(0);
    let end = match row.text("status") {
        Some("foljer_huvudavtal") => StatedEnd::FollowsParent,
        _ => row.date("shown_end").map_or(StatedEnd::Unknown, StatedEnd::Date),
    };
    let stated = notice(row, "notice");
    let unknown = row.list("missing_in_file").iter().any(|value| value == "notice");
    ContractTerms {
        start: row.date("start_date"),
        end,
        initial_months: row.number("initial_months"),
        option_steps: row
            .list("option_steps_months")
            .iter()
            .filter_map(Value::as_u64)
            .zip(0u32..)
            .map(|(months, step)| {
                let months = u32::try_from(months).expect("months");
                if step < exercised { OptionStep::exercised(months) } else { OptionStep::open(months) }
            })
            .collect(),
        auto_renewal_months: row.number("auto_renewal_months"),
        auto_max_end: row.date("auto_max_end_date"),
        notice: if unknown { Notice::Unknown } else { stated },
        option_notice: notice(row, "option_notice"),
        notices: row
            .date("notice_received")
            .map(|received| NoticeReceived { received, accepted_late: false })
            .into_iter()
            .collect(),
        calloff_limit: row.date("calloff_limit_date"),
        procurement_path: row.text("procurement_path").map(|code| code.parse().expect("a path")),
        annual_value: row.decimal("annual_value"),
        ceiling_value: row.decimal("ceiling_value"),
        value_used: row.decimal("value_used"),
        facts: RegisterFacts {
            owner_missing: flags.contains("missing_owner"),
            responsible_left: flags.contains("responsible_left"),
            dnr_missing: flags.contains("missing_dnr"),
            dpa_missing: flags.contains("missing_dpa"),
            ..RegisterFacts::default()
        },
        ..ContractTerms::new(kind, renewal)
    }
}

/// Compares one row; each difference is named with the field, what the key says and what was found.
fn differences(row: &Row) -> Vec<String> {
    let terms = terms(row);
    let found = on(&terms, TODAY);
    let mut wrong = Vec::new();
    let mut compare = |field: &str, key: Option<String>, found: Option<String>| {
        if key != found {
            wrong.push(format!(
                "{}: {field}: key {key:?}, found {found:?}",
                row.text("contract_no").unwrap_or("?")
            ));
        }
    };
    let text = |key: &str| row.text(key).map(str::to_owned);
    let shown = |date: Option<NaiveDate>| date.map(|date| date.to_string());
    let flag = |yes: bool| yes.then(|| "true".to_owned());
    compare("status", text("status"), Some(found.status.code().to_owned()));
    for (field, date) in [
        ("current_period_end", found.current_period_end),
        ("effective_end", found.effective_end),
        ("max_end", found.max_end),
        ("deadline", found.deadline.map(|deadline| deadline.date)),
        ("deadline_a", found.deadline.and_then(|deadline| deadline.reading_a)),
        ("deadline_b", found.deadline.and_then(|deadline| deadline.reading_b)),
        ("act_by", found.act_by),
        ("next_action_date", found.next_action_date),
        ("procurement_start_by", found.procurement_start_by),
        ("procurement_needed_from", found.procurement_needed_from),
        ("silently_renewed_on", found.silently_renewed_on),
        ("earliest_end_if_notice_today", found.earliest_end_if_notice_today),
    ] {
        compare(field, text(field), shown(date));
    }
    compare("next_action", text("next_action"), found.next_action.map(|action| action.code().to_owned()));
    compare(
        "days_to_action",
        row.0.get("days_to_action").map(ToString::to_string),
        found.days_to_action.map(|days| days.to_string()),
    );
    compare("locked_in", flag(row.yes("locked_in")), flag(found.locked_in));
    compare("late_notice", flag(row.yes("late_notice")), flag(found.late_notice.is_some()));
    compare("ends_by_inaction", flag(row.yes("ends_by_inaction")), flag(found.ends_by_inaction));
    compare(
        "tolkning_differs",
        flag(row.yes("tolkning_differs")),
        flag(found.deadline.is_some_and(|deadline| deadline.readings_differ())),
    );
    compare(
        "total_value_lou",
        row.decimal("total_value_lou").map(|sum| sum.to_string()),
        found.total_value_lou.map(|sum| sum.to_string()),
    );
    let steps = row.list("option_steps");
    compare("steps", Some(steps.len().to_string()), Some(found.option_steps.len().to_string()));
    for (key, step) in steps.iter().zip(&found.option_steps) {
        for (field, value) in [
            ("period_end", step.period_end.to_string()),
            ("deadline", step.deadline.to_string()),
            ("act_by", step.act_by.to_string()),
            ("new_end", step.new_end.to_string()),
            ("state", step.state.code().to_owned()),
        ] {
            compare(field, key.get(field).and_then(Value::as_str).map(str::to_owned), Some(value));
        }
    }
    let found_flags: BTreeSet<String> = found.flags.iter().map(|flag| flag.code().to_owned()).collect();
    compare("flags", Some(format!("{:?}", row.flags())), Some(format!("{found_flags:?}")));
    wrong
}

pub(super) fn rows(municipality: &str) -> Option<Vec<Row>> {
    let text = shared_text(&format!("data/{municipality}/truth/contract_truth.jsonl"))?;
    Some(
        text.lines()
            .map(|line| match serde_json::from_str(line) {
                Ok(Value::Object(row)) => Row(row),
                other => panic!("{other:?}"),
            })
            .collect(),
    )
}

#[test]
fn every_computed_field_agrees_with_the_answer_key() {
    for municipality in ["kommun-medium", "kommun-small"] {
        let Some(rows) = rows(municipality) else { return };
        assert!(rows.len() > 40, "{municipality} has {} contracts", rows.len());
        assert!(FED.iter().all(|flag| rows.iter().any(|row| row.flags().contains(*flag))));
        let wrong: Vec<String> = rows.iter().flat_map(differences).collect();
        assert!(wrong.is_empty(), "{municipality}: {} differences\n{}", wrong.len(), wrong.join("\n"));
    }
}
