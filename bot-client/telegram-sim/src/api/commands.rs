//! The menu of commands, per scope and language.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::{Answer, ApiError};
use super::parameters::Parameters;
use super::{bot_mut, done};
use crate::text::units;
use crate::world::{BotId, World};

const MOST: usize = 100;
const LONGEST_NAME: usize = 32;
const LONGEST_DESCRIPTION: usize = 256;

#[derive(Debug, Serialize, Deserialize)]
struct Command {
    command: String,
    description: String,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Scope {
    Default,
    AllPrivateChats,
    AllGroupChats,
    AllChatAdministrators,
    Chat { chat_id: i64 },
    ChatAdministrators { chat_id: i64 },
    ChatMember { chat_id: i64, user_id: i64 },
}

pub(crate) fn set(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let key = key(with)?;
    let commands: Option<Vec<Command>> = with.structure("commands", "commands")?;
    let commands =
        commands.ok_or_else(|| ApiError::bad_request("parameter \"commands\" is required"))?;
    if commands.len() > MOST {
        return Err(ApiError::bad_request("BOT_COMMANDS_TOO_MUCH"));
    }
    for command in &commands {
        check(command)?;
    }
    bot_mut(world, bot)?.commands.insert(key, json!(commands));
    done()
}

pub(crate) fn get(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let commands = bot_mut(world, bot)?.commands.get(&key(with)?).cloned();
    Ok(commands.unwrap_or_else(|| json!([])))
}

pub(crate) fn delete(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let key = key(with)?;
    bot_mut(world, bot)?.commands.remove(&key);
    done()
}

fn check(command: &Command) -> Result<(), ApiError> {
    let is_allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    let name = &command.command;
    if !(1..=LONGEST_NAME).contains(&name.len()) || !name.bytes().all(is_allowed) {
        return Err(ApiError::bad_request("BOT_COMMAND_INVALID"));
    }
    if !(1..=LONGEST_DESCRIPTION).contains(&units(command.description.trim())) {
        return Err(ApiError::bad_request("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok(())
}

/// The scope in one word, and the language.
fn key(with: &Parameters) -> Result<(String, String), ApiError> {
    let scope: Option<Scope> = with.structure("scope", "bot command scope")?;
    let scope = match scope.unwrap_or(Scope::Default) {
        Scope::Default => "default".to_owned(),
        Scope::AllPrivateChats => "all_private_chats".to_owned(),
        Scope::AllGroupChats => "all_group_chats".to_owned(),
        Scope::AllChatAdministrators => "all_chat_administrators".to_owned(),
        Scope::Chat { chat_id } => format!("chat:{chat_id}"),
        Scope::ChatAdministrators { chat_id } => format!("chat_administrators:{chat_id}"),
        Scope::ChatMember { chat_id, user_id } => format!("chat_member:{chat_id}:{user_id}"),
    };
    let language = with.text("language_code");
    let is_code = language.len() == 2 && language.bytes().all(|c| c.is_ascii_lowercase());
    if !language.is_empty() && !is_code {
        return Err(ApiError::bad_request("invalid language code specified"));
    }
    Ok((scope, language))
}
