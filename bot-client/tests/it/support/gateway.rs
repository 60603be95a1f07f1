//! What stands in front of a webhook: it passes each request to the next of several bots.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub(crate) struct Gateway {
    pub(crate) base: String,
    shared: Arc<Shared>,
}

struct Shared {
    /// Whose turn it is stands first.
    targets: Mutex<Vec<String>>,
    /// Deliveries of payments so far.
    payments: watch::Sender<usize>,
    http: reqwest::Client,
}

impl Gateway {
    pub(crate) async fn start() -> Self {
        let (targets, payments) = (Mutex::default(), watch::Sender::default());
        let shared = Arc::new(Shared { targets, payments, http: super::http() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, shared }
    }

    pub(crate) fn add(&self, target: &str) {
        self.shared.targets.lock().unwrap().push(target.to_owned());
    }

    pub(crate) fn clear(&self) {
        self.shared.targets.lock().unwrap().clear();
    }

    /// Changes whenever a payment that was made is on its way to a bot.
    pub(crate) fn payments(&self) -> watch::Receiver<usize> {
        self.shared.payments.subscribe()
    }
}

async fn pass(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = {
        let mut targets = shared.targets.lock().unwrap();
        let Some(target) = targets.first().cloned() else {
            return StatusCode::BAD_GATEWAY.into_response();
        };
        targets.rotate_left(1);
        target
    };
    if String::from_utf8_lossy(&body).contains("\"successful_payment\"") {
        shared.payments.send_modify(|count| *count += 1);
    }
    headers.remove(header::HOST);
    let request = shared.http.post(format!("{target}{uri}")).headers(headers);
    match request.body(body).send().await {
        Ok(answer) => {
            let (status, headers) = (answer.status(), answer.headers().clone());
            let body = answer.bytes().await;
            body.map_or_else(
                |_| StatusCode::BAD_GATEWAY.into_response(),
                |body| (status, headers, body).into_response(),
            )
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
