//! Carrying a rule out on what it reaches. What the history still holds of it is emptied afterwards ([`Emptied`]).

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::model::What;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// What is to be emptied in the history: of which table and which rows, the whole or one field.
#[derive(Clone, Debug)]
pub struct Emptied {
    /// The table.
    pub table: &'static str,
    /// The rows.
    pub ids: Vec<Uuid>,
    /// The field with what stands for its earlier values; none = everything.
    pub field: Option<(&'static str, Value)>,
}

fn all_of(table: &'static str, ids: Vec<Uuid>) -> Emptied {
    Emptied { table, ids, field: None }
}

/// Carries a rule out.
pub async fn remove(tx: &mut TenantTx, what: What, ids: &[Uuid]) -> AppResult<Vec<Emptied>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    match what {
        What::LeaverFile | What::StaffFile => files(tx, ids).await,
        What::LeaverRow => {
            sqlx::query!("delete from leaver_row where id = any($1)", ids).execute(&mut **tx).await?;
            Ok(vec![all_of("leaver_row", ids.to_vec())])
        }
        What::CaseNames => case_names(tx, ids).await,
        What::Case => cases(tx, ids).await,
        What::StaffPerson => persons(tx, ids).await,
        What::Holder => holders(tx, ids).await,
        What::EarlierNames => {
            sqlx::query!(
                "update person set earlier_names = '{}', version = version + 1 where id = any($1)",
                ids
            )
            .execute(&mut **tx)
            .await?;
            let field = Some(("earlier_names", json!([])));
            Ok(vec![Emptied { table: "person", ids: ids.to_vec(), field }])
        }
        What::Flags => flags(tx, ids).await,
        What::Reads => Ok(Vec::new()),
    }
}

/// The bytes, and what the receipts tell of each row. Files keep no history.
async fn files(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Emptied>> {
    sqlx::query!("update import_file set content = null where id = any($1)", ids).execute(&mut **tx).await?;
    sqlx::query!(
        "update import_row set label = '', faults = '[]', warnings = '[]'
         where run_id in (select id from import_run where file_id = any($1))",
        ids
    )
    .execute(&mut **tx)
    .await?;
    Ok(Vec::new())
}

/// Who a case was about; what it came to stays. Two steps, so that the history keeps the latter ([`mark`]).
async fn case_names(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Emptied>> {
    sqlx::query!(
        "update match_case set subject_key = 'x:' || id, subject_keys = '{}', person_id = null, leaver_row_id = null, evidence = '{}',
                reopened_reason = '', version = version + 1
         where id = any($1)",
        ids
    )
    .execute(&mut **tx)
    .await?;
    let decisions = sqlx::query_scalar!(
        "update match_decision set reason = '', subject_key = 'x:' || case_id, subject_keys = '{}', person_id = null, leaver_row_id = null,
                evidence = '{}', new_person_id = null, new_holder = '', confirmed_by_manager = '', contact_person_id = null,
                contact_text = '', agreement_ref = '', revoke_reason = ''
         where case_id = any($1) returning id",
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let questions = sqlx::query_scalar!(
        "update manager_question set message = '', answer_text = '', answer_holder = '' where case_id = any($1) returning id",
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(vec![
        all_of("match_case", ids.to_vec()),
        all_of("match_decision", decisions),
        all_of("manager_question", questions),
    ])
}

/// Notes on the cases and their decisions that names are gone: the history has then what they came to.
pub async fn mark(tx: &mut TenantTx, what: What, ids: &[Uuid], today: NaiveDate) -> AppResult<()> {
    if what != What::CaseNames || ids.is_empty() {
        return Ok(());
    }
    let evidence = json!({ "purged_on": today });
    sqlx::query!("update match_case set evidence = $2 where id = any($1)", ids, evidence)
        .execute(&mut **tx)
        .await?;
    sqlx::query!("update match_decision set evidence = $2 where case_id = any($1)", ids, evidence)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn cases(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Emptied>> {
    let questions =
        sqlx::query_scalar!("delete from manager_question where case_id = any($1) returning id", ids)
            .fetch_all(&mut **tx)
            .await?;
    let decisions =
        sqlx::query_scalar!("delete from match_decision where case_id = any($1) returning id", ids)
            .fetch_all(&mut **tx)
            .await?;
    sqlx::query!("delete from match_case where id = any($1)", ids).execute(&mut **tx).await?;
    Ok(vec![
        all_of("manager_question", questions),
        all_of("match_decision", decisions),
        all_of("match_case", ids.to_vec()),
    ])
}

async fn persons(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Emptied>> {
    // Of flags that are closed: an open one keeps the person.
    let recipients =
        sqlx::query_scalar!("delete from flag_recipient where person_id = any($1) returning id", ids)
            .fetch_all(&mut **tx)
            .await?;
    let employments =
        sqlx::query_scalar!("delete from employment where person_id = any($1) returning id", ids)
            .fetch_all(&mut **tx)
            .await?;
    let answers =
        sqlx::query_scalar!("delete from missing_answer where person_id = any($1) returning id", ids)
            .fetch_all(&mut **tx)
            .await?;
    sqlx::query!("delete from person where id = any($1)", ids).execute(&mut **tx).await?;
    Ok(vec![
        all_of("flag_recipient", recipients),
        all_of("missing_answer", answers),
        all_of("employment", employments),
        all_of("person", ids.to_vec()),
    ])
}

/// The rows of former holders, and the same texts in the history of the subscriptions themselves.
async fn holders(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Emptied>> {
    let subscriptions = sqlx::query_scalar!(
        "delete from subscription_holder where id = any($1) returning subscription_id",
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut subscriptions = subscriptions;
    subscriptions.sort_unstable();
    subscriptions.dedup();
    // While a later holder is still within its period, the history of the subscription holds that name too: it waits.
    let quiet = sqlx::query_scalar!(
        "select s.id from unnest($1::uuid[]) s(id)
         where not exists (select 1 from subscription_holder h where h.subscription_id = s.id and h.seen_to is not null)",
        &subscriptions
    )
    .fetch_all(&mut **tx)
    .await?;
    let quiet: Vec<Uuid> = quiet.into_iter().flatten().collect();
    let of_field = |field: &'static str| Emptied {
        table: "subscription",
        ids: quiet.clone(),
        field: Some((field, json!(""))),
    };
    Ok(vec![all_of("subscription_holder", ids.to_vec()), of_field("holder"), of_field("reference")])
}

async fn flags(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Emptied>> {
    let recipients =
        sqlx::query_scalar!("delete from flag_recipient where flag_id = any($1) returning id", ids)
            .fetch_all(&mut **tx)
            .await?;
    sqlx::query!("delete from watch_flag where id = any($1)", ids).execute(&mut **tx).await?;
    Ok(vec![all_of("flag_recipient", recipients), all_of("watch_flag", ids.to_vec())])
}
