//! What is imported, and from where.

use std::path::{Path, PathBuf};

use service::domain::bounds::BotName;
use service::legacy::{self, ImportOptions, Report};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row, SqliteConnection};
use tempfile::TempDir;

use crate::support::{TestApp, new_postgres_database};

pub(crate) async fn import(app: &TestApp, url: &str) -> Report {
    import_with(app, url, &options()).await
}

pub(crate) async fn import_with(app: &TestApp, url: &str, options: &ImportOptions) -> Report {
    let report = legacy::import_database(&app.store, url, options).await;
    accounted(report.unwrap())
}

pub(crate) async fn import_json(app: &TestApp, file: &Path) -> Report {
    let report = legacy::import_json(&app.store, file, &options()).await;
    accounted(report.unwrap())
}

pub(crate) fn options() -> ImportOptions {
    ImportOptions {
        bot_name: BotName::new("spin_bot").unwrap(),
        channel: None,
        trust_stats: false,
        dry_run: false,
    }
}

/// The report, if it accounts for every row.
fn accounted(report: Report) -> Report {
    for (table, tally) in &report.tables {
        let sum = tally.written + tally.already_there + tally.merged + tally.skipped;
        assert_eq!(tally.read, sum, "{table} in {report}");
    }
    report
}

pub(crate) fn legacy_file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "data", "legacy", name].iter().collect()
}

pub(crate) fn legacy_url() -> String {
    url_of(&legacy_file("spin_bot.db"))
}

pub(crate) fn url_of(file: &Path) -> String {
    format!("sqlite+aiosqlite:///{}", file.display())
}

/// A copy of the legacy database that these statements changed.
pub(crate) async fn changed(folder: &TempDir, statements: &str) -> PathBuf {
    let file = folder.path().join("old.db");
    std::fs::copy(legacy_file("spin_bot.db"), &file).unwrap();
    let options = SqliteConnectOptions::new().filename(&file).foreign_keys(false);
    let mut connection = options.connect().await.unwrap();
    let statements = AssertSqlSafe(statements.to_owned());
    sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    file
}

pub(crate) async fn open_legacy() -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(legacy_file("spin_bot.db"));
    options.read_only(true).connect().await.unwrap()
}

/// The old database as it was on PostgreSQL, where ids of users have 32 bits.
pub(crate) async fn old_postgres() -> String {
    let url = new_postgres_database().await;
    let options: PgConnectOptions = url.parse().unwrap();
    let mut postgres = options.connect().await.unwrap();
    let schema = include_str!("old_postgres.sql");
    sqlx::raw_sql(schema).execute(&mut postgres).await.unwrap();
    let mut sqlite = open_legacy().await;
    for table in [
        "users",
        "promocodes",
        "training_users",
        "user_badges",
        "subscriptions",
        "payments",
        "promocode_usage",
        "free_trainings",
        "bot_sessions",
        "training_history",
    ] {
        copy(&mut sqlite, &mut postgres, table).await;
    }
    url
}

/// Copies the rows of users whose id has 32 bits.
async fn copy(sqlite: &mut SqliteConnection, postgres: &mut PgConnection, table: &str) {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT column_name::text, udt_name::text FROM information_schema.columns
         WHERE table_name = $1 AND table_schema = current_schema() ORDER BY ordinal_position",
    )
    .bind(table)
    .fetch_all(&mut *postgres)
    .await
    .unwrap();
    let list = |each: &dyn Fn(usize, &(String, String)) -> String| {
        let each: Vec<_> = columns.iter().enumerate().map(|(i, column)| each(i, column)).collect();
        each.join(", ")
    };
    let names = list(&|_, (name, _)| name.clone());
    let texts = list(&|_, (name, _)| format!("CAST({name} AS TEXT)"));
    let values = list(&|i, (_, kind)| format!("CAST(${} AS {kind})", i + 1));
    let small = match table {
        "users" | "training_users" => "telegram_id < 2147483648",
        "promocodes" => "TRUE",
        _ => "user_id IN (SELECT id FROM users WHERE telegram_id < 2147483648)",
    };
    let read = AssertSqlSafe(format!("SELECT {texts} FROM {table} WHERE {small}"));
    let insert = format!("INSERT INTO {table} ({names}) VALUES ({values})");
    for row in sqlx::query(read).fetch_all(sqlite).await.unwrap() {
        let mut insert = sqlx::query(AssertSqlSafe(insert.clone()));
        for i in 0..columns.len() {
            insert = insert.bind(row.get::<Option<String>, _>(i));
        }
        insert.execute(&mut *postgres).await.unwrap();
    }
}
