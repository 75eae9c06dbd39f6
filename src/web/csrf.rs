//! One layer against requests that another site makes in the user's name.
//!
//! An unsafe method passes if the browser says that the request comes from our own page (`Sec-Fetch-Site`), else if its
//! `Origin` is our host. When neither header is sent the request is refused: every browser in use sends one, and a
//! script of the municipality's own can send `Sec-Fetch-Site: same-origin`. The session cookie is SameSite=Lax besides.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::error::AppError;

/// The layer.
pub async fn layer(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_our_own(request.headers(), request.uri().host()) {
        next.run(request).await
    } else {
        AppError::Forbidden(
            "Begäran kom inte från Överblicks egna sidor och har stoppats. Öppna sidan på nytt och försök igen.".into(),
        )
        .into_response()
    }
}

fn is_our_own(headers: &HeaderMap, uri_host: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let host = text(header::HOST.as_str()).or(uri_host);
    match (text(header::ORIGIN.as_str()), host) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_may_change_anything() {
        for (given, passes) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "cross-site"), ("host", "a.se"), ("origin", "https://a.se")], false),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("host", "a.se"), ("origin", "https://a.se")], true),
            (vec![("host", "a.se"), ("origin", "https://evil.se")], false),
            (vec![("host", "a.se"), ("origin", "null")], false),
            (vec![("host", "a.se")], false),
        ] {
            assert_eq!(is_our_own(&headers(&given), None), passes, "{given:?}");
        }
    }
}
