//! Invoice details and service levels (data-formats 8).

use crate::tabular::values::MonthAs::First;
use crate::tabular::vocabulary::Content::{Amount, Code, Date, Decimal};
use crate::tabular::vocabulary::{Field, Required, Vocabulary};

/// Invoice details.
pub const INVOICES: Vocabulary = Vocabulary {
    kind: "invoices",
    name: "Fakturadetaljer",
    fields: &[
        Field::of(
            "invoice_no",
            "Fakturanummer",
            Code,
            &[
                "fakturanr",
                "fakturanummer",
                "faktura",
                "invoice number",
                "invoicenumber",
                "fakturaid",
                "verifikationsnr",
                "transaction number",
                "transactionnumber",
            ],
        )
        .refusing(),
        Field::of(
            "period",
            "Period",
            Date(First),
            &[
                "period",
                "månad",
                "fakturaperiod",
                "avser period",
                "month",
                "payment date",
                "paymentdate",
                "fakturadatum",
                "invoice date",
                "betaldatum",
            ],
        ),
        Field::text(
            "supplier",
            "Leverantör",
            &["leverantör", "supplier", "beneficiary name", "beneficiaryname", "motpart"],
        ),
        Field::text(
            "service",
            "Tjänst",
            &["tjänst", "tjänstenamn", "service", "purpose", "description", "kontotext"],
        ),
        Field::text("article", "Artikel", &["artikel", "benämning", "produkt", "article", "specifikation"]),
        Field::of("quantity", "Antal", Decimal, &["antal", "kvantitet", "quantity"]),
        Field::text("unit", "Enhet", &["enhet", "sort", "unit"]),
        Field::of("price", "Pris", Amount, &["pris", "à-pris", "styckpris", "price"]),
        Field::of(
            "amount",
            "Belopp exkl. moms",
            Amount,
            &[
                "belopp exkl moms",
                "belopp",
                "summa",
                "nettobelopp",
                "netto",
                "amount",
                "net amount",
                "radbelopp",
            ],
        )
        .refusing(),
        Field::of(
            "cost_centre",
            "IKB",
            Code,
            &["ikb", "kostnadsställe", "kst", "ansvar", "cost centre", "cost center", "profitcentre"],
        ),
        Field::of("order_no", "Beställning", Code, &["beställning", "beställningsnr", "order", "ordernr"]),
        Field::text(
            "department",
            "Förvaltning",
            &["förvaltning", "enhet kund", "kund", "organisation", "directorate", "organisationalunit"],
        ),
        Field::text("reference", "Referens", &["referens", "er referens", "ref", "reference"]),
    ],
    required: &[
        Required::any(&["invoice_no"], "required_missing"),
        Required::any(&["amount"], "required_missing"),
    ],
    identity: &[],
    file_words: &[
        "faktura",
        "fakturor",
        "invoice",
        "invoices",
        "fakturadetaljer",
        "fakturaspecifikation",
        "spend",
    ],
    foreign: &[],
    none_of: &[],
};

/// Agreed and measured service levels.
pub const SERVICE_LEVELS: Vocabulary = Vocabulary {
    kind: "sla",
    name: "Servicenivåer",
    fields: &[
        Field::text("service", "Tjänst", &["tjänst", "tjänstenamn", "service"]).refusing(),
        Field::text("catalogue", "Katalog", &["katalog", "tjänstekatalog", "catalogue"]),
        Field::text("measure", "Mått", &["mått", "mätetal", "servicenivå", "measure", "nyckeltal", "sla"])
            .refusing(),
        Field::of("period", "Period", Date(First), &["period", "månad", "mätperiod", "month"]).refusing(),
        Field::of(
            "target",
            "Mål",
            Decimal,
            &["mål", "målnivå", "avtalad nivå", "target", "krav", "målvärde"],
        ),
        Field::of(
            "outcome",
            "Utfall",
            Decimal,
            &["utfall", "uppmätt", "resultat", "outcome", "mätvärde", "actual"],
        ),
        Field::of("deviation", "Avvikelse", Decimal, &["avvikelse", "differens", "deviation", "diff"]),
        Field::of(
            "penalty",
            "Vite enligt leverantören",
            Amount,
            &["vite belopp leverantör", "vite", "vitesbelopp", "penalty", "vite kr"],
        ),
        Field::text("comment", "Kommentar", &["kommentar", "anmärkning", "notering", "comment"]),
    ],
    required: &[
        Required::any(&["service"], "required_missing"),
        Required::any(&["period"], "required_missing"),
    ],
    identity: &[],
    file_words: &["sla", "servicenivaer", "servicenivauppfoljning", "viten", "vite"],
    foreign: &[],
    none_of: &[],
};
