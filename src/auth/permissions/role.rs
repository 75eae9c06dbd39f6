//! The roles in the application.

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
