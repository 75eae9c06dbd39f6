//! What the tables of subscriptions are called in the history. Names, numbers and what leads to a person are never shown here, only
//! that they changed: they stand in the number's own history, for those who may see them (rules 4.2 and 9.6).

use super::{Parent, Table, amount, codes, date, hidden, moment, number, reference, secret, text, user};
use crate::areas::subscriptions::STATUSES;

const OF_SUBSCRIPTION: &[Parent] = &[Parent { column: "subscription_id", table: "subscription" }];

const KINDS: &[(&str, &str)] = &[("person", "Person"), ("non_person", "Ej person")];
const ANSWERS: &[(&str, &str)] = &[("i_bruk", "I bruk"), ("ej_i_bruk", "Inte i bruk"), ("okant", "Vet inte")];
const ORDER_FORMS: &[(&str, &str)] = &[("fil", "Fil"), ("brev", "Brev")];
const USES: &[(&str, &str)] = &{
    use crate::rules::subscription_use::UseCode;
    let mut uses = [("", ""); UseCode::ALL.len()];
    let mut i = 0;
    while i < uses.len() {
        uses[i] = (UseCode::ALL[i].code(), UseCode::ALL[i].label());
        i += 1;
    }
    uses
};

pub(super) const TABLES: &[Table] = &[
    Table::new("operator", "operatör").titled(&["name"]).at("subscriptions/operators").fields(&[
        text("name", "Namn"),
        reference("supplier_id", "Leverantör", "supplier"),
        reference("contract_id", "Avtal", "contract"),
        text("order_email", "E-post för beställningar"),
        text("order_address", "Postadress för beställningar"),
        codes("order_form", "Beställningar skickas som", ORDER_FORMS),
        text("note", "Anteckning"),
        hidden("version"),
    ]),
    Table::new("subscription_series", "serie av listor")
        .titled(&["label"])
        .fields(&[text("label", "Namn"), reference("operator_id", "Operatör", "operator")]),
    Table::new("subscription_list", "lista från operatör").titled(&["taken_on"]).fields(&[
        date("taken_on", "Uttagsdag"),
        reference("series_id", "Serie", "subscription_series"),
        hidden("run_id"),
        number("row_count", "Antal rader"),
    ]),
    Table::new("subscription", "abonnemang")
        .titled(&["type_text"])
        .at("subscriptions")
        .of_subscription("id")
        .fields(&[
            secret("msisdn", "Nummer"),
            reference("operator_id", "Operatör", "operator"),
            reference("series_id", "Serie av listor", "subscription_series"),
            text("customer_no", "Kundnummer"),
            text("agreement_no", "Avtal hos operatören"),
            text("type_text", "Abonnemangstyp"),
            secret("holder", "Innehavare"),
            secret("reference", "Referens"),
            text("cost_centre", "Kostnadsställe").personal(),
            reference("org_unit_id", "Enhet", "org_unit").personal(),
            codes("status", "Status", STATUSES),
            text("status_text", "Status hos operatören"),
            date("activated_on", "Aktiverat"),
            date("binding_until", "Bundet till"),
            date("ends_on", "Upphör"),
            text("notice_text", "Uppsägningstid"),
            amount("monthly_price", "Pris per månad"),
            date("last_traffic", "Senaste trafik").personal(),
            number("data_gb", "Data 30 dagar, GB").personal(),
            number("call_minutes", "Samtal 30 dagar, minuter").personal(),
            number("data_pot_gb", "Datapott, GB"),
            secret("iccid_cipher", "SIM-kortets nummer"),
            hidden("iccid_hash"),
            secret("puk_cipher", "PUK"),
            hidden("puk_hash"),
            secret("pin_cipher", "PIN"),
            hidden("pin_hash"),
            secret("imei", "IMEI"),
            secret("main_msisdn", "Huvudnummer"),
            reference("main_subscription_id", "Hör till", "subscription"),
            secret("address", "Adress"),
            secret("note", "Anteckning"),
            text("order_ref", "Beställning").personal(),
            codes("kind_decided", "Slag", KINDS),
            codes("use_decided", "Används till", USES),
            text("purpose", "Syfte").personal(),
            text("place", "Plats").personal(),
            text("device", "Utrustning").personal(),
            reference("contact_person_id", "Kontaktperson", "person").personal(),
            secret("contact_text", "Kontakt"),
            text("generation", "Nät"),
            date("review_on", "Dag för översyn"),
            reference("first_list_id", "Första lista", "subscription_list"),
            reference("missing_from_list_id", "Borta ur lista", "subscription_list"),
            hidden("version"),
        ]),
    Table::new("subscription_holder", "innehav av nummer")
        .titled(&["seen_from"])
        .part_of(OF_SUBSCRIPTION)
        .of_subscription("subscription_id")
        .fields(&[
            reference("subscription_id", "Abonnemang", "subscription"),
            reference("operator_id", "Operatör", "operator"),
            secret("holder", "Innehavare"),
            secret("reference", "Referens"),
            text("cost_centre", "Kostnadsställe").personal(),
            date("seen_from", "Från"),
            date("seen_to", "Till"),
        ]),
    Table::new("subscription_confirmation", "svar i inventeringen")
        .titled(&["year"])
        .part_of(OF_SUBSCRIPTION)
        .of_subscription("subscription_id")
        .fields(&[
            reference("subscription_id", "Abonnemang", "subscription"),
            reference("org_unit_id", "Enhet", "org_unit").personal(),
            text("year", "År"),
            codes("answer", "Svar", ANSWERS),
            text("note", "Anteckning").personal(),
            moment("answered_at", "Besvarat"),
            user("answered_by", "Besvarat av"),
            text("actor", "Besvarat av (namn)").personal(),
        ]),
];
