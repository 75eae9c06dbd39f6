//! Questions to managers.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// A question with its answer.
#[derive(Debug, Clone)]
pub struct Question {
    pub id: Uuid,
    pub asked_name: String,
    pub asked_is_protected: bool,
    pub has_user: bool,
    pub asked_at: DateTime<Utc>,
    pub actor: String,
    pub message: String,
    pub reminded_7_on: Option<NaiveDate>,
    pub reminded_14_on: Option<NaiveDate>,
    pub escalated_on: Option<NaiveDate>,
    pub answered_at: Option<DateTime<Utc>>,
    pub answered_actor: String,
    pub answer: Option<String>,
    pub answer_text: String,
    pub answer_holder: String,
    pub answer_last_day: Option<NaiveDate>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// The questions of a case, newest first.
pub async fn list_questions_of(tx: &mut TenantTx, case: Uuid) -> AppResult<Vec<Question>> {
    Ok(sqlx::query_as!(
        Question,
        r#"select q.id, p.display_name as asked_name, p.is_protected as asked_is_protected,
                  exists (select 1 from member_profile m where m.person_id = q.asked_person_id) as "has_user!", q.asked_at,
                  q.actor, q.message, q.reminded_7_on, q.reminded_14_on, q.escalated_on, q.answered_at,
                  q.answered_actor, q.answer, q.answer_text, q.answer_holder, q.answer_last_day, q.withdrawn_at
           from manager_question q join person p on p.id = q.asked_person_id where q.case_id = $1 order by q.asked_at desc, q.id desc"#,
        case
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A question as the one who is asked sees it.
#[derive(Debug, Clone)]
pub struct AskedOf {
    pub id: Uuid,
    pub case_id: Uuid,
    pub asked_on: NaiveDate,
    pub actor: String,
    pub message: String,
    pub answered_at: Option<DateTime<Utc>>,
    pub answer: Option<String>,
    pub answer_text: String,
    pub answer_holder: String,
    pub answer_last_day: Option<NaiveDate>,
    pub state: String,
    pub holder: String,
    pub msisdn: String,
    pub type_text: String,
    pub unit_name: Option<String>,
    pub end_date: Option<NaiveDate>,
    pub monthly_price: Option<rust_decimal::Decimal>,
    pub is_protected: bool,
    pub is_mine: bool,
}

impl AskedOf {
    /// Whether it still waits for an answer or may be answered anew.
    #[must_use]
    pub fn can_answer(&self) -> bool {
        matches!(self.state.as_str(), "open" | "waiting" | "not_gone")
    }
}

/// Questions that are asked of a person, have been passed on to them, or are about a unit within reach; `id` = only that one.
pub async fn list_asked(
    tx: &mut TenantTx,
    person: Option<Uuid>,
    scope: &Scope,
    id: Option<Uuid>,
) -> AppResult<Vec<AskedOf>> {
    Ok(sqlx::query_as!(
        AskedOf,
        r#"select q.id, q.case_id, q.asked_on, q.actor, q.message, q.answered_at, q.answer, q.answer_text, q.answer_holder,
                  q.answer_last_day, c.state, s.holder, s.msisdn, s.type_text, u.name as "unit_name?", c.end_date, s.monthly_price,
                  (c.is_protected or coalesce(p.is_protected, false)) as "is_protected!",
                  coalesce(q.asked_person_id = $1 or q.escalated_person_id = $1, false) as "is_mine!"
           from manager_question q join match_case c on c.id = q.case_id join subscription s on s.id = c.subscription_id
           left join subscription_proposal p on p.id = c.subscription_id left join org_unit u on u.id = c.owner_unit_id
           where q.withdrawn_at is null and ($4::uuid is null or q.id = $4)
             and (q.asked_person_id = $1 or q.escalated_person_id = $1 or $2 or c.owner_unit_id = any($3))
           order by q.answered_at is not null, q.asked_at, q.id limit 500"#,
        person,
        scope.all,
        &scope.units,
        id
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many questions [`list_asked`] would give, and how many of them wait for their first answer.
pub async fn count_asked(tx: &mut TenantTx, person: Option<Uuid>, scope: &Scope) -> AppResult<(i64, i64)> {
    Ok(sqlx::query_as(
        "select count(*), count(*) filter (where q.answered_at is null and c.state in ('open', 'waiting', 'not_gone'))
         from manager_question q join match_case c on c.id = q.case_id
         where q.withdrawn_at is null
           and (q.asked_person_id = $1 or q.escalated_person_id = $1 or $2 or c.owner_unit_id = any($3))",
    )
    .bind(person)
    .bind(scope.all)
    .bind(&scope.units)
    .fetch_one(&mut **tx)
    .await?)
}

/// A question to write.
#[derive(Debug)]
pub struct NewQuestion<'a> {
    pub id: Uuid,
    pub case_id: Uuid,
    pub person_id: Uuid,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub user_id: Option<Uuid>,
    pub actor: &'a str,
    pub message: &'a str,
}

/// Writes a question.
pub async fn insert_question(tx: &mut TenantTx, q: &NewQuestion<'_>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into manager_question (tenant_id, id, case_id, asked_person_id, asked_at, asked_on, asked_by, actor, message)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        q.id,
        q.case_id,
        q.person_id,
        q.now,
        q.today,
        q.user_id,
        q.actor,
        q.message
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Questions of a case that nobody has answered are not to be answered any more.
pub async fn withdraw_questions(tx: &mut TenantTx, case: Uuid, now: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!(
        "update manager_question set withdrawn_at = $2 where case_id = $1 and answered_at is null and withdrawn_at is null",
        case,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// An answer to write.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub code: String,
    pub text: String,
    pub holder: String,
    pub last_day: Option<NaiveDate>,
}

/// Writes an answer, or another one over it.
pub async fn update_answer(
    tx: &mut TenantTx,
    id: Uuid,
    answer: &Answer,
    (now, user_id, actor): (DateTime<Utc>, Option<Uuid>, &str),
) -> AppResult<()> {
    sqlx::query!(
        "update manager_question set answer = $2, answer_text = $3, answer_holder = $4, answer_last_day = $5, answered_at = $6,
             answered_by = $7, answered_actor = $8 where id = $1",
        id,
        answer.code,
        answer.text,
        answer.holder,
        answer.last_day,
        now,
        user_id,
        actor
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The manager's employee number and the unit of a person's present or latest employment.
pub async fn find_manager_of(
    tx: &mut TenantTx,
    person: Uuid,
    today: NaiveDate,
) -> AppResult<Option<(Option<Uuid>, Option<Uuid>)>> {
    Ok(sqlx::query!(
        r#"select e.org_unit_id,
                  (select m.person_id from employment m where m.employee_no = e.manager_employee_no and m.company_code = e.company_code
                     and m.person_id <> $1 and m.missing_from_snapshot_id is null and (m.end_date is null or m.end_date >= $2)
                   order by m.is_main desc, m.id limit 1) as "manager?"
           from employment e where e.person_id = $1
           order by e.missing_from_snapshot_id is not null, coalesce(e.end_date < $2, false), not e.is_main, e.start_date desc nulls last, e.id
           limit 1"#,
        person,
        today
    )
    .fetch_optional(&mut **tx)
    .await?
    .map(|r| (r.manager, r.org_unit_id)))
}

/// The head of a unit, or of the nearest one above it that has one, who is none of these.
pub async fn find_head(
    tx: &mut TenantTx,
    unit: Uuid,
    not: &[Uuid],
    today: NaiveDate,
) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"with recursive up as (
               select id, head_person_id, coalesce(parent_id, successor_id) as above, valid_to, 0 as n from org_unit where id = $1
               union all
               select u.id, u.head_person_id, coalesce(u.parent_id, u.successor_id), u.valid_to, up.n + 1
               from org_unit u join up on u.id = up.above where up.n < 20)
           select head_person_id as "head!" from up
           where head_person_id is not null and not (head_person_id = any($2)) and (valid_to is null or valid_to >= $3)
           order by n limit 1"#,
        unit,
        not,
        today
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The unit that somebody is the head of, the highest first.
pub async fn find_headed_unit(tx: &mut TenantTx, person: Uuid) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from org_unit where head_person_id = $1 order by array_position(array['kommun', 'namnd', 'forvaltning', 'bolag', 'avdelning', 'enhet'], kind), id limit 1",
        person
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A question that waits for its answer.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub id: Uuid,
    pub asked_person_id: Uuid,
    pub escalated_person_id: Option<Uuid>,
    pub asked_on: NaiveDate,
    pub reminded_7_on: Option<NaiveDate>,
    pub reminded_14_on: Option<NaiveDate>,
    pub escalated_on: Option<NaiveDate>,
    pub owner_unit_id: Option<Uuid>,
}

/// Every question that waits for its answer.
pub async fn list_unanswered(tx: &mut TenantTx) -> AppResult<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        "select q.id, q.asked_person_id, q.escalated_person_id, q.asked_on, q.reminded_7_on, q.reminded_14_on, q.escalated_on,
                c.owner_unit_id
         from manager_question q join match_case c on c.id = q.case_id
         where q.answered_at is null and q.withdrawn_at is null and c.state in ('open', 'waiting', 'not_gone') order by q.asked_at, q.id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Notes that somebody was reminded, or that the question went on to another.
pub async fn update_reminded(tx: &mut TenantTx, waiting: &Waiting) -> AppResult<()> {
    sqlx::query!(
        "update manager_question set reminded_7_on = $2, reminded_14_on = $3, escalated_on = $4, escalated_person_id = $5 where id = $1",
        waiting.id,
        waiting.reminded_7_on,
        waiting.reminded_14_on,
        waiting.escalated_on,
        waiting.escalated_person_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Where a letter to a person goes.
#[derive(Debug, Clone)]
pub struct Addressee {
    pub email: String,
    pub slug: String,
    pub municipality: String,
}

/// The account of a person, and how many questions wait for them; `None` for somebody without one.
pub async fn find_addressee(tx: &mut TenantTx, person: Uuid) -> AppResult<Option<(Addressee, i64)>> {
    let tenant = tx.tenant_id();
    let to = sqlx::query_as!(
        Addressee,
        r#"select a.email::text as "email!", t.slug, t.name as municipality
           from member_profile mp join sys.membership m on m.user_id = mp.user_id join sys.user_account a on a.id = mp.user_id
           join sys.tenant t on t.id = m.tenant_id
           where mp.person_id = $2 and m.tenant_id = $1 and m.ended_at is null and a.disabled_at is null order by mp.id limit 1"#,
        tenant,
        person
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(to) = to else { return Ok(None) };
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from manager_question q join match_case c on c.id = q.case_id
           where (q.asked_person_id = $1 or q.escalated_person_id = $1) and q.answered_at is null and q.withdrawn_at is null
             and c.state in ('open', 'waiting', 'not_gone')"#,
        person
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Some((to, count)))
}

/// A case that something is to be said about.
#[derive(Debug, Clone)]
pub struct Orphan {
    pub id: Uuid,
    pub subscription_id: Uuid,
    pub opened_on: NaiveDate,
    pub reopened_reason: String,
    pub owner_unit_id: Option<Uuid>,
    pub operator: String,
    pub is_protected: bool,
}

/// What was kept or put in reserve until a day that has come.
#[derive(Debug, Clone)]
pub struct Due {
    pub subscription_id: Uuid,
    pub owner_unit_id: Option<Uuid>,
    pub review_on: NaiveDate,
    pub is_reserve: bool,
    pub is_protected: bool,
}

/// Decisions to keep whose review date has come, until somebody decides again or the subscription is gone.
pub async fn list_due_reviews(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"select c.subscription_id, c.owner_unit_id, d.review_on as "review_on!", d.outcome = 'reserv' as "is_reserve!",
                  c.is_protected or coalesce(p.is_protected, true) or coalesce(pn.is_protected, false) as "is_protected!"
           from match_case c join match_decision d on d.id = c.decision_id join subscription s on s.id = c.subscription_id
           left join subscription_proposal p on p.id = c.subscription_id
           left join person pn on pn.id = c.person_id
           where d.outcome in ('behall', 'reserv') and d.revoked_at is null and d.review_on <= $1
             and (c.state = 'kept' or (c.state in ('open', 'waiting') and c.reopened_reason = 'review_due'))
             and s.missing_from_list_id is null and s.status not in ('avslutad', 'porterad')
           order by c.id"#,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Open cases of class A and B that are older than 30 days, and decisions whose ground is gone.
pub async fn list_orphans(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Orphan>> {
    Ok(sqlx::query_as!(
        Orphan,
        "select c.id, c.subscription_id, c.opened_on, c.reopened_reason, c.owner_unit_id, o.name as operator, c.is_protected
         from match_case c join subscription s on s.id = c.subscription_id join operator o on o.id = s.operator_id
         where c.state in ('open', 'waiting')
           and ((c.class in ('A', 'B') and c.opened_on < $1::date - 30) or c.reopened_reason = 'ground_gone') order by c.id",
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A case whose question has been answered waits for somebody to decide again.
pub async fn reopen_answered(tx: &mut TenantTx, case: Uuid) -> AppResult<()> {
    sqlx::query!(
        "update match_case set state = case when state = 'waiting' then 'open' else state end, version = version + 1 where id = $1",
        case
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
