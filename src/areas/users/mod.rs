//! Users (rules 4): who may enter the municipality, in which roles, for which units.
//!
//! An account belongs to the person and may be a member of several municipalities; roles are given in each of them by itself.
//! Others make users with [`invite`] (by mail) and [`join`] (at once: the set-up page, the command line).

mod jobs;
mod model;
mod queries;
mod service;

pub use self::{
    jobs::jobs,
    model::{Email, GivenRole, Member, Standing, may_give, roles_to_give},
    service::{Moment, NewMember, invite, join},
};
