//! What a password must be: long, and not what a guesser tries first. No rule about kinds of characters: such rules give
//! weaker passwords (NIST SP 800-63B 5.1.1.2). Pure.

use super::password::Password;

/// The least number of characters.
pub const MIN: usize = 12;
/// The most; more would only be work for the server.
pub const MAX: usize = 256;

/// Words that alone, repeated, or with digits and signs around them make the passwords that guessers try first. What is
/// short of [`MIN`] even so needs not be here.
const COMMON: &[&str] = &[
    "abc",
    "admin",
    "administrator",
    "adminadmin",
    "asdf",
    "asdfgh",
    "asdfghjkl",
    "baseball",
    "battery",
    "bytmig",
    "changeme",
    "chelsea",
    "correcthorsebatterystaple",
    "dragon",
    "football",
    "fotboll",
    "hammarby",
    "hej",
    "hejhej",
    "hejsan",
    "hemlig",
    "hemligt",
    "host",
    "iloveyou",
    "intranet",
    "jul",
    "juventus",
    "kaffe",
    "kommun",
    "kommunen",
    "letmein",
    "liverpool",
    "login",
    "logga in",
    "loggain",
    "losen",
    "losenord",
    "losenordet",
    "lösen",
    "lösenord",
    "lösenordet",
    "master",
    "michael",
    "mittlosenord",
    "mittlösenord",
    "monkey",
    "mypassword",
    "mysecret",
    "ny",
    "nytt",
    "overblick",
    "p@ssw0rd",
    "p@ssword",
    "pass",
    "passord",
    "passw0rd",
    "passwort",
    "password",
    "princess",
    "qazwsx",
    "qazwsxedc",
    "qwe",
    "qwer",
    "qwert",
    "qwerty",
    "qwertyuiop",
    "qwertyuiopå",
    "secret",
    "shadow",
    "sommar",
    "sommarlov",
    "starwars",
    "stockholm",
    "summer",
    "sunshine",
    "superman",
    "sverige",
    "sweden",
    "test",
    "testtest",
    "trustno",
    "vinter",
    "vår",
    "var",
    "välkommen",
    "valkommen",
    "welcome",
    "winter",
    "zaq",
    "zxcvbn",
    "zxcvbnm",
    "änglar",
    "överblick",
    "höst",
];

/// Rows that a finger runs along.
const RUNS: &[&str] = &[
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyzåäöabcdefghijklm",
    "qwertyuiopåasdfghjklöäzxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
];

/// Why a password cannot be used, as a sentence; `None` = it can. `own` is what others know of its owner: address, name,
/// municipality.
#[must_use]
pub fn fault(password: &Password, own: &[&str]) -> Option<&'static str> {
    let text = password.text();
    let length = text.chars().count();
    if length < MIN {
        return Some(
            "Lösenordet är för kort. Välj minst 12 tecken, till exempel fyra ord som inte hör ihop.",
        );
    }
    if length > MAX {
        return Some("Lösenordet är för långt. Välj högst 256 tecken.");
    }
    let lower = text.to_lowercase();
    if leaves_little(&lower, own) {
        return Some(
            "Lösenordet består mest av ditt namn, din adress eller kommunens namn. Välj något som andra inte kan gissa.",
        );
    }
    if is_common(&lower) || is_run(&lower) || is_repetition(&lower) {
        return Some(
            "Lösenordet är ett av de första som någon provar. Välj till exempel fyra ord som inte hör ihop.",
        );
    }
    None
}

/// Whether little is left when the owner's own words are taken away.
fn leaves_little(lower: &str, own: &[&str]) -> bool {
    let mut rest = lower.to_owned();
    let mut words: Vec<String> = own
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() >= 4)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(&word, "");
    }
    rest.len() < lower.len() && rest.chars().filter(|c| c.is_alphanumeric()).count() < 8
}

/// Whether only a common word, or several of the same, remains when digits and signs are taken away.
fn is_common(lower: &str) -> bool {
    let trimmed = lower.trim_matches(|c: char| !c.is_alphabetic());
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.is_empty() {
        // Digits and signs only: a birthday, a personnummer, a telephone number.
        return lower.chars().count() < 16;
    }
    COMMON.iter().any(|word| {
        trimmed == *word || letters == *word || (!letters.is_empty() && letters.replace(word, "").is_empty())
    })
}

fn is_run(lower: &str) -> bool {
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let backwards: String = letters.chars().rev().collect();
    RUNS.iter().any(|run| !letters.is_empty() && (run.contains(&letters) || run.contains(&backwards)))
}

/// Few signs, or a short piece over and over.
fn is_repetition(lower: &str) -> bool {
    let chars: Vec<char> = lower.chars().collect();
    let repeats = |piece: usize| chars.iter().enumerate().all(|(i, c)| *c == chars[i % piece]);
    distinct(lower) < 5 || (1..=4).any(repeats)
}

fn distinct(text: &str) -> usize {
    let mut chars: Vec<char> = text.chars().collect();
    chars.sort_unstable();
    chars.dedup();
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &[&str] = &["anna.lindqvist@ekevik.se", "Anna Lindqvist", "Ekeviks kommun"];

    fn is_taken(text: &str) -> bool {
        fault(&Password::new(text), OWN).is_none()
    }

    #[test]
    fn long_passwords_of_any_kind_are_taken() {
        for text in [
            "giraff moln tallrik saga",
            "fyrahästaridimman",
            "Kx7!pQ92-vmZ4",
            "anna gillar blåa cyklar mest",
            "lösenordet är en blå giraff",
            "7294 1835 6021 9948 pi",
        ] {
            assert!(is_taken(text), "{text} was refused: {:?}", fault(&Password::new(text), OWN));
        }
    }

    #[test]
    fn short_passwords_are_refused_also_when_their_bytes_are_many() {
        assert!(!is_taken("åäöåäöåäöåä"));
        assert!(!is_taken("Ab1!Cd2?Ef3"));
        assert!(!is_taken(&"x1 y2 z3 å4 ".repeat(30)));
    }

    #[test]
    fn what_a_guesser_tries_first_is_refused() {
        for text in [
            "lösenord1234",
            "Losenord2026!",
            "PASSWORD12345",
            "sommarsommar2026",
            "qwertyuiopasdf",
            "123456789012",
            "abcdefghijkl",
            "1q2w3e4r5t6y",
            "aaaaaaaaaaaa",
            "abababababab",
            "19700101-1234",
            "!!!!!hemligt!!!!!",
            "zyxwvutsrqpo",
        ] {
            assert!(!is_taken(text), "{text} was taken");
        }
    }

    #[test]
    fn the_owners_own_words_with_a_little_more_are_refused() {
        for text in [
            "AnnaLindqvist1",
            "lindqvist-2026",
            "ekevikskommun",
            "anna.lindqvist@ekevik.se",
            "Ekevik Lindqvist 77",
        ] {
            assert!(!is_taken(text), "{text} was taken");
        }
    }
}
