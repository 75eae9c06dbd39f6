//! The menu: every place of the product in the order a person looks for it. Whoever builds a page says which of them the user may see.

/// A group of the menu.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NavGroup {
    /// Heading; empty for the first group.
    pub label: String,
    /// What is in it.
    pub items: Vec<NavItem>,
}

/// One line of a menu.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NavItem {
    /// What it says.
    pub label: String,
    /// Name of the icon in `static/icons.svg`.
    pub icon: &'static str,
    /// Where it leads.
    pub href: String,
    /// How many there are; not shown when `None`.
    pub count: Option<i64>,
    /// How many wait for the user; drawn as a mark.
    pub badge: Option<i64>,
    /// This is where the user is.
    pub current: bool,
}

impl NavItem {
    /// A line with an icon and a path.
    #[must_use]
    pub fn new(label: impl Into<String>, icon: &'static str, href: impl Into<String>) -> Self {
        Self { label: label.into(), icon, href: href.into(), ..Self::default() }
    }
}

/// A place of the menu: slug of the area, label, icon.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The area's slug, which is also its path; empty for the overview.
    pub slug: &'static str,
    /// What the menu says.
    pub label: &'static str,
    /// Name of the icon.
    pub icon: &'static str,
    /// The view of its list that the menu opens; empty for the whole of it.
    pub view: &'static str,
}

const fn place(slug: &'static str, label: &'static str, icon: &'static str) -> Place {
    Place { slug, label, icon, view: "" }
}

/// A place that is opened where the work is, with everything a tab away.
const fn place_in(slug: &'static str, label: &'static str, icon: &'static str, view: &'static str) -> Place {
    Place { slug, label, icon, view }
}

/// The menu's groups and places.
pub const PLACES: &[(&str, &[Place])] = &[
    (
        "",
        &[
            place("", "Översikt", "hem"),
            place("tasks", "Mina uppgifter", "bock"),
            place("questions", "Frågor om abonnemang", "pratbubbla"),
        ],
    ),
    (
        "Register",
        &[
            place("systems", "System", "system"),
            place("contracts", "Avtal", "avtal"),
            place("suppliers", "Leverantörer", "leverantor"),
            place("licences", "Licenser", "licens"),
            place("subscriptions", "Abonnemang", "mobil"),
            place("access_tags", "Taggar och passerkort", "tagg"),
            place("services", "Tjänster", "tjanst"),
            place("documents", "Dokument", "dokument"),
        ],
    ),
    (
        "Förvaltning",
        &[
            place("plans", "Förvaltningsplaner", "plan"),
            place("lifecycle", "Livscykel", "livscykel"),
            place("needs", "Behov", "ide"),
            place("procurements", "Upphandlingar", "upphandling"),
            place("changes", "Ändringsbegäran", "andring"),
            place("service_levels", "Servicenivåer", "matare"),
            place("costs", "Kostnader", "kostnad"),
            place("forums", "Forum och möten", "forum"),
            place("agenda", "Utvecklingsagenda", "karta"),
            place("people", "Personer och roller", "personer"),
            place("organisation", "Organisation", "organisation"),
            place("leavers", "Avslutade anställda", "utanperson"),
            place_in("matches", "Att ta ställning till", "checklista", "att-avgora"),
        ],
    ),
    (
        "Uppföljning",
        &[
            place("watch", "Bevakning", "klocka"),
            place("recommendations", "Rekommendationer", "rekommendation"),
            place("reports", "Rapporter", "rapport"),
            place("feedback", "Synpunkter", "pratbubbla"),
            place("imports", "Filer in", "uppladdning"),
            place("audit", "Händelselogg", "logg"),
            place("retention", "Gallring", "gallring"),
        ],
    ),
];

/// The foot of the menu.
pub const PLACES_END: &[Place] =
    &[place("users", "Användare", "nyckel"), place("settings", "Inställningar", "kugghjul")];

/// What is shown at a place: how many there are, how many wait for the user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub count: Option<i64>,
    /// How many wait for the user.
    pub badge: Option<i64>,
}

/// Builds the menu of a municipality.
///
/// `tenant` is the slug, `path` the path of the request (to mark where the user is), `see` answers for each area's slug whether
/// the user may see it and what to show there: `None` hides it. A group without visible places is left out.
pub fn menu(tenant: &str, path: &str, see: impl Fn(&str) -> Option<Tally>) -> (Vec<NavGroup>, Vec<NavItem>) {
    let line = |place: &Place| {
        let Tally { count, badge } = see(place.slug)?;
        let href =
            if place.slug.is_empty() { format!("/{tenant}") } else { format!("/{tenant}/{}", place.slug) };
        let current = path == href
            || (!place.slug.is_empty() && path.strip_prefix(&href).is_some_and(|rest| rest.starts_with('/')));
        let href = if place.view.is_empty() { href } else { format!("{href}?vy={}", place.view) };
        Some(NavItem { label: place.label.to_owned(), icon: place.icon, href, count, badge, current })
    };
    let groups = PLACES
        .iter()
        .map(|(label, places)| NavGroup {
            label: (*label).to_owned(),
            items: places.iter().filter_map(line).collect(),
        })
        .filter(|group: &NavGroup| !group.items.is_empty())
        .collect();
    (groups, PLACES_END.iter().filter_map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_user_may_see_is_in_the_menu() {
        let (groups, end) = menu("ekevik", "/ekevik", |slug| (slug == "contracts").then(Tally::default));
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].label, "Register");
        assert_eq!(groups[0].items[0].href, "/ekevik/contracts");
        assert!(end.is_empty());
    }

    #[test]
    fn the_place_of_a_page_inside_an_area_is_marked() {
        let (groups, _) = menu("ekevik", "/ekevik/contracts/17", |_| Some(Tally::default()));
        let current: Vec<_> =
            groups.iter().flat_map(|g| &g.items).filter(|i| i.current).map(|i| i.label.as_str()).collect();
        assert_eq!(current, ["Avtal"]);
    }

    #[test]
    fn the_overview_is_marked_only_on_itself() {
        let (groups, _) = menu("ekevik", "/ekevik", |_| Some(Tally::default()));
        assert!(groups[0].items[0].current);
        let (groups, _) = menu("ekevik", "/ekevik/watch", |_| Some(Tally::default()));
        assert!(!groups[0].items[0].current);
    }

    #[test]
    fn every_icon_of_the_menu_is_in_the_sprite() {
        let sprite = include_str!("../../static/icons.svg");
        for place in PLACES.iter().flat_map(|(_, places)| *places).chain(PLACES_END) {
            assert!(sprite.contains(&format!("id=\"{}\"", place.icon)), "{} is missing", place.icon);
        }
    }
}
