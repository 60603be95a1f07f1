//! A bot: everything that belongs to one token.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Serialize;
use serde_json::{Value, json};

use super::chat::Chat;
use super::clock::Millis;
use super::limits::Limiter;
use super::{BotId, UserId};
use crate::delivery::queue::Queue;
use crate::faults::Faults;
use crate::payments::Books;

/// Of so many calls the newest are kept.
const CALLS_KEPT: usize = 10_000;

pub(crate) struct Bot {
    pub(crate) id: BotId,
    pub(crate) token: String,
    pub(crate) webhook: Option<Webhook>,
    /// Kept from one `setWebhook` to the next, until it names others.
    pub(crate) allowed_updates: BTreeSet<String>,
    pub(crate) queue: Queue,
    /// By scope and language.
    pub(crate) commands: BTreeMap<(String, String), Value>,
    pub(crate) chats: BTreeMap<UserId, Chat>,
    pub(crate) files: BTreeMap<String, File>,
    pub(crate) callbacks: BTreeMap<String, Callback>,
    pub(crate) books: Books,
    pub(crate) calls: VecDeque<Call>,
    pub(crate) faults: Faults,
    pub(crate) limiter: Limiter,
    last_message: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) secret: Option<String>,
    pub(crate) max_connections: usize,
    /// When the last delivery failed, in Unix time, and how.
    pub(crate) last_error: Option<(i64, String)>,
}

#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) bytes: Vec<u8>,
}

/// A pressed button that waits for the bot's word.
#[derive(Debug, Clone)]
pub(crate) struct Callback {
    pub(crate) user: UserId,
    pub(crate) expires_at: Millis,
    pub(crate) answer: Option<CallbackAnswer>,
    /// The world's version that answered it.
    pub(crate) changed: u64,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct CallbackAnswer {
    pub(crate) text: String,
    pub(crate) show_alert: bool,
    pub(crate) url: String,
}

/// A call of a Bot API method, as it was answered.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Call {
    /// The world's version that it led to.
    pub(crate) version: u64,
    pub(crate) method: String,
    pub(crate) parameters: Value,
    pub(crate) answer: Value,
}

impl Bot {
    pub(crate) fn new(id: BotId, token: &str, now: Millis) -> Self {
        Self {
            id,
            token: token.to_owned(),
            webhook: None,
            allowed_updates: BTreeSet::new(),
            queue: Queue::new(now),
            commands: BTreeMap::new(),
            chats: BTreeMap::new(),
            files: BTreeMap::new(),
            callbacks: BTreeMap::new(),
            books: Books::default(),
            calls: VecDeque::new(),
            faults: Faults::default(),
            limiter: Limiter::default(),
            last_message: 0,
        }
    }

    pub(crate) fn username(&self) -> String {
        format!("sim_{}_bot", self.id)
    }

    /// As the Bot API's `User`.
    pub(crate) fn to_json(&self) -> Value {
        let name = format!("Bot {}", self.id);
        json!({"id": self.id, "is_bot": true, "first_name": name, "username": self.username()})
    }

    pub(crate) fn next_message_id(&mut self) -> i64 {
        self.last_message += 1;
        self.last_message
    }

    pub(crate) fn note_call(&mut self, call: Call) {
        if self.calls.len() == CALLS_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }
}
