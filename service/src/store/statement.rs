//! One SQL text, two databases.

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};
use uuid::{ContextV7, Uuid};

use crate::domain::time::Timestamp;

/// SQL as each database gets it. Declared in [`statements!`], which lists every one for the test
/// that prepares them all.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

/// One text for both.
pub(super) const fn both(sql: &'static str) -> Statement {
    Statement { sqlite: sql, postgres: sql }
}

/// Where an engine needs its own text, the two stand side by side.
pub(super) const fn each(sqlite: &'static str, postgres: &'static str) -> Statement {
    Statement { sqlite, postgres }
}

/// Declares a file's statements, each `NAME = both("…")` or `NAME = each("…", "…")`.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $statement:expr;)+) => {
        $($(#[$meta])* const $name: $crate::store::statement::Statement = $statement;)+
        pub(super) const STATEMENTS: &[$crate::store::statement::Statement] = &[$($name),+];
    };
}

/// Runs a statement: `sql!(connection, fetch_optional, STATEMENT, argument, …)`. The method is one
/// of sqlx's `fetch_one`, `fetch_optional`, `fetch_all`, or `execute`, which gives the number of
/// rows that it touched.
macro_rules! sql {
    ($connection:expr, execute, $statement:expr $(, $argument:expr)* $(,)?) => {{
        let statement: $crate::store::statement::Statement = $statement;
        let persistent = $connection.persistent();
        match $connection.engine() {
            $crate::store::statement::Engine::Sqlite(connection) => sqlx::query(statement.sqlite)
                .persistent(persistent)
                $(.bind($argument))*
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
            $crate::store::statement::Engine::Postgres(connection) => sqlx::query(statement.postgres)
                .persistent(persistent)
                $(.bind($argument))*
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
        }
    }};
    ($connection:expr, $method:ident, $statement:expr $(, $argument:expr)* $(,)?) => {{
        let statement: $crate::store::statement::Statement = $statement;
        let persistent = $connection.persistent();
        match $connection.engine() {
            $crate::store::statement::Engine::Sqlite(connection) => sqlx::query_as(statement.sqlite)
                .persistent(persistent)
                $(.bind($argument))*
                .$method(connection)
                .await,
            $crate::store::statement::Engine::Postgres(connection) => sqlx::query_as(statement.postgres)
                .persistent(persistent)
                $(.bind($argument))*
                .$method(connection)
                .await,
        }
    }};
}

pub(crate) use {sql, statements};

/// A borrowed connection of either database, for [`sql!`].
#[derive(Debug)]
pub(crate) enum Engine<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// What statements run on: a pooled connection for reading, or a transaction.
#[derive(Debug)]
pub struct Connection {
    handle: Handle,
    persistent: bool,
    now: Timestamp,
}

#[derive(Debug)]
pub(super) enum Handle {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    SqliteTransaction(Transaction<'static, Sqlite>),
    PostgresTransaction(Transaction<'static, Postgres>),
}

impl Connection {
    pub(super) fn new(handle: Handle, persistent: bool, now: Timestamp) -> Self {
        Self { handle, persistent, now }
    }

    pub(crate) fn engine(&mut self) -> Engine<'_> {
        match &mut self.handle {
            Handle::Sqlite(connection) => Engine::Sqlite(connection),
            Handle::SqliteTransaction(transaction) => Engine::Sqlite(transaction),
            Handle::Postgres(connection) => Engine::Postgres(connection),
            Handle::PostgresTransaction(transaction) => Engine::Postgres(transaction),
        }
    }

    /// Whether prepared statements may stay on the server: not behind a transaction pooler.
    pub(crate) fn persistent(&self) -> bool {
        self.persistent
    }

    /// The time of this operation; it stands still within it.
    pub fn now(&self) -> Timestamp {
        self.now
    }
}

/// A running transaction: what every statement that writes asks for.
#[derive(Debug)]
pub struct Tx {
    connection: Connection,
}

impl Tx {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// A new row id: a UUID of version 7, rising with time within this process.
    pub fn new_id(&self) -> Uuid {
        static CONTEXT: std::sync::Mutex<ContextV7> = std::sync::Mutex::new(ContextV7::new());
        let micros = self.connection.now.micros().max(0).unsigned_abs();
        let nanos = u32::try_from(micros % 1_000_000 * 1_000).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(&CONTEXT, micros / 1_000_000, nanos))
    }

    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        match self.connection.handle {
            Handle::SqliteTransaction(transaction) => transaction.commit().await,
            Handle::PostgresTransaction(transaction) => transaction.commit().await,
            Handle::Sqlite(_) | Handle::Postgres(_) => Ok(()),
        }
    }

    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self.connection.handle {
            Handle::SqliteTransaction(transaction) => transaction.rollback().await,
            Handle::PostgresTransaction(transaction) => transaction.rollback().await,
            Handle::Sqlite(_) | Handle::Postgres(_) => Ok(()),
        }
    }
}

impl std::ops::Deref for Tx {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}
