//! Lengths of time in a text: "tre (3) månader", "90 dgr", "ett halvår", "1,5 år".

use super::doubt::Doubt;
use super::tokens::Token;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Calendar days.
    Days,
    /// Working days.
    WorkingDays,
    /// Weeks.
    Weeks,
    /// Months, however they are counted.
    Months,
    /// Months that are said to be calendar months.
    CalendarMonths,
    /// Years.
    Years,
}

/// A length of time found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    /// The number in halves of the unit.
    pub(super) halves: u32,
    /// The unit, if the text gives one.
    pub(super) unit: Option<Unit>,
    /// Index of its first token.
    pub(super) start: usize,
    /// Index of the token after it.
    pub(super) end: usize,
    /// What is unsure about it.
    pub(super) doubts: Vec<Doubt>,
}

impl Quantity {
    /// The length in months, when it is one: years and months only, and a whole number.
    pub(super) fn months(&self) -> Option<u32> {
        match self.unit? {
            Unit::Months | Unit::CalendarMonths => self.halves.is_multiple_of(2).then_some(self.halves / 2),
            Unit::Years => self.halves.checked_mul(6),
            Unit::Days | Unit::WorkingDays | Unit::Weeks => None,
        }
    }

    /// A rough length, to tell which of several is longest.
    pub(super) fn rough_length(&self) -> u64 {
        // In twelfths of a day, so that twelve months and a year are the same.
        let per_unit = match self.unit.unwrap_or(Unit::Months) {
            Unit::Days => 12,
            Unit::WorkingDays => 17,
            Unit::Weeks => 84,
            Unit::Months | Unit::CalendarMonths => 365,
            Unit::Years => 4_380,
        };
        u64::from(self.halves) * per_unit / 2
    }
}

/// All lengths of time in the text, and bare numbers with no unit.
pub(super) fn quantities(tokens: &[Token]) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match quantity_at(tokens, at) {
            Some(quantity) => {
                let clause = quantity.unit.is_none() && is_clause_number(tokens, at);
                at = quantity.end.max(at + 1);
                if !clause {
                    found.push(quantity);
                }
            }
            None => at += 1,
        }
    }
    found
}

/// "§ 12", "punkt 7": the number of a clause is no length.
fn is_clause_number(tokens: &[Token], at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| tokens.get(before)) {
        Some(Token::Sign('§')) => true,
        Some(Token::Word(word)) => ["punkt", "avsnitt", "kap", "bilaga", "paragraf", "sid"]
            .iter()
            .any(|prefix| word.starts_with(prefix)),
        _ => false,
    }
}

/// Whether a length says how long the contract is renewed, not how long the notice is: "förlängs 12 månader", "ett år i
/// taget".
pub(super) fn is_of_renewal(tokens: &[Token], quantity: &Quantity) -> bool {
    let word = |at: usize| tokens.get(at).and_then(Token::word);
    let before = (1..=5)
        .filter_map(|back| quantity.start.checked_sub(back))
        .map_while(word)
        .any(|word| word.starts_with("forlang") || word.starts_with("fornya"));
    let at_a_time = matches!(
        (word(quantity.end), word(quantity.end + 1)),
        (Some("i"), Some("taget" | "sander" | "stot" | "sanderna")) | (Some("at"), Some("gangen"))
    );
    before || at_a_time
}

