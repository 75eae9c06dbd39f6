//! Delimited text: which character divides it, and its records.
//!
//! The division into records is our own: a record's number must be the one the sender sees (blank lines count), lone
//! carriage returns end records, and a stray quotation mark must not swallow the rest of the file.

use super::encoding;
use super::fixed::Ruler;
use super::grid::{Cell, Record, Sheet, TextFacts};
use super::refusal::{Limits, Refusal, figure};

const CANDIDATES: [char; 4] = [';', '\t', '|', ','];
/// A quoted cell with more lines than this is a quotation mark that was never closed.
const QUOTED_LINES: usize = 200;
/// Records that are looked at to find the delimiter.
const SAMPLE: usize = 300;

/// Reads a whole delimited file as one sheet.
///
/// # Errors
/// When the file has more rows, columns or cells than the limits allow.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Sheet, Refusal> {
    let decoded = encoding::decode(bytes);
    let mut facts = TextFacts {
        encoding: decoded.encoding,
        bom: decoded.bom,
        line_end: line_end(&decoded.text),
        mixed_rows: decoded.mixed_lines.iter().map(|line| line + 1).collect(),
        ..TextFacts::default()
    };
    let hint = separator_line(&decoded.text);
    facts.sep_line = hint.is_some();
    let ruler = if facts.sep_line { None } else { Ruler::find(&decoded.text) };
    let mut sheet = if let Some(ruler) = ruler {
        ruler.read(&decoded.text, limits)?
    } else {
        facts.delimiter = hint.or_else(|| delimiter(&decoded.text));
        records(&decoded.text, facts.delimiter, limits)?
    };
    if facts.sep_line {
        sheet.records.retain(|record| record.number > 1);
    }
    sheet.text = Some(facts);
    Ok(sheet)
}

/// The most common line end.
fn line_end(text: &str) -> &'static str {
    let pairs = text.matches("\r\n").count();
    let feeds = text.matches('\n').count() - pairs;
    let returns = text.matches('\r').count() - pairs;
    if pairs >= feeds && pairs >= returns {
        "CRLF"
    } else if feeds >= returns {
        "LF"
    } else {
        "CR"
    }
}

/// The delimiter a first line `sep=;` names.
fn separator_line(text: &str) -> Option<char> {
    let line = text.split(['\r', '\n']).next()?.trim_matches('"');
    let rest = line
        .strip_prefix("sep=")
        .or_else(|| line.strip_prefix("SEP="))
        .or_else(|| line.strip_prefix("Sep="))?;
    let mut chars = rest.chars();
    let first = chars.next()?;
    // Some programs end the line with the delimiter itself.
    chars.all(|c| c == first || c == ' ').then_some(first).filter(|c| !c.is_alphanumeric() && *c != '"')
}

/// Finds the delimiter: the candidate that divides the most records into the same number of cells, more cells winning a
/// tie. `None` when nothing divides them.
fn delimiter(text: &str) -> Option<char> {
    let mut best: Option<(char, f64, usize)> = None;
    for candidate in CANDIDATES {
        let Some((share, width)) = consistency(text, candidate) else { continue };
        let better = best.is_none_or(|(_, best_share, best_width)| {
            share > best_share + 0.1 || (share > best_share - 0.1 && width > best_width)
        });
        if better {
            best = Some((candidate, share, width));
        }
    }
    best.map(|(candidate, ..)| candidate)
}

/// The share of a sample's records that have the commonest number of cells above one, and that number. Lines without the
/// candidate (titles, notes) count half: they are common with the right one too.
#[expect(clippy::cast_precision_loss, reason = "a share of at most 300 records")]
fn consistency(text: &str, candidate: char) -> Option<(f64, usize)> {
    let mut widths: Vec<usize> = Vec::new();
    let mut parser = Parser::new(text, Some(candidate), usize::MAX);
    while widths.len() < SAMPLE
        && let Some(record) = parser.next_record()
    {
        if record.filled() > 0 {
            widths.push(record.width);
        }
    }
    let divided: Vec<usize> = widths.iter().copied().filter(|width| *width > 1).collect();
    let commonest = divided
        .iter()
        .map(|width| (divided.iter().filter(|other| *other == width).count(), *width))
        .max_by_key(|(count, width)| (*count, *width))?;
    let undivided = widths.len() - divided.len();
    Some((commonest.0 as f64 / (divided.len() as f64 + undivided as f64 * 0.5), commonest.1))
}

