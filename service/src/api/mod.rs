//! HTTP: one file per resource, and what they share.

mod access;
mod auth;
mod badges;
mod bots;
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
use crate::store::Store;

/// What every handler has at hand.
#[derive(Debug, Clone)]
pub struct App {
    pub store: Store,
    pub keys: Arc<Keys>,
    pub limit: Arc<RateLimit>,
    /// How long idempotency keys are kept.
    pub idempotency_seconds: i64,
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
fn operations() -> OpenApiRouter<App> {
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
pub fn router(app: App, limits: Limits) -> Router {
    let (operations, _) = operations().split_for_parts();
    // An answer with an ETag is not compressed: a proxy would have to weaken the tag.
    let compress = DefaultPredicate::new().and(
        |_: axum::http::StatusCode,
         _: axum::http::Version,
         headers: &axum::http::HeaderMap,
         _: &axum::http::Extensions| !headers.contains_key(header::ETAG),
    );
    let in_flight = Arc::new(Semaphore::new(limits.max_in_flight));
    operations
        .merge(document::routes())
        .fallback(async || Problem::of_status(axum::http::StatusCode::NOT_FOUND))
        .layer(from_fn(drain::drain))
        .layer(from_fn_with_state(limits.request_time, middleware::time_out))
        .layer(from_fn_with_state(in_flight, middleware::shed_load))
        .layer(CatchPanicLayer::custom(middleware::panicked))
        .layer(from_fn(middleware::answer))
        .layer(CompressionLayer::new().compress_when(compress))
        .with_state(app)
}
