//! A private PostgreSQL for the installation that has none: created, started and stopped by the program itself.
//!
//! The cluster lives in the data directory and answers on a Unix socket in a folder that only its own user may enter; it
//! has no network port. Any number of commands may use it at once. Whoever comes first starts it, whoever leaves last
//! takes it down, in whatever way they leave:
//!
//! * Every process that uses the database holds a *shared* lock on `locks/users`. The kernel drops the lock when the
//!   process ends, `kill -9` included.
//! * The process that starts the database leaves a [`supervisor`] behind: the same program, as a process of its own, that
//!   asks for the same lock *exclusively*. It gets it the moment nobody is left, stops PostgreSQL in good order and ends.
//!
//! A parent-death signal was weighed and turned down: it ties the database to the one process (indeed the one thread)
//! that forked it, so that an import that began before the server would take the database away from under it; and it can
//! be set only between fork and exec, in `unsafe` code. Locks need neither.

mod binaries;
mod bootstrap;
mod dump;
mod place;
mod postmaster;
pub mod supervisor;

use std::fs::{File, TryLockError};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;

pub use self::bootstrap::{APP_ROLE, OWNER_ROLE};
pub use self::dump::DumpError;
use self::place::Place;
use self::postmaster::Status;

/// The name of the database in the private cluster.
const DATABASE: &str = "overblick";

/// Recovery after a crash may take its time; a database that is silent for longer than this is broken.
const START_LIMIT: Duration = Duration::from_secs(600);

/// Why the private database could not be used. Each is a sentence for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No server programs on the machine.
    #[error(
        "PostgreSQL finns inte på den här datorn. Installera det (Debian och Ubuntu: apt install postgresql, Fedora och \
         Red Hat: dnf install postgresql-server), ange katalogen med programmen i PG_BIN_DIR, eller ange en databas som \
         redan finns i DATABASE_URL."
    )]
    NoBinaries,
    /// Only versions that are too old.
    #[error("PostgreSQL {found} är för gammal. Installera version {} eller senare.", binaries::MINIMUM)]
    TooOld {
        /// The newest major version on the machine.
        found: u32,
    },
    /// The cluster was made by a version that is not installed.
    #[error(
        "Databasen i {} är skapad med PostgreSQL {major}, som inte är installerad. Installera den (Debian och Ubuntu: \
         apt install postgresql-{major}), eller flytta databasen till en nyare version som docs/operations.md beskriver.",
        .path.display()
    )]
    MajorMissing {
        /// The version that made the cluster.
        major: u32,
        /// The cluster's folder.
        path: PathBuf,
    },
    /// PostgreSQL refuses to run as root and there is nobody else to run it as.
    #[error(
        "PostgreSQL får inte köras som root, och användaren {0} finns inte. Ange en användare i PG_RUN_AS."
    )]
    NoUser(String),
    /// The cluster belongs to somebody else.
    #[error("Databasen i {} tillhör användaren {owner}. Kör kommandot som den användaren eller som root.", .path.display())]
    Foreign {
        /// The cluster's folder.
        path: PathBuf,
        /// The owner's name, or number where it has none.
        owner: String,
    },
    /// The folder for the socket exists and somebody else may enter it.
    #[error("Mappen {} finns redan och är inte privat. Ta bort den, eller välj en datakatalog med kortare sökväg.", .0.display())]
    NotPrivate(PathBuf),
    /// `initdb` said no.
    #[error("Databasen kunde inte skapas. initdb svarade: {0}")]
    InitDb(String),
    /// PostgreSQL ended instead of becoming ready.
    #[error("Databasen startade inte. De sista raderna i {}:\n{tail}", .log.display())]
    DidNotStart {
        /// PostgreSQL's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// PostgreSQL neither became ready nor ended.
    #[error("Databasen har inte blivit klar att ta emot anslutningar. Se {}.", .0.display())]
    NotReady(PathBuf),
    /// The operating system refused something.
    #[error("{} gick inte att läsa eller skriva: {source}", .path.display())]
    Io {
        /// What was touched.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The database is up but its roles could not be prepared.
    #[error("Databasens roller kunde inte förberedas: {0}")]
    Bootstrap(#[from] sqlx::Error),
    /// The thread that waited for the database ended early.
    #[error("Väntan på databasen avbröts.")]
    Interrupted,
}

/// Gives an I/O error its path.
fn io(path: &Path) -> impl FnOnce(std::io::Error) -> EmbeddedError + use<> {
    let path = path.to_owned();
    move |source| EmbeddedError::Io { path, source }
}

/// Creates the data directory: passable for PostgreSQL's own user where that is another, closed to everyone otherwise.
pub fn create_data_dir(data_dir: &Path) -> std::io::Result<()> {
    place::create_dir(data_dir, if nix::unistd::Uid::effective().is_root() { 0o711 } else { 0o700 })
}

/// The private database, up for at least as long as this value lives.
#[derive(Debug)]
pub struct PrivatePostgres {
    place: Place,
    users: File,
    created: bool,
}

impl PrivatePostgres {
    /// Joins the database of this data directory; creates it and starts it where needed.
    pub async fn start(data_dir: &Path) -> Result<Self, EmbeddedError> {
        let data_dir = data_dir.to_owned();
        let (postgres, start_lock) = tokio::task::spawn_blocking(move || Self::start_blocking(&data_dir))
            .await
            .map_err(|_| EmbeddedError::Interrupted)??;
        bootstrap::prepare(&postgres.place, DATABASE).await?;
        drop(start_lock);
        Ok(postgres)
    }

    /// How to connect as the role that owns the tables.
    #[must_use]
    pub fn owner(&self) -> PgConnectOptions {
        bootstrap::options(&self.place, OWNER_ROLE, DATABASE)
    }

    /// How to connect as the role the server runs as.
    #[must_use]
    pub fn app(&self) -> PgConnectOptions {
        bootstrap::options(&self.place, APP_ROLE, DATABASE)
    }

    /// Something the person at the terminal should know, once: that the database is not where they would look for it.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        (self.created && self.place.elsewhere).then(|| {
            format!(
                "Databasen ligger i {}, eftersom användaren som PostgreSQL körs som inte når datakatalogen.",
                self.place.cluster.display()
            )
        })
    }

    /// The whole start, under a lock that lets one process at a time through. The lock is returned: it is to be held
    /// until the roles are there.
    fn start_blocking(data_dir: &Path) -> Result<(Self, File), EmbeddedError> {
        let place = Place::resolve(data_dir)?;
        let start_lock = place.lock_file("start")?;
        start_lock.lock().map_err(io(&place.locks))?;
        // Blocks while a supervisor is taking the database down: it holds this lock until PostgreSQL has ended.
        let users = place.lock_file("users")?;
        users.lock_shared().map_err(io(&place.locks))?;

        let created = bring_up(&place)?;
        Ok((Self { place, users, created }, start_lock))
    }

    /// Starts the database again whenever it ends by itself (killed for want of memory, say), for as long as the future is
    /// polled. For the server, which outlives such things; a command fails and is run again.
    pub async fn keep_up(&self) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if postmaster::running(&self.place.cluster).is_some() {
                continue;
            }
            tracing::error!("the private database has ended; starting it again");
            let place = self.place.clone();
            let restart = move || {
                let start_lock = place.lock_file("start")?;
                start_lock.lock().map_err(io(&place.locks))?;
                bring_up(&place)
            };
            if let Ok(Err(error)) = tokio::task::spawn_blocking(restart).await {
                tracing::error!(%error, "the private database did not start");
            }
        }
    }

    /// Leaves the database. Where this was its last user, returns when PostgreSQL has ended, so that whoever copies the
    /// data directory next copies a database at rest.
    pub async fn leave(self) {
        let _finished = tokio::task::spawn_blocking(move || {
            let Self { place, users, .. } = self;
            if users.unlock().is_err() {
                return;
            }
            // The supervisor needs a moment to wake; afterwards the pid file says whether it is taking the database down.
            let asked = Instant::now();
            while let Some(running) = postmaster::running(&place.cluster) {
                let stopping = running.status == Status::Stopping;
                if !stopping && asked.elapsed() > Duration::from_millis(400)
                    || asked.elapsed() > Duration::from_secs(60)
                {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        })
        .await;
    }
}

/// Makes sure that the cluster exists, that a supervisor attends to it, and that it answers. The caller holds the locks
/// `start` and `users`. Returns whether the cluster was created.
fn bring_up(place: &Place) -> Result<bool, EmbeddedError> {
    // A supervisor that is there may be on its way out because PostgreSQL has just ended under it.
    while is_supervised(place)? {
        if wait_until_ready(place, || Ok(!is_supervised(place)?))? {
            return Ok(false);
        }
    }
    let created = place.create_cluster()?;
    let mut supervisor = spawn_supervisor(place)?;
    if wait_until_ready(place, || Ok(supervisor.try_wait().map_err(io(&place.log))?.is_some()))? {
        Ok(created)
    } else {
        Err(EmbeddedError::DidNotStart { log: place.log.clone(), tail: place.log_tail() })
    }
}

/// Whether a supervisor lives: it holds its lock for as long.
fn is_supervised(place: &Place) -> Result<bool, EmbeddedError> {
    match place.lock_file("supervisor")?.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(io(&place.locks)(error)),
    }
}

