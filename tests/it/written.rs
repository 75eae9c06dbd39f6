//! What people have written, and who they are: a person with protected identity stands in neither (rules 9.6).

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use uuid::Uuid;

use super::support::client::Upload;
use super::support::matching::Ground;
use super::support::{Client, TestApp};

const SECRETS: [&str; 3] = ["Hemligsson", "Storgatan", "74 06 88"];

/// What stands in a text that must not.
fn leaks(text: &str) -> Vec<&'static str> {
    SECRETS.into_iter().filter(|secret| text.contains(secret)).collect()
}

/// Hemma Hemligsson, who has protected identity, and her account with some roles.
async fn protected_user(ground: &Ground<'_>, roles: &[Role]) -> (Uuid, Client) {
    let app = ground.app;
    let hemma = ground.person("Hemma", "Hemligsson", "300500").managing().protected().add(ground).await;
    let roles: Vec<(Role, Option<Uuid>)> = roles.iter().map(|role| (*role, None)).collect();
    let hers = app.client_with(ground.tenant, &roles).await;
    ground.is_person(hers.user_id(), hemma).await;
    let mut tx = app.begin(ground.tenant).await;
    sqlx::query("update sys.user_account set name = 'Hemma Hemligsson' where id = $1")
        .bind(hers.user_id())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (hemma, hers)
}

/// A case of class A of somebody who is not protected.
async fn case(ground: &Ground<'_>) -> Uuid {
    ground.person("Anna", "Eklind", "100201").left("2026-08-31").listed().add(ground).await;
    ground.subscription("+46701740601", "Anna Eklind").reference("100201").add(ground).await
}

#[tokio::test]
async fn in_a_case_nobody_with_protected_identity_is_told_of_who_asked_answered_decided_or_was_written_about()
{
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let subscription = case(&ground).await;
    let (hemma, mut hers) = protected_user(&ground, &[Role::SubscriptionManager]).await;
    ground.refresh().await;
    let opened = ground.case_of(subscription).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let (asked, version) = (hemma.to_string(), opened.version.to_string());
    it.post(
        &format!("/matches/{}/ask", opened.id),
        &[("asked", &asked), ("version", &version), ("message", "Eller är det Hemma Hemligssons nummer?")],
    )
    .await
    .expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let question: Uuid =
        sqlx::query_scalar("select id from manager_question").fetch_one(&mut *tx).await.unwrap();
    tx.rollback().await.unwrap();
    let answer =
        [("answer", "overlat"), ("holder", "Hemma Hemligsson"), ("text", "Hemligsson, Hemma tar över")];
    hers.post(&format!("/questions/{question}/answer"), &answer).await.expect(StatusCode::SEE_OTHER);

    let mut auditor = app.client(&app.a, Role::Auditor).await;
    let mut manager = app.client(&app.a, Role::Manager).await;
    let page = format!("/matches/{}", opened.id);
    for path in
        [page.clone(), format!("{page}/decide?beslut=overlat"), format!("{page}/decide?beslut=behall")]
    {
        let shown = it.get(&path).await.expect(StatusCode::OK);
        assert_eq!(leaks(&shown.text()), Vec::<&str>::new(), "{path}");
    }
    for (who, client, path) in [
        ("auditor", &mut auditor, page.clone()),
        ("manager", &mut manager, format!("/questions/{question}")),
        ("on behalf", &mut it, format!("/questions/{question}")),
    ] {
        let shown = client.get(&path).await.expect(StatusCode::OK);
        assert_eq!(leaks(&shown.text()), Vec::<&str>::new(), "{who} {path}");
    }

    // She decides while somebody else has the case open, and takes it back.
    let version = ground.case_of(subscription).await.version.to_string();
    let keep = |reason: &'static str| [("beslut", "behall"), ("reason", reason), ("review_on", "2027-01-15")];
    let mut form: Vec<(&str, &str)> = keep("Hemma Hemligsson behöver det").to_vec();
    form.push(("version", version.as_str()));
    hers.post(&format!("{page}/decide"), &form).await.expect(StatusCode::SEE_OTHER);
    let mut form: Vec<(&str, &str)> = keep("Behövs av vikarien").to_vec();
    form.push(("version", version.as_str()));
    let late = it.post(&format!("{page}/decide"), &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.shows("Skyddad uppgift har beslutat i ärendet"), "{}", late.visible());
    assert_eq!(leaks(&late.text()), Vec::<&str>::new());
    let version = ground.case_of(subscription).await.version.to_string();
    hers.post(
        &format!("{page}/revoke"),
        &[("version", &version), ("revoke_reason", "Fel, enligt Hemma Hemligsson")],
    )
    .await
    .expect(StatusCode::SEE_OTHER);
    let shown = it.get(&page).await.expect(StatusCode::OK);
    assert_eq!(leaks(&shown.text()), Vec::<&str>::new(), "{page}");
    for path in [page.as_str(), "/audit", "/audit/export?format=csv"] {
        let shown = auditor.get(path).await.expect(StatusCode::OK);
        assert_eq!(leaks(&shown.text()), Vec::<&str>::new(), "auditor {path}");
    }
    let mut granted =
        app.client_with(&app.a, &[(Role::SubscriptionManager, None), (Role::ProtectedIdentity, None)]).await;
    let shown = granted.get(&page).await.expect(StatusCode::OK);
    assert!(shown.shows("Fel, enligt Hemma Hemligsson"), "{}", shown.visible());
}

