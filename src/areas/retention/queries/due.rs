//! What each rule reaches: the same list for the count on the page, the dry run and the purge.

use chrono::NaiveDate;

use super::super::model::{Due, Extent, LEAVER_FILE_AT_MOST, What};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// What is old enough by a rule: its period is over since `until` at the latest. Reads are not listed one by one: [`find_reads`].
pub async fn list_due(
    tx: &mut TenantTx,
    what: What,
    until: NaiveDate,
    today: NaiveDate,
) -> AppResult<Vec<Due>> {
    match what {
        What::LeaverFile => leaver_files(tx, until, today).await,
        What::LeaverRow => leaver_rows(tx, until).await,
        What::CaseNames => cases(tx, until, true).await,
        What::Case => cases(tx, until, false).await,
        What::StaffPerson => staff_persons(tx, until, today).await,
        What::StaffFile => staff_files(tx, until).await,
        What::Holder => holders(tx, until).await,
        What::EarlierNames => earlier_names(tx, until, today).await,
        What::Flags => flags(tx, until).await,
        What::Reads => Ok(Vec::new()),
    }
}

/// A file goes when its last case has been closed for the period, and after a year in any case.
async fn leaver_files(tx: &mut TenantTx, until: NaiveDate, today: NaiveDate) -> AppResult<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"with files as (
               select f.id, f.received_at::date as received_on,
                      count(c.id) filter (where c.closed_on is null) as open_cases, max(c.closed_on) as closed_on
               from import_file f join import_run r on r.file_id = f.id and r.kind = 'leavers'
               left join leaver_list l on l.run_id = r.id
               left join leaver_row w on w.list_id = l.id
               left join match_case c on c.leaver_row_id = w.id
               where f.content is not null
               group by f.tenant_id, f.id
           )
           select id as "id!", case when open_cases = 0 then greatest(closed_on, received_on) else received_on end as "on!"
           from files
           where (open_cases = 0 and greatest(closed_on, received_on) <= $1) or received_on <= $2"#,
        until,
        today - LEAVER_FILE_AT_MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Rows whose person has nothing: looked up by the matching, no subscription proposed, no case.
async fn leaver_rows(tx: &mut TenantTx, until: NaiveDate) -> AppResult<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"select r.id, greatest(l.received_on, r.end_date) as "on!"
           from leaver_row r join leaver_list l on l.id = r.list_id
           join leaver_verdict v on v.id = r.id
           where greatest(l.received_on, r.end_date) <= $1 and v.items = 0
             and not exists (select 1 from match_case c where c.leaver_row_id = r.id
                             or (v.subject_key <> '' and v.subject_key = any(c.subject_keys || c.subject_key)))
             and not exists (select 1 from match_decision d where d.leaver_row_id = r.id)
             and not exists (select 1 from subscription_proposal p where p.leaver_row_id = r.id)"#,
        until
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Closed cases. One that says "not the same person" stays while the subscription is in use, or the same would be proposed again.
async fn cases(tx: &mut TenantTx, until: NaiveDate, names_only: bool) -> AppResult<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"select c.id, c.closed_on as "on!"
           from match_case c join subscription s on s.id = c.subscription_id
           where c.closed_on <= $1 and (not $2 or not c.evidence ? 'purged_on')
             and not (s.status not in ('avslutad', 'porterad') and exists (
                 select 1 from match_decision d where d.id = c.decision_id and d.outcome = 'fel_traff' and d.revoked_at is null))
             and not exists (select 1 from subscription_proposal p where p.id = c.subscription_id
                             and p.class in ('A', 'B', 'C', 'P') and p.subject_key <> '' and p.subject_key = any(c.subject_keys || c.subject_key))"#,
        until,
        names_only
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Persons who are gone from the two newest full snapshots, and whom nothing else in the register refers to.
async fn staff_persons(tx: &mut TenantTx, until: NaiveDate, today: NaiveDate) -> AppResult<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"with newest as (
               select taken_on from staff_snapshot where is_full order by taken_on desc, id desc limit 1 offset 1
           ), gone as (
               select e.person_id, max(m.taken_on) as on_day
               from employment e left join staff_snapshot m on m.id = e.missing_from_snapshot_id
               group by e.person_id
               having bool_and(e.missing_from_snapshot_id is not null and m.taken_on <= (select taken_on from newest)
                               and (e.kind <> 'uppdrag' or e.end_date < $2))
           )
           select p.id, g.on_day as "on!"
           from person p join gone g on g.person_id = p.id
           where g.on_day <= $1
             and not exists (select 1 from role_assignment x where x.person_id = p.id)
             and not exists (select 1 from org_unit x where x.head_person_id = p.id)
             and not exists (select 1 from member_profile x where x.person_id = p.id)
             and not exists (select 1 from flag_recipient x join watch_flag f on f.id = x.flag_id
                             where x.person_id = p.id and f.state in ('open', 'snoozed'))
             and not exists (select 1 from subscription x where x.contact_person_id = p.id)
             and not exists (select 1 from manager_question x where p.id in (x.asked_person_id, x.escalated_person_id))
             and not exists (select 1 from match_decision x where p.id in (x.new_person_id, x.contact_person_id))
             and not exists (select 1 from match_case x where x.person_id = p.id and x.closed_on is null)
             and not exists (select 1 from subscription_proposal x where x.person_id = p.id)
             and not exists (select 1 from leaver_verdict x where x.person_id = p.id and x.items > 0)"#,
        until,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Staff files that two newer ones of the same part of the municipality have followed.
