//! One subscription: facts, money, cards, the holder's case, whose it has been, what the units say, and the history.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    super::{
        import::same_name,
        model::{self, ANSWERS, CASE_STATES, CLASSES, early_end, label, lacking, use_label},
        queries::find::{self, Confirmation, Past, Subscription},
    },
    frame::{self, At, Head, Opened},
};
use crate::{
    areas::{
        audit::{self, AccessKind, History, Viewer},
        people::{PersonLink, ProtectedMask, list_links},
        settings,
        watch::{self, Flag, ObjectKind},
    },
    auth::permissions::Permission as P,
    crypto::Secret,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id, Query},
        filters,
        page::Page,
        sight::{Sees, Sight},
    },
};

/// A card of the number, or the number of the card.
struct Card {
    href: String,
    number: String,
    holder: String,
    type_text: String,
    price: Option<Decimal>,
    is_main: bool,
}

/// A time of the number's history.
struct Time {
    holder: String,
    operator: String,
    cost_centre: String,
    from: NaiveDate,
    to: Option<NaiveDate>,
}

/// A case of the holder.
struct Case {
    href: Option<String>,
    state: String,
    class: String,
    end_date: Option<NaiveDate>,
}

/// A secret that can be shown.
struct Hidden {
    field: &'static str,
    label: &'static str,
    value: Option<String>,
}

#[derive(Template)]
#[template(path = "subscriptions/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks")]
struct ShowPage {
    page: Page,
    head: Head,
    s: Subscription,
    is_hidden: bool,
    is_full: bool,
    kind: String,
    use_text: String,
    cost_centre: String,
    reference: String,
    address: String,
    imei: String,
    unit: Option<Uuid>,
    unit_name: String,
    sees_org: bool,
    year_price: Option<Decimal>,
    early: Option<(u32, Decimal)>,
    closes_on: Option<NaiveDate>,
    has_long_silence: bool,
    gaps: Vec<&'static str>,
    contact: PersonLink,
    cards: Vec<Card>,
    main_text: String,
    cases: Vec<Case>,
    class_text: &'static str,
    times: Vec<Time>,
    confirmations: Vec<Confirmation>,
    secrets: Vec<Hidden>,
    flags: Vec<Flag>,
}

/// The page. Reading it is logged.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&ctx, &mut tx, id).await?;
    draw(&ctx, tx, opened, None).await
}

/// Which secret is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RevealForm {
    field: String,
}

