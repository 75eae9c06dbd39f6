//! Cells that name persons responsible: "Lundqvist, Staffan / Carolina Asp (carasp02)", "Vakant", "?"
//! (`docs/data-formats.md` 5: several owners in one cell).

use super::{fold::lower, parse::PersonName};

/// One person named in a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonRef {
    /// The person's part of the cell as written, without login, address and number.
    pub text: String,
    /// The name, ready to compare. May be empty when only a login is given.
    pub name: PersonName,
    /// A login in brackets or alone, in lower case, without its domain.
    pub login: Option<String>,
    /// An e-mail address, in lower case.
    pub email: Option<String>,
    /// An employee number in brackets or after the name.
    pub number: Option<String>,
}

/// What a cell says as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellState {
    /// Nothing in it.
    Empty,
    /// It says that nobody holds the role: "Vakant", "saknas".
    Vacant,
    /// It says that it is not known: "?", "oklart".
    Unknown,
    /// It names somebody.
    Named,
}

/// A cell cut into persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCell {
    /// What the cell says.
    pub state: CellState,
    /// The persons, in the order they are named. Empty unless `state` is `Named`.
    pub persons: Vec<PersonRef>,
}

const VACANT: [&str; 14] = [
    "vakant",
    "vakans",
    "saknas",
    "ingen",
    "ej utsedd",
    "inte utsedd",
    "ej tillsatt",
    "tillsätts",
    "rekrytering",
    "rekrytering pågår",
    "under rekrytering",
    "n/a",
    "na",
    "ej aktuellt",
];
const UNKNOWN: [&str; 14] = [
    "oklart",
    "oklar",
    "okänd",
    "okänt",
    "vet ej",
    "vet inte",
    "tbd",
    "kolla",
    "utreds",
    "ej klart",
    "saknar uppgift",
    "uppgift saknas",
    "x",
    "xx",
];

/// Cuts a cell into persons. Separators are "/", ";", "&", "+", "|", line breaks and the words "och" and "samt". A
/// comma belongs to "Efternamn, Förnamn" when there is one; more commas are read as a list.
#[must_use]
pub fn split_persons(text: &str) -> PersonCell {
    let none = |state| PersonCell { state, persons: Vec::new() };
    if text.trim().is_empty() {
        return none(CellState::Empty);
    }
    let mut state = CellState::Empty;
    let mut persons = Vec::new();
    for part in parts(text) {
        let said = lower(part.trim().trim_end_matches(['.', '!', '?', ':']).trim());
        if VACANT.contains(&said.as_str()) {
            state = CellState::Vacant;
        } else if UNKNOWN.contains(&said.as_str()) || !said.chars().any(char::is_alphabetic) {
            // "-" alone means nobody; question marks mean nobody knows.
            let vacant = !part.contains('?') && !part.chars().any(char::is_alphanumeric) && !part.is_empty();
            if state == CellState::Empty {
                state = if vacant || said == "-" { CellState::Vacant } else { CellState::Unknown };
            }
        } else {
            persons.push(person(&part));
        }
    }
    match persons.is_empty() {
        true if state == CellState::Empty => none(CellState::Unknown),
        true => none(state),
        false => PersonCell { state: CellState::Named, persons },
    }
}

fn parts(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for part in text.split(['/', ';', '&', '+', '|', '\n', '\r']) {
        let mut words: Vec<&str> = Vec::new();
        for word in part.split_whitespace() {
            if matches!(lower(word).as_str(), "och" | "samt") {
                out.push(words.join(" "));
                words.clear();
            } else {
                words.push(word);
            }
        }
        out.push(words.join(" "));
    }
    out.into_iter().flat_map(|p| split_commas(&p)).filter(|p| !p.trim().is_empty()).collect()
}

/// One comma is "Efternamn, Förnamn". Several are a list: of whole names when every piece has two words or a
/// login, else of "Efternamn, Förnamn" pairs.
fn split_commas(part: &str) -> Vec<String> {
    let pieces: Vec<&str> = part.split(',').map(str::trim).filter(|p| !p.is_empty()).collect();
    if pieces.len() < 3 {
        return vec![part.to_owned()];
    }
    let whole = |p: &str| p.split_whitespace().count() > 1 || p.contains('@');
    if pieces.iter().all(|p| whole(p)) || pieces.len() % 2 == 1 {
        pieces.into_iter().map(str::to_owned).collect()
    } else {
        pieces.chunks(2).map(|c| c.join(", ")).collect()
    }
}

