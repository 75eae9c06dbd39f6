//! Security events: what happened to accounts and who may enter. Append only. An address typed at a failed sign-in is kept as
//! a keyed hash: people type their password in the wrong field.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::error::AppResult;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Signed in.
    SignIn,
    /// Did not sign in: wrong address or password.
    SignInFailed,
    /// Was not let try: too many attempts.
    SignInLocked,
    /// Signed out.
    SignOut,
    /// Changed the own password.
    PasswordChanged,
    /// Asked for a link to a new password.
    ResetRequested,
    /// Chose a new password with a link.
    PasswordReset,
    /// Ended one or more of the own sessions.
    SessionsEnded,
    /// The first user of the installation was made.
    SetUp,
    /// An account was made on the command line.
    UserCreated,
    /// Was invited to a municipality.
    Invited,
    /// Accepted an invitation.
    InvitationAccepted,
    /// Lost the membership of a municipality.
    MembershipEnded,
}

impl Kind {
    /// The code in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignInLocked => "sign_in_locked",
            Self::SignOut => "sign_out",
            Self::PasswordChanged => "password_changed",
            Self::ResetRequested => "reset_requested",
            Self::PasswordReset => "password_reset",
            Self::SessionsEnded => "sessions_ended",
            Self::SetUp => "set_up",
            Self::UserCreated => "user_created",
            Self::Invited => "invited",
            Self::InvitationAccepted => "invitation_accepted",
            Self::MembershipEnded => "membership_ended",
        }
    }

    /// What it is called on the screens.
    #[must_use]
    pub fn label(code: &str) -> &'static str {
        match code {
            "sign_in" => "Inloggning",
            "sign_in_failed" => "Misslyckad inloggning",
            "sign_in_locked" => "Spärrad inloggning",
            "sign_out" => "Utloggning",
            "password_changed" => "Byte av lösenord",
            "reset_requested" => "Begäran om nytt lösenord",
            "password_reset" => "Nytt lösenord via länk",
            "sessions_ended" => "Avslutade inloggningar",
            "set_up" => "Installationens första användare",
            "user_created" => "Konto upplagt från kommandoraden",
            "invited" => "Inbjudan",
            "invitation_accepted" => "Inbjudan antagen",
            "membership_ended" => "Avslutat medlemskap",
            _ => "Händelse",
        }
    }
}

/// An event to be kept.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// To whom, when the account is known.
    pub user_id: Option<Uuid>,
    /// In which municipality, when it is about one.
    pub tenant_id: Option<Uuid>,
    /// The request.
    pub request_id: Option<Uuid>,
    /// More: ids, counts and keyed hashes only.
    pub detail: Value,
}

impl Event {
    /// An event about a user.
    #[must_use]
    pub fn of(kind: Kind, user_id: Uuid) -> Self {
        Self {
            kind,
            user_id: Some(user_id),
            tenant_id: None,
            request_id: None,
            detail: Value::Object(serde_json::Map::new()),
        }
    }

    /// An event about nobody known.
    #[must_use]
    pub fn anonymous(kind: Kind) -> Self {
        Self { user_id: None, ..Self::of(kind, Uuid::nil()) }
    }

    /// In a municipality.
    #[must_use]
    pub fn tenant(mut self, id: Uuid) -> Self {
        self.tenant_id = Some(id);
        self
    }

    /// Of a request.
    #[must_use]
    pub fn request(mut self, id: Uuid) -> Self {
        self.request_id = Some(id);
        self
    }

    /// With more.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// Keeps it.
    pub async fn record(self, executor: impl PgExecutor<'_>, now: DateTime<Utc>) -> AppResult<()> {
        sqlx::query!(
            "insert into sys.security_event (id, at, kind, user_id, tenant_id, request_id, detail)
             values ($1, $2, $3, $4, $5, $6, $7)",
            crate::ids::new_id(),
            now,
            self.kind.code(),
            self.user_id,
            self.tenant_id,
            self.request_id,
            self.detail
        )
        .execute(executor)
        .await?;
        Ok(())
    }
}
