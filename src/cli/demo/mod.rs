//! `overblick demo`: a fictional municipality to look around in, made of files taken in as any others.
//!
//! `demo/demo.json` says which files in which order, which users, and what they have done ([`acts`]). The files lie inside the
//! program.

mod acts;

use std::collections::HashMap;

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
use crate::areas::{import_kinds, imports, leavers, matches, watch};
use crate::auth::password::{self, Password};
use crate::auth::permissions::Role;
use crate::db::system::Tenant;
use crate::db::tenant::{Actor, TenantTx};
use crate::error::{AppError, AppResult};

/// Whose name stands in the history of what no user did.
const ACTOR: &str = "visning";

/// The fictional municipality's files.
#[derive(RustEmbed)]
#[folder = "demo/"]
struct Files;

/// What `demo/demo.json` holds.
#[derive(Deserialize)]
struct Manifest {
    tenant: Municipality,
    files: Vec<ListedFile>,
    /// What the senders of leaver lists mean by their codes.
    reasons: Vec<Reasons>,
    users: Vec<ListedUser>,
    acts: Vec<acts::Act>,
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
struct Reasons {
    source: String,
    codes: String,
}

#[derive(Deserialize)]
struct ListedUser {
    /// The application roles; none for somebody whose rights come from objects and units in the register.
    #[serde(default)]
    roles: Vec<String>,
    email: String,
    name: String,
    /// The code of the unit for which the roles are given.
    unit: Option<String>,
    /// What the register says the user is, for those without an application role.
    #[serde(default)]
    known_as: String,
}

impl ListedUser {
    /// What the user is, in words.
    fn position(&self) -> String {
        let mut roles: Vec<&str> =
            self.roles.iter().filter_map(|code| Role::from_code(code)).map(Role::label).collect();
        roles.extend((!self.known_as.is_empty()).then_some(self.known_as.as_str()));
        let unit = self.unit.as_ref().map(|code| format!(", enhet {code}")).unwrap_or_default();
        format!("{}{unit}", roles.join(" och "))
    }
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
        let (now, today) = (env.clock.now(), env.clock.today());
        let mut tx = db.tenants.begin(tenant.id, Actor::system(ACTOR)).await?;
        for one in &manifest.reasons {
            leavers::set_reasons(&mut tx, &one.source, &one.codes).await?;
        }
        matches::refresh::run(&mut tx, now, today).await?;
        watch::run(&mut tx, now, today).await?;
        let hash = password::hash(&Password::new(&password)).await?;
        let mut users = HashMap::new();
        for user in &manifest.users {
            users.insert(
                user.email.as_str(),
                (join(&mut tx, user, &hash, Moment::of(&env.clock)).await?, &user.name),
            );
        }
        tx.commit().await?;
        for act in &manifest.acts {
            let (user_id, name) =
                *users.get(act.by.as_str()).ok_or_else(|| AppError::broken("demo.json: an act by nobody"))?;
            let actor = Actor { user_id: Some(user_id), name: name.clone(), request_id: None };
            let mut tx = db.tenants.begin(tenant.id, actor).await?;
            acts::perform(&mut tx, act, now, today).await?;
            tx.commit().await?;
        }
        let mut tx = db.tenants.begin(tenant.id, Actor::system(ACTOR)).await?;
        watch::run(&mut tx, now, today).await?;
        tx.commit().await?;
    }
    let width = |of: fn(&ListedUser) -> usize| manifest.users.iter().map(of).max().unwrap_or_default();
    let (name_width, email_width) = (width(|u| u.name.chars().count()), width(|u| u.email.chars().count()));
    say(&format!("{} är en påhittad kommun. Logga in med lösenordet {password} som någon av:", tenant.name));
    for user in &manifest.users {
        say(&format!("  {:email_width$}  {:name_width$}  {}", user.email, user.name, user.position()));
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
            tracing::debug!(
                kind = listed.kind,
                "the demonstration has a file of a kind that the program does not know"
            );
            continue;
        };
        let mut tx = db.tenants.begin(tenant.id, Actor::system(ACTOR)).await?;
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
    let roles: Option<Vec<Role>> = user.roles.iter().map(|code| Role::from_code(code)).collect();
    let email = Email::parse(&user.email).ok_or_else(wrong)?;
    let unit = match &user.unit {
        Some(code) => imports::find_unit(tx, code).await?,
        None => None,
    };
    let person_id = sqlx::query_scalar!("select id from person where lower(email) = lower($1)", user.email)
        .fetch_optional(&mut **tx)
        .await?;
    let roles = roles.ok_or_else(wrong)?.into_iter().map(|role| (role, unit)).collect();
    let new = NewMember { email, name: user.name.clone(), person_id, roles };
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
