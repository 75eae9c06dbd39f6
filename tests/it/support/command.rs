//! The program itself, run as a command.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program with a data directory of its own, which is gone when the value is.
pub struct Program {
    data_dir: PathBuf,
    database_url: Option<String>,
    variables: Vec<(String, String)>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub status: i32,
    /// Data.
    pub stdout: String,
    /// Words for people.
    pub stderr: String,
}

impl Program {
    /// Against a database that is there already.
    pub fn new(database_url: String) -> Self {
        let mut program = Self::private();
        program.database_url = Some(database_url);
        program
    }

    /// With the private PostgreSQL.
    pub fn private() -> Self {
        static COUNTER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let data_dir = std::env::temp_dir().join(format!("overblick-it-{}-{number}", std::process::id()));
        Self { data_dir, database_url: None, variables: Vec::new() }
    }

    /// With another data directory.
    pub fn in_dir(mut self, data_dir: impl Into<PathBuf>) -> Self {
        self.data_dir = data_dir.into();
        self
    }

    /// With a variable.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The command, not yet started. Nothing of the test's own configuration reaches it.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overblick"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("OVERBLICK_") || text == "DATABASE_URL" {
                command.env_remove(&name);
            }
        }
        command.args(args).env("OVERBLICK_DATA_DIR", &self.data_dir).stdin(Stdio::null());
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        self.command(args).output().expect("the program runs").into()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.data_dir);
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ended {
    /// The objects on standard output, one per line; anything else there fails the test.
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.stdout
            .lines()
            .map(|line| {
                serde_json::from_str(line)
                    .unwrap_or_else(|error| panic!("{error} in {line}\n{}", self.stderr))
            })
            .collect()
    }

    /// The same, if it ended with this status; else the test fails and shows what was said.
    #[track_caller]
    pub fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, status, "\n{}\n{}", self.stdout, self.stderr);
        self
    }
}
