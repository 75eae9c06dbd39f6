//! Which rows of the units' own system lists are the same system (`docs/data-formats.md` 5: lists built
//! separately spell one system differently, and a merge is proposed, never made).
//!
//! Two rows are proposed when their names agree in spite of case, lost å/ä/ö, spaces and hyphens, one slip or
//! a letter cut off, a version number, a hosting mark or the supplier's name behind the product's. A word that
//! tells instances apart ("(skola)", "test") is part of the name, so different instances are not proposed, and
//! neither are products that merely share a word. No row is compared with all others: rows meet only where
//! they share a key, so the work grows with the number of rows.

mod index;
mod judge;
mod parse;

pub use index::{groups, propose};
pub use judge::Reason;
pub use parse::SystemName;

/// A row of a unit's list, as far as it tells which system it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRow<'a> {
    /// The system's name as written.
    pub name: &'a str,
    /// The supplier as written.
    pub supplier: Option<&'a str>,
    /// What the system is for, in the unit's words.
    pub function_area: Option<&'a str>,
    /// The system owner as written.
    pub owner: Option<&'a str>,
    /// Which list the row stands in, counted by the caller.
    pub list: u32,
}

/// Two rows that seem to be the same system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Position of the first row in the input; always less than `b`.
    pub a: usize,
    /// Position of the second row in the input.
    pub b: usize,
    /// How sure, 60–100.
    pub score: u8,
    /// Why, for the one who decides: what agrees first, what differs last.
    pub reasons: Vec<Reason>,
}

#[cfg(test)]
mod tests;
