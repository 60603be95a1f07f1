//! Measures the service side by side with what it replaces and with what the machine can do.
//!
//! docs/performance.md says what is measured, and shows the last run.

#![deny(clippy::unwrap_used)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line prints")]

mod contests;
mod database;
mod growth;
mod idle;
mod lab;
mod load;
mod machine;
mod picture;
mod postgres;
mod report;
mod server;
mod throughput;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::contests::CONTESTS;
use crate::database::Engine;
use crate::lab::Lab;
use crate::report::Results;

type Failure = Box<dyn std::error::Error>;

/// Measures the service side by side with its peers, in alternating rounds, and prints the table.
/// It starts everything itself, and needs wrk, PostgreSQL and Python.
#[derive(Debug, Parser)]
struct Cli {
    /// Rows to measure: those whose names contain one of these; without any, all.
    rows: Vec<String>,
    /// The guard: few short rounds, no peers that have to be installed; prints ratios, and fails if
    /// one is worse than half of the documented.
    #[arg(long, conflicts_with = "save")]
    quick: bool,
    /// Keep the results in bench/results.json, and show them in docs/performance.md.
    #[arg(long)]
    save: bool,
    /// Rounds of each measurement; 3 in a quick one.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Seconds of load in each round; 2 in a quick one.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// The most users that growth is measured with: 10000, 100000, 1000000 or 10000000.
    #[arg(long, default_value_t = 10_000_000)]
    largest: u32,
    /// Where databases are put: a folder on a real disk, with 10 GB of room for 10000000 users.
    #[arg(long, value_name = "FOLDER", default_value = "/var/tmp")]
    data: PathBuf,
}

/// How thoroughly is measured.
#[derive(Debug, Clone, Copy)]
struct How {
    rounds: u32,
    /// Of load in each round.
    seconds: u32,
    quick: bool,
}

/// The folder of this crate.
fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match process::serve::stop_signal() {
        Ok(stop) => tokio::select! {
            outcome = run(Cli::parse()) => outcome,
            // What was started is stopped as it goes out of scope.
            () = stop => Err("stopped.".into()),
        },
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let how = if cli.quick {
        How { rounds: 3, seconds: 2, quick: true }
    } else {
        How { rounds: cli.rounds, seconds: cli.seconds, quick: false }
    };
    let wanted = wanted(&cli)?;
    let mut lab = Lab::open(&cli.data).await?;
    let mut results = Results { machine: machine::describe(&cli.data)?, ..Results::default() };
    for name in wanted {
        eprintln!("{name} …");
        match name {
            "start" => results.rows.extend(idle::starts(&mut lab, how).await?),
            "memory-idle" => results.rows.extend(idle::idle_memory(&mut lab, how).await?),
            "memory-256" => results.rows.extend(idle::loaded_memory(&mut lab, how).await?),
            "growth-sqlite" | "growth-postgres" => {
                let is_sqlite = name == "growth-sqlite";
                let engine = if is_sqlite { Engine::Sqlite } else { Engine::Postgres };
                let (rows, sizes) = growth::measure(engine, cli.largest, &mut lab, how).await?;
                results.rows.extend(rows);
                results.sizes.extend(sizes);
            }
            name => {
                for contest in CONTESTS.iter().filter(|contest| contest.name == name) {
                    results.rows.push(throughput::measure(contest, &mut lab, how).await?);
                }
            }
        }
    }
    let settings = lab.settings.iter();
    results.settings = settings.map(|(name, how)| ((*name).to_owned(), how.clone())).collect();
    drop(lab);
    if cli.quick {
        let (ratios, collapsed) = results.guard(&Results::load()?);
        print!("{ratios}");
        return Ok(if collapsed { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    print!("{}", results.tables());
    if cli.save {
        let mut kept = Results::load()?;
        kept.take(results);
        kept.save()?;
        picture::draw(&kept)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Rows that only a full run has: they need peers that have to be installed, or hours.
const FULL: [&str; 5] = ["start", "memory-idle", "memory-256", "growth-sqlite", "growth-postgres"];

/// The names of the rows to measure.
fn wanted(cli: &Cli) -> Result<Vec<&'static str>, Failure> {
    let mut names: Vec<_> = CONTESTS.iter().map(|contest| contest.name).collect();
    if !cli.quick {
        names.extend(FULL);
    }
    for row in &cli.rows {
        if !names.iter().any(|name| name.contains(row)) {
            return Err(
                format!("No row is called {row:?}; there are: {}.", names.join(", ")).into()
            );
        }
    }
    names.retain(|name| cli.rows.is_empty() || cli.rows.iter().any(|row| name.contains(row)));
    Ok(names)
}
