//! Backups of the SQLite file, and putting them back, with the real binary.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use crate::process::{KEY, Serving, get, refused, service};
use crate::support::life::fill_every_table;
use crate::support::rows::{change, dump};
use crate::support::{Engine, TestApp, new_postgres_database};
use serde_json::json;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

/// A folder with a database in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn url(&self, name: &str) -> String {
        format!("sqlite:///{}", self.path(name).display())
    }

    fn command(&self, database: &str, arguments: &[&str]) -> Command {
        let mut command = service(self.0.path());
        command.env("DATABASE_URL", self.url(database)).args(arguments);
        command.env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY);
        command
    }

    /// What the command said, if it succeeded.
    #[track_caller]
    fn run(&self, database: &str, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.command(database, arguments).output().unwrap();
        assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap()
    }

    fn serve(&self, database: &str) -> Serving {
        Serving::start(&mut self.command(database, &[]))
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A database with a row in every table, and a backup of it.
    async fn with_backup() -> Self {
        let folder = Self::new();
        let app = TestApp::start(Engine::Sqlite).await;
        fill_every_table(&app).await;
        app.store.close().await;
        std::fs::copy(app.folder.path().join("test.db"), folder.path("spin.db")).unwrap();
        folder.run("spin.db", &["backup", "backup.db"]);
        folder
    }
}

/// Eight users who earn XP until it is stopped: what was acknowledged so far, and in all.
struct Load {
    acknowledged: Arc<AtomicI64>,
    stop: Arc<AtomicBool>,
    clients: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    async fn start(base: &str) -> Self {
        let (acknowledged, stop) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicBool::new(false)));
        let earn = |user: i64| {
            let (acknowledged, stop) = (Arc::clone(&acknowledged), Arc::clone(&stop));
            let (base, client) = (base.to_owned(), process::http::client());
            async move {
                let user = format!("{base}/v1/users/{user}");
                client.put(&user).bearer_auth(KEY).json(&json!({})).send().await.unwrap();
                while !stop.load(Ordering::SeqCst) {
                    let xp = client.post(format!("{user}/xp")).bearer_auth(KEY);
                    match xp.json(&json!({"amount": 1})).send().await {
                        Ok(answer) if answer.status().is_success() => {
                            acknowledged.fetch_add(1, Ordering::SeqCst);
                        }
                        _ => break,
                    }
                }
            }
        };
        let clients = (1..=8).map(|user| tokio::spawn(earn(user))).collect();
        let load = Self { acknowledged, stop, clients };
        while load.acknowledged() < 100 {
            tokio::task::yield_now().await;
        }
        load
    }

    fn acknowledged(&self) -> i64 {
        self.acknowledged.load(Ordering::SeqCst)
    }

    async fn end(self) -> i64 {
        self.stop.store(true, Ordering::SeqCst);
        for client in self.clients {
            client.await.unwrap();
        }
        self.acknowledged.load(Ordering::SeqCst)
    }
}

