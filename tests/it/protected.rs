//! Persons with protected identity (rules 9.6): planted wherever a file may name them, and looked for in everything that comes
//! out: every page and file, as every role without the grant, the command's answers, mail and the log.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use overblick::areas::import_kinds;
use overblick::areas::imports::command::{Order, import};
use overblick::areas::imports::flow::{Surroundings, Told};
use overblick::areas::imports::plan::Said;
use overblick::areas::people::ProtectedMask;
use overblick::auth::permissions::Role;
use overblick::tabular::{Limits, read};
use overblick::web::routes::Access;
use uuid::Uuid;

use super::support::client::Upload;
use super::support::log::{Log, listen};
use super::support::{Client, TestApp, today};

/// What must stand nowhere: names, numbers and the unit that only the files tell of.
const PLANTED: [&str; 8] = [
    "Hemlind",
    "Hemmalotta",
    "90417311",
    "hemhem01",
    "Månskärsgården",
    "Osynberg",
    "Tystalise",
    "Stjärnviksgården",
];
/// The same, of numbers that are written with spaces and dashes.
const NUMBERS: [&str; 3] = ["701746099", "701746088", "701746077"];

const ORG: &str = "Kod;Namn;Förälder;Typ;Chef\nK;Viks kommun;;kommun;Vera Öppen\n47;Fritidsförvaltningen;K;förvaltning;\n\
     4711;Simhallen;47;enhet;Hemmalotta Hemlind\n";

const SYSTEMS: &str = "System;Systemägare;Systemförvaltare;Förvaltning\n\
     Badbokning;Hemmalotta Hemlind;Vera Öppen;Fritidsförvaltningen\n\
     Passagesystem;Vera Öppen;\"Hemlind, Hemmalotta (hemhem01)\";Fritidsförvaltningen\n";

const STAFF: &str = "Företag;Anställningsnummer;Personnummer;Efternamn;Förnamn;Tidigare namn;E-post;Användarnamn;Mobil;Enhetskod;Enhet;\
     Förvaltning;Befattning;Anställningsform;Startdatum;Slutdatum;Huvudanställning;Chef;Skyddad\n\
     1;90417311;;Hemlind;Hemmalotta;Osynberg;hemmalotta.hemlind@vik.example;hemhem01;070-174 60 99;9999;Månskärsgården;Fritidsförvaltningen;Vaktmästare;Tillsvidare;2015-01-01;;Ja;Vera Öppen;Ja\n\
     1;90417311;;Hemlind;Hemmalotta;;;hemhem01;070-174 60 99;9999;Månskärsgården;Fritidsförvaltningen;Vaktmästare;Tillsvidare;2026-02-31;;Nej;Vera Öppen;Ja\n\
     1;100200;19121212-1212;Öppen;Vera;;vera.oppen@vik.example;verop01;070-174 00 01;4711;Simhallen;Fritidsförvaltningen;Enhetschef;Tillsvidare;2010-01-01;;Ja;;Nej\n\
     1;100201;;Alm;Bo;;bo.alm@vik.example;boalm01;;4711;Simhallen;Fritidsförvaltningen;Badvärd;Tillsvidare;2020-02-31;;Ja;Hemmalotta Hemlind;Nej\n";

const CONTRACTS: &str = "Avtalsnummer;Avtal;Leverantör;Startdatum;Slutdatum;Avtalsansvarig;Värde per år\n\
     A-1;Drift av bad;Badbolaget AB;2024-01-01;2027-12-31;Hemmalotta Hemlind;100000\n\
     A-2;Larm;Larmbolaget AB;2024-13-01;2027-12-31;hemhem01;100000\n";

const SUBSCRIPTIONS: &str = "Mobilnummer;Innehavare;Referens;Abonnemangstyp;Kostnadsställe;Status;Pris/mån;Kontaktperson;Adress\n\
     070-174 60 99;Hemlind Hemmalotta;;Fri surf;4711;Aktiv;199;;Stjärnviksgården\n\
     070-174 60 88;Jourtelefon;90417311;Fri surf;4711;Aktiv;199;;Stjärnviksgården\n\
     070-174 60 77;Osynberg Hemmalotta;;Fri surf;4711;Aktiv;199,00,1;;Stjärnviksgården\n\
     070-174 00 05;Hiss Simhallen;;M2M;4711;Aktiv;49;Hemmalotta Hemlind;\n\
     070-174 00 01;Vera Öppen;;Fri surf;4711;Aktiv;199;;\n";

