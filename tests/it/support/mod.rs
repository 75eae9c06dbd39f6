//! What the integration tests stand on: a database of their own each, the whole service, users signed in.
//!
//! ```ignore
//! let app = TestApp::new().await;
//! let mut it = app.client(&app.a, Role::ItUnit).await;
//! let page = it.get("/systems").await;          // under the municipality: /vik/systems
//! assert_eq!(page.status, StatusCode::OK);
//! let answer = it.post("/systems", &[("name", "Procapita")]).await;
//! ```
//!
//! The server's pool connects as the *restricted* role: a superuser sees through row-level security, and a test of the
//! border between municipalities would pass for nothing. Two municipalities are always there.

pub mod client;
pub mod command;
pub mod data;
pub mod database;
pub mod folder;
pub mod log;
pub mod matching;
pub mod staff;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::connect_info::MockConnectInfo;
use chrono::{NaiveDate, TimeDelta};
use clap::{Args, FromArgMatches};
use overblick::app::{AppState, Parts, router};
use overblick::auth::permissions::Role;
use overblick::auth::session;
use overblick::clock::Clock;
use overblick::config::Config;
use overblick::crypto::Keys;
use overblick::db::tenant::{Actor, TenantTx};
use overblick::ids::new_id;
use overblick::jobs::{JobEnv, Worker, worker};
use overblick::mail::Mailer;
use sqlx::PgPool;
use uuid::Uuid;

pub use self::client::Client;
use self::database::TestDatabase;
use self::folder::TestFolder;

/// The day on which every test takes place unless it says otherwise.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

/// The configuration that the program would have with this data directory and nothing else said.
fn config(data_dir: &Path) -> Config {
    let command = Config::augment_args(clap::Command::new("test")).mut_args(|arg| arg.env(None));
    let args = ["test".as_ref(), "--data-dir".as_ref(), data_dir.as_os_str()];
    Config::from_arg_matches(&command.get_matches_from(args)).unwrap()
}

/// The service behind its proxy.
fn service(state: AppState) -> Router {
    router(state).layer(MockConnectInfo(SocketAddr::from((client::PROXY, 443))))
}

/// A municipality of the tests, with an organisation of three levels.
#[derive(Clone, Debug)]
pub struct TestTenant {
    pub id: Uuid,
    pub slug: &'static str,
    /// The municipality itself, the unit at the top.
    pub top: Uuid,
    /// Socialförvaltningen, under the top.
    pub department: Uuid,
    /// Hemtjänsten, under socialförvaltningen.
    pub unit: Uuid,
    /// Barn- och utbildningsförvaltningen, under the top: what a user of socialförvaltningen must not reach.
    pub other_department: Uuid,
}

/// The service with a database of its own, which is gone when the value is.
pub struct TestApp {
    /// The first municipality, slug `vik`.
    pub a: TestTenant,
    /// The other municipality, slug `berg`: its data must never be seen from the first.
    pub b: TestTenant,
    pub state: AppState,
    pub router: Router,
    /// The restricted role's pool, as the server has it.
    pub pool: PgPool,
    pub database: TestDatabase,
    folder: TestFolder,
}

impl TestApp {
    /// On [`today`].
    pub async fn new() -> Self {
        Self::on(today()).await
    }

    /// On another day.
    pub async fn on(day: NaiveDate) -> Self {
        let database = TestDatabase::create().await;
        let pool = database.app_pool().await;
        let folder = TestFolder::new();
        let config = config(folder.path());
        let state = AppState::new(Parts {
            pool: pool.clone(),
            keys: Keys::load(&config).unwrap(),
            mailer: Mailer::new(&config).unwrap(),
            clock: Clock::fixed_day(day),
            base_url: client::BASE_URL.to_owned(),
            trusted_proxies: vec![client::PROXY.into()],
            setup_token: None,
        });
        let router = service(state.clone());
        Self { a: database::tenant(0), b: database::tenant(1), state, router, pool, database, folder }
    }

    /// The same service over the same data, as it is when so much time has passed.
    pub fn after(&self, passed: TimeDelta) -> Router {
        service(AppState::new(Parts {
            pool: self.pool.clone(),
            keys: self.state.keys().clone(),
            mailer: self.state.mailer().clone(),
            clock: Clock::fixed(self.state.clock().now() + passed),
            base_url: client::BASE_URL.to_owned(),
            trusted_proxies: vec![client::PROXY.into()],
            setup_token: self.state.setup_token().map(str::to_owned),
        }))
    }

