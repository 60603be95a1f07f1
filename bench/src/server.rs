//! Processes that are measured, and their ends.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::Client;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::Failure;

/// Longer than any of them takes, a database of 10,000,000 users included.
const START_LIMIT: Duration = Duration::from_secs(300);
const STOP_LIMIT: Duration = Duration::from_secs(20);
/// Between two looks at a process that starts.
const LOOK_EVERY: Duration = Duration::from_micros(200);

/// A running process. It and its children are ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    log: PathBuf,
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    /// From the start of the process to its first 200.
    pub(crate) started_in: Duration,
}

/// What a process holds of the machine's memory, in MiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) now: f64,
    pub(crate) peak: f64,
}

impl Server {
    /// Starts the process and waits until it answers `path` with 200.
    ///
    /// # Errors
    /// It cannot be started, ends by itself, or does not answer in five minutes.
    pub(crate) async fn start(
        command: Command,
        port: u16,
        path: &str,
        log: &Path,
    ) -> Result<Self, Failure> {
        let (base, client) = (format!("http://127.0.0.1:{port}"), process::http::client());
        let url = format!("{base}{path}");
        let begun = Instant::now();
        let mut server = Self::spawn(command, log)?;
        while !answers(&client, &url).await {
            server.check(begun)?;
            tokio::time::sleep(LOOK_EVERY).await;
        }
        server.started_in = begun.elapsed();
        server.base = base;
        Ok(server)
    }

    /// Starts a process that does not speak HTTP.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn spawn(mut command: Command, log: &Path) -> Result<Self, Failure> {
        use std::os::unix::process::CommandExt;
        let output = File::create(log)?;
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .map_err(|error| format!("{command:?} cannot be started: {error}."))?;
        let (base, log) = (String::new(), log.to_owned());
        Ok(Self { child, log, base, started_in: Duration::ZERO })
    }

    /// # Errors
    /// The process has ended, or has been starting for too long.
    pub(crate) fn check(&mut self, begun: Instant) -> Result<(), Failure> {
        let problem = match self.child.try_wait()? {
            Some(status) => format!("ended with {status}"),
            None if begun.elapsed() > START_LIMIT => "does not answer".to_owned(),
            None => return Ok(()),
        };
        let said = self.said();
        Err(format!("A process that is to be measured {problem}. It says:\n{said}").into())
    }

    /// What it has printed.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_else(|error| error.to_string())
    }

    /// # Errors
    /// It has ended.
    pub(crate) fn memory(&self) -> Result<Memory, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let mib = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name));
            let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
            kib.map(|kib| kib / 1024.0).ok_or_else(|| format!("/proc has no {name} of a process."))
        };
        Ok(Memory { now: mib("VmRSS:")?, peak: mib("VmHWM:")? })
    }

    fn signal(&self, signal: Signal) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // An error means that nobody is left in it.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // All of them stop in good order on it, PostgreSQL without waiting for its clients.
        self.signal(Signal::INT);
        let begun = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && begun.elapsed() < STOP_LIMIT {
            thread::sleep(Duration::from_millis(5));
        }
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }
}

async fn answers(client: &Client, url: &str) -> bool {
    let answer = client.get(url).send().await;
    answer.is_ok_and(|answer| answer.status() == reqwest::StatusCode::OK)
}

/// A port that nobody listens on.
///
/// # Errors
/// The system's.
pub(crate) fn free_port() -> Result<u16, Failure> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
