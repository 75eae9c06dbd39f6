//! From the register to what the rules look at, and back: which person, row and subscription each position stands for.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{Dossier, KnownEvidence, Outcome, Suspect, identity_keys};
use super::queries::{self, DecisionRow, EmploymentRow, ListedRow, PersonRow, SnapshotRow, SubscriptionRow};
use crate::areas::leavers::events;
use crate::areas::organisation::Units;
use crate::areas::settings;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::leaver_matching::{
    Account, Decision, EmployeeNumber, Employment, EmploymentForm, EmploymentKind, EmploymentStatus,
    EventKind, HolderChange, Input, Item, KnownName, LastUse, LeaverRow, Matcher, Person, PersonIx, Proposal,
    ReasonTable, Register, Settings, Snapshot, WorkMobile, unit_key,
};
use crate::rules::names::PersonName;

/// Everything that the matching of one municipality looks at on one day, with the ids of what it is about.
#[derive(Debug)]
pub struct Ground {
    /// The day.
    pub today: NaiveDate,
    /// Persons: first those of the register, in the order of `person_ids`, then those whom only lists know.
    pub persons: Vec<Person>,
    /// The ids of the persons of the register.
    pub person_ids: Vec<Uuid>,
    /// The rows of the leaver lists, as the rules take them.
    pub rows: Vec<LeaverRow>,
    /// The same rows as they are stored, in the same order.
    pub listed: Vec<ListedRow>,
    /// The subscriptions in the operators' newest lists, as the rules take them.
    pub items: Vec<Item>,
    /// The same as they are stored, in the same order.
    pub subscriptions: Vec<SubscriptionRow>,
    /// Subscriptions that are gone from the lists or have ended: nothing is proposed for them.
    pub gone: Vec<SubscriptionRow>,
    /// The same as the rules take them: only to tell whether somebody protected is behind them.
    pub gone_items: Vec<Item>,
    /// The newest full staff snapshot.
    pub snapshot: Option<SnapshotRow>,
    /// Every key of every person, to its position ([`identity_keys`]).
    pub keys: HashMap<String, PersonIx>,
    /// The newest list of each series.
    pub newest_lists: HashMap<Uuid, Uuid>,
    successors: HashMap<String, String>,
    unit_names: Vec<String>,
    titles: Vec<String>,
    settings: Settings,
}

