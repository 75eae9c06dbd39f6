//! Accounts, which stand above the municipalities.

use sqlx::PgExecutor;
use uuid::Uuid;

use super::super::model::Email;
use crate::error::AppResult;

/// An account, as far as an invitation needs to know.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user.
    pub id: Uuid,
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether it may not be used.
    pub is_disabled: bool,
}

/// The account of an address.
pub async fn find_account(executor: impl PgExecutor<'_>, email: &str) -> AppResult<Option<Account>> {
    Ok(sqlx::query_as!(
        Account,
        r#"select id, password_hash is not null as "has_password!", disabled_at is not null as "is_disabled!"
           from sys.user_account where email = $1::text::citext"#,
        email
    )
    .fetch_optional(executor)
    .await?)
}

/// Creates an account. An address that has one is the constraint `user_account_email_key`.
pub async fn insert_account(
    executor: impl PgExecutor<'_>,
    email: &Email,
    name: &str,
    password_hash: Option<&str>,
) -> AppResult<Uuid> {
    let id = crate::ids::new_id();
    sqlx::query!(
        "insert into sys.user_account (id, email, name, password_hash) values ($1, $2::text::citext, $3, $4)",
        id,
        email.as_str(),
        name,
        password_hash
    )
    .execute(executor)
    .await?;
    Ok(id)
}

/// Gives a password to an account that has none.
pub async fn set_first_password(executor: impl PgExecutor<'_>, user_id: Uuid, hash: &str) -> AppResult<()> {
    sqlx::query!(
        "update sys.user_account set password_hash = $2 where id = $1 and password_hash is null",
        user_id,
        hash
    )
    .execute(executor)
    .await?;
    Ok(())
}
