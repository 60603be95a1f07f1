//! The command line.

#![cfg_attr(not(test), deny(clippy::unwrap_used))]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line prints")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use process::health;
use process::log::{self, LogTo};
use process::metrics::serve_metrics;
use process::serve::{bind, serve, stop_signal};
use process::settings::environment;
use service::backup::{backup, restore};
use service::config::Config;
use service::copy::copy;
use service::domain::bounds::BotName;
use service::domain::time::Clock;
use service::legacy::{ImportOptions, import_database, import_json};
use service::provision::{Desired, provision};
use service::verify::{Verified, verify};
use service::{api, metrics, start, store};
use uuid::Uuid;

/// How often old idempotency keys are deleted.
const PURGE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Where metrics are served.
const METRICS_LISTEN: &str = "SERVICE__METRICS_LISTEN";

/// Requests take about a tenth less time than with the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn std::error::Error>;

/// Users, sessions, XP, badges, access and payments of a family of Telegram bots, over HTTP.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// A TOML file of settings; without it service.toml, if there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API (the default).
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Take over what the old bot left. It can be stopped and run again; nothing is added twice.
    #[command(subcommand)]
    Import(Import),
    /// Write a copy of the SQLite database into a new file while the service serves, and check it.
    Backup { file: PathBuf },
    /// Put a backup in the place of the SQLite database, which is kept under another name. The
    /// service must not run.
    Restore { file: PathBuf },
    /// Recompute every total, level and balance from the ledgers; exit code 1 if any differs.
    Verify,
    /// Copy everything, keys included, to an empty database of either kind. The source is only read.
    Copy {
        /// In the forms of DATABASE_URL.
        #[arg(long, value_name = "URL")]
        from: String,
        /// In the forms of DATABASE_URL; its schema is brought up to date.
        #[arg(long, value_name = "URL")]
        to: String,
    },
    /// Make, list and revoke API keys.
    #[command(subcommand)]
    Keys(Keys),
    /// Ask the process that serves here whether it can work; exit code 0 if so.
    Healthcheck,
    /// Make bots, levels, badges, tariffs and promo codes be as a TOML file says, all or nothing.
    Provision {
        file: PathBuf,
        /// Take away what the file does not hold, of the kinds that it names: levels and badges
        /// are deleted, tariffs deactivated, promo codes ended; bots stay.
        #[arg(long)]
        prune: bool,
        /// Print what would be done, and do nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Print completions for a shell.
    Completions { shell: Shell },
}

#[derive(Debug, Subcommand)]
enum Import {
    /// From its JSON file, users_data.json.
    Json {
        file: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// From its SQLite or PostgreSQL database, which is only read.
    Database {
        /// In the forms of DATABASE_URL.
        url: String,
        #[command(flatten)]
        how: How,
    },
}

#[derive(Debug, Args)]
struct How {
    /// Whose sessions and trainings they are where the source does not say.
    #[arg(long, value_parser = BotName::new, default_value = "spin_bot")]
    bot: BotName,
    /// The channel that bonuses were given for, such as @spin; without it they count for every one.
    #[arg(long, value_name = "@NAME")]
    channel: Option<String>,
    /// Whose totals to take where users and the bot's stats disagree.
    #[arg(long, value_enum, default_value_t = Trust::Users)]
    trust: Trust,
    /// Report what would be done, and leave nothing of it.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Trust {
    Users,
    Stats,
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Make a key; it is shown this once.
    Create {
        /// The bot that it is for; created if there is none of this name.
        #[arg(long, required_unless_present = "operator", value_parser = BotName::new)]
        bot: Option<BotName>,
        /// A key that may do everything.
        #[arg(long, conflicts_with = "bot")]
        operator: bool,
        /// Valid for this many days; without it, until it is revoked.
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=36_500))]
        days: Option<i64>,
    },
    /// List all keys, without the keys themselves.
    List,
    /// Revoke a key; it fails within a second everywhere.
    Revoke { key_id: Uuid },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("service: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    match &cli.command {
        Some(Command::Openapi) => {
            print!("{}", api::document::TEXT.as_str());
            return Ok(());
        }
        Some(Command::Completions { shell }) => {
            let mut out = std::io::stdout();
            clap_complete::generate(*shell, &mut Cli::command(), "service", &mut out);
            return Ok(());
        }
        _ => {}
    }
    let config = Config::load(cli.config.as_deref(), environment())?;
    if let Some(Command::Healthcheck) = cli.command {
        return Ok(health::check(config.listen, "/readyz").await?);
    }
    let to = match cli.command {
        None | Some(Command::Serve) => LogTo::Stdout,
        Some(_) => LogTo::Stderr,
    };
    log::init(&config.log, config.log_format, to)?;
    match cli.command {
        None | Some(Command::Serve) => run_service(&config).await,
        Some(Command::Migrate) => {
            match start::migrate(&config).await? {
                0 => println!("The schema is up to date."),
                count => println!("Applied {count} migrations."),
            }
            Ok(())
        }
        Some(Command::Import(import)) => run_import(&config, import).await,
        Some(Command::Backup { file }) => run_backup(&config, &file).await,
        Some(Command::Restore { file }) => {
            println!("{}", restore(&config, &file, Clock::System.now()).await?);
            Ok(())
        }
        Some(Command::Verify) => run_verify(&config).await,
        Some(Command::Copy { from, to }) => {
            println!("{}", copy(&config, &from, &to).await?);
            Ok(())
        }
        Some(Command::Keys(keys)) => run_keys(&config, keys).await,
        Some(Command::Provision { file, prune, dry_run }) => {
            let desired = Desired::read(&file)?;
            let store = start::open(&config).await?;
            let report = provision(&store, &desired, prune, dry_run).await;
            store.close().await;
            println!("{}", report?);
            Ok(())
        }
        Some(Command::Healthcheck | Command::Openapi | Command::Completions { .. }) => Ok(()),
    }
}

