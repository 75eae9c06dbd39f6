//! Real files that nobody cleaned: each is read as the table it is, or refused for what it is (see the README beside them).

use overblick::tabular::{
    Cell, Limits, Mapping, Sheet, Table, Vocabulary, guess, mapping, read, values, words,
};

use crate::support::data::shared;

fn sheets(name: &str) -> Option<Result<Vec<Sheet>, String>> {
    let path = shared("data/real")?.join(name);
    let bytes = std::fs::read(path).expect(name);
    Some(read(&bytes, &Limits::default()).map(|book| book.sheets).map_err(|refusal| refusal.code.to_owned()))
}

fn only_sheet(name: &str) -> Option<Sheet> {
    Some(sheets(name)?.expect(name).into_iter().next().expect("a sheet"))
}

/// The kinds that the general machinery would take the sheet for, surely.
fn guessed(sheet: &Sheet, name: &str) -> Option<&'static str> {
    guess::kind(sheet, name, &words::ALL)
}

fn mapped(table: &Table<'_>, vocabulary: &Vocabulary) -> Mapping {
    Mapping::suggested(&mapping::suggest(table, vocabulary))
}

fn text(table: &Table<'_>, row: usize, column: usize) -> String {
    table.cell(&table.rows[row], column).text().into_owned()
}

#[test]
fn json_is_refused_as_json() {
    for name in ["burnley_contractsfinder.json", "se_kommuner_koder.json"] {
        let Some(result) = sheets(name) else { return };
        assert_eq!(result.unwrap_err(), "file_json", "{name}");
    }
}

#[test]
fn a_key_and_value_report_is_refused_as_no_list() {
    let Some(sheet) = only_sheet("carrier_telus_individual_detail.txt") else { return };
    for vocabulary in words::ALL {
        let refusal = Table::read(&sheet, vocabulary).map(|table| table.header).unwrap_err();
        assert_eq!(refusal.code, "header_missing");
        assert!(refusal.message.contains("rapport"), "{}", refusal.message);
    }
}

#[test]
fn a_list_without_a_header_is_refused_for_that() {
    let Some(sheet) = only_sheet("hyndburn_2025-04_noheader.csv") else { return };
    // 36 cells hold line breaks: records, not lines, are counted.
    assert_eq!(sheet.records.len(), 405);
    assert_eq!(
        Table::read(&sheet, &words::INVOICES).map(|table| table.header).unwrap_err().code,
        "header_missing"
    );
}

#[test]
fn lone_carriage_returns_latin_1_and_serial_dates_are_read() {
    let Some(sheet) = only_sheet("hyndburn_2019-08_cr_serialdates.csv") else { return };
    let facts = sheet.text.clone().expect("text facts");
    assert_eq!((facts.encoding, facts.line_end, facts.delimiter), ("windows-1252", "CR", Some(',')));
    let table = Table::read(&sheet, &words::INVOICES).expect("a table");
    assert_eq!((table.header.row, table.rows.len()), (1, 223));
    assert_eq!(table.name(6), Some("Net Amount(£)"));
    for row in &table.rows {
        let day =
            values::day(table.cell(row, 5), values::DateOptions::default()).expect("a date").expect("filled");
        assert!(day.to_string().starts_with("2019-0"), "row {}: {day}", row.number);
        assert!(
            values::amount(table.cell(row, 6), values::AmountStyle::Unknown).is_ok(),
            "row {}",
            row.number
        );
    }
}

#[test]
fn an_empty_first_line_and_empty_last_columns_do_not_matter() {
    let Some(sheet) = only_sheet("hyndburn_2023-05_bom_preamble.csv") else { return };
    assert!(sheet.text.as_ref().is_some_and(|facts| facts.bom));
    assert_eq!(sheet.blank_rows(), [1, 575, 576, 577, 578, 579]);
    let table = Table::read(&sheet, &words::INVOICES).expect("a table");
    assert_eq!((table.header.row, table.header.columns.len()), (2, 7));
    assert_eq!(table.rows.len(), 572);
    assert!(table.rows.iter().all(|row| row.faults.is_empty()));
    let style = values::amount_style(table.column(6));
    for row in &table.rows {
        assert!(
            values::day(table.cell(row, 5), values::DateOptions::default()).is_ok(),
            "row {}",
            row.number
        );
        assert!(values::amount(table.cell(row, 6), style).is_ok(), "row {}", row.number);
    }
}