const LEAVERS: &str = "Anställningsnummer;Efternamn;Förnamn;Förvaltning;Enhet;Befattning;Sista anställningsdag;Avgångsorsak;Chef\n\
     90417311;Hemlind;Hemmalotta;Fritidsförvaltningen;Månskärsgården;Vaktmästare;2026-10-31;Egen uppsägning;Vera Öppen\n\
     100201;Alm;Bo;Fritidsförvaltningen;Simhallen;Badvärd;2026-10-31;Egen uppsägning;Hemmalotta Hemlind\n\
     100201;Hemlind;Hemmalotta;Fritidsförvaltningen;Månskärsgården;Badvärd;2026-10-41;Egen uppsägning;\n";

/// Everything that was planted and stands in a text.
fn found(text: &str) -> Vec<&'static str> {
    let low = text.to_lowercase();
    let mut digits = String::new();
    for c in text.chars() {
        // Digits with what may stand between them in a telephone number.
        if c.is_ascii_digit() {
            digits.push(c);
        } else if !matches!(c, ' ' | '\u{a0}' | '-' | '–' | '.') {
            digits.push('|');
        }
    }
    PLANTED
        .into_iter()
        .filter(|word| low.contains(&word.to_lowercase()))
        .chain(NUMBERS.into_iter().filter(|number| digits.contains(number)))
        .collect()
}

/// The files in an order; kinds that the program does not know yet are left out.
fn files() -> Vec<(&'static str, &'static str, &'static str)> {
    let kinds = import_kinds();
    [
        ("org-tree", "organisation.csv", ORG),
        // Before the person is known, so that the name stands as text.
        ("systems", "systemlista.csv", SYSTEMS),
        ("staff-snapshot", "personal.csv", STAFF),
        ("systems", "systemlista-ny.csv", concat_systems()),
        ("contracts", "avtal.csv", CONTRACTS),
        ("subscriptions", "abonnemang.csv", SUBSCRIPTIONS),
        ("leavers", "avslutade.csv", LEAVERS),
    ]
    .into_iter()
    .filter(|(kind, ..)| kinds.find(kind).is_some())
    .collect()
}

/// Another list of systems, with the same owner, when the person is known.
fn concat_systems() -> &'static str {
    "System;Systemägare;Förvaltning\nSkåpsystem;Hemmalotta Hemlind;Fritidsförvaltningen\n"
}

/// Takes the files in as the command does; gives what it answered.
async fn take_in(app: &TestApp) -> String {
    let kinds = import_kinds();
    let around = Surroundings {
        kinds: kinds.clone(),
        keys: app.state.keys().clone(),
        today: today(),
        now: app.state.clock().now(),
    };
    let mut told = String::new();
    for (kind, name, content) in files() {
        let said = Said::Kind(kinds.find(kind).unwrap());
        let told_of = Told { source: "Prov".to_owned(), ..Told::default() };
        let order = Order { tenant_id: app.a.id, said, told: told_of, dry_run: false };
        for receipt in
            import(app.state.tenants(), &around, &order, name, content.as_bytes().to_vec()).await.unwrap()
        {
            told.push_str(&serde_json::to_string(&receipt).unwrap());
            told.push('\n');
            told.push_str(&receipt.in_words());
            told.push('\n');
        }
    }
    told
}

/// The ids that a route of an area may be asked for.
async fn ids_of(app: &TestApp, area: &str) -> Vec<Uuid> {
    let tables: &[&str] = match area {
        "systems" => &["it_system"],
        "contracts" => &["contract"],
        "suppliers" => &["supplier"],
        "organisation" => &["org_unit"],
        "people" => &["person"],
        "watch" => &["watch_flag"],
        "imports" => &["import_run"],
        "audit" => &["change_set"],
        "retention" => &["retention_run"],
        "subscriptions" => &["subscription", "operator", "subscription_list"],
        "leavers" => &["leaver_list", "leaver_row", "leaver_sender"],
        "matches" => &["match_case", "operator_order", "manager_question"],
        _ => &[],
    };
    let mut tx = app.begin(&app.a).await;
    let mut ids = Vec::new();
    for table in tables {
        let sql = format!("select id from {table} order by id limit 8");
        ids.extend(
            sqlx::query_scalar::<_, Uuid>(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *tx).await.unwrap(),
        );
    }
    ids
}

