//! Other municipalities' layouts: the same kinds of list with other words, orders and habits, made up here.

use std::fmt::Write as _;

use chrono::NaiveDate;
use overblick::tabular::check::{self, Reading};
use overblick::tabular::{Limits, Mapping, Sheet, Table, Vocabulary, guess, mapping, read, words};

fn sheet(text: &str) -> Sheet {
    read(text.as_bytes(), &Limits::default()).expect("a list").sheets.remove(0)
}

/// Header and field of each mapped column.
fn fields(text: &str, vocabulary: &Vocabulary) -> Vec<(String, &'static str)> {
    let sheet = sheet(text);
    let table = Table::read(&sheet, vocabulary).expect("a table");
    mapping::suggest(&table, vocabulary)
        .iter()
        .filter_map(|one| Some((table.header.columns[one.column].clone(), one.field?)))
        .collect()
}

fn assert_fields(text: &str, vocabulary: &Vocabulary, expected: &[(&str, &str)]) {
    let found = fields(text, vocabulary);
    for (header, field) in expected {
        assert!(
            found.iter().any(|(name, code)| name == header && code == field),
            "{header} is not {field}: {found:?}"
        );
    }
}

fn guessed(text: &str, name: &str) -> Option<&'static str> {
    guess::kind(&sheet(text), name, &words::ALL)
}

const CONTRACTS: &str = "Avtalsförteckning Sjövik\n\nID;Avtalets benämning;Leverantörens namn;Organisationsnummer;Avtalsstart;Avtalsslut;\
Optioner;Uppsägning;Autom. förlängning;Årligt värde (kr);Avtalsägare;Ärendenr\n\
2021-17;Städtjänster;Rent & Fint AB;556677-8899;2021-02-01;2025-01-31;1+1;6 mån;Nej;1 200 000;Eva Ek;KS2020.112\n\
2022-04;Skolskjuts;Bussen i Vik AB;5566778800;1 juli 2022;30 juni 2026;2;9 mån;Nej;4 500 000;Per Ö;KS2021.9\n\
2023-01;Telefonväxel;Ring AB;556677-1111;2023-05-15;tillsvidare;;3 mån;Ja;85 000;Siv Å;KS2022.77\n";

#[test]
fn a_contract_list_with_other_words_is_mapped() {
    assert_fields(
        CONTRACTS,
        &words::CONTRACTS,
        &[
            ("ID", "contract_no"),
            ("Avtalets benämning", "title"),
            ("Leverantörens namn", "supplier"),
            ("Organisationsnummer", "org_no"),
            ("Avtalsstart", "start_date"),
            ("Avtalsslut", "end_date"),
            ("Optioner", "extension"),
            ("Uppsägning", "notice"),
            ("Autom. förlängning", "auto_renewal"),
            ("Årligt värde (kr)", "annual_value"),
            ("Avtalsägare", "responsible"),
            ("Ärendenr", "case_no"),
        ],
    );
    assert_eq!(guessed(CONTRACTS, "lista.csv"), Some("contracts"));
}

#[test]
fn a_list_from_norway_and_one_in_english_are_mapped() {
    assert_fields(
        "Kontraktsnummer\tKontraktsnavn\tLeverandør\tStartdato\tSluttdato\tOppsigelse\n1\tRenhold\tRent AS\t01.02.2024\t31.01.2027\t3 mnd\n2\tStrøm\tKraft AS\t01.01.2024\t31.12.2025\t6 mnd\n",
        &words::CONTRACTS,
        &[
            ("Kontraktsnummer", "contract_no"),
            ("Kontraktsnavn", "title"),
            ("Leverandør", "supplier"),
            ("Sluttdato", "end_date"),
            ("Oppsigelse", "notice"),
        ],
    );
    assert_fields(
        "ContractNumber,ContractTitle,SupplierName,StartDate,EndDate\nC-1,Cleaning,Clean Ltd,2024-01-01,2026-12-31\nC-2,Power,Watt Ltd,2024-01-01,2025-12-31\n",
        &words::CONTRACTS,
        &[
            ("ContractNumber", "contract_no"),
            ("SupplierName", "supplier"),
            ("StartDate", "start_date"),
            ("EndDate", "end_date"),
        ],
    );
}

