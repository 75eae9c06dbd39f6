//! The process that keeps the private PostgreSQL up for as long as anybody uses it.
//!
//! It is this same program under a hidden subcommand. It holds `locks/supervisor` while it lives, so that there is one,
//! and waits for `locks/users` (see [the module](super)). If it is killed itself, PostgreSQL lives on until the next
//! command finds it without a supervisor and gives it one.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use clap::Args;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::place::{Place, RunAs, open_lock};
use super::{EmbeddedError, io, postmaster};

/// The hidden subcommand's name.
pub const COMMAND: &str = "private-postgres";

/// What to run and where, as the arguments of the hidden subcommand.
#[derive(Debug, Args)]
pub struct Spec {
    /// PostgreSQL's programs.
    #[arg(long)]
    bin: PathBuf,
    /// The cluster's folder.
    #[arg(long)]
    cluster: PathBuf,
    /// The folder for the socket.
    #[arg(long)]
    socket_dir: PathBuf,
    /// The folder of the lock files.
    #[arg(long)]
    locks: PathBuf,
    /// The user to run it as; without one, the supervisor's own.
    #[arg(long, requires = "gid")]
    uid: Option<u32>,
    /// The group that goes with the user.
    #[arg(long)]
    gid: Option<u32>,
}

impl From<&Place> for Spec {
    fn from(place: &Place) -> Self {
        Self {
            bin: place.binaries.dir.clone(),
            cluster: place.cluster.clone(),
            socket_dir: place.socket_dir.clone(),
            locks: place.locks.clone(),
            uid: place.run_as.map(|user| user.uid),
            gid: place.run_as.map(|user| user.gid),
        }
    }
}

impl Spec {
    /// The arguments that give this value back.
    pub(super) fn to_args(&self) -> Vec<std::ffi::OsString> {
        let mut args = Vec::new();
        for (flag, path) in [
            ("--bin", &self.bin),
            ("--cluster", &self.cluster),
            ("--socket-dir", &self.socket_dir),
            ("--locks", &self.locks),
        ] {
            args.push(flag.into());
            args.push(path.into());
        }
        for (flag, id) in [("--uid", self.uid), ("--gid", self.gid)] {
            if let Some(id) = id {
                args.push(flag.into());
                args.push(id.to_string().into());
            }
        }
        args
    }

    fn run_as(&self) -> Option<RunAs> {
        self.uid.zip(self.gid).map(|(uid, gid)| RunAs { uid, gid })
    }
}

/// Starts PostgreSQL (or takes over one that runs), waits until nobody uses it, stops it.
pub fn run(spec: &Spec) -> Result<(), EmbeddedError> {
    let only_one = open_lock(&spec.locks.join("supervisor"))?;
    if only_one.try_lock().is_err() {
        return Ok(());
    }
    let mut postgres = match postmaster::running(&spec.cluster) {
        Some(running) => Postgres::Adopted(running.pid, spec.cluster.clone()),
        None => Postgres::Child(spawn(spec)?),
    };
    let pid = postgres.pid();
    let users = open_lock(&spec.locks.join("users"))?;
    let waiting = users.try_clone().map_err(io(&spec.locks))?;
    // Both file handles share one lock; it is held until this process ends, so that nobody starts a second PostgreSQL on
    // the cluster while this one is still writing its last page.
    std::thread::spawn(move || {
        // Should the lock fail for another reason than waiting, a database that stops is better than one that never does.
        let _locked = waiting.lock();
        // SIGINT: end the sessions, write everything down, stop. An error means that it has ended already.
        let _ended = kill(pid, Signal::SIGINT);
    });
    postgres.wait()?;
    // In this order: whoever gets in next must not find a supervisor that is on its way out.
    drop(only_one);
    drop(users);
    Ok(())
}

/// PostgreSQL as the supervisor knows it.
enum Postgres {
    Child(Child),
    /// Started by a supervisor that is no more.
    Adopted(Pid, PathBuf),
}

impl Postgres {
    fn pid(&self) -> Pid {
        match self {
            Self::Child(child) => Pid::from_raw(child.id().cast_signed()),
            Self::Adopted(pid, _) => *pid,
        }
    }

    fn wait(&mut self) -> Result<Option<ExitStatus>, EmbeddedError> {
        match self {
            Self::Child(child) => child.wait().map(Some).map_err(io(std::path::Path::new("postgres"))),
            Self::Adopted(_, cluster) => {
                while postmaster::running(cluster).is_some() {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Ok(None)
            }
        }
    }
}

fn spawn(spec: &Spec) -> Result<Child, EmbeddedError> {
    // Nothing runs on the cluster: a pid file that is there was left behind. PostgreSQL would see that for itself unless
    // the number has gone to another process of the same user, as it often has in a container.
    let left_behind = spec.cluster.join(postmaster::PID_FILE);
    if left_behind.exists() {
        std::fs::remove_file(&left_behind).map_err(io(&left_behind))?;
    }
    let mut command = Command::new(spec.bin.join("postgres"));
    command.arg("-D").arg(&spec.cluster).arg("-k").arg(&spec.socket_dir);
    for setting in [
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "cluster_name=overblick",
        "timezone=UTC",
        "log_timezone=UTC",
        "lc_messages=C",
        "logging_collector=off",
        "log_checkpoints=off",
        // The detail of a broken constraint holds the row's values: personal data does not belong in a log.
        "log_error_verbosity=terse",
        "log_min_error_statement=panic",
    ] {
        command.arg("-c").arg(setting);
    }
    if let Some(RunAs { uid, gid }) = spec.run_as() {
        command.uid(uid).gid(gid);
    }
    command.current_dir("/").env("LC_ALL", "C.UTF-8").spawn().map_err(io(&spec.bin))
}
