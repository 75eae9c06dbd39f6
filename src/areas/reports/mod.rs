//! Reports (`docs/reports.md`): figures that lead to their rows, on paper, on the screen and as files.
//!
//! ```text
//! queries ── rows ──▶ r06 … r09 (pure) ──▶ model::Report ──▶ page, print, CSV, XLSX
//! ```
//! A report is built once, as figures and tables, and shown the same everywhere. Its rules are in `rules::savings`,
//! `rules::leaver_months` and `rules::leaver_matching`.

mod became;
mod export;
mod links;
mod model;
mod pages;
mod queries;
mod r06;
mod r07;
mod r08;
mod r09;
mod runs;
mod wish;

pub use model::REPORTS;

use crate::auth::permissions::Permission as P;
use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/reports", P::ReportRead, pages::list)
        .get("/reports/r06", P::ReportRead, pages::r06)
        .get("/reports/r06/file/{kind}", P::ReportRead, pages::r06_file)
        .get("/reports/r07", P::ReportRead, pages::r07)
        .get("/reports/r07/file/{kind}", P::ReportRead, pages::r07_file)
        .get("/reports/r08", P::ReportRead, pages::r08)
        .get("/reports/r08/file/{kind}", P::ReportRead, pages::r08_file)
        .get("/reports/r09", P::ReportRead, pages::r09)
        .get("/reports/r09/file/{kind}", P::ReportRead, pages::r09_file)
}
