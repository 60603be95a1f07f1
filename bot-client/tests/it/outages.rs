//! Bad days of the service and of Telegram: nothing is given up that could still succeed.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use telegram_sim::User;

use crate::support::trainee::{EN, text};
use crate::support::{Engine, Plan, SPIN_KEY, World, text_update};

/// Someone in the middle of a training.
async fn in_training(world: &World) -> User {
    let user = world.trainee("Patient", "en").await;
    user.send("/train").await.unwrap();
    EN.ask(&user, 1).await;
    user
}

/// Waits until the bot has put an update off.
async fn put_off(world: &World) {
    world.bots[world.bots.len() - 1].process.line("an update must wait").await;
}

async fn nothing_is_lost(world: &World, user: &User) {
    EN.answer(user, 2).await;
    world.drained().await;
    let session = world.service.session(user.id, "spin_bot").await;
    assert_eq!(session["session"]["question_count"], 2);
    assert_eq!(world.dead_letters().await, 0);
}

both! {
    async fn while_the_service_is_down_messages_wait(engine) {
        let mut world = World::start(engine).await;
        let user = in_training(&world).await;
        world.service.stop().await;
        let update = text_update(1, user.id, "/stats").to_string();
        let answer = world.post(Some(crate::support::WEBHOOK_SECRET), update).await;
        assert_eq!(answer.status(), 503);
        let after: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&after));
        let ready = format!("{}/readyz", world.bots[0].base);
        assert_eq!(process::http::client().get(ready).send().await.unwrap().status(), 503);
        user.send(EN.questions[1]).await.unwrap();
        world.service.start_again(&[]).await;
        nothing_is_lost(&world, &user).await;
    }

    async fn while_its_key_is_refused_messages_wait(engine) {
        let mut world = World::start(engine).await;
        let user = in_training(&world).await;
        world.service.stop().await;
        let other = ("SERVICE__BOOTSTRAP__BOT_KEYS", "spin_bot=another-key-0123456789-0123456789".to_owned());
        world.service.start_again(&[other]).await;
        user.send(EN.questions[1]).await.unwrap();
        put_off(&world).await;
        let log = world.bots[0].process.log();
        assert!(log.contains("the service answered 401"), "{log}");
        world.service.stop().await;
        world.service.start_again(&[]).await;
        nothing_is_lost(&world, &user).await;
    }

    async fn a_key_is_rotated_while_updates_wait(engine) {
        let mut world = Plan::new(engine).start_without_bot().await;
        let body = Some(json!({}));
        let made = world.service.call(Method::POST, "/bots/spin_bot/keys", body.clone()).await;
        world.set_bot("BOT__SERVICE__KEY", made["key"].as_str().unwrap());
        world.start_bot().await;
        world.telegram.wait_for_webhook().await.unwrap();
        let user = in_training(&world).await;
        let id = made["key_id"].as_str().unwrap();
        world.service.call(Method::DELETE, &format!("/bots/spin_bot/keys/{id}"), None).await;
        // A revoked key works for less than a second more.
        while world.deliver(&text_update(7, user.id, "/rank")).await == 200 {}
        assert!(world.bots[0].process.log().contains("the service answered 401"));
        user.send(EN.questions[1]).await.unwrap();
        world.set_bot("BOT__SERVICE__KEY", SPIN_KEY);
        world.kill_and_start_bot().await;
        nothing_is_lost(&world, &user).await;
    }

    async fn while_it_limits_the_rate_messages_wait(engine) {
        let mut world = World::start(engine).await;
        let user = in_training(&world).await;
        world.service.stop().await;
        let limits = ["SERVICE__RATE_LIMIT__PER_SECOND", "SERVICE__RATE_LIMIT__BURST"];
        world.service.start_again(&limits.map(|name| (name, "1".to_owned()))).await;
        for question in &EN.questions[1..4] {
            user.send(question).await.unwrap();
        }
        for number in 2..=4 {
            EN.answer(&user, number).await;
        }
        assert_eq!(world.dead_letters().await, 0);
    }
}