async fn run_service(config: &Config) -> Result<(), Failure> {
    for setting in config.settings() {
        tracing::info!(name = setting.name, value = setting.value, "setting");
    }
    let listener = bind(config.listen, "SERVICE__LISTEN").await?;
    let address = listener.local_addr()?;
    let limits = config.limits();
    // Takes some milliseconds, and so does the database.
    let router = tokio::task::spawn_blocking(move || api::router(limits));
    let store = start::open(config).await?;
    start::provision(config, &store).await?;
    let app = start::app(config, store.clone()).await?;
    let purged = Arc::clone(&app);
    let purging = tokio::spawn(async move {
        loop {
            start::purge(&purged).await;
            tokio::time::sleep(PURGE_EVERY).await;
        }
    });
    let ranked = Arc::clone(&app);
    let ranking = tokio::spawn(async move {
        loop {
            tokio::time::sleep(ranked.ranks.refresh(&ranked.store).await).await;
        }
    });
    let watched = store.clone();
    let watching = tokio::spawn(async move { watched.watch_replica().await });
    let optional = config.is_default_metrics_listen();
    let measure = {
        let store = store.clone();
        move || store.measure()
    };
    let page = serve_metrics(config.metrics_listen, METRICS_LISTEN, optional, measure).await?;
    metrics::describe();
    let stop = stop_signal()?;
    let drain = Duration::from_secs(config.http.drain_seconds);
    let router = router.await?.with_state(Arc::clone(&app));
    let stop = async move {
        stop.await;
        app.stopping.store(true, Ordering::Relaxed);
        tokio::time::sleep(drain).await;
    };
    // Last, so that nothing can fail between making the key and showing it.
    let key = start::first_key(config, &store).await?;
    tracing::info!(%address, "serving");
    welcome(address, key.as_ref().map(|key| key.key.as_str()));
    let header_timeout = Duration::from_secs(config.http.header_timeout_seconds);
    let stop_timeout = Duration::from_secs(config.http.stop_timeout_seconds);
    serve(listener, router, header_timeout, stop_timeout, stop).await;
    purging.abort();
    ranking.abort();
    watching.abort();
    page.abort();
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// What somebody who starts the service for the first time needs.
fn welcome(address: SocketAddr, key: Option<&str>) {
    if let Some(key) = key {
        println!(
            "This is the first start. The operator's key below is shown only now; try it:\n\n  \
             curl -H 'Authorization: Bearer {key}' http://{address}/v1/users\n"
        );
    }
    println!(
        "The API is at http://{address}/v1, Swagger UI at http://{address}/docs/, the console at \
         http://{address}/admin/"
    );
}

async fn run_import(config: &Config, import: Import) -> Result<(), Failure> {
    let store = start::open(config).await?;
    let report = match import {
        Import::Json { file, how } => import_json(&store, &file, &how.into()).await,
        Import::Database { url, how } => import_database(&store, &url, &how.into()).await,
    };
    store.close().await;
    println!("{}", report?);
    Ok(())
}

impl From<How> for ImportOptions {
    fn from(how: How) -> Self {
        Self {
            bot_name: how.bot,
            channel: how.channel,
            trust_stats: how.trust == Trust::Stats,
            dry_run: how.dry_run,
        }
    }
}

async fn run_backup(config: &Config, file: &Path) -> Result<(), Failure> {
    let backup = backup(config, file).await?;
    println!("{backup}");
    add_up(backup.contents.verified.as_ref())
}

async fn run_verify(config: &Config) -> Result<(), Failure> {
    let store = start::open_to_read(&config.database_options()?).await?;
    let verified = verify(&store).await;
    store.close().await;
    let verified = verified?;
    println!("{verified}");
    add_up(Some(&verified))
}

/// What a script must not take for success.
fn add_up(verified: Option<&Verified>) -> Result<(), Failure> {
    match verified.map_or(0, |verified| verified.differences.len()) {
        0 => Ok(()),
        _ => Err("The data is not what its ledgers add up to; see the differences above.".into()),
    }
}

async fn run_keys(config: &Config, keys: Keys) -> Result<(), Failure> {
    let store = start::open(config).await?;
    let failed = |error| start::database_error(config, error);
    match keys {
        Keys::Create { bot, days, .. } => {
            let bot = bot.as_ref();
            let created = store.write(|tx| Box::pin(start::create_key(tx, bot, days)));
            let created = created.await.map_err(failed)?;
            println!("{}", created.key);
            eprintln!("Key {}; it is not shown again.", created.key_id);
        }
        Keys::List => {
            println!("{:36}  {:20}  {:27}  {:27}  state", "key_id", "bot", "created", "last used");
            let now = store.clock().now();
            for key in store.read(|c| Box::pin(store::keys::all(c))).await.map_err(failed)? {
                let used = key.last_used_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
                let bot = key.bot_name.as_deref().unwrap_or("(operator)");
                let state = key.state(now);
                println!("{}  {bot:20}  {}  {used:27}  {state}", key.key_id, key.created_at);
            }
        }
        Keys::Revoke { key_id } => {
            let revoked = store.write(|tx| Box::pin(store::keys::revoke(tx, None, key_id)));
            if !revoked.await.map_err(failed)? {
                return Err("There is no such key; `service keys list` shows them all.".into());
            }
            println!("Revoked {key_id}.");
        }
    }
    store.close().await;
    Ok(())
}
