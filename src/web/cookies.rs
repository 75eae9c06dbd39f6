//! Names and attributes of the service's cookies.
//!
//! Where people reach the server over HTTPS a cookie is `Secure` and its name begins with `__Host-`, which binds it to this host.
//! Over plain HTTP (one's own machine, a trial) such a cookie would be dropped by most clients, and sign-in would fail without
//! a word; there it carries neither. Which of the two it is follows from the configured address alone, never from a request.

use axum_extra::extract::cookie::{Cookie, SameSite};

/// The service's cookies, as its address allows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// For the address that people use.
    #[must_use]
    pub fn of(base_url: &str) -> Self {
        Self { secure: base_url.starts_with("https://") }
    }

    /// The name of the cookie that holds the session's token.
    #[must_use]
    pub fn session_name(self) -> &'static str {
        if self.secure { "__Host-overblick" } else { "overblick" }
    }

    /// The name of the cookie that carries a message over a redirect.
    #[must_use]
    pub fn flash_name(self) -> &'static str {
        if self.secure { "__Host-overblick-flash" } else { "overblick-flash" }
    }

    /// The cookie that holds the session's token. It goes when the browser closes, and the server ends it anyway.
    #[must_use]
    pub fn session(self, token: String) -> Cookie<'static> {
        self.build(self.session_name(), token)
    }

    /// The cookie that carries a message over a redirect.
    #[must_use]
    pub fn flash(self, value: String) -> Cookie<'static> {
        self.build(self.flash_name(), value)
    }

    /// Takes the session's cookie away.
    #[must_use]
    pub fn no_session(self) -> Cookie<'static> {
        self.removal(self.session_name())
    }

    /// Takes the message away.
    #[must_use]
    pub fn no_flash(self) -> Cookie<'static> {
        self.removal(self.flash_name())
    }

    fn build(self, name: &'static str, value: String) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .build()
    }

    fn removal(self, name: &'static str) -> Cookie<'static> {
        let mut cookie = self.build(name, String::new());
        cookie.make_removal();
        cookie
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_a_cookie_is_bound_to_the_host_and_over_http_it_can_be_kept_at_all() {
        let secure = Cookies::of("https://overblick.example.se").session("t".to_owned()).to_string();
        assert!(
            secure.starts_with("__Host-overblick=t;")
                && secure.contains("Secure")
                && secure.contains("Path=/")
        );
        let plain = Cookies::of("http://127.0.0.1:3000").session("t".to_owned()).to_string();
        assert!(plain.starts_with("overblick=t;") && !plain.contains("Secure"));
        for cookie in [secure, plain] {
            assert!(
                cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Domain")
            );
        }
    }
}
