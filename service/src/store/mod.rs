//! All SQL, and the only place that knows which database it is.
//!
//! Reading happens in [`Store::read`], writing only in [`Store::write`]: functions that write take
//! a [`Tx`], which nothing else can make.

pub mod access;
pub mod activity;
pub mod badges;
pub mod bots;
mod durable;
pub mod erased;
pub mod figures;
pub mod file;
mod gather;
pub mod idempotency;
pub mod import;
pub mod keys;
pub mod leaderboard;
pub mod levels;
pub mod lock;
mod measure;
pub mod migrate;
mod open;
pub mod payments;
pub mod promocodes;
mod replica;
pub mod rows;
pub mod sessions;
mod statement;
pub mod tables;
pub mod tariffs;
pub mod trainings;
pub mod url;
pub mod users;
mod values;
pub mod verify;
pub mod xp;

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::{PgPool, SqlStr, SqlitePool, Transaction};
use tokio::sync::{Mutex, MutexGuard};

use self::activity::Visit;
use self::durable::Log;
use self::gather::Gather;
use self::lock::Lock;
use self::measure::{POSTGRES, READERS, REPLICA, WRITER};
use self::open::TURNS;
use self::replica::Replica;
use self::sessions::{Peek, Put};
pub use self::statement::{Connection, Statement, Tx};
use self::statement::{Handle, each};
use self::url::DatabaseUrl;
use crate::domain::bounds::TelegramId;
use crate::domain::once::Once;
use crate::domain::time::Clock;
use crate::domain::training::FinishTraining;
use crate::domain::xp::AddXp;
use crate::error::Error;
use crate::metrics::TRANSACTION_RETRIES;

/// How often a transaction is tried that others keep getting in the way of.
const ATTEMPTS: u32 = 10;

/// On SQLite a deferred transaction that reads first cannot be upgraded once somebody else wrote. On
/// PostgreSQL the rows that an operation changes are locked by it, so that this level suffices
/// whatever the server's default is.
const BEGIN: Statement = each("BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL READ COMMITTED");

/// Of several requests: what has to wait for longer goes by itself, and what this process has locked
/// is free soon after it has stopped or cannot be reached.
const BEGIN_TOGETHER: Statement = each(
    "BEGIN IMMEDIATE",
    "BEGIN ISOLATION LEVEL READ COMMITTED;
     SET LOCAL lock_timeout = '500ms'; SET LOCAL idle_in_transaction_session_timeout = '5s'",
);

/// A running operation. It is boxed because the compiler cannot see that the future of an async
/// closure can be sent to another thread (rust-lang/rust#110338).
pub type Operation<'c, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'c>>;

/// How the database is reached. Ranges and defaults: docs/operations.md.
#[derive(Debug, Clone)]
pub struct Options {
    pub url: DatabaseUrl,
    pub max_connections: u32,
    pub acquire_timeout: Duration,
    /// A connection that was idle for longer is pinged before it is used.
    pub ping_after_idle: Duration,
    /// A connection is replaced at this age.
    pub max_lifetime: Duration,
    pub log_statements: bool,
    /// False behind a pooler that gives each transaction another server connection.
    pub persistent_statements: bool,
}

#[derive(Debug, Clone)]
enum Pools {
    /// In memory there is no log, and one connection for all.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        log: Option<Log>,
        lock: Option<Arc<Lock>>,
    },
    Postgres(PgPool),
}

/// The database behind everything.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Pools,
    puts: Arc<Gather<Put>>,
    opens: Arc<Gather<Peek>>,
    visits: Arc<Gather<Visit>>,
    additions: Arc<Gather<Once<AddXp>>>,
    trainings: Arc<Gather<Once<FinishTraining>>>,
    turns: Arc<[Mutex<()>]>,
    replica: Option<Arc<Replica>>,
    persistent: bool,
    clock: Clock,
}

