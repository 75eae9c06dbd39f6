//! The whole of a municipality's data as files.

use overblick::areas::export;
use overblick::db::system::Tenant;
use sha2::{Digest as _, Sha256};

use crate::support::TestApp;
use crate::support::folder::TestFolder;

fn tenant(app: &TestApp) -> Tenant {
    Tenant { id: app.a.id, slug: app.a.slug.to_owned(), name: "Viks kommun".to_owned(), is_demo: false }
}

#[tokio::test]
async fn the_manifest_tells_the_truth_and_no_other_municipality_is_in_it() {
    let app = TestApp::new().await;
    let folder = TestFolder::new();
    let to = folder.path().join("ut");
    let mut tx = app.begin(&app.a).await;
    let manifest = export::write_all(&mut tx, &tenant(&app), &to, app.state.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    for file in &manifest.files {
        let bytes = std::fs::read(to.join(&file.file)).unwrap();
        let sum = Sha256::digest(&bytes).iter().fold(String::new(), |sum, b| format!("{sum}{b:02x}"));
        assert_eq!(sum, file.sha256, "{}", file.file);
        assert!(
            !String::from_utf8_lossy(&bytes).contains(&app.b.top.to_string()),
            "{} holds another municipality's unit",
            file.file
        );
        if file.file.strip_suffix(".jsonl").is_some() {
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!(text.lines().count(), file.rows, "{}", file.file);
        }
    }
    let units = manifest.files.iter().find(|f| f.file == "org_unit.jsonl").unwrap();
    assert!(units.rows >= 3);
    assert!(manifest.left_out.iter().any(|l| l.column == "person.personal_id_cipher"));
}

#[tokio::test]
async fn a_folder_with_something_in_it_is_left_alone() {
    let app = TestApp::new().await;
    let folder = TestFolder::new();
    std::fs::write(folder.path().join("viktigt.txt"), "rör inte").unwrap();
    let mut tx = app.begin(&app.a).await;
    let refused = export::write_all(&mut tx, &tenant(&app), folder.path(), app.state.clock().now()).await;
    assert!(refused.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