#[test]
fn a_leaver_list_from_another_pay_system_is_mapped() {
    let text = "Anställda som slutat 2026-10\nAnställningsnr|Pers.nr|Namn|Organisation|Anst. t o m|Avslutsorsak|Befattningsbenämning\n\
                200113|19850101-2384|Ek, Eva|3310 Hemtjänst Norr|2026-10-31|Pension|Undersköterska\n\
                200114|19900202-2385|Å, Siv|3311 Hemtjänst Syd|2026-10-15|Egen begäran|Vårdbiträde\n\
                200115|19910302-2386|Ö, Per|3311 Hemtjänst Syd|2026-10-20|Egen begäran|Vårdbiträde\n";
    assert_fields(
        text,
        &words::LEAVERS,
        &[
            ("Anställningsnr", "employee_no"),
            ("Pers.nr", "personal_id"),
            ("Namn", "name"),
            ("Organisation", "unit"),
            ("Anst. t o m", "end_date"),
            ("Avslutsorsak", "reason"),
        ],
    );
    assert_eq!(guessed(text, "export.txt"), Some("leavers"));
}

#[test]
fn a_register_in_which_few_have_a_last_day_is_of_everybody_employed() {
    let text = "Person;;Anställning;;;Organisation;\nPersonnummer;Namn;Anst.id;Anställd fr o m;Anställd t o m;Förvaltning;Enhet\n\
                196501019801;EK EVA;100001;2012-01-01;;Omsorg;Linden\n\
                197001019802;AL BO;100002;2015-01-01;2027-06-30;Omsorg;Linden\n\
                197101019803;ÖS SIV;100003;2016-01-01;;Omsorg;Backen\n\
                197201019804;UR PER;100004;2017-01-01;;Omsorg;Backen\n\
                197301019805;IV ANN;100005;2018-01-01;;Omsorg;Backen\n";
    assert_eq!(guessed(text, "reg nov.csv"), Some("staff-snapshot"));
}

#[test]
fn a_list_of_who_comes_moves_and_goes_is_no_register_of_everybody_employed() {
    let text = "Händelse;Datum;Personnr;Anst-id;Förnamn;Efternamn;Från enhet;Till enhet;Anst form\n\
                Avslut;20261031;19650101-9801;100001;Eva;Ek;Linden;;Tillsvidare\n\
                Byte av enhet;20261015;19700101-9802;100002;Bo;Al;Linden;Backen;Tillsvidare\n\
                Nyanställning;20261101;19710101-9803;100003;Siv;Ös;;Backen;Vikariat\n\
                Avslut;20261031;19720101-9804;100004;Per;Ur;Backen;;Tillsvidare\n";
    // Somebody must say that it is of who leaves: then its only day is the last one, and who begins is refused row by row.
    assert_eq!(guessed(text, "förändringar v46.csv"), None);
    assert_fields(text, &words::LEAVERS, &[("Datum", "end_date"), ("Händelse", "event")]);
    let plain = "Anst.nr;Efternamn;Förnamn;Enhet;Från;Till\n100001;Ek;Eva;Linden;2012-01-01;\n100002;Al;Bo;Linden;2013-01-01;\n";
    assert_eq!(guessed(plain, "personal.csv"), Some("staff-snapshot"));
}

#[test]
fn a_list_of_consultants_one_with_titles_and_one_with_days_paid_are_mapped() {
    let text = "Konsultens namn;Konsultföretag;E-post;Uppdrag fr.o.m.;Uppdrag t.o.m.;Beställare\n\
                Eva Ek;Bemanna AB;eva.ek.ext@vik.example;2024-01-01;2026-10-31;Ekonomichef\n\
                Bo Al;Bemanna AB;bo.al.ext@vik.example;2025-01-01;2026-10-15;Ekonomichef\n";
    assert_fields(
        text,
        &words::LEAVERS,
        &[
            ("Konsultens namn", "name"),
            ("E-post", "email"),
            ("Uppdrag fr.o.m.", "start_date"),
            ("Uppdrag t.o.m.", "end_date"),
        ],
    );
    // Leave is taken out after the last day at work: the employment ends with the last day that is paid.
    let paid = "Anst.nr;Namn;Sista arbetsdag;Sista avlönade dag;Enhet\n100010;Ek Eva;2026-10-02;2026-11-30;Linden\n100011;Al Bo;2026-10-20;2026-12-31;Linden\n";
    assert_fields(paid, &words::LEAVERS, &[("Sista avlönade dag", "end_date")]);
    let titled =
        "Pnr;Namn och titel;Arbetsplats;Gäller tom\n19650101-9801;Eva Ek, undersköterska;Linden;20261031.0\n";
    assert_fields(titled, &words::LEAVERS, &[("Namn och titel", "name"), ("Gäller tom", "end_date")]);
}

