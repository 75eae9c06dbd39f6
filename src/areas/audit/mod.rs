//! Audit (C37): who changed which field from what to what, when; who read personal data; who took data out.
//!
//! An object's page shows its history with three lines:
//! ```ignore
//! let history = audit::history_of(&mut tx, &Viewer::of(&ctx), &[("contract", id)], before).await?;
//! // in the template: {% import "components/history.html" as history %} … {{ history::list(history, page.today, "?tab=history") }}
//! ```
//! What is a part of the object (options, roles, links) comes with it, what was removed included; [`labels`] says what that
//! is, and what tables and columns are called.

mod jobs;
pub mod labels;
mod log;
mod model;
mod names;
mod pages;
mod queries;
mod render;
pub mod undo;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use jobs::jobs;
pub use model::{Change, Cursor, Event, History, Op, PROTECTED, Part, SetLink, Viewer, What};

use crate::{auth::permissions::Permission, db::tenant::TenantTx, error::AppResult, web::routes::Routes};

/// How many changes of rows an object's page shows at a time.
const PER_PAGE: usize = 50;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    use Permission as P;
    Routes::new()
        .get("/audit", P::AuditRead, pages::log::list)
        .get("/audit/export", P::AuditRead, pages::log::export)
        .get("/audit/access", P::AuditRead, pages::access::list)
        .get("/audit/access/export", P::AuditRead, pages::access::export)
        // Whoever may take a change set back sees it too: the handler asks for that or for the right to read the history.
        .get("/audit/change-sets/{id}", P::Member, pages::change_set::show)
        .get("/audit/change-sets/{id}/undo", P::Member, pages::change_set::confirm)
        .post("/audit/change-sets/{id}/undo", P::Member, pages::change_set::undo)
}

/// What was done with data besides changing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessKind {
    /// Personal data was shown.
    ReadPersonal,
    /// Something hidden was shown on request: a protected person, a PUK, a secret field.
    Reveal,
    /// A list or report was taken out as a file.
    Export,
    /// A stored file was fetched.
    Download,
    /// Shown for printing.
    Print,
}

impl AccessKind {
    /// Every kind with its code and what it is called.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::ReadPersonal, "Läste personuppgifter"),
        (Self::Reveal, "Visade dold uppgift"),
        (Self::Export, "Tog ut fil"),
        (Self::Download, "Hämtade fil"),
        (Self::Print, "Skrev ut"),
    ];

    /// The code in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ReadPersonal => "read_personal",
            Self::Reveal => "reveal",
            Self::Export => "export",
            Self::Download => "download",
            Self::Print => "print",
        }
    }
}

/// Logs a read or an export. `detail` holds counts and filters, never the data itself.
pub async fn log_access(
    tx: &mut TenantTx,
    kind: AccessKind,
    object: (&str, Option<Uuid>),
    detail: serde_json::Value,
) -> AppResult<()> {
    queries::insert_access(tx, kind, object, detail).await
}

/// What happened to objects (`(table, id)`) and to what is or was a part of them, newest first. `before` is the `next` of
/// the page before, as it came back in the address; empty or odd = the newest.
pub async fn history_of(
    tx: &mut TenantTx,
    viewer: &Viewer,
    objects: &[(&str, Uuid)],
    before: &str,
) -> AppResult<History> {
    let ids = queries::list_object_ids(tx, objects).await?;
    let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let rows = queries::list_rows_of(tx, &ids, Cursor::parse(before), limit).await?;
    render::history(tx, viewer, rows, PER_PAGE).await
}

/// A fault in the hash chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainFault {
    /// The seal that does not hold, if it is one.
    pub seal_no: Option<i64>,
    /// The row that does not hold, if it is one.
    pub history_id: Option<i64>,
    /// What is wrong: `seal_missing`, `chain_broken`, `row_count`, `seal_hash` or `content`.
    pub problem: String,
}

/// Checks the municipality's hash chain and notes that it was checked. At most a hundred faults; none = it holds.
pub async fn verify_chain(tx: &mut TenantTx, now: DateTime<Utc>) -> AppResult<Vec<ChainFault>> {
    let extent = queries::find_extent(tx).await?;
    let faults: Vec<ChainFault> = queries::verify(tx)
        .await?
        .into_iter()
        .map(|(seal_no, history_id, problem)| ChainFault { seal_no, history_id, problem })
        .collect();
    let noted: Vec<_> = faults
        .iter()
        .map(
            |f| serde_json::json!({ "seal_no": f.seal_no, "history_id": f.history_id, "problem": f.problem }),
        )
        .collect();
    queries::insert_verification(tx, now, extent, serde_json::Value::Array(noted)).await?;
    Ok(faults)
}
