//! The pages: who sees what of whose, what is typed wrong, what can be taken back.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::ids::new_id;
use overblick::rules::masking;
use uuid::Uuid;

use super::list;
use crate::support::{Client, TestApp};
use crate::systems::statements::count;

/// A subscription with what the matching says of it; `None` = it has not looked yet.
pub(super) async fn plant(
    app: &TestApp,
    number: &str,
    holder: &str,
    unit: Uuid,
    is_protected: Option<bool>,
) -> Uuid {
    let id = new_id();
    let mut tx = app.begin(&app.a).await;
    sqlx::query("insert into operator (tenant_id, id, name) values ($1, $2, 'Telia') on conflict do nothing")
        .bind(app.a.id)
        .bind(new_id())
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(
        "insert into subscription (tenant_id, id, msisdn, operator_id, type_text, holder, reference, cost_centre, org_unit_id, monthly_price)
         select $1, $2, $3, o.id, 'Mobil Plus', $4, 'ref ' || $4, '4711', $5, 149 from operator o where o.name = 'Telia'",
    )
    .bind(app.a.id)
    .bind(id)
    .bind(number)
    .bind(holder)
    .bind(unit)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into subscription_holder (tenant_id, id, subscription_id, operator_id, holder, cost_centre, seen_from)
         select $1, gen_random_uuid(), s.id, s.operator_id, s.holder, s.cost_centre, '2026-10-15' from subscription s where s.id = $2",
    )
    .bind(app.a.id)
    .bind(id)
    .execute(&mut *tx)
    .await
    .unwrap();
    if let Some(is_protected) = is_protected {
        sqlx::query(
            "insert into subscription_proposal (tenant_id, id, class, kind, use_code, is_protected)
             values ($1, $2, '-', 'person', 'telefon', $3)",
        )
        .bind(app.a.id)
        .bind(id)
        .bind(is_protected)
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    id
}

async fn operator(app: &TestApp) -> String {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar::<_, Uuid>("select id from operator limit 1")
        .fetch_one(&mut *tx)
        .await
        .unwrap()
        .to_string()
}

fn numbers(page: &crate::support::client::Page) -> Vec<String> {
    page.texts("tbody th a")
}