fn records(text: &str, delimiter: Option<char>, limits: &Limits) -> Result<Sheet, Refusal> {
    let mut sheet = Sheet::default();
    let mut cells = 0_usize;
    let mut parser = Parser::new(text, delimiter, limits.cell_chars);
    while let Some(record) = parser.next_record() {
        sheet.last_record = record.number;
        if record.width > limits.columns && record.filled() > limits.columns {
            return Err(Refusal::new(
                "too_many_columns",
                format!(
                    "Rad {} har fler än {} kolumner. Kontrollera att filen är en lista och inte en annan sorts fil.",
                    record.number,
                    figure(limits.columns)
                ),
            ));
        }
        // Where nothing divides the text, a line of delimiters alone is an empty line.
        let empty = delimiter.is_none()
            && record.texts().all(|(_, text)| text.chars().all(|c| CANDIDATES.contains(&c)));
        if record.filled() > 0 && !empty {
            cells += record.cells.len();
            sheet.records.push(record);
        }
        if sheet.records.len() > limits.rows || cells > limits.cells {
            return Err(too_many_rows(limits));
        }
    }
    Ok(sheet)
}

/// The refusal of a file with more content than is read.
pub(super) fn too_many_rows(limits: &Limits) -> Refusal {
    Refusal::new(
        "too_many_rows",
        format!(
            "Filen har mer än {} rader eller {} celler. Dela upp den i flera filer och läs in dem var för sig.",
            figure(limits.rows),
            figure(limits.cells)
        ),
    )
}

/// Walks through a text record by record.
struct Parser<'a> {
    rest: &'a str,
    delimiter: Option<char>,
    /// Whether lone carriage returns end records: not in a file whose lines end with line feeds.
    lone_returns: bool,
    number: u32,
    cell_chars: usize,
}

/// What ended a cell.
enum End {
    Delimiter,
    Record,
    File,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, delimiter: Option<char>, cell_chars: usize) -> Self {
        let feeds = text.bytes().filter(|byte| *byte == b'\n').count();
        let returns = text.bytes().filter(|byte| *byte == b'\r').count();
        Self {
            rest: text,
            delimiter,
            lone_returns: returns > feeds.saturating_mul(2) || feeds == 0,
            number: 0,
            cell_chars,
        }
    }

    fn next_record(&mut self) -> Option<Record> {
        if self.rest.is_empty() {
            return None;
        }
        self.number = self.number.saturating_add(1);
        let mut record = Record { number: self.number, ..Record::default() };
        loop {
            let (text, end) = self.next_cell(&mut record.unclosed_quote);
            record.width += 1;
            let cell = self.cell(text, &mut record);
            if !matches!(cell, Cell::Empty) {
                record.cells.resize(record.width - 1, Cell::Empty);
                record.cells.push(cell);
            }
            if !matches!(end, End::Delimiter) {
                return Some(record);
            }
        }
    }

    fn cell(&self, text: String, record: &mut Record) -> Cell {
        if text.is_empty() {
            return Cell::Empty;
        }
        let mut text = match encoding::repair(&text) {
            Some(fixed) => {
                record.repaired = true;
                fixed
            }
            None => text,
        };
        if text.len() > self.cell_chars
            && let Some((cut, _)) = text.char_indices().nth(self.cell_chars)
        {
            text.truncate(cut);
            record.cut = true;
        }
        Cell::Text(text)
    }

    fn next_cell(&mut self, unclosed: &mut bool) -> (String, End) {
        if let Some(quoted) = self.rest.strip_prefix('"') {
            if let Some((mut text, after)) = closed(quoted) {
                self.rest = after;
                // Text after the closing mark belongs to the cell, as the sender surely meant.
                let (tail, end) = self.plain_cell();
                text.push_str(tail.trim_end());
                return (text, end);
            }
            *unclosed = true;
        }
        let (text, end) = self.plain_cell();
        (text.to_owned(), end)
    }

    /// Everything up to the next delimiter or record end, marks included.
    fn plain_cell(&mut self) -> (&'a str, End) {
        let rest = self.rest;
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            let (end, skip) = match c {
                c if Some(c) == self.delimiter => (End::Delimiter, c.len_utf8()),
                '\n' => (End::Record, 1),
                '\r' if chars.clone().next().is_some_and(|(_, next)| next == '\n') => (End::Record, 2),
                '\r' if self.lone_returns => (End::Record, 1),
                _ => continue,
            };
            let (text, after) = rest.split_at(at);
            self.rest = after.get(skip..).unwrap_or_default();
            return (text, end);
        }
        self.rest = "";
        (rest, End::File)
    }
}

