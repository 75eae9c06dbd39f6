//! The rules of retention, what a municipality has decided about each, and the protocol of a run.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What may be purged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// The content of files with leavers.
    LeaverFile,
    /// Rows of leaver lists that matched nothing.
    LeaverRow,
    /// Names in closed cases.
    CaseNames,
    /// Closed cases.
    Case,
    /// Persons that are gone from the two newest staff snapshots.
    StaffPerson,
    /// The content of older staff files.
    StaffFile,
    /// Former holders of subscriptions.
    Holder,
    /// Earlier names of persons.
    EarlierNames,
    /// Reads of personal data.
    Reads,
    /// Flags that were resolved long ago.
    Flags,
}

/// A rule of retention (rules 8).
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What it is about.
    pub what: What,
    /// The code in the database and in addresses.
    pub code: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What goes, and what stays.
    pub removes: &'static str,
    /// Why, and on what ground.
    pub why: &'static str,
    /// From which day the period is counted.
    pub counted_from: &'static str,
    /// The usual period in days.
    pub days: i32,
}

/// Every rule, in the order that they are shown and carried out.
pub const RULES: [Rule; 10] = [
    Rule {
        what: What::LeaverFile,
        code: "leaver_file",
        name: "Filer med avslutade anställningar",
        removes: "Filens innehåll och kvittots uppgifter om varje rad. Att filen kom in, när, från vem och hur många rader den hade står kvar.",
        why: "Uppgifterna ska inte sparas längre än de behövs (dataskyddsförordningen artikel 5.1 c och e).",
        counted_from: "när filens alla ärenden är avslutade, dock senast tolv månader efter att filen kom in",
        days: 30,
    },
    Rule {
        what: What::LeaverRow,
        code: "leaver_row",
        name: "Rader om avslutade utan träff",
        removes: "Raden i listan över avslutade, när personen inte hade något abonnemang och inget ärende.",
        why: "Uppgifterna har inte behövts (dataskyddsförordningen artikel 5.1 c och e).",
        counted_from: "när listan kom in och sista dagen har passerat",
        days: 90,
    },
    Rule {
        what: What::Case,
        code: "match_case",
        name: "Ärenden och beslut",
        removes: "Ärendet med beslut och frågor.",
        why: "Besluten behöver kunna granskas i två år.",
        counted_from: "när ärendet avslutades",
        days: 730,
    },
    Rule {
        what: What::CaseNames,
        code: "match_case_names",
        name: "Namn i avslutade ärenden",
        removes: "Vem ärendet gällde: namn, underlag, motivering, svar och ny innehavare. Klass, beslut, datum och belopp står kvar.",
        why: "Uppföljningen behöver siffrorna men inte personen.",
        counted_from: "när ärendet avslutades",
        days: 365,
    },
    Rule {
        what: What::StaffPerson,
        code: "staff_person",
        name: "Personer som inte finns i personalunderlaget",
        removes: "Personen med anställningar och personnummer, när personen saknas i de två senaste fullständiga underlagen och inte har eller har haft roller, konto eller öppna ärenden.",
        why: "Bara de två senaste personalunderlagen behövs.",
        counted_from: "det underlag där personen först saknades",
        days: 0,
    },
    Rule {
        what: What::StaffFile,
        code: "staff_file",
        name: "Äldre personalfiler",
        removes: "Innehållet i personalfiler som är äldre än de två senaste från samma del av kommunen, och kvittots uppgifter om varje rad.",
        why: "Bara de två senaste personalunderlagen behövs.",
        counted_from: "när filen kom in",
        days: 0,
    },
    Rule {
        what: What::Holder,
        code: "subscription_holder",
        name: "Tidigare innehavare av abonnemang",
        removes: "Vem ett nummer var för, när det sedan dess har bytt innehavare.",
        why: "Ändringar behöver kunna följas i två år.",
        counted_from: "när numret bytte innehavare",
        days: 730,
    },
    Rule {
        what: What::EarlierNames,
        code: "earlier_names",
        name: "Tidigare namn på personer",
        removes: "De namn som personen har haft tidigare.",
        why: "Tidigare namn behövs bara så länge något kan stå kvar under dem.",
        counted_from: "när personen inte längre har anställning, roll, abonnemang eller öppet ärende",
        days: 180,
    },
    Rule {
        what: What::Reads,
        code: "access_log",
        name: "Logg över läsning av personuppgifter",
        removes: "Vem som läste vilka personuppgifter när. Loggen över uttagna filer står kvar.",
        why: "Läsningar behöver kunna granskas i två år.",
        counted_from: "läsningen",
        days: 730,
    },
    Rule {
        what: What::Flags,
        code: "watch_flag",
        name: "Lösta flaggor",
        removes: "Flaggor som har lösts, och flaggor på det som inte längre finns.",
        why: "Löst sedan länge.",
        counted_from: "när flaggan löstes",
        days: 365,
    },
];

/// A leaver file goes after this, whatever its cases.
pub const LEAVER_FILE_AT_MOST: TimeDelta = TimeDelta::days(365);

impl Rule {
    /// The rule of a code.
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.code == code)
    }
}

/// What a municipality has decided about a rule.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The rule.
    pub rule: &'static Rule,
    /// Null until somebody has touched the rule.
    pub id: Option<Uuid>,
    /// The own period; none = the usual.
    pub own_days: Option<i32>,
    /// Where the decision is.
    pub decision_ref: String,
    /// The day of the decision.
    #[expect(clippy::struct_field_names, reason = "the column's name")]
    pub decided_on: Option<NaiveDate>,
    /// It is in force.
    pub is_active: bool,
    /// Why nothing may be purged at present.
    pub hold_reason: String,
    /// Counts up with every change.
    pub version: i32,
}

