//! Who may do what: the matrix of `docs/rules.md` 4.2 as code. A route names its [`Permission`]; this table says which
//! roles have it. `docs/permissions.md` shows role × route from it; `tests/it/routes.rs` holds them to each other.

/// A role in the application, given to a user for the municipality or from a unit downwards (rules 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the municipality's own settings, users and registers.
    TenantAdmin,
    /// IT-enheten, IT-strateg.
    ItUnit,
    /// Licensansvarig.
    LicenceManager,
    /// Abonnemangsansvarig, mobiltelefoniansvarig.
    SubscriptionManager,
    /// Inköp och upphandling.
    Procurement,
    /// Avtalshandläggare, avtalssamordnare.
    ContractOfficer,
    /// Tjänstekatalogansvarig.
    CatalogueOwner,
    /// Verksamhetsstrateg.
    Strategist,
    /// HR-administratör.
    HrAdmin,
    /// Ekonomichef, controller.
    Finance,
    /// Förvaltningens IT-samordnare.
    UnitAdmin,
    /// Chef.
    Manager,
    /// Informationssäkerhet, dataskydd.
    Infosec,
    /// Revisor, sakkunnig.
    Auditor,
    /// Läser styrelsens rapporter.
    BoardViewer,
    /// The special grant for persons with protected identity (rules 9.6); it adds to another role.
    ProtectedIdentity,
}

impl Role {
    /// Every role, in the order of the matrix.
    pub const ALL: [Self; 16] = [
        Self::TenantAdmin,
        Self::ItUnit,
        Self::LicenceManager,
        Self::SubscriptionManager,
        Self::Procurement,
        Self::ContractOfficer,
        Self::CatalogueOwner,
        Self::Strategist,
        Self::HrAdmin,
        Self::Finance,
        Self::UnitAdmin,
        Self::Manager,
        Self::Infosec,
        Self::Auditor,
        Self::BoardViewer,
        Self::ProtectedIdentity,
    ];

    /// The code in the database and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TenantAdmin => "tenant_admin",
            Self::ItUnit => "it_unit",
            Self::LicenceManager => "licence_manager",
            Self::SubscriptionManager => "subscription_manager",
            Self::Procurement => "procurement",
            Self::ContractOfficer => "contract_officer",
            Self::CatalogueOwner => "catalogue_owner",
            Self::Strategist => "strategist",
            Self::HrAdmin => "hr_admin",
            Self::Finance => "finance",
            Self::UnitAdmin => "unit_admin",
            Self::Manager => "manager",
            Self::Infosec => "infosec",
            Self::Auditor => "auditor",
            Self::BoardViewer => "board_viewer",
            Self::ProtectedIdentity => "protected_identity",
        }
    }

    /// The role of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }

    /// The name on the screens (a municipality may rename it in its settings).
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::TenantAdmin => "Registeransvarig",
            Self::ItUnit => "IT-enheten",
            Self::LicenceManager => "Licensansvarig",
            Self::SubscriptionManager => "Abonnemangsansvarig",
            Self::Procurement => "Inköp och upphandling",
            Self::ContractOfficer => "Avtalshandläggare",
            Self::CatalogueOwner => "Tjänstekatalogansvarig",
            Self::Strategist => "Verksamhetsstrateg",
            Self::HrAdmin => "HR-administratör",
            Self::Finance => "Ekonomi",
            Self::UnitAdmin => "Förvaltningens IT-samordnare",
            Self::Manager => "Chef",
            Self::Infosec => "Informationssäkerhet och dataskydd",
            Self::Auditor => "Revisor",
            Self::BoardViewer => "Läsare av styrelsens rapporter",
            Self::ProtectedIdentity => "Behörig till skyddade personuppgifter",
        }
    }

    /// Whether the role makes sense only for a unit and what lies under it.
    #[must_use]
    pub const fn needs_unit(self) -> bool {
        matches!(self, Self::UnitAdmin | Self::Manager)
    }
}

