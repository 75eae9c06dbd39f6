//! One layer turns an [`AppError`] into a page. Internals are logged with the request's id and never shown.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};

use super::{
    ctx::RequestId,
    filters,
    page::{Link, Page},
};
use crate::{app::AppState, error::AppError};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    code: u16,
    sentences: Vec<String>,
    ways: Vec<Link>,
}

/// What the layer needs to know of a failure.
#[derive(Clone, Debug)]
struct Shown {
    title: &'static str,
    sentences: Vec<String>,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        if let Self::SignInNeeded(back) = &self {
            let next = percent_encoding::utf8_percent_encode(back, percent_encoding::NON_ALPHANUMERIC);
            let to = if back.is_empty() { "/login".to_owned() } else { format!("/login?next={next}") };
            return Redirect::to(&to).into_response();
        }
        let (status, title, sentence): (_, _, String) = match &self {
            Self::NotFound | Self::SignInNeeded(_) => (
                StatusCode::NOT_FOUND,
                "Sidan finns inte",
                "Adressen kan vara fel, det du söker kan vara borttaget, eller så har du inte behörighet att se det.".into(),
            ),
            Self::Forbidden(text) => (StatusCode::FORBIDDEN, "Det här får du inte göra", text.to_string()),
            Self::Rejected(text) => (StatusCode::UNPROCESSABLE_ENTITY, "Det gick inte att ta emot", text.to_string()),
            Self::Conflict(text) => (StatusCode::CONFLICT, "Någon annan hann före", text.to_string()),
            Self::TooLarge(text) => (StatusCode::PAYLOAD_TOO_LARGE, "För stort", text.to_string()),
            Self::TooManyRequests => {
                (StatusCode::TOO_MANY_REQUESTS, "För många försök", "Vänta en stund och försök sedan igen.".into())
            }
            Self::Internal { .. } => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Något gick fel hos oss",
                "Det du gjorde har inte sparats. Försök igen. Om felet kommer tillbaka, hör av dig till supporten och ange ärendemärket nedan.".into(),
            ),
        };
        if let Self::Internal { context, source } = &self {
            let cause = source.as_ref().map(|s| scrub(&s.to_string())).unwrap_or_default();
            tracing::error!(%context, %cause, "internal error");
        }
        let mut response = status.into_response();
        response.extensions_mut().insert(Shown { title, sentences: vec![sentence] });
        response
    }
}

/// PostgreSQL quotes values of a row in some messages ("Key (email)=(…)"); no personal data goes into the log.
pub(crate) fn scrub(message: &str) -> String {
    message.split_once("=(").map_or_else(|| message.to_owned(), |(before, _)| format!("{before}=(…)"))
}

/// The layer: renders what [`AppError::into_response`] left behind, and plain answers of the framework (404, 405, 413).
pub async fn layer(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().copied().unwrap_or_default();
    let tenant_path =
        request.uri().path().split('/').nth(1).map(|slug| format!("/{slug}")).filter(|p| p.len() > 1);
    let mut response = next.run(request).await;
    let status = response.status();
    let shown = response.extensions_mut().remove::<Shown>().or_else(|| plain(status, &response));
    let Some(shown) = shown else { return response };
    let mut ways = Vec::new();
    if let Some(path) = tenant_path.filter(|p| !app.is_open_path(p)) {
        ways.push(Link::new("Till översikten", path));
    }
    ways.push(Link::new("Till startsidan", "/"));
    let mut page = Page::signed_out(shown.title, app.clock().today());
    if status.is_server_error() {
        page.request_id = id.0.to_string();
    }
    let template = ErrorPage { page, code: status.as_u16(), sentences: shown.sentences, ways };
    let html = template
        .render()
        .unwrap_or_else(|_| "<!doctype html><title>Fel</title><p>Något gick fel.".to_owned());
    let mut out = (status, Html(html)).into_response();
    if let Some(retry) = response.headers().get(header::RETRY_AFTER) {
        out.headers_mut().insert(header::RETRY_AFTER, retry.clone());
    }
    // htmx puts a 4xx into the page; a whole error page belongs in the whole window.
    out.headers_mut().insert("hx-retarget", HeaderValue::from_static("body"));
    out
}

fn plain(status: StatusCode, response: &Response) -> Option<Shown> {
    let is_html =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if is_html {
        return None;
    }
    let (title, sentence) = match status {
        StatusCode::NOT_FOUND => ("Sidan finns inte", "Adressen kan vara fel eller sidan borttagen."),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("Det gick inte att göra", "Sidan tar inte emot det som skickades. Gå tillbaka och försök igen.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => (
            "För stort",
            "Filen är större än 50 MB, som är det mesta som tas emot. Dela upp den och skicka delarna var för sig.",
        ),
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => (
            "Det gick inte att ta emot",
            "Det som skickades gick inte att läsa. Gå tillbaka, ladda om sidan och försök igen.",
        ),
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => {
            ("Det tog för lång tid", "Servern hann inte svara. Försök igen om en stund.")
        }
        StatusCode::INTERNAL_SERVER_ERROR => (
            "Något gick fel hos oss",
            "Det du gjorde har inte sparats. Försök igen. Om felet kommer tillbaka, hör av dig till supporten och ange ärendemärket nedan.",
        ),
        _ => return None,
    };
    Some(Shown { title, sentences: vec![sentence.to_owned()] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_a_row_do_not_reach_the_log() {
        let message = "duplicate key value violates unique constraint \"x\": Key (email)=(anna@exempel.se) already exists.";
        assert!(!scrub(message).contains("anna"));
    }
}
