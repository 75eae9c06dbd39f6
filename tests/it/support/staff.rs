//! People of the register.

use overblick::ids::new_id;
use uuid::Uuid;

use super::TestApp;

/// Employs somebody in a unit of the first municipality since 2020, as a staff file would. `name` is given name and family name.
pub async fn employ(app: &TestApp, name: &str, number: &str, unit: Uuid, is_protected: bool) -> Uuid {
    let id = new_id();
    let (given, family) = name.split_once(' ').unwrap();
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into person (tenant_id, id, display_name, given_names, family_name, login, is_protected)
         values ($1, $2, $3, $4, $5, lower($4) || '01', $6)",
    )
    .bind(app.a.id)
    .bind(id)
    .bind(name)
    .bind(given)
    .bind(family)
    .bind(is_protected)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into employment (tenant_id, id, person_id, org_unit_id, title, employee_no, start_date)
         values ($1, $2, $3, $4, 'Handläggare', $5, '2020-01-01')",
    )
    .bind(app.a.id)
    .bind(new_id())
    .bind(id)
    .bind(unit)
    .bind(number)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}
