//! From settings to a running service.

use std::io::ErrorKind::WouldBlock;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::api::{App, Keys, RateLimit};
use process::settings::SettingError;

use crate::config::Config;
use crate::domain::bounds::BotName;
use crate::domain::key::{self, CreatedKey};
use crate::domain::ranks::Ranks;
use crate::domain::time::{Clock, SECONDS_PER_DAY};
use crate::error::Error;
use crate::provision::{self, Desired, ProvisionError};
use crate::store::migrate::{self, SchemaError};
use crate::store::url::DatabaseUrl;
use crate::store::{self, Options, Store, Tx};

/// Keys that are purged in one transaction, so that it stays short.
const PURGE_BATCH: i64 = 1_000;

/// Why the service did not start, in one sentence that names the next step.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] SettingError),
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error("The database {database} {problem}")]
    Database { database: String, problem: String },
}

impl StartError {
    /// What the database's error means to whoever starts the service.
    pub fn of_database(options: &Options, error: &sqlx::Error) -> Self {
        let code = match error {
            sqlx::Error::Database(error) => error.code().unwrap_or_default().into_owned(),
            _ => String::new(),
        };
        let problem = match code.as_str() {
            "11" | "26" => "is damaged, or is no SQLite database. Restore a backup of it, or name \
                            another file in DATABASE_URL."
                .to_owned(),
            "14" | "8" | "1544" | "520" | "776" => {
                "cannot be opened for writing. Check that its folder exists and that this user may \
                 write to the folder and the file."
                    .to_owned()
            }
            "13" => "cannot be written: the disk is full. Make room and start again.".to_owned(),
            "5" => "is locked by another process. Stop that process, or wait for it.".to_owned(),
            "28P01" | "28000" => {
                "refuses the user. Check user and password in DATABASE_URL.".to_owned()
            }
            "3D000" => "does not exist. Create it, or name another one in DATABASE_URL.".to_owned(),
            _ if matches!(error, sqlx::Error::Io(error) if error.kind() == WouldBlock) => {
                "is being replaced by `service restore`. Start again when that is done.".to_owned()
            }
            _ if matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => {
                "cannot be reached. Check that it runs, and host and port in DATABASE_URL."
                    .to_owned()
            }
            _ => format!("cannot be used: {error}. Check DATABASE_URL."),
        };
        Self::Database { database: options.url.shown(), problem }
    }
}

/// Opens the database, with the schema that this binary works with.
pub async fn open(config: &Config) -> Result<Store, StartError> {
    let options = config.database_options()?;
    let migrates = config.database.migrate;
    let migrates_elsewhere = !config.database.migrate_url.reveal().is_empty();
    // Nobody else can have migrated a database in memory.
    let store = if options.url.is_memory() || migrates && !migrates_elsewhere {
        open_migrated(&options).await?.0
    } else {
        if migrates {
            migrate(config).await?;
        }
        let store = connect(&options).await?;
        migrate::check(&store).await.map_err(|error| schema_error(&options, error))?;
        let ready = store.use_wal().await;
        ready.map_err(|error| schema_error(&options, SchemaError::Store(error)))?;
        store
    };
    Ok(match config.replica_options()? {
        Some(replica) => store.with_replica(&replica),
        None => store,
    })
}

/// Applies the missing migrations; how many they were.
pub async fn migrate(config: &Config) -> Result<usize, StartError> {
    let (store, applied) = open_migrated(&config.migrate_options()?).await?;
    store.close().await;
    Ok(applied)
}

/// Opens the database and applies the missing migrations; how many they were.
pub async fn open_migrated(options: &Options) -> Result<(Store, usize), StartError> {
    let store = connect(options).await?;
    match migrate::migrate(&store).await {
        Ok(applied) => {
            let ready = store.use_wal().await;
            ready.map_err(|error| schema_error(options, SchemaError::Store(error)))?;
            Ok((store, applied))
        }
        Err(error) => {
            store.close().await;
            Err(schema_error(options, error))
        }
    }
}

/// Opens a database that is there, with the schema that this binary works with, to be read only.
pub async fn open_to_read(options: &Options) -> Result<Store, StartError> {
    let store = connect_to_read(options).await?;
    migrate::check(&store).await.map_err(|error| schema_error(options, error))?;
    Ok(store)
}

/// Opens a database that is there, of whatever schema, to be read only.
pub async fn connect_to_read(options: &Options) -> Result<Store, StartError> {
    if let DatabaseUrl::Sqlite(sqlite) = &options.url
        && !options.url.is_memory()
        && !sqlite.get_filename().is_file()
    {
        let problem = "is not there. Check its name.".to_owned();
        return Err(StartError::Database { database: options.url.shown(), problem });
    }
    checked(options, Store::connect_to_read(options, Clock::System).await).await
}