/// The content of a quoted cell and what follows its closing mark; `None` when it is never (reasonably) closed.
fn closed(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = quoted;
    let mut lines = 0;
    loop {
        let mark = rest.find('"')?;
        let (part, after) = rest.split_at(mark);
        lines += part.matches('\n').count();
        if lines > QUOTED_LINES {
            return None;
        }
        text.push_str(part);
        let after = after.strip_prefix('"')?;
        match after.strip_prefix('"') {
            Some(after) => {
                text.push('"');
                rest = after;
            }
            None => return Some((text, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let sheet = read(text.as_bytes(), &Limits::default()).unwrap();
        sheet
            .records
            .iter()
            .map(|record| (record.number, record.cells.iter().map(|cell| cell.text().into_owned()).collect()))
            .collect()
    }

    fn divided_by(text: &str) -> Option<char> {
        read(text.as_bytes(), &Limits::default()).unwrap().text.unwrap().delimiter
    }

    #[test]
    fn the_delimiter_is_the_one_that_divides_the_records_alike() {
        assert_eq!(divided_by("Namn;Chef;Belopp\nA;Lind, Per;1,50\nB;Åberg, Eva;2,25\n"), Some(';'));
        assert_eq!(divided_by("name,city\n\"Lind, Per\",Umeå\nÅsa,Luleå\n"), Some(','));
        assert_eq!(divided_by("Kod\tNamn\n1\tA;B\n2\tC\n"), Some('\t'));
        assert_eq!(divided_by("a|b|c\n1|2|3\n"), Some('|'));
        assert_eq!(divided_by("Nummer\n1\n2\n"), None);
    }

    #[test]
    fn titles_before_the_table_do_not_hide_the_delimiter() {
        assert_eq!(divided_by("Lista för maj, juni och juli\n\nKod;Namn\n1;A, B\n2;C\n3;D\n"), Some(';'));
    }

    #[test]
    fn a_sep_line_decides_and_is_counted() {
        let text = "sep=|\r\nKod|Namn;x\r\n1|A\r\n";
        assert_eq!(divided_by(text), Some('|'));
        assert_eq!(rows(text)[0], (2, vec!["Kod".to_owned(), "Namn;x".to_owned()]));
    }

    #[test]
    fn records_are_numbered_with_blank_lines() {
        let sheet = read(b"a;b\r\n\r\n;\r\n1;2\r\n\r\n", &Limits::default()).unwrap();
        assert_eq!(sheet.records.iter().map(|record| record.number).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(sheet.blank_rows(), [2, 3, 5]);
    }

    #[test]
    fn every_line_end_ends_a_record() {
        for end in ["\r\n", "\n", "\r"] {
            let text = ["a;b", "1;2", "3;4"].join(end);
            assert_eq!(rows(&text).len(), 3, "{end:?}");
        }
        // A lone return inside a file of line feeds is a stray character.
        assert_eq!(rows("a;b\n1;x\ry\n3;4\n5;6\n").len(), 4);
    }

    #[test]
    fn a_quoted_cell_may_hold_delimiters_marks_and_line_ends() {
        assert_eq!(
            rows("a;b\n\"x;\"\"y\"\"\nz\";2\n"),
            [(1, vec!["a".to_owned(), "b".to_owned()]), (2, vec!["x;\"y\"\nz".to_owned(), "2".to_owned()])]
        );
    }

    #[test]
    fn a_mark_that_is_never_closed_costs_one_cell_not_the_file() {
        let sheet = read("a;b\n\"19 tum;1\nx;2\n".as_bytes(), &Limits::default()).unwrap();
        assert_eq!(sheet.records.len(), 3);
        assert_eq!(sheet.records[1].cell(0).text(), "\"19 tum");
        assert!(sheet.records[1].unclosed_quote);
    }

    #[test]
    fn a_file_with_too_many_columns_is_refused() {
        let text = "x;".repeat(1_000_000);
        assert_eq!(read(text.as_bytes(), &Limits::default()).unwrap_err().code, "too_many_columns");
    }

    #[test]
    fn a_file_with_too_many_rows_is_refused() {
        let limits = Limits { rows: 10, ..Limits::default() };
        assert_eq!(read("a;b\n".repeat(11).as_bytes(), &limits).unwrap_err().code, "too_many_rows");
    }
}
