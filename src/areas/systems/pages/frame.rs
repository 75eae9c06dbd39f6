//! What every page of one system shares: finding it, the head, the tabs.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::{
    model::{self, CRITICALITIES, HOSTINGS, System, name_of},
    queries::{frame as queries, systems},
};
use crate::{
    areas::{
        settings::{self, Settings},
        watch::{self, Flag, ObjectKind},
    },
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        format,
        page::Page,
        page_parts::{PhaseStep, Tab},
    },
};

/// A system that the user may see.
pub struct Opened {
    /// The system; when the one asked for was merged into another, that one.
    pub system: System,
    /// What the municipality has decided for itself.
    pub settings: Settings,
}

/// How many merges are followed from an old address.
const MOST_MERGES: usize = 8;

/// Finds a system that the user may read: anything else does not exist.
pub async fn open(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Opened> {
    let mut at = id;
    for _ in 0..MOST_MERGES {
        let system = systems::find_system(tx, at, ctx.principal.person_id, ctx.today())
            .await?
            .ok_or(AppError::NotFound)?;
        match system.merged_into_id {
            Some(kept) => at = kept,
            None if system.is_readable(&ctx.scope_for(P::SystemRead)) => {
                return Ok(Opened { system, settings: settings::load(tx).await? });
            }
            None => break,
        }
    }
    Err(AppError::NotFound)
}

/// Finds a system that the user may change in the way of `permission`.
pub async fn open_for(ctx: &Ctx, tx: &mut TenantTx, id: Uuid, permission: P) -> AppResult<Opened> {
    let opened = open(ctx, tx, id).await?;
    if opened.may(ctx, permission) {
        Ok(opened)
    } else {
        Err(AppError::Forbidden(
            "Du får se systemet men inte ändra det. Det får den förvaltning som ansvarar för systemet, systemägaren och systemförvaltaren.".into(),
        ))
    }
}

/// Finds a system whose details the user may see and change.
pub async fn open_details(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Opened> {
    let opened = open_for(ctx, tx, id, P::SystemWrite).await?;
    if opened.hides_details(ctx) {
        return Err(AppError::Forbidden(
            "Systemet har klassningen 4. Uppgifterna visas och ändras bara av den som får se skyddade uppgifter om systemet.".into(),
        ));
    }
    Ok(opened)
}

impl Opened {
    /// Whether a right of the user reaches the system.
    #[must_use]
    pub fn may(&self, ctx: &Ctx, permission: P) -> bool {
        self.system.is_within(&ctx.scope_for(permission))
    }

    /// Whether its details are kept from the user: a system with a level 4 shows them only to whoever may see secret
    /// fields (rules 3.1).
    #[must_use]
    pub fn hides_details(&self, ctx: &Ctx) -> bool {
        self.system.fields.is_level_four() && !self.may(ctx, P::SystemSecretRead)
    }

    /// The path of a page of the system, inside the municipality.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        path(self.system.id, rest)
    }
}

/// The path of a page of a system, inside the municipality.
#[must_use]
pub fn path(id: Uuid, rest: &str) -> String {
    if rest.is_empty() { format!("systems/{id}") } else { format!("systems/{id}/{rest}") }
}

/// The head of a system's pages.
pub struct Head {
    /// The system.
    pub id: Uuid,
    /// `/vik/systems/{id}`.
    pub base: String,
    /// `SYS-0042`.
    pub number: String,
    /// The system's name.
    pub name: String,
    /// The code of its phase.
    pub phase: String,
    /// What the phase is called.
    pub phase_name: String,
    /// What is worth knowing at once: criticality, personal data.
    pub tags: Vec<String>,
    /// What it is, in a line.
    pub lead: String,
    /// Icon and text: unit, supplier, hosting.
    pub meta: Vec<(&'static str, String)>,
    /// The phases.
    pub steps: Vec<PhaseStep>,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// What waits to be done about it.
    pub flags: Vec<Flag>,
    /// Systems that may be the same.
    pub proposals: i64,
    /// What the user may do with it.
    pub may: May,
    /// Details are kept from the user.
    pub hides_details: bool,
    /// The names of what the system points at.
    pub names: queries::Frame,
}

/// What the user may do with a system besides reading it.
pub struct May {
    /// Change it.
    pub write: bool,
    /// Read the secret note.
    pub read_secret: bool,
    /// Decide what is the same.
    pub merge: bool,
}

/// Which tab a page is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Översikt.
    Overview,
    /// Roller.
    Roles,
    /// Avtal.
    Contracts,
    /// Klassning.
    Classification,
    /// Enheter.
    Units,
    /// Alias och källor.
    Aliases,
    /// Historik.
    History,
}

/// The frame of a page of the system and the head on it.
pub async fn head(
    ctx: &Ctx,
    tx: &mut TenantTx,
    opened: &Opened,
    at: At,
    title: &str,
) -> AppResult<(Page, Head)> {
    let (system, f) = (&opened.system, &opened.system.fields);
    let today = ctx.today();
    let names = queries::find_frame(tx, system.id, f, today).await?;
    let phases = queries::list_phases(tx, system.id).await?;
    let flags = watch::list_on_object(tx, ObjectKind::System, system.id, today).await?;
    let hides_details = opened.hides_details(ctx);
    let base = ctx.path(opened.path(""));
    let tab = |label: &str, rest: &str, which: At, count: Option<i64>| {
        let href = if rest.is_empty() { base.clone() } else { format!("{base}/{rest}") };
        Tab { label: label.to_owned(), href, count: count.filter(|c| *c > 0), current: at == which }
    };
    let tabs = vec![
        tab("Översikt", "", At::Overview, None),
        tab("Roller", "roles", At::Roles, Some(names.roles)),
        tab("Avtal", "contracts", At::Contracts, Some(names.contracts)),
        tab("Klassning", "classification", At::Classification, None),
        tab("Enheter", "units", At::Units, Some(names.units)),
        tab("Alias och källor", "aliases", At::Aliases, Some(names.aliases + names.sources)),
        tab("Historik", "history", At::History, None),
    ];
    let mut page = ctx
        .page(tx, if title.is_empty() { f.name.clone() } else { title.to_owned() })
        .await?
        .crumb("System", "systems");
    if at != At::Overview || !title.is_empty() {
        page = page.crumb(&f.name, opened.path(""));
    }
    let head = Head {
        id: system.id,
        number: system.label(),
        name: f.name.clone(),
        phase: f.phase.clone(),
        phase_name: opened.settings.names.phase(&f.phase).to_owned(),
        tags: tags(f),
        lead: if hides_details { String::new() } else { lead(f) },
        meta: meta(f, &names, hides_details),
        steps: steps(&opened.settings, f, &phases, today),
        tabs,
        flags,
        proposals: names.proposals,
        may: May {
            write: opened.may(ctx, P::SystemWrite),
            read_secret: opened.may(ctx, P::SystemSecretRead),
            merge: opened.may(ctx, P::SystemMerge),
        },
        hides_details,
        names,
        base,
    };
    Ok((page, head))
}

fn tags(f: &model::SystemFields) -> Vec<String> {
    let mut tags = Vec::new();
    match f.criticality.as_str() {
        "kritisk" => tags.push("Verksamhetskritiskt".to_owned()),
        "" => {}
        code => tags.push(format!("Kritikalitet: {}", name_of(CRITICALITIES, code).to_lowercase())),
    }
    match f.personal_data.as_str() {
        "ja" => tags.push("Personuppgifter".to_owned()),
        "kansliga" => tags.push("Känsliga personuppgifter".to_owned()),
        _ => {}
    }
    tags
}

/// The first line of the description, else the purpose.
fn lead(f: &model::SystemFields) -> String {
    let text = if f.description.is_empty() { &f.purpose } else { &f.description };
    text.lines().next().unwrap_or_default().to_owned()
}

fn meta(f: &model::SystemFields, names: &queries::Frame, hides_details: bool) -> Vec<(&'static str, String)> {
    let mut meta = Vec::new();
    meta.push(("personer", names.owner_unit.clone().unwrap_or_else(|| "Ingen förvaltning".to_owned())));
    if let (Some(supplier), false) = (&names.supplier, hides_details) {
        meta.push(("leverantor", supplier.clone()));
    }
    if !f.hosting.is_empty() && !hides_details {
        let country =
            if f.data_country.is_empty() { String::new() } else { format!(", data i {}", f.data_country) };
        meta.push(("system", format!("{}{country}", name_of(HOSTINGS, &f.hosting))));
    }
    meta
}

/// The five phases as steps; one that was dropped shows what it came to and that it ended there.
fn steps(
    settings: &Settings,
    f: &model::SystemFields,
    been: &[(String, Option<NaiveDate>)],
    today: NaiveDate,
) -> Vec<PhaseStep> {
    let line: Vec<&str> =
        model::PHASES.iter().map(|(code, _)| *code).filter(|code| *code != "avbruten").collect();
    let reached = if f.phase == "avbruten" {
        been.iter().rev().find_map(|(phase, _)| line.iter().position(|c| c == phase))
    } else {
        line.iter().position(|c| *c == f.phase)
    };
    let since = |code: &str| been.iter().rev().find(|(phase, _)| phase == code).and_then(|(_, day)| *day);
    let mut steps: Vec<PhaseStep> = line
        .iter()
        .enumerate()
        .map(|(i, code)| {
            let current = *code == f.phase;
            let note = if current {
                f.phase_since.map(|d| format!("sedan {}", plain_day(d, today)))
            } else if *code == "avveckling" && reached.is_none_or(|r| r < i) {
                f.planned_decommission.map(|d| format!("planerad {d}"))
            } else {
                since(code).map(|d| format!("från {}", plain_day(d, today)))
            };
            PhaseStep {
                label: settings.names.phase(code).to_owned(),
                note,
                done: reached.is_some_and(|r| i < r),
                current,
            }
        })
        .collect();
    if f.phase == "avbruten" {
        let note = f.phase_since.map(|d| format!("sedan {}", plain_day(d, today)));
        steps.truncate(reached.map_or(0, |r| r + 1));
        for step in &mut steps {
            step.done = true;
        }
        steps.push(PhaseStep {
            label: settings.names.phase("avbruten").to_owned(),
            note,
            done: false,
            current: true,
        });
    }
    steps
}

/// "1 feb 2019", without the weekday, which says nothing about a day long ago.
fn plain_day(day: NaiveDate, today: NaiveDate) -> String {
    let text = format::short_date(day, today);
    text.split_once(' ').map_or(text.clone(), |(_, rest)| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::systems::model::SystemFields;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn shown(phase: &str, been: &[(&str, Option<NaiveDate>)]) -> Vec<(String, bool, bool)> {
        let fields = SystemFields { phase: phase.to_owned(), ..SystemFields::named("X") };
        let been: Vec<_> = been.iter().map(|(p, d)| ((*p).to_owned(), *d)).collect();
        steps(&Settings::default(), &fields, &been, day(2026, 11, 20))
            .into_iter()
            .map(|s| (s.label, s.done, s.current))
            .collect()
    }

    #[test]
    fn what_lies_before_the_phase_is_done_and_what_lies_after_is_not() {
        let steps = shown("anvandning", &[]);
        assert_eq!(steps.len(), 5);
        assert_eq!(steps.iter().map(|s| s.1).collect::<Vec<_>>(), [true, true, false, false, false]);
        assert!(steps[2].2);
    }

    #[test]
    fn a_need_that_was_dropped_ends_where_it_was() {
        let steps = shown("avbruten", &[("anskaffning", None), ("avbruten", None)]);
        assert_eq!(steps, [("Anskaffning".to_owned(), true, false), ("Avbruten".to_owned(), false, true)]);
    }

    #[test]
    fn the_years_of_a_phase_are_told() {
        let fields = SystemFields {
            phase_since: Some(day(2019, 2, 1)),
            planned_decommission: Some(day(2029, 12, 31)),
            ..SystemFields::named("X")
        };
        let been = [("inforande".to_owned(), Some(day(2018, 1, 8)))];
        let notes: Vec<_> = steps(&Settings::default(), &fields, &been, day(2026, 11, 20))
            .into_iter()
            .map(|s| s.note)
            .collect();
        assert_eq!(notes[1].as_deref(), Some("från 8 jan 2018"));
        assert_eq!(notes[2].as_deref(), Some("sedan 1 feb 2019"));
        assert_eq!(notes[3].as_deref(), Some("planerad 2029-12-31"));
    }
}
