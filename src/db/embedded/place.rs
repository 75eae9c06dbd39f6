//! Where the private database lives and as whom it runs.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::{Uid, User};
use sha2::{Digest, Sha256};

use super::binaries::{self, Binaries};
use super::{EmbeddedError, create_data_dir, io};

/// A socket's whole path may have 107 bytes; the folder must leave room for the file's name.
const SOCKET_DIR_LIMIT: usize = 85;

/// Where the cluster goes when root's data directory cannot be reached by the user that PostgreSQL runs as.
const SHARED_STATE: &str = "/var/lib/overblick";

/// The user PostgreSQL runs as when the program itself runs as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RunAs {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// Every path of one private database.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) binaries: Binaries,
    /// The cluster's folder, `pg15` for one made by version 15.
    pub(super) cluster: PathBuf,
    pub(super) socket_dir: PathBuf,
    pub(super) locks: PathBuf,
    pub(super) log: PathBuf,
    /// `None` when PostgreSQL runs as the same user as the program.
    pub(super) run_as: Option<RunAs>,
    /// Whether the cluster lies somewhere else than in the data directory.
    pub(super) elsewhere: bool,
}

impl Place {
    /// Decides every path, creates the folders, and changes nothing that is there already.
    pub(super) fn resolve(data_dir: &Path) -> Result<Self, EmbeddedError> {
        let root = Uid::effective().is_root();
        create_data_dir(data_dir).map_err(io(data_dir))?;
        let data_dir = data_dir.canonicalize().map_err(io(data_dir))?;
        let locks = data_dir.join("locks");
        create_dir(&locks, 0o700).map_err(io(&locks))?;

        let (home, run_as) = if root { home_for_root(&data_dir)? } else { (data_dir.clone(), None) };
        if !root {
            check_owner(&data_dir, None)?;
        }
        let existing = newest_cluster(&home);
        if let Some((_, path)) = &existing {
            check_owner(path, run_as)?;
        }
        let binaries = binaries::find(existing.as_ref().map(|(major, path)| (*major, path.as_path())))?;
        let cluster = home.join(format!("pg{}", binaries.major));
        let socket_dir = socket_dir(&home, run_as)?;
        let log = home.join("postgresql.log");
        Ok(Self { binaries, cluster, socket_dir, locks, log, run_as, elsewhere: home != data_dir })
    }

    /// Opens (and creates) one of the files that processes lock to agree with each other.
    pub(super) fn lock_file(&self, name: &str) -> Result<File, EmbeddedError> {
        open_lock(&self.locks.join(name))
    }

