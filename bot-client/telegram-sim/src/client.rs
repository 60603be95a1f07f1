//! The control API for tests in Rust: users that write, press, pay and wait for what comes.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

/// For so long a test waits for what should come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a test cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// What a user cannot do, such as press a button that is not there.
    #[error("{path}: {error}")]
    Refused { path: String, error: String },
    #[error("waited in vain for {0}")]
    WaitedInVain(String),
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

/// A hold on a simulator, in this process or another.
#[derive(Debug, Clone)]
pub struct Control {
    http: reqwest::Client,
    base_url: String,
    bot: Option<i64>,
}

impl Control {
    /// Of the simulator at this address; with several bots, of the one with the smallest id.
    pub fn new(base_url: &str) -> Self {
        Self { http: process::http::client(), base_url: base_url.to_owned(), bot: None }
    }

    /// Of this bot.
    #[must_use]
    pub fn of_bot(mut self, bot: i64) -> Self {
        self.bot = Some(bot);
        self
    }

    /// Calls a route of the control API, such as `/sim/stars`.
    ///
    /// # Errors
    /// The simulator refuses it.
    pub async fn get(&self, path: &str) -> Result<Value, ControlError> {
        self.request(Method::GET, path, None).await
    }

    /// # Errors
    /// The simulator refuses it.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value, ControlError> {
        self.request(Method::POST, path, Some(body)).await
    }

    /// # Errors
    /// The simulator refuses it.
    pub async fn put(&self, path: &str, body: Value) -> Result<Value, ControlError> {
        self.request(Method::PUT, path, Some(body)).await
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, ControlError> {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url));
        if let Some(bot) = self.bot {
            request = request.query(&[("bot", bot)]);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        if response.status().is_success() {
            return Ok(response.json().await?);
        }
        let text = response.text().await?;
        let told = serde_json::from_str::<Value>(&text).ok();
        let error = told.and_then(|told| told["error"].as_str().map(str::to_owned));
        Err(ControlError::Refused { path: path.to_owned(), error: error.unwrap_or(text) })
    }

    /// Makes a user.
    ///
    /// # Errors
    /// As [`Control::get`]; so do all that follow.
    pub async fn user(&self, first_name: &str, language: &str) -> Result<User, ControlError> {
        let body = json!({"first_name": first_name, "language_code": language});
        let made = self.post("/sim/users", body).await?;
        Ok(User::new(self.clone(), made["id"].as_i64().unwrap_or_default()))
    }

    /// Makes a channel that anybody may join.
    pub async fn channel(&self, username: &str, bot_is_admin: bool) -> Result<(), ControlError> {
        let body = json!({"username": username, "bot_is_admin": bot_is_admin});
        self.post("/sim/channels", body).await.map(drop)
    }

    /// Waits until the bot has set its webhook, and holds on to that bot.
    pub async fn wait_for_webhook(&mut self) -> Result<i64, ControlError> {
        let path = format!("/sim/webhook?wait_ms={}", PATIENCE.as_millis());
        let bot = self.get(&path).await?["bot"].as_i64();
        self.bot = bot;
        bot.ok_or_else(|| ControlError::WaitedInVain("a webhook".to_owned()))
    }

    /// Waits until nothing is left to be delivered.
    pub async fn drained(&self) -> Result<(), ControlError> {
        let path = format!("/sim/updates?wait_ms={}", PATIENCE.as_millis());
        let left = self.get(&path).await?;
        match left["count"].as_u64() {
            Some(0) => Ok(()),
            _ => Err(ControlError::WaitedInVain(format!("the end of {left}"))),
        }
    }

    /// Every call of a method so far: its parameters and the answer.
    pub async fn calls(&self, method: &str) -> Result<Vec<Value>, ControlError> {
        let found = self.get(&format!("/sim/calls?method={method}")).await?;
        Ok(found["calls"].as_array().cloned().unwrap_or_default())
    }

    /// Lets the next calls of a method go wrong; `fault` as in `/sim/faults/calls`.
    pub async fn fail_calls(&self, fault: Value) -> Result<(), ControlError> {
        self.post("/sim/faults/calls", fault).await.map(drop)
    }

    /// Lets the next deliveries go wrong; `fault` as in `/sim/faults/deliveries`.
    pub async fn fail_deliveries(&self, fault: Value) -> Result<(), ControlError> {
        self.post("/sim/faults/deliveries", fault).await.map(drop)
    }

    /// Lets nothing go wrong any more.
    pub async fn clear_faults(&self) -> Result<(), ControlError> {
        self.request(Method::DELETE, "/sim/faults", None).await.map(drop)
    }

    /// Lets time pass.
    pub async fn advance(&self, by: Duration) -> Result<(), ControlError> {
        self.post("/sim/time", json!({"seconds": by.as_secs()})).await.map(drop)
    }
}

/// A user of the simulator.
#[derive(Debug)]
pub struct User {
    control: Control,
    pub id: i64,
    unread: Mutex<Unread>,
}

#[derive(Debug, Default)]
struct Unread {
    after: u64,
    messages: VecDeque<Value>,
}

impl User {
    fn new(control: Control, id: i64) -> Self {
        Self { control, id, unread: Mutex::default() }
    }

