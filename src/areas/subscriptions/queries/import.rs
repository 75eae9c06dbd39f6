//! What operators' lists read and write, in bulk.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// An operator by its name.
#[derive(Clone, Debug)]
pub(in super::super) struct KnownOperator {
    pub id: Uuid,
    pub name: String,
}

/// Every operator.
pub(in super::super) async fn list_operators(tx: &mut TenantTx) -> AppResult<Vec<KnownOperator>> {
    Ok(sqlx::query_as!(KnownOperator, "select id, name from operator order by id")
        .fetch_all(&mut **tx)
        .await?)
}

/// Creates operators.
pub(in super::super) async fn insert_operators(
    tx: &mut TenantTx,
    operators: &[KnownOperator],
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = operators.iter().map(|o| o.id).collect();
    let names: Vec<String> = operators.iter().map(|o| o.name.clone()).collect();
    sqlx::query!(
        "insert into operator (tenant_id, id, name) select $1, * from unnest($2::uuid[], $3::text[])",
        tenant,
        &ids,
        &names
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A series with the newest list of it.
#[derive(Clone, Debug)]
pub(in super::super) struct KnownSeries {
    pub id: Uuid,
    pub operator_id: Uuid,
    pub newest_id: Option<Uuid>,
    pub newest_on: Option<NaiveDate>,
}

/// Every series.
pub(in super::super) async fn list_series(tx: &mut TenantTx) -> AppResult<Vec<KnownSeries>> {
    Ok(sqlx::query_as!(
        KnownSeries,
        r#"select s.id, s.operator_id, l.id as "newest_id?", l.taken_on as "newest_on?"
           from subscription_series s
           left join lateral (select l.id, l.taken_on from subscription_list l where l.series_id = s.id
                              order by l.taken_on desc, l.id desc limit 1) l on true
           order by s.id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A series that the register did not have.
#[derive(Clone, Debug)]
pub(in super::super) struct NewSeries {
    pub id: Uuid,
    pub operator_id: Uuid,
    pub label: String,
}

/// A list as it is taken in, for one series.
#[derive(Clone, Debug)]
pub(in super::super) struct NewList {
    pub id: Uuid,
    pub series_id: Uuid,
    pub row_count: i32,
}

/// Notes series and lists.
pub(in super::super) async fn insert_lists(
    tx: &mut TenantTx,
    series: &[NewSeries],
    lists: &[NewList],
    run: Uuid,
    taken_on: NaiveDate,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    for one in series {
        sqlx::query!(
            "insert into subscription_series (tenant_id, id, operator_id, label) values ($1, $2, $3, $4)",
            tenant,
            one.id,
            one.operator_id,
            one.label
        )
        .execute(&mut **tx)
        .await?;
    }
    for list in lists {
        sqlx::query!(
            "insert into subscription_list (tenant_id, id, series_id, run_id, taken_on, row_count) values ($1, $2, $3, $4, $5, $6)",
            tenant,
            list.id,
            list.series_id,
            run,
            taken_on,
            list.row_count
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// A subscription as operators' lists know it, without what only people say of it. No `Debug`: it holds names.
#[derive(Clone, Default, PartialEq, Eq)]
pub(in super::super) struct KnownSubscription {
    pub id: Uuid,
    pub msisdn: String,
    pub operator_id: Uuid,
    pub series_id: Option<Uuid>,
    pub customer_no: String,
    pub agreement_no: String,
    pub type_text: String,
    pub holder: String,
    pub reference: String,
    pub cost_centre: String,
    pub org_unit_id: Option<Uuid>,
    pub status: String,
    pub status_text: String,
    pub activated_on: Option<NaiveDate>,
    pub binding_until: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub notice_text: String,
    pub monthly_price: Option<Decimal>,
    pub last_traffic: Option<NaiveDate>,
    pub data_gb: Option<Decimal>,
    pub call_minutes: Option<i32>,
    pub data_pot_gb: Option<Decimal>,
    pub iccid_hash: Option<Vec<u8>>,
    pub puk_hash: Option<Vec<u8>>,
    pub pin_hash: Option<Vec<u8>>,
    pub imei: String,
    pub main_msisdn: Option<String>,
    pub main_subscription_id: Option<Uuid>,
    pub address: String,
    pub contact_text: String,
    pub note: String,
    pub first_list_id: Option<Uuid>,
    pub missing_from_list_id: Option<Uuid>,
}

/// Every subscription.
pub(in super::super) async fn list_known(tx: &mut TenantTx) -> AppResult<Vec<KnownSubscription>> {
    Ok(sqlx::query_as!(
        KnownSubscription,
        "select id, msisdn, operator_id, series_id, customer_no, agreement_no, type_text, holder, reference, cost_centre, org_unit_id,
                status, status_text, activated_on, binding_until, ends_on, notice_text, monthly_price, last_traffic, data_gb,
                call_minutes, data_pot_gb, iccid_hash, puk_hash, pin_hash, imei, main_msisdn, main_subscription_id, address,
                contact_text, note, first_list_id, missing_from_list_id
         from subscription order by id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Sealed values; `None` leaves what is there.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Sealed {
    pub iccid: Option<Vec<u8>>,
    pub puk: Option<Vec<u8>>,
    pub pin: Option<Vec<u8>>,
}

/// Declares the columns of many subscriptions, for `unnest`: each with its type and what it holds of one subscription.
macro_rules! columns {
    (|$known:ident, $sealed:ident| $($name:ident: $kind:ty = $value:expr;)+) => {
        #[derive(Default)]
        struct Columns { $($name: Vec<$kind>,)+ }

        impl Columns {
            fn of(written: &[(KnownSubscription, Sealed)]) -> Self {
                let mut columns = Self::default();
                for ($known, $sealed) in written {
                    $(columns.$name.push($value);)+
                }
                columns
            }
        }
    };
}

columns! { |s, sealed|
    id: Uuid = s.id;
    msisdn: String = s.msisdn.clone();
    operator: Uuid = s.operator_id;
    series: Option<Uuid> = s.series_id;
    customer: String = s.customer_no.clone();
    agreement: String = s.agreement_no.clone();
    plan: String = s.type_text.clone();
    holder: String = s.holder.clone();
    reference: String = s.reference.clone();
    cost_centre: String = s.cost_centre.clone();
    unit: Option<Uuid> = s.org_unit_id;
    status: String = s.status.clone();
    status_text: String = s.status_text.clone();
    activated: Option<NaiveDate> = s.activated_on;
    binding: Option<NaiveDate> = s.binding_until;
    ends: Option<NaiveDate> = s.ends_on;
    notice: String = s.notice_text.clone();
    price: Option<Decimal> = s.monthly_price;
    traffic: Option<NaiveDate> = s.last_traffic;
    data: Option<Decimal> = s.data_gb;
    calls: Option<i32> = s.call_minutes;
    pot: Option<Decimal> = s.data_pot_gb;
    iccid_cipher: Option<Vec<u8>> = sealed.iccid.clone();
    iccid_hash: Option<Vec<u8>> = s.iccid_hash.clone();
    puk_cipher: Option<Vec<u8>> = sealed.puk.clone();
    puk_hash: Option<Vec<u8>> = s.puk_hash.clone();
    pin_cipher: Option<Vec<u8>> = sealed.pin.clone();
    pin_hash: Option<Vec<u8>> = s.pin_hash.clone();
    imei: String = s.imei.clone();
    main_msisdn: Option<String> = s.main_msisdn.clone();
    main: Option<Uuid> = s.main_subscription_id;
    address: String = s.address.clone();
    contact: String = s.contact_text.clone();
    note: String = s.note.clone();
    first: Option<Uuid> = s.first_list_id;
    missing: Option<Uuid> = s.missing_from_list_id;
}

/// How many rows go in one statement: enough to be fast, few enough to be small.
const AT_ONCE: usize = 5_000;

/// Creates many subscriptions.
pub(in super::super) async fn insert_subscriptions(
    tx: &mut TenantTx,
    new: &[(KnownSubscription, Sealed)],
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    for part in new.chunks(AT_ONCE) {
        let c = Columns::of(part);
        sqlx::query!(
            "insert into subscription (tenant_id, id, msisdn, operator_id, series_id, customer_no, agreement_no, type_text, holder,
                    reference, cost_centre, org_unit_id, status, status_text, activated_on, binding_until, ends_on, notice_text,
                    monthly_price, last_traffic, data_gb, call_minutes, data_pot_gb, iccid_cipher, iccid_hash, puk_cipher, puk_hash,
                    pin_cipher, pin_hash, imei, main_msisdn, main_subscription_id, address, contact_text, note, first_list_id,
                    missing_from_list_id)
             select $1, * from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[],
                    $10::text[], $11::text[], $12::uuid[], $13::text[], $14::text[], $15::date[], $16::date[], $17::date[],
                    $18::text[], $19::numeric[], $20::date[], $21::numeric[], $22::int[], $23::numeric[], $24::bytea[], $25::bytea[],
                    $26::bytea[], $27::bytea[], $28::bytea[], $29::bytea[], $30::text[], $31::text[], $32::uuid[], $33::text[],
                    $34::text[], $35::text[], $36::uuid[], $37::uuid[])",
            tenant,
            &c.id,
            &c.msisdn,
            &c.operator,
            &c.series as &[Option<Uuid>],
            &c.customer,
            &c.agreement,
            &c.plan,
            &c.holder,
            &c.reference,
            &c.cost_centre,
            &c.unit as &[Option<Uuid>],
            &c.status,
            &c.status_text,
            &c.activated as &[Option<NaiveDate>],
            &c.binding as &[Option<NaiveDate>],
            &c.ends as &[Option<NaiveDate>],
            &c.notice,
            &c.price as &[Option<Decimal>],
            &c.traffic as &[Option<NaiveDate>],
            &c.data as &[Option<Decimal>],
            &c.calls as &[Option<i32>],
            &c.pot as &[Option<Decimal>],
            &c.iccid_cipher as &[Option<Vec<u8>>],
            &c.iccid_hash as &[Option<Vec<u8>>],
            &c.puk_cipher as &[Option<Vec<u8>>],
            &c.puk_hash as &[Option<Vec<u8>>],
            &c.pin_cipher as &[Option<Vec<u8>>],
            &c.pin_hash as &[Option<Vec<u8>>],
            &c.imei,
            &c.main_msisdn as &[Option<String>],
            &c.main as &[Option<Uuid>],
            &c.address,
            &c.contact,
            &c.note,
            &c.first as &[Option<Uuid>],
            &c.missing as &[Option<Uuid>]
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Changes many subscriptions. Number and first list stay.
pub(in super::super) async fn update_subscriptions(
    tx: &mut TenantTx,
    changed: &[(KnownSubscription, Sealed)],
) -> AppResult<()> {
    for part in changed.chunks(AT_ONCE) {
        let c = Columns::of(part);
        sqlx::query!(
            "update subscription s set operator_id = n.operator, series_id = n.series, customer_no = n.customer,
                    agreement_no = n.agreement, type_text = n.plan, holder = n.holder, reference = n.reference,
                    cost_centre = n.cost_centre, org_unit_id = n.unit, status = n.status, status_text = n.status_text,
                    activated_on = n.activated, binding_until = n.binding, ends_on = n.ends, notice_text = n.notice,
                    monthly_price = n.price, last_traffic = n.traffic, data_gb = n.data, call_minutes = n.calls, data_pot_gb = n.pot,
                    iccid_cipher = coalesce(n.iccid_cipher, s.iccid_cipher), iccid_hash = n.iccid_hash,
                    puk_cipher = coalesce(n.puk_cipher, s.puk_cipher), puk_hash = n.puk_hash,
                    pin_cipher = coalesce(n.pin_cipher, s.pin_cipher), pin_hash = n.pin_hash, imei = n.imei,
                    main_msisdn = n.main_msisdn, main_subscription_id = n.main, address = n.address, contact_text = n.contact,
                    note = n.note, missing_from_list_id = n.missing, version = s.version + 1
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                         $10::uuid[], $11::text[], $12::text[], $13::date[], $14::date[], $15::date[], $16::text[], $17::numeric[],
                         $18::date[], $19::numeric[], $20::int[], $21::numeric[], $22::bytea[], $23::bytea[], $24::bytea[],
                         $25::bytea[], $26::bytea[], $27::bytea[], $28::text[], $29::text[], $30::uuid[], $31::text[], $32::text[],
                         $33::text[], $34::uuid[])
                  n(id, operator, series, customer, agreement, plan, holder, reference, cost_centre, unit, status, status_text,
                    activated, binding, ends, notice, price, traffic, data, calls, pot, iccid_cipher, iccid_hash, puk_cipher,
                    puk_hash, pin_cipher, pin_hash, imei, main_msisdn, main, address, contact, note, missing)
             where s.id = n.id",
            &c.id,
            &c.operator,
            &c.series as &[Option<Uuid>],
            &c.customer,
            &c.agreement,
            &c.plan,
            &c.holder,
            &c.reference,
            &c.cost_centre,
            &c.unit as &[Option<Uuid>],
            &c.status,
            &c.status_text,
            &c.activated as &[Option<NaiveDate>],
            &c.binding as &[Option<NaiveDate>],
            &c.ends as &[Option<NaiveDate>],
            &c.notice,
            &c.price as &[Option<Decimal>],
            &c.traffic as &[Option<NaiveDate>],
            &c.data as &[Option<Decimal>],
            &c.calls as &[Option<i32>],
            &c.pot as &[Option<Decimal>],
            &c.iccid_cipher as &[Option<Vec<u8>>],
            &c.iccid_hash as &[Option<Vec<u8>>],
            &c.puk_cipher as &[Option<Vec<u8>>],
            &c.puk_hash as &[Option<Vec<u8>>],
            &c.pin_cipher as &[Option<Vec<u8>>],
            &c.pin_hash as &[Option<Vec<u8>>],
            &c.imei,
            &c.main_msisdn as &[Option<String>],
            &c.main as &[Option<Uuid>],
            &c.address,
            &c.contact,
            &c.note,
            &c.missing as &[Option<Uuid>]
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Marks subscriptions as gone from a list. They are side by side with the lists.
pub(in super::super) async fn mark_missing(tx: &mut TenantTx, ids: &[Uuid], lists: &[Uuid]) -> AppResult<()> {
    sqlx::query!(
        "update subscription s set missing_from_list_id = n.list, version = s.version + 1
         from unnest($1::uuid[], $2::uuid[]) n(id, list) where s.id = n.id",
        ids,
        lists
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