async fn total_xp(file: &Path) -> i64 {
    let url = format!("sqlite://{}?mode=ro", file.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let total = "SELECT COALESCE(SUM(total_xp), 0) FROM users";
    let total = sqlx::query_scalar(total).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    total
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_has_all_that_was_acknowledged_before_it() {
    let folder = Folder::new();
    let serving = folder.serve("spin.db");
    let load = Load::start(&serving.base).await;
    for (backup, restored) in [("1.db", "a.db"), ("2.db", "b.db"), ("3.db", "c.db")] {
        let before = load.acknowledged();
        let said = folder.run("spin.db", &["backup", backup]);
        assert!(said.contains("no differences") && said.contains(backup), "{said}");
        // Those of the eight that were on their way are in it or not.
        let after = load.acknowledged() + 8;
        let said = folder.run(restored, &["restore", backup]);
        assert!(said.contains("There was no database before."), "{said}");
        folder.run(restored, &["verify"]);
        let total = total_xp(&folder.path(restored)).await;
        assert!((before..=after).contains(&total), "{before} {total} {after}");
        // Nobody who acknowledged anything was disturbed.
        assert!(load.acknowledged() >= before);
    }
    let total = load.end().await;
    assert_eq!(serving.stop(), Some(0));
    assert_eq!(total_xp(&folder.path("spin.db")).await, total);
}

#[tokio::test]
async fn a_backup_is_put_back_and_the_former_database_kept() {
    let folder = Folder::with_backup().await;
    let backed_up = dump(&folder.url("spin.db")).await;
    assert!(backed_up.values().all(|rows| !rows.is_empty()), "{backed_up:?}");
    // A kill leaves what is acknowledged in the log beside the file.
    let serving = folder.serve("spin.db");
    let load = Load::start(&serving.base).await;
    serving.signal("-KILL");
    let acknowledged = load.end().await;
    drop(serving);
    assert!(folder.path("spin.db-wal").metadata().unwrap().len() > 0);

    let said = folder.run("spin.db", &["restore", "backup.db"]);
    let former = said.split("is kept as ").nth(1).unwrap().lines().next().unwrap();
    let former = Path::new(former.trim_end_matches('.')).to_owned();
    assert_eq!(former.parent(), folder.path("spin.db").parent());
    assert!(!folder.path("spin.db-wal").exists(), "{:?}", folder.names());
    assert_eq!(dump(&folder.url("spin.db")).await, backed_up);
    let kept = total_xp(&former).await - total_xp(&folder.path("spin.db")).await;
    assert!((acknowledged..=acknowledged + 8).contains(&kept), "{acknowledged} {kept}");
    // What was restored serves, and is an ordinary database again.
    let serving = folder.serve("spin.db");
    assert_eq!(get(&serving.base, "/v1/users", KEY).await.0, 200);
    serving.stop();
    refused(&mut folder.command("x.db", &["restore", "spin.db"]), &["spin.db", "not made by"]);
    // Also over a database that is damaged.
    std::fs::write(folder.path("spin.db"), [7; 8192]).unwrap();
    std::fs::write(folder.path("spin.db-wal"), [7; 4096]).unwrap();
    folder.run("spin.db", &["restore", "backup.db"]);
    assert_eq!(dump(&folder.url("spin.db")).await, backed_up);
    let logs = folder.names().into_iter().filter(|name| name.ends_with("Z-wal")).count();
    assert_eq!(logs, 1, "{:?}", folder.names());
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_changes_nothing() {
    let folder = Folder::with_backup().await;
    let whole = std::fs::read(folder.path("backup.db")).unwrap();
    let database = std::fs::read(folder.path("spin.db")).unwrap();
    let mut damaged = vec![
        (Vec::new(), "no SQLite database"),
        (vec![7; 8192], "no SQLite database"),
        (whole[..50].to_vec(), "no SQLite database"),
        (whole[..whole.len() - 1].to_vec(), "checksum"),
        (whole[..whole.len() / 2].to_vec(), "checksum"),
        ([whole.clone(), vec![0]].concat(), "checksum"),
        (database.clone(), "not made by"),
    ];
    for at in (0..whole.len()).step_by(whole.len() / 50) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x20;
        damaged.push((flipped, if at == 0 { "no SQLite database" } else { "checksum" }));
    }
    let names = || folder.names().into_iter().filter(|name| !name.ends_with("-lock"));
    let before: Vec<_> = names().collect();
    for (content, word) in damaged {
        std::fs::write(folder.path("backup.db"), content).unwrap();
        refused(&mut folder.command("spin.db", &["restore", "backup.db"]), &["backup.db", word]);
        assert!(std::fs::read(folder.path("spin.db")).unwrap() == database);
    }
    assert_eq!(names().collect::<Vec<_>>(), before);
    refused(&mut folder.command("spin.db", &["restore", "absent.db"]), &["no file absent.db"]);
}

/// Seals a file as a backup does.
fn seal(file: &Path) {
    let mut content = std::fs::read(file).unwrap();
    content[68..72].copy_from_slice(b"SPIN");
    content[60..64].fill(0);
    let checksum = crc32fast::hash(&content).to_be_bytes();
    content[60..64].copy_from_slice(&checksum);
    std::fs::write(file, content).unwrap();
}

/// The checksum is right, and still it cannot be used.
#[tokio::test]
async fn a_backup_of_another_schema_is_refused_if_it_is_newer() {
    let folder = Folder::with_backup().await;
    let database = std::fs::read(folder.path("spin.db")).unwrap();
    for (statements, words) in [
        (
            "INSERT INTO schema_migrations SELECT 9999, 'next', checksum, applied_at
             FROM schema_migrations LIMIT 1",
            ["schema", "newer"],
        ),
        ("UPDATE schema_migrations SET checksum = x'00'", ["schema", "not the one in this binary"]),
        ("DROP TABLE schema_migrations", ["schema", "old bot"]),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM users",
            ["damaged", "2 rows of bot_sessions refer to no row of users"],
        ),
        (
            "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'users_by_xp'",
            ["damaged", "never used"],
        ),
    ] {
        std::fs::copy(folder.path("backup.db"), folder.path("other.db")).unwrap();
        change(&folder.url("other.db"), statements).await;
        seal(&folder.path("other.db"));
        refused(&mut folder.command("spin.db", &["restore", "other.db"]), &words);
        assert!(std::fs::read(folder.path("spin.db")).unwrap() == database, "{statements}");
    }
    std::fs::remove_file(folder.path("other.db")).unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path("other.db").display());
    let mut foreign = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("CREATE TABLE notes (note VARCHAR)").execute(&mut foreign).await.unwrap();
    foreign.close().await.unwrap();
    let none = ["none of this service's tables", "other.db"];
    refused(&mut folder.command("other.db", &["backup", "notes.db"]), &none);
    seal(&folder.path("other.db"));
    refused(&mut folder.command("spin.db", &["restore", "other.db"]), &none);
    // An older one is brought up to date by the next start.
    let older = "ALTER TABLE users DROP COLUMN unlisted_trainings;
        ALTER TABLE users DROP COLUMN unlisted_score;
        ALTER TABLE promocodes DROP COLUMN unlisted_uses;
        DELETE FROM schema_migrations WHERE version > 1";
    change(&folder.url("spin.db"), older).await;
    let said = folder.run("spin.db", &["backup", "older.db"]);
    assert!(said.contains("migrations behind"), "{said}");
    folder.run("spin.db", &["restore", "older.db"]);
    refused(&mut folder.command("spin.db", &["verify"]), &["service migrate"]);
    folder.run("spin.db", &["migrate"]);
    folder.run("spin.db", &["verify"]);
}

