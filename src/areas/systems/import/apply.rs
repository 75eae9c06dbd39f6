//! From the rows of a list to the register.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    super::{
        facts, keys,
        model::SystemFields,
        queries::{
            import::{self as queries, HeldRole, KnownSource, KnownSystem, NewSource, SourceFile},
            parts,
            roles::{self, NewRole},
            systems,
        },
        same, suppliers,
    },
    matching::{Planned, Target, join_same_rows, match_sources, match_systems},
    row::{self, Said, SystemRow},
    said::{Merged, merge, object, said},
    units::{Whose, list_key},
};
use crate::{
    areas::{
        imports::{ImportContext, Incoming, TakenIn},
        organisation::Units,
        people::{Holder, Holders},
        settings,
    },
    db::tenant::TenantTx,
    error::AppResult,
    ids::new_id,
};

/// Takes the rows of a list in.
pub(super) async fn take_in(
    tx: &mut TenantTx,
    rows: Vec<Incoming<SystemRow>>,
    ctx: &ImportContext,
) -> AppResult<TakenIn> {
    let mut taken = TakenIn::default();
    let units = Units::load(tx).await?;
    let whose = Whose::of(&units, ctx);
    let list_key = list_key(&ctx.file_name, &ctx.sheet);
    let mut planned = plan(rows, &whose, &list_key);
    remarks_on_file(&mut taken, &planned, &whose, &units);
    finish_fields(tx, &mut planned).await?;
    join_same_rows(&mut planned);

    let mut key_units: Vec<Option<Uuid>> =
        planned.iter().map(|p| p.units.key).chain(whose.list.map(Some)).collect();
    key_units.sort_unstable();
    key_units.dedup();
    let mut sources = queries::list_known_sources(tx, &key_units).await?;
    sources.retain(|s| s.unit_id.is_some() || s.row_key.starts_with(&list_key));
    let named: Vec<Uuid> = sources.iter().map(|s| s.system_id).collect();
    let owners: Vec<Uuid> =
        planned.iter().filter_map(|p| p.units.owner).chain(key_units.iter().copied().flatten()).collect();
    let known = queries::list_known_systems(tx, &named, &owners).await?;
    match_sources(&mut planned, &sources);
    match_systems(&mut planned, &sources, &known);

    let holders = Holders::load(tx).await?;
    let mut work = Work {
        taken,
        holders,
        file: file_of(ctx),
        sources: Vec::new(),
        roles: Vec::new(),
        areas: Vec::new(),
        using: Vec::new(),
    };
    let ids = work.create(tx, &planned).await?;
    work.update(tx, &planned, &ids, &sources, &known, ctx).await?;
    work.finish(tx).await?;
    let mut taken = work.taken;
    taken.missing = missing(tx, &planned, &sources, ctx).await?;
    same::refresh(tx).await?;
    Ok(taken)
}

fn file_of(ctx: &ImportContext) -> SourceFile<'_> {
    SourceFile { run_id: ctx.run_id, file_name: &ctx.file_name, sheet: &ctx.sheet, at: ctx.now }
}

/// A row of a list that is nobody's is known again only in a newer copy of that list: two such lists may be those of two
/// units, and what they have in common is proposed, not joined.
fn plan(rows: Vec<Incoming<SystemRow>>, whose: &Whose<'_>, list_key: &str) -> Vec<Planned> {
    rows.into_iter()
        .map(|Incoming { number, row }| {
            let units = whose.row(&row.department);
            let name = keys::row(&row.fields.name);
            Planned {
                number,
                key: if units.key.is_some() { name } else { format!("{list_key}{name}") },
                units,
                name_key: keys::system(&row.fields.name),
                row,
                target: Target::New,
            }
        })
        .collect()
}

