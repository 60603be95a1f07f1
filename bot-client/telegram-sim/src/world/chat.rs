//! A user's chat with a bot, and what was said in it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::clock::Millis;
use super::limits::Limiter;
use super::{Bot, User};

/// The fields of the Bot API's `Message` that say what it is: `text` and `entities`, `photo` …
pub(crate) type Content = Map<String, Value>;

#[derive(Debug, Default)]
pub(crate) struct Chat {
    /// A bot may not write to who never wrote to it.
    pub(crate) started: bool,
    pub(crate) blocked: bool,
    pub(crate) messages: BTreeMap<i64, Message>,
    /// What the bot says that it is doing, and until when.
    pub(crate) action: Option<(String, Millis)>,
    pub(crate) limiter: Limiter,
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: i64,
    /// Unix time.
    pub(crate) date: i64,
    pub(crate) edit_date: Option<i64>,
    pub(crate) from_bot: bool,
    pub(crate) content: Content,
    pub(crate) markup: Option<Value>,
    /// Every callback data that it ever showed: a slow client can still send an old one.
    pub(crate) offered: BTreeSet<String>,
    /// The invoice that it carries.
    pub(crate) invoice: Option<String>,
    pub(crate) deleted: bool,
    /// The world's version that changed it last.
    pub(crate) changed: u64,
}

impl Message {
    /// As the Bot API's `Message`.
    pub(crate) fn to_json(&self, bot: &Bot, user: &User) -> Value {
        let from = if self.from_bot { bot.to_json() } else { user.to_json() };
        let mut json = json!({
            "message_id": self.id,
            "from": from,
            "chat": user.chat_json(),
            "date": self.date,
        });
        for (name, value) in &self.content {
            json[name] = value.clone();
        }
        if let Some(date) = self.edit_date {
            json["edit_date"] = json!(date);
        }
        if let Some(markup) = &self.markup {
            json["reply_markup"] = markup.clone();
        }
        json
    }

    pub(crate) fn set_markup(&mut self, markup: Option<Value>) {
        let buttons = markup.iter().flat_map(buttons);
        let data = buttons.filter_map(|button| button["callback_data"].as_str());
        self.offered.extend(data.map(str::to_owned));
        self.markup = markup;
    }
}

/// The buttons of an inline keyboard, row by row.
pub(crate) fn buttons(markup: &Value) -> impl Iterator<Item = &Value> {
    markup["inline_keyboard"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|row| row.as_array())
        .flatten()
}