async fn connect(options: &Options) -> Result<Store, StartError> {
    checked(options, Store::connect(options, Clock::System).await).await
}

async fn checked(
    options: &Options,
    store: Result<Store, sqlx::Error>,
) -> Result<Store, StartError> {
    let store = store.map_err(|error| StartError::of_database(options, &error))?;
    store
        .check_version()
        .await
        .map_err(|problem| StartError::Database { database: options.url.shown(), problem })?;
    Ok(store)
}

fn schema_error(options: &Options, error: SchemaError) -> StartError {
    match error {
        SchemaError::Store(Error::Database(error)) => StartError::of_database(options, &error),
        error => error.into(),
    }
}

/// Applies the file that configuration names, if any. Nothing is pruned at a start.
pub async fn provision(config: &Config, store: &Store) -> Result<(), ProvisionError> {
    if config.provision.as_os_str().is_empty() {
        return Ok(());
    }
    let desired = Desired::read(&config.provision)?;
    let report = provision::provision(store, &desired, false, false).await?;
    for change in &report.changes {
        tracing::info!(%change, "provisioned");
    }
    tracing::info!(changes = report.changes.len(), unchanged = report.unchanged, "provisioned");
    Ok(())
}

/// What handlers need; the bots that configuration names are created.
pub async fn app(config: &Config, store: Store) -> Result<Arc<App>, StartError> {
    let keys = config.bootstrap_keys()?;
    for bot_name in keys.iter().filter_map(|(_, bot_name)| bot_name.as_ref()) {
        let ensured = store.write(|tx| Box::pin(store::bots::ensure(tx, bot_name))).await;
        ensured.map_err(|error| database_error(config, error))?;
    }
    Ok(Arc::new(App {
        keys: Keys::new(keys),
        limit: RateLimit::new(config.rate_limit.per_second, config.rate_limit.burst),
        ranks: Ranks::default(),
        idempotency_seconds: config.idempotency.keep_days * SECONDS_PER_DAY,
        stopping: AtomicBool::default(),
        store,
    }))
}

/// Why the database did not do what was asked of it at the start, or by a command.
pub fn database_error(config: &Config, error: Error) -> StartError {
    match config.database_options() {
        Ok(options) => schema_error(&options, SchemaError::Store(error)),
        Err(error) => error.into(),
    }
}

/// An operator's key, if nobody could call the service otherwise.
pub async fn first_key(config: &Config, store: &Store) -> Result<Option<CreatedKey>, StartError> {
    if !config.bootstrap.operator_key.reveal().is_empty() {
        return Ok(None);
    }
    let created = async {
        if store.read(|c| Box::pin(store::keys::count(c))).await? > 0 {
            return Ok(None);
        }
        store.write(|tx| Box::pin(create_first_key(tx))).await
    };
    let created = created.await;
    created.map_err(|error| database_error(config, error))
}

async fn create_first_key(tx: &mut Tx<'_>) -> Result<Option<CreatedKey>, Error> {
    // Replicas that start at once make one key between them.
    migrate::lock(tx).await?;
    if store::keys::count(tx).await? > 0 {
        return Ok(None);
    }
    key::create(tx, None, None).await.map(Some)
}

/// Creates a key on the command line: a bot's, which is created with it, or an operator's.
pub async fn create_key(
    tx: &mut Tx<'_>,
    bot_name: Option<&BotName>,
    days: Option<i64>,
) -> Result<CreatedKey, Error> {
    if let Some(bot_name) = bot_name {
        store::bots::ensure(tx, bot_name).await?;
    }
    let expires_at = days.map(|days| tx.now().plus_seconds(days * SECONDS_PER_DAY));
    key::create(tx, bot_name, expires_at).await
}

/// Deletes idempotency keys that are older than they are kept.
pub async fn purge(app: &App) {
    let before = app.store.clock().now().plus_seconds(-app.idempotency_seconds);
    loop {
        let purged = app
            .store
            .write(|tx| Box::pin(store::idempotency::purge(tx, before, PURGE_BATCH)))
            .await;
        match purged {
            Ok(0) => return,
            Ok(purged) => tracing::debug!(purged, "old idempotency keys are deleted"),
            Err(error) => {
                tracing::warn!(%error, "old idempotency keys could not be deleted");
                return;
            }
        }
    }
}
