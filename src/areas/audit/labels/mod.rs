//! What tables and columns are called in the history, and how their values are put in words.
//!
//! Each area says it once for its own tables in a `const TABLES: &[Table]`, listed in [`ALL`]. A column that nobody has
//! named is shown under its own name; `tests/it/audit.rs` lists every such column, so that none is forgotten.
//!
//! ```
//! use overblick::areas::audit::labels::{Kind, Parent, Table, amount, codes, date, reference, text};
//! const LOAN: Table = Table::new("loan", "lån")
//!     .titled(&["item"])
//!     .part_of(&[Parent { column: "person_id", table: "person" }])
//!     .fields(&[
//!         text("item", "Sak"),
//!         date("due", "Ska lämnas"),
//!         amount("fee", "Avgift"),
//!         codes("state", "Läge", &[("ute", "Utlånad"), ("inne", "Tillbaka")]),
//!         reference("person_id", "Låntagare", "person"),
//!     ]);
//! assert_eq!(LOAN.field("due").map(|f| f.label), Some("Ska lämnas"));
//! assert!(matches!(LOAN.field("fee").map(|f| f.kind), Some(Kind::Amount)));
//! ```

mod contracts;
mod imports;
mod leavers;
mod matches;
mod organisation;
mod people;
mod platform;
mod retention;
mod subscriptions;
mod suppliers;
mod systems;
mod watch;

/// The tables of every area.
pub const ALL: &[&[Table]] = &[
    organisation::TABLES,
    people::TABLES,
    systems::TABLES,
    suppliers::TABLES,
    contracts::TABLES,
    imports::TABLES,
    leavers::TABLES,
    matches::TABLES,
    watch::TABLES,
    subscriptions::TABLES,
    platform::TABLES,
    retention::TABLES,
];

/// What a table is called and what its columns mean.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The table.
    pub name: &'static str,
    /// What one row is, in lower case and without article: "avtal", "roll".
    pub noun: &'static str,
    /// The columns that name a row, shown with their kind. The first is a text column where other tables refer to it.
    pub title: &'static [&'static str],
    /// The area's slug where a row has a page of its own: `/{tenant}/{path}/{id}`; else empty.
    pub path: &'static str,
    /// The objects on whose pages the row's history is shown too.
    pub parents: &'static [Parent],
    /// The column with the person whom the row is about: `id` for a person. When that person's identity is protected,
    /// the fields marked [`Field::personal`] are hidden.
    pub person: Option<&'static str>,
    /// The column with the subscription that a row is about: `id` for a subscription. While its holder is protected, or not known,
    /// the fields marked [`Field::personal`] are hidden.
    pub subscription: Option<&'static str>,
    /// Its texts are what people have said, never the name of the person whom the row is about: they may name anybody.
    pub is_spoken: bool,
    /// The columns.
    pub fields: &'static [Field],
}

/// An object that a row is a part of.
#[derive(Clone, Copy, Debug)]
pub struct Parent {
    /// The row's column with the object's id.
    pub column: &'static str,
    /// The object's table.
    pub table: &'static str,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The column.
    pub column: &'static str,
    /// The label that the pages use for it.
    pub label: &'static str,
    /// How its values are put in words.
    pub kind: Kind,
    /// Tells something about the person whom the row is about (rules 9.6).
    pub personal: bool,
}

/// How a value is put in words.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// As it stands.
    Text,
    /// Digits in groups.
    Number,
    /// A sum in kronor.
    Amount,
    /// A day.
    Date,
    /// A day and time.
    Moment,
    /// "Ja" or "Nej".
    YesNo,
    /// A code with its name.
    Codes(&'static [(&'static str, &'static str)]),
    /// The id of a row in another table of the registry; shown by its title.
    Ref(&'static str),
    /// The id of a user; shown by name.
    User,
    /// Several texts.
    List,
    /// Never shown; only that it was changed.
    Secret,
    /// Says nothing to a reader: keys, counters of versions, sort keys.
    Hidden,
}

impl Table {
    /// A table by name, with what one row is called.
    #[must_use]
    pub const fn new(name: &'static str, noun: &'static str) -> Self {
        Self {
            name,
            noun,
            title: &[],
            path: "",
            parents: &[],
            person: None,
            subscription: None,
            is_spoken: false,
            fields: &[],
        }
    }
    /// Sets the columns that name a row.
    #[must_use]
    pub const fn titled(mut self, columns: &'static [&'static str]) -> Self {
        self.title = columns;
        self
    }
    /// Sets the slug of the area where a row has its page.
    #[must_use]
    pub const fn at(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }
    /// Sets the objects that a row is a part of.
    #[must_use]
    pub const fn part_of(mut self, parents: &'static [Parent]) -> Self {
        self.parents = parents;
        self
    }
    /// Sets the column with the person whom a row is about.
    #[must_use]
    pub const fn about(mut self, column: &'static str) -> Self {
        self.person = Some(column);
        self
    }
    /// Sets the column with the subscription that a row is about.
    #[must_use]
    pub const fn of_subscription(mut self, column: &'static str) -> Self {
        self.subscription = Some(column);
        self
    }
    /// Says that its texts are what people have said.
    #[must_use]
    pub const fn spoken(mut self) -> Self {
        self.is_spoken = true;
        self
    }
    /// Sets the columns.
    #[must_use]
    pub const fn fields(mut self, fields: &'static [Field]) -> Self {
        self.fields = fields;
        self
    }
    /// A column by name.
    #[must_use]
    pub fn field(&self, column: &str) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.column == column)
    }
}

