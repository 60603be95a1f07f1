//! Moving everything from one database to another, of either kind. docs/decisions/0008 says why all
//! of it is one transaction.

use std::fmt;

use indicatif::{ProgressBar, ProgressStyle};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use crate::config::Config;
use crate::error::Error;
use crate::start::{StartError, open_migrated, open_to_read};
use crate::store::rows::{self, Digest};
use crate::store::tables::{self, Table, shared};
use crate::store::url::DatabaseUrl;
use crate::store::{Connection, Options, Store, Tx, lock};

/// Why nothing was copied. The target is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("--from and --to name the same database, {0}; name two.")]
    Same(String),
    #[error("A database in memory ends with its process; name a file or a PostgreSQL database.")]
    Memory,
    #[error(
        "{target} holds other data than {origin} ({difference}). Give --to a database that holds \
         nothing; nothing was changed."
    )]
    OtherData { target: String, origin: String, difference: String },
    #[error("The copy ended ({0}); nothing was kept, run it again.")]
    Database(#[from] Error),
}

/// The account of a copy.
#[derive(Debug)]
pub struct Copied {
    target: String,
    /// Nothing had to be done: the target held it all.
    pub was_there: bool,
    tables: Digests,
}

impl fmt::Display for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "table                  rows  digest (the same on both sides)")?;
        for (table, digest) in &self.tables {
            writeln!(f, "{:<16} {:>10}  {digest}", table.name, digest.rows)?;
        }
        match self.was_there {
            true => write!(f, "Nothing to do: {} holds all of it already.", self.target),
            false => write!(f, "Copied to {}.", self.target),
        }
    }
}

/// Copies every row from one database to another, which must hold nothing, or all of it already.
/// All that is read is of one moment; all that is written, and read back, is one transaction.
pub async fn copy(config: &Config, from: &str, to: &str) -> Result<Copied, CopyError> {
    let from = config.options_of("--from", from).map_err(StartError::from)?;
    let to = config.options_of("--to", to).map_err(StartError::from)?;
    let to = Options { url: to.url.unhurried(), ..to };
    if from.url.is_memory() || to.url.is_memory() {
        return Err(CopyError::Memory);
    }
    if is_same(&from, &to) {
        return Err(CopyError::Same(to.url.shown()));
    }
    let source = open_to_read(&from).await?;
    let (target, _) = open_migrated(&to).await?;
    let filled = copy_all(&source, &target, &to).await;
    source.close().await;
    target.close().await;
    let target = to.url.shown();
    match filled? {
        Filled::Now(tables) => Ok(Copied { target, was_there: false, tables }),
        Filled::Before(tables) => Ok(Copied { target, was_there: true, tables }),
        Filled::Otherwise(difference) => {
            Err(CopyError::OtherData { target, origin: from.url.shown(), difference })
        }
    }
}

fn is_same(from: &Options, to: &Options) -> bool {
    match (&from.url, &to.url) {
        (DatabaseUrl::Sqlite(from), DatabaseUrl::Sqlite(to)) => {
            lock::real(from.get_filename()) == lock::real(to.get_filename())
        }
        _ => from.url.shown() == to.url.shown(),
    }
}

/// Every table with what it holds.
type Digests = Vec<(Table, Digest)>;

enum Filled {
    Now(Digests),
    Before(Digests),
    /// The target holds something else: of which table, and how that differs.
    Otherwise(String),
}

async fn copy_all(source: &Store, target: &Store, to: &Options) -> Result<Filled, CopyError> {
    let tables = source.read(|c| Box::pin(tables::all(c))).await?;
    let there = target.read(|c| Box::pin(tables::all(c))).await?;
    let Some(tables) = shared(&tables, &there) else {
        return Ok(Filled::Otherwise("its tables are others".to_owned()));
    };
    let fresh = fresh(&tables, to).await?;
    let fresh = &fresh;
    let filled =
        target.write(|tx| Box::pin(source.snapshot(|from| Box::pin(fill(from, tx, fresh)))));
    Ok(filled.await?)
}

/// What the migrations alone put into these tables.
async fn fresh(tables: &[Table], to: &Options) -> Result<Digests, CopyError> {
    let options = Options { url: DatabaseUrl::memory(), ..to.clone() };
    // Nobody wants to read of the migrations of this database.
    let opened = open_migrated(&options).with_subscriber(NoSubscriber::default());
    let (store, _) = opened.await?;
    let digests = store.read(|c| Box::pin(digests(c, tables, &|| {}))).await;
    store.close().await;
    Ok(digests?)
}

async fn fill(
    from: &mut Connection<'_>,
    to: &mut Tx<'_>,
    fresh: &Digests,
) -> Result<Filled, Error> {
    let tables: Vec<Table> = fresh.iter().map(|(table, _)| table.clone()).collect();
    tables::lock(to, &tables).await?;
    let (here, there) = (counts(from, &tables).await?, counts(to, &tables).await?);
    // Each row is read here, and read back there.
    let progress = progress(2 * here.iter().sum::<u64>());
    let told = || progress.inc(1);
    let is_fresh = fresh.iter().map(|(_, digest)| digest.rows).eq(there.iter().copied())
        && digests(to, &tables, &|| {}).await? == *fresh;
    if !is_fresh {
        let rows = tables.iter().zip(here.iter().zip(&there));
        if let Some((table, (here, there))) = rows.clone().find(|(_, (here, there))| here != there)
        {
            let name = &table.name;
            return Ok(Filled::Otherwise(format!("{name} has {there} rows there, {here} here")));
        }
    }
    if is_fresh {
        for table in tables.iter().rev() {
            tables::clear(to, table).await?;
        }
    }
    let mut read = Digests::new();
    for table in &tables {
        let digest = match is_fresh {
            true => rows::copy(from, to, table, &told).await?,
            false => rows::digest(from, table, &told).await?,
        };
        read.push((table.clone(), digest));
    }
    let arrived = digests(to, &tables, &told).await?;
    progress.finish_and_clear();
    match (read.iter().zip(&arrived).find(|(read, arrived)| read != arrived), is_fresh) {
        (None, true) => Ok(Filled::Now(read)),
        (None, false) => Ok(Filled::Before(read)),
        (Some(((table, _), _)), false) => {
            Ok(Filled::Otherwise(format!("rows of {} are others there", table.name)))
        }
        (Some(((table, _), _)), true) => Err(Error::Database(sqlx::Error::Protocol(format!(
            "what arrived in {} is not what was read; please report this defect",
            table.name
        )))),
    }
}

async fn digests(
    connection: &mut Connection<'_>,
    tables: &[Table],
    told: &(dyn Fn() + Sync),
) -> Result<Digests, Error> {
    let mut digests = Digests::new();
    for table in tables {
        digests.push((table.clone(), rows::digest(connection, table, told).await?));
    }
    Ok(digests)
}

async fn counts(connection: &mut Connection<'_>, tables: &[Table]) -> Result<Vec<u64>, Error> {
    let mut counts = Vec::new();
    for table in tables {
        counts.push(tables::count(connection, table).await?.unsigned_abs());
    }
    Ok(counts)
}

fn progress(rows: u64) -> ProgressBar {
    let progress = ProgressBar::new(rows);
    match ProgressStyle::with_template("{wide_bar} {pos} of {len} rows, {eta} left") {
        Ok(style) => progress.with_style(style),
        Err(_) => progress,
    }
}
