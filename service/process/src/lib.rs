//! What every process of the project has: settings, a log, metrics, and a port to serve on.

#![cfg_attr(not(test), deny(clippy::unwrap_used))]

#[cfg(feature = "http")]
pub mod http;
pub mod log;
pub mod metrics;
pub mod serve;
pub mod settings;
