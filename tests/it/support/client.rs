//! A browser without a window: cookies, the headers that a browser sends, and the page that came back.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use scraper::{Html, Selector};
use tower::ServiceExt;
use uuid::Uuid;

/// The address the service believes it has.
pub const BASE_URL: &str = "https://overblick.test";
/// The address that requests reach the service from: a proxy that it trusts. `X-Forwarded-For` says another.
pub const PROXY: [u8; 4] = [127, 0, 0, 1];
const HOST: &str = "overblick.test";
const BOUNDARY: &str = "---------------------------overblick";

/// A browser, signed in or not.
#[derive(Clone)]
pub struct Client {
    router: Router,
    tenant: Option<&'static str>,
    user_id: Option<Uuid>,
    cookies: BTreeMap<String, String>,
}

/// A file in a form.
pub struct Upload<'a> {
    pub field: &'a str,
    pub file_name: &'a str,
    pub bytes: &'a [u8],
}

impl Client {
    pub fn new(router: Router, tenant: Option<&'static str>, user_id: Option<Uuid>) -> Self {
        Self { router, tenant, user_id, cookies: BTreeMap::new() }
    }

    /// The same browser, when the service is another: see [`super::TestApp::after`].
    pub fn with_service(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    /// The user that is signed in.
    pub fn user_id(&self) -> Uuid {
        self.user_id.expect("a signed-in client")
    }

    /// Opens a page. The path is the municipality's own (`/systems`) unless it begins with `//`, which stands for the
    /// service's root (`//login`).
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    /// As htmx asks for a part of a page.
    pub async fn get_part(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, &[("hx-request", "true"), ("hx-request-type", "partial")], Body::empty())
            .await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs: Vec<String> =
            form.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.send(Method::POST, path, &[kind], Body::from(pairs.join("&"))).await
    }

    /// Sends a form with files.
    pub async fn upload(&mut self, path: &str, form: &[(&str, &str)], files: &[Upload<'_>]) -> Page {
        let mut body = Vec::new();
        for (name, value) in form {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for Upload { field, file_name, bytes } in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Method::POST, path, &[("content-type", &kind)], Body::from(body)).await
    }

    /// Sends anything. A header given here replaces the browser's own of that name.
    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Page {
        let uri = self.address(path);
        let mut request = Request::builder().method(method).uri(&uri).body(body).unwrap();
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let map = request.headers_mut();
        map.insert(header::HOST, HOST.parse().unwrap());
        map.insert("sec-fetch-site", "same-origin".parse().unwrap());
        if !cookies.is_empty() {
            map.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        for (name, value) in headers {
            map.insert(axum::http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 100 * 1024 * 1024).await.unwrap();
        self.remember(&parts.headers);
        Page { address: uri, status: parts.status, headers: parts.headers, body }
    }

    /// Opens the page that an answer points on to, after checking that it does.
    pub async fn follow(&mut self, answer: &Page) -> Page {
        let location = answer
            .location()
            .unwrap_or_else(|| panic!("no way on from {}:\n{}", answer.address, answer.text()));
        self.get(&format!("/{location}")).await
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    fn address(&self, path: &str) -> String {
        match (path.strip_prefix('/'), self.tenant) {
            (Some(from_root), _) if from_root.starts_with('/') => from_root.to_owned(),
            (_, Some(slug)) => format!("/{slug}{}", path.trim_end_matches('/')),
            (_, None) => path.to_owned(),
        }
    }

    fn remember(&mut self, headers: &HeaderMap) {
        for set in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie_of(set.to_str().unwrap());
            match cookie {
                (name, Some(value)) => self.cookies.insert(name, value),
                (name, None) => self.cookies.remove(&name),
            };
        }
    }
}

/// Name and value of a `Set-Cookie`; no value where it deletes.
fn cookie_of(set: &str) -> (String, Option<String>) {
    let (pair, attributes) = set.split_once(';').unwrap_or((set, ""));
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let gone = value.is_empty() || attributes.to_lowercase().contains("max-age=0");
    (name.trim().to_owned(), (!gone).then(|| value.to_owned()))
}

/// What came back.
pub struct Page {
    /// The path that was asked for.
    pub address: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Page {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The same page, if it has the status; else the test fails and shows the page.
    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.address, self.visible());
        self
    }

    /// Where a redirect goes.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION)?.to_str().ok()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.text())
    }

    /// The text of each element that fits the CSS selector, white space pressed together.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.html()
            .select(&css(selector))
            .map(|element| pressed(&element.text().collect::<Vec<_>>().join(" ")))
            .collect()
    }

    /// An attribute of each element that fits.
    pub fn attributes(&self, selector: &str, attribute: &str) -> Vec<String> {
        self.html()
            .select(&css(selector))
            .filter_map(|element| element.attr(attribute))
            .map(str::to_owned)
            .collect()
    }

    /// How many elements fit.
    pub fn count(&self, selector: &str) -> usize {
        self.html().select(&css(selector)).count()
    }

    /// All text that a reader sees, white space pressed together.
    pub fn visible(&self) -> String {
        let html = self.html();
        match html.select(&css("body")).next() {
            Some(body) => pressed(&body.text().collect::<Vec<_>>().join(" ")),
            None => self.text(),
        }
    }

    /// Whether a reader sees this text.
    pub fn shows(&self, text: &str) -> bool {
        self.visible().contains(text)
    }
}

fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"))
}

fn pressed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
