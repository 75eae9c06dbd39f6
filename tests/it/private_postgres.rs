//! The private PostgreSQL, as it is used: the program is started, killed and started again, alone and beside itself.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::command::Program;

/// The number of the PostgreSQL process that runs on this data directory.
fn postmaster(data_dir: &Path) -> Option<Pid> {
    let cluster = cluster(data_dir)?;
    let file = std::fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(file.lines().next()?.parse().ok()?);
    kill(pid, None).ok().map(|()| pid)
}

fn cluster(data_dir: &Path) -> Option<std::path::PathBuf> {
    let entries = std::fs::read_dir(data_dir).ok()?.flatten();
    entries
        .map(|entry| entry.path())
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("pg"))
}

/// Waits until something is so; the limit is only there so that a fault ends the test.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "still not so after a minute: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// A running server, which is killed with the value.
struct Serving(Child);

impl Serving {
    fn start(program: &Program) -> Self {
        let mut command = program.command(&SERVE);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let serving = Self(child);
        wait_until("the server is up", || {
            std::fs::read_to_string(program.data_dir().join("locks/serve"))
                .is_ok_and(|text| text.contains("http://"))
        });
        serving
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.0.id().cast_signed())
    }

    fn end(&mut self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn list(program: &Program) -> Vec<String> {
    let listed = program.run(&["tenant", "list", "--json"]).expect(0);
    listed.json().iter().map(|row| row["slug"].as_str().unwrap().to_owned()).collect()
}

fn create(program: &Program, slug: &str) {
    program.run(&["tenant", "create", "--slug", slug, "--name", slug]).expect(0);
}

#[test]
fn a_command_alone_starts_the_database_and_takes_it_down_again() {
    let program = Program::private();
    create(&program, "vik");
    assert_eq!(postmaster(&program.data_dir()), None);
    assert_eq!(list(&program), ["vik"], "what was written is there the next time");
}

#[test]
fn commands_join_a_running_server_and_leave_it_running() {
    let program = Program::private();
    let mut server = Serving::start(&program);
    let database = postmaster(&program.data_dir()).unwrap();
    create(&program, "vik");
    assert_eq!(list(&program), ["vik"]);
    assert_eq!(postmaster(&program.data_dir()), Some(database));
    server.end(Signal::SIGTERM);
    assert_eq!(postmaster(&program.data_dir()), None, "the last one out takes the database down");
}

#[test]
fn a_server_that_is_killed_takes_the_database_with_it() {
    let program = Program::private();
    create(&program, "vik");
    let mut server = Serving::start(&program);
    server.end(Signal::SIGKILL);
    wait_until("the database has ended", || postmaster(&program.data_dir()).is_none());
    assert_eq!(list(&program), ["vik"]);
}

#[test]
fn server_and_database_killed_together_recover() {
    let program = Program::private();
    create(&program, "vik");
    let mut server = Serving::start(&program);
    create(&program, "berg");
    let database = postmaster(&program.data_dir()).unwrap();
    kill(database, Signal::SIGKILL).unwrap();
    server.end(Signal::SIGKILL);
    wait_until("the database is gone", || postmaster(&program.data_dir()).is_none());
    assert_eq!(list(&program), ["berg", "vik"]);
}

#[test]
fn a_database_that_is_killed_comes_back_under_the_running_server() {
    let program = Program::private();
    create(&program, "vik");
    let mut server = Serving::start(&program);
    let database = postmaster(&program.data_dir()).unwrap();
    kill(database, Signal::SIGKILL).unwrap();
    wait_until("another database is up", || {
        postmaster(&program.data_dir()).is_some_and(|pid| pid != database)
    });
    assert_eq!(list(&program), ["vik"]);
    server.end(Signal::SIGTERM);
    assert_eq!(postmaster(&program.data_dir()), None);
}

#[test]
fn a_database_whose_supervisor_was_killed_is_taken_over_and_stopped_in_the_end() {
    let program = Program::private();
    let mut server = Serving::start(&program);
    let database = postmaster(&program.data_dir()).unwrap();
    let supervisor = parent_of(database);
    assert_ne!(supervisor, server.pid());
    kill(supervisor, Signal::SIGKILL).unwrap();
    wait_until("the supervisor is gone", || parent_of(database) != supervisor);
    create(&program, "vik");
    assert_eq!(postmaster(&program.data_dir()), Some(database), "the same database goes on");
    server.end(Signal::SIGTERM);
    wait_until("the database has ended", || postmaster(&program.data_dir()).is_none());
}

fn parent_of(pid: Pid) -> Pid {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    Pid::from_raw(after_name.split_whitespace().nth(1).unwrap().parse().unwrap())
}

#[test]
fn a_pid_file_whose_number_went_to_another_process_does_not_stop_the_start() {
    let program = Program::private();
    create(&program, "vik");
    let file = cluster(&program.data_dir()).unwrap().join("postmaster.pid");
    let own = std::process::id();
    std::fs::write(file, format!("{own}\n/somewhere\n1\n5432\n/run\n\n  1 1\nready   \n")).unwrap();
    assert_eq!(list(&program), ["vik"]);
}

#[test]
fn a_creation_that_was_cut_off_is_begun_anew() {
    let program = Program::private();
    create(&program, "vik");
    let whole = cluster(&program.data_dir()).unwrap();
    std::fs::rename(&whole, whole.with_extension("tmp")).unwrap();
    assert_eq!(list(&program), Vec::<String>::new());
}

#[test]
fn many_commands_at_once_share_one_database() {
    let program = Program::private();
    let slugs: Vec<String> = (0..6).map(|number| format!("kommun-{number}")).collect();
    std::thread::scope(|scope| {
        for slug in &slugs {
            scope.spawn(|| create(&program, slug));
        }
    });
    assert_eq!(list(&program), slugs);
}

#[test]
fn a_second_server_is_refused_with_who_and_where() {
    let program = Program::private();
    let server = Serving::start(&program);
    let refused = program.run(&SERVE).expect(1);
    assert!(refused.stderr.contains("körs redan"), "{}", refused.stderr);
    for detail in [server.pid().to_string(), "http://127.0.0.1:".to_owned()] {
        assert!(refused.stderr.contains(&detail), "{detail} in {}", refused.stderr);
    }
}

#[test]
fn a_backup_of_a_running_server_is_taken_back_in_another_data_directory() {
    let program = Program::private();
    let server = Serving::start(&program);
    create(&program, "vik");
    let file = program.data_dir().with_file_name("kopia.dump");
    let path = file.to_str().unwrap();
    program.run(&["backup", "--to", path]).expect(0);
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&file.metadata().unwrap()) & 0o777, 0o600);
    create(&program, "efter");
    program.run(&["backup", "--to", path]).expect(1);
    drop(server);

    let other = Program::private();
    other.run(&["restore", "--from", path]).expect(0);
    assert_eq!(list(&other), ["vik"]);
    create(&other, "berg");
    let again = other.run(&["restore", "--from", path]).expect(1);
    assert!(again.stderr.contains("har redan en databas"), "{}", again.stderr);

    std::fs::write(file.with_extension("txt"), "något annat").unwrap();
    let wrong = Program::private()
        .run(&["restore", "--from", file.with_extension("txt").to_str().unwrap()])
        .expect(1);
    assert!(wrong.stderr.contains("inte en säkerhetskopia"), "{}", wrong.stderr);
}

