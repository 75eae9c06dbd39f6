//! Thirty days after a list was due, the subscriptions of it that nobody has settled are told of to the heads of the units and to
//! IT-enheten (rules 2.10): once for each list. The letters hold counts and the way to a page, no names, numbers or units.
//!
//! The IT manager is whoever has IT-enheten's role. A unit without a head of its own has the head of the nearest unit above, as
//! for flags. Where somebody protected is concerned the unit is not told (rules 9.6): IT-enheten counts those, the heads do not.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    calendar::{Calendar, Cell},
    queries::{
        mail::{self, Unsolved},
        read, write,
    },
};
use crate::{
    areas::{organisation::Units, users},
    auth::{
        permissions::{Permission, Role},
        principal,
        principal::{Principal, Scope},
    },
    jobs::{Job, JobCtx, JobResult, enqueue_letters},
    web::format::month_words,
};

/// So long after its due day a list is looked at.
const AFTER: TimeDelta = TimeDelta::days(30);
/// A list that has been due for longer is no news: the next one is looked at instead.
const AT_MOST: TimeDelta = TimeDelta::days(60);

/// Whether a month's lists are to be looked at.
fn is_time(cell: &Cell, today: NaiveDate) -> bool {
    let since = today - cell.due;
    !cell.lists.is_empty() && since >= AFTER && since < AT_MOST
}

/// The head of a unit, or of the nearest unit above that has one.
fn head_of(units: &Units, unit: Option<Uuid>, today: NaiveDate) -> Option<Uuid> {
    let unit = unit?;
    let now = units.current(unit, today).map_or(unit, |current| current.id);
    units.path(now).into_iter().rev().find_map(|unit| unit.head_person_id)
}

/// Looks for lists whose time has come.
#[derive(Debug, Serialize, Deserialize)]
pub struct UnsolvedReminder {}

