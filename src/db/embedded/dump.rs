//! The whole private database in one file, and back: `pg_dump` and `pg_restore` of the version that runs it.
//!
//! Both run as the cluster's superuser: row-level security binds everyone else, and a dump that left rows out would not
//! be one.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{DATABASE, EmbeddedError, PrivatePostgres, io};

/// How a file made by `pg_dump` begins.
const SIGNATURE: &[u8] = b"PGDMP";

/// Why a copy could not be made or taken back.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The target exists.
    #[error("{} finns redan. Ange en fil som inte finns.", .0.display())]
    Exists(PathBuf),
    /// Not a file that `pg_dump` made.
    #[error("{} är inte en säkerhetskopia som overblick backup har gjort.", .0.display())]
    NotADump(PathBuf),
    /// `pg_dump` or `pg_restore` said no.
    #[error("{program} svarade: {said}")]
    Tool {
        /// Which of the two.
        program: &'static str,
        /// Its words.
        said: String,
    },
    /// The operating system refused something.
    #[error(transparent)]
    Io(#[from] EmbeddedError),
}

impl PrivatePostgres {
    /// Writes everything to a new file that only its owner may read. The database may be in use meanwhile: the file holds
    /// one moment of it.
    pub async fn dump(&self, to: &Path) -> Result<(), DumpError> {
        if to.exists() {
            return Err(DumpError::Exists(to.to_owned()));
        }
        let mut name = to.as_os_str().to_owned();
        name.push(".part");
        let unfinished = PathBuf::from(name);
        // Of a run that was cut off, it may be there.
        let target = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&unfinished);
        let target = target.map_err(io(&unfinished))?;
        let mut command = self.tool("pg_dump");
        command.arg("--format=custom").arg("--dbname").arg(DATABASE).stdout(target);
        let written = run("pg_dump", command).await.and_then(|()| {
            // Written down for good before it gets its name.
            File::open(&unfinished).and_then(|file| file.sync_all()).map_err(io(&unfinished))?;
            Ok(std::fs::rename(&unfinished, to).map_err(io(to))?)
        });
        if written.is_err() {
            // What went wrong first is what is told.
            let _gone = std::fs::remove_file(&unfinished);
        }
        written
    }

    /// Reads everything from a file into a database that is empty: all of it or, where something fails, nothing.
    pub async fn restore(&self, from: &Path) -> Result<(), DumpError> {
        let mut begins = [0; SIGNATURE.len()];
        let mut file = File::open(from).map_err(io(from))?;
        if file.read_exact(&mut begins).is_err() || begins != SIGNATURE {
            return Err(DumpError::NotADump(from.to_owned()));
        }
        let mut command = self.tool("pg_restore");
        command
            .args(["--exit-on-error", "--single-transaction", "--dbname", DATABASE])
            .arg(from)
            .stdout(Stdio::null());
        run("pg_restore", command).await
    }

    fn tool(&self, program: &str) -> Command {
        let mut command = Command::new(self.place.binaries.dir.join(program));
        command.arg("--host").arg(&self.place.socket_dir).args(["--port=5432", "--username=postgres"]);
        command.stdin(Stdio::null()).env("LC_ALL", "C.UTF-8");
        command
    }
}

async fn run(program: &'static str, mut command: Command) -> Result<(), DumpError> {
    let output = tokio::task::spawn_blocking(move || command.stderr(Stdio::piped()).output());
    let output = output.await.map_err(|_| EmbeddedError::Interrupted)?.map_err(io(Path::new(program)))?;
    if output.status.success() {
        return Ok(());
    }
    Err(DumpError::Tool { program, said: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}
