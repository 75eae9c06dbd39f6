//! `overblick backup` and `overblick restore`: the private database as one file, and back.
//!
//! A database of the installation's own has its own backups (`docs/operations.md`).

use std::path::PathBuf;

use super::output::say;
use super::{CliError, CliResult, Env, Outcome};
use crate::db::embedded::PrivatePostgres;
use crate::db::migrations::{self, State};
use crate::db::server::ServerError;

/// What `backup` takes.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// Filen att skriva. Den ska inte finnas.
    #[arg(long, value_name = "FIL")]
    to: PathBuf,
}

/// What `restore` takes.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// Säkerhetskopian att läsa in.
    #[arg(long, value_name = "FIL")]
    from: PathBuf,
}

/// Writes the file. A running server goes on meanwhile.
pub async fn backup(args: BackupArgs, env: &Env) -> CliResult {
    let database = private(env).await?;
    let result = database.dump(&args.to).await;
    database.leave().await;
    result?;
    say(&format!(
        "Databasen är kopierad till {}. Nycklarna för hemliga uppgifter ligger i {} och följer inte med: spara dem \
         på ett annat ställe.",
        args.to.display(),
        env.config.secret_key_file().display()
    ));
    Ok(Outcome::Done)
}

/// Reads the file into a data directory whose database is new.
pub async fn restore(args: RestoreArgs, env: &Env) -> CliResult {
    let database = private(env).await?;
    let result = restore_into(&database, &args, env).await;
    database.leave().await;
    result?;
    say(&format!("Databasen är inläst från {}.", args.from.display()));
    Ok(Outcome::Done)
}

async fn restore_into(database: &PrivatePostgres, args: &RestoreArgs, env: &Env) -> CliResult<()> {
    use sqlx::{ConnectOptions, Connection};
    let mut owner = database.owner().connect().await?;
    let is_used: bool = sqlx::query_scalar("select to_regclass('public._sqlx_migrations') is not null")
        .fetch_one(&mut owner)
        .await?;
    if is_used {
        return Err(CliError::refused(format!(
            "Datakatalogen {} har redan en databas. Ange en ny katalog med --data-dir.",
            env.config.data_dir.display()
        )));
    }
    database.restore(&args.from).await?;
    if let State::Ahead(version) = migrations::state(&mut owner).await? {
        return Err(ServerError::Ahead(version).into());
    }
    owner.close().await?;
    Ok(())
}

async fn private(env: &Env) -> CliResult<PrivatePostgres> {
    if env.config.database_url.is_some() {
        return Err(CliError::refused(
            "Kommandot gäller bara den egna databasen. En databas som DATABASE_URL anger säkerhetskopieras med \
             databasserverns egna verktyg, se docs/operations.md.",
        ));
    }
    Ok(PrivatePostgres::start(&env.config.data_dir).await?)
}
