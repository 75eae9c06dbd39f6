//! What the watch finds in the contracts: each flag that the rules raise (rules 1.8), as something for somebody to do.

use chrono::NaiveDate;

use super::dates::{self, Evaluated};
use crate::areas::watch::{Finding, ObjectKind, Recipients, Severity};
use crate::auth::permissions::Role;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::contract_dates::{Flag, NextAction, Status};

/// Everything that needs somebody, in every contract.
pub async fn findings(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Finding>> {
    let evaluated = dates::evaluate_all(tx, today).await?;
    Ok(evaluated.iter().flat_map(|contract| of_contract(contract, today)).collect())
}

fn of_contract(evaluated: &Evaluated, today: NaiveDate) -> Vec<Finding> {
    // What has ended asks for nothing; its gaps are history.
    if evaluated.evaluation.status == Status::Ended {
        return Vec::new();
    }
    evaluated.evaluation.flags.iter().map(|flag| finding(evaluated, *flag, today)).collect()
}

fn finding(evaluated: &Evaluated, flag: Flag, today: NaiveDate) -> Finding {
    let (contract, found) = (&evaluated.contract, &evaluated.evaluation);
    let name = if contract.contract_no.is_empty() {
        contract.title.clone()
    } else {
        format!("{} ({})", contract.title, contract.contract_no)
    };
    let due = found.next_action_date;
    let near = due.is_some_and(|day| (day - today).num_days() <= 30);
    let info = |title: String| (title, None, Severity::Info);
    let (title, due_date, severity) = match flag {
        Flag::ActionDue(_) => {
            let title = match found.next_action {
                Some(NextAction::DecideOption) => format!("Besluta om option på {name}"),
                Some(NextAction::ConfirmOption) => format!("Få förlängningen av {name} bekräftad"),
                _ => format!("Säg upp eller låt förlänga {name}"),
            };
            (title, due, if near { Severity::Urgent } else { Severity::Normal })
        }
        Flag::ActionOverdue => (format!("Beslutet om {name} har inte skickats i tid"), due, Severity::Urgent),
        Flag::LockedIn => (format!("{name} är bundet en period till"), found.effective_end, Severity::Info),
        Flag::LateNotice => {
            (format!("Uppsägningen av {name} kom för sent"), found.late_notice, Severity::Normal)
        }
        Flag::OptionLapsed => {
            let last = found.option_steps.iter().map(|step| step.deadline).find(|deadline| *deadline < today);
            (format!("Optionen på {name} har förfallit"), last, Severity::Normal)
        }
        Flag::ProcurementWindowOpen => {
            (format!("Starta upphandling efter {name}"), found.procurement_start_by, Severity::Normal)
        }
        Flag::Ceiling100 => (format!("Takvolymen i {name} är nådd"), None, Severity::Urgent),
        Flag::Ceiling80 => (format!("Takvolymen i {name} är snart nådd"), None, Severity::Normal),
        Flag::DirectAwardLimit => {
            (format!("{name} når gränsen för direktupphandling"), None, Severity::Normal)
        }
        Flag::DirectAwardUndocumented => {
            (format!("Dokumentera direktupphandlingen {name}"), None, Severity::Normal)
        }
        Flag::CalloffBeyondLimit => {
            (format!("{name} går längre än ramavtalet tillåter"), found.effective_end, Severity::Normal)
        }
        Flag::FrameworkOver48Months => {
            (format!("{name} är ett ramavtal på mer än fyra år"), None, Severity::Normal)
        }
        Flag::LateOption => (format!("Optionen på {name} togs ut för sent"), None, Severity::Normal),
        Flag::SignerOverLimit => (format!("{name} är tecknat över delegationen"), None, Severity::Normal),
        Flag::SupplierRisk => (format!("Leverantören i {name} är märkt med risk"), None, Severity::Normal),
        Flag::MissingOwner => (format!("Utse ansvarig för {name}"), None, Severity::Normal),
        Flag::ResponsibleLeft => (format!("Utse en ny ansvarig för {name}"), None, Severity::Normal),
        Flag::MissingEnd => (format!("Ange slutdatum för {name}"), None, Severity::Normal),
        Flag::MissingNotice => (format!("Ange uppsägningstid för {name}"), None, Severity::Normal),
        Flag::BasisMissing => info(format!("Kontrollera hur uppsägningstiden i {name} räknas")),
        Flag::NoEndPoint => info(format!("{name} saknar slutpunkt")),
        Flag::OptionUnclear => info(format!("Klargör optionerna i {name}")),
        Flag::OpenEndedOption => info(format!("Optionerna i {name} går för långt")),
        Flag::MissingDpa => {
            (format!("Teckna personuppgiftsbiträdesavtal till {name}"), None, Severity::Normal)
        }
        Flag::MissingDnr => info(format!("Ange diarienummer för {name}")),
        Flag::MissingDocument => info(format!("Koppla avtalshandlingen till {name}")),
        Flag::MissingCostString => info(format!("Ange kostnadsställe för {name}")),
    };
    let stage = match flag {
        Flag::ActionDue(days) => i16::try_from(days).ok(),
        _ => None,
    };
    Finding {
        // The steps of an approaching day are one flag that presses more and more.
        rule: if matches!(flag, Flag::ActionDue(_)) { "action_due" } else { flag.code() },
        object_kind: ObjectKind::Contract,
        object_id: contract.id,
        due_date,
        stage,
        title,
        detail: found.if_nobody_acts.clone(),
        severity,
        owner_unit_id: contract.owner_unit_id,
        recipients: recipients(flag),
    }
}

/// The one who answers for the contract, then those who watch the system it is for.
fn recipients(flag: Flag) -> Recipients {
    let holders = Recipients::holders(&["avtalsansvarig", "systemforvaltare", "systemagare"]);
    match flag {
        // Nobody answers for it: the unit's head, else those who handle contracts.
        Flag::MissingOwner | Flag::ResponsibleLeft => {
            Recipients { fallback: Role::ContractOfficer, ..Recipients::holders(&[]) }
        }
        _ => Recipients { fallback: Role::ContractOfficer, ..holders },
    }
}
