//! Systems: the register, its pages, who may change what.

mod import;
mod list;
mod merge;
mod odd;
mod pages;
mod reach;
pub mod statements;
mod truth;

use overblick::db::tenant::TenantTx;
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::{Client, TestApp, TestTenant, client::Page};

/// Creates a system through the form, as a user does, and gives its path inside the municipality.
async fn create(client: &mut Client, name: &str, unit: Uuid, more: &[(&str, &str)]) -> String {
    let unit = unit.to_string();
    let mut form = vec![("name", name), ("owner_unit_id", unit.as_str()), ("phase", "anvandning")];
    form.retain(|(key, _)| !more.iter().any(|(m, _)| m == key));
    form.extend_from_slice(more);
    let answer = client.post("/systems", &form).await;
    path_of(&answer)
}

/// The path that an answer leads on to, inside the municipality.
#[track_caller]
fn path_of(answer: &Page) -> String {
    let location = answer
        .location()
        .unwrap_or_else(|| panic!("{}: {}\n{}", answer.address, answer.status, answer.visible()));
    let (_, rest) = location.trim_start_matches('/').split_once('/').unwrap();
    format!("/{rest}")
}

/// The id at the end of `/systems/{id}`.
fn id_of(path: &str) -> Uuid {
    path.split('/').nth(2).unwrap().parse().unwrap()
}

/// What the edit form of a system holds, ready to be sent with changes.
async fn form_of(client: &mut Client, path: &str) -> Vec<(String, String)> {
    let page = client.get(&format!("{path}/edit")).await;
    let html = page.html();
    let mut out = Vec::new();
    let css = |s: &str| scraper::Selector::parse(s).unwrap();
    for input in html.select(&css("form[action$='/edit'] input")) {
        let kind = input.attr("type").unwrap_or("text");
        if matches!(kind, "radio" | "checkbox") && input.attr("checked").is_none() {
            continue;
        }
        out.push((
            input.attr("name").unwrap_or_default().to_owned(),
            input.attr("value").unwrap_or_default().to_owned(),
        ));
    }
    for area in html.select(&css("form[action$='/edit'] textarea")) {
        let text: String = area.text().collect();
        out.push((
            area.attr("name").unwrap_or_default().to_owned(),
            text.trim_start_matches('\n').to_owned(),
        ));
    }
    for select in html.select(&css("form[action$='/edit'] select")) {
        let value =
            select.select(&css("option[selected]")).next().and_then(|o| o.attr("value")).unwrap_or_default();
        out.push((select.attr("name").unwrap_or_default().to_owned(), value.to_owned()));
    }
    out
}

/// Sends the edit form with changes.
async fn edit(client: &mut Client, path: &str, form: &[(String, String)], changes: &[(&str, &str)]) -> Page {
    let mut sent: Vec<(&str, &str)> = form
        .iter()
        .filter(|(k, _)| !changes.iter().any(|(c, _)| c == k))
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    sent.extend_from_slice(changes);
    client.post(&format!("{path}/edit"), &sent).await
}

async fn person(tx: &mut TenantTx, name: &str, login: &str) -> Uuid {
    let id = new_id();
    let key = overblick::rules::names::PersonName::parse(name).keys().k1;
    sqlx::query(
        "insert into person (tenant_id, id, display_name, name_key, login) values ($1, $2, $3, $4, $5)",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(name)
    .bind(key)
    .bind(login)
    .execute(&mut **tx)
    .await
    .unwrap();
    id
}

/// Makes a person the head of a unit.
async fn head(tx: &mut TenantTx, unit: Uuid, person: Uuid) {
    sqlx::query("update org_unit set head_person_id = $2 where id = $1")
        .bind(unit)
        .bind(person)
        .execute(&mut **tx)
        .await
        .unwrap();
}

/// Lets a signed-in user be a person in the register.
async fn is_person(app: &TestApp, tenant: &TestTenant, client: &Client, person: Uuid) {
    let mut tx = app.begin(tenant).await;
    sqlx::query("update member_profile set person_id = $2 where user_id = $1")
        .bind(client.user_id())
        .bind(person)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
