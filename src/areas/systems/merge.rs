//! Making one system of several that a person has found to be the same. What each said is chosen field by field; the other
//! names become aliases; units, roles, contracts and sources move. The whole is one change set that can be taken back.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{
    keys,
    model::{System, SystemFields},
    queries::{merge as queries, parts, same as decisions, systems},
    same,
};
use crate::{
    db::{change_set, tenant::TenantTx},
    error::{AppError, AppResult},
};

/// What is to be made of several systems.
#[derive(Clone, Debug, Default)]
pub struct Merge {
    /// The one that is kept.
    pub kept: Uuid,
    /// Whose value counts, by column. A column that is not chosen is the kept one's.
    pub choices: HashMap<String, Uuid>,
    /// Whose systemägare is systemägare.
    pub owner_of: Option<Uuid>,
}

/// Makes one system of `members`, of which one is kept. The answer is the change set. `Conflict` = somebody has changed
/// one of them meanwhile.
pub async fn merge(
    tx: &mut TenantTx,
    members: &[System],
    merge: &Merge,
    now: (DateTime<Utc>, NaiveDate),
) -> AppResult<Uuid> {
    let kept = members.iter().find(|m| m.id == merge.kept).ok_or(AppError::NotFound)?;
    let others: Vec<&System> = members.iter().filter(|m| m.id != merge.kept).collect();
    let other_ids: Vec<Uuid> = others.iter().map(|m| m.id).collect();
    let mut fields = chosen(kept, members, &merge.choices)?;
    fields.name_key = keys::system(&fields.name);
    let label = format!(
        "Slog ihop {} med {}",
        others.iter().map(|m| m.fields.name.as_str()).collect::<Vec<_>>().join(" och "),
        fields.name
    );
    let set = change_set::open(tx, "merge:systems", &label).await?;

    let mut names: Vec<(String, String)> = Vec::new();
    for member in members.iter().filter(|m| m.fields.name != fields.name) {
        names.push((member.fields.name.clone(), keys::system(&member.fields.name)));
    }
    parts::insert_aliases(tx, kept.id, &names).await?;
    if let Some(owner_of) = merge.owner_of {
        let losing: Vec<Uuid> = members.iter().map(|m| m.id).filter(|id| *id != owner_of).collect();
        queries::end_role_on(tx, &losing, "systemagare", now.1).await?;
    }
    queries::move_roles(tx, kept.id, &other_ids).await?;
    queries::move_parts(tx, kept.id, &other_ids).await?;
    let units: Vec<Uuid> = others.iter().filter_map(|m| m.fields.owner_unit_id).collect();
    parts::insert_units(tx, &vec![kept.id; units.len()], &units).await?;
    for member in &others {
        if !queries::update_merged(tx, member.id, member.version, kept.id).await? {
            return Err(changed());
        }
    }
    if !systems::update_system(tx, kept.id, kept.version, &fields).await? {
        return Err(changed());
    }
    let pairs: Vec<(Uuid, Uuid)> = other_ids.iter().map(|id| (kept.id, *id)).collect();
    decisions::upsert_decisions(tx, &pairs, true, "", now.0).await?;
    change_set::close(tx).await?;
    same::refresh(tx).await?;
    Ok(set)
}

fn changed() -> AppError {
    AppError::Conflict("Någon annan har ändrat ett av systemen sedan du öppnade jämförelsen. Öppna den på nytt och välj igen.".into())
}

/// The fields of the kept system with those of others where they were chosen.
fn chosen(kept: &System, members: &[System], choices: &HashMap<String, Uuid>) -> AppResult<SystemFields> {
    let mut fields = serde_json::to_value(&kept.fields)?;
    for (column, from) in choices {
        let Some(member) = members.iter().find(|m| m.id == *from) else { continue };
        let value = serde_json::to_value(&member.fields)?.get(column).cloned();
        if let (Some(value), Value::Object(map)) = (value, &mut fields)
            && map.contains_key(column)
        {
            map.insert(column.clone(), value);
        }
    }
    Ok(serde_json::from_value(fields)?)
}

/// Remembers that systems are not the same as each other.
pub async fn reject(tx: &mut TenantTx, ids: &[Uuid], reason: &str, at: DateTime<Utc>) -> AppResult<()> {
    let mut pairs = Vec::new();
    for (i, a) in ids.iter().enumerate() {
        pairs.extend(ids.iter().skip(i + 1).filter(|b| *b != a).map(|b| (*a, *b)));
    }
    decisions::upsert_decisions(tx, &pairs, false, reason, at).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(n: u128, fields: SystemFields) -> System {
        System {
            id: Uuid::from_u128(n),
            number: 1,
            version: 1,
            merged_into_id: None,
            has_secret: false,
            fields,
            unit_ids: Vec::new(),
            my_roles: Vec::new(),
        }
    }

    #[test]
    fn each_field_is_the_chosen_ones_and_the_rest_is_the_kept_ones() {
        let a = system(
            1,
            SystemFields { hosting: "egen_drift".into(), level_k: Some(0), ..SystemFields::named("Vårdia") },
        );
        let b = system(
            2,
            SystemFields { hosting: "molntjanst".into(), level_k: Some(3), ..SystemFields::named("VARDIA") },
        );
        let choices =
            [("level_k".to_owned(), b.id), ("no_such_column".to_owned(), b.id)].into_iter().collect();
        let fields = chosen(&a, &[a.clone(), b], &choices).unwrap();
        assert_eq!(
            (fields.name.as_str(), fields.hosting.as_str(), fields.level_k),
            ("Vårdia", "egen_drift", Some(3))
        );
    }
}
