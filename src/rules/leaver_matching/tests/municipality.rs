//! A shared municipality's files, read into what the rules take.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use chrono::{Datelike, NaiveDate};

use super::files::{Field, Row, date, rows};
use crate::rules::{
    leaver_matching::*,
    month_names::MONTHS,
    personal_id::{PersonalId, Profile},
    phone::Phone,
    test_support::{shared_dir, shared_text},
};

/// A municipality's files, read.
pub(super) struct Municipality {
    dir: PathBuf,
    today: NaiveDate,
    register: Register,
    leaver_rows: Vec<LeaverRow>,
    /// File and row number of each leaver row.
    pub places: Vec<(String, usize)>,
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

/// The shared municipalities, each read once. Empty when the shared data is not there.
pub(super) fn municipalities() -> impl Iterator<Item = (&'static str, &'static Municipality)> {
    static READ: OnceLock<Vec<(&str, Municipality)>> = OnceLock::new();
    let read =
        || ["kommun-small", "kommun-medium"].into_iter().filter_map(|n| Some((n, Municipality::read(n)?)));
    READ.get_or_init(|| read().collect()).iter().map(|(name, m)| (*name, m))
}

impl Municipality {
    fn read(name: &str) -> Option<Self> {
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

    pub(super) fn input(&self) -> Input<'_> {
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
    pub(super) fn subscriptions(&self) -> (Vec<Item>, Vec<(String, usize)>) {
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

    /// Licence seats or access tags: one item per row of a file.
    pub(super) fn holdings(&self, file: &str) -> (Vec<Item>, Vec<usize>) {
        let read = rows(&self.dir.join(file));
        let items = read.iter().map(|row| {
            let some = |f| Some(row.get(f).to_owned()).filter(|c: &String| !c.is_empty());
            Item {
                holder: row.get(Field::Holder).to_owned(),
                account: some(Field::Login),
                employee_number: some(Field::Number),
                type_text: row.get(Field::Type).to_owned(),
                ..Item::default()
            }
        });
        (items.collect(), read.iter().map(|r| r.number).collect())
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
