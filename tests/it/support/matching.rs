//! Rows for tests of the matching: persons and their employments, leaver lists, operators' lists of subscriptions, written straight
//! into the tables; [`Ground::refresh`] then does what the end of an import does.
//!
//! ```ignore
//! let ground = Ground::of(&app, &app.a).await;                       // a full staff snapshot of a week ago, an operator with a list
//! let anna = ground.person("Anna", "Ek", "100200").left("2026-08-31").listed().add(&ground).await;
//! let number = ground.subscription("+46701740605", "Anna Ek").reference("100200").add(&ground).await;
//! ground.refresh().await;
//! let case = ground.case_of(number).await;                           // class A
//! ```

use chrono::NaiveDate;
use overblick::areas::matches::refresh;
use overblick::db::tenant::TenantTx;
use overblick::ids::new_id;
use uuid::Uuid;

use super::{TestApp, TestTenant, today};

/// What the rows of a municipality hang on.
pub struct Ground<'a> {
    pub app: &'a TestApp,
    pub tenant: &'a TestTenant,
    pub snapshot: Uuid,
    pub operator: Uuid,
    pub series: Uuid,
    pub list: Uuid,
    pub sender: Uuid,
    pub leavers: Uuid,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn run(tx: &mut TenantTx, query: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>) {
    query.execute(&mut **tx).await.unwrap();
}

impl<'a> Ground<'a> {
    /// A full snapshot of 13 November 2026, an operator with a list of 16 November, a sender with October's list.
    pub async fn of(app: &'a TestApp, tenant: &'a TestTenant) -> Self {
        let [snapshot, operator, series, list, sender, leavers] = [(); 6].map(|()| new_id());
        let mut tx = app.begin(tenant).await;
        run(
            &mut tx,
            sqlx::query("insert into staff_snapshot (tenant_id, id, taken_on) values ($1, $2, '2026-11-13')")
                .bind(tenant.id)
                .bind(snapshot),
        )
        .await;
        run(&mut tx, sqlx::query("insert into operator (tenant_id, id, name, order_email) values ($1, $2, 'Telenor', 'order@telenor.example')").bind(tenant.id).bind(operator)).await;
        run(
            &mut tx,
            sqlx::query("insert into subscription_series (tenant_id, id, operator_id) values ($1, $2, $3)")
                .bind(tenant.id)
                .bind(series)
                .bind(operator),
        )
        .await;
        run(&mut tx, sqlx::query("insert into subscription_list (tenant_id, id, series_id, run_id, taken_on) values ($1, $2, $3, $4, '2026-11-16')").bind(tenant.id).bind(list).bind(series).bind(new_id())).await;
        run(
            &mut tx,
            sqlx::query("insert into leaver_sender (tenant_id, id, key, name) values ($1, $2, 'hr', 'HR')")
                .bind(tenant.id)
                .bind(sender),
        )
        .await;
        run(&mut tx, sqlx::query("insert into leaver_list (tenant_id, id, sender_id, period, received_on) values ($1, $2, $3, '2026-10-01', '2026-11-03')").bind(tenant.id).bind(leavers).bind(sender)).await;
        tx.commit().await.unwrap();
        Self { app, tenant, snapshot, operator, series, list, sender, leavers }
    }

    /// Somebody employed in hemtjänsten.
    pub fn person(&self, given: &str, family: &str, employee_no: &str) -> NewPerson {
        NewPerson {
            id: new_id(),
            given: given.to_owned(),
            family: family.to_owned(),
            employee_no: employee_no.to_owned(),
            unit: self.tenant.unit,
            end: None,
            listed: false,
            protected: false,
            is_manager: false,
        }
    }

    /// A subscription in the operator's newest list.
    pub fn subscription(&self, msisdn: &str, holder: &str) -> NewSubscription {
        NewSubscription {
            id: new_id(),
            msisdn: msisdn.to_owned(),
            holder: holder.to_owned(),
            reference: String::new(),
            unit: self.tenant.unit,
        }
    }

    /// Does what the end of an import does.
    pub async fn refresh(&self) {
        self.refresh_on(today()).await;
    }

