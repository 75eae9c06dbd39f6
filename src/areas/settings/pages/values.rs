//! The page of values.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::tabs;
use crate::{
    areas::{
        audit::{self, History, Viewer},
        settings::{
            self,
            forms::{self, LimitRow, Raw},
            model::{NUMBERS, SWITCHES, Settings, WEEKDAYS},
            queries,
        },
    },
    auth::permissions::Permission,
    error::AppResult,
    web::{
        ctx::Ctx,
        extract::{Form, Query},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::{Choice, Tab},
    },
};

/// Where in the history to go on from.
#[derive(Debug, Default, Deserialize)]
pub struct ShowQuery {
    #[serde(default)]
    before: String,
}

/// A field that is a number, as the form has it.
struct NumberField {
    key: &'static str,
    label: &'static str,
    hint: String,
    unit: &'static str,
    typed: String,
}

/// A field that is on or off.
struct SwitchField {
    key: &'static str,
    label: &'static str,
    hint: &'static str,
    on: bool,
}

#[derive(Template)]
#[template(path = "settings/show.html")]
struct ValuesPage {
    page: Page,
    tabs: Vec<Tab>,
    may_write: bool,
    margin: Vec<NumberField>,
    lead: Vec<NumberField>,
    other: Vec<NumberField>,
    switches: Vec<SwitchField>,
    limits: Vec<LimitRow>,
    documentation_limit: String,
    weekdays: Vec<Choice>,
    digest_weekday: String,
    support_contact: String,
    network_sunset: String,
    inventory: Vec<NumberField>,
    faults: Faults,
    history: Option<History>,
}

/// The values.
pub async fn show(ctx: Ctx, Query(query): Query<ShowQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let settings = settings::load(&mut tx).await?;
    let objects = queries::list_setting_ids(&mut tx).await?;
    let objects: Vec<_> = objects.into_iter().map(|id| ("tenant_setting", id)).collect();
    let history = audit::history_of(&mut tx, &Viewer::of(&ctx), &objects, &query.before).await?;
    let page = ctx.page(&mut tx, "Inställningar").await?;
    tx.commit().await?;
    let raw = forms::raw_values(&settings);
    ctx.html(&template(&ctx, page, &raw, Faults::default(), Some(history)))
}

/// Changes the values.
pub async fn update(ctx: Ctx, Form(pairs): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let raw: Raw = pairs.into_iter().collect();
    let mut tx = ctx.begin().await?;
    let before = settings::load(&mut tx).await?;
    let mut after = before.clone();
    let faults = forms::parse_values(&raw, &mut after);
    if !faults.is_empty() {
        let page = ctx.page(&mut tx, "Inställningar").await?.faulty();
        tx.rollback().await?;
        return ctx.unprocessable(&template(&ctx, page, &raw, faults, None));
    }
    settings::save(&mut tx, &before, &after).await?;
    tx.commit().await?;
    Ok(ctx.redirect("settings", &Flash::success("Inställningarna är sparade.")))
}

fn template(ctx: &Ctx, page: Page, raw: &Raw, faults: Faults, history: Option<History>) -> ValuesPage {
    let usual = Settings::default();
    let text = |key: &str| raw.get(key).cloned().unwrap_or_default();
    let number = |prefix: fn(&str) -> bool| {
        NUMBERS
            .iter()
            .filter(|number| prefix(number.key))
            .map(|number| NumberField {
                key: number.key,
                label: number.label,
                hint: format!("{} Vanligt: {} {}.", number.hint, (number.get)(&usual), number.unit)
                    .trim_start()
                    .to_owned(),
                unit: number.unit,
                typed: text(number.key),
            })
            .collect()
    };
    ValuesPage {
        tabs: tabs(ctx, "settings"),
        may_write: ctx.can(Permission::SettingsWrite),
        margin: number(|key| key == "send_margin_days"),
        lead: number(|key| key.starts_with("lead_months.")),
        other: number(|key| {
            !["send_margin_days", "inventory_month"].contains(&key) && !key.starts_with("lead_months.")
        }),
        inventory: number(|key| key == "inventory_month"),
        network_sunset: text("network_sunset"),
        switches: SWITCHES
            .iter()
            .map(|s| SwitchField { key: s.key, label: s.label, hint: s.hint, on: raw.contains_key(s.key) })
            .collect(),
        limits: forms::limit_rows(raw),
        documentation_limit: text("documentation_limit"),
        weekdays: Choice::list(&WEEKDAYS),
        digest_weekday: text("digest_weekday"),
        support_contact: text("support_contact"),
        page,
        faults,
        history,
    }
}
