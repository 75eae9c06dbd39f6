//! The program itself, serving.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::command::{Ended, Program};

/// The day on which the journeys take place.
const TODAY: &str = "2026-11-20";

/// A running server with a database of its own, on a free port.
pub struct Server {
    pub base_url: String,
    /// Where the first user is laid up, as the server said it; empty when it has users.
    pub setup_path: String,
    /// The password of the demonstration's users, where it was taken in.
    pub demo_password: String,
    program: Program,
    process: Child,
}

impl Server {
    pub async fn start() -> Self {
        // Starting takes a moment that the browser's own start can use.
        tokio::task::spawn_blocking(Self::start_blocking).await.unwrap()
    }

    /// With the fictional municipality taken in.
    pub async fn start_demo() -> Self {
        tokio::task::spawn_blocking(Self::start_demo_blocking).await.unwrap()
    }

    fn start_demo_blocking() -> Self {
        let program = Program::private();
        let mut command: Command = program.command(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap());
        let demo_password =
            said_after(&mut said, "med lösenordet ").split(' ').next().unwrap_or_default().to_owned();
        let base_url = said_after(&mut said, "igång på ").split(". ").next().unwrap().to_owned();
        std::thread::spawn(move || said.lines().map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        Self { base_url, setup_path: String::new(), demo_password, program, process }
    }

    fn start_blocking() -> Self {
        let program = Program::private();
        let mut command: Command = program.command(&["serve", "--listen", "127.0.0.1:0", "--today", TODAY]);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap());
        let base_url = said_after(&mut said, "igång på ").split(". ").next().unwrap().to_owned();
        let setup_path = said_after(&mut said, &format!("den första på {base_url}"));
        // What it says from now on is shown with the test that fails.
        std::thread::spawn(move || said.lines().map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        Self { base_url, setup_path, demo_password: String::new(), program, process }
    }

    /// Runs a command beside the server.
    pub fn run(&self, args: &[&str]) -> Ended {
        self.program.run(args)
    }

    /// Stops it and sees that it ends as it should.
    pub fn stop(mut self) {
        kill(Pid::from_raw(self.process.id().cast_signed()), Signal::SIGTERM).unwrap();
        assert!(self.process.wait().unwrap().success(), "the server did not stop in good order");
    }
}

/// What stands after these words, on the line where they are said.
fn said_after(said: &mut impl BufRead, words: &str) -> String {
    let mut all = String::new();
    loop {
        let mut line = String::new();
        let read = said.read_line(&mut line).unwrap();
        assert_ne!(read, 0, "the server ended and never said “{words}”:\n{all}");
        if let Some((_, rest)) = line.split_once(words) {
            return rest.trim_end().to_owned();
        }
        all.push_str(&line);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}
