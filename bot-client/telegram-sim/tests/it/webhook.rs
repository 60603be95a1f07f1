//! setWebhook and the menu of commands.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Bot, SECRET, Webhook, ok};

#[tokio::test]
async fn a_webhook_keeps_what_is_left_out_only_for_the_kinds_of_updates() {
    let bot = Bot::start().await;
    let empty = bot.result("getWebhookInfo", json!({})).await;
    assert_eq!(
        empty,
        json!({"url": "", "has_custom_certificate": false, "pending_update_count": 0})
    );
    let url = "http://127.0.0.1:9/hook";
    let kinds = json!(["message", "callback_query", "no_such_kind"]);
    let full = json!({"url": url, "allowed_updates": kinds, "max_connections": 500});
    bot.result("setWebhook", full).await;
    bot.result("setWebhook", json!({"url": url})).await;
    let info = bot.result("getWebhookInfo", json!({})).await;
    assert_eq!(info["allowed_updates"], json!(["callback_query", "message"]));
    assert_eq!(info["max_connections"], 40);
    let read: frankenstein::updates::WebhookInfo = serde_json::from_value(info).unwrap();
    assert_eq!(read.url, url);
    bot.result("setWebhook", json!({"url": url, "allowed_updates": []})).await;
    let info = bot.result("getWebhookInfo", json!({})).await;
    assert_eq!(info["allowed_updates"], Value::Null);
    bot.result("deleteWebhook", json!({})).await;
    assert_eq!(bot.result("getWebhookInfo", json!({})).await["url"], "");
}

#[tokio::test]
async fn webhooks_that_are_refused() {
    let bot = Bot::start().await;
    let set = |url: &str, secret: &str| json!({"url": url, "secret_token": secret});
    let (url, long) = ("http://127.0.0.1:9/", "x".repeat(257));
    let cases = [
        (set("::", ""), "bad webhook: invalid URL specified"),
        (set("https://example.org/", ""), "bad webhook: telegram-sim delivers to http:// only"),
        (set(url, "no spaces"), "secret token contains unallowed characters"),
        (set(url, &long), "secret token is too long"),
    ];
    for (body, problem) in cases {
        bot.assert_bad("setWebhook", body, problem).await;
    }
}

#[tokio::test]
async fn only_the_kinds_that_were_asked_for_come() {
    let bot = Bot::start().await;
    let webhook = Webhook::start(Duration::ZERO, |_, _| ok()).await;
    let body = json!({
        "url": webhook.url, "secret_token": SECRET, "allowed_updates": ["edited_message"],
    });
    bot.result("setWebhook", body).await;
    let user = bot.user().await;
    let id = user.send("one").await.unwrap();
    let edit = json!({"message_id": id, "text": "two"});
    bot.control.post(&format!("/sim/chats/{}/edit", user.id), edit).await.unwrap();
    let received = webhook.received(1).await;
    bot.control.drained().await.unwrap();
    assert_eq!(webhook.so_far().len(), 1);
    assert_eq!(received[0].update["edited_message"]["text"], "two");
    assert_eq!(received[0].secret.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn what_came_before_the_webhook_is_delivered_after_it_unless_it_is_dropped() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let webhook = Webhook::start(Duration::ZERO, |_, _| ok()).await;
    let dropping = json!({"url": webhook.url, "drop_pending_updates": true});
    bot.result("setWebhook", dropping).await;
    bot.result("deleteWebhook", json!({})).await;
    user.send("kept").await.unwrap();
    assert_eq!(bot.result("getWebhookInfo", json!({})).await["pending_update_count"], 1);
    bot.set_webhook(&webhook).await;
    assert_eq!(webhook.received(1).await[0].update["message"]["text"], "kept");
}

#[tokio::test]
async fn commands_are_kept_per_scope_and_language() {
    let bot = Bot::start().await;
    let menu = |name: &str| json!([{"command": name, "description": "Does it"}]);
    let private = json!({"type": "all_private_chats"});
    bot.result("setMyCommands", json!({"commands": menu("a")})).await;
    let russian = json!({"commands": menu("b"), "language_code": "ru", "scope": private});
    bot.result("setMyCommands", russian.clone()).await;
    assert_eq!(bot.result("getMyCommands", json!({})).await, menu("a"));
    let of_russian = json!({"language_code": "ru", "scope": private});
    assert_eq!(bot.result("getMyCommands", of_russian.clone()).await, menu("b"));
    let other = json!({"language_code": "en"});
    assert_eq!(bot.result("getMyCommands", other).await, json!([]));
    bot.user().await;
    bot.control.user("John", "en").await.unwrap();
    let state = bot.control.get("/sim/state").await.unwrap();
    let shown = |place: usize| state["users"][place]["commands"][0]["command"].clone();
    assert_eq!((shown(0), shown(1)), (json!("b"), json!("a")));
    bot.result("deleteMyCommands", of_russian.clone()).await;
    assert_eq!(bot.result("getMyCommands", of_russian).await, json!([]));
}

#[tokio::test]
async fn commands_that_telegram_refuses() {
    let bot = Bot::start().await;
    let one = |name: &str, description: &str| json!({"commands": [{"command": name, "description": description}]});
    let (long, longer) = ("x".repeat(33), "x".repeat(257));
    for body in [one("Start", "x"), one("a-b", "x"), one("", "x"), one(&long, "x")] {
        bot.assert_bad("setMyCommands", body, "BOT_COMMAND_INVALID").await;
    }
    for body in [one("a", ""), one("a", &longer)] {
        bot.assert_bad("setMyCommands", body, "BOT_COMMAND_DESCRIPTION_INVALID").await;
    }
    let many: Vec<_> =
        (0..101).map(|n| json!({"command": format!("c{n}"), "description": "x"})).collect();
    bot.assert_bad("setMyCommands", json!({"commands": many}), "BOT_COMMANDS_TOO_MUCH").await;
    bot.result("setMyCommands", json!({"commands": many[..100]})).await;
    let body = json!({"commands": [], "language_code": "russian"});
    bot.assert_bad("setMyCommands", body, "invalid language code specified").await;
}
