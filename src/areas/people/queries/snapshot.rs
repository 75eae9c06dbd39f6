//! What a staff snapshot reads and writes, in bulk.

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A snapshot.
#[derive(Clone, Debug)]
pub(in super::super) struct Snapshot {
    pub id: Uuid,
    pub taken_on: NaiveDate,
    /// The förvaltning that it covers; `None` = the whole municipality.
    pub org_unit_id: Option<Uuid>,
    pub source: String,
    pub row_count: i32,
}

/// A snapshot by its day.
#[derive(Clone, Debug)]
pub(in super::super) struct SnapshotDay {
    pub id: Uuid,
    pub taken_on: NaiveDate,
}

/// The newest snapshot that covers a förvaltning, or the whole municipality.
pub(in super::super) async fn find_newest_covering(
    tx: &mut TenantTx,
    unit: Option<Uuid>,
) -> AppResult<Option<SnapshotDay>> {
    Ok(sqlx::query_as!(
        SnapshotDay,
        "select id, taken_on from staff_snapshot where is_full or org_unit_id = $1 order by taken_on desc, id desc limit 1",
        unit
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Notes a snapshot.
pub(in super::super) async fn insert_snapshot(tx: &mut TenantTx, snapshot: &Snapshot) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into staff_snapshot (tenant_id, id, taken_on, is_full, org_unit_id, source, row_count) values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        snapshot.id,
        snapshot.taken_on,
        snapshot.org_unit_id.is_none(),
        snapshot.org_unit_id,
        snapshot.source,
        snapshot.row_count
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A person as far as staff lists know them.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct StaffPerson {
    pub id: Uuid,
    pub given_names: String,
    pub family_name: String,
    pub display_name: String,
    pub earlier_names: Vec<String>,
    pub name_key: String,
    pub personal_id_hash: Option<Vec<u8>>,
    pub birth_year: Option<i32>,
    pub email: Option<String>,
    pub login: Option<String>,
    pub work_mobile: Option<String>,
    pub is_protected: bool,
    /// Company and employee number of each employment, side by side.
    pub companies: Vec<String>,
    pub numbers: Vec<String>,
}

impl StaffPerson {
    /// Whether anything that is stored on the person differs.
    pub fn differs(&self, other: &Self) -> bool {
        let facts = |p: &Self| {
            (
                (p.given_names.clone(), p.family_name.clone(), p.display_name.clone(), p.name_key.clone()),
                (p.earlier_names.clone(), p.personal_id_hash.clone(), p.birth_year),
                (p.email.clone(), p.login.clone(), p.work_mobile.clone(), p.is_protected),
            )
        };
        facts(self) != facts(other)
    }
}

/// Every person, with the numbers of their employments. Joined here: see `list_known`.
pub(in super::super) async fn list_staff_persons(tx: &mut TenantTx) -> AppResult<Vec<StaffPerson>> {
    let mut of_person: HashMap<Uuid, (Vec<String>, Vec<String>)> = HashMap::new();
    let employed = sqlx::query!(
        "select person_id, company_code, employee_no from employment where employee_no <> '' and kind = 'anstallning' order by id"
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in employed {
        let (companies, numbers) = of_person.entry(row.person_id).or_default();
        companies.push(row.company_code);
        numbers.push(row.employee_no);
    }
    let persons = sqlx::query!(
        "select id, given_names, family_name, display_name, earlier_names, name_key, personal_id_hash, birth_year, email, login,
                work_mobile, is_protected from person order by id"
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(persons
        .into_iter()
        .map(|p| {
            let (companies, numbers) = of_person.remove(&p.id).unwrap_or_default();
            StaffPerson {
                id: p.id,
                given_names: p.given_names,
                family_name: p.family_name,
                display_name: p.display_name,
                earlier_names: p.earlier_names,
                name_key: p.name_key,
                personal_id_hash: p.personal_id_hash,
                birth_year: p.birth_year,
                email: p.email,
                login: p.login,
                work_mobile: p.work_mobile,
                is_protected: p.is_protected,
                companies,
                numbers,
            }
        })
        .collect())
}

/// A person to write; a number that is already sealed is left as it is.
#[derive(Clone, Debug)]
pub(in super::super) struct PersonWrite {
    pub person: StaffPerson,
    pub personal_id_cipher: Option<Vec<u8>>,
}

/// The columns of many persons, for `unnest`.
#[derive(Default)]
struct PersonColumns {
    id: Vec<Uuid>,
    given: Vec<String>,
    family: Vec<String>,
    display: Vec<String>,
    /// Joined: `unnest` would flatten a list of lists.
    earlier: Vec<String>,
    key: Vec<String>,
    cipher: Vec<Option<Vec<u8>>>,
    hash: Vec<Option<Vec<u8>>>,
    birth_year: Vec<Option<i32>>,
    email: Vec<Option<String>>,
    login: Vec<Option<String>>,
    mobile: Vec<Option<String>>,
    is_protected: Vec<bool>,
}

/// Stands between earlier names; no name has it.
const SEPARATOR: &str = "\u{1f}";

impl PersonColumns {
    fn of(persons: &[PersonWrite]) -> Self {
        let mut columns = Self::default();
        for PersonWrite { person, personal_id_cipher } in persons {
            columns.id.push(person.id);
            columns.given.push(person.given_names.clone());
            columns.family.push(person.family_name.clone());
            columns.display.push(person.display_name.clone());
            columns.earlier.push(person.earlier_names.join(SEPARATOR));
            columns.key.push(person.name_key.clone());
            columns.cipher.push(personal_id_cipher.clone());
            columns.hash.push(person.personal_id_hash.clone());
            columns.birth_year.push(person.birth_year);
            columns.email.push(person.email.clone());
            columns.login.push(person.login.clone());
            columns.mobile.push(person.work_mobile.clone());
            columns.is_protected.push(person.is_protected);
        }
        columns
    }
}

/// Creates many persons at once.
pub(in super::super) async fn insert_persons(tx: &mut TenantTx, persons: &[PersonWrite]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let c = PersonColumns::of(persons);
    sqlx::query!(
        "insert into person (tenant_id, id, given_names, family_name, display_name, earlier_names, name_key, personal_id_cipher,
                             personal_id_hash, birth_year, email, login, work_mobile, is_protected)
         select $1, n.id, n.given, n.family, n.display, coalesce(string_to_array(nullif(n.earlier, ''), $15), '{}'), n.key, n.cipher,
                n.hash, n.birth_year, n.email, n.login, n.mobile, n.is_protected
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bytea[], $10::int[],
                     $11::text[], $12::text[], $13::text[], $14::bool[])
              n(id, given, family, display, earlier, key, cipher, hash, birth_year, email, login, mobile, is_protected)",
        tenant,
        &c.id,
        &c.given,
        &c.family,
        &c.display,
        &c.earlier,
        &c.key,
        &c.cipher as &[Option<Vec<u8>>],
        &c.hash as &[Option<Vec<u8>>],
        &c.birth_year as &[Option<i32>],
        &c.email as &[Option<String>],
        &c.login as &[Option<String>],
        &c.mobile as &[Option<String>],
        &c.is_protected,
        SEPARATOR
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes many persons at once.
pub(in super::super) async fn update_persons(tx: &mut TenantTx, persons: &[PersonWrite]) -> AppResult<()> {
    let c = PersonColumns::of(persons);
    sqlx::query!(
        "update person p set given_names = n.given, family_name = n.family, display_name = n.display,
                earlier_names = coalesce(string_to_array(nullif(n.earlier, ''), $14), '{}'), name_key = n.key,
                personal_id_cipher = coalesce(n.cipher, p.personal_id_cipher), personal_id_hash = n.hash, birth_year = n.birth_year,
                email = n.email, login = n.login, work_mobile = n.mobile, is_protected = n.is_protected, version = p.version + 1
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[], $9::int[],
                     $10::text[], $11::text[], $12::text[], $13::bool[])
              n(id, given, family, display, earlier, key, cipher, hash, birth_year, email, login, mobile, is_protected)
         where p.id = n.id",
        &c.id,
        &c.given,
        &c.family,
        &c.display,
        &c.earlier,
        &c.key,
        &c.cipher as &[Option<Vec<u8>>],
        &c.hash as &[Option<Vec<u8>>],
        &c.birth_year as &[Option<i32>],
        &c.email as &[Option<String>],
        &c.login as &[Option<String>],
        &c.mobile as &[Option<String>],
        &c.is_protected,
        SEPARATOR
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// An employment as staff lists know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct StaffEmployment {
    pub id: Uuid,
    pub person_id: Uuid,
    pub company_code: String,
    pub employee_no: String,
    pub org_unit_id: Option<Uuid>,
    pub unit_text: String,
    pub form: String,
    pub title: String,
    pub start_date: Option<NaiveDate>,
    pub end_date: Option<NaiveDate>,
    pub status: String,
    pub is_main: bool,
    pub is_manager: bool,
    pub percent: Option<Decimal>,
    pub manager_employee_no: Option<String>,
    pub first_snapshot_id: Option<Uuid>,
    pub missing_from_snapshot_id: Option<Uuid>,
}

/// Every employment (no assignments).
pub(in super::super) async fn list_employments_of_staff(
    tx: &mut TenantTx,
) -> AppResult<Vec<StaffEmployment>> {
    Ok(sqlx::query_as!(
        StaffEmployment,
        "select id, person_id, company_code, employee_no, org_unit_id, unit_text, form, title, start_date, end_date, status, is_main,
                is_manager, percent, manager_employee_no, first_snapshot_id, missing_from_snapshot_id
         from employment where kind = 'anstallning' order by id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many employments in force lie outside some units.
pub(in super::super) async fn count_active_outside(tx: &mut TenantTx, units: &[Uuid]) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from employment
           where kind = 'anstallning' and status <> 'avslutad' and missing_from_snapshot_id is null
             and not coalesce(org_unit_id = any($1), false)"#,
        units
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The columns of many employments, for `unnest`.
#[derive(Default)]
struct EmploymentColumns {
    id: Vec<Uuid>,
    person: Vec<Uuid>,
    company: Vec<String>,
    number: Vec<String>,
    unit: Vec<Option<Uuid>>,
    unit_text: Vec<String>,
    form: Vec<String>,
    title: Vec<String>,
    start: Vec<Option<NaiveDate>>,
    end: Vec<Option<NaiveDate>>,
    status: Vec<String>,
    is_main: Vec<bool>,
    is_manager: Vec<bool>,
    percent: Vec<Option<Decimal>>,
    manager: Vec<Option<String>>,
    first: Vec<Option<Uuid>>,
    missing: Vec<Option<Uuid>>,
}

impl EmploymentColumns {
    fn of(employments: &[StaffEmployment]) -> Self {
        let mut columns = Self::default();
        for e in employments {
            columns.id.push(e.id);
            columns.person.push(e.person_id);
            columns.company.push(e.company_code.clone());
            columns.number.push(e.employee_no.clone());
            columns.unit.push(e.org_unit_id);
            columns.unit_text.push(e.unit_text.clone());
            columns.form.push(e.form.clone());
            columns.title.push(e.title.clone());
            columns.start.push(e.start_date);
            columns.end.push(e.end_date);
            columns.status.push(e.status.clone());
            columns.is_main.push(e.is_main);
            columns.is_manager.push(e.is_manager);
            columns.percent.push(e.percent);
            columns.manager.push(e.manager_employee_no.clone());
            columns.first.push(e.first_snapshot_id);
            columns.missing.push(e.missing_from_snapshot_id);
        }
        columns
    }
}

/// Creates many employments at once.
pub(in super::super) async fn insert_employments(
    tx: &mut TenantTx,
    employments: &[StaffEmployment],
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let c = EmploymentColumns::of(employments);
    sqlx::query!(
        "insert into employment (tenant_id, id, person_id, company_code, employee_no, org_unit_id, unit_text, form, title, start_date,
                                 end_date, status, is_main, is_manager, percent, manager_employee_no, first_snapshot_id,
                                 missing_from_snapshot_id)
         select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[],
                $10::date[], $11::date[], $12::text[], $13::bool[], $14::bool[], $15::numeric[], $16::text[], $17::uuid[], $18::uuid[])",
        tenant,
        &c.id,
        &c.person,
        &c.company,
        &c.number,
        &c.unit as &[Option<Uuid>],
        &c.unit_text,
        &c.form,
        &c.title,
        &c.start as &[Option<NaiveDate>],
        &c.end as &[Option<NaiveDate>],
        &c.status,
        &c.is_main,
        &c.is_manager,
        &c.percent as &[Option<Decimal>],
        &c.manager as &[Option<String>],
        &c.first as &[Option<Uuid>],
        &c.missing as &[Option<Uuid>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes many employments at once.
pub(in super::super) async fn update_employments(
    tx: &mut TenantTx,
    employments: &[StaffEmployment],
) -> AppResult<()> {
    let c = EmploymentColumns::of(employments);
    sqlx::query!(
        "update employment e set company_code = n.company, employee_no = n.number, org_unit_id = n.unit, unit_text = n.unit_text,
                form = n.form, title = n.title, start_date = n.start, end_date = n.ended, status = n.status, is_main = n.is_main,
                is_manager = n.is_manager, percent = n.percent, manager_employee_no = n.manager, missing_from_snapshot_id = n.missing
         from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::date[], $9::date[],
                     $10::text[], $11::bool[], $12::bool[], $13::numeric[], $14::text[], $15::uuid[])
              n(id, company, number, unit, unit_text, form, title, start, ended, status, is_main, is_manager, percent, manager, missing)
         where e.id = n.id",
        &c.id,
        &c.company,
        &c.number,
        &c.unit as &[Option<Uuid>],
        &c.unit_text,
        &c.form,
        &c.title,
        &c.start as &[Option<NaiveDate>],
        &c.end as &[Option<NaiveDate>],
        &c.status,
        &c.is_main,
        &c.is_manager,
        &c.percent as &[Option<Decimal>],
        &c.manager as &[Option<String>],
        &c.missing as &[Option<Uuid>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that a snapshot ought to have held employments and did not.
pub(in super::super) async fn mark_missing(
    tx: &mut TenantTx,
    employments: &[Uuid],
    snapshot: Uuid,
) -> AppResult<()> {
    sqlx::query!(
        "update employment set missing_from_snapshot_id = $2 where id = any($1)",
        employments,
        snapshot
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
