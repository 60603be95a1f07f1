//! What a person has sent, read from an update.

use frankenstein::payments::{PreCheckoutQuery, RefundedPayment, SuccessfulPayment};
use frankenstein::types::{
    BotSubscriptionState, ChatMember, ChatType, MaybeInaccessibleMessage, Message, User,
};
use frankenstein::updates::{Update, UpdateContent};

use crate::commands::Command;
use crate::press::Press;
use crate::texts::Language;

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
    /// The user is about to pay.
    PreCheckout(Box<PreCheckoutQuery>),
    /// Stars have changed hands.
    Charged(Box<SuccessfulPayment>),
    Refunded(Box<RefundedPayment>),
    /// A subscription in Stars goes on, or does not.
    Renewal(BotSubscriptionState),
}

impl Input {
    /// Whether money has changed hands, which no failure may make forgotten.
    pub(crate) fn is_money(&self) -> bool {
        matches!(self, Self::Charged(_) | Self::Refunded(_))
    }
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
            UpdateContent::PreCheckoutQuery(query) => {
                (query.from.clone(), Input::PreCheckout(Box::new(query)))
            }
            UpdateContent::Subscription(change) => (change.user, Input::Renewal(change.state)),
            _ => return None,
        };
        (!user.is_bot).then_some(Self { update_id: update.update_id, user, input })
    }

    /// By what Telegram says of the user.
    pub(crate) fn language(&self) -> Language {
        Language::of_code(self.user.language_code.as_deref())
    }

    /// The user's id, as the service has it.
    pub(crate) fn telegram_id(&self) -> i64 {
        i64::try_from(self.user.id).unwrap_or(i64::MAX)
    }
}

fn message_input(mut message: Message) -> Option<(User, Input)> {
    if let Some(payment) = message.successful_payment.take() {
        return Some((payer(message)?, Input::Charged(payment)));
    }
    if let Some(payment) = message.refunded_payment.take() {
        return Some((payer(message)?, Input::Refunded(payment)));
    }
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

/// Whose money a message is about: Telegram lets the bot itself tell of a refund.
fn payer(message: Message) -> Option<User> {
    if let Some(user) = message.from.filter(|user| !user.is_bot) {
        return Some(*user);
    }
    let id = u64::try_from(message.chat.id).ok()?;
    let first_name = message.chat.first_name.unwrap_or_default();
    Some(User::builder().id(id).is_bot(false).first_name(first_name).build())
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
