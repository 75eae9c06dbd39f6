//! Finding PostgreSQL's programs on the machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::EmbeddedError;

/// The oldest major version that will do: ICU as a database's own collation came with it.
pub(super) const MINIMUM: u32 = 15;

/// A folder with `postgres` and `initdb` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) dir: PathBuf,
    pub(super) major: u32,
}

/// The programs for a cluster made by `wanted`, or the newest there is for a cluster yet to be made.
pub(super) fn find(wanted: Option<(u32, &Path)>) -> Result<Binaries, EmbeddedError> {
    let found = candidates().into_iter().filter_map(|dir| {
        // A folder of PATH may hold links to some of the programs; their own folder holds them all.
        let dir = dir.join("initdb").canonicalize().ok()?.parent()?.to_owned();
        let major = major_of(&dir)?;
        Some(Binaries { dir, major })
    });
    choose(found, wanted)
}

fn choose(
    found: impl Iterator<Item = Binaries>,
    wanted: Option<(u32, &Path)>,
) -> Result<Binaries, EmbeddedError> {
    let found: Vec<Binaries> = found.collect();
    // Of equals the first: where packages put them goes before PATH.
    let Some(newest) = found.iter().rev().max_by_key(|binaries| binaries.major) else {
        return Err(EmbeddedError::NoBinaries);
    };
    if let Some((major, path)) = wanted {
        let fitting = found.iter().find(|binaries| binaries.major == major).cloned();
        return fitting.ok_or_else(|| EmbeddedError::MajorMissing { major, path: path.to_owned() });
    }
    if newest.major < MINIMUM {
        Err(EmbeddedError::TooOld { found: newest.major })
    } else {
        Ok(newest.clone())
    }
}

/// Where the programs may be: what `PG_BIN_DIR` says and nothing else, or the places where packages put them, then PATH.
fn candidates() -> Vec<PathBuf> {
    if let Some(dir) = std::env::var_os("PG_BIN_DIR") {
        return vec![dir.into()];
    }
    let mut dirs = Vec::new();
    dirs.extend(children("/usr/lib/postgresql", "").map(|dir| dir.join("bin")));
    dirs.extend(children("/usr", "pgsql-").map(|dir| dir.join("bin")));
    dirs.extend(children("/usr/libexec", "postgresql"));
    dirs.extend(children("/opt/homebrew/opt", "postgresql@").map(|dir| dir.join("bin")));
    dirs.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    dirs
}

fn children(parent: &str, prefix: &'static str) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter(move |entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
}

/// The major version of the programs in a folder; `None` where there are none.
fn major_of(dir: &Path) -> Option<u32> {
    let output = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// Takes the 15 out of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` and the 19 out of `… 19beta1`.
fn parse_version(text: &str) -> Option<u32> {
    let version = text.split_whitespace().nth(2)?;
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(majors: &[u32]) -> impl Iterator<Item = Binaries> {
        majors.iter().map(|major| Binaries { dir: format!("/pg/{major}").into(), major: *major })
    }

    #[test]
    fn the_newest_version_makes_a_new_cluster() {
        assert_eq!(choose(of(&[15, 17, 16]), None).unwrap().major, 17);
    }

    #[test]
    fn an_existing_cluster_is_run_by_the_version_that_made_it() {
        let path = Path::new("/d/pg15");
        assert_eq!(choose(of(&[15, 17]), Some((15, path))).unwrap().major, 15);
        assert!(matches!(
            choose(of(&[17]), Some((15, path))),
            Err(EmbeddedError::MajorMissing { major: 15, .. })
        ));
    }

    #[test]
    fn nothing_and_too_old_are_told_apart() {
        assert!(matches!(choose(of(&[]), None), Err(EmbeddedError::NoBinaries)));
        assert!(matches!(choose(of(&[13, 14]), None), Err(EmbeddedError::TooOld { found: 14 })));
    }

    #[test]
    fn the_major_version_is_read_from_what_the_program_says() {
        assert_eq!(parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(parse_version("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(parse_version("something else"), None);
    }
}
