//! "Samma system?": what is proposed, systems side by side, a preview of making one of them, and the decision.
//!
//! Nothing is merged by the proposals themselves: each decision is a person's, is remembered, and can be taken back.

mod compare;
mod decide;
mod list;

pub(super) use self::list::count_groups;
pub use self::{
    compare::{compare, preview},
    decide::{later, merge, reject, reopen},
    list::list,
};

use std::collections::HashMap;

use uuid::Uuid;

use super::super::{merge::Merge, model::System, queries::systems};
use crate::{
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::ctx::Ctx,
};

/// The most systems that are compared at once.
const MOST_COMPARED: usize = 6;

/// The systems, if the user may decide on all of them.
async fn open_all(ctx: &Ctx, tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<System>> {
    let mut members = Vec::with_capacity(ids.len());
    for id in ids {
        let system = systems::find_system(tx, *id, ctx.principal.person_id, ctx.today())
            .await?
            .ok_or(AppError::NotFound)?;
        if !system.is_within(ctx.scope()) {
            return Err(AppError::NotFound);
        }
        // Side by side stands everything that the pages of a system with a level 4 hide.
        if system.fields.is_level_four() && !system.is_within(&ctx.scope_for(Permission::SystemSecretRead)) {
            return Err(AppError::Forbidden(
                "Ett av systemen har klassningen 4. Det jämförs bara av den som får se skyddade uppgifter om det.".into(),
            ));
        }
        if system.merged_into_id.is_none() && !members.iter().any(|m: &System| m.id == system.id) {
            members.push(system);
        }
    }
    if members.len() < 2 {
        return Err(AppError::Conflict(
            "Minst två system ska vara markerade, och inget av dem får redan vara hopslaget. Gå till förslagen och välj på nytt."
                .into(),
        ));
    }
    Ok(members)
}

/// The ids, versions and choices of a comparison that was sent.
struct Sent {
    ids: Vec<Uuid>,
    versions: HashMap<Uuid, i32>,
    merge: Merge,
}

fn read(form: &[(String, String)]) -> Sent {
    let id = |text: &str| Uuid::parse_str(text).ok();
    let mut sent = Sent { ids: Vec::new(), versions: HashMap::new(), merge: Merge::default() };
    for (key, value) in form {
        match key.as_str() {
            "id" => sent.ids.extend(id(value)),
            "kept" => sent.merge.kept = id(value).unwrap_or_default(),
            "field.systemagare" => sent.merge.owner_of = id(value),
            _ => {
                if let (Some(column), Some(from)) = (key.strip_prefix("field."), id(value)) {
                    sent.merge.choices.insert(column.to_owned(), from);
                } else if let (Some(of), Ok(version)) =
                    (key.strip_prefix("version.").and_then(id), value.parse())
                {
                    sent.versions.insert(of, version);
                }
            }
        }
    }
    sent.ids.truncate(MOST_COMPARED);
    sent
}

/// What was sent, with the systems as they are: refused when somebody has changed one meanwhile or none is kept.
async fn open_sent(
    ctx: &Ctx,
    tx: &mut TenantTx,
    form: &[(String, String)],
) -> AppResult<(Sent, Vec<System>)> {
    let mut sent = read(form);
    let members = open_all(ctx, tx, &sent.ids).await?;
    if members.iter().any(|m| sent.versions.get(&m.id) != Some(&m.version)) {
        return Err(AppError::Conflict(
            "Någon annan har ändrat ett av systemen sedan du öppnade jämförelsen. Öppna den på nytt och välj igen."
                .into(),
        ));
    }
    if !members.iter().any(|m| m.id == sent.merge.kept) {
        return Err(AppError::rejected(
            "Välj vilket system som ska finnas kvar, bland dem som är markerade. Gå tillbaka och välj.",
        ));
    }
    // What is chosen from a system that is no longer marked does not count.
    sent.merge.choices.retain(|_, from| members.iter().any(|m| m.id == *from));
    sent.merge.owner_of = sent.merge.owner_of.filter(|from| members.iter().any(|m| m.id == *from));
    Ok((sent, members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_that_was_sent_is_read_field_by_field() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let form = [
            ("id".to_owned(), a.to_string()),
            ("id".to_owned(), b.to_string()),
            ("kept".to_owned(), a.to_string()),
            (format!("version.{a}"), "3".to_owned()),
            ("field.hosting".to_owned(), b.to_string()),
            ("field.systemagare".to_owned(), b.to_string()),
        ];
        let sent = read(&form);
        assert_eq!((sent.ids, sent.merge.kept, sent.merge.owner_of), (vec![a, b], a, Some(b)));
        assert_eq!(sent.versions.get(&a), Some(&3));
        assert_eq!(sent.merge.choices.get("hosting"), Some(&b));
    }
}