/// Every address of the municipality that can be opened: lists as files too, and pages of objects.
async fn addresses(app: &TestApp) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for route in
        app.state.routes().iter().filter(|r| r.method == Method::GET && matches!(r.access, Access::Needs(_)))
    {
        let Some(rest) = route.path.strip_prefix("/{tenant}") else { continue };
        if rest.contains("{id}") {
            let area = rest.trim_start_matches('/').split('/').next().unwrap_or_default();
            for id in ids_of(app, area).await {
                let path = rest.replace("{id}", &id.to_string());
                if !path.contains('{') {
                    all.insert(path.clone());
                    if ["refused", "runs"].iter().any(|word| path.contains(word)) {
                        all.insert(format!("{path}?format=csv"));
                    }
                    if area == "imports" {
                        all.insert(format!("{path}?rows=refused"));
                    }
                }
            }
        } else if !rest.contains('{') {
            all.insert(rest.to_owned());
            for more in ["?format=csv", "?format=xlsx"] {
                all.insert(format!("{rest}{more}"));
            }
        }
    }
    all
}

/// What a reader gets: a page's or file's text, a workbook's cells.
fn content(bytes: &[u8], kind: &str) -> String {
    if !kind.contains("spreadsheetml") {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let book = read(bytes, &Limits::default()).unwrap();
    format!("{book:?}")
}

/// Walks everything; gives the leaks and how many pages were read.
async fn walk(client: &mut Client, role: &str, addresses: &BTreeSet<String>) -> (Vec<String>, usize) {
    let (mut leaks, mut read) = (Vec::new(), 0);
    let mut refused: BTreeSet<String> = BTreeSet::new();
    for address in addresses {
        let base = address.split('?').next().unwrap().to_owned();
        if refused.contains(&base) {
            continue;
        }
        let page = client.get(address).await;
        if page.status == StatusCode::NOT_FOUND {
            refused.insert(base);
        }
        assert!(!page.status.is_server_error(), "{role} {address} answered {}", page.status);
        read += usize::from(page.status == StatusCode::OK);
        let kind = page.header("content-type").unwrap_or_default().to_owned();
        let hits = found(&content(&page.body, &kind));
        if !hits.is_empty() {
            leaks.push(format!("{role} {address}: {hits:?}"));
        }
    }
    (leaks, read)
}

#[tokio::test]
async fn a_protected_person_stands_in_no_page_file_mail_log_or_answer_for_those_without_the_grant() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(log.clone()).finish();
    let guard = listen(subscriber);
    let app = TestApp::new().await;
    let told = take_in(&app).await;
    assert_eq!(found(&told), Vec::<&str>::new(), "the command's answers: {told}");
    app.run_jobs().await;

    // A file that fails, sent on the screen.
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let broken = STAFF.replace("2015-01-01", "2015-13-01");
    let upload = Upload { field: "file", file_name: "trasig.csv", bytes: broken.as_bytes() };
    let answer = hr.upload("/imports", &[("kind", "staff-snapshot")], &[upload]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
    app.run_jobs().await;

    let addresses = addresses(&app).await;
    let mut leaks = Vec::new();
    let mut pages = 0;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::ProtectedIdentity) {
        let mut client = app.client_with(&app.a, &[(role, None)]).await;
        let (more, read) = walk(&mut client, role.code(), &addresses).await;
        leaks.extend(more);
        pages += read;
    }
    let every: Vec<_> =
        Role::ALL.into_iter().filter(|r| *r != Role::ProtectedIdentity).map(|r| (r, None)).collect();
    let mut everybody = app.client_with(&app.a, &every).await;
    let (more, read) = walk(&mut everybody, "every role", &addresses).await;
    leaks.extend(more);
    pages += read;
    // Nor does a search tell that there is such a person.
    let hits = everybody.get("/search?q=Hemlind").await;
    if hits.attributes("main a", "href").iter().any(|href| href.contains("/people/")) {
        leaks.push("search".to_owned());
    }
    for letter in app.mail() {
        leaks.extend(found(&letter).into_iter().map(|hit| format!("mail: {hit}")));
    }
    drop(guard);
    let log = log.text();
    // The test's own reader of pages says what it reads.
    let ours = |line: &&str| !line.contains("html5ever") && !line.contains("selectors::");
    let told = log.lines().filter(ours).filter(|line| !found(line).is_empty());
    leaks.extend(told.map(|line| format!("log: {line}")));
    assert!(leaks.is_empty(), "{} leaks of {pages} pages:\n{}", leaks.len(), leaks.join("\n"));
    assert!(pages > 300, "only {pages} pages were read");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_of_the_command_hide_a_protected_person_too() {
    let app = TestApp::new().await;
    take_in(&app).await;
    app.run_jobs().await;
    for kind in ["systems", "contracts", "flags", "subscriptions", "leaver-rows"] {
        let ended = app.command().run(&["list", kind, "--tenant", "vik", "--json", "--today", "2026-11-20"]);
        // What the program cannot list yet is wrong use.
        assert!(ended.status == 0 || ended.status == 2, "{kind}: {}", ended.stderr);
        let hits: Vec<_> = found(&ended.stdout)
            .into_iter()
            // What holds for a person by number is for scripts of those who may see everything (docs/cli.md).
            .filter(|hit| !matches!((kind, *hit), ("subscriptions" | "leaver-rows", "90417311")))
            .filter(|hit| kind != "subscriptions" || !NUMBERS.contains(hit))
            .collect();
        assert!(hits.is_empty(), "{kind}: {hits:?}\n{}", ended.stdout);
    }
}

#[tokio::test]
async fn whoever_has_the_grant_sees_the_person_and_the_test_would_find_it() {
    let app = TestApp::new().await;
    take_in(&app).await;
    let mut tx = app.begin(&app.a).await;
    let person: Uuid =
        sqlx::query_scalar("select id from person where is_protected").fetch_one(&mut *tx).await.unwrap();
    let mask = ProtectedMask::load(&mut tx).await.unwrap();
    assert!(mask.hides("Hemmalotta Hemlind") && mask.hides("070-174 60 99") && mask.hides("H. Osynberg"));
    tx.rollback().await.unwrap();
    let mut granted =
        app.client_with(&app.a, &[(Role::HrAdmin, None), (Role::ProtectedIdentity, None)]).await;
    let page = granted.get(&format!("/people/{person}")).await.expect(StatusCode::OK);
    assert!(found(&page.text()).contains(&"Hemlind"), "{}", page.visible());
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    assert_eq!(hr.get(&format!("/people/{person}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_receipt_tells_which_row_and_column_is_wrong_without_telling_of_whom() {
    let app = TestApp::new().await;
    take_in(&app).await;
    let mut tx = app.begin(&app.a).await;
    let rows: Vec<(i32, String, String, String)> = sqlx::query_as(
        "select i.row_no, i.outcome, i.label, i.faults::text from import_row i join import_run r on r.id = i.run_id
         where r.kind = 'staff-snapshot' order by i.row_no",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    let of = |row: i32| rows.iter().find(|(no, ..)| *no == row).unwrap();
    assert_eq!(of(2).2, "Skyddad uppgift");
    // Refused, by its column and code, without what stood there.
    let (_, outcome, label, faults) = of(3);
    assert_eq!((outcome.as_str(), label.as_str()), ("refused", "Skyddad uppgift"));
    assert!(faults.contains("date_invalid") && faults.contains("Startdatum"), "{faults}");
    assert!(!faults.contains("2026-02-31"), "{faults}");
    // Others are told of as before.
    assert!(of(4).2.contains("Öppen"), "{:?}", of(4));
    assert!(of(5).3.contains("2020-02-31"), "{:?}", of(5));
}

#[tokio::test]
async fn the_file_of_refused_rows_masks_personal_identity_numbers() {
    let app = TestApp::new().await;
    let staff = STAFF.replace("2010-01-01", "2010-02-31");
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let upload = Upload { field: "file", file_name: "personal.csv", bytes: staff.as_bytes() };
    let answer = hr.upload("/imports", &[("kind", "staff-snapshot")], &[upload]).await;
    let page = hr.follow(&answer).await;
    let path = page.address.split('?').next().unwrap().trim_start_matches("/vik").to_owned();
    let file = hr.get(&format!("{path}/refused?format=csv")).await.expect(StatusCode::OK).text();
    assert!(
        file.contains("121212-****") && !file.contains("1212-1212") && !file.contains("191212121212"),
        "{file}"
    );
    // The row of a protected person is there by its number and fault alone.
    assert!(file.lines().any(|line| line.starts_with(";;;;;") && line.ends_with(";3")), "{file}");
    assert!(found(&file).is_empty(), "{file}");
}

#[tokio::test]
async fn whoever_gets_protected_identity_later_is_hidden_in_receipts_of_before() {
    let app = TestApp::new().await;
    let open = STAFF.replace(";Ja\n", ";Nej\n").replace("Vera Öppen;Ja", "Vera Öppen;Nej");
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let upload = Upload { field: "file", file_name: "personal.csv", bytes: open.as_bytes() };
    let answer = hr.upload("/imports", &[("kind", "staff-snapshot")], &[upload]).await;
    let preview = hr.follow(&answer).await;
    let path = preview.address.split('?').next().unwrap().trim_start_matches("/vik").to_owned();
    let answer = hr.post(&format!("{path}/take-in"), &[]).await;
    assert!(hr.follow(&answer).await.shows("Hemlind"));
    let mut tx = app.begin(&app.a).await;
    let done = sqlx::query("update person set is_protected = true where family_name = 'Hemlind'")
        .execute(&mut *tx)
        .await
        .unwrap();
    assert_eq!(done.rows_affected(), 1);
    tx.commit().await.unwrap();
    let receipt = hr.get(&path).await.expect(StatusCode::OK);
    assert!(found(&receipt.text()).is_empty(), "{:?} {}", found(&receipt.text()), receipt.visible());
    assert!(receipt.shows("Öppen"), "{}", receipt.visible());
}

#[tokio::test]
async fn a_head_who_is_only_a_text_is_hidden_when_it_names_a_protected_person_and_stays_through_a_change() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into person (tenant_id, id, display_name, given_names, family_name, is_protected)
         values ($1, $2, 'Hemmalotta Hemlind', 'Hemmalotta', 'Hemlind', true)",
    )
    .bind(app.a.id)
    .bind(overblick::ids::new_id())
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query("update org_unit set head_text = 'Hemlind, Hemmalotta (tf)' where id = $1")
        .bind(app.a.unit)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update org_unit set head_text = 'Ture Känd' where id = $1")
        .bind(app.a.department)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let (unit, above) = (app.a.unit, app.a.department);
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    for path in [
        "/organisation?oppna=ja".to_owned(),
        format!("/organisation/{unit}"),
        format!("/organisation/{above}"),
        format!("/organisation/{unit}/history"),
        format!("/organisation/{unit}/edit"),
    ] {
        let page = admin.get(&path).await.expect(StatusCode::OK);
        assert_eq!(found(&page.text()), Vec::<&str>::new(), "{path}");
    }
    assert!(admin.get("/organisation?oppna=ja").await.shows("Ture Känd"), "others are shown");
    let page = admin.get(&format!("/organisation/{unit}")).await;
    assert!(page.shows("Skyddad uppgift"), "{}", page.visible());

    // Somebody who may not know the name changes the unit's name, and loses nothing of the head.
    let form = admin.get(&format!("/organisation/{unit}/edit")).await;
    let value = |name: &str| form.attributes(&format!("[name={name}]"), "value").pop().unwrap_or_default();
    let (code, version) = (value("code"), value("version"));
    let kind = form.attributes("select[name=kind] option[selected]", "value").pop().unwrap_or_default();
    let changed = [
        ("name", "Hemtjänsten norr"),
        ("code", code.as_str()),
        ("kind", kind.as_str()),
        ("version", version.as_str()),
        ("head", "Skyddad uppgift"),
        ("in_scope", "ja"),
    ];
    admin.post(&format!("/organisation/{unit}/edit"), &changed).await.expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let (name, head): (String, Option<String>) =
        sqlx::query_as("select name, head_text from org_unit where id = $1")
            .bind(unit)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!((name.as_str(), head.as_deref()), ("Hemtjänsten norr", Some("Hemlind, Hemmalotta (tf)")));

    let mut granted = app.client_with(&app.a, &[(Role::ItUnit, None), (Role::ProtectedIdentity, None)]).await;
    let page = granted.get(&format!("/organisation/{unit}")).await.expect(StatusCode::OK);
    assert!(page.shows("Hemlind, Hemmalotta (tf)"), "{}", page.visible());
}
