//! What the watch finds in the subscriptions (rules 2.7, F24). Titles say what sort of thing it is, whose bill it is on and, of what
//! belongs to no person, where it is; never whose it is nor its number: they go out by mail.

use std::collections::HashMap;

use chrono::{Datelike as _, Months, NaiveDate};
use uuid::Uuid;

use super::{
    model::{lacking, use_label},
    queries::{findings as queries, inventory},
};
use crate::{
    areas::{
        organisation::{Unit, Units},
        settings::{self, Settings},
        watch::{Finding, ObjectKind, Recipients, Severity},
    },
    auth::permissions::Role,
    db::tenant::TenantTx,
    error::AppResult,
};

/// How long before a network closes the flag is raised.
const SUNSET_DAYS: i64 = 365;
/// How long before a review the flag is raised.
const REVIEW_DAYS: i64 = 30;
/// How long before the inventory is due the units are told.
const INVENTORY_DAYS: i64 = 45;

/// Everything that needs somebody.
pub async fn findings(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Finding>> {
    let settings = settings::load(tx).await?;
    let watched = queries::list_watched(tx).await?;
    let round = inventory_round(settings.inventory_month, today);
    let progress = match round {
        Some((year, _)) if year == today.year() => inventory::list_progress(tx, year, false).await?,
        Some((year, due)) => inventory::list_left(tx, year, due).await?,
        None => Vec::new(),
    };
    if watched.is_empty() && progress.is_empty() {
        return Ok(Vec::new());
    }
    let units = Units::load(tx).await?;
    let mut found: Vec<Finding> =
        watched.iter().flat_map(|one| of_one(one, &settings, &units, today)).collect();
    found.extend(round.into_iter().flat_map(|round| inventory_due(&progress, &units, round, today)));
    Ok(found)
}

fn of_one(one: &queries::Watched, settings: &Settings, units: &Units, today: NaiveDate) -> Vec<Finding> {
    let now = one.org_unit_id.and_then(|id| units.current(id, today));
    let unit = now.map(|unit| unit.id);
    let label = use_label(&one.use_code);
    let mark = told_apart(one, now);
    let what = if label.is_empty() {
        format!("ett abonnemang{mark}")
    } else {
        format!("ett abonnemang: {label}{mark}")
    };
    let finding = |rule, title, detail, due_date, severity| Finding {
        rule,
        object_kind: ObjectKind::Subscription,
        object_id: one.id,
        due_date,
        stage: None,
        title,
        detail,
        severity,
        owner_unit_id: unit,
        recipients: Recipients { fallback: Role::SubscriptionManager, ..Recipients::holders(&[]) },
    };
    let mut found = Vec::new();
    let closes = settings
        .sunsets
        .iter()
        .filter(|s| {
            s.generation == one.generation && s.operator.to_lowercase() == one.operator.to_lowercase()
        })
        .map(|s| s.closes_on)
        .min();
    if let Some(day) = closes.filter(|day| (*day - today).num_days() <= SUNSET_DAYS) {
        let passed = day < today;
        let title = if passed {
            format!("{}-nätet är stängt: byt ut utrustningen för {what}", one.generation)
        } else {
            format!("{}-nätet stängs: byt ut utrustningen för {what}", one.generation)
        };
        let detail = format!(
            "{} {} sitt {}-nät {day}. Utrustning som bara klarar det nätet slutar att fungera.",
            one.operator,
            if passed { "stängde" } else { "stänger" },
            one.generation
        );
        let severity = if (day - today).num_days() <= 90 { Severity::Urgent } else { Severity::Normal };
        found.push(finding("network_sunset", title, detail, Some(day), severity));
    }
    if one.is_non_person {
        let gaps = lacking([
            one.org_unit_id.is_some(),
            one.has_purpose,
            one.has_place,
            one.has_contact,
            !one.generation.is_empty(),
            one.review_on.is_some(),
        ]);
        if !gaps.is_empty() {
            let detail = format!("Abonnemanget hör inte till en person och saknar {}.", gaps.join(", "));
            found.push(finding(
                "nonperson_incomplete",
                format!("Komplettera uppgifterna om {what}"),
                detail,
                None,
                Severity::Info,
            ));
        }
    }
    if let Some(day) = one.review_on.filter(|day| (*day - today).num_days() <= REVIEW_DAYS) {
        let detail = "Se efter om det fortfarande behövs, och sätt en ny dag för översyn.".to_owned();
        let severity = if day < today { Severity::Urgent } else { Severity::Normal };
        found.push(finding("nonperson_review_due", format!("Se över {what}"), detail, Some(day), severity));
    }
    if one.contact_left {
        let detail =
            "Kontaktpersonen har slutat. Abonnemanget behålls, men någon annan behöver ta över som kontakt."
                .to_owned();
        found.push(finding(
            "owner_left",
            format!("Utse en ny kontakt för {what}"),
            detail,
            None,
            Severity::Normal,
        ));
    }
    found.extend(unused_reserve(one, settings, today).map(|detail| {
        let title = format!("Se över ett abonnemang i reserv som inte används{mark}");
        finding("reserve_unused", title, detail, None, Severity::Normal)
    }));
    found
}

/// By what somebody who has many of a sort tells their tasks apart, after a dash: the operator and, of what belongs to no person,
/// the unit. Where a person works is not told: the title stays when the person gets protected identity.
fn told_apart(one: &queries::Watched, unit: Option<&Unit>) -> String {
    let place = unit.filter(|_| one.is_non_person).map(|unit| format!("{} {}", unit.code, unit.name));
    let parts: Vec<String> = std::iter::once(one.operator.clone())
        .chain(place)
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() { String::new() } else { format!(" – {}", parts.join(", ")) }
}

/// What is said of a subscription that lies in reserve and that nobody has used for as long as the municipality allows.
fn unused_reserve(one: &queries::Watched, settings: &Settings, today: NaiveDate) -> Option<String> {
    let months = settings.reserve_unused_months;
    let since = one.idle_since.filter(|_| one.is_reserve)?;
    let until = since.checked_add_months(Months::new(months))?;
    (until <= today).then(|| {
        format!(
            "Ingen trafik sedan {since}, mer än {months} månader. Avsluta det om reserven inte behövs, eller ange vad det används till."
        )
    })
}

/// The day by which the units have answered in a year: the last of the month.
#[must_use]
pub fn inventory_day(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// The inventory that the units are to answer, and its day: this year's once it is near, and until then last year's, which
/// is not settled by the turn of the year.
fn inventory_round(month: u32, today: NaiveDate) -> Option<(i32, NaiveDate)> {
    let of = |year: i32| Some((year, inventory_day(year, month)?));
    of(today.year())
        .filter(|(_, due)| (*due - today).num_days() <= INVENTORY_DAYS)
        .or_else(|| of(today.year() - 1))
}

fn inventory_due(
    progress: &[(Uuid, i64, i64)],
    units: &Units,
    (year, due): (i32, NaiveDate),
    today: NaiveDate,
) -> Vec<Finding> {
    let mut left: HashMap<Uuid, (i64, i64)> = HashMap::new();
    for (unit, all, answered) in progress {
        let now = units.current(*unit, today).map_or(*unit, |u| u.id);
        let sums = left.entry(now).or_default();
        *sums = (sums.0 + all, sums.1 + answered);
    }
    let mut open: Vec<(Uuid, i64, i64)> = left
        .into_iter()
        .filter(|(_, (all, answered))| answered < all)
        .map(|(id, (all, answered))| (id, all, answered))
        .collect();
    open.sort_unstable();
    open.into_iter()
        .map(|(unit, all, answered)| Finding {
            rule: "inventory_due",
            object_kind: ObjectKind::OrgUnit,
            object_id: unit,
            due_date: Some(due),
            stage: None,
            // Whoever has several units tells the tasks apart by it.
            title: match units.get(unit) {
                Some(own) => format!("Svara på vilka abonnemang som är i bruk: {} {}", own.code, own.name),
                None => "Svara på vilka abonnemang som är i bruk".to_owned(),
            },
            detail: if due < today {
                format!(
                    "{answered} av {all} abonnemang är besvarade. Inventeringen {year} skulle ha varit klar {due}. Svaren lämnas under Abonnemang, Inventering."
                )
            } else {
                format!("{answered} av {all} abonnemang är besvarade i år. Svaren lämnas under Abonnemang, Inventering.")
            },
            severity: if due < today { Severity::Urgent } else { Severity::Normal },
            owner_unit_id: Some(unit),
            recipients: Recipients { fallback: Role::SubscriptionManager, ..Recipients::holders(&[]) },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn watched() -> queries::Watched {
        queries::Watched {
            id: Uuid::nil(),
            operator: "Telia".to_owned(),
            use_code: "larm".to_owned(),
            is_non_person: true,
            org_unit_id: None,
            has_purpose: true,
            has_place: true,
            has_contact: true,
            generation: "2G".to_owned(),
            review_on: Some(day("2027-06-01")),
            contact_left: false,
            is_reserve: false,
            idle_since: None,
        }
    }

    fn rules(one: &queries::Watched, today: &str) -> Vec<(&'static str, Severity)> {
        of_one(one, &Settings::default(), &Units::default(), day(today))
            .iter()
            .map(|f| (f.rule, f.severity))
            .collect()
    }

    #[test]
    fn a_network_that_closes_is_told_of_a_year_ahead_and_after() {
        let one = queries::Watched { is_non_person: false, ..watched() };
        assert!(rules(&one, "2026-11-20").is_empty());
        assert_eq!(rules(&one, "2027-01-15"), [("network_sunset", Severity::Normal)]);
        let other = queries::Watched { operator: "Telenor".to_owned(), ..one };
        assert_eq!(rules(&other, "2026-11-20"), [("network_sunset", Severity::Urgent)]);
        assert!(rules(&queries::Watched { generation: "4G".to_owned(), ..other }, "2026-11-20").is_empty());
    }

    #[test]
    fn what_belongs_to_no_person_needs_its_facts_a_review_and_a_contact_who_is_there() {
        let whole = || queries::Watched {
            generation: "4G".to_owned(),
            org_unit_id: Some(Uuid::from_u128(1)),
            ..watched()
        };
        assert!(rules(&whole(), "2026-11-20").is_empty());
        for lacking in [
            queries::Watched { org_unit_id: None, ..whole() },
            queries::Watched { has_purpose: false, ..whole() },
            queries::Watched { has_place: false, ..whole() },
            queries::Watched { has_contact: false, ..whole() },
            queries::Watched { generation: String::new(), ..whole() },
            queries::Watched { review_on: None, ..whole() },
        ] {
            assert_eq!(rules(&lacking, "2026-11-20"), [("nonperson_incomplete", Severity::Info)]);
        }
        let one = watched();
        let one = queries::Watched {
            is_non_person: false,
            generation: String::new(),
            review_on: Some(day("2026-12-01")),
            contact_left: true,
            ..one
        };
        assert_eq!(
            rules(&one, "2026-11-20"),
            [("nonperson_review_due", Severity::Normal), ("owner_left", Severity::Normal)]
        );
    }

    #[test]
    fn a_title_tells_tasks_apart_by_operator_and_place_and_never_by_where_a_person_works() {
        let simhallen = Unit {
            id: Uuid::from_u128(1),
            code: "4711".to_owned(),
            name: "Simhallen".to_owned(),
            ..Unit::default()
        };
        let units = Units::new(vec![simhallen]);
        let title = |one: &queries::Watched| {
            of_one(one, &Settings::default(), &units, day("2026-11-20"))[0].title.clone()
        };
        let alarm = queries::Watched {
            org_unit_id: Some(Uuid::from_u128(1)),
            review_on: None,
            generation: "4G".to_owned(),
            ..watched()
        };
        let label = use_label("larm");
        assert_eq!(
            title(&alarm),
            format!("Komplettera uppgifterna om ett abonnemang: {label} – Telia, 4711 Simhallen")
        );
        let homeless = queries::Watched { org_unit_id: None, ..alarm };
        assert_eq!(title(&homeless), format!("Komplettera uppgifterna om ett abonnemang: {label} – Telia"));
        let persons = queries::Watched {
            org_unit_id: Some(Uuid::from_u128(1)),
            is_non_person: false,
            review_on: Some(day("2026-12-01")),
            use_code: String::new(),
            ..homeless
        };
        assert_eq!(title(&persons), "Se över ett abonnemang – Telia");
    }

    #[test]
    fn a_reserve_is_flagged_when_nobody_has_used_it_for_as_long_as_is_allowed() {
        let reserve = |since: Option<&str>, is_reserve| queries::Watched {
            generation: String::new(),
            is_non_person: false,
            review_on: None,
            is_reserve,
            idle_since: since.map(day),
            ..watched()
        };
        let found = |one: &queries::Watched| rules(one, "2026-11-20");
        assert_eq!(found(&reserve(Some("2026-05-20"), true)), [("reserve_unused", Severity::Normal)]);
        assert!(found(&reserve(Some("2026-05-21"), true)).is_empty());
        assert!(found(&reserve(Some("2020-01-01"), false)).is_empty(), "no reserve");
        assert!(found(&reserve(None, true)).is_empty(), "nothing is known of its use");
        let patient = Settings { reserve_unused_months: 12, ..Settings::default() };
        let one = reserve(Some("2026-05-20"), true);
        assert!(of_one(&one, &patient, &Units::default(), day("2026-11-20")).is_empty());
    }

    #[test]
    fn units_that_have_not_answered_are_told_near_the_end_of_the_month_and_after() {
        let (unit, units) = (Uuid::from_u128(7), Units::default());
        let open = [(unit, 10, 4), (Uuid::from_u128(8), 3, 3)];
        let round = (2026, day("2026-10-31"));
        let soon = inventory_due(&open, &units, round, day("2026-10-01"));
        assert_eq!((soon.len(), soon[0].object_id, soon[0].severity), (1, unit, Severity::Normal));
        let late = inventory_due(&open, &units, round, day("2026-11-20"));
        assert_eq!(late[0].severity, Severity::Urgent);
        assert!(late[0].detail.contains("skulle ha varit klar 2026-10-31"), "{}", late[0].detail);
    }

    #[test]
    fn an_inventory_that_nobody_answered_is_not_settled_by_the_turn_of_the_year() {
        for (month, today, year, due) in [
            (10, "2026-09-15", 2025, "2025-10-31"),
            (10, "2026-09-16", 2026, "2026-10-31"),
            (10, "2026-12-31", 2026, "2026-10-31"),
            (10, "2027-01-01", 2026, "2026-10-31"),
            (12, "2027-01-01", 2026, "2026-12-31"),
        ] {
            assert_eq!(inventory_round(month, day(today)), Some((year, day(due))), "{month} {today}");
        }
    }
}
