//! What there is to see, and waiting for more of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Of, Refusal, Reply, user};
use crate::api;
use crate::delivery::queue::Queue;
use crate::payments::Subscription;
use crate::world::bot::Call;
use crate::world::{Bot, Message, Shared, User, UserId, World};

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    method: Option<String>,
    chat_id: Option<UserId>,
    from_bot: Option<bool>,
}

/// Messages of a chat that are new or changed since `after`, in the order of the change.
pub(super) async fn messages(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<UserId>,
    Query(of): Query<Of>,
    Query(which): Query<Which>,
) -> Reply {
    let found = |world: &World| {
        let bot = world.bots.get(&of.bot(world).ok()?)?;
        let chat = bot.chats.get(&id)?;
        let is_new = |message: &&Message| {
            message.changed > of.after
                && which.from_bot.is_none_or(|from_bot| message.from_bot == from_bot)
        };
        let mut found: Vec<_> = chat.messages.values().filter(is_new).collect();
        found.sort_by_key(|message| (message.changed, message.id));
        let user = world.users.get(&id)?;
        Some(found.into_iter().map(|one| entry(bot, user, one)).collect::<Vec<_>>())
    };
    shared.read(|world| user(world, id).map(drop))?;
    let some = |world: &World| found(world).filter(|found| !found.is_empty());
    let messages = shared.wait_for(of.patience(), some).await.unwrap_or_default();
    let last = messages.iter().filter_map(|entry| entry["changed"].as_u64()).max();
    Ok(Json(json!({"after": last.unwrap_or(of.after), "messages": messages})))
}

fn entry(bot: &Bot, user: &User, message: &Message) -> Value {
    json!({
        "user": user.id,
        "changed": message.changed,
        "from_bot": message.from_bot,
        "deleted": message.deleted,
        "invoice": message.invoice,
        "message": message.to_json(bot, user),
    })
}

/// What the bot answered to a button press; `null` if it has not.
pub(super) async fn callback(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(of): Query<Of>,
) -> Reply {
    let bot = shared.read(|world| of.bot(world))?;
    let found = |world: &World| world.bots.get(&bot)?.callbacks.get(&id).cloned();
    shared.read(found).ok_or_else(|| Refusal::not_found("no such callback query"))?;
    let answer = shared.wait_for(of.patience(), |world| found(world)?.answer).await;
    Ok(Json(json!({"answer": answer})))
}

/// Everything that waits to be delivered, as soon as nothing does.
pub(super) async fn updates(State(shared): State<Arc<Shared>>, Query(of): Query<Of>) -> Reply {
    let bot = shared.read(|world| of.bot(world))?;
    let drained = |world: &World| (world.bots.get(&bot)?.queue.len() == 0).then_some(());
    shared.wait_for(of.patience(), drained).await;
    Ok(Json(shared.read(|world| {
        let queue = world.bots.get(&bot).map(|bot| &bot.queue);
        let lanes = queue.map(|queue| queue.to_json(world.clock.now()));
        json!({"count": queue.map(Queue::len), "lanes": lanes})
    })))
}

/// The bot's id and the URL of its webhook, as soon as it has one; both `null` if it has none.
pub(super) async fn webhook(State(shared): State<Arc<Shared>>, Query(of): Query<Of>) -> Reply {
    let found = |world: &World| {
        let bot = world.bots.get(&of.bot(world).ok()?)?;
        Some((bot.id, bot.webhook.as_ref()?.url.clone()))
    };
    let (bot, url) = shared.wait_for(of.patience(), found).await.unzip();
    Ok(Json(json!({"bot": bot, "url": url})))
}

/// Calls of Bot API methods since `after`, in order, of a chat or a method if one is named.
pub(super) async fn calls(
    State(shared): State<Arc<Shared>>,
    Query(of): Query<Of>,
    Query(which): Query<Which>,
) -> Reply {
    let matches = |call: &&Call| {
        let chat = || match &call.parameters["chat_id"] {
            Value::String(id) => id.parse().ok(),
            id => id.as_i64(),
        };
        let method = which.method.as_ref();
        call.version > of.after
            && method.is_none_or(|method| method.eq_ignore_ascii_case(&call.method))
            && which.chat_id.is_none_or(|id| chat() == Some(id))
    };
    let found = |world: &World| {
        let bot = world.bots.get(&of.bot(world).ok()?)?;
        let found: Vec<_> = bot.calls.iter().filter(matches).cloned().collect();
        Some(found).filter(|found| !found.is_empty())
    };
    let calls = shared.wait_for(of.patience(), found).await.unwrap_or_default();
    let last = calls.iter().map(|call| call.version).max();
    Ok(Json(json!({"after": last.unwrap_or(of.after), "calls": calls})))
}

