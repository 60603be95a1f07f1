//! HTTP: one file per resource, and what they share.

mod access;
mod auth;
mod badges;
mod bots;
mod console;
pub mod document;
mod drain;
mod extract;
mod figures;
mod free_trainings;
mod health;
mod idempotency;
mod leaderboard;
mod levels;
mod middleware;
mod paging;
mod payments;
mod problem;
mod promocodes;
mod sessions;
mod subscriptions;
mod tariffs;
mod trainings;
mod users;
mod xp;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::middleware::{from_fn, from_fn_with_state};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

pub use self::auth::{Keys, RateLimit};
use self::problem::Problem;
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::ranks::Ranks;
use crate::store::Store;

/// What every handler has at hand.
#[derive(Debug)]
pub struct App {
    pub store: Store,
    pub keys: Keys,
    pub limit: RateLimit,
    pub ranks: Ranks,
    /// How long idempotency keys are kept.
    pub idempotency_seconds: i64,
    /// Set once the process is asked to stop: it is not ready any more, though it still serves.
    pub stopping: AtomicBool,
}

/// Limits of serving. Ranges and defaults: docs/operations.md.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub request_time: Duration,
    pub max_in_flight: usize,
}

/// A user, by the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// The user's Telegram id.
    telegram_id: TelegramId,
}

/// A bot, by the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct BotPath {
    /// The bot's name.
    bot_name: BotName,
}

/// All operations, with the document that describes them.
fn operations() -> OpenApiRouter<Arc<App>> {
    let v1 = OpenApiRouter::new()
        .merge(users::routes())
        .merge(sessions::routes())
        .merge(xp::routes())
        .merge(leaderboard::routes())
        .merge(levels::routes())
        .merge(badges::routes())
        .merge(subscriptions::routes())
        .merge(free_trainings::routes())
        .merge(access::routes())
        .merge(promocodes::routes())
        .merge(tariffs::routes())
        .merge(payments::routes())
        .merge(trainings::routes())
        .merge(figures::routes())
        .merge(bots::routes());
    OpenApiRouter::with_openapi(document::about()).nest("/v1", v1).merge(health::routes())
}

/// The whole service.
pub fn router(limits: Limits) -> Router<Arc<App>> {
    let (operations, _) = operations().split_for_parts();
    let pages = document::routes().merge(console::routes());
    around(operations.merge(pages), limits)
}

/// What every request passes through, the last layer first.
fn around(operations: Router<Arc<App>>, limits: Limits) -> Router<Arc<App>> {
    // An answer with an ETag is not compressed: a proxy would have to weaken the tag.
    let compress = DefaultPredicate::new().and(
        |_: axum::http::StatusCode,
         _: axum::http::Version,
         headers: &axum::http::HeaderMap,
         _: &axum::http::Extensions| !headers.contains_key(header::ETAG),
    );
    let in_flight = Arc::new(Semaphore::new(limits.max_in_flight));
    operations
        .fallback(async || Problem::of_status(axum::http::StatusCode::NOT_FOUND))
        .layer(from_fn_with_state(in_flight, middleware::shed_load))
        // Outside of the limit: who is refused and goes on sending takes nobody's place.
        .layer(from_fn(drain::drain))
        .layer(from_fn_with_state(limits.request_time, middleware::time_out))
        .layer(CatchPanicLayer::custom(middleware::panicked))
        .layer(from_fn(middleware::answer))
        .layer(CompressionLayer::new().compress_when(compress))
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use axum::routing::get;
    use serde_json::Value;
    use tokio::net::TcpListener;

    use super::*;
    use crate::domain::time::Clock;
    use crate::store::Options;

    /// An operation that panics is answered like any other failure, and the next one is served.
    #[tokio::test]
    async fn a_panic_is_a_problem() {
        let options = Options {
            url: "sqlite::memory:".parse().unwrap(),
            max_connections: 1,
            acquire_timeout: Duration::from_secs(5),
            ping_after_idle: Duration::from_secs(5),
            max_lifetime: Duration::from_secs(5),
            log_statements: false,
            persistent_statements: true,
        };
        let app = App {
            store: Store::connect(&options, Clock::System).await.unwrap(),
            keys: Keys::new([]),
            limit: RateLimit::new(0, 0),
            ranks: Ranks::default(),
            idempotency_seconds: 1,
            stopping: AtomicBool::default(),
        };
        let limits = Limits { request_time: Duration::from_secs(60), max_in_flight: 1 };
        let panicking = Router::new().route("/", get(async || -> () { panic!("inner words") }));
        let router = around(panicking, limits).with_state(Arc::new(app));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let minute = Duration::from_secs(60);
        tokio::spawn(process::serve::serve(listener, router, minute, minute, pending()));
        for _ in 0..2 {
            let answer = process::http::client().get(&base).send().await.unwrap();
            let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
            assert_eq!(answer.status(), 500);
            let text = answer.text().await.unwrap();
            let problem: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                (&problem["code"], &problem["request_id"]),
                (&"internal_error".into(), &id.into())
            );
            assert!(!text.contains("inner words"), "{text}");
        }
    }
}
