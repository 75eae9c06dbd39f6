//! Identifiers: version 7 UUIDs, ordered in time so that indexes stay dense.

use uuid::Uuid;

/// A new identifier.
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}
