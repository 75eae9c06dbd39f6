//! The rules against the shared municipalities: every leaver row and every subscription.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use chrono::{Datelike, NaiveDate};

use super::files::{Field, Row, date, rows};
use crate::rules::{
    leaver_matching::*,
    personal_id::{PersonalId, Profile},
    phone::Phone,
    test_support::{shared_csv, shared_dir, shared_text},
};

/// A municipality's files, read.
struct Municipality {
    dir: PathBuf,
    today: NaiveDate,
    register: Register,
    leaver_rows: Vec<LeaverRow>,
    /// File and row number of each leaver row.
    places: Vec<(String, usize)>,
    units: HashMap<String, String>,
    unit_names: Vec<String>,
    titles: Vec<String>,
    successors: HashMap<String, String>,
    reasons: ReasonTable,
    snapshot: NaiveDate,
}

fn on(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
}

impl Municipality {
    fn read(name: &'static str) -> Option<Self> {
        let dir = shared_dir()?.join("data").join(name);
        let tree = shared_text(&format!("data/{name}/org_tree.csv"))?;
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(tree.as_bytes());
        let tree: Vec<HashMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
        let readme = shared_text(&format!("data/{name}/README.md"))?;
        // "Orsakskoder i …: 01 egen uppsägning, 02 pension, …"
        let codes: Vec<&str> = readme
            .lines()
            .filter(|l| l.to_lowercase().contains("koder i "))
            .filter_map(|l| l.split_once(": "))
            .map(|(_, codes)| codes.trim_end_matches('.'))
            .collect();
        let (reasons, unknown) = ReasonTable::parse(&codes.join(","));
        assert!(unknown.is_empty() && reasons.len() > 10, "{unknown:?}");
        let snapshots = snapshot_files(&dir);
        let mut this = Self {
            today: on("2026-11-20"),
            register: Register::default(),
            leaver_rows: Vec::new(),
            places: Vec::new(),
            units: tree.iter().map(|t| (unit_key(&t["Namn"]), t["Kod"].clone())).collect(),
            unit_names: tree.iter().map(|t| t["Namn"].clone()).collect(),
            titles: Vec::new(),
            successors: tree
                .iter()
                .filter(|t| !t["Ersätts av"].is_empty())
                .map(|t| (unit_key(&t["Kod"]), t["Ersätts av"].clone()))
                .collect(),
            reasons,
            snapshot: NaiveDate::MIN,
            dir,
        };
        // A name borne by several units tells no unit.
        for t in &tree {
            if tree.iter().filter(|u| unit_key(&u["Namn"]) == unit_key(&t["Namn"])).count() > 1 {
                this.units.remove(&unit_key(&t["Namn"]));
            }
        }
        for (i, (file, month)) in snapshots.iter().enumerate() {
            this.read_snapshot(file, *month, i + 1 == snapshots.len());
        }
        this.read_lists();
        Some(this)
    }

