//! How alike a header and a known word are, by meaning: the same word, abbreviated, bent, compounded or misspelt.

use super::fold::fold;

/// A header or a known word, folded once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Its words, spelt out.
    pub(super) tokens: Vec<String>,
    /// The same in one.
    pub(super) compact: String,
    /// Without what stands in brackets and without units.
    pub(super) bare: String,
}

impl Word {
    pub(super) fn new(text: &str) -> Self {
        // ”Ansvar (T)” is the text of the code ”Ansvar”.
        let text = &apart(&text.replace("(T)", " text").replace("(t)", " text"));
        let folded = spelt(&fold(text));
        let bare = spelt(&fold(&without_brackets(text)));
        let bare: Vec<&str> = bare.split(' ').filter(|token| !FILLERS.contains(token)).collect();
        Self {
            tokens: folded.split(' ').filter(|token| !token.is_empty()).map(str::to_owned).collect(),
            compact: folded.replace(' ', ""),
            bare: bare.concat(),
        }
    }

    /// Whether it says that its values are of somebody else, of another time or of another place than the row is about.
    pub(super) fn is_elsewhere(&self) -> bool {
        ELSEWHERE.iter().any(|sort| self.tokens.iter().any(|token| sort.contains(&token.as_str())))
    }

    /// Whether it is a code's name and one of some words more: `Ansvar (T)` and `Ansvarsnamn` are texts of `Ansvar`.
    pub(super) fn is_text_of(&self, code: &Self, texts: &[&str]) -> bool {
        self.compact
            .strip_prefix(code.compact.as_str())
            .is_some_and(|rest| texts.contains(&rest.strip_prefix('s').unwrap_or(rest)))
    }
}

/// A folded text with ”t.o.m.” and ”fr.o.m.” as words and `nr` written out: `telefonnr` is `telefonnummer`, `anst nr` is
/// `anst nummer`. A lone `nr` says too little to be written out. ”Till” and ”från” at the end say the same as those words.
fn spelt(folded: &str) -> String {
    let joined = folded
        .replace("till och med", "tom")
        .replace("fran och med", "from")
        .replace("t o m", "tom")
        .replace("fr o m", "from");
    let several = joined.contains(' ');
    let mut tokens: Vec<String> = joined
        .split(' ')
        .map(|token| match token.strip_suffix("nr") {
            Some("") if several => "nummer".to_owned(),
            Some(stem) if stem.len() >= 3 => format!("{stem}nummer"),
            _ => token.to_owned(),
        })
        .collect();
    let ending = match tokens.last().map(String::as_str) {
        Some("till") => "tom",
        Some("fran") => "from",
        _ => "",
    };
    if let (true, false, Some(last)) = (several, ending.is_empty(), tokens.last_mut()) {
        ending.clone_into(last);
    }
    tokens.join(" ")
}

/// `StartDate` is two words.
fn apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut last = ' ';
    for c in text.chars() {
        if last.is_lowercase() && c.is_uppercase() {
            out.push(' ');
        }
        out.push(c);
        last = c;
    }
    out
}

/// Words that say how a value is written, not what it is.
const FILLERS: [&str; 18] = [
    "kr", "sek", "exkl", "ex", "excl", "moms", "i", "for", "av", "pa", "den", "det", "enligt", "obs", "ev",
    "och", "the", "of",
];

/// What short forms in headers stand for.
const SHORT: [(&str, &str); 26] = [
    ("nr", "nummer"),
    ("no", "nummer"),
    ("num", "nummer"),
    ("tel", "telefon"),
    ("dat", "datum"),
    ("adr", "adress"),
    ("lev", "leverantor"),
    ("avd", "avdelning"),
    ("kst", "kostnadsstalle"),
    ("ansv", "ansvarig"),
    ("upps", "uppsagning"),
    ("forl", "forlangning"),
    ("anst", "anstallning"),
    ("pers", "person"),
    ("beskr", "beskrivning"),
    ("ben", "benamning"),
    ("omf", "omfattning"),
    ("bef", "befattning"),
    ("abon", "abonnemang"),
    ("abb", "abonnemang"),
    ("abo", "abonnemang"),
    ("mob", "mobil"),
    ("anv", "anvandare"),
    ("lic", "licens"),
    ("inst", "installation"),
    ("org", "organisation"),
];

/// Words, in sorts, that say that a value is of somebody else, of another time or of another place than the row is about.
const ELSEWHERE: [&[&str]; 6] = [
    &["privat", "privata", "private", "hem", "hemma", "home"],
    &["chef", "chefs", "chefens", "chefen", "manager", "managers", "supervisor", "supervisors"],
    &["anhorig", "anhoriga", "anhorigs"],
    &[
        "kontakt",
        "kontaktperson",
        "kontaktpersons",
        "kontaktpersonens",
        "bestallare",
        "bestallarens",
        "mottagare",
        "mottagarens",
        "fakturamottagare",
        "fakturamottagarens",
        "attestant",
        "attestantens",
    ],
    &["tidigare", "foregaende", "gammal", "gammalt", "gamla", "previous", "former", "old"],
    &["ny", "nytt", "nya", "new"],
];
/// What is left of a likeness when the header has a word of [`ELSEWHERE`] and the known word has none of that sort.
pub(super) const OF_ANOTHER: f64 = 0.7;

