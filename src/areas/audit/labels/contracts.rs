//! What the tables of contracts and of roles on systems and contracts are called in the history.

use super::{
    Parent, Table, amount, codes, date, hidden, list, moment, number, reference, secret, text, user, yes_no,
};
use crate::auth::permissions::OBJECT_ROLES;

const OF_CONTRACT: &[Parent] = &[Parent { column: "contract_id", table: "contract" }];

const PURPOSE_CLASSES: &[(&str, &str)] =
    &[("stodjande", "Verksamhetsstödjande"), ("drivande", "Verksamhetsdrivande")];
const RENEWALS: &[(&str, &str)] = &[
    ("none", "Löper ut"),
    ("option_unilateral", "Option för kommunen"),
    ("option_mutual", "Option som båda skriver under"),
    ("auto", "Förlängs tyst"),
    ("until_further_notice", "Tills vidare"),
];
const UNITS: &[(&str, &str)] =
    &[("months", "månader"), ("days", "dagar"), ("weeks", "veckor"), ("fixed_date", "fast dag")];
const BASES: &[(&str, &str)] = &[
    ("before_end", "före slutdagen"),
    ("calendar_months", "hela kalendermånader"),
    ("days", "dagar före slutdagen"),
    ("weeks", "veckor före slutdagen"),
    ("fixed_date", "fast dag"),
    ("none", "ingen uppsägning behövs"),
];
const DPA: &[(&str, &str)] = &[
    ("saknas", "Saknas"),
    ("pagar", "Pågår"),
    ("tecknat", "Tecknat"),
    ("upphort", "Upphört"),
    ("behovs_ej", "Behövs inte"),
];
const OPTION_STATES: &[(&str, &str)] = &[
    ("open", "Öppen"),
    ("recommended", "Rekommenderad"),
    ("decided", "Beslutad"),
    ("sent", "Skickad"),
    ("exercised", "Utnyttjad"),
    ("declined", "Avböjd"),
    ("lapsed", "Förfallen"),
];

