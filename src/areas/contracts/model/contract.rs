//! A contract as the register holds it, and its terms as the rules take them.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::{Around, NoticeRow, OptionRow, Review};
use crate::rules::contract_dates::{
    CalloffLimit, ContractKind, ContractTerms, Notice, NoticeReceived, OptionStep, RegisterFacts,
    RenewalKind, StatedEnd,
};

/// A row of the table `contract`, all columns.
#[derive(Clone, Debug, Default, Serialize, sqlx::FromRow)]
#[expect(clippy::struct_field_names, reason = "contract_no is what the column and everyone calls it")]
pub struct Contract {
    /// The contract.
    pub id: Uuid,
    /// The municipality's own number of it.
    pub contract_no: String,
    /// Its name.
    pub title: String,
    /// A code of [`ContractKind`]; empty when it is not known.
    pub kind: String,
    /// The supplier.
    pub supplier_id: Option<Uuid>,
    /// The framework of a call-off, the main contract of an amendment.
    pub parent_contract_id: Option<Uuid>,
    /// The parent as the source wrote it.
    pub parent_text: String,
    /// The unit that answers for it.
    pub owner_unit_id: Option<Uuid>,
    /// `stodjande` or `drivande` (H16).
    pub purpose_class: String,
    /// First day in force.
    pub start_date: Option<NaiveDate>,
    /// Last day in force as shown in the source or typed, inclusive.
    pub end_date: Option<NaiveDate>,
    /// The end as the source wrote it.
    pub end_text: String,
    /// The end is the main contract's.
    pub end_follows_parent: bool,
    /// Length of the first period.
    pub initial_months: Option<i32>,
    /// A code of [`RenewalKind`].
    pub renewal_kind: String,
    /// Silent renewal as the source wrote it.
    pub renewal_text: String,
    /// Months of each silent renewal.
    pub auto_renewal_months: Option<i32>,
    /// The last day no silent renewal may pass; for options, the last day they may reach.
    pub auto_max_end_date: Option<NaiveDate>,
    /// Notice of termination as the source wrote it.
    pub notice_text: String,
    /// Its number.
    pub notice_value: Option<i32>,
    /// Its unit.
    pub notice_unit: String,
    /// How it is counted; empty with a number of months: not known.
    pub notice_basis: String,
    /// Month of a fixed day.
    pub notice_month: Option<i16>,
    /// Day of a fixed day.
    pub notice_day: Option<i16>,
    /// Options as the source wrote them.
    pub option_text: String,
    /// Notice of using an option as the source wrote it.
    pub option_notice_text: String,
    /// Its number.
    pub option_notice_value: Option<i32>,
    /// Its unit.
    pub option_notice_unit: String,
    /// How it is counted.
    pub option_notice_basis: String,
    /// Month of a fixed day.
    pub option_notice_month: Option<i16>,
    /// Day of a fixed day.
    pub option_notice_day: Option<i16>,
    /// What could not be read with certainty: [`Review`] as JSON.
    pub review: serde_json::Value,
    /// Who checked it.
    pub reviewed_by: Option<Uuid>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// How a notice must be given.
    pub termination_form: String,
    /// Where a notice is sent.
    pub recipient_address: String,
    /// How the price is set.
    pub price_model: String,
    /// Kronor a year without VAT.
    pub annual_value: Option<Decimal>,
    /// A sum paid once, without VAT.
    pub one_off_value: Option<Decimal>,
    /// The framework's ceiling.
    pub ceiling_value: Option<Decimal>,
    /// What has been called off.
    pub value_used: Option<Decimal>,
    /// The index of the price clause.
    pub index_name: String,
    /// The month the index counts from.
    pub index_base_month: Option<NaiveDate>,
    /// The month the index is read.
    pub index_measure_month: Option<NaiveDate>,
    /// The index's value in the base month.
    pub index_base_value: Option<Decimal>,
    /// When prices were last adjusted.
    pub index_adjusted_on: Option<NaiveDate>,
    /// LOU, LUF or an exemption.
    pub procured_under: String,
    /// Form of procurement as the source wrote it.
    pub procurement_form: String,
    /// A code of `ProcurementPath`.
    pub procurement_path: String,
    /// The procurement that led to it.
    pub procurement_reference: String,
    /// The procurement of what comes after.
    pub next_procurement: String,
    /// Months the next procurement needs, when not the path's.
    pub lead_months: Option<i32>,
    /// Why a framework may run over four years.
    pub special_reasons: String,
    /// CPV code.
    pub cpv: String,
    /// On a framework: months that a call-off may run after it.
    pub calloff_months_after_framework: Option<i32>,
    /// On a framework: the last day of any call-off.
    pub calloff_last_date: Option<NaiveDate>,
    /// Diarienummer.
    pub case_number: String,
    /// Who signed.
    pub signed_by: String,
    /// In what role.
    pub signed_role: String,
    /// When.
    pub signed_on: Option<NaiveDate>,
    /// When the direct award was documented.
    pub award_documented_on: Option<NaiveDate>,
    /// When it was decided to terminate.
    pub termination_decided_on: Option<NaiveDate>,
    /// Kostnadsställe.
    pub cost_centre: String,
    /// The rest of the cost string.
    pub cost_string: String,
    /// Data processing agreement: `saknas`, `pagar`, `tecknat`, `upphort`, `behovs_ej` or empty.
    pub dpa_status: String,
    /// The paragraph that something is secret under.
    pub secrecy_paragraph: String,
    /// The authority that marked it.
    pub secrecy_authority: String,
    /// When it was marked.
    pub secrecy_marked_on: Option<NaiveDate>,
    /// Until when at the longest.
    pub secrecy_until: Option<NaiveDate>,
    /// Where the document is.
    pub document_url: String,
    /// The one responsible as the source wrote it.
    pub responsible_text: String,
    /// The system as the source wrote it.
    pub system_text: String,
    /// The ground of an amendment (LOU 17 kap.).
    pub amendment_ground: String,
    /// Anything else.
    pub note: String,
    /// Grows with every change.
    pub version: i32,
}

