//! The pages: what is typed wrong, what can be taken back, the inventory, the watch.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use uuid::Uuid;

use super::{list, numbers, plant};
use crate::support::matching::Ground;
use crate::support::{Client, TestApp};
use crate::systems::statements::count;

async fn operator(app: &TestApp) -> String {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar::<_, Uuid>("select id from operator limit 1")
        .fetch_one(&mut *tx)
        .await
        .unwrap()
        .to_string()
}

async fn add(client: &mut Client, form: &[(&str, &str)]) -> String {
    let answer = client.post("/subscriptions", form).await.expect(StatusCode::SEE_OTHER);
    format!("/subscriptions/{}", answer.location().unwrap().rsplit('/').next().unwrap())
}

#[tokio::test]
async fn a_subscription_is_added_changed_removed_and_taken_back_and_every_fault_is_told() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    it.post("/subscriptions/operators", &[("name", "Telia"), ("order_form", "fil")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let operator = operator(&app).await;
    let unit = app.a.unit.to_string();
    let wrong = [
        ("msisdn", "12"),
        ("operator_id", ""),
        ("monthly_price", "tio"),
        ("review_on", "snart"),
        ("holder", "Larm Norr"),
    ];
    let page = it.post("/subscriptions", &wrong).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.count(".ds-error-summary li"), 4, "{}", page.visible());
    assert_eq!(page.attributes("#holder", "value"), ["Larm Norr"]);

    let form = [
        ("msisdn", "070-174 06 05"),
        ("operator_id", operator.as_str()),
        ("holder", "Larm Norr"),
        ("org_unit_id", unit.as_str()),
        ("cost_centre", "4711"),
        ("monthly_price", "39"),
        ("binding_until", "2027-06-30"),
    ];
    let path = add(&mut it, &form).await;
    let page = it.get(&path).await.expect(StatusCode::OK);
    for text in ["070-174 06 05", "Larm Norr", "312", "8 månadsavgifter"] {
        assert!(page.shows(text), "{text}: {}", page.visible());
    }
    let again = it.post("/subscriptions", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.shows("Numret finns redan"));

    let version = it
        .get(&format!("{path}/edit"))
        .await
        .expect(StatusCode::OK)
        .attributes("input[name=version]", "value")
        .remove(0);
    let changed = [
        ("operator_id", operator.as_str()),
        ("holder", "Larm Söder"),
        ("org_unit_id", unit.as_str()),
        ("kind_decided", "non_person"),
        ("use_decided", "larm"),
        ("purpose", "Inbrottslarm"),
        ("contact", "Vaktbolaget"),
        ("generation", "2G"),
        ("review_on", "2027-01-01"),
        ("order_ref", "SP-10234"),
        ("version", version.as_str()),
    ];
    it.post(&format!("{path}/edit"), &changed).await.expect(StatusCode::SEE_OTHER);
    let page = it.get(&path).await;
    let shown = [
        "Larm Söder",
        "Larm Norr",
        "Ej person: larm",
        "Inbrottslarm",
        "2G-nätet stängs",
        "2027-12-31",
        "SP-10234",
    ];
    for text in shown {
        assert!(page.shows(text), "{text}: {}", page.visible());
    }
    assert!(
        it.post(&format!("{path}/edit"), &changed).await.expect(StatusCode::CONFLICT).shows("Någon annan")
    );
    let history = it.get(&format!("{path}/history")).await.expect(StatusCode::OK);
    assert!(history.shows("Inbrottslarm") && history.shows("Innehavare ändrad, värdet visas inte"));

    let answer = it.post(&format!("{path}/delete"), &[]).await.expect(StatusCode::SEE_OTHER);
    it.get(&path).await.expect(StatusCode::NOT_FOUND);
    let page = it.follow(&answer).await;
    let undo = page.attributes("form[action*='/undo/']", "action").remove(0);
    it.post(undo.trim_start_matches("/vik"), &[]).await.expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let holders: i64 =
        sqlx::query_scalar("select count(*) from subscription_holder").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(holders, 2);
}