/// Starts the same program as a supervisor, in a process group of its own so that Ctrl-C in the terminal does not reach
/// it, and with nothing of ours open: a pipe that reads our output must not wait for the database.
fn spawn_supervisor(place: &Place) -> Result<Child, EmbeddedError> {
    let log = place.open_log()?;
    Command::new(this_program())
        .arg(supervisor::COMMAND)
        .args(supervisor::Spec::from(place).to_args())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .process_group(0)
        .spawn()
        .map_err(io(&place.log))
}

/// The running program; on Linux also when its file has been replaced since.
fn this_program() -> PathBuf {
    let linux = Path::new("/proc/self/exe");
    if linux.exists() {
        linux.to_owned()
    } else {
        std::env::current_exe().unwrap_or_else(|_| "overblick".into())
    }
}

/// Waits until the database answers; `false` if there is no longer anybody who would start it.
fn wait_until_ready(
    place: &Place,
    mut is_abandoned: impl FnMut() -> Result<bool, EmbeddedError>,
) -> Result<bool, EmbeddedError> {
    let began = Instant::now();
    let mut told = Duration::ZERO;
    loop {
        if postmaster::running(&place.cluster).is_some_and(|running| running.status == Status::Ready) {
            return Ok(true);
        }
        if is_abandoned()? {
            return Ok(false);
        }
        let waited = began.elapsed();
        if waited > START_LIMIT {
            return Err(EmbeddedError::NotReady(place.log.clone()));
        }
        if waited > told + Duration::from_secs(5) {
            told = waited;
            tracing::info!(seconds = waited.as_secs(), "waiting for the private database");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
