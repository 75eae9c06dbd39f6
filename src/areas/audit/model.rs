//! What the history looks like to a reader, and what a reader may ask of it.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{auth::permissions::Permission, web::ctx::Ctx};

/// What stands for anything about a person with protected identity (rules 9.6).
pub const PROTECTED: &str = "Skyddad uppgift";

/// Who reads the history: decides what is put in clear and where links lead.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    /// The municipality's slug, for links.
    pub slug: String,
    /// Has the special grant for persons with protected identity.
    pub sees_protected: bool,
    /// Persons are initials, and texts about them untold: for whoever reads about a case masked (rules 4.2, "M").
    pub masks_persons: bool,
}

impl Viewer {
    /// The reader of a page. The grant counts only for the whole municipality: the history knows no units.
    #[must_use]
    pub fn of(ctx: &Ctx) -> Self {
        Self {
            slug: ctx.tenant.slug.clone(),
            sees_protected: ctx.scope_for(Permission::ProtectedRead).all,
            masks_persons: false,
        }
    }

    /// The same reader, on a page where persons are masked.
    #[must_use]
    pub fn masking_persons(self, masks_persons: bool) -> Self {
        Self { masks_persons, ..self }
    }
}

/// A place in the history, newest first: the transaction's time and the row's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The transaction's time.
    pub at: DateTime<Utc>,
    /// The row's number in the history; the greatest possible for a change set.
    pub id: i64,
}

impl Cursor {
    /// As it stands in an address.
    #[must_use]
    pub fn code(self) -> String {
        format!("{}-{}", self.at.timestamp_micros(), self.id)
    }

    /// Reads [`Self::code`]; anything else is no place, which is the newest.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let (at, id) = code.split_once('-')?;
        Some(Self { at: DateTime::from_timestamp_micros(at.parse().ok()?)?, id: id.parse().ok()? })
    }
}

/// What happened to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// It was created.
    Insert,
    /// It was changed.
    Update,
    /// It was removed.
    Delete,
}

impl Op {
    /// Every kind with its code in addresses and what it is called.
    pub const CODES: [(&'static str, &'static str); 3] =
        [("I", "Skapat"), ("U", "Ändrat"), ("D", "Borttaget")];

    /// By the code in the database.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "I" => Some(Self::Insert),
            "U" => Some(Self::Update),
            "D" => Some(Self::Delete),
            _ => None,
        }
    }

    /// What it is called in a list.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Insert => "Skapat",
            Self::Update => "Ändrat",
            Self::Delete => "Borttaget",
        }
    }

    /// The verb of a sentence that begins with who did it.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Insert => "skapade",
            Self::Update => "ändrade",
            Self::Delete => "tog bort",
        }
    }
}

/// A row of the history as it is stored.
#[derive(Clone, Debug)]
pub struct Row {
    /// The place.
    pub cursor: Cursor,
    /// The table.
    pub table: String,
    /// The row's id.
    pub object_id: Uuid,
    /// What happened.
    pub op: Op,
    /// Before.
    pub old: Map<String, Value>,
    /// After.
    pub new: Map<String, Value>,
    /// Who, if a user.
    pub user_id: Option<Uuid>,
    /// Who, by name.
    pub actor: String,
    /// Why, where it was stated.
    pub purpose: Option<String>,
    /// The change set, if any.
    pub set: Option<SetHead>,
}

impl Row {
    /// The row's state: after, or before if it was removed.
    #[must_use]
    pub fn state(&self) -> &Map<String, Value> {
        if self.new.is_empty() { &self.old } else { &self.new }
    }

    /// The columns that changed.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        self.state().keys().filter(|k| self.old.get(*k) != self.new.get(*k)).map(String::as_str)
    }
}

/// A change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetHead {
    /// Its id.
    pub id: Uuid,
    /// Its kind, see [`super::undo`].
    pub kind: String,
    /// What it was, in words.
    pub label: String,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
}

/// Something that happened, in one transaction by one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub who: String,
    /// Why, where it was stated.
    pub purpose: Option<String>,
    /// The change set that it was a part of, or was.
    pub set: Option<SetLink>,
    /// What happened to each row.
    pub parts: Vec<Part>,
}

/// The way to a change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetLink {
    /// What it was.
    pub label: String,
    /// Its page.
    pub href: String,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
    /// The rows it changed; known only where the change set stands for them all.
    pub rows: Option<i64>,
}

/// What happened to one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What happened.
    pub op: Op,
    /// What the row is: "avtal".
    pub noun: &'static str,
    /// Which one.
    pub title: String,
    /// The page of the row, or of what it is a part of.
    pub href: Option<String>,
    /// Field by field.
    pub changes: Vec<Change>,
}

/// What happened to one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub label: String,
    /// What it was and what it became.
    pub what: What,
}

/// What a field was and became, as far as the reader may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// In clear; `None` is empty.
    Shown {
        /// Before.
        from: Option<String>,
        /// After.
        to: Option<String>,
    },
    /// Changed; the values are secret.
    Secret,
    /// About a person with protected identity.
    Protected,
}

/// A part of the history, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// What happened.
    pub events: Vec<Event>,
    /// Where to go on, if there is more.
    pub next: Option<String>,
}

impl History {
    /// Whether anything changed that the text tells, within what the reader sees: for searching.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_history_survives_an_address() {
        let at = DateTime::parse_from_rfc3339("2026-11-20T07:42:00.123456Z").unwrap().with_timezone(&Utc);
        let cursor = Cursor { at, id: i64::MAX };
        assert_eq!(Cursor::parse(&cursor.code()), Some(cursor));
        for odd in ["", "1", "x-1", "1-x", "99999999999999999999-1"] {
            assert_eq!(Cursor::parse(odd), None, "{odd}");
        }
    }
}