/// Reads the register as it stands in the transaction.
pub async fn load(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Ground> {
    let units = Units::load(tx).await?;
    let snapshots = queries::list_snapshots(tx).await?;
    let employments = queries::list_employments(tx).await?;
    let own = settings::load(tx).await?;
    let mut titles: Vec<String> =
        employments.iter().map(|e| e.title.clone()).filter(|t| !t.is_empty()).collect();
    titles.sort_unstable();
    titles.dedup();
    let (person_ids, persons) = persons(queries::list_persons(tx).await?, employments, &snapshots, &units);
    let reasons: HashMap<Uuid, ReasonTable> = queries::list_reasons(tx)
        .await?
        .into_iter()
        .map(|(sender, text)| (sender, ReasonTable::parse(&text).0))
        .collect();
    let listed = queries::list_leaver_rows(tx).await?;
    let mut register = Register::new(persons);
    let rows = listed.iter().map(|row| leaver_row(row, &mut register, &reasons, &units)).collect();
    let persons = register.into_persons();
    let mut keys = HashMap::with_capacity(persons.len() * 3);
    for (ix, person) in persons.iter().enumerate() {
        for key in identity_keys(person_ids.get(ix).copied(), person) {
            keys.entry(key).or_insert(ix);
        }
    }
    let mut ground = Ground {
        today,
        persons,
        person_ids,
        rows,
        listed,
        items: Vec::new(),
        subscriptions: Vec::new(),
        gone: Vec::new(),
        gone_items: Vec::new(),
        snapshot: snapshots.into_iter().find(|s| s.is_full),
        keys,
        newest_lists: queries::list_newest_lists(tx).await?.into_iter().collect(),
        successors: successors(&units),
        unit_names: units.iter().map(|u| u.name.clone()).collect(),
        titles,
        settings: Settings { snapshot_max_age_days: own.snapshot_age_days.into(), ..Settings::default() },
    };
    ground.load_subscriptions(tx, &units).await?;
    Ok(ground)
}

impl Ground {
    /// What the rules take.
    #[must_use]
    pub fn input(&self) -> Input<'_> {
        Input {
            today: self.today,
            persons: &self.persons,
            rows: &self.rows,
            snapshot: self.snapshot.as_ref().map(|s| Snapshot { taken_on: s.taken_on }),
            successors: &self.successors,
            unit_names: &self.unit_names,
            titles: &self.titles,
            settings: self.settings,
        }
    }

    /// The person of the register at a position; `None` for somebody whom only lists know.
    #[must_use]
    pub fn person_id(&self, ix: PersonIx) -> Option<Uuid> {
        self.person_ids.get(ix).copied()
    }

    /// Every key of the person at a position; the first stands for the person.
    #[must_use]
    pub fn keys_of(&self, ix: PersonIx) -> Vec<String> {
        self.persons.get(ix).map(|p| identity_keys(self.person_id(ix), p)).unwrap_or_default()
    }

    /// The employee number that the person is known by, the present employment's first.
    #[must_use]
    pub fn employee_no(&self, ix: PersonIx) -> &str {
        let Some(person) = self.persons.get(ix) else { return "" };
        let here = person.employments.iter().find(|e| e.in_newest && !e.number.is_empty());
        let any = || person.employments.iter().rev().find(|e| !e.number.is_empty());
        here.or_else(any)
            .map(|e| e.number.as_str())
            .or_else(|| person.numbers.last().map(|n| n.number.as_str()))
            .unwrap_or_default()
    }

    /// A proposal as it is kept, with ids instead of positions.
    #[must_use]
    pub fn dossier(&self, matcher: &Matcher<'_>, item: usize, proposal: &Proposal) -> Dossier {
        let codes = |texts: Vec<&'static str>| texts.into_iter().map(str::to_owned).collect();
        Dossier {
            class: proposal.class.code().to_owned(),
            suspects: proposal
                .candidates
                .iter()
                .map(|c| Suspect {
                    key: self.keys_of(c.person).into_iter().next().unwrap_or_default(),
                    person_id: self.person_id(c.person),
                    rows: matcher
                        .rows_of(c.person)
                        .iter()
                        .filter_map(|ix| self.listed.get(*ix).map(|row| row.id))
                        .collect(),
                    l_code: c.standing.l_code().map(|l| l.code().to_owned()).unwrap_or_default(),
                    is_here: c.standing.is_here(),
                    end: c.standing.end(),
                    evidence: c
                        .evidence
                        .iter()
                        .map(|e| KnownEvidence {
                            code: e.code.code().to_owned(),
                            item: e.item_value.clone(),
                            person: e.person_value.clone(),
                        })
                        .collect(),
                })
                .collect(),
            contradictions: codes(proposal.contradictions.iter().map(|c| c.code()).collect()),
            caps: codes(proposal.caps.iter().map(|c| c.code()).collect()),
            notes: codes(proposal.notes.iter().map(|n| n.code()).collect()),
            same_name_active: proposal.same_name_active,
            same_name_ended: proposal.same_name_ended,
            snapshot_on: self.snapshot.as_ref().map(|s| s.taken_on),
            snapshot_id: self.snapshot.as_ref().map(|s| s.id),
            list_id: self
                .subscriptions
                .get(item)
                .and_then(|s| s.series_id)
                .and_then(|series| self.newest_lists.get(&series).copied()),
        }
    }

    async fn load_subscriptions(&mut self, tx: &mut TenantTx, units: &Units) -> AppResult<()> {
        let all = queries::list_subscriptions(tx).await?;
        let (gone, here): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|s| s.is_missing || matches!(s.status.as_str(), "avslutad" | "porterad"));
        let places: HashMap<Uuid, usize> = here.iter().enumerate().map(|(i, s)| (s.id, i)).collect();
        let mut changes: HashMap<Uuid, HolderChange> = queries::list_holder_changes(tx)
            .await?
            .into_iter()
            .map(|(id, seen, previous)| (id, HolderChange { seen, previous }))
            .collect();
        let mut decisions: HashMap<Uuid, Vec<DecisionRow>> = HashMap::new();
        for decision in queries::list_decisions(tx).await? {
            decisions.entry(decision.subscription_id).or_default().push(decision);
        }
        let mut item = |s: &SubscriptionRow| Item {
            holder: s.holder.clone(),
            reference: s.reference.clone(),
            msisdn: Some(s.msisdn.clone()),
            cost_centre: s.cost_centre.clone(),
            unit: s
                .org_unit_id
                .filter(|_| s.cost_centre.is_empty())
                .and_then(|u| units.get(u))
                .map(|u| u.code.clone())
                .unwrap_or_default(),
            type_text: s.type_text.clone(),
            main: s.main_subscription_id.and_then(|main| places.get(&main).copied()),
            last_use: s.last_traffic.map(|on| LastUse { on, by: None }),
            holder_change: changes.remove(&s.id),
            decisions: self.decided(s, decisions.get(&s.id).map(Vec::as_slice).unwrap_or_default()),
            ..Item::default()
        };
        let items = here.iter().map(&mut item).collect();
        let gone_items = gone.iter().map(&mut item).collect();
        self.items = items;
        self.gone_items = gone_items;
        self.subscriptions = here;
        self.gone = gone;
        Ok(())
    }

    /// Earlier decisions as evidence: E6, N1, kept for a time, no person's (rules 2.3, 2.6.10, 2.8).
    fn decided(&self, subscription: &SubscriptionRow, decisions: &[DecisionRow]) -> Vec<Decision> {
        let whose = |d: &DecisionRow| {
            std::iter::once(&d.subject_key).chain(&d.subject_keys).find_map(|key| self.keys.get(key).copied())
        };
        let mut found = Vec::new();
        if subscription.kind_decided.as_deref() == Some("non_person") {
            found.push(Decision::NonPerson);
        }
        for decision in decisions {
            match Outcome::from_code(&decision.outcome) {
                Some(Outcome::WrongMatch) => found.extend(whose(decision).map(Decision::NotHolder)),
                Some(Outcome::HandOver) => {
                    let new =
                        decision.new_person_id.and_then(|id| self.keys.get(&format!("p:{id}")).copied());
                    found.extend(new.map(Decision::Holder));
                }
                Some(Outcome::Keep | Outcome::Reserve) => {
                    found.extend(decision.review_on.map(Decision::KeepUntil));
                }
                Some(Outcome::NonPerson) => found.push(Decision::NonPerson),
                _ => {}
            }
        }
        found
    }
}

