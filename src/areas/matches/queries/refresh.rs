//! What the matching writes: in bulk, and only what differs.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::areas::matches::load::Ground;
use crate::{db::tenant::TenantTx, error::AppResult};

/// Two runs at once: one waits.
pub async fn lock(tx: &mut TenantTx) -> AppResult<()> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('match:' || app.tenant_id()::text, 0))")
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The newest change in any of the tables; 0 when there is none.
pub async fn newest_change(tx: &mut TenantTx, tables: &[&str]) -> AppResult<i64> {
    let tables: Vec<String> = tables.iter().map(|t| (*t).to_owned()).collect();
    Ok(sqlx::query_scalar!(
        r#"select coalesce(max(h.id), 0) as "id!" from unnest($1::text[]) t(name)
           cross join lateral (select id from history where table_name = t.name order by id desc limit 1) h"#,
        &tables
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// For which day and after which change the matching was last run.
pub async fn find_state(tx: &mut TenantTx) -> AppResult<Option<(NaiveDate, i64)>> {
    let row =
        sqlx::query!("select computed_for, history_id from match_state").fetch_optional(&mut **tx).await?;
    Ok(row.map(|r| (r.computed_for, r.history_id)))
}

/// Notes the run.
pub async fn upsert_state(
    tx: &mut TenantTx,
    ground: &Ground,
    history_id: i64,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    sqlx::query!(
        "insert into match_state (tenant_id, id, computed_for, computed_at, history_id, snapshot_on, persons, leaver_rows, subscriptions)
         values ($1, $1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, id) do update set computed_for = excluded.computed_for, computed_at = excluded.computed_at,
            history_id = excluded.history_id, snapshot_on = excluded.snapshot_on, persons = excluded.persons,
            leaver_rows = excluded.leaver_rows, subscriptions = excluded.subscriptions",
        tenant,
        ground.today,
        now,
        history_id,
        ground.snapshot.as_ref().map(|s| s.taken_on),
        count(ground.person_ids.len()),
        count(ground.listed.len()),
        count(ground.subscriptions.len())
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The meaning of a leaver row.
#[derive(Debug)]
pub struct VerdictRow {
    pub id: Uuid,
    pub verdict: &'static str,
    pub l_code: &'static str,
    pub end_date: Option<NaiveDate>,
    pub not_before: Option<NaiveDate>,
    pub is_protected: bool,
    pub is_doubtful: bool,
    pub subject_key: String,
    pub person_id: Option<Uuid>,
    pub items: i32,
}

/// A column of many rows.
fn column<R, T>(rows: &[R], of: impl Fn(&R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

/// Writes the verdicts that differ and removes those of rows that are gone.
pub async fn replace_verdicts(tx: &mut TenantTx, rows: &[VerdictRow]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids = column(rows, |r| r.id);
    sqlx::query!("delete from leaver_verdict where not (id = any($1))", &ids).execute(&mut **tx).await?;
    sqlx::query!(
        r#"insert into leaver_verdict as v (tenant_id, id, verdict, l_code, end_date, not_before, is_protected, is_doubtful, subject_key,
                                            person_id, items)
           select $1, n.* from unnest($2::uuid[], $3::text[], $4::text[], $5::date[], $6::date[], $7::bool[], $8::bool[], $9::text[],
                                      $10::uuid[], $11::int[]) n
           on conflict (tenant_id, id) do update set verdict = excluded.verdict, l_code = excluded.l_code,
               end_date = excluded.end_date, not_before = excluded.not_before, is_protected = excluded.is_protected,
               is_doubtful = excluded.is_doubtful, subject_key = excluded.subject_key, person_id = excluded.person_id,
               items = excluded.items
           where v is distinct from excluded"#,
        tenant,
        &ids,
        &column(rows, |r| r.verdict.to_owned()),
        &column(rows, |r| r.l_code.to_owned()),
        &column(rows, |r| r.end_date) as &[Option<NaiveDate>],
        &column(rows, |r| r.not_before) as &[Option<NaiveDate>],
        &column(rows, |r| r.is_protected),
        &column(rows, |r| r.is_doubtful),
        &column(rows, |r| r.subject_key.clone()),
        &column(rows, |r| r.person_id) as &[Option<Uuid>],
        &column(rows, |r| r.items)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What is proposed for a subscription.
#[derive(Debug, Default)]
pub struct ProposalRow {
    pub id: Uuid,
    pub class: &'static str,
    pub kind: &'static str,
    pub use_code: String,
    pub subject_key: String,
    pub person_id: Option<Uuid>,
    pub leaver_row_id: Option<Uuid>,
    pub employee_no: String,
    pub l_code: &'static str,
    pub end_date: Option<NaiveDate>,
    pub not_before: Option<NaiveDate>,
    pub evidence: Vec<&'static str>,
    pub detail: Value,
    pub candidates: i32,
    pub is_protected: bool,
    pub non_person: &'static str,
    pub contact_person_id: Option<Uuid>,
    pub contact_left: bool,
    pub kept_until: Option<NaiveDate>,
    /// What has been paid since the last day.
    pub accrued: Option<Decimal>,
}

/// Writes the proposals that differ and removes those of subscriptions that are gone.
pub async fn replace_proposals(tx: &mut TenantTx, rows: &[ProposalRow]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids = column(rows, |r| r.id);
    sqlx::query!("delete from subscription_proposal where not (id = any($1))", &ids)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        r#"insert into subscription_proposal as p (tenant_id, id, class, kind, use_code, subject_key, person_id, leaver_row_id,
               employee_no, l_code, end_date, not_before, evidence, detail, candidates, is_protected, non_person,
               contact_person_id, contact_left, kept_until, accrued)
           select $1, n.id, n.class, n.kind, n.use_code, n.subject_key, n.person_id, n.leaver_row_id, n.employee_no, n.l_code,
               n.end_date, n.not_before, coalesce(string_to_array(nullif(n.evidence, ''), ','), '{}'), n.detail, n.candidates,
               n.is_protected, n.non_person, n.contact, n.contact_left, n.kept_until, n.accrued
           from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::text[],
                $11::date[], $12::date[], $13::text[], $14::jsonb[], $15::int[], $16::bool[], $17::text[], $18::uuid[], $19::bool[],
                $20::date[], $21::numeric[])
                n(id, class, kind, use_code, subject_key, person_id, leaver_row_id, employee_no, l_code, end_date, not_before,
                  evidence, detail, candidates, is_protected, non_person, contact, contact_left, kept_until, accrued)
           on conflict (tenant_id, id) do update set class = excluded.class, kind = excluded.kind, use_code = excluded.use_code,
               subject_key = excluded.subject_key, person_id = excluded.person_id, leaver_row_id = excluded.leaver_row_id,
               employee_no = excluded.employee_no, l_code = excluded.l_code, end_date = excluded.end_date,
               not_before = excluded.not_before, evidence = excluded.evidence, detail = excluded.detail,
               candidates = excluded.candidates, is_protected = excluded.is_protected, non_person = excluded.non_person,
               contact_person_id = excluded.contact_person_id, contact_left = excluded.contact_left,
               kept_until = excluded.kept_until, accrued = excluded.accrued
           where p is distinct from excluded"#,
        tenant,
        &ids,
        &column(rows, |r| r.class.to_owned()),
        &column(rows, |r| r.kind.to_owned()),
        &column(rows, |r| r.use_code.clone()),
        &column(rows, |r| r.subject_key.clone()),
        &column(rows, |r| r.person_id) as &[Option<Uuid>],
        &column(rows, |r| r.leaver_row_id) as &[Option<Uuid>],
        &column(rows, |r| r.employee_no.clone()),
        &column(rows, |r| r.l_code.to_owned()),
        &column(rows, |r| r.end_date) as &[Option<NaiveDate>],
        &column(rows, |r| r.not_before) as &[Option<NaiveDate>],
        &column(rows, |r| r.evidence.join(",")),
        &column(rows, |r| r.detail.clone()),
        &column(rows, |r| r.candidates),
        &column(rows, |r| r.is_protected),
        &column(rows, |r| r.non_person.to_owned()),
        &column(rows, |r| r.contact_person_id) as &[Option<Uuid>],
        &column(rows, |r| r.contact_left),
        &column(rows, |r| r.kept_until) as &[Option<NaiveDate>],
        &column(rows, |r| r.accrued) as &[Option<Decimal>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A case as far as the matching touches it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseRow {
    pub id: Uuid,
    pub subscription_id: Uuid,
    pub subject_key: String,
    pub subject_keys: Vec<String>,
    pub person_id: Option<Uuid>,
    pub leaver_row_id: Option<Uuid>,
    pub class: String,
    pub l_code: String,
    pub end_date: Option<NaiveDate>,
    pub not_before: Option<NaiveDate>,
    pub owner_unit_id: Option<Uuid>,
    pub is_protected: bool,
    pub state: String,
    pub opened_on: NaiveDate,
    pub evidence: Value,
    pub decision_id: Option<Uuid>,
    pub reopened_on: Option<NaiveDate>,
    pub reopened_reason: String,
    pub closed_on: Option<NaiveDate>,
    /// The outcome of the decision in force.
    pub outcome: Option<String>,
    /// The last day that it asks for.
    pub end_on: Option<NaiveDate>,
    /// What was known when it was decided to be kept.
    pub known_then: Option<Value>,
    /// Somebody has decided or asked.
    pub is_touched: bool,
    /// When the decision to keep it is looked at again.
    pub kept_until: Option<NaiveDate>,
}

/// Every case.
pub async fn list_cases(tx: &mut TenantTx) -> AppResult<Vec<CaseRow>> {
    Ok(sqlx::query_as!(
        CaseRow,
        r#"select c.id, c.subscription_id, c.subject_key, c.subject_keys, c.person_id, c.leaver_row_id, c.class, c.l_code, c.end_date,
                  c.not_before, c.owner_unit_id, c.is_protected, c.state, c.opened_on, c.evidence, c.decision_id, c.reopened_on,
                  c.reopened_reason, c.closed_on, d.outcome as "outcome?", d.end_on as "end_on?",
                  case when c.state = 'kept' and d.outcome = 'behall' then d.evidence end as "known_then?",
                  (c.decision_id is not null or exists (select 1 from match_decision x where x.case_id = c.id)
                   or exists (select 1 from manager_question q where q.case_id = c.id)) as "is_touched!",
                  case when d.outcome in ('behall', 'reserv') then d.review_on end as "kept_until?"
           from match_case c left join match_decision d on d.id = c.decision_id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Removes cases that nobody has touched.
pub async fn delete_cases(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<()> {
    if !ids.is_empty() {
        sqlx::query!("delete from match_case where id = any($1)", ids).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Opens cases.
pub async fn insert_cases(tx: &mut TenantTx, rows: &[CaseRow]) -> AppResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant_id();
    sqlx::query!(
        r#"insert into match_case (tenant_id, id, subscription_id, subject_key, subject_keys, person_id, leaver_row_id, class, l_code,
               end_date, not_before, owner_unit_id, is_protected, state, opened_on, evidence)
           select $1, n.id, n.subscription, n.subject, coalesce(string_to_array(nullif(n.subjects, ''), ','), '{}'), n.person, n.row,
               n.class, n.l_code, n.end_date, n.not_before, n.unit, n.protected, n.state, n.opened, n.evidence
           from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::date[],
                $11::date[], $12::uuid[], $13::bool[], $14::text[], $15::date[], $16::jsonb[])
                n(id, subscription, subject, subjects, person, row, class, l_code, end_date, not_before, unit, protected, state, opened,
                  evidence)"#,
        tenant,
        &column(rows, |r| r.id),
        &column(rows, |r| r.subscription_id),
        &column(rows, |r| r.subject_key.clone()),
        &column(rows, |r| r.subject_keys.join(",")),
        &column(rows, |r| r.person_id) as &[Option<Uuid>],
        &column(rows, |r| r.leaver_row_id) as &[Option<Uuid>],
        &column(rows, |r| r.class.clone()),
        &column(rows, |r| r.l_code.clone()),
        &column(rows, |r| r.end_date) as &[Option<NaiveDate>],
        &column(rows, |r| r.not_before) as &[Option<NaiveDate>],
        &column(rows, |r| r.owner_unit_id) as &[Option<Uuid>],
        &column(rows, |r| r.is_protected),
        &column(rows, |r| r.state.clone()),
        &column(rows, |r| r.opened_on),
        &column(rows, |r| r.evidence.clone())
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes cases; whoever has one on the screen is told that it is another now.
pub async fn update_cases(tx: &mut TenantTx, rows: &[CaseRow]) -> AppResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"update match_case c set subject_key = n.subject, subject_keys = coalesce(string_to_array(nullif(n.subjects, ''), ','), '{}'),
               person_id = n.person, leaver_row_id = n.row, class = n.class, l_code = n.l_code, end_date = n.end_date,
               not_before = n.not_before, owner_unit_id = n.unit, is_protected = n.protected, state = n.state,
               evidence = n.evidence, reopened_on = n.reopened_on, reopened_reason = n.reopened_reason, closed_on = n.closed_on,
               version = c.version + 1
           from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::date[], $9::date[],
                $10::uuid[], $11::bool[], $12::text[], $13::jsonb[], $14::date[], $15::text[], $16::date[])
                n(id, subject, subjects, person, row, class, l_code, end_date, not_before, unit, protected, state, evidence,
                  reopened_on, reopened_reason, closed_on)
           where c.id = n.id"#,
        &column(rows, |r| r.id),
        &column(rows, |r| r.subject_key.clone()),
        &column(rows, |r| r.subject_keys.join(",")),
        &column(rows, |r| r.person_id) as &[Option<Uuid>],
        &column(rows, |r| r.leaver_row_id) as &[Option<Uuid>],
        &column(rows, |r| r.class.clone()),
        &column(rows, |r| r.l_code.clone()),
        &column(rows, |r| r.end_date) as &[Option<NaiveDate>],
        &column(rows, |r| r.not_before) as &[Option<NaiveDate>],
        &column(rows, |r| r.owner_unit_id) as &[Option<Uuid>],
        &column(rows, |r| r.is_protected),
        &column(rows, |r| r.state.clone()),
        &column(rows, |r| r.evidence.clone()),
        &column(rows, |r| r.reopened_on) as &[Option<NaiveDate>],
        &column(rows, |r| r.reopened_reason.clone()),
        &column(rows, |r| r.closed_on) as &[Option<NaiveDate>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
