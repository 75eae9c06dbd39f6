//! What the tables of leaver lists are called in the history. Whom a row is about may be protected, which the row itself does not
//! tell: nothing of anybody is shown.

use super::{Parent, Table, codes, date, hidden, number, reference, secret, text, user, yes_no};
use crate::areas::leavers::model::ANSWERS;

pub(super) const TABLES: &[Table] = &[
    Table::new("leaver_sender", "avsändare av listor").titled(&["name"]).at("leavers/senders").fields(&[
        text("name", "Namn"),
        hidden("key"),
        text("reasons", "Orsakskoder"),
        number("due_workday", "Listan ska vara inne arbetsdag"),
        date("expected_from", "Väntas från och med"),
        yes_no("is_active", "Listor väntas"),
        hidden("version"),
    ]),
    Table::new("leaver_sender_unit", "förvaltning hos avsändare")
        .titled(&["org_unit_id"])
        .part_of(&[Parent { column: "sender_id", table: "leaver_sender" }])
        .fields(&[
            reference("sender_id", "Avsändare", "leaver_sender"),
            reference("org_unit_id", "Förvaltning", "org_unit"),
        ]),
    Table::new("leaver_list", "lista över avslutade")
        .titled(&["sender_id", "period"])
        .at("leavers/lists")
        .part_of(&[Parent { column: "sender_id", table: "leaver_sender" }])
        .fields(&[
            reference("sender_id", "Avsändare", "leaver_sender"),
            date("period", "Månad"),
            hidden("run_id"),
            date("received_on", "Kom in"),
            number("row_count", "Antal rader"),
            yes_no("says_nobody", "Inga avslutade"),
            text("said_by", "Sagt av"),
            text("note", "Anteckning"),
            hidden("covers"),
        ]),
    Table::new("missing_answer", "svar om någon som saknas i personalunderlaget")
        .titled(&["answer"])
        .part_of(&[Parent { column: "person_id", table: "person" }])
        .about("person_id")
        .fields(&[
            reference("person_id", "Person", "person"),
            codes("answer", "Svar", ANSWERS).personal(),
            date("last_day", "Sista dag").personal(),
            date("snapshot_on", "Saknas i personalunderlaget"),
            date("answered_on", "Svarat"),
            user("answered_by", "Svarat av"),
            hidden("actor"),
        ]),
    Table::new("leaver_row", "rad i lista över avslutade")
        .titled(&["reason_text", "row_no"])
        .at("leavers/rows")
        .part_of(&[Parent { column: "list_id", table: "leaver_list" }])
        .fields(&[
            reference("list_id", "Lista", "leaver_list"),
            number("row_no", "Rad i filen"),
            secret("company", "Företag"),
            secret("employee_no", "Anställningsnummer"),
            hidden("personal_id_hash"),
            secret("family_name", "Efternamn"),
            secret("given_names", "Förnamn"),
            secret("full_name", "Namn"),
            secret("department_text", "Förvaltning enligt filen"),
            secret("unit_code", "Enhetskod"),
            secret("unit_text", "Enhet enligt filen"),
            secret("org_unit_id", "Enhet"),
            secret("department_id", "Förvaltning"),
            secret("form", "Anställningsform"),
            secret("title", "Befattning"),
            secret("start_date", "Första dag"),
            date("end_date", "Sista dag"),
            text("reason_text", "Orsak"),
            text("event_text", "Händelse"),
            secret("manager", "Chef"),
            secret("manager_email", "Chefens e-post"),
            secret("manager_no", "Chefens anställningsnummer"),
            secret("email", "E-post"),
            secret("login", "Inloggningsnamn"),
            secret("mobile", "Mobil"),
            yes_no("new_employment", "Ny anställning"),
            yes_no("is_hidden", "Dold i listan"),
            date("withdrawn_on", "Tillbakadragen"),
            secret("withdrawn_reason", "Varför tillbakadragen"),
        ]),
];
