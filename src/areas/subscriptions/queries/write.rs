//! What people write of a subscription.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// What a form says of a subscription. No `Debug`: it holds names.
#[derive(Clone, Default)]
pub struct Fields {
    pub msisdn: String,
    pub operator_id: Uuid,
    pub type_text: String,
    pub holder: String,
    pub reference: String,
    pub cost_centre: String,
    pub org_unit_id: Option<Uuid>,
    pub status: String,
    pub binding_until: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub monthly_price: Option<Decimal>,
    pub kind_decided: Option<String>,
    pub use_decided: Option<String>,
    pub purpose: String,
    pub place: String,
    pub device: String,
    pub contact_person_id: Option<Uuid>,
    pub contact_text: String,
    pub generation: String,
    pub review_on: Option<NaiveDate>,
    pub note: String,
    /// The number of the order in the municipality's own order portal (F16).
    pub order_ref: String,
}

/// Creates a subscription by hand.
pub async fn insert(tx: &mut TenantTx, id: Uuid, f: &Fields) -> Result<(), sqlx::Error> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into subscription (tenant_id, id, msisdn, operator_id, type_text, holder, reference, cost_centre, org_unit_id, status,
                binding_until, ends_on, monthly_price, kind_decided, use_decided, purpose, place, device, contact_person_id,
                contact_text, generation, review_on, note, order_ref)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)",
        tenant,
        id,
        f.msisdn,
        f.operator_id,
        f.type_text,
        f.holder,
        f.reference,
        f.cost_centre,
        f.org_unit_id,
        f.status,
        f.binding_until,
        f.ends_on,
        f.monthly_price,
        f.kind_decided,
        f.use_decided,
        f.purpose,
        f.place,
        f.device,
        f.contact_person_id,
        f.contact_text,
        f.generation,
        f.review_on,
        f.note,
        f.order_ref
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes a subscription; `false` when somebody else has changed it since `version`. The number stays.
pub async fn update(tx: &mut TenantTx, id: Uuid, version: i32, f: &Fields) -> AppResult<bool> {
    let done = sqlx::query!(
        "update subscription set operator_id = $3, type_text = $4, holder = $5, reference = $6, cost_centre = $7, org_unit_id = $8,
                status = $9, binding_until = $10, ends_on = $11, monthly_price = $12, kind_decided = $13, use_decided = $14,
                purpose = $15, place = $16, device = $17, contact_person_id = $18, contact_text = $19, generation = $20,
                review_on = $21, note = $22, order_ref = $23, version = version + 1
         where id = $1 and version = $2",
        id,
        version,
        f.operator_id,
        f.type_text,
        f.holder,
        f.reference,
        f.cost_centre,
        f.org_unit_id,
        f.status,
        f.binding_until,
        f.ends_on,
        f.monthly_price,
        f.kind_decided,
        f.use_decided,
        f.purpose,
        f.place,
        f.device,
        f.contact_person_id,
        f.contact_text,
        f.generation,
        f.review_on,
        f.note,
        f.order_ref
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes whose a number is from a day, and that it was another's until then.
pub async fn insert_holder(
    tx: &mut TenantTx,
    subscription: Uuid,
    f: &Fields,
    day: NaiveDate,
) -> AppResult<()> {
    let (tenant, id) = (tx.tenant_id(), crate::ids::new_id());
    sqlx::query!(
        "update subscription_holder set seen_to = greatest(seen_from, $2) where subscription_id = $1 and seen_to is null",
        subscription,
        day
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into subscription_holder (tenant_id, id, subscription_id, operator_id, holder, reference, cost_centre, seen_from)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant,
        id,
        subscription,
        f.operator_id,
        f.holder,
        f.reference,
        f.cost_centre,
        day
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes a subscription with its history of holders, row by row so that it can be taken back.
pub async fn delete(tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    sqlx::query!("delete from subscription_holder where subscription_id = $1", id).execute(&mut **tx).await?;
    sqlx::query!("delete from subscription where id = $1", id).execute(&mut **tx).await?;
    Ok(())
}
