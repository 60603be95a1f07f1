//! What is measured; the names are in docs/operations.md.

use metrics::Unit;
use process::metrics::REVISION;

/// Seconds that a request took, by method, route and status.
pub const REQUEST_SECONDS: &str = "http_request_duration_seconds";
/// Connections to the database, by pool and state.
pub const POOL_CONNECTIONS: &str = "database_pool_connections";
/// Operations that wait for a connection, by pool.
pub const POOL_WAITING: &str = "database_pool_waiting";
/// Seconds that an operation waited for its connection, by pool.
pub const POOL_WAIT_SECONDS: &str = "database_pool_wait_duration_seconds";
/// Seconds that a transaction took, with its repeats, by outcome.
pub const TRANSACTION_SECONDS: &str = "database_transaction_duration_seconds";
/// Transactions that were run again because another one got in the way.
pub const TRANSACTION_RETRIES: &str = "database_transaction_retries_total";
/// Statements or transactions for several requests that failed, so that each was done by itself.
pub const BATCH_FAILURES: &str = "database_batch_failures_total";
/// XP that users have earned.
pub const XP: &str = "xp_earned_total";
/// Trainings that users have finished.
pub const TRAININGS: &str = "trainings_finished_total";

const BUILD: &str = "service_build_info";

/// Reads that a replica was to answer, by who did: `replica` or `primary`.
pub const REPLICA_READS: &str = "database_replica_reads_total";
/// How old the replica's data is at most, or at least if it is too old to be shown.
pub const REPLICA_LAG: &str = "database_replica_lag_seconds";
/// 1 if the replica is used.
pub const REPLICA_USABLE: &str = "database_replica_usable";

/// Says what each metric is.
pub fn describe() {
    metrics::describe_histogram!(
        REQUEST_SECONDS,
        Unit::Seconds,
        "How long requests took, by method, route and status"
    );
    metrics::describe_gauge!(
        POOL_CONNECTIONS,
        Unit::Count,
        "Connections to the database, by pool and state"
    );
    metrics::describe_gauge!(
        POOL_WAITING,
        Unit::Count,
        "Operations that wait for a connection, by pool"
    );
    metrics::describe_histogram!(
        POOL_WAIT_SECONDS,
        Unit::Seconds,
        "How long operations waited for their connection, by pool"
    );
    metrics::describe_histogram!(
        TRANSACTION_SECONDS,
        Unit::Seconds,
        "How long transactions took, with their repeats, by outcome"
    );
    metrics::describe_counter!(
        TRANSACTION_RETRIES,
        Unit::Count,
        "Transactions that were run again because another one got in the way"
    );
    metrics::describe_counter!(
        BATCH_FAILURES,
        Unit::Count,
        "Statements or transactions for several requests that failed"
    );
    metrics::describe_counter!(XP, Unit::Count, "XP that users have earned");
    metrics::describe_counter!(TRAININGS, Unit::Count, "Trainings that users have finished");
    // So that the first one is an increase.
    for counter in [TRANSACTION_RETRIES, BATCH_FAILURES, XP, TRAININGS] {
        metrics::counter!(counter).increment(0);
    }
    metrics::describe_gauge!(BUILD, Unit::Count, "Which build this is; always 1");
    let build = [("version", env!("CARGO_PKG_VERSION")), ("revision", REVISION)];
    metrics::gauge!(BUILD, &build).set(1);
    metrics::describe_counter!(
        REPLICA_READS,
        "Reads that a replica was to answer, by who did: replica or primary"
    );
    metrics::describe_gauge!(
        REPLICA_LAG,
        Unit::Seconds,
        "How old the replica's data is at most, or at least if it is too old to be shown"
    );
    metrics::describe_gauge!(REPLICA_USABLE, "1 if the replica is used, else 0");
}
