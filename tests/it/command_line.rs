//! The command line's manners: what goes where, and how it ends.

use super::support::TestApp;

#[tokio::test]
async fn a_municipality_is_laid_up_once_and_listed() {
    let app = TestApp::new().await;
    let program = app.command();
    let created =
        program.run(&["tenant", "create", "--slug", "alvsund", "--name", "Älvsunds kommun"]).expect(0);
    assert_eq!(created.stdout, "");
    assert!(created.stderr.contains("Älvsunds kommun är upplagd"), "{}", created.stderr);

    let again = program.run(&["tenant", "create", "--slug", "alvsund", "--name", "En till"]).expect(1);
    assert_eq!(again.stderr.trim(), "Det finns redan en kommun med kortnamnet alvsund.");

    let listed = program.run(&["tenant", "list", "--json"]).expect(0);
    assert_eq!(listed.stderr, "");
    let slugs: Vec<_> = listed.json().iter().map(|row| row["slug"].as_str().unwrap().to_owned()).collect();
    assert_eq!(slugs, ["berg", "vik", "alvsund"], "in Swedish order of the names");
}

#[tokio::test]
async fn wrong_use_ends_with_2_and_writes_no_data() {
    let app = TestApp::new().await;
    let program = app.command();
    for args in
        [&["tenant", "create"][..], &["tenant", "create", "--slug", "Å Ä", "--name", "X"], &["nonsense"], &[]]
    {
        let ended = program.run(args).expect(2);
        assert_eq!(ended.stdout, "", "{args:?}");
        assert_ne!(ended.stderr, "", "{args:?}");
    }
}

#[tokio::test]
async fn a_variable_that_is_set_to_nothing_is_as_good_as_not_set() {
    let app = TestApp::new().await;
    let mut program = app.command();
    for name in
        ["OVERBLICK_TRUSTED_PROXIES", "OVERBLICK_SMTP_URL", "OVERBLICK_BASE_URL", "OVERBLICK_OWNER_URL"]
    {
        program = program.with(name, "");
    }
    program.run(&["tenant", "list"]).expect(0);
}

#[tokio::test]
async fn a_restricted_role_cannot_migrate_and_is_told_why() {
    let app = TestApp::new().await;
    let ended = app.command().run(&["migrate"]).expect(1);
    assert!(ended.stderr.contains("OVERBLICK_OWNER_URL"), "{}", ended.stderr);
}

#[tokio::test]
async fn health_tells_a_server_from_something_else_and_from_nothing() {
    use std::io::{Read, Write};
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let app = TestApp::new().await;
    let program = app.command().with("OVERBLICK_LISTEN", &address);
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = other.accept().unwrap();
        let _request = stream.read(&mut [0; 1000]).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    });
    assert!(program.run(&["health"]).expect(1).stderr.contains("är inte Överblick"));
    answering.join().unwrap();
    assert!(program.run(&["health"]).expect(1).stderr.contains("ingen server"));

    let listener = tokio::net::TcpListener::bind(&address).await.unwrap();
    tokio::spawn(axum::serve(listener, app.router.clone()).into_future());
    tokio::task::spawn_blocking(move || program.run(&["health"]).expect(0)).await.unwrap();
}
