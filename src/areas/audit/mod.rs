//! Audit (C37): who changed which field from what to what, when; who read personal data; who took data out.

mod queries;

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult, web::routes::Routes};

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
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
