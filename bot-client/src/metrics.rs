//! What is measured; docs/operations.md lists it.

use metrics::Unit;
use process::metrics::REVISION;

use crate::service::SERVICE_SECONDS;
use crate::telegram::TELEGRAM_SECONDS;
use crate::webhook::{DEAD_LETTERS, UPDATE_SECONDS};

const BUILD: &str = "bot_client_build_info";

/// Says what each metric is.
pub fn describe() {
    metrics::describe_histogram!(
        UPDATE_SECONDS,
        Unit::Seconds,
        "How long updates took, by outcome"
    );
    metrics::describe_counter!(DEAD_LETTERS, "Updates that could never succeed");
    // So that the first one is an increase.
    metrics::counter!(DEAD_LETTERS).increment(0);
    metrics::describe_histogram!(
        SERVICE_SECONDS,
        Unit::Seconds,
        "How long calls of the service took, by operation and status"
    );
    metrics::describe_histogram!(
        TELEGRAM_SECONDS,
        Unit::Seconds,
        "How long calls of Telegram took, by method and outcome"
    );
    metrics::describe_gauge!(BUILD, Unit::Count, "Which build this is; always 1");
    let build = [("version", env!("CARGO_PKG_VERSION")), ("revision", REVISION)];
    metrics::gauge!(BUILD, &build).set(1);
}
