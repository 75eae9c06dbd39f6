//! Contract terms written as free text, read into structured terms (`docs/rules.md` 1.2, `docs/data-formats.md` 6).
//!
//! Municipal contract lists are written by hand: "tre (3) månader före utgången", "senast 30/9", "2+1+1", "ja, 12 mån i
//! taget". Every function here takes the raw text and gives what it most likely means together with what is unsure
//! about it; the raw text is always kept beside, and a person is asked when [`Reading::is_sure`] is false. No function
//! panics on any text, and none ever guesses silently.
//!
//! | Text | Function |
//! |---|---|
//! | term of notice | [`notice`] |
//! | silent renewal | [`renewal`] |
//! | options | [`options`], then [`resolve_options`] with the dates |
//! | the end | [`stated_end`] |
//! | kind of contract, form of procurement | [`kind`], [`procurement_form`] |
//! | a notice that has been given | [`notice_received`] |
//! | a framework's ceiling in a remark | [`framework_note`] |

mod doubt;
mod ends;
mod kinds;
mod notes;
mod notice;
mod options;
mod quantity;
mod renewal;
mod tokens;

#[cfg(test)]
mod tests;

pub use doubt::{Doubt, Reading};
pub use ends::{EndReading, stated_end};
pub use kinds::{kind, procurement_form};
pub use notes::{FrameworkNote, framework_note, notice_received};
pub use notice::{NoticeHint, notice};
pub use options::{OptionReading, ResolvedOptions, options, resolve_options};
pub use quantity::Unit;
pub use renewal::{RenewalReading, renewal, renewal_in_notice, renewal_kind};
