use super::*;
use crate::rules::leaver_matching::model::{Account, EmployeeNumber, KnownName, WorkMobile};

fn record(pid: &str, number: &str, login: &str, name: &str) -> Person {
    Person {
        personal_id: Some(pid.to_owned()).filter(|p| !p.is_empty()),
        numbers: vec![EmployeeNumber { company: "01".into(), number: number.into() }],
        accounts: vec![Account { id: login.into(), from: None }],
        names: vec![KnownName::whole(name)],
        employments: vec![Employment {
            company: "01".into(),
            number: number.into(),
            unit: "4711".into(),
            start: NaiveDate::from_ymd_opt(2020, 1, 1),
            ..Employment::default()
        }],
        ..Person::default()
    }
}

#[test]
fn records_of_one_person_come_together_by_what_identifies() {
    let mut register = Register::default();
    let (first, by) = register.take_in(record("199001012380", "104223", "annlin01", "Lind, Anna"));
    assert_eq!((first, by), (0, None));
    for (next, by) in [
        (record("199001012380", "200001", "", "Berg, Anna"), LinkedBy::PersonalId),
        (record("", "0104223", "", "Lind, Anna"), LinkedBy::Number),
        (record("", "300001", "KOMMUN\\ANNLIN01", "Lind, Anna Maria"), LinkedBy::Account),
        (record("", "", "", "Anna Lind"), LinkedBy::NameUnitStart),
    ] {
        assert_eq!(register.take_in(next), (0, Some(by)));
    }
    let person = &register.persons()[0];
    assert_eq!(person.numbers.len(), 5);
    assert_eq!(person.names.len(), 3);
    assert_eq!(person.employments.len(), 3, "one per number");
}

#[test]
fn a_work_number_links_the_name_one_goes_by_with_all_given_names_and_nobody_elses() {
    let with = |number: &str, name: &str| Person {
        mobiles: vec![WorkMobile {
            number: "+46701740605".into(),
            recorded: NaiveDate::from_ymd_opt(2026, 10, 30).unwrap(),
        }],
        employments: Vec::new(),
        ..record("", number, "", name)
    };
    let mut register = Register::default();
    register.take_in(with("104223", "Lind, Anna Karin Maria"));
    for (name, by) in [
        ("Anna Lind", Some(LinkedBy::MobileAndName)),
        ("Lind Anna Karin Maria", Some(LinkedBy::MobileAndName)),
        ("Anna Berg", None),
    ] {
        assert_eq!(register.take_in(with("", name)).1, by, "{name}");
    }
}

#[test]
fn what_only_looks_alike_stays_apart() {
    let mut register = Register::default();
    register.take_in(record("199001012380", "104223", "annlin01", "Lind, Anna"));
    for other in [
        record("198001012390", "104223", "", "Lind, Anna"),
        record("", "555555", "annlin01", "Berg, Olle"),
        record("", "555556", "", "Lind, Anna"),
        Person {
            numbers: vec![EmployeeNumber { company: "02".into(), number: "104223".into() }],
            names: vec![KnownName::whole("Ek, Bo")],
            ..Person::default()
        },
    ] {
        assert_eq!(register.take_in(other).1, None);
    }
    assert_eq!(register.persons().len(), 5);
}

#[test]
fn without_a_company_a_number_is_its_bearers_and_not_that_of_whom_another_company_gave_it() {
    let numbered = |company: &str, name: &str| Person {
        numbers: vec![EmployeeNumber { company: company.into(), number: "104223".into() }],
        names: vec![KnownName::whole(name)],
        ..Person::default()
    };
    let mut register = Register::default();
    register.take_in(numbered("20", "Ek, Bo"));
    for (company, name, expected) in [
        // Not Bo Ek of the other company: somebody the register did not know.
        ("", "Anna Lind", (1, None)),
        ("", "Lind, Anna Karin", (1, Some(LinkedBy::Number))),
        // A new surname.
        ("", "Anna Berg", (1, Some(LinkedBy::Number))),
        ("", "Bo Ek", (0, Some(LinkedBy::Number))),
        ("20", "Per Alm", (0, Some(LinkedBy::Number))),
    ] {
        assert_eq!(register.take_in(numbered(company, name)), expected, "{company} {name}");
    }
}

#[test]
fn a_number_that_two_persons_have_is_nobodys_for_sure() {
    let mut register = Register::new(vec![
        record("199001012380", "104223", "a", "Lind, Anna"),
        record("198001012390", "104223", "b", "Ek, Bo"),
    ]);
    let identity = Identity { number: "104223", ..Identity::default() };
    assert_eq!(register.find(&identity), Link::Several(vec![0, 1]));
    assert_eq!(register.take_in(record("", "104223", "", "Lind, Anna")).1, None);
}