/// Old unit code → the code of the unit that took over.
fn successors(units: &Units) -> HashMap<String, String> {
    units
        .iter()
        .filter_map(|u| {
            let next = units.get(u.successor_id?)?;
            Some((unit_key(&u.code), next.code.clone()))
        })
        .collect()
}

fn persons(
    found: Vec<PersonRow>,
    employments: Vec<EmploymentRow>,
    snapshots: &[SnapshotRow],
    units: &Units,
) -> (Vec<Uuid>, Vec<Person>) {
    let days: HashMap<Uuid, NaiveDate> = snapshots.iter().map(|s| (s.id, s.taken_on)).collect();
    let newest = snapshots.first().map(|s| s.taken_on);
    let mut of_person: HashMap<Uuid, Vec<EmploymentRow>> = HashMap::new();
    for employment in employments {
        of_person.entry(employment.person_id).or_default().push(employment);
    }
    found
        .into_iter()
        .map(|p| {
            let held = of_person.remove(&p.id).unwrap_or_default();
            // What is in the newest list is said by it; what has gone was said by the list before that.
            let here = held.iter().any(|e| e.missing_from_snapshot_id.is_none());
            let gone = held.iter().filter_map(|e| days.get(&e.missing_from_snapshot_id?)).max();
            let recorded = if here { newest } else { gone.copied() };
            (p.id, person(p, held, recorded, units))
        })
        .unzip()
}

