//! Changing several subscriptions at once: unit, day of review, whether they are persons'. See [`crate::web::list::bulk`].

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    model::{KINDS, label},
    queries::bulk as queries,
};
use crate::{
    areas::organisation::{self, Units},
    auth::principal::Scope,
    db::{change_set, tenant::TenantTx},
    error::AppResult,
    web::{
        form::Faults,
        list::{BulkEdit, BulkField, Change},
        page_parts::Choice,
    },
};

/// What stands at a subscription that is hidden from the user.
const HIDDEN: &str = "Bara den som är behörig till skyddade personuppgifter kan ändra det här abonnemanget.";

/// What is hidden from the user cannot be changed, here as on its own page, and neither unit nor kind of it is told (rules 9.6).
async fn but_hidden(
    tx: &mut TenantTx,
    mut changes: Vec<Change>,
    sees_protected: bool,
) -> AppResult<Vec<Change>> {
    if sees_protected {
        return Ok(changes);
    }
    let hidden = queries::list_hidden(tx, &Change::ids(&changes)).await?;
    for change in changes.iter_mut().filter(|change| hidden.contains(&change.id)) {
        change.before.clear();
        change.after.clear();
        HIDDEN.clone_into(&mut change.problem);
    }
    Ok(changes)
}

/// Gives them a unit.
pub struct UnitEdit {
    pub scope: Scope,
    pub sees_protected: bool,
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
}

#[async_trait]
impl BulkEdit for UnitEdit {
    async fn field(&self, tx: &mut TenantTx) -> AppResult<BulkField> {
        let mut options = organisation::choices(tx, self.today, None).await?;
        options.retain(|c| self.scope.reaches_unit(Uuid::parse_str(&c.value).ok()));
        Ok(BulkField::Choice { label: "Ny enhet".to_owned(), hint: String::new(), options })
    }

    async fn check(&self, tx: &mut TenantTx, value: &str) -> AppResult<Option<String>> {
        let unit = Uuid::parse_str(value).ok().filter(|id| self.scope.reaches_unit(Some(*id)));
        let known = match unit {
            Some(id) => Units::load(tx).await?.get(id).is_some(),
            None => false,
        };
        Ok((!known).then(|| "Välj en enhet i listan.".to_owned()))
    }

    async fn preview(
        &self,
        tx: &mut TenantTx,
        rows: &[(Uuid, String)],
        value: &str,
    ) -> AppResult<Vec<Change>> {
        let all: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let units = Units::load(tx).await?;
        let now = queries::list_units(tx, &all).await?;
        let name = |id: Option<Uuid>| {
            id.and_then(|id| units.get(id)).map(organisation::Unit::label).unwrap_or_default()
        };
        let after = name(Uuid::parse_str(value).ok());
        let changes = Change::of_rows(rows, |id| name(now.get(&id).copied().flatten()), &after);
        but_hidden(tx, changes, self.sees_protected).await
    }

    async fn apply(&self, tx: &mut TenantTx, changes: &[Change], value: &str) -> AppResult<()> {
        let Ok(unit) = Uuid::parse_str(value) else { return Ok(()) };
        queries::update_units(tx, &Change::ids(changes), unit).await?;
        // What follows from the change is no part of it: it is worked out anew when the change is taken back.
        change_set::close(tx).await?;
        super::settle(tx, self.now, self.today).await
    }
}

/// Sets the day when they are looked at again.
pub struct ReviewEdit {
    pub sees_protected: bool,
    pub today: NaiveDate,
}

#[async_trait]
impl BulkEdit for ReviewEdit {
    async fn field(&self, _: &mut TenantTx) -> AppResult<BulkField> {
        let hint = "Den dagen flaggas abonnemanget för att ses över.".to_owned();
        Ok(BulkField::Date { label: "Dag för översyn".to_owned(), hint })
    }

    async fn check(&self, _: &mut TenantTx, value: &str) -> AppResult<Option<String>> {
        let mut faults = Faults::default();
        let day = faults.date("value", "Dagen", value);
        if let Some(fault) = faults.of("value") {
            return Ok(Some(fault.to_owned()));
        }
        Ok(day
            .filter(|day| *day < self.today)
            .map(|_| "Dagen har redan varit. Ange en dag framåt i tiden.".to_owned()))
    }

    async fn preview(
        &self,
        tx: &mut TenantTx,
        rows: &[(Uuid, String)],
        value: &str,
    ) -> AppResult<Vec<Change>> {
        let all: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let now = queries::list_reviews(tx, &all).await?;
        let before =
            |id| now.get(&id).copied().flatten().map(|day: NaiveDate| day.to_string()).unwrap_or_default();
        let after =
            Faults::default().date("value", "Dagen", value).map(|day| day.to_string()).unwrap_or_default();
        but_hidden(tx, Change::of_rows(rows, before, &after), self.sees_protected).await
    }

    async fn apply(&self, tx: &mut TenantTx, changes: &[Change], value: &str) -> AppResult<()> {
        let Some(day) = Faults::default().date("value", "Dagen", value) else { return Ok(()) };
        queries::update_reviews(tx, &Change::ids(changes), day).await
    }
}

/// What stands for "as the rules find" in the list of choices.
const AS_FOUND: &str = "auto";

/// Decides whether they are persons'.
pub struct KindEdit {
    pub sees_protected: bool,
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
}

impl KindEdit {
    fn words(code: Option<&str>) -> String {
        code.filter(|code| *code != AS_FOUND)
            .map_or_else(|| "Som reglerna finner".to_owned(), |code| label(KINDS, code).to_owned())
    }
}

#[async_trait]
impl BulkEdit for KindEdit {
    async fn field(&self, _: &mut TenantTx) -> AppResult<BulkField> {
        let mut options = Choice::list(KINDS);
        options.push(Choice::new(AS_FOUND, Self::words(None)));
        let hint =
            "Det som inte är en persons jämförs aldrig med listorna över avslutade anställda.".to_owned();
        Ok(BulkField::Choice { label: "Slag".to_owned(), hint, options })
    }

    async fn check(&self, _: &mut TenantTx, value: &str) -> AppResult<Option<String>> {
        let known = value == AS_FOUND || KINDS.iter().any(|(code, _)| *code == value);
        Ok((!known).then(|| "Välj ett av värdena i listan.".to_owned()))
    }

    async fn preview(
        &self,
        tx: &mut TenantTx,
        rows: &[(Uuid, String)],
        value: &str,
    ) -> AppResult<Vec<Change>> {
        let all: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let now = queries::list_kinds(tx, &all).await?;
        let before = |id: Uuid| Self::words(now.get(&id).and_then(Option::as_deref));
        let changes = Change::of_rows(rows, before, &Self::words(Some(value)));
        but_hidden(tx, changes, self.sees_protected).await
    }

    async fn apply(&self, tx: &mut TenantTx, changes: &[Change], value: &str) -> AppResult<()> {
        queries::update_kinds(tx, &Change::ids(changes), Some(value).filter(|v| *v != AS_FOUND)).await?;
        // What follows from the change is no part of it: it is worked out anew when the change is taken back.
        change_set::close(tx).await?;
        super::settle(tx, self.now, self.today).await
    }
}
