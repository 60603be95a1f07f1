//! What a person has sent, read from an update.

use frankenstein::types::{ChatMember, ChatType, MaybeInaccessibleMessage, Message, User};
use frankenstein::updates::{Update, UpdateContent};

use crate::commands::Command;
use crate::press::Press;

/// An update of a private chat, which has the user's id.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Incoming {
    pub update_id: u32,
    pub user: User,
    pub input: Input,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    Command {
        command: Command,
        payload: String,
    },
    UnknownCommand,
    Text(String),
    /// A picture, a voice message, …
    NoText,
    Press {
        press: Option<Press>,
        callback_id: String,
        message_id: Option<i32>,
    },
    /// The user has blocked the bot, or unblocked it.
    Blocked(bool),
}

impl Incoming {
    /// Nothing for what is not from a person to this bot alone: channels, groups, other bots.
    pub(crate) fn read(update: Update) -> Option<Self> {
        let (user, input) = match update.content {
            UpdateContent::Message(message) => message_input(*message)?,
            UpdateContent::CallbackQuery(query) => {
                let message_id = query.message.as_ref().map(|message| match message {
                    MaybeInaccessibleMessage::Message(message) => message.message_id,
                    MaybeInaccessibleMessage::InaccessibleMessage(message) => message.message_id,
                });
                let press = query.data.as_deref().and_then(|data| data.parse().ok());
                (query.from, Input::Press { press, callback_id: query.id, message_id })
            }
            UpdateContent::MyChatMember(change) if change.chat.type_field == ChatType::Private => {
                let is_blocked = matches!(change.new_chat_member, ChatMember::Kicked(_));
                (change.from, Input::Blocked(is_blocked))
            }
            _ => return None,
        };
        (!user.is_bot).then_some(Self { update_id: update.update_id, user, input })
    }

    /// The user's id, as the service has it.
    pub(crate) fn telegram_id(&self) -> i64 {
        i64::try_from(self.user.id).unwrap_or(i64::MAX)
    }
}

fn message_input(message: Message) -> Option<(User, Input)> {
    if message.chat.type_field != ChatType::Private {
        return None;
    }
    let is_content = has_content(&message);
    let user = *message.from?;
    match message.text {
        Some(text) => Some((user, text_input(text))),
        None => is_content.then_some((user, Input::NoText)),
    }
}

/// Whether a person has sent something, and not Telegram a note on the chat.
fn has_content(message: &Message) -> bool {
    message.animation.is_some()
        || message.audio.is_some()
        || message.contact.is_some()
        || message.document.is_some()
        || message.location.is_some()
        || message.photo.is_some()
        || message.poll.is_some()
        || message.sticker.is_some()
        || message.video.is_some()
        || message.video_note.is_some()
        || message.voice.is_some()
}

/// `/command@bot payload`
fn text_input(text: String) -> Input {
    let Some(rest) = text.strip_prefix('/') else { return Input::Text(text) };
    let (name, payload) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let name = name.split('@').next().unwrap_or_default().to_lowercase();
    match name.parse() {
        Ok(command) => Input::Command { command, payload: payload.trim().to_owned() },
        Err(_) => Input::UnknownCommand,
    }
}
