//! The files under `static/`, built into the program.
//!
//! A page links them with a hash of all of them in the path ([`url`]): such an answer may be kept for a year, because a new
//! release has a new path. Relative addresses inside the style sheets keep working, since the hash is a folder. The same
//! files without the hash (`/static/app.css`) are answered with an ETag and must be asked for again.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// Where the files are served.
pub const PREFIX: &str = "/static/";

const A_YEAR: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// The hash of all files together; in a debug build the files are read from disk as they are, so the hash is a fixed word.
static RELEASE: LazyLock<String> = LazyLock::new(|| {
    if cfg!(debug_assertions) {
        return "dev".to_owned();
    }
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut sum = Sha256::new();
    for name in names {
        sum.update(name.as_bytes());
        if let Some(file) = Files::get(&name) {
            sum.update(file.metadata.sha256_hash());
        }
    }
    hex(&sum.finalize(), 6)
});

static SPRITE: LazyLock<String> = LazyLock::new(|| url("icons.svg"));

fn hex(bytes: &[u8], take: usize) -> String {
    bytes.iter().take(take).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The address of a file, such as `url("app.css")` → `/static/3f2a…/app.css`.
#[must_use]
pub fn url(path: &str) -> String {
    format!("{PREFIX}{}/{path}", *RELEASE)
}

/// The address of the icons.
#[must_use]
pub fn sprite() -> &'static str {
    &SPRITE
}

/// Answers a request for `path`: what comes after [`PREFIX`], with or without the hash.
///
/// 304 when the browser already has this very file, 404 (without a body: no one reads it) when there is none.
#[must_use]
pub fn answer(path: &str, request: &HeaderMap) -> Response<Body> {
    let (pinned, name) = match path.split_once('/') {
        Some((first, rest)) if first == RELEASE.as_str() => (true, rest),
        // A page from another release asks for a file that may have changed: give today's, but do not let it be kept.
        Some((first, rest)) if Files::get(path).is_none() && is_hash(first) => (false, rest),
        _ => (false, path),
    };
    let Some(file) = Files::get(name) else {
        return plain(StatusCode::NOT_FOUND);
    };
    // Weak, because the compression layer may send the same content in another encoding.
    let tag = format!("W/\"{}\"", hex(&file.metadata.sha256_hash(), 16));
    let caching = if pinned && !cfg!(debug_assertions) { A_YEAR } else { ASK_AGAIN };
    let mut response = if matches(request, &tag) {
        plain(StatusCode::NOT_MODIFIED)
    } else {
        let mut response = Response::new(Body::from(file.data));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn is_hash(word: &str) -> bool {
    word == "dev" || (word.len() == 12 && word.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn matches(request: &HeaderMap, tag: &str) -> bool {
    let opaque = tag.trim_start_matches("W/");
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.trim() == "*" || one.trim().trim_start_matches("W/") == opaque)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ext)| ext) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webmanifest") => "application/manifest+json",
        _ => "text/plain; charset=utf-8",
    }
}

/// Serves [`answer`]; mount it at `/static/{*path}`.
pub async fn serve(uri: axum::http::Uri, headers: HeaderMap) -> Response<Body> {
    answer(uri.path().strip_prefix(PREFIX).unwrap_or_default(), &headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_type_and_a_tag() {
        let response = answer("app.css", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert!(response.headers().contains_key(header::ETAG));
    }

    #[test]
    fn a_file_the_browser_has_is_not_sent_again() {
        let first = answer("icons.svg", &HeaderMap::new());
        let mut request = HeaderMap::new();
        request.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(answer("icons.svg", &request).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer("app.css", &request).status(), StatusCode::OK);
    }

    #[test]
    fn the_address_on_a_page_leads_to_the_file() {
        let address = url("vendor/htmx/htmx.min.js");
        let path = address.strip_prefix(PREFIX).unwrap();
        assert_eq!(
            answer(path, &HeaderMap::new()).headers()[header::CONTENT_TYPE],
            "text/javascript; charset=utf-8"
        );
    }

    #[test]
    fn a_page_from_an_older_release_gets_todays_file_but_may_not_keep_it() {
        let response = answer("0123456789ab/app.css", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CACHE_CONTROL], ASK_AGAIN);
    }

    #[test]
    fn what_is_not_there_or_lies_outside_is_404() {
        for path in ["nothing.css", "../Cargo.toml", "", "dev/../../Cargo.toml", "vendor"] {
            assert_eq!(answer(path, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
