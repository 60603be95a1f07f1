//! From Telegram's request to its answer: who sent it, which update it is, and what became of it.
//! An update is handled, then acknowledged; Telegram repeats what was not.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use frankenstein::updates::Update;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use subtle::ConstantTimeEq;
use tracing::Instrument;

use crate::bot::Bot;
use crate::failure::Failure;
use crate::incoming::Incoming;
use crate::scope::{self, HANDLER_TIME};
use crate::update;

/// Telegram's updates stay far below.
const MAX_BODY: usize = 1024 * 1024;
/// Before a payment that somebody must mend something for.
const LONG_PAUSE: Duration = Duration::from_secs(60);
/// Before an update that found the session changed, again and again.
const SHORT_PAUSE: Duration = Duration::from_secs(1);

const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

/// What a probe waits for the service.
const READY_TIME: Duration = Duration::from_secs(2);

/// Seconds that updates took, by outcome: `done`, `later`, `dead_letter`, `not_for_us`, `unknown`.
pub const UPDATE_SECONDS: &str = "telegram_update_duration_seconds";
/// Updates that could never succeed.
pub const DEAD_LETTERS: &str = "telegram_dead_letters_total";

/// The webhook, and whether the process is up and can work.
pub fn router(bot: Arc<Bot>) -> Router {
    Router::new()
        .route(crate::setup::WEBHOOK_PATH, post(receive))
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(readyz))
        .with_state(bot)
}