/// The length of time that begins at a token, if one does.
pub(super) fn quantity_at(tokens: &[Token], at: usize) -> Option<Quantity> {
    let token = tokens.get(at)?;
    // "tremånaders", "ettårig", "halvår"
    if let Some((halves, unit)) = token.word().and_then(compound) {
        return Some(Quantity { halves, unit: Some(unit), start: at, end: at + 1, doubts: Vec::new() });
    }
    // "1/2 år"
    if let (Token::Day { month: 2, day: 1 }, Some((Unit::Years, _))) =
        (token, tokens.get(at + 1).and_then(unit_token))
    {
        return Some(Quantity {
            halves: 1,
            unit: Some(Unit::Years),
            start: at,
            end: at + 2,
            doubts: Vec::new(),
        });
    }
    let mut halves = number(token)?;
    let mut next = at + 1;
    let mut doubts = Vec::new();
    // "tre (3) månader", "3 (tre) månader"
    if let (Some(Token::Sign('(')), Some(inner), Some(Token::Sign(')'))) =
        (tokens.get(next), tokens.get(next + 1).and_then(number), tokens.get(next + 2))
    {
        if inner != halves {
            doubts.push(Doubt::NumbersDisagree);
            halves = halves.max(inner);
        }
        next += 3;
    }
    // "ett och ett halvt år", "ett halvt år"
    let word = |index: usize| tokens.get(index).and_then(Token::word);
    if word(next) == Some("och") && matches!(word(next + 1), Some("en" | "ett")) && is_half(word(next + 2)) {
        halves = halves.saturating_add(1);
        next += 3;
    } else if word(next) == Some("och") && is_half(word(next + 1)) {
        halves = halves.saturating_add(1);
        next += 2;
    } else if halves == 2 && is_half(word(next)) {
        halves = 1;
        next += 1;
    } else if let (Some(Token::Number(1)), Some(_)) =
        (tokens.get(next), tokens.get(next + 1).and_then(unit_token))
    {
        // "1 ½ år"
        halves = halves.saturating_add(1);
        next += 1;
    }
    // "3 hela kalender månader", "3 st månader", "3 - månaders"
    let mut calendar = false;
    for _ in 0..3 {
        match tokens.get(next) {
            Some(Token::Word(word)) if matches!(word.as_str(), "kal" | "kalender" | "kalend") => {
                calendar = true;
            }
            Some(Token::Word(word)) if matches!(word.as_str(), "hela" | "st" | "fulla" | "hel") => {}
            // "12-månaders", "3 (månader)", "(3) månader"; but not the dash of "3-6 mån".
            Some(Token::Sign('-' | '(' | ')')) if tokens.get(next + 1).and_then(unit_token).is_some() => {}
            _ => break,
        }
        next += 1;
    }
    match tokens.get(next).and_then(unit_token) {
        Some((Unit::Months, guessed)) => {
            doubts.extend(guessed.then_some(Doubt::SpellingGuessed));
            let unit = if calendar { Unit::CalendarMonths } else { Unit::Months };
            Some(Quantity { halves, unit: Some(unit), start: at, end: next + 1, doubts })
        }
        Some((unit, guessed)) => {
            doubts.extend(guessed.then_some(Doubt::SpellingGuessed));
            Some(Quantity { halves, unit: Some(unit), start: at, end: next + 1, doubts })
        }
        None => {
            // "ett kvartal", "två halvår": a compound that carries its own length.
            if let Some((each, unit)) = word(next).and_then(length_word) {
                return Some(Quantity {
                    halves: (halves / 2).saturating_mul(each),
                    unit: Some(unit),
                    start: at,
                    end: next + 1,
                    doubts,
                });
            }
            // A number word without a unit is an article or part of a phrase ("en av parterna").
            let written = matches!(token, Token::Word(_));
            (!written || doubts.contains(&Doubt::NumbersDisagree)).then_some(Quantity {
                halves,
                unit: None,
                start: at,
                end: next,
                doubts,
            })
        }
    }
}

fn is_half(word: Option<&str>) -> bool {
    matches!(word, Some("halv" | "halvt" | "halva"))
}

fn unit_token(token: &Token) -> Option<(Unit, bool)> {
    token.word().and_then(unit)
}

/// The unit a folded word stands for, and whether its spelling had to be guessed.
fn unit(word: &str) -> Option<(Unit, bool)> {
    let exact = match word {
        "m" | "man" | "mn" | "mnd" | "mand" | "mdr" | "manad" | "manader" | "manaders" | "manads"
        | "maneder" | "maneders" | "month" | "months" | "mth" | "mths" => Unit::Months,
        "kalenderman" | "kalman" | "kalm" | "kalmanad" | "kalmanader" | "kalendermanad"
        | "kalendermanader" | "kalendermanaders" => Unit::CalendarMonths,
        "v" | "vk" | "vecka" | "veckor" | "veckors" | "veckas" | "veck" | "week" | "weeks" | "uger"
        | "uker" => Unit::Weeks,
        "d" | "dag" | "dagar" | "dagars" | "dags" | "dgr" | "dar" | "dygn" | "dygns" | "kalenderdagar"
        | "kalenderdag" | "kalenderdagars" | "day" | "days" | "dage" | "dager" => Unit::Days,
        "arbetsdag" | "arbetsdagar" | "arbetsdagars" | "bankdag" | "bankdagar" | "bankdagars" | "vardag"
        | "vardagar" | "vardagars" => Unit::WorkingDays,
        "ar" | "ars" | "arig" | "arigt" | "ariga" | "kalenderar" | "kalenderars" | "avtalsar" | "year"
        | "years" | "yr" | "yrs" => Unit::Years,
        _ => return misspelt(word).map(|unit| (unit, true)),
    };
    Some((exact, false))
}

