//! The properties of every table, read from the catalogue: a new table cannot forget them.

use overblick::db::tenant::Actor;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::support::{TestApp, database::TestDatabase};

/// Tenant tables without the history trigger, and why.
const WITHOUT_HISTORY: &[(&str, &str)] = &[
    ("history", "is the history"),
    ("history_seal", "is the chain over the history"),
    ("change_set", "is a part of the history: the act that several rows of it share"),
    ("access_log", "is a log, append only"),
    ("history_verification", "is a log of checks of the chain, append only"),
    ("contract_dates", "follows from the contract and the day, and can be computed again"),
    ("contract_dates_run", "says for which day the dates were computed"),
    ("import_file", "the bytes of a file are not kept twice; the run that owns them has history"),
    (
        "import_row",
        "says what each row of a file became, and can be computed again from the file and its run",
    ),
    ("leaver_verdict", "follows from the leaver lists, the register and the day, and can be computed again"),
    (
        "subscription_proposal",
        "likewise; what a person decides on it has history, with the evidence as it was",
    ),
    ("leaver_reminder", "says which mails have been sent, so that each is sent once"),
    ("match_state", "says for which day and after which change the matching was computed"),
    ("subscription_change", "says what a list changed, which the history of the subscriptions says too"),
    ("retention_run", "is a protocol, append only"),
    ("report_run", "says what a report said when somebody took it out, append only"),
    ("same_system_proposal", "follows from the systems' names, and can be computed again"),
];

/// Tables above the municipalities.
const SYSTEM_TABLES: &[&str] = &[
    "tenant",
    "user_account",
    "membership",
    "session",
    "auth_token",
    "login_throttle",
    "security_event",
    "job",
    "job_schedule",
];

async fn tables(db: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
         and not c.relispartition and c.relname <> '_sqlx_migrations' order by 1",
    )
    .fetch_all(db)
    .await
    .unwrap()
}

/// Names of tables (or of what is wrong in them) that a catalogue query finds.
async fn find(db: &mut PgConnection, sql: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(db).await.unwrap()
}

#[tokio::test]
async fn every_tenant_table_has_the_tenant_first_in_its_key_and_its_rows_are_walled_in() {
    let database = TestDatabase::create().await;
    let mut db = database.owner().await;
    assert!(tables(&mut db).await.len() > 20, "the catalogue query finds the tables");
    let ours = "c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> '_sqlx_migrations'";
    let wrong_key = find(
        &mut db,
        &format!(
            "select c.relname::text from pg_class c left join pg_index i on i.indrelid = c.oid and i.indisprimary
             left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
             where {ours} and (a.attname is distinct from 'tenant_id' or not a.attnotnull)"
        ),
    )
    .await;
    assert_eq!(wrong_key, Vec::<String>::new(), "primary key without tenant_id first");
    let open = find(
        &mut db,
        &format!("select c.relname::text from pg_class c where {ours} and not (c.relrowsecurity and c.relforcerowsecurity)"),
    )
    .await;
    assert_eq!(open, Vec::<String>::new(), "row-level security not forced");
    let policies = find(
        &mut db,
        &format!(
            "select c.relname::text from pg_class c left join pg_policy p on p.polrelid = c.oid where {ours}
             group by c.oid, c.relname
             having count(p.oid) <> 1
                or min(pg_get_expr(p.polqual, p.polrelid)) <> '(tenant_id = (current_setting(''app.tenant_id''::text))::uuid)'
                or min(pg_get_expr(p.polwithcheck, p.polrelid)) <> '(tenant_id = (current_setting(''app.tenant_id''::text))::uuid)'
                or bool_or(p.polcmd <> '*') or bool_or(not p.polpermissive)"
        ),
    )
    .await;
    assert_eq!(policies, Vec::<String>::new(), "not exactly the one policy");
}

