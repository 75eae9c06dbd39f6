//! What the platform's own tables are called in the history.

use super::{Table, moment, secret, text, user, yes_no};

pub(super) const TABLES: &[Table] = &[
    Table::new("tenant_setting", "inställning")
        .titled(&["key"])
        .fields(&[text("key", "Inställning"), text("value", "Värde")]),
    Table::new("saved_view", "sparad vy").titled(&["name"]).fields(&[
        text("list", "Lista"),
        text("name", "Namn"),
        secret("query", "Urval"),
        yes_no("is_shared", "Visas för alla"),
        user("user_id", "Användare"),
        moment("created_at", "Skapad"),
    ]),
];