/// Something a route lets its caller do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Any member of the municipality: own tasks, own settings, search in what one may see.
    Member,
    /// See the organisation: units, codes, heads.
    OrgRead,
    /// Change the organisation.
    OrgWrite,
    /// See persons and their employments.
    PersonRead,
    /// Change persons and assignments (uppdrag).
    PersonWrite,
    /// See the date of birth in a stored personal identity number, one at a time and logged (rules 9.5).
    PersonIdRead,
    /// See systems, open fields.
    SystemRead,
    /// Change systems, open fields and roles.
    SystemWrite,
    /// See the secret fields of a system (OSL 18 kap. 8 §).
    SystemSecretRead,
    /// Change the secret fields of a system.
    SystemSecretWrite,
    /// Change the classification of a system.
    ClassificationWrite,
    /// Decide that two systems are the same, or not.
    SystemMerge,
    /// See suppliers.
    SupplierRead,
    /// Change suppliers.
    SupplierWrite,
    /// See contracts.
    ContractRead,
    /// Change contracts, options and notices.
    ContractWrite,
    /// Take in the organisation.
    ImportOrg,
    /// Take in staff snapshots.
    ImportStaff,
    /// Take in system lists.
    ImportSystems,
    /// Take in suppliers and contracts.
    ImportContracts,
    /// See one's imports; each kind needs its own right besides.
    ImportRead,
    /// See every flag in one's reach, not only one's own tasks.
    FlagRead,
    /// See subscriptions.
    SubscriptionRead,
    /// Change subscriptions.
    SubscriptionWrite,
    /// See whose subscriptions are, by name and number in full; others see initials (rules 4.2, "M").
    HolderNames,
    /// Say once a year what is in use in one's units.
    SubscriptionConfirm,
    /// Take in the operators' lists.
    ImportSubscriptions,
    /// Upload leaver lists and correct their rows.
    LeaverUpload,
    /// See the rows of leaver lists, by name: HR's, and a manager's own staff (rules 4.2).
    LeaverRows,
    /// See that lists arrived and how many rows matched, without names.
    LeaverCounts,
    /// See match cases.
    MatchRead,
    /// Decide match cases.
    MatchDecide,
    /// Answer questions about one's own staff's items.
    MatchAnswer,
    /// Read the history of everything and the log of reads and exports.
    AuditRead,
    /// Read reports.
    ReportRead,
    /// See the persons with protected identity by name.
    ProtectedRead,
    /// See users and their roles.
    UserRead,
    /// Invite users and give them the roles of a unit, within reach (rules 4.2, "invite U").
    UserInvite,
    /// Give every role, end memberships.
    UserWrite,
    /// See settings and background jobs.
    SettingsRead,
    /// Change settings, run jobs.
    SettingsWrite,
    /// See what is purged when, and the protocols of purges.
    RetentionRead,
    /// Decide and run purges.
    RetentionWrite,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 43] = [
        Self::Member,
        Self::OrgRead,
        Self::OrgWrite,
        Self::PersonRead,
        Self::PersonWrite,
        Self::PersonIdRead,
        Self::SystemRead,
        Self::SystemWrite,
        Self::SystemSecretRead,
        Self::SystemSecretWrite,
        Self::ClassificationWrite,
        Self::SystemMerge,
        Self::SupplierRead,
        Self::SupplierWrite,
        Self::ContractRead,
        Self::ContractWrite,
        Self::ImportOrg,
        Self::ImportStaff,
        Self::ImportSystems,
        Self::ImportContracts,
        Self::ImportRead,
        Self::FlagRead,
        Self::SubscriptionRead,
        Self::SubscriptionWrite,
        Self::HolderNames,
        Self::SubscriptionConfirm,
        Self::ImportSubscriptions,
        Self::LeaverUpload,
        Self::LeaverRows,
        Self::LeaverCounts,
        Self::MatchRead,
        Self::MatchDecide,
        Self::MatchAnswer,
        Self::AuditRead,
        Self::ReportRead,
        Self::ProtectedRead,
        Self::UserRead,
        Self::UserInvite,
        Self::UserWrite,
        Self::SettingsRead,
        Self::SettingsWrite,
        Self::RetentionRead,
        Self::RetentionWrite,
    ];
}

impl Permission {
    /// What it acts on belongs to the municipality as a whole: a role given for a unit does not reach it.
    #[must_use]
    pub const fn is_of_the_whole(self) -> bool {
        matches!(
            self,
            Self::SupplierWrite
                | Self::SettingsRead
                | Self::SettingsWrite
                | Self::RetentionWrite
                | Self::SystemMerge
                | Self::AuditRead
                // A file names units, numbers and persons anywhere: its rows are not bound to the unit it is said to be of.
                | Self::ImportOrg
                | Self::ImportStaff
                | Self::ImportSystems
                | Self::ImportContracts
                | Self::ImportSubscriptions
                | Self::RetentionRead
                | Self::MatchDecide
        )
    }
}

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
