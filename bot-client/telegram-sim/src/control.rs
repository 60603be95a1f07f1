//! The control API under `/sim`: what users do, what goes wrong, and what there is to see.

mod chats;
mod faults;
mod money;
mod people;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::world::{BotId, Shared, User, UserId, World};

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/sim/users", get(people::users).post(people::put_user))
        .route("/sim/channels", get(people::channels).post(people::put_channel))
        .route("/sim/channels/{channel}/members/{user}", put(people::put_member))
        .route("/sim/chats/{user}/send", post(chats::send))
        .route("/sim/chats/{user}/start", post(chats::start))
        .route("/sim/chats/{user}/edit", post(chats::edit))
        .route("/sim/chats/{user}/press", post(chats::press))
        .route("/sim/chats/{user}/block", post(chats::block))
        .route("/sim/chats/{user}/unblock", post(chats::unblock))
        .route("/sim/chats/{user}/messages", get(watch::messages))
        .route("/sim/chats/{user}/pay", post(money::pay))
        .route("/sim/callbacks/{id}", get(watch::callback))
        .route("/sim/invoices/{slug}", get(money::invoice))
        .route("/sim/subscriptions", get(money::subscriptions))
        .route("/sim/subscriptions/{charge}/renew", post(money::renew))
        .route("/sim/subscriptions/{charge}/cancel", post(money::cancel))
        .route("/sim/subscriptions/{charge}/resume", post(money::resume))
        .route("/sim/stars", get(money::stars))
        .route("/sim/time", get(money::time).post(money::advance))
        .route("/sim/updates", get(watch::updates).post(faults::raw_update))
        .route("/sim/webhook", get(watch::webhook))
        .route("/sim/calls", get(watch::calls))
        .route("/sim/faults", get(faults::all).delete(faults::clear))
        .route("/sim/faults/calls", post(faults::of_calls))
        .route("/sim/faults/deliveries", post(faults::of_deliveries))
        .route("/sim/files/{file}", get(watch::file))
        .route("/sim/state", get(watch::state))
        .with_state(shared)
}

/// What every route takes: which bot is meant (without it the first), what is already known, and
/// how long to wait for more.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Of {
    bot: Option<BotId>,
    #[serde(default)]
    after: u64,
    #[serde(default)]
    wait_ms: u64,
}

impl Of {
    fn bot(self, world: &World) -> Result<BotId, Refusal> {
        let bot = match self.bot {
            Some(bot) => world.bots.get_key_value(&bot),
            None => world.bots.first_key_value(),
        };
        bot.map(|(id, _)| *id).ok_or_else(|| Refusal::conflict("no such bot has called yet"))
    }

    fn patience(self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }
}

/// Why a user cannot do that.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    error: String,
}

impl Refusal {
    fn bad(error: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error: error.into() }
    }

    fn not_found(error: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, error: error.into() }
    }

    fn conflict(error: impl Into<String>) -> Self {
        Self { status: StatusCode::CONFLICT, error: error.into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"error": self.error}))).into_response()
    }
}

type Reply = Result<Json<Value>, Refusal>;

fn user(world: &World, id: UserId) -> Result<&User, Refusal> {
    world.users.get(&id).ok_or_else(|| Refusal::not_found("no such user"))
}