impl Job for UnsolvedReminder {
    const KIND: &'static str = "leaver_unsolved";
    const LABEL: &'static str = "Abonnemang som ingen tagit ställning till efter 30 dagar";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let today = ctx.clock().today();
        let mut tx = ctx.begin().await?;
        let calendar = Calendar::load(&mut tx, today, &Scope::everything()).await?;
        let mut of: Vec<(Uuid, NaiveDate)> = Vec::new();
        for line in &calendar.lines {
            for cell in line.cells.iter().filter(|cell| is_time(cell, today)) {
                let list = (line.sender.id, cell.month);
                if !mail::list_unsolved(&mut tx, &[list]).await?.is_empty()
                    && write::insert_reminder(&mut tx, list.0, list.1, "unsolved", today).await?
                {
                    of.push(list);
                }
            }
        }
        if !of.is_empty() {
            let units = Units::load(&mut tx).await?;
            let heads: HashSet<Uuid> = mail::list_unsolved(&mut tx, &of)
                .await?
                .iter()
                .filter(|one| !one.is_protected)
                .filter_map(|one| head_of(&units, one.owner_unit_id, today))
                .collect();
            let heads: Vec<Uuid> = heads.into_iter().collect();
            let readers = mail::list_it_and(&mut tx, &heads, today).await?;
            let letter = |user_id| UnsolvedMail { user_id, of: of.clone() };
            enqueue_letters(&mut tx, &readers, (ctx.clock().now(), today), letter).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Mails one head or one of IT-enheten.
#[derive(Debug, Serialize, Deserialize)]
pub struct UnsolvedMail {
    user_id: Uuid,
    /// Sender and month.
    of: Vec<(Uuid, NaiveDate)>,
}

impl Job for UnsolvedMail {
    const KIND: &'static str = "leaver_unsolved_mail";
    const LABEL: &'static str = "Brev om abonnemang som ingen tagit ställning till";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let today = ctx.clock().today();
        let mut tx = ctx.begin().await?;
        let reader = principal::load(&mut tx, self.user_id, today).await?;
        let units = Units::load(&mut tx).await?;
        let unsolved = mail::list_unsolved(&mut tx, &self.of).await?;
        let names: HashMap<Uuid, String> =
            read::list_senders(&mut tx).await?.into_iter().map(|sender| (sender.id, sender.name)).collect();
        let to = users::find_addressee(&mut tx, self.user_id).await?;
        tx.commit().await?;
        let Some(to) = to else { return Ok(()) };
        // IT-enheten sees the whole worklist within its reach; a head what lies in the head's own units.
        let of_it = reader.scope(Permission::MatchRead).filter(|_| reader.has_role(Role::ItUnit));
        let is_of_it = of_it.is_some();
        let told = |one: &&Unsolved| match &of_it {
            Some(scope) => scope.reaches_unit(one.owner_unit_id),
            None => is_of_head(one, &reader, &units, today),
        };
        let lines: Vec<(String, usize)> = self
            .of
            .iter()
            .map(|(sender, month)| {
                let is_of = |one: &&Unsolved| one.sender_id == *sender && one.period == *month;
                let name = names.get(sender).map(String::as_str).unwrap_or_default();
                let count = unsolved.iter().filter(is_of).filter(told).count();
                (format!("{name}, {}", month_words(*month)), count)
            })
            .filter(|(_, count)| *count > 0)
            .collect();
        if lines.is_empty() {
            // Settled since, or somebody else's.
            return Ok(());
        }
        let base = format!("{}/{}", ctx.env().base_url, to.slug);
        let (subject, text) = compose(&lines, &to.municipality, &base, is_of_it);
        Ok(ctx.env().mailer.send(&to.email, &subject, text).await?)
    }
}

fn is_of_head(one: &Unsolved, reader: &Principal, units: &Units, today: NaiveDate) -> bool {
    !one.is_protected
        && reader.person_id.is_some()
        && head_of(units, one.owner_unit_id, today) == reader.person_id
}

fn compose(lines: &[(String, usize)], municipality: &str, base: &str, is_of_it: bool) -> (String, String) {
    let all: usize = lines.iter().map(|(_, count)| count).sum();
    let subject = format!("{all} abonnemang väntar fortfarande på beslut");
    let whose = if is_of_it { "" } else { " i din verksamhet" };
    let mut text = format!(
        "Så många abonnemang{whose} i {municipality} hör till någon som har slutat, och ingen har tagit ställning till dem på 30 dagar:\n\n"
    );
    for (list, count) in lines {
        let _ = writeln!(text, "- {list}: {count} abonnemang");
    }
    let (ask, page) = if is_of_it {
        ("Ta ställning till dem här", "matches?vy=att-avgora")
    } else {
        ("Se vilka det gäller här, och säg till IT vad som ska hända med dem", "reports/r06")
    };
    let _ = write!(
        text,
        "\nDe kostar pengar varje månad. {ask}:\n{base}/{page}\n\nDu loggar in som vanligt. Av säkerhetsskäl står det inte i brevet vem eller vilket nummer det gäller.\n"
    );
    (subject, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::leavers::model::ListHead;

    fn list(month: NaiveDate) -> ListHead {
        ListHead {
            id: Uuid::from_u128(1),
            sender_id: Uuid::from_u128(2),
            period: month,
            run_id: None,
            change_set_id: None,
            received_on: month,
            row_count: 1,
            within: 1,
            is_own: false,
            says_nobody: false,
            said_by: String::new(),
            note: String::new(),
            covers: Vec::new(),
        }
    }

    #[test]
    fn a_list_is_looked_at_from_thirty_days_after_its_due_day_until_the_next_is() {
        let month: NaiveDate = "2026-10-01".parse().unwrap();
        let due: NaiveDate = "2026-11-06".parse().unwrap();
        let mut cell = Cell { month, due, state: None, lists: vec![list(month)] };
        for (today, wanted) in
            [("2026-12-05", false), ("2026-12-06", true), ("2027-01-04", true), ("2027-01-05", false)]
        {
            assert_eq!(is_time(&cell, today.parse().unwrap()), wanted, "{today}");
        }
        cell.lists.clear();
        assert!(!is_time(&cell, "2026-12-06".parse().unwrap()), "nothing came");
    }

    #[test]
    fn a_letter_tells_how_many_and_where_to_go_by_whom_it_is_for() {
        let lines = [("Fritid, oktober 2026".to_owned(), 2), ("SOC, oktober 2026".to_owned(), 1)];
        let (subject, text) = compose(&lines, "Viks kommun", "https://x.se/vik", false);
        assert_eq!(subject, "3 abonnemang väntar fortfarande på beslut");
        assert!(text.contains("- Fritid, oktober 2026: 2 abonnemang"), "{text}");
        assert!(text.contains("i din verksamhet") && text.contains("https://x.se/vik/reports/r06"), "{text}");
        let (_, text) = compose(&lines, "Viks kommun", "https://x.se/vik", true);
        assert!(text.contains("https://x.se/vik/matches") && !text.contains("din verksamhet"), "{text}");
    }
}