#[test]
fn a_long_path_and_a_folder_with_spaces_are_no_hindrance() {
    let program = Program::private();
    let long = program.data_dir().join("en mapp med å".repeat(12)).join("data");
    let program = program.with("OVERBLICK_DATA_DIR", long);
    create(&program, "vik");
    assert_eq!(list(&program), ["vik"]);
}

#[test]
fn a_machine_without_postgresql_is_told_what_to_install() {
    let program = Program::private().with("PG_BIN_DIR", "/nonexistent");
    let refused = program.run(&["tenant", "list"]).expect(1);
    assert!(refused.stderr.contains("apt install postgresql"), "{}", refused.stderr);
    assert_eq!(refused.stdout, "");
}

#[test]
fn another_user_is_told_whose_the_database_is() {
    if !nix::unistd::Uid::effective().is_root() {
        eprintln!("skipped: only root can be another user");
        return;
    }
    let program = Program::private();
    create(&program, "vik");
    // As nobody, who is not the one that PostgreSQL runs as for root. The locks are opened to get that far, and the
    // program lies where nobody can reach it.
    let reachable = program.data_dir().with_file_name("overblick");
    std::fs::copy(env!("CARGO_BIN_EXE_overblick"), &reachable).unwrap();
    let opened =
        Command::new("chmod").args(["-R", "a+rwX"]).arg(program.data_dir().join("locks")).status().unwrap();
    assert!(opened.success());
    let ended = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(reachable)
        .args(["tenant", "list", "--data-dir"])
        .arg(program.data_dir())
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("tillhör användaren"), "{said}");
}
