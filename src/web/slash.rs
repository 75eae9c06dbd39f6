//! An address with a slash at the end, as people type it and some programs make it of a link: on to the page without one.

use axum::{
    http::{Method, StatusCode, Uri},
    response::{IntoResponse as _, Redirect, Response},
};

/// What no route has answered. Reading goes on to the same address without the slash; what was posted is not sent twice.
pub async fn without(method: Method, uri: Uri) -> Response {
    let reads = matches!(method, Method::GET | Method::HEAD);
    match bare(&uri).filter(|_| reads) {
        Some(address) => Redirect::permanent(&address).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The address without the slash, with its query; none if there is no slash to leave out.
fn bare(uri: &Uri) -> Option<String> {
    let path = uri.path();
    let bare = path.trim_end_matches('/');
    // A browser takes "//host" and "/\host" for another site.
    let is_ours = !bare.contains("//") && !bare.contains('\\');
    (bare.len() < path.len() && !bare.is_empty() && is_ours)
        .then(|| uri.query().map_or_else(|| bare.to_owned(), |query| format!("{bare}?{query}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slash_goes_and_the_query_stays() {
        for (address, wanted) in [
            ("/vik/", Some("/vik")),
            ("/vik//", Some("/vik")),
            ("/vik/systems/?fas=anvandning&x=/", Some("/vik/systems?fas=anvandning&x=/")),
            ("/vik", None),
            ("/", None),
        ] {
            let uri: Uri = address.parse().unwrap();
            assert_eq!(bare(&uri).as_deref(), wanted, "{address}");
        }
    }

    #[test]
    fn nobody_is_led_to_another_site() {
        for address in ["//elsewhere.example/", "/\\elsewhere.example/", "/vik//elsewhere.example/", "//"] {
            if let Ok(uri) = address.parse::<Uri>() {
                assert_eq!(bare(&uri), None, "{address}");
            }
        }
    }
}
