//! From a figure to exactly its rows. The only place that knows what the lists' filters are called.

use uuid::Uuid;

use crate::auth::permissions::Permission;
use crate::web::ctx::Ctx;

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
    pub fn of(ctx: &Ctx, unit: Option<Uuid>, is_back: bool) -> Self {
        let may = |permission| !is_back && ctx.can(permission);
        Self {
            root: ctx.path(""),
            unit,
            cases: may(Permission::MatchRead),
            subscriptions: may(Permission::SubscriptionRead),
            lists: may(Permission::LeaverCounts),
            rows: may(Permission::LeaverUpload),
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
            .map(|(key, value)| format!("{key}={value}"))
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

    /// Subscriptions that are gone from the lists.
    #[must_use]
    pub fn gone(&self) -> String {
        self.list(self.subscriptions, "subscriptions", &[("borta", "ja")], None)
    }

    /// The months of the leaver lists.
    #[must_use]
    pub fn calendar(&self) -> String {
        if self.lists { format!("{}/leavers", self.root) } else { String::new() }
    }

    /// One leaver list.
    #[must_use]
    pub fn leaver_list(&self, id: Uuid) -> String {
        if self.lists { format!("{}/leavers/lists/{id}", self.root) } else { String::new() }
    }

    /// The rows of a month.
    #[must_use]
    pub fn leaver_rows(&self, month: chrono::NaiveDate) -> String {
        self.list(self.rows, "leavers/rows", &[("manad", &month.to_string())], None)
    }
}
