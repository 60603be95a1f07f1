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
    begun: Arc<Begun>,
    /// Asks for a sync.
    wake: mpsc::Sender<()>,
    synced: watch::Receiver<Synced>,
}

/// What this process has begun so far, and how much of it is over.
#[derive(Debug, Default)]
struct Begun {
    commits: AtomicU64,
    ended_commits: AtomicU64,
    syncs: AtomicU64,
}

/// The last sync that is over.
#[derive(Debug, Clone, Copy, Default)]
struct Synced {
    /// Its number, from 1.
    number: u64,
    /// How many commits had ended before it began; there is one writer, so they are the first ones.
    commits: u64,
}

/// A commit that may be visible already; over when it is dropped.
#[derive(Debug)]
pub(super) struct Commit(Arc<Begun>);

impl Drop for Commit {
    fn drop(&mut self) {
        self.0.ended_commits.fetch_add(1, Ordering::SeqCst);
    }
}

impl Log {
    /// Starts the thread that syncs the log of this database; it ends with the last `Log`.
    pub(super) fn open(database: &Path) -> io::Result<Self> {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let path = PathBuf::from(log);
        // What a process that was killed committed last may never have been synced.
        let left = u64::from(fs::metadata(&path).is_ok_and(|log| log.len() > 0));
        let begun = Begun { commits: left.into(), ended_commits: left.into(), ..Begun::default() };
        let begun = Arc::new(begun);
        let ((wake, woken), (done, synced)) = (mpsc::channel(), watch::channel(Synced::default()));
        let mut file = LogFile { path, open: None };
        let counts = Arc::clone(&begun);
        std::thread::Builder::new().name("wal-sync".to_owned()).spawn(move || {
            while woken.recv().is_ok() {
                while woken.try_recv().is_ok() {}
                let number = counts.syncs.fetch_add(1, Ordering::SeqCst) + 1;
                let commits = counts.ended_commits.load(Ordering::SeqCst);
                if let Err(error) = file.sync() {
                    // After a failed sync nobody knows what the disk holds: what was committed
                    // since the last one must not be answered, and only a restart reads it anew.
                    let path = file.path.display();
                    tracing::error!(%error, %path, "the log cannot be synced");
                    std::process::abort();
                }
                done.send_replace(Synced { number, commits });
            }
        })?;
        Ok(Self { begun, wake, synced })
    }

    /// Has to be called before a commit, and kept until it is over: others can see it before who
    /// commits hears of it.
    pub(super) fn commit(&self) -> Commit {
        self.begun.commits.fetch_add(1, Ordering::SeqCst);
        Commit(Arc::clone(&self.begun))
    }

    /// Waits until everything that can be seen by now is durable; at once if it is already.
    pub(super) async fn durable(&self) {
        let commits = self.begun.commits.load(Ordering::SeqCst);
        let running = self.begun.syncs.load(Ordering::SeqCst);
        let mut synced = self.synced.clone();
        // A commit that has not ended is in the next sync if it was visible.
        let is_durable = |synced: &Synced| synced.commits >= commits || synced.number > running;
        if is_durable(&synced.borrow_and_update()) {
            return;
        }
        // Both fail only if the thread is gone, and with it the process.
        let _ = self.wake.send(());
        let _ = synced.wait_for(is_durable).await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_may_be_seen_waits_for_a_sync_that_begins_later() {
        let folder = tempfile::TempDir::new().unwrap();
        let database = folder.path().join("test.db");
        let log = Log::open(&database).unwrap();
        let syncs = async |log: &Log| {
            log.durable().await;
            log.synced.borrow().number
        };
        assert_eq!(syncs(&log).await, 0, "there is nothing");
        let commit = log.commit();
        assert_eq!(syncs(&log).await, 1);
        assert_eq!(syncs(&log).await, 2, "it may have come after the first");
        drop(commit);
        assert_eq!(syncs(&log).await, 3);
        assert_eq!(syncs(&log).await, 3, "it was over before the last");
        fs::write(folder.path().join("test.db-wal"), "left").unwrap();
        let log = Log::open(&database).unwrap();
        assert_eq!(syncs(&log).await, 1, "of a process before this one");
        assert_eq!(syncs(&log).await, 1);
    }
}
