//! What stops a command, as a sentence for the person at the terminal.

use std::borrow::Cow;
use std::process::ExitCode;

use super::Outcome;
use crate::crypto::KeyError;
use crate::db::RoleFault;
use crate::db::embedded::{DumpError, EmbeddedError};
use crate::db::server::ServerError;
use crate::error::AppError;
use crate::mail::MailError;
use crate::telemetry::BadFilter;

/// The result of a command, or of a part of one.
pub type CliResult<T = Outcome> = Result<T, CliError>;

/// What stops a command.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command was called in a way it cannot be: status 2.
    #[error("{0}")]
    Usage(Cow<'static, str>),
    /// The command cannot be carried out; the sentence says why and what to do: status 1.
    #[error("{0}")]
    Refused(Cow<'static, str>),
    /// No database.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The private database's supervisor failed.
    #[error(transparent)]
    Private(#[from] EmbeddedError),
    /// No backup.
    #[error(transparent)]
    Dump(#[from] DumpError),
    /// The server's role may do more than it must.
    #[error(transparent)]
    Role(#[from] RoleFault),
    /// No keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// No mail.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The log filter.
    #[error(transparent)]
    Log(#[from] BadFilter),
    /// The operating system refused something.
    #[error("Systemet svarade: {0}")]
    Io(#[from] std::io::Error),
    /// The same failure that a page would have shown.
    #[error("{}", app_error(.0))]
    App(AppError),
}

impl CliError {
    /// Wrong use, with a Swedish sentence.
    pub fn usage(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Usage(text.into())
    }

    /// A refusal, with a Swedish sentence.
    pub fn refused(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(text.into())
    }

    /// 2 for wrong use, else 1.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Usage(_)) { 2 } else { 1 })
    }
}

impl From<AppError> for CliError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<sqlx::Error> for CliError {
    fn from(error: sqlx::Error) -> Self {
        Self::App(error.into())
    }
}

/// Whoever runs a command runs the installation: what a page keeps to the log is told here.
fn app_error(error: &AppError) -> String {
    match error {
        AppError::NotFound => "Det du angav finns inte.".to_owned(),
        AppError::Forbidden(text)
        | AppError::Rejected(text)
        | AppError::Conflict(text)
        | AppError::TooLarge(text) => text.to_string(),
        AppError::Internal { context, source } => {
            let mut text = format!("Något gick fel i programmet ({context}).");
            let mut cause = source.as_deref().map(|source| source as &dyn std::error::Error);
            while let Some(error) = cause {
                text = format!("{text}\n  {error}");
                cause = error.source();
            }
            text
        }
        other => format!("Något gick fel i programmet ({other})."),
    }
}
