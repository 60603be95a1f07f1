//! Copies of the SQLite file: made while the service serves, checked, and put back.

mod contents;
mod restore;
mod seal;

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempPath;

pub use self::contents::Contents;
pub use self::restore::{Restored, restore};
use self::seal::Broken;
use crate::config::Config;
use crate::error::Error;
use crate::start::{StartError, connect_to_read};
use crate::store::lock::beside;
use crate::store::url::DatabaseUrl;
use crate::store::{self, Options, Store};

/// Why nothing was backed up or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(
        "{0} is a PostgreSQL database, which has its own tools for this: pg_dump and pg_restore, or \
         base backups and an archive of its log. See \"PostgreSQL\" under \"Backup and restore\" in \
         docs/operations.md."
    )]
    Postgres(String),
    #[error("A database in memory ends with its process; name a file in DATABASE_URL.")]
    Memory,
    #[error("{} holds none of this service's tables; name another file.", .0.display())]
    Foreign(PathBuf),
    #[error("{} is there already; give a new name, a backup is never written over.", .0.display())]
    Exists(PathBuf),
    #[error("{} is being written by another backup; wait for it, or give another name.", .0.display())]
    Busy(PathBuf),
    #[error("There is no file {}; give the path of a backup.", .0.display())]
    NoFile(PathBuf),
    #[error(
        "{} was not made by `service backup`, so nothing tells whether it is whole. If you trust \
         it, make a backup of it and restore that: \
         DATABASE_URL=sqlite:///PATH service backup NEW_FILE",
        .0.display()
    )]
    NoBackup(PathBuf),
    #[error(
        "{} is damaged: {problem}. Nothing was changed; restore a backup that is whole.",
        .file.display()
    )]
    Damaged { file: PathBuf, problem: String },
    #[error("{} holds a schema that does not fit: {problem}", .file.display())]
    Schema { file: PathBuf, problem: String },
    #[error(
        "{} is in use; stop the service, and every other program that has it open, and try again. \
         Nothing was changed.",
        .0.display()
    )]
    InUse(PathBuf),
    #[error("{}: {problem}. Nothing was changed.", .file.display())]
    File { file: PathBuf, problem: io::Error },
}

/// The account of a backup.
#[derive(Debug)]
pub struct Backup {
    file: PathBuf,
    bytes: u64,
    took: Duration,
    pub contents: Contents,
}

impl fmt::Display for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.contents)?;
        let (file, bytes, took) = (self.file.display(), self.bytes, self.took.as_secs_f64());
        write!(f, "Wrote and checked {file}: {bytes} bytes in {took:.1} s.")
    }
}

/// Writes the database as it is now into a new file and checks what was written. The service may
/// go on writing. Until all is done the file has another name, with `.partial` at its end.
pub async fn backup(config: &Config, file: &Path) -> Result<Backup, BackupError> {
    let started = Instant::now();
    let options = config.database_options().map_err(StartError::from)?;
    let database = sqlite_file(&options)?;
    let of = |problem| BackupError::File { file: file.to_owned(), problem };
    if file.try_exists().map_err(of)? {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let store = connect_to_read(&options).await?;
    let mode = database.metadata().map_err(of)?.permissions().mode();
    let written = write(&store, &options, &database, file, mode).await;
    store.close().await;
    let contents = written?;
    let bytes = file.metadata().map_err(of)?.len();
    Ok(Backup { file: file.to_owned(), bytes, took: started.elapsed(), contents })
}

async fn write(
    store: &Store,
    options: &Options,
    database: &Path,
    file: &Path,
    mode: u32,
) -> Result<Contents, BackupError> {
    let partial = beside(file, ".partial");
    let of = |problem| BackupError::File { file: partial.clone(), problem };
    let in_database = |error| StartError::of_database(options, &error);
    // Like the database, it is not for everybody to read. One that is left of a backup that was
    // killed is written anew; whoever writes it now holds its lock.
    let mut create = OpenOptions::new();
    create.read(true).write(true).create(true).truncate(false).mode(mode);
    let mut written = create.open(&partial).map_err(of)?;
    written.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => BackupError::Busy(file.to_owned()),
        TryLockError::Error(error) => of(error),
    })?;
    written.set_len(0).map_err(of)?;
    // Deleted with this, unless it gets its name.
    let path = TempPath::try_from_path(&partial).map_err(of)?;
    let copy = store.read(|c| Box::pin(store::file::write_into(c, &path))).await;
    copy.map_err(|error| match error {
        Error::Database(error) => BackupError::from(in_database(error)),
        error => of(io::Error::other(error)),
    })?;
    seal::close(&mut written).map_err(of)?;
    written.sync_all().map_err(of)?;
    let contents = contents::check(&path, database).await?;
    // Never over another file, not even one that came this moment.
    path.persist_noclobber(file).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(file.to_owned()),
        _ => of(error.error),
    })?;
    sync_folder(file).map_err(of)?;
    Ok(contents)
}

/// The file of a SQLite database.
fn sqlite_file(options: &Options) -> Result<PathBuf, BackupError> {
    match &options.url {
        DatabaseUrl::Postgres(_) => Err(BackupError::Postgres(options.url.shown())),
        DatabaseUrl::Sqlite(_) if options.url.is_memory() => Err(BackupError::Memory),
        DatabaseUrl::Sqlite(sqlite) => Ok(sqlite.get_filename().to_owned()),
    }
}

/// Makes sure that a name survives a loss of power.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
