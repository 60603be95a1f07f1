//! A throw-away PostgreSQL cluster, and pgbench on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};

use crate::Failure;
use crate::load::{SESSION, Sample, output};
use crate::server::{Server, free_port};

const INSTALL: &str = "Debian: apt-get install postgresql";

/// Durable, and sized for this machine; what is not here is as PostgreSQL ships it.
const SETTINGS: [&str; 7] = [
    "fsync=on",
    "synchronous_commit=on",
    "max_connections=300",
    "shared_buffers=1GB",
    "max_wal_size=4GB",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
];

/// A running cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    bin: PathBuf,
    port: u16,
    pub(crate) settings: String,
    /// Stopped before its folder is removed.
    _server: Server,
}

impl Cluster {
    /// Makes a cluster in a new folder `data`, and starts it.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub(crate) async fn start(data: &Path, log: &Path) -> Result<Self, Failure> {
        let bin = bin()?;
        fs::create_dir(data)?;
        let is_root = rustix::process::geteuid().is_root();
        let command = |program: &str| {
            let program = bin.join(program);
            let mut command =
                Command::new(if is_root { "setpriv".into() } else { program.clone() });
            if is_root {
                // PostgreSQL refuses root.
                command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
                command.arg(program);
            }
            command.arg("-D").arg(data).current_dir("/");
            command
        };
        if is_root {
            let mut chown = Command::new("chown");
            chown.arg("postgres:postgres").arg(data);
            output(chown.into(), "chown", INSTALL).await?;
        }
        let mut initdb = command("initdb");
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8"]);
        output(initdb.into(), "initdb", INSTALL).await?;
        let port = free_port()?;
        let mut postgres = command("postgres");
        postgres.args(["-p", &port.to_string()]);
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        let mut server = Server::spawn(postgres, log)?;
        let begun = Instant::now();
        let mut connection = loop {
            match PgConnection::connect(&url(port, "postgres")).await {
                Ok(connection) => break connection,
                Err(_) => server.check(begun)?,
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let version: String =
            sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await?;
        let settings = format!("PostgreSQL {version}: {}", SETTINGS[..5].join(", "));
        Ok(Self { bin, port, settings, _server: server })
    }

    /// The URL of a database of this name.
    pub(crate) fn url(&self, database: &str) -> String {
        url(self.port, database)
    }

    /// Runs the script `peers/pgbench/NAME.sql`.
    ///
    /// # Errors
    /// pgbench's.
    pub(crate) async fn pgbench(
        &self,
        database: &str,
        name: &str,
        connections: u32,
        seconds: u32,
    ) -> Result<Sample, Failure> {
        let mut connection = PgConnection::connect(&self.url(database)).await?;
        let now = "SELECT now()::text, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')";
        let (now, day): (String, String) = sqlx::query_as(now).fetch_one(&mut connection).await?;
        let [session, stats] = parts()?;
        let mut pgbench = Command::new(self.bin.join("pgbench"));
        pgbench
            .args(flags(connections))
            .arg("-f")
            .arg(script(name))
            .args([format!("-T{seconds}"), format!("-p{}", self.port)]);
        for variable in [
            "bot=spin_bot".to_owned(),
            "yes=true".to_owned(),
            format!("now={now}"),
            format!("day={day}"),
            format!("session={session}"),
            format!("stats={stats}"),
        ] {
            pgbench.args(["-D", &variable]);
        }
        pgbench.args(["-h127.0.0.1", "-Upostgres", database]);
        let text = output(pgbench.into(), "pgbench", INSTALL).await?;
        let number = |start: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(start));
            let word = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
            word.ok_or_else(|| format!("pgbench printed no {start:?}: {text}"))
        };
        let average = number("latency average = ")?;
        Ok(Sample {
            per_second: number("tps = ")?,
            // It prints no percentiles.
            p50: average,
            p90: average,
            p99: average,
            requests: 0,
            errors: u64::from(number("number of failed transactions: ")? > 0.0),
        })
    }
}

/// How pgbench is called, for the report.
pub(crate) fn pgbench_settings(connections: u32) -> String {
    format!("{}, its latency is the average", flags(connections).join(" "))
}

fn flags(connections: u32) -> [String; 5] {
    ["-n", "-M", "prepared", &format!("-c{connections}"), "-j2"].map(str::to_owned)
}

fn script(name: &str) -> PathBuf {
    crate::folder().join("peers/pgbench").join(format!("{name}.sql"))
}

/// The session and the stats of [`SESSION`], each as JSON.
pub(crate) fn parts() -> Result<[String; 2], Failure> {
    let both: serde_json::Value = serde_json::from_str(SESSION)?;
    Ok(["session", "stats"].map(|part| both[part].to_string()))
}

fn url(port: u16, database: &str) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/{database}")
}

/// Debian keeps the programs of each version in a folder of its own.
fn bin() -> Result<PathBuf, Failure> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.filter_map(|version| {
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        Some((number, version.path().join("bin")))
    });
    let newest = newest.max().map(|(_, bin)| bin);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = newest.into_iter().chain(std::env::split_paths(&path));
    let mut found = found.filter(|bin| bin.join("initdb").exists());
    found.next().ok_or_else(|| format!("PostgreSQL is not installed. {INSTALL}.").into())
}
