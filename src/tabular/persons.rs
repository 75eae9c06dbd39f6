//! The column of those whom a list is about, known by its cells where no header tells.

use super::mapping::Suggestion;
use super::matching::Word;
use super::table::Table;
use super::vocabulary::{Content, Vocabulary};

/// Fields of a person's whole name, each with those that say the same in other ways.
const WHOLE_NAMES: [(&str, [&str; 3]); 2] =
    [("holder", ["holder", "holder_first", "holder_last"]), ("name", ["name", "last_name", "first_name"])];
/// How sure it is: no more than that somebody should look at it.
const CONFIDENCE: f64 = 0.6;
/// Fewer cells say too little.
const ENOUGH: usize = 5;

/// Where no column says whose the rows are, and just one holds names of persons, each of which hardly occurs twice, it is that
/// one whatever it is called: a list of subscriptions without its holders says nothing of anybody.
pub(super) fn by_content(
    table: &Table<'_>,
    vocabulary: &Vocabulary,
    suggestions: &mut [Suggestion],
    taken: &mut [bool],
) {
    for (code, same) in WHOLE_NAMES {
        let Some(field) = vocabulary
            .fields
            .iter()
            .position(|field| field.code == code && (field.content == Content::Name || code == "holder"))
        else {
            continue;
        };
        let is_known = suggestions.iter().any(|one| one.field.is_some_and(|known| same.contains(&known)));
        let open: Vec<usize> = suggestions
            .iter()
            .enumerate()
            .filter(|(_, one)| {
                let profile = table.profile(one.column);
                one.field.is_none()
                    && profile.cells >= ENOUGH
                    && profile.person >= 0.5
                    && profile.distinct >= 0.8
                    && table.name(one.column).is_none_or(|name| !Word::new(name).is_elsewhere())
            })
            .map(|(at, _)| at)
            .collect();
        let (false, [at]) = (is_known, open.as_slice()) else { continue };
        if let Some(one) = suggestions.get_mut(*at) {
            (one.field, one.confidence, one.unsure) = (Some(code), CONFIDENCE, true);
        }
        if let Some(place) = taken.get_mut(field) {
            *place = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::mapping::tests::assert_fields;
    use super::super::words;

    #[test]
    fn the_holders_are_found_by_their_names_where_no_header_tells() {
        assert_fields(
            "Nummer;Tjänst;Abonnemangsnamn;Beställarens namn\n\
             070-174 06 05;Bas;Eva Ek;Siv Å\n070-174 06 06;Bas;Per Ö;Siv Å\n070-174 06 07;Fri;INGRID ALM;Bo Ek\n\
             070-174 06 08;Bas;Lind, Anna;Siv Å\n070-174 06 09;Fri;Larm källare;Bo Ek\n",
            &words::SUBSCRIPTIONS,
            &[("Abonnemangsnamn", Some("holder")), ("Tjänst", Some("plan")), ("Beställarens namn", None)],
        );
    }

    #[test]
    fn units_titles_and_two_columns_of_names_are_nobody() {
        assert_fields(
            "Nummer;Fält 1;Fält 2\n\
             070-174 06 05;Norra Skolan;Eva Ek\n070-174 06 06;Södra Skolan;Per Ö\n070-174 06 07;Östra Skolan;Bo Alm\n\
             070-174 06 08;Västra Skolan;Siv Å\n070-174 06 09;Mellersta Skolan;Ann Berg\n",
            &words::SUBSCRIPTIONS,
            &[("Fält 1", None), ("Fält 2", None)],
        );
    }
}
