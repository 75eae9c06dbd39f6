//! Who is reminded.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// Members who upload leaver lists, of the whole municipality or of a part.
pub(in super::super) async fn list_hr_users(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct user_id from role_grant where role = 'hr_admin' and valid_from <= $1 and (valid_to is null or valid_to >= $1)",
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A subscription of somebody on a list that nobody has settled.
#[derive(Clone, Debug)]
pub(in super::super) struct Unsolved {
    pub sender_id: Uuid,
    pub period: NaiveDate,
    /// The unit that pays.
    pub owner_unit_id: Option<Uuid>,
    /// Somebody protected is concerned, or nobody knows yet.
    pub is_protected: bool,
}

/// The cases in the worklist that rest on rows of lists: of each a sender and a month.
pub(in super::super) async fn list_unsolved(
    tx: &mut TenantTx,
    lists: &[(Uuid, NaiveDate)],
) -> AppResult<Vec<Unsolved>> {
    let (senders, months): (Vec<Uuid>, Vec<NaiveDate>) = lists.iter().copied().unzip();
    Ok(sqlx::query_as!(
        Unsolved,
        r#"select l.sender_id, l.period, c.owner_unit_id,
                  (c.is_protected or coalesce(p.is_protected, true)) as "is_protected!"
           from match_case c
           join leaver_row r on r.id = c.leaver_row_id
           join leaver_list l on l.id = r.list_id
           join unnest($1::uuid[], $2::date[]) w(sender, month) on w.sender = l.sender_id and w.month = l.period
           left join subscription_proposal p on p.id = c.subscription_id
           where c.state in ('open', 'waiting', 'not_gone') and c.class in ('A', 'B', 'C')
           order by c.id"#,
        &senders,
        &months
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Members of IT-enheten, and those who are these persons.
pub(in super::super) async fn list_it_and(
    tx: &mut TenantTx,
    persons: &[Uuid],
    today: NaiveDate,
) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select user_id as "user_id!" from role_grant
           where role = 'it_unit' and valid_from <= $2 and (valid_to is null or valid_to >= $2)
           union
           select user_id from member_profile where person_id = any($1)"#,
        persons,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}
