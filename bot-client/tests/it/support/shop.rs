//! Buying: a shop with something in it, and people who pay.

use chrono::DateTime;
use reqwest::Method;
use serde_json::{Value, json};
use telegram_sim::User;

use super::service::Service;
use super::trainee::{offered, text};
use super::{Engine, OPERATOR_KEY, Plan, TOKEN, World};

/// The administrator of [`open`]'s bot.
pub(crate) const ADMIN: i64 = 900;
pub(crate) const CHANNEL: &str = "@spin_channel";

pub(crate) const MONTH: i64 = 500;
pub(crate) const YEAR: i64 = 4000;
pub(crate) const FIVE: i64 = 150;

/// A world in which trainings are sold, with an administrator and a channel.
pub(crate) async fn open(engine: Engine) -> World {
    plan(engine).start().await.stocked().await
}

pub(crate) fn plan(engine: Engine) -> Plan {
    Plan::new(engine)
        .bot("BOT__ADMINS", ADMIN.to_string())
        .bot("BOT__SERVICE__OPERATOR_KEY", OPERATOR_KEY)
        .bot("BOT__CHANNEL", CHANNEL)
}

impl World {
    pub(crate) async fn stocked(self) -> Self {
        for (tariff, kind, credits, stars) in [
            ("month", "month", None, MONTH),
            ("year", "year", None, YEAR),
            ("credits_5", "credits", Some(5), FIVE),
        ] {
            self.service.put_tariff(tariff, kind, credits, stars, true).await;
        }
        self.telegram.channel(CHANNEL.trim_start_matches('@'), true).await.unwrap();
        self
    }

    /// The administrator, whose chat is open.
    pub(crate) async fn admin(&self) -> User {
        let before = json!({"id": ADMIN - 1, "first_name": "Before"});
        self.telegram.post("/sim/users", before).await.unwrap();
        let admin = self.newcomer("Admin", "en").await;
        assert_eq!(admin.id, ADMIN);
        admin
    }

    /// Calls a method of the Bot API as the bot would.
    pub(crate) async fn as_bot(&self, method: &str, parameters: Value) -> Value {
        let url = format!("{}/bot{TOKEN}/{method}", self.sim.base_url());
        let answer = self.service.http.post(url).json(&parameters).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// How many of the bot's messages in this chat say this.
    pub(crate) async fn told(&self, user: &User, part: &str) -> usize {
        let path = format!("/sim/chats/{}/messages?from_bot=true", user.id);
        let found = self.telegram.get(&path).await.unwrap();
        let messages = found["messages"].as_array().unwrap().iter();
        messages.filter(|one| text(&one["message"]).contains(part)).count()
    }

    /// All of the bot's transactions in Stars.
    pub(crate) async fn stars(&self) -> Vec<Value> {
        let stars = self.telegram.get("/sim/stars").await.unwrap();
        stars["transactions"].as_array().unwrap().clone()
    }

    /// Everything is delivered, nothing was given up, and the ledger explains every balance.
    pub(crate) async fn verified(&self) {
        self.drained().await;
        assert_eq!(self.dead_letters().await, 0);
        let mut page = json!({"next_cursor": ""});
        while let Some(cursor) = page["next_cursor"].as_str() {
            let cursor =
                if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            page = self.service.get(&format!("/users?limit=100{cursor}")).await;
            for user in page["items"].as_array().unwrap() {
                let path = format!("/users/{}/export", user["telegram_id"]);
                explained(&self.service.get(&path).await);
            }
        }
    }
}

impl Service {
    pub(crate) async fn put_tariff(
        &self,
        tariff: &str,
        kind: &str,
        credits: Option<i64>,
        stars: i64,
        active: bool,
    ) {
        let mut body = json!({
            "title": tariff, "active": active, "subscription_type": kind,
            "prices": [{"currency": "XTR", "amount": stars}],
        });
        if let Some(credits) = credits {
            body["credits"] = credits.into();
        }
        self.call(Method::PUT, &format!("/tariffs/{tariff}"), Some(body)).await;
    }

    /// The newest first.
    pub(crate) async fn payments(&self, id: i64) -> Vec<Value> {
        self.items(&format!("/users/{id}/payments?limit=100")).await
    }

    pub(crate) async fn subscriptions(&self, id: i64) -> Vec<Value> {
        self.items(&format!("/users/{id}/subscriptions?active=true&limit=100")).await
    }

    /// What a user may train with, in the order in which it is used: its kind, and what is left.
    pub(crate) async fn holdings(&self, id: i64) -> Vec<(String, Option<i64>)> {
        let access = self.get(&format!("/users/{id}/access")).await;
        let kind = |held: &Value| held["access_type"].as_str().unwrap().to_owned();
        let held = access["holdings"].as_array().unwrap();
        held.iter().map(|held| (kind(held), held["left"].as_i64())).collect()
    }
}

/// Whether the events of each holding come to what is left of it: credits, trainings, or seconds.
fn explained(export: &Value) {
    let rows = |name: &str| export[name].as_array().unwrap().iter();
    let time = |row: &Value, name: &str| {
        let time = row[name].as_str().map(|time| DateTime::parse_from_rfc3339(time).unwrap());
        time.map_or(0, |time| time.timestamp())
    };
    let seconds = |row: &Value| time(row, "end_date") - time(row, "start_date");
    let subscriptions = rows("subscriptions");
    let held = subscriptions
        .map(|row| (row, row["credits_left"].as_i64().unwrap_or_else(|| seconds(row))))
        .chain(rows("free_trainings").map(|row| (row, row["trainings_left"].as_i64().unwrap())));
    let mut events = 0;
    for (row, left) in held {
        let of_it = rows("access_events").filter(|event| event["holding_id"] == row["id"]);
        let amounts: Vec<_> = of_it.map(|event| event["amount"].as_i64().unwrap()).collect();
        assert_eq!(amounts.iter().sum::<i64>(), left, "{row}: {amounts:?}");
        events += amounts.len();
    }
    assert_eq!(events, rows("access_events").len(), "an event of nothing that is held: {export}");
}

/// What the invoice link on a button of this message leads to.
pub(crate) fn url(message: &Value, button: &str) -> Value {
    let rows = message["reply_markup"]["inline_keyboard"].as_array().unwrap();
    let mut buttons = rows.iter().flat_map(|row| row.as_array().unwrap());
    let found = buttons.find(|found| found["text"].as_str().unwrap().contains(button));
    found.unwrap_or_else(|| panic!("no {button:?} in {message}"))["url"].clone()
}

/// The link of what is offered for so many Stars.
pub(crate) async fn link(user: &User, stars: i64) -> Value {
    user.send("/subscribe").await.unwrap();
    let shop = offered(user, "You have: ").await;
    url(&shop, &format!("· {stars} ⭐"))
}

/// Buys what costs so many Stars, and returns the charge's id and what the bot said.
pub(crate) async fn buy(user: &User, stars: i64) -> (String, Value) {
    let paid = user.pay(&link(user, stars).await).await.unwrap();
    assert_eq!(paid["status"], "paid", "{paid}");
    let thanks = user.wait_for_message(&format!("{stars} ⭐")).await.unwrap();
    (paid["charge_id"].as_str().unwrap().to_owned(), thanks)
}

/// A holding of this kind.
pub(crate) fn held(kind: &str, left: Option<i64>) -> (String, Option<i64>) {
    (kind.to_owned(), left)
}
