//! What the tables of the matching are called in the history: cases, decisions, questions and orders. What is worked out
//! (verdicts, proposals) has no history. What tells of the person whom a case is about is marked as personal.

use super::people::APP_ROLES;
use super::{Table, amount, codes, date, hidden, moment, number, reference, text, user, yes_no};

const CLASSES: &[(&str, &str)] = &[
    ("A", "A Säker"),
    ("B", "B Sannolik"),
    ("C", "C Möjlig"),
    ("P", "P Planerad"),
    ("U", "U Utan innehavare"),
    ("X", "X Motsagd"),
];

const STATES: &[(&str, &str)] = &[
    ("open", "Att ta ställning till"),
    ("waiting", "Väntar på svar"),
    ("decided", "Beslutat"),
    ("ordered", "Beställt"),
    ("verified", "Verifierat"),
    ("not_gone", "Borde vara borta men är kvar"),
    ("kept", "Behålls"),
    ("closed", "Avslutat"),
];

const OUTCOMES: &[(&str, &str)] = &[
    ("avsluta", "Avsluta"),
    ("overlat", "Överlåt till medarbetare"),
    ("flytta_kostnad", "Flytta kostnaden"),
    ("behall", "Behåll"),
    ("ej_person", "Ej person"),
    ("reserv", "Lägg i reserv"),
    ("privat_overtagande", "Privat övertagande"),
    ("fel_traff", "Fel träff"),
    ("vantar_svar", "Väntar på svar"),
];

const REASONS: &[(&str, &str)] = &[
    ("ground_gone", "Uppgifterna gäller inte längre"),
    ("review_due", "Dags att se över"),
    ("new_evidence", "Nya uppgifter har kommit"),
    ("cause_back", "Orsaken är tillbaka"),
    ("cause_gone", "Orsaken är borta"),
    ("number_gone", "Numret är borta ur operatörens lista"),
    ("back", "Numret är tillbaka i operatörens lista"),
    ("not_gone", "Finns kvar i operatörens lista"),
];

const ANSWERS: &[(&str, &str)] = &[
    ("avsluta", "Avsluta abonnemanget"),
    ("overlat", "Någon annan tar över"),
    ("behall", "Behåll tills vidare"),
    ("annan_enhet", "Hör till en annan enhet"),
    ("ej_min", "Inte min medarbetare"),
    ("vet_inte", "Jag vet inte"),
];

/// The words of [`crate::rules::leaver_matching::LCode`]; of a death no more than of any other end.
const GROUNDS: &[(&str, &str)] = &[
    ("L1", "Avslutad, ingen annan anställning"),
    ("L2", "Har en annan anställning i kommunen"),
    ("L3", "Slutar senare"),
    ("L4", "Saknas i senaste personalunderlaget men står inte på någon lista"),
    ("L5", "Återanställd"),
    ("L6", "Ledig eller förlängd"),
    ("L7", "Timavlönad"),
    ("L8", "Avslutat uppdrag"),
    ("L9", "Avslutad, ingen annan anställning"),
    ("L10", "Raden är återtagen"),
];

const ORDER_STATES: &[(&str, &str)] = &[("draft", "Utkast"), ("sent", "Skickad"), ("closed", "Avslutad")];

const ORDER_FORMS: &[(&str, &str)] = &[("fil", "Fil"), ("brev", "Brev")];

const OF_CASE: &[super::Parent] = &[super::Parent { column: "case_id", table: "match_case" }];

