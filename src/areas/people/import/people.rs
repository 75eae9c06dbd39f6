//! Which person each row is, and what the file changes about persons.

use std::collections::HashMap;

use uuid::Uuid;

use super::{StaffRow, numbers::bare};
use crate::{
    areas::{
        imports::{ImportContext, Incoming, TakenIn},
        people::{
            PERSONAL_ID, PROTECTED,
            queries::{self, PersonWrite, StaffPerson},
        },
    },
    crypto::Secret,
    db::tenant::TenantTx,
    error::AppResult,
    ids::new_id,
    rules::{
        names::{NameMatch, PersonName, compare},
        personal_id::{PersonalId, Profile},
    },
};

/// The persons of the register and the ways to them.
pub(super) struct Known {
    persons: Vec<StaffPerson>,
    by_hash: HashMap<Vec<u8>, usize>,
    by_number: HashMap<(String, String), Vec<usize>>,
    by_login: HashMap<String, Vec<usize>>,
}

impl Known {
    pub(super) async fn load(tx: &mut TenantTx) -> AppResult<Self> {
        let persons = queries::list_staff_persons(tx).await?;
        let mut known =
            Self { persons, by_hash: HashMap::new(), by_number: HashMap::new(), by_login: HashMap::new() };
        for (i, person) in known.persons.iter().enumerate() {
            if let Some(hash) = &person.personal_id_hash {
                known.by_hash.insert(hash.clone(), i);
            }
            for (company, number) in person.companies.iter().zip(&person.numbers) {
                known.by_number.entry((company.clone(), bare(number).to_owned())).or_default().push(i);
            }
            if let Some(login) = &person.login {
                known.by_login.entry(login.clone()).or_default().push(i);
            }
        }
        Ok(known)
    }
}

/// A person of the file.
struct Draft {
    old: Option<StaffPerson>,
    now: StaffPerson,
    /// Twelve digits, to be sealed where the register does not have them.
    personal_id: Option<String>,
    /// Rows of the file that are this person.
    seen: usize,
}

/// The persons of the file.
pub(super) struct Persons {
    drafts: Vec<Draft>,
    by_id: HashMap<Uuid, usize>,
}

/// Finds out which person each row is; the second answer has the person's id for each row.
pub(super) fn identify(
    rows: &[Incoming<StaffRow>],
    known: &Known,
    (tenant_id, ctx): (Uuid, &ImportContext),
    only_new: bool,
    taken: &mut TakenIn,
) -> (Persons, Vec<Uuid>) {
    let mut found = Persons { drafts: Vec::new(), by_id: HashMap::new() };
    let mut whose = Vec::with_capacity(rows.len());
    // What earlier rows of the file were found to be.
    let mut told_hash: HashMap<Vec<u8>, Uuid> = HashMap::new();
    let mut told_number: HashMap<(String, String), Uuid> = HashMap::new();
    let secret = Secret { tenant_id, column: PERSONAL_ID };
    for incoming in rows {
        let row = &incoming.row;
        let personal_id = row.personal_id.as_deref().and_then(|text| {
            match PersonalId::parse(text, ctx.today, Profile { temporary: true }) {
                Ok(id) => Some(id),
                Err(error) => {
                    taken.warn(
                        incoming.number,
                        Some("personal_id"),
                        "personal_id_invalid",
                        format!("{error} Raden läses in utan numret."),
                    );
                    None
                }
            }
        });
        let hashes = personal_id.as_ref().map(|id| ctx.keys.hashes(secret, id.normal())).unwrap_or_default();
        let number = (row.company.clone(), bare(&row.employee_no).to_owned());
        let has_number = !number.1.is_empty();
        let told = hashes.iter().find_map(|h| told_hash.get(h)).or_else(|| {
            told_number
                .get(&number)
                .filter(|id| has_number && fits_draft(&found, **id, row, !hashes.is_empty()))
        });
        let old = || {
            let by_number = || {
                known
                    .by_number
                    .get(&number)
                    .filter(|_| has_number)?
                    .iter()
                    .find(|i| fits(&known.persons[**i], row, !hashes.is_empty()))
            };
            hashes
                .iter()
                .find_map(|h| known.by_hash.get(h))
                .or_else(by_number)
                .or_else(|| by_login(known, row, has_number || !hashes.is_empty()))
                .map(|i| &known.persons[*i])
        };
        let (id, old) = match told {
            Some(id) => (*id, None),
            None => old().map_or_else(|| (new_id(), None), |p| (p.id, Some(p))),
        };
        let at = *found.by_id.entry(id).or_insert_with(|| {
            let now = old.cloned().unwrap_or_else(|| StaffPerson { id, ..StaffPerson::default() });
            found.drafts.push(Draft { now, old: old.cloned(), personal_id: None, seen: 0 });
            found.drafts.len() - 1
        });
        let draft = &mut found.drafts[at];
        if draft.now.personal_id_hash.is_none()
            && let Some(id) = &personal_id
        {
            draft.now.personal_id_hash = Some(ctx.keys.hash(secret, id.normal()));
            draft.now.birth_year = Some(id.birth_year());
            draft.personal_id = Some(id.normal().to_owned());
        }
        add(draft, row, only_new);
        for hash in hashes {
            told_hash.insert(hash, id);
        }
        if has_number {
            told_number.entry(number).or_insert(id);
        }
        whose.push(id);
    }
    (found, whose)
}

