//! Logging: one subscriber for the whole program, in text or JSON, to standard error.
//!
//! Standard output belongs to data. A log line carries ids (request, tenant, user), never a name, a number or a secret.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::{Config, LogFormat};

/// The filter text could not be understood.
#[derive(Debug, thiserror::Error)]
#[error("Loggfiltret ”{0}” går inte att tolka. Ange till exempel info eller info,overblick=debug.")]
pub struct BadFilter(String);

/// What is logged by the server unless the configuration says otherwise.
pub const SERVER: &str = "warn,overblick=info";

/// What is logged by every other command: the person at the terminal gets sentences instead.
pub const COMMAND: &str = "warn";

/// Installs the subscriber; `filter` is for when the configuration says nothing. Later calls in the same process change nothing, so that tests may call it freely.
pub fn init(config: &Config, filter: &str) -> Result<(), BadFilter> {
    let filter = config.log.as_deref().unwrap_or(filter);
    let filter = EnvFilter::try_new(filter).map_err(|_| BadFilter(filter.to_owned()))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_span_events(FmtSpan::NONE);
    // An error here means only that a subscriber is there already.
    let _already_there = match config.log_format {
        LogFormat::Text => subscriber.with_target(false).compact().try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).with_current_span(true).try_init(),
    };
    Ok(())
}
