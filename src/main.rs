//! Överblick.
fn main() {}
