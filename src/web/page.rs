//! Everything that `templates/base.html` shows around a page: who is signed in, where, the menu, messages, bread crumbs.
//!
//! Every template that extends `base.html` has a field `page: Page`. Plain data: no framework type, no database, no clock, so
//! that a template can be rendered in a test with [`Page::signed_out`] or [`Page::sample`].
//!
//! ```
//! use overblick::web::page::{Page, TenantLink};
//! let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
//! let page = Page::signed_out("Avtal", today).in_tenant(TenantLink::new("ekevik", "Ekeviks kommun"));
//! assert_eq!(page.path("contracts"), "/ekevik/contracts");
//! ```

use chrono::NaiveDate;

use super::nav::{NavGroup, NavItem};

/// What `base.html` needs to draw the frame of one page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The page's own title; the product and the municipality are added by the template.
    pub title: String,
    /// The page shows a form with faults: the title then begins with "Fel:" so that a screen reader says it first.
    pub faulty: bool,
    /// The municipality the page belongs to; `None` on sign-in pages and the operator's pages.
    pub tenant: Option<TenantLink>,
    /// Municipalities the user may switch to (shown when there is more than one).
    pub tenants: Vec<TenantLink>,
    /// Who is signed in.
    pub user: Option<UserBadge>,
    /// The menu, in groups; a group without a label comes first.
    pub nav: Vec<NavGroup>,
    /// The foot of the menu (settings).
    pub nav_end: Vec<NavItem>,
    /// The menu "Nytt": what the user may create.
    pub create: Vec<NavItem>,
    /// The user's own menu, above "Logga ut".
    pub account: Vec<NavItem>,
    /// Links at the foot of every page; only pages that exist.
    pub footer: Vec<Link>,
    /// Messages from the action just done.
    pub flash: Vec<Flash>,
    /// Bread crumbs before the page itself; empty on top-level pages.
    pub crumbs: Vec<Link>,
    /// The page uses the whole width (lists).
    pub wide: bool,
    /// Shows the search field for the whole register.
    pub searchable: bool,
    /// Today in Europe/Stockholm, for words such as "om 10 dagar".
    pub today: NaiveDate,
    /// The product's version, shown at the foot.
    pub version: &'static str,
    /// The user's choice of text size.
    pub density: Density,
    /// The user's choice of light or dark.
    pub theme: Theme,
    /// The id of the request: what a user can read to the support.
    pub request_id: String,
    /// A notice over every page, such as "Demo: uppgifterna är påhittade".
    pub notice: Option<String>,
}

/// A municipality to show or go to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantLink {
    /// First part of every path, such as `ekevik`.
    pub slug: String,
    /// Full name, such as "Ekeviks kommun".
    pub name: String,
}

impl TenantLink {
    /// A municipality by slug and name.
    #[must_use]
    pub fn new(slug: impl Into<String>, name: impl Into<String>) -> Self {
        Self { slug: slug.into(), name: name.into() }
    }
}

/// The signed-in user, as the top of the page shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserBadge {
    /// Full name.
    pub name: String,
    /// One or two letters, see [`super::format::initials_of`].
    pub initials: String,
    /// E-mail address, shown in the user's own menu only.
    pub email: String,
    /// Where the user works or what role they have, shown beside the name; may be empty.
    pub role: String,
}

impl UserBadge {
    /// A user; the initials are made from the name.
    #[must_use]
    pub fn new(name: impl Into<String>, email: impl Into<String>) -> Self {
        let name = name.into();
        Self { initials: super::format::initials_of(&name), name, email: email.into(), role: String::new() }
    }
}

/// Words and where they lead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// What the link says.
    pub label: String,
    /// Where it leads: a path on this server.
    pub href: String,
}

impl Link {
    /// A link by label and path.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A message about what the user just did, shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// How it looks and how loudly it is read out.
    pub kind: FlashKind,
    /// One or two plain sentences.
    pub text: String,
    /// What can be done about it: "Ångra", "Visa kvittot".
    pub action: Option<FlashAction>,
}

impl Flash {
    /// "Ändringarna är sparade." and the like.
    #[must_use]
    pub fn success(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Success, text: text.into(), action: None }
    }
    /// Something to know that asks for nothing.
    #[must_use]
    pub fn info(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Info, text: text.into(), action: None }
    }
    /// It went well but something needs attention.
    #[must_use]
    pub fn warning(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Warning, text: text.into(), action: None }
    }
    /// It did not happen, and why.
    #[must_use]
    pub fn danger(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Danger, text: text.into(), action: None }
    }
    /// Adds a button that posts `fields` to `href` (such as undo).
    #[must_use]
    pub fn with_form(
        mut self,
        label: impl Into<String>,
        href: impl Into<String>,
        fields: Vec<(String, String)>,
    ) -> Self {
        self.action = Some(FlashAction { label: label.into(), href: href.into(), form: Some(fields) });
        self
    }
    /// Adds a link.
    #[must_use]
    pub fn with_link(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.action = Some(FlashAction { label: label.into(), href: href.into(), form: None });
        self
    }
}

