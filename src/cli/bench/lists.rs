//! Made-up lists of any length, in the layouts of usual municipal files, for measuring imports.

use chrono::{Days, NaiveDate};

use crate::tabular::write::Value;

/// A list that an import is measured with.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum List {
    /// Avtal.
    Contracts,
    /// Leverantörer.
    Suppliers,
    /// System.
    Systems,
    /// Anställda.
    StaffSnapshot,
    /// Abonnemang.
    Subscriptions,
}

impl List {
    /// The code of the kind of file.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Contracts => "contracts",
            Self::Suppliers => "suppliers",
            Self::Systems => "systems",
            Self::StaffSnapshot => "staff-snapshot",
            Self::Subscriptions => "subscriptions",
        }
    }

    /// The header, with the width of each column.
    pub fn header(self) -> Vec<(&'static str, usize)> {
        let names: &[&'static str] = match self {
            Self::Contracts => &[
                "Avtalsnr",
                "Avtalsnamn",
                "Leverantör",
                "Org.nr",
                "Avtalstyp",
                "Ramavtal",
                "Start",
                "Slut (t.o.m.)",
                "Förlängning",
                "Förlängning besked mån",
                "Uppsägningstid",
                "Tyst förlängning",
                "Värde/år exkl moms",
                "Index",
                "PUB",
                "System",
                "Ansvarig",
                "Kostnadsställe",
                "Dnr",
                "Tecknat av",
                "Tecknat datum",
                "Länk",
            ],
            Self::Suppliers => &["Lev.nr", "Leverantörsnamn", "Org.nr", "Ort", "Spärrad", "Webbplats"],
            Self::Systems => &[
                "Systemnamn",
                "Leverantör",
                "Kategori",
                "Förvaltning",
                "Systemägare",
                "Systemförvaltare",
                "Fas",
                "Driftform",
                "K",
                "R",
                "T",
                "Personuppgifter",
                "Avtal t.o.m.",
                "Årskostnad",
                "Anmärkning",
            ],
            Self::StaffSnapshot => &[
                "Företagskod",
                "Anställningsnummer",
                "Efternamn",
                "Förnamn",
                "Login",
                "E-post",
                "Enhet",
                "Förvaltning",
                "Anställningsform",
                "Befattning",
                "Startdatum",
                "Slutdatum",
                "Status",
                "Omfattning",
                "Huvudanställning",
            ],
            Self::Subscriptions => &[
                "Kundnr",
                "Abonnemang",
                "Abonnemangstyp",
                "Användare",
                "Kostnadsställe",
                "Referens",
                "SIM-nr",
                "PUK",
                "Status",
                "Bindning t.o.m.",
                "Pris/mån",
                "Senaste trafik",
                "Extra SIM till",
            ],
        };
        names.iter().map(|name| (*name, 14)).collect()
    }

    /// Row `n`, from 1. `edition` other than 0 differs from it in every tenth row, as next month's list does.
    pub fn row(self, n: u32, edition: u32) -> Vec<Value> {
        match self {
            Self::Contracts => contract(n, edition),
            Self::Suppliers => supplier(n, edition),
            Self::Systems => system(n, edition),
            Self::StaffSnapshot => employee(n, edition),
            Self::Subscriptions => subscription(n, edition),
        }
    }
}

fn pick(n: u32, of: &[&'static str]) -> &'static str {
    usize::try_from(n).ok().and_then(|n| of.get(n % of.len().max(1))).copied().unwrap_or_default()
}

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2019, 1, 1).unwrap_or_default() + Days::new(u64::from(n) * 7 % 2_500)
}

fn is_changed(n: u32, edition: u32) -> bool {
    edition > 0 && n % 10 == edition % 10
}

/// A name of a person that is its own.
fn person(n: u32) -> (String, String) {
    const GIVEN: [&str; 8] = ["Anna", "Bo", "Cecilia", "David", "Eva", "Farid", "Greta", "Håkan"];
    (format!("Exempel{}", n / 8), pick(n, &GIVEN).to_owned())
}

fn supplier_name(n: u32) -> String {
    format!(
        "{} {} {}",
        pick(n, &["Nord", "Syd", "Öst", "Väst", "Mitt"]),
        n,
        pick(n / 5, &["AB", "Konsult AB", "HB"])
    )
}

