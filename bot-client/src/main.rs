//! The command line.

#![cfg_attr(not(test), deny(clippy::unwrap_used))]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line prints")]

use std::io::BufRead;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use bot_client::bot::Bot;
use bot_client::config::Config;
use bot_client::texts::Language;
use bot_client::training::classifier::Classifier;
use bot_client::training::evaluation::{Evaluation, labelled_questions};
use bot_client::training::{QuestionType, Scenario};
use bot_client::{jobs, setup, webhook};
use clap::{Parser, Subcommand};
use process::health;
use process::log::{self, LogTo};
use process::metrics::serve_metrics;
use process::serve::{bind, serve, stop_signal};
use process::settings::environment;

const METRICS_LISTEN: &str = "BOT__METRICS_LISTEN";

/// A connection that sends no whole request head for so long is closed.
const HEADER_TIME: Duration = Duration::from_secs(20);

/// What is in hand is finished in this time: longer than a handler has.
const STOP_TIME: Duration = Duration::from_secs(24);

/// The SPIN training bot for Telegram.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// A TOML file of settings; without it bot-client.toml, if there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer Telegram's webhook (the default).
    Serve,
    /// Ask the process that serves here whether it can work; exit code 0 if so.
    Healthcheck,
    /// Print the type of each question that stdin holds, one a line.
    Classify {
        #[arg(long)]
        lang: Language,
    },
    /// Print how well the classifier does on the labelled questions.
    Evaluate,
}

/// Questions by somebody else than the author of the rules, who has not seen them.
const UNSEEN: [(Language, &str); 2] = [
    (Language::Ru, include_str!("../questions/ru.tsv")),
    (Language::En, include_str!("../questions/en.tsv")),
];

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bot-client: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        None | Some(Command::Serve) => run_bot(cli.config).await,
        Some(Command::Healthcheck) => {
            let config = Config::load(cli.config.as_deref(), environment())?;
            Ok(health::check(config.listen, "/readyz").await?)
        }
        Some(Command::Classify { lang }) => {
            let scenario = Scenario::load("")?;
            let classifier = scenario.classifier.get(lang);
            for line in std::io::stdin().lock().lines() {
                println!("{}", classifier.question_type(&line?));
            }
            Ok(())
        }
        Some(Command::Evaluate) => {
            print!("{}", evaluate()?);
            Ok(())
        }
    }
}

fn evaluate() -> Result<String, Failure> {
    let scenario = Scenario::load("")?;
    let mut printed = String::new();
    for (lang, unseen) in UNSEEN {
        let classifier = scenario.classifier.get(lang);
        let tuned_on = Evaluation::of(classifier, &examples(classifier));
        let unseen = Evaluation::of(classifier, &labelled_questions(unseen)?);
        printed += &format!("{lang}, tuned on\n{tuned_on}\n{lang}, not tuned on\n{unseen}\n");
    }
    Ok(printed)
}

/// The labelled questions that the classifier was tuned on.
fn examples(classifier: &Classifier) -> Vec<(QuestionType, &str)> {
    let examples = classifier.examples.iter();
    examples.flat_map(|(kind, texts)| texts.iter().map(|text| (*kind, text.as_str()))).collect()
}

async fn run_bot(file: Option<PathBuf>) -> Result<(), Failure> {
    let config = Config::load(file.as_deref(), environment())?;
    log::init(&config.log, config.log_format, LogTo::Stdout)?;
    for setting in config.settings() {
        tracing::info!(name = setting.name, value = setting.value, "setting");
    }
    let bot = Arc::new(Bot::new(&config)?);
    let listener = bind(config.listen, "BOT__LISTEN").await?;
    let optional = config.metrics_listen == Config::default_metrics_listen();
    let page = serve_metrics(config.metrics_listen, METRICS_LISTEN, optional, || ()).await?;
    bot_client::metrics::describe();
    let stop = stop_signal()?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    let router = webhook::router(bot.clone());
    tokio::select! {
        () = serve(listener, router, HEADER_TIME, STOP_TIME, stop) => {}
        never = setup::set_up(&bot, &config) => match never {},
        never = jobs::run(&bot) => match never {},
    }
    page.abort();
    tracing::info!("stopped");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_in_the_docs_are_those_of_today() {
        let printed = evaluate().unwrap();
        let page = include_str!("../../docs/classifier.md");
        assert!(page.contains(printed.trim_end()), "docs/classifier.md must say:\n{printed}");
    }
}
