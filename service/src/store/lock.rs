//! Who uses a SQLite file. Every process of the service shares a lock on a file beside it; whoever
//! puts another file in its place holds that lock alone. SQLite's own locks do not tell of a process
//! that has only just opened the file, and would go on with the one that was taken away.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A share in the lock of one database, as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    database: PathBuf,
    /// The database's file when it was opened.
    opened: Option<(u64, u64)>,
    shared: OnceLock<File>,
}

impl Lock {
    /// Shares the lock before the database is opened: the one that is there, or, for a database that
    /// is not, a new one. [`io::ErrorKind::WouldBlock`]: somebody holds it alone.
    pub(super) fn before_opening(database: &Path) -> io::Result<Self> {
        let opened = identity(database);
        let lock = Self { database: real(database), opened, shared: OnceLock::new() };
        lock.share(opened.is_none())?;
        Ok(lock)
    }

    /// Sees to it that there is a lock, once the database is known to be this service's.
    /// [`io::ErrorKind::WouldBlock`]: somebody holds it alone, or has put another file in its place.
    pub(super) fn keep(&self) -> io::Result<()> {
        if self.shared.get().is_some() {
            return Ok(());
        }
        self.share(true)?;
        if identity(&self.database) == self.opened {
            Ok(())
        } else {
            Err(io::ErrorKind::WouldBlock.into())
        }
    }

    /// Where no lock can be made, no file can be put in the place of another either.
    fn share(&self, make: bool) -> io::Result<()> {
        if let Ok(file) = open(&self.database, make) {
            file.try_lock_shared().map_err(refused)?;
            self.shared.get_or_init(|| file);
        }
        Ok(())
    }
}

/// Holds the lock alone while what is returned lives. [`io::ErrorKind::WouldBlock`]: the database
/// is in use.
pub fn hold_alone(database: &Path) -> io::Result<File> {
    let file = open(&real(database), true)?;
    file.try_lock().map_err(refused)?;
    Ok(file)
}

fn open(database: &Path, make: bool) -> io::Result<File> {
    let file = beside(database, "-lock");
    if make {
        OpenOptions::new().create(true).truncate(false).write(true).open(file)
    } else {
        File::open(file)
    }
}

fn refused(error: TryLockError) -> io::Error {
    match error {
        TryLockError::Error(error) => error,
        TryLockError::WouldBlock => io::ErrorKind::WouldBlock.into(),
    }
}

fn identity(file: &Path) -> Option<(u64, u64)> {
    file.metadata().ok().map(|file| (file.dev(), file.ino()))
}

/// The file that this path leads to, as every process calls it; the path itself if there is none.
pub fn real(database: &Path) -> PathBuf {
    database.canonicalize().unwrap_or_else(|_| database.to_owned())
}

/// The path with this at its end.
pub fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    name.into()
}
