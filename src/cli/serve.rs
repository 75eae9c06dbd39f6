//! `overblick serve`: the server with its background jobs.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use tokio::net::TcpListener;

use super::output::say;
use super::{CliError, CliResult, Db, Env, Outcome, demo};
use crate::app::{AppState, Parts, router};
use crate::areas;
use crate::auth::session;
use crate::clock::Clock;
use crate::jobs::{JobEnv, Worker, worker};
use crate::mail::Mailer;
use crate::shutdown;

/// How long open requests may take once the server has been told to stop. Jobs have a grace of their own.
const GRACE: Duration = Duration::from_secs(20);

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Låt det vara den här dagen, för prov och visning.
    #[arg(long, value_name = "DATUM")]
    today: Option<NaiveDate>,
    /// Läs först in en påhittad kommun, om det inte finns någon annan.
    #[arg(long)]
    demo: bool,
}

/// Serves until told to stop.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let config = &env.config;
    // Before anything else, so that a second start changes nothing. Several servers may share a database of their own.
    let mut only_one = if config.database_url.is_none() { Some(take_lock(&config.data_dir)?) } else { None };
    let stop = shutdown::on_signal()?;
    let listener = listen(config.listen).await?;
    let address = listener.local_addr()?;
    let base_url = config.base_url_at(address);

    let db = env.db().await?;
    if args.demo {
        demo::load_if_empty(env).await?;
    }
    let clock = args.today.map_or_else(|| env.clock.clone(), Clock::fixed_day);
    let keys = env.keys()?;
    let mailer = Mailer::new(config)?;
    let setup_token = setup_token(db).await?;
    let state = AppState::new(Parts {
        pool: db.pool.clone(),
        clock: clock.clone(),
        keys: keys.clone(),
        mailer: mailer.clone(),
        base_url: base_url.to_string(),
        trusted_proxies: config.trusted_proxies.clone(),
        setup_token: setup_token.clone(),
    });
    let jobs = JobEnv {
        system: db.system.clone(),
        tenants: db.tenants.clone(),
        clock,
        mailer,
        keys,
        base_url: base_url.to_string(),
    };
    let worker = Worker::new(jobs, Arc::new(areas::jobs()), worker::Options::default());
    let working = tokio::spawn(worker.run(stop.clone()));

    if let Some(lock) = &mut only_one {
        write!(
            lock,
            "process {} på {base_url}, sedan {}",
            std::process::id(),
            env.clock.now().format("%F %T UTC")
        )?;
    }
    say(&format!("Överblick är igång på {base_url}. Avsluta med Ctrl-C."));
    if let Some(token) = setup_token.filter(|_| state.is_open_path("/setup")) {
        say(&format!("Det finns inga användare än. Lägg upp den första på {base_url}/setup?token={token}"));
    }
    if !base_url.is_https() && !address.ip().is_loopback() {
        say(
            "Varning: servern nås över nätet utan kryptering. Sätt en proxy med TLS framför den och ange OVERBLICK_BASE_URL.",
        );
    }

    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let out_of_time = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = serving => ended?,
        () = env.keep_database_up() => {}
        () = out_of_time => tracing::warn!("some requests were still running when the time was up"),
    }
    // Serving may have ended by itself.
    stop.cancel();
    if working.await.is_err() {
        tracing::error!("the worker panicked");
    }
    Ok(Outcome::Done)
}

/// The secret that lets the first user in, while there is none.
async fn setup_token(db: &Db) -> CliResult<Option<String>> {
    let anyone = sqlx::query_scalar!(r#"select exists (select 1 from sys.user_account) as "anyone!""#);
    let anyone = anyone.fetch_one(db.system.pool()).await?;
    Ok((!anyone).then(session::new_secret))
}

async fn listen(address: SocketAddr) -> CliResult<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => CliError::refused(format!(
            "{address} används redan av ett annat program. Ange en annan adress med --listen, till exempel --listen \
             127.0.0.1:{}.",
            address.port().saturating_add(1)
        )),
        ErrorKind::PermissionDenied => CliError::refused(format!(
            "Du får inte lyssna på {address}: portar under 1024 kräver särskild behörighet. Ange en annan med --listen."
        )),
        ErrorKind::AddrNotAvailable => {
            CliError::refused(format!("{} är inte en av datorns adresser. Ange en annan med --listen.", address.ip()))
        }
        _ => error.into(),
    })
}

/// The lock that one server at a time holds on a data directory; its text says who holds it.
fn take_lock(data_dir: &Path) -> CliResult<File> {
    let folder = data_dir.join("locks");
    let path = folder.join("serve");
    let open = || {
        crate::db::embedded::create_data_dir(data_dir)?;
        if !folder.is_dir() {
            std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
        }
        OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o600).open(&path)
    };
    let mut file = open().map_err(|error| {
        CliError::refused(format!("Datakatalogen {} går inte att använda: {error}", data_dir.display()))
    })?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder)?;
            Err(CliError::refused(format!(
                "Överblick körs redan på datakatalogen {} ({}). Stoppa den först, eller ange en annan katalog med \
                 --data-dir.",
                data_dir.display(),
                if holder.is_empty() { "startar just nu" } else { &holder }
            )))
        }
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
