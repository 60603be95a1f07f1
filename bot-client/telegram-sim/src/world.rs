//! The Telegram that the simulator keeps in memory: users, channels, bots, chats and time.

pub(crate) mod bot;
pub(crate) mod chat;
pub(crate) mod clock;
pub(crate) mod limits;
pub(crate) mod people;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::RngExt;
use rand::distr::Alphanumeric;
use serde_json::Value;
use tokio::sync::watch;

pub(crate) use bot::Bot;
pub(crate) use chat::{Chat, Content, Message};
pub(crate) use people::{Channel, User};

use crate::Options;
use crate::delivery::queue::Lane;
use clock::{Clock, DAY};

pub(crate) type UserId = i64;
pub(crate) type BotId = i64;

pub(crate) struct World {
    pub(crate) clock: Clock,
    /// Rises with every change.
    pub(crate) version: u64,
    pub(crate) options: Options,
    pub(crate) users: BTreeMap<UserId, User>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) bots: BTreeMap<BotId, Bot>,
}

impl World {
    fn new(options: Options) -> Self {
        Self {
            clock: Clock::new(),
            version: 0,
            options,
            users: BTreeMap::new(),
            channels: Vec::new(),
            bots: BTreeMap::new(),
        }
    }

    /// The bot and the user of a chat; the chat is made if there is none.
    pub(crate) fn chat_mut(&mut self, bot: BotId, user: UserId) -> Option<&mut Chat> {
        self.users.get(&user)?;
        Some(self.bots.get_mut(&bot)?.chats.entry(user).or_default())
    }

    /// Puts a message into a chat, from either side. It is not delivered by this.
    pub(crate) fn post(&mut self, bot: BotId, user: UserId, draft: Draft) -> Option<&Message> {
        let (date, version) = (self.clock.unix(), self.version);
        let bot = self.bots.get_mut(&bot)?;
        let id = bot.next_message_id();
        let chat = bot.chats.entry(user).or_default();
        if draft.from_bot {
            chat.action = None;
        }
        let mut message = Message {
            id,
            date,
            edit_date: None,
            from_bot: draft.from_bot,
            content: draft.content,
            markup: None,
            offered: BTreeSet::new(),
            invoice: draft.invoice,
            deleted: false,
            changed: version,
        };
        message.set_markup(draft.markup);
        chat.messages.insert(id, message);
        chat.messages.get(&id)
    }

    /// A user's message, delivered to the bot as `kind`.
    pub(crate) fn deliver_message(&mut self, bot: BotId, user: UserId, id: i64, kind: &str) {
        if let Some(message) = self.message_json(bot, user, id) {
            self.enqueue(bot, Lane::Messages(user), kind, message, DAY);
        }
    }

    /// A service message, such as of a payment, that a user's client puts into the chat.
    pub(crate) fn post_and_deliver(
        &mut self,
        bot: BotId,
        user: UserId,
        content: Content,
        from_bot: bool,
    ) -> i64 {
        let draft = Draft { from_bot, content, ..Draft::default() };
        let id = self.post(bot, user, draft).map_or(0, |message| message.id);
        self.deliver_message(bot, user, id, "message");
        id
    }

    pub(crate) fn message_json(&self, bot: BotId, user: UserId, id: i64) -> Option<Value> {
        let (bot, user) = (self.bots.get(&bot)?, self.users.get(&user)?);
        Some(bot.chats.get(&user.id)?.messages.get(&id)?.to_json(bot, user))
    }

    /// Queues an update, unless the bot did not ask for its kind. Returns its `update_id`.
    pub(crate) fn enqueue(
        &mut self,
        bot: BotId,
        lane: Lane,
        kind: &str,
        content: Value,
        life: clock::Millis,
    ) -> Option<i64> {
        let now = self.clock.now();
        let bot = self.bots.get_mut(&bot)?;
        let wanted = if bot.allowed_updates.is_empty() {
            !["chat_member", "message_reaction", "message_reaction_count"].contains(&kind)
        } else {
            bot.allowed_updates.contains(kind)
        };
        let update = Value::Object(Content::from_iter([(kind.to_owned(), content)]));
        wanted.then(|| bot.queue.push(lane, update, now, now + life))
    }
}

/// A message that is about to be posted.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) from_bot: bool,
    pub(crate) content: Content,
    pub(crate) markup: Option<Value>,
    pub(crate) invoice: Option<String>,
}

/// The world behind its lock, and the news that it has changed.
pub(crate) struct Shared {
    world: Mutex<World>,
    changed: watch::Sender<u64>,
    pub(crate) http: reqwest::Client,
}

impl Shared {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            world: Mutex::new(World::new(options)),
            changed: watch::Sender::new(0),
            http: process::http::client(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the world, and wakes all who wait for news of it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.lock();
        world.version += 1;
        let result = change(&mut world);
        let version = world.version;
        drop(world);
        self.changed.send_replace(version);
        result
    }

    /// Changes the world only if there is something to change; nobody is woken.
    pub(crate) fn quietly<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.lock())
    }

    pub(crate) fn news(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// What `look` finds, now or as soon as the world's changes let it; `None` after `patience`.
    pub(crate) async fn wait_for<T>(
        &self,
        patience: Duration,
        mut look: impl FnMut(&World) -> Option<T>,
    ) -> Option<T> {
        let mut news = self.news();
        let found = async {
            loop {
                news.borrow_and_update();
                if let Some(found) = self.read(&mut look) {
                    return Some(found);
                }
                if news.changed().await.is_err() {
                    return None;
                }
            }
        };
        tokio::time::timeout(patience, found).await.ok().flatten()
    }
}

/// An identifier that no other run of the simulator has given: bots keep them in databases.
pub(crate) fn fresh_id(length: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect()
}