async fn staff_files(tx: &mut TenantTx, until: NaiveDate) -> AppResult<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"with runs as (
               select r.file_id, f.received_at::date as received_on, c.undone_at is not null as is_undone,
                      row_number() over (partition by r.unit_id, c.undone_at is null order by r.taken_in_at desc, r.id desc) as place
               from import_run r join import_file f on f.id = r.file_id
               left join change_set c on c.id = r.change_set_id
               where r.kind = 'staff-snapshot' and r.state = 'taken_in' and f.content is not null
           )
           select file_id as "id!", max(received_on) as "on!" from runs
           group by file_id having bool_and(is_undone or place > 2) and max(received_on) <= $1"#,
        until
    )
    .fetch_all(&mut **tx)
    .await?)
}

async fn holders(tx: &mut TenantTx, until: NaiveDate) -> AppResult<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"select id, seen_to as "on!" from subscription_holder where seen_to <= $1"#,
        until
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Persons with earlier names and nothing that may still stand under one of them.
async fn earlier_names(tx: &mut TenantTx, until: NaiveDate, today: NaiveDate) -> AppResult<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"with ended as (
               select p.id, max(coalesce(case when e.end_date < $2 then e.end_date end, m.taken_on)) as on_day,
                      coalesce(bool_and(coalesce(e.end_date < $2, false) or m.id is not null), true) as is_over, count(e.id) as n
               from person p left join employment e on e.person_id = p.id
               left join staff_snapshot m on m.id = e.missing_from_snapshot_id
               where p.earlier_names <> '{}'
               group by p.tenant_id, p.id
           )
           select id as "id!", on_day as "on!" from ended p
           where is_over and n > 0 and on_day <= $1
             and not exists (select 1 from role_assignment r where r.person_id = p.id and (r.valid_to is null or r.valid_to > $1))
             and not exists (select 1 from org_unit u where u.head_person_id = p.id and (u.valid_to is null or u.valid_to >= $2))
             and not exists (select 1 from subscription_proposal x where x.person_id = p.id)
             and not exists (select 1 from match_case c where c.person_id = p.id and (c.closed_on is null or c.closed_on > $1))"#,
        until,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Resolved flags, and those that were dealt with on what is no longer there. One that was dealt with on something that is still
/// there stays: without it the same flag would be opened anew.
async fn flags(tx: &mut TenantTx, until: NaiveDate) -> AppResult<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"select f.id, f.closed_at::date as "on!" from watch_flag f
           where f.closed_at::date <= $1 and (f.state = 'resolved' or (f.state = 'decided' and case f.object_kind
               when 'system' then not exists (select 1 from it_system x where x.id = f.object_id and x.merged_into_id is null)
               when 'contract' then not exists (select 1 from contract x where x.id = f.object_id)
               when 'subscription' then not exists (select 1 from subscription x where x.id = f.object_id)
               when 'org_unit' then not exists (select 1 from org_unit x where x.id = f.object_id)
               else false end))"#,
        until
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The reads of personal data that are old enough.
pub async fn find_reads(tx: &mut TenantTx, until: NaiveDate) -> AppResult<Extent> {
    let found = sqlx::query!(
        r#"select count(*) as "rows!", min(at)::date as oldest, max(at)::date as newest
           from access_log where kind in ('read_personal', 'reveal') and at < $1::date + 1"#,
        until
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Extent { rows: found.rows, oldest: found.oldest, newest: found.newest })
}
