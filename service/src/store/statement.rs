//! One SQL text, two databases.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};
use uuid::{ContextV7, Uuid};

use super::durable::{Commit, Log};
use crate::domain::time::{Clock, Timestamp};

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
                .map(|done| done.rows_affected())
                .map_err($crate::error::Error::from),
            $crate::store::statement::Engine::Postgres(connection) => sqlx::query(statement.postgres)
                .persistent(persistent)
                $(.bind($argument))*
                .execute(connection)
                .await
                .map(|done| done.rows_affected())
                .map_err($crate::error::Error::from),
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
                .await
                .map_err($crate::error::Error::from),
            $crate::store::statement::Engine::Postgres(connection) => sqlx::query_as(statement.postgres)
                .persistent(persistent)
                $(.bind($argument))*
                .$method(connection)
                .await
                .map_err($crate::error::Error::from),
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

/// What statements run on: a pooled connection for reading, or a transaction. `'env` is how long
/// the things live that the operation on it borrows.
#[derive(Debug)]
pub struct Connection<'env> {
    handle: Handle,
    persistent: bool,
    clock: Clock,
    now: Timestamp,
    env: PhantomData<&'env ()>,
}

#[derive(Debug)]
pub(super) enum Handle {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    SqliteTransaction(Transaction<'static, Sqlite>),
    PostgresTransaction(Transaction<'static, Postgres>),
}

impl Connection<'_> {
    pub(super) fn new(handle: Handle, persistent: bool, clock: &Clock) -> Self {
        let (clock, now) = (clock.clone(), clock.now());
        Self { handle, persistent, clock, now, env: PhantomData }
    }

    pub(crate) fn engine(&mut self) -> Engine<'_> {
        match &mut self.handle {
            Handle::Sqlite(connection) => Engine::Sqlite(connection),
            Handle::SqliteTransaction(transaction) => Engine::Sqlite(transaction),
            Handle::Postgres(connection) => Engine::Postgres(connection),
            Handle::PostgresTransaction(transaction) => Engine::Postgres(transaction),
        }
    }

    /// Ends the transaction, if this is one, and undoes what it wrote.
    pub(super) async fn end(self) -> Result<(), sqlx::Error> {
        match self.handle {
            Handle::SqliteTransaction(transaction) => transaction.rollback().await,
            Handle::PostgresTransaction(transaction) => transaction.rollback().await,
            Handle::Sqlite(_) | Handle::Postgres(_) => Ok(()),
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
pub struct Tx<'env> {
    connection: Connection<'env>,
    /// Of a statement that commits by itself.
    commit: Option<Commit>,
    counted: Vec<(&'static str, u64)>,
}

impl<'env> Tx<'env> {
    pub(super) fn new(connection: Connection<'env>, commit: Option<Commit>) -> Self {
        Self { connection, commit, counted: Vec::new() }
    }

    /// Adds to a counter, if and when this transaction is committed.
    pub fn count(&mut self, counter: &'static str, amount: u64) {
        self.counted.push((counter, amount));
    }

    /// Takes the time anew, after somebody else was waited for.
    pub(super) fn renew_now(&mut self) {
        self.connection.now = self.connection.clock.now();
    }

    /// A new row id: a UUID of version 7, rising with time within this process.
    pub fn new_id(&self) -> Uuid {
        static CONTEXT: std::sync::Mutex<ContextV7> = std::sync::Mutex::new(ContextV7::new());
        let micros = self.connection.now.micros().max(0).unsigned_abs();
        let nanos = u32::try_from(micros % 1_000_000 * 1_000).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(&CONTEXT, micros / 1_000_000, nanos))
    }

    /// `log`: of a SQLite file, where the commit is counted.
    pub(super) async fn commit(self, log: Option<&Log>) -> Result<(), sqlx::Error> {
        match self.connection.handle {
            Handle::SqliteTransaction(transaction) => {
                let commit = log.map(Log::commit);
                // In a task of its own: it is over when it is, also if nobody waits any more.
                let committed = tokio::spawn(async move {
                    let committed = transaction.commit().await;
                    drop(commit);
                    committed
                });
                committed.await.map_err(|_| sqlx::Error::WorkerCrashed)??;
            }
            Handle::PostgresTransaction(transaction) => transaction.commit().await?,
            Handle::Sqlite(_) | Handle::Postgres(_) => drop(self.commit),
        }
        for (counter, amount) in self.counted {
            metrics::counter!(counter).increment(amount);
        }
        Ok(())
    }

    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.connection.end().await
    }
}

impl<'env> Deref for Tx<'env> {
    type Target = Connection<'env>;

    fn deref(&self) -> &Connection<'env> {
        &self.connection
    }
}

impl<'env> DerefMut for Tx<'env> {
    fn deref_mut(&mut self) -> &mut Connection<'env> {
        &mut self.connection
    }
}
