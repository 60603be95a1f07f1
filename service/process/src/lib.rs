//! What every process of the project has: settings, a log, metrics, a port to serve on, and a check
//! of its health.

#![cfg_attr(not(test), deny(clippy::unwrap_used))]

pub mod health;
#[cfg(feature = "http")]
pub mod http;
pub mod log;
pub mod metrics;
pub mod serve;
pub mod settings;
