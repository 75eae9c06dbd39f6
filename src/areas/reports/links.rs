//! From a figure to exactly its rows. The only place that knows what the lists' filters are called. A list that would show more
//! or fewer than were counted is not linked: of an earlier day, to a reader whose right to the list reaches otherwise than
//! the right to the report, or for a unit that the list has no filter for.

use uuid::Uuid;

use crate::areas::organisation::Units;
use crate::auth::permissions::Permission;
use crate::auth::principal::Scope;
use crate::web::ctx::Ctx;
use crate::web::list::encode;

/// Ends: what a saving is counted of.
const ENDS: [(&str, &str); 2] = [("beslut", "avsluta"), ("beslut", "privat_overtagande")];

/// Builds links to the lists that the reader may open, in the förvaltning that the report is about.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Links {
    root: String,
    unit: Option<Uuid>,
    cases: bool,
    subscriptions: bool,
    lists: bool,
    rows: bool,
}

impl Links {
    /// For a reader and a förvaltning. An earlier day has no lists to go to: they show today.
    #[must_use]
    pub fn of(ctx: &Ctx, unit: Option<Uuid>, is_back: bool, units: &Units) -> Self {
        let has_filter = unit.is_none_or(|unit| is_department(units, unit));
        let may = |permission| {
            !is_back
                && has_filter
                && ctx.can(permission)
                && reaches_the_same(ctx.scope(), &ctx.scope_for(permission))
        };
        Self {
            root: ctx.path(""),
            unit,
            cases: may(Permission::MatchRead),
            subscriptions: may(Permission::SubscriptionRead),
            lists: may(Permission::LeaverCounts),
            // Of a förvaltning that is chosen the list leaves out whoever is protected; the rows of a list do not.
            rows: unit.is_none() && may(Permission::LeaverUpload),
        }
    }

    fn list(&self, may: bool, path: &str, filters: &[(&str, &str)], unit: Option<Uuid>) -> String {
        if !may {
            return String::new();
        }
        let unit = unit.or(self.unit).map(|unit| unit.to_string());
        let query: Vec<String> = filters
            .iter()
            .copied()
            .chain(unit.as_deref().map(|unit| ("forvaltning", unit)))
            .map(|(key, value)| format!("{key}={}", encode(value)))
            .collect();
        format!("{}/{path}?{}", self.root, query.join("&"))
    }

    /// Cases of classes in states.
    #[must_use]
    pub fn cases(&self, classes: &[&str], states: &[&str], unit: Option<Uuid>) -> String {
        let filters: Vec<(&str, &str)> =
            classes.iter().map(|c| ("klass", *c)).chain(states.iter().map(|s| ("lage", *s))).collect();
        self.list(self.cases, "matches", &filters, unit)
    }

    /// Cases with other filters of their list.
    #[must_use]
    pub fn cases_by(&self, filters: &[(&str, &str)], unit: Option<Uuid>) -> String {
        self.list(self.cases, "matches", filters, unit)
    }

    /// Cases of classes that have waited more than 30 days.
    #[must_use]
    pub fn old_cases(&self, classes: &[&str]) -> String {
        let filters: Vec<(&str, &str)> =
            classes.iter().map(|class| ("klass", *class)).chain([("gammal", "ja")]).collect();
        self.list(self.cases, "matches", &filters, None)
    }

    /// Cases with an end that a list has proved.
    #[must_use]
    pub fn proved(&self, unit: Option<Uuid>) -> String {
        self.list(self.cases, "matches", &[("avslut", "ja")], unit)
    }

    /// Cases with an end that is decided or ordered and not proved.
    #[must_use]
    pub fn on_the_way(&self) -> String {
        let filters = [("lage", "decided"), ("lage", "ordered"), ENDS[0], ENDS[1]];
        self.list(self.cases, "matches", &filters, None)
    }

    /// One case.
    #[must_use]
    pub fn case(&self, id: Uuid) -> String {
        if self.cases { format!("{}/matches/{id}", self.root) } else { String::new() }
    }

    /// Subscriptions in use with the operator, narrowed by filters of their list.
    #[must_use]
    pub fn subscriptions(&self, filters: &[(&str, &str)], unit: Option<Uuid>) -> String {
        let filters: Vec<(&str, &str)> =
            [("i-drift", "ja")].into_iter().chain(filters.iter().copied()).collect();
        self.list(self.subscriptions, "subscriptions", &filters, unit)
    }

    /// Subscriptions by what the newest lists show, those that are gone included.
    #[must_use]
    pub fn since_last(&self, filter: (&str, &str)) -> String {
        self.list(self.subscriptions, "subscriptions", &[filter], None)
    }

    /// One leaver list.
    #[must_use]
    pub fn leaver_list(&self, id: Uuid) -> String {
        if self.lists { format!("{}/leavers/lists/{id}", self.root) } else { String::new() }
    }

    /// The rows of a month, of one sender or of all.
    #[must_use]
    pub fn leaver_rows(&self, month: chrono::NaiveDate, sender: Option<Uuid>) -> String {
        let (month, sender) = (month.to_string(), sender.map(|sender| sender.to_string()));
        let filters: Vec<(&str, &str)> = [("manad", month.as_str())]
            .into_iter()
            .chain(sender.as_deref().map(|id| ("avsandare", id)))
            .collect();
        self.list(self.rows, "leavers/rows", &filters, None)
    }
}

/// Whether two rights reach the same rows.
fn reaches_the_same(one: &Scope, other: &Scope) -> bool {
    let sorted = |scope: &Scope| {
        let mut units = scope.units.clone();
        units.sort_unstable();
        units.dedup();
        units
    };
    one.all == other.all && (one.all || sorted(one) == sorted(other))
}

/// Whether everything under a unit stands under it in the lists, which know förvaltningar alone.
fn is_department(units: &Units, unit: Uuid) -> bool {
    units.with_all_under(unit).into_iter().all(|id| units.department(id).is_some_and(|own| own.id == unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_reaches_otherwise_than_the_report_is_not_the_report_s() {
        let [a, b] = [1, 2].map(Uuid::from_u128);
        let of = |units: &[Uuid]| Scope { units: units.to_vec(), ..Scope::default() };
        assert!(reaches_the_same(&of(&[a, b]), &of(&[b, a])));
        assert!(!reaches_the_same(&of(&[a, b]), &of(&[a])));
        assert!(!reaches_the_same(&Scope::everything(), &of(&[a, b])));
        assert!(reaches_the_same(&Scope::everything(), &Scope { all: true, ..of(&[a]) }));
    }
}