    /// "4711 Simhallen", "Simhallen (4711)", "4711" or a name that only one unit has.
    fn unit(&self, row: &Row) -> String {
        let text = if row.get(Field::UnitCode).is_empty() {
            row.get(Field::UnitName)
        } else {
            row.get(Field::UnitCode)
        };
        let code = text.split([' ', '(', ')']).find(|w| {
            w.len() >= 4
                && w.bytes().any(|b| b.is_ascii_digit())
                && w.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        match (self.units.get(&unit_key(text)), code) {
            (Some(unit), _) => unit.clone(),
            (None, Some(code)) => code.to_owned(),
            (None, None) => String::new(),
        }
    }

    fn record(row: &Row, seen: NaiveDate) -> Person {
        let cell = |f| row.get(f);
        let mut names = if cell(Field::Name).is_empty() {
            vec![KnownName::current(cell(Field::Given), cell(Field::Surname))]
        } else {
            vec![KnownName::whole(cell(Field::Name))]
        };
        if !cell(Field::EarlierSurname).is_empty() {
            names.push(KnownName::earlier(cell(Field::Given), cell(Field::EarlierSurname)));
        }
        let hidden = |n: &KnownName| {
            let k1 = n.name.keys().k1;
            k1.starts_with("skydd") || k1.starts_with("sekretess")
        };
        let is_protected = cell(Field::Protected).to_lowercase().starts_with('j') || names.iter().any(hidden);
        names.retain(|n| !hidden(n) && !n.text.is_empty());
        let account = |id: &str| Some(Account { id: id.to_owned(), from: None }).filter(|a| !a.id.is_empty());
        Person {
            personal_id: PersonalId::parse(cell(Field::Pid), seen, Profile { temporary: true })
                .ok()
                .map(|p| p.normal().to_owned()),
            numbers: Some(EmployeeNumber {
                company: cell(Field::Company).to_owned(),
                number: cell(Field::Number).to_owned(),
            })
            .filter(|n| !n.number.is_empty())
            .into_iter()
            .collect(),
            accounts: account(cell(Field::Login)).into_iter().chain(account(cell(Field::Email))).collect(),
            mobiles: Phone::parse(cell(Field::Mobile))
                .map(|p| WorkMobile { number: p.e164(), recorded: seen })
                .into_iter()
                .collect(),
            names,
            is_protected,
            ..Person::default()
        }
    }

    fn read_snapshot(&mut self, file: &Path, month: NaiveDate, newest: bool) {
        self.snapshot = month;
        for row in rows(file) {
            let cell = |f| row.get(f);
            if cell(Field::Number).is_empty() {
                continue;
            }
            if !self.titles.iter().any(|t| t == cell(Field::Title)) {
                self.titles.push(cell(Field::Title).to_owned());
            }
            let mut record = Self::record(&row, month);
            record.employments.push(Employment {
                company: cell(Field::Company).to_owned(),
                number: cell(Field::Number).to_owned(),
                unit: self.unit(&row),
                start: date(cell(Field::Start)),
                end: date(cell(Field::End)).filter(|d| d.year() < 9000),
                form: EmploymentForm::parse(cell(Field::Form)),
                status: EmploymentStatus::parse(cell(Field::Status)),
                in_newest: newest,
                ..Employment::default()
            });
            self.register.take_in(record);
        }
    }

    fn read_lists(&mut self) {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.dir.join("leavers")).unwrap().map(|f| f.unwrap().path()).collect();
        // The first of two equal files is the one without "(1)" in its name.
        files.sort_by_key(|f| (f.as_os_str().len(), f.clone()));
        let mut seen: Vec<Vec<u8>> = Vec::new();
        for file in files {
            let bytes = std::fs::read(&file).unwrap();
            if seen.contains(&bytes) {
                continue;
            }
            seen.push(bytes);
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let month = month_of(&name);
            for row in rows(&file) {
                let ended = date(row.get(Field::End));
                let named = !row.get(Field::Name).is_empty() || !row.get(Field::Surname).is_empty();
                if ended.is_none() || (!named && row.get(Field::Number).is_empty()) {
                    continue;
                }
                let event = self.reasons.read(row.get(Field::Reason));
                let record = Self::record(&row, month);
                let hidden = record.is_protected;
                let unit = self.unit(&row);
                // A row that tells nothing that identifies stands for itself.
                let tells =
                    record.personal_id.is_some() || !record.numbers.is_empty() || !record.accounts.is_empty();
                let person = tells.then(|| self.register.take_in(record).0);
                self.leaver_rows.push(LeaverRow {
                    person,
                    list_month: month,
                    company: row.get(Field::Company).to_owned(),
                    number: row.get(Field::Number).to_owned(),
                    unit,
                    start: date(row.get(Field::Start)),
                    end: ended,
                    form: EmploymentForm::parse(row.get(Field::Form)),
                    event: event.unwrap_or_default(),
                    new_employment: row.get(Field::NewEmployment).eq_ignore_ascii_case("ja"),
                    is_protected: hidden,
                });
                self.places.push((format!("leavers/{name}"), row.number));
            }
        }
    }

    fn input(&self) -> Input<'_> {
        Input {
            today: self.today,
            persons: self.register.persons(),
            rows: &self.leaver_rows,
            snapshot: Some(Snapshot { taken_on: self.snapshot }),
            successors: &self.successors,
            unit_names: &self.unit_names,
            titles: &self.titles,
            settings: Settings::default(),
        }
    }

