//! From the register to what the rules look at, and back: which person, row and subscription each position stands for.

mod convert;

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use self::convert::{leaver_row, persons};
use super::model::{Dossier, KnownEvidence, Outcome, Suspect, identity_keys};
use super::queries::{self, DecisionRow, ListedRow, SnapshotRow, SubscriptionRow};
use crate::areas::organisation::Units;
use crate::areas::settings;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::leaver_matching::{
    Decision, HolderChange, Input, Item, LastUse, LeaverRow, Matcher, Person, PersonIx, Proposal,
    ReasonTable, Register, Settings, Snapshot, unit_key,
};

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
    /// The newest list of each series, with its day.
    pub newest_lists: HashMap<Uuid, (Uuid, NaiveDate)>,
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
                .and_then(|series| self.newest_lists.get(&series))
                .map(|(list, _)| *list),
        }
    }

    /// The day from which a subscription that is gone counts as gone: that of the list that lacked it, else of the newest list, which
    /// says that it has ended.
    #[must_use]
    pub fn gone_on(&self, gone: &SubscriptionRow) -> NaiveDate {
        let newest = || gone.series_id.and_then(|series| self.newest_lists.get(&series)).map(|(_, on)| *on);
        gone.missing_on.or_else(newest).unwrap_or(self.today)
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