impl Contract {
    /// The kind; a contract without a known one counts as procured without the rules special to a kind.
    #[must_use]
    pub fn kind(&self) -> Option<ContractKind> {
        self.kind.parse().ok()
    }

    /// What happens at the end.
    #[must_use]
    pub fn renewal(&self) -> RenewalKind {
        self.renewal_kind.parse().unwrap_or(RenewalKind::None)
    }

    /// Notice of termination.
    #[must_use]
    pub fn notice(&self) -> Notice {
        read_notice(&self.notice_basis, self.notice_value, self.notice_month, self.notice_day)
    }

    /// Notice of using an option.
    #[must_use]
    pub fn option_notice(&self) -> Notice {
        read_notice(
            &self.option_notice_basis,
            self.option_notice_value,
            self.option_notice_month,
            self.option_notice_day,
        )
    }

    /// Writes a term of notice to the columns of termination.
    pub fn set_notice(&mut self, notice: Notice) {
        let columns = NoticeColumns::of(notice);
        self.notice_value = columns.value;
        self.notice_unit = columns.unit;
        self.notice_basis = columns.basis;
        self.notice_month = columns.month;
        self.notice_day = columns.day;
    }

    /// Writes a term of notice to the columns of options.
    pub fn set_option_notice(&mut self, notice: Notice) {
        let columns = NoticeColumns::of(notice);
        self.option_notice_value = columns.value;
        self.option_notice_unit = columns.unit;
        self.option_notice_basis = columns.basis;
        self.option_notice_month = columns.month;
        self.option_notice_day = columns.day;
    }

    /// What a person should check.
    #[must_use]
    pub fn reviews(&self) -> Vec<Review> {
        serde_json::from_value(self.review.clone()).unwrap_or_default()
    }

    /// How long call-offs may outlive it, if it says so.
    #[must_use]
    pub fn calloff_rule(&self) -> Option<CalloffLimit> {
        self.calloff_last_date
            .map(CalloffLimit::Date)
            .or_else(|| months(self.calloff_months_after_framework).map(CalloffLimit::MonthsAfterFramework))
    }

