//! Which role does what, for each way of pointing the program at a database.

use sqlx::Connection;

use super::support::command::Program;
use super::support::database::TestDatabase;

/// Who owns the tables, and whether the server's role may read the list of migrations.
async fn owner_and_grant(database: &TestDatabase) -> (String, bool) {
    let mut db = database.owner().await;
    let found = sqlx::query_as(
        "select tableowner::text, has_table_privilege('overblick_app', 'public._sqlx_migrations', 'select')
         from pg_tables where tablename = 'org_unit'",
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    found
}

#[tokio::test]
async fn a_superuser_s_address_alone_gives_tables_that_the_owner_owns_and_a_restricted_server() {
    let database = TestDatabase::empty().await;
    let program = Program::new(database.superuser_url());
    program.run(&["migrate"]).expect(0);
    assert_eq!(owner_and_grant(&database).await, ("overblick_owner".to_owned(), true));
    // The command would refuse to go on as a role that sees everything.
    program.run(&["tenant", "create", "--slug", "vik", "--name", "Vik"]).expect(0);
}

#[tokio::test]
async fn two_addresses_divide_the_work_and_a_command_brings_the_database_up_to_date_first() {
    let database = TestDatabase::empty().await;
    let program = Program::new(database.app_url()).with("OVERBLICK_OWNER_URL", database.owner_url());
    program.run(&["tenant", "create", "--slug", "vik", "--name", "Vik"]).expect(0);
    assert_eq!(owner_and_grant(&database).await, ("overblick_owner".to_owned(), true));
    let again = program.run(&["migrate"]).expect(0);
    assert!(again.stderr.contains("redan uppdaterad"), "{}", again.stderr);
}

#[tokio::test]
async fn the_owner_is_refused_as_the_server_s_role() {
    let database = TestDatabase::create().await;
    for url in [database.owner_url(), database.superuser_url()] {
        let program = Program::new(url).with("OVERBLICK_OWNER_URL", database.owner_url());
        let refused = program.run(&["tenant", "list"]).expect(1);
        assert!(refused.stderr.contains("Servern får inte köras så"), "{}", refused.stderr);
    }
}

#[tokio::test]
async fn an_old_database_without_an_owner_s_address_is_told_what_is_missing() {
    let database = TestDatabase::empty().await;
    let refused = Program::new(database.app_url()).run(&["tenant", "list"]).expect(1);
    assert!(refused.stderr.contains("overblick migrate"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_database_that_is_newer_than_the_program_is_left_alone() {
    let database = TestDatabase::create().await;
    let mut db = database.owner().await;
    sqlx::query(
        "insert into public._sqlx_migrations (version, description, success, checksum, execution_time)
         values (999999, 'later', true, '', 0)",
    )
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    for (url, args) in [(database.app_url(), &["tenant", "list"][..]), (database.owner_url(), &["migrate"])] {
        let refused = Program::new(url).run(args).expect(1);
        assert!(refused.stderr.contains("999999"), "{}", refused.stderr);
    }
}

#[test]
fn an_address_that_leads_nowhere_is_explained_without_repeating_it() {
    for (url, words) in [
        ("postgres://a:hemligt@127.0.0.1:1/x", "svarar inte"),
        ("mysql://a:hemligt@b/c", "går inte att tolka"),
        ("", "PostgreSQL finns inte"),
    ] {
        let program = Program::new(url.to_owned()).with("PG_BIN_DIR", "/nonexistent");
        let refused = program.run(&["tenant", "list"]).expect(1);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
        assert!(!refused.stderr.contains("hemligt"), "{}", refused.stderr);
    }
}
