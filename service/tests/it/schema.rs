//! The schema of both databases, and the statements that run on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{new_postgres_database, options};
use service::domain::time::Clock;
use service::store::migrate::{self, SchemaError};
use service::store::{Store, statements};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqlSafeStr, SqliteConnection};
use tempfile::TempDir;

/// How many there are.
const MIGRATIONS: usize = 2;

fn sqlite_url(folder: &TempDir) -> String {
    format!("sqlite:///{}/test.db", folder.path().display())
}

async fn connect(url: &str) -> Store {
    Store::connect(&options(url), Clock::System).await.unwrap()
}

/// A migrated database of each kind.
async fn databases(folder: &TempDir) -> (SqliteConnection, PgConnection) {
    let urls = [sqlite_url(folder), new_postgres_database().await];
    for url in &urls {
        migrate::migrate(&connect(url).await).await.unwrap();
    }
    let file = format!("sqlite://{}/test.db", folder.path().display());
    let sqlite = SqliteConnection::connect(&file).await.unwrap();
    (sqlite, PgConnection::connect(&urls[1]).await.unwrap())
}

#[tokio::test]
async fn every_statement_is_valid_on_both_databases() {
    let folder = TempDir::new().unwrap();
    let (mut sqlite, mut postgres) = databases(&folder).await;
    let mut count = 0;
    for statement in statements() {
        let on_sqlite = sqlite.prepare(AssertSqlSafe(statement.sqlite).into_sql_str()).await;
        assert!(on_sqlite.is_ok(), "{}\n{:?}", statement.sqlite, on_sqlite.err());
        let on_postgres = postgres.prepare(AssertSqlSafe(statement.postgres).into_sql_str()).await;
        assert!(on_postgres.is_ok(), "{}\n{:?}", statement.postgres, on_postgres.err());
        // What only one engine has, a time that is not the clock's, a lock that outlives its
        // transaction.
        let text = format!("{} {}", statement.sqlite, statement.postgres).to_lowercase();
        for word in ["now()", "current_timestamp", "any(", "ilike", "offset", "pg_advisory_lock"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        count += 1;
    }
    assert!(count > 80, "only {count} statements are listed");
}

/// Table -> column -> whether it can be null.
type Schema = BTreeMap<String, BTreeMap<String, bool>>;

fn schema(columns: impl IntoIterator<Item = (String, String, bool)>) -> Schema {
    let mut schema = Schema::new();
    for (table, column, nullable) in columns {
        schema.entry(table).or_default().insert(column, nullable);
    }
    schema
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_keys() {
    let folder = TempDir::new().unwrap();
    let (mut sqlite, mut postgres) = databases(&folder).await;
    let sqlite_columns = sqlx::query(
        "SELECT m.name, c.name, c.\"notnull\" = 0 AND c.pk = 0, c.pk FROM sqlite_master m
         JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.pk, c.cid",
    )
    .fetch_all(&mut sqlite)
    .await
    .unwrap();
    let postgres_columns = sqlx::query(
        "SELECT table_name::text, column_name::text, is_nullable = 'YES'
         FROM information_schema.columns WHERE table_schema = 'public'",
    )
    .fetch_all(&mut postgres)
    .await
    .unwrap();
    let on_sqlite = schema(sqlite_columns.iter().map(|row| (row.get(0), row.get(1), row.get(2))));
    let on_postgres =
        schema(postgres_columns.iter().map(|row| (row.get(0), row.get(1), row.get(2))));
    assert_eq!(on_sqlite, on_postgres);
    assert!(on_sqlite.len() > 20, "{:?}", on_sqlite.keys());

    let sqlite_keys = sqlite_columns.iter().filter(|row| row.get::<i64, _>(3) > 0);
    let mut keys_on_sqlite = BTreeMap::<String, Vec<String>>::new();
    for row in sqlite_keys {
        keys_on_sqlite.entry(row.get(0)).or_default().push(row.get(1));
    }
    let postgres_keys = sqlx::query(
        "SELECT k.table_name::text, k.column_name::text FROM information_schema.table_constraints c
         JOIN information_schema.key_column_usage k USING (constraint_name, table_name)
         WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = 'public'
         ORDER BY k.table_name, k.ordinal_position",
    )
    .fetch_all(&mut postgres)
    .await
    .unwrap();
    let mut keys_on_postgres = BTreeMap::<String, Vec<String>>::new();
    for row in &postgres_keys {
        keys_on_postgres.entry(row.get(0)).or_default().push(row.get(1));
    }
    assert_eq!(keys_on_sqlite, keys_on_postgres);
}

/// The rule that lets the database be sharded by user.
#[tokio::test]
async fn telegram_id_leads_every_key_of_every_table_of_a_user() {
    let folder = TempDir::new().unwrap();
    let (_, mut postgres) = databases(&folder).await;
    let unique = sqlx::query(
        "SELECT t.relname::text, a.attname::text FROM pg_index i
         JOIN pg_class t ON t.oid = i.indrelid
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
         WHERE i.indisunique AND t.relnamespace = 'public'::regnamespace AND EXISTS (
             SELECT 1 FROM pg_attribute u
             WHERE u.attrelid = t.oid AND u.attname = 'telegram_id')",
    )
    .fetch_all(&mut postgres)
    .await
    .unwrap();
    let led: BTreeSet<(String, String)> =
        unique.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert!(led.iter().all(|(_, column)| column == "telegram_id"), "{led:?}");
    let tables: BTreeSet<_> = led.iter().map(|(table, _)| table.as_str()).collect();
    for table in ["users", "bot_sessions", "xp_events", "payments", "idempotency_keys"] {
        assert!(tables.contains(table), "{table} has no unique key");
    }
}

/// Every file of the one folder has its pair in the other.
#[test]
fn migrations_come_in_pairs() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = format!("{}/../migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(names("sqlite").contains("0001_initial.sql"));
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_start_at_once_migrate_once() {
    let folder = TempDir::new().unwrap();
    for url in [sqlite_url(&folder), new_postgres_database().await] {
        let start =
            |url: String| async move { migrate::migrate(&connect(&url).await).await.unwrap() };
        let replicas: Vec<_> = (0..8).map(|_| tokio::spawn(start(url.clone()))).collect();
        let mut applied = 0;
        for replica in replicas {
            applied += replica.await.unwrap();
        }
        assert_eq!(applied, MIGRATIONS, "{url}");
    }
}

/// What was written before a start is there after it: the levels that the first migration fills
/// in, changed by an operator.
#[tokio::test]
async fn a_second_start_leaves_rows_alone() {
    let folder = TempDir::new().unwrap();
    for url in [sqlite_url(&folder), new_postgres_database().await] {
        let store = connect(&url).await;
        assert_eq!(migrate::migrate(&store).await.unwrap(), MIGRATIONS);
        let levels = store.read(|c| Box::pin(service::store::levels::list(c))).await.unwrap();
        let min_xp: Vec<_> = levels.iter().map(|level| level.min_xp.get()).collect();
        assert_eq!(min_xp, [0, 501, 1501, 3001, 5001]);
        let two = &levels[..2];
        store.write(|tx| Box::pin(service::store::levels::replace(tx, two))).await.unwrap();
        assert_eq!(migrate::migrate(&store).await.unwrap(), 0);
        let kept = store.read(|c| Box::pin(service::store::levels::list(c))).await.unwrap();
        assert_eq!(kept, two);
    }
}

pub(crate) async fn run(url: &str, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite") {
        let file = url.replacen("sqlite:///", "sqlite://", 1) + "?mode=rwc";
        let mut connection = SqliteConnection::connect(&file).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    }
}

#[tokio::test]
async fn a_database_of_somebody_else_is_refused() {
    let folder = TempDir::new().unwrap();
    for url in [sqlite_url(&folder), new_postgres_database().await] {
        run(&url, "CREATE TABLE users (id INTEGER, telegram_id INTEGER)").await;
        let refused = migrate::migrate(&connect(&url).await).await.unwrap_err();
        assert!(matches!(refused, SchemaError::OldBot), "{refused}");
        assert!(refused.to_string().contains("service import database"), "{refused}");
    }
}

#[tokio::test]
async fn a_newer_or_changed_schema_is_refused() {
    let folder = TempDir::new().unwrap();
    for url in [sqlite_url(&folder), new_postgres_database().await] {
        let store = connect(&url).await;
        migrate::migrate(&store).await.unwrap();
        run(
            &url,
            "INSERT INTO schema_migrations
             SELECT 9999, 'from the future', checksum, applied_at FROM schema_migrations
             WHERE version = 1",
        )
        .await;
        let refused = migrate::migrate(&store).await.unwrap_err();
        assert!(matches!(refused, SchemaError::Newer { version: 9999, .. }), "{refused}");
        run(&url, "DELETE FROM schema_migrations WHERE version = 9999").await;
        migrate::check(&store).await.unwrap();
        let hash = if url.starts_with("sqlite") { "x'00'" } else { "'\\x00'" };
        run(&url, &format!("UPDATE schema_migrations SET checksum = {hash}")).await;
        let refused = migrate::check(&store).await.unwrap_err();
        assert!(matches!(refused, SchemaError::Different { version: 1, .. }), "{refused}");
    }
}