/// The page with one secret in clear: asked for one at a time, and logged as such.
pub async fn reveal(ctx: Ctx, Id(id): Id, Form(form): Form<RevealForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    let (field, column) = match form.field.as_str() {
        "iccid" => ("iccid", model::ICCID),
        "puk" => ("puk", model::PUK),
        "pin" => ("pin", model::PIN),
        _ => return Err(AppError::NotFound),
    };
    let sealed = find::find_sealed(&mut tx, id, field).await?.ok_or(AppError::NotFound)?;
    let secret = Secret { tenant_id: tx.tenant_id(), column };
    let value = ctx
        .app
        .keys()
        .open(secret, &sealed)
        .map_err(|_| AppError::broken("a sealed value that no key opens"))?;
    ctx.log_access(&mut tx, AccessKind::Reveal, ("subscription", Some(id)), json!({ "field": field }))
        .await?;
    draw(&ctx, tx, opened, Some((field, value))).await
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    opened: Opened,
    revealed: Option<(&str, String)>,
) -> AppResult<Response> {
    let (page, head) = frame::head(ctx, &mut tx, &opened, At::Overview, "").await?;
    let kind_of_read = frame::kind_of_read(&opened);
    let Opened { subscription: mut s, sight, unit, unit_name } = opened;
    let today = ctx.today();
    ctx.log_access(&mut tx, kind_of_read, ("subscription", Some(s.id)), json!({})).await?;
    let is_hidden = sight == Sight::Hidden;
    let cards = cards(ctx, &mut tx, &s, is_hidden).await?;
    let cases = cases(ctx, &mut tx, &s, is_hidden).await?;
    let times = times(ctx, &mut tx, &s, sight).await?;
    let mut confirmations =
        if is_hidden { Vec::new() } else { find::list_confirmations(&mut tx, s.id).await? };
    // What people have written may name somebody whom nobody reads of here, and so may the name of whoever wrote it.
    let mask = ProtectedMask::for_reader(ctx, &mut tx).await?;
    for text in frame::free_texts(&mut s) {
        mask.cover_in(text);
    }
    for one in &mut confirmations {
        mask.cover_in(&mut one.actor);
        mask.cover_in(&mut one.note);
    }
    let sunsets = settings::load(&mut tx).await?.sunsets;
    let closes_on = sunsets
        .iter()
        .filter(|x| x.generation == s.generation && x.operator.to_lowercase() == s.operator.to_lowercase())
        .map(|x| x.closes_on)
        .min();
    let links = list_links(ctx, &mut tx, &s.contact_person_id.into_iter().collect::<Vec<_>>()).await?;
    let contact = match s.contact_person_id {
        _ if is_hidden => PersonLink::default(),
        Some(person) => {
            let link = links.get(&person).cloned().unwrap_or_else(|| PersonLink::text(&s.contact_text));
            if sight == Sight::Full { link } else { PersonLink::text(&sight.name(&link.name)) }
        }
        None if mask.hides(&s.contact_text) || (s.contact_hidden && !ctx.can(P::ProtectedRead)) => {
            PersonLink::text(&Sight::Hidden.name(&s.contact_text))
        }
        None => PersonLink::text(&sight.name(&s.contact_text)),
    };
    let flags = watch::list_on_object(&mut tx, ObjectKind::Subscription, s.id, today).await?;
    let flags = if ctx.can(P::FlagRead) { flags } else { Vec::new() };
    tx.commit().await?;
    let kind = s.kind_decided.clone().unwrap_or_else(|| s.kind_found.clone());
    let use_text = use_label(s.use_decided.as_deref().unwrap_or(&s.use_found)).to_owned();
    let gaps = if kind == "non_person" && !is_hidden {
        let has_contact = s.contact_person_id.is_some() || !s.contact_text.is_empty();
        lacking([
            s.org_unit_id.is_some(),
            !s.purpose.is_empty(),
            !s.place.is_empty() || !s.device.is_empty(),
            has_contact,
            !s.generation.is_empty(),
            s.review_on.is_some(),
        ])
    } else {
        Vec::new()
    };
    let secrets = if head.may_write { secrets(&s, revealed.as_ref()) } else { Vec::new() };
    ctx.html(&ShowPage {
        is_hidden,
        is_full: sight == Sight::Full,
        kind: if is_hidden { String::new() } else { kind },
        use_text: if is_hidden { String::new() } else { use_text },
        cost_centre: if is_hidden { String::new() } else { s.cost_centre.clone() },
        reference: sight.detail(&s.reference),
        address: sight.detail(&s.address),
        imei: sight.detail(&s.imei),
        unit,
        unit_name,
        sees_org: ctx.can(P::OrgRead),
        year_price: s.monthly_price.map(|p| p * Decimal::from(12)),
        early: early_end(s.monthly_price, s.binding_until, today),
        closes_on,
        has_long_silence: s.last_traffic.is_some_and(|day| day < model::long_ago(today)),
        gaps,
        contact,
        main_text: match (&s.main_msisdn, s.main_subscription_id) {
            (Some(number), None) if !is_hidden => sight.number(number),
            _ => String::new(),
        },
        cards,
        cases,
        class_text: if is_hidden || s.class.is_empty() {
            ""
        } else {
            CLASSES.iter().find(|(code, _)| *code == s.class).map_or("", |(_, text)| text)
        },
        times,
        confirmations,
        secrets,
        flags,
        page,
        head,
        s,
    })
}

fn secrets(s: &Subscription, revealed: Option<&(&str, String)>) -> Vec<Hidden> {
    [(s.has_puk, "puk", "PUK"), (s.has_pin, "pin", "PIN"), (s.has_iccid, "iccid", "SIM-kortets nummer")]
        .into_iter()
        .filter(|(is_there, ..)| *is_there)
        .map(|(_, field, label)| Hidden {
            field,
            label,
            value: revealed.filter(|(shown, _)| *shown == field).map(|(_, value)| value.clone()),
        })
        .collect()
}

async fn cards(ctx: &Ctx, tx: &mut TenantTx, s: &Subscription, is_hidden: bool) -> AppResult<Vec<Card>> {
    if is_hidden {
        return Ok(Vec::new());
    }
    let linked = find::list_linked(tx, s.id, s.main_subscription_id).await?;
    let sees = Sees::of(ctx);
    Ok(linked
        .into_iter()
        .map(|one| {
            let sight = sees.sight(one.is_protected);
            Card {
                href: ctx.path(frame::path(one.id, "")),
                number: sight.number(&one.msisdn),
                holder: sight.name(&one.holder),
                type_text: one.type_text,
                price: one.monthly_price,
                is_main: one.is_main,
            }
        })
        .collect())
}

