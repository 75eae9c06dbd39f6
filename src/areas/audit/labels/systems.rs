//! What the systems' tables are called in the history.

use super::{
    Parent, Table, amount, codes, date, hidden, moment, number, reference, secret, text, user, yes_no,
};

const OF_SYSTEM: &[Parent] = &[Parent { column: "system_id", table: "it_system" }];

const CATEGORIES: &[(&str, &str)] = &[
    ("verksamhetssystem", "Verksamhetssystem"),
    ("stodsystem", "Stödsystem"),
    ("infrastruktur", "Infrastruktur"),
    ("plattform", "Plattform"),
    ("e_tjanst", "E-tjänst"),
    ("iot", "Sakernas internet"),
    ("sakerhetssystem", "Säkerhetssystem"),
];
const PHASES: &[(&str, &str)] = &[
    ("anskaffning", "Anskaffning"),
    ("inforande", "Införande"),
    ("anvandning", "Användning"),
    ("avveckling", "Avveckling"),
    ("avvecklad", "Avvecklad"),
    ("avbruten", "Avbruten"),
];
const HOSTINGS: &[(&str, &str)] = &[
    ("egen_drift", "Egen drift"),
    ("leverantorens_drift", "Leverantörens drift"),
    ("molntjanst", "Molntjänst"),
];
const CRITICALITIES: &[(&str, &str)] =
    &[("lag", "Låg"), ("medel", "Medel"), ("hog", "Hög"), ("kritisk", "Kritisk")];
const PERSONAL_DATA: &[(&str, &str)] = &[("nej", "Nej"), ("ja", "Ja"), ("kansliga", "Ja, känsliga")];

pub(super) const TABLES: &[Table] = &[
    Table::new("it_system", "system").titled(&["name"]).at("systems").fields(&[
        text("number", "Nummer"),
        text("name", "Namn"),
        hidden("name_key"),
        text("short_name", "Kortnamn"),
        text("instance", "Instans"),
        text("description", "Beskrivning"),
        text("purpose", "Syfte"),
        codes("category", "Kategori", CATEGORIES),
        codes("phase", "Fas", PHASES),
        date("phase_since", "I fasen sedan"),
        codes("hosting", "Driftform", HOSTINGS),
        codes("criticality", "Kritikalitet", CRITICALITIES),
        reference("supplier_id", "Leverantör", "supplier"),
        reference("owner_unit_id", "Ansvarig enhet", "org_unit"),
        number("level_k", "Konfidentialitet"),
        number("level_r", "Riktighet"),
        number("level_t", "Tillgänglighet"),
        number("level_s", "Spårbarhet"),
        date("classified_on", "Klassat"),
        date("classification_valid_until", "Klassningen gäller till och med"),
        text("klassa_reference", "Referens i KLASSA"),
        codes("personal_data", "Personuppgifter", PERSONAL_DATA),
        reference("controller_unit_id", "Personuppgiftsansvarig", "org_unit"),
        text("contract_end_text", "Avtal till och med, enligt filen"),
        date("contract_end", "Avtal till och med"),
        text("notice_text", "Uppsägningstid, enligt filen"),
        text("option_text", "Option, enligt filen"),
        text("case_number", "Diarienummer"),
        amount("annual_cost", "Kostnad per år"),
        number("user_count", "Antal användare"),
        text("plan_year", "Förvaltningsplan för år"),
        text("product_version", "Version av produkten"),
        text("login_method", "Inloggning"),
        text("data_country", "Land där uppgifterna finns"),
        number("rto_hours", "Längsta avbrott i timmar"),
        number("rpo_hours", "Längsta förlust av uppgifter i timmar"),
        text("reserve_routine", "Reservrutin"),
        date("restore_tested_on", "Återläsning provad"),
        date("end_of_support", "Stöd från leverantören upphör"),
        date("planned_decommission", "Planerad avveckling"),
        date("next_review", "Nästa genomgång"),
        date("risk_reviewed_on", "Risker bedömda"),
        text("archive_note", "Arkiv och gallring"),
        yes_no("uses_ai", "Använder AI"),
        yes_no("nis2_relevant", "Omfattas av cybersäkerhetslagen"),
        yes_no("dos_scope", "Omfattas av lagen om digital offentlig service"),
        text("accessibility_url", "Tillgänglighetsredogörelse"),
        text("cost_centre", "Kostnadsställe"),
        text("replaces_text", "Ersätter, enligt filen"),
        text("it_contact", "IT-kontakt"),
        text("note", "Anmärkning"),
        secret("secret_note", "Uppgifter som omfattas av sekretess"),
        reference("merged_into_id", "Sammanfört med", "it_system"),
        hidden("version"),
    ]),
    Table::new("system_alias", "annat namn").titled(&["alias"]).part_of(OF_SYSTEM).fields(&[
        reference("system_id", "System", "it_system"),
        text("alias", "Namn"),
        hidden("name_key"),
    ]),
    Table::new("system_unit", "användande enhet").titled(&["org_unit_id"]).part_of(OF_SYSTEM).fields(&[
        reference("system_id", "System", "it_system"),
        reference("org_unit_id", "Enhet", "org_unit"),
    ]),
    Table::new("function_area", "funktionsområde").titled(&["name"]).fields(&[text("name", "Namn")]),
    Table::new("system_function_area", "funktionsområde för system")
        .titled(&["function_area_id"])
        .part_of(OF_SYSTEM)
        .fields(&[
            reference("system_id", "System", "it_system"),
            reference("function_area_id", "Funktionsområde", "function_area"),
        ]),
    Table::new("system_source", "rad i enhetens lista").titled(&["file_name"]).part_of(OF_SYSTEM).fields(&[
        reference("system_id", "System", "it_system"),
        reference("unit_id", "Lista från", "org_unit"),
        hidden("row_key"),
        hidden("import_run_id"),
        text("file_name", "Fil"),
        text("sheet", "Blad"),
        number("row_no", "Rad"),
        hidden("said"),
        moment("taken_in_at", "Inläst"),
        moment("missing_since", "Saknas i listan sedan"),
    ]),
    Table::new("same_system_decision", "beslut om samma system")
        .titled(&["system_a_id", "system_b_id"])
        .part_of(&[
            Parent { column: "system_a_id", table: "it_system" },
            Parent { column: "system_b_id", table: "it_system" },
        ])
        .fields(&[
            reference("system_a_id", "Det ena systemet", "it_system"),
            reference("system_b_id", "Det andra systemet", "it_system"),
            yes_no("is_same", "Samma system"),
            text("reason", "Skäl"),
            user("decided_by", "Beslutat av"),
            moment("decided_at", "Beslutat"),
        ]),
];
