//! What a person answers for, and handing it over to another.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult, ids::new_id};

/// What sort of responsibility it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A role on a system.
    System,
    /// A role on a contract.
    Contract,
    /// Heads a unit.
    Unit,
    /// Contact for a subscription that belongs to no person.
    Subscription,
    /// Has been asked about a subscription and has not answered.
    Question,
}

/// Something that a person answers for.
#[derive(Clone, Debug)]
pub struct Duty {
    /// The role, the unit, the subscription or the question.
    pub id: Uuid,
    /// What it is about.
    pub object_id: Uuid,
    /// What that is called.
    pub name: String,
    /// The code of the role; empty where it is none.
    pub role: String,
    /// As deputy.
    pub is_deputy: bool,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
    /// The unit that answers for what it is about.
    pub unit_id: Option<Uuid>,
    /// The reader may hand it over.
    pub may: bool,
}

/// How far the reader reaches: to see, and to change.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// Sees.
    pub read: &'a Scope,
    /// Changes.
    pub write: &'a Scope,
    /// The day.
    pub today: NaiveDate,
}

/// Roles on systems, today's and those to come. A system with a level 4 only for whoever may see secret fields (rules 3.1).
pub async fn list_system_duties(
    tx: &mut TenantTx,
    person: Uuid,
    reach: Reach<'_>,
    sees_secret: bool,
) -> AppResult<Vec<Duty>> {
    Ok(sqlx::query_as!(
        Duty,
        r#"select r.id, s.id as object_id, s.name, r.role, r.is_deputy, r.valid_from, r.valid_to, s.owner_unit_id as unit_id,
                  ($7 or s.owner_unit_id = any($8) or exists (select 1 from role_assignment o where o.system_id = s.id and o.person_id = $9
                      and o.role = any($10) and (o.valid_from is null or o.valid_from <= $2) and (o.valid_to is null or o.valid_to >= $2))) is true as "may!"
           from role_assignment r join it_system s on s.id = r.system_id
           where r.person_id = $1 and s.merged_into_id is null and (r.valid_to is null or r.valid_to >= $2)
             and ($11 or coalesce(greatest(s.level_k, s.level_r, s.level_t, s.level_s), 0) < 4)
             and ($3 or s.owner_unit_id = any($4)
                  or exists (select 1 from system_unit x where x.system_id = s.id and x.org_unit_id = any($4))
                  or exists (select 1 from role_assignment o where o.system_id = s.id and o.person_id = $5 and o.role = any($6)
                             and (o.valid_from is null or o.valid_from <= $2) and (o.valid_to is null or o.valid_to >= $2)))
           order by s.name, r.role, r.id"#,
        person,
        reach.today,
        reach.read.all,
        &reach.read.units,
        reach.read.person_id,
        &reach.read.object_roles,
        reach.write.all,
        &reach.write.units,
        reach.write.person_id,
        &reach.write.object_roles,
        sees_secret
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Roles on contracts, today's and those to come.
pub async fn list_contract_duties(tx: &mut TenantTx, person: Uuid, reach: Reach<'_>) -> AppResult<Vec<Duty>> {
    Ok(sqlx::query_as!(
        Duty,
        r#"select r.id, c.id as object_id, c.title as name, r.role, r.is_deputy, r.valid_from, r.valid_to, c.owner_unit_id as unit_id,
                  ($7 or c.owner_unit_id = any($8) or exists (
                      select 1 from role_assignment o left join contract_system cs on cs.system_id = o.system_id
                      where (o.contract_id = c.id or cs.contract_id = c.id) and o.person_id = $9 and o.role = any($10)
                        and (o.valid_from is null or o.valid_from <= $2) and (o.valid_to is null or o.valid_to >= $2))) is true as "may!"
           from role_assignment r join contract c on c.id = r.contract_id
           where r.person_id = $1 and (r.valid_to is null or r.valid_to >= $2)
             and ($3 or c.owner_unit_id = any($4) or exists (
                      select 1 from role_assignment o left join contract_system cs on cs.system_id = o.system_id
                      where (o.contract_id = c.id or cs.contract_id = c.id) and o.person_id = $5 and o.role = any($6)
                        and (o.valid_from is null or o.valid_from <= $2) and (o.valid_to is null or o.valid_to >= $2)))
           order by c.title, r.role, r.id"#,
        person,
        reach.today,
        reach.read.all,
        &reach.read.units,
        reach.read.person_id,
        &reach.read.object_roles,
        reach.write.all,
        &reach.write.units,
        reach.write.person_id,
        &reach.write.object_roles
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Units that a person heads.
pub async fn list_unit_duties(tx: &mut TenantTx, person: Uuid, reach: Reach<'_>) -> AppResult<Vec<Duty>> {
    Ok(sqlx::query_as!(
        Duty,
        r#"select u.id, u.id as object_id, u.name, '' as "role!", false as "is_deputy!", null::date as valid_from, null::date as valid_to,
                  u.id as unit_id, ($3 or u.id = any($4)) is true as "may!"
           from org_unit u where u.head_person_id = $1 and (u.valid_to is null or u.valid_to >= $2) and ($5 or u.id = any($6))
           order by u.name, u.id"#,
        person,
        reach.today,
        reach.write.all,
        &reach.write.units,
        reach.read.all || !reach.read.is_empty(),
        &reach.read.units
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Subscriptions that a person is the contact for. One that a person with protected identity holds is not told of by its number
/// (nor one that is not looked into yet).
pub async fn list_subscription_duties(
    tx: &mut TenantTx,
    person: Uuid,
    reach: Reach<'_>,
    (sees_names, hidden): (bool, Option<&str>),
) -> AppResult<Vec<Duty>> {
    Ok(sqlx::query_as!(
        Duty,
        r#"select s.id, s.id as object_id,
                  case when coalesce(p.is_protected, true) and $7::text is not null then $7
                       else concat_ws(', ', nullif(s.purpose, ''), case when $8 then s.msisdn else app.masked_number(s.msisdn) end) end as "name!",
                  '' as "role!", false as "is_deputy!", null::date as valid_from, null::date as valid_to, s.org_unit_id as unit_id,
                  ($5 or s.org_unit_id = any($6)) is true as "may!"
           from subscription s left join subscription_proposal p on p.id = s.id
           where s.contact_person_id = $1 and s.status not in ('avslutad', 'porterad') and ($3 or s.org_unit_id = any($4))
             and $2::date is not null
           order by s.msisdn"#,
        person,
        reach.today,
        reach.read.all,
        &reach.read.units,
        reach.write.all,
        &reach.write.units,
        hidden,
        sees_names
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Questions that a person has not answered.
pub async fn list_question_duties(tx: &mut TenantTx, person: Uuid, may: bool) -> AppResult<Vec<Duty>> {
    Ok(sqlx::query_as!(
        Duty,
        r#"select q.id, q.case_id as object_id, 'Fråga om ett abonnemang' as "name!", '' as "role!", false as "is_deputy!",
                  q.asked_on as valid_from, null::date as valid_to, c.owner_unit_id as unit_id, $2::bool as "may!"
           from manager_question q join match_case c on c.id = q.case_id
           where q.asked_person_id = $1 and q.answered_at is null and q.withdrawn_at is null and c.closed_on is null
           order by q.asked_on, q.id"#,
        person,
        may
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Hands a role over from the day after its last: the successor has it then, unless the successor has it already.
pub async fn hand_over_role(
    tx: &mut TenantTx,
    (person, duty): (Uuid, &Duty),
    successor: Uuid,
    last_day: NaiveDate,
) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    if duty.valid_from.is_some_and(|from| from > last_day) {
        let done = sqlx::query!(
            "update role_assignment set person_id = $3 where id = $1 and person_id = $2",
            duty.id,
            person,
            successor
        )
        .execute(&mut **tx)
        .await?;
        return Ok(done.rows_affected() == 1);
    }
    let ends = duty.valid_to.map_or(last_day, |to| to.min(last_day));
    let done = sqlx::query!(
        "update role_assignment set valid_to = $3 where id = $1 and person_id = $2",
        duty.id,
        person,
        ends
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query!(
        "insert into role_assignment (tenant_id, id, system_id, contract_id, role, person_id, is_deputy, valid_from, valid_to)
         select $1, $2, r.system_id, r.contract_id, r.role, $4, r.is_deputy, $5::date + 1, $6
         from role_assignment r
         where r.id = $3 and not exists (
             select 1 from role_assignment o where o.person_id = $4 and o.role = r.role and o.is_deputy = r.is_deputy
               and o.system_id is not distinct from r.system_id and o.contract_id is not distinct from r.contract_id
               and (o.valid_to is null or o.valid_to > $5))",
        tenant,
        new_id(),
        duty.id,
        successor,
        ends,
        duty.valid_to.filter(|to| *to > ends)
    )
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

/// Makes the successor head of a unit.
pub async fn hand_over_unit(tx: &mut TenantTx, unit: Uuid, person: Uuid, successor: Uuid) -> AppResult<bool> {
    let done = sqlx::query!(
        "update org_unit set head_person_id = $3, head_text = null, version = version + 1 where id = $1 and head_person_id = $2",
        unit,
        person,
        successor
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes the successor the contact for a subscription.
pub async fn hand_over_contact(
    tx: &mut TenantTx,
    subscription: Uuid,
    person: Uuid,
    successor: Uuid,
) -> AppResult<bool> {
    let done = sqlx::query!(
        "update subscription set contact_person_id = $3, contact_text = '', version = version + 1
         where id = $1 and contact_person_id = $2",
        subscription,
        person,
        successor
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets the successor answer a question instead.
pub async fn hand_over_question(
    tx: &mut TenantTx,
    question: Uuid,
    person: Uuid,
    successor: Uuid,
) -> AppResult<bool> {
    let done = sqlx::query!(
        "update manager_question set asked_person_id = $3 where id = $1 and asked_person_id = $2 and answered_at is null",
        question,
        person,
        successor
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The last day of those persons who leave, by the lists of leavers.
pub async fn list_leaving(tx: &mut TenantTx, persons: &[Uuid]) -> AppResult<HashMap<Uuid, NaiveDate>> {
    let rows = sqlx::query!(
        r#"select person_id as "person_id!", max(end_date) as "last_day!" from leaver_verdict
           where person_id = any($1) and verdict in ('leaver', 'deceased', 'planned') and end_date is not null
           group by person_id"#,
        persons
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.person_id, r.last_day)).collect())
}

/// Persons without protected identity who hold a role on an object, or head it, and leave.
pub async fn list_leaving_holders(tx: &mut TenantTx, object: Uuid, today: NaiveDate) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct p.id from person p join leaver_verdict v on v.person_id = p.id
           where not p.is_protected and v.verdict in ('leaver', 'deceased', 'planned')
             and (exists (select 1 from role_assignment r where r.person_id = p.id and $1 in (r.system_id, r.contract_id)
                          and (r.valid_from is null or r.valid_from <= greatest($2, v.end_date)) and (r.valid_to is null or r.valid_to >= $2))
                  or exists (select 1 from org_unit u where u.id = $1 and u.head_person_id = p.id))"#,
        object,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}
