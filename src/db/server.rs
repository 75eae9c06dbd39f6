//! Which database server this process works against, and as which roles.
//!
//! | given | the server runs as | migrations run as |
//! |---|---|---|
//! | nothing | `overblick_app` of the private PostgreSQL | its `overblick_owner` |
//! | `DATABASE_URL` with a restricted role, and `OVERBLICK_OWNER_URL` | the one | the other |
//! | `DATABASE_URL` with a restricted role alone | that role | nobody: the database must be up to date |
//! | `DATABASE_URL` with a role that owns or administers the database | `overblick_app`, created with a password of its own that is kept in the data directory | the role given; a superuser acts as `overblick_owner` |
//!
//! `SET ROLE` to a lesser role would not do for the server: whoever can send SQL can send `RESET ROLE`.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

use super::embedded::{APP_ROLE, EmbeddedError, OWNER_ROLE, PrivatePostgres};
use super::migrations::{self, State};
use crate::config::Config;
use crate::crypto::random_password;

/// Why no database could be used. Each is a sentence for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The private PostgreSQL could not be used.
    #[error(transparent)]
    Private(#[from] EmbeddedError),
    /// An address that cannot be read. It is not repeated: it may hold a password.
    #[error("{0} går inte att tolka. Ange en adress som postgres://roll:lösenord@server:5432/databas.")]
    BadUrl(&'static str),
    /// The server did not let us in, or is not there.
    #[error("Databasen som {variable} anger svarar inte: {source}")]
    Unreachable {
        /// Where the address came from.
        variable: &'static str,
        /// The driver's answer.
        source: sqlx::Error,
    },
    /// The database does not exist.
    #[error(
        "Databasen {0} finns inte. Skapa den som databasserverns administratör:\n  create database \"{0}\" template \
         template0 encoding 'UTF8' locale 'C.UTF-8' locale_provider icu icu_locale 'sv-SE';"
    )]
    NoDatabase(String),
    /// Older than the collation and the syntax that the schema uses.
    #[error("Databasservern har PostgreSQL {0}. Överblick kräver version 15 eller senare.")]
    TooOld(i32),
    /// Two addresses were given and the server's is too powerful.
    #[error(
        "DATABASE_URL anger rollen {0}, som äger eller administrerar databasen. Servern får inte köras så. Ange en \
         begränsad roll där, och ägaren i OVERBLICK_OWNER_URL. docs/operations.md visar hur rollerna skapas."
    )]
    TooPowerful(String),
    /// The server's role is missing and cannot be created.
    #[error(
        "Rollen overblick_app saknas, och rollen {0} får inte skapa den. Kör detta som databasserverns administratör:\n  \
         create role overblick_app login password '…';\nAnge sedan den rollen i DATABASE_URL och {0} i OVERBLICK_OWNER_URL."
    )]
    CannotCreateRole(String),
    /// The server's role is there but its password is not ours to know.
    #[error(
        "Rollen overblick_app finns redan i databasservern, men dess lösenord finns inte i {}. Ange rollens adress i \
         DATABASE_URL och ägarens i OVERBLICK_OWNER_URL.", .0.display()
    )]
    UnknownPassword(PathBuf),
    /// The password file could not be read or written.
    #[error("{} gick inte att läsa eller skriva: {source}", .path.display())]
    Io {
        /// What was touched.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The database lacks migrations and there is no owner to apply them.
    #[error(
        "Databasen saknar {0} av programmets ändringar. Kör overblick migrate med ägarens adress i OVERBLICK_OWNER_URL."
    )]
    Behind(usize),
    /// The database has been used by a later version.
    #[error("Databasen är nyare än programmet (ändring {0} är okänd). Uppgradera Överblick.")]
    Ahead(i64),
    /// No owner is known.
    #[error("Det finns ingen adress för rollen som äger databasen. Ange den i OVERBLICK_OWNER_URL.")]
    NoOwner,
    /// A migration failed.
    #[error("Databasen kunde inte uppdateras: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A question to the database failed.
    #[error("Databasen svarade inte på en fråga vid starten: {0}")]
    Query(#[from] sqlx::Error),
}

