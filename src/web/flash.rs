//! A message that survives the redirect after a success: it travels in a short-lived cookie of its own and is shown once.
//!
//! A flash says what was done ("Ändringarna är sparade."), never whose data: no personal data goes here.

use axum_extra::extract::cookie::{Cookie, CookieJar};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{
    cookies::Cookies,
    page::{Flash, FlashAction, FlashKind},
};

#[derive(Serialize, Deserialize)]
struct Carried {
    kind: u8,
    text: String,
    label: Option<String>,
    href: Option<String>,
    form: Option<Vec<(String, String)>>,
}

/// The cookie that carries a flash over a redirect.
#[must_use]
pub fn cookie(cookies: Cookies, flash: &Flash) -> Cookie<'static> {
    let carried = Carried {
        kind: match flash.kind {
            FlashKind::Success => 0,
            FlashKind::Info => 1,
            FlashKind::Warning => 2,
            FlashKind::Danger => 3,
        },
        text: flash.text.clone(),
        label: flash.action.as_ref().map(|a| a.label.clone()),
        href: flash.action.as_ref().map(|a| a.href.clone()),
        form: flash.action.as_ref().and_then(|a| a.form.clone()),
    };
    cookies.flash(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&carried).unwrap_or_default()))
}

/// What the cookie carries; anything odd is nothing.
#[must_use]
pub fn read(cookies: Cookies, jar: &CookieJar) -> Option<Flash> {
    let bytes = URL_SAFE_NO_PAD.decode(jar.get(cookies.flash_name())?.value()).ok()?;
    let carried: Carried = serde_json::from_slice(&bytes).ok()?;
    let kind = match carried.kind {
        0 => FlashKind::Success,
        1 => FlashKind::Info,
        2 => FlashKind::Warning,
        _ => FlashKind::Danger,
    };
    let action = carried
        .label
        .zip(carried.href.filter(|h| h.starts_with('/') && !h.starts_with("//")))
        .map(|(label, href)| FlashAction { label, href, form: carried.form });
    Some(Flash { kind, text: carried.text, action })
}
