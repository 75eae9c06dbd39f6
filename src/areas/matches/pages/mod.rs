//! The area's pages: the worklist, a case, deciding one or several, questions to managers.

pub mod bulk;
pub mod decide;
pub mod evidence;
mod laid;
pub mod list;
mod parts;
pub mod questions;
pub mod show;
mod told;

use super::queries::FullCase;
use crate::web::sight::Sees;

/// The heading of a case: the holder as on the operator's list, as far as the reader may know it.
#[must_use]
pub fn title(case: &FullCase, sees: Sees) -> String {
    match sees.name(&case.holder, case.is_protected) {
        name if name.is_empty() => "Abonnemang utan namn".to_owned(),
        name => name,
    }
}
