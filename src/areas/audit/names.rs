//! What ids in the history stand for: titles of rows and names of users, in one query for a whole page.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;
use sqlx::{QueryBuilder, Row as _};
use uuid::Uuid;

use super::{
    labels::{self, Kind},
    model::{PROTECTED, Row, Viewer},
};
use crate::{areas::people::ProtectedMask, db::tenant::TenantTx, error::AppResult, rules::masking};

/// The titles of what a page of history refers to.
#[derive(Debug, Default)]
pub(super) struct Names {
    rows: HashMap<Uuid, Title>,
    users: HashMap<Uuid, Title>,
    /// Rows that are about a person with protected identity as they stand.
    about_protected: HashSet<Uuid>,
    /// What texts may name.
    mask: ProtectedMask,
    sees_protected: bool,
    /// See [`Viewer::masks_persons`].
    pub(super) masks_persons: bool,
}

#[derive(Debug, Default)]
struct Title {
    text: String,
    protected: bool,
    removed: bool,
}

/// What to look up.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    rows: BTreeMap<&'static str, BTreeSet<Uuid>>,
    users: BTreeSet<Uuid>,
    /// Rows that are about a person, by table and the column that says which.
    about: BTreeMap<(&'static str, &'static str), BTreeSet<Uuid>>,
    /// Rows that are about a subscription, by the subscription.
    of_subscription: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

impl Wanted {
    /// A row of a table.
    pub(super) fn row(&mut self, table: &str, id: Uuid) {
        if let Some(table) = labels::find(table) {
            self.rows.entry(table.name).or_default().insert(id);
        }
    }

    /// A user.
    pub(super) fn user(&mut self, id: Option<Uuid>) {
        self.users.extend(id);
    }

    /// Everything that a row of the history refers to.
    fn all_of(&mut self, row: &Row) {
        self.users.extend(row.user_id);
        let Some(table) = labels::find(&row.table) else { return };
        let ids =
            |column: &str| [id_of(row.old.get(column)), id_of(row.new.get(column))].into_iter().flatten();
        if let Some(person) = table.person {
            self.rows.entry("person").or_default().extend(ids(person));
            if person != "id" {
                self.about.entry((table.name, person)).or_default().insert(row.object_id);
            }
        }
        match table.subscription {
            Some("id") => {
                self.of_subscription.entry(row.object_id).or_default().insert(row.object_id);
            }
            Some(column) => {
                for subscription in ids(column) {
                    self.of_subscription.entry(subscription).or_default().insert(row.object_id);
                }
            }
            None => {}
        }
        for field in table.fields {
            match field.kind {
                Kind::Ref(target) => self.rows.entry(target).or_default().extend(ids(field.column)),
                Kind::User => self.users.extend(ids(field.column)),
                _ => {}
            }
        }
    }
}

/// The id in a value of the history.
pub(super) fn id_of(value: Option<&Value>) -> Option<Uuid> {
    Uuid::parse_str(value?.as_str()?).ok()
}

impl Names {
    /// Looks up everything that the rows refer to.
    pub(super) async fn load(tx: &mut TenantTx, viewer: &Viewer, rows: &[Row]) -> AppResult<Self> {
        let mut wanted = Wanted::default();
        for row in rows {
            wanted.all_of(row);
        }
        Self::find(tx, viewer, &wanted).await
    }

    /// Looks up what is wanted.
    pub(super) async fn find(tx: &mut TenantTx, viewer: &Viewer, wanted: &Wanted) -> AppResult<Self> {
        let mut names = Self {
            sees_protected: viewer.sees_protected,
            masks_persons: viewer.masks_persons,
            ..Self::default()
        };
        if !viewer.sees_protected {
            names.mask = ProtectedMask::load(tx).await?;
        }
        names.find_users(tx, wanted).await?;
        names.find_rows(tx, wanted).await?;
        names.find_removed(tx, wanted).await?;
        names.find_about_protected(tx, wanted).await?;
        names.find_of_protected_subscriptions(tx, wanted).await?;
        Ok(names)
    }

    async fn find_users(&mut self, tx: &mut TenantTx, wanted: &Wanted) -> AppResult<()> {
        let ids: Vec<Uuid> = wanted.users.iter().copied().collect();
        let found = sqlx::query!(
            r#"select u.id, u.name, coalesce(p.is_protected, false) as "protected!"
               from sys.user_account u
               left join member_profile m on m.user_id = u.id
               left join person p on p.id = m.person_id
               where u.id = any($1)"#,
            &ids
        )
        .fetch_all(&mut **tx)
        .await?;
        self.users = found
            .into_iter()
            .map(|u| (u.id, Title { text: u.name, protected: u.protected, removed: false }))
            .collect();
        Ok(())
    }