/// What the sender should know about the list as a whole, told at its first row.
fn remarks_on_file(taken: &mut TakenIn, planned: &[Planned], whose: &Whose<'_>, units: &Units) {
    let Some(first) = planned.first().map(|p| p.number) else { return };
    if let Some(from) = &whose.guessed_from {
        let name = whose.list.and_then(|id| units.get(id)).map_or("", |u| u.name.as_str());
        taken.warn(
            first,
            None,
            "unit_guessed",
            format!("Listan lästes som en lista från {name}, enligt ”{from}”. Ange enheten om det är fel."),
        );
    } else if planned.iter().any(|p| p.units.owner.is_none()) {
        taken.warn(
            first,
            None,
            "unit_unknown",
            "Det framgår inte vilken förvaltning alla system hör till. De läses in utan förvaltning. Ange vilken enhet listan kommer från om den är en enhets.",
        );
    }
    if let Some(p) = planned.iter().find(|p| p.row.guessed_hosting) {
        taken.warn(p.number, None, "hosting_guessed", "”Nej” på frågan om moln lästes som egen drift. Ändra driftformen på de system som leverantören driftar.");
    }
    for p in planned.iter().filter(|p| p.units.unknown) {
        taken.warn(
            p.number,
            p.row.department.header.as_deref(),
            "unit_not_found",
            "Enheten finns inte i organisationen. Raden lästes in som listans enhets.",
        );
    }
}

/// Looks up what a row names: its supplier; and adds what follows from what it says.
async fn finish_fields(tx: &mut TenantTx, planned: &mut [Planned]) -> AppResult<()> {
    let months = settings::load(tx).await?.classification_months;
    let found = suppliers::ensure(tx, planned.iter().map(|p| p.row.supplier.text.as_str())).await?;
    for p in planned {
        let f = &mut p.row.fields;
        f.supplier_id = found.get(&p.row.supplier.text).copied();
        f.owner_unit_id = p.units.owner;
        f.classification_valid_until =
            f.classified_on.and_then(|_| row::valid_until(f.classified_on, months));
    }
    Ok(())
}

/// Notes which rows of the unit's earlier lists the new one lacks. Rows of another sheet of the same file are in it.
async fn missing(
    tx: &mut TenantTx,
    planned: &[Planned],
    sources: &[KnownSource],
    ctx: &ImportContext,
) -> AppResult<u64> {
    let found: HashSet<usize> = planned
        .iter()
        .filter_map(|p| if let Target::Source(i) = p.target { Some(i) } else { None })
        .collect();
    let gone: Vec<Uuid> = sources
        .iter()
        .enumerate()
        .filter(|(i, s)| !(found.contains(i) || s.file_name == ctx.file_name && s.sheet != ctx.sheet))
        .map(|(_, s)| s.id)
        .collect();
    queries::update_missing(tx, &gone, ctx.now).await?;
    Ok(u64::try_from(gone.len()).unwrap_or(u64::MAX))
}

/// What is written when all rows have been looked at.
struct Work<'a> {
    taken: TakenIn,
    holders: Holders,
    file: SourceFile<'a>,
    sources: Vec<NewSource>,
    roles: Vec<NewRole>,
    /// Pairs of system and function area.
    areas: Vec<(Uuid, String)>,
    /// Pairs of system and unit.
    using: Vec<(Uuid, Uuid)>,
}

