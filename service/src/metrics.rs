//! `/metrics` on its own port, in Prometheus's text format.

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};

/// Seconds that a request took, by method, route and status.
pub const REQUEST_SECONDS: &str = "http_request_duration_seconds";

const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// Collects metrics from now on; the page that shows them.
pub fn install() -> Result<Router, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(REQUEST_SECONDS.to_owned()), &BUCKETS)?
        .install_recorder()?;
    metrics::describe_histogram!(
        REQUEST_SECONDS,
        metrics::Unit::Seconds,
        "How long requests took, by method, route and status"
    );
    let page = async move || {
        handle.run_upkeep();
        handle.render()
    };
    Ok(Router::new().route("/metrics", get(page)))
}
