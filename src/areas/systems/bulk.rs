//! Changing several systems at once: phase, holder of a role, unit. See [`crate::web::list::bulk`].

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    queries::{
        bulk as queries, holders,
        roles::{self, NewRole},
    },
    units,
};
use crate::{
    areas::{
        organisation::Units,
        people,
        settings::{Named, Names},
    },
    auth::principal::Scope,
    db::tenant::TenantTx,
    error::AppResult,
    web::{
        list::{BulkEdit, BulkField, Change},
        page_parts::Choice,
    },
};

/// What each row says now.
fn said(now: &HashMap<Uuid, String>) -> impl Fn(Uuid) -> String {
    move |id| now.get(&id).cloned().unwrap_or_default()
}

/// Moves systems to a phase, from today.
pub struct PhaseEdit {
    /// What the municipality calls the phases.
    pub names: Names,
    /// The first day of the phase.
    pub today: NaiveDate,
}

#[async_trait]
impl BulkEdit for PhaseEdit {
    async fn field(&self, _: &mut TenantTx) -> AppResult<BulkField> {
        let options =
            self.names.list(Named::Phase).into_iter().map(|(code, name)| Choice::new(code, name)).collect();
        let hint = format!("Gäller från och med i dag, {}.", self.today);
        Ok(BulkField::Choice { label: "Ny fas".to_owned(), hint, options })
    }

    async fn check(&self, _: &mut TenantTx, value: &str) -> AppResult<Option<String>> {
        let known = self.names.list(Named::Phase).iter().any(|(code, _)| *code == value);
        Ok((!known).then(|| "Välj en fas i listan.".to_owned()))
    }

    async fn preview(
        &self,
        tx: &mut TenantTx,
        rows: &[(Uuid, String)],
        value: &str,
    ) -> AppResult<Vec<Change>> {
        let all: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let phases = queries::list_phases(tx, &all).await?;
        let now = phases.into_iter().map(|(id, code)| (id, self.names.phase(&code).to_owned())).collect();
        Ok(Change::of_rows(rows, said(&now), self.names.phase(value)))
    }

    async fn apply(&self, tx: &mut TenantTx, changes: &[Change], value: &str) -> AppResult<()> {
        queries::update_phases(tx, &Change::ids(changes), value, self.today).await
    }
}

/// Gives a role to a person on systems, from today; who has it ends the day before.
pub struct HolderEdit {
    /// The code of the role.
    pub role: &'static str,
    /// What the municipality calls it.
    pub label: String,
    /// The first day.
    pub today: NaiveDate,
    /// Whoever has the role today stops having it.
    pub sole: bool,
    /// The person that the user is: nobody gives oneself such a role.
    pub own: Option<Uuid>,
}

#[async_trait]
impl BulkEdit for HolderEdit {
    async fn field(&self, _: &mut TenantTx) -> AppResult<BulkField> {
        let label = format!("Ny {}", self.label.to_lowercase());
        let hint =
            format!("Namn, användarnamn eller e-postadress. Gäller från och med i dag, {}.", self.today);
        Ok(BulkField::Text { label, hint })
    }

    async fn check(&self, tx: &mut TenantTx, value: &str) -> AppResult<Option<String>> {
        let found = people::find_holder(tx, value, None).await?;
        Ok(match (found.person_id, found.candidates.as_slice()) {
            (Some(person), _) if Some(person) == self.own => {
                Some(super::pages::roles::FOR_ONESELF.to_owned())
            }
            (Some(_), _) => None,
            (None, []) => Some(
                "Personen finns inte bland personerna. Kontrollera stavningen, eller ange användarnamnet."
                    .to_owned(),
            ),
            _ => Some(
                "Flera personer kan heta så. Ange användarnamnet eller e-postadressen i stället.".to_owned(),
            ),
        })
    }

    async fn preview(
        &self,
        tx: &mut TenantTx,
        rows: &[(Uuid, String)],
        value: &str,
    ) -> AppResult<Vec<Change>> {
        let all: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let now = queries::list_holders(tx, &all, self.role, self.today).await?.into_iter().collect();
        let found: Vec<Uuid> = people::find_holder(tx, value, None).await?.person_id.into_iter().collect();
        let persons = holders::list_candidates(tx, &found).await?;
        let after = persons.first().map_or("", |p| if p.is_protected { super::PROTECTED } else { &p.name });
        Ok(Change::of_rows(rows, said(&now), after))
    }

    async fn apply(&self, tx: &mut TenantTx, changes: &[Change], value: &str) -> AppResult<()> {
        let Some(person) = people::find_holder(tx, value, None).await?.person_id else { return Ok(()) };
        let systems = Change::ids(changes);
        if self.sole {
            roles::end_roles(tx, &systems, self.role, self.today).await?;
        }
        let new: Vec<NewRole> = systems
            .iter()
            .map(|id| NewRole {
                system_id: *id,
                role: self.role.to_owned(),
                person_id: Some(person),
                valid_from: Some(self.today),
                ..NewRole::default()
            })
            .collect();
        roles::insert_roles(tx, &new).await
    }
}

/// Moves systems to another unit.
pub struct UnitEdit {
    /// Where the user may move them.
    pub scope: Scope,
    /// Units in force today are offered.
    pub today: NaiveDate,
}

#[async_trait]
impl BulkEdit for UnitEdit {
    async fn field(&self, tx: &mut TenantTx) -> AppResult<BulkField> {
        let options = units::choices(tx, &self.scope, None, self.today).await?;
        Ok(BulkField::Choice {
            label: "Ny förvaltning".to_owned(),
            hint: "Den som ska ansvara för systemen.".to_owned(),
            options,
        })
    }

    async fn check(&self, tx: &mut TenantTx, value: &str) -> AppResult<Option<String>> {
        let units = units::choices(tx, &self.scope, None, self.today).await?;
        Ok((!units.iter().any(|u| u.value == value)).then(|| "Välj en förvaltning i listan.".to_owned()))
    }

    async fn preview(
        &self,
        tx: &mut TenantTx,
        rows: &[(Uuid, String)],
        value: &str,
    ) -> AppResult<Vec<Change>> {
        let all: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let now = queries::list_owner_units(tx, &all).await?.into_iter().collect();
        let units = Units::load(tx).await?;
        let unit = Uuid::parse_str(value).ok().and_then(|id| units.get(id));
        let after = unit.map(|u| u.name.clone()).unwrap_or_default();
        Ok(Change::of_rows(rows, said(&now), &after))
    }

    async fn apply(&self, tx: &mut TenantTx, changes: &[Change], value: &str) -> AppResult<()> {
        let Ok(unit) = Uuid::parse_str(value) else { return Ok(()) };
        queries::update_owner_units(tx, &Change::ids(changes), unit).await
    }
}
