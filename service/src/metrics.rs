//! What is measured; the names are in docs/operations.md.

/// Seconds that a request took, by method, route and status.
pub const REQUEST_SECONDS: &str = "http_request_duration_seconds";

/// Says what each metric is.
pub fn describe() {
    metrics::describe_histogram!(
        REQUEST_SECONDS,
        metrics::Unit::Seconds,
        "How long requests took, by method, route and status"
    );
}