/// A database server, with the roles to use there. A private one is up for as long as this value lives.
#[derive(Debug)]
pub struct Server {
    app: PgConnectOptions,
    owner: Option<PgConnectOptions>,
    private: Option<PrivatePostgres>,
}

impl Server {
    /// Finds the server that the configuration points out, or starts the private one.
    pub async fn open(config: &Config) -> Result<Self, ServerError> {
        let Some(url) = &config.database_url else {
            let private = PrivatePostgres::start(&config.data_dir).await?;
            return Ok(Self { app: private.app(), owner: Some(private.owner()), private: Some(private) });
        };
        let given = parse(url, "DATABASE_URL")?;
        let mut db = connect(&given, "DATABASE_URL").await?;
        let role = Role::of(&mut db).await?;
        let opened = match (&config.owner_url, role.is_restricted()) {
            (None, true) => Self { app: given, owner: None, private: None },
            (Some(owner), true) => {
                let owner = parse(owner, "OVERBLICK_OWNER_URL")?;
                let superuser = Role::of(&mut connect(&owner, "OVERBLICK_OWNER_URL").await?).await?.superuser;
                let owner = if superuser { acting_as_owner(owner) } else { owner };
                Self { app: given, owner: Some(owner), private: None }
            }
            (Some(_), false) => return Err(ServerError::TooPowerful(role.name)),
            (None, false) => {
                let app = prepare_app_role(&mut db, &given, &role, &config.data_dir).await?;
                let owner = if role.superuser {
                    prepare_owner_role(&mut db, &given).await?;
                    acting_as_owner(given)
                } else {
                    given
                };
                Self { app, owner: Some(owner), private: None }
            }
        };
        db.close().await?;
        Ok(opened)
    }

    /// How the server connects: as a role that owns nothing and bypasses nothing.
    #[must_use]
    pub fn app(&self) -> PgConnectOptions {
        self.app.clone()
    }

    /// Something the person at the terminal should know about this server.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        self.private.as_ref().and_then(PrivatePostgres::notice)
    }

    /// Applies the migrations that are missing; returns how many there were.
    pub async fn migrate(&self) -> Result<usize, ServerError> {
        let owner = self.owner.as_ref().ok_or(ServerError::NoOwner)?;
        // A migration is a long text and may take its time: neither is worth a warning, nor is what PostgreSQL remarks.
        let quiet = owner.clone().disable_statement_logging().options([("client_min_messages", "error")]);
        let mut db = connect(&quiet, "OVERBLICK_OWNER_URL").await?;
        let applied = migrations::apply(&mut db).await?;
        db.close().await?;
        Ok(applied)
    }

    /// Makes sure that database and program agree: applies what is missing where the owner is known, says what to do
    /// where it is not.
    pub async fn bring_up_to_date(&self) -> Result<(), ServerError> {
        let mut db = connect(&self.app, "DATABASE_URL").await?;
        let state = migrations::state(&mut db).await;
        db.close().await?;
        match state {
            Ok(State::Current) => Ok(()),
            Ok(State::Ahead(version)) => Err(ServerError::Ahead(version)),
            Ok(State::Behind(missing)) if self.owner.is_none() => Err(ServerError::Behind(missing)),
            Ok(State::Behind(_)) => self.migrate().await.map(drop),
            // The list of migrations is there but was never opened to the server's role: the owner looks instead.
            Err(_) if self.owner.is_some() => self.migrate().await.map(drop),
            Err(error) => Err(error.into()),
        }
    }

    /// Starts a private database again whenever it ends by itself, for as long as the future is polled.
    pub async fn keep_up(&self) {
        match &self.private {
            Some(private) => private.keep_up().await,
            None => std::future::pending().await,
        }
    }

    /// Leaves the server; a private one that nobody else uses is stopped before this returns.
    pub async fn close(self) {
        if let Some(private) = self.private {
            private.leave().await;
        }
    }
}

/// What a role may do, as far as it matters here.
#[derive(Debug)]
struct Role {
    name: String,
    superuser: bool,
    create_roles: bool,
    /// Owns the database, may create schemas in it, or bypasses row-level security.
    administers: bool,
}

