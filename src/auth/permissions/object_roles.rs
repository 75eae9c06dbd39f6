//! The roles on systems and contracts, and what they give on the object.

use super::Permission;

/// Whether holding a role on an object (systemägare, systemförvaltare …) gives a permission on that object (rules 4.2,
/// the columns marked O).
#[must_use]
pub fn object_role_allows(object_role: &str, permission: Permission) -> bool {
    use Permission as P;
    let owner = matches!(object_role, "systemagare" | "bitradande_systemagare");
    let manager = matches!(object_role, "systemforvaltare" | "systemspecialist" | "it_nara_forvaltare");
    let contract = matches!(object_role, "avtalsansvarig");
    match permission {
        P::SystemRead | P::ContractRead | P::SupplierRead => true,
        P::SystemWrite => owner || manager,
        P::ClassificationWrite | P::SystemSecretRead => owner || object_role == "systemforvaltare",
        P::ContractWrite => owner || contract || object_role == "systemforvaltare",
        _ => false,
    }
}

/// Whether holding a role on an object gives a right that is not had already. Nobody gives it to oneself then; `has` answers
/// by the roles in the municipality and its units alone, so that a role that ends is not prolonged by its holder.
#[must_use]
pub fn object_role_gives_more(object_role: &str, has: impl Fn(Permission) -> bool) -> bool {
    Permission::ALL
        .into_iter()
        .any(|permission| object_role_allows(object_role, permission) && !has(permission))
}

/// The object roles that give a permission, for queries.
#[must_use]
pub fn object_roles_with(permission: Permission) -> Vec<&'static str> {
    OBJECT_ROLES.iter().map(|(code, _)| *code).filter(|code| object_role_allows(code, permission)).collect()
}

/// The roles on systems and contracts, with their names on the screens (rules 4.1; renamable in the settings).
pub const OBJECT_ROLES: [(&str, &str); 10] = [
    ("systemagare", "Systemägare"),
    ("bitradande_systemagare", "Biträdande systemägare"),
    ("systemforvaltare", "Systemförvaltare"),
    ("systemspecialist", "Systemspecialist"),
    ("it_nara_forvaltare", "IT-nära förvaltare"),
    ("it_kontakt", "IT-kontakt"),
    ("informationsagare", "Informationsägare"),
    ("avtalsansvarig", "Avtalsansvarig"),
    ("tjansteagare", "Tjänsteägare"),
    ("dataskyddskontakt", "Dataskyddskontakt"),
];