pub(super) const TABLES: &[Table] = &[
    Table::new("match_case", "ärende")
        .titled(&["class", "opened_on"])
        .at("matches")
        .about("person_id")
        .of_subscription("subscription_id")
        .fields(&[
            codes("class", "Klass", CLASSES),
            reference("subscription_id", "Abonnemang", "subscription").personal(),
            hidden("subject_key"),
            hidden("subject_keys"),
            reference("person_id", "Person", "person").personal(),
            hidden("leaver_row_id"),
            codes("l_code", "Anställningen", GROUNDS).personal(),
            date("end_date", "Sista dag").personal(),
            date("not_before", "Tidigast").personal(),
            reference("owner_unit_id", "Enhet", "org_unit").personal(),
            yes_no("is_protected", "Skyddade personuppgifter"),
            codes("state", "Läge", STATES),
            date("opened_on", "Öppnat"),
            hidden("evidence"),
            hidden("decision_id"),
            date("reopened_on", "Öppnat igen"),
            codes("reopened_reason", "Varför", REASONS),
            date("closed_on", "Avslutat"),
            hidden("version"),
        ]),
    Table::new("match_decision", "beslut")
        .titled(&["outcome", "decided_on"])
        .part_of(OF_CASE)
        .about("person_id")
        .of_subscription("subscription_id")
        .spoken()
        .fields(&[
            codes("outcome", "Beslut", OUTCOMES),
            hidden("case_id"),
            reference("subscription_id", "Abonnemang", "subscription").personal(),
            text("reason", "Skäl").personal(),
            codes("class_then", "Klass", CLASSES),
            hidden("subject_key"),
            hidden("subject_keys"),
            reference("person_id", "Person", "person").personal(),
            hidden("leaver_row_id"),
            hidden("evidence"),
            moment("decided_at", "Tid"),
            date("decided_on", "Beslutat"),
            user("decided_by", "Beslutat av"),
            hidden("actor"),
            codes("decided_role", "I rollen", APP_ROLES),
            date("end_on", "Avslutas"),
            yes_no("port_number", "Numret flyttas"),
            date("review_on", "Ses över"),
            reference("new_person_id", "Ny innehavare", "person").personal(),
            hidden("new_holder"),
            text("new_cost_centre", "Nytt kostnadsställe").personal(),
            text("confirmed_by_manager", "Chef som har bekräftat").personal(),
            reference("unit_id", "Enhet", "org_unit").personal(),
            text("purpose", "Syfte"),
            reference("contact_person_id", "Kontaktperson", "person"),
            text("contact_text", "Kontakt"),
            number("reserve_days", "Dagar i reserv"),
            text("agreement_ref", "Avtal").personal(),
            amount("monthly_price", "Pris per månad"),
            hidden("bulk_id"),
            moment("revoked_at", "Taget tillbaka"),
            text("revoked_by", "Taget tillbaka av"),
            text("revoke_reason", "Skäl till att det togs tillbaka").personal(),
            reference("order_id", "Beställning", "operator_order"),
            date("verified_on", "Verifierat"),
            hidden("verified_list_id"),
            date("not_gone_since", "Finns kvar sedan"),
            date("last_day", "Sista dag enligt listorna"),
            date("back_on", "Tillbaka i listan"),
        ]),
    Table::new("manager_question", "fråga").titled(&["asked_on"]).part_of(OF_CASE).fields(&[
        hidden("case_id"),
        reference("asked_person_id", "Den som frågas", "person"),
        hidden("asked_at"),
        date("asked_on", "Frågat"),
        user("asked_by", "Frågat av"),
        hidden("actor"),
        hidden("message"),
        date("reminded_7_on", "Påmind efter 7 dagar"),
        date("reminded_14_on", "Påmind efter 14 dagar"),
        date("escalated_on", "Gick vidare"),
        reference("escalated_person_id", "Gick vidare till", "person"),
        moment("answered_at", "Besvarat"),
        user("answered_by", "Besvarat av"),
        hidden("answered_actor"),
        codes("answer", "Svar", ANSWERS),
        hidden("answer_text"),
        hidden("answer_holder"),
        date("answer_last_day", "Sista arbetsdag enligt svaret"),
        moment("withdrawn_at", "Behövs inte längre"),
    ]),
    Table::new("operator_order", "beställning").titled(&["number", "state"]).fields(&[
        text("number", "Nummer"),
        reference("operator_id", "Operatör", "operator"),
        codes("state", "Läge", ORDER_STATES),
        codes("form", "Form", ORDER_FORMS),
        hidden("created_at"),
        user("created_by", "Skapad av"),
        hidden("actor"),
        date("sent_on", "Skickad"),
        text("reference", "Operatörens referens"),
        text("note", "Anteckning"),
        hidden("version"),
    ]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::leaver_matching::LCode;

    #[test]
    fn the_history_says_the_ground_in_the_words_of_the_rules() {
        let words: Vec<(&str, &str)> = LCode::ALL.iter().map(|l| (l.code(), l.swedish())).collect();
        assert_eq!(GROUNDS, words);
    }
}