/// The bot can work if it is set up, and if the service can.
async fn readyz(State(bot): State<Arc<Bot>>) -> (StatusCode, &'static str) {
    if bot.username.get().is_none() {
        return (StatusCode::SERVICE_UNAVAILABLE, "not set up yet");
    }
    match tokio::time::timeout(READY_TIME, bot.service.readyz()).await {
        Ok(Ok(_)) => (StatusCode::OK, "ok"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the service is not ready"),
    }
}

async fn receive(State(bot): State<Arc<Bot>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if !is_telegram(&bot, &parts.headers) {
        bot.wrong_secret.notify_one();
        return (StatusCode::UNAUTHORIZED, "wrong secret").into_response();
    }
    match read(body).await {
        Ok((update_id, update)) => {
            let span = tracing::info_span!("update", request_id = request_id(update_id));
            answer(bot, update_id, update).instrument(span).await
        }
        Err(status) => status.into_response(),
    }
}

/// In constant time, and before anything of the body is read.
fn is_telegram(bot: &Bot, headers: &HeaderMap) -> bool {
    let given = headers.get(SECRET_HEADER).map_or(&[][..], HeaderValue::as_bytes);
    given.ct_eq(bot.webhook_secret.reveal().as_bytes()).into()
}

#[derive(Deserialize)]
struct UpdateId {
    update_id: u32,
}

/// What Telegram has delivered.
enum Received {
    Update(Arc<Incoming>),
    /// Of a known kind, but from no person to this bot alone.
    NotForUs,
    UnknownKind,
    /// Of a kind that this bot handles, but not as it knows it.
    Unreadable(serde_json::Error),
    /// Money that this bot cannot read: it waits for a bot that can.
    UnreadableMoney(serde_json::Error),
}

/// The kinds that this bot handles.
#[derive(Deserialize)]
struct Kinds {
    message: Option<IgnoredAny>,
    callback_query: Option<IgnoredAny>,
    my_chat_member: Option<IgnoredAny>,
    pre_checkout_query: Option<IgnoredAny>,
    subscription: Option<IgnoredAny>,
}

fn names_a_kind(bytes: &[u8]) -> bool {
    serde_json::from_slice(bytes).is_ok_and(|kinds: Kinds| {
        let kinds = [
            kinds.message,
            kinds.callback_query,
            kinds.my_chat_member,
            kinds.pre_checkout_query,
            kinds.subscription,
        ];
        kinds.iter().any(Option::is_some)
    })
}

/// Whether it tells of money that has changed hands.
fn names_money(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Update {
        message: Message,
    }
    #[derive(Deserialize)]
    struct Message {
        successful_payment: Option<IgnoredAny>,
        refunded_payment: Option<IgnoredAny>,
    }
    serde_json::from_slice(bytes).is_ok_and(|Update { message }| {
        message.successful_payment.or(message.refunded_payment).is_some()
    })
}

/// The id, and what came.
async fn read(body: Body) -> Result<(u32, Received), StatusCode> {
    let bytes = to_bytes(body, MAX_BODY).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let id: UpdateId = serde_json::from_slice(&bytes).map_err(|error| {
        tracing::warn!(%error, "the webhook was sent what is no update");
        StatusCode::BAD_REQUEST
    })?;
    let received = match serde_json::from_slice(&bytes) {
        Ok(update) => Incoming::read(update).map_or(Received::NotForUs, update_of),
        Err(error) => match bare(&bytes).and_then(Incoming::read) {
            Some(incoming) => update_of(incoming),
            None => unreadable(&bytes, error),
        },
    };
    Ok((id.update_id, received))
}

fn update_of(incoming: Incoming) -> Received {
    Received::Update(Arc::new(incoming))
}

/// Of a message.
const NEEDED: [&str; 7] =
    ["message_id", "from", "chat", "date", "text", "successful_payment", "refunded_payment"];

/// The update without what the bot does not need, which may be of a kind to come.
fn bare(bytes: &[u8]) -> Option<Update> {
    let keep = |of: Option<&mut Value>, names: &[&str]| {
        if let Some(object) = of.and_then(Value::as_object_mut) {
            object.retain(|name, _| names.contains(&name.as_str()));
        }
    };
    let mut update: Value = serde_json::from_slice(bytes).ok()?;
    keep(update.get_mut("message"), &NEEDED);
    keep(update.pointer_mut("/callback_query/message"), &NEEDED);
    serde_json::from_value(update).ok()
}

fn unreadable(bytes: &[u8], error: serde_json::Error) -> Received {
    if names_money(bytes) {
        Received::UnreadableMoney(error)
    } else if names_a_kind(bytes) {
        Received::Unreadable(error)
    } else {
        Received::UnknownKind
    }
}

async fn answer(bot: Arc<Bot>, update_id: u32, received: Received) -> Response {
    let started = Instant::now();
    let (outcome, response) = match received {
        Received::NotForUs => ("not_for_us", StatusCode::OK.into_response()),
        Received::UnknownKind => {
            tracing::info!(update_id, "an update of an unknown kind");
            ("unknown", StatusCode::OK.into_response())
        }
        Received::Unreadable(error) => {
            dead_letter(update_id, &error.to_string());
            ("dead_letter", StatusCode::OK.into_response())
        }
        Received::UnreadableMoney(error) => {
            tracing::error!(update_id, %error, "a payment cannot be read; it waits");
            ("later", later(LONG_PAUSE))
        }
        Received::Update(incoming) => match handle(&bot, &incoming).await {
            Ok(()) => ("done", StatusCode::OK.into_response()),
            Err(Failure::Never { cause }) if incoming.input.is_money() => {
                tracing::error!(update_id, cause, "a payment cannot be recorded; it waits");
                ("later", later(LONG_PAUSE))
            }
            Err(Failure::Never { cause }) => {
                dead_letter(update_id, &cause);
                update::apologize(&bot, &incoming).await;
                ("dead_letter", StatusCode::OK.into_response())
            }
            Err(failure) => {
                tracing::warn!(update_id, %failure, "an update must wait");
                let after =
                    if let Failure::Later { after, .. } = failure { after } else { SHORT_PAUSE };
                ("later", later(after))
            }
        },
    };
    let elapsed = started.elapsed();
    metrics::histogram!(UPDATE_SECONDS, "outcome" => outcome).record(elapsed);
    tracing::info!(outcome, milliseconds = elapsed.as_secs_f64() * 1_000.0, "answered");
    response
}

fn dead_letter(update_id: u32, error: &str) {
    tracing::error!(update_id, error, "dead letter: this update can never succeed");
    metrics::counter!(DEAD_LETTERS).increment(1);
}

/// By which the logs of bot and service tell one story.
fn request_id(update_id: u32) -> String {
    format!("tg-{update_id}")
}

async fn handle(bot: &Arc<Bot>, incoming: &Arc<Incoming>) -> Result<(), Failure> {
    let (bot, incoming) = (bot.clone(), incoming.clone());
    let request_id = request_id(incoming.update_id);
    let handling = async move { update::handle(&bot, &incoming).await }.in_current_span();
    on_its_own(scope::within(request_id, handling)).await
}

/// In a task of its own: that Telegram hangs up stops nothing half-way, and a panic ends nothing
/// else.
async fn on_its_own<F>(handling: F) -> Result<(), Failure>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    match tokio::spawn(tokio::time::timeout(HANDLER_TIME, handling)).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Failure::later("its time was over")),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => Err(Failure::never(format!("a panic: {}", words(&*panic)))),
            Err(_) => Err(Failure::later("the process stops")),
        },
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or(panic.downcast_ref::<&str>().copied()).unwrap_or("without words")
}

fn later(after: Duration) -> Response {
    let seconds = after.as_secs().max(1).to_string();
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, seconds)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_one_update_and_nothing_else() {
        let expected = Err(Failure::never("a panic: words"));
        assert_eq!(on_its_own(async { panic!("words") }).await, expected);
        assert_eq!(on_its_own(async { panic!("{}", "words".to_owned()) }).await, expected);
        assert_eq!(on_its_own(async { Ok(()) }).await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_is_done_later() {
        let outcome = on_its_own(std::future::pending()).await;
        assert_eq!(outcome, Err(Failure::later("its time was over")));
    }
}
