//! What the tables of persons, employments and roles in the application are called in the history.

use super::{Parent, Table, codes, date, hidden, list, number, reference, secret, text, user, yes_no};

const OF_PERSON: &[Parent] = &[Parent { column: "person_id", table: "person" }];

const EMPLOYMENT_KINDS: &[(&str, &str)] = &[("anstallning", "Anställning"), ("uppdrag", "Uppdrag")];

const EMPLOYMENT_STATES: &[(&str, &str)] =
    &[("aktiv", "Aktiv"), ("tjanstledig", "Tjänstledig"), ("kommande", "Kommande"), ("avslutad", "Avslutad")];

pub(super) const APP_ROLES: &[(&str, &str)] = &{
    use crate::auth::permissions::Role;
    let mut roles = [("", ""); Role::ALL.len()];
    let mut i = 0;
    while i < roles.len() {
        roles[i] = (Role::ALL[i].code(), Role::ALL[i].label());
        i += 1;
    }
    roles
};

pub(super) const TABLES: &[Table] = &[
    Table::new("person", "person").titled(&["display_name"]).at("people").about("id").fields(&[
        text("display_name", "Namn").personal(),
        text("given_names", "Förnamn").personal(),
        text("family_name", "Efternamn").personal(),
        list("earlier_names", "Tidigare namn").personal(),
        hidden("name_key"),
        secret("personal_id_cipher", "Personnummer"),
        hidden("personal_id_hash"),
        text("birth_year", "Födelseår").personal(),
        text("email", "E-post").personal(),
        text("login", "Inloggningsnamn").personal(),
        text("work_mobile", "Mobil i tjänsten").personal(),
        yes_no("is_protected", "Skyddade personuppgifter"),
        hidden("version"),
    ]),
    Table::new("employment", "anställning")
        .titled(&["title", "org_unit_id"])
        .part_of(OF_PERSON)
        .about("person_id")
        .fields(&[
            reference("person_id", "Person", "person"),
            codes("kind", "Slag", EMPLOYMENT_KINDS),
            text("company_code", "Företag").personal(),
            text("employee_no", "Anställningsnummer").personal(),
            reference("org_unit_id", "Enhet", "org_unit").personal(),
            text("unit_text", "Enhet enligt filen").personal(),
            text("form", "Anställningsform").personal(),
            text("title", "Befattning").personal(),
            date("start_date", "Första dag").personal(),
            date("end_date", "Sista dag").personal(),
            codes("status", "Status", EMPLOYMENT_STATES).personal(),
            yes_no("is_main", "Huvudanställning").personal(),
            yes_no("is_manager", "Chef").personal(),
            number("percent", "Omfattning i procent").personal(),
            text("manager_employee_no", "Chefens anställningsnummer").personal(),
            reference("first_snapshot_id", "Första personalunderlag", "staff_snapshot"),
            reference("missing_from_snapshot_id", "Saknas i personalunderlag", "staff_snapshot"),
        ]),
    Table::new("staff_snapshot", "personalunderlag").titled(&["taken_on"]).fields(&[
        date("taken_on", "Uttagsdag"),
        yes_no("is_full", "Hela kommunen"),
        reference("org_unit_id", "Förvaltning", "org_unit"),
        text("source", "Källa"),
        number("row_count", "Antal rader"),
    ]),
    Table::new("member_profile", "koppling till person")
        .titled(&["user_id"])
        .part_of(OF_PERSON)
        .about("person_id")
        .fields(&[user("user_id", "Användare").personal(), reference("person_id", "Person", "person")]),
    Table::new("role_grant", "behörighet")
        .titled(&["user_id", "role"])
        .part_of(&[Parent { column: "org_unit_id", table: "org_unit" }])
        .fields(&[
            user("user_id", "Användare"),
            codes("role", "Roll", APP_ROLES),
            reference("org_unit_id", "Gäller för", "org_unit"),
            date("valid_from", "Gäller från"),
            date("valid_to", "Gäller till och med"),
        ]),
];