impl Store {
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Runs `operation` on a connection for reading, each statement by itself.
    pub async fn read<'env, T>(
        &self,
        operation: impl for<'c> FnOnce(&'c mut Connection<'env>) -> Operation<'c, T>,
    ) -> Result<T, Error> {
        let outcome = self.read_undurable(operation).await;
        self.durable().await;
        outcome
    }

    /// As [`Store::read`], but nothing of it may be told before [`Store::durable`], or before
    /// something is written that comes after it.
    pub async fn read_undurable<'env, T>(
        &self,
        operation: impl for<'c> FnOnce(&'c mut Connection<'env>) -> Operation<'c, T>,
    ) -> Result<T, Error> {
        let handle = match &self.pools {
            Pools::Sqlite { readers, .. } => {
                Handle::Sqlite(measure::wait(READERS, readers.acquire()).await?)
            }
            Pools::Postgres(pool) => self.postgres_reader(POSTGRES, pool).await?,
        };
        self.read_by(handle, operation).await
    }

    /// Runs `operation` as [`Store::read`] does, on the replica if there is one that is fit for it:
    /// for what may be a few seconds old and decides nothing.
    pub async fn read_stale<'env, T>(
        &self,
        operation: impl for<'c> Fn(&'c mut Connection<'env>) -> Operation<'c, T>,
    ) -> Result<T, Error> {
        if let Some(replica) = &self.replica {
            let read = async {
                let handle = self.postgres_reader(REPLICA, &replica.pool).await?;
                self.read_by(handle, &operation).await
            };
            if let Some(answer) = replica.answer(read).await {
                return Ok(answer);
            }
        }
        self.read(operation).await
    }

    async fn postgres_reader(
        &self,
        name: &'static str,
        pool: &PgPool,
    ) -> Result<Handle, sqlx::Error> {
        if self.persistent {
            return measure::wait(name, pool.acquire()).await.map(Handle::Postgres);
        }
        // Such a pooler may change the server's connection between preparing a statement and
        // running it, but not within a transaction.
        begin_postgres(name, pool, "BEGIN READ ONLY").await
    }

    async fn read_by<'env, T>(
        &self,
        handle: Handle,
        operation: impl for<'c> FnOnce(&'c mut Connection<'env>) -> Operation<'c, T>,
    ) -> Result<T, Error> {
        let mut connection = Connection::new(handle, self.persistent, &self.clock);
        let outcome = operation(&mut connection).await;
        connection.end().await?;
        outcome
    }

    /// Runs `operation` on one state of the database, whatever is written meanwhile.
    pub async fn snapshot<'env, T>(
        &self,
        operation: impl for<'c> FnOnce(&'c mut Connection<'env>) -> Operation<'c, T>,
    ) -> Result<T, Error> {
        let handle = match &self.pools {
            Pools::Sqlite { readers, .. } => {
                Handle::SqliteTransaction(readers.begin_with("BEGIN").await?)
            }
            Pools::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                begin_postgres(POSTGRES, pool, begin).await?
            }
        };
        let mut connection = Connection::new(handle, self.persistent, &self.clock);
        let outcome = operation(&mut connection).await;
        connection.end().await?;
        outcome
    }

    /// Runs `operation` in a transaction that is committed if it succeeds, and undone if it fails.
    /// Where another transaction got in the way, all of it is run again.
    pub async fn write<'env, T>(
        &self,
        operation: impl for<'c> Fn(&'c mut Tx<'env>) -> Operation<'c, T>,
    ) -> Result<T, Error> {
        self.transact(operation, BEGIN, true).await
    }

    /// Runs `operation`, of several requests, as [`Store::write`] does, but holds nobody up for
    /// long, neither by waiting nor, should this process stand still, by what it has locked.
    async fn write_together<'env, T>(
        &self,
        operation: impl for<'c> Fn(&'c mut Tx<'env>) -> Operation<'c, T>,
    ) -> Result<T, Error> {
        self.transact(operation, BEGIN_TOGETHER, true).await
    }

    /// Waits until no other operation of this user that goes by itself is running in this process. It
    /// would wait for the user's lock anyway, but with a connection in its hands that others could use.
    pub async fn turn(&self, telegram_id: TelegramId) -> MutexGuard<'_, ()> {
        let number = telegram_id.get().unsigned_abs() % TURNS as u64;
        self.turns[usize::try_from(number).unwrap_or_default()].lock().await
    }

    /// Runs `operation` as [`Store::write`] does, and undoes it even if it succeeds.
    pub async fn rehearse<'env, T>(
        &self,
        operation: impl for<'c> Fn(&'c mut Tx<'env>) -> Operation<'c, T>,
    ) -> Result<T, Error> {
        self.transact(operation, BEGIN, false).await
    }

    async fn transact<'env, T>(
        &self,
        operation: impl for<'c> Fn(&'c mut Tx<'env>) -> Operation<'c, T>,
        begin: Statement,
        keep: bool,
    ) -> Result<T, Error> {
        let started = Instant::now();
        let mut attempt = 1;
        loop {
            let mut tx = self.begin(begin).await?;
            let outcome = match operation(&mut tx).await {
                Ok(value) if keep => {
                    tx.commit(self.log()).await.map(|()| value).map_err(Error::from)
                }
                Ok(value) => tx.rollback().await.map(|()| value).map_err(Error::from),
                Err(error) => {
                    // A connection that cannot roll back is dropped by the pool.
                    let _ = tx.rollback().await;
                    Err(error)
                }
            };
            match outcome {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => {
                    tracing::debug!(attempt, %error, "transaction is tried again");
                    metrics::counter!(TRANSACTION_RETRIES).increment(1);
                    let pause = rand::random_range(0..10 * u64::from(attempt));
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    attempt += 1;
                }
                outcome => {
                    self.durable().await;
                    measure::transaction(started, keep && outcome.is_ok());
                    return outcome;
                }
            }
        }
    }

    /// Waits until whatever was read or written up to now survives a loss of power.
    async fn durable(&self) {
        if let Some(log) = self.log() {
            log.durable().await;
        }
    }

    fn log(&self) -> Option<&Log> {
        match &self.pools {
            Pools::Sqlite { log, .. } => log.as_ref(),
            Pools::Postgres(_) => None,
        }
    }

    /// Waits for what is running and closes every connection.
    pub async fn close(&self) {
        if let Some(replica) = &self.replica {
            replica.pool.close().await;
        }
        match &self.pools {
            Pools::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// A connection for a single statement that writes, which is a transaction by itself.
    async fn autocommit<'env>(&self) -> Result<Tx<'env>, sqlx::Error> {
        let handle = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                Handle::Sqlite(measure::wait(WRITER, writer.acquire()).await?)
            }
            Pools::Postgres(pool) if self.persistent => {
                Handle::Postgres(measure::wait(POSTGRES, pool.acquire()).await?)
            }
            Pools::Postgres(_) => return self.begin(BEGIN).await,
        };
        let commit = self.log().map(Log::commit);
        Ok(Tx::new(Connection::new(handle, self.persistent, &self.clock), commit))
    }

    async fn begin<'env>(&self, begin: Statement) -> Result<Tx<'env>, sqlx::Error> {
        let handle = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let begin = writer.begin_with(begin.sqlite);
                Handle::SqliteTransaction(measure::wait(WRITER, begin).await?)
            }
            Pools::Postgres(pool) => begin_postgres(POSTGRES, pool, begin.postgres).await?,
        };
        Ok(Tx::new(Connection::new(handle, self.persistent, &self.clock), None))
    }
}