#[tokio::test]
async fn a_user_of_a_unit_sees_the_units_own_and_nothing_of_others() {
    let app = TestApp::new().await;
    let own = plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await;
    let others = plant(&app, "+46701740606", "Bo Al", app.a.other_department, Some(false)).await;
    let mut manager = app.client_with(&app.a, &[(Role::Manager, Some(app.a.department))]).await;
    assert_eq!(numbers(&manager.get("/subscriptions").await.expect(StatusCode::OK)), ["070-174 06 05"]);
    assert!(numbers(&manager.get("/subscriptions?q=Bo").await).is_empty());
    assert!(manager.get(&format!("/subscriptions/{own}")).await.expect(StatusCode::OK).shows("Eva Ek"));
    for path in [
        format!("/subscriptions/{others}"),
        format!("/subscriptions/{others}/history"),
        format!("/subscriptions/inventory/{}", app.a.other_department),
        "/subscriptions/lists".to_owned(),
        format!("/subscriptions/{own}/edit"),
    ] {
        manager.get(&path).await.expect(StatusCode::NOT_FOUND);
    }
    let progress = manager.get("/subscriptions/inventory").await.expect(StatusCode::OK);
    assert!(
        progress.shows("Hemtjänsten") && !progress.shows("Barn- och utbildningsförvaltningen"),
        "{}",
        progress.visible()
    );
    manager
        .post(&format!("/subscriptions/{own}/reveal"), &[("field", "puk")])
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_a_protected_person_and_of_one_not_known_yet_there_is_nothing_to_see_or_find() {
    let app = TestApp::new().await;
    plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await;
    let hidden = plant(&app, "+46701749911", "Hedda Hemlig", app.a.unit, Some(true)).await;
    let unknown = plant(&app, "+46701749922", "Osedd Olle", app.a.unit, None).await;
    let list: Uuid = {
        // As if a list had brought and changed them.
        let mut tx = app.begin(&app.a).await;
        let list = new_id();
        sqlx::query("insert into subscription_series (tenant_id, id, operator_id) select $1, $2, id from operator limit 1")
            .bind(app.a.id)
            .bind(list)
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query("insert into subscription_list (tenant_id, id, series_id, run_id, taken_on) values ($1, $2, $2, $2, '2026-11-16')")
            .bind(app.a.id)
            .bind(list)
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query("update subscription set first_list_id = $1").bind(list).execute(&mut *tx).await.unwrap();
        sqlx::query(
            "insert into subscription_change (tenant_id, id, list_id, subscription_id, kind, old_value, new_value)
             select tenant_id, gen_random_uuid(), $1, id, k, '4711', '4712' from subscription, unnest(array['cost_centre', 'renamed']) k",
        )
        .bind(list)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        list
    };
    let paths = [
        "/subscriptions".to_owned(),
        "/subscriptions?kol=number&kol=holder&kol=reference&kol=unit_name&kol=contact&kol=cost_centre"
            .to_owned(),
        "/subscriptions?format=csv".to_owned(),
        "/subscriptions?q=Hedda".to_owned(),
        "/subscriptions?q=1749911".to_owned(),
        format!("/subscriptions?enhet={}", app.a.unit),
        format!("/subscriptions/{hidden}"),
        format!("/subscriptions/{hidden}/history"),
        format!("/subscriptions/{hidden}/edit"),
        format!("/subscriptions/{hidden}/delete"),
        format!("/subscriptions/{unknown}"),
        format!("/subscriptions/{unknown}/history"),
        "/subscriptions/inventory".to_owned(),
        format!("/subscriptions/inventory/{}", app.a.department),
        "/subscriptions/lists".to_owned(),
        format!("/subscriptions/lists/{list}"),
        "/subscriptions/operators".to_owned(),
        "/search?q=Hedda".to_owned(),
        "/audit".to_owned(),
        "/watch".to_owned(),
    ];
    let readers = [
        vec![(Role::ItUnit, None)],
        vec![(Role::SubscriptionManager, None)],
        vec![(Role::Auditor, None)],
        vec![(Role::Finance, None)],
        vec![(Role::Manager, Some(app.a.department))],
    ];
    for roles in readers {
        let mut reader = app.client_with(&app.a, &roles).await;
        for path in &paths {
            let page = reader.get(path).await;
            let text = page.text();
            for secret in ["Hedda", "Hemlig", "H. H.", "9911", "99 11", "Osedd", "9922", "99 22"] {
                // What was searched for stands in the field.
                let echoes = path.contains("q=");
                let found = if echoes { page.visible().contains(secret) } else { text.contains(secret) };
                assert!(!found, "{roles:?} {path} shows {secret}");
            }
        }
        for field in ["puk", "iccid"] {
            reader
                .post(&format!("/subscriptions/{hidden}/reveal"), &[("field", field)])
                .await
                .expect(StatusCode::NOT_FOUND);
        }
    }
    // A hidden one has no unit: those who see a unit only do not know that it is there.
    let mut manager = app.client_with(&app.a, &[(Role::Manager, Some(app.a.department))]).await;
    manager.get(&format!("/subscriptions/{hidden}")).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(numbers(&manager.get("/subscriptions").await), ["070-174 06 05"]);
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it.get("/subscriptions").await;
    assert_eq!(
        page.texts("tbody th a").iter().filter(|n| *n == "Skyddad uppgift").count(),
        2,
        "{}",
        page.visible()
    );
    assert!(
        it.get(&format!("/subscriptions/{hidden}")).await.expect(StatusCode::OK).shows("Skyddad uppgift")
    );

    let mut granted = app.client_with(&app.a, &[(Role::ItUnit, None), (Role::ProtectedIdentity, None)]).await;
    assert!(
        granted.get(&format!("/subscriptions/{hidden}")).await.expect(StatusCode::OK).shows("Hedda Hemlig")
    );
    assert!(granted.get("/subscriptions?q=Hedda").await.shows("070-174 99 11"));
}

#[tokio::test]
async fn a_former_holder_who_is_protected_stays_hidden_in_the_numbers_history() {
    let app = TestApp::new().await;
    let id = plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into person (tenant_id, id, display_name, given_names, family_name, is_protected)
         values ($1, gen_random_uuid(), 'Hedda Hemlig', 'Hedda', 'Hemlig', true)",
    )
    .bind(app.a.id)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into subscription_holder (tenant_id, id, subscription_id, operator_id, holder, cost_centre, seen_from, seen_to)
         select $1, gen_random_uuid(), id, operator_id, 'HEMLIG HEDDA', '9999', '2025-01-15', '2026-09-15' from subscription where id = $2",
    )
    .bind(app.a.id)
    .bind(id)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it.get(&format!("/subscriptions/{id}")).await.expect(StatusCode::OK);
    assert!(page.shows("Eva Ek") && page.shows("Skyddad uppgift"));
    assert!(!page.text().to_lowercase().contains("hedda") && !page.shows("9999"), "{}", page.visible());
}

