//! Password hashes: Argon2id, 19 MiB of memory, two passes (OWASP's first choice). The work is done beside the runtime's
//! threads, and only so much of it at once that a flood of sign-ins cannot take the server's memory.

use std::{sync::LazyLock, time::Duration};

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{AppError, AppResult};

/// Hashes at once: 19 MiB each.
const AT_ONCE: usize = 4;
/// For how long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// What a password is compared with when there is no account: the comparison takes as long and always fails.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now("ingen har det här lösenordet").unwrap_or_default());

/// A password, checked against [`super::password_rules`] or not. Never printed.
#[derive(Clone)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// A password as typed. "å" may be one sign or two, depending on the keyboard: both are the same here.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self(typed.nfc().collect())
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password, or there is none.
    Wrong,
    /// The password.
    Right,
    /// The password, but its hash was made with other parameters than today's and should be made anew.
    RightButOld,
}

/// The hash of a new password, in PHC form.
pub async fn hash(password: &Password) -> AppResult<String> {
    let text = password.0.clone();
    in_turn(move || hash_now(&text)).await?
}

/// Compares a password with a hash. `None` (no such account, or one without password) takes as long as a wrong password.
pub async fn verify(password: &Password, hash: Option<&str>) -> AppResult<Verdict> {
    let (text, hash) = (password.0.clone(), hash.map(str::to_owned));
    in_turn(move || {
        let right = is_right(&text, hash.as_deref().unwrap_or(&NOBODY));
        match hash {
            Some(hash) if right && is_old(&hash) => Verdict::RightButOld,
            Some(_) if right => Verdict::Right,
            _ => Verdict::Wrong,
        }
    })
    .await
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    let turn =
        tokio::time::timeout(PATIENCE, TURNS.acquire()).await.map_err(|_| AppError::TooManyRequests)?;
    let _turn = turn.map_err(|e| AppError::internal("waiting for a turn", e))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal("hashing", e))
}

fn hash_now(text: &str) -> AppResult<String> {
    Argon2::default()
        .hash_password(text.as_bytes())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|_| AppError::broken("hashing a password"))
}

fn is_right(text: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(text.as_bytes(), &hash).is_ok())
}

/// Whether the hash was made with other parameters than those used today.
fn is_old(hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return true };
    let today = Params::default();
    let same = |name: &str, value: u32| hash.params.get_decimal(name) == Some(value);
    !(hash.algorithm.as_str() == "argon2id"
        && same("m", today.m_cost())
        && same("t", today.t_cost())
        && same("p", today.p_cost()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_is_right_however_its_letters_are_composed() {
        let hash = hash(&Password::new("ångest på åttan")).await.unwrap();
        let decomposed: String = "ångest på åttan".nfd().collect();
        assert_eq!(verify(&Password::new(&decomposed), Some(&hash)).await.unwrap(), Verdict::Right);
        assert_eq!(verify(&Password::new("angest pa attan"), Some(&hash)).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn without_an_account_every_password_is_wrong() {
        for text in ["", "ingen har det här lösenordet"] {
            assert_eq!(verify(&Password::new(text), None).await.unwrap(), Verdict::Wrong);
        }
    }

    #[tokio::test]
    async fn a_hash_with_other_parameters_is_right_but_old() {
        let weak = Argon2::from(Params::new(8 * 1024, 1, 1, None).unwrap());
        let old: PasswordHash = weak.hash_password("gammalt men rätt".as_bytes()).unwrap();
        let password = Password::new("gammalt men rätt");
        assert_eq!(verify(&password, Some(&old.to_string())).await.unwrap(), Verdict::RightButOld);
        assert_eq!(verify(&password, Some("inte en hash")).await.unwrap(), Verdict::Wrong);
    }

    #[test]
    fn the_parameters_are_those_recommended() {
        let hash = hash_now("x").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!is_old(&hash));
    }

    #[test]
    fn a_password_is_never_printed() {
        assert!(!format!("{:?}", Password::new("hemligt ord")).contains("hemligt"));
    }
}