/// Begins a transaction in a task of its own: of a `BEGIN` that is given up before its answer has
/// come sqlx knows nothing, and the pool would hand out a connection on which no statement by itself
/// is ever committed.
async fn begin_postgres(
    name: &'static str,
    pool: &PgPool,
    begin: &'static str,
) -> Result<Handle, sqlx::Error> {
    let connection = measure::wait(name, pool.acquire()).await?;
    let begin = Transaction::begin(connection, Some(SqlStr::from_static(begin)));
    let begun = tokio::spawn(begin).await.map_err(|_| sqlx::Error::WorkerCrashed)?;
    begun.map(Handle::PostgresTransaction)
}

/// Every statement of the service.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    [
        access::STATEMENTS,
        activity::STATEMENTS,
        badges::STATEMENTS,
        bots::STATEMENTS,
        erased::STATEMENTS,
        figures::STATEMENTS,
        idempotency::STATEMENTS,
        import::STATEMENTS,
        keys::STATEMENTS,
        leaderboard::STATEMENTS,
        levels::STATEMENTS,
        migrate::STATEMENTS,
        payments::STATEMENTS,
        promocodes::STATEMENTS,
        sessions::STATEMENTS,
        tables::STATEMENTS,
        tariffs::STATEMENTS,
        trainings::STATEMENTS,
        users::STATEMENTS,
        verify::STATEMENTS,
        xp::STATEMENTS,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bounds::{BotName, TelegramId};
    use crate::domain::session::PutSession;
    use crate::domain::user::Profile;
    use crate::domain::{session, user};
    use crate::error::DatabaseFailure;

    #[tokio::test]
    async fn a_full_database_is_read_and_written_again_when_it_has_room() {
        let folder = tempfile::TempDir::new().unwrap();
        let options = Options {
            url: format!("sqlite:///{}/test.db", folder.path().display()).parse().unwrap(),
            max_connections: 1,
            acquire_timeout: Duration::from_secs(30),
            ping_after_idle: Duration::from_secs(30),
            max_lifetime: Duration::from_secs(30),
            log_statements: false,
            persistent_statements: true,
        };
        let store = Store::connect(&options, Clock::System).await.unwrap();
        migrate::migrate(&store).await.unwrap();
        let (id, bot) = (TelegramId::new(1).unwrap(), BotName::new("spin_bot").unwrap());
        let profile = Profile::default();
        store.write(|tx| Box::pin(user::put(tx, id, &profile))).await.unwrap();
        let Pools::Sqlite { writer, .. } = &store.pools else { panic!("{store:?}") };
        let limit = async |pages: u32| {
            let pragma = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
            sqlx::query(pragma).execute(writer).await.unwrap();
        };
        // The least that is possible: as large as it is.
        limit(1).await;
        let text = "x".repeat(100_000);
        let large = serde_json::json!({"session": {"text": text}, "stats": {}});
        let large: PutSession = serde_json::from_value(large).unwrap();
        let put = async || session::put(&store, id, &bot, large.clone(), None).await;
        let Err(Error::Database(full)) = put().await else { panic!("there is room") };
        assert_eq!(DatabaseFailure::of(&full), DatabaseFailure::Full, "{full}");
        assert!(store.read(|c| Box::pin(users::get(c, id))).await.unwrap().is_some());
        limit(1_000_000).await;
        assert_eq!(put().await.unwrap().version, 1);
    }
}
