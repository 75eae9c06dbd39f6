//! The texts of the shared data against the structured terms of its answer key.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::super::*;
use crate::rules::contract_dates::{Notice, RenewalKind, StatedEnd};
use crate::rules::test_support::shared_text;
use crate::tabular::Cell;
use crate::tabular::values::DateOptions;

struct Row(Map<String, Value>);

impl Row {
    fn text(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// A text as it stands in the file.
    fn raw(&self, key: &str) -> &str {
        self.0.get("texts").and_then(|texts| texts.get(key)).and_then(Value::as_str).unwrap_or_default()
    }

    fn number(&self, key: &str) -> Option<u32> {
        self.0.get(key).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok())
    }

    fn date(&self, key: &str) -> Option<NaiveDate> {
        self.text(key).parse().ok()
    }

    fn numbers(&self, key: &str) -> Vec<u32> {
        let list = self.0.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(Value::as_u64).filter_map(|number| u32::try_from(number).ok()).collect()
    }

    fn notice(&self, prefix: &str) -> Notice {
        let month_day = match self.numbers(&format!("{prefix}_fixed_month_day"))[..] {
            [month, day] => Some((month, day)),
            _ => None,
        };
        let basis = self.0.get(&format!("{prefix}_basis")).and_then(Value::as_str);
        Notice::from_parts(basis, self.number(&format!("{prefix}_value")), month_day)
            .expect("a term of notice")
    }
}

#[derive(Default)]
struct Score {
    compared: usize,
    asked: usize,
    wrong: Vec<String>,
}

impl Score {
    fn compare<T: PartialEq + std::fmt::Debug>(
        &mut self,
        what: &str,
        raw: &str,
        key: &T,
        found: &T,
        sure: bool,
    ) {
        self.compared += 1;
        self.asked += usize::from(!sure);
        if key != found {
            self.wrong.push(format!(
                "{what} ”{raw}”: key {key:?}, read {found:?}{}",
                if sure { "" } else { " (asked)" }
            ));
        }
    }
}

fn compare(row: &Row, score: &mut Score) {
    let read = notice(row.raw("notice"), NoticeHint::default());
    let key = row.notice("notice");
    // The key says "none" both for "ingen" and for an empty cell; what the text does not say is unknown here.
    let unknown = read.value == Notice::Unknown && key == Notice::None;
    if unknown {
        let silent = row.raw("notice").is_empty() || !read.is_sure();
        score.compare("notice", row.raw("notice"), &true, &silent, read.is_sure());
    } else {
        score.compare("notice", row.raw("notice"), &key, &read.value, read.is_sure());
    }
    let hint = NoticeHint { unit: Some(Unit::Months), extension: true };
    let read = notice(row.raw("option_notice"), hint);
    score.compare(
        "option notice",
        row.raw("option_notice"),
        &row.notice("option_notice"),
        &read.value,
        read.is_sure(),
    );
    let renew = renewal(row.raw("renewal"));
    if row.raw("renewal").is_empty() {
        score.compare("renewal", "", &RenewalReading::default(), &renew.value, renew.is_sure());
    } else {
        let assumed = renew.doubts.contains(&Doubt::RenewalLengthAssumed).then_some(12);
        score.compare(
            "months",
            row.raw("renewal"),
            &row.number("auto_renewal_months"),
            &renew.value.months.or(assumed),
            renew.is_sure(),
        );
        score.compare(
            "last",
            row.raw("renewal"),
            &row.date("auto_max_end_date"),
            &renew.value.max_end,
            renew.is_sure(),
        );
    }
    let option = options(row.raw("option"));
    let resolved = resolve_options(&option.value, row.date("start_date"), row.date("shown_end"));
    let steps = row.numbers("option_steps_months");
    score.compare(
        "steps",
        row.raw("option"),
        &steps,
        &resolved.value.steps,
        option.is_sure() && resolved.is_sure(),
    );
    if !steps.is_empty() {
        let exercised = u32::try_from(resolved.value.exercised).ok();
        score.compare(
            "initial",
            row.raw("option"),
            &row.number("initial_months"),
            &resolved.value.initial_months,
            resolved.is_sure(),
        );
        score.compare(
            "used",
            row.raw("option"),
            &row.number("options_exercised").or(Some(0)),
            &exercised,
            resolved.is_sure(),
        );
    }
    let end = stated_end(&Cell::Text(row.text("shown_end_text").to_owned()), DateOptions::default());
    let key = match row.date("shown_end") {
        Some(day) => StatedEnd::Date(day),
        None if row.text("status") == "foljer_huvudavtal" => StatedEnd::FollowsParent,
        None => StatedEnd::Unknown,
    };
    score.compare("end", row.text("shown_end_text"), &key, &end.value.end, end.is_sure());
    let found = renewal_kind(&renew.value, &option.value, end.value.open_ended, read.value.value().is_some());
    let key: RenewalKind = row.text("renewal_kind").parse().expect("a renewal kind");
    score.compare("kind of renewal", row.raw("renewal"), &key, &found.value, found.is_sure());
    let kind = kind(row.text("kind")).map(|kind| kind.label().to_owned());
    score.compare("kind", row.text("kind"), &Some(row.text("kind").to_owned()), &kind, true);
    let given = notice_received(row.raw("noticed"));
    score.compare(
        "notice received",
        row.raw("noticed"),
        &row.date("notice_received"),
        &given.value,
        given.is_sure(),
    );
}

#[test]
fn the_texts_of_the_shared_data_mean_what_the_answer_key_says() {
    let mut score = Score::default();
    for municipality in ["kommun-medium", "kommun-small"] {
        let Some(text) = shared_text(&format!("data/{municipality}/truth/contract_truth.jsonl")) else {
            return;
        };
        for line in text.lines() {
            match serde_json::from_str(line) {
                Ok(Value::Object(row)) => compare(&Row(row), &mut score),
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(score.compared > 1_000);
    assert!(
        score.wrong.is_empty(),
        "{} of {} readings differ ({} were asked about)\n{}",
        score.wrong.len(),
        score.compared,
        score.asked,
        score.wrong.join("\n")
    );
}