#[tokio::test]
async fn no_unique_key_and_no_foreign_key_reaches_over_a_border() {
    let database = TestDatabase::create().await;
    let mut db = database.owner().await;
    let unique = find(
        &mut db,
        "select ic.relname::text from pg_index i join pg_class c on c.oid = i.indrelid join pg_class ic on ic.oid = i.indexrelid
         left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
         where c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname <> '_sqlx_migrations' and i.indisunique
           and a.attname is distinct from 'tenant_id'",
    )
    .await;
    assert_eq!(
        unique,
        Vec::<String>::new(),
        "a unique key that spans municipalities tells one what another has"
    );
    let foreign = find(
        &mut db,
        "select k.conname::text from pg_constraint k
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
         join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
         where k.contype = 'f' and k.connamespace = 'public'::regnamespace and k.conparentid = 0
           and not (a.attname = 'tenant_id' and (b.attname = 'tenant_id' or k.confrelid = 'sys.tenant'::regclass))",
    )
    .await;
    assert_eq!(foreign, Vec::<String>::new(), "a foreign key without the tenant can point over the border");
    let rigid = find(
        &mut db,
        "select k.conname::text from pg_constraint k where k.contype = 'f' and k.connamespace = 'public'::regnamespace and k.conparentid = 0
           and not k.condeferrable",
    )
    .await;
    assert_eq!(rigid, Vec::<String>::new(), "an undo could not take rows back in any order");
    let without_index = find(
        &mut db,
        "select k.conname::text from pg_constraint k
         where k.contype = 'f' and k.connamespace = 'public'::regnamespace and k.conparentid = 0 and array_length(k.conkey, 1) > 1
           and not exists (select 1 from pg_index i where i.indrelid = k.conrelid
                 and (i.indkey::int2[])[0:array_length(k.conkey, 1) - 1] @> k.conkey)",
    )
    .await;
    assert_eq!(
        without_index,
        Vec::<String>::new(),
        "a foreign key without an index makes every delete a scan"
    );
}

#[tokio::test]
async fn every_tenant_table_keeps_its_history() {
    let database = TestDatabase::create().await;
    let mut db = database.owner().await;
    let without: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
           and not c.relispartition and c.relname <> '_sqlx_migrations'
           and (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = 'app.record_history'::regproc and t.tgenabled = 'O'
                 and (t.tgname, t.tgtype & 28) in (('record_history', 4), ('record_history_update', 16), ('record_history_delete', 8))) <> 3
         order by 1",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let forgotten: Vec<_> =
        without.iter().filter(|t| !WITHOUT_HISTORY.iter().any(|(name, _)| name == t)).collect();
    assert!(forgotten.is_empty(), "no history and no reason: {forgotten:?}");
}

#[tokio::test]
async fn the_server_s_role_owns_nothing_and_cannot_rewrite_the_past() {
    let database = TestDatabase::create().await;
    let mut db = database.owner().await;
    let rights = find(
        &mut db,
        "select c.relname || ' ' || p.privilege_type from pg_class c, aclexplode(c.relacl) p join pg_roles r on r.oid = p.grantee
         where r.rolname = 'overblick_app' and c.relname in ('history', 'history_seal', 'access_log', 'security_event')
           and p.privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')",
    )
    .await;
    assert_eq!(rights, Vec::<String>::new());
    let inserts = find(
        &mut db,
        "select c.relname::text from pg_class c, aclexplode(c.relacl) p join pg_roles r on r.oid = p.grantee
         where r.rolname = 'overblick_app' and c.relname in ('history', 'history_seal') and p.privilege_type = 'INSERT'",
    )
    .await;
    assert_eq!(inserts, Vec::<String>::new());
    let partitions = find(
        &mut db,
        "select c.relname::text from pg_class c where c.relispartition and c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
           and c.relacl::text like '%overblick_app%'",
    )
    .await;
    assert_eq!(partitions, Vec::<String>::new(), "a partition read by its own name would have no policy");
    let owned = find(
        &mut db,
        "select c.relname::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'overblick_app'",
    )
    .await;
    assert_eq!(owned, Vec::<String>::new());
    let elevated = find(&mut db, "select rolname::text from pg_roles where rolname = 'overblick_app' and (rolsuper or rolbypassrls or rolcreaterole)").await;
    assert_eq!(elevated, Vec::<String>::new());
    let views = find(
        &mut db,
        "select c.relname::text from pg_class c where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace
           and not coalesce('security_invoker=true' = any(c.reloptions), false)",
    )
    .await;
    assert_eq!(views, Vec::<String>::new(), "a view must see with its reader's eyes");
}

