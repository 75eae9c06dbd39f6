//! What a list is: where its rows come from, its columns, filters and standing views. Declared once per list.

use super::cell::Codes;

/// A list, declared. See [`super`] for the whole use.
#[derive(Debug, Clone)]
pub struct ListDef {
    /// The area's slug and the list's path inside the municipality: `contracts`. Also the key of its saved views.
    pub slug: &'static str,
    /// "avtal": one of them, in running text.
    pub one: &'static str,
    /// "avtal": several of them, in running text.
    pub many: &'static str,
    /// The heading: "Avtal".
    pub title: &'static str,
    /// One SELECT, without ORDER BY and LIMIT, that gives every column by name; see [`super::sql`] for the words in braces.
    pub select: &'static str,
    /// Which rows are within a user's reach.
    pub reach: Reach,
    /// The columns, in the order shown; the first is the row's heading.
    pub columns: Vec<Column>,
    /// The filters, in the order shown.
    pub filters: Vec<Filter>,
    /// Expressions (on `r`) that the search field looks in.
    pub search: Vec<&'static str>,
    /// What the search field says while it is empty.
    pub search_hint: &'static str,
    /// The order without a choice: a column's key, with `-` before it for falling.
    pub default_sort: &'static str,
    /// Standing views, as tabs. The first tab, with everything, is added by itself.
    pub views: Vec<View>,
    /// What is said when the municipality has none at all.
    pub empty_text: &'static str,
    /// What may be done with several rows at once.
    pub bulk: Vec<BulkAction>,
    /// The list can be shown as it stood on an earlier day, see [`ListDef::with_history`].
    pub has_history: bool,
}

/// Which rows of the SELECT a user reaches. There is no default: every list says.
#[derive(Debug, Clone, Copy)]
pub enum Reach {
    /// A row belongs to a unit: `unit` is the SELECT's column with the unit's id. `object` names what a role may be held on
    /// (`system_id`, `contract_id` of `role_assignment`); the row's own `id` is compared with it.
    Unit {
        /// The SELECT's column with the unit's id.
        unit: &'static str,
        /// The column of `role_assignment` that refers to such rows, if roles can be held on them.
        object: Option<&'static str>,
    },
    /// A condition of its own (on `r`), with the words of [`super::sql`].
    Condition(&'static str),
    /// Everyone with the permission sees every row.
    Everyone,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// The name in the URL and of the SELECT's column.
    pub key: &'static str,
    /// The heading.
    pub label: &'static str,
    /// An explanation of a short heading, for a screen reader and a tooltip: "konfidentialitet, riktighet, tillgänglighet".
    pub help: &'static str,
    /// What it is ordered by, an expression on `r`; `None`: it cannot be ordered by.
    pub sort: Option<&'static str>,
    /// Shown until the user chooses otherwise.
    pub shown: bool,
    /// How a value is read, shown and exported.
    pub kind: Kind,
    /// Holds what people have written: a value that names a person with protected identity is hidden (rules 9.6).
    pub written: bool,
}

/// How a column's value is read, shown and exported.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// The row's heading and the way to its page. Words in braces in `href` are columns of the SELECT: `systems/{id}`.
    Name {
        /// Path inside the municipality.
        href: &'static str,
        /// A column of the SELECT that is shown small beside the name.
        sub: Option<&'static str>,
    },
    /// Text; missing is "–".
    Text,
    /// Text that ought to be there; missing is "Saknas" in red.
    Needed,
    /// Text that leads to another page.
    Link {
        /// Path inside the municipality; a row where a word in braces is missing has no link.
        href: &'static str,
    },
    /// A person's name, with initials.
    Person,
    /// A person that ought to be there; missing is "Saknas" in red.
    PersonNeeded,
    /// A whole number.
    Integer,
    /// Kronor; the heading says "kr".
    Money,
    /// Percent, 0–100.
    Percent,
    /// A date.
    Date,
    /// A last day: red from this many days before it.
    Deadline(i64),
    /// A moment, shown in Europe/Stockholm.
    Moment,
    /// Yes or no.
    YesNo,
    /// A code with a label.
    Code(Codes),
    /// A code with a label and a colour.
    Tag(Codes),
    /// A phase of the life cycle.
    Phase(Codes),
    /// A criticality.
    Criticality(Codes),
    /// Several texts (a PostgreSQL `text[]`).
    Several,
}

impl Kind {
    /// Whether the column is set to the right, in even figures.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Money | Self::Percent)
    }
}

