//! Names of persons as they stand in lists: normalised, cut into tokens, compared
//! (`docs/rules.md` 2.2 and 2.6; a name alone never decides anything, rule 2.1.3).
//!
//! Order is never guessed from a list of first names: a name without a comma is a set of tokens, and two such
//! sets are equal whatever the order. Where a comma or two columns tell given name from surname, that is kept
//! and respected.

mod cells;
mod compare;
mod fold;
mod parse;

pub use cells::{CellState, PersonCell, PersonRef, split_persons};
pub use compare::{KeyLevel, NameMatch, compare, compare_tokens, says_more};
pub use fold::{lower, one_edit_apart, to_k1, to_k2, variant_key};
pub use parse::{NameKeys, PersonName, Role, Token, TokenKind};