impl Decided {
    /// A rule that nobody has decided anything about.
    #[must_use]
    pub fn usual(rule: &'static Rule) -> Self {
        Self {
            rule,
            id: None,
            own_days: None,
            decision_ref: String::new(),
            decided_on: None,
            is_active: false,
            hold_reason: String::new(),
            version: 0,
        }
    }

    /// The period in days.
    #[must_use]
    pub fn days(&self) -> i32 {
        self.own_days.unwrap_or(self.rule.days)
    }

    /// The last day that is old enough.
    #[must_use]
    pub fn until(&self, today: NaiveDate) -> NaiveDate {
        today - TimeDelta::days(self.days().into())
    }

    /// Whether a purge carries it out: in force by a decision that can be pointed at, and no legal obstacle.
    #[must_use]
    pub fn may_purge(&self) -> bool {
        self.is_active
            && !self.decision_ref.trim().is_empty()
            && self.decided_on.is_some()
            && self.hold_reason.is_empty()
    }

    /// How it stands: words and colour.
    #[must_use]
    pub fn state(&self) -> (&'static str, &'static str) {
        if !self.hold_reason.is_empty() {
            ("Stoppad", "warning")
        } else if self.may_purge() {
            ("Gäller", "success")
        } else if self.decision_ref.is_empty() {
            ("Beslut saknas", "neutral")
        } else {
            ("Gäller inte", "neutral")
        }
    }
}

/// How much a rule reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// So many.
    pub rows: i64,
    /// The oldest, by the day that its period is counted from.
    pub oldest: Option<NaiveDate>,
    /// The newest.
    pub newest: Option<NaiveDate>,
}

/// Something that a rule reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub id: Uuid,
    /// The day that its period is counted from.
    pub on: NaiveDate,
}

impl Extent {
    /// The extent of a list.
    #[must_use]
    pub fn of(due: &[Due]) -> Self {
        Self {
            rows: i64::try_from(due.len()).unwrap_or(i64::MAX),
            oldest: due.iter().map(|d| d.on).min(),
            newest: due.iter().map(|d| d.on).max(),
        }
    }
}

/// A rule in a protocol: counts, and by what decision; never what was purged.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Line {
    /// The rule.
    pub code: String,
    /// The period that was used.
    pub days: i32,
    /// Where the decision is.
    pub decision_ref: String,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// Why it was stopped.
    pub hold_reason: String,
    /// Whether it was in force, so that a purge carries it out.
    #[serde(default)]
    pub is_active: bool,
    /// What was purged, or would be.
    pub rows: i64,
    /// Rows of the history that were emptied.
    pub history_rows: i64,
    /// The oldest.
    pub oldest: Option<NaiveDate>,
    /// The newest.
    pub newest: Option<NaiveDate>,
}

impl Line {
    /// What the rule is called.
    #[must_use]
    pub fn name(&self) -> &str {
        Rule::find(&self.code).map_or(&self.code, |rule| rule.name)
    }

    /// Whether the purge carried it out, or a purge would.
    #[must_use]
    pub fn is_carried_out(&self) -> bool {
        self.is_active && self.hold_reason.is_empty()
    }

    /// What came of it, in words.
    #[must_use]
    pub fn outcome(&self, is_dry: bool) -> &'static str {
        if !self.hold_reason.is_empty() {
            "Stoppad av rättsligt hinder"
        } else if !self.is_active {
            "Gallras inte: regeln gäller inte"
        } else if self.rows == 0 {
            "Inget att gallra"
        } else if is_dry {
            "Skulle gallras"
        } else {
            "Gallrat"
        }
    }
}

/// A run with its protocol.
#[derive(Clone, Debug)]
pub struct Run {
    /// Which.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// The day that periods were counted to.
    pub today: NaiveDate,
    /// By whom.
    pub actor: String,
    /// The user.
    pub user_id: Option<Uuid>,
    /// Only tried.
    pub is_dry: bool,
    /// Rule by rule.
    pub lines: Vec<Line>,
}

impl Run {
    /// What was purged in all, or would be.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.lines.iter().filter(|line| line.is_carried_out()).map(|line| line.rows).sum()
    }

    /// What came of a rule, in words.
    #[must_use]
    pub fn outcome_of(&self, line: &Line) -> &'static str {
        line.outcome(self.is_dry)
    }

    /// What it is, in a sentence or two.
    #[must_use]
    pub fn lead(&self) -> &'static str {
        if self.is_dry {
            "Ingenting är gallrat. Så här skulle en gallring bli."
        } else {
            "Protokollet innehåller antal, regler och beslut, inte det som gallrades."
        }
    }

    /// What is counted.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        if self.is_dry { "Skulle gallras" } else { "Gallrat" }
    }

    /// What it is called.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.is_dry { "Torrkörning" } else { "Gallring" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_purged_without_a_decision_that_can_be_pointed_at_nor_against_a_legal_obstacle() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1);
        let whole = Decided {
            decision_ref: "KS 2026/1".into(),
            decided_on: day,
            is_active: true,
            ..Decided::usual(&RULES[0])
        };
        assert!(whole.may_purge());
        assert!(!Decided::usual(&RULES[0]).may_purge());
        assert!(!Decided { is_active: false, ..whole.clone() }.may_purge());
        assert!(!Decided { decision_ref: " ".into(), ..whole.clone() }.may_purge());
        assert!(!Decided { decided_on: None, ..whole.clone() }.may_purge());
        assert!(!Decided { hold_reason: "tvist".into(), ..whole }.may_purge());
    }

    #[test]
    fn every_rule_has_a_code_of_its_own_that_finds_it_again() {
        for rule in &RULES {
            assert_eq!(Rule::find(rule.code).map(|found| found.what), Some(rule.what));
        }
    }
}
