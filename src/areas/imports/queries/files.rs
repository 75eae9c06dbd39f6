//! The files that are kept, and those that have been taken in already.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::ids::new_id;

/// A file that is already in the register.
#[derive(Debug, Clone)]
pub struct TakenBefore {
    /// The run.
    pub run_id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Under which name.
    pub file_name: String,
}

/// The latest run that took in a file with the same content and sheet and has not been taken back.
pub async fn find_taken_before(
    tx: &mut TenantTx,
    sha256: &[u8],
    sheet: &str,
) -> AppResult<Option<TakenBefore>> {
    Ok(sqlx::query_as!(
        TakenBefore,
        r#"select r.id as run_id, r.taken_in_at as "at!", coalesce(r.taken_in_by, '') as "by!", f.name as file_name
           from import_run r join import_file f on f.tenant_id = r.tenant_id and f.id = r.file_id
           left join change_set c on c.tenant_id = r.tenant_id and c.id = r.change_set_id
           where f.sha256 = $1 and r.sheet = $2 and r.state = 'taken_in' and c.undone_at is null and r.rows_read > 0
           order by r.taken_in_at desc limit 1"#,
        sha256,
        sheet
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The runs of a kind, latest first, that wait with the same content and sheet.
pub async fn list_waiting(tx: &mut TenantTx, sha256: &[u8], sheet: &str, kind: &str) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar(
        "select r.id from import_run r join import_file f on f.tenant_id = r.tenant_id and f.id = r.file_id
         where f.sha256 = $1 and r.sheet = $2 and r.kind = $3 and r.state in ('mapping', 'checking', 'checked', 'taking_in')
         order by r.created_at desc, r.id desc",
    )
    .bind(sha256)
    .bind(sheet)
    .bind(kind)
    .fetch_all(&mut **tx)
    .await?)
}

/// A file with the same content that is kept already.
pub async fn find_file(tx: &mut TenantTx, sha256: &[u8], name: &str) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from import_file where sha256 = $1 and name = $2 and content is not null limit 1",
        sha256,
        name
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Keeps a file.
pub async fn insert_file(
    tx: &mut TenantTx,
    sha256: &[u8],
    name: &str,
    content: &[u8],
    now: DateTime<Utc>,
) -> AppResult<Uuid> {
    let id = new_id();
    let (tenant, actor) = (tx.tenant_id(), tx.actor().clone());
    sqlx::query!(
        "insert into import_file (tenant_id, id, sha256, name, size, content, received_at, user_id, actor)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        id,
        sha256,
        name,
        i32::try_from(content.len()).unwrap_or(i32::MAX),
        content,
        now,
        actor.user_id,
        actor.name
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// A file's name and content.
pub async fn find_content(tx: &mut TenantTx, file_id: Uuid) -> AppResult<Option<(String, Vec<u8>)>> {
    Ok(sqlx::query!(
        r#"select name, content as "content!" from import_file where id = $1 and content is not null"#,
        file_id
    )
    .fetch_optional(&mut **tx)
    .await?
    .map(|row| (row.name, row.content)))
}
