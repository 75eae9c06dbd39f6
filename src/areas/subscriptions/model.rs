//! What a subscription is, in words and codes.

/// The sealed columns.
pub const ICCID: &str = "subscription.iccid";
/// See [`ICCID`].
pub const PUK: &str = "subscription.puk";
/// See [`ICCID`].
pub const PIN: &str = "subscription.pin";
