//! Files that lie, break or overflow, and arbitrary bytes: refused with a reason or read, never a panic and never more
//! memory than the limits allow.

use std::io::{Cursor, Write as _};

use overblick::tabular::check::{self, Reading};
use overblick::tabular::write::{Value, write_csv, write_xlsx};
use overblick::tabular::{Limits, Mapping, Table, guess, mapping, read, values, words};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Avtal" sheetId="1" r:id="rId1"/><sheet name="Gömt" sheetId="2" state="hidden" r:id="rId2"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;

/// A workbook with the given sheet data, and other parts as given.
fn workbook(first: &str, other_parts: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = |data: &str| {
        format!(
            r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{data}</worksheet>"#
        )
    };
    let second =
        sheet(r#"<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row></sheetData>"#);
    let first = sheet(first);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", first.as_bytes()),
        ("xl/worksheets/sheet2.xml", second.as_bytes()),
    ];
    parts.extend_from_slice(other_parts);
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn text(reference: &str, text: &str) -> String {
    format!(r#"<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn refused(bytes: &[u8]) -> &'static str {
    let refusal = read(bytes, &Limits::default()).unwrap_err();
    assert!(refusal.message.len() > 40 && refusal.message.ends_with('.'), "{}", refusal.message);
    refusal.code
}

#[test]
fn a_workbook_that_inflates_without_end_is_refused() {
    let zeros = vec![b' '; 20 * 1024 * 1024];
    assert_eq!(refused(&workbook("<sheetData/>", &[("xl/media/a.bin", &zeros)])), "file_inflates");
    let limits = Limits { inflated: 1024 * 1024, ratio: u64::MAX, ..Limits::default() };
    let bytes = workbook("<sheetData/>", &[("xl/media/a.bin", &zeros)]);
    assert_eq!(read(&bytes, &limits).unwrap_err().code, "file_inflates");
}

#[test]
fn a_string_table_that_promises_too_much_is_refused_before_room_is_made() {
    let strings = br#"<?xml version="1.0"?><sst uniqueCount="4000000000" xmlns="x"><si><t>a</t></si></sst>"#;
    assert_eq!(refused(&workbook("<sheetData/>", &[("xl/sharedStrings.xml", strings)])), "file_broken");
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let data = format!(
        r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1">{}</row><row r="1048576">{}</row></sheetData>"#,
        text("A1", "Avtalsnr"),
        text("B1048576", "sist")
    );
    let book = read(&workbook(&data, &[]), &Limits::default()).unwrap();
    assert_eq!(book.sheets[0].records.len(), 2);
    assert_eq!(book.sheets[0].last_record, 1_048_576);
    let far = format!(r#"<sheetData><row r="1">{}</row></sheetData>"#, text("XFD1", "x"));
    assert_eq!(refused(&workbook(&far, &[])), "too_many_columns");
}

#[test]
fn hidden_sheets_are_marked() {
    let data = format!(
        r#"<sheetData><row r="1">{}{}</row></sheetData>"#,
        text("A1", "Avtalsnr"),
        text("B1", "Avtalsnamn")
    );
    let book = read(&workbook(&data, &[]), &Limits::default()).unwrap();
    let sheets: Vec<(&str, bool)> =
        book.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden)).collect();
    assert_eq!(sheets, [("Avtal", false), ("Gömt", true)]);
}

#[test]
fn broken_workbooks_and_other_archives_are_told_apart() {
    let whole = workbook("<sheetData/>", &[]);
    assert_eq!(refused(&whole[..whole.len() / 2]), "file_broken");
    assert_eq!(refused(&workbook("<sheetData><row r=\"1\"><c r=\"A1\"", &[])), "file_broken");
    let archive = |name: &str| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in name.split(' ') {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"x").unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    assert_eq!(refused(&archive("word/document.xml [Content_Types].xml")), "file_document");
    assert_eq!(refused(&archive("mimetype content.xml")), "file_ods");
    assert_eq!(refused(&archive("lista.csv")), "file_archive");
    assert_eq!(refused(&archive("xl/workbook.bin")), "file_xlsb");
}

#[test]
fn a_file_of_nothing_but_blanks_is_refused_as_empty() {
    assert_eq!(refused(b"\r\n;;;\r\n  \r\n"), "file_without_content");
    assert_eq!(refused(&workbook("<sheetData/>", &[("x", b"y")])[..0]), "file_empty");
}

/// Reads as far as the bytes allow, as every kind.
fn all_the_way(bytes: &[u8]) {
    let limits = Limits { rows: 5_000, cells: 50_000, inflated: 5_000_000, ..Limits::default() };
    let Ok(book) = read(bytes, &limits) else { return };
    for sheet in &book.sheets {
        let cells: usize = sheet.records.iter().map(|record| record.cells.len()).sum();
        assert!(cells <= limits.cells + limits.columns);
        let _ = guess::kinds(sheet, "fil.csv", &words::ALL);
        for vocabulary in [&words::CONTRACTS, &words::LEAVERS, &words::SUBSCRIPTIONS] {
            let Ok(table) = Table::read(sheet, vocabulary) else { continue };
            let mapping = Mapping::suggested(&mapping::suggest(&table, vocabulary));
            let near = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
            let reading = Reading::of(&table, &mapping, vocabulary, near);
            for row in &table.rows {
                let _ = check::row(&table, row, &mapping, vocabulary, &reading);
            }
        }
    }
}

/// Text made of what municipal files are made of.
fn list_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(";".to_owned()),
        Just(",".to_owned()),
        Just("\t".to_owned()),
        Just("\r\n".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("\"".to_owned()),
        Just("Avtalsnr".to_owned()),
        Just("Slutdatum".to_owned()),
        Just("Mobilnummer".to_owned()),
        Just("Summa".to_owned()),
        Just("2026-13-01".to_owned()),
        Just("31/1-26".to_owned()),
        Just("1.234".to_owned()),
        Just("8,9E+18".to_owned()),
        Just("Ã¥Ã¤Ã¶".to_owned()),
        Just("\u{fffd}".to_owned()),
        Just("sep=;".to_owned()),
        ".{0,6}",
        "[0-9]{1,8}",
    ];
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        all_the_way(&bytes);
    }

    #[test]
    fn texts_like_lists_never_panic(text in list_like()) {
        all_the_way(text.as_bytes());
    }

    #[test]
    fn a_damaged_workbook_never_panics(at in 0_usize..2_000, byte in any::<u8>()) {
        let rows = vec![vec![Value::from("A-1"), Value::from("Drift"), Value::from("2026-01-31")]; 3];
        let mut bytes = write_xlsx("Avtal", &[("Avtalsnr", 0), ("Avtalsnamn", 0), ("Slut", 0)], rows).unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        all_the_way(&bytes);
    }

    #[test]
    fn what_is_exported_is_read_back(cells in prop::collection::vec(prop::collection::vec("[^\\p{C}]{0,12}", 3), 1..8)) {
        let rows = cells.iter().map(|row| row.iter().map(|text| Value::from(text.as_str())).collect());
        let bytes = write_csv(Vec::new(), &["Ett", "Två", "Tre"], rows).unwrap();
        let book = read(&bytes, &Limits::default()).unwrap();
        for record in book.sheets[0].records.iter().skip(1) {
            let row = &cells[usize::try_from(record.number).unwrap() - 2];
            for (column, text) in row.iter().enumerate() {
                let plain = |text: &str| values::text(&overblick::tabular::Cell::Text(text.to_owned()));
                // Text that looks encoded twice is repaired on the way in, which an export cannot know.
                if overblick::tabular::encoding::repair(text).is_none() {
                    prop_assert_eq!(values::text(record.cell(column)), plain(text));
                }
            }
        }
    }

    #[test]
    fn dates_are_read_in_every_form_they_are_written(days in 0_i64..40_000) {
        let day = chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::Days::new(u64::try_from(days).unwrap());
        for form in ["%Y-%m-%d", "%Y%m%d", "%-d/%-m-%Y", "%-d.%-m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%Y/%m/%d", "%-d %b %Y", "%B %-d, %Y"] {
            let cell = overblick::tabular::Cell::Text(day.format(form).to_string());
            prop_assert_eq!(values::day(&cell, values::DateOptions::default()).unwrap(), Some(day), "{}", form);
        }
    }
}
