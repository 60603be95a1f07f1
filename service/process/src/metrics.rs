//! `/metrics` on its own port, in Prometheus's text format.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};
use metrics_process::Collector;
use tokio::task::JoinHandle;

use crate::serve::{BindError, bind, serve};

/// Upper bounds of the buckets of what is measured in seconds.
const SECONDS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 20.0];

/// A connection that sends no request for so long is closed.
const HEADER_TIMEOUT: Duration = Duration::from_secs(20);

/// The commit that the program was built from, if whoever built it said so.
pub const REVISION: &str = match option_env!("REVISION") {
    Some(revision) => revision,
    None => "unknown",
};

/// How often samples are put into their buckets: until then each takes memory, looked at or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// Why metrics are not served.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error("Metrics cannot be collected: {0}.")]
    Recorder(#[from] BuildError),
}

/// Collects metrics from now on and serves them, with those of the process. Those whose names end
/// with `_seconds` are histograms. `measure` sets what is measured when somebody looks. If `optional`, a taken address is a warning: that another process of this machine has
/// the default one is no reason not to start.
///
/// # Errors
/// The address that the setting names is taken, or metrics are collected already.
pub async fn serve_metrics(
    address: SocketAddr,
    setting: &'static str,
    optional: bool,
    measure: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<JoinHandle<()>, MetricsError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .install_recorder()?;
    let kept = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            kept.run_upkeep();
        }
    });
    let process = Collector::default();
    process.describe();
    let page = async move || {
        process.collect();
        measure();
        handle.render()
    };
    let router = Router::new().route("/metrics", get(page));
    match bind(address, setting).await {
        Ok(listener) => {
            if let Ok(address) = listener.local_addr() {
                tracing::info!(%address, "serving metrics");
            }
            let serving = serve(listener, router, HEADER_TIMEOUT, Duration::ZERO, pending());
            Ok(tokio::spawn(serving))
        }
        Err(error) if optional => {
            tracing::warn!(%error, "metrics are not served");
            Ok(tokio::spawn(async {}))
        }
        Err(error) => Err(error.into()),
    }
}