#[test]
fn a_column_with_both_text_and_real_dates_gives_dates() {
    for (name, rows) in
        [("kitos_contract_import_valid_da.xlsx", 4), ("kitos_contract_import_invalid_da.xlsx", 5)]
    {
        let Some(sheet) = only_sheet(name) else { return };
        let table = Table::read(&sheet, &words::CONTRACTS).expect("a table");
        assert_eq!(table.rows.len(), rows, "{name}: the used range says 43 rows");
        let mapping = mapped(&table, &words::CONTRACTS);
        let start = mapping.column("start_date").expect("Indgået");
        let end = mapping.column("end_date").expect("Udløbsdato");
        assert_eq!(table.name(mapping.column("title").expect("a name")), Some("IT Kontrakt Navn (påkrævet)"));
        let day = |row: usize, column| {
            values::day(table.cell(&table.rows[row], column), values::DateOptions::default())
                .expect("a date")
                .map(|day| day.to_string())
        };
        assert_eq!(day(0, start).as_deref(), Some("2022-03-01"));
        assert!(matches!(table.cell(&table.rows[2], end), Cell::Date(_)));
        assert_eq!(day(2, end).as_deref(), Some("2023-02-02"));
        assert_eq!(guessed(&sheet, name), Some("contracts"));
    }
}

#[test]
fn an_operators_report_is_known_as_subscriptions() {
    let Some(sheet) = only_sheet("carrier_bell_user_profile.xlsx") else { return };
    assert_eq!(guessed(&sheet, "carrier_bell_user_profile.xlsx"), Some("subscriptions"));
    let table = Table::read(&sheet, &words::SUBSCRIPTIONS).expect("a table");
    assert_eq!((table.rows.len(), table.header.columns.len()), (3, 82));
    let mapping = mapped(&table, &words::SUBSCRIPTIONS);
    let name = |field: &str| mapping.column(field).and_then(|column| table.name(column)).map(str::to_owned);
    assert_eq!(name("msisdn").as_deref(), Some("Mobile number"));
    assert_eq!(name("iccid").as_deref(), Some("SIM number"));
    assert_eq!(name("start_date").as_deref(), Some("Activation date"));
    assert_eq!(name("holder_last").as_deref(), Some("User last name"));
}

#[test]
fn a_price_form_is_no_list_of_ours() {
    let Some(Ok(sheets)) = sheets("vng_price_sheet_nl.xlsx") else { return };
    for sheet in &sheets {
        assert_eq!(guessed(sheet, "vng_price_sheet_nl.xlsx"), None, "{}", sheet.name);
    }
}

#[test]
fn foreign_and_unrelated_lists_are_not_taken_for_another_kind() {
    for name in [
        "carrier_att_pooling.csv",
        "hyndburn_2019-08_cr_serialdates.csv",
        "se_names_frequency.csv",
        "trafford_org_structure.csv",
        "se_testpersonnummer.csv",
    ] {
        let Some(sheet) = only_sheet(name) else { return };
        assert_eq!(guessed(&sheet, name), None, "{name}");
    }
}

#[test]
fn employees_of_a_foreign_register_are_read_with_their_dates() {
    let Some(sheet) = only_sheet("snipeit_users-sample.csv") else { return };
    let table = Table::read(&sheet, &words::STAFF).expect("a table");
    assert_eq!(table.rows.len(), 100);
    let mapping = mapped(&table, &words::STAFF);
    for (field, header) in [
        ("first_name", "First Name"),
        ("last_name", "Last Name"),
        ("email", "Email"),
        ("login", "Username"),
        ("employee_no", "Employee Number"),
        ("start_date", "Start Date"),
        ("end_date", "End Date"),
        ("title", "Job Title"),
    ] {
        assert_eq!(mapping.column(field).and_then(|column| table.name(column)), Some(header), "{field}");
    }
    let start = mapping.column("start_date").expect("Start Date");
    let dated = table.rows.iter().filter(|row| !table.cell(row, start).is_blank()).count();
    assert_eq!(dated, 11);
}

#[test]
fn truncated_exports_duplicates_and_ranges_are_seen_for_what_they_are() {
    let Some(sheet) = only_sheet("trafford_supplier_spend_it_telecom_2026-27.csv") else { return };
    let table = Table::read(&sheet, &words::INVOICES).expect("a table");
    assert_eq!(table.rows.len(), 366);
    let mapping = mapped(&table, &words::INVOICES);
    let amount = mapping.column("amount").expect("Amount");
    assert!(table.rows.iter().any(|row| {
        values::amount(table.cell(row, amount), values::AmountStyle::Unknown)
            .expect("an amount")
            .is_some_and(|sum| sum.is_sign_negative())
    }));
    assert!(table.rows.iter().any(|row| row.duplicate_of.is_some()), "the file has duplicate lines");

    let Some(sheet) = only_sheet("us_federal_cots_ai_licences_2025.csv") else { return };
    let table = Table::read(&sheet, &words::LICENCES).expect("a table");
    assert_eq!(table.rows.len(), 900);
    let ranges = (0..table.rows.len()).filter(|row| text(&table, *row, 4) == "1-100").count();
    assert!(ranges > 0);
    assert!(values::integer(&Cell::Text("1-100".into())).is_err(), "a range is no number of licences");
}
