//! Where a command writes: data to standard output, words for people to standard error.

use std::io::{ErrorKind, Write};

use serde::Serialize;

use super::error::CliResult;

/// Says something to the person at the terminal: a whole Swedish sentence.
pub fn say(text: &str) {
    // Nobody to tell if standard error is closed.
    let _unheard = writeln!(std::io::stderr(), "{text}");
}

/// Writes one line of data.
pub fn line(text: &str) -> CliResult<()> {
    written(writeln!(std::io::stdout(), "{text}"))
}

/// Writes one object of data as a line of JSON.
pub fn json(value: &impl Serialize) -> CliResult<()> {
    let text = serde_json::to_string(value).map_err(std::io::Error::from)?;
    line(&text)
}

/// A reader that has had enough (`| head`) is no fault: the program ends as it would have, without a word.
fn written(result: std::io::Result<()>) -> CliResult<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
