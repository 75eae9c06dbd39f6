//! What the pages read.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::model::{Answered, Came, ListHead, Row, Sender};
use crate::{
    areas::people::PROTECTED,
    auth::principal::Scope,
    db::tenant::TenantTx,
    error::AppResult,
    rules::leaver_matching::{LCode, ReasonTable, Verdict},
};

/// Every sender, by name.
pub(in super::super) async fn list_senders(tx: &mut TenantTx) -> AppResult<Vec<Sender>> {
    Ok(sqlx::query_as!(
        Sender,
        r#"select s.id, s.key, s.name, s.reasons, s.due_workday, s.expected_from, s.is_active, s.version,
                  array(select u.org_unit_id from leaver_sender_unit u where u.sender_id = s.id order by u.org_unit_id) as "chosen!"
           from leaver_sender s order by s.name collate swedish, s.id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Every list from a month on, the oldest first, with how many of its rows are within reach. `sender` and `list` narrow it.
pub(in super::super) async fn list_lists(
    tx: &mut TenantTx,
    from: NaiveDate,
    scope: &Scope,
    sender: Option<Uuid>,
    list: Option<Uuid>,
) -> AppResult<Vec<ListHead>> {
    Ok(sqlx::query_as!(
        ListHead,
        r#"select l.id, l.sender_id, l.period, l.run_id, i.change_set_id as "change_set_id?", l.received_on, l.row_count,
                  (select count(*) from leaver_row r where r.list_id = l.id
                   and ($2 or r.department_id = any($3) or r.org_unit_id = any($3))) as "within!",
                  coalesce(i.unit_id = any($3), false) as "is_own!", l.says_nobody, l.said_by, l.note, l.covers
           from leaver_list l left join import_run i on i.id = l.run_id
           where l.period >= $1 and ($4::uuid is null or l.sender_id = $4) and ($5::uuid is null or l.id = $5)
           order by l.period, l.received_on, l.id"#,
        from,
        scope.all,
        &scope.units,
        sender,
        list
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The lists that came of a run: id, sender and month.
pub(in super::super) async fn list_lists_of_run(
    tx: &mut TenantTx,
    run_id: Uuid,
) -> AppResult<Vec<(Uuid, String, NaiveDate)>> {
    Ok(sqlx::query_as(
        "select l.id, s.name, l.period from leaver_list l join leaver_sender s on s.id = l.sender_id
         where l.run_id = $1 order by l.period, l.id",
    )
    .bind(run_id)
    .fetch_all(&mut **tx)
    .await?)
}

/// The first month that each sender has a list for, and the förvaltningar that its lists show.
pub(in super::super) async fn list_spans(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, NaiveDate, Vec<Uuid>)>> {
    let rows = sqlx::query!(
        r#"select l.sender_id, min(l.period) as "first!",
                  coalesce(array_agg(distinct c) filter (where c is not null), '{}') as "covers!: Vec<Uuid>"
           from leaver_list l left join lateral unnest(l.covers) c on true group by l.sender_id"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sender_id, row.first, row.covers)).collect())
}

/// Which rows are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Wanted {
    pub list: Option<Uuid>,
    pub row: Option<Uuid>,
}

/// Rows within reach, in the order of the file. Of a protected person, or one of whom nothing is worked out yet, no name and no
/// unit unless the reader has the grant.
pub(in super::super) async fn list_rows(
    tx: &mut TenantTx,
    wanted: Wanted,
    scope: &Scope,
    sees_protected: bool,
    limit: i64,
) -> AppResult<Vec<Row>> {
    let rows = sqlx::query!(
        r#"select r.id, r.list_id, r.row_no,
                  coalesce(nullif(trim(r.full_name), ''), nullif(trim(concat_ws(', ', nullif(r.family_name, ''), nullif(r.given_names, ''))), ''),
                           'Utan namn') as "name!",
                  r.is_hidden, coalesce(v.is_protected, true) as "is_protected!",
                  coalesce(u.name, nullif(r.unit_text, ''), nullif(r.unit_code, ''), d.name, '') as "unit!",
                  r.end_date, r.reason_text, r.event_text, r.withdrawn_on, r.withdrawn_reason,
                  v.verdict as "verdict?", v.l_code as "l_code?", v.end_date as "counted_end?", coalesce(v.is_doubtful, false) as "is_doubtful!",
                  v.person_id as "person_id?", coalesce(v.items, 0) as "items!", coalesce(c.waiting, 0) as "waiting!",
                  coalesce(c.decided, 0) as "decided!", coalesce(c.verified, 0) as "verified!", coalesce(c.kept, 0) as "kept!",
                  coalesce(c.not_gone, 0) as "not_gone!", coalesce(c.closed, 0) as "closed!"
           from leaver_row r
           left join org_unit u on u.id = r.org_unit_id
           left join org_unit d on d.id = r.department_id
           left join leaver_verdict v on v.id = r.id
           left join lateral (
               select count(*) filter (where m.state in ('open', 'waiting')) as waiting,
                      count(*) filter (where m.state in ('decided', 'ordered')) as decided,
                      count(*) filter (where m.state = 'verified') as verified, count(*) filter (where m.state = 'kept') as kept,
                      count(*) filter (where m.state = 'not_gone') as not_gone, count(*) filter (where m.state = 'closed') as closed
               from match_case m where v.subject_key <> '' and m.subject_key = v.subject_key
           ) c on true
           where ($1::uuid is null or r.list_id = $1) and ($2::uuid is null or r.id = $2)
             and ($3 or r.department_id = any($4) or r.org_unit_id = any($4))
           order by r.list_id, r.row_no limit $5"#,
        wanted.list,
        wanted.row,
        scope.all,
        &scope.units,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut lists: Vec<Uuid> = rows.iter().map(|r| r.list_id).collect();
    lists.dedup();
    let told = list_told(tx, &lists).await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let table = told.get(&r.list_id);
            let hides = r.is_hidden || (r.is_protected && !sees_protected);
            let verdict = r.verdict.as_deref().and_then(Verdict::from_code);
            Row {
                id: r.id,
                list_id: r.list_id,
                row_no: r.row_no,
                name: if hides { PROTECTED.to_owned() } else { r.name },
                is_protected: hides,
                is_revealed: r.is_protected && !hides,
                unit: if hides { String::new() } else { r.unit },
                end_date: r.end_date,
                reason: [r.reason_text, r.event_text]
                    .into_iter()
                    .filter(|text| !text.is_empty())
                    .map(|text| table.map_or_else(|| text.clone(), |table| table.shown(&text)))
                    .collect::<Vec<_>>()
                    .join(", "),
                verdict: verdict.map_or("", Verdict::swedish),
                color: verdict.map_or("neutral", color),
                ground: r.l_code.as_deref().and_then(LCode::from_code).map_or("", LCode::swedish),
                counted_end: r.counted_end.filter(|end| *end != r.end_date),
                is_doubtful: r.is_doubtful,
                person_id: r.person_id.filter(|_| !hides),
                came: Came {
                    items: r.items,
                    waiting: r.waiting,
                    decided: r.decided,
                    verified: r.verified,
                    kept: r.kept,
                    not_gone: r.not_gone,
                    closed: r.closed,
                },
                withdrawn: r.withdrawn_on.map(|on| (on, r.withdrawn_reason)),
            }
        })
        .collect())
}

/// What the codes of each list's sender mean.
async fn list_told(tx: &mut TenantTx, lists: &[Uuid]) -> AppResult<HashMap<Uuid, ReasonTable>> {
    let told: Vec<(Uuid, String)> = sqlx::query_as(
        "select l.id, s.reasons from leaver_list l join leaver_sender s on s.id = l.sender_id
         where l.id = any($1) and s.reasons <> ''",
    )
    .bind(lists)
    .fetch_all(&mut **tx)
    .await?;
    Ok(told.into_iter().map(|(list, reasons)| (list, ReasonTable::parse(&reasons).0)).collect())
}

/// The colour of a verdict's tag.
fn color(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Leaver | Verdict::Deceased => "accent",
        Verdict::Planned | Verdict::HourlyGrace => "info",
        Verdict::Protected => "warning",
        _ => "neutral",
    }
}

/// How many of a list's rows within reach mean what, and how many persons of them are proposed something: no names.
pub(in super::super) async fn count_verdicts(
    tx: &mut TenantTx,
    list: Uuid,
    scope: &Scope,
) -> AppResult<Vec<(String, i64, i64)>> {
    let rows = sqlx::query!(
        r#"select coalesce(v.verdict, '') as "verdict!", count(*) as "rows!", count(*) filter (where v.items > 0) as "matched!"
           from leaver_row r left join leaver_verdict v on v.id = r.id
           where r.list_id = $1 and ($2 or r.department_id = any($3) or r.org_unit_id = any($3))
           group by v.verdict order by count(*) desc, v.verdict"#,
        list,
        scope.all,
        &scope.units
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.verdict, row.rows, row.matched)).collect())
}

/// What HR has said last of each person who is or was gone from the staff register.
pub(in super::super) async fn list_answers(tx: &mut TenantTx) -> AppResult<Vec<Answered>> {
    Ok(sqlx::query_as!(
        Answered,
        "select person_id, answer, last_day, snapshot_on, answered_on, actor from missing_answer order by person_id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The same of some persons.
pub(in super::super) async fn list_answers_of(
    tx: &mut TenantTx,
    persons: &[Uuid],
) -> AppResult<Vec<Answered>> {
    Ok(sqlx::query_as!(
        Answered,
        "select person_id, answer, last_day, snapshot_on, answered_on, actor from missing_answer
         where person_id = any($1) order by person_id",
        persons
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many of a list's rows have been withdrawn on their own.
pub(in super::super) async fn count_withdrawn(tx: &mut TenantTx, list: Uuid) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from leaver_row where list_id = $1 and withdrawn_on is not null"#,
        list
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The reasons and events of each sender's rows, for finding codes that nobody has told.
pub(in super::super) async fn list_said(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, String, String)>> {
    let rows = sqlx::query!(
        "select distinct l.sender_id, r.reason_text, r.event_text from leaver_row r join leaver_list l on l.id = r.list_id
         where r.reason_text <> '' or r.event_text <> ''"
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sender_id, row.reason_text, row.event_text)).collect())
}

/// The file that each row came in and its sheet, for the command line.
pub(in super::super) async fn list_files(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, String, String)>> {
    let rows = sqlx::query!(
        r#"select r.id, coalesce(f.name, '') as "file!", coalesce(i.sheet, '') as "sheet!"
           from leaver_row r join leaver_list l on l.id = r.list_id
           left join import_run i on i.id = l.run_id left join import_file f on f.id = i.file_id"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.file, row.sheet)).collect())
}