pub(super) const TABLES: &[Table] = &[
    Table::new("contract", "avtal").titled(&["title"]).at("contracts").fields(&[
        text("contract_no", "Avtalsnummer"),
        text("title", "Namn"),
        text("kind", "Avtalstyp"),
        reference("supplier_id", "Leverantör", "supplier"),
        reference("parent_contract_id", "Hör till avtal", "contract"),
        text("parent_text", "Hör till avtal, enligt filen"),
        reference("owner_unit_id", "Ansvarig enhet", "org_unit"),
        codes("purpose_class", "Slag av verksamhet", PURPOSE_CLASSES),
        date("start_date", "Startdatum"),
        date("end_date", "Slutdatum"),
        text("end_text", "Slutdatum, enligt filen"),
        yes_no("end_follows_parent", "Slutet följer huvudavtalet"),
        number("initial_months", "Första avtalstid i månader"),
        codes("renewal_kind", "Förlängning", RENEWALS),
        text("renewal_text", "Förlängning, enligt filen"),
        number("auto_renewal_months", "Förlängs med månader"),
        date("auto_max_end_date", "Längst till och med"),
        text("notice_text", "Uppsägningstid, enligt filen"),
        number("notice_value", "Uppsägningstid"),
        codes("notice_unit", "Uppsägningstid, enhet", UNITS),
        codes("notice_basis", "Uppsägningstid, räknas", BASES),
        number("notice_month", "Uppsägning senast, månad"),
        number("notice_day", "Uppsägning senast, dag"),
        text("option_text", "Option, enligt filen"),
        text("option_notice_text", "Besked om option, enligt filen"),
        number("option_notice_value", "Besked om option"),
        codes("option_notice_unit", "Besked om option, enhet", UNITS),
        codes("option_notice_basis", "Besked om option, räknas", BASES),
        number("option_notice_month", "Besked om option senast, månad"),
        number("option_notice_day", "Besked om option senast, dag"),
        list("review", "Att kontrollera"),
        user("reviewed_by", "Kontrollerat av"),
        moment("reviewed_at", "Kontrollerat"),
        text("termination_form", "Uppsägningens form"),
        text("recipient_address", "Uppsägningens mottagare"),
        text("price_model", "Prismodell"),
        amount("annual_value", "Värde per år"),
        amount("one_off_value", "Engångsbelopp"),
        amount("ceiling_value", "Takbelopp"),
        amount("value_used", "Utnyttjat belopp"),
        text("index_name", "Index"),
        date("index_base_month", "Index, basmånad"),
        date("index_measure_month", "Index, mätmånad"),
        number("index_base_value", "Indextal i basmånaden"),
        date("index_adjusted_on", "Pris senast justerat"),
        text("procured_under", "Upphandlat enligt"),
        text("procurement_form", "Upphandlingsform"),
        text("procurement_path", "Väg till nytt avtal"),
        text("procurement_reference", "Upphandlingens referens"),
        text("next_procurement", "Påbörjad upphandling"),
        number("lead_months", "Månader som nästa upphandling tar"),
        text("special_reasons", "Särskilda skäl"),
        text("cpv", "CPV-kod"),
        number("calloff_months_after_framework", "Avrop får löpa månader efter ramavtalet"),
        date("calloff_last_date", "Avrop får löpa till och med"),
        date("award_documented_on", "Direktupphandlingen dokumenterad"),
        date("termination_decided_on", "Beslut om uppsägning"),
        text("case_number", "Diarienummer"),
        text("signed_by", "Undertecknat av"),
        text("signed_role", "Undertecknarens roll"),
        date("signed_on", "Undertecknat"),
        text("cost_centre", "Kostnadsställe"),
        text("cost_string", "Kontering"),
        codes("dpa_status", "Personuppgiftsbiträdesavtal", DPA),
        text("secrecy_paragraph", "Sekretess enligt"),
        text("secrecy_authority", "Sekretess, märkt av"),
        date("secrecy_marked_on", "Sekretess, märkt"),
        date("secrecy_until", "Sekretess till och med"),
        text("document_url", "Länk till avtalet"),
        // A name that the register knew nothing of, or that became protected later: who answers is told by the roles.
        secret("responsible_text", "Ansvarig, enligt filen"),
        text("system_text", "System, enligt filen"),
        text("amendment_ground", "Grund för ändringen"),
        text("note", "Anteckning"),
        hidden("version"),
    ]),
    Table::new("contract_option", "option").titled(&["step_no"]).part_of(OF_CONTRACT).fields(&[
        reference("contract_id", "Avtal", "contract"),
        number("step_no", "Steg"),
        number("months", "Månader"),
        codes("state", "Läge", OPTION_STATES),
        date("sent_on", "Skickad"),
        date("confirmed_on", "Bekräftad"),
        text("reason", "Skäl"),
    ]),
    Table::new("contract_notice", "uppsägning").titled(&["received_on"]).part_of(OF_CONTRACT).fields(&[
        reference("contract_id", "Avtal", "contract"),
        codes("given_by", "Uppsagt av", &[("kommunen", "Kommunen"), ("leverantoren", "Leverantören")]),
        date("sent_on", "Skickad"),
        date("received_on", "Mottagen"),
        yes_no("accepted_late", "Godtagen fast den kom sent"),
        text("note", "Anteckning"),
        date("withdrawn_on", "Återtagen"),
    ]),
    Table::new("contract_system", "koppling mellan avtal och system")
        .titled(&["contract_id", "system_id"])
        .part_of(&[
            Parent { column: "contract_id", table: "contract" },
            Parent { column: "system_id", table: "it_system" },
        ])
        .fields(&[
            reference("contract_id", "Avtal", "contract"),
            reference("system_id", "System", "it_system"),
        ]),
    Table::new("role_assignment", "roll")
        .titled(&["role", "person_id"])
        .part_of(&[
            Parent { column: "system_id", table: "it_system" },
            Parent { column: "contract_id", table: "contract" },
            Parent { column: "person_id", table: "person" },
        ])
        .about("person_id")
        .fields(&[
            reference("system_id", "System", "it_system"),
            reference("contract_id", "Avtal", "contract"),
            codes("role", "Roll", &OBJECT_ROLES),
            reference("person_id", "Innehavare", "person"),
            text("holder_text", "Innehavare, enligt filen").personal(),
            yes_no("is_deputy", "Ersättare"),
            date("valid_from", "Gäller från"),
            date("valid_to", "Gäller till och med"),
        ]),
];
