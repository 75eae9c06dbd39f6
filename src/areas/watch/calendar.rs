//! A calendar of one user's tasks, at a secret address that a calendar program can follow (iCalendar, RFC 5545).
//! Whoever knows the address sees the tasks' titles, so titles hold no personal data and the address can be revoked.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use icalendar::{Calendar, Component as _, Event, EventLike as _};
use sqlx::PgPool;
use uuid::Uuid;

use super::{model::Flag, queries};
use crate::{
    app::AppState,
    auth::{principal, session},
    db::tenant::Actor,
    error::{AppError, AppResult},
    web::extract::Path,
};

/// Whether a user has a calendar address in a municipality.
pub async fn has_address(pool: &PgPool, tenant_id: Uuid, user_id: Uuid) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from sys.auth_token where kind = 'calendar' and tenant_id = $1 and user_id = $2) as "e!""#,
        tenant_id,
        user_id
    )
    .fetch_one(pool)
    .await?)
}

/// Makes the address: the answer is its secret part, which is not kept.
pub async fn create_address(
    pool: &PgPool,
    tenant_id: Uuid,
    user_id: Uuid,
    now: DateTime<Utc>,
) -> AppResult<String> {
    revoke_address(pool, tenant_id, user_id).await?;
    let secret = session::new_secret();
    sqlx::query!(
        "insert into sys.auth_token (id, token_hash, kind, user_id, tenant_id, created_at) values ($1, $2, 'calendar', $3, $4, $5)",
        crate::ids::new_id(),
        session::hash_secret(&secret),
        user_id,
        tenant_id,
        now
    )
    .execute(pool)
    .await?;
    Ok(secret)
}

/// Ends the address.
pub async fn revoke_address(pool: &PgPool, tenant_id: Uuid, user_id: Uuid) -> AppResult<()> {
    sqlx::query!(
        "delete from sys.auth_token where kind = 'calendar' and tenant_id = $1 and user_id = $2",
        tenant_id,
        user_id
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// The feed. The rights are the user's as of now: who has left the municipality gets nothing.
pub async fn feed(State(app): State<AppState>, Path(secret): Path<String>) -> AppResult<Response> {
    let secret = secret.strip_suffix(".ics").unwrap_or(&secret);
    let owner = sqlx::query!(
        r#"select t.user_id as "user_id!", t.tenant_id as "tenant_id!", n.name, n.slug
           from sys.auth_token t
           join sys.tenant n on n.id = t.tenant_id
           join sys.membership m on m.tenant_id = t.tenant_id and m.user_id = t.user_id and m.ended_at is null
           join sys.user_account u on u.id = t.user_id and u.disabled_at is null
           where t.kind = 'calendar' and t.token_hash = $1"#,
        session::hash_secret(secret)
    )
    .fetch_optional(app.system().pool())
    .await?
    .ok_or(AppError::NotFound)?;
    let mut tx = app.tenants().begin(owner.tenant_id, Actor::system("kalender")).await?;
    let today = app.clock().today();
    let principal = principal::load(&mut tx, owner.user_id, today).await?;
    let flags = queries::list_waiting(&mut tx, &principal, today, 500, false).await?;
    tx.rollback().await?;
    let base = format!("{}/{}", app.base_url(), owner.slug);
    let calendar = calendar_of(&flags, &owner.name, &base, app.clock().now());
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], calendar.to_string()).into_response())
}

/// One event a day with a task: a whole day, with an alarm a week before in the reader's own program if it wants one.
#[must_use]
pub fn calendar_of(flags: &[Flag], municipality: &str, base: &str, now: DateTime<Utc>) -> Calendar {
    let mut calendar = Calendar::new();
    calendar.name(&format!("Överblick, {municipality}"));
    for flag in flags {
        let Some(day) = flag.due() else { continue };
        let mut event = Event::new();
        event
            .uid(&format!("{}@overblick", flag.id))
            .timestamp(now)
            .starts(day)
            .ends(day + TimeDelta::days(1))
            .summary(&flag.title)
            .description(&flag.detail)
            .url(&format!("{base}/watch/{}", flag.id));
        calendar.push(event.done());
    }
    calendar
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn flag(due: Option<&str>) -> Flag {
        Flag {
            id: Uuid::from_u128(5),
            rule: "action_due".into(),
            object_kind: "contract".into(),
            object_id: Uuid::nil(),
            due_date: super::super::model::stored_day(due.map(|d| d.parse::<NaiveDate>().unwrap())),
            stage: Some(30),
            title: "Säg upp eller förläng A-0100".into(),
            detail: "Förlängs annars 12 månader.".into(),
            severity: "urgent".into(),
            state: "open".into(),
            opened_at: DateTime::UNIX_EPOCH,
            snoozed_until: None,
            reason: String::new(),
            owner_unit_id: None,
        }
    }

    #[test]
    fn a_task_is_a_whole_day_on_its_last_day_and_links_back() {
        let text = calendar_of(
            &[flag(Some("2026-11-28"))],
            "Ekeviks kommun",
            "https://x.se/ekevik",
            DateTime::UNIX_EPOCH,
        )
        .to_string();
        assert!(text.contains("DTSTART;VALUE=DATE:20261128"), "{text}");
        assert!(text.contains("DTEND;VALUE=DATE:20261129"), "{text}");
        assert!(text.replace("\r\n ", "").contains("https://x.se/ekevik/watch/"), "{text}");
    }

    #[test]
    fn what_has_no_day_is_not_in_a_calendar() {
        let text = calendar_of(&[flag(None)], "Ekevik", "https://x.se/e", DateTime::UNIX_EPOCH).to_string();
        assert!(!text.contains("BEGIN:VEVENT"));
    }
}
