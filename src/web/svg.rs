//! Pictures made on the server as inline SVG. Shape and text carry the meaning, colour only supports it.
//!
//! The marks here are decoration beside a text and hidden from screen readers; a chart has its own text alternative and a link
//! to the same data as a table. Widths that come from data are SVG attributes, never `style`: the CSP forbids inline style.

use askama::filters::Safe;

macro_rules! bars {
    ($a:literal $b:literal $c:literal $d:literal) => {
        concat!(
            r#"<svg viewBox="0 0 16 12" aria-hidden="true"><rect class=""#,
            $a,
            r#"" x="0" y="9" width="3" height="3" rx="1"/><rect class=""#,
            $b,
            r#"" x="4.3" y="6" width="3" height="6" rx="1"/><rect class=""#,
            $c,
            r#"" x="8.6" y="3" width="3" height="9" rx="1"/><rect class=""#,
            $d,
            r#"" x="12.9" y="0" width="3" height="12" rx="1"/></svg>"#
        )
    };
}

/// The mark of a phase of the life cycle. `code` is the phase in the database (`anskaffning`, `inforande`, `anvandning`,
/// `avveckling`, `avvecklad`, `avbruten`); an unknown code gets the mark of the last.
pub fn phase_mark(code: impl AsRef<str>) -> Safe<&'static str> {
    Safe(match code.as_ref() {
        "anskaffning" => {
            r#"<svg class="fasikon f-anskaffning" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75" stroke-dasharray="2.4 1.9"/></svg>"#
        }
        "inforande" => {
            r#"<svg class="fasikon f-inforande" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75"/><path d="M6 3v6a3 3 0 0 0 0-6Z" stroke="none"/></svg>"#
        }
        "anvandning" => {
            r#"<svg class="fasikon f-anvandning" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="5.5"/></svg>"#
        }
        "avveckling" => {
            r#"<svg class="fasikon f-avveckling" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75"/><path d="M6 6V1.3A4.7 4.7 0 0 1 6 10.7Z" stroke="none"/></svg>"#
        }
        "avvecklad" => {
            r#"<svg class="fasikon f-avvecklad" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75"/><path d="M3.5 6h5" stroke="currentColor" stroke-width="1.75" fill="none"/></svg>"#
        }
        _ => {
            r#"<svg class="fasikon f-avbruten" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75"/><path d="m4.2 4.2 3.6 3.6M7.8 4.2 4.2 7.8" stroke="currentColor" stroke-width="1.5" fill="none"/></svg>"#
        }
    })
}

/// The bars of a criticality: `lag`, `medel`, `hog`, `kritisk`; anything else draws no bar filled.
pub fn criticality_mark(code: impl AsRef<str>) -> Safe<&'static str> {
    Safe(match code.as_ref() {
        "kritisk" => bars!("pa" "pa" "pa" "pa"),
        "hog" => bars!("pa" "pa" "pa" "av"),
        "medel" => bars!("pa" "pa" "av" "av"),
        "lag" => bars!("pa" "av" "av" "av"),
        _ => bars!("av" "av" "av" "av"),
    })
}
