//! What the tables of flags are called in the history.

use super::people::APP_ROLES;
use super::{Table, codes, date, hidden, moment, number, reference, text, user};

const SEVERITIES: &[(&str, &str)] =
    &[("info", "För kännedom"), ("normal", "Normal"), ("urgent", "Brådskande")];
const STATES: &[(&str, &str)] =
    &[("open", "Öppen"), ("snoozed", "Vilar"), ("resolved", "Löst av sig själv"), ("decided", "Avgjord")];

pub(super) const TABLES: &[Table] = &[
    Table::new("watch_flag", "bevakning").titled(&["title"]).fields(&[
        text("rule", "Regel"),
        hidden("object_kind"),
        hidden("object_id"),
        date("due_date", "Dag"),
        number("stage", "Steg mot dagen"),
        text("title", "Rubrik"),
        text("detail", "Beskrivning"),
        codes("severity", "Vikt", SEVERITIES),
        reference("owner_unit_id", "Enhet", "org_unit"),
        codes("state", "Läge", STATES),
        moment("opened_at", "Öppnad"),
        date("snoozed_until", "Vilar till och med"),
        text("reason", "Skäl"),
        user("decided_by", "Avgjord av"),
        moment("closed_at", "Stängd"),
    ]),
    Table::new("flag_recipient", "mottagare av bevakning").titled(&["flag_id"]).fields(&[
        reference("flag_id", "Bevakning", "watch_flag"),
        reference("person_id", "Person", "person"),
        codes("app_role", "Behörighet", APP_ROLES),
        text("via", "Genom"),
        moment("seen_at", "Läst"),
    ]),
    Table::new("watch_run", "körning av bevakningen").titled(&["today"]).fields(&[
        moment("ran_at", "Körd"),
        date("today", "För dagen"),
        number("opened", "Öppnade"),
        number("resolved", "Lösta"),
        number("open_after", "Öppna efteråt"),
    ]),
];
