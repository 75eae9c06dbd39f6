//! All of the area's SQL.

mod bulk;
mod dates;
mod links;
mod read;
mod write;

pub use bulk::*;
pub use dates::{DatesRow, find_run, replace_dates};
pub use links::*;
pub use read::*;
pub use write::*;

/// Every column of a contract but the municipality, in the order of the table's life.
macro_rules! columns {
    () => {
        "id, contract_no, title, kind, supplier_id, parent_contract_id, parent_text, owner_unit_id, \
         purpose_class, start_date, end_date, end_text, end_follows_parent, initial_months, renewal_kind, \
         renewal_text, auto_renewal_months, auto_max_end_date, notice_text, notice_value, notice_unit, \
         notice_basis, notice_month, notice_day, option_text, option_notice_text, option_notice_value, \
         option_notice_unit, option_notice_basis, option_notice_month, option_notice_day, review, \
         reviewed_by, reviewed_at, termination_form, recipient_address, price_model, annual_value, \
         one_off_value, ceiling_value, value_used, index_name, index_base_month, index_measure_month, \
         index_base_value, index_adjusted_on, procured_under, procurement_form, procurement_path, \
         procurement_reference, next_procurement, lead_months, special_reasons, cpv, \
         calloff_months_after_framework, calloff_last_date, case_number, signed_by, signed_role, signed_on, \
         award_documented_on, termination_decided_on, cost_centre, cost_string, dpa_status, \
         secrecy_paragraph, secrecy_authority, secrecy_marked_on, secrecy_until, document_url, \
         responsible_text, system_text, amendment_ground, note, version"
    };
}
/// What puts a contract within reach: its unit, or a role on it or on a system that it is for. Binds $1–$5: all, units, person,
/// roles, today.
macro_rules! within_reach {
    () => {
        "($1 or c.owner_unit_id = any($2) or exists (select 1 from role_assignment r left join contract_system cs \
         on cs.system_id = r.system_id where (r.contract_id = c.id or cs.contract_id = c.id) and r.person_id = $3 \
         and r.role = any($4) and (r.valid_from is null or r.valid_from <= $5) and (r.valid_to is null or r.valid_to >= $5)))"
    };
}
pub(super) use {columns, within_reach};
