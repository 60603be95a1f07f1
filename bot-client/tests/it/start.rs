//! How the bot starts, refuses to start, and stops.

use std::time::{Duration, Instant};

use serde_json::json;
use telegram_sim::{Options, Sim};

use crate::support::trainee::EN;
use crate::support::{Bot, Engine, Plan, World};

async fn calls(world: &World) -> [usize; 2] {
    let count = async |method| world.telegram.calls(method).await.unwrap().len();
    [count("setWebhook").await, count("setMyCommands").await]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhook_and_menus_are_set_only_if_different() {
    let mut world = World::start(Engine::Sqlite).await;
    assert_eq!(calls(&world).await, [1, 2]);
    world.kill_and_start_bot().await;
    world.bots[0].process.line("\"ready\"").await;
    assert_eq!(calls(&world).await, [1, 2]);
    // Another secret than Telegram has: it is refused once, then set.
    world.set_bot("BOT__TELEGRAM__WEBHOOK_SECRET", "another-secret");
    world.kill_and_start_bot().await;
    world.bots[0].process.line("\"ready\"").await;
    let user = world.telegram.user("Patient", "en").await.unwrap();
    user.start("").await.unwrap();
    user.wait_for_message("Patient").await.unwrap();
    assert_eq!(calls(&world).await, [2, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_for_the_service() {
    let mut world = Plan::new(Engine::Sqlite).start_without_bot().await;
    world.service.stop().await;
    world.start_bot().await;
    let process = &world.bots[0].process;
    process.line("the service does not answer this bot's key; trying again").await;
    let ready = format!("{}/readyz", world.bots[0].base);
    let alive = format!("{}/healthz", world.bots[0].base);
    let http = process::http::client();
    assert_eq!(http.get(&ready).send().await.unwrap().status(), 503);
    assert_eq!(http.get(&alive).send().await.unwrap().status(), 200);
    assert!(!process.log().contains("Telegram knows this bot"));
    world.service.start_again(&[]).await;
    world.bots[0].process.line("\"ready\"").await;
    assert_eq!(http.get(&ready).send().await.unwrap().status(), 200);
    world.telegram.wait_for_webhook().await.unwrap();
    world.trainee("First", "en").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_for_telegram() {
    let world = Plan::new(Engine::Sqlite).start_without_bot().await;
    // A port where nobody is yet.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut command = world.bot_command();
    command.env("BOT__TELEGRAM__API_URL", format!("http://{address}"));
    let bot = Bot::start(&mut command).await;
    bot.process.line("Telegram does not know this bot; trying again").await;
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let sim = Sim::start_on(listener, Options::default()).unwrap();
    bot.process.line("\"ready\"").await;
    assert_eq!(sim.control().calls("setWebhook").await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_finishes_what_is_in_hand() {
    let mut world = World::start(Engine::Sqlite).await;
    let user = world.trainee("Last", "en").await;
    user.send("/train").await.unwrap();
    let slow = json!({"method": "sendMessage", "fault": "delay", "ms": 3000});
    EN.ask(&user, 1).await;
    world.telegram.fail_calls(slow).await.unwrap();
    user.send(EN.questions[1]).await.unwrap();
    // Applied, and being answered.
    while world.service.session(user.id, "spin_bot").await["session"]["question_count"] != 2 {}
    let started = Instant::now();
    world.bots[0].process.signal("-TERM");
    assert!(world.bots[0].process.ended().await.success());
    assert!(started.elapsed() < Duration::from_secs(25));
    EN.answer(&user, 2).await;
    world.drained().await;
    world.bots[0].process.line("\"stopped\"").await;
    // The webhook stays: what comes meanwhile waits for the next start.
    assert!(world.telegram.calls("deleteWebhook").await.unwrap().is_empty());
    user.send(EN.questions[2]).await.unwrap();
    world.gateway.clear();
    world.start_bot().await;
    EN.answer(&user, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_settings_stop_the_start_with_their_name() {
    let world = Plan::new(Engine::Sqlite).start_without_bot().await;
    for (name, value) in [
        ("BOT__SERVICE__KEY", ""),
        ("BOT__TELEGRAM__TOKEN", ""),
        ("BOT__TELEGRAM__WEBHOOK_URL", ""),
        ("BOT__TELEGRAM__WEBHOOK_SECRET", ""),
        ("BOT__TELEGRAM__WEBHOOK_SECRET", "with space"),
        ("BOT__SERVICE__URL", "nowhere"),
        ("BOT__LISTEN", "nowhere"),
        ("BOT__ADMINS", "me"),
        ("BOT__NONSENSE", "1"),
    ] {
        let output = world.bot_command().env(name, value).output().await.unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}={value}");
        assert!(stderr.contains(name) && stderr.trim_end().lines().count() == 1, "{stderr}");
    }
    let taken = world.service.base.trim_start_matches("http://");
    let output = world.bot_command().env("BOT__LISTEN", taken).output().await.unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("BOT__LISTEN"));
    let output = world.bot_command().env("BOT__SCENARIO", "absent.toml").output().await.unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("absent.toml"));
}
