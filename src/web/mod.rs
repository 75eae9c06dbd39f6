//! What all pages share: the frame, the components, Swedish formats, lists, built-in files.
//!
//! | I look for … | It is in … |
//! |---|---|
//! | the frame of a page, its menu | [`page`], [`nav`], `templates/base.html` |
//! | how a date or a sum is written | [`filters`] |
//! | data for the shared pieces of a page | [`page_parts`], [`svg`], `templates/components/` |
//! | lists: filter, sort, views, export, bulk edit | [`list`] |
//! | who asks, where, with what right | [`ctx`] |
//! | how much of whose something is a reader sees | [`sight`] |
//! | method + path + permission | [`routes`] |
//! | forms: parsing, faults | [`form`], [`extract`] |
//! | error pages | [`errors`] |
//! | style sheets, icons, scripts | [`assets`], `static/` |

pub mod assets;
pub mod client_ip;
pub mod cookies;
pub mod csrf;
pub mod ctx;
pub mod download;
pub mod errors;
pub mod extract;
pub mod filters;
pub mod flash;
pub mod form;
pub mod format;
#[cfg(test)]
pub mod gallery;
pub mod headers;
pub mod list;
pub mod nav;
pub mod open_ctx;
pub mod page;
pub mod page_parts;
pub mod routes;
pub mod sight;
pub mod slash;
pub mod svg;
