//! Reading `postmaster.pid`: whether PostgreSQL runs on a cluster, and how far it has come.

use std::path::Path;

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

/// A PostgreSQL that runs on the cluster asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) pid: Pid,
    pub(super) status: Status,
}

/// How far it has come, as it writes itself in its pid file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Starting,
    Ready,
    Stopping,
}

/// The file's name in the cluster's folder.
pub(super) const PID_FILE: &str = "postmaster.pid";

/// The PostgreSQL that runs on this cluster. A pid file left behind by a crash is seen through, also when its number
/// has since gone to another process: a postmaster's working directory is its cluster.
pub(super) fn running(cluster: &Path) -> Option<Running> {
    let text = std::fs::read_to_string(cluster.join(PID_FILE)).ok()?;
    let running = parse(&text)?;
    is_postmaster_of(running.pid, cluster).then_some(running)
}

fn is_postmaster_of(pid: Pid, cluster: &Path) -> bool {
    match kill(pid, None) {
        Ok(()) | Err(Errno::EPERM) => {}
        Err(_) => return false,
    }
    let proc = Path::new("/proc");
    if !proc.join("self/cwd").exists() {
        return true;
    }
    // A process we may not look into is not one we could have started.
    let cwd = std::fs::read_link(proc.join(pid.to_string()).join("cwd"));
    cwd.is_ok_and(|cwd| cluster.canonicalize().is_ok_and(|cluster| cwd == cluster))
}

fn parse(text: &str) -> Option<Running> {
    let mut lines = text.lines();
    // Negative in single-user mode, which is not a server.
    let pid: i32 = lines.next()?.trim().parse().ok().filter(|pid| *pid > 0)?;
    let status = match lines.nth(6).map(str::trim) {
        Some("ready") => Status::Ready,
        Some("stopping") => Status::Stopping,
        _ => Status::Starting,
    };
    Some(Running { pid: Pid::from_raw(pid), status })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "4711\n/d/pg15\n1763600000\n5432\n/d/run\n\n  1234  5678\n";

    #[test]
    fn the_status_line_says_how_far_the_server_has_come() {
        for (line, status) in [
            ("ready   ", Status::Ready),
            ("stopping", Status::Stopping),
            ("starting", Status::Starting),
            ("", Status::Starting),
        ] {
            let read = parse(&format!("{FILE}{line}\n")).unwrap();
            assert_eq!(read, Running { pid: Pid::from_raw(4711), status }, "{line}");
        }
    }

    #[test]
    fn a_file_without_a_server_is_no_server() {
        for text in ["", "\n", "-17\n/d/pg15\n", "x\n"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_pid_that_went_to_another_process_is_not_a_server() {
        let dir = std::env::temp_dir().join(format!("overblick-pid-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        // This test's own process lives, but its working directory is not the cluster.
        std::fs::write(dir.join(PID_FILE), FILE.replace("4711", &std::process::id().to_string())).unwrap();
        assert_eq!(running(&dir), None);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
