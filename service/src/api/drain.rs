//! Answers that are given before the whole body was read.
//!
//! A client that is still sending sees a broken connection instead of the answer when the server
//! closes. So what is left of the body is read and dropped first, within bounds.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Frame, SizeHint};

/// How much is read and dropped; whoever sends more may miss the answer.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How long that may take.
const MAX_TIME: Duration = Duration::from_secs(5);

/// Reads what the handler left of the body, then answers.
pub(super) async fn drain(request: Request, next: Next) -> Response {
    // Such a client sends nothing until it is told to.
    if request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let rest = Arc::default();
    let response = next.run(request.map(|body| Body::new(Kept::new(body, &rest)))).await;
    let rest = rest.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(rest) = rest.filter(|rest| !rest.is_end_stream()) {
        let mut rest = Limited::new(rest, MAX_BYTES);
        let read = async { while let Some(Ok(_)) = rest.frame().await {} };
        // Given up: the client has had its chance.
        let _ = tokio::time::timeout(MAX_TIME, read).await;
    }
    response
}

type Rest = Arc<Mutex<Option<Body>>>;

/// A body that is kept when whoever reads it lets go of it.
struct Kept {
    body: Body,
    rest: Rest,
}

impl Kept {
    fn new(body: Body, rest: &Rest) -> Self {
        Self { body, rest: Arc::clone(rest) }
    }
}

impl HttpBody for Kept {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let body = std::mem::take(&mut self.body);
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
    }
}