#[tokio::test]
async fn what_was_written_in_a_case_is_hidden_when_the_person_gets_protected_identity() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let subscription = case(&ground).await;
    ground.refresh().await;
    let opened = ground.case_of(subscription).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let version = opened.version.to_string();
    let form = [
        ("beslut", "behall"),
        ("reason", "Bor kvar på Storgatan"),
        ("review_on", "2027-01-15"),
        ("version", version.as_str()),
    ];
    it.post(&format!("/matches/{}/decide", opened.id), &form).await.expect(StatusCode::SEE_OTHER);
    let page = format!("/matches/{}", opened.id);
    assert!(it.get(&page).await.shows("Storgatan"));
    // Whoever sees holders masked reads no words about them either.
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    assert!(!auditor.get(&page).await.expect(StatusCode::OK).shows("Storgatan"));

    let mut tx = app.begin(&app.a).await;
    sqlx::query("update person set is_protected = true where family_name = 'Eklind'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    ground.refresh().await;
    let hidden = it.get(&page).await.expect(StatusCode::OK);
    assert!(!hidden.shows("Storgatan") && !hidden.shows("Eklind"), "{}", hidden.visible());
}

#[tokio::test]
async fn several_at_once_tell_nothing_of_a_hidden_subscription_and_change_nothing_of_it() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    ground.person("Hemma", "Hemligsson", "300500").protected().add(&ground).await;
    let hidden =
        ground.subscription("+46701740688", "Hemma Hemligsson").reference("300500").add(&ground).await;
    let open = case(&ground).await;
    ground.refresh().await;
    let mut tx = app.begin(&app.a).await;
    let own: String = sqlx::query_scalar("select name from org_unit where id = $1")
        .bind(app.a.unit)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    tx.rollback().await.unwrap();
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let (hidden_id, open_id, above) = (hidden.to_string(), open.to_string(), app.a.department.to_string());
    for (action, value) in [("unit", above.as_str()), ("kind", "non_person"), ("review", "2027-05-01")] {
        let alone = [("action", action), ("id", hidden_id.as_str()), ("value", value), ("steg", "preview")];
        let preview = it.post("/subscriptions/bulk", &alone).await.expect(StatusCode::OK);
        assert_eq!(leaks(&preview.text()), Vec::<&str>::new(), "{action}");
        assert!(!preview.visible().contains(&own), "{action}: {}", preview.visible());
        assert!(preview.shows("Bara den som är behörig"), "{action}: {}", preview.visible());
    }
    // Beside others it is left as it is.
    let mut form = vec![
        ("action", "unit"),
        ("id", hidden_id.as_str()),
        ("id", open_id.as_str()),
        ("value", above.as_str()),
        ("steg", "preview"),
    ];
    let preview = it.post("/subscriptions/bulk", &form).await.expect(StatusCode::OK);
    let seal = preview.attributes("[name=seal]", "value").pop().unwrap();
    form.pop();
    form.extend([("steg", "confirm"), ("seal", seal.as_str())]);
    it.post("/subscriptions/bulk", &form).await.expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let unit_of = "select org_unit_id from subscription where id = $1";
    for (id, unit) in [(hidden, app.a.unit), (open, app.a.department)] {
        let now: Option<Uuid> = sqlx::query_scalar(unit_of).bind(id).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(now, Some(unit));
    }
    tx.rollback().await.unwrap();
    let mut granted =
        app.client_with(&app.a, &[(Role::SubscriptionManager, None), (Role::ProtectedIdentity, None)]).await;
    let alone =
        [("action", "unit"), ("id", hidden_id.as_str()), ("value", above.as_str()), ("steg", "preview")];
    assert!(
        granted.post("/subscriptions/bulk", &alone).await.expect(StatusCode::OK).visible().contains(&own)
    );
}