#[test]
fn a_subscription_list_from_another_operator_is_mapped() {
    let text = "Telefonnr;Kortinnehavare;Prisplan;Kostn.ställe;SIM-kortsnr;Månadsavgift exkl moms;Bindningstid till\n\
                070-174 06 05;Eva Ek;Fri;4711;8946087000000000010;199,00;2027-01-31\n\
                070-174 06 06;Larm hiss;Maskin;4711;8946087000000000028;39,00;\n\
                070-174 06 07;Per Ö;Fri;4712;8946087000000000036;199,00;2026-12-31\n";
    assert_fields(
        text,
        &words::SUBSCRIPTIONS,
        &[
            ("Telefonnr", "msisdn"),
            ("Kortinnehavare", "holder"),
            ("Prisplan", "plan"),
            ("Kostn.ställe", "cost_centre"),
            ("SIM-kortsnr", "iccid"),
            ("Månadsavgift exkl moms", "monthly_price"),
            ("Bindningstid till", "binding_end"),
        ],
    );
    assert_eq!(guessed(text, "uttag.csv"), Some("subscriptions"));
}

#[test]
fn a_column_whose_header_says_nothing_is_known_by_its_cells() {
    let text = "Nummer;Innehavare;Kolumn X\n070-174 06 05;Eva Ek;8946087000000000010\n070-174 06 06;Per Ö;8946087000000000028\n070-174 06 07;Siv Å;8946087000000000036\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::SUBSCRIPTIONS).expect("a table");
    let suggestions = mapping::suggest(&table, &words::SUBSCRIPTIONS);
    assert_eq!(suggestions[2].field, Some("iccid"));
    assert!(suggestions[2].unsure, "a person should look at it");
}

#[test]
fn two_row_headers_are_read_as_one() {
    let text = "Avtal;;Period;;Kostnad\nNummer;Namn;Från;Till;kr/år\nA-1;Drift;2024-01-01;2026-12-31;1 000\nA-2;Support;2024-01-01;2025-12-31;2 000\nA-3;Licens;2024-01-01;2025-12-31;3 000\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::CONTRACTS).expect("a table");
    assert_eq!(table.rows.len(), 3);
    let mapping = Mapping::suggested(&mapping::suggest(&table, &words::CONTRACTS));
    assert_eq!(mapping.column("start_date"), Some(2));
    assert_eq!(mapping.column("end_date"), Some(3));
}

#[test]
fn a_row_of_units_below_the_header_belongs_to_it() {
    let text = "Avtalsnr;Avtalsnamn;Slutdatum;Årskostnad\n;;(ÅÅÅÅ-MM-DD);(kr)\nA-1;Drift;2026-12-31;1 000\nA-2;Support;2025-12-31;2 000\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::CONTRACTS).expect("a table");
    assert_eq!(
        (table.header.row, table.header.extra_rows.as_slice(), table.rows.len()),
        (1, [2].as_slice(), 2)
    );
}

#[test]
fn headings_in_the_list_reach_the_rows_below_them() {
    let text = "Mobilnummer;Namn;Pris/mån\nFritidsförvaltningen;;\n070-174 06 05;Eva Ek;199\n070-174 06 06;Per Ö;199\nSocialförvaltningen;;\n070-174 06 07;Siv Å;99\nSumma;;497\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::SUBSCRIPTIONS).expect("a table");
    let sections: Vec<Option<&str>> = table.rows.iter().map(|row| table.section(row)).collect();
    assert_eq!(
        sections,
        [Some("Fritidsförvaltningen"), Some("Fritidsförvaltningen"), Some("Socialförvaltningen")]
    );
    assert_eq!(table.sum_rows, [7]);
}

#[test]
fn a_list_out_of_a_letter_ends_where_the_letter_does() {
    let text = "Hej!\nHär kommer listan för oktober 2026.\n\nNamn\tAnst.nr\tSista dag\nEva Ek\t104223\t2026-10-31\nPer Ö\t104224\t2026-10-15\n\nMed vänlig hälsning\nSiv Å\nHR-administratör\nTelefon 0123-456 78\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::LEAVERS).expect("a table");
    assert_eq!(table.rows.len(), 2);
    assert_eq!(table.notes.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [8, 9, 10, 11]);
}

