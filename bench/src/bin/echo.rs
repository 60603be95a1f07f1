//! A bare axum program that reads JSON and sends it back: the most that a service in this language
//! can do on this machine.
//!
//! Its only argument is the port to listen on.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let app = Router::new().route("/readyz", get(async || "")).fallback(echo);
    axum::serve(listener, app).await
}

async fn echo(Json(body): Json<Value>) -> Json<Value> {
    Json(body)
}