#[tokio::test]
async fn what_is_written_at_a_subscription_names_nobody_hidden_and_stays_through_a_change() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let (_, mut hers) = protected_user(&ground, &[Role::SubscriptionManager]).await;
    let lift = ground.subscription("+46701740655", "Hiss Simhallen").add(&ground).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "update subscription set purpose = 'Larm, Hemma Hemligssons dörr', place = 'Hos Hemligsson Hemma', note = 'Ring Hemma Hemligsson',
             contact_text = 'Hemma Hemligsson (tf)', order_ref = 'RITM7 Hemma Hemligsson', kind_decided = 'non_person' where id = $1",
    )
    .bind(lift)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    ground.refresh().await;
    let unit = app.a.unit;
    let (answer, note) = (format!("answer_{lift}"), format!("note_{lift}"));
    let inventory = format!("/subscriptions/inventory/{unit}");
    hers.post(&inventory, &[(&answer, "i_bruk"), (&note, "Frågat Hemma Hemligsson")])
        .await
        .expect(StatusCode::SEE_OTHER);

    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    for path in [
        format!("/subscriptions/{lift}"),
        inventory.clone(),
        "/subscriptions?kol=number&kol=purpose&kol=place&kol=contact".to_owned(),
        "/subscriptions?kol=number&kol=purpose&kol=place&kol=contact&format=csv".to_owned(),
        "/search?q=Simhallen".to_owned(),
    ] {
        for client in [&mut it, &mut auditor] {
            let shown = client.get(&path).await.expect(StatusCode::OK);
            assert_eq!(leaks(&shown.text()), Vec::<&str>::new(), "{path}");
        }
    }
    let edit = format!("/subscriptions/{lift}/edit");
    let form = it.get(&edit).await.expect(StatusCode::OK);
    assert_eq!(leaks(&form.text()), Vec::<&str>::new());
    let value = |name: &str| form.attributes(&format!("[name={name}]"), "value").pop().unwrap_or_default();
    let (version, purpose, place) = (value("version"), value("purpose"), value("place"));
    assert_eq!((purpose.as_str(), place.as_str()), ("Skyddad uppgift", "Skyddad uppgift"));
    let (operator, unit) = (ground.operator.to_string(), unit.to_string());
    let changed = [
        ("operator_id", operator.as_str()),
        ("version", version.as_str()),
        ("holder", "Hiss Simhallen"),
        ("type_text", "Ny sort"),
        ("org_unit_id", unit.as_str()),
        ("status", "aktiv"),
        ("kind_decided", "non_person"),
        ("purpose", purpose.as_str()),
        ("place", place.as_str()),
        ("note", "Skyddad uppgift"),
        ("contact", "Skyddad uppgift"),
        ("order_ref", "Skyddad uppgift"),
    ];
    it.post(&edit, &changed).await.expect(StatusCode::SEE_OTHER);
    it.post(&inventory, &[(&answer, "okant"), (&note, "Skyddad uppgift")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let kept: (String, String, String, String, String, String, String) = sqlx::query_as(
        "select s.type_text, s.purpose, s.place, s.note, s.contact_text, s.order_ref, f.note
         from subscription s join subscription_confirmation f on f.subscription_id = s.id where s.id = $1",
    )
    .bind(lift)
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    let as_written = [
        "Ny sort",
        "Larm, Hemma Hemligssons dörr",
        "Hos Hemligsson Hemma",
        "Ring Hemma Hemligsson",
        "Hemma Hemligsson (tf)",
        "RITM7 Hemma Hemligsson",
        "Frågat Hemma Hemligsson",
    ];
    assert_eq!([&kept.0, &kept.1, &kept.2, &kept.3, &kept.4, &kept.5, &kept.6], as_written);
}

#[tokio::test]
async fn a_covered_text_neither_finds_nor_orders_a_subscription() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    ground.person("Hemma", "Hemligsson", "300500").protected().add(&ground).await;
    for (number, holder, purpose) in [
        ("+46701740655", "Hiss Simhallen", "Hemma Hemligssons larm"),
        ("+46701740656", "Dörr Badhuset", "Porttelefon"),
    ] {
        let id = ground.subscription(number, holder).add(&ground).await;
        let mut tx = app.begin(&app.a).await;
        sqlx::query("update subscription set purpose = $2, kind_decided = 'non_person' where id = $1")
            .bind(id)
            .bind(purpose)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    ground.refresh().await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let mut granted =
        app.client_with(&app.a, &[(Role::SubscriptionManager, None), (Role::ProtectedIdentity, None)]).await;
    for path in ["/subscriptions?q=Hemligsson", "/search?q=Hemligsson"] {
        let shown = it.get(path).await.expect(StatusCode::OK);
        assert!(!shown.shows("Hiss Simhallen"), "{path}: {}", shown.visible());
        let shown = granted.get(path).await.expect(StatusCode::OK);
        assert!(shown.shows("Hiss Simhallen"), "{path}: {}", shown.visible());
    }
    for path in ["/subscriptions?q=Porttelefon", "/search?q=Porttelefon"] {
        assert!(it.get(path).await.expect(StatusCode::OK).shows("Dörr Badhuset"), "{path}");
    }
    // Last, as a row without a purpose is, whichever way the list goes; with the grant "Hemma" comes before "Porttelefon".
    let comes_last = |page: &str| page.find("Hiss Simhallen").unwrap() > page.find("Dörr Badhuset").unwrap();
    for sort in ["purpose", "-purpose"] {
        let path = format!("/subscriptions?kol=number&kol=holder&kol=purpose&sort={sort}");
        assert!(comes_last(&it.get(&path).await.expect(StatusCode::OK).text()), "{sort}");
        let rises = sort == "purpose";
        assert_eq!(!comes_last(&granted.get(&path).await.expect(StatusCode::OK).text()), rises, "{sort}");
    }
}

#[tokio::test]
async fn a_view_that_somebody_shares_names_nobody_hidden() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    ground.person("Hemma", "Hemligsson", "300500").protected().add(&ground).await;
    let roles = [(Role::SubscriptionManager, None), (Role::ProtectedIdentity, None)];
    let (mut sharer, mut granted) =
        (app.client_with(&app.a, &roles).await, app.client_with(&app.a, &roles).await);
    for (name, query) in
        [("Hemma Hemligssons nummer", "slag=person"), ("Dörren", "q=Hemma+Hemligsson"), ("Hissar", "q=hiss")]
    {
        let view = [("list", "subscriptions"), ("name", name), ("query", query), ("shared", "ja")];
        sharer.post("/views", &view).await.expect(StatusCode::SEE_OTHER);
    }
    let shown = granted.get("/subscriptions").await.expect(StatusCode::OK);
    assert!(shown.shows("Hemma Hemligssons nummer") && shown.shows("Dörren"), "{}", shown.visible());
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let shown = it.get("/subscriptions").await.expect(StatusCode::OK);
    assert_eq!(leaks(&shown.text()), Vec::<&str>::new());
    let tabs = shown.texts(".flikar a").join("; ");
    assert!(
        tabs.contains("Skyddad uppgift") && tabs.contains("Hissar") && !tabs.contains("Dörren"),
        "{tabs}"
    );
}

