//! Telegram in a box, as a process: see the library.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use process::health;
use process::log::{LogFormat, LogTo};
use process::settings::Settings;
use serde::{Deserialize, Serialize};
use telegram_sim::{Control, Options, Sim};

/// Telegram in a box: the Bot API, and a chat in the browser.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the Bot API and the page (the default).
    Serve,
    /// Ask the process that serves here whether it works; exit code 0 if so.
    Healthcheck,
}

/// All settings; each has its name in the environment after `SIM__`, in capitals.
#[derive(Debug, Serialize, Deserialize)]
struct Config {
    listen: SocketAddr,
    log: String,
    log_format: LogFormat,
    rate_limits: bool,
    speed: u32,
    /// A channel to join and leave on the page, such as `@spin_channel`; empty for none.
    channel: String,
}

const SETTINGS: Settings = Settings {
    prefix: "SIM",
    defaults: r#"
listen = "127.0.0.1:8082"
log = "info"
log_format = "auto"
rate_limits = true
speed = 1
channel = "@spin_channel"
"#,
    file: "telegram-sim.toml",
    renamed: None,
};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
#[expect(clippy::print_stderr, reason = "the command line")]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("telegram-sim: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let config: Config = SETTINGS.load(None, process::settings::environment())?;
    match cli.command {
        None | Some(Command::Serve) => serve(config).await,
        Some(Command::Healthcheck) => Ok(health::check(config.listen, "/").await?),
    }
}

async fn serve(config: Config) -> Result<(), Failure> {
    process::log::init(&config.log, config.log_format, LogTo::Stdout)?;
    let stop = process::serve::stop_signal()?;
    let listener = process::serve::bind(config.listen, "SIM__LISTEN").await?;
    let options = Options { rate_limits: config.rate_limits, speed: config.speed };
    let sim = Sim::start_on(listener, options)?;
    let control = sim.control();
    if !config.channel.is_empty() {
        control.channel(&config.channel, true).await?;
    }
    control.user("Alex", "en").await?;
    tracing::info!("the Bot API is at {}/bot<token>/<method>", sim.base_url());
    tokio::spawn(say_when_ready(control, sim.base_url()));
    stop.await;
    Ok(())
}

/// Ready is: a bot has said where it is.
#[expect(clippy::print_stdout, reason = "the command line")]
async fn say_when_ready(mut control: Control, base_url: String) {
    while control.wait_for_webhook().await.is_err() {}
    println!("Ready: open {base_url}/ and write to the bot.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_stands_in_the_operators_table() {
        let config: Config = SETTINGS.load(None, []).unwrap();
        let table = include_str!("../../../docs/operations.md");
        let settings = SETTINGS.shown(&config);
        assert!(settings.len() > 5);
        for setting in settings {
            let row = format!("| `{}` |", setting.name);
            assert!(table.contains(&row), "{row} is not in docs/operations.md");
        }
    }
}
