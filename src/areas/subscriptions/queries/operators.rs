//! Operators.

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult, web::page_parts::Choice};

/// An operator.
#[derive(Clone, Debug, Default)]
pub struct Operator {
    pub id: Uuid,
    pub name: String,
    pub supplier_id: Option<Uuid>,
    pub supplier_name: Option<String>,
    pub contract_id: Option<Uuid>,
    pub contract_title: Option<String>,
    pub order_email: String,
    pub order_address: String,
    pub order_form: String,
    pub note: String,
    pub version: i32,
    pub subscriptions: i64,
    /// What the municipality pays a month for what is in the newest lists.
    pub monthly: rust_decimal::Decimal,
}

/// Every operator, with what is bought of it.
pub async fn list(tx: &mut TenantTx) -> AppResult<Vec<Operator>> {
    Ok(sqlx::query_as!(
        Operator,
        r#"select o.id, o.name, o.supplier_id, v.name as "supplier_name?", o.contract_id, c.title as "contract_title?", o.order_email,
                  o.order_address, o.order_form, o.note, o.version, coalesce(n.n, 0) as "subscriptions!", coalesce(n.monthly, 0) as "monthly!"
           from operator o
           left join supplier v on v.id = o.supplier_id
           left join contract c on c.id = o.contract_id
           left join (select operator_id, count(*) as n, sum(monthly_price) as monthly from subscription
                      where missing_from_list_id is null and status not in ('avslutad', 'porterad') group by operator_id) n
                  on n.operator_id = o.id
           order by o.name, o.id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// An operator.
pub async fn find(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<Operator>> {
    Ok(list(tx).await?.into_iter().find(|o| o.id == id))
}

/// Operators to choose among.
pub async fn choices(tx: &mut TenantTx) -> AppResult<Vec<Choice>> {
    let rows = sqlx::query!("select id, name from operator order by name, id").fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|r| Choice::new(r.id.to_string(), r.name)).collect())
}

/// Contracts to choose among: an operator's own first is not known, so all that have not ended.
pub async fn contract_choices(tx: &mut TenantTx) -> AppResult<Vec<Choice>> {
    let rows = sqlx::query!(
        r#"select c.id, c.title, c.contract_no, v.name as "supplier?" from contract c left join supplier v on v.id = c.supplier_id
           order by c.title, c.id"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let beside = [r.contract_no, r.supplier.unwrap_or_default()]
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>();
            let label =
                if beside.is_empty() { r.title } else { format!("{} ({})", r.title, beside.join(", ")) };
            Choice::new(r.id.to_string(), label)
        })
        .collect())
}

/// Creates an operator.
pub async fn insert(tx: &mut TenantTx, o: &Operator) -> Result<(), sqlx::Error> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into operator (tenant_id, id, name, supplier_id, contract_id, order_email, order_address, order_form, note)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        o.id,
        o.name,
        o.supplier_id,
        o.contract_id,
        o.order_email,
        o.order_address,
        o.order_form,
        o.note
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes an operator; `false` when somebody else has since.
pub async fn update(tx: &mut TenantTx, o: &Operator) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update operator set name = $3, supplier_id = $4, contract_id = $5, order_email = $6, order_address = $7, order_form = $8,
                note = $9, version = version + 1 where id = $1 and version = $2",
        o.id,
        o.version,
        o.name,
        o.supplier_id,
        o.contract_id,
        o.order_email,
        o.order_address,
        o.order_form,
        o.note
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
