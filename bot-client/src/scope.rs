//! What belongs to the update in hand: its request id, and when it must be answered.

use std::time::{Duration, Instant};

/// A handler's time in all: below the 60 s that Telegram waits, and the 25 s in which the process
/// must have stopped.
pub(crate) const HANDLER_TIME: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
struct Scope {
    request_id: String,
    deadline: Instant,
}

tokio::task_local! {
    static SCOPE: Scope;
}

/// Runs a future as the handling of an update: what it calls carries the update's request id.
pub(crate) async fn within<T>(request_id: String, future: impl Future<Output = T>) -> T {
    SCOPE.scope(Scope { request_id, deadline: Instant::now() + HANDLER_TIME }, future).await
}

/// The request id of the update in hand, if there is one.
pub(crate) fn request_id() -> Option<String> {
    SCOPE.try_with(|scope| scope.request_id.clone()).ok()
}

/// Whether a wait ends before the update in hand must be answered.
pub(crate) fn has_time_for(wait: Duration) -> bool {
    SCOPE.try_with(|scope| Instant::now() + wait < scope.deadline).unwrap_or(true)
}
