//! The area's pages.

pub(super) mod access;
pub(super) mod change_set;
pub(super) mod log;

use chrono::{DateTime, Days, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Europe::Stockholm;
use uuid::Uuid;

use super::{model::Viewer, queries};
use crate::{
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        form::Faults,
        page_parts::{Choice, Tab},
    },
};

/// The value of the choice "jobs and commands" among users.
const SYSTEM: &str = "system";

/// The tabs over the two logs.
fn tabs(ctx: &Ctx, is_access: bool) -> Vec<Tab> {
    vec![
        Tab::new("Ändringar", ctx.path("audit")).current(!is_access),
        Tab::new("Läsningar och uttag", ctx.path("audit/access")).current(is_access),
    ]
}

/// The log knows no units: whoever reads it must have the right for the whole municipality.
fn demand_whole(ctx: &Ctx) -> AppResult<()> {
    if ctx.scope().all {
        return Ok(());
    }
    Err(AppError::Forbidden(
        "Händelseloggen gäller hela kommunen. Din behörighet gäller bara en del av den.".into(),
    ))
}

/// The users to choose among.
async fn users(tx: &mut TenantTx, viewer: &Viewer) -> AppResult<Vec<Choice>> {
    let users = queries::list_users(tx).await?;
    let mut choices = vec![Choice::new(SYSTEM, "Jobb och kommandon")];
    choices.extend(users.into_iter().map(|u| {
        Choice::new(
            u.id.to_string(),
            if u.is_protected && !viewer.sees_protected { super::PROTECTED.to_owned() } else { u.name },
        )
    }));
    Ok(choices)
}

/// A chosen user: the id, or that none but jobs and commands are wanted.
fn chosen_user(typed: &str) -> (Option<Uuid>, bool) {
    (Uuid::parse_str(typed).ok(), typed == SYSTEM)
}

/// A period of days, from its first moment to the first one after it.
struct Period {
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

fn period(faults: &mut Faults, from: &str, until: &str) -> Period {
    let first = faults.date("from", "Från och med", from);
    let last = faults.date("until", "Till och med", until);
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        faults.add("until", "Till och med ska vara samma dag som från och med, eller senare.");
    }
    Period {
        from: first.and_then(midnight),
        until: last.and_then(|d| midnight(d.checked_add_days(Days::new(1))?)),
    }
}

/// The first moment of a day in Sweden.
fn midnight(day: NaiveDate) -> Option<DateTime<Utc>> {
    Stockholm
        .from_local_datetime(&day.and_time(chrono::NaiveTime::MIN))
        .earliest()
        .map(|t| t.with_timezone(&Utc))
}

/// A query string of the pairs that have a value.
fn query_of(pairs: &[(&str, &str)]) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let parts: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    format!("?{}", parts.join("&"))
}
