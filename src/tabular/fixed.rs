//! Text whose columns stand below a ruler of dashes, as printed reports and the tools of databases write it:
//!
//! ```text
//! ANST.NR  NAMN                 SLUTDATUM
//! -------  -------------------  ----------
//! 104223   Åkerlund, Anna       2026-10-31
//! ```

use super::delimited::too_many_rows;
use super::encoding;
use super::grid::{Cell, Record, Sheet, trim};
use super::refusal::{Limits, Refusal};

/// Lines that are searched for a ruler.
const SEARCHED: usize = 60;

/// More columns than a line of print has room for.
const COLUMNS: usize = 200;

/// Where the columns begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ruler {
    /// The first character of each column, counted from 0.
    starts: Vec<usize>,
}

impl Ruler {
    /// The ruler of a text, if it has one: a line of dashes in at least two runs, below a line that has a name over each.
    pub(super) fn find(text: &str) -> Option<Self> {
        let mut above = "";
        for line in text.lines().take(SEARCHED) {
            if let Some(starts) = starts(line) {
                let ruler = Self { starts };
                let names = ruler.cut(above);
                if names.len() == ruler.starts.len() && names.iter().all(|name| !name.is_blank()) {
                    return Some(ruler);
                }
            }
            above = line;
        }
        None
    }

    /// Reads the whole text as one sheet.
    ///
    /// # Errors
    /// When it has more rows than the limits allow.
    pub(super) fn read(&self, text: &str, limits: &Limits) -> Result<Sheet, Refusal> {
        let mut sheet = Sheet::default();
        for (line, number) in text.lines().zip(1_u32..) {
            sheet.last_record = number;
            // On each page of a printed report.
            if starts(line).is_some_and(|starts| starts == self.starts) {
                continue;
            }
            let (line, cut) = match line.char_indices().nth(limits.cell_chars) {
                Some((end, _)) => (line.get(..end).unwrap_or_default(), true),
                None => (line, false),
            };
            let (line, repaired) = encoding::repaired(line);
            let cells = self.cut(&line);
            let width = self.starts.len();
            let record = Record { number, cells, width, repaired, cut, ..Record::default() };
            if record.filled() > 0 {
                sheet.records.push(record);
            }
            if sheet.records.len() > limits.rows {
                return Err(too_many_rows(limits));
            }
        }
        Ok(sheet)
    }

    /// The cells of a line, empty ones at its end left out. A text that goes on over the border of a column is one cell: a title.
    fn cut(&self, line: &str) -> Vec<Cell> {
        let chars: Vec<char> = line.chars().collect();
        let is_text = |at: usize| chars.get(at).is_some_and(|c| !c.is_whitespace());
        let goes_on = self.starts.iter().filter_map(|start| start.checked_sub(1)).any(is_text);
        if goes_on {
            return vec![Cell::Text(trim(line).to_owned())];
        }
        let ends = self.starts.iter().skip(1).copied().chain([usize::MAX]);
        let mut cells: Vec<Cell> = self
            .starts
            .iter()
            .zip(ends)
            .map(|(start, end)| {
                let text: String =
                    chars.get(*start..end.min(chars.len())).unwrap_or_default().iter().collect();
                match trim(&text) {
                    "" => Cell::Empty,
                    text => Cell::Text(text.to_owned()),
                }
            })
            .collect();
        while cells.last().is_some_and(Cell::is_blank) {
            cells.pop();
        }
        cells
    }
}

/// Where the runs of a line of dashes begin; `None` for any other line.
fn starts(line: &str) -> Option<Vec<usize>> {
    let runs = line.split(' ').filter(|run| !run.is_empty());
    let is_ruler = (2..=COLUMNS).contains(&runs.clone().count())
        && runs.clone().all(|run| run.len() >= 2 && run.bytes().all(|byte| matches!(byte, b'-' | b'=')));
    let mut before = b' ';
    is_ruler.then(|| {
        line.bytes()
            .enumerate()
            .filter(|(_, byte)| {
                let begins = *byte != b' ' && before == b' ';
                before = *byte;
                begins
            })
            .map(|(at, _)| at)
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "AVSLUTADE ANSTÄLLNINGAR        2026-10\r\n\r\n\
                          ANST.NR  NAMN                 SLUTDATUM   ENHET\r\n\
                          -------  -------------------  ----------  -----\r\n\
                          104223   Åkerlund, Anna       2026-10-31  Simhallen i Väster\r\n\
                          -------  -------------------  ----------  -----\r\n\
                          104224   Ö, Per               2026-10-15\r\n";

    #[test]
    fn a_report_with_a_ruler_is_cut_below_it() {
        let ruler = Ruler::find(REPORT).unwrap();
        assert_eq!(ruler, Ruler { starts: vec![0, 9, 30, 42] });
        let sheet = ruler.read(REPORT, &Limits::default()).unwrap();
        let rows: Vec<(u32, Vec<String>)> = sheet
            .records
            .iter()
            .map(|record| (record.number, record.texts().map(|(_, text)| text.into_owned()).collect()))
            .collect();
        let row = |number: u32, cells: &[&str]| {
            (number, cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<String>>())
        };
        assert_eq!(
            rows,
            [
                row(1, &["AVSLUTADE ANSTÄLLNINGAR        2026-10"]),
                row(3, &["ANST.NR", "NAMN", "SLUTDATUM", "ENHET"]),
                row(5, &["104223", "Åkerlund, Anna", "2026-10-31", "Simhallen i Väster"]),
                row(7, &["104224", "Ö, Per", "2026-10-15"]),
            ]
        );
        assert_eq!(sheet.last_record, 7);
    }

    #[test]
    fn a_text_without_a_ruler_under_names_has_none() {
        for text in [
            "Kod;Namn\n1;Å\n",
            "Rubrik\n------\n1;2\n",
            "Namn  Pris\n- - - -\n",
            "\n-----  -----\nA      B\n",
            "|a|b|\n|--|--|\n",
            "-----  -----\n",
        ] {
            assert_eq!(Ruler::find(text), None, "{text}");
        }
    }
}