impl Work<'_> {
    /// Creates the systems that are new. The answer is each row's system, as far as it is known.
    async fn create(&mut self, tx: &mut TenantTx, planned: &[Planned]) -> AppResult<Vec<Option<Uuid>>> {
        let mut ids = vec![None; planned.len()];
        let mut new: Vec<(Uuid, SystemFields)> = Vec::new();
        for (i, p) in planned.iter().enumerate().filter(|(_, p)| p.target == Target::New) {
            let id = new_id();
            ids[i] = Some(id);
            let mut fields = p.row.fields.clone();
            fields.name_key.clone_from(&p.name_key);
            if fields.phase.is_empty() {
                "anvandning".clone_into(&mut fields.phase);
            }
            new.push((id, fields));
            self.taken.created(p.number, id);
            for (role, said) in [("systemagare", &p.row.owner), ("systemforvaltare", &p.row.manager)] {
                let holders = self.holders_of(p, role, said);
                self.give(id, role, holders, None);
            }
            self.areas.extend(p.row.areas.iter().map(|a| (id, a.clone())));
            self.hang(p, id, None);
        }
        if !new.is_empty() {
            let first = systems::next_number(tx).await?;
            let refs: Vec<(Uuid, &SystemFields)> = new.iter().map(|(id, f)| (*id, f)).collect();
            systems::insert_systems(tx, first, &refs).await?;
        }
        Ok(ids)
    }

    /// What hangs on the system of a row: its source and the units that use it.
    fn hang(&mut self, p: &Planned, system_id: Uuid, source: Option<Uuid>) {
        self.sources.push(NewSource {
            id: source.unwrap_or_else(new_id),
            system_id,
            unit_id: p.units.key,
            row_key: p.key.clone(),
            row_no: i32::try_from(p.number).unwrap_or(i32::MAX),
            said: Value::Object(said(&p.row)),
        });
        self.using.extend(p.units.using.iter().map(|u| (system_id, *u)));
    }

    /// Who a cell names; what is unsure is reported.
    fn holders_of(&mut self, p: &Planned, role: &str, cell: &Said) -> Vec<Holder> {
        let found = self.holders.find_all(&cell.text, p.units.owner);
        let header = cell.header.as_deref();
        for holder in found.iter().filter(|h| h.person_id.is_none()) {
            if holder.candidates.is_empty() {
                self.taken.warn(
                    p.number,
                    header,
                    "holder_unknown",
                    "Personen finns inte bland personerna. Namnet är sparat som text.",
                );
            } else {
                self.taken.warn(
                    p.number,
                    header,
                    "holder_ambiguous",
                    "Flera personer kan heta så. Namnet är sparat som text; välj person på systemets sida.",
                );
            }
        }
        if role == "systemagare" && found.len() > 1 {
            self.taken.warn(
                p.number,
                header,
                "several_owners",
                "Flera systemägare är angivna. Ett system ska ha en; alla är sparade tills någon väljer.",
            );
        }
        found
    }

    fn give(&mut self, system_id: Uuid, role: &str, holders: Vec<Holder>, from: Option<chrono::NaiveDate>) {
        self.roles.extend(holders.into_iter().filter(|h| h.person_id.is_some() || !h.text.is_empty()).map(
            |h| NewRole {
                system_id,
                role: role.to_owned(),
                holder_text: if h.person_id.is_some() { String::new() } else { h.text },
                person_id: h.person_id,
                valid_from: from,
                ..NewRole::default()
            },
        ));
    }

    /// Updates the systems that were there.
    #[expect(clippy::too_many_arguments, reason = "what is there, what is said and what was said before")]
    async fn update(
        &mut self,
        tx: &mut TenantTx,
        planned: &[Planned],
        ids: &[Option<Uuid>],
        sources: &[KnownSource],
        known: &[KnownSystem],
        ctx: &ImportContext,
    ) -> AppResult<()> {
        let by_id: HashMap<Uuid, &KnownSystem> = known.iter().map(|s| (s.id, s)).collect();
        let held = queries::list_held_roles(tx, &by_id.keys().copied().collect::<Vec<_>>()).await?;
        let mut done: Vec<Option<Uuid>> = ids.to_vec();
        for (i, p) in planned.iter().enumerate() {
            let (system, source) = match p.target {
                Target::New => continue,
                Target::Row(at) => {
                    if let Some(id) = done.get(at).copied().flatten() {
                        self.taken.unchanged(p.number, id);
                        let row = planned.get(at).map_or(0, |p| p.number);
                        self.taken.warn(
                            p.number,
                            None,
                            "same_name",
                            format!("Samma system står på rad {row}. Raderna lästes som ett system."),
                        );
                    }
                    continue;
                }
                Target::Source(at) => (sources.get(at).map(|s| s.system_id), sources.get(at)),
                Target::System(id) => (Some(id), None),
            };
            let Some(system) = system.and_then(|id| by_id.get(&id)).copied() else { continue };
            let was_said = source.and_then(|s| s.said.as_object()).cloned().unwrap_or_default();
            let mut changed = self.update_fields(tx, p, system, &was_said).await?;
            changed |= self.update_areas(p, system);
            for (role, cell) in [("systemagare", &p.row.owner), ("systemforvaltare", &p.row.manager)] {
                changed |= self.update_role(tx, p, (system.id, role, cell), &was_said, &held, ctx).await?;
            }
            if changed {
                self.taken.changed(p.number, system.id);
            } else {
                self.taken.unchanged(p.number, system.id);
            }
            self.hang(p, system.id, source.map(|s| s.id));
            if let Some(slot) = done.get_mut(i) {
                *slot = Some(system.id);
            }
        }
        Ok(())
    }

    /// Writes what the list says and nobody has changed in the register.
    async fn update_fields(
        &mut self,
        tx: &mut TenantTx,
        p: &Planned,
        system: &KnownSystem,
        was_said: &Map<String, Value>,
    ) -> AppResult<bool> {
        let Some(mut now) = object(&system.fields) else { return Ok(false) };
        let Merged { changed, kept } = merge(&mut now, was_said, &said(&p.row));
        if !kept.is_empty() {
            let labels: Vec<&str> = facts::COMPARED
                .iter()
                .filter(|(c, _)| kept.iter().any(|k| k == c))
                .map(|(_, l)| *l)
                .collect();
            self.taken.warn(
                p.number,
                None,
                "register_kept",
                format!(
                    "Listan säger något annat än registret om {}. Registret har ändrats av någon och gäller.",
                    labels.join(", ").to_lowercase()
                ),
            );
        }
        if !changed {
            return Ok(false);
        }
        let mut fields: SystemFields = serde_json::from_value(Value::Object(now))?;
        fields.name_key = keys::system(&fields.name);
        systems::update_system(tx, system.id, system.version, &fields).await
    }

    fn update_areas(&mut self, p: &Planned, system: &KnownSystem) -> bool {
        let new: Vec<&String> = p
            .row
            .areas
            .iter()
            .filter(|a| !system.areas.iter().any(|b| b.to_lowercase() == a.to_lowercase()))
            .collect();
        self.areas.extend(new.iter().map(|a| (system.id, (*a).clone())));
        !new.is_empty()
    }

    /// A role follows the list when the list says something new and those who hold it are whom the list named before.
    #[expect(clippy::too_many_arguments, reason = "what is there, what is said and what was said before")]
    async fn update_role(
        &mut self,
        tx: &mut TenantTx,
        p: &Planned,
        (system, role, cell): (Uuid, &str, &Said),
        was_said: &Map<String, Value>,
        held: &[HeldRole],
        ctx: &ImportContext,
    ) -> AppResult<bool> {
        let before = was_said.get(role).and_then(Value::as_str).unwrap_or_default();
        if cell.text.is_empty() || cell.text == before {
            return Ok(false);
        }
        let same = |holders: &[Holder], held: &[&HeldRole]| {
            let mut a: Vec<(Option<Uuid>, &str)> = holders
                .iter()
                .map(|h| (h.person_id, if h.person_id.is_some() { "" } else { h.text.as_str() }))
                .collect();
            let mut b: Vec<(Option<Uuid>, &str)> =
                held.iter().map(|h| (h.person_id, h.holder_text.as_str())).collect();
            a.sort_unstable();
            b.sort_unstable();
            a == b
        };
        let now: Vec<&HeldRole> = held.iter().filter(|h| h.system_id == system && h.role == role).collect();
        let wanted = self.holders.find_all(&cell.text, p.units.owner);
        if same(&wanted, &now) || wanted.is_empty() {
            return Ok(false);
        }
        let earlier = self.holders.find_all(before, p.units.owner);
        if !now.is_empty() && !same(&earlier, &now) {
            self.taken.warn(
                p.number,
                cell.header.as_deref(),
                "register_kept",
                "Listan anger någon annan än registret. Rollen har ändrats i registret och gäller.",
            );
            return Ok(false);
        }
        let wanted = self.holders_of(p, role, cell);
        roles::end_roles(tx, &[system], role, ctx.received).await?;
        let from = (!now.is_empty()).then_some(ctx.received);
        self.give(system, role, wanted, from);
        Ok(true)
    }

    /// Writes what hangs on the systems, all at once.
    async fn finish(&mut self, tx: &mut TenantTx) -> AppResult<()> {
        let (systems, areas): (Vec<Uuid>, Vec<String>) = std::mem::take(&mut self.areas).into_iter().unzip();
        parts::ensure_areas(tx, &areas).await?;
        parts::insert_areas(tx, &systems, &areas).await?;
        let (systems, units): (Vec<Uuid>, Vec<Uuid>) = std::mem::take(&mut self.using).into_iter().unzip();
        parts::insert_units(tx, &systems, &units).await?;
        roles::insert_roles(tx, &self.roles).await?;
        queries::upsert_sources(tx, self.file, &self.sources).await
    }
}
