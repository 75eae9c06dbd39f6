//! What a row's reason and event mean, by the sender's own codes and by the words themselves (rules 2.4; data-formats 2.2).

use crate::rules::leaver_matching::{EventKind, ReasonTable};

/// What has happened. The event, where it says more than that the employment ends, goes before the reason; a text that nobody
/// knows counts as none.
#[must_use]
pub fn read(table: &ReasonTable, reason: &str, event: &str) -> EventKind {
    let (reason, event) = (table.read(reason).unwrap_or_default(), table.read(event).unwrap_or_default());
    match (event, reason) {
        (EventKind::Unstated, reason) => reason,
        (EventKind::Leaves, reason) if reason != EventKind::Unstated => reason,
        (event, _) => event,
    }
}

/// The field and the text of a row that nobody has told the meaning of.
#[must_use]
pub fn unknown<'a>(table: &ReasonTable, reason: &'a str, event: &'a str) -> Option<(&'static str, &'a str)> {
    [("reason", reason), ("event", event)].into_iter().find(|(_, text)| table.read(text).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_says_more_than_that_it_ends_goes_before_the_reason() {
        let (table, _) = ReasonTable::parse("01 egen uppsägning, 07 byter förvaltning");
        for (reason, event, means) in [
            ("01", "", EventKind::Leaves),
            ("07", "AVG", EventKind::Moves),
            ("01", "Rättelse", EventKind::Correction),
            ("", "TJL", EventKind::Leave),
            ("77", "", EventKind::Unstated),
            ("", "", EventKind::Unstated),
        ] {
            assert_eq!(read(&table, reason, event), means, "{reason} {event}");
        }
        assert_eq!(unknown(&table, "77", ""), Some(("reason", "77")));
        assert_eq!(unknown(&table, "1", "AVG"), None);
    }
}
