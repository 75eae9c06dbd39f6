//! `overblick user`: users are made and listed here, and one who cannot get in by mail gets a new password.

use std::io::Read as _;

use clap::Subcommand;
use serde::Serialize;
use uuid::Uuid;

use super::output::{json, line, say};
use super::{CliError, CliResult, Env, Outcome};
use crate::areas::users::{self, Email, Moment, NewMember};
use crate::auth::permissions::Role;
use crate::auth::{event, password, password_rules, session, token};
use crate::db::tenant::{Actor, TenantTx};

/// Longer than any password that is taken.
const MOST_INPUT: u64 = 4096;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Lägg upp en användare, eller ge en som finns en roll. Utan lösenord skickas en inbjudan när servern är igång.
    Create(Create),
    /// Sätt ett nytt lösenord och avsluta användarens inloggningar.
    Password {
        /// Användarens e-postadress.
        #[arg(long, value_name = "ADRESS")]
        email: String,
        /// Läs lösenordet från standard in; det är det enda sättet att ange det.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Visa en kommuns användare.
    List {
        /// Kommunens kortnamn.
        #[arg(long, value_name = "KORTNAMN")]
        tenant: String,
        /// Ett JSON-objekt per rad.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, clap::Args)]
struct Create {
    /// Kommunens kortnamn.
    #[arg(long, value_name = "KORTNAMN")]
    tenant: String,
    /// Användarens e-postadress.
    #[arg(long, value_name = "ADRESS")]
    email: String,
    /// Användarens namn. Utelämnas det gissas det ur adressen; användaren kan ändra det.
    #[arg(long, value_name = "NAMN")]
    name: Option<String>,
    /// Rollens kod, till exempel tenant_admin eller it_unit. Kan anges flera gånger.
    #[arg(long = "role", value_name = "ROLL", required = true)]
    roles: Vec<String>,
    /// Kod för enheten som rollerna gäller för, med allt under den. Utelämnas den gäller de hela kommunen.
    #[arg(long, value_name = "KOD")]
    unit: Option<String>,
    /// Läs ett lösenord från standard in i stället för att skicka en inbjudan.
    #[arg(long)]
    password_stdin: bool,
}

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    match args.action {
        Action::Create(create) => run_create(create, env).await,
        Action::Password { email, .. } => run_password(&email, env).await,
        Action::List { tenant, json } => run_list(&tenant, json, env).await,
    }
}

async fn run_create(args: Create, env: &Env) -> CliResult {
    let email = Email::parse(&args.email)
        .ok_or_else(|| CliError::usage("Ange en e-postadress med --email, till exempel namn@kommunen.se."))?;
    let roles = args.roles.iter().map(|code| role(code)).collect::<CliResult<Vec<_>>>()?;
    if let (None, Some(role)) = (&args.unit, roles.iter().find(|role| role.needs_unit())) {
        return Err(CliError::usage(format!(
            "Rollen {} gäller alltid en enhet. Ange enhetens kod med --unit.",
            role.code()
        )));
    }
    let tenant = env.tenant(&args.tenant).await?;
    let name = args.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = name.map_or_else(|| email.guess_name(), str::to_owned);
    let hash = if args.password_stdin {
        Some(read_password(&[email.as_str(), &name, &tenant.name]).await?)
    } else {
        None
    };
    let db = env.db().await?;
    let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
    let unit = match &args.unit {
        None => None,
        Some(code) => Some(users::find_unit_id(&mut tx, code).await?.ok_or_else(|| {
            CliError::refused(format!("{} har ingen enhet med koden {code}.", tenant.name))
        })?),
    };
    let roles = roles.into_iter().map(|role| (role, unit)).collect();
    let new = NewMember { email, name, person_id: None, roles };
    let at = Moment::of(&env.clock);
    if let Some(hash) = hash {
        users::join(&mut tx, &new, Some(&hash), at).await?;
        say("Användaren är upplagd och kan logga in.");
    } else {
        users::invite(&mut tx, &new, at).await?;
        say("Användaren är upplagd. En inbjudan skickas när servern är igång.");
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn run_password(email: &str, env: &Env) -> CliResult {
    let db = env.db().await?;
    let pool = db.system.pool();
    let hash = read_password(&[email]).await?;
    let now = env.clock.now();
    let mut tx = pool.begin().await?;
    let user_id = sqlx::query_scalar!(
        "update sys.user_account set password_hash = $2 where email = $1::text::citext returning id",
        email.trim(),
        hash
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| CliError::refused("Det finns inget konto med den adressen."))?;
    token::revoke_all(&mut *tx, user_id).await?;
    event::Event::of(event::Kind::PasswordReset, user_id).record(&mut *tx, now).await?;
    tx.commit().await?;
    session::delete_others(pool, user_id, None).await?;
    say("Lösenordet är bytt, och användarens inloggningar är avslutade.");
    Ok(Outcome::Done)
}

#[derive(Serialize)]
struct Row {
    user_id: Uuid,
    name: String,
    email: String,
    standing: &'static str,
    roles: Vec<RoleRow>,
}

#[derive(Serialize)]
struct RoleRow {
    role: String,
    unit: Option<String>,
}

async fn run_list(tenant: &str, as_json: bool, env: &Env) -> CliResult {
    let tenant = env.tenant(tenant).await?;
    let db = env.db().await?;
    let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
    for row in rows(&mut tx, env).await? {
        if as_json {
            json(&row)?;
        } else {
            let roles: Vec<_> = row
                .roles
                .iter()
                .map(|r| r.unit.as_ref().map_or_else(|| r.role.clone(), |unit| format!("{}@{unit}", r.role)))
                .collect();
            line(&format!("{}\t{}\t{}\t{}", row.email, row.name, row.standing, roles.join(" ")))?;
        }
    }
    tx.rollback().await?;
    Ok(Outcome::Done)
}

async fn rows(tx: &mut TenantTx, env: &Env) -> CliResult<Vec<Row>> {
    let mut rows = Vec::new();
    for member in users::list_members(tx).await? {
        let roles = users::list_current_roles(tx, member.user_id, env.clock.today()).await?;
        rows.push(Row {
            standing: member.standing().code(),
            user_id: member.user_id,
            name: member.name,
            email: member.email,
            roles: roles.into_iter().map(|r| RoleRow { role: r.role, unit: r.unit_name }).collect(),
        });
    }
    Ok(rows)
}

fn role(code: &str) -> CliResult<Role> {
    Role::from_code(code).ok_or_else(|| {
        let codes: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
        CliError::usage(format!("Rollen {code} finns inte. Välj bland: {}.", codes.join(", ")))
    })
}

/// The hash of the password on standard input: the first line, without its end.
async fn read_password(own: &[&str]) -> CliResult<String> {
    let mut text = String::new();
    std::io::stdin().take(MOST_INPUT).read_to_string(&mut text)?;
    let password = password::Password::new(text.lines().next().unwrap_or_default());
    if let Some(fault) = password_rules::fault(&password, own) {
        return Err(CliError::refused(fault));
    }
    Ok(password::hash(&password).await?)
}
