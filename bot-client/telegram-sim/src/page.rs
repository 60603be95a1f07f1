//! The page at `/`: the users' side of the chats, in a browser.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/style.css");
const APP: &str = include_str!("page/app.js");
const CHAT: &str = include_str!("page/chat.js");
const MESSAGE: &str = include_str!("page/message.js");

/// Messages come from a program: nothing in them may load or run anything.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(|| async { file("text/html; charset=utf-8", HTML) }))
        .route("/page/style.css", get(|| async { file("text/css", STYLE) }))
        .route("/page/app.js", get(|| async { file("text/javascript", APP) }))
        .route("/page/chat.js", get(|| async { file("text/javascript", CHAT) }))
        .route("/page/message.js", get(|| async { file("text/javascript", MESSAGE) }))
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, content)
}
