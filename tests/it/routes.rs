//! Who may call which route: the matrix of the rules against the code, and the code against the table in the documentation.

use std::fmt::Write as _;
use std::path::Path;

use axum::http::StatusCode;
use overblick::auth::permissions::{Permission, Role, allows, object_roles_with};
use overblick::web::routes::{Access, Open};

use super::support::TestApp;

fn documentation(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

/// The rows of the matrix that the code has permissions for: to read, to write.
const ROWS: [(&str, Permission, Option<Permission>); 6] = [
    ("System (open fields)", Permission::SystemRead, Some(Permission::SystemWrite)),
    ("System (secret fields, security)", Permission::SystemSecretRead, Some(Permission::SystemSecretWrite)),
    ("Contract", Permission::ContractRead, Some(Permission::ContractWrite)),
    ("Subscription / licence", Permission::SubscriptionRead, None),
    ("Audit log", Permission::AuditRead, None),
    ("Users/roles", Permission::UserRead, Some(Permission::UserWrite)),
];

/// The roles that a column of the matrix speaks of; none for roles on an object.
fn roles_of(column: &str) -> Vec<Role> {
    match column {
        "subscr./licence mgr" => vec![Role::SubscriptionManager, Role::LicenceManager],
        name => Role::from_code(name.trim_end_matches(" (U)")).into_iter().collect(),
    }
}

/// Whether a cell gives reading of the object as a whole: not by a grant of its own, not figures, not the own part only.
fn reads(cell: &str) -> bool {
    let cell = cell.replace('*', "");
    !cell.contains("by grant")
        && !cell.contains("own area")
        && (cell.starts_with(['R', 'W', 'A']) || cell.starts_with("invite"))
}

fn writes(cell: &str) -> bool {
    cell.replace('*', "").starts_with("RW")
}

#[test]
fn the_code_gives_the_roles_what_the_matrix_of_the_rules_says() {
    let rules = std::fs::read_to_string(documentation("rules.md")).unwrap();
    let matrix = rules.split("### 4.2 Matrix").nth(1).unwrap().split("### 4.3").next().unwrap();
    let rows: Vec<Vec<&str>> = matrix
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let mut wrong = Vec::new();
    for (object, read, write) in ROWS {
        let row = rows.iter().find(|row| row[0] == object).unwrap_or_else(|| panic!("no row {object}"));
        for (column, cell) in rows[0].iter().zip(row).skip(1) {
            for role in roles_of(column) {
                if allows(role, read) != reads(cell) {
                    wrong.push(format!("{object}, {role:?}: the matrix says {cell}, {read:?} differs"));
                }
                if let Some(write) = write.filter(|write| allows(role, *write) != writes(cell)) {
                    wrong.push(format!("{object}, {role:?}: the matrix says {cell}, {write:?} differs"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The table of routes as it stands in the documentation.
fn table(app: &TestApp) -> String {
    let mut text = String::from(
        "# Who may open what\n\nEvery route with the permission that it is registered with and the roles that have it. A role given for a unit reaches what \
         belongs to that unit and below. What a role on an object (systemägare, avtalsansvarig …) gives is reached by any member and decided object by \
         object. Made from the program's own table; `tests/it/routes.rs` fails when it is not what the program does, and writes it anew when \
         `OVERBLICK_WRITE_DOCS` is set.\n",
    );
    let mut routes: Vec<_> = app.state.routes().to_vec();
    routes.sort_by(|a, b| a.path.cmp(&b.path).then(a.method.as_str().cmp(b.method.as_str())));
    text.push_str("\n| route | permission | roles | roles on an object |\n|---|---|---|---|\n");
    for route in routes {
        let (permission, roles, object_roles) = match route.access {
            Access::Open(Open::Anyone) => ("–".to_owned(), "anyone".to_owned(), String::new()),
            Access::Open(Open::SignedIn) => {
                ("–".to_owned(), "whoever is signed in".to_owned(), String::new())
            }
            Access::Open(Open::SecretAddress) => {
                ("–".to_owned(), "whoever has the secret address".to_owned(), String::new())
            }
            Access::Needs(Permission::Member) => {
                ("Member".to_owned(), "every member".to_owned(), String::new())
            }
            Access::Needs(permission) => {
                let roles: Vec<&str> =
                    Role::ALL.into_iter().filter(|role| allows(*role, permission)).map(Role::code).collect();
                let object_roles = object_roles_with(permission);
                let object_roles =
                    if object_roles.len() > 8 { "every".to_owned() } else { object_roles.join(", ") };
                (format!("{permission:?}"), roles.join(", "), object_roles)
            }
        };
        writeln!(text, "| {} `{}` | {permission} | {roles} | {object_roles} |", route.method, route.path)
            .unwrap();
    }
    text
}

#[tokio::test]
async fn the_documentation_says_who_may_open_what() {
    let app = TestApp::new().await;
    let path = documentation("permissions.md");
    let table = table(&app);
    if std::env::var_os("OVERBLICK_WRITE_DOCS").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differing: Vec<&str> = table.lines().filter(|line| !written.lines().any(|l| l == *line)).collect();
    assert!(written == table, "docs/permissions.md is not what the program does: {differing:#?}");
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page_without_one() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    for (address, page) in [
        ("//vik/", "/vik"),
        ("//vik/systems/?fas=anvandning", "/vik/systems?fas=anvandning"),
        ("//account/", "/account"),
    ] {
        let answer = it.get(address).await.expect(StatusCode::PERMANENT_REDIRECT);
        assert_eq!(answer.location(), Some(page));
        it.follow(&answer).await.expect(StatusCode::OK);
    }
    // What was posted is not sent twice, nobody is led to another site, and what is nowhere stays nowhere.
    it.post("//vik/systems/", &[("name", "Procapita")]).await.expect(StatusCode::NOT_FOUND);
    for address in ["//vik//systems/", "///elsewhere.example/", "//vik/nothing-here"] {
        let page = it.get(address).await.expect(StatusCode::NOT_FOUND);
        assert!(page.shows("Sidan finns inte"), "{address}: {}", page.visible());
    }
    let unknown = app.anonymous().get("/vik/").await.expect(StatusCode::PERMANENT_REDIRECT);
    assert_eq!(unknown.location(), Some("/vik"));
}