impl Column {
    fn new(key: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { key, label, help: "", sort: Some(""), shown: true, kind, written: false }
    }
    /// The row's heading: leads to `href` (`systems/{id}`).
    #[must_use]
    pub fn name(key: &'static str, label: &'static str, href: &'static str) -> Self {
        Self::new(key, label, Kind::Name { href, sub: None })
    }
    /// A column of another kind.
    #[must_use]
    pub fn of(key: &'static str, label: &'static str, kind: Kind) -> Self {
        Self::new(key, label, kind)
    }
    /// Text.
    #[must_use]
    pub fn text(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label, Kind::Text)
    }
    /// A date.
    #[must_use]
    pub fn date(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label, Kind::Date)
    }
    /// Kronor.
    #[must_use]
    pub fn money(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label, Kind::Money)
    }
    /// A whole number.
    #[must_use]
    pub fn integer(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label, Kind::Integer)
    }
    /// Shows a column of the SELECT small beside the name.
    #[must_use]
    pub fn beside(mut self, column: &'static str) -> Self {
        if let Kind::Name { sub, .. } = &mut self.kind {
            *sub = Some(column);
        }
        self
    }
    /// Explains a short heading.
    #[must_use]
    pub fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
    /// Orders by another expression (on `r`) than the column itself.
    #[must_use]
    pub fn sort_by(mut self, expression: &'static str) -> Self {
        self.sort = Some(expression);
        self
    }
    /// Holds what people have written, about whom nobody knows: see [`Column::written`].
    #[must_use]
    pub fn written(mut self) -> Self {
        self.written = true;
        self
    }
    /// Cannot be ordered by.
    #[must_use]
    pub fn unsorted(mut self) -> Self {
        self.sort = None;
        self
    }
    /// Is shown only when the user asks for it.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.shown = false;
        self
    }
}

/// A filter.
#[derive(Debug, Clone)]
pub struct Filter {
    /// The name in the URL. May be the same as a column's, since columns are only named inside `kol` and `sort`.
    pub key: &'static str,
    /// What the button says.
    pub label: &'static str,
    /// The expression on `r` that is compared.
    pub sql: &'static str,
    /// What is chosen and how.
    pub kind: FilterKind,
    /// Shown only when it is in use: for links from other pages ("alla avtal hos leverantören").
    pub quiet: bool,
}

/// What is chosen in a [`Filter`] and how.
#[derive(Debug, Clone, Copy)]
pub enum FilterKind {
    /// Any of several. The values, and their labels, are those of the rows; `label` is the expression of the label.
    Loaded {
        /// The expression (on `r`) of the label.
        label: &'static str,
    },
    /// Any of several codes.
    Codes(Codes),
    /// Any of several; the expression is a `text[]` of which one must be among those chosen. Values are their own labels.
    Among,
    /// From and to.
    Dates,
    /// From and to.
    Numbers,
    /// Yes or no; the expression is a condition.
    YesNo,
    /// Contains a text.
    Text,
}

impl Filter {
    fn new(key: &'static str, label: &'static str, sql: &'static str, kind: FilterKind) -> Self {
        Self { key, label, sql, kind, quiet: false }
    }
    /// Any of the codes.
    #[must_use]
    pub fn codes(key: &'static str, label: &'static str, sql: &'static str, codes: Codes) -> Self {
        Self::new(key, label, sql, FilterKind::Codes(codes))
    }
    /// Any of the values that the rows have: `sql` is the value (an id, say), `label_sql` what it is called.
    #[must_use]
    pub fn loaded(
        key: &'static str,
        label: &'static str,
        sql: &'static str,
        label_sql: &'static str,
    ) -> Self {
        Self::new(key, label, sql, FilterKind::Loaded { label: label_sql })
    }
    /// One of the row's several values (`text[]`) is among those chosen.
    #[must_use]
    pub fn among(key: &'static str, label: &'static str, sql: &'static str) -> Self {
        Self::new(key, label, sql, FilterKind::Among)
    }
    /// Between two dates.
    #[must_use]
    pub fn dates(key: &'static str, label: &'static str, sql: &'static str) -> Self {
        Self::new(key, label, sql, FilterKind::Dates)
    }
    /// Between two numbers.
    #[must_use]
    pub fn numbers(key: &'static str, label: &'static str, sql: &'static str) -> Self {
        Self::new(key, label, sql, FilterKind::Numbers)
    }
    /// Yes or no.
    #[must_use]
    pub fn yes_no(key: &'static str, label: &'static str, condition: &'static str) -> Self {
        Self::new(key, label, condition, FilterKind::YesNo)
    }
    /// Contains a text.
    #[must_use]
    pub fn text(key: &'static str, label: &'static str, sql: &'static str) -> Self {
        Self::new(key, label, sql, FilterKind::Text)
    }
    /// Has no button of its own; shows as a chip when a link sets it.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }
}

