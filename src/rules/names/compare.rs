//! Whether two names can be the same person's (`docs/rules.md` 2.2 steps 5–7).

use super::{
    fold::{one_edit_apart, to_k2, variant_key},
    parse::{PersonName, Role, Token, TokenKind},
};

/// How closely the letters agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyLevel {
    /// å, ä and ö as they are.
    K0,
    /// With å, ä, ö, é folded to a, a, o, e.
    K1,
    /// With å, ä, ö written aa, ae, oe.
    K2,
}

/// The result of a comparison, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameMatch {
    /// Every token of one is a token of the other.
    Full(KeyLevel),
    /// One says less: fewer given names, one of two surnames, an initial, no particle.
    Subset,
    /// Alike but for a spelling variant or one slip of the pen.
    Variant,
    /// Not the same name.
    None,
}

/// How two tokens agree, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TokenMatch {
    K0,
    K1,
    K2,
    Initial,
    Variant,
}

/// Compares two names.
#[must_use]
pub fn compare(a: &PersonName, b: &PersonName) -> NameMatch {
    compare_tokens(a.tokens(), b.tokens())
}

/// Compares two names given as tokens.
///
/// Tokens are paired best first; a given name is never paired with a surname where both sources tell which is
/// which. If some remain unpaired, what was paired must hold a given name and a surname, and only one of the
/// names may have given names of its own.
#[must_use]
pub fn compare_tokens(a: &[Token], b: &[Token]) -> NameMatch {
    let whole = |t: &&Token| t.kind == TokenKind::Plain;
    if a.len().min(b.len()) < 2 || a.iter().filter(whole).count() == 0 || b.iter().filter(whole).count() == 0
    {
        return NameMatch::None;
    }
    let Some(pairs) = pair(a, b) else { return NameMatch::None };
    let worst = pairs.iter().map(|p| p.2).max().unwrap_or(TokenMatch::Variant);
    let left = |side: &[Token], taken: &dyn Fn(usize) -> bool| -> (usize, usize, usize) {
        let mut count = (0, 0, 0);
        for (_, t) in side.iter().enumerate().filter(|(i, t)| !taken(*i) && t.kind != TokenKind::Particle) {
            match t.role {
                Role::Given => count.0 += 1,
                Role::Surname => count.1 += 1,
                Role::Unknown => count.2 += 1,
            }
        }
        count
    };
    let left_a = left(a, &|i| pairs.iter().any(|p| p.0 == i));
    let left_b = left(b, &|i| pairs.iter().any(|p| p.1 == i));
    let unpaired = (a.len() - pairs.len()) + (b.len() - pairs.len());
    if unpaired == 0 {
        return match worst {
            TokenMatch::K0 => NameMatch::Full(KeyLevel::K0),
            TokenMatch::K1 => NameMatch::Full(KeyLevel::K1),
            TokenMatch::K2 => NameMatch::Full(KeyLevel::K2),
            TokenMatch::Initial => NameMatch::Subset,
            TokenMatch::Variant => NameMatch::Variant,
        };
    }
    let roles = |wanted: Role| {
        pairs.iter().any(|(i, j, _)| {
            let known = [a.get(*i), b.get(*j)].into_iter().flatten().any(|t| t.role == wanted);
            let open = [a.get(*i), b.get(*j)].into_iter().flatten().all(|t| t.role == Role::Unknown);
            known || open
        })
    };
    let both_given = left_a.0 > 0 && left_b.0 > 0;
    let both_left = left_a != (0, 0, 0) && left_b != (0, 0, 0);
    let open_left = left_a.2 + left_b.2 > 0;
    // "Gert-Ove Wahlgren" and "Gert-Ove Petrovic" have one name of two in common.
    let one_name = is_one_name(a, pairs.iter().map(|p| p.0)) || is_one_name(b, pairs.iter().map(|p| p.1));
    let too_loose = both_left && open_left && (unpaired > 2 || one_name);
    if pairs.len() < 2 || both_given || too_loose || !roles(Role::Given) || !roles(Role::Surname) {
        return NameMatch::None;
    }
    if worst == TokenMatch::Variant { NameMatch::Variant } else { NameMatch::Subset }
}

/// Whether the first name says something that the second does not: a token that agrees with none of its tokens, a
/// variant not counted. "Anna Maria Lind" says more than "Lind, Anna"; "Anna Lind" less than "Lind, Anna Maria".
#[must_use]
pub fn says_more(a: &PersonName, b: &PersonName) -> bool {
    let exact = [TokenMatch::K0, TokenMatch::K1, TokenMatch::K2, TokenMatch::Initial];
    a.tokens().iter().any(|t| !b.tokens().iter().any(|u| exact.iter().any(|level| agrees(t, u, *level))))
}

