//! What a subscription is used for (`docs/rules.md` 2.7), told from the operator's kind of subscription and from what stands in
//! the holder's place. Whether it is a person's is decided elsewhere ([`super::leaver_matching`]); this says what it is then.

use super::names::{lower, to_k1};

/// What a subscription is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseCode {
    /// A person's telephone.
    Phone,
    /// A tablet.
    Tablet,
    /// A router or other broadband.
    Router,
    /// An alarm.
    Alarm,
    /// A lift's emergency telephone.
    Lift,
    /// A camera or a screen.
    Camera,
    /// A cash register, a card terminal.
    Till,
    /// A vehicle.
    Vehicle,
    /// On-call duty.
    OnCall,
    /// Kept in reserve.
    Reserve,
    /// A function: a reception, a duty desk, a staff room.
    Function,
    /// Other machines: meters, sensors, pumps, gates.
    Machine,
    /// A twin or data card of another number.
    Twin,
}

impl UseCode {
    /// Every use.
    pub const ALL: [Self; 13] = [
        Self::Phone,
        Self::Tablet,
        Self::Router,
        Self::Alarm,
        Self::Lift,
        Self::Camera,
        Self::Till,
        Self::Vehicle,
        Self::OnCall,
        Self::Reserve,
        Self::Function,
        Self::Machine,
        Self::Twin,
    ];

    /// The code in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "telefon",
            Self::Tablet => "surfplatta",
            Self::Router => "router",
            Self::Alarm => "larm",
            Self::Lift => "hiss",
            Self::Camera => "kamera",
            Self::Till => "kassa",
            Self::Vehicle => "fordon",
            Self::OnCall => "jour",
            Self::Reserve => "reserv",
            Self::Function => "funktion",
            Self::Machine => "m2m",
            Self::Twin => "twin",
        }
    }

    /// The name on the screens.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Phone => "Telefon",
            Self::Tablet => "Surfplatta",
            Self::Router => "Router eller bredband",
            Self::Alarm => "Larm",
            Self::Lift => "Hiss",
            Self::Camera => "Kamera eller skärm",
            Self::Till => "Kassa",
            Self::Vehicle => "Fordon",
            Self::OnCall => "Jour",
            Self::Reserve => "Reserv",
            Self::Function => "Funktion",
            Self::Machine => "Maskin (M2M)",
            Self::Twin => "Extra kort",
        }
    }

    /// The use of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// How a mark stands in a word.
