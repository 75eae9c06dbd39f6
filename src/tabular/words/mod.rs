//! The words that each kind of municipal file uses in its headers (data-formats 2–9), Swedish first, with the Danish,
//! Norwegian and English ones that exports carry. What an area does with the rows is its own business.

mod access;
mod contracts;
mod finance;
mod leavers;
mod licences;
mod organisation;
mod people;
mod staff;
mod subscriptions;
mod systems;

pub use access::{INSTALLATIONS, TAGS};
pub use contracts::{CONTRACTS, SUPPLIERS};
pub use finance::{INVOICES, SERVICE_LEVELS};
pub use leavers::LEAVERS;
pub use licences::{LICENCE_ORDERS, LICENCES};
pub use organisation::ORG_TREE;
pub use staff::STAFF;
pub use subscriptions::SUBSCRIPTIONS;
pub use systems::SYSTEMS;

use super::vocabulary::Vocabulary;

/// Every kind of file.
pub const ALL: [&Vocabulary; 13] = [
    &ORG_TREE,
    &STAFF,
    &LEAVERS,
    &SUBSCRIPTIONS,
    &SYSTEMS,
    &SUPPLIERS,
    &CONTRACTS,
    &LICENCES,
    &LICENCE_ORDERS,
    &TAGS,
    &INSTALLATIONS,
    &INVOICES,
    &SERVICE_LEVELS,
];
