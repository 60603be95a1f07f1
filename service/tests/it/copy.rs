//! Moving from one database to another, with the real binary.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::process::{Serving, get, refused, service};
use crate::support::life::{FRIEND, fill_every_table};
use crate::support::rows::{change, dump, plain_numbers};
use crate::support::{TestApp, new_postgres_database};
use serde_json::{Value, json};
use tempfile::TempDir;

fn copy(folder: &Path, from: &str, to: &str) -> Command {
    let mut command = service(folder);
    command.args(["copy", "--from", from, "--to", to]);
    command
}

/// What it said, if it succeeded.
#[track_caller]
fn run(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// An empty database of each kind.
async fn targets(folder: &TempDir) -> [String; 2] {
    [format!("sqlite:///{}/new.db", folder.path().display()), new_postgres_database().await]
}

both! {
    async fn every_row_of_every_table_arrives(app) {
        fill_every_table(&app).await;
        let folder = TempDir::new().unwrap();
        let source = dump(&app.url).await;
        // A table that nothing fills could be forgotten.
        assert!(source.values().all(|rows| !rows.is_empty()), "{source:?}");
        for target in targets(&folder).await {
            let said = run(&mut copy(folder.path(), &app.url, &target));
            assert!(said.contains("Copied to"), "{said}");
            let mut arrived = dump(&target).await;
            // Each database has its own migrations.
            arrived.insert("schema_migrations".to_owned(), source["schema_migrations"].clone());
            assert_eq!(arrived, source, "{target}");
            for (table, rows) in source.iter().filter(|(table, _)| *table != "schema_migrations") {
                let row = said.lines().find(|line| line.starts_with(&format!("{table} "))).unwrap();
                assert_eq!(row.split_whitespace().nth(1), Some(rows.len().to_string().as_str()));
            }
            // And back, to where it can be compared with what it was.
            let back = format!("sqlite:///{}/back-{}.db", folder.path().display(), target.len());
            run(&mut copy(folder.path(), &target, &back));
            let mut arrived = dump(&back).await;
            arrived.insert("schema_migrations".to_owned(), source["schema_migrations"].clone());
            assert_eq!(arrived, source);
        }
    }

    async fn a_second_run_changes_nothing(app) {
        fill_every_table(&app).await;
        let folder = TempDir::new().unwrap();
        for target in targets(&folder).await {
            run(&mut copy(folder.path(), &app.url, &target));
            let arrived = dump(&target).await;
            let said = run(&mut copy(folder.path(), &app.url, &target));
            assert!(said.contains("Nothing to do"), "{said}");
            assert_eq!(dump(&target).await, arrived);
        }
    }

    async fn a_target_that_holds_other_data_is_refused(app) {
        fill_every_table(&app).await;
        let folder = TempDir::new().unwrap();
        for target in targets(&folder).await {
            run(&mut copy(folder.path(), &app.url, &target));
            for (changed, undo, word) in [
                ("INSERT INTO bots (bot_name, created_at) SELECT 'new', created_at FROM bots WHERE bot_name = 'spin_bot'",
                    "DELETE FROM bots WHERE bot_name = 'new'", "bots has 3 rows there, 2 here"),
                ("UPDATE levels SET title = 'x' WHERE level = 2", "UPDATE levels SET title = NULL WHERE level = 2",
                    "levels are others there"),
            ] {
                change(&target, changed).await;
                let before = dump(&target).await;
                refused(&mut copy(folder.path(), &app.url, &target), &["other data", word]);
                assert_eq!(dump(&target).await, before);
                change(&target, undo).await;
            }
        }
        refused(&mut copy(folder.path(), &app.url, &app.url), &["the same database"]);
        refused(&mut copy(folder.path(), &app.url, "sqlite::memory:"), &["memory"]);
        refused(&mut copy(folder.path(), &app.url, "mysql://x"), &["--to", "accepted"]);
        refused(&mut copy(folder.path(), "sqlite:///absent.db", &app.url), &["absent.db", "not there"]);
        let [_, empty] = targets(&folder).await;
        refused(&mut copy(folder.path(), &empty, &app.url), &["service migrate"]);
    }

    /// Bots go on with their keys; what they repeat is answered as before.
    async fn bots_go_on_where_they_were(app) {
        fill_every_table(&app).await;
        let key = app.operator().post("/v1/bots/spin_bot/keys", json!({})).await.expect(201);
        let key = key["key"].as_str().unwrap();
        let path = format!("/v1/users/{FRIEND}/xp");
        let first = app.with_key(key).post_once("move", &path, json!({"amount": 7})).await.expect(200);
        let folder = TempDir::new().unwrap();
        for target in targets(&folder).await {
            run(&mut copy(folder.path(), &app.url, &target));
            let serving = Serving::start(service(folder.path()).env("DATABASE_URL", &target));
            let again = process::http::client().post(format!("{}{path}", serving.base));
            let again = again.bearer_auth(key).header("Idempotency-Key", "move");
            let again = again.json(&json!({"amount": 7})).send().await.unwrap();
            assert_eq!(again.headers()["idempotency-replayed"], "true");
            assert_eq!(again.json::<Value>().await.unwrap(), first);
            let held = get(&serving.base, &format!("/v1/users/{FRIEND}/export"), key).await.1;
            let mut before = app.with_key(key).get(&format!("/v1/users/{FRIEND}/export")).await.expect(200);
            before["exported_at"] = held["exported_at"].clone();
            assert_eq!(plain_numbers(held), plain_numbers(before));
        }
    }

    async fn a_copy_that_is_killed_is_run_again(app) {
        fill_every_table(&app).await;
        many_users(&app).await;
        let source = dump(&app.url).await;
        let folder = TempDir::new().unwrap();
        for target in targets(&folder).await {
            let mut killed = 0;
            for moment in 0..60 {
                let mut command = copy(folder.path(), &app.url, &target);
                let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                std::thread::sleep(Duration::from_millis(40 * moment));
                let ended = process.try_wait().unwrap().is_some();
                let _ = process.kill();
                process.wait().unwrap();
                if ended {
                    break;
                }
                killed += 1;
            }
            assert!(killed > 3, "{killed}");
            run(&mut copy(folder.path(), &app.url, &target));
            let mut arrived = dump(&target).await;
            arrived.insert("schema_migrations".to_owned(), source["schema_migrations"].clone());
            assert_eq!(arrived, source, "{target}");
        }
    }

    /// The source is one moment of it, whatever is written meanwhile.
    async fn a_copy_of_a_busy_database_adds_up(app) {
        fill_every_table(&app).await;
        let folder = TempDir::new().unwrap();
        for target in targets(&folder).await {
            let spin = app.spin();
            let earning = tokio::spawn(async move {
                loop {
                    let training = json!({"total_score": 3, "clarity_level": 1, "question_count": 1, "per_type_counts": {}, "xp": 2});
                    spin.post(&format!("/v1/users/{FRIEND}/trainings"), training).await.expect(201);
                }
            });
            let mut command = copy(folder.path(), &app.url, &target);
            let command = tokio::task::spawn_blocking(move || run(&mut command));
            command.await.unwrap();
            earning.abort();
            run(service(folder.path()).env("DATABASE_URL", &target).arg("verify"));
        }
    }
}

/// So many rows that copying them takes a while.
async fn many_users(app: &TestApp) {
    let insert = "INSERT INTO users (telegram_id, search, leaderboard_hidden, total_xp, xp_reached_at, level,
             total_trainings, total_score, registration_date, last_activity)
         SELECT 1000 + a.level + 10 * b.level + 100 * c.level + 1000 * d.level + 10000 * e.level,
             u.search, u.leaderboard_hidden, 0, u.xp_reached_at, 1, 0, 0, u.registration_date, u.last_activity
         FROM users u, levels a, levels b, levels c, levels d, levels e";
    change(&app.url, "DELETE FROM levels; INSERT INTO levels (level, min_xp) VALUES (0, 0), (1, 10), (2, 20), (3, 30), (4, 40), (5, 50), (6, 60)").await;
    change(&app.url, insert).await;
}
