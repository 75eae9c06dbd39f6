//! Orders to the operators (F26): the decisions that only the operator can carry out, gathered into a file or a letter.
//!
//! ```text
//! decided ──chosen──▶ draft ──marked as sent, with the operator's reference──▶ ordered ──the next list──▶ verified
//! ```
//! Before an order is taken out and when it is marked as sent each decision is held against the record of that moment (rules
//! 2.6.6): what has been opened again meanwhile is left out, with the reason.

mod file;
pub mod pages;

use uuid::Uuid;

use super::cases::NUMBER_GONE;
use super::model::{CaseState, Outcome};
use super::proof::BACK;
use super::queries::{self, OrderItem, OrderRow};
use crate::auth::permissions::Permission;
use crate::auth::principal::Scope;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::masking;
use crate::web::ctx::Ctx;
use crate::web::sight::Sees;

/// A decision as a line of an order.
#[derive(Debug, Clone)]
pub struct Line {
    /// The decision.
    pub id: Uuid,
    /// The case, to go to.
    pub case_id: Uuid,
    /// The number, as far as it may be seen.
    pub number: String,
    /// What the operator is to do.
    pub what: String,
    /// The last day, as it stands in the file.
    pub last_day: Option<chrono::NaiveDate>,
    /// Whether the binding is longer than the last day.
    pub bound_until: Option<chrono::NaiveDate>,
    /// The new holder, where there is one.
    pub new_holder: String,
    /// Who pays from now on, where that changes.
    pub new_cost_centre: String,
    /// What the operator's answer can refer to.
    pub reference: String,
    /// When and by whom it was decided.
    pub decided_on: chrono::NaiveDate,
    /// The same.
    pub decided_by: String,
    /// Where the case stands.
    pub state: &'static str,
    /// Why it is left out; empty when it goes with.
    pub left_out: &'static str,
    /// It was carried out.
    pub is_verified: bool,
    /// The reader may not see it.
    pub is_hidden: bool,
}

/// How many decisions within the reader's reach wait to come into an order.
pub async fn count_waiting(ctx: &Ctx, tx: &mut TenantTx) -> AppResult<usize> {
    let scope = ctx.scope_for(Permission::MatchRead);
    let sees = Sees::of(ctx);
    let waiting = queries::list_order_items(tx, None).await?;
    Ok(waiting.iter().filter(|item| is_told(item, &scope, sees)).count())
}

/// Whether a reader may be told that there is such a decision: as with its case, whoever reaches some units alone is told of no
/// protected person's without the grant, since the unit would be told too (rules 9.6).
fn is_told(item: &OrderItem, scope: &Scope, sees: Sees) -> bool {
    scope.all || (scope.reaches_unit(item.unit_id) && (sees.protected || !item.is_protected))
}

/// What the operator is asked to do, in words.
fn what(item: &OrderItem) -> String {
    match Outcome::from_code(&item.outcome) {
        Some(Outcome::End) if item.port_number => {
            "Säg upp abonnemanget. Numret ska flyttas till en annan operatör.".to_owned()
        }
        Some(Outcome::End) => "Säg upp abonnemanget".to_owned(),
        Some(Outcome::HandOver) => "Byt användare".to_owned(),
        Some(Outcome::MoveCost) => "Byt kostnadsställe".to_owned(),
        Some(Outcome::PrivateTakeover) if item.agreement_ref.is_empty() => {
            "Överlåt numret till privatperson".to_owned()
        }
        Some(Outcome::PrivateTakeover) => {
            format!("Överlåt numret till privatperson enligt avtal {}", item.agreement_ref)
        }
        _ => String::new(),
    }
}

/// Why a decision does not go with the order, as the record stands now.
fn left_out(item: &OrderItem) -> &'static str {
    match CaseState::from_code(&item.state) {
        _ if !item.is_in_force => "Beslutet är ändrat eller återkallat.",
        // Not gone: still to be told, or told again.
        Some(CaseState::Decided | CaseState::Ordered | CaseState::NotGone) => "",
        Some(CaseState::Verified) => "Är redan verkställt enligt operatörens lista.",
        _ => match item.reopened_reason.as_str() {
            "ground_gone" => "Ärendet är öppnat igen: underlaget för beslutet har ändrats.",
            BACK => "Ärendet är öppnat igen: numret är tillbaka i operatörens lista.",
            NUMBER_GONE => "Ärendet är stängt: numret är borta ur operatörens lista.",
            _ => "Ärendet är öppnat igen.",
        },
    }
}

