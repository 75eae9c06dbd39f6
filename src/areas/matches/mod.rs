//! Who has left but still holds a subscription (C20; rules 2): the matching of the register, its cases, the decisions and their
//! proof. It proposes and a human decides; nothing is ended here.
//!
//! ```text
//! register ── load ──▶ rules::leaver_matching ──▶ refresh ──▶ leaver_verdict, subscription_proposal   (what is worked out)
//!                                                    └──────▶ match_case                              (what waits for a person)
//! ```
//! [`refresh::run`] is called after everything that changes its ground: a list taken in or taken back, a decision, and each
//! night. What is worked out has no history; a case and what people do with it has.

mod cases;
mod jobs;
mod load;
mod model;
mod queries;
pub mod refresh;
mod rows;

pub use jobs::jobs;
pub use load::{Ground, load};
pub use model::{CaseState, Dossier, KnownEvidence, Outcome, Suspect, identity_keys};
pub use rows::list_rows;

use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
}
