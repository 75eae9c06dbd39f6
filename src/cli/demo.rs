//! `overblick demo`: a fictional municipality to look around in, made of files taken in as any others.
//!
//! `demo/demo.json` says which files in which order, and which users. The files lie inside the program.

use chrono::NaiveDate;
use rust_embed::RustEmbed;
use serde::Deserialize;
use uuid::Uuid;

use super::output::say;
use super::{CliError, CliResult, Db, Env, Outcome};
use crate::areas::imports::command::{Order, import};
use crate::areas::imports::flow::{Surroundings, Told};
use crate::areas::imports::plan::Said;
use crate::areas::users::{self, Email, Moment, NewMember};
use crate::areas::{import_kinds, imports, watch};
use crate::auth::password::{self, Password};
use crate::auth::permissions::Role;
use crate::db::system::Tenant;
use crate::db::tenant::{Actor, TenantTx};
use crate::error::{AppError, AppResult};

/// The fictional municipality's files.
#[derive(RustEmbed)]
#[folder = "demo/"]
struct Files;

/// What `demo/demo.json` holds.
#[derive(Deserialize)]
struct Manifest {
    tenant: Municipality,
    files: Vec<ListedFile>,
    users: Vec<ListedUser>,
}

#[derive(Deserialize)]
struct Municipality {
    slug: String,
    name: String,
}

#[derive(Deserialize)]
struct ListedFile {
    kind: String,
    file: String,
    received: NaiveDate,
    unit: Option<String>,
    /// `YYYY-MM`.
    period: Option<String>,
    #[serde(default)]
    source: String,
}

#[derive(Deserialize)]
struct ListedUser {
    role: String,
    email: String,
    name: String,
    unit: Option<String>,
}

/// What the command takes: nothing but the configuration.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Takes the municipality in, unless it is there, and says who may sign in.
pub async fn run(_: Args, env: &Env) -> CliResult {
    load(env).await?;
    Ok(Outcome::Done)
}

/// The same, for `serve --demo`: only into an installation that nobody uses.
pub async fn load_if_empty(env: &Env) -> CliResult<()> {
    let tenants = env.db().await?.system.list_tenants().await?;
    if tenants.iter().all(|tenant| tenant.is_demo) {
        load(env).await?;
    }
    Ok(())
}

async fn load(env: &Env) -> CliResult<()> {
    let manifest: Manifest = serde_json::from_slice(&file("demo.json")?).map_err(AppError::from)?;
    let db = env.db().await?;
    let password = demo_password(env)?;
    let tenant = match db.system.find_tenant(&manifest.tenant.slug).await? {
        Some(tenant) if !tenant.is_demo => {
            return Err(CliError::refused(format!(
                "{} finns redan och är ingen påhittad kommun. Ange en annan datakatalog eller databas.",
                tenant.name
            )));
        }
        Some(tenant) => tenant,
        None => db.system.insert_tenant(&manifest.tenant.slug, &manifest.tenant.name, true).await?,
    };
    // The users come last: while they are missing, an earlier attempt was cut off. What it took in is known as taken in.
    if !db.system.has_members(tenant.id).await? {
        say(&format!("Läser in den påhittade kommunen {} …", tenant.name));
        take_in(env, db, &tenant, &manifest.files).await?;
        let mut tx = db.tenants.begin(tenant.id, Actor::system("visning")).await?;
        watch::run(&mut tx, env.clock.now(), env.clock.today()).await?;
        let hash = password::hash(&Password::new(&password)).await?;
        for user in &manifest.users {
            join(&mut tx, user, &hash, Moment::of(&env.clock)).await?;
        }
        tx.commit().await?;
    }
    say(&format!("Logga in i {} med lösenordet {password} som någon av:", tenant.name));
    for user in &manifest.users {
        let role = Role::from_code(&user.role).map_or("", Role::label);
        let unit = user.unit.iter().map(|code| format!(", enhet {code}")).collect::<String>();
        say(&format!("  {}  {role}{unit}", user.email));
    }
    Ok(())
}

async fn take_in(env: &Env, db: &Db, tenant: &Tenant, files: &[ListedFile]) -> CliResult<()> {
    let around = Surroundings {
        kinds: import_kinds(),
        keys: env.keys()?,
        today: env.clock.today(),
        now: env.clock.now(),
    };
    for listed in files {
        let Some(kind) = around.kinds.find(&listed.kind) else {
            tracing::warn!(
                kind = listed.kind,
                "the demonstration has a file of a kind that the program does not know"
            );
            continue;
        };
        let mut tx = db.tenants.begin(tenant.id, Actor::system("visning")).await?;
        let unit_id = match &listed.unit {
            Some(code) => imports::find_unit(&mut tx, code).await?,
            None => None,
        };
        tx.rollback().await?;
        let period = listed.period.as_ref().and_then(|month| format!("{month}-01").parse().ok());
        let told = Told { source: listed.source.clone(), unit_id, period, received: Some(listed.received) };
        let order = Order { tenant_id: tenant.id, said: Said::Kind(kind), told, dry_run: false };
        let name = listed.file.rsplit('/').next().unwrap_or_default();
        for receipt in import(&db.tenants, &around, &order, name, file(&listed.file)?).await? {
            // A refused row is part of the show; the list of imports shows it. A refused file is worth a word.
            tracing::info!(file = listed.file, new = receipt.new, refused = receipt.refused, "taken in");
            if receipt.reason.is_some() {
                say(&receipt.in_words());
            }
        }
    }
    Ok(())
}

async fn join(tx: &mut TenantTx, user: &ListedUser, hash: &str, at: Moment) -> AppResult<Uuid> {
    let wrong = || AppError::broken("demo.json: a user without a proper address or role");
    let role = Role::from_code(&user.role).ok_or_else(wrong)?;
    let email = Email::parse(&user.email).ok_or_else(wrong)?;
    let unit = match &user.unit {
        Some(code) => imports::find_unit(tx, code).await?,
        None => None,
    };
    let person_id = sqlx::query_scalar!("select id from person where lower(email) = lower($1)", user.email)
        .fetch_optional(&mut **tx)
        .await?;
    let new = NewMember { email, name: user.name.clone(), person_id, roles: vec![(role, unit)] };
    users::join(tx, &new, Some(hash), at).await
}

fn file(name: &str) -> AppResult<Vec<u8>> {
    let found = Files::get(name).ok_or_else(|| AppError::broken(format!("demo/{name} is missing")))?;
    Ok(found.data.into_owned())
}

/// The password of the demonstration's users: made once for each installation, kept in the data directory.
fn demo_password(env: &Env) -> CliResult<String> {
    let path = env.config.data_dir.join("demo-password");
    if let Ok(password) = std::fs::read_to_string(&path) {
        return Ok(password.trim().to_owned());
    }
    let password: String = crate::crypto::random_password().chars().take(16).collect();
    crate::crypto::write_private(&path, &password)?;
    Ok(password)
}
