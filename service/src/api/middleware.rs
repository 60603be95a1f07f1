//! What every request passes through.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tracing::{Instrument, Span, field};
use uuid::Uuid;

use super::problem::Problem;
use crate::metrics::REQUEST_SECONDS;
use crate::request;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const MAX_REQUEST_ID: usize = 128;

/// Names the request, logs it, and gives every error its body.
pub(super) async fn answer(request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    let (route, method) = (route.to_owned(), method_name(request.method()));
    let span = tracing::info_span!("request", request_id = id, method, route, key = field::Empty,);
    let started = Instant::now();
    let handling = request::within(id.clone(), next.run(request));
    let mut response = handling.instrument(span.clone()).await;
    if let Some(problem) = problem_of(&mut response) {
        let allow = response.headers_mut().remove(axum::http::header::ALLOW);
        response = problem.render(&id);
        if let Some(allow) = allow {
            response.headers_mut().insert(axum::http::header::ALLOW, allow);
        }
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (elapsed, status) = (started.elapsed(), response.status().as_u16());
    let labels = [
        ("method", method),
        ("route", route.clone()),
        ("status", response.status().as_str().to_owned()),
    ];
    metrics::histogram!(REQUEST_SECONDS, &labels).record(elapsed);
    let milliseconds = elapsed.as_secs_f64() * 1_000.0;
    span.in_scope(|| tracing::info!(status, milliseconds, "answered"));
    response
}

/// The method, or `other`: what callers make up must not become a label.
fn method_name(method: &Method) -> String {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if KNOWN.contains(method) { method.to_string() } else { "other".to_owned() }
}

/// The caller's id, if it is short and printable, else a new one.
fn request_id(request: &Request) -> String {
    request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=MAX_REQUEST_ID).contains(&id.len()))
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// The problem that this answer is; also one that a library answered in its own form.
fn problem_of(response: &mut Response) -> Option<Problem> {
    let status = response.status();
    let problem = response.extensions_mut().remove::<Problem>();
    problem.or_else(|| {
        (status.is_client_error() || status.is_server_error()).then(|| Problem::of_status(status))
    })
}

/// Notes in the log whose key it was.
pub(super) fn note_key(key_id: &str) {
    Span::current().record("key", key_id);
}

/// Answers 503 at once when too many requests are in hand.
pub(super) async fn shed_load(
    State(in_flight): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    // A busy process is up.
    if ["/healthz", "/readyz"].contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let Ok(_permit) = in_flight.try_acquire() else {
        let detail = "The service carries as much as it can; try again in a moment.";
        return Problem::unavailable("overloaded", detail).into_response();
    };
    next.run(request).await
}

/// Gives a request up after `limit`; what it had not committed is undone, unless it goes on together
/// with what others have asked for.
pub(super) async fn time_out(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = "The request took too long. Whether it was carried out is not known: \
                          repeat it with the same Idempotency-Key.";
            Problem::unavailable("timeout", detail).into_response()
        }
    }
}

/// What a panic looks like from outside.
#[expect(clippy::needless_pass_by_value, reason = "the form that tower-http calls")]
pub(super) fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    tracing::error!(message, "handler panicked");
    Problem::internal().into_response()
}
