//! Who may do what: the matrix of `docs/rules.md` 4.2 as code. A route names its [`Permission`]; this table says which
//! roles have it. `docs/permissions.md` shows role × route from it; `tests/it/routes.rs` holds them to each other.

mod object_roles;
mod permission;
mod role;

pub use self::{
    object_roles::{OBJECT_ROLES, object_role_allows, object_role_gives_more, object_roles_with},
    permission::Permission,
    role::Role,
};

/// Whether a role has a permission, within the reach of the grant (rules 4.2).
#[must_use]
pub const fn allows(role: Role, permission: Permission) -> bool {
    use Permission as P;
    use Role as R;
    match permission {
        P::Member => true,
        P::OrgRead => !matches!(role, R::ProtectedIdentity | R::BoardViewer),
        P::OrgWrite | P::UserWrite | P::SettingsWrite | P::RetentionWrite => matches!(role, R::TenantAdmin),
        P::PersonRead => matches!(
            role,
            R::TenantAdmin
                | R::ItUnit
                | R::HrAdmin
                | R::UnitAdmin
                | R::Manager
                | R::SubscriptionManager
                | R::LicenceManager
                | R::Infosec
                | R::Auditor
        ),
        P::PersonWrite => matches!(role, R::TenantAdmin | R::HrAdmin),
        P::SystemRead | P::SupplierRead | P::ContractRead => {
            !matches!(role, R::HrAdmin | R::BoardViewer | R::ProtectedIdentity)
        }
        P::SystemWrite => matches!(role, R::TenantAdmin | R::ItUnit | R::UnitAdmin),
        P::SystemSecretRead | P::SystemSecretWrite | P::ClassificationWrite => {
            matches!(role, R::ItUnit | R::Infosec)
        }
        P::SystemMerge | P::ImportSystems => matches!(role, R::TenantAdmin | R::ItUnit),
        P::SupplierWrite | P::ContractWrite | P::ImportContracts => {
            matches!(role, R::TenantAdmin | R::Procurement | R::ContractOfficer)
        }
        P::ImportOrg => matches!(role, R::TenantAdmin | R::HrAdmin),
        P::ImportStaff | P::LeaverUpload | P::PersonIdRead => matches!(role, R::HrAdmin),
        P::ImportRead => {
            matches!(
                role,
                R::TenantAdmin
                    | R::ItUnit
                    | R::HrAdmin
                    | R::Procurement
                    | R::ContractOfficer
                    | R::SubscriptionManager
                    | R::LicenceManager
                    | R::Auditor
            )
        }
        P::FlagRead => matches!(
            role,
            R::TenantAdmin
                | R::ItUnit
                | R::UnitAdmin
                | R::Manager
                | R::Procurement
                | R::ContractOfficer
                | R::Finance
                | R::Infosec
                | R::Auditor
        ),
        P::SubscriptionRead => matches!(
            role,
            R::TenantAdmin
                | R::ItUnit
                | R::UnitAdmin
                | R::Manager
                | R::SubscriptionManager
                | R::LicenceManager
                | R::ContractOfficer
                | R::Finance
                | R::Auditor
        ),
        P::SubscriptionWrite | P::ImportSubscriptions => matches!(role, R::ItUnit | R::SubscriptionManager),
        P::HolderNames => matches!(
            role,
            R::TenantAdmin
                | R::ItUnit
                | R::UnitAdmin
                | R::Manager
                | R::SubscriptionManager
                | R::LicenceManager
                | R::ContractOfficer
        ),
        P::SubscriptionConfirm => {
            matches!(role, R::ItUnit | R::UnitAdmin | R::Manager | R::SubscriptionManager)
        }
        P::LeaverRows => matches!(role, R::HrAdmin | R::Manager),
        P::LeaverCounts => {
            matches!(role, R::HrAdmin | R::SubscriptionManager | R::LicenceManager | R::ItUnit | R::Auditor)
        }
        P::MatchRead => {
            // HR reads the result on its own rows: it sees people, not what they hold (rules 4.2, "R result").
            matches!(role, R::ItUnit | R::SubscriptionManager | R::LicenceManager | R::Auditor)
        }
        P::MatchDecide => matches!(role, R::SubscriptionManager | R::LicenceManager),
        P::MatchAnswer => matches!(role, R::Manager),
        P::AuditRead => matches!(role, R::Auditor | R::Infosec),
        P::ReportRead => !matches!(role, R::ProtectedIdentity),
        P::ProtectedRead => matches!(role, R::ProtectedIdentity),
        P::UserRead => matches!(role, R::TenantAdmin | R::UnitAdmin | R::Infosec | R::Auditor),
        P::UserInvite => matches!(role, R::TenantAdmin | R::UnitAdmin),
        P::RetentionRead => matches!(role, R::TenantAdmin | R::Infosec | R::Auditor),
        P::SettingsRead => matches!(role, R::TenantAdmin | R::ItUnit | R::Auditor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_code_that_finds_it_again() {
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
    }

    #[test]
    fn hr_sees_people_and_not_systems_and_it_the_other_way_round() {
        assert!(allows(Role::HrAdmin, Permission::LeaverUpload));
        assert!(!allows(Role::HrAdmin, Permission::SystemRead));
        assert!(!allows(Role::HrAdmin, Permission::ContractRead));
        assert!(!allows(Role::ItUnit, Permission::LeaverUpload));
    }

    #[test]
    fn nobody_but_the_special_grant_sees_protected_persons() {
        for role in Role::ALL {
            assert_eq!(allows(role, Permission::ProtectedRead), role == Role::ProtectedIdentity);
        }
    }

    #[test]
    fn an_auditor_changes_nothing() {
        use Permission as P;
        let writes = [
            P::OrgWrite,
            P::PersonWrite,
            P::SystemWrite,
            P::SystemSecretWrite,
            P::ClassificationWrite,
            P::SystemMerge,
        ];
        let more = [
            P::SupplierWrite,
            P::ContractWrite,
            P::ImportOrg,
            P::ImportStaff,
            P::ImportSystems,
            P::ImportContracts,
        ];
        let last = [
            P::SubscriptionWrite,
            P::LeaverUpload,
            P::MatchDecide,
            P::UserWrite,
            P::SettingsWrite,
            P::RetentionWrite,
        ];
        for permission in writes.into_iter().chain(more).chain(last) {
            assert!(!allows(Role::Auditor, permission), "{permission:?}");
            assert!(!allows(Role::BoardViewer, permission), "{permission:?}");
        }
    }

    #[test]
    fn a_role_on_an_object_gives_more_until_every_right_of_it_is_had() {
        let unit_admin = |permission| allows(Role::UnitAdmin, permission);
        assert!(object_role_gives_more("systemforvaltare", unit_admin), "the secret note");
        assert!(!object_role_gives_more("it_kontakt", unit_admin));
        assert!(!object_role_gives_more("systemagare", |_| true));
    }

    #[test]
    fn it_advises_on_contracts_and_does_not_change_them() {
        assert!(allows(Role::ItUnit, Permission::ContractRead));
        assert!(!allows(Role::ItUnit, Permission::ContractWrite));
    }
}
