//! The log of everything: single changes, and each change set as one event.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder, Row as _};
use uuid::Uuid;

use super::{ROW, ROW_FROM, row};
use crate::{
    areas::audit::{
        labels,
        model::{Cursor, Row, SetHead},
    },
    db::tenant::TenantTx,
    error::AppResult,
};

/// What to show of the log.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct LogFilter {
    /// A user, if one is chosen.
    pub user: Option<Uuid>,
    /// Only what jobs and commands did.
    pub by_system: bool,
    /// An object.
    pub object: Option<Uuid>,
    /// A table.
    pub table: Option<&'static str>,
    /// From this moment, inclusive.
    pub from: Option<DateTime<Utc>>,
    /// Until this moment, exclusive.
    pub until: Option<DateTime<Utc>>,
    /// I, U or D.
    pub op: Option<&'static str>,
    /// Words that the row holds, before or after, and the objects of that name.
    pub text: Option<TextFilter>,
    /// Every change of a change set, not the change set as one.
    pub every_row: bool,
}

/// Words to look for.
#[derive(Clone, Debug)]
pub(in super::super) struct TextFilter {
    /// As typed.
    pub words: String,
    /// Objects whose title holds the words; a reference to one of them is a hit too.
    pub objects: Vec<Uuid>,
}

impl LogFilter {
    /// Whether anything is asked of the single rows: then they are shown one by one, those of change sets too.
    pub fn asks_of_rows(&self) -> bool {
        self.every_row
            || self.object.is_some()
            || self.table.is_some()
            || self.op.is_some()
            || self.text.is_some()
    }

    fn push_rows(&self, query: &mut QueryBuilder<Postgres>) {
        if let Some(id) = self.object {
            query.push(" and h.object_id = ").push_bind(id);
        }
        if let Some(table) = self.table {
            query.push(" and h.table_name = ").push_bind(table);
        }
        if let Some(op) = self.op {
            query.push(" and h.op = ").push_bind(op).push("::\"char\"");
        }
        if let Some(text) = &self.text {
            let mut patterns = vec![pattern(&text.words)];
            patterns.extend(text.objects.iter().map(|id| format!("%{id}%")));
            query.push(" and (h.old::text ilike any(").push_bind(patterns.clone());
            query.push(") or h.new::text ilike any(").push_bind(patterns).push("))");
        }
    }

    fn push_act(&self, query: &mut QueryBuilder<Postgres>, alias: &str) {
        if let Some(user) = self.user {
            query.push(format_args!(" and {alias}.user_id = ")).push_bind(user);
        }
        if self.by_system {
            query.push(format_args!(" and {alias}.user_id is null"));
        }
        if let Some(from) = self.from {
            query.push(format_args!(" and {alias}.at >= ")).push_bind(from);
        }
        if let Some(until) = self.until {
            query.push(format_args!(" and {alias}.at < ")).push_bind(until);
        }
    }
}

