//! Own Path, Query and Form: like axum's, but what does not fit becomes our page in Swedish, not a line in English.
//! The frameworks' own are banned in clippy.toml.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;

use crate::error::AppError;

/// The sign with the number zero, as it stands in an address or a form: nobody types it, and no text in the database can hold it.
const NUL: &[u8] = b"%00";

fn holds_nul(bytes: &[u8]) -> bool {
    bytes.contains(&0) || bytes.windows(NUL.len()).any(|part| part == NUL)
}

/// The layer that turns an address away which holds what no text can: else the database says so, as a fault of ours.
pub async fn layer(request: Request, next: Next) -> Response {
    if holds_nul(request.uri().path().as_bytes()) {
        return AppError::NotFound.into_response();
    }
    if request.uri().query().is_some_and(|query| holds_nul(query.as_bytes())) {
        return AppError::rejected(
            "Adressen innehåller ett tecken som inte går att läsa. Gå tillbaka och välj igen.",
        )
        .into_response();
    }
    next.run(request).await
}

/// The parameters of a path. An id that is no id is a page that does not exist.
///
/// The municipality is the first parameter of its routes: `Path((_, id)): Path<(String, Uuid)>`, or use
/// [`Id`] for the common case.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = AppError;

    #[expect(clippy::disallowed_types, reason = "this is the wrapper that the rule asks for")]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let axum::extract::Path(value) = axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map_err(|_| AppError::NotFound)?;
        Ok(Self(value))
    }
}

/// The `{id}` of `/{tenant}/…/{id}…`.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub uuid::Uuid);

#[derive(serde::Deserialize)]
struct IdParam {
    id: uuid::Uuid,
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let Path(IdParam { id }) = Path::<IdParam>::from_request_parts(parts, state).await?;
        Ok(Self(id))
    }
}

/// The query string; a key may come several times.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let axum_extra::extract::Query(value) =
            axum_extra::extract::Query::<T>::from_request_parts(parts, state).await.map_err(|_| {
                AppError::rejected(
                    "Adressen innehåller ett värde som inte går att läsa. Gå tillbaka och välj igen.",
                )
            })?;
        Ok(Self(value))
    }
}

/// A form that was sent; a key may come several times. Take fields as `String` (with `#[serde(default)]`) and parse them
/// with [`crate::web::form`], so that the page can come back with what was typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let unread = || {
            AppError::rejected("Formuläret gick inte att läsa. Gå tillbaka, ladda om sidan och försök igen.")
        };
        let (parts, body) = request.into_parts();
        let asked = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(asked, state).await.map_err(|_| unread())?;
        if holds_nul(&bytes) {
            return Err(unread());
        }
        let read = Request::from_parts(parts, Body::from(bytes));
        let axum_extra::extract::Form(value) =
            axum_extra::extract::Form::<T>::from_request(read, state).await.map_err(|_| unread())?;
        Ok(Self(value))
    }
}
