//! One database per test, copied from a template that is made once for each state of the migrations.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use overblick::db::embedded::{APP_ROLE, OWNER_ROLE};
use overblick::db::{MIGRATOR, migrations};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::TestTenant;

/// The server on which the tests may create databases and roles: `scripts/test` starts one.
const VARIABLE: &str = "OVERBLICK_TEST_DATABASE_URL";
const DEFAULT: &str = "postgres://postgres@127.0.0.1:5433/postgres";

/// Counts up when [`seed`] changes, so that an older template is not taken for the newer.
const SEED_VERSION: u32 = 1;

const COLLATION: &str = "encoding 'UTF8' locale 'C.UTF-8' locale_provider icu icu_locale 'sv-SE'";

/// Taken while a template is made.
const TEMPLATE_LOCK: i64 = 0x6f76_6572_626c_696b;

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
static COUNTER: AtomicU32 = AtomicU32::new(0);

#[derive(Debug, Clone)]
struct Template {
    name: String,
    password: Option<String>,
}

/// A database that is dropped with the value.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    app: PgConnectOptions,
    owner: PgConnectOptions,
    owner_login: PgConnectOptions,
}

/// The municipality of the template with this number.
pub fn tenant(number: u128) -> TestTenant {
    let id = |n: u128| Uuid::from_u128((number + 1) << 64 | n);
    TestTenant {
        id: id(0),
        slug: ["vik", "berg"][usize::try_from(number).unwrap()],
        top: id(1),
        department: id(2),
        unit: id(3),
        other_department: id(4),
    }
}

fn admin() -> PgConnectOptions {
    let url = std::env::var(VARIABLE).unwrap_or_else(|_| DEFAULT.to_owned());
    PgConnectOptions::from_str(&url).unwrap_or_else(|error| panic!("{VARIABLE}: {error}"))
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options).await.unwrap_or_else(|error| {
        panic!("no test database: {error}. Run scripts/test, or point {VARIABLE} at a server where a superuser may log in.")
    })
}

impl TestDatabase {
    /// With every migration and the two municipalities.
    pub async fn create() -> Self {
        let template = TEMPLATE.get_or_init(make_template).await;
        Self::copy_of(&template.name, template.password.as_deref()).await
    }

    /// With nothing in it.
    pub async fn empty() -> Self {
        let template = TEMPLATE.get_or_init(make_template).await;
        Self::copy_of(&format!("template0 {COLLATION}"), template.password.as_deref()).await
    }

    async fn copy_of(template: &str, password: Option<&str>) -> Self {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("overblick_test_{}_{number}", std::process::id());
        let mut db = connect(&admin()).await;
        run(&mut db, &format!("create database {name} owner {OWNER_ROLE} template {template}")).await;
        db.close().await.unwrap();
        let log_in = |role| {
            let options = admin().database(&name).username(role);
            password.iter().fold(options, |options, password| options.password(password))
        };
        Self {
            app: log_in(APP_ROLE),
            owner_login: log_in(OWNER_ROLE),
            owner: as_owner(admin().database(&name)),
            name,
        }
    }

    /// As the server connects.
    pub async fn app_pool(&self) -> PgPool {
        PgPoolOptions::new().max_connections(5).connect_with(self.app.clone()).await.unwrap()
    }

    /// As the tables' owner: only for what the service itself can never do.
    pub async fn owner(&self) -> PgConnection {
        connect(&self.owner).await
    }

    /// The restricted role's address, for a program of its own.
    pub fn app_url(&self) -> String {
        self.app.to_url_lossy().to_string()
    }

    /// The owner's address.
    pub fn owner_url(&self) -> String {
        self.owner_login.to_url_lossy().to_string()
    }

    /// The address of the server's superuser in this database.
    pub fn superuser_url(&self) -> String {
        admin().database(&self.name).to_url_lossy().to_string()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let drop_it = format!("drop database if exists {} with (force)", self.name);
        // A runtime of its own, on a thread of its own: the test's runtime may be the one that is ending.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut db = connect(&admin()).await;
                run(&mut db, &drop_it).await;
            });
        })
        .join();
        assert!(dropped.is_ok() || std::thread::panicking(), "the test's database could not be dropped");
    }
}

/// A superuser that acts as the owner: what it creates is the owner's.
fn as_owner(options: PgConnectOptions) -> PgConnectOptions {
    options.options([("role", OWNER_ROLE)])
}