/// The words as a pattern of JSON text, where a quotation mark and a backslash are escaped.
fn pattern(words: &str) -> String {
    let json = serde_json::Value::String(words.to_owned()).to_string();
    let inner = json.trim_start_matches('"').trim_end_matches('"');
    format!("%{}%", inner.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// Changes of rows, newest first, from a place on; those of change sets only if something is asked of the rows.
pub(in super::super) async fn list_log_rows(
    tx: &mut TenantTx,
    filter: &LogFilter,
    before: Option<Cursor>,
    limit: i64,
) -> AppResult<Vec<Row>> {
    let mut query = QueryBuilder::new("select ");
    query.push(ROW).push(ROW_FROM).push(if filter.asks_of_rows() {
        "where true"
    } else {
        "where h.change_set_id is null"
    });
    filter.push_act(&mut query, "h");
    filter.push_rows(&mut query);
    if let Some(c) = before {
        query.push(" and (h.at, h.id) < (").push_bind(c.at).push(", ").push_bind(c.id).push(")");
    }
    query.push(" order by h.at desc, h.id desc limit ").push_bind(limit);
    query.build().fetch_all(&mut **tx).await?.iter().map(row).collect()
}

/// A change set with who made it, as the log shows it.
#[derive(Clone, Debug)]
pub(in super::super) struct SetRow {
    pub head: SetHead,
    pub at: DateTime<Utc>,
    pub user_id: Option<Uuid>,
    pub actor: String,
    pub rows: i64,
}

/// Change sets, newest first, before a moment.
pub(in super::super) async fn list_sets(
    tx: &mut TenantTx,
    filter: &LogFilter,
    before: Option<DateTime<Utc>>,
    limit: i64,
) -> AppResult<Vec<SetRow>> {
    let mut query = QueryBuilder::new(
        "select c.id, c.kind, c.label, c.at, c.user_id, c.actor, c.undone_at,
                (select count(*) from history n where n.change_set_id = c.id) as rows
         from change_set c where true",
    );
    filter.push_act(&mut query, "c");
    if let Some(at) = before {
        query.push(" and c.at < ").push_bind(at);
    }
    query.push(" order by c.at desc, c.id desc limit ").push_bind(limit);
    let mut sets = Vec::new();
    for r in query.build().fetch_all(&mut **tx).await? {
        sets.push(SetRow {
            head: SetHead {
                id: r.try_get("id")?,
                kind: r.try_get("kind")?,
                label: r.try_get("label")?,
                undone_at: r.try_get("undone_at")?,
            },
            at: r.try_get("at")?,
            user_id: r.try_get("user_id")?,
            actor: r.try_get("actor")?,
            rows: r.try_get("rows")?,
        });
    }
    Ok(sets)
}

/// One change set.
pub(in super::super) async fn find_set(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<SetRow>> {
    let found = sqlx::query!(
        r#"select c.id, c.kind, c.label, c.at, c.user_id, c.actor, c.undone_at,
                  (select count(*) from history n where n.change_set_id = c.id) as "rows!"
           from change_set c where c.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(found.map(|r| SetRow {
        head: SetHead { id: r.id, kind: r.kind, label: r.label, undone_at: r.undone_at },
        at: r.at,
        user_id: r.user_id,
        actor: r.actor,
        rows: r.rows,
    }))
}

/// The unit whose list an import took in; `None` = the whole municipality's, or no import.
pub(in super::super) async fn find_unit_of_import(tx: &mut TenantTx, set: Uuid) -> AppResult<Option<Uuid>> {
    let found = sqlx::query_scalar!("select unit_id from import_run where change_set_id = $1 limit 1", set)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(found.flatten())
}

/// The change sets, not taken back, that did nothing but change rows that an import of leavers created: the newest first.
pub(in super::super) async fn list_corrections(tx: &mut TenantTx, import: Uuid) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "with own as (
             select o.object_id from history o where o.change_set_id = $1 and o.table_name = 'leaver_row' and o.op = 'I'
         )
         select c.id from change_set c
         where c.kind = 'bulk:leavers' and c.undone_at is null and c.at >= (select i.at from change_set i where i.id = $1)
           and exists (select 1 from history h join own on own.object_id = h.object_id where h.change_set_id = c.id)
           and not exists (select 1 from history h where h.change_set_id = c.id
                           and (h.table_name <> 'leaver_row' or h.op <> 'U' or h.object_id not in (select object_id from own)))
         order by c.at desc, c.id desc",
        import
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many rows of each table a change set created, changed and removed.
pub(in super::super) async fn count_set_rows(
    tx: &mut TenantTx,
    id: Uuid,
) -> AppResult<Vec<(String, String, i64)>> {
    let found = sqlx::query!(
        r#"select table_name, op::text as "op!", count(*) as "n!" from history where change_set_id = $1
           group by table_name, op order by count(*) desc, table_name, op"#,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(found.into_iter().map(|r| (r.table_name, r.op, r.n)).collect())
}

/// Objects that have a page and whose title holds the words. Persons with protected identity only if `protected_too`.
pub(in super::super) async fn list_objects_named(
    tx: &mut TenantTx,
    words: &str,
    protected_too: bool,
) -> AppResult<Vec<Uuid>> {
    let mut query = QueryBuilder::new("");
    for (i, table) in labels::tables().filter(|t| !t.path.is_empty()).enumerate() {
        let Some(title) = table.title.first() else { continue };
        query.push(if i == 0 { "" } else { " union all " });
        query.push(format_args!("(select id from {} where {title}::text ilike ", table.name));
        query.push_bind(format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")));
        if table.name == "person" && !protected_too {
            query.push(" and not is_protected");
        }
        query.push(" limit 20)");
    }
    Ok(query.build_query_scalar().fetch_all(&mut **tx).await?)
}

/// A user who may have acted.
#[derive(Clone, Debug)]
pub(in super::super) struct ActingUser {
    pub id: Uuid,
    pub name: String,
    pub is_protected: bool,
}

/// The municipality's users, those who have left included, by name.
pub(in super::super) async fn list_users(tx: &mut TenantTx) -> AppResult<Vec<ActingUser>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        ActingUser,
        r#"select u.id, u.name, coalesce(p.is_protected, false) as "is_protected!"
           from sys.membership m join sys.user_account u on u.id = m.user_id
           left join member_profile f on f.user_id = u.id
           left join person p on p.id = f.person_id
           where m.tenant_id = $1 order by u.name, u.id"#,
        tenant
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Ends a query that takes too long, until the transaction is over.
pub(in super::super) async fn limit_time(tx: &mut TenantTx) -> AppResult<()> {
    sqlx::query("set local statement_timeout = '10s'").execute(&mut **tx).await?;
    Ok(())
}
