//! The console for operators at `/admin/`: a page without secrets, which calls the API with the key
//! that its user types.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use sha2::{Digest, Sha256};

use super::App;
use super::problem::Problem;

macro_rules! files {
    ($($name:literal),+ $(,)?) => { [$(($name, include_str!(concat!("../console/", $name)))),+] };
}

/// The page's files, by their names below `/admin/`.
const FILES: &[(&str, &str)] = &files![
    "access.js",
    "api.js",
    "app.js",
    "bot.js",
    "bots.js",
    "catalogue.js",
    "chart.js",
    "element.js",
    "field.js",
    "figures.js",
    "form.js",
    "format.js",
    "grants.js",
    "icon.svg",
    "index.html",
    "leaderboard.js",
    "ledger.js",
    "list.js",
    "loading.js",
    "message.js",
    "parts.css",
    "promocodes.js",
    "records.js",
    "style.css",
    "tile.js",
    "trainings.js",
    "user.js",
    "users.js",
];

/// Only the page's own files are loaded and run, no text becomes markup or script, and no other
/// page may frame this one.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/admin", get(async || Redirect::permanent("/admin/")))
        .route("/admin/", get(async |headers: HeaderMap| file("index.html", &headers)))
        .route(
            "/admin/{file}",
            get(async |Path(name): Path<String>, headers: HeaderMap| file(&name, &headers)),
        )
}

/// The file, unless the browser says that it has it.
fn file(name: &str, request: &HeaderMap) -> Response {
    let Some((_, content)) = FILES.iter().find(|(known, _)| *known == name) else {
        return Problem::of_status(StatusCode::NOT_FOUND).into_response();
    };
    let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(content)));
    let headers = [
        (header::CONTENT_TYPE, media_type(name)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Asked for anew each time, so that an upgrade is seen at once.
        (header::CACHE_CONTROL, "no-cache"),
        (header::ETAG, tag.as_str()),
    ];
    let held = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
    if held.flat_map(|tags| tags.split(',')).any(|held| held.trim().trim_start_matches("W/") == tag)
    {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, *content).into_response()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "text/html; charset=utf-8",
    }
}
