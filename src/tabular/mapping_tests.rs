use super::super::{Limits, Table, read, words};
use super::*;

/// The field of each column of a list.
fn fields(text: &str, vocabulary: &Vocabulary) -> Vec<(String, Option<&'static str>)> {
    let sheet = read(text.as_bytes(), &Limits::default()).unwrap().sheets.remove(0);
    let table = Table::read(&sheet, vocabulary).unwrap();
    suggest(&table, vocabulary)
        .iter()
        .map(|one| (table.header.columns[one.column].clone(), one.field))
        .collect()
}

/// Asserts that columns, by their headers, are read as these fields.
pub(in crate::tabular) fn assert_fields(
    text: &str,
    vocabulary: &Vocabulary,
    expected: &[(&str, Option<&str>)],
) {
    let found = fields(text, vocabulary);
    for (header, field) in expected {
        assert!(
            found.iter().any(|(name, code)| name == header && code == field),
            "{header} is not {field:?}: {found:?}"
        );
    }
}

#[test]
fn of_two_names_of_a_field_the_better_one_is_taken() {
    assert_fields(
        "Anst.nr;Namn;Sista arbetsdag;Sista anställningsdag\n104223;Eva Ek;2026-10-09;2026-10-31\n104224;Per Ö;2026-10-02;2026-10-31\n104225;Siv Å;2026-10-16;2026-10-31\n",
        &words::LEAVERS,
        &[("Sista arbetsdag", None), ("Sista anställningsdag", Some("end_date"))],
    );
    assert_fields(
        "Telefon;Mobil;Namn;Pris/mån\n0123-456 78;070-174 06 05;Eva Ek;99\n0123-456 79;070-174 06 06;Per Ö;99\n0123-456 70;070-174 06 07;Siv Å;99\n",
        &words::SUBSCRIPTIONS,
        &[("Telefon", None), ("Mobil", Some("msisdn"))],
    );
}

#[test]
fn what_is_private_or_a_managers_is_not_taken_for_the_persons_own() {
    assert_fields(
        "Anst.nr;Namn;Privat mobil;Tjänstemobil;E-post privat;E-post arbete;Chefens anst.nr;Slutdatum\n\
         104223;Eva Ek;070-111 22 33;070-174 06 05;eva@post.example;eva.ek@kommun.example;100001;2026-10-31\n\
         104224;Per Ö;070-111 22 34;070-174 06 06;per@post.example;per.o@kommun.example;100001;2026-10-31\n\
         104225;Siv Å;070-111 22 35;070-174 06 07;siv@post.example;siv.a@kommun.example;100002;2026-10-31\n",
        &words::LEAVERS,
        &[
            ("Privat mobil", None),
            ("Tjänstemobil", Some("mobile")),
            ("E-post privat", None),
            ("E-post arbete", Some("email")),
            ("Chefens anst.nr", Some("manager_no")),
        ],
    );
}

#[test]
fn a_column_of_crosses_is_no_number() {
    assert_fields(
        "Anst.nr;Namn;Slutdatum;Mobil;Dator\n104223;Eva Ek;2026-10-31;x;x\n104224;Per Ö;2026-10-31;x;\n104225;Siv Å;2026-10-31;x;x\n",
        &words::LEAVERS,
        &[("Slutdatum", Some("end_date")), ("Mobil", None)],
    );
}

#[test]
fn a_column_that_says_that_it_is_the_text_of_a_code_is_the_text() {
    assert_fields(
        "Anst.nr;Namn;Orgenhet;Orgenhetsnamn;Slutdatum\n104223;Eva Ek;4711;Simhallen;2026-10-31\n104224;Per Ö;4712;Ishallen;2026-10-31\n104225;Siv Å;4713;Utebadet;2026-10-31\n",
        &words::LEAVERS,
        &[("Orgenhet", Some("unit_code")), ("Orgenhetsnamn", Some("unit"))],
    );
    assert_fields(
        "Anst.nr;Namn;Arbetsställe;Arbetsställe benämning;Chef;Chef (T);Slutdatum\n\
         104223;Eva Ek;4711;Simhallen;100001;Lind, Per;2026-10-31\n\
         104224;Per Ö;4712;Ishallen;100001;Lind, Per;2026-10-31\n\
         104225;Siv Å;4713;Utebadet;100002;Åberg, Eva;2026-10-31\n",
        &words::LEAVERS,
        &[
            ("Arbetsställe", Some("unit_code")),
            ("Arbetsställe benämning", Some("unit")),
            ("Chef", Some("manager_no")),
            ("Chef (T)", Some("manager")),
        ],
    );
}

#[test]
fn a_required_column_is_known_by_its_name_though_its_cells_are_wrong() {
    assert_fields(
        "Anst.nr;Namn;Avg. datum\n104223;Eva Ek;i slutet av månaden\n104224;Per Ö;okänt\n104225;Siv Å;efter semestern\n",
        &words::LEAVERS,
        &[("Avg. datum", Some("end_date"))],
    );
}

#[test]
fn a_column_of_numbers_is_the_field_that_the_list_cannot_be_without() {
    assert_fields(
        "Nr;Namn;Pris/mån\n070-174 06 05;Eva Ek;99\n070-174 06 06;Per Ö;99\n070-174 06 07;Siv Å;99\n",
        &words::SUBSCRIPTIONS,
        &[("Nr", Some("msisdn")), ("Namn", Some("holder"))],
    );
}

#[test]
fn an_address_tells_whose_a_subscription_is_but_not_a_contacts() {
    assert_fields(
        "Mobilnummer;Kostnadsställe;E-post;Kontaktpersonens e-post\n\
         070-174 06 05;4711;eva.ek@k.example;siv.a@k.example\n070-174 06 06;4711;per.o@k.example;siv.a@k.example\n\
         070-174 06 07;4712;bo.ek@k.example;siv.a@k.example\n",
        &words::SUBSCRIPTIONS,
        &[("E-post", Some("email")), ("Kontaktpersonens e-post", None)],
    );
}

#[test]
fn the_only_day_of_a_list_is_the_one_that_it_cannot_be_without() {
    assert_fields(
        "Händelse;Datum;Anst-id;Namn\nAvslut;20261108;104223;Eva Ek\nAvslut;20261113;104224;Per Ö\nAvslut;20261031;104225;Siv Å\n",
        &words::LEAVERS,
        &[("Datum", Some("end_date"))],
    );
    // A first day by a sure name stays: then the list lacks the last one.
    assert_fields(
        "Anställningsdatum;Anst-id;Namn\n20261108;104223;Eva Ek\n20261113;104224;Per Ö\n20261031;104225;Siv Å\n",
        &words::LEAVERS,
        &[("Anställningsdatum", Some("start_date"))],
    );
}