#[derive(Clone, Copy)]
enum In {
    /// It is the word, alone, in a simple inflection or with a number behind it ("buss4").
    Whole(&'static str),
    /// The word begins with it ("larmsändare").
    Head(&'static str),
    /// The word ends with it, in any inflection ("inbrottslarmet").
    Tail(&'static str),
}

use In::{Head, Tail, Whole};

/// Marks of each use, folded. The first that fits a word counts: "betalskärm" is a till before it is a screen.
const MARKS: &[(UseCode, &[In])] = &[
    (
        UseCode::Reserve,
        &[
            Head("reserv"),
            Whole("pool"),
            Head("lanetelefon"),
            Head("lanemobil"),
            Whole("vakant"),
            Whole("ledig"),
            Whole("oanvand"),
            Whole("lager"),
            Head("pooltelefon"),
        ],
    ),
    (
        UseCode::OnCall,
        &[
            Whole("jour"),
            Whole("jouren"),
            Head("jourtelefon"),
            Head("jourmobil"),
            Head("jourhavande"),
            Head("journummer"),
            Tail("jour"),
            Head("beredskap"),
            Tail("beredskap"),
        ],
    ),
    (
        UseCode::Tablet,
        &[
            Head("surfplatt"),
            Head("lasplatt"),
            Whole("platta"),
            Whole("plattan"),
            Whole("ipad"),
            Head("ipad"),
            Whole("tablet"),
            Head("larplatt"),
            Tail("platta"),
        ],
    ),
    (
        UseCode::Till,
        &[
            Head("kassa"),
            Tail("kassa"),
            Head("swish"),
            Head("betal"),
            Head("kortterminal"),
            Head("kortlasare"),
            Whole("terminal"),
            Head("parkeringsautomat"),
            Head("biljettautomat"),
        ],
    ),
    (UseCode::Lift, &[Head("hiss"), Tail("hiss"), Head("nodtelefon"), Tail("nodtelefon")]),
    (
        UseCode::Camera,
        &[
            Head("kamera"),
            Tail("kamera"),
            Tail("skarm"),
            Tail("skylt"),
            Head("skylt"),
            Whole("skarm"),
            Head("infotavla"),
            Tail("tavla"),
        ],
    ),
    (UseCode::Alarm, &[Head("larm"), Tail("larm"), Tail("larmet"), Whole("alarm")]),
    (
        UseCode::Router,
        &[
            Head("router"),
            Tail("router"),
            Head("mifi"),
            Head("modem"),
            Tail("modem"),
            Head("bredband"),
            Head("wifi"),
            Whole("4g"),
            Whole("5g"),
            Tail("hotspot"),
        ],
    ),
    (
        UseCode::Machine,
        &[
            Head("styrskap"),
            Head("styrsystem"),
            Head("styrcentral"),
            Head("styrenhet"),
            Head("styrdator"),
            Whole("styr"),
            Whole("styrning"),
            Tail("styrning"),
            Head("pump"),
            Tail("pump"),
            Head("matare"),
            Tail("matare"),
            Tail("givare"),
            Head("givare"),
            Head("sensor"),
            Tail("sensor"),
            Tail("bom"),
            Head("vagbom"),
            Whole("port"),
            Whole("porten"),
            Head("porttelefon"),
            Head("garageport"),
            Head("industriport"),
            Head("grind"),
            Tail("grind"),
            Head("ventil"),
            Head("telemetri"),
            Head("m2m"),
            Whole("iot"),
            Head("elskap"),
            Head("datainsamlare"),
            Head("logger"),
            Head("vaderstation"),
            Tail("automat"),
        ],
    ),
    (
        UseCode::Vehicle,
        &[
            Whole("bil"),
            Whole("bilen"),
            Whole("buss"),
            Whole("bussen"),
            Whole("fordon"),
            Head("fordon"),
            Whole("lastbil"),
            Whole("personbil"),
            Whole("skapbil"),
            Whole("servicebil"),
            Whole("poolbil"),
            Whole("tjanstebil"),
            Whole("arbetsbil"),
            Whole("sopbil"),
            Tail("buss"),
            Whole("moped"),
            Whole("traktor"),
            Head("traktor"),
            Head("minibuss"),
            Head("plogbil"),
            Head("hjullastare"),
            Head("gravmaskin"),
        ],
    ),
    (
        UseCode::Function,
        &[
            Head("reception"),
            Tail("reception"),
            Tail("receptionen"),
            Head("expedition"),
            Tail("expedition"),
            Head("vaxel"),
            Head("vaktmastar"),
            Tail("vakt"),
            Head("vakt"),
            Head("personalrum"),
            Head("konferens"),
            Head("kontaktcenter"),
            Head("servicedesk"),
            Head("tjanstetelefon"),
            Head("gruppnummer"),
            Head("gemensam"),
            Head("fax"),
        ],
    ),
];

/// Words of the operators' kinds of subscription, folded.
const TYPES: &[(UseCode, &[&str])] = &[
    (UseCode::Alarm, &["larm", "alarm"]),
    (UseCode::Lift, &["hiss", "nodtelefon", "elevator"]),
    (UseCode::Camera, &["kamera", "camera"]),
    (UseCode::Machine, &["m2m", "iot", "telematik", "telemetri", "maskin", "machine"]),
    (UseCode::Router, &["bredband", "broadband", "mbb", "router", "dataabonnemang", "datakort", "surf"]),
];

/// Kinds of subscription that belong to another number.
const TWIN_TYPES: &[&str] =
    &["tvilling", "twin", "extra sim", "extrasim", "multisim", "multi sim", "parallell"];

/// What a subscription is used for. `has_main` = it belongs to another number.
#[must_use]
pub fn use_of(type_text: &str, holder: &str, is_non_person: bool, has_main: bool) -> UseCode {
    let kind = words(type_text).join(" ");
    if has_main || TWIN_TYPES.iter().any(|word| kind.contains(word)) {
        return UseCode::Twin;
    }
    if !is_non_person {
        return UseCode::Phone;
    }
    // The first word that says something is what it is; the rest says where it stands.
    if let Some(found) = words(holder).iter().find_map(|word| of_word(word)) {
        return found;
    }
    TYPES
        .iter()
        .find(|(_, marks)| marks.iter().any(|mark| kind.contains(mark)))
        .map_or(UseCode::Function, |(found, _)| *found)
}

fn of_word(word: &str) -> Option<UseCode> {
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let fits = |mark: &In| match mark {
        Whole(text) => bare == *text,
        Head(text) => bare.starts_with(text),
        Tail(text) => {
            bare.len() > text.len()
                && ["", "n", "en", "et", "na"]
                    .iter()
                    .any(|end| bare.strip_suffix(end).is_some_and(|w| w.ends_with(text)))
        }
    };
    MARKS.iter().find(|(_, marks)| marks.iter().any(fits)).map(|(found, _)| *found)
}

fn words(text: &str) -> Vec<String> {
    to_k1(&lower(text))
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_first_says_what_it_is_and_the_rest_where() {
        for (kind, holder, code) in [
            ("Mobilt bredband 50 GB", "Platta kassan", "surfplatta"),
            ("Mobilt bredband 50 GB", "iPad Reception 3", "surfplatta"),
            ("Mobilt bredband 50 GB", "Betalskärm Badet", "kassa"),
            ("Mobilt bredband 200 GB", "Bredband scenen", "router"),
            ("Mobilt bredband 200 GB", "", "router"),
            ("Data", "MIFI 4", "router"),
            ("M2M Larm", "", "larm"),
            ("M2M Data", "Inbrottslarm källare", "larm"),
            ("M2M Data", "Passerbom vid larmcentralen", "m2m"),
            ("M2M Data", "PUMPSTYRNING 7", "m2m"),
            ("M2M Data", "Givare", "m2m"),
            ("M2M Data", "Övervakningskamera 2", "kamera"),
            ("M2M", "Nödtelefon hiss B", "hiss"),
            ("Mobil Plus", "Bil 14", "fordon"),
            ("Mobil Plus", "Buss4", "fordon"),
            ("Mobil Plus", "Jour fordonsservice", "jour"),
            ("Mobil Plus", "Läkarjouren", "jour"),
            ("Mobil Plus", "Lånetelefon pool", "reserv"),
            ("Mobil Plus", "Vakant", "reserv"),
            ("Mobil Plus", "Badvakt", "funktion"),
            ("Mobil Plus", "Förskolan Eken", "funktion"),
            ("Mobil Plus", "Mobil till styrelsen för idrott och sport", "funktion"),
            ("Mobil Plus", "Journalsystem", "funktion"),
        ] {
            assert_eq!(use_of(kind, holder, true, false).code(), code, "{kind}, {holder}");
        }
    }

    #[test]
    fn a_persons_is_a_telephone_and_what_belongs_to_another_number_is_an_extra_card() {
        assert_eq!(use_of("Mobil Plus", "Eva Billing", false, false), UseCode::Phone);
        assert_eq!(use_of("Datakort", "Eva Billing", false, true), UseCode::Twin);
        assert_eq!(use_of("Tvillingkort", "Eva Billing", false, false), UseCode::Twin);
        assert_eq!(use_of("Extra-SIM", "Larm", true, false), UseCode::Twin);
    }

    #[test]
    fn every_code_is_read_again() {
        for one in UseCode::ALL {
            assert_eq!(UseCode::from_code(one.code()), Some(one));
            assert!(!one.label().is_empty());
        }
        assert_eq!(UseCode::from_code("annat"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_use(kind in ".{0,30}", holder in ".{0,40}", non_person: bool, main: bool) {
            let found = use_of(&kind, &holder, non_person, main);
            proptest::prop_assert!(main || non_person || matches!(found, UseCode::Phone | UseCode::Twin));
        }
    }
}