/// The lines of an order. What stands in the file has its place in the order as reference.
fn lines(items: &[OrderItem], order: Option<&OrderRow>, sees: Sees) -> Vec<Line> {
    items
        .iter()
        .enumerate()
        .map(|(ix, item)| {
            let is_hidden = item.is_protected && !sees.protected;
            let unless_hidden = |text: &str| if is_hidden { String::new() } else { text.to_owned() };
            // As people write it: no spreadsheet takes it for a formula or loses its first figure.
            let number = sees.number(&item.msisdn, item.is_protected);
            let new_holder = match Outcome::from_code(&item.outcome) {
                Some(Outcome::HandOver) if sees.names => unless_hidden(&item.new_holder),
                Some(Outcome::HandOver) => unless_hidden(&masking::name(&item.new_holder)),
                _ => String::new(),
            };
            Line {
                id: item.id,
                case_id: item.case_id,
                number,
                what: if is_hidden {
                    what(&OrderItem { agreement_ref: String::new(), ..item.clone() })
                } else {
                    what(item)
                },
                last_day: item.end_on.filter(|_| !is_hidden),
                bound_until: item.binding_until.filter(|bound| {
                    !is_hidden
                        && Outcome::from_code(&item.outcome).is_some_and(Outcome::ends)
                        && item.end_on.is_none_or(|end| end < *bound)
                }),
                new_holder,
                new_cost_centre: unless_hidden(&item.new_cost_centre),
                reference: order.map(|o| format!("B{}-{:02}", o.number, ix + 1)).unwrap_or_default(),
                decided_on: item.decided_on,
                decided_by: item.decided_by.clone(),
                state: CaseState::from_code(&item.state).map_or("", CaseState::label),
                left_out: left_out(item),
                is_verified: item.verified_on.is_some(),
                is_hidden,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::people::PROTECTED;

    fn item(outcome: &str, state: &str) -> OrderItem {
        OrderItem {
            id: Uuid::nil(),
            case_id: Uuid::nil(),
            operator_id: Uuid::nil(),
            outcome: outcome.into(),
            msisdn: "+46701740605".into(),
            end_on: Some("2026-11-30".parse().unwrap()),
            port_number: false,
            new_holder: "Anna Lind".into(),
            new_cost_centre: "4711".into(),
            agreement_ref: String::new(),
            decided_on: "2026-11-10".parse().unwrap(),
            decided_by: "IT".into(),
            binding_until: Some("2027-01-31".parse().unwrap()),
            unit_id: None,
            state: state.into(),
            reopened_reason: String::new(),
            is_in_force: true,
            verified_on: None,
            is_protected: false,
        }
    }

    const ALL: Sees = Sees { names: true, protected: false };

    #[test]
    fn a_protected_persons_decision_is_told_to_those_who_reach_everything_or_have_the_grant() {
        let unit = Uuid::from_u128(1);
        let some = Scope { units: vec![unit], ..Scope::default() };
        for (scope, is_protected, protected, told) in [
            (&some, false, false, true),
            (&some, true, false, false),
            (&some, true, true, true),
            (&Scope::everything(), true, false, true),
            (&Scope::default(), false, true, false),
        ] {
            let item = OrderItem { unit_id: Some(unit), is_protected, ..item("avsluta", "decided") };
            assert_eq!(is_told(&item, scope, Sees { names: true, protected }), told);
        }
    }

    #[test]
    fn a_line_says_what_the_operator_is_to_do_and_no_more() {
        let line = &lines(&[item("avsluta", "decided")], None, ALL)[0];
        assert_eq!((line.number.as_str(), line.what.as_str()), ("070-174 06 05", "Säg upp abonnemanget"));
        assert_eq!(line.new_holder, "", "an end has no new holder");
        assert!(line.bound_until.is_some(), "the binding is longer than the last day");
        let line = &lines(&[item("overlat", "decided")], None, ALL)[0];
        assert_eq!((line.new_holder.as_str(), line.bound_until), ("Anna Lind", None));
        let masked = &lines(&[item("overlat", "decided")], None, Sees { names: false, protected: false })[0];
        assert_eq!((masked.new_holder.as_str(), masked.number.as_str()), ("A. L.", "+46•••••••05"));
    }

    #[test]
    fn a_protected_line_tells_nothing() {
        let agreed = OrderItem {
            is_protected: true,
            agreement_ref: "Anna Lind 1".into(),
            ..item("privat_overtagande", "decided")
        };
        assert_eq!(lines(&[agreed], None, ALL)[0].what, "Överlåt numret till privatperson");
        let hidden = OrderItem { is_protected: true, ..item("overlat", "decided") };
        let line = &lines(std::slice::from_ref(&hidden), None, ALL)[0];
        assert_eq!(
            (line.number.as_str(), line.new_holder.as_str(), line.new_cost_centre.as_str()),
            (PROTECTED, "", "")
        );
        let line = &lines(&[hidden], None, Sees { names: true, protected: true })[0];
        assert_eq!(line.number, "070-174 06 05");
    }

    #[test]
    fn what_has_been_opened_again_is_left_out_with_the_reason() {
        assert_eq!(left_out(&item("avsluta", "decided")), "");
        for state in ["open", "waiting", "verified", "closed", "kept"] {
            assert_ne!(left_out(&item("avsluta", state)), "", "{state}");
        }
        assert_ne!(left_out(&OrderItem { is_in_force: false, ..item("avsluta", "decided") }), "");
    }
}