/// The process hangs, which closes no connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_service_hangs_messages_wait() {
    let world = World::start(Engine::Sqlite).await;
    let user = in_training(&world).await;
    world.service.process.signal("-STOP");
    user.send(EN.questions[1]).await.unwrap();
    put_off(&world).await;
    world.service.process.signal("-CONT");
    nothing_is_lost(&world, &user).await;
}

fn refused(code: u16, description: &str) -> Value {
    json!({"method": "sendMessage", "fault": "error", "code": code, "description": description})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_wait_is_waited_and_a_long_one_put_off() {
    let world = World::start(Engine::Sqlite).await;
    let user = in_training(&world).await;
    let wait = |seconds: u64| {
        let mut fault = refused(429, "Too Many Requests: retry after");
        fault["retry_after"] = json!(seconds);
        fault
    };
    world.telegram.fail_calls(wait(1)).await.unwrap();
    let started = Instant::now();
    EN.ask(&user, 2).await;
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
    assert!(!world.bots[0].process.log().contains("must wait"));
    world.telegram.fail_calls(wait(600)).await.unwrap();
    let update = text_update(1, user.id, "/rank").to_string();
    let answer = world.post(Some(crate::support::WEBHOOK_SECRET), update).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (503, &"600".parse().unwrap())
    );
    EN.ask(&user, 3).await;
    assert_eq!(world.dead_letters().await, 0);
}

both! {
    async fn whoever_blocks_the_bot_is_noted(engine) {
        let world = World::start(engine).await;
        let user = in_training(&world).await;
        let blocked_at = async || {
            world.drained().await;
            world.service.session(user.id, "spin_bot").await["stats"]["blocked_at"].clone()
        };
        user.block().await.unwrap();
        assert!(blocked_at().await.is_string());
        user.unblock().await.unwrap();
        assert_eq!(blocked_at().await, Value::Null);
        // And where only Telegram's answer tells it.
        let forbidden = refused(403, "Forbidden: bot was blocked by the user");
        world.telegram.fail_calls(forbidden).await.unwrap();
        user.send(EN.questions[1]).await.unwrap();
        assert!(blocked_at().await.is_string());
        let session = world.service.session(user.id, "spin_bot").await;
        assert_eq!(session["session"]["question_count"], 2);
        user.block().await.unwrap();
        user.start("").await.unwrap();
        assert_eq!(blocked_at().await, Value::Null);
        assert_eq!(world.dead_letters().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telegrams_failures_pass() {
    let world = World::start(Engine::Sqlite).await;
    let user = in_training(&world).await;
    world.telegram.fail_calls(refused(500, "Internal Server Error")).await.unwrap();
    world.telegram.fail_calls(refused(502, "Bad Gateway")).await.unwrap();
    world.telegram.fail_calls(refused(401, "Unauthorized")).await.unwrap();
    let lost = json!({"method": "sendMessage", "fault": "connection_lost"});
    world.telegram.fail_calls(lost).await.unwrap();
    user.send(EN.questions[1]).await.unwrap();
    nothing_is_lost(&world, &user).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_never_succeed_is_given_up_once_and_said() {
    let world = World::start(Engine::Sqlite).await;
    let user = in_training(&world).await;
    world.telegram.fail_calls(refused(400, "Bad Request: can't parse entities")).await.unwrap();
    user.send(EN.questions[1]).await.unwrap();
    let sorry = user.wait_for_message("Sorry, that did not work").await.unwrap();
    assert!(text(&sorry).contains("/help"));
    world.drained().await;
    assert_eq!(world.dead_letters().await, 1);
    let line = world.bots[0].process.line("dead letter").await;
    let line: Value = serde_json::from_str(&line).unwrap();
    assert!(
        line["update_id"].is_u64() && line["error"].as_str().unwrap().contains("parse entities")
    );
    EN.ask(&user, 3).await;
    assert_eq!(world.dead_letters().await, 1);
}

/// A user that the service refuses: its ids end where Telegram's do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_service_refuses_is_given_up() {
    let world = World::start(Engine::Sqlite).await;
    assert_eq!(world.deliver(&text_update(1, i64::MAX, "/start")).await, 200);
    assert_eq!(world.dead_letters().await, 1);
    world.bots[0].process.line("dead letter").await;
}
