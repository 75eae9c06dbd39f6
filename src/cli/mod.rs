//! The command line: the same code paths as the screens, for cron, scripts, migration and tests.
//!
//! One file per command: `Args` (what clap reads) and `run(args, &env)`. A command that needs the database asks
//! [`Env::db`] for it; the private PostgreSQL then runs for as long as the command does, or is joined where it runs
//! already. Standard output is for data only ([`output`]); everything meant for a person goes to standard error, in Swedish.
//!
//! To add a command: write the file, add it to [`Command`] and to [`run`].

mod backup;
mod bench;
mod decide;
mod demo;
mod env;
mod error;
mod export;
mod health;
mod import;
mod leavers;
mod list;
mod migrate;
pub mod output;
mod retention;
mod serve;
mod tenant;
mod usage;
mod user;
mod verify;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use self::env::{Db, Env};
pub use self::error::{CliError, CliResult};
use crate::config::Config;
use crate::db::embedded::supervisor;
use crate::telemetry;

/// How a command ended when nothing stopped it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All was taken in or listed: status 0.
    Done,
    /// Something was refused, and the output says what: status 1.
    Refused,
}

#[derive(Debug, Parser)]
#[command(name = "overblick", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starta servern.
    Serve(serve::Args),
    /// Läs in en påhittad kommun att se sig om i.
    Demo(demo::Args),
    /// Skapa eller uppdatera databasens tabeller.
    Migrate(migrate::Args),
    /// Kontrollera att servern svarar och når sin databas.
    Health(health::Args),
    /// Lägg upp och visa kommuner.
    Tenant(tenant::Args),
    /// Made-up data for measuring.
    #[command(hide = true)]
    Bench(bench::Args),
    /// Kopiera den egna databasen till en fil.
    Backup(backup::BackupArgs),
    /// Läs in en säkerhetskopia i en ny datakatalog.
    Restore(backup::RestoreArgs),
    /// Skriv ut allt som en kommun har, i öppna format.
    Export(export::Args),
    /// Läs in filer.
    Import(import::Args),
    /// Lägg upp och visa användare.
    User(user::Args),
    /// Säg vad avsändarnas koder i listor över avslutade betyder.
    Leavers(leavers::Args),
    /// Visa registrets rader.
    List(list::Args),
    /// Gallra, eller visa vad som skulle gallras.
    Retention(retention::Args),
    /// Besluta vad som ska hända med ett abonnemang.
    Decide(decide::Args),
    /// Kör bevakningen.
    Watch(watch::Args),
    /// Kontrollera att ingen har ändrat historiken.
    Verify(verify::Args),
    /// Keeps the private database running; started by the program itself.
    #[command(name = supervisor::COMMAND, hide = true)]
    PrivatePostgres(supervisor::Spec),
}

/// Reads the command line, runs the command and says how it went.
#[must_use]
pub fn main() -> ExitCode {
    let mut clap = usage::in_swedish(Cli::command());
    let cli = match clap
        .try_get_matches_from_mut(std::env::args_os())
        .and_then(|read| Cli::from_arg_matches(&read))
    {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error),
    };
    // The supervisor needs neither the runtime nor the logging; its standard error is PostgreSQL's log.
    let result = match cli.command {
        Command::PrivatePostgres(spec) => {
            supervisor::run(&spec).map(|()| Outcome::Done).map_err(CliError::from)
        }
        command => start(cli.config, command),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::from(1),
        Err(error) => {
            output::say(&error.to_string());
            error.exit_code()
        }
    }
}

fn start(config: Config, command: Command) -> CliResult {
    let is_server = matches!(command, Command::Serve(_));
    telemetry::init(&config, if is_server { telemetry::SERVER } else { telemetry::COMMAND })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let env = Env::new(config);
        let result = run(command, &env).await;
        env.close().await;
        result
    })
}

async fn run(command: Command, env: &Env) -> CliResult {
    match command {
        Command::Serve(args) => serve::run(args, env).await,
        Command::Demo(args) => demo::run(args, env).await,
        Command::Health(args) => health::run(args, env).await,
        Command::Migrate(args) => migrate::run(args, env).await,
        Command::Tenant(args) => tenant::run(args, env).await,
        Command::Bench(args) => bench::run(args, env).await,
        Command::Backup(args) => backup::backup(args, env).await,
        Command::Restore(args) => backup::restore(args, env).await,
        Command::Export(args) => export::run(args, env).await,
        Command::Import(args) => import::run(args, env).await,
        Command::Leavers(args) => leavers::run(args, env).await,
        Command::List(args) => list::run(args, env).await,
        Command::Retention(args) => retention::run(args, env).await,
        Command::Decide(args) => decide::run(args, env).await,
        Command::Watch(args) => watch::run(args, env).await,
        Command::User(args) => user::run(args, env).await,
        Command::Verify(args) => verify::run(args, env).await,
        Command::PrivatePostgres(_) => Ok(Outcome::Done),
    }
}
