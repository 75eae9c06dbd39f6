//! The classification of a system (KLASSA, rules 3.1): shown to all who may read it, changed by those who may.

use askama::Template;
use axum::response::Response;
use chrono::{Months, NaiveDate};
use serde::Deserialize;

use super::{
    super::{model::SystemFields, queries::systems},
    frame::{self, At, Head},
    show::{self, Dimension},
};
use crate::{
    auth::permissions::Permission as P,
    error::{AppError, AppResult},
    rules::classification::Level,
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawClassification {
    version: i32,
    level_k: String,
    level_r: String,
    level_t: String,
    level_s: String,
    classified_on: String,
    classification_valid_until: String,
    klassa_reference: String,
}

#[derive(Template)]
#[template(path = "systems/classification.html")]
struct ClassificationPage {
    page: Page,
    head: Head,
    dimensions: Vec<Dimension>,
    classified: String,
    reference: String,
    is_level_four: bool,
    may_change: bool,
    raw: RawClassification,
    faults: Faults,
    levels: Vec<Choice>,
    usual: String,
}

async fn draw(
    ctx: &Ctx,
    id: uuid::Uuid,
    raw: Option<RawClassification>,
    faults: Faults,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(ctx, &mut tx, id).await?;
    let (page, head) = frame::head(ctx, &mut tx, &opened, At::Classification, "Klassning").await?;
    tx.commit().await?;
    let f = &opened.system.fields;
    let text = |level: Option<i16>| level.map(|l| l.to_string()).unwrap_or_default();
    let raw = raw.unwrap_or_else(|| RawClassification {
        version: opened.system.version,
        level_k: text(f.level_k),
        level_r: text(f.level_r),
        level_t: text(f.level_t),
        level_s: text(f.level_s),
        classified_on: f.classified_on.map(|d| d.to_string()).unwrap_or_default(),
        classification_valid_until: f.classification_valid_until.map(|d| d.to_string()).unwrap_or_default(),
        klassa_reference: f.klassa_reference.clone(),
    });
    // A level that is set stays in sight though the municipality does not use it for new ones.
    let zero = opened.settings.show_level_0 || f.levels().contains(&Some(0));
    let levels = Level::ALL
        .into_iter()
        .filter(|l| zero || l.number() > 0)
        .map(|l| Choice::new(l.number().to_string(), format!("{} – {}", l.number(), l.swedish())))
        .collect();
    let came_back = !faults.is_empty();
    let template = ClassificationPage {
        page: if came_back { page.faulty() } else { page },
        dimensions: show::dimensions(&opened),
        classified: show::classified(&opened, ctx.today()),
        reference: f.klassa_reference.clone(),
        is_level_four: f.is_level_four(),
        may_change: opened.may(ctx, P::ClassificationWrite),
        head,
        raw,
        faults,
        levels,
        usual: format!("Lämna tomt för det vanliga: {} månader.", opened.settings.classification_months),
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The tab.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    draw(&ctx, id, None, Faults::default()).await
}

impl RawClassification {
    /// Writes what the form means into the fields. A level left blank is not classified, which is not level 0.
    fn parse(&self, f: &mut SystemFields, months: u32, today: NaiveDate) -> Faults {
        let mut q = Faults::default();
        f.level_k = level(&mut q, "level_k", "Konfidentialitet", &self.level_k);
        f.level_r = level(&mut q, "level_r", "Riktighet", &self.level_r);
        f.level_t = level(&mut q, "level_t", "Tillgänglighet", &self.level_t);
        f.level_s = level(&mut q, "level_s", "Spårbarhet", &self.level_s);
        f.classified_on = q.date("classified_on", "Dagen för klassningen", &self.classified_on);
        f.classification_valid_until =
            q.date("classification_valid_until", "Sista dagen", &self.classification_valid_until);
        f.klassa_reference = q.text("klassa_reference", "Referens i KLASSA", &self.klassa_reference, 200);
        if !q.is_empty() {
            return q;
        }
        match (f.is_classified(), f.classified_on) {
            (true, None) => q.add("classified_on", "Ange vilken dag systemet klassades."),
            (_, Some(day)) if day > today => {
                q.add("classified_on", "Dagen för klassningen kan inte ligga framåt i tiden.");
            }
            (false, Some(_)) => q.add("level_k", "Ange minst en nivå, eller ta bort dagen för klassningen."),
            _ => {}
        }
        if let Some(day) = f.classified_on {
            let until = f.classification_valid_until.or_else(|| day.checked_add_months(Months::new(months)));
            if until.is_some_and(|u| u < day) {
                q.add("classification_valid_until", "Klassningen kan inte sluta gälla innan den gjordes.");
            }
            f.classification_valid_until = until;
        } else {
            f.classification_valid_until = None;
        }
        q
    }
}

fn level(q: &mut Faults, field: &'static str, label: &str, typed: &str) -> Option<i16> {
    let number = q.choice(field, label, typed, &["0", "1", "2", "3", "4"]);
    number.parse().ok()
}

/// Changes the classification.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<RawClassification>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::ClassificationWrite).await?;
    let mut fields = opened.system.fields.clone();
    let faults = raw.parse(&mut fields, opened.settings.classification_months, ctx.today());
    if !faults.is_empty() {
        tx.rollback().await?;
        return draw(&ctx, id, Some(raw), faults).await;
    }
    if !systems::update_system(&mut tx, opened.system.id, raw.version, &fields).await? {
        return Err(AppError::Conflict(
            "Någon annan har ändrat systemet sedan du öppnade sidan. Gå tillbaka, ladda om sidan och ange klassningen igen.".into(),
        ));
    }
    tx.commit().await?;
    let flash = if fields.is_level_four() {
        Flash::warning(
            "Klassningen är sparad. Nivå 4 kan röra säkerhetsskydd: skriv inga detaljer om systemet i registret.",
        )
    } else {
        Flash::success("Klassningen är sparad.")
    };
    Ok(ctx.redirect(opened.path("classification"), &flash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn a_classification_is_good_for_two_years_unless_something_else_is_said() {
        let mut f = SystemFields::default();
        let raw = RawClassification {
            level_k: "0".into(),
            classified_on: "2026-03-14".into(),
            ..RawClassification::default()
        };
        assert!(raw.parse(&mut f, 24, day(2026, 11, 20)).is_empty());
        assert_eq!((f.level_k, f.level_r), (Some(0), None));
        assert_eq!(f.classification_valid_until, Some(day(2028, 3, 14)));
    }

    #[test]
    fn a_level_needs_a_day_and_a_day_needs_a_level() {
        let today = day(2026, 11, 20);
        let with = |k: &str, on: &str| RawClassification {
            level_k: k.into(),
            classified_on: on.into(),
            ..RawClassification::default()
        };
        assert!(with("2", "").parse(&mut SystemFields::default(), 24, today).of("classified_on").is_some());
        assert!(
            with("", "2026-01-01").parse(&mut SystemFields::default(), 24, today).of("level_k").is_some()
        );
        assert!(
            with("2", "2026-11-21")
                .parse(&mut SystemFields::default(), 24, today)
                .of("classified_on")
                .is_some()
        );
        assert!(with("", "").parse(&mut SystemFields::default(), 24, today).is_empty());
        assert!(
            with("5", "2026-01-01").parse(&mut SystemFields::default(), 24, today).of("level_k").is_some()
        );
    }
}
