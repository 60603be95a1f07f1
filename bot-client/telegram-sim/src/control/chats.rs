//! What a user does in the chat with a bot.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Of, Refusal, Reply, user};
use crate::api::{is_start_payload, photo};
use crate::delivery::queue::Lane;
use crate::text::Text;
use crate::world::bot::{Callback, File};
use crate::world::chat::buttons;
use crate::world::clock::{DAY, Millis, SECOND};
use crate::world::people::{Membership, Status};
use crate::world::{Bot, BotId, Content, Message, Shared, UserId, World, fresh_id};

/// A button press waits so long for an answer, and so long for its delivery.
const CALLBACK_LIFE: Millis = 150 * SECOND;
const LONGEST_TEXT: usize = 4096;

/// What every picture of a user shows.
const PICTURE: &[u8] = include_bytes!("picture.png");

/// Exactly one of them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Send {
    Text(String),
    /// The emoji that it stands for.
    Sticker(String),
    /// Its caption, which may be empty.
    Photo(String),
}

pub(super) async fn send(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<UserId>,
    Query(of): Query<Of>,
    Json(sent): Json<Send>,
) -> Reply {
    shared.change(|world| {
        let bot = of.bot(world)?;
        user(world, id)?;
        let content = match sent {
            Send::Text(text) => text_content(&text)?,
            Send::Sticker(emoji) => sticker(&emoji),
            Send::Photo(caption) => picture(world, bot, &caption)?,
        };
        say(world, bot, id, content)
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    #[serde(default)]
    payload: String,
}

/// Opens the chat, by its button or by a deep link. It unblocks the bot.
pub(super) async fn start(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<UserId>,
    Query(of): Query<Of>,
    Json(start): Json<Start>,
) -> Reply {
    shared.change(|world| {
        let bot = of.bot(world)?;
        if !is_start_payload(&start.payload) {
            return Err(Refusal::bad("a start payload is up to 64 of A-Z, a-z, 0-9, _ and -"));
        }
        set_blocked(world, bot, id, false)?;
        let text = format!("/start {}", start.payload);
        say(world, bot, id, text_content(&text)?)
    })
}

fn say(world: &mut World, bot: BotId, id: UserId, content: Content) -> Reply {
    let chat = world.chat_mut(bot, id).ok_or_else(|| Refusal::not_found("no such user"))?;
    if chat.blocked {
        return Err(Refusal::conflict("the user has blocked the bot; unblock or start it first"));
    }
    chat.started = true;
    let message_id = world.post_and_deliver(bot, id, content, false);
    Ok(Json(json!({"message_id": message_id})))
}

fn text_content(text: &str) -> Result<Content, Refusal> {
    let text = Text::plain(text);
    if !(1..=LONGEST_TEXT).contains(&text.units()) {
        return Err(Refusal::bad("a text has 1 to 4096 UTF-16 units"));
    }
    let mut content = Content::new();
    text.write_to(&mut content, "text");
    Ok(content)
}

fn sticker(emoji: &str) -> Content {
    let id = fresh_id(40);
    let sticker = json!({
        "file_id": id,
        "file_unique_id": id[..16],
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": false,
        "is_video": false,
        "emoji": emoji,
    });
    Content::from_iter([("sticker".to_owned(), sticker)])
}

fn picture(world: &mut World, bot: BotId, caption: &str) -> Result<Content, Refusal> {
    let file = File {
        name: "picture.png".to_owned(),
        mime: "image/png".to_owned(),
        bytes: PICTURE.to_vec(),
    };
    let id = format!("sim{}", fresh_id(40));
    let described = photo(&id, &file).map_err(|error| Refusal::bad(error.description))?;
    let mut content = Content::from_iter([("photo".to_owned(), described)]);
    let caption = Text::plain(caption);
    if caption.units() > 0 {
        caption.write_to(&mut content, "caption");
    }
    if let Some(bot) = world.bots.get_mut(&bot) {
        bot.files.insert(id, file);
    }
    Ok(content)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edit {
    message_id: i64,
    text: String,
}

pub(super) async fn edit(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<UserId>,
    Query(of): Query<Of>,
    Json(edit): Json<Edit>,
) -> Reply {
    shared.change(|world| {
        let bot = of.bot(world)?;
        let (unix, version) = (world.clock.unix(), world.version);
        let message = find(world, bot, id, edit.message_id)?;
        if message.from_bot || message.deleted || !message.content.contains_key("text") {
            return Err(Refusal::conflict("a user edits own texts only"));
        }
        message.content.extend(text_content(&edit.text)?);
        (message.edit_date, message.changed) = (Some(unix), version);
        world.deliver_message(bot, id, edit.message_id, "edited_message");
        Ok(Json(json!({"message_id": edit.message_id})))
    })
}

fn find(world: &mut World, bot: BotId, id: UserId, message: i64) -> Result<&mut Message, Refusal> {
    let chat = world.chat_mut(bot, id).ok_or_else(|| Refusal::not_found("no such user"))?;
    chat.messages.get_mut(&message).ok_or_else(|| Refusal::not_found("no such message"))
}

/// A button by its callback data, even one that the message no longer shows, or by the text on it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Press {
    message_id: i64,
    data: Option<String>,
    text: Option<String>,
}

pub(super) async fn press(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<UserId>,
    Query(of): Query<Of>,
    Json(press): Json<Press>,
) -> Reply {
    shared.change(|world| {
        let bot = of.bot(world)?;
        let message = find(world, bot, id, press.message_id)?;
        let data = match pressed(message, &press)? {
            Pressed::Data(data) => data,
            Pressed::Url(url) => return Ok(Json(json!({"url": url}))),
        };
        let query = query_json(world, bot, id, &press, &data)?;
        let callback = Callback {
            user: id,
            expires_at: world.clock.now() + CALLBACK_LIFE,
            answer: None,
            changed: world.version,
        };
        let query_id = query["id"].as_str().unwrap_or_default().to_owned();
        if let Some(bot) = world.bots.get_mut(&bot) {
            bot.callbacks.insert(query_id.clone(), callback);
        }
        world.enqueue(bot, Lane::Callbacks(id), "callback_query", query, CALLBACK_LIFE);
        Ok(Json(json!({"callback_query_id": query_id})))
    })
}

enum Pressed {
    Data(String),
    Url(String),
}

fn pressed(message: &Message, press: &Press) -> Result<Pressed, Refusal> {
    if let Some(data) = press.data.as_ref().filter(|data| message.offered.contains(*data)) {
        return Ok(Pressed::Data(data.clone()));
    }
    let shown: Vec<_> = message.markup.iter().flat_map(buttons).collect();
    let text = |button: &Value| button["text"].as_str().map(str::to_owned);
    let is_meant = |button: &&&Value| press.text.is_some() && text(button) == press.text;
    let button = shown.iter().find(is_meant).ok_or_else(|| {
        let texts: Vec<_> = shown.iter().filter_map(|button| text(button)).collect();
        Refusal::not_found(format!("no such button; there are: {}", texts.join(" | ")))
    })?;
    match (button["callback_data"].as_str(), button["url"].as_str()) {
        (Some(data), _) => Ok(Pressed::Data(data.to_owned())),
        (None, Some(url)) => Ok(Pressed::Url(url.to_owned())),
        (None, None) => Err(Refusal::conflict("the simulator cannot press this kind of button")),
    }
}

fn query_json(
    world: &mut World,
    bot: BotId,
    id: UserId,
    press: &Press,
    data: &str,
) -> Result<Value, Refusal> {
    let (from, chat) = (user(world, id)?.to_json(), user(world, id)?.chat_json());
    let deleted = find(world, bot, id, press.message_id)?.deleted;
    let message = match world.message_json(bot, id, press.message_id) {
        Some(message) if !deleted => message,
        _ => json!({"chat": chat, "message_id": press.message_id, "date": 0}),
    };
    Ok(json!({
        "id": rand::random_range(1_000_000_000..i64::MAX).to_string(),
        "from": from,
        "message": message,
        "chat_instance": format!("{bot}{id}"),
        "data": data,
    }))
}

pub(super) async fn block(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<UserId>,
    Query(of): Query<Of>,
) -> Reply {
    shared.change(|world| {
        let bot = of.bot(world)?;
        set_blocked(world, bot, id, true)?;
        Ok(Json(json!({"blocked": true})))
    })
}

pub(super) async fn unblock(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<UserId>,
    Query(of): Query<Of>,
) -> Reply {
    shared.change(|world| {
        let bot = of.bot(world)?;
        set_blocked(world, bot, id, false)?;
        Ok(Json(json!({"blocked": false})))
    })
}

fn set_blocked(world: &mut World, bot: BotId, id: UserId, blocked: bool) -> Result<(), Refusal> {
    let (from, chat_json) = (user(world, id)?.to_json(), user(world, id)?.chat_json());
    let chat = world.chat_mut(bot, id).ok_or_else(|| Refusal::not_found("no such user"))?;
    let was = std::mem::replace(&mut chat.blocked, blocked);
    if was != blocked
        && let Some(me) = world.bots.get(&bot).map(Bot::to_json)
    {
        let member = |blocked| {
            let status = if blocked { Status::Kicked } else { Status::Member };
            Membership { status, is_member: false }.to_json(&me)
        };
        let update = json!({
            "chat": chat_json,
            "from": from,
            "date": world.clock.unix(),
            "old_chat_member": member(was),
            "new_chat_member": member(blocked),
        });
        world.enqueue(bot, Lane::Membership(id), "my_chat_member", update, DAY);
    }
    Ok(())
}
