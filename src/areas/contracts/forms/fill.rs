//! The form as it looks for a contract that is there.

use super::Raw;
use super::contract::ContractInput;
use super::term::{FIELDS, OPTION_FIELDS, TermFields};
use crate::rules::contract_dates::{Notice, StepState};

/// The form as it looks for a contract that is there.
#[must_use]
pub fn from_contract(input: &ContractInput, parent_no: &str) -> Raw {
    let mut raw = Raw::default();
    let c = &input.contract;
    for (name, text) in [
        ("title", &c.title),
        ("contract_no", &c.contract_no),
        ("kind", &c.kind),
        ("purpose_class", &c.purpose_class),
        ("amendment_ground", &c.amendment_ground),
        ("renewal_kind", &c.renewal_kind),
        ("renewal_text", &c.renewal_text),
        ("notice_text", &c.notice_text),
        ("option_text", &c.option_text),
        ("option_notice_text", &c.option_notice_text),
        ("termination_form", &c.termination_form),
        ("recipient_address", &c.recipient_address),
        ("price_model", &c.price_model),
        ("index_name", &c.index_name),
        ("cost_centre", &c.cost_centre),
        ("cost_string", &c.cost_string),
        ("procured_under", &c.procured_under),
        ("procurement_form", &c.procurement_form),
        ("procurement_path", &c.procurement_path),
        ("procurement_reference", &c.procurement_reference),
        ("next_procurement", &c.next_procurement),
        ("special_reasons", &c.special_reasons),
        ("cpv", &c.cpv),
        ("case_number", &c.case_number),
        ("signed_by", &c.signed_by),
        ("signed_role", &c.signed_role),
        ("document_url", &c.document_url),
        ("dpa_status", &c.dpa_status),
        ("secrecy_paragraph", &c.secrecy_paragraph),
        ("secrecy_authority", &c.secrecy_authority),
        ("note", &c.note),
    ] {
        raw.set(name, text);
    }
    raw.set("parent_no", if parent_no.is_empty() { &c.parent_text } else { parent_no });
    raw.set_some("supplier_id", c.supplier_id);
    raw.set_some("owner_unit_id", c.owner_unit_id);
    for (name, date) in [
        ("start_date", c.start_date),
        ("end_date", c.end_date),
        ("auto_max_end_date", c.auto_max_end_date),
        ("termination_decided_on", c.termination_decided_on),
        ("index_base_month", c.index_base_month),
        ("index_measure_month", c.index_measure_month),
        ("index_adjusted_on", c.index_adjusted_on),
        ("calloff_last_date", c.calloff_last_date),
        ("award_documented_on", c.award_documented_on),
        ("signed_on", c.signed_on),
        ("secrecy_marked_on", c.secrecy_marked_on),
        ("secrecy_until", c.secrecy_until),
    ] {
        raw.set_some(name, date);
    }
    for (name, number) in [
        ("initial_months", c.initial_months),
        ("auto_renewal_months", c.auto_renewal_months),
        ("lead_months", c.lead_months),
        ("calloff_months_after_framework", c.calloff_months_after_framework),
    ] {
        raw.set_some(name, number);
    }
    for (name, sum) in [
        ("annual_value", c.annual_value),
        ("one_off_value", c.one_off_value),
        ("ceiling_value", c.ceiling_value),
        ("value_used", c.value_used),
        ("index_base_value", c.index_base_value),
    ] {
        raw.set_some(name, sum.map(|sum| sum.normalize().to_string().replace('.', ",")));
    }
    if c.end_follows_parent {
        raw.set("end_follows_parent", "ja");
    }
    fill_term(&mut raw, &FIELDS, c.notice());
    fill_term(&mut raw, &OPTION_FIELDS, c.option_notice());
    if !input.options.is_empty() {
        let lengths: Vec<String> = input.options.iter().map(|step| step.months.to_string()).collect();
        raw.set("option_months", lengths.join("+"));
        let used = input.options.iter().filter(|step| step.step_state() == StepState::Exercised).count();
        raw.set("options_used", used);
    }
    raw
}

fn fill_term(raw: &mut Raw, fields: &TermFields, notice: Notice) {
    let basis = match notice.basis() {
        Some("missing") => "unstated",
        Some(basis) => basis,
        None => "",
    };
    raw.set(fields.basis, basis);
    raw.set_some(fields.value, notice.value());
    if let Notice::FixedDate { month, day } = notice {
        raw.set(fields.month, month);
        raw.set(fields.day, day);
    }
}
