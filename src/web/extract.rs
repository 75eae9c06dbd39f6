//! Own Path, Query and Form: like axum's, but what does not fit becomes our page in Swedish, not a line in English.
//! The frameworks' own are banned in clippy.toml.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::AppError;

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
        let axum_extra::extract::Form(value) =
            axum_extra::extract::Form::<T>::from_request(request, state).await.map_err(|_| {
                AppError::rejected(
                    "Formuläret gick inte att läsa. Gå tillbaka, ladda om sidan och försök igen.",
                )
            })?;
        Ok(Self(value))
    }
}
