//! Messages: sent, edited, deleted.

use serde_json::{Value, json};

use super::error::{Answer, ApiError};
use super::parameters::Parameters;
use super::{done, keyboard};
use crate::html;
use crate::text::Text;
use crate::world::clock::DAY;
use crate::world::{BotId, Content, Draft, Message, UserId, World, limits};

const LONGEST_TEXT: usize = 4096;
const LONGEST_CAPTION: usize = 1024;
/// A bot can delete a message for so many seconds.
const DELETABLE: i64 = 2 * DAY / 1000;

pub(crate) fn send(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let text = read_text(with)?;
    let markup = keyboard::read(with, false)?;
    let mut content = Content::new();
    text.write_to(&mut content, "text");
    post(world, bot, with, Draft { from_bot: true, content, markup, invoice: None })
}

pub(crate) fn edit_text(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let text = read_text(with)?;
    let markup = keyboard::read(with, false)?;
    edit(world, bot, with, |message| {
        if !message.content.contains_key("text") {
            return Err(ApiError::bad_request("there is no text in the message to edit"));
        }
        text.write_to(&mut message.content, "text");
        message.set_markup(markup);
        Ok(())
    })
}

pub(crate) fn edit_markup(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let markup = keyboard::read(with, false)?;
    edit(world, bot, with, |message| {
        message.set_markup(markup);
        Ok(())
    })
}

pub(crate) fn delete(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let user = chat_id(world, bot, with)?;
    let id = message_id(with)?;
    let (unix, version) = (world.clock.unix(), world.version);
    let message = find(world, bot, user, id).ok_or_else(|| no_message("delete"))?;
    if unix - message.date > DELETABLE {
        return Err(ApiError::bad_request("message can't be deleted for everyone"));
    }
    (message.deleted, message.changed) = (true, version);
    done()
}

fn edit(
    world: &mut World,
    bot: BotId,
    with: &Parameters,
    change: impl FnOnce(&mut Message) -> Result<(), ApiError>,
) -> Answer {
    let user = chat_id(world, bot, with)?;
    let id = message_id(with)?;
    let (unix, version) = (world.clock.unix(), world.version);
    let message = find(world, bot, user, id).ok_or_else(|| no_message("edit"))?;
    if !message.from_bot {
        return Err(ApiError::bad_request("message can't be edited"));
    }
    let mut edited = message.clone();
    change(&mut edited)?;
    if edited.content == message.content && edited.markup == message.markup {
        return Err(ApiError::bad_request(
            "message is not modified: specified new message content and reply markup are exactly \
             the same as a current content and reply markup of the message",
        ));
    }
    (edited.edit_date, edited.changed) = (Some(unix), version);
    *message = edited;
    Ok(json!(world.message_json(bot, user, id)))
}

fn find(world: &mut World, bot: BotId, user: UserId, id: i64) -> Option<&mut Message> {
    let chat = world.bots.get_mut(&bot)?.chats.get_mut(&user)?;
    chat.messages.get_mut(&id).filter(|message| !message.deleted)
}

fn no_message(to: &str) -> ApiError {
    ApiError::bad_request(format!("message to {to} not found"))
}

fn message_id(with: &Parameters) -> Result<i64, ApiError> {
    let id = with.integer("message_id").filter(|id| *id > 0);
    id.ok_or_else(|| ApiError::bad_request("message identifier is not specified"))
}

/// Whose chat a call means, if the bot may act in it.
pub(crate) fn chat_id(world: &World, bot: BotId, with: &Parameters) -> Result<UserId, ApiError> {
    let id = with.text("chat_id");
    if id.is_empty() {
        return Err(ApiError::bad_request("chat_id is empty"));
    }
    let chat = id.parse().ok().and_then(|user: UserId| {
        let chat = world.bots.get(&bot)?.chats.get(&user).filter(|chat| chat.started)?;
        Some((user, chat))
    });
    match chat {
        Some((_, chat)) if chat.blocked => Err(ApiError::forbidden("bot was blocked by the user")),
        Some((user, _)) => Ok(user),
        None => Err(ApiError::bad_request("chat not found")),
    }
}

/// Posts a bot's message, if Telegram would: the chat is there and not too much was sent to it.
pub(crate) fn post(world: &mut World, bot: BotId, with: &Parameters, mut draft: Draft) -> Answer {
    let user = chat_id(world, bot, with)?;
    if let Some(reply) = replied_to(world, bot, user, with)? {
        draft.content.insert("reply_to_message".to_owned(), reply);
    }
    let now = world.clock.now();
    if world.options.rate_limits
        && let Some(owner) = world.bots.get_mut(&bot)
        && let Some(chat) = owner.chats.get_mut(&user)
    {
        let admitted = limits::admit(&mut owner.limiter, &mut chat.limiter, now);
        admitted.map_err(ApiError::too_many_requests)?;
    }
    let id = world.post(bot, user, draft).map(|message| message.id);
    Ok(json!(id.and_then(|id| world.message_json(bot, user, id))))
}

fn replied_to(
    world: &World,
    bot: BotId,
    user: UserId,
    with: &Parameters,
) -> Result<Option<Value>, ApiError> {
    let reply: Option<Value> = with.structure("reply_parameters", "reply parameters")?;
    let Some(reply) = reply else { return Ok(None) };
    let id = reply["message_id"].as_i64().unwrap_or_default();
    let deleted = |message: &Message| message.deleted;
    let chat = world.bots.get(&bot).and_then(|bot| bot.chats.get(&user));
    let is_there = chat.and_then(|chat| chat.messages.get(&id)).is_some_and(|one| !deleted(one));
    if is_there {
        return Ok(world.message_json(bot, user, id));
    }
    match reply["allow_sending_without_reply"].as_bool() {
        Some(true) => Ok(None),
        _ => Err(ApiError::bad_request("message to be replied not found")),
    }
}

fn read_text(with: &Parameters) -> Result<Text, ApiError> {
    if with.text("text").is_empty() {
        return Err(ApiError::bad_request("message text is empty"));
    }
    let text = formatted(with, "text")?;
    match text.units() {
        0 => Err(ApiError::bad_request("text must be non-empty")),
        1..=LONGEST_TEXT => Ok(text),
        _ => Err(ApiError::bad_request("message is too long")),
    }
}

pub(crate) fn read_caption(with: &Parameters) -> Result<Text, ApiError> {
    let caption = formatted(with, "caption")?;
    if caption.units() > LONGEST_CAPTION {
        return Err(ApiError::bad_request("message caption is too long"));
    }
    Ok(caption)
}

fn formatted(with: &Parameters, field: &str) -> Result<Text, ApiError> {
    let text = with.text(field);
    let mode = with.text("parse_mode");
    match mode.to_ascii_lowercase().as_str() {
        "html" => {
            let problem = |what| ApiError::bad_request(format!("can't parse entities: {what}"));
            html::parse(&text).map_err(problem)
        }
        "" | "none" if with.has("entities") || with.has("caption_entities") => {
            Err(ApiError::bad_request("telegram-sim: entities are simulated by HTML only"))
        }
        "" | "none" => Ok(Text::plain(&text)),
        "markdown" | "markdownv2" => {
            Err(ApiError::bad_request("telegram-sim: of parse modes only HTML is simulated"))
        }
        _ => Err(ApiError::bad_request("unsupported parse_mode")),
    }
}
