//! A backup in the place of the database.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};

use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempPath;

use super::{BackupError, Broken, Contents, contents, seal, sqlite_file, sync_folder};
use crate::config::Config;
use crate::domain::time::Timestamp;
use crate::start::StartError;
use crate::store::Options;
use crate::store::file::take;
use crate::store::lock::{beside, hold_alone, real};

/// What SQLite keeps beside a database, and what would spoil another one of its name.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The account of a restoration.
#[derive(Debug)]
pub struct Restored {
    database: PathBuf,
    /// Where the database is that was there before.
    former: Option<PathBuf>,
    contents: Contents,
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.contents)?;
        match &self.former {
            Some(former) => writeln!(f, "The former database is kept as {}.", former.display())?,
            None => writeln!(f, "There was no database before.")?,
        }
        write!(f, "Restored {}.", self.database.display())
    }
}

/// Puts a backup in the place of `DATABASE_URL`'s file, which is kept under another name. Whatever
/// fails, and whenever the process ends, the database is the former one or the restored one.
pub async fn restore(
    config: &Config,
    file: &Path,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    let options = config.database_options().map_err(StartError::from)?;
    let database = real(&sqlite_file(&options)?);
    let of = |problem| BackupError::File { file: database.clone(), problem };
    // Whoever starts now is refused until all is done.
    let _alone = hold_alone(&database).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => BackupError::InUse(database.clone()),
        _ => of(error),
    })?;
    let new = copy(file, &database)?;
    let contents = contents::check(&new, file).await?;
    let new_file = File::open(&new).map_err(of)?;
    let former = match database.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(of(error)),
        Ok(metadata) => {
            new_file.set_permissions(metadata.permissions()).map_err(of)?;
            // What root puts back, the service's own user must be able to write.
            chown(&new, Some(metadata.uid()), Some(metadata.gid())).map_err(of)?;
            Some(beside(&database, &format!(".before-{}", now.to_string().replace(['-', ':'], ""))))
        }
    };
    new_file.sync_all().map_err(of)?;
    let taken = match &former {
        Some(_) => take_from_everybody(&database, &options).await?,
        None => None,
    };
    let replaced = replace(&database, new, former.as_deref());
    if let Some(taken) = taken {
        // Only now may somebody else open the former file.
        let _ = taken.close().await;
    }
    replaced.map_err(of)?;
    Ok(Restored { database, former, contents })
}

/// A copy beside the database that is what was backed up.
fn copy(file: &Path, database: &Path) -> Result<TempPath, BackupError> {
    let of = |problem: io::Error| match problem.kind() {
        io::ErrorKind::NotFound => BackupError::NoFile(file.to_owned()),
        _ => BackupError::File { file: file.to_owned(), problem },
    };
    let mut from = File::open(file).map_err(of)?;
    let new = beside(database, ".restoring");
    let of_new = |problem| BackupError::File { file: new.clone(), problem };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(true).mode(0o600);
    let mut to = options.open(&new).map_err(of_new)?;
    let path = TempPath::try_from_path(&new).map_err(of_new)?;
    io::copy(&mut from, &mut to).map_err(of_new)?;
    to.set_permissions(from.metadata().map_err(of)?.permissions()).map_err(of_new)?;
    let damaged =
        |problem: &str| BackupError::Damaged { file: file.to_owned(), problem: problem.to_owned() };
    match seal::open(&mut to).map_err(of_new)? {
        Ok(()) => Ok(path),
        Err(Broken::NoSqlite) => Err(damaged("it is no SQLite database")),
        Err(Broken::Changed) => Err(damaged("its checksum is another one than when it was made")),
        Err(Broken::NoSeal) => Err(BackupError::NoBackup(file.to_owned())),
    }
}

/// Keeps every program out of the former database, with its log written into it; `None` if it is
/// too damaged to be opened, as it may be when a backup is needed.
async fn take_from_everybody(
    database: &Path,
    options: &Options,
) -> Result<Option<SqliteConnection>, BackupError> {
    match take(database).await {
        Ok(taken) => Ok(Some(taken)),
        Err(sqlx::Error::Database(error)) => match error.code().as_deref() {
            Some("5" | "261" | "517") => Err(BackupError::InUse(database.to_owned())),
            // CORRUPT, NOTADB
            Some("11" | "26" | "267" | "523" | "779") => Ok(None),
            _ => Err(StartError::of_database(options, &sqlx::Error::Database(error)).into()),
        },
        Err(error) => Err(StartError::of_database(options, &error).into()),
    }
}

/// The log of a database that could not be opened goes with it, before the new one comes: with
/// this one it would be mixed.
fn replace(database: &Path, new: TempPath, former: Option<&Path>) -> io::Result<()> {
    if let Some(former) = former {
        fs::hard_link(database, former)?;
        for companion in COMPANIONS {
            match fs::rename(beside(database, companion), beside(former, companion)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    new.persist(database).map_err(|error| error.error)?;
    sync_folder(database)
}
