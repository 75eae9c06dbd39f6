//! From a named constraint to the field it is about. Every constraint in `migrations/` has a name for this reason.

/// The name of the constraint that a database error is about.
#[must_use]
pub fn name(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}

/// Whether the error is a foreign key that still points at a row: something builds on it.
#[must_use]
pub fn is_foreign_key(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| e.kind() == sqlx::error::ErrorKind::ForeignKeyViolation)
}
