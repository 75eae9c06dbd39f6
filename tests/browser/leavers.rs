//! The month when somebody leaves: HR's list, the worklist by keyboard, a manager on a telephone, and the operator's next list.

use super::folder::TestFolder;
use super::support::Journey;

/// Margareta Hedlund is gone from the personnel list and on no list of HR's, until this one.
const LIST: &str = "Förvaltning;Org.enhet;Anst.nr;Enamn;Fnamn;Form;Anställd fr.o.m.;Anställd t.o.m.;Orsak\n\
    Samhällsbyggnadsförvaltningen;7013;147639;Hedlund;Margareta;Tillsvidare;2025-09-22;2026-11-06;Egen uppsägning\n";

async fn send(
    journey: &Journey,
    folder: &TestFolder,
    kind: &str,
    name: &str,
    content: &[u8],
    received: &str,
) {
    let file = folder.path().join(name);
    std::fs::write(&file, content).unwrap();
    journey.open("/stromshult/imports/new").await;
    journey.attach("file", &file).await;
    journey.choose("kind", kind).await;
    if !received.is_empty() {
        let script = format!("document.querySelector(\"[name='received']\").value = '{received}'");
        journey.client().execute(&script, Vec::new()).await.unwrap();
    }
    journey.submit("Läs filen").await;
}

async fn sign_out(journey: &Journey) {
    journey.find("[popovertarget='anv-meny']").await.click().await.unwrap();
    journey.submit("Logga ut").await;
    journey.sees("Logga in").await;
}

async fn key(journey: &Journey, keys: &str) {
    journey.find("body").await.send_keys(keys).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn hr_sends_a_list_it_works_it_by_keyboard_a_manager_answers_and_the_next_list_proves_it() {
    let Some(journey) = Journey::start_in_the_demo().await else { return };
    let folder = TestFolder::new();
    journey.sign_in("marianne-anna.eriksson").await;
    journey.open("/stromshult/leavers").await;
    journey.sees("Månader").await;
    send(&journey, &folder, "leavers", "trasig.csv", b"Namn;Enhet\nHedlund;7013\n", "").await;
    journey.sees("Slutdatum").await;
    send(&journey, &folder, "leavers", "sbf_2026-11.csv", LIST.as_bytes(), "").await;
    journey.sees("Vad listan ger").await;
    journey.submit("Läs in").await;
    journey.sees("Filen är inläst").await;
    send(&journey, &folder, "leavers", "sbf_2026-11_igen.csv", LIST.as_bytes(), "").await;
    journey.sees("redan inläst").await;
    journey.open("/stromshult/matches").await;
    journey.sees("Sidan finns inte").await;
    journey.open("/stromshult").await;
    sign_out(&journey).await;

    journey.sign_in("kevin.brandt").await;
    journey.open("/stromshult/matches?q=Hedlund").await;
    journey.sees("Hedlund").await;
    key(&journey, "j").await;
    journey.client().active_element().await.unwrap().send_keys("\u{e007}").await.unwrap();
    journey.sees("Uppgifterna sida vid sida").await;
    journey.sees("147639").await;
    let case = journey.path().await;
    key(&journey, "f").await;
    journey.fill("other", "goran.gustavsson@stromshult.example").await;
    journey.submit("Ställ frågan").await;
    journey.sees("Väntar på svar").await;
    sign_out(&journey).await;

    journey.sign_in("goran.gustavsson").await;
    journey.resize(390, 844).await;
    journey.open("/stromshult/questions").await;
    assert!(!journey.is_wider_than_the_window().await);
    journey.find("main a[href*='/questions/']").await.click().await.unwrap();
    journey.find("input[name='answer'][value='avsluta']").await.click().await.unwrap();
    assert!(!journey.is_wider_than_the_window().await);
    journey.submit("Skicka svaret").await;
    journey.sees("Svaret är skickat till IT").await;
    journey.open(&case).await;
    journey.sees("Sidan finns inte").await;
    journey.resize(1280, 900).await;
    journey.open("/stromshult").await;
    sign_out(&journey).await;

    journey.sign_in("kevin.brandt").await;
    journey.open(&case).await;
    journey.sees("Svaret är ett förslag. Du beslutar.").await;
    key(&journey, "1").await;
    journey.find("input[name='end_choice'][value='nu']").await.click().await.unwrap();
    journey.find("input[name='port'][value='nej']").await.click().await.unwrap();
    let bound = journey.client().find(fantoccini::Locator::Css("input[name='bound_known']")).await;
    if let Ok(bound) = bound {
        bound.click().await.unwrap();
    }
    journey.submit("Besluta").await;
    journey.open(&case).await;
    journey.sees("Beslutat").await;

    // The operator's next list, without the number.
    let folder_of_lists = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/subscriptions");
    let list = std::fs::read_to_string(folder_of_lists.join("telenor_2026-11.csv")).unwrap();
    let next: Vec<&str> = list.lines().filter(|line| !line.contains("700049467")).collect();
    send(&journey, &folder, "subscriptions", "telenor_nasta.csv", next.join("\n").as_bytes(), "2027-03-01")
        .await;
    journey.sees("Vad listan ger").await;
    journey.submit("Läs in").await;
    journey.sees("Filen är inläst").await;
    journey.open(&case).await;
    journey.sees("Verifierat").await;
    sign_out(&journey).await;

    // An auditor sees what happened, and not who.
    journey.sign_in("revisor").await;
    journey.open(&case).await;
    journey.sees("Verifierat").await;
    assert!(!journey.text().await.contains("Hedlund"));
    journey.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worklist_and_the_months_work_without_scripts() {
    let Some(journey) = Journey::start_without_scripts().await else { return };
    journey.sign_in("kevin.brandt").await;
    for (path, heading) in [
        ("subscriptions", "Abonnemang"),
        ("matches", "Att ta ställning till"),
        ("matches/orders", "Beställningar"),
        ("reports/r06", "Herrelösa abonnemang"),
        ("reports/r09", "Besparing"),
    ] {
        journey.open(&format!("/stromshult/{path}")).await;
        let h1 = journey.find("h1").await.text().await.unwrap();
        assert!(h1.contains(heading), "{path}: {h1}");
    }
    journey.open("/stromshult/matches").await;
    journey.find("main tbody th a").await.click().await.unwrap();
    journey.press("1 Avsluta").await;
    journey.submit("Besluta").await;
    journey.sees("Välj").await;
    journey.end().await;
}
