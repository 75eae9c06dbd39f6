//! Suppliers: the register, finding what is the same company, merging and taking back.

use axum::http::StatusCode;
use overblick::areas::suppliers;
use overblick::auth::permissions::Role;
use overblick::rules::org_number::OrgNumber;

use crate::support::{Client, TestApp};

async fn officer(app: &TestApp) -> Client {
    app.client(&app.a, Role::ContractOfficer).await
}

async fn add(client: &mut Client, form: &[(&str, &str)]) -> String {
    let answer = client.post("/suppliers", form).await.expect(StatusCode::SEE_OTHER);
    answer.location().unwrap().trim_start_matches("/vik").to_owned()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn a_supplier_is_added_with_its_number_in_any_form() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path =
        add(&mut client, &[("name", "Nordvård AB"), ("org_no", "SE559959422201"), ("city", "Vik")]).await;
    let page = client.get(&path).await.expect(StatusCode::OK);
    assert!(page.shows("559959-4222"));
    let list = client.get("/suppliers?q=559959").await.expect(StatusCode::OK);
    assert!(list.shows("Nordvård AB"));
    let wrong = client.post("/suppliers", &[("name", "X"), ("org_no", "559959-4223")]).await;
    assert!(
        wrong
            .expect(StatusCode::UNPROCESSABLE_ENTITY)
            .shows("Kontrollsiffran i organisationsnumret stämmer inte.")
    );
}

#[tokio::test]
async fn the_same_number_twice_is_pointed_out() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    add(&mut client, &[("name", "Nordvård AB"), ("org_no", "559959-4222")]).await;
    let page = client.post("/suppliers", &[("name", "Nordvård Sverige"), ("org_no", "5599594222")]).await;
    assert!(
        page.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("Nordvård AB har redan det organisationsnumret.")
    );
}

#[tokio::test]
async fn a_foreign_supplier_is_404_and_a_reader_may_not_write() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &[("name", "Nordvård AB")]).await;
    let mut other = app.client(&app.b, Role::ContractOfficer).await;
    for page in ["", "/edit", "/delete"] {
        other.get(&format!("{path}{page}")).await.expect(StatusCode::NOT_FOUND);
    }
    other.post(&path, &[("name", "Stulet"), ("version", "1")]).await.expect(StatusCode::NOT_FOUND);
    let mut reader = app.client(&app.a, Role::Finance).await;
    reader.get(&path).await.expect(StatusCode::OK);
    reader.get(&format!("{path}/edit")).await.expect(StatusCode::NOT_FOUND);
    reader.post(&path, &[("name", "Ändrat"), ("version", "1")]).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_edit_is_saved_and_one_over_somebody_elses_is_stopped() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &[("name", "Nordvård AB")]).await;
    let form = [("name", "Nordvård i Vik AB"), ("risk_note", "Konkurs"), ("version", "1")];
    client.post(&path, &form).await.expect(StatusCode::SEE_OTHER);
    let page = client.get(&path).await;
    assert!(page.shows("Nordvård i Vik AB") && page.shows("Märkt med risk."));
    client.post(&path, &form).await.expect(StatusCode::CONFLICT);
}

#[tokio::test]
async fn two_rows_of_one_company_are_proposed_merged_and_taken_apart_again() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let keep = add(&mut client, &[("name", "Nordvård AB"), ("org_no", "559959-4222")]).await;
    let other = add(&mut client, &[("name", "NORDVÅRD Aktiebolag"), ("city", "Berg")]).await;
    add(&mut client, &[("name", "Helt annat AB")]).await;
    let contract = client
        .post("/contracts", &[("title", "Drift"), ("supplier_id", id_of(&other))])
        .await
        .expect(StatusCode::SEE_OTHER);
    let contract = contract.location().unwrap().trim_start_matches("/vik").to_owned();
    let page = client.get("/suppliers/duplicates").await.expect(StatusCode::OK);
    assert_eq!(page.count("tbody tr"), 1);
    assert!(client.get(&other).await.shows("Leverantören kan finnas flera gånger."));
    let merge = format!("{keep}/merge/{}", id_of(&other));
    assert!(client.get(&merge).await.expect(StatusCode::OK).shows("1 avtal"));
    let answer = client.post(&merge, &[]).await.expect(StatusCode::SEE_OTHER);
    let page = client.follow(&answer).await;
    assert!(page.shows("Berg") && page.shows("Drift"), "{}", page.visible());
    client.get(&other).await.expect(StatusCode::NOT_FOUND);
    let undo = page.attributes("form[action*='/undo']", "action");
    client.post(undo[0].trim_start_matches("/vik"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(client.get(&other).await.expect(StatusCode::OK).shows("Drift"));
    assert!(client.get(&contract).await.shows("NORDVÅRD Aktiebolag"));
}

#[tokio::test]
async fn a_supplier_with_contracts_is_not_taken_away() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let used = add(&mut client, &[("name", "Nordvård AB")]).await;
    client
        .post("/contracts", &[("title", "Drift"), ("supplier_id", id_of(&used))])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(client.get(&format!("{used}/delete")).await.shows("kan inte tas bort"));
    client.post(&format!("{used}/delete"), &[]).await.expect(StatusCode::CONFLICT);
    let unused = add(&mut client, &[("name", "Tomt AB")]).await;
    client.post(&format!("{unused}/delete"), &[]).await.expect(StatusCode::SEE_OTHER);
    client.get(&unused).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn names_and_numbers_find_suppliers_and_create_those_that_are_missing() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let known = add(&mut client, &[("name", "Nordvård AB")]).await;
    let number = OrgNumber::parse("559959-4222").ok();
    let wanted = vec![
        ("Nordvård".to_owned(), number),
        ("NORDVÅRD AB".to_owned(), None),
        ("Lärdom Digital AB".to_owned(), None),
        ("Lardom Digital".to_owned(), None),
    ];
    let mut tx = app.begin(&app.a).await;
    let found = suppliers::ensure(&mut tx, &wanted).await.unwrap();
    assert_eq!(found[&wanted[0]].to_string(), id_of(&known));
    assert_eq!(found[&wanted[1]], found[&wanted[0]]);
    assert_eq!(found[&wanted[3]], found[&wanted[2]]);
    let learnt = suppliers::find(&mut tx, found[&wanted[0]]).await.unwrap().unwrap();
    assert_eq!(learnt.org_no.as_deref(), Some("5599594222"), "the number it lacked");
    let count: i64 = sqlx::query_scalar("select count(*) from supplier").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(count, 2);
}
