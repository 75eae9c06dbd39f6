//! Employee numbers: a spreadsheet drops leading zeros; the usual length in the file tells where.

use std::collections::HashMap;

use super::StaffRow;
use crate::areas::imports::Incoming;
use crate::rules::digits::without_decimals;

/// How long the numbers of a list are.
#[derive(Clone, Debug, Default)]
pub struct Lengths(HashMap<usize, usize>);

impl Lengths {
    /// Counts a number; one with letters has no say.
    pub fn note(&mut self, number: &str) {
        let number = without_decimals(number);
        if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
            *self.0.entry(number.len()).or_default() += 1;
        }
    }

    /// The length that most of the numbers have, if most have one.
    #[must_use]
    pub fn usual(&self) -> Option<usize> {
        let all: usize = self.0.values().sum();
        self.0.iter().max_by_key(|(len, n)| (**n, **len)).filter(|(_, n)| **n * 2 > all).map(|(len, _)| *len)
    }

    /// The number with the zeros that were dropped, and without the decimals that were added. At most three are put back: a much shorter number is another sort of
    /// number.
    #[must_use]
    pub fn restored(&self, number: &str) -> String {
        let number = without_decimals(number);
        match self.usual() {
            Some(usual)
                if number.len() < usual
                    && usual - number.len() <= 3
                    && !number.is_empty()
                    && number.bytes().all(|b| b.is_ascii_digit()) =>
            {
                format!("{number:0>usual$}")
            }
            _ => number.to_owned(),
        }
    }
}

/// Puts dropped zeros back in a whole file.
pub(super) fn restore_zeros(rows: &mut [Incoming<StaffRow>]) {
    let mut lengths = Lengths::default();
    for incoming in rows.iter() {
        lengths.note(&incoming.row.employee_no);
    }
    for incoming in rows.iter_mut() {
        let row = &mut incoming.row;
        row.employee_no = lengths.restored(&row.employee_no);
        row.manager_no = row.manager_no.as_deref().map(|n| lengths.restored(n));
    }
}

/// What two ways of writing one number have in common.
pub(super) fn bare(number: &str) -> &str {
    number.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(numbers: &[&str]) -> Lengths {
        let mut lengths = Lengths::default();
        for n in numbers {
            lengths.note(n);
        }
        lengths
    }

    #[test]
    fn dropped_zeros_come_back_by_the_usual_length() {
        let lengths = lengths(&["013796", "034110", "1504", "200200", "P90017"]);
        assert_eq!(lengths.restored("1504"), "001504");
        assert_eq!(lengths.restored("200200"), "200200");
        assert_eq!(lengths.restored("200200.0"), "200200");
        assert_eq!(lengths.restored("34110.0"), "034110");
        assert_eq!(lengths.restored("P90017"), "P90017");
        assert_eq!(lengths.restored("7"), "7");
        assert_eq!(lengths.restored("1234567"), "1234567");
    }

    #[test]
    fn without_a_usual_length_nothing_is_changed() {
        let lengths = lengths(&["1", "22", "333", "4444"]);
        assert_eq!(lengths.restored("22"), "22");
        assert_eq!(Lengths::default().restored("22"), "22");
    }
}
