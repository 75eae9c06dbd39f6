//! What a route lets its caller do.

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