async fn run(db: &mut PgConnection, sql: &str) {
    db.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn exists(db: &mut PgConnection, sql: &str, name: &str) -> bool {
    sqlx::query_scalar(AssertSqlSafe(format!("select exists ({sql})")))
        .bind(name)
        .fetch_one(db)
        .await
        .unwrap()
}

async fn make_template() -> Template {
    let mut hash = DefaultHasher::new();
    SEED_VERSION.hash(&mut hash);
    MIGRATOR.iter().for_each(|migration| (migration.version, &migration.checksum).hash(&mut hash));
    let name = format!("overblick_template_{:016x}", hash.finish());

    let mut db = connect(&admin()).await;
    sqlx::query("select pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut db).await.unwrap();
    for role in [OWNER_ROLE, APP_ROLE] {
        if !exists(&mut db, "select from pg_roles where rolname = $1", role).await {
            run(&mut db, &format!("create role {role} login")).await;
        }
    }
    let password = password(&mut db).await;
    drop_leftovers(&mut db).await;
    if !exists(&mut db, "select from pg_database where datname = $1", &name).await {
        // It gets its name when it is whole.
        let unfinished = format!("{name}_unfinished");
        run(&mut db, &format!("drop database if exists {unfinished} with (force)")).await;
        run(
            &mut db,
            &format!("create database {unfinished} owner {OWNER_ROLE} template template0 {COLLATION}"),
        )
        .await;
        let mut owner = connect(&as_owner(admin().database(&unfinished))).await;
        migrations::apply(&mut owner).await.unwrap();
        for number in 0..2 {
            seed(&mut owner, &tenant(number)).await;
        }
        owner.close().await.unwrap();
        run(&mut db, &format!("alter database {unfinished} rename to {name}")).await;
    }
    db.close().await.unwrap();
    Template { name, password }
}

/// A test server usually trusts everyone on the machine. Where it does not, the two roles get a password that is
/// derived from the administrator's address, and so is the same for every process of the run.
async fn password(db: &mut PgConnection) -> Option<String> {
    let app = admin().username(APP_ROLE);
    if let Ok(db) = PgConnection::connect_with(&app).await {
        db.close().await.unwrap();
        return None;
    }
    let mut hash = DefaultHasher::new();
    std::env::var(VARIABLE).unwrap_or_default().hash(&mut hash);
    let password = format!("test-{:016x}", hash.finish());
    for role in [OWNER_ROLE, APP_ROLE] {
        run(db, &format!("alter role {role} login password '{password}'")).await;
    }
    Some(password)
}

/// Databases of test processes that were killed before they could drop them.
async fn drop_leftovers(db: &mut PgConnection) {
    let names: Vec<String> =
        sqlx::query_scalar(r"select datname::text from pg_database where datname like 'overblick\_test\_%'")
            .fetch_all(&mut *db)
            .await
            .unwrap();
    for name in names {
        let pid = name.split('_').nth(2).unwrap_or_default();
        if !std::path::Path::new("/proc").join(pid).exists() {
            run(db, &format!("drop database if exists {name} with (force)")).await;
        }
    }
}

/// What every test may count on: the municipality and four units.
async fn seed(owner: &mut PgConnection, tenant: &TestTenant) {
    let mut tx = owner.begin().await.unwrap();
    let name = ["Viks kommun", "Bergs kommun"][usize::from(tenant.slug == "berg")];
    sqlx::query("insert into sys.tenant (id, slug, name) values ($1, $2, $3)")
        .bind(tenant.id)
        .bind(tenant.slug)
        .bind(name)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("select set_config('app.tenant_id', $1, true), set_config('app.actor', 'test', true)")
        .bind(tenant.id.to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
    for (id, code, unit_name, kind, parent) in [
        (tenant.top, "100", name, "kommun", None),
        (tenant.department, "200", "Socialförvaltningen", "forvaltning", Some(tenant.top)),
        (tenant.unit, "210", "Hemtjänsten", "enhet", Some(tenant.department)),
        (
            tenant.other_department,
            "300",
            "Barn- och utbildningsförvaltningen",
            "forvaltning",
            Some(tenant.top),
        ),
    ] {
        sqlx::query("insert into org_unit (tenant_id, id, code, name, kind, parent_id) values ($1, $2, $3, $4, $5, $6)")
            .bind(tenant.id)
            .bind(id)
            .bind(code)
            .bind(unit_name)
            .bind(kind)
            .bind(parent)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}