    async fn act(&self, action: &str, body: Value) -> Result<Value, ControlError> {
        self.control.post(&format!("/sim/chats/{}/{action}", self.id), body).await
    }

    /// Writes a text; a command is one. Returns the message's id.
    ///
    /// # Errors
    /// As [`Control::get`]; so do all that follow.
    pub async fn send(&self, text: &str) -> Result<i64, ControlError> {
        let sent = self.act("send", json!({"text": text})).await?;
        Ok(sent["message_id"].as_i64().unwrap_or_default())
    }

    /// Opens the chat, by a deep link if there is a payload.
    pub async fn start(&self, payload: &str) -> Result<i64, ControlError> {
        let sent = self.act("start", json!({"payload": payload})).await?;
        Ok(sent["message_id"].as_i64().unwrap_or_default())
    }

    /// Presses the button with this text or this callback data. Returns the callback query's id.
    pub async fn press(&self, message: &Value, button: &str) -> Result<String, ControlError> {
        let id = &message["message_id"];
        let body = json!({"message_id": id, "text": button, "data": button});
        let pressed = self.act("press", body).await?;
        Ok(pressed["callback_query_id"].as_str().unwrap_or_default().to_owned())
    }

    /// What the bot answers to a callback query.
    pub async fn answer_to(&self, callback_query: &str) -> Result<Value, ControlError> {
        let wait = PATIENCE.as_millis();
        let path = format!("/sim/callbacks/{callback_query}?wait_ms={wait}");
        match self.control.get(&path).await?["answer"].take() {
            Value::Null => Err(ControlError::WaitedInVain("an answer to the button".to_owned())),
            answer => Ok(answer),
        }
    }

    /// Pays an invoice: a message with one, or its link. Returns how it ended.
    pub async fn pay(&self, invoice: &Value) -> Result<Value, ControlError> {
        let body = match invoice.as_str() {
            Some(link) => json!({"link": link}),
            None => json!({
                "message_id": invoice["message_id"],
                "chat_id": invoice["chat"]["id"],
            }),
        };
        self.act("pay", body).await
    }

    pub async fn block(&self) -> Result<(), ControlError> {
        self.act("block", json!({})).await.map(drop)
    }

    pub async fn unblock(&self) -> Result<(), ControlError> {
        self.act("unblock", json!({})).await.map(drop)
    }

    /// Joins a channel (`member`), leaves it (`left`), or whatever other status.
    pub async fn set_member(&self, channel: &str, status: &str) -> Result<(), ControlError> {
        let channel = channel.trim_start_matches('@');
        let path = format!("/sim/channels/{channel}/members/{}", self.id);
        self.control.put(&path, json!({"status": status})).await.map(drop)
    }

    /// The bot's next message, sent or edited, that this has not returned yet: the Bot API's
    /// `Message`.
    pub async fn next_message(&self) -> Result<Value, ControlError> {
        self.wait_for(|_| true).await
    }

    /// The bot's next message whose text or caption has this in it; those before it are skipped.
    pub async fn wait_for_message(&self, part: &str) -> Result<Value, ControlError> {
        let text = |message: &Value, field| message[field].as_str().map(str::to_owned);
        let has = |message: &Value| {
            let found = text(message, "text").or_else(|| text(message, "caption"));
            found.is_some_and(|text| text.contains(part))
        };
        self.wait_for(has).await.map_err(|error| match error {
            ControlError::WaitedInVain(seen) => {
                ControlError::WaitedInVain(format!("a message with {part:?}; {seen}"))
            }
            other => other,
        })
    }

    /// The bot's next message that `is_meant` is true of; those before it are skipped.
    pub async fn wait_for(&self, is_meant: impl Fn(&Value) -> bool) -> Result<Value, ControlError> {
        let mut seen = Vec::new();
        loop {
            let (after, message) = {
                let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
                (unread.after, unread.messages.pop_front())
            };
            match message {
                Some(message) if is_meant(&message) => return Ok(message),
                Some(message) => seen.push(message["text"].clone()),
                None => self.fetch(after, &seen).await?,
            }
        }
    }

    async fn fetch(&self, after: u64, seen: &[Value]) -> Result<(), ControlError> {
        let (id, wait) = (self.id, PATIENCE.as_millis());
        let path = format!("/sim/chats/{id}/messages?from_bot=true&after={after}&wait_ms={wait}");
        let mut found = self.control.get(&path).await?;
        let entries = found["messages"].as_array_mut().map(std::mem::take).unwrap_or_default();
        if entries.is_empty() {
            return Err(ControlError::WaitedInVain(format!("what came instead: {seen:?}")));
        }
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.after = found["after"].as_u64().unwrap_or(after);
        let kept = entries.into_iter().filter(|entry| entry["deleted"] != true);
        unread.messages.extend(kept.map(|mut entry| entry["message"].take()));
        Ok(())
    }

    /// Forgets the messages so far: the next one is one that comes after this.
    pub async fn skip_messages(&self) -> Result<(), ControlError> {
        let path = format!("/sim/chats/{}/messages?from_bot=true", self.id);
        let found = self.control.get(&path).await?;
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.messages.clear();
        unread.after = found["after"].as_u64().unwrap_or_default();
        Ok(())
    }
}
