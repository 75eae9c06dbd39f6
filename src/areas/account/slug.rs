//! Which slugs a municipality may have: `/{slug}` must never hide a page of the service's own.

use crate::{areas, web::routes::Access};

/// First parts of an address that are not a municipality's, now or by the look of it later.
const RESERVED: &[&str] = &[
    "about",
    "admin",
    "api",
    "app",
    "assets",
    "auth",
    "blog",
    "docs",
    "dokumentation",
    "help",
    "hjalp",
    "konto",
    "mail",
    "manifest",
    "metrics",
    "new",
    "oauth",
    "om",
    "overblick",
    "public",
    "saml",
    "scim",
    "search",
    "sso",
    "status",
    "support",
    "system",
    "webhooks",
    "www",
];

/// Why a municipality cannot have a slug, as a sentence; `None` = it can. A slug that is taken shows when it is inserted.
#[must_use]
pub fn slug_fault(slug: &str) -> Option<String> {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let form = (2..=49).contains(&slug.len())
        && slug.starts_with(is_letter)
        && slug.chars().all(|c| is_letter(c) || c == '-');
    if !form {
        return Some(
            "Ange ett kortnamn på 2–49 tecken: små bokstäver a–z, siffror och bindestreck, med en bokstav eller siffra först."
                .to_owned(),
        );
    }
    let table = areas::routes();
    let is_ours = table
        .table()
        .iter()
        .filter(|route| matches!(route.access, Access::Open(_)))
        .any(|route| route.path.split('/').nth(1) == Some(slug));
    (is_ours || RESERVED.contains(&slug)).then(|| {
        format!("Kortnamnet {slug} används av Överblick självt. Välj ett annat, till exempel kommunens namn.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_own_addresses_are_no_municipalitys() {
        for slug in ["login", "static", "api", "account", "setup", "invite", "calendar", "health"] {
            assert!(slug_fault(slug).is_some(), "{slug} was taken");
        }
    }

    #[test]
    fn a_slug_is_short_lower_case_and_begins_with_a_letter_or_a_digit() {
        for slug in ["ekevik", "upplands-vasby", "k2"] {
            assert_eq!(slug_fault(slug), None);
        }
        let long = "a".repeat(50);
        for slug in ["", "a", "Ekevik", "åmål", "-x", "a b", "a/b", long.as_str()] {
            assert!(slug_fault(slug).is_some(), "{slug} was taken");
        }
    }
}