#[tokio::test]
async fn an_auditor_sees_that_there_is_somebody_and_not_who() {
    let app = TestApp::new().await;
    let id = plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await;
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    for path in [
        "/subscriptions".to_owned(),
        "/subscriptions?format=csv".to_owned(),
        format!("/subscriptions/{id}"),
        format!("/subscriptions/inventory/{}", app.a.unit),
    ] {
        let page = auditor.get(&path).await.expect(StatusCode::OK);
        assert!(page.text().contains("E. E."), "{path}: {}", page.visible());
        for secret in ["Eva", "1740605", "174 06 05", "ref Eva"] {
            assert!(!page.text().contains(secret), "{path} shows {secret}");
        }
    }
    assert!(
        auditor.get("/subscriptions?q=Eva").await.texts("tbody th a").is_empty(),
        "a name is not found by who may not see it"
    );
}

#[tokio::test]
async fn names_and_numbers_are_masked_the_same_in_the_database_and_in_the_program() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    for text in ["Anna-Karin Åkerlund", "Åkerlund, anna", "INBROTTSLARM SIMHALL", "", " x  y,z", "éva ek"]
    {
        let name: String =
            sqlx::query_scalar("select app.masked_name($1)").bind(text).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(name, masking::name(text), "{text}");
    }
    for text in ["+46701740605", "112", "", "+4670174", "+46719000000123"] {
        let number: String =
            sqlx::query_scalar("select app.masked_number($1)").bind(text).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(number, masking::number(text), "{text}");
    }
}

#[tokio::test]
async fn a_secret_is_shown_one_at_a_time_to_whoever_may_change_and_that_is_logged() {
    let app = TestApp::new().await;
    let text =
        "Nummer;Användare;Kst;SIM;PUK-kod;Status\n0701740605;Eva Ek;;8946087000000000010;11112222;Aktiv\n";
    list(&app, "telia.csv", text).await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it.get("/subscriptions").await.expect(StatusCode::OK);
    let path = page.attributes("tbody th a", "href").remove(0).trim_start_matches("/vik").to_owned();
    let closed = it.get(&path).await.expect(StatusCode::OK);
    assert!(
        closed.shows("Visa PUK")
            && !closed.text().contains("11112222")
            && !closed.text().contains("8946087000000000010")
    );
    assert!(it.get(&format!("{path}/reveal")).await.status.is_client_error(), "a link shows nothing");
    let shown = it.post(&format!("{path}/reveal"), &[("field", "puk")]).await.expect(StatusCode::OK);
    assert!(shown.shows("11112222") && !shown.text().contains("8946087000000000010"));
    it.post(&format!("{path}/reveal"), &[("field", "msisdn")]).await.expect(StatusCode::NOT_FOUND);
    let mut tx = app.begin(&app.a).await;
    let logged: Vec<String> = sqlx::query_scalar(
        "select detail->>'field' from access_log where kind = 'reveal' and object_kind = 'subscription'",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(logged, ["puk"]);
    drop(tx);
    for page in ["/subscriptions?format=csv", "/imports", "/audit"] {
        let mut reader = app.client_with(&app.a, &[(Role::ItUnit, None), (Role::Auditor, None)]).await;
        let text = reader.get(page).await.text();
        assert!(!text.contains("11112222") && !text.contains("8946087"), "{page}");
    }
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
        ("version", version.as_str()),
    ];
    it.post(&format!("{path}/edit"), &changed).await.expect(StatusCode::SEE_OTHER);
    let page = it.get(&path).await;
    for text in
        ["Larm Söder", "Larm Norr", "Ej person: larm", "Inbrottslarm", "2G-nätet stängs", "2027-12-31"]
    {
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
    assert_eq!(wrong.count(".ds-error-summary li"), 2);
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