/// Whether the tokens at these places are written as one, with hyphens: all of them given names, or all surnames.
fn is_one_name(tokens: &[Token], places: impl Iterator<Item = usize>) -> bool {
    let mut places: Vec<usize> = places.collect();
    places.sort_unstable();
    places.windows(2).all(|two| match *two {
        [first, next] => next == first + 1 && tokens.get(next).is_some_and(|t| t.is_joined),
        _ => true,
    })
}

/// Pairs tokens greedily, best agreement first. `None` when fewer than two pairs exist.
fn pair(a: &[Token], b: &[Token]) -> Option<Vec<(usize, usize, TokenMatch)>> {
    let mut pairs: Vec<(usize, usize, TokenMatch)> = Vec::with_capacity(a.len());
    for level in [TokenMatch::K0, TokenMatch::K1, TokenMatch::K2, TokenMatch::Initial, TokenMatch::Variant] {
        for (i, t) in a.iter().enumerate() {
            if pairs.len() == a.len().min(b.len()) {
                break;
            }
            if pairs.iter().any(|p| p.0 == i) {
                continue;
            }
            let free =
                b.iter().enumerate().find(|(j, u)| !pairs.iter().any(|p| p.1 == *j) && agrees(t, u, level));
            if let Some((j, _)) = free {
                pairs.push((i, j, level));
            }
        }
    }
    (pairs.len() >= 2).then_some(pairs)
}

/// Whether two tokens agree at this level (not at a better one: those are tried before).
fn agrees(t: &Token, u: &Token, level: TokenMatch) -> bool {
    let apart = matches!((t.role, u.role), (Role::Given, Role::Surname) | (Role::Surname, Role::Given));
    if apart {
        return false;
    }
    match level {
        TokenMatch::K0 => t.k0 == u.k0,
        TokenMatch::K1 => t.k1 == u.k1,
        TokenMatch::K2 => is_k2(t, u),
        TokenMatch::Initial => is_initial_of(t, u) || is_initial_of(u, t),
        TokenMatch::Variant => is_variant(&t.k1, &u.k1),
    }
}

fn is_k2(t: &Token, u: &Token) -> bool {
    let whole = t.kind != TokenKind::Initial && u.kind != TokenKind::Initial;
    whole && is_k2_key(t, u)
}

fn is_k2_key(t: &Token, u: &Token) -> bool {
    (!t.k0.is_ascii() && to_k2(&t.k0) == u.k1) || (!u.k0.is_ascii() && to_k2(&u.k0) == t.k1)
}

/// A single letter stands for a given name (or one that may be) beginning with it.
fn is_initial_of(t: &Token, u: &Token) -> bool {
    t.kind == TokenKind::Initial
        && u.kind == TokenKind::Plain
        && t.role != Role::Surname
        && u.role != Role::Surname
        && (u.k0.starts_with(&t.k0) || u.k1.starts_with(&t.k1))
}

