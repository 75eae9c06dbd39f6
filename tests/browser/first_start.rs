//! From an empty installation to a municipality at work.

use super::support::Journey;

const PASSWORD: &str = "grus lykta sadel vinter";

#[tokio::test(flavor = "multi_thread")]
async fn the_first_user_lays_up_the_municipality_and_signs_in_and_out() {
    let Some(journey) = Journey::start().await else { return };
    // Whoever comes by without the server's word is sent to the way in.
    journey.open("/vik/tasks").await;
    assert_eq!(journey.path().await, "/login");

    journey.open(&journey.server.setup_path).await;
    journey.fill("tenant_name", "Viks kommun").await;
    journey.fill("slug", "vik").await;
    journey.fill("name", "Åsa Öberg").await;
    journey.fill("email", "asa@vik.example.se").await;
    journey.fill("password", PASSWORD).await;
    journey.fill("password_again", "något annat").await;
    journey.submit("Lägg upp").await;
    // Refused: what was typed is still there, but for the passwords.
    journey.find("[aria-invalid='true']").await;
    assert_eq!(journey.value("tenant_name").await, "Viks kommun");
    assert_eq!(journey.value("password").await, "");
    journey.fill("password", PASSWORD).await;
    journey.fill("password_again", PASSWORD).await;
    journey.submit("Lägg upp").await;

    journey.sees("Kommunen är upplagd").await;
    journey.fill("email", "asa@vik.example.se").await;
    journey.fill("password", PASSWORD).await;
    journey.submit("Logga in").await;
    journey.find("[popovertarget='anv-meny']").await;
    journey.open("/vik/tasks").await;
    journey.sees("Mina uppgifter").await;
    assert_eq!(journey.server.run(&["tenant", "list"]).expect(0).stdout, "vik\tViks kommun\n");

    journey.resize(390, 800).await;
    assert!(!journey.is_wider_than_the_window().await, "the page scrolls sideways on a telephone");
    journey.resize(1280, 900).await;

    journey.find("[popovertarget='anv-meny']").await.click().await.unwrap();
    journey.submit("Logga ut").await;
    journey.sees("Logga in").await;
    journey.open("/vik").await;
    journey.sees("Logga in").await;
    journey.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_does_not_exist_gets_a_page_with_a_way_on() {
    let Some(journey) = Journey::start().await else { return };
    journey.open("/finns/inte").await;
    journey.sees("Sidan finns inte").await;
    journey.end().await;
}