#[test]
fn lines_below_a_list_and_apart_from_it_are_remarks() {
    let list = "Namn;Enhet;Slutdatum\nEva Ek;Simhallen;2026-10-31\nPer Ö;Ishallen;2026-10-15\n";
    for (tail, rows, notes) in [
        ("\nUtskrift av: Siv Å 2026-11-02\n12 st\n", 2, 2),
        ("\nGenererad av lönesystemet\n", 2, 1),
        ("Siv Å;;\n", 3, 0),
        ("\nSiv Å;Simhallen;2026-10-20\n", 3, 0),
    ] {
        let sheet = sheet(&format!("{list}{tail}"));
        let table = Table::read(&sheet, &words::LEAVERS).expect("a table");
        assert_eq!((table.rows.len(), table.notes.len()), (rows, notes), "{tail}");
    }
}

#[test]
fn a_sum_of_every_column_is_no_row() {
    let text = "Nummer;Användare;Fasta avgifter;Rörliga avgifter;Totalt\n070-174 06 05;Eva Ek;99,00;1,00;100,00\n070-174 06 06;Per Ö;99,00;0,00;99,00\n070-174 06 07;Siv Å;99,00;2,00;101,00\nSumma;;297,00;3,00;300,00\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::SUBSCRIPTIONS).expect("a table");
    assert_eq!((table.rows.len(), table.sum_rows.as_slice()), (3, [5].as_slice()));
}

#[test]
fn names_that_mean_something_under_their_groups_only_are_read_together() {
    let text = "Person;;;Anställning;;;Organisation;\nFörnamn;Efternamn;Pnr;Anst.nr;Från;Till;Kod;Namn\nEva;Ek;850101-2384;104223;2020-01-01;2026-10-31;4711;Simhallen\nPer;Ö;900202-2385;104224;2021-01-01;2026-10-15;4712;Ishallen\nSiv;Å;910302-2386;104225;2022-01-01;2026-10-20;4712;Ishallen\n";
    assert_fields(
        text,
        &words::LEAVERS,
        &[
            ("Person Förnamn", "first_name"),
            ("Anställning Anst.nr", "employee_no"),
            ("Anställning Från", "start_date"),
            ("Anställning Till", "end_date"),
            ("Organisation Kod", "unit_code"),
            ("Organisation Namn", "unit"),
        ],
    );
    assert_eq!(guessed(text, "slutat.csv"), Some("leavers"));
}

#[test]
fn a_list_with_a_reason_for_leaving_is_not_of_everybody_employed() {
    let text = "Anst.nr;Efternamn;Förnamn;Förvaltning;Sluttid;Avgångsorsak\n104223;Ek;Eva;Fritid;x;Pension\n104224;Ö;Per;Fritid;y;Egen begäran\n104225;Å;Siv;Kultur;z;Pension\n";
    assert_ne!(guessed(text, "uttag.csv"), Some("staff-snapshot"));
    let absent = text.replace("Avgångsorsak", "Frånvaroorsak");
    assert_eq!(guessed(&absent, "uttag.csv"), None);
}

#[test]
fn a_sentence_that_nobody_has_left_is_a_list_of_nobody() {
    let sheet = sheet("Ingen har slutat hos oss under oktober 2026.\r\n\r\n/Siv Å\r\n");
    let table = Table::read(&sheet, &words::LEAVERS).expect("a list of nobody");
    assert!(table.is_of_nothing() && table.rows.is_empty());
    assert_eq!(table.titles()[0], "Ingen har slutat hos oss under oktober 2026.");
    assert_eq!(guess::kind(&sheet, "svar.txt", &words::ALL), Some("leavers"));
    assert!(Table::read(&sheet, &words::STAFF).is_err());
}

#[test]
fn a_list_where_some_rows_have_a_name_only_keeps_them() {
    let text = "System;Ägare;Leverantör\nBokning Hall;Eva Ek;Exempel AB\nPassagen;;\nLönen;Siv Å;Lön AB\nTotal Control;;\nKartan;Per Ö;\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::SYSTEMS).expect("a table");
    assert_eq!(table.rows.len(), 5, "sums {:?}, notes {:?}", table.sum_rows, table.notes);
}

