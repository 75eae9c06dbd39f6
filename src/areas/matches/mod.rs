//! Who has left but still holds a subscription (C20; rules 2): the matching of the register, its cases, the decisions and their
//! proof. It proposes and a human decides; nothing is ended here.
//!
//! ```text
//! register ── load ──▶ rules::leaver_matching ──▶ refresh ──▶ leaver_verdict, subscription_proposal   (what is worked out)
//!                                                    └──────▶ match_case                              (what waits for a person)
//! ```
//! [`refresh::run`] is called after everything that changes its ground: a list taken in or taken back, a decision, and each
//! night. What is worked out has no history; a case and what people do with it has.
//!
//! [`decide`] is the one way to decide (page, bulk page, command line); [`questions`] asks managers, whose answer is a suggestion.

mod cases;
mod command;
mod decide;
mod findings;
mod forms;
mod frozen;
mod jobs;
mod list;
mod load;
mod model;
mod orders;
mod pages;
mod proof;
mod queries;
mod questions;
pub mod refresh;
mod rows;

pub use command::{DecideCommand, Decided, decide_number};
pub use findings::findings;
pub use jobs::jobs;
pub use list::LIST;
pub use load::{Ground, load};
pub use model::{CaseState, Dossier, KnownEvidence, Outcome, Suspect, identity_keys};
pub use orders::count_waiting as count_waiting_for_order;
pub use proof::findings as proof_findings;
pub use questions::{Reminded, remind};
pub use rows::{MatchedRow, list_rows};

use crate::auth::permissions::Permission as P;
use crate::auth::principal::Principal;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::web::routes::Routes;

/// How many of the user's questions wait for an answer; nothing for whoever has never been asked any.
pub async fn count_questions(tx: &mut TenantTx, principal: &Principal) -> AppResult<Option<i64>> {
    let scope = principal.scope(P::MatchAnswer);
    if scope.is_none() && principal.person_id.is_none() {
        return Ok(None);
    }
    let (all, waiting) = queries::count_asked(tx, principal.person_id, &scope.unwrap_or_default()).await?;
    Ok((all > 0).then_some(waiting))
}

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/matches", P::MatchRead, pages::list::list)
        .get("/matches/keys", P::MatchRead, pages::list::keys)
        .post("/matches/bulk", P::MatchDecide, pages::bulk::bulk)
        .get("/matches/{id}", P::MatchRead, pages::show::show)
        .get("/matches/{id}/decide", P::MatchDecide, pages::decide::new)
        .post("/matches/{id}/decide", P::MatchDecide, pages::decide::create)
        .post("/matches/{id}/revoke", P::MatchDecide, pages::decide::revoke)
        .post("/matches/{id}/ask", P::MatchDecide, pages::decide::ask)
        .get("/questions", P::Member, pages::questions::list)
        .get("/questions/{id}", P::Member, pages::questions::show)
        .post("/questions/{id}/answer", P::Member, pages::questions::answer)
        .merge(order_routes())
}

fn order_routes() -> Routes {
    use orders::pages;
    Routes::new()
        .get("/matches/orders", P::MatchRead, pages::list)
        .post("/matches/orders", P::MatchDecide, pages::create)
        .get("/matches/orders/{id}", P::MatchRead, pages::show)
        .get("/matches/orders/{id}/file/{kind}", P::MatchDecide, pages::download)
        .get("/matches/orders/{id}/letter", P::MatchDecide, pages::letter)
        .post("/matches/orders/{id}/sent", P::MatchDecide, pages::mark_sent)
        .post("/matches/orders/{id}/unsent", P::MatchDecide, pages::mark_unsent)
        .post("/matches/orders/{id}/remove", P::MatchDecide, pages::remove)
        .get("/matches/orders/{id}/delete", P::MatchDecide, pages::confirm_delete)
        .post("/matches/orders/{id}/delete", P::MatchDecide, pages::delete)
}