    /// The subscriptions of the newest lists, each with its file and row.
    fn subscriptions(&self) -> (Vec<Item>, Vec<(String, usize)>) {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.dir.join("subscriptions")).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        let (mut items, mut places) = (Vec::new(), Vec::new());
        for file in files.iter().filter(|f| f.to_string_lossy().contains("2026-11")) {
            for row in rows(file) {
                let Ok(phone) = Phone::parse(row.get(Field::Msisdn)) else { continue };
                let under = row.heading.split(' ').find(|w| w.bytes().all(|b| b.is_ascii_digit()));
                let cost_centre = match row.get(Field::CostCentre) {
                    "" => under.unwrap_or_default(),
                    own => own,
                };
                items.push(Item {
                    holder: row.get(Field::Holder).to_owned(),
                    reference: row.get(Field::Reference).to_owned(),
                    msisdn: Some(phone.e164()),
                    cost_centre: cost_centre.to_owned(),
                    type_text: row.get(Field::Type).to_owned(),
                    last_use: date(row.get(Field::LastUse)).map(|on| LastUse { on, by: None }),
                    ..Item::default()
                });
                places.push((file.file_name().unwrap().to_string_lossy().into_owned(), row.number));
            }
        }
        // "Tvillingkort till 0701740605", or a column for it.
        let by_number: HashMap<String, usize> =
            items.iter().enumerate().rev().filter_map(|(i, item)| Some((item.msisdn.clone()?, i))).collect();
        for item in &mut items {
            let main = item.type_text.split_once(" till ").and_then(|(_, n)| Phone::parse(n).ok());
            item.main = main.and_then(|m| by_number.get(&m.e164())).copied();
        }
        (items, places)
    }
}

/// The snapshots, oldest first, with the date in the truth's description.
fn snapshot_files(dir: &Path) -> Vec<(PathBuf, NaiveDate)> {
    let meta = std::fs::read_to_string(dir.join("truth/meta.json")).unwrap();
    let dates: Vec<NaiveDate> = meta
        .split('"')
        .skip_while(|w| *w != "snapshot_dates")
        .filter_map(|w| NaiveDate::parse_from_str(w, "%Y-%m-%d").ok())
        .collect();
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|f| f.file_name().unwrap().to_string_lossy().starts_with("hr_snapshot"))
        .collect();
    files.sort();
    files.into_iter().zip(dates).collect()
}

/// The month in a file's name: "2026-06", "2606" or "juni".
fn month_of(name: &str) -> NaiveDate {
    const MONTHS: [&str; 12] = [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ];
    let (low, mut month) = (name.to_lowercase(), None);
    for (word, m) in MONTHS.iter().zip(1u32..) {
        if low.contains(word) {
            month = Some(m);
        }
    }
    let digits: String = low.chars().filter(char::is_ascii_digit).collect();
    let month = month.or_else(|| match digits.len() {
        4 => digits[2..].parse().ok(),
        _ => digits.get(4..6).and_then(|m| m.parse().ok()),
    });
    NaiveDate::from_ymd_opt(2026, month.unwrap_or_else(|| panic!("no month in {name}")), 1).unwrap()
}

/// The verdicts that mean the same as the truth's words.
fn agrees(truth: &str, verdict: &RowVerdict) -> bool {
    match truth {
        "true_leaver" | "true_leaver_two_employments" | "hourly_ended" => verdict.verdict == Verdict::Leaver,
        "deceased" => verdict.verdict == Verdict::Deceased,
        "planned" => verdict.verdict == Verdict::Planned,
        "hourly_in_grace" => verdict.verdict == Verdict::HourlyGrace,
        "mover" | "reorganisation_mover" => verdict.verdict == Verdict::Mover,
        "multiple_employment" => verdict.verdict == Verdict::Multiple,
        "rehire" | "rehire_gap_over_90" => verdict.verdict == Verdict::Rehire,
        "leave_of_absence" => verdict.verdict == Verdict::Leave,
        "extended" => verdict.verdict == Verdict::Extended,
        "correction_row" => verdict.verdict == Verdict::Correction,
        "withdrawn_later" => verdict.verdict == Verdict::Withdrawn,
        "protected_leaver" => {
            verdict.is_protected && matches!(verdict.verdict, Verdict::Leaver | Verdict::Protected)
        }
        "protected_mover" => {
            verdict.is_protected && matches!(verdict.verdict, Verdict::Mover | Verdict::Protected)
        }
        other => panic!("unknown verdict in the truth: {other}"),
    }
}

