//! The Bot API: `/bot{token}/{method}`.

mod chats;
mod commands;
pub(crate) mod error;
mod keyboard;
mod media;
mod messages;
pub(crate) mod parameters;
mod queries;
mod stars;
mod webhook;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde_json::json;

use crate::faults::CallFault;
use crate::serve::no_answer;
use crate::world::bot::Call;
use crate::world::{Bot, BotId, Shared, World};
pub(crate) use chats::menu;
use error::{Answer, ApiError};
pub(crate) use media::photo;
use parameters::Parameters;
pub(crate) use stars::is_start_payload;

/// The largest upload, in bytes: a document of 50 MB and what goes with it.
const BODY_LIMIT: usize = 51 * 1024 * 1024;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/{bot}/{method}", any(handle))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(shared)
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    Path((bot, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Some(token) = bot.strip_prefix("bot") else {
        return respond(&Err(ApiError::no_method()));
    };
    let bot = match shared.quietly(|world| bot_of(world, token)) {
        Ok(bot) => bot,
        Err(error) => return respond(&Err(error)),
    };
    let parameters = match Parameters::read(request).await {
        Ok(parameters) => parameters,
        Err(error) => return respond(&Err(error)),
    };
    let fault = shared.quietly(|world| world.bots.get_mut(&bot)?.faults.of_call(&method));
    if let Some(delay) = fault.as_ref().and_then(CallFault::delay) {
        tokio::time::sleep(delay).await;
    }
    let answer = match &fault {
        Some(CallFault::ConnectionLost) => return no_answer(),
        Some(CallFault::Error { code, description, retry_after }) => {
            let (code, description) = (*code, description.clone());
            let refused = Err(ApiError { code, description, retry_after: *retry_after });
            shared.change(|world| note(world, bot, &method, &parameters, &refused));
            refused
        }
        Some(CallFault::AnswerLost | CallFault::Delay { .. }) | None => {
            shared.change(|world| call(world, bot, &method, &parameters))
        }
    };
    match fault {
        Some(CallFault::AnswerLost) => no_answer(),
        _ => respond(&answer),
    }
}

/// Carries out what a bot wrote into its answer to a webhook.
pub(crate) async fn call_from_webhook(shared: &Shared, token: &str, mut reply: Parameters) {
    let Some(method) = reply.take_method() else { return };
    let lower = method.to_ascii_lowercase();
    if lower.starts_with("get") || ["setwebhook", "deletewebhook"].contains(&lower.as_str()) {
        return;
    }
    if let Ok(bot) = shared.quietly(|world| bot_of(world, token)) {
        let _nobody_learns = shared.change(|world| call(world, bot, &method, &reply));
    }
}

/// The bot of a token; one that was never seen begins to exist. Of the same digits the first token
/// is the valid one.
fn bot_of(world: &mut World, token: &str) -> Result<BotId, ApiError> {
    let parsed = token.split_once(':').and_then(|(id, secret)| {
        let id = id.parse::<BotId>().ok().filter(|id| *id > 0 && token.len() <= 80)?;
        let is_valid = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        (!secret.is_empty() && secret.chars().all(is_valid)).then_some(id)
    });
    let id = parsed.ok_or_else(|| ApiError::unauthorized(": invalid token specified"))?;
    let now = world.clock.now();
    let bot = world.bots.entry(id).or_insert_with(|| Bot::new(id, token, now));
    if bot.token == token { Ok(id) } else { Err(ApiError::unauthorized("")) }
}

fn call(world: &mut World, bot: BotId, method: &str, parameters: &Parameters) -> Answer {
    let answer = dispatch(world, bot, method, parameters);
    note(world, bot, method, parameters, &answer);
    answer
}

fn note(world: &mut World, bot: BotId, method: &str, parameters: &Parameters, answer: &Answer) {
    if let Err(error) = answer {
        tracing::info!(method, error.description, "refused");
    }
    let call = Call {
        version: world.version,
        method: method.to_owned(),
        parameters: parameters.to_json(),
        answer: error::body(answer),
    };
    if let Some(bot) = world.bots.get_mut(&bot) {
        bot.note_call(call);
    }
}

/// Method names are not case-sensitive.
fn dispatch(world: &mut World, bot: BotId, method: &str, with: &Parameters) -> Answer {
    match method.to_ascii_lowercase().as_str() {
        "getme" => chats::get_me(world, bot),
        "getchat" => chats::get_chat(world, bot, with),
        "getchatmember" => chats::get_chat_member(world, with),
        "sendchataction" => chats::send_chat_action(world, bot, with),
        "setwebhook" => webhook::set(world, bot, with),
        "deletewebhook" => webhook::delete(world, bot, with),
        "getwebhookinfo" => webhook::info(world, bot),
        "setmycommands" => commands::set(world, bot, with),
        "getmycommands" => commands::get(world, bot, with),
        "deletemycommands" => commands::delete(world, bot, with),
        "sendmessage" => messages::send(world, bot, with),
        "editmessagetext" => messages::edit_text(world, bot, with),
        "editmessagereplymarkup" => messages::edit_markup(world, bot, with),
        "deletemessage" => messages::delete(world, bot, with),
        "sendphoto" => media::send_photo(world, bot, with),
        "senddocument" => media::send_document(world, bot, with),
        "answercallbackquery" => queries::answer_callback(world, bot, with),
        "answerprecheckoutquery" => queries::answer_pre_checkout(world, bot, with),
        "sendinvoice" => stars::send_invoice(world, bot, with),
        "createinvoicelink" => stars::create_link(world, bot, with),
        "refundstarpayment" => stars::refund(world, bot, with),
        "edituserstarsubscription" => stars::edit_subscription(world, bot, with),
        "getstartransactions" => stars::transactions(world, bot, with),
        "getmystarbalance" => stars::balance(world, bot),
        _ => Err(ApiError::no_method()),
    }
}

fn bot_mut(world: &mut World, bot: BotId) -> Result<&mut Bot, ApiError> {
    world.bots.get_mut(&bot).ok_or_else(|| ApiError::unauthorized(""))
}

fn respond(answer: &Answer) -> Response {
    let (code, retry_after) = match answer {
        Ok(_) => (200, None),
        Err(error) => (error.code, error.retry_after),
    };
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(error::body(answer))).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// What most methods answer.
fn done() -> Answer {
    Ok(json!(true))
}
