//! Commits of SQLite that share one sync of its write-ahead log.
//!
//! The writer runs with `synchronous=NORMAL`: a commit is visible at once and survives a loss of
//! power once the log is synced. One thread syncs, for everybody who committed before it began.
//! Nothing is answered before what it depends on is durable.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::watch;

/// Pause after the log could not be opened: the process has no file handles left.
const OPEN_PAUSE: Duration = Duration::from_millis(20);

/// The log of one database file.
#[derive(Debug, Clone)]
pub(super) struct Log {
    /// Commits so far, by this process.
    commits: Arc<AtomicU64>,
    /// Asks for a sync.
    wake: mpsc::Sender<()>,
    /// How many of the commits are synced.
    synced: watch::Receiver<u64>,
}

impl Log {
    /// Starts the thread that syncs the log of this database; it ends with the last `Log`.
    pub(super) fn open(database: &Path) -> io::Result<Self> {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let commits = Arc::new(AtomicU64::new(0));
        let ((wake, woken), (done, synced)) = (mpsc::channel(), watch::channel(0));
        let mut file = LogFile { path: PathBuf::from(log), open: None };
        let counted = Arc::clone(&commits);
        std::thread::Builder::new().name("wal-sync".to_owned()).spawn(move || {
            while woken.recv().is_ok() {
                while woken.try_recv().is_ok() {}
                let until = counted.load(Ordering::SeqCst);
                if let Err(error) = file.sync() {
                    // After a failed sync nobody knows what the disk holds: what was committed
                    // since the last one must not be answered, and only a restart reads it anew.
                    let path = file.path.display();
                    tracing::error!(%error, %path, "the log cannot be synced");
                    std::process::abort();
                }
                done.send_replace(until);
            }
        })?;
        Ok(Self { commits, wake, synced })
    }

    /// Counts a commit that is over.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::SeqCst);
    }

    /// Waits until every commit up to now is durable; at once if it is already.
    pub(super) async fn durable(&self) {
        let commits = self.commits.load(Ordering::SeqCst);
        let mut synced = self.synced.clone();
        if *synced.borrow_and_update() >= commits {
            return;
        }
        // Both fail only if the thread is gone, and with it the process.
        let _ = self.wake.send(());
        let _ = synced.wait_for(|synced| *synced >= commits).await;
    }
}

#[derive(Debug)]
struct LogFile {
    path: PathBuf,
    open: Option<File>,
}

impl LogFile {
    fn sync(&mut self) -> io::Result<()> {
        self.follow();
        self.open.as_ref().map_or(Ok(()), File::sync_data)
    }

    /// Opens what lies at the path, unless it is open already. There is none after the last
    /// connection has moved it into the database, and synced that.
    fn follow(&mut self) {
        loop {
            let is_open = |there: &fs::Metadata| {
                let open = self.open.as_ref().and_then(|file| file.metadata().ok());
                open.is_some_and(|open| (open.dev(), open.ino()) == (there.dev(), there.ino()))
            };
            let error = match fs::metadata(&self.path) {
                Ok(there) if is_open(&there) => return,
                Ok(_) => match File::open(&self.path) {
                    Ok(file) => {
                        self.open = Some(file);
                        continue;
                    }
                    Err(error) => error,
                },
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    self.open = None;
                    return;
                }
                Err(error) => error,
            };
            tracing::warn!(%error, path = %self.path.display(), "the log cannot be opened");
            std::thread::sleep(OPEN_PAUSE);
        }
    }
}
