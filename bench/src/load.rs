//! The load: wrk with `load/load.lua`, and pgbench with the scripts in `peers/pgbench/`.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;

use crate::{Failure, folder};

/// As many as the machine has cores.
const THREADS: u32 = 2;

/// A session and stats, together about 1 KB.
pub(crate) const SESSION: &str = include_str!("../load/session.json");

/// Requests of one kind from so many clients, each of which sends the next when it has an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load<'a> {
    /// A kind that `load/load.lua` knows.
    pub(crate) kind: &'a str,
    pub(crate) clients: u32,
    pub(crate) users: u32,
    /// How long a client waits between two requests.
    pub(crate) pause: Duration,
}

/// What one run came to. Latencies in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) per_second: f64,
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) requests: u64,
    pub(crate) errors: u64,
}

/// As `load/load.lua` prints it: times in microseconds.
#[derive(Debug, Deserialize)]
struct Printed {
    requests: u64,
    duration: u64,
    errors: u64,
    p50: u64,
    p90: u64,
    p99: u64,
}

impl Load<'_> {
    /// Sends for so long, to whom `base` names, with this key.
    ///
    /// # Errors
    /// wrk is missing or fails. Requests that fail are counted.
    pub(crate) async fn run(self, base: &str, key: &str, seconds: u32) -> Result<Sample, Failure> {
        static RUN: AtomicU32 = AtomicU32::new(0);
        let run = format!("{}-{}", std::process::id(), RUN.fetch_add(1, Ordering::Relaxed));
        let load = folder().join("load");
        let mut wrk = Command::new("wrk");
        wrk.arg(format!("-t{}", THREADS.min(self.clients)))
            .arg(format!("-c{}", self.clients))
            .arg(format!("-d{seconds}s"))
            .args(["--timeout", "60s", "-s"])
            .arg(load.join("load.lua"))
            .args([base, "--", self.kind, &self.users.to_string(), key])
            .arg(load.join("session.json"))
            .args([run, self.pause.as_millis().to_string()]);
        let text = output(wrk, "wrk", "Debian: apt-get install wrk").await?;
        let last = text.lines().last().unwrap_or_default();
        let printed: Printed =
            serde_json::from_str(last).map_err(|error| format!("wrk printed {last:?}: {error}"))?;
        let ms = |micros: u64| micros as f64 / 1e3;
        Ok(Sample {
            per_second: printed.requests as f64 / (printed.duration as f64 / 1e6),
            p50: ms(printed.p50),
            p90: ms(printed.p90),
            p99: ms(printed.p99),
            requests: printed.requests,
            // Who answers nothing is not measured.
            errors: printed.errors + u64::from(printed.requests == 0),
        })
    }
}

/// What a program prints, if it ends well.
///
/// # Errors
/// It is not there, or fails.
pub(crate) async fn output(
    mut command: Command,
    program: &str,
    install: &str,
) -> Result<String, Failure> {
    let output = command.kill_on_drop(true).output().await;
    let output = output.map_err(|error| format!("{program} cannot be run: {error}. {install}."))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program} failed with {}: {said}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
