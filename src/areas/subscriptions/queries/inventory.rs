//! The units' yearly word on what is in use.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A subscription to be answered for. No `Debug`: it holds names.
#[derive(Clone)]
pub struct Item {
    pub id: Uuid,
    pub msisdn: String,
    pub holder: String,
    pub type_text: String,
    pub use_code: String,
    pub purpose: String,
    pub monthly_price: Option<Decimal>,
    pub last_traffic: Option<NaiveDate>,
    pub org_unit_id: Option<Uuid>,
    pub is_protected: bool,
    pub answer: Option<String>,
    pub note: Option<String>,
    pub actor: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
}

/// What is live and belongs to one of the units (as the lists know them), with this year's answer.
pub async fn list_items(tx: &mut TenantTx, units: &[Uuid], year: i32) -> AppResult<Vec<Item>> {
    Ok(sqlx::query_as!(
        Item,
        r#"select s.id, s.msisdn, s.holder, s.type_text, coalesce(s.use_decided, p.use_code, '') as "use_code!", s.purpose, s.monthly_price,
                  s.last_traffic, s.org_unit_id, coalesce(p.is_protected, true) as "is_protected!", f.answer as "answer?",
                  f.note as "note?", f.actor as "actor?", f.answered_at as "answered_at?"
           from subscription s
           left join subscription_proposal p on p.id = s.id
           left join subscription_confirmation f on f.subscription_id = s.id and f.year = $2
           where s.org_unit_id = any($1) and s.missing_from_list_id is null and s.status not in ('avslutad', 'porterad')
           order by s.holder, s.msisdn"#,
        units,
        year
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How far each unit has come: unit (as the lists know it), how many are live, how many are answered for.
pub async fn list_progress(
    tx: &mut TenantTx,
    year: i32,
    sees_protected: bool,
) -> AppResult<Vec<(Uuid, i64, i64)>> {
    let rows = sqlx::query!(
        r#"select s.org_unit_id as "unit!", count(*) as "all!", count(f.id) as "answered!"
           from subscription s
           left join subscription_proposal p on p.id = s.id
           left join subscription_confirmation f on f.subscription_id = s.id and f.year = $1
           where s.org_unit_id is not null and s.missing_from_list_id is null and s.status not in ('avslutad', 'porterad')
             and ($2 or not coalesce(p.is_protected, true))
           group by s.org_unit_id"#,
        year,
        sees_protected
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.unit, r.all, r.answered)).collect())
}

/// What last year's inventory left: of what was in a list on its day and is live still, how many each unit has answered for
/// then or since. Answers are of the year they are given in.
pub async fn list_left(tx: &mut TenantTx, year: i32, due: NaiveDate) -> AppResult<Vec<(Uuid, i64, i64)>> {
    Ok(sqlx::query_as(
        "select s.org_unit_id, count(*),
                count(*) filter (where exists (
                    select 1 from subscription_confirmation f where f.subscription_id = s.id and f.year >= $1))
         from subscription s
         left join subscription_list l on l.id = s.first_list_id
         left join subscription_proposal p on p.id = s.id
         where s.org_unit_id is not null and s.missing_from_list_id is null and s.status not in ('avslutad', 'porterad')
           and coalesce(l.taken_on, s.activated_on) <= $2 and not coalesce(p.is_protected, true)
         group by s.org_unit_id",
    )
    .bind(year)
    .bind(due)
    .fetch_all(&mut **tx)
    .await?)
}

/// How many are live and belong to no unit, so that nobody answers for them.
pub async fn count_without_unit(tx: &mut TenantTx) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from subscription
           where org_unit_id is null and missing_from_list_id is null and status not in ('avslutad', 'porterad')"#
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// An answer to write.
#[derive(Clone, Debug)]
pub struct Answer {
    pub subscription_id: Uuid,
    pub org_unit_id: Option<Uuid>,
    pub code: String,
    pub note: String,
}

/// Writes answers; an answer of the same year is replaced where it differs.
pub async fn upsert(tx: &mut TenantTx, answers: &[Answer], year: i32, now: DateTime<Utc>) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.actor().clone());
    let ids: Vec<Uuid> = answers.iter().map(|_| crate::ids::new_id()).collect();
    let of: Vec<Uuid> = answers.iter().map(|a| a.subscription_id).collect();
    let units: Vec<Option<Uuid>> = answers.iter().map(|a| a.org_unit_id).collect();
    let codes: Vec<String> = answers.iter().map(|a| a.code.clone()).collect();
    let notes: Vec<String> = answers.iter().map(|a| a.note.clone()).collect();
    sqlx::query!(
        "insert into subscription_confirmation as c (tenant_id, id, subscription_id, org_unit_id, year, answer, note, answered_at,
                                                     answered_by, actor)
         select $1, n.id, n.subscription, n.unit, $7, n.answer, n.note, $8, $9, $10
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[]) n(id, subscription, unit, answer, note)
         on conflict (tenant_id, subscription_id, year) do update
            set answer = excluded.answer, note = excluded.note, answered_at = excluded.answered_at, answered_by = excluded.answered_by,
                actor = excluded.actor, org_unit_id = excluded.org_unit_id
            where c.answer <> excluded.answer or c.note <> excluded.note",
        tenant,
        &ids,
        &of,
        &units as &[Option<Uuid>],
        &codes,
        &notes,
        year,
        now,
        actor.user_id,
        actor.name
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