    /// Creates the cluster where there is none. A run that was cut off leaves a folder named `.tmp`, which is removed: the
    /// cluster gets its name only when it is whole.
    /// Returns whether it did.
    pub(super) fn create_cluster(&self) -> Result<bool, EmbeddedError> {
        if self.cluster.exists() {
            return Ok(false);
        }
        let unfinished = self.cluster.with_extension("tmp");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished).map_err(io(&unfinished))?;
        }
        create_dir(&unfinished, 0o700).map_err(io(&unfinished))?;
        give(&unfinished, self.run_as)?;
        tracing::info!(version = self.binaries.major, "creating the private database");
        let mut initdb = Command::new(self.binaries.dir.join("initdb"));
        initdb
            .arg("-D")
            .arg(&unfinished)
            .args(["-U", "postgres", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"])
            // Byte order for what must be stable, Swedish order for what people read.
            .args(["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=sv-SE"])
            .args(["--data-checksums", "--no-instructions"])
            .env("LC_ALL", "C.UTF-8");
        let output =
            self.as_its_user(initdb).stdin(Stdio::null()).output().map_err(io(&self.binaries.dir))?;
        if !output.status.success() {
            return Err(EmbeddedError::InitDb(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        std::fs::rename(&unfinished, &self.cluster).map_err(io(&self.cluster))?;
        Ok(true)
    }

    /// Makes a command run as the database's user. The standard library drops root's other groups as it does so.
    fn as_its_user(&self, mut command: Command) -> Command {
        if let Some(RunAs { uid, gid }) = self.run_as {
            command.uid(uid).gid(gid);
        }
        command.current_dir("/");
        command
    }

    /// PostgreSQL's log, for appending; a long one is set aside first.
    pub(super) fn open_log(&self) -> Result<File, EmbeddedError> {
        const LONG: u64 = 10 * 1024 * 1024;
        if self.log.metadata().is_ok_and(|log| log.len() > LONG) {
            std::fs::rename(&self.log, self.log.with_extension("log.1")).map_err(io(&self.log))?;
        }
        OpenOptions::new().create(true).append(true).mode(0o600).open(&self.log).map_err(io(&self.log))
    }

    /// The last lines of PostgreSQL's log.
    pub(super) fn log_tail(&self) -> String {
        let read = || -> std::io::Result<String> {
            let mut file = File::open(&self.log)?;
            let start = file.metadata()?.len().saturating_sub(2000);
            file.seek(SeekFrom::Start(start))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        let text = read().unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

/// Opens a lock file, creating it where it is missing.
pub(super) fn open_lock(path: &Path) -> Result<File, EmbeddedError> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path).map_err(io(path))
}

/// Where root keeps the cluster, and as whom it runs: the data directory if that user can get there, else a folder of
/// the data directory's own under `/var/lib/overblick`.
fn home_for_root(data_dir: &Path) -> Result<(PathBuf, Option<RunAs>), EmbeddedError> {
    let elsewhere = Path::new(SHARED_STATE).join(flat_name(data_dir));
    for home in [data_dir, &elsewhere] {
        // A cluster that is there goes on as whoever it belongs to.
        if let Some((_, cluster)) = newest_cluster(home) {
            let owner = cluster.metadata().map_err(io(&cluster))?;
            return Ok((home.to_owned(), Some(RunAs { uid: owner.uid(), gid: owner.gid() })));
        }
    }
    let run_as = user_for_root()?;
    if passable(data_dir, run_as) {
        return Ok((data_dir.to_owned(), Some(run_as)));
    }
    create_dir(&elsewhere, 0o711).map_err(io(&elsewhere))?;
    Ok((elsewhere, Some(run_as)))
}

/// `$PG_RUN_AS`, or the package's own user, or the user that owns nothing.
fn user_for_root() -> Result<RunAs, EmbeddedError> {
    let named = std::env::var("PG_RUN_AS").ok().filter(|name| !name.is_empty());
    let candidates = named.as_deref().map_or_else(|| vec!["postgres", "nobody"], |name| vec![name]);
    let user = candidates
        .iter()
        .find_map(|name| User::from_name(name).ok().flatten())
        .filter(|user| !user.uid.is_root());
    user.map(|user| RunAs { uid: user.uid.as_raw(), gid: user.gid.as_raw() })
        .ok_or_else(|| EmbeddedError::NoUser(candidates.join(", ")))
}

/// Whether a user may pass through every folder down to and including this one.
fn passable(dir: &Path, user: RunAs) -> bool {
    dir.ancestors().all(|folder| {
        folder.metadata().is_ok_and(|meta| {
            let needed = match () {
                () if meta.uid() == user.uid => 0o100,
                () if meta.gid() == user.gid => 0o010,
                () => 0o001,
            };
            meta.mode() & needed != 0
        })
    })
}

/// Refuses a folder that PostgreSQL could not open: it must belong to the user it will run as.
fn check_owner(folder: &Path, run_as: Option<RunAs>) -> Result<(), EmbeddedError> {
    let owner = folder.metadata().map_err(io(folder))?.uid();
    let wanted = run_as.map_or_else(|| Uid::effective().as_raw(), |user| user.uid);
    if owner == wanted && owner != 0 {
        return Ok(());
    }
    let name = User::from_uid(Uid::from_raw(owner))
        .ok()
        .flatten()
        .map_or_else(|| owner.to_string(), |user| user.name);
    Err(EmbeddedError::Foreign { path: folder.to_owned(), owner: name })
}

/// The cluster of the highest version in a folder.
fn newest_cluster(home: &Path) -> Option<(u32, PathBuf)> {
    let entries = std::fs::read_dir(home).into_iter().flatten().flatten();
    let clusters = entries.filter_map(|entry| {
        let major = entry.file_name().to_str()?.strip_prefix("pg")?.parse().ok()?;
        Some((major, entry.path()))
    });
    clusters.max_by_key(|(major, _)| *major)
}

/// A private folder for the socket: beside the cluster, or where paths are shorter.
fn socket_dir(home: &Path, run_as: Option<RunAs>) -> Result<PathBuf, EmbeddedError> {
    let beside = home.join("run");
    let dir = if beside.as_os_str().len() <= SOCKET_DIR_LIMIT {
        beside
    } else {
        // /tmp itself and not TMPDIR: every process must come to the same answer, and it must be short.
        let digest = Sha256::digest(home.as_os_str().as_encoded_bytes());
        let name = digest.iter().take(6).fold(0_u64, |name, byte| name << 8 | u64::from(*byte));
        Path::new("/tmp").join(format!("overblick-{name:012x}"))
    };
    if !dir.exists() {
        create_dir(&dir, 0o700).map_err(io(&dir))?;
        give(&dir, run_as)?;
    }
    // The folder may be in a place where anyone can create one.
    let meta = dir.symlink_metadata().map_err(io(&dir))?;
    let owner = run_as.map_or_else(|| Uid::effective().as_raw(), |user| user.uid);
    if !meta.is_dir() || meta.uid() != owner || meta.permissions().mode() & 0o077 != 0 {
        return Err(EmbeddedError::NotPrivate(dir));
    }
    Ok(dir)
}

/// Creates a folder and what is missing above it; leaves one that is there as it is.
pub(super) fn create_dir(dir: &Path, mode: u32) -> std::io::Result<()> {
    if dir.is_dir() { Ok(()) } else { DirBuilder::new().recursive(true).mode(mode).create(dir) }
}

fn give(path: &Path, run_as: Option<RunAs>) -> Result<(), EmbeddedError> {
    run_as.map_or(Ok(()), |user| chown(path, Some(user.uid), Some(user.gid)).map_err(io(path)))
}

/// A path as one file name: `/root/site/data` becomes `root-site-data`.
fn flat_name(path: &Path) -> String {
    path.to_string_lossy().trim_matches('/').replace('/', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_passable_only_if_every_folder_above_it_is() {
        let base = std::env::temp_dir().join(format!("overblick-place-{}", std::process::id()));
        let inner = base.join("closed").join("inner");
        std::fs::create_dir_all(&inner).unwrap();
        let nobody = RunAs { uid: 65_534, gid: 65_534 };
        assert!(passable(&inner, nobody), "the temporary folder is open to all");
        std::fs::set_permissions(base.join("closed"), std::fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!passable(&inner, nobody));
        std::fs::remove_dir_all(&base).unwrap();
    }

    #[test]
    fn the_newest_cluster_is_found_by_number_and_unfinished_ones_are_not() {
        let base = std::env::temp_dir().join(format!("overblick-clusters-{}", std::process::id()));
        for name in ["pg9", "pg15", "pg16.tmp", "pgdump"] {
            std::fs::create_dir_all(base.join(name)).unwrap();
        }
        assert_eq!(newest_cluster(&base), Some((15, base.join("pg15"))));
        std::fs::remove_dir_all(&base).unwrap();
    }
}
