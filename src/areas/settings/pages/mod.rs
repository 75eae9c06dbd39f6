//! The area's pages.

pub mod jobs;
pub mod names;
pub mod values;

use crate::web::{ctx::Ctx, page_parts::Tab};

/// The tabs of the settings, with this one marked.
fn tabs(ctx: &Ctx, current: &str) -> Vec<Tab> {
    [
        ("settings", "Värden"),
        ("settings/names", "Namn på faser och roller"),
        ("settings/jobs", "Bakgrundsjobb"),
    ]
    .into_iter()
    .map(|(path, label)| Tab::new(label, ctx.path(path)).current(path == current))
    .collect()
}