#[test]
fn the_leaver_rows_of_the_shared_municipalities_get_their_verdicts() {
    for name in ["kommun-small", "kommun-medium"] {
        let Some(municipality) = Municipality::read(name) else { return };
        let truth = shared_csv(&format!("data/{name}/truth/leaver_row_truth.csv")).unwrap();
        let matcher = Matcher::new(municipality.input());
        let found: HashMap<&(String, usize), &RowVerdict> =
            municipality.places.iter().zip(matcher.verdicts()).collect();
        let (mut right, mut all, mut wrongly_left) = (0, 0, 0);
        for t in truth.iter().filter(|t| t["status"] != "rejected") {
            all += 1;
            let place = (t["file"].clone(), t["row"].parse().unwrap());
            let verdict = found.get(&place);
            if verdict.is_some_and(|v| agrees(&t["verdict"], v)) {
                right += 1;
            } else {
                eprintln!("{name} {place:?}: {} {} but {verdict:?}", t["verdict"], t["l_code"]);
            }
            if t["is_leaver_2026_11_20"] == "0"
                && verdict.is_some_and(|v| v.verdict.is_leaver() && !v.is_doubtful)
            {
                wrongly_left += 1;
            }
        }
        eprintln!("{name}: {right} of {all} leaver rows, {wrongly_left} wrongly taken for leavers");
        assert!(right * 100 >= all * 99, "{name}: {right} of {all}");
        assert_eq!(wrongly_left, 0, "{name}");
    }
}

#[test]
fn the_subscriptions_of_the_shared_municipalities_get_their_classes() {
    for name in ["kommun-small", "kommun-medium"] {
        let Some(municipality) = Municipality::read(name) else { return };
        let truth = shared_csv(&format!("data/{name}/truth/subscription_truth.csv")).unwrap();
        let matcher = Matcher::new(municipality.input());
        let (items, places) = municipality.subscriptions();
        let found: HashMap<(&str, usize), usize> = places
            .iter()
            .enumerate()
            .map(|(i, (f, r))| ((if f.contains("telia") { "telia" } else { "telenor" }, *r), i))
            .collect();
        let proposals = matcher.propose_all(&items);
        let (mut within, mut strict, mut all, mut wrongly_a, mut leavers, mut leavers_found) =
            (0, 0, 0, 0, 0, 0);
        let mut missed: BTreeMap<String, usize> = BTreeMap::new();
        for t in truth.iter().filter(|t| !t["expected_class"].is_empty()) {
            let row = match (t["row_2026_11"].parse(), t["row_telia"].parse()) {
                (Ok(row), _) => ("telenor", row),
                (_, Ok(row)) => ("telia", row),
                _ => continue,
            };
            let Some(ix) = found.get(&row) else {
                assert_eq!(t["row_rejected"].is_empty(), t["row_rejected"].is_empty(), "{row:?}");
                continue;
            };
            all += 1;
            let p = &proposals[*ix];
            let accepted: Vec<&str> = t["accept_classes"].split('|').collect();
            let ok = accepted.contains(&p.class.code()) || (accepted.contains(&"SKYDD") && p.is_protected);
            within += usize::from(ok);
            strict += usize::from(t["expected_class"] == p.class.code());
            let expected_ab = matches!(t["expected_class"].as_str(), "A" | "B");
            leavers += usize::from(expected_ab);
            leavers_found += usize::from(expected_ab && matches!(p.class, Class::A | Class::B));
            if p.class == Class::A && !accepted.contains(&"A") {
                wrongly_a += 1;
                eprintln!("WRONGLY A {row:?} {}", t["subscription_id"]);
            }
            if !ok {
                *missed.entry(format!("{} {}", t["category"], t["expected_class"])).or_default() += 1;
                eprintln!(
                    "{name} {row:?} {} {}: expected {} ({}) by {}, got {} {:?} {:?} {:?} {:?}",
                    t["subscription_id"],
                    t["category"],
                    t["expected_class"],
                    t["accept_classes"],
                    t["evidence"],
                    p.class.code(),
                    p.evidence_codes(),
                    p.candidates.iter().map(|c| c.standing).collect::<Vec<_>>(),
                    p.contradictions,
                    p.caps,
                );
            }
        }
        eprintln!(
            "{name}: {within} of {all} within accept_classes ({strict} the strict class), {wrongly_a} wrongly A, {leavers_found} of {leavers} leavers in A or B; outside: {missed:?}"
        );
        assert!(within * 1000 >= all * 980, "{name}: {within} of {all}");
        assert_eq!(wrongly_a, 0, "{name}");
        assert!(leavers_found * 100 >= leavers * 95, "{name}: {leavers_found} of {leavers}");
    }
}