    /// The same on another day.
    pub async fn refresh_on(&self, day: NaiveDate) {
        let mut tx = self.app.begin(self.tenant).await;
        refresh::run(&mut tx, self.app.state.clock().now(), day).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The newest case of a subscription: id, class, state, version.
    pub async fn case_of(&self, subscription: Uuid) -> Case {
        let mut tx = self.app.begin(self.tenant).await;
        let (id, class, state, version) = sqlx::query_as(
            "select id, class, state, version from match_case where subscription_id = $1 order by opened_on desc, id desc limit 1",
        )
        .bind(subscription)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
        Case { id, class, state, version }
    }

    /// Makes a user the person.
    pub async fn is_person(&self, user: Uuid, person: Uuid) {
        let mut tx = self.app.begin(self.tenant).await;
        run(
            &mut tx,
            sqlx::query("update member_profile set person_id = $2 where user_id = $1")
                .bind(user)
                .bind(person),
        )
        .await;
        tx.commit().await.unwrap();
    }

    /// Makes somebody the head of a unit.
    pub async fn heads(&self, person: Uuid, unit: Uuid) {
        let mut tx = self.app.begin(self.tenant).await;
        run(
            &mut tx,
            sqlx::query("update org_unit set head_person_id = $2 where id = $1").bind(unit).bind(person),
        )
        .await;
        tx.commit().await.unwrap();
    }
}

/// A case as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: Uuid,
    pub class: String,
    pub state: String,
    pub version: i32,
}

/// A person to add.
#[derive(Debug, Clone)]
pub struct NewPerson {
    id: Uuid,
    given: String,
    family: String,
    employee_no: String,
    unit: Uuid,
    end: Option<NaiveDate>,
    listed: bool,
    protected: bool,
    is_manager: bool,
}

impl NewPerson {
    /// The last day.
    pub fn left(mut self, last_day: &str) -> Self {
        self.end = Some(day(last_day));
        self
    }
    /// On the leaver list, with the last day of [`NewPerson::left`].
    pub fn listed(mut self) -> Self {
        self.listed = true;
        self
    }
    /// Protected identity.
    pub fn protected(mut self) -> Self {
        self.protected = true;
        self
    }
    /// Is a manager.
    pub fn managing(mut self) -> Self {
        self.is_manager = true;
        self
    }
    /// Adds the person and gives the id.
    pub async fn add(self, ground: &Ground<'_>) -> Uuid {
        let tenant = ground.tenant.id;
        let mut tx = ground.app.begin(ground.tenant).await;
        let name = format!("{} {}", self.given, self.family);
        run(&mut tx, sqlx::query("insert into person (tenant_id, id, given_names, family_name, display_name, is_protected) values ($1, $2, $3, $4, $5, $6)")
            .bind(tenant).bind(self.id).bind(&self.given).bind(&self.family).bind(&name).bind(self.protected)).await;
        let gone = self.end.filter(|end| *end < day("2026-11-13")).map(|_| ground.snapshot);
        run(&mut tx, sqlx::query(
            "insert into employment (tenant_id, id, person_id, employee_no, org_unit_id, form, title, start_date, end_date, missing_from_snapshot_id, is_manager)
             values ($1, $2, $3, $4, $5, 'Tillsvidare', 'Undersköterska', '2015-01-01', $6, $7, $8)")
            .bind(tenant).bind(new_id()).bind(self.id).bind(&self.employee_no).bind(self.unit).bind(self.end).bind(gone)
            .bind(self.is_manager)).await;
        if self.listed {
            run(&mut tx, sqlx::query(
                "insert into leaver_row (tenant_id, id, list_id, row_no, employee_no, family_name, given_names, org_unit_id, unit_text, form, end_date, is_hidden)
                 values ($1, $2, $3, (select coalesce(max(row_no), 1) + 1 from leaver_row where list_id = $3), $4, $5, $6, $7, 'Hemtjänsten', 'Tillsvidare', $8, $9)")
                .bind(tenant).bind(new_id()).bind(ground.leavers).bind(&self.employee_no).bind(&self.family).bind(&self.given)
                .bind(self.unit).bind(self.end).bind(false)).await;
        }
        tx.commit().await.unwrap();
        self.id
    }
}

/// A subscription to add.
#[derive(Debug, Clone)]
pub struct NewSubscription {
    id: Uuid,
    msisdn: String,
    holder: String,
    reference: String,
    unit: Uuid,
}

impl NewSubscription {
    /// The reference of the operator's list: often an employee number.
    pub fn reference(mut self, reference: &str) -> Self {
        reference.clone_into(&mut self.reference);
        self
    }
    /// The unit that pays.
    pub fn of_unit(mut self, unit: Uuid) -> Self {
        self.unit = unit;
        self
    }
    /// Adds it and gives the id.
    pub async fn add(self, ground: &Ground<'_>) -> Uuid {
        let mut tx = ground.app.begin(ground.tenant).await;
        run(&mut tx, sqlx::query(
            "insert into subscription (tenant_id, id, msisdn, operator_id, series_id, type_text, holder, reference, org_unit_id, monthly_price, first_list_id)
             values ($1, $2, $3, $4, $5, 'Mobil Bas', $6, $7, $8, 149, $9)")
            .bind(ground.tenant.id).bind(self.id).bind(&self.msisdn).bind(ground.operator).bind(ground.series).bind(&self.holder)
            .bind(&self.reference).bind(self.unit).bind(ground.list)).await;
        tx.commit().await.unwrap();
        self.id
    }
}
