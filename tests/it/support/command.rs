//! The program itself, run as a command.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use super::folder::TestFolder;

/// The program with a data directory of its own, which is gone when the value is.
pub struct Program {
    folder: TestFolder,
    database_url: Option<String>,
    variables: Vec<(String, OsString)>,
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
        Self { database_url: Some(database_url), ..Self::private() }
    }

    /// With the private PostgreSQL.
    pub fn private() -> Self {
        Self { folder: TestFolder::new(), database_url: None, variables: Vec::new() }
    }

    /// With a variable, which goes before what would otherwise be set.
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Does not exist until the program creates it.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
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
        command.args(args).env("OVERBLICK_DATA_DIR", self.data_dir()).stdin(Stdio::null());
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