#[test]
fn short_rows_of_an_export_that_trims_are_whole() {
    let mut text = "Avtalsnr;Avtalsnamn;Slutdatum;Anmärkning\n".to_owned();
    for number in 0..40 {
        let end = if number % 2 == 0 { "" } else { ";not" };
        writeln!(text, "A-{number};Drift {number};2026-12-31{end}").unwrap();
    }
    let sheet = sheet(&text);
    let table = Table::read(&sheet, &words::CONTRACTS).expect("a table");
    assert!(table.rows.iter().all(|row| row.faults.is_empty()));
}

#[test]
fn a_failed_date_refuses_the_row_and_words_do_not() {
    let text = "Avtalsnr;Avtalsnamn;Slutdatum\nA-1;Drift;2027-02-30\nA-2;Tillägg;följer huvudavtalet\nA-3;Licens;2027-02-28\n;Nummerlöst;2027-02-28\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::CONTRACTS).expect("a table");
    let mapping = Mapping::suggested(&mapping::suggest(&table, &words::CONTRACTS));
    let near = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");
    let reading = Reading::of(&table, &mapping, &words::CONTRACTS, near);
    let codes: Vec<Vec<&str>> = table
        .rows
        .iter()
        .map(|row| {
            check::row(&table, row, &mapping, &words::CONTRACTS, &reading)
                .faults
                .iter()
                .map(|fault| fault.code)
                .collect()
        })
        .collect();
    assert_eq!(codes, [vec!["date_invalid"], vec![], vec![], vec!["required_missing"]]);
}

#[test]
fn what_is_required_and_missing_is_named() {
    let sheet = sheet("Leverantör;Slutdatum;Belopp\nA AB;2026-12-31;10\nB AB;2026-12-31;20\n");
    let table = Table::read(&sheet, &words::CONTRACTS).expect("a table");
    let mapping = Mapping::suggested(&mapping::suggest(&table, &words::CONTRACTS));
    assert_eq!(mapping.missing(&words::CONTRACTS), [vec!["Avtalsnummer", "Avtalsnamn"]]);
}

#[test]
fn a_staff_list_from_an_interface_in_english_is_mapped_with_the_mark_of_protected_persons() {
    assert_fields(
        "company,employmentId,personNumber,lastName,givenName,loginName,emailAddress,orgId,orgName,topOrgName,formOfEmployment,title,startDate,endDate,isMainEmployment,extent,isClassified,managerId\n\
         01,1001,19850101-2384,Ek,Eva,evaek01,eva.ek@kommun.example,4711,Simhallen,Fritid,1,Badvakt,2020-01-01,9999-12-31,true,100,false,1003\n\
         01,1002,19900202-2385,Å,Siv,sivaa01,siv.a@kommun.example,4711,Simhallen,Fritid,1,Badvakt,2021-01-01,9999-12-31,true,75,true,1003\n\
         01,1003,19910302-2386,Ö,Per,peroo01,per.o@kommun.example,4711,Simhallen,Fritid,1,Chef,2019-01-01,9999-12-31,true,100,false,\n",
        &words::STAFF,
        &[
            ("employmentId", "employee_no"),
            ("personNumber", "personal_id"),
            ("orgName", "unit"),
            ("topOrgName", "department"),
            ("formOfEmployment", "form"),
            ("extent", "extent"),
            ("isClassified", "protected"),
            ("managerId", "manager_no"),
        ],
    );
}

#[test]
fn a_sum_whose_word_is_not_in_the_first_column_is_no_row() {
    let text = "Årskostnad;Leverantör;System\n98 500;Exempel AB;Bokning\n12 000;Lön AB;Lönen\n110 500;;Summa\n2;;Antal system\n500;;Totalt Försvar AB\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::SYSTEMS).expect("a table");
    assert_eq!(table.sum_rows, [4, 5]);
    assert_eq!(table.rows.len(), 3, "a name that begins as a sum is a name when it goes on");
}

#[test]
fn rows_above_a_header_that_is_printed_again_in_other_words_are_not_lost() {
    let text = "Systemets namn;Syfte;Systemägare;Klassning\nBokning;bokning;Eva Ek;2-1-1\nLönen;lön;Siv Å;1-1-1\n\
                Systemnamn;Funktionsområde;Systemägare;Klassning\nKartan;karta;Per Ö;1-2-1\n";
    let sheet = sheet(text);
    let table = Table::read(&sheet, &words::SYSTEMS).expect("a table");
    assert_eq!(table.header.row, 1);
    let numbers: Vec<u32> = table.rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [2, 3, 5]);
    assert_eq!(table.repeated_header_rows, [4]);
}
