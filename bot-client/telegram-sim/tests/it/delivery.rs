//! Updates come as Telegram sends them.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use telegram_sim::Options;

use crate::support::{Bot, SECRET, Webhook, ok};

#[tokio::test]
async fn an_update_carries_the_secret_and_is_read_by_an_independent_library() {
    let bot = Bot::start().await;
    let webhook = bot.open_webhook().await;
    let user = bot.user().await;
    let paths = [("send", json!({"sticker": "👍"})), ("send", json!({"photo": "A picture"}))];
    for (action, body) in paths {
        let path = format!("/sim/chats/{}/{action}", user.id);
        bot.control.post(&path, body).await.unwrap();
    }
    user.block().await.unwrap();
    let received = webhook.received(4).await;
    for one in &received {
        assert_eq!(one.secret.as_deref(), Some(SECRET));
        let read: frankenstein::updates::Update =
            serde_json::from_value(one.update.clone()).unwrap();
        assert_eq!(u64::from(read.update_id), one.update["update_id"].as_u64().unwrap());
    }
    let start = &received[0].update["message"];
    assert_eq!((&start["text"], &start["from"]["language_code"]), (&json!("/start"), &json!("ru")));
    assert_eq!(start["entities"], json!([{"type": "bot_command", "offset": 0, "length": 6}]));
    let mut ids: Vec<_> = received.iter().map(|one| one.update["update_id"].as_i64()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn a_chat_waits_for_its_failed_update_and_nobody_else_does() {
    let bot = Bot::start_with(Options { rate_limits: false, speed: 20 }).await;
    let webhook = Webhook::start(Duration::ZERO, |update, before| {
        let is_first = update["message"]["text"] == "poison";
        if is_first && before < 4 { StatusCode::SERVICE_UNAVAILABLE.into_response() } else { ok() }
    })
    .await;
    let (anna, boris) = (bot.user().await, bot.user().await);
    let drop_all = json!({"url": webhook.url, "drop_pending_updates": true});
    bot.result("setWebhook", drop_all).await;
    anna.send("poison").await.unwrap();
    anna.send("second").await.unwrap();
    boris.send("of another").await.unwrap();
    let received = webhook.received(6).await;
    bot.control.drained().await.unwrap();
    let texts: Vec<_> =
        received.iter().map(|one| one.update["message"]["text"].as_str().unwrap()).collect();
    let mine: Vec<_> = texts.iter().filter(|text| **text != "of another").collect();
    assert_eq!(mine.last(), Some(&&"second"));
    assert_eq!(texts.iter().filter(|text| **text == "poison").count(), mine.len() - 1);
    let poison: Vec<_> =
        received.iter().filter(|one| one.update["message"]["text"] == "poison").collect();
    let id = &poison[0].update["update_id"];
    assert!(poison.iter().all(|one| one.update["update_id"] == *id));
    let pause = |n: usize| poison[n].at.duration_since(poison[n - 1].at).as_millis();
    assert!(pause(2) >= 100, "2 s / 20, not {} ms", pause(2));
    let info = bot.result("getWebhookInfo", json!({})).await;
    let wrong = "Wrong response from the webhook: 503 Service Unavailable";
    assert_eq!(info["last_error_message"], wrong);
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let bot = Bot::start_with(Options { rate_limits: false, speed: 10 }).await;
    let webhook = Webhook::start(Duration::ZERO, |_, before| match before {
        0 => (StatusCode::SERVICE_UNAVAILABLE, [("Retry-After", "3")]).into_response(),
        _ => ok(),
    })
    .await;
    bot.set_webhook(&webhook).await;
    bot.user().await;
    let received = webhook.received(2).await;
    let pause = received[1].at.duration_since(received[0].at);
    assert!(pause >= Duration::from_millis(300), "{pause:?}");
}

#[tokio::test]
async fn one_of_a_chat_is_in_flight_while_a_button_press_comes_beside_it() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let markup = json!({"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]});
    let body = json!({"chat_id": user.id, "text": "x", "reply_markup": markup});
    let message = bot.result("sendMessage", body).await;
    for text in ["one", "two", "three"] {
        user.send(text).await.unwrap();
    }
    user.press(&message, "Go").await.unwrap();
    let webhook = Webhook::start(Duration::from_millis(200), |_, _| ok()).await;
    bot.set_webhook(&webhook).await;
    let received = webhook.received(5).await;
    let is_callback = |update: &Value| update["callback_query"].is_object();
    assert_eq!(received[1].beside, 1);
    assert!(received.iter().all(|one| one.beside <= 1));
    assert!(received[..2].iter().any(|one| is_callback(&one.update)));
    let texts: Vec<_> =
        received.iter().filter_map(|one| one.update["message"]["text"].as_str()).collect();
    assert_eq!(texts, ["/start", "one", "two", "three"]);
}

#[tokio::test]
async fn max_connections_bounds_what_comes_at_once() {
    let bot = Bot::start().await;
    for _ in 0..6 {
        bot.user().await;
    }
    let webhook = Webhook::start(Duration::from_millis(200), |_, _| ok()).await;
    bot.result("setWebhook", json!({"url": webhook.url, "max_connections": 2})).await;
    let received = webhook.received(6).await;
    assert_eq!(received.iter().map(|one| one.beside).max(), Some(1));
}

#[tokio::test]
async fn messages_live_a_day_and_button_presses_150_seconds() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let markup = json!({"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]});
    let body = json!({"chat_id": user.id, "text": "x", "reply_markup": markup});
    let message = bot.result("sendMessage", body).await;
    let pressed = user.press(&message, "Go").await.unwrap();
    let answer = json!({"callback_query_id": pressed, "text": "x".repeat(200)});
    let long = json!({"callback_query_id": pressed, "text": "x".repeat(201)});
    bot.assert_bad("answerCallbackQuery", long, "MESSAGE_TOO_LONG").await;
    bot.result("answerCallbackQuery", answer.clone()).await;
    assert_eq!(user.answer_to(&pressed).await.unwrap()["text"], "x".repeat(200));
    bot.control.advance(Duration::from_secs(150)).await.unwrap();
    let too_old = "query is too old and response timeout expired or query ID is invalid";
    bot.assert_bad("answerCallbackQuery", answer, too_old).await;
    bot.assert_bad("answerCallbackQuery", json!({"callback_query_id": "1"}), too_old).await;
    let webhook = bot.open_webhook().await;
    bot.control.drained().await.unwrap();
    assert_eq!(webhook.received(1).await.len(), 1, "the press is gone, /start is not");
    bot.result("deleteWebhook", json!({})).await;
    user.send("unread for a day").await.unwrap();
    bot.control.advance(Duration::from_secs(86_400)).await.unwrap();
    bot.set_webhook(&webhook).await;
    user.send("after it").await.unwrap();
    assert_eq!(webhook.received(2).await[1].update["message"]["text"], "after it");
}

#[tokio::test]
async fn a_method_in_the_answer_to_an_update_is_carried_out() {
    let bot = Bot::start().await;
    let webhook = Webhook::start(Duration::ZERO, |update, _| {
        let chat = &update["message"]["chat"]["id"];
        let reply = json!({"method": "sendMessage", "chat_id": chat, "text": "from the answer"});
        axum::Json(reply).into_response()
    })
    .await;
    bot.set_webhook(&webhook).await;
    let user = bot.user().await;
    assert_eq!(user.next_message().await.unwrap()["text"], "from the answer");
}

#[tokio::test]
async fn any_update_can_be_sent_raw_in_the_lane_that_is_its_own() {
    let bot = Bot::start().await;
    let webhook = bot.open_webhook().await;
    let update = json!({"update_id": 7, "no_such_kind": {"a": [1]}});
    bot.control.post("/sim/updates", json!({"update": update})).await.unwrap();
    assert_eq!(webhook.received(1).await[0].update, update);
    bot.result("deleteWebhook", json!({})).await;
    let update = json!({"message": {"chat": {"id": 5}, "text": "raw"}});
    bot.control.post("/sim/updates", json!({"update": update})).await.unwrap();
    let pending = bot.control.get("/sim/updates").await.unwrap();
    assert_eq!(pending["lanes"][0]["lane"], json!({"messages": 5}));
}
