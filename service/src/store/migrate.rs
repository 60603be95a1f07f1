//! Brings the schema up to date.
//!
//! sqlx's own runner takes a session-level lock, which a pooler in transaction mode does not keep.
//! So sqlx embeds and numbers the files, and they are run here: all that are missing in one
//! transaction, behind a lock that belongs to that transaction.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;
use sqlx::migrate::{Migration, Migrator};

use super::statement::{Engine, both, each, sql, statements};
use super::{Connection, Store, Tx};
use crate::error::Error;

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// Any number that nothing else locks on the same database.
const LOCK: i64 = 0x5350_494e; // "SPIN"

statements! {
    CREATE_TABLE = each(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
            version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL,
            checksum BLOB NOT NULL, applied_at TEXT NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS schema_migrations (
            version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL,
            checksum BYTEA NOT NULL, applied_at TIMESTAMPTZ NOT NULL)",
    );
    TABLES = each(
        "SELECT name FROM sqlite_master WHERE type = 'table'",
        "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
    );
    APPLIED = both("SELECT version, name, checksum FROM schema_migrations");
    RECORD = both(
        "INSERT INTO schema_migrations (version, name, checksum, applied_at)
         VALUES ($1, $2, $3, $4)",
    );
}

/// Why the schema is not, and cannot be made, the one that this binary works with.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error(
        "The database holds the tables of the old bot and none of this service. Give the service \
         a database of its own and load the old one into it with: service import database URL"
    )]
    OldBot,
    #[error(
        "The database's schema is newer than this binary: it has migration {version} ({name}). \
         Run the newer service, or restore the backup that was made before the upgrade."
    )]
    Newer { version: i64, name: String },
    #[error(
        "Migration {version} ({name}) in the database is not the one in this binary. The binary \
         was built from other sources; run the one that made the database."
    )]
    Different { version: i64, name: String },
    #[error("The database lacks {0} migrations. Run: service migrate")]
    Missing(usize),
    #[error(transparent)]
    Store(#[from] Error),
}

/// Applies the migrations that are missing and says how many they were. Several processes may do
/// this at once: one does it, the others wait.
pub async fn migrate(store: &Store) -> Result<usize, SchemaError> {
    match check(store).await {
        Err(SchemaError::Missing(_)) => {
            store.use_wal().await?;
            store.write(|tx| Box::pin(apply_missing(tx))).await?
        }
        other => other.map(|()| 0),
    }
}

/// Succeeds if the schema is the one that this binary works with.
pub async fn check(store: &Store) -> Result<(), SchemaError> {
    store.read(|connection| Box::pin(async { Ok::<_, Error>(check_on(connection).await) })).await?
}

/// The outer error undoes the transaction; the inner one has found nothing to undo.
async fn apply_missing(tx: &mut Tx<'_>) -> Result<Result<usize, SchemaError>, Error> {
    lock(tx).await?;
    sql!(tx, execute, CREATE_TABLE)?;
    let missing = match missing(tx).await {
        Ok(missing) => missing,
        Err(SchemaError::Store(error)) => return Err(error),
        Err(error) => return Ok(Err(error)),
    };
    for migration in &missing {
        apply(tx, migration).await?;
    }
    Ok(Ok(missing.len()))
}

async fn check_on(connection: &mut Connection<'_>) -> Result<(), SchemaError> {
    let tables: Vec<(String,)> = sql!(connection, fetch_all, TABLES)?;
    let has = |name: &str| tables.iter().any(|(table,)| table == name);
    if !has("schema_migrations") {
        if has("users") || has("bot_sessions") {
            return Err(SchemaError::OldBot);
        }
        return Err(SchemaError::Missing(migrations(connection).count()));
    }
    match missing(connection).await?.len() {
        0 => Ok(()),
        count => Err(SchemaError::Missing(count)),
    }
}

/// The migrations to apply, in order.
async fn missing(connection: &mut Connection<'_>) -> Result<Vec<&'static Migration>, SchemaError> {
    let rows: Vec<(i64, String, Vec<u8>)> = sql!(connection, fetch_all, APPLIED)?;
    let mut applied: BTreeMap<i64, (String, Vec<u8>)> =
        rows.into_iter().map(|(version, name, sum)| (version, (name, sum))).collect();
    let mut missing = Vec::new();
    for migration in migrations(connection) {
        match applied.remove(&migration.version) {
            None => missing.push(migration),
            Some((_, checksum)) if *checksum == *migration.checksum => {}
            Some((name, _)) => {
                return Err(SchemaError::Different { version: migration.version, name });
            }
        }
    }
    match applied.pop_last() {
        Some((version, (name, _))) => Err(SchemaError::Newer { version, name }),
        None => Ok(missing),
    }
}

fn migrations(connection: &mut Connection<'_>) -> impl Iterator<Item = &'static Migration> {
    match connection.engine() {
        Engine::Sqlite(_) => SQLITE.iter(),
        Engine::Postgres(_) => POSTGRES.iter(),
    }
}

/// Keeps other processes that start at the same time out until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>) -> Result<(), Error> {
    match tx.engine() {
        // BEGIN IMMEDIATE has locked the file.
        Engine::Sqlite(_) => Ok(()),
        Engine::Postgres(connection) => {
            sqlx::query("SELECT pg_advisory_xact_lock($1)")
                .bind(LOCK)
                .persistent(false)
                .execute(connection)
                .await?;
            Ok(())
        }
    }
}

async fn apply(tx: &mut Tx<'_>, migration: &Migration) -> Result<(), Error> {
    let name = migration.description.as_ref();
    tracing::info!(version = migration.version, name, "applying migration");
    let text = AssertSqlSafe(migration.sql.as_str().to_owned());
    match tx.engine() {
        Engine::Sqlite(connection) => sqlx::raw_sql(text).execute(connection).await.map(drop)?,
        Engine::Postgres(connection) => sqlx::raw_sql(text).execute(connection).await.map(drop)?,
    }
    let now = tx.now();
    let checksum = migration.checksum.as_ref();
    sql!(tx, execute, RECORD, migration.version, name, checksum, now)?;
    Ok(())
}