fn misspelt(word: &str) -> Option<Unit> {
    const KNOWN: [(&str, Unit); 5] = [
        ("manader", Unit::Months),
        ("manad", Unit::Months),
        ("kalendermanader", Unit::CalendarMonths),
        ("veckor", Unit::Weeks),
        ("dagar", Unit::Days),
    ];
    // Short words lie too close to each other, and long ones are other words.
    if !(5..=17).contains(&word.len()) {
        return None;
    }
    KNOWN
        .iter()
        .find(|(name, _)| {
            let allowed = if name.len() >= 7 { 2 } else { 1 };
            word.as_bytes().first() == name.as_bytes().first()
                && strsim::damerau_levenshtein(word, name) <= allowed
        })
        .map(|(_, unit)| *unit)
}

/// A word that is a length of its own: each "kvartal" is three months. In halves of the unit.
fn length_word(word: &str) -> Option<(u32, Unit)> {
    if word.starts_with("halvar") {
        Some((12, Unit::Months))
    } else if word.starts_with("kvartal") {
        Some((6, Unit::Months))
    } else {
        None
    }
}

/// A word that holds both number and unit: "tremånaders", "ettårig"; or a length of its own: "halvår".
fn compound(word: &str) -> Option<(u32, Unit)> {
    if let Some(length) = length_word(word).filter(|_| !word.ends_with("vis") && !word.ends_with("skifte")) {
        return Some(length);
    }
    NUMBERS.iter().chain(&TENS).find_map(|(name, number)| {
        let rest = word.strip_prefix(name)?;
        let rest = rest.strip_suffix("na").unwrap_or(rest);
        match unit(rest) {
            Some((unit, false)) if rest.len() > 2 || rest == "ar" => Some((number * 2, unit)),
            _ => None,
        }
    })
}

/// A number token or a number in words, in halves.
pub(super) fn number(token: &Token) -> Option<u32> {
    match token {
        Token::Number(halves) => Some(*halves),
        Token::Word(word) => number_word(word).map(|number| number * 2),
        _ => None,
    }
}

const NUMBERS: [(&str, u32); 21] = [
    ("sjutton", 17),
    ("tretton", 13),
    ("fjorton", 14),
    ("femton", 15),
    ("sexton", 16),
    ("arton", 18),
    ("nitton", 19),
    ("elva", 11),
    ("tolv", 12),
    ("ett", 1),
    ("en", 1),
    ("tva", 2),
    ("tre", 3),
    ("fyra", 4),
    ("fem", 5),
    ("sex", 6),
    ("sju", 7),
    ("atta", 8),
    ("nio", 9),
    ("tio", 10),
    ("noll", 0),
];

const TENS: [(&str, u32); 8] = [
    ("tjugo", 20),
    ("trettio", 30),
    ("fyrtio", 40),
    ("femtio", 50),
    ("sextio", 60),
    ("sjuttio", 70),
    ("attio", 80),
    ("nittio", 90),
];

/// A number up to 199 in Swedish words, folded.
fn number_word(word: &str) -> Option<u32> {
    let small = |word: &str| NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
    let below_hundred = |word: &str| {
        small(word).or_else(|| {
            TENS.iter().find_map(|(name, tens)| match word.strip_prefix(name)? {
                "" => Some(*tens),
                rest => small(rest).filter(|unit| (1..10).contains(unit)).map(|unit| tens + unit),
            })
        })
    };
    below_hundred(word).or_else(|| {
        let rest = word.strip_prefix("etthundra").or_else(|| word.strip_prefix("hundra"))?;
        if rest.is_empty() { Some(100) } else { below_hundred(rest).map(|number| 100 + number) }
    })
}
