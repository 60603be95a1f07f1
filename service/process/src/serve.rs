//! Accepting connections, and stopping without losing what is in hand.
//!
//! axum's own loop sets no timer, without which hyper never gives up on slow headers.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// The largest request head, in bytes: more than the longest path and query (64 KiB) needs. A
/// connection's memory grows towards it only with what was really sent.
const HEAD_BYTES: usize = 96 * 1024;

/// Pause after the system refused another connection: it has no file handles left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("The address {address} cannot be listened on ({error}). Name another in {setting}.")]
pub struct BindError {
    address: SocketAddr,
    error: io::Error,
    setting: &'static str,
}

/// Listens on the address that a setting names.
///
/// # Errors
/// It is taken, or not this machine's.
pub async fn bind(address: SocketAddr, setting: &'static str) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|error| BindError { address, error, setting })
}

/// Done once the process is asked to stop, by SIGTERM or from the terminal. It is caught from this
/// call on.
///
/// # Errors
/// The system's.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Serves until `stop` is done, then at most for `stop_timeout`. A connection that sends no whole
/// request head for `header_timeout` is closed, be it slow or idle.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    header_timeout: Duration,
    stop_timeout: Duration,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(header_timeout).max_buf_size(HEAD_BYTES);
    let mut stop = std::pin::pin!(stop);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        });
    }
    drop(listener);
    tracing::info!("stopping: finishing what is in hand");
    if tokio::time::timeout(stop_timeout, graceful.shutdown()).await.is_err() {
        tracing::warn!("stopped before every request was finished");
    }
}
