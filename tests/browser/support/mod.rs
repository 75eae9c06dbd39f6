//! A server of its own and a browser of its own for each journey.
//!
//! ```ignore
//! let Some(journey) = Journey::start().await else { return };   // no Chromium on this machine
//! journey.open("/login").await;
//! journey.fill("email", "a@vik.example.se").await;
//! journey.submit("Logga in").await;
//! journey.sees("Översikt").await;
//! journey.end().await;                                           // nothing in the console, server stops in good order
//! ```

mod browser;
mod server;

use fantoccini::Locator;
use fantoccini::elements::Element;

use self::browser::Browser;
pub use self::server::Server;

/// A running server and a browser that has opened nothing yet.
pub struct Journey {
    pub server: Server,
    browser: Browser,
}

impl Journey {
    /// Starts both. `None` where the machine has no Chromium and `CI` is not set: then the journey cannot be made.
    pub async fn start() -> Option<Self> {
        let browser = Browser::start(true).await?;
        Some(Self { server: Server::start().await, browser })
    }

    /// As [`Journey::start`], in the fictional municipality.
    pub async fn start_in_the_demo() -> Option<Self> {
        let browser = Browser::start(true).await?;
        Some(Self { server: Server::start_demo().await, browser })
    }

    /// As [`Journey::start_in_the_demo`], in a browser that runs no scripts.
    pub async fn start_without_scripts() -> Option<Self> {
        let browser = Browser::start(false).await?;
        Some(Self { server: Server::start_demo().await, browser })
    }

    /// Signs in as a user of the fictional municipality.
    pub async fn sign_in(&self, user: &str) {
        self.open("/login").await;
        self.fill("email", &format!("{user}@stromshult.example")).await;
        self.fill("password", &self.server.demo_password).await;
        self.submit("Logga in").await;
        self.find("[popovertarget='anv-meny']").await;
    }

    /// Points out a file in the file field with this name.
    pub async fn attach(&self, name: &str, file: &std::path::Path) {
        self.find(&format!("input[type='file'][name='{name}']"))
            .await
            .send_keys(&file.to_string_lossy())
            .await
            .unwrap();
    }

    /// Chooses the alternative with this value.
    pub async fn choose(&self, name: &str, value: &str) {
        self.find(&format!("select[name='{name}']")).await.select_by_value(value).await.unwrap();
    }

    /// Opens a path of the server.
    pub async fn open(&self, path: &str) {
        self.client().goto(&format!("{}{path}", self.server.base_url)).await.unwrap();
    }

    /// The path of the page that is open.
    pub async fn path(&self) -> String {
        self.client().current_url().await.unwrap().path().to_owned()
    }

    /// Writes in the field with this name, in place of what is there.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("[name='{name}']")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// What stands in the field with this name.
    pub async fn value(&self, name: &str) -> String {
        self.find(&format!("[name='{name}']")).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Presses the button, or follows the link, with this text.
    pub async fn press(&self, text: &str) {
        let path = format!("//*[self::button or self::a][normalize-space(.)='{text}']");
        let found = self.client().wait().for_element(Locator::XPath(&path)).await;
        found.unwrap_or_else(|error| panic!("nothing to press says {text}: {error}")).click().await.unwrap();
    }

    /// Presses the button that sends a form, and waits until the page it stood on is gone: what is opened next would
    /// otherwise run a race with the server's answer.
    pub async fn submit(&self, text: &str) {
        let page = self.find("html").await;
        self.press(text).await;
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
        while page.tag_name().await.is_ok() {
            assert!(tokio::time::Instant::now() < deadline, "{text} leads nowhere:\n{}", self.text().await);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// The first element that fits a CSS selector, as soon as there is one.
    pub async fn find(&self, selector: &str) -> Element {
        let found = self.client().wait().for_element(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("no {selector}: {error}"))
    }

    /// Waits until the page shows this text.
    pub async fn sees(&self, text: &str) {
        let quoted = text.replace('\'', "’");
        let path = format!("//body[contains(normalize-space(.), '{quoted}')]");
        let found = self.client().wait().for_element(Locator::XPath(&path)).await.is_ok();
        assert!(found, "the page does not show {text}:\n{}", self.text().await);
    }

    /// All text on the page.
    pub async fn text(&self) -> String {
        self.find("body").await.text().await.unwrap()
    }

    /// The window's size, for what looks different on a telephone.
    pub async fn resize(&self, width: u32, height: u32) {
        self.client().set_window_size(width, height).await.unwrap();
    }

    /// Whether the reader would have to scroll sideways.
    pub async fn is_wider_than_the_window(&self) -> bool {
        let script = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        self.client().execute(script, Vec::new()).await.unwrap() == true
    }

    /// For what has no word of its own here.
    pub fn client(&self) -> &fantoccini::Client {
        self.browser.client()
    }

    /// Ends the journey: the browser's console must be empty (an error there is a broken script, a missing file or
    /// something that the content security policy stopped), and the server must stop in good order.
    pub async fn end(self) {
        let complaints = self.browser.complaints().await;
        assert!(complaints.is_empty(), "the console says:\n{}", complaints.join("\n"));
        self.browser.close().await;
        self.server.stop();
    }
}
