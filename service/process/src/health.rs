//! Whether a process works, asked from beside it: in a container there need be nothing else to ask with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long an answer is waited for: less than who runs the check waits for it.
const PATIENCE: Duration = Duration::from_secs(4);

/// The process does not answer, or says that it cannot work.
#[derive(Debug, thiserror::Error)]
#[error("http://{address}{path} {problem}")]
pub struct HealthError {
    address: SocketAddr,
    path: &'static str,
    problem: String,
}

/// Asks the process of this machine that listens on `listen`.
///
/// # Errors
/// It does not answer `path` with success within 4 seconds.
pub async fn check(listen: SocketAddr, path: &'static str) -> Result<(), HealthError> {
    let address = SocketAddr::new(reachable(listen.ip()), listen.port());
    let problem = match tokio::time::timeout(PATIENCE, ask(address, path)).await {
        Ok(Ok(status)) if status.is_success() => return Ok(()),
        Ok(Ok(status)) => format!("answers {status}"),
        Ok(Err(error)) => format!("does not answer: {error}"),
        Err(_) => format!("does not answer within {} seconds", PATIENCE.as_secs()),
    };
    Err(HealthError { address, path, problem })
}

/// What listens on every address listens on this one.
fn reachable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

async fn ask(address: SocketAddr, path: &str) -> Result<StatusCode, Box<dyn std::error::Error>> {
    let stream = TokioIo::new(TcpStream::connect(address).await?);
    let (mut sender, connection) = http1::handshake(stream).await?;
    let request = Request::get(path).header(header::HOST, address.to_string());
    let answer = sender.send_request(request.body(Body::empty())?);
    tokio::select! {
        answer = answer => Ok(answer?.status()),
        ended = connection => Err(ended.err().map_or("it hangs up".into(), Into::into)),
    }
}
