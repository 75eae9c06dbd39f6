//! Names and numbers for those who may know that there is somebody but not who (`docs/rules.md` 4.2, "M"). The same as
//! `app.masked_name` and `app.masked_number` in the database; `tests/it/subscriptions/sight.rs` holds them to each other.

/// "Anna-Karin Åkerlund" as "A. Å.".
#[must_use]
pub fn name(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter_map(|word| word.chars().next())
        .map(|first| format!("{}.", first.to_uppercase()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// "+46701740605" as "+46•••••••05". A number of five figures or fewer is hidden whole.
#[must_use]
pub fn number(text: &str) -> String {
    let count = text.chars().count();
    if count <= 5 {
        return "•".repeat(count);
    }
    let (head, tail): (String, String) =
        (text.chars().take(3).collect(), text.chars().skip(count - 2).collect());
    format!("{head}{}{tail}", "•".repeat(count - 5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_name_is_its_initials() {
        for (text, masked) in [
            ("Anna-Karin Åkerlund", "A. Å."),
            ("Åkerlund, anna", "Å. A."),
            ("INBROTTSLARM SIMHALL", "I. S."),
            ("", ""),
        ] {
            assert_eq!(name(text), masked);
        }
    }

    #[test]
    fn a_masked_number_keeps_its_country_and_its_last_two_figures() {
        assert_eq!(number("+46701740605"), "+46•••••••05");
        assert_eq!(number("112"), "•••");
    }
}
