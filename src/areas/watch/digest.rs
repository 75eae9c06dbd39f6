//! The words of the weekly digest. It names objects and days, never persons.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::{model::Flag, pages::by_nearness};

/// A mail, ready to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Each heading holds at most this many lines; the rest are counted.
const LINES: usize = 15;

/// What waits for one person, the nearest day first. `base` is the municipality's address.
#[must_use]
pub fn compose(flags: &[Flag], municipality: &str, base: &str, today: NaiveDate) -> Digest {
    let pressing = flags.iter().filter(|f| f.is_pressing(today)).count();
    let tasks = if flags.len() == 1 { "1 uppgift".to_owned() } else { format!("{} uppgifter", flags.len()) };
    let subject = if pressing > 0 {
        format!("{tasks} väntar på dig, {pressing} inom 14 dagar")
    } else {
        format!("{tasks} väntar på dig")
    };
    let mut text = format!("{tasks} väntar på dig i Överblick för {municipality}.\n");
    for group in by_nearness(flags.to_vec(), today) {
        let _ = write!(text, "\n{}\n", group.title.to_uppercase());
        for flag in group.flags.iter().take(LINES) {
            let day = flag.due().map(|d| format!("{d}  ")).unwrap_or_default();
            let _ = write!(text, "- {day}{}\n  {base}/watch/{}\n", flag.title, flag.id);
        }
        if group.flags.len() > LINES {
            let _ = writeln!(text, "  … och {} till", group.flags.len() - LINES);
        }
    }
    let _ = write!(text, "\nAlla dina uppgifter: {base}/tasks\n");
    Digest { subject, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use uuid::Uuid;

    fn flag(title: &str, due: Option<&str>) -> Flag {
        Flag {
            id: Uuid::from_u128(1),
            rule: "action_due".into(),
            object_kind: "contract".into(),
            object_id: Uuid::nil(),
            due_date: super::super::model::stored_day(due.map(|d| d.parse().unwrap())),
            stage: None,
            title: title.into(),
            detail: String::new(),
            severity: "normal".into(),
            state: "open".into(),
            opened_at: DateTime::UNIX_EPOCH,
            snoozed_until: None,
            reason: String::new(),
            owner_unit_id: None,
        }
    }

    #[test]
    fn the_nearest_day_stands_first_and_the_subject_says_how_many_press() {
        let flags = [
            flag("Utse systemägare", None),
            flag("Säg upp A-0100", Some("2026-11-28")),
            flag("Förläng A-2", Some("2027-03-01")),
        ];
        let mail = compose(&flags, "Ekeviks kommun", "https://x.se/ekevik", "2026-11-20".parse().unwrap());
        assert_eq!(mail.subject, "3 uppgifter väntar på dig, 1 inom 14 dagar");
        let at = |words: &str| mail.text.find(words).unwrap_or_else(|| panic!("{words} is missing"));
        assert!(at("Säg upp A-0100") < at("Förläng A-2") && at("Förläng A-2") < at("Utse systemägare"));
        assert!(mail.text.contains("https://x.se/ekevik/tasks"));
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let flags: Vec<_> = (0..20).map(|n| flag(&format!("Nr {n}"), None)).collect();
        let mail = compose(&flags, "E", "https://x.se/e", "2026-11-20".parse().unwrap());
        assert!(mail.text.contains("… och 5 till"));
    }
}