/// A standing view: a tab that everyone has.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The name in the URL (`vy=`).
    pub key: &'static str,
    /// What the tab says.
    pub label: &'static str,
    /// Its condition on `r`, with the words of [`super::sql`].
    pub condition: &'static str,
    /// The order in this view, as [`ListDef::default_sort`]; empty: the list's own.
    pub sort: &'static str,
}

impl View {
    /// A view by key, label and condition.
    #[must_use]
    pub fn new(key: &'static str, label: &'static str, condition: &'static str) -> Self {
        Self { key, label, condition, sort: "" }
    }
    /// With an order of its own.
    #[must_use]
    pub fn sorted(mut self, sort: &'static str) -> Self {
        self.sort = sort;
        self
    }
}

/// Something that may be done with several rows at once; carried out by [`super::bulk`].
#[derive(Debug, Clone, Copy)]
pub struct BulkAction {
    /// The name in the form.
    pub key: &'static str,
    /// The button: "Byt fas".
    pub label: &'static str,
    /// Icon.
    pub icon: &'static str,
}

impl ListDef {
    /// A list by slug, singular, plural, heading and SELECT. Columns and the rest follow by `with_…`.
    #[must_use]
    pub fn new(
        slug: &'static str,
        title: &'static str,
        (one, many): (&'static str, &'static str),
        select: &'static str,
        reach: Reach,
    ) -> Self {
        Self {
            slug,
            one,
            many,
            title,
            select,
            reach,
            columns: Vec::new(),
            filters: Vec::new(),
            search: Vec::new(),
            search_hint: "Sök i listan",
            default_sort: "",
            views: Vec::new(),
            empty_text: "",
            bulk: Vec::new(),
            has_history: false,
        }
    }
    /// Lets a reader see the list as it stood on an earlier day (`dag=`). The SELECT then reads that day's tables, where a
    /// person who is protected today may not have been so: a SELECT that names persons must ask `public.person`, which is
    /// today's table, about protection.
    #[must_use]
    pub fn with_history(mut self) -> Self {
        self.has_history = true;
        self
    }
    /// The columns; the first is the row's heading.
    #[must_use]
    pub fn columns(mut self, columns: impl IntoIterator<Item = Column>) -> Self {
        self.columns = columns.into_iter().collect();
        self
    }
    /// The filters.
    #[must_use]
    pub fn filters(mut self, filters: impl IntoIterator<Item = Filter>) -> Self {
        self.filters = filters.into_iter().collect();
        self
    }
    /// What the search field looks in, and what it says while empty.
    #[must_use]
    pub fn search(mut self, hint: &'static str, expressions: impl IntoIterator<Item = &'static str>) -> Self {
        self.search_hint = hint;
        self.search = expressions.into_iter().collect();
        self
    }
    /// The order without a choice: a column's key, with `-` before it for falling.
    #[must_use]
    pub fn sorted(mut self, sort: &'static str) -> Self {
        self.default_sort = sort;
        self
    }
    /// The standing views.
    #[must_use]
    pub fn views(mut self, views: impl IntoIterator<Item = View>) -> Self {
        self.views = views.into_iter().collect();
        self
    }
    /// What is said when there are none at all: how one comes by them.
    #[must_use]
    pub fn when_empty(mut self, text: &'static str) -> Self {
        self.empty_text = text;
        self
    }
    /// What may be done with several rows at once.
    #[must_use]
    pub fn bulk(mut self, actions: impl IntoIterator<Item = BulkAction>) -> Self {
        self.bulk = actions.into_iter().collect();
        self
    }

    /// A column by key.
    #[must_use]
    pub fn column(&self, key: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.key == key)
    }
    /// A standing view by key.
    #[must_use]
    pub fn view(&self, key: &str) -> Option<&View> {
        self.views.iter().find(|view| view.key == key)
    }
    /// "1 avtal", "38 avtal".
    #[must_use]
    pub fn count(&self, count: i64) -> String {
        let noun = if count == 1 { self.one } else { self.many };
        format!("{}\u{a0}{noun}", crate::web::format::number_of(count.into()))
    }
}