#[tokio::test]
async fn nothing_is_restored_while_somebody_uses_the_database() {
    let folder = Folder::with_backup().await;
    let restore = || folder.command("spin.db", &["restore", "backup.db"]);
    let serving = folder.serve("spin.db");
    refused(&mut restore(), &["spin.db is in use", "stop the service"]);
    assert_eq!(get(&serving.base, "/v1/users", KEY).await.0, 200);
    serving.stop();
    // Another program, which knows nothing of our lock.
    let url = format!("sqlite://{}", folder.path("spin.db").display());
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT count(*) FROM users").execute(&mut other).await.unwrap();
    refused(&mut restore(), &["spin.db is in use"]);
    other.close().await.unwrap();
    // And who starts while a backup is put back is refused.
    let lock = std::fs::File::options().write(true).open(folder.path("spin.db-lock")).unwrap();
    lock.lock().unwrap();
    refused(&mut folder.command("spin.db", &[]), &["spin.db", "service restore"]);
    refused(&mut folder.command("spin.db", &["verify"]), &["spin.db", "service restore"]);
    drop(lock);
    assert!(restore().output().unwrap().status.success());
}

#[tokio::test]
async fn a_backup_is_never_written_over_and_no_wider_open_than_the_database() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_backup().await;
    let content = std::fs::read(folder.path("backup.db")).unwrap();
    refused(&mut folder.command("spin.db", &["backup", "backup.db"]), &["backup.db is there"]);
    assert!(std::fs::read(folder.path("backup.db")).unwrap() == content);
    refused(
        &mut folder.command("spin.db", &["backup", "no/such/folder.db"]),
        &["no/such/folder.db"],
    );
    refused(&mut folder.command("absent.db", &["backup", "new.db"]), &["absent.db", "not there"]);
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(folder.path("spin.db"), private).unwrap();
    folder.run("spin.db", &["backup", "private.db"]);
    folder.run("spin.db", &["restore", "backup.db"]);
    for file in ["private.db", "spin.db"] {
        let mode = folder.path(file).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    assert!(!folder.names().iter().any(|name| name.contains(".partial")), "{:?}", folder.names());
}

