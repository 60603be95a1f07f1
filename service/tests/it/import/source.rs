//! What an import asks of its source, and what it leaves of it: everything.

use std::ffi::OsString;
use std::path::Path;

use service::legacy;
use service::legacy::Table;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;

use super::FIRST;
use super::databases::{changed, import, legacy_file, legacy_url, options, url_of};
use crate::support::{Engine, TestApp};

#[tokio::test]
async fn nothing_of_the_source_changes() {
    let folder = TempDir::new().unwrap();
    let wal = changed(&folder, "PRAGMA journal_mode = WAL").await;
    let app = TestApp::start(Engine::Sqlite).await;
    for file in [legacy_file("spin_bot.db"), wal] {
        let (before, names) = (std::fs::read(&file).unwrap(), beside(&file));
        import(&app, &url_of(&file)).await;
        assert_eq!(before, std::fs::read(&file).unwrap());
        assert_eq!(names, beside(&file));
    }
}

#[tokio::test]
async fn what_cannot_be_imported_is_refused_in_one_sentence() {
    let folder = TempDir::new().unwrap();
    let app = TestApp::start(Engine::Sqlite).await;
    let file = |name: &str, content: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        file
    };
    for (url, said) in [
        (url_of(&folder.path().join("none.db")), "There is no file"),
        (url_of(&file("empty.db", b"")), "holds none of the old bot's tables"),
        (url_of(&file("text.db", &[b'x'; 4096])), "cannot be opened"),
        (app.url.clone(), "is a database of this service"),
        ("mysql://root@localhost/spin".to_owned(), "is none of the accepted forms"),
        ("postgres://nobody@127.0.0.1:1/spin".to_owned(), "cannot be opened"),
    ] {
        let refused = legacy::import_database(&app.store, &url, &options()).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(said) && !refused.contains('\n'), "{refused}");
    }
    for (file, said) in [
        (folder.path().join("none.json"), "There is no file"),
        (folder.path().to_owned(), "cannot be read"),
        (file("a.json", b"[]"), "is no JSON object in UTF-8"),
        (file("b.json", b"{\"1\": "), "is no JSON object in UTF-8"),
        (file("c.json", b"{\"\xff\": {}}"), "is no JSON object in UTF-8"),
    ] {
        let refused = legacy::import_json(&app.store, &file, &options()).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(said) && !refused.contains('\n'), "{refused}");
    }
}

/// A user whom the database refuses does not stop the others.
#[tokio::test]
async fn a_refused_user_stops_nobody() {
    let app = TestApp::start(Engine::Sqlite).await;
    let refuse = format!(
        "CREATE TRIGGER refuse BEFORE INSERT ON payments WHEN NEW.telegram_id = {FIRST}
         BEGIN SELECT RAISE(ABORT, 'no'); END"
    );
    let service::store::url::DatabaseUrl::Sqlite(options) = app.url.parse().unwrap() else {
        panic!("{}", app.url);
    };
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(refuse)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let report = import(&app, &legacy_url()).await;
    assert_eq!(report.tables[&Table::Users].written, 119);
    assert_eq!(report.tables[&Table::Users].skipped, 1);
    assert_eq!(report.tables[&Table::TrainingHistory].skipped, 6);
    assert_eq!(report.tables[&Table::Payments].skipped, 1);
    assert!(report.to_string().contains("the database refuses this user"));
}

fn beside(file: &Path) -> Vec<OsString> {
    let folder = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let mut names: Vec<_> = folder.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}
