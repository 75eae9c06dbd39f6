//! The files of the fictional municipalities, which lie beside the project and not in it.

use std::path::{Path, PathBuf};

/// A file or folder of the shared data (`data/kommun-small`, …): under `OVERBLICK_SHARED`, or in `../shared` beside the
/// checkout. Where it is missing the test cannot be carried out: it fails where it must be (`CI` is set), else it says so
/// and gives `None`.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("OVERBLICK_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing: put the shared data beside the checkout, or point OVERBLICK_SHARED at it",
        found.display()
    );
    eprintln!(
        "skipped: {} is missing (OVERBLICK_SHARED points elsewhere, ../shared is not there)",
        found.display()
    );
    None
}
