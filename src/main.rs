//! Överblick's one program: the server and every command.

use std::process::ExitCode;

fn main() -> ExitCode {
    overblick::cli::main()
}
