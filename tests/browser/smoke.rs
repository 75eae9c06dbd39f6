//! The program starts, serves a whole page to a browser, and stops.

use super::support::Journey;

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_does_not_exist_gets_a_page_with_a_way_on() {
    let Some(journey) = Journey::start().await else { return };
    journey.open("/finns/inte").await;
    journey.sees("Sidan finns inte").await;
    journey.end().await;
}