#[tokio::test]
async fn files_reports_and_orders_do_not_name_whoever_sent_took_out_or_made_them() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let subscription = case(&ground).await;
    let roles = [Role::SubscriptionManager, Role::HrAdmin];
    let (_, mut hers) = protected_user(&ground, &roles).await;
    ground.refresh().await;
    let list = "Anställningsnummer;Efternamn;Förnamn;Förvaltning;Enhet;Befattning;Sista anställningsdag;Avgångsorsak\n\
                100209;Alm;Bo;Socialförvaltningen;Hemtjänsten;Badvärd;2026-10-31;Egen uppsägning\n";
    let upload =
        Upload { field: "file", file_name: "Hemma Hemligsson avslutade.csv", bytes: list.as_bytes() };
    let sent = hers.upload("/imports", &[("kind", "leavers")], &[upload]).await.expect(StatusCode::SEE_OTHER);
    let run =
        hers.follow(&sent).await.address.split('?').next().unwrap().trim_start_matches("/vik").to_owned();
    hers.get("/reports/r06/file/csv").await.expect(StatusCode::OK);
    let version = ground.case_of(subscription).await.version.to_string();
    let path = format!("/matches/{}/decide", ground.case_of(subscription).await.id);
    let end = [("beslut", "avsluta"), ("end_choice", "nu"), ("port", "nej"), ("version", version.as_str())];
    hers.post(&path, &end).await.expect(StatusCode::SEE_OTHER);

    let mut other = app.client_with(&app.a, &roles.map(|role| (role, None))).await;
    let waiting = other.get("/matches/orders").await.expect(StatusCode::OK);
    assert_eq!(leaks(&waiting.text()), Vec::<&str>::new(), "who decided");
    let operator = ground.operator.to_string();
    let decision = waiting.attributes("[name=decision]", "value").pop().unwrap();
    // A form that does not say in which shape it goes out is sent back.
    let order = [("operator_id", operator.as_str()), ("decision", decision.as_str())];
    other.post("/matches/orders", &order).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let order = [order[0], order[1], ("form", "fil")];
    let made = hers.post("/matches/orders", &order).await.expect(StatusCode::SEE_OTHER);
    let order = made.location().unwrap().trim_start_matches("/vik").to_owned();
    for path in [order.as_str(), "/matches/orders", "/imports", run.as_str(), "/reports/r06"] {
        let shown = other.get(path).await.expect(StatusCode::OK);
        assert_eq!(leaks(&shown.text()), Vec::<&str>::new(), "{path}");
    }
}

#[tokio::test]
async fn the_database_finds_a_given_name_and_the_family_name_of_somebody_hidden_within_a_text() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    ground.person("Anna-Karin", "Åkerlund", "300500").protected().add(&ground).await;
    let mut tx = app.begin(&app.a).await;
    for (text, names_somebody) in [
        ("Anna-Karin Åkerlund", true),
        ("Karin Åkerlund (tf)", true),
        ("Jourtelefon, AKERLUND Anna", true),
        ("Karin Åkerlunds larm", true),
        ("Åkerlund", false),
        ("Anna-Karin", false),
        ("Anna Berg", false),
        (", s", false),
        ("", false),
    ] {
        let found: bool = sqlx::query_scalar("select app.names_protected($1)")
            .bind(text)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert_eq!(found, names_somebody, "{text}");
    }
    tx.rollback().await.unwrap();
}