/// Whether the header is about something else than the word, however alike they are: `Privat mobil` and `mobil`.
pub(super) fn is_of_another(header: &Word, word: &Word) -> bool {
    ELSEWHERE.iter().any(|sort| {
        header.tokens.iter().any(|token| sort.contains(&token.as_str()))
            && !sort.iter().any(|said| word.compact.contains(said))
    })
}

/// What stands in brackets and is part of the name all the same, folded.
const TELLING: [&str; 9] = ["kod", "code", "id", "nr", "nummer", "no", "namn", "name", "benamning"];

/// The text without what stands in brackets, unless that tells a code from a name.
fn without_brackets(text: &str) -> String {
    if let Some((before, after)) = text.split_once('(')
        && let Some((within, _)) = after.split_once(')')
        && TELLING.contains(&fold(within).as_str())
    {
        return format!("{before} {within}");
    }
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| match c {
            '(' | '[' => {
                depth += 1;
                false
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// From 0 (nothing in common) to 1 (the same word).
pub(super) fn similarity(header: &Word, word: &Word) -> f64 {
    let (h, w) = (header.compact.as_str(), word.compact.as_str());
    if h.is_empty() || w.is_empty() {
        return 0.0;
    }
    if h == w {
        return 1.0;
    }
    if header.bare == w || !header.bare.is_empty() && header.bare == word.bare {
        return 0.95;
    }
    let mut best = 0.0_f64;
    if bent(h, w) || bent(&header.bare, w) {
        best = best.max(0.9);
    }
    if abbreviates(&header.tokens, w) {
        best = best.max(0.86);
    }
    if fused(h, w) {
        best = best.max(0.84);
    }
    if w.len() >= 5 && tokens_within(&word.tokens, &header.tokens) {
        // The header says more than the word.
        best = best.max(0.66 + 0.2 * share(w.len(), h.len()));
    } else if h.len() >= 5 && tokens_within(&header.tokens, &word.tokens) {
        best = best.max(0.58 + 0.2 * share(h.len(), w.len()));
    }
    if w.len() >= 6 && (h.ends_with(w) || header.bare.ends_with(w)) {
        // A compound is what its last part is.
        best = best.max(0.7 + 0.15 * share(w.len(), h.len()));
    }
    // ”Nummer”, which many end with, makes no two words alike.
    let (h, w) = match (h.strip_suffix("nummer"), w.strip_suffix("nummer")) {
        (Some(h), Some(w)) => (h, w),
        _ => (h, w),
    };
    if h.len() >= 5 && w.len() >= 5 && h.len().abs_diff(w.len()) <= 2 && best < 0.9 {
        let alike = strsim::normalized_damerau_levenshtein(h, w);
        // More than two letters are no slip: "abonnemangsnamn" is no "abonnemangsläge".
        if alike >= 0.8 && strsim::damerau_levenshtein(h, w) <= 2 {
            best = best.max(0.92 * alike);
        }
    }
    best
}

#[expect(clippy::cast_precision_loss, reason = "lengths of words")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// `leverantören`, `slutdatumet`, `agreements`: a word with an ending.
pub(super) fn bent(h: &str, w: &str) -> bool {
    w.len() >= 4
        && h.strip_prefix(w).is_some_and(|ending| {
            matches!(
                ending,
                "s" | "n"
                    | "t"
                    | "en"
                    | "et"
                    | "na"
                    | "er"
                    | "erna"
                    | "or"
                    | "orna"
                    | "ar"
                    | "arna"
                    | "ens"
                    | "ets"
                    | "r"
                    | "rna"
            )
        })
}

/// Whether each token, short forms written out, stands in order within a compound that begins with the first:
/// `anst nr` in `anstallningsnummer`.
pub(super) fn abbreviates(tokens: &[String], w: &str) -> bool {
    let Some((first, rest)) = tokens.split_first() else { return false };
    let matched = |token: &str, place: &str| -> Option<usize> {
        let long = SHORT.iter().find(|(short, _)| *short == token).map(|(_, long)| *long);
        long.into_iter()
            .chain((token.len() >= 2).then_some(token))
            .find_map(|form| place.find(form).map(|at| at + form.len()))
    };
    let long_first = SHORT.iter().find(|(short, _)| short == first).map(|(_, long)| *long);
    let start = long_first
        .filter(|long| w.starts_with(long))
        .or_else(|| w.starts_with(first.as_str()).then_some(first.as_str()));
    let Some(start) = start else { return false };
    if rest.is_empty() {
        // One short token: enough of the word must be there.
        return start.len() >= 4 && start.len() < w.len() && start.len() * 5 >= w.len() * 2;
    }
    let mut place = w.get(start.len()..).unwrap_or_default();
    for token in rest {
        match matched(token, place) {
            Some(end) => place = place.get(end..).unwrap_or_default(),
            None => return false,
        }
    }
    // What is left over is an ending, not another word.
    place.len() <= 4
}

/// Whether a short header is the beginnings of two parts of a compound written together, as old systems that have ten letters
/// for a name write them: `enhkod` in `enhetskod`, `avgors` in `avgangsorsak`.
fn fused(h: &str, w: &str) -> bool {
    if !(6..=10).contains(&h.len()) || !h.bytes().all(|b| b.is_ascii_lowercase()) {
        return false;
    }
    (3..=h.len() - 3).any(|at| {
        let (first, second) = h.split_at(at);
        let Some(rest) = w.strip_prefix(first) else { return false };
        // Something is left out between the parts, and what is left over is an ending.
        rest.find(second).is_some_and(|gap| gap > 0 && rest.len() - gap - second.len() <= 4)
    })
}

fn tokens_within(few: &[String], many: &[String]) -> bool {
    few.len() < many.len() && few.iter().all(|token| many.contains(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From this likeness on two words are surely the same.
    const KNOWN: f64 = 0.85;

    fn alike(header: &str, word: &str) -> f64 {
        similarity(&Word::new(header), &Word::new(word))
    }

    #[test]
    fn the_same_word_written_another_way_is_known() {
        for (header, word) in [
            ("ANST.NR", "anstnr"),
            ("Anst nr", "anställningsnummer"),
            ("Anställnings-nr", "anställningsnummer"),
            ("Leverantören", "leverantör"),
            ("Slut (t.o.m.)", "slut"),
            ("Värde kr exkl moms", "värde"),
            ("T_O_M", "t.o.m."),
            ("Upps.tid", "uppsägningstid"),
            ("Leverantor", "leverantör"),
            ("Telefonnr", "telefonnummer"),
            ("ANST_NR", "anstnr"),
            ("Bindningstid till och med", "bindningstid t.o.m."),
            ("Ansvar (T)", "ansvar text"),
            ("Organisation (kod)", "organisation kod"),
            ("Anställd till", "anställd t.o.m."),
            ("Anställd från", "anställd fr.o.m."),
        ] {
            assert!(alike(header, word) >= KNOWN, "{header} ~ {word}: {}", alike(header, word));
        }
    }

    #[test]
    fn a_kindred_word_is_likely_but_not_certain() {
        for (header, word) in [
            ("Avtalets slutdatum", "slutdatum"),
            ("Avtalsleverantör", "leverantör"),
            ("Levarantör", "leverantör"),
            ("ANSTNR", "anställningsnummer"),
            ("ENHKOD", "enhetskod"),
            ("ENHNAMN", "enhetsnamn"),
            ("AVGORS", "avgångsorsak"),
            ("ORGENHET", "organisationsenhet"),
        ] {
            let alike = alike(header, word);
            assert!((0.7..1.0).contains(&alike), "{header} ~ {word}: {alike}");
        }
    }

    #[test]
    fn other_words_are_not_alike() {
        for (header, word) in [
            ("Chef", "kod"),
            ("Startdatum", "slutdatum"),
            ("Namn", "mobil"),
            ("Telefon", "fax"),
            ("Nivå", "namn"),
            ("Nr", "nummer"),
            ("Fast nummer", "anst.nr"),
            ("Kortnummer", "kst-nr"),
            ("Avgift", "avgångsorsak"),
            ("Personal", "personnummer"),
            ("Kontor", "kontonummer"),
            ("Abonnemangsnamn", "abonnemangsläge"),
        ] {
            assert!(alike(header, word) < 0.75, "{header} ~ {word}: {}", alike(header, word));
        }
    }

    #[test]
    fn what_is_of_somebody_else_or_of_another_time_is_another_column() {
        for (header, word) in [
            ("Privat mobil", "mobil"),
            ("E-post hem", "e-post"),
            ("Manager Employee ID", "employee id"),
            ("Chefens e-post", "e-post"),
            ("Tidigare enhet", "enhet"),
            ("Ny enhet", "enhet"),
        ] {
            assert!(is_of_another(&Word::new(header), &Word::new(word)), "{header} ~ {word}");
        }
        for (header, word) in [
            ("Chefs e-post", "chef e-post"),
            ("Chefsnamn", "chef"),
            ("Tidigare efternamn", "tidigare efternamn"),
            ("Mobil arbete", "mobil"),
            ("Hemtjänst", "enhet"),
        ] {
            assert!(!is_of_another(&Word::new(header), &Word::new(word)), "{header} ~ {word}");
        }
    }
}
