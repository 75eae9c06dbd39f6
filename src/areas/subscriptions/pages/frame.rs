//! What every page of one subscription shares: finding it, how much of whose it is may be seen, the head, the tabs.

use uuid::Uuid;

use super::super::{
    list::CLASSES,
    model::{KINDS, STATUSES, label, use_label},
    queries::find::{self, Subscription},
};
use crate::{
    areas::{audit::AccessKind, organisation::Units},
    auth::{permissions::Permission as P, principal::Scope},
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        page::Page,
        page_parts::Tab,
        sight::{Sees, Sight},
    },
};

/// A subscription that the user may see.
pub struct Opened {
    /// The subscription.
    pub subscription: Subscription,
    /// How much of whose it is.
    pub sight: Sight,
    /// The unit that pays today.
    pub unit: Option<Uuid>,
    /// Its name with the ones above.
    pub unit_name: String,
}

/// Finds a subscription within reach. One that is hidden has no unit, so it exists only for those who see the whole municipality.
pub async fn open(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Opened> {
    open_within(ctx, tx, id, &ctx.scope_for(P::SubscriptionRead)).await
}

/// Finds a subscription that the user may change. What is hidden cannot be changed.
pub async fn open_for_write(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Opened> {
    let opened = open_within(ctx, tx, id, &ctx.scope_for(P::SubscriptionWrite)).await?;
    if opened.sight == Sight::Full { Ok(opened) } else { Err(AppError::NotFound) }
}

async fn open_within(ctx: &Ctx, tx: &mut TenantTx, id: Uuid, scope: &Scope) -> AppResult<Opened> {
    let subscription = find::find(tx, id).await?.ok_or(AppError::NotFound)?;
    let sight = Sees::of(ctx).sight(subscription.is_protected);
    let units = Units::load(tx).await?;
    let unit = subscription.org_unit_id.and_then(|unit| units.current(unit, ctx.today())).map(|unit| unit.id);
    let shown = unit.filter(|_| sight != Sight::Hidden);
    if !scope.reaches_unit(shown) {
        return Err(AppError::NotFound);
    }
    let unit_name = shown.map(|unit| units.path_name(unit)).unwrap_or_default();
    Ok(Opened { subscription, sight, unit: shown, unit_name })
}

/// How reading one is logged: that somebody with protected identity is shown is a thing of its own (rules 9.6), masked or not.
#[must_use]
pub fn kind_of_read(opened: &Opened) -> AccessKind {
    if opened.subscription.is_protected && opened.sight != Sight::Hidden {
        AccessKind::Reveal
    } else {
        AccessKind::ReadPersonal
    }
}

/// The path of a page of a subscription, inside the municipality.
#[must_use]
pub fn path(id: Uuid, rest: &str) -> String {
    if rest.is_empty() { format!("subscriptions/{id}") } else { format!("subscriptions/{id}/{rest}") }
}

/// The head of a subscription's pages.
pub struct Head {
    /// `/vik/subscriptions/{id}`.
    pub base: String,
    /// The number, as far as the reader may know it.
    pub name: String,
    /// The holder and the kind of subscription.
    pub lead: String,
    /// Text and colour.
    pub tags: Vec<(String, &'static str)>,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The user may change it.
    pub may_write: bool,
}

/// What people have written about a subscription and no list says: it may name anybody.
pub fn free_texts(s: &mut Subscription) -> [&mut String; 7] {
    [
        &mut s.purpose,
        &mut s.place,
        &mut s.device,
        &mut s.note,
        &mut s.reference,
        &mut s.address,
        &mut s.order_ref,
    ]
}

/// Which tab a page is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Översikt.
    Overview,
    /// Historik.
    History,
}

/// The frame of a page of a subscription and the head on it. `title` is empty for the overview.
pub async fn head(
    ctx: &Ctx,
    tx: &mut TenantTx,
    opened: &Opened,
    at: At,
    title: &str,
) -> AppResult<(Page, Head)> {
    let (s, sight) = (&opened.subscription, opened.sight);
    let base = ctx.path(path(s.id, ""));
    let name = sight.number(&s.msisdn);
    let mut page = ctx.page(tx, if title.is_empty() { name.clone() } else { title.to_owned() }).await?;
    page = page.crumb("Abonnemang", "subscriptions");
    if at != At::Overview {
        page = page.crumb(name.clone(), path(s.id, ""));
    }
    let color = match s.status.as_str() {
        "aktiv" => "success",
        "pausad" | "sparrad" => "warning",
        "uppsagd" => "info",
        _ => "neutral",
    };
    let mut tags = vec![(label(STATUSES, &s.status).to_owned(), color)];
    if s.missing_from_list_id.is_some() {
        tags.push(("Borta ur listan".to_owned(), "warning"));
    }
    if sight != Sight::Hidden {
        let kind = s.kind_decided.as_deref().unwrap_or(&s.kind_found);
        let what = use_label(s.use_decided.as_deref().unwrap_or(&s.use_found));
        if kind == "non_person" {
            let text = if what.is_empty() {
                label(KINDS, kind).to_owned()
            } else {
                format!("Ej person: {}", what.to_lowercase())
            };
            tags.push((text, "accent"));
        }
        if matches!(s.class.as_str(), "A" | "B" | "C" | "P" | "U") {
            let class = CLASSES.iter().find(|class| class.code == s.class);
            tags.extend(class.map(|class| (class.label.to_owned(), class.color)));
        }
    }
    let holder = if sight == Sight::Hidden { String::new() } else { sight.name(&s.holder) };
    let lead = [holder.as_str(), s.type_text.as_str(), s.operator.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let may_write = sight == Sight::Full
        && ctx.can(P::SubscriptionWrite)
        && ctx.scope_for(P::SubscriptionWrite).reaches_unit(opened.unit);
    let head = Head {
        name,
        lead,
        tags,
        tabs: vec![
            Tab::new("Översikt", base.clone()).current(at == At::Overview),
            Tab::new("Historik", format!("{base}/history")).current(at == At::History),
        ],
        may_write,
        base,
    };
    Ok((page, head))
}