async fn cases(ctx: &Ctx, tx: &mut TenantTx, s: &Subscription, is_hidden: bool) -> AppResult<Vec<Case>> {
    if is_hidden || !ctx.can(P::MatchRead) {
        return Ok(Vec::new());
    }
    Ok(find::list_cases(tx, s.id)
        .await?
        .into_iter()
        .map(|case| Case {
            href: ctx.app.has_page("matches/{id}").then(|| ctx.path(format!("matches/{}", case.id))),
            state: label(CASE_STATES, &case.state).to_owned(),
            class: label(CLASSES, &case.class).to_owned(),
            end_date: case.end_date,
        })
        .collect())
}

/// Whose the number has been. A former holder with protected identity stays hidden though the present one is not.
async fn times(ctx: &Ctx, tx: &mut TenantTx, s: &Subscription, sight: Sight) -> AppResult<Vec<Time>> {
    if sight == Sight::Hidden {
        return Ok(Vec::new());
    }
    let past = find::list_past(tx, s.id).await?;
    let hidden = if ctx.can(P::ProtectedRead) { Vec::new() } else { find::list_protected(tx).await? };
    Ok(past
        .into_iter()
        .map(|one| {
            let own = if is_of_hidden(&one, &hidden) { Sight::Hidden } else { sight };
            Time {
                holder: own.name(&one.holder),
                cost_centre: if own == Sight::Hidden { String::new() } else { one.cost_centre },
                operator: one.operator,
                from: one.seen_from,
                to: one.seen_to,
            }
        })
        .collect())
}

/// Whether a time of the history was that of a hidden person: by name, by a part of it, or by employee number.
fn is_of_hidden(past: &Past, hidden: &[(String, Vec<String>)]) -> bool {
    let bare = |number: &str| number.trim().trim_start_matches('0').to_owned();
    let reference = bare(&past.reference);
    hidden.iter().any(|(name, numbers)| {
        same_name(name, &past.holder)
            || shares_names(name, &past.holder)
            || (!reference.is_empty() && numbers.iter().any(|number| bare(number) == reference))
    })
}

/// Whether every word of the shorter name is in the longer one, and there are at least two.
fn shares_names(a: &str, b: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.len() >= 2 && short.iter().all(|word| long.contains(word))
}

/// Where to go on from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    before: String,
}

#[derive(Template)]
#[template(path = "subscriptions/history.html")]
struct HistoryPage {
    page: Page,
    head: Head,
    is_hidden: bool,
    changes: History,
}

/// Who changed what, when. Of what is hidden, nothing.
pub async fn history(ctx: Ctx, Id(id): Id, Query(query): Query<HistoryQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&ctx, &mut tx, id).await?;
    let (page, head) = frame::head(&ctx, &mut tx, &opened, At::History, "Historik").await?;
    let is_hidden = opened.sight == Sight::Hidden;
    let changes = if is_hidden {
        History { events: Vec::new(), next: None }
    } else {
        let viewer = Viewer::of(&ctx).masking_persons(opened.sight == Sight::Masked);
        audit::history_of(&mut tx, &viewer, &[("subscription", id)], &query.before).await?
    };
    let kind_of_read = frame::kind_of_read(&opened);
    ctx.log_access(&mut tx, kind_of_read, ("subscription", Some(id)), json!({ "page": "history" })).await?;
    tx.commit().await?;
    ctx.html(&HistoryPage { page, head, is_hidden, changes })
}

/// The name of a unit's answer.
fn answer_label(code: &str) -> &str {
    label(ANSWERS, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(holder: &str, reference: &str) -> Past {
        Past {
            operator: String::new(),
            holder: holder.to_owned(),
            reference: reference.to_owned(),
            cost_centre: String::new(),
            seen_from: NaiveDate::default(),
            seen_to: None,
        }
    }

    #[test]
    fn a_former_holder_who_is_hidden_is_known_by_name_part_of_name_or_number() {
        let hidden = vec![("Eva Maria Ek".to_owned(), vec!["004711".to_owned()])];
        for (holder, reference) in
            [("Ek, Eva Maria", ""), ("Eva Ek", ""), ("Telefon", "4711"), ("EK EVA", "")]
        {
            assert!(is_of_hidden(&past(holder, reference), &hidden), "{holder} {reference}");
        }
        for (holder, reference) in [("Eva Al", ""), ("Ek", ""), ("", ""), ("Bo Ek", "4712")] {
            assert!(!is_of_hidden(&past(holder, reference), &hidden), "{holder} {reference}");
        }
    }
}
