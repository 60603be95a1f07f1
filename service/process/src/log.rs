//! The log.

use std::io::IsTerminal;

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Pretty,
    Json,
    /// Pretty on a terminal, JSON otherwise.
    Auto,
}

/// Where log lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogTo {
    /// Of what serves: stderr is left for why it did not start.
    Stdout,
    /// Of a command, so that a program can read what it prints.
    Stderr,
}

/// Whether a text is a tracing filter.
///
/// # Errors
/// What is wrong with it.
pub fn check_filter(filter: &str) -> Result<EnvFilter, ParseError> {
    EnvFilter::builder().parse(filter)
}

/// Logs from now on.
///
/// # Errors
/// A filter that is none.
pub fn init(filter: &str, format: LogFormat, to: LogTo) -> Result<(), ParseError> {
    let log = tracing_subscriber::fmt().with_env_filter(check_filter(filter)?);
    let (out, is_terminal) = match to {
        LogTo::Stdout => (BoxMakeWriter::new(std::io::stdout), std::io::stdout().is_terminal()),
        LogTo::Stderr => (BoxMakeWriter::new(std::io::stderr), std::io::stderr().is_terminal()),
    };
    let is_json = match format {
        LogFormat::Json => true,
        LogFormat::Pretty => false,
        LogFormat::Auto => !is_terminal,
    };
    if is_json {
        log.json().flatten_event(true).with_writer(out).init();
    } else {
        log.with_ansi(is_terminal).with_writer(out).init();
    }
    Ok(())
}
