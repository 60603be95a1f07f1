//! From options to an open store.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use log::LevelFilter;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{ConnectOptions, Connection as _, SqlitePool};
use tokio::sync::Mutex;

use super::durable::Log;
use super::gather::Gather;
use super::lock::Lock;
use super::replica::Replica;
use super::url::{self, DatabaseUrl};
use super::{Options, Pools, Store, file};
use crate::domain::time::Clock;
use crate::error::Error;

/// Older ones can damage a WAL database with two or more connections.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// How many statements of each kind that are gathered run at once: one that has to wait does not hold
/// up all, and with more of them fewer would go together.
const LANES: usize = 2;

/// How many users' writes can be told apart by [`Store::turn`].
pub(super) const TURNS: usize = 1_024;

impl Store {
    /// Opens the database; SQLite's file is created if there is none.
    pub async fn connect(options: &Options, clock: Clock) -> Result<Self, sqlx::Error> {
        let pools = match &options.url {
            DatabaseUrl::Sqlite(sqlite) => {
                let lock = lock(options)?;
                let level = statement_level(options.log_statements);
                let connect = sqlite.clone().log_statements(level);
                let pool = sqlite_pool(options);
                let writer = pool.clone().max_connections(1).after_release(|connection, _| {
                    Box::pin(async move {
                        if connection.is_in_transaction() {
                            // A rollback that was only asked for is over before the answer.
                            connection.ping().await?;
                        }
                        // When the disk is full SQLite itself ends the transaction, of which sqlx
                        // hears nothing: on this connection it would begin no other one.
                        Ok(!connection.is_in_transaction())
                    })
                });
                let writer = writer.connect_with(connect.clone()).await?;
                if options.url.is_memory() {
                    Pools::Sqlite { readers: writer.clone(), writer, log: None, lock }
                } else {
                    let log = Log::open(connect.get_filename())?;
                    let readers = pool.connect_lazy_with(connect.read_only(true));
                    Pools::Sqlite { writer, readers, log: Some(log), lock }
                }
            }
            DatabaseUrl::Postgres(postgres) => {
                let level = statement_level(options.log_statements);
                let connect = postgres.clone().log_statements(level);
                Pools::Postgres(postgres_pool(options).connect_with(connect).await?)
            }
        };
        Ok(Self::on(pools, options.persistent_statements, clock))
    }

    fn on(pools: Pools, persistent: bool, clock: Clock) -> Self {
        // SQLite has one writer.
        let write_lanes = if matches!(pools, Pools::Sqlite { .. }) { 1 } else { LANES };
        let (puts, visits) = (Gather::new(write_lanes), Gather::new(write_lanes));
        let opens = Gather::new(LANES);
        // One lane: it passes over users whom another one has locked.
        let (additions, trainings) = (Gather::new(1), Gather::new(1));
        Self {
            pools,
            puts,
            opens,
            visits,
            additions,
            trainings,
            turns: std::iter::repeat_with(Mutex::default).take(TURNS).collect(),
            replica: None,
            persistent,
            clock,
        }
    }

    /// With a streaming replica of this PostgreSQL, which [`Store::watch_replica`] has to look
    /// after for it to be used.
    pub fn with_replica(self, options: &Options) -> Self {
        let DatabaseUrl::Postgres(postgres) = &options.url else { return self };
        let connect = postgres.clone().log_statements(statement_level(options.log_statements));
        Self { replica: Some(Arc::new(Replica::new(connect, postgres_pool(options)))), ..self }
    }

    /// Finds out every second whether the replica is fit to be asked, without end; done at once if
    /// there is none.
    pub async fn watch_replica(&self) {
        if let (Some(replica), Pools::Postgres(primary)) = (&self.replica, &self.pools) {
            replica.watch(&primary.connect_options()).await;
        }
    }

    /// Opens a database that is there, to be read only: no file is created, and nothing written but
    /// what undoes a transaction that a kill has left half done.
    pub async fn connect_to_read(options: &Options, clock: Clock) -> Result<Self, sqlx::Error> {
        // Whole tables are read: that takes its time.
        let DatabaseUrl::Sqlite(sqlite) = &options.url else {
            let url = options.url.clone().unhurried();
            return Self::connect(&Options { url, ..options.clone() }, clock).await;
        };
        let lock = lock(options)?;
        file::roll_back(sqlite.get_filename()).await?;
        let connect = url::read_only(sqlite.get_filename())
            .log_statements(statement_level(options.log_statements))
            .log_slow_statements(LevelFilter::Off, Duration::ZERO);
        Ok(Self::read_only(sqlite_pool(options).connect_with(connect).await?, lock, clock))
    }

    /// Opens a SQLite file that nobody writes to.
    pub async fn connect_to_file(file: &Path, clock: Clock) -> Result<Self, sqlx::Error> {
        let connect = url::read_only(file).disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(connect).await?;
        Ok(Self::read_only(pool, None, clock))
    }

    fn read_only(readers: SqlitePool, lock: Option<Arc<Lock>>, clock: Clock) -> Self {
        let pools = Pools::Sqlite { writer: readers.clone(), readers, log: None, lock };
        Self::on(pools, true, clock)
    }

    /// Refuses versions of SQLite that can damage a WAL database with several connections.
    pub async fn check_version(&self) -> Result<(), String> {
        let Pools::Sqlite { writer, .. } = &self.pools else {
            return Ok(());
        };
        let version: Result<String, _> =
            sqlx::query_scalar("SELECT sqlite_version()").fetch_one(writer).await;
        let version = version.map_err(|error| format!("cannot be used: {error}."))?;
        let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
        if numbers.as_slice() < OLDEST_SQLITE.as_slice() {
            return Err(format!("needs SQLite 3.51.3 or later; this binary holds {version}."));
        }
        Ok(())
    }

    /// Keeps everybody from putting another SQLite file in the place of this one, and lets its
    /// readers go on beside its writer. Both leave their mark; so this comes after the file is known
    /// to be this service's.
    pub async fn use_wal(&self) -> Result<(), Error> {
        if let Pools::Sqlite { writer, lock, .. } = &self.pools {
            lock.as_ref().map_or(Ok(()), |lock| lock.keep()).map_err(sqlx::Error::Io)?;
            sqlx::query("PRAGMA journal_mode = WAL").execute(writer).await?;
        }
        Ok(())
    }
}

fn postgres_pool(options: &Options) -> PgPoolOptions {
    let ping_after_idle = options.ping_after_idle;
    PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .max_lifetime(options.max_lifetime)
        .test_before_acquire(false)
        .before_acquire(move |connection, meta| {
            Box::pin(async move {
                if meta.idle_for > ping_after_idle {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

fn sqlite_pool(options: &Options) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

fn lock(options: &Options) -> Result<Option<Arc<Lock>>, sqlx::Error> {
    match &options.url {
        DatabaseUrl::Sqlite(sqlite) if !options.url.is_memory() => {
            Ok(Some(Arc::new(Lock::before_opening(sqlite.get_filename())?)))
        }
        _ => Ok(None),
    }
}

fn statement_level(log_statements: bool) -> LevelFilter {
    if log_statements { LevelFilter::Info } else { LevelFilter::Off }
}