#[tokio::test]
async fn an_operator_has_its_own_name_and_where_orders_go() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let form = [("name", "Telia"), ("order_form", "brev"), ("order_email", "order@telia.invalid")];
    it.post("/subscriptions/operators", &form).await.expect(StatusCode::SEE_OTHER);
    let twice = it.post("/subscriptions/operators", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.shows("redan en operatör") && twice.attributes("#name", "value") == ["Telia"]);
    let wrong = it
        .post("/subscriptions/operators", &[("name", ""), ("order_email", "ingen")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    // They are told in the order in which the fields stand, not in the one in which they are read.
    assert_eq!(wrong.attributes(".ds-error-summary a", "href"), ["#name", "#order_email"]);
    let path = format!("/subscriptions/operators/{}", operator(&app).await);
    let version =
        it.get(&path).await.expect(StatusCode::OK).attributes("input[name=version]", "value").remove(0);
    it.post(&path, &[("name", "Telia Företag"), ("version", &version)]).await.expect(StatusCode::SEE_OTHER);
    assert!(it.get("/subscriptions/operators").await.shows("Telia Företag"));
    it.post(&path, &[("name", "Telia"), ("version", &version)]).await.expect(StatusCode::CONFLICT);
    let mut finance = app.client(&app.a, Role::Finance).await;
    finance.get(&path).await.expect(StatusCode::OK);
    finance.post(&path, &[("name", "Annat")]).await.expect(StatusCode::NOT_FOUND);
    let mut manager = app.client_with(&app.a, &[(Role::ItUnit, Some(app.a.department))]).await;
    manager.post(&path, &[("name", "Annat")]).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_manager_answers_for_the_units_own_once_a_year() {
    let app = TestApp::new().await;
    let ids = [
        plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await,
        plant(&app, "+46701740606", "Bo Al", app.a.unit, Some(false)).await,
    ];
    plant(&app, "+46701749911", "Hedda Hemlig", app.a.unit, Some(true)).await;
    let path = format!("/subscriptions/inventory/{}", app.a.unit);
    let mut manager = app.client_with(&app.a, &[(Role::Manager, Some(app.a.department))]).await;
    let page = manager.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.count("tbody tr"), 2);
    let (answer, note) = (format!("answer_{}", ids[0]), format!("note_{}", ids[0]));
    let long = "x".repeat(501);
    let wrong = manager
        .post(&path, &[(&answer, "ej_i_bruk"), (&note, &long)])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.shows("högst 500") && wrong.text().contains(&long));
    let sent = manager
        .post(&path, &[(&answer, "ej_i_bruk"), (&note, "Lämnad i somras")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(manager.follow(&sent).await.shows("1 abonnemang återstår"));
    let page = manager.get(&path).await;
    assert_eq!(page.attributes(&format!("input[name={answer}][checked]"), "value"), ["ej_i_bruk"]);
    assert!(manager.get("/subscriptions/inventory").await.shows("1 av 2"));
    assert!(manager.get(&format!("/subscriptions/{}", ids[0])).await.shows("Inte i bruk"));
    manager
        .post(&path, &[(&answer, "i_bruk"), (&format!("answer_{}", ids[1]), "i_bruk")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let answers: Vec<String> =
        sqlx::query_scalar("select answer from subscription_confirmation").fetch_all(&mut *tx).await.unwrap();
    assert_eq!(answers, ["i_bruk", "i_bruk"]);
    drop(tx);

    let mut neighbour = app.client_with(&app.a, &[(Role::Manager, Some(app.a.other_department))]).await;
    neighbour.get(&path).await.expect(StatusCode::NOT_FOUND);
    neighbour.post(&path, &[(&answer, "i_bruk")]).await.expect(StatusCode::NOT_FOUND);
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    assert_eq!(auditor.get(&path).await.expect(StatusCode::OK).count("input[type=radio]"), 0);
    auditor.post(&path, &[(&answer, "i_bruk")]).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn several_get_a_unit_at_once_and_it_can_be_taken_back() {
    let app = TestApp::new().await;
    let text = "Nummer;Användare;Status\n0701740605;Eva Ek;Aktiv\n0701740606;Bo Al;Aktiv\n";
    list(&app, "telia.csv", text).await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let unit = app.a.unit.to_string();
    let form =
        [("action", "unit"), ("alla", "ja"), ("urval", ""), ("steg", "preview"), ("value", unit.as_str())];
    let preview = it.post("/subscriptions/bulk", &form).await.expect(StatusCode::OK);
    assert!(preview.shows("070-174 06 05"), "{}", preview.visible());
    let seal = preview.attributes("input[name=seal]", "value").remove(0);
    let form = [
        ("action", "unit"),
        ("alla", "ja"),
        ("urval", ""),
        ("steg", "confirm"),
        ("value", unit.as_str()),
        ("seal", seal.as_str()),
    ];
    let answer = it.post("/subscriptions/bulk", &form).await.expect(StatusCode::SEE_OTHER);
    let page = it.follow(&answer).await;
    let undo = page.attributes("form[action*='/undo/']", "action").remove(0);
    let mut manager = app.client_with(&app.a, &[(Role::Manager, Some(app.a.unit))]).await;
    assert_eq!(numbers(&manager.get("/subscriptions").await).len(), 2);
    it.post(undo.trim_start_matches("/vik"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(numbers(&manager.get("/subscriptions").await).is_empty());
}

#[tokio::test]
async fn the_pages_ask_as_many_questions_for_many_subscriptions_as_for_few() {
    let app = TestApp::new().await;
    let id = plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await;
    // What names somebody protected is covered: that is asked once, where there is anybody.
    plant(&app, "+46701740606", "Hedda Hemlig", app.a.unit, Some(true)).await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let paths = [
        "/subscriptions".to_owned(),
        "/subscriptions?vy=nat-stangs&q=a".to_owned(),
        format!("/subscriptions/{id}"),
        "/subscriptions/operators".to_owned(),
        "/subscriptions/lists".to_owned(),
        "/subscriptions/inventory".to_owned(),
        format!("/subscriptions/inventory/{}", app.a.unit),
    ];
    let mut before = Vec::new();
    for path in &paths {
        count(&mut it, path).await;
        before.push(count(&mut it, path).await);
    }
    for n in 0..40 {
        plant(&app, &format!("+4670174{n:04}"), "Någon Annan", app.a.unit, Some(n % 2 == 0)).await;
    }
    let mut after = Vec::new();
    for path in &paths {
        after.push(count(&mut it, path).await);
    }
    eprintln!("statements for {paths:?}: {after:?}");
    assert_eq!(after, before);
}

#[tokio::test]
async fn the_watch_tells_what_is_lacking_and_closing_without_saying_whose_it_is() {
    let app = TestApp::new().await;
    for (number, holder, protected) in
        [("+46701740605", "Eva Ek", false), ("+46701749911", "Hedda Hemlig", true)]
    {
        let id = plant(&app, number, holder, app.a.unit, Some(protected)).await;
        let mut tx = app.begin(&app.a).await;
        sqlx::query("update subscription set kind_decided = 'non_person', use_decided = 'larm', generation = '3G' where id = $1")
            .bind(id)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = app.begin(&app.a).await;
    let found = overblick::areas::subscriptions::findings(&mut tx, crate::support::today()).await.unwrap();
    let mut rules: Vec<&str> = found.iter().map(|f| f.rule).collect();
    rules.sort_unstable();
    assert_eq!(rules, ["inventory_due", "network_sunset", "nonperson_incomplete"]);
    for finding in &found {
        let text = format!("{} {}", finding.title, finding.detail);
        for personal in ["Eva", "Hedda", "1740605", "174 06 05", "9911"] {
            assert!(!text.contains(personal), "{text}");
        }
        assert_eq!(finding.owner_unit_id, Some(app.a.unit));
    }
}

#[tokio::test]
async fn an_inventory_left_unanswered_is_still_open_after_the_turn_of_the_year() {
    let app = TestApp::new().await;
    for (number, activated) in [("+46701740605", "2026-01-01"), ("+46701740606", "2026-12-01")] {
        let id = plant(&app, number, "Eva Ek", app.a.unit, Some(false)).await;
        let mut tx = app.begin(&app.a).await;
        sqlx::query("update subscription set activated_on = $2 where id = $1")
            .bind(id)
            .bind(activated.parse::<chrono::NaiveDate>().unwrap())
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let found = async |day: &str| {
        let mut tx = app.begin(&app.a).await;
        let found = overblick::areas::subscriptions::findings(&mut tx, day.parse().unwrap()).await.unwrap();
        found.into_iter().find(|f| f.rule == "inventory_due").map(|f| (f.due_date, f.detail))
    };
    let (due, detail) = found("2027-02-01").await.expect("nobody has answered");
    assert_eq!(due.map(|d| d.to_string()).as_deref(), Some("2026-10-31"));
    assert!(detail.starts_with("0 av 1 "), "what came after the day is of the next inventory: {detail}");
    let mut manager = app.client(&app.a, Role::SubscriptionManager).await;
    let page = manager.get("/subscriptions/inventory").await.expect(StatusCode::OK);
    assert!(page.shows("Skulle ha varit klart"), "{}", page.visible());
}

#[tokio::test]
async fn whoever_has_more_than_two_numbers_is_shown_and_cards_are_not_counted() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    for (employee_no, given, numbers) in [("100301", "Anna", 3), ("100302", "Bo", 2)] {
        ground.person(given, "Ek", employee_no).add(&ground).await;
        for n in 0..numbers {
            let number = format!("+4670174{}0{n}", &employee_no[4..]);
            ground.subscription(&number, &format!("{given} Ek")).reference(employee_no).add(&ground).await;
        }
    }
    ground.refresh().await;
    let mut manager = app.client(&app.a, Role::SubscriptionManager).await;
    let page = manager.get("/subscriptions?vy=flera-nummer").await.expect(StatusCode::OK);
    assert_eq!(page.attributes("main tbody th a", "href").len(), 3, "{}", page.visible());
    assert!(page.shows("Anna Ek") && !page.shows("Bo Ek"));
}