#[tokio::test]
async fn only_the_named_tables_stand_above_the_municipalities() {
    let database = TestDatabase::create().await;
    let mut db = database.owner().await;
    let mut above = find(
        &mut db,
        "select relname::text from pg_class where relnamespace = 'sys'::regnamespace and relkind = 'r'",
    )
    .await;
    above.sort();
    let mut expected: Vec<_> = SYSTEM_TABLES.iter().map(ToString::to_string).collect();
    expected.sort();
    assert_eq!(above, expected);
}

#[tokio::test]
async fn without_a_municipality_every_table_raises_and_none_answers_empty() {
    let app = TestApp::new().await;
    let database = &app.database;
    let mut owner = database.owner().await;
    let pool = database.app_pool().await;
    for table in tables(&mut owner).await {
        let asked = sqlx::query(AssertSqlSafe(format!("select 1 from public.{table} limit 1")))
            .fetch_optional(&pool)
            .await;
        assert!(asked.is_err(), "{table} answers without a municipality");
    }
    // A connection that has been used by a municipality is as loud afterwards.
    app.begin(&app.a).await.commit().await.unwrap();
    for _ in 0..3 {
        assert!(sqlx::query("select 1 from it_system").fetch_optional(&pool).await.is_err());
    }
}

#[tokio::test]
async fn one_municipality_cannot_read_write_or_refer_to_another_s_rows() {
    let app = TestApp::new().await;
    let unit_of_b = app.b.top;
    let mut tx = app.begin(&app.a).await;
    let seen: i64 = sqlx::query_scalar("select count(*) from org_unit where id = $1")
        .bind(unit_of_b)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(seen, 0);
    let changed = sqlx::query("update org_unit set name = 'x' where id = $1")
        .bind(unit_of_b)
        .execute(&mut *tx)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 0);
    tx.rollback().await.unwrap();

    let mut tx = app.begin(&app.a).await;
    let smuggled = sqlx::query("insert into org_unit (tenant_id, id, code, name, kind) values ($1, gen_random_uuid(), 'X', 'X', 'enhet')")
        .bind(app.b.id)
        .execute(&mut *tx)
        .await;
    assert!(smuggled.is_err(), "a row of another municipality was written");
    tx.rollback().await.unwrap();

    let mut tx = app.begin(&app.a).await;
    let refers = sqlx::query("insert into org_unit (tenant_id, id, code, name, kind, parent_id) values ($1, gen_random_uuid(), 'X', 'X', 'enhet', $2)")
        .bind(app.a.id)
        .bind(unit_of_b)
        .execute(&mut *tx)
        .await;
    assert!(refers.is_err(), "a foreign key crossed the border");
}

#[tokio::test]
async fn a_transaction_whose_reader_went_away_leaves_no_connection_open() {
    let app = TestApp::new().await;
    let tenants = app.state.tenants().clone();
    for _ in 0..50 {
        // Dropped half-way, as when a browser closes the page while the server begins.
        let begin = tenants.begin(app.a.id, Actor::system("test"));
        let _ = tokio::time::timeout(std::time::Duration::from_micros(50), begin).await;
    }
    let mut tx = app.begin(&app.b).await;
    let tenant: String =
        sqlx::query_scalar("select current_setting('app.tenant_id')").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(tenant, app.b.id.to_string());
    tx.rollback().await.unwrap();
    let pool = app.state.system().pool();
    for _ in 0..20 {
        let inside: String =
            sqlx::query_scalar("select coalesce(current_setting('app.tenant_id', true), '')")
                .fetch_one(pool)
                .await
                .unwrap();
        assert_eq!(inside, "", "a connection came back inside a municipality's transaction");
    }
}
