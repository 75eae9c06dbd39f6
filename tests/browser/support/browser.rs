//! Chromium, driven by chromedriver.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A browser window. It and its driver are gone with the value.
pub struct Browser {
    client: Client,
    driver: Child,
}

impl Browser {
    /// `None` where there is no chromedriver and `CI` is not set. Without scripts the pages must do as well.
    pub async fn start(runs_scripts: bool) -> Option<Self> {
        let started =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = match started {
            Ok(driver) => driver,
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "chromedriver: {error}");
                eprintln!("skipped: chromedriver is not here ({error})");
                return None;
            }
        };
        let mut said = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = said.find_map(|line| {
            Some(line.split_once("started successfully on port ")?.1.trim_end_matches('.').to_owned())
        });
        std::thread::spawn(move || said.for_each(drop));
        let address = format!("http://127.0.0.1:{}", port.expect("chromedriver says its port"));

        let Value::Object(capabilities) = json!({
            "goog:chromeOptions": { "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
                "--lang=sv-SE", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            ], "prefs": { "profile.managed_default_content_settings.javascript": if runs_scripts { 1 } else { 2 } } },
            "goog:loggingPrefs": { "browser": "ALL" },
        }) else {
            unreachable!("an object")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .unwrap();
        Some(Self { client, driver })
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What the console has said so far, warnings and errors. A page may well answer 404 or 422, which Chromium writes
    /// down as a failed resource though it is what should happen; a static file may not.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(BrowserLog).await.unwrap();
        let said = log.as_array().cloned().unwrap_or_default().into_iter();
        let grave = said.filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")));
        let texts = grave.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned());
        let is_answer = |text: &str| {
            !text.contains("/static/")
                && ["status of 404", "status of 422"].iter().any(|status| text.contains(status))
        };
        texts.filter(|text| !is_answer(text)).collect()
    }

    pub async fn close(self) {
        self.client.clone().close().await.unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to end it takes its Chromium with it; killed it would leave it behind.
        let pid = nix::unistd::Pid::from_raw(self.driver.id().cast_signed());
        let _gone = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM);
        let _reaped = self.driver.wait();
    }
}

/// Chromium's own command for its console.
#[derive(Debug)]
struct BrowserLog;

impl WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/se/log", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}