    /// What jobs work with, when so much time has passed.
    pub fn job_env(&self, passed: TimeDelta) -> JobEnv {
        JobEnv {
            system: self.state.system().clone(),
            tenants: self.state.tenants().clone(),
            clock: Clock::fixed(self.state.clock().now() + passed),
            mailer: self.state.mailer().clone(),
            keys: self.state.keys().clone(),
            base_url: client::BASE_URL.to_owned(),
        }
    }

    /// Runs every job that is ready, as the server's workers would, and says how many that was.
    pub async fn run_jobs(&self) -> usize {
        let registry = Arc::new(overblick::areas::jobs());
        let worker = Worker::new(self.job_env(TimeDelta::zero()), registry, worker::Options::default());
        worker.run_ready().await.unwrap()
    }

    /// A user of a municipality in one role, signed in. A role that needs a unit gets [`TestTenant::department`].
    pub async fn client(&self, tenant: &TestTenant, role: Role) -> Client {
        let unit = role.needs_unit().then_some(tenant.department);
        self.client_with(tenant, &[(role, unit)]).await
    }

    /// A user with several roles, each for a unit and what lies under it, or for the whole municipality. Without roles: a
    /// member who has no right but that.
    pub async fn client_with(&self, tenant: &TestTenant, roles: &[(Role, Option<Uuid>)]) -> Client {
        let user_id = new_id();
        let label = roles.first().map_or("Medlem", |(role, _)| role.label());
        let email = format!("{}@{}.example.se", user_id.simple(), tenant.slug);
        sqlx::query("insert into sys.user_account (id, email, name) values ($1, $2, $3)")
            .bind(user_id)
            .bind(&email)
            .bind(format!("Test {label}"))
            .execute(&self.pool)
            .await
            .unwrap();
        self.join(tenant, user_id, roles).await;
        self.sign_in(user_id, tenant).await
    }

    /// Makes a user that is there a member of a municipality too.
    pub async fn join(&self, tenant: &TestTenant, user_id: Uuid, roles: &[(Role, Option<Uuid>)]) {
        let mut tx = self.begin(tenant).await;
        sqlx::query("insert into sys.membership (tenant_id, user_id) values ($1, $2)")
            .bind(tenant.id)
            .bind(user_id)
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query("insert into member_profile (tenant_id, id, user_id) values ($1, $2, $3)")
            .bind(tenant.id)
            .bind(new_id())
            .bind(user_id)
            .execute(&mut *tx)
            .await
            .unwrap();
        for (role, unit) in roles {
            sqlx::query(
                "insert into role_grant (tenant_id, id, user_id, role, org_unit_id, valid_from)
                 values ($1, $2, $3, $4, $5, '2026-01-01')",
            )
            .bind(tenant.id)
            .bind(new_id())
            .bind(user_id)
            .bind(role.code())
            .bind(unit)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// A session for a user, whose paths begin in `tenant`.
    pub async fn sign_in(&self, user_id: Uuid, tenant: &TestTenant) -> Client {
        let token = session::create(&self.pool, user_id, "test", self.state.clock().now()).await.unwrap();
        let mut client = Client::new(self.router.clone(), Some(tenant.slug), Some(user_id));
        client.set_cookie(self.state.cookies().session_name(), &token);
        client
    }

    /// Somebody who has not signed in. Paths are taken as they are.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone(), None, None)
    }

    /// A transaction in a municipality's data, as the tests' own actor.
    pub async fn begin(&self, tenant: &TestTenant) -> TenantTx {
        self.state.tenants().begin(tenant.id, Actor::system("test")).await.unwrap()
    }

    /// The mail that has been sent, as text with its headers, in no particular order.
    pub fn mail(&self) -> Vec<String> {
        let sent = std::fs::read_dir(self.folder.path().join("mail")).unwrap();
        let letters = sent
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "eml"));
        letters.map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// The program itself, run as a command against this test's database.
    pub fn command(&self) -> command::Program {
        command::Program::new(self.database.app_url())
    }
}