    /// Its terms, as the rules take them. `calloff_limit` is what the framework of a call-off allows.
    #[must_use]
    pub fn terms(
        &self,
        options: &[OptionRow],
        notices: &[NoticeRow],
        around: &Around,
        calloff_limit: Option<NaiveDate>,
    ) -> ContractTerms {
        let option_unclear = self.reviews().iter().any(|review| {
            review.field == "option"
                && ["not_understood", "does_not_fit_dates", "contradicts"].contains(&review.reason.as_str())
        });
        ContractTerms {
            start: self.start_date,
            end: match (self.end_follows_parent, self.end_date) {
                (true, _) => StatedEnd::FollowsParent,
                (false, Some(end)) => StatedEnd::Date(end),
                (false, None) => StatedEnd::Unknown,
            },
            initial_months: months(self.initial_months),
            option_steps: options
                .iter()
                .map(|step| OptionStep {
                    months: months(Some(step.months)).unwrap_or(0),
                    state: step.step_state(),
                    sent_on: step.sent_on,
                })
                .collect(),
            auto_renewal_months: months(self.auto_renewal_months),
            auto_max_end: self.auto_max_end_date,
            notice: self.notice(),
            option_notice: self.option_notice(),
            notices: notices
                .iter()
                .filter(|notice| notice.withdrawn_on.is_none())
                .map(|notice| NoticeReceived {
                    received: notice.received_on,
                    accepted_late: notice.accepted_late,
                })
                .collect(),
            calloff_limit,
            procurement_path: self.procurement_path.parse().ok(),
            lead_months: self.lead_months.and_then(|months| u32::try_from(months).ok()),
            annual_value: self.annual_value,
            one_off_value: self.one_off_value,
            ceiling_value: self.ceiling_value,
            value_used: self.value_used,
            signed_on: self.signed_on,
            facts: RegisterFacts {
                owner_missing: !around.has_responsible,
                responsible_left: around.responsible_left,
                dnr_missing: self.case_number.is_empty(),
                dpa_missing: matches!(self.dpa_status.as_str(), "saknas" | "upphort"),
                document_missing: self.document_url.is_empty(),
                cost_string_missing: self.cost_centre.is_empty() && self.cost_string.is_empty(),
                procurement_linked: !self.next_procurement.is_empty(),
                special_reasons: !self.special_reasons.is_empty(),
                award_documented: self.award_documented_on.is_some(),
                option_unclear,
                supplier_risk: around.supplier_risk,
                termination_decided: self.termination_decided_on.is_some(),
                signer_limit: None,
            },
            ..ContractTerms::new(self.kind().unwrap_or(ContractKind::Service), self.renewal())
        }
    }
}

/// A term of notice in the form of the table's columns.
#[derive(Clone, Debug, Default)]
struct NoticeColumns {
    value: Option<i32>,
    unit: String,
    basis: String,
    month: Option<i16>,
    day: Option<i16>,
}

impl NoticeColumns {
    fn of(notice: Notice) -> Self {
        let small = |number: u32| i16::try_from(number).ok();
        let (month, day) = match notice {
            Notice::FixedDate { month, day } => (small(month), small(day)),
            _ => (None, None),
        };
        Self {
            value: notice.value().and_then(|value| i32::try_from(value).ok()),
            unit: notice.unit().unwrap_or_default().to_owned(),
            // The table has no word for "months, but not from when": that is a number with an empty basis.
            basis: notice.basis().filter(|basis| *basis != "missing").unwrap_or_default().to_owned(),
            month,
            day,
        }
    }
}

fn read_notice(basis: &str, value: Option<i32>, month: Option<i16>, day: Option<i16>) -> Notice {
    let number = |value: i32| u32::try_from(value).ok();
    let month_day = month.zip(day).and_then(|(month, day)| number(month.into()).zip(number(day.into())));
    Notice::from_parts(Some(basis), value.and_then(number), month_day).unwrap_or_default()
}

fn months(value: Option<i32>) -> Option<u32> {
    value.and_then(|months| u32::try_from(months).ok()).filter(|months| *months > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::contract_dates::MonthBasis;

    #[test]
    fn every_term_of_notice_is_kept_in_the_columns_as_it_was() {
        for notice in [
            Notice::Unknown,
            Notice::None,
            Notice::months_before_end(3),
            Notice::Months { months: 3, basis: MonthBasis::Calendar },
            Notice::Months { months: 3, basis: MonthBasis::Unstated },
            Notice::Days(90),
            Notice::Weeks(12),
            Notice::FixedDate { month: 9, day: 30 },
        ] {
            let mut contract = Contract::default();
            contract.set_notice(notice);
            contract.set_option_notice(notice);
            assert_eq!(contract.notice(), notice);
            assert_eq!(contract.option_notice(), notice);
        }
    }

    #[test]
    fn a_withdrawn_notice_does_not_end_a_contract() {
        let notice = NoticeRow {
            id: Uuid::nil(),
            contract_id: Uuid::nil(),
            given_by: "kommunen".to_owned(),
            sent_on: None,
            received_on: NaiveDate::from_ymd_opt(2026, 9, 1).unwrap(),
            accepted_late: false,
            note: String::new(),
            withdrawn_on: None,
        };
        let contract = Contract::default();
        let terms = |notice: NoticeRow| contract.terms(&[], &[notice], &Around::default(), None);
        assert_eq!(terms(notice.clone()).notices.len(), 1);
        assert!(terms(NoticeRow { withdrawn_on: Some(notice.received_on), ..notice }).notices.is_empty());
    }
}