    async fn find_rows(&mut self, tx: &mut TenantTx, wanted: &Wanted) -> AppResult<()> {
        let mut query = QueryBuilder::new("");
        let mut is_first = true;
        for (name, ids) in wanted.rows.iter().filter(|(_, ids)| !ids.is_empty()) {
            let Some(title) = labels::find(name).and_then(|t| t.title.first()) else { continue };
            let is_person = *name == "person";
            let protected = if is_person { "is_protected" } else { "false" };
            query.push(if is_first { "" } else { " union all " });
            query.push(format_args!(
                "select id, {title}::text as title, {protected} as protected, {is_person} as is_person from {name} where id = any("
            ));
            query.push_bind(ids.iter().copied().collect::<Vec<_>>()).push(")");
            is_first = false;
        }
        if is_first {
            return Ok(());
        }
        for row in query.build().fetch_all(&mut **tx).await? {
            let mut text: String = row.try_get::<Option<String>, _>("title")?.unwrap_or_default();
            let is_person: bool = row.try_get("is_person")?;
            if is_person && self.masks_persons {
                text = masking::name(&text);
            }
            let protected = row.try_get("protected")? || (!is_person && self.hides_text(&text));
            let title = Title { text, protected, removed: false };
            self.rows.insert(row.try_get("id")?, title);
        }
        Ok(())
    }

    /// What has been removed since is known by its last state.
    async fn find_removed(&mut self, tx: &mut TenantTx, wanted: &Wanted) -> AppResult<()> {
        let missing: Vec<Uuid> =
            wanted.rows.values().flatten().filter(|id| !self.rows.contains_key(id)).copied().collect();
        if missing.is_empty() {
            return Ok(());
        }
        let found = sqlx::query!(
            r#"select distinct on (object_id) object_id, table_name, coalesce(old, new, '{}'::jsonb) as "last!"
               from history where object_id = any($1) order by object_id, id desc"#,
            &missing
        )
        .fetch_all(&mut **tx)
        .await?;
        for row in found {
            let title = labels::find(&row.table_name).and_then(|t| t.title.first());
            let text = title.and_then(|t| row.last.get(*t)).and_then(Value::as_str).unwrap_or_default();
            let text = if self.masks_persons && row.table_name == "person" {
                masking::name(text)
            } else {
                text.to_owned()
            };
            let protected = row.last.get("is_protected").and_then(Value::as_bool).unwrap_or_default()
                || (row.table_name != "person" && self.hides_text(&text));
            self.rows.insert(row.object_id, Title { text, protected, removed: true });
        }
        Ok(())
    }

    /// A row may have held a name as text before it was known whose it was.
    async fn find_about_protected(&mut self, tx: &mut TenantTx, wanted: &Wanted) -> AppResult<()> {
        if self.sees_protected || wanted.about.is_empty() {
            return Ok(());
        }
        let mut query = QueryBuilder::new("");
        for (i, ((table, column), ids)) in wanted.about.iter().enumerate() {
            query.push(if i == 0 { "" } else { " union all " });
            query.push(format_args!("select r.id from {table} r join person p on p.id = r.{column} where p.is_protected and r.id = any("));
            query.push_bind(ids.iter().copied().collect::<Vec<_>>()).push(")");
        }
        self.about_protected =
            query.build_query_scalar::<Uuid>().fetch_all(&mut **tx).await?.into_iter().collect();
        Ok(())
    }

    /// A subscription is hidden until it is known that its holder is not protected; so is one that is gone.
    async fn find_of_protected_subscriptions(&mut self, tx: &mut TenantTx, wanted: &Wanted) -> AppResult<()> {
        if self.sees_protected || wanted.of_subscription.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = wanted.of_subscription.keys().copied().collect();
        let open: HashSet<Uuid> = sqlx::query_scalar!(
            "select id from subscription_proposal where not is_protected and id = any($1)",
            &ids
        )
        .fetch_all(&mut **tx)
        .await?
        .into_iter()
        .collect();
        let hidden = wanted.of_subscription.iter().filter(|(id, _)| !open.contains(id));
        self.about_protected.extend(hidden.flat_map(|(_, rows)| rows.iter().copied()));
        Ok(())
    }

    /// The title of a row, as far as the reader may know it.
    pub(super) fn row(&self, id: Uuid) -> String {
        match self.rows.get(&id) {
            Some(title) if title.protected && !self.sees_protected => PROTECTED.to_owned(),
            Some(title) if title.removed => format!("{} (borttagen)", title.text),
            Some(title) => title.text.clone(),
            None => "borttagen uppgift".to_owned(),
        }
    }

    /// The name of a user; `written` is what the history says where the account is gone.
    pub(super) fn user(&self, id: Option<Uuid>, written: &str) -> String {
        match id.and_then(|id| self.users.get(&id)) {
            Some(user) if user.protected && !self.sees_protected => PROTECTED.to_owned(),
            Some(user) if written.is_empty() => user.text.clone(),
            _ => written.to_owned(),
        }
    }

    /// Whether the row is about somebody who is hidden from the reader, as it stands.
    pub(super) fn hides_row(&self, row: Uuid) -> bool {
        self.about_protected.contains(&row)
    }

    /// Whether a text holds a number of somebody who is hidden from the reader: whoever's the row is.
    pub(super) fn hides_number(&self, text: &str) -> bool {
        self.mask.hides_number(text)
    }

    /// Whether a text that is tied to no person names somebody who is hidden from the reader.
    pub(super) fn hides_text(&self, text: &str) -> bool {
        self.mask.hides(text)
    }

    /// A text that is tied to no person (what an act was called, why it was done), or what stands for it where it names somebody
    /// who is hidden from the reader.
    pub(super) fn covered(&self, text: &str) -> String {
        self.mask.cover(text).into_owned()
    }

    /// Whether anything about the person is hidden from the reader.
    pub(super) fn hides(&self, person: Uuid) -> bool {
        !self.sees_protected && self.rows.get(&person).is_some_and(|t| t.protected)
    }
}
