//! What a test lets go wrong.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::Bot;

#[tokio::test]
async fn calls_are_refused_as_asked_and_then_work_again() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let body = json!({"chat_id": user.id, "text": "x"});
    let fault = json!({
        "method": "sendMessage", "times": 2, "fault": "error", "code": 429,
        "description": "Too Many Requests: retry after 7", "retry_after": 7,
    });
    bot.control.fail_calls(fault).await.unwrap();
    bot.result("getMe", json!({})).await;
    for _ in 0..2 {
        let (status, answer) = bot.call("sendMessage", body.clone()).await;
        assert_eq!((status, &answer["parameters"]["retry_after"]), (429, &json!(7)));
    }
    bot.result("sendMessage", body.clone()).await;
    let fault = json!({"fault": "error", "code": 500, "description": "Internal Server Error"});
    bot.control.fail_calls(fault).await.unwrap();
    assert_eq!(bot.call("sendMessage", body).await.0, 500);
    let calls = bot.control.calls("sendMessage").await.unwrap();
    let ok: Vec<_> = calls.iter().map(|call| call["answer"]["ok"].as_bool().unwrap()).collect();
    assert_eq!(ok, [false, false, true, false]);
}

#[tokio::test]
async fn an_answer_is_lost_after_the_effect_or_before_it() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let send = |text: &str| {
        let body = json!({"chat_id": user.id, "text": text});
        bot.send(bot.request("sendMessage").json(&body))
    };
    bot.control.fail_calls(json!({"fault": "connection_lost"})).await.unwrap();
    assert!(send("never sent").await.is_err());
    bot.control.fail_calls(json!({"fault": "answer_lost"})).await.unwrap();
    assert!(send("sent all the same").await.is_err());
    assert_eq!(user.next_message().await.unwrap()["text"], "sent all the same");
}

#[tokio::test]
async fn answers_are_late_and_faults_can_be_taken_back() {
    let bot = Bot::start().await;
    bot.control.fail_calls(json!({"fault": "delay", "ms": 150})).await.unwrap();
    let began = Instant::now();
    bot.result("getMe", json!({})).await;
    assert!(began.elapsed() >= Duration::from_millis(150));
    bot.control.fail_calls(json!({"fault": "connection_lost", "times": 9})).await.unwrap();
    let url = format!("{}/sim/faults", bot.sim.base_url());
    process::http::client().delete(url).send().await.unwrap();
    bot.result("getMe", json!({})).await;
}

#[tokio::test]
async fn updates_come_twice_at_once_or_again_because_the_answer_was_lost() {
    let bot = Bot::start().await;
    let webhook = bot.open_webhook().await;
    let twice = json!({"update": "message", "fault": "duplicate", "copies": 3});
    bot.control.fail_deliveries(twice).await.unwrap();
    let user = bot.user().await;
    let received = webhook.received(3).await;
    assert!(received.iter().all(|one| one.update == received[0].update));
    bot.control.drained().await.unwrap();
    bot.control.fail_deliveries(json!({"fault": "answer_lost"})).await.unwrap();
    user.send("handled twice").await.unwrap();
    let received = webhook.received(5).await;
    assert_eq!(received[3].update, received[4].update);
    bot.control.drained().await.unwrap();
    assert_eq!(webhook.so_far().len(), 5);
}
