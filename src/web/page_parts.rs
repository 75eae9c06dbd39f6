//! Data for the shared pieces in `templates/components/`: what a page fills in and a macro draws.

use chrono::{DateTime, Utc};

use super::format::AsText;

/// One of the values to choose among in a form or a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// A line of explanation below; may be empty.
    pub hint: String,
    /// Chosen already (check boxes).
    pub chosen: bool,
}

impl Choice {
    /// A choice by value and label.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }
    /// Adds a line of explanation.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
    /// Whether this is the chosen value of a list or a set of radio buttons.
    #[must_use]
    pub fn is(&self, value: impl AsText) -> bool {
        value.as_text().unwrap_or_default() == self.value
    }
    /// Choices from pairs of value and label, such as a table of codes.
    #[must_use]
    pub fn list<'a>(pairs: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> Vec<Self> {
        pairs.into_iter().map(|(value, label)| Self::new(*value, *label)).collect()
    }
}

/// A tab: a link with a count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tab {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// How many there are behind it.
    pub count: Option<i64>,
    /// It is the one shown.
    pub current: bool,
}

impl Tab {
    /// A tab by label and path.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), ..Self::default() }
    }
    /// With a count.
    #[must_use]
    pub fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }
    /// As the one shown, if so.
    #[must_use]
    pub fn current(mut self, current: bool) -> Self {
        self.current = current;
        self
    }
}

/// A key figure that leads to exactly the list it counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub label: String,
    /// Icon.
    pub icon: &'static str,
    /// The figure, formatted.
    pub value: String,
    /// What is urgent about it, in red; may be empty.
    pub alarm: String,
    /// What more there is to say; may be empty.
    pub note: String,
    /// The list.
    pub href: String,
}

/// A step of something that takes several pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// What the step is called.
    pub label: String,
    /// It is behind us.
    pub done: bool,
    /// It is this page.
    pub current: bool,
    /// The way back to it, when there is one.
    pub href: Option<String>,
}

impl Step {
    /// The steps by name, with the one at `current` (from 0) as this page and those before it as done.
    #[must_use]
    pub fn list(names: &[&str], current: usize) -> Vec<Self> {
        names
            .iter()
            .enumerate()
            .map(|(i, name)| Self {
                label: (*name).to_owned(),
                done: i < current,
                current: i == current,
                href: None,
            })
            .collect()
    }
}

/// A phase in the life of one system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhaseStep {
    /// What the municipality calls the phase.
    pub label: String,
    /// When it was or will be: "sedan 1 feb 2019", "planerad 2029"; `None` when nothing is known.
    pub note: Option<String>,
    /// It is behind us.
    pub done: bool,
    /// The system is in it.
    pub current: bool,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened, in a sentence.
    pub text: String,
    /// Where to read more; may be empty.
    pub href: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; may be empty.
    pub who: String,
}

/// The pages of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pager {
    /// The page before this.
    pub previous: Option<String>,
    /// The page after this.
    pub next: Option<String>,
    /// First, last and those near this page; gaps in between.
    pub links: Vec<PagerLink>,
}

/// A page in a [`Pager`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagerLink {
    /// The page's number, from 1; 0 for a gap.
    pub number: i64,
    /// Where it leads; `None` for a gap.
    pub href: Option<String>,
    /// It is this page.
    pub current: bool,
}

impl Pager {
    /// Builds the pages: `page` of `pages` (both from 1), `href` makes the address of a page.
    #[must_use]
    pub fn new(page: i64, pages: i64, href: impl Fn(i64) -> String) -> Self {
        let mut links = Vec::new();
        let mut last = 0;
        for number in 1..=pages.max(1) {
            if number != 1 && number != pages && (number - page).abs() > 2 {
                continue;
            }
            if number > last + 1 {
                links.push(PagerLink { number: 0, href: None, current: false });
            }
            links.push(PagerLink { number, href: Some(href(number)), current: number == page });
            last = number;
        }
        Self {
            previous: (page > 1).then(|| href(page - 1)),
            next: (page < pages).then(|| href(page + 1)),
            links,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pager: &Pager) -> String {
        pager
            .links
            .iter()
            .map(|l| if l.current { format!("[{}]", l.number) } else { l.number.to_string() })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn a_long_list_of_pages_has_gaps() {
        assert_eq!(shown(&Pager::new(1, 3, |n| n.to_string())), "[1] 2 3");
        assert_eq!(shown(&Pager::new(10, 20, |n| n.to_string())), "1 0 8 9 [10] 11 12 0 20");
        assert_eq!(shown(&Pager::new(1, 1, |n| n.to_string())), "[1]");
    }

    #[test]
    fn the_first_page_has_nothing_before_it_and_the_last_nothing_after() {
        let first = Pager::new(1, 2, |n| n.to_string());
        assert_eq!((first.previous, first.next), (None, Some("2".to_owned())));
        let last = Pager::new(2, 2, |n| n.to_string());
        assert_eq!((last.previous, last.next), (Some("1".to_owned()), None));
    }

    #[test]
    fn steps_before_this_one_are_done() {
        let steps = Step::list(&["Läs", "Para ihop", "Kontrollera"], 1);
        assert_eq!(
            steps.iter().map(|s| (s.done, s.current)).collect::<Vec<_>>(),
            [(true, false), (false, true), (false, false)]
        );
    }
}
