//! Secret columns: sealed so that a copy of the database alone says nothing, and hashed with a key so that equal values
//! can still be found.
//!
//! Keys live outside the database, in a file of numbered lines (`1:BASE64`, 32 bytes each) or in `OVERBLICK_SECRET_KEY`
//! with the lines separated by commas. The highest number seals; every number opens, so a key is rotated by adding a line
//! and sealing anew at leisure (`docs/operations.md`). Without a file one is created on first use.
//!
//! A sealed value is `version (1) · key number (1) · nonce (24) · ciphertext and tag`, XChaCha20-Poly1305. What it is and
//! whose it is are authenticated with it: a value moved to another column or municipality does not open.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::config::Config;

/// The layout of a sealed value described above.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;
const HEAD_BYTES: usize = 2 + NONCE_BYTES;

/// Why the keys could not be read. Never says what they are.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file or folder refused.
    #[error("Nyckelfilen {} gick inte att läsa eller skriva: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// Anybody may read the file, or its group may change it.
    #[error("Nyckelfilen {} får inte kunna läsas av alla eller ändras av sin grupp. Kör chmod 600 på den.", .0.display())]
    TooOpen(PathBuf),
    /// A line is not a number, a colon and 32 bytes in base64; or a number stands twice.
    #[error(
        "Nyckel {0} i nyckelfilen går inte att tolka. En rad är ett nummer 1–255, kolon och 32 byte i base64."
    )]
    BadLine(usize),
    /// There is no line at all.
    #[error("Nyckelfilen är tom.")]
    Empty,
}

/// Why a sealed value did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Sealed with a key that is not among ours.
    #[error("sealed with key {0}, which is missing")]
    KeyMissing(u8),
    /// Damaged, cut short, or moved from another column or municipality.
    #[error("not a sealed value of this column")]
    Damaged,
}

/// Which secret a value is and whose: both are bound to the sealed value and to the hash.
#[derive(Debug, Clone, Copy)]
pub struct Secret<'a> {
    /// The municipality.
    pub tenant_id: Uuid,
    /// Table and column, such as `person.personal_id`.
    pub column: &'a str,
}

impl Secret<'_> {
    fn bound(&self) -> Vec<u8> {
        [self.tenant_id.as_bytes(), self.column.as_bytes()].concat()
    }
}

/// The keys for secret columns. Cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Ring>);

struct Ring {
    newest: u8,
    by_id: BTreeMap<u8, KeyPair>,
}

/// One line of the file gives two keys, so that sealing and hashing never share one.
struct KeyPair {
    seal: XChaCha20Poly1305,
    hash: Hmac<Sha256>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({:?})", self.0.by_id.keys())
    }
}

impl Keys {
    /// The configured keys; creates the file with one key where there is none.
    pub fn load(config: &Config) -> Result<Self, KeyError> {
        match &config.secret_key {
            Some(text) => Self::parse(&text.replace(',', "\n")),
            None => Self::load_file(&config.secret_key_file()),
        }
    }

    fn load_file(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::Io { path: path.to_owned(), source };
        if !path.try_exists().map_err(failed)? {
            let line = format!("1:{}\n", BASE64.encode(rand::random::<[u8; 32]>()));
            match write_private(path, &line) {
                // Another process was first; its key is the one.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                written => written.map_err(failed)?,
            }
        }
        let mode = std::os::unix::fs::MetadataExt::mode(&path.metadata().map_err(failed)?);
        // A container's secrets are handed over readable by its group, and below /run by all of the container.
        if mode & 0o027 != 0 && !path.starts_with("/run/secrets") {
            return Err(KeyError::TooOpen(path.to_owned()));
        }
        Self::parse(&std::fs::read_to_string(path).map_err(failed)?)
    }

