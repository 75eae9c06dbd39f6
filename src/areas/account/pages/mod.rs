//! The area's pages.

pub mod home;
pub mod link;
pub mod own;
pub mod password;
pub mod setup;
pub mod sign_in;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Stockholm;

use crate::{
    auth::{password::Password, password_rules},
    web::form::Faults,
};

/// Field names shared by the forms where a password is chosen.
const NEW: &str = "password";
const AGAIN: &str = "password_again";

/// Reads a new password typed twice. `own` is what others know of its owner.
fn new_password(faults: &mut Faults, typed: &str, again: &str, own: &[&str]) -> Password {
    let password = Password::new(typed);
    if typed.is_empty() {
        faults.add(NEW, "Ange ett nytt lösenord.");
    } else if let Some(fault) = password_rules::fault(&password, own) {
        faults.add(NEW, fault);
    } else if typed != again {
        faults.add(AGAIN, "De två lösenorden är inte lika. Skriv det nya lösenordet en gång till.");
    }
    password
}

/// "12.05" in Sweden: when one may try again.
fn clock_time(at: DateTime<Utc>) -> String {
    // A minute has begun when its first second has: round up, so that the time told is never too early.
    let at = at + chrono::TimeDelta::seconds(59);
    at.with_timezone(&Stockholm).format("%H.%M").to_string()
}