impl Role {
    async fn of(db: &mut PgConnection) -> Result<Self, ServerError> {
        let (name, superuser, create_roles, administers, version): (String, bool, bool, bool, i32) =
            sqlx::query_as(
                "select rolname::text, rolsuper, rolcreaterole,
                    rolbypassrls or has_database_privilege(current_database(), 'CREATE'),
                    current_setting('server_version_num')::int / 10000
             from pg_roles where rolname = current_user",
            )
            .fetch_one(db)
            .await?;
        if version < 15 {
            return Err(ServerError::TooOld(version));
        }
        Ok(Self { name, superuser, create_roles, administers })
    }

    fn is_restricted(&self) -> bool {
        !(self.superuser || self.create_roles || self.administers)
    }
}

/// A superuser's tables would not be bound by row-level security in the functions that run with their owner's rights.
fn acting_as_owner(superuser: PgConnectOptions) -> PgConnectOptions {
    superuser.options([("role", OWNER_ROLE)])
}

/// Lets `overblick_owner` create the schema in a superuser's database.
async fn prepare_owner_role(db: &mut PgConnection, given: &PgConnectOptions) -> Result<(), ServerError> {
    create_role(db, &format!("create role {OWNER_ROLE} nologin")).await?;
    let database: String =
        sqlx::query_scalar("select quote_ident(current_database())").fetch_one(&mut *db).await?;
    tracing::debug!(host = given.get_host(), "preparing the owner role");
    for grant in [
        format!("grant create, connect, temporary on database {database} to {OWNER_ROLE}"),
        format!("grant usage, create on schema public to {OWNER_ROLE}"),
    ] {
        db.execute(AssertSqlSafe(grant)).await?;
    }
    Ok(())
}

/// The server's own role beside a powerful one: created with a password that only the data directory knows.
async fn prepare_app_role(
    db: &mut PgConnection,
    given: &PgConnectOptions,
    role: &Role,
    data_dir: &Path,
) -> Result<PgConnectOptions, ServerError> {
    let app = given.clone().username(APP_ROLE);
    let file = data_dir.join("app-role-password");
    let exists: bool = sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
        .bind(APP_ROLE)
        .fetch_one(&mut *db)
        .await?;
    if exists {
        // Where the server asks for no password (a test server, a peer map) any will do.
        let app = match std::fs::read_to_string(&file) {
            Ok(password) => app.password(password.trim()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => app,
            Err(source) => return Err(ServerError::Io { path: file, source }),
        };
        return match PgConnection::connect_with(&app).await {
            Ok(db) => {
                db.close().await?;
                Ok(app)
            }
            Err(_) => Err(ServerError::UnknownPassword(file)),
        };
    }
    if !(role.superuser || role.create_roles) {
        return Err(ServerError::CannotCreateRole(role.name.clone()));
    }
    let password = random_password();
    crate::crypto::write_private(&file, &password)
        .map_err(|source| ServerError::Io { path: file, source })?;
    // The password holds letters and digits only, and takes no quoting.
    db.execute(AssertSqlSafe(format!("create role {APP_ROLE} login password '{password}'"))).await?;
    Ok(app.password(&password))
}

/// Creates a role, or leaves the one that is there.
async fn create_role(db: &mut PgConnection, statement: &str) -> Result<(), ServerError> {
    match db.execute(AssertSqlSafe(statement.to_owned())).await {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42710") => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn parse(url: &str, variable: &'static str) -> Result<PgConnectOptions, ServerError> {
    // The driver takes any scheme for its own.
    let is_ours = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let read = PgConnectOptions::from_str(url).ok().filter(|_| is_ours);
    read.ok_or(ServerError::BadUrl(variable))
}

async fn connect(options: &PgConnectOptions, variable: &'static str) -> Result<PgConnection, ServerError> {
    PgConnection::connect_with(options).await.map_err(|source| match &source {
        sqlx::Error::Database(error) if error.code().as_deref() == Some("3D000") => {
            ServerError::NoDatabase(options.get_database().unwrap_or_default().to_owned())
        }
        _ => ServerError::Unreachable { variable, source },
    })
}