    /// Reads lines such as `1:BASE64`; empty ones and those that begin with `#` are passed over.
    fn parse(text: &str) -> Result<Self, KeyError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut by_id = BTreeMap::new();
        for (i, line) in lines.enumerate() {
            let wrong = || KeyError::BadLine(i + 1);
            let (id, key) = line.split_once(':').ok_or_else(wrong)?;
            let id: u8 = id.trim().parse().ok().filter(|id| *id > 0).ok_or_else(wrong)?;
            let key: [u8; 32] =
                BASE64.decode(key.trim()).ok().and_then(|key| key.try_into().ok()).ok_or_else(wrong)?;
            if by_id.insert(id, KeyPair::from(key)).is_some() {
                return Err(wrong());
            }
        }
        let newest = *by_id.keys().next_back().ok_or(KeyError::Empty)?;
        Ok(Self(Arc::new(Ring { newest, by_id })))
    }

    /// Seals a value with the newest key. The same value sealed twice gives two different results.
    #[must_use]
    pub fn seal(&self, secret: Secret<'_>, value: &str) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload { msg: value.as_bytes(), aad: &secret.bound() };
        let mut sealed = vec![VERSION, self.0.newest];
        sealed.extend_from_slice(&nonce);
        // Encryption fails only for messages of hundreds of gigabytes; such a value would then not open.
        let text =
            self.0.by_id[&self.0.newest].seal.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        sealed.extend_from_slice(&text);
        sealed
    }

    /// Opens a sealed value, whichever of the keys sealed it.
    pub fn open(&self, secret: Secret<'_>, sealed: &[u8]) -> Result<String, OpenError> {
        let Some((&[version, id, ref nonce @ ..], text)) = sealed.split_first_chunk::<HEAD_BYTES>() else {
            return Err(OpenError::Damaged);
        };
        if version != VERSION {
            return Err(OpenError::Damaged);
        }
        let key = self.0.by_id.get(&id).ok_or(OpenError::KeyMissing(id))?;
        let payload = Payload { msg: text, aad: &secret.bound() };
        let value = key.seal.decrypt(&XNonce::from(*nonce), payload).map_err(|_| OpenError::Damaged)?;
        String::from_utf8(value).map_err(|_| OpenError::Damaged)
    }

    /// Whether a sealed value or a hash was made with an older key than the newest.
    #[must_use]
    pub fn is_stale(&self, sealed_or_hash: &[u8]) -> bool {
        sealed_or_hash.get(1) != Some(&self.0.newest)
    }

    /// What to store beside a sealed value so that it can be found by equality: a hash under the newest key. Normalise the
    /// value first; the hash knows nothing of dashes and centuries.
    #[must_use]
    pub fn hash(&self, secret: Secret<'_>, normalised: &str) -> Vec<u8> {
        self.hash_with(self.0.newest, &secret.bound(), normalised)
    }

    /// What to look for: the hash under every key, for the time when a rotation is under way.
    #[must_use]
    pub fn hashes(&self, secret: Secret<'_>, normalised: &str) -> Vec<Vec<u8>> {
        self.0.by_id.keys().map(|id| self.hash_with(*id, &secret.bound(), normalised)).collect()
    }

    /// A hash that belongs to no municipality, for the system's own counters (sign-in attempts by address).
    #[must_use]
    pub fn system_hash(&self, purpose: &str, value: &str) -> Vec<u8> {
        self.hash_with(self.0.newest, purpose.as_bytes(), value)
    }

    fn hash_with(&self, id: u8, bound: &[u8], value: &str) -> Vec<u8> {
        let mut hmac = self.0.by_id[&id].hash.clone();
        // Two separate lengths, so that no two pairs of texts give the same bytes.
        hmac.update(&(bound.len() as u64).to_be_bytes());
        hmac.update(bound);
        hmac.update(value.as_bytes());
        let mut hash = vec![VERSION, id];
        hash.extend_from_slice(&hmac.finalize().into_bytes());
        hash
    }
}

impl From<[u8; 32]> for KeyPair {
    fn from(key: [u8; 32]) -> Self {
        let derive = |purpose: &[u8]| {
            let mut hmac = hmac_of(&key);
            hmac.update(purpose);
            <[u8; 32]>::from(hmac.finalize().into_bytes())
        };
        Self {
            seal: XChaCha20Poly1305::new(&derive(b"overblick/seal/1").into()),
            hash: hmac_of(&derive(b"overblick/hash/1")),
        }
    }
}

fn hmac_of(key: &[u8; 32]) -> Hmac<Sha256> {
    // A key shorter than the hash's block of 64 bytes is taken as it is and filled with zeros.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    <Hmac<Sha256> as KeyInit>::new(&block.into())
}