fn contract(n: u32, edition: u32) -> Vec<Value> {
    let (family, given) = person(n % 1_500);
    let start = day(n);
    let end = start + Days::new(365 * (2 + u64::from(n % 3)) - 1);
    let value = i64::from(n % 97) * 5_000 + if is_changed(n, edition) { 1_000 } else { 0 };
    vec![
        format!("A-{n:05}").into(),
        format!("Avtal om tjänst {n}").into(),
        supplier_name(n % 900).into(),
        Value::Empty,
        pick(n, &["avrop", "serviceavtal", "licens", "ramavtal"]).into(),
        Value::Empty,
        start.into(),
        end.into(),
        pick(n, &["1+1", "", "2 x 12 mån", "12 mån"]).into(),
        pick(n, &["6 mån före", "", "3", ""]).into(),
        pick(n, &["3 mån före slut", "3 kalendermånader", "90 dagar", "senast 30/9", ""]).into(),
        pick(n, &["nej", "nej", "12 mån i taget", ""]).into(),
        Value::Integer(value),
        pick(n, &["LCI", "KPI", ""]).into(),
        pick(n, &["ja", "nej", "pågår"]).into(),
        Value::Empty,
        format!("{family}, {given}").into(),
        format!("{}", 1_000 + n % 120).into(),
        format!("KS {}/{n}", 2019 + n % 7).into(),
        Value::Empty,
        start.into(),
        Value::Empty,
    ]
}

fn supplier(n: u32, edition: u32) -> Vec<Value> {
    vec![
        format!("{}", 20_000 + n).into(),
        format!("Leverantör {n} {}", pick(n, &["AB", "HB", "Ek. för."])).into(),
        Value::Empty,
        if is_changed(n, edition) {
            "Ny ort".into()
        } else {
            pick(n, &["Luleå", "Lund", "Växjö", "Umeå"]).into()
        },
        "nej".into(),
        Value::Empty,
    ]
}

fn system(n: u32, edition: u32) -> Vec<Value> {
    let (family, given) = person(n % 1_500);
    vec![
        format!("{} {n}", pick(n, &["Planera", "Vårdia", "Bokning", "Karta", "Arkivet"])).into(),
        supplier_name(n % 300).into(),
        "verksamhetssystem".into(),
        Value::Empty,
        format!("{family}, {given}").into(),
        Value::Empty,
        pick(n, &["användning", "avveckling", "införande"]).into(),
        pick(n, &["molntjänst", "egen drift"]).into(),
        Value::Integer(i64::from(n % 4)),
        Value::Integer(i64::from((n + 1) % 4)),
        Value::Integer(i64::from((n + 2) % 4)),
        pick(n, &["ja", "nej"]).into(),
        day(n + 300).into(),
        Value::Integer(i64::from(n % 50) * 12_500 + if is_changed(n, edition) { 500 } else { 0 }),
        Value::Empty,
    ]
}

fn employee(n: u32, edition: u32) -> Vec<Value> {
    let (family, given) = person(n);
    vec![
        "01".into(),
        format!("{}", 100_000 + n).into(),
        family.into(),
        given.into(),
        format!("anv{n:05}").into(),
        format!("anv{n:05}@exempel.invalid").into(),
        format!("Enhet {}", n % 200).into(),
        Value::Empty,
        "Tillsvidare".into(),
        if is_changed(n, edition) {
            "Samordnare".into()
        } else {
            pick(n, &["Lärare", "Undersköterska", "Handläggare"]).into()
        },
        day(n).into(),
        Value::Empty,
        "aktiv".into(),
        Value::Integer(100),
        "ja".into(),
    ]
}

/// A tenth of them has another holder or is gone in the next edition, and all have been used since.
fn subscription(n: u32, edition: u32) -> Vec<Value> {
    let (family, given) = person(if is_changed(n, edition) { n + 7 } else { n });
    let sim = format!("8946{n:014}");
    let check = crate::rules::digits::luhn_check_digit(&sim).unwrap_or_default();
    // A number that is not in the next list, and one that was not in the first.
    let number = if is_changed(n, edition) && n % 100 == 1 { 400_000 + n } else { n };
    let main = if n.is_multiple_of(25) { Value::from(format!("070{:07}", n - 1)) } else { Value::Empty };
    vec![
        "5550001".into(),
        format!("070{number:07}").into(),
        pick(n, &["Mobil Plus 20 GB", "Mobil Bas 5 GB", "Mobilt bredband 50 GB", "M2M Data"]).into(),
        if n.is_multiple_of(5) {
            format!("Surfplatta {n}").into()
        } else {
            format!("{family}, {given}").into()
        },
        format!("{}", 1_000 + n % 200).into(),
        format!("{}", 100_000 + n).into(),
        format!("{sim}{check}").into(),
        format!("{:08}", n * 37 % 100_000_000).into(),
        "Aktiv".into(),
        if n.is_multiple_of(3) { day(n).into() } else { Value::Empty },
        Value::Integer(i64::from(99 + n % 3 * 50)),
        (day(n) + Days::new(u64::from(edition) * 30)).into(),
        main,
    ]
}