impl Field {
    const fn new(column: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { column, label, kind, personal: false }
    }
    /// Marks it as telling something about the person whom the row is about.
    #[must_use]
    pub const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }
}

/// A text column.
#[must_use]
pub const fn text(column: &'static str, label: &'static str) -> Field {
    Field::new(column, label, Kind::Text)
}
/// A whole or decimal number.
#[must_use]
pub const fn number(column: &'static str, label: &'static str) -> Field {
    Field::new(column, label, Kind::Number)
}
/// A sum in kronor.
#[must_use]
pub const fn amount(column: &'static str, label: &'static str) -> Field {
    Field::new(column, label, Kind::Amount)
}
/// A day.
#[must_use]
pub const fn date(column: &'static str, label: &'static str) -> Field {
    Field::new(column, label, Kind::Date)
}
/// A day and time.
#[must_use]
pub const fn moment(column: &'static str, label: &'static str) -> Field {
    Field::new(column, label, Kind::Moment)
}
/// Yes or no.
#[must_use]
pub const fn yes_no(column: &'static str, label: &'static str) -> Field {
    Field::new(column, label, Kind::YesNo)
}
/// A code of a list.
#[must_use]
pub const fn codes(
    column: &'static str,
    label: &'static str,
    list: &'static [(&'static str, &'static str)],
) -> Field {
    Field::new(column, label, Kind::Codes(list))
}
/// A row of another table.
#[must_use]
pub const fn reference(column: &'static str, label: &'static str, table: &'static str) -> Field {
    Field::new(column, label, Kind::Ref(table))
}
/// A user.
#[must_use]
pub const fn user(column: &'static str, label: &'static str) -> Field {
    Field::new(column, label, Kind::User)
}
/// Several texts.
#[must_use]
pub const fn list(column: &'static str, label: &'static str) -> Field {
    Field::new(column, label, Kind::List)
}
/// A secret: only that it was changed is shown.
#[must_use]
pub const fn secret(column: &'static str, label: &'static str) -> Field {
    Field::new(column, label, Kind::Secret)
}
/// A column that says nothing to a reader.
#[must_use]
pub const fn hidden(column: &'static str) -> Field {
    Field::new(column, "", Kind::Hidden)
}

/// A table by name.
#[must_use]
pub fn find(table: &str) -> Option<&'static Table> {
    tables().find(|t| t.name == table)
}

/// Every table.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    ALL.iter().flat_map(|area| area.iter())
}

/// The tables whose rows are parts of rows of `table`, with the column that says of which.
pub fn parts_of(table: &str) -> impl Iterator<Item = (&'static Table, &'static str)> {
    tables().flat_map(move |t| t.parents.iter().filter(move |p| p.table == table).map(move |p| (t, p.column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_to_a_table_that_has_a_title() {
        for table in tables() {
            for field in table.fields {
                if let Kind::Ref(target) = field.kind {
                    let found = find(target);
                    assert!(
                        found.is_some_and(|t| !t.title.is_empty()),
                        "{}.{} → {target}",
                        table.name,
                        field.column
                    );
                }
            }
            for parent in table.parents {
                assert!(
                    find(parent.table).is_some_and(|t| !t.path.is_empty()),
                    "{} → {}",
                    table.name,
                    parent.table
                );
            }
        }
    }

    #[test]
    fn no_table_and_no_column_is_named_twice() {
        let mut seen = std::collections::HashSet::new();
        for table in tables() {
            assert!(seen.insert((table.name, "")), "{}", table.name);
            for field in table.fields {
                assert!(seen.insert((table.name, field.column)), "{}.{}", table.name, field.column);
            }
        }
    }

    #[test]
    fn a_title_is_made_of_columns_that_are_named() {
        for table in tables() {
            for column in table.title {
                assert!(table.field(column).is_some(), "{}.{column}", table.name);
            }
        }
    }
}
