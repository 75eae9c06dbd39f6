//! Where the tests of the rules find the shared test data.

use std::path::PathBuf;

/// The folder with shared test data: `OVERBLICK_SHARED`, or `../shared` beside the checkout.
///
/// `None` when it is missing, so that the suite runs for a newcomer; on a build server (`CI` set) a missing
/// folder is a failure, never a silent pass.
pub(crate) fn shared_dir() -> Option<PathBuf> {
    let dir = std::env::var_os("OVERBLICK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    if dir.join("data").is_dir() {
        return Some(dir);
    }
    assert!(std::env::var_os("CI").is_none(), "shared test data is missing: set OVERBLICK_SHARED");
    None
}

/// A shared file as text (UTF-8).
pub(crate) fn shared_text(path: &str) -> Option<String> {
    let file = shared_dir()?.join(path);
    Some(std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display())))
}

/// The rows of a shared CSV file in UTF-8 with commas and a header, as column → cell.
pub(crate) fn shared_csv(path: &str) -> Option<Vec<std::collections::HashMap<String, String>>> {
    let text = shared_text(path)?;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    Some(reader.deserialize().map(|row| row.unwrap_or_else(|e| panic!("{path}: {e}"))).collect())
}