fn person(part: &str) -> PersonRef {
    let (mut login, mut email, mut number) = (None, None, None);
    let mut take = |word: &str| -> bool {
        let word = word.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | ',' | ';'));
        let low = lower(word.strip_prefix("mailto:").unwrap_or(word));
        if low.contains('@') && low.contains('.') {
            email.get_or_insert(low);
        } else if let Some(found) = as_login(word) {
            login.get_or_insert(found);
        } else if word.len() >= 4 && word.bytes().all(|b| b.is_ascii_digit()) {
            number.get_or_insert(word.to_owned());
        } else {
            return false;
        }
        true
    };
    let mut kept: Vec<&str> = Vec::new();
    for word in part.split_whitespace() {
        if !take(word) {
            kept.push(word);
        }
    }
    let text = kept.join(" ").trim().trim_end_matches(',').to_owned();
    PersonRef { name: PersonName::parse(&text), text, login, email, number }
}

/// "carasp02", "KOMMUN\carasp02": Latin letters followed by digits, in one word.
fn as_login(word: &str) -> Option<String> {
    let bare = word.rsplit_once('\\').map_or(word, |(_, login)| login);
    let letters = bare.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = bare.get(letters..)?;
    let digits = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
    let domain = bare.len() != word.len() && !bare.is_empty() && bare.is_ascii();
    ((letters >= 2 && digits) || domain).then(|| bare.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brief(text: &str) -> Vec<(String, Option<String>)> {
        split_persons(text).persons.into_iter().map(|p| (p.name.keys().k0, p.login)).collect()
    }

    #[test]
    fn several_persons_in_a_cell_are_told_apart() {
        let named = |list: &[(&str, Option<&str>)]| -> Vec<(String, Option<String>)> {
            list.iter().map(|(n, l)| ((*n).to_owned(), l.map(str::to_owned))).collect()
        };
        for (text, expected) in [
            ("Lind, Per / Eva Alm (evaalm02)", named(&[("lind per", None), ("alm eva", Some("evaalm02"))])),
            ("Lind, Per", named(&[("lind per", None)])),
            ("Per Lind och Eva Alm", named(&[("lind per", None), ("alm eva", None)])),
            ("Per Lind; Eva Alm\nBo Ek", named(&[("lind per", None), ("alm eva", None), ("bo ek", None)])),
            ("Per Lind & Eva Alm", named(&[("lind per", None), ("alm eva", None)])),
            ("Per Lind, Eva Alm, Bo Ek", named(&[("lind per", None), ("alm eva", None), ("bo ek", None)])),
            ("Lind, Per, Alm, Eva", named(&[("lind per", None), ("alm eva", None)])),
            ("KOMMUN\\perlin01", named(&[("", Some("perlin01"))])),
            ("Per Lind (perlin01) / Vakant", named(&[("lind per", Some("perlin01"))])),
            ("Al Björk Saga (sagalb01)", named(&[("al björk saga", Some("sagalb01"))])),
        ] {
            assert_eq!(brief(text), expected, "{text}");
        }
    }

    #[test]
    fn address_and_number_are_lifted_out() {
        let cell = split_persons("Per Lind <Per.Lind@Kommun.example> 104223");
        let person = &cell.persons[0];
        assert_eq!(person.email.as_deref(), Some("per.lind@kommun.example"));
        assert_eq!(person.number.as_deref(), Some("104223"));
        assert_eq!(person.text, "Per Lind");
    }

    #[test]
    fn nobody_is_recognised_in_its_many_words() {
        for (text, state) in [
            ("", CellState::Empty),
            ("  ", CellState::Empty),
            ("Vakant", CellState::Vacant),
            ("VAKANT!", CellState::Vacant),
            ("-", CellState::Vacant),
            ("saknas", CellState::Vacant),
            ("Ej utsedd", CellState::Vacant),
            ("Rekrytering pågår", CellState::Vacant),
            ("?", CellState::Unknown),
            ("??", CellState::Unknown),
            ("Oklart", CellState::Unknown),
            ("Per Lind?", CellState::Named),
            ("Per Lind / ?", CellState::Named),
        ] {
            assert_eq!(split_persons(text).state, state, "{text}");
        }
    }

    proptest! {
        #[test]
        fn persons_are_named_exactly_when_the_state_says_so(text in "\\PC{0,60}") {
            let cell = split_persons(&text);
            prop_assert_eq!(cell.state == CellState::Named, !cell.persons.is_empty());
        }
    }
}
