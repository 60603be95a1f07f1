//! Who a chat is with, who is in a channel, and "typing…".

use serde_json::{Value, json};

use super::error::{Answer, ApiError};
use super::messages::chat_id;
use super::parameters::Parameters;
use super::{bot_mut, done};
use crate::world::clock::SECOND;
use crate::world::people::{Membership, Status};
use crate::world::{BotId, World};

/// A chat action is shown for so long, or until a message comes.
const ACTION_LIFE: i64 = 5 * SECOND;

const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

pub(crate) fn get_me(world: &mut World, bot: BotId) -> Answer {
    let mut me = bot_mut(world, bot)?.to_json();
    for ability in [
        "can_read_all_group_messages",
        "supports_inline_queries",
        "can_connect_to_business",
        "has_main_web_app",
    ] {
        me[ability] = json!(false);
    }
    me["can_join_groups"] = json!(true);
    Ok(me)
}

pub(crate) fn get_chat(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let id = with.text("chat_id");
    let channel = world.channels.iter().find(|channel| channel.is(&id));
    let mut chat = match channel {
        Some(channel) => channel.chat_json(),
        None => {
            // A bot may look at who blocked it.
            let user = id.parse().ok().and_then(|id| world.users.get(&id));
            let started = |id| world.bots.get(&bot)?.chats.get(id).map(|chat| chat.started);
            let user = user.filter(|user| started(&user.id) == Some(true));
            user.ok_or_else(|| ApiError::bad_request("chat not found"))?.chat_json()
        }
    };
    chat["accent_color_id"] = json!(0);
    chat["max_reaction_count"] = json!(11);
    chat["accepted_gift_types"] = json!({
        "unlimited_gifts": false,
        "limited_gifts": false,
        "unique_gifts": false,
        "premium_subscription": false,
        "gifts_from_channels": false,
    });
    Ok(chat)
}

/// Sure only where the bot is an administrator.
pub(crate) fn get_chat_member(world: &mut World, with: &Parameters) -> Answer {
    let chat = with.text("chat_id");
    if chat.is_empty() {
        return Err(ApiError::bad_request("chat_id is empty"));
    }
    let channel = world.channels.iter().find(|channel| channel.is(&chat));
    let channel = channel.ok_or_else(|| ApiError::bad_request("chat not found"))?;
    let user = with.integer("user_id").filter(|id| *id > 0);
    let user = user.ok_or_else(|| ApiError::bad_request("invalid user_id specified"))?;
    if let Some(bot) = world.bots.get(&user) {
        let status = if channel.bot_is_admin { Status::Administrator } else { Status::Left };
        return Ok(Membership { status, is_member: false }.to_json(&bot.to_json()));
    }
    if !channel.bot_is_admin {
        return Err(ApiError::bad_request("member list is inaccessible"));
    }
    let known = world.users.get(&user).ok_or_else(|| ApiError::bad_request("user not found"))?;
    Ok(channel.member(user).to_json(&known.to_json()))
}

pub(crate) fn send_chat_action(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let action = with.text("action");
    if !ACTIONS.contains(&action.as_str()) {
        return Err(ApiError::bad_request("wrong parameter action in request"));
    }
    let user = chat_id(world, bot, with)?;
    let until = world.clock.now() + ACTION_LIFE;
    if let Some(chat) = world.chat_mut(bot, user) {
        chat.action = Some((action, until));
    }
    done()
}

/// The menu that a user of a language sees: the nearest scope, in that language or in none.
pub(crate) fn menu(world: &World, bot: BotId, user: i64) -> Value {
    let language = world.users.get(&user).and_then(|user| user.language_code.clone());
    let language = language.unwrap_or_default();
    let language = language.split('-').next().unwrap_or_default().to_owned();
    let chat = format!("chat:{user}");
    let scopes = [chat.as_str(), "all_private_chats", "default"];
    let commands = world.bots.get(&bot).map(|bot| &bot.commands);
    let found =
        scopes.iter().flat_map(|scope| [(*scope, language.as_str()), (*scope, "")]).find_map(
            |(scope, language)| commands?.get(&(scope.to_owned(), language.to_owned())).cloned(),
        );
    found.unwrap_or_else(|| json!([]))
}