/// A password for a machine: 244 random bits in letters and digits.
#[must_use]
pub fn random_password() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// Writes a new file that only its owner may read, whole or not at all. An existing file is left alone and is the error
/// `AlreadyExists`.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let unfinished = folder.join(format!(".{}", random_password()));
    let write = || {
        let mut file =
            std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&unfinished)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // A link, unlike a rename, never replaces what is there.
        std::fs::hard_link(&unfinished, path)
    };
    let written = write();
    std::fs::remove_file(&unfinished)?;
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const COLUMN: &str = "person.personal_id";

    fn line(id: u8, byte: u8) -> String {
        format!("{id}:{}\n", BASE64.encode([byte; 32]))
    }

    fn secret(tenant: u128) -> Secret<'static> {
        Secret { tenant_id: Uuid::from_u128(tenant), column: COLUMN }
    }

    #[test]
    fn a_value_opens_as_what_was_sealed_and_never_looks_the_same_twice() {
        let keys = Keys::parse(&line(1, 7)).unwrap();
        let (a, b) = (keys.seal(secret(1), "åäö 1212"), keys.seal(secret(1), "åäö 1212"));
        assert_ne!(a, b);
        assert_eq!(keys.open(secret(1), &a).unwrap(), "åäö 1212");
        assert_eq!(keys.open(secret(1), &b).unwrap(), "åäö 1212");
    }

    #[test]
    fn a_value_does_not_open_in_another_municipality_or_column_or_when_changed() {
        let keys = Keys::parse(&line(1, 7)).unwrap();
        let sealed = keys.seal(secret(1), "hemligt");
        assert_eq!(keys.open(secret(2), &sealed), Err(OpenError::Damaged));
        assert_eq!(keys.open(Secret { column: "sim.puk", ..secret(1) }, &sealed), Err(OpenError::Damaged));
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert!(keys.open(secret(1), &changed).is_err(), "byte {i} may be changed unseen");
        }
        assert_eq!(keys.open(secret(1), &sealed[..10]), Err(OpenError::Damaged));
    }

    #[test]
    fn after_a_rotation_old_values_open_and_are_found_and_new_ones_use_the_new_key() {
        let before = Keys::parse(&line(1, 7)).unwrap();
        let after = Keys::parse(&(line(1, 7) + "# ny nyckel\n\n" + &line(2, 9))).unwrap();
        let (sealed, hash) = (before.seal(secret(1), "x"), before.hash(secret(1), "x"));
        assert_eq!(after.open(secret(1), &sealed).unwrap(), "x");
        assert!(after.hashes(secret(1), "x").contains(&hash));
        assert!(after.is_stale(&sealed) && after.is_stale(&hash));
        assert!(!after.is_stale(&after.seal(secret(1), "x")) && !after.is_stale(&after.hash(secret(1), "x")));
        assert_eq!(before.open(secret(1), &after.seal(secret(1), "x")), Err(OpenError::KeyMissing(2)));
    }

    #[test]
    fn equal_values_hash_alike_only_within_a_municipality_and_a_column() {
        let keys = Keys::parse(&line(1, 7)).unwrap();
        assert_eq!(keys.hash(secret(1), "a"), keys.hash(secret(1), "a"));
        assert_ne!(keys.hash(secret(1), "a"), keys.hash(secret(1), "b"));
        assert_ne!(keys.hash(secret(1), "a"), keys.hash(secret(2), "a"));
        assert_ne!(keys.hash(secret(1), "a"), keys.hash(Secret { column: "sim.puk", ..secret(1) }, "a"));
        assert_ne!(keys.hash(secret(1), "a"), Keys::parse(&line(1, 8)).unwrap().hash(secret(1), "a"));
    }

    #[test]
    fn the_hash_is_hmac_sha256_as_the_standard_has_it() {
        // RFC 4231, test case 2.
        let mut block = [0; 32];
        block[..4].copy_from_slice(b"Jefe");
        let mut hmac = hmac_of(&block);
        hmac.update(b"what do ya want for nothing?");
        assert_eq!(
            <[u8; 32]>::from(hmac.finalize().into_bytes()),
            [
                0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75,
                0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec,
                0x38, 0x43
            ]
        );
    }

    #[test]
    fn a_key_file_that_is_not_one_is_refused() {
        let twice = line(1, 7) + &line(1, 8);
        for text in ["1", "0:AAAA", "1:AAAA", "256:AAAA", twice.as_str()] {
            assert!(matches!(Keys::parse(text), Err(KeyError::BadLine(_))), "{text} was taken");
        }
        assert!(matches!(Keys::parse("# tom\n"), Err(KeyError::Empty)));
    }

    #[test]
    fn the_file_is_created_once_for_its_owner_alone_and_refused_when_others_may_read_it() {
        let folder = std::env::temp_dir().join(format!("overblick-keys-{}", std::process::id()));
        let file = folder.join("secret.key");
        let sealed = Keys::load_file(&file).unwrap().seal(secret(1), "x");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Keys::load_file(&file).unwrap().open(secret(1), &sealed).unwrap(), "x");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Keys::load_file(&file), Err(KeyError::TooOpen(_))));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left behind");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
