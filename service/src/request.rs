//! The request in hand, for what is done on behalf of several at once.

tokio::task_local! {
    static ID: String;
}

/// Runs a future as the handling of the request with this id.
pub async fn within<T>(id: String, future: impl Future<Output = T>) -> T {
    ID.scope(id, future).await
}

/// The id of the request in hand; empty if there is none.
pub fn id() -> String {
    ID.try_with(Clone::clone).unwrap_or_default()
}