#[tokio::test]
async fn what_does_not_add_up_is_backed_up_and_told() {
    let folder = Folder::with_backup().await;
    change(&folder.url("spin.db"), "UPDATE users SET total_xp = total_xp + 1").await;
    let backup = folder.command("spin.db", &["backup", "odd.db"]).output().unwrap();
    let said = String::from_utf8(backup.stdout).unwrap();
    assert_eq!(backup.status.code(), Some(1), "{said}");
    assert!(said.contains("total_xp: is") && said.contains("1 difference."), "{said}");
    folder.run("other.db", &["restore", "odd.db"]);
    assert_eq!(dump(&folder.url("other.db")).await, dump(&folder.url("spin.db")).await);
}

/// Ends the command after a moment, unless it has ended by itself.
fn killed_after(moment: Duration, command: &mut Command) -> bool {
    let mut process: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(moment);
    let ended = process.try_wait().unwrap().is_some();
    let _ = process.kill();
    process.wait().unwrap();
    !ended
}

#[tokio::test]
async fn a_backup_or_a_restoration_that_is_killed_leaves_all_or_nothing() {
    let folder = Folder::with_backup().await;
    let backed_up = dump(&folder.url("spin.db")).await;
    let mut killed = 0;
    for moment in 0..40 {
        let moment = Duration::from_millis(moment * 2);
        let name = format!("{}.db", moment.as_millis());
        killed +=
            u32::from(killed_after(moment, &mut folder.command("spin.db", &["backup", &name])));
        if folder.path(&name).exists() {
            folder.run("restored.db", &["restore", &name]);
        } else {
            folder.run("spin.db", &["backup", &name]);
        }
    }
    assert!(killed > 2, "{killed}");
    let mut killed = 0;
    for moment in 0..40 {
        let moment = Duration::from_millis(moment * 2);
        let mut restore = folder.command("spin.db", &["restore", "backup.db"]);
        killed += u32::from(killed_after(moment, &mut restore));
        folder.run("spin.db", &["verify"]);
        assert_eq!(dump(&folder.url("spin.db")).await, backed_up);
    }
    assert!(killed > 2, "{killed}");
}

#[tokio::test]
async fn postgres_has_its_own_tools() {
    let folder = Folder::new();
    let url = new_postgres_database().await;
    for arguments in [["backup", "file.db"], ["restore", "file.db"]] {
        let mut command = folder.command("", &arguments);
        refused(command.env("DATABASE_URL", &url), &["pg_dump", "docs/operations.md"]);
    }
    let mut command = folder.command("", &["backup", "file.db"]);
    refused(command.env("DATABASE_URL", "sqlite::memory:"), &["memory"]);
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[tokio::test]
async fn what_a_kill_left_half_written_is_undone_before_it_is_read() {
    let folder = Folder::with_backup().await;
    let backed_up = dump(&folder.url("spin.db")).await;
    let file = format!("sqlite://{}", folder.path("spin.db").display());
    let mut writer = SqliteConnection::connect(&file).await.unwrap();
    // More than fits into memory, so that a part of it is in the file already.
    let half = "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN;
        UPDATE users SET total_xp = total_xp + 1; CREATE TABLE filler (page BLOB);
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500)
        INSERT INTO filler SELECT zeroblob(4096) FROM n";
    sqlx::raw_sql(half).execute(&mut writer).await.unwrap();
    for name in ["spin.db", "spin.db-journal"] {
        std::fs::copy(folder.path(name), folder.path(&name.replace("spin", "killed"))).unwrap();
    }
    writer.close().await.unwrap();
    folder.run("killed.db", &["verify"]);
    assert_eq!(dump(&folder.url("killed.db")).await, backed_up);
}