/// A usual other spelling, or one slip of the pen in a name of five letters or more.
pub(crate) fn is_variant(a: &str, b: &str) -> bool {
    let long = |s: &str| s.chars().count();
    if long(a) < 2 || long(b) < 2 {
        return false;
    }
    variant_key(a) == variant_key(b)
        || (long(a).max(long(b)) > 4 && long(a).min(long(b)) >= 4 && one_edit_apart(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cmp(a: &str, b: &str) -> NameMatch {
        compare(&PersonName::parse(a), &PersonName::parse(b))
    }

    #[test]
    fn names_are_compared_as_the_rule_says() {
        use NameMatch::{Full, None, Subset, Variant};
        for (a, b, expected) in [
            ("Anna-Karin Åkerlund", "Åkerlund, Anna Karin", Full(KeyLevel::K0)),
            ("AKERLUND ANNA KARIN", "Åkerlund, Anna-Karin", Full(KeyLevel::K1)),
            ("Linnea Ek", "Ek, Linnéa", Full(KeyLevel::K1)),
            ("Aakerlund Anna", "Åkerlund, Anna", Full(KeyLevel::K2)),
            ("Bjoern Oeberg", "Öberg, Björn", Full(KeyLevel::K2)),
            // Fewer given names, fewer surnames, an initial, a particle left out.
            ("Karin Åkerlund", "Åkerlund, Anna-Karin", Subset),
            ("Anna Åkerlund", "Åkerlund, Anna Karin Maria", Subset),
            ("Otto Lind", "Berg Lind, Otto", Subset),
            ("Otto Erik Lind", "Lind, Otto", Subset),
            ("A. Åkerlund", "Åkerlund, Anna", Subset),
            ("Åkerlund A", "Åkerlund, Anna", Subset),
            ("Essen, Eva", "von Essen, Eva", Subset),
            // A double name in common, given or sur-, is one name in common.
            ("Gert-Ove Wahlgren", "Gert-Ove Petrovic", None),
            ("Gert-Ove Wahlgren", "Petrovic Gert Ove", None),
            ("Lind-Berg Anna", "Karin Lind-Berg", None),
            ("Anna-Karin Lind", "Lind Berg Anna-Karin", Subset),
            ("Gert-Ove Petrovic", "Gert-Ove Petrovic Lind", Subset),
            ("Otto Berg Lind", "Lind Ek, Otto", Subset),
            // Slips and spellings.
            ("Magnsson Birgit", "Magnusson, Birgit", Variant),
            ("Kristina Carlson", "Karlsson, Christina", Variant),
            ("Karin Akerlnd", "Åkerlund, Anna Karin", Variant),
            // Not the same.
            ("Karin Åkerlund", "Åkerlund, Anna", None),
            ("Anna Åkerlund", "Anna Berg", None),
            ("Anna Karin", "Åkerlund, Anna Karin", None),
            ("Eva Ek", "Ek, Eva-Lena", Subset),
            ("Ek Alm", "Ek Alm, Eva", None),
            ("Anna", "Anna", None),
            ("Maria Åkerlund", "Åkerlund, Anna Karin", None),
            ("B. Åkerlund", "Åkerlund, Anna", None),
            ("", "Åkerlund, Anna", None),
            ("Ola Berg", "Berg, Ole", None),
        ] {
            assert_eq!(cmp(a, b), expected, "{a} = {b}");
            assert_eq!(cmp(b, a), expected, "{b} = {a}");
        }
    }

    #[test]
    fn a_given_name_is_not_taken_for_a_surname_where_both_sources_tell() {
        assert_eq!(cmp("Erik, Johan", "Johan, Erik"), NameMatch::None);
        assert_eq!(cmp("Erik Johan", "Johan, Erik"), NameMatch::Full(KeyLevel::K0), "one does not tell");
    }

    #[test]
    fn a_name_says_more_by_a_word_the_other_lacks() {
        let more = |a: &str, b: &str| says_more(&PersonName::parse(a), &PersonName::parse(b));
        assert!(more("Anna Maria Lind", "Lind, Anna"));
        assert!(!more("Anna Lind", "Lind, Anna Maria"));
        assert!(!more("A. Lind", "Lind, Anna Maria"));
        assert!(more("Anna Lindh", "Lind, Anna"));
        assert!(!more("Ake Lind", "Lind, Åke"));
    }

    #[test]
    fn the_same_name_twice_needs_the_same_name_twice() {
        assert_eq!(cmp("Karl Karl", "Karl, Erik"), NameMatch::None);
        assert_eq!(cmp("Ali Ali", "Ali, Ali"), NameMatch::Full(KeyLevel::K0));
    }

    proptest! {
        #[test]
        fn comparing_is_the_same_from_both_sides(a in "[abå]{1,5}( [abå]{1,5}){0,2}(, [abå]{1,5})?", b in "[abå]{1,5}( [abå]{1,5}){0,2}(, [abå]{1,5})?") {
            let full = |m| matches!(m, NameMatch::Full(_));
            prop_assert_eq!(full(cmp(&a, &b)), full(cmp(&b, &a)));
        }

        #[test]
        fn a_name_fully_matches_itself(words in proptest::collection::vec("[a-zåäö]{3,9}", 2..5)) {
            let name = words.join(" ");
            prop_assume!(PersonName::parse(&name).is_personal());
            prop_assert_eq!(cmp(&name, &name), NameMatch::Full(KeyLevel::K0));
        }

        #[test]
        fn full_and_equal_keys_are_the_same_thing(a in "[aeo]{2,3} [aeo]{2,3}", b in "[aeo]{2,3} [aeo]{2,3}") {
            let keys = |t: &str| PersonName::parse(t).keys().k0;
            prop_assert_eq!(cmp(&a, &b) == NameMatch::Full(KeyLevel::K0), keys(&a) == keys(&b));
        }
    }
}
