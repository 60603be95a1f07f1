//! What users do, channels, and what can be seen.

use serde_json::{Value, json};

use crate::support::Bot;

#[tokio::test]
async fn a_deep_link_starts_the_bot_with_a_payload_that_telegram_allows() {
    let bot = Bot::start().await;
    let webhook = bot.open_webhook().await;
    let user = bot.control.user("Anna", "en").await.unwrap();
    for bad in ["a b", "ä", &"x".repeat(65)] {
        assert!(user.start(bad).await.is_err(), "{bad}");
    }
    user.start("promo-CODE_1").await.unwrap();
    let update = webhook.received(1).await[0].update.clone();
    assert_eq!(update["message"]["text"], "/start promo-CODE_1");
    user.start(&"x".repeat(64)).await.unwrap();
}

#[tokio::test]
async fn a_button_is_pressed_by_its_text_or_its_data_even_when_it_is_gone() {
    let bot = Bot::start().await;
    let webhook = bot.open_webhook().await;
    let user = bot.user().await;
    let markup = json!({"inline_keyboard": [
        [{"text": "Yes", "callback_data": "yes:1"}],
        [{"text": "Site", "url": "https://example.org/"}],
    ]});
    let body = json!({"chat_id": user.id, "text": "Sure?", "reply_markup": markup});
    let message = bot.result("sendMessage", body).await;
    let id = user.press(&message, "Yes").await.unwrap();
    let query = webhook.received(2).await[1].update["callback_query"].clone();
    assert_eq!((&query["id"], &query["data"]), (&json!(id), &json!("yes:1")));
    assert_eq!(query["message"]["text"], "Sure?");
    assert!(user.press(&message, "No").await.is_err());
    let path = format!("/sim/chats/{}/press", user.id);
    let site = json!({"message_id": message["message_id"], "text": "Site"});
    let pressed = bot.control.post(&path, site).await.unwrap();
    assert_eq!(pressed, json!({"url": "https://example.org/"}));
    let at = json!({"chat_id": user.id, "message_id": message["message_id"]});
    bot.result("editMessageReplyMarkup", at.clone()).await;
    assert!(user.press(&message, "Yes").await.is_err());
    user.press(&message, "yes:1").await.unwrap();
    bot.result("deleteMessage", at).await;
    user.press(&message, "yes:1").await.unwrap();
    let late = webhook.received(4).await[3].update["callback_query"].clone();
    assert_eq!((&late["message"]["date"], &late["message"]["text"]), (&json!(0), &Value::Null));
    serde_json::from_value::<frankenstein::types::CallbackQuery>(late).unwrap();
}

#[tokio::test]
async fn a_member_is_only_seen_where_the_bot_is_an_administrator() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    bot.control.channel("@spin_channel", true).await.unwrap();
    bot.control.channel("secret_channel", false).await.unwrap();
    let of = |chat: &str| json!({"chat_id": chat, "user_id": user.id});
    bot.assert_bad("getChatMember", of("@no_channel"), "chat not found").await;
    bot.assert_bad("getChatMember", of("@secret_channel"), "member list is inaccessible").await;
    let unknown = json!({"chat_id": "@spin_channel", "user_id": 5});
    bot.assert_bad("getChatMember", unknown, "user not found").await;
    let member = async || bot.result("getChatMember", of("@spin_channel")).await;
    assert_eq!(member().await["status"], "left");
    for status in ["member", "administrator", "creator", "kicked", "left"] {
        user.set_member("@spin_channel", status).await.unwrap();
        let member = member().await;
        assert_eq!(member["status"], status);
        serde_json::from_value::<frankenstein::types::ChatMember>(member).unwrap();
    }
    let put = format!("{}/sim/channels/spin_channel/members/{}", bot.sim.base_url(), user.id);
    for is_member in [true, false] {
        let body = json!({"status": "restricted", "is_member": is_member});
        process::http::client().put(&put).json(&body).send().await.unwrap();
        let member = member().await;
        assert_eq!(
            (&member["status"], &member["is_member"]),
            (&json!("restricted"), &json!(is_member))
        );
        serde_json::from_value::<frankenstein::types::ChatMember>(member).unwrap();
    }
    let chat = bot.result("getChat", json!({"chat_id": "@spin_channel"})).await;
    assert_eq!((&chat["type"], &chat["username"]), (&json!("channel"), &json!("spin_channel")));
    serde_json::from_value::<frankenstein::types::ChatFullInfo>(chat).unwrap();
    let chat = bot.result("getChat", json!({"chat_id": user.id})).await;
    assert_eq!((&chat["type"], &chat["id"]), (&json!("private"), &json!(user.id)));
    bot.assert_bad("getChat", json!({"chat_id": 5}), "chat not found").await;
}

#[tokio::test]
async fn a_chat_action_is_seen_until_a_message_comes() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let action =
        async || bot.control.get("/sim/state").await.unwrap()["users"][0]["action"].clone();
    let body = json!({"chat_id": user.id, "action": "typing"});
    bot.result("sendChatAction", body).await;
    assert_eq!(action().await["name"], "typing");
    bot.result("sendMessage", json!({"chat_id": user.id, "text": "x"})).await;
    assert_eq!(action().await, Value::Null);
    let wrong = json!({"chat_id": user.id, "action": "sleeping"});
    bot.assert_bad("sendChatAction", wrong, "wrong parameter action in request").await;
}

#[tokio::test]
async fn changes_are_waited_for() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let version = bot.control.get("/sim/state").await.unwrap()["version"].as_u64().unwrap();
    let path = format!("/sim/state?after={version}&wait_ms=10000");
    let (state, _) = tokio::join!(
        bot.control.get(&path),
        bot.result("sendMessage", json!({"chat_id": user.id, "text": "news"})),
    );
    let messages = state.unwrap()["messages"].take();
    assert_eq!(messages.as_array().unwrap().len(), 1);
    assert_eq!(messages[0]["message"]["text"], "news");
}

#[tokio::test]
async fn the_page_and_its_files_are_served() {
    let bot = Bot::start().await;
    let page = process::http::client().get(bot.sim.base_url()).send().await.unwrap();
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("'none'"));
    let html = page.text().await.unwrap();
    let files = html.split('"').filter(|part| part.starts_with("/page/"));
    let mut count = 0;
    for file in files {
        let url = format!("{}{file}", bot.sim.base_url());
        assert_eq!(process::http::client().get(url).send().await.unwrap().status(), 200, "{file}");
        count += 1;
    }
    assert!(count >= 2, "{html}");
}