fn person(p: PersonRow, held: Vec<EmploymentRow>, recorded: Option<NaiveDate>, units: &Units) -> Person {
    let mut names = if p.given_names.is_empty() || p.family_name.is_empty() {
        vec![KnownName::whole(&p.display_name)]
    } else {
        vec![KnownName::current(&p.given_names, &p.family_name)]
    };
    names.extend(p.earlier_names.iter().map(|earlier| KnownName::earlier(&p.given_names, earlier)));
    names.retain(|n| !n.text.is_empty() && !hides(&n.name));
    Person {
        personal_id: p.personal_id_hash.as_deref().map(hex),
        accounts: [p.login, p.email].into_iter().flatten().map(|id| Account { id, from: None }).collect(),
        mobiles: p
            .work_mobile
            .zip(recorded)
            .map(|(number, recorded)| WorkMobile { number, recorded })
            .into_iter()
            .collect(),
        names,
        is_protected: p.is_protected,
        numbers: held
            .iter()
            .filter(|e| !e.employee_no.is_empty())
            .map(|e| EmployeeNumber { company: e.company_code.clone(), number: e.employee_no.clone() })
            .collect(),
        employments: held
            .into_iter()
            .map(|e| Employment {
                kind: if e.kind == "uppdrag" {
                    EmploymentKind::Assignment
                } else {
                    EmploymentKind::Employment
                },
                company: e.company_code,
                number: e.employee_no,
                unit: unit_text(units, e.org_unit_id, &e.unit_text),
                cost_centre: String::new(),
                start: e.start_date,
                end: e.end_date,
                form: EmploymentForm::parse(&e.form),
                status: match e.status.as_str() {
                    "tjanstledig" => EmploymentStatus::OnLeave,
                    "kommande" => EmploymentStatus::Coming,
                    "avslutad" => EmploymentStatus::Ended,
                    _ => EmploymentStatus::Active,
                },
                in_newest: e.missing_from_snapshot_id.is_none(),
            })
            .collect(),
        ..Person::default()
    }
}

fn unit_text(units: &Units, id: Option<Uuid>, text: &str) -> String {
    id.and_then(|id| units.get(id)).map_or_else(|| text.to_owned(), |unit| unit.code.clone())
}

/// Whether a name stands for somebody who is not to be known.
fn hides(name: &PersonName) -> bool {
    let key = name.keys().k1;
    key.starts_with("skydd") || key.starts_with("sekretess")
}

/// Bytes as text, for comparing.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A row as the rules take it. What it tells about its person goes to the register, so that later rows find the same one.
fn leaver_row(
    row: &ListedRow,
    register: &mut Register,
    reasons: &HashMap<Uuid, ReasonTable>,
    units: &Units,
) -> LeaverRow {
    let unit = unit_text(
        units,
        row.org_unit_id,
        if row.unit_code.is_empty() { &row.unit_text } else { &row.unit_code },
    );
    let mut names = if row.full_name.is_empty() {
        vec![KnownName::current(&row.given_names, &row.family_name)]
    } else {
        vec![KnownName::whole(&row.full_name)]
    };
    names.retain(|n| !n.text.is_empty() && !hides(&n.name));
    let account = |id: &str| Some(Account { id: id.to_owned(), from: None }).filter(|a| !a.id.is_empty());
    let record = Person {
        personal_id: row.personal_id_hash.as_deref().map(hex),
        numbers: Some(EmployeeNumber { company: row.company.clone(), number: row.employee_no.clone() })
            .filter(|n| !n.number.is_empty())
            .into_iter()
            .collect(),
        accounts: account(&row.login).into_iter().chain(account(&row.email)).collect(),
        mobiles: row
            .mobile
            .clone()
            .map(|number| WorkMobile { number, recorded: row.period })
            .into_iter()
            .collect(),
        names,
        is_protected: row.is_hidden,
        ..Person::default()
    };
    // A row that tells nothing that identifies stands for itself.
    let tells = record.personal_id.is_some() || !record.numbers.is_empty() || !record.accounts.is_empty();
    let person = tells.then(|| register.take_in(record).0);
    let unmapped = ReasonTable::default();
    let table = reasons.get(&row.sender_id).unwrap_or(&unmapped);
    let event = if row.is_withdrawn {
        EventKind::Correction
    } else {
        events::read(table, &row.reason_text, &row.event_text)
    };
    LeaverRow {
        person,
        list_month: row.period,
        company: row.company.clone(),
        number: row.employee_no.clone(),
        unit,
        start: row.start_date,
        end: Some(row.end_date),
        form: EmploymentForm::parse(&row.form),
        event,
        new_employment: row.new_employment,
        is_protected: row.is_hidden,
    }
}