/// A file that was sent in a chat. Only pictures are shown; no file can become a page.
pub(super) async fn file(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(of): Query<Of>,
) -> Result<Response, Refusal> {
    let bot = shared.read(|world| of.bot(world))?;
    let file = shared.read(|world| world.bots.get(&bot)?.files.get(&id).cloned());
    let file = file.ok_or_else(|| Refusal::not_found("no such file"))?;
    let shown = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    let is_shown =
        imagesize::image_type(&file.bytes).is_ok() && shown.contains(&file.mime.as_str());
    let name: String = form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    let (mime, disposition) = if is_shown {
        (file.mime, "inline".to_owned())
    } else {
        let disposition = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
        ("application/octet-stream".to_owned(), disposition)
    };
    let headers = [
        (header::CONTENT_TYPE, mime),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, file.bytes).into_response())
}

/// Everything that the page shows: messages and answers only since `after`, all else whole.
pub(super) async fn state(State(shared): State<Arc<Shared>>, Query(of): Query<Of>) -> Reply {
    let newer = |world: &World| (world.version > of.after).then_some(());
    shared.wait_for(of.patience(), newer).await;
    Ok(Json(shared.read(|world| {
        let bot = of.bot(world).ok().and_then(|bot| world.bots.get(&bot));
        let users: Vec<_> = world.users.values().map(|user| user_state(world, bot, user)).collect();
        json!({
            "version": world.version,
            "bots": world.bots.values().map(Bot::to_json).collect::<Vec<_>>(),
            "bot": bot.map(bot_state),
            "users": users,
            "channels": world.channels,
            "messages": bot.map_or_else(Vec::new, |bot| changed_messages(world, bot, of.after)),
            "answers": bot.map_or_else(Vec::new, |bot| new_answers(bot, of.after)),
        })
    })))
}

fn bot_state(bot: &Bot) -> Value {
    let mut state = bot.to_json();
    state["webhook"] = json!(bot.webhook.as_ref().map(|webhook| &webhook.url));
    let error = bot.webhook.as_ref().and_then(|webhook| webhook.last_error.as_ref());
    state["last_error"] = json!(error.map(|(_, message)| message));
    state["pending"] = json!(bot.queue.len());
    state
}

fn user_state(world: &World, bot: Option<&Bot>, user: &User) -> Value {
    let mut state = json!(user);
    let Some(bot) = bot else { return state };
    let chat = bot.chats.get(&user.id);
    let action = chat.and_then(|chat| chat.action.as_ref());
    let left = action.map(|(action, until)| (action, until - world.clock.now()));
    state["started"] = json!(chat.is_some_and(|chat| chat.started));
    state["blocked"] = json!(chat.is_some_and(|chat| chat.blocked));
    let left = left.filter(|(_, left)| *left > 0);
    state["action"] = json!(left.map(|(action, left)| json!({"name": action, "left_ms": left})));
    state["commands"] = api::menu(world, bot.id, user.id);
    let of_user = |one: &&Subscription| one.user == user.id && !one.ended;
    let subscriptions: Vec<_> = bot.books.subscriptions.iter().filter(of_user).collect();
    state["subscriptions"] = json!(subscriptions);
    state
}

fn changed_messages(world: &World, bot: &Bot, after: u64) -> Vec<Value> {
    let mut changed = Vec::new();
    for (id, chat) in &bot.chats {
        let Some(user) = world.users.get(id) else { continue };
        let new = chat.messages.values().filter(|message| message.changed > after);
        changed.extend(new.map(|message| entry(bot, user, message)));
    }
    changed
}

fn new_answers(bot: &Bot, after: u64) -> Vec<Value> {
    let new = bot.callbacks.values().filter(|callback| callback.changed > after);
    new.filter_map(|one| Some(json!({"user": one.user, "answer": one.answer.as_ref()?}))).collect()
}
