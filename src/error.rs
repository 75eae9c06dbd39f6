//! What can go wrong, in the few kinds that a reader of a page can tell apart. One layer
//! ([`crate::web::errors`]) turns an [`AppError`] into a page; what is internal is logged with the request's id and
//! never shown.

use std::borrow::Cow;

/// The result of everything that may fail on the way to a page.
pub type AppResult<T> = Result<T, AppError>;

/// A failure, as far as the reader is concerned.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// No such page, or not the reader's: the two look the same.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in. The value is the path to return to.
    #[error("sign-in needed")]
    SignInNeeded(String),
    /// The reader may see the thing but not do this with it.
    #[error("forbidden: {0}")]
    Forbidden(Cow<'static, str>),
    /// The request cannot be taken as it is; the text says why and what to do, in Swedish.
    #[error("rejected: {0}")]
    Rejected(Cow<'static, str>),
    /// Somebody else changed the same thing first; the text says what, in Swedish.
    #[error("conflict: {0}")]
    Conflict(Cow<'static, str>),
    /// More than may be sent.
    #[error("too large: {0}")]
    TooLarge(Cow<'static, str>),
    /// Too many attempts; try again later.
    #[error("too many requests")]
    TooManyRequests,
    /// Something inside failed. Logged, never shown.
    #[error("internal: {context}")]
    Internal {
        /// What was being done.
        context: Cow<'static, str>,
        /// What failed.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

impl AppError {
    /// An internal failure with its context.
    pub fn internal(
        context: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Internal { context: context.into(), source: Some(source.into()) }
    }

    /// An internal failure that has no cause but its description: a broken assumption.
    pub fn broken(context: impl Into<Cow<'static, str>>) -> Self {
        Self::Internal { context: context.into(), source: None }
    }

    /// A refusal with a Swedish sentence.
    pub fn rejected(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Rejected(text.into())
    }

    /// The name of the constraint that the database refused, if that is what happened.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        let Self::Internal { source: Some(source), .. } = self else { return None };
        crate::db::constraint::name(source.downcast_ref::<sqlx::Error>()?)
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            other => Self::internal("database", other),
        }
    }
}

impl From<askama::Error> for AppError {
    fn from(error: askama::Error) -> Self {
        Self::internal("template", error)
    }
}

impl From<std::io::Error> for AppError {
    fn from(error: std::io::Error) -> Self {
        Self::internal("input/output", error)
    }
}

impl From<serde_json::Error> for AppError {
    fn from(error: serde_json::Error) -> Self {
        Self::internal("json", error)
    }
}
