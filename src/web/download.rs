//! Answers that are files.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

/// A kind of file that is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Text with semicolons, for any program.
    Csv,
    /// A workbook.
    Xlsx,
}

impl FileKind {
    /// By its ending in addresses and names; anything else is [`Self::Csv`].
    #[must_use]
    pub fn parse(code: &str) -> Self {
        if code == "xlsx" { Self::Xlsx } else { Self::Csv }
    }

    /// Its ending in addresses, names and logs.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A file to save, by a name without ending. The name is made of ASCII letters, digits and hyphens only.
#[must_use]
pub fn file(name: &str, kind: FileKind, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.content_type()));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{}\"", kind.ending())) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
