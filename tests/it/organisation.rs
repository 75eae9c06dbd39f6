//! The organisation: files, pages, reorganisations.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use uuid::Uuid;

use super::staff_files::{counts, last_change_set, take_in};
use super::support::{TestApp, TestTenant, data};

const HEAD: &str = "Kod;Namn;Nivå;Förälder;Typ;Chef;Chef anst.nr;Giltig från;Giltig till;Ersätts av;Ingår\n";

/// code → (name, kind, code of parent, code of successor, in scope)
async fn tree(app: &TestApp, tenant: &TestTenant) -> Vec<(String, String, String, String, String, bool)> {
    let mut tx = app.begin(tenant).await;
    sqlx::query_as(
        "select u.code, u.name, u.kind, coalesce(p.code, ''), coalesce(s.code, ''), u.in_scope from org_unit u
         left join org_unit p on p.id = u.parent_id left join org_unit s on s.id = u.successor_id order by u.code",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap()
}

fn unit(
    code: &str,
    name: &str,
    kind: &str,
    parent: &str,
    successor: &str,
    in_scope: bool,
) -> (String, String, String, String, String, bool) {
    (code.into(), name.into(), kind.into(), parent.into(), successor.into(), in_scope)
}

#[tokio::test]
async fn a_tree_comes_in_whatever_the_order_of_its_rows() {
    let app = TestApp::new().await;
    let file = format!(
        "{HEAD}4711;Simhallen;4;47;enhet;;;2026-07-01;;;ja\n4611;Simhallen (gamla);4;47;enhet;;;2015-01-01;2026-06-30;4711;ja\n\
         47;Fritidsförvaltningen;2;N47;förvaltning;Said, Simon;254374;2015-01-01;;;ja\nN47;Fritidsnämnden;1;0;nämnd;;;2015-01-01;;;ja\n\
         99;Energi AB;2;0;bolag;;;2015-01-01;;;nej\n0;Bergs kommun;0;;kommun;;;2015-01-01;;;ja\n"
    );
    let empty = app.b.clone();
    let mut tx = app.begin(&empty).await;
    sqlx::query("delete from org_unit").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let receipt = take_in(&app, &empty, "org-tree", "org.csv", file.clone()).await;
    assert_eq!(counts(&receipt), [6, 0, 0, 0, 0]);
    assert_eq!(
        tree(&app, &empty).await,
        [
            unit("0", "Bergs kommun", "kommun", "", "", true),
            unit("4611", "Simhallen (gamla)", "enhet", "47", "4711", true),
            unit("47", "Fritidsförvaltningen", "forvaltning", "N47", "", true),
            unit("4711", "Simhallen", "enhet", "47", "", true),
            unit("99", "Energi AB", "bolag", "0", "", false),
            unit("N47", "Fritidsnämnden", "namnd", "0", "", true),
        ]
    );
    // The same again with one name changed: only that is written.
    let again =
        take_in(&app, &empty, "org-tree", "org2.csv", file.replace("Simhallen;4", "Nya simhallen;4")).await;
    assert_eq!(counts(&again), [0, 1, 5, 0, 0]);
}

#[tokio::test]
async fn rows_that_fit_nowhere_are_refused_with_the_reason_and_the_others_come_in() {
    let app = TestApp::new().await;
    let file = format!(
        "{HEAD}A;Avdelning A;3;B;avdelning;;;;;;\nB;Avdelning B;3;C;avdelning;;;;;;\nC;Avdelning C;3;A;avdelning;;;;;;\n\
         D;Under ringen;4;A;enhet;;;;;;\nE;Utan förälder;4;ZZZ;enhet;;;;;;\nF;Under den;5;E;enhet;;;;;;\n\
         G;Går bra;3;;avdelning;;;;;;\nG;Samma kod;3;;avdelning;;;;;;\nH;Bakvända datum;4;G;enhet;;;2026-05-01;2026-04-01;;\n"
    );
    let receipt = take_in(&app, &app.a, "org-tree", "org.csv", file).await;
    assert_eq!((receipt.new, receipt.refused), (1, 8));
    let text = receipt.in_words();
    for part in [
        "rad 2, Förälder: Enheten A ligger under sig själv",
        "rad 5, Förälder: Överordnad enhet A kunde inte läsas in",
        "rad 6, Förälder: Överordnad enhet ”ZZZ” finns varken i filen eller i registret",
        "rad 7, Förälder: Överordnad enhet E kunde inte läsas in",
        "rad 9, Kod: Koden G finns redan på rad 8",
        "rad 10, Giltig till: Sista dagen ligger före den första",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(tree(&app, &app.a).await.iter().any(|u| u.0 == "G"));
}

#[tokio::test]
async fn levels_are_told_by_words_by_names_by_numbers_and_by_place() {
    let app = TestApp::new().await;
    // No parents, no types: an outline by level, as some systems print it.
    let file = "Nivå;Kod;Benämning\n1;X0;Havs kommun\n2;X1;Kulturnämnden\n3;X2;Kulturförvaltningen\n4;X3;Bibliotek\n5;X4;Filialen\n4;X5;Museet\n";
    let receipt = take_in(&app, &app.a, "org-tree", "org.csv", file).await;
    assert_eq!(counts(&receipt)[0], 6, "{}", receipt.in_words());
    let ours: Vec<_> = tree(&app, &app.a).await.into_iter().filter(|u| u.0.starts_with('X')).collect();
    let placed: Vec<_> = ours.iter().map(|u| (u.0.as_str(), u.2.as_str(), u.3.as_str())).collect();
    assert_eq!(
        placed,
        [
            ("X0", "kommun", ""),
            ("X1", "namnd", "X0"),
            ("X2", "forvaltning", "X1"),
            ("X3", "avdelning", "X2"),
            ("X4", "enhet", "X3"),
            ("X5", "avdelning", "X2"),
        ]
    );
}

#[tokio::test]
async fn the_files_of_the_municipality_give_the_tree_that_is_true() {
    for size in ["kommun-small", "kommun-medium"] {
        let Some(folder) = data::shared(&format!("data/{size}")) else { return };
        let app = TestApp::new().await;
        let mut tx = app.begin(&app.b).await;
        sqlx::query("delete from org_unit").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let file = std::fs::read(folder.join("org_tree.csv")).unwrap();
        let receipt = take_in(&app, &app.b, "org-tree", "org_tree.csv", file).await;
        assert_eq!(receipt.refused, 0, "{}", receipt.in_words());
        let mut truth = csv::Reader::from_path(folder.join("truth/org_units.csv")).unwrap();
        let heads = truth.headers().unwrap().clone();
        let at = |name: &str| heads.iter().position(|h| h == name).unwrap();
        let kinds = [("nämnd", "namnd"), ("förvaltning", "forvaltning")];
        let mut expected: Vec<_> = truth
            .records()
            .map(|r| {
                let r = r.unwrap();
                let kind = kinds
                    .iter()
                    .find(|(word, _)| *word == &r[at("type")])
                    .map_or(&r[at("type")], |(_, code)| code);
                unit(
                    &r[at("code")],
                    r[at("name")].trim(),
                    kind,
                    &r[at("parent")],
                    &r[at("replaced_by")],
                    &r[at("in_scope")] == "1",
                )
            })
            .collect();
        expected.sort();
        let mut found = tree(&app, &app.b).await;
        found.sort();
        assert_eq!(found, expected, "{size}");
        let undone = {
            let set = last_change_set(&app, &app.b).await;
            let mut admin = app.client(&app.b, Role::TenantAdmin).await;
            admin.post(&format!("/audit/change-sets/{set}/undo"), &[]).await
        };
        undone.expect(StatusCode::SEE_OTHER);
        assert!(tree(&app, &app.b).await.is_empty());
    }
}

/// The id of a unit.
#[expect(dead_code, reason = "the pages come next")]
async fn id_of(app: &TestApp, tenant: &TestTenant, code: &str) -> Uuid {
    let mut tx = app.begin(tenant).await;
    sqlx::query_scalar("select id from org_unit where code = $1")
        .bind(code)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}
