//! Work in a municipality that has its lists in: the fictional one.

use super::folder::TestFolder;
use super::support::Journey;

/// A list of systems in which one row lacks its name.
const FAULTY: &str = "Systemnamn;Leverantör;Syfte\nTrädgårdsboken;Häggberg Data AB;Planera planteringar\n;Häggberg Data AB;Mäta vägar\nParkkartan;Häggberg Data AB;Visa parker\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_list_with_a_fault_is_taken_in_without_the_row_and_again_when_it_is_mended_and_taken_back() {
    let Some(journey) = Journey::start_in_the_demo().await else { return };
    let folder = TestFolder::new();
    journey.sign_in("sofi.molin").await;
    send(&journey, &folder, "systemlista.csv", FAULTY).await;
    journey.sees("måste vara ifylld").await;
    let refused = journey.find("a[href$='refused?format=csv']").await.attr("href").await.unwrap().unwrap();
    let rows = fetched(&journey, &refused).await;
    assert!(rows.contains("Mäta vägar") && !rows.contains("Parkkartan"), "{rows}");
    journey.submit("Läs in").await;
    journey.sees("Filen är inläst: 2 nya").await;

    send(&journey, &folder, "systemlista_2.csv", &FAULTY.replace("\n;", "\nVägmätaren;")).await;
    journey.submit("Läs in").await;
    journey.sees("Filen är inläst: 1 nya").await;
    journey.press("Ångra …").await;
    journey.sees("Ångra det här?").await;
    journey.submit("Ångra").await;
    journey.sees("Ändringarna är ångrade.").await;
    journey.open("/stromshult/systems?q=Vägmätaren").await;
    journey.find("h1").await;
    let found = journey.text().await;
    assert!(
        !found.contains("Mäta vägar")
            && journey.client().find_all(system_link("Vägmätaren")).await.unwrap().is_empty()
    );
    journey.open("/stromshult/systems?q=Parkkartan").await;
    journey.sees("Parkkartan").await;
    journey.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_is_found_and_changed_a_task_is_dealt_with_and_others_are_kept_out() {
    let Some(journey) = Journey::start_in_the_demo().await else { return };
    journey.sign_in("sofi.molin").await;
    journey.find("body").await.send_keys("/").await.unwrap();
    journey.client().active_element().await.unwrap().send_keys("Rönnbärs Bygglov\u{e007}").await.unwrap();
    journey
        .client()
        .wait()
        .for_element(system_link("Rönnbärs Bygglov"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    journey.find("a[href$='/edit']").await.click().await.unwrap();
    journey.fill("purpose", "Handlägga bygglov från ansökan till slutbesked").await;
    journey.submit("Spara").await;
    journey.sees("Ändringarna är sparade.").await;
    journey.sees("Handlägga bygglov från ansökan till slutbesked").await;
    let system = journey.path().await;
    sign_out(&journey).await;

    // Another förvaltning's coordinator does not learn that it exists.
    journey.sign_in("ingegerd.johansson").await;
    journey.open(&system).await;
    journey.sees("Sidan finns inte").await;
    journey.open("/stromshult").await;
    sign_out(&journey).await;

    journey.sign_in("sven.nordlund").await;
    journey.open("/stromshult/tasks").await;
    journey.press("Ta ställning").await;
    journey.fill("decision", "Uppsagt, och beskedet är bekräftat av leverantören.").await;
    journey.submit("Markera som hanterad").await;
    journey.sees("Uppgiften är markerad som hanterad.").await;
    journey.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_work_without_scripts() {
    let Some(journey) = Journey::start_without_scripts().await else { return };
    journey.sign_in("sofi.molin").await;
    for (list, heading) in
        [("systems", "System"), ("contracts", "Avtal"), ("suppliers", "Leverantörer"), ("watch", "Bevakning")]
    {
        journey.open(&format!("/stromshult/{list}")).await;
        assert!(journey.find("h1").await.text().await.unwrap().contains(heading), "{list}");
        journey.find("main tbody tr, main a[href*='/watch/']").await;
    }
    journey.open("/stromshult/systems?q=bygglov").await;
    journey.client().wait().for_element(system_link("Rönnbärs Bygglov")).await.unwrap();
    journey.end().await;
}

/// Sends a list of systems in.
async fn send(journey: &Journey, folder: &TestFolder, name: &str, content: &str) {
    let file = folder.path().join(name);
    std::fs::write(&file, content).unwrap();
    journey.open("/stromshult/imports/new").await;
    journey.attach("file", &file).await;
    journey.choose("kind", "systems").await;
    journey.submit("Läs filen").await;
    journey.sees("Vad listan ger").await;
}

/// What an address answers with, to the signed-in user.
async fn fetched(journey: &Journey, path: &str) -> String {
    let script =
        "const done = arguments[1]; fetch(arguments[0]).then(a => a.text()).then(done, e => done(String(e)))";
    let text = journey.client().execute_async(script, vec![path.into()]).await.unwrap();
    text.as_str().unwrap_or_default().to_owned()
}

async fn sign_out(journey: &Journey) {
    journey.find("[popovertarget='anv-meny']").await.click().await.unwrap();
    journey.submit("Logga ut").await;
    journey.sees("Logga in").await;
}

/// The link with a system's name, wherever on the page.
fn system_link(name: &str) -> fantoccini::Locator<'static> {
    let path = format!("//main//a[contains(@href, '/systems/')][contains(normalize-space(.), '{name}')]");
    fantoccini::Locator::XPath(path.leak())
}
