//! A database of every earlier schema, with rows in it, becomes one of the present schema, and what
//! was in it is of use.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::schema::run;
use crate::support::rows::dump;
use crate::support::{Engine, LIMITS, TestApp, new_database};
use serde_json::{Value, json};
use service::api::RateLimit;
use sqlx::migrate::{Migration, Migrator};
use tempfile::TempDir;

/// Its hash is among the rows.
const KEY: &str = "spn_0123456789ABCDEFGHIJKLMNOPQRST0ZzLji";

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The rows that stand for this migration, as the engine is told of them; none if it adds no table.
fn rows(migration: &Migration, engine: Engine) -> String {
    let (number, name) = (migration.version, migration.description.replace(' ', "_"));
    let file = folder(&format!("tests/data/rows/{number:04}_{name}.sql"));
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut parts = text.split("X'");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        written += match (engine, part.find('\'')) {
            (Engine::Sqlite, _) => "X'",
            (Engine::Postgres, Some(32)) => "'",
            (Engine::Postgres, _) => "'\\x",
        };
        written += part;
    }
    written
}

/// Brings an empty database to where these migrations lead, with rows in it.
async fn fill(url: &str, engine: Engine, migrations: &[Migration]) {
    let (bytes, time) = match engine {
        Engine::Sqlite => ("BLOB", "TEXT"),
        Engine::Postgres => ("BYTEA", "TIMESTAMPTZ"),
    };
    let applied = format!(
        "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL,
             checksum {bytes} NOT NULL, applied_at {time} NOT NULL)"
    );
    run(url, &applied).await;
    for migration in migrations {
        run(url, migration.sql.as_str()).await;
        run(url, &rows(migration, engine)).await;
        let checksum: String = migration.checksum.iter().map(|b| format!("{b:02x}")).collect();
        let start = if engine == Engine::Sqlite { "X'" } else { "'\\x" };
        let applied = format!(
            "INSERT INTO schema_migrations VALUES ({}, '{}', {start}{checksum}', '2026-11-01T00:00:00.000000Z')",
            migration.version, migration.description
        );
        run(url, &applied).await;
    }
}

async fn every_upgrade_keeps_what_was_there(engine: Engine) {
    let name = if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
    let migrations = Migrator::new(folder("../migrations").join(name)).await.unwrap();
    let migrations: Vec<Migration> = migrations.iter().cloned().collect();
    assert!(!migrations.is_empty());
    for applied in 1..=migrations.len() {
        let folder = Arc::new(TempDir::new().unwrap());
        let url = new_database(engine, &folder).await;
        fill(&url, engine, &migrations[..applied]).await;
        let limit = RateLimit::new(0, 0);
        let app = TestApp::start_on(engine, url, folder, limit, LIMITS).await;
        for (table, rows) in dump(&app.url).await {
            assert!(!rows.is_empty(), "tests/data/rows puts nothing into {table}");
        }
        what_was_there_is_of_use(&app).await;
    }
}

async fn what_was_there_is_of_use(app: &TestApp) {
    let spin = app.with_key(KEY);
    let export = spin.get("/v1/users/1/export").await.expect(200);
    let counts = [
        "sessions",
        "xp_events",
        "badges",
        "subscriptions",
        "free_trainings",
        "access_events",
        "payments",
        "promocodes",
        "trainings",
        "activity",
    ]
    .map(|list| export[list].as_array().unwrap().len());
    assert_eq!(counts, [1, 1, 1, 2, 2, 5, 1, 1, 1, 1]);
    assert_eq!(
        export["user"],
        json!({
            "telegram_id": 1, "username": "johndoe", "first_name": "John", "last_name": null, "language_code": "en",
            "leaderboard_hidden": false, "total_xp": 150, "level": 1, "total_trainings": 1, "total_score": 150,
            "registration_date": "2026-11-01T10:00:00.000001Z", "last_activity": "2026-11-20T10:00:00.000001Z"
        })
    );
    let session = &export["sessions"][0];
    assert_eq!(
        (&session["session"], &session["version"]),
        (&json!({"chat_state": "new", "n": 0.1}), &json!(7))
    );

    // What was done once is not done again.
    let again = app.spin().post_once("k", "/v1/users/1/xp", json!({"amount": 150})).await;
    assert_eq!(
        (again.header("idempotency-replayed"), again.expect(200)["total_xp"].clone()),
        (Some("true"), json!(150))
    );
    spin.post("/v1/users/1/promocodes/hello/redeem", json!({}))
        .await
        .expect_problem(409, "promocode_already_used");
    let bonus = json!({"count": 2, "source": "channel", "reference": "@spin"});
    assert_eq!(spin.post("/v1/users/1/free-trainings", bonus).await.expect(200)["granted"], false);
    assert_eq!(
        spin.post("/v1/users/1/badges", json!({"badge_type": "first"})).await.expect(200)["awarded"],
        false
    );
    let charge = json!({"provider": "telegram_stars", "charge_id": "charge", "tariff": "month", "amount": 500, "currency": "XTR"});
    assert_eq!(
        spin.post("/v1/users/1/payments", charge).await.expect(200)["created_at"],
        "2026-11-01T10:00:00.000001Z"
    );

    // And what is done now goes on from there.
    let back = "/v1/users/1/access/019ab0c2-7f3e-7c51-9d35-3c1fe8a1c90f/return";
    assert_eq!(spin.post(back, json!({})).await.expect(200)["remaining"], 5);
    let training = json!({"total_score": 1, "clarity_level": 1, "question_count": 1, "per_type_counts": {},
        "xp": 351, "session": {}, "if_version": 7});
    let finished = spin.post("/v1/users/1/trainings", training).await.expect(201);
    assert_eq!(
        (&finished["xp"]["total_xp"], &finished["xp"]["new_level"], &finished["version"]),
        (&json!(501), &json!(2), &json!(8))
    );
    let refund = "/v1/users/1/payments/telegram_stars/charge/refund";
    assert_eq!(spin.post(refund, json!({})).await.expect(200)["status"], "refunded");
    assert_eq!(
        spin.get("/v1/users/1/access").await.expect(200)["details"],
        json!({"credits_left": 5})
    );
    let board = |board: Value| {
        board["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| place["xp"].clone())
            .collect::<Value>()
    };
    for query in ["", "?period=week"] {
        let places = spin.get(&format!("/v1/leaderboard{query}")).await.expect(200);
        assert_eq!(board(places), json!([501]), "{query}");
    }
    spin.delete("/v1/users/1").await.expect(204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_upgrade_of_sqlite_keeps_what_was_there() {
    every_upgrade_keeps_what_was_there(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_upgrade_of_postgres_keeps_what_was_there() {
    every_upgrade_keeps_what_was_there(Engine::Postgres).await;
}
