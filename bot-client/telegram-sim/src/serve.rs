//! Accepting connections. Unlike axum's own loop it can end one without an answer.

use std::convert::Infallible;
use std::io;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Marks an answer that must not be sent.
#[derive(Clone, Copy)]
struct NoAnswer;

/// The connection is to be closed instead of an answer.
pub(crate) fn no_answer() -> Response {
    (axum::Extension(NoAnswer), ()).into_response()
}

/// Serves until it is dropped, and with it every connection.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let router = TowerToHyperService::new(router.clone());
        let service = service_fn(move |request| answer(router.clone(), request));
        connections.spawn(async move {
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = served.await {
                tracing::debug!(%error, "connection ended");
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(
    router: TowerToHyperService<Router>,
    request: Request<hyper::body::Incoming>,
) -> io::Result<Response<Body>> {
    let answered: Result<_, Infallible> = hyper::service::Service::call(&router, request).await;
    let response = answered.unwrap_or_else(|never| match never {});
    if response.extensions().get::<NoAnswer>().is_some() {
        return Err(io::Error::other("the answer is lost, as was asked for"));
    }
    Ok(response)
}