/// The kind of a [`Flash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlashKind {
    /// Done.
    Success,
    /// To know.
    Info,
    /// Done, but look at this.
    Warning,
    /// Not done.
    Danger,
}

impl FlashKind {
    /// The design system's colour name.
    #[must_use]
    pub fn color(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
    /// `alert` interrupts a screen reader, `status` waits its turn.
    #[must_use]
    pub fn role(self) -> &'static str {
        match self {
            Self::Success | Self::Info => "status",
            Self::Warning | Self::Danger => "alert",
        }
    }
}

/// The way on from a [`Flash`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlashAction {
    /// What the button or link says.
    pub label: String,
    /// Where it leads or posts.
    pub href: String,
    /// `Some`: a POST with these hidden fields. `None`: a plain link.
    pub form: Option<Vec<(String, String)>>,
}

/// Text size: a user's own setting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Density {
    /// 14 px, 35 px rows: made for a whole day's work.
    #[default]
    Compact,
    /// 16 px and more air.
    Comfortable,
}

impl Density {
    /// The value of `data-size` on `<html>`, also the word kept in the database and in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Compact => "kompakt",
            Self::Comfortable => "sm",
        }
    }
    /// Reads [`Self::code`]; anything else is the default.
    #[must_use]
    pub fn parse(code: &str) -> Self {
        if code == "sm" { Self::Comfortable } else { Self::Compact }
    }
}

/// Light or dark: a user's own setting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The value of `data-color-scheme` on `<html>`, also the word kept in the database and in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
    /// Reads [`Self::code`]; anything else is the default.
    #[must_use]
    pub fn parse(code: &str) -> Self {
        match code {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

impl Page {
    /// A page for someone who is not signed in: no menu, no search, a narrow column.
    #[must_use]
    pub fn signed_out(title: impl Into<String>, today: NaiveDate) -> Self {
        Self { title: title.into(), today, version: env!("CARGO_PKG_VERSION"), ..Self::default() }
    }

    /// Sets the municipality.
    #[must_use]
    pub fn in_tenant(mut self, tenant: TenantLink) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Sets the title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Uses the whole width (lists, maps).
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Marks the page as showing a form with faults (422).
    #[must_use]
    pub fn faulty(mut self) -> Self {
        self.faulty = true;
        self
    }

    /// Adds a bread crumb; `area` is a path inside the municipality, as for [`Self::path`].
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, area: impl AsRef<str>) -> Self {
        let href = self.path(area);
        self.crumbs.push(Link::new(label, href));
        self
    }

    /// The path of something in this municipality: `page.path("contracts")` → `/ekevik/contracts`; `page.path("")` → `/ekevik`.
    /// Without a municipality the path is from the root.
    #[must_use]
    pub fn path(&self, rest: impl AsRef<str>) -> String {
        let rest = rest.as_ref().trim_start_matches('/');
        match (&self.tenant, rest.is_empty()) {
            (Some(tenant), true) => format!("/{}", tenant.slug),
            (Some(tenant), false) => format!("/{}/{rest}", tenant.slug),
            (None, _) => format!("/{rest}"),
        }
    }

    /// The name under the product's name: the municipality, or what the product is.
    #[must_use]
    pub fn place(&self) -> &str {
        self.tenant.as_ref().map_or("System, avtal och ansvar", |tenant| tenant.name.as_str())
    }

    /// What stands in the browser's tab.
    #[must_use]
    pub fn head_title(&self) -> String {
        let fault = if self.faulty { "Fel: " } else { "" };
        let place = self.tenant.as_ref().map(|tenant| format!(", {}", tenant.name)).unwrap_or_default();
        format!("{fault}{} – Överblick{place}", self.title)
    }

    /// Whether the frame with menu and search is drawn.
    #[must_use]
    pub fn signed_in(&self) -> bool {
        self.user.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        Page::signed_out("Avtal", NaiveDate::from_ymd_opt(2026, 11, 20).unwrap())
    }

    #[test]
    fn a_path_begins_with_the_municipality() {
        let page = page().in_tenant(TenantLink::new("ekevik", "Ekeviks kommun"));
        assert_eq!(page.path("contracts"), "/ekevik/contracts");
        assert_eq!(page.path("/contracts/1?x=2"), "/ekevik/contracts/1?x=2");
        assert_eq!(page.path(""), "/ekevik");
    }

    #[test]
    fn a_path_outside_a_municipality_is_from_the_root() {
        assert_eq!(page().path("sign-in"), "/sign-in");
    }

    #[test]
    fn the_tab_says_fault_first_and_the_place_last() {
        let page = page().in_tenant(TenantLink::new("ekevik", "Ekeviks kommun")).faulty();
        assert_eq!(page.head_title(), "Fel: Avtal – Överblick, Ekeviks kommun");
    }

    #[test]
    fn unknown_settings_fall_back_to_the_default() {
        assert_eq!(Density::parse("huge"), Density::Compact);
        assert_eq!(Density::parse(Density::Comfortable.code()), Density::Comfortable);
        assert_eq!(Theme::parse("sepia"), Theme::Auto);
        assert_eq!(Theme::parse(Theme::Dark.code()), Theme::Dark);
    }
}