/// Whether a person found by number can be the row's. A number given to another later is told by the other's own identity
/// number or, without one, is taken on trust: a new family name must not make a new person.
fn fits(person: &StaffPerson, row: &StaffRow, row_is_identified: bool) -> bool {
    if !row_is_identified || row.is_nameless || person.is_protected {
        return !(row_is_identified && person.personal_id_hash.is_some());
    }
    person.personal_id_hash.is_none() && is_like(person, row)
}

fn fits_draft(found: &Persons, id: Uuid, row: &StaffRow, row_is_identified: bool) -> bool {
    found.by_id.get(&id).is_some_and(|at| fits(&found.drafts[*at].now, row, row_is_identified))
}

/// An account leads to a person only where the row has nothing better, and the name agrees: accounts are given to others.
fn by_login<'k>(known: &'k Known, row: &StaffRow, has_better: bool) -> Option<&'k usize> {
    if has_better {
        return None;
    }
    known.by_login.get(row.login.as_ref()?)?.iter().find(|i| is_like(&known.persons[**i], row))
}

fn is_like(person: &StaffPerson, row: &StaffRow) -> bool {
    let name = |family: &str, given: &str| PersonName::from_parts(family, given);
    let now = name(&row.family_name, &row.given_names);
    compare(&name(&person.family_name, &person.given_names), &now) != NameMatch::None
        || person
            .earlier_names
            .iter()
            .any(|earlier| compare(&name(earlier, &person.given_names), &now) != NameMatch::None)
}

/// Puts what a row says into the person.
fn add(draft: &mut Draft, row: &StaffRow, only_new: bool) {
    if only_new && draft.old.is_some() {
        return;
    }
    // The first row of a person sets; others fill in what it lacked, unless they are of the main employment.
    let is_first = draft.seen == 0;
    let leads = is_first || row.is_main == Some(true);
    draft.seen += 1;
    let person = &mut draft.now;
    if let Some(is_protected) = row.is_protected {
        person.is_protected = is_protected || (!is_first && person.is_protected);
    }
    if row.is_nameless {
        if person.display_name.is_empty() {
            PROTECTED.clone_into(&mut person.display_name);
        }
        return;
    }
    if leads || person.family_name.is_empty() {
        rename(person, row);
    }
    if let Some(earlier) = &row.earlier_name {
        note_earlier(person, earlier);
    }
    let set = |field: &mut Option<String>, value: &Option<String>, has: bool| {
        if has && (leads || field.is_none()) && (value.is_some() || leads) {
            field.clone_from(value);
        }
    };
    set(&mut person.login, &row.login, row.has.login);
    set(&mut person.email, &row.email, row.has.email);
    set(&mut person.work_mobile, &row.mobile, row.has.mobile);
}

fn rename(person: &mut StaffPerson, row: &StaffRow) {
    let (family, given) = (row.family_name.as_str(), row.given_names.as_str());
    if family.is_empty() && given.is_empty() {
        return;
    }
    let old = std::mem::take(&mut person.family_name);
    family.clone_into(&mut person.family_name);
    given.clone_into(&mut person.given_names);
    format!("{given} {family}").trim().clone_into(&mut person.display_name);
    if !old.is_empty() {
        note_earlier(person, &old);
    }
    person.name_key = PersonName::from_parts(family, given).keys().k1;
}

/// Keeps an earlier family name, once, unless it is the one in use.
fn note_earlier(person: &mut StaffPerson, name: &str) {
    let name = name.trim();
    let key = |text: &str| PersonName::from_parts(text, "").keys().k1;
    if !name.is_empty()
        && key(name) != key(&person.family_name)
        && !person.earlier_names.iter().any(|n| key(n) == key(name))
    {
        person.earlier_names.push(name.to_owned());
    }
}

impl Persons {
    fn draft(&self, id: Uuid) -> Option<&Draft> {
        self.by_id.get(&id).map(|at| &self.drafts[*at])
    }

    /// Whether the register did not have the person.
    pub(super) fn is_new(&self, id: Uuid) -> bool {
        self.draft(id).is_some_and(|d| d.old.is_none())
    }

    /// Whether the file changes the person.
    pub(super) fn is_changed(&self, id: Uuid) -> bool {
        self.draft(id).is_some_and(|d| d.old.as_ref().is_some_and(|old| old.differs(&d.now)))
    }

    /// The name of a person as the file leaves it.
    pub(super) fn name_key(&self, id: Uuid) -> &str {
        self.draft(id).map_or("", |d| d.now.name_key.as_str())
    }

    /// Persons to create.
    pub(super) fn created(&self, ctx: &ImportContext, tenant_id: Uuid) -> Vec<PersonWrite> {
        self.drafts.iter().filter(|d| d.old.is_none()).map(|d| write(d, ctx, tenant_id)).collect()
    }

    /// Persons to change.
    pub(super) fn changed(&self, ctx: &ImportContext, tenant_id: Uuid) -> Vec<PersonWrite> {
        self.drafts
            .iter()
            .filter(|d| d.old.as_ref().is_some_and(|old| old.differs(&d.now)))
            .map(|d| write(d, ctx, tenant_id))
            .collect()
    }
}

fn write(draft: &Draft, ctx: &ImportContext, tenant_id: Uuid) -> PersonWrite {
    let cipher =
        draft.personal_id.as_ref().map(|id| ctx.keys.seal(Secret { tenant_id, column: PERSONAL_ID }, id));
    PersonWrite { person: draft.now.clone(), personal_id_cipher: cipher }
}
