//! What is measured; docs/operations.md lists it.

use metrics::Unit;

use crate::service::SERVICE_SECONDS;
use crate::telegram::TELEGRAM_SECONDS;
use crate::webhook::{DEAD_LETTERS, UPDATE_SECONDS};

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
}
