//! A second bot on the same service: XP and badges are shared, sessions are not.

use serde_json::{Value, json};

use crate::support::gateway::Gateway;
use crate::support::process::command;
use crate::support::trainee::EN;
use crate::support::{Bot, QUIZ_KEY, QUIZ_TOKEN, WEBHOOK_SECRET, World, quiz_bot};

async fn start_quiz_bot(world: &World) -> (Bot, Gateway) {
    let gateway = Gateway::start().await;
    let mut command = command(quiz_bot());
    command
        .current_dir(world.service.folder.path())
        .env("BOT__BOT_NAME", "quiz_bot")
        .env("BOT__LISTEN", "127.0.0.1:0")
        .env("BOT__LOG", "debug")
        .env("BOT__SERVICE__URL", &world.service.base)
        .env("BOT__SERVICE__KEY", QUIZ_KEY)
        .env("BOT__TELEGRAM__TOKEN", QUIZ_TOKEN)
        .env("BOT__TELEGRAM__API_URL", world.sim.base_url())
        .env("BOT__TELEGRAM__WEBHOOK_URL", &gateway.base)
        .env("BOT__TELEGRAM__WEBHOOK_SECRET", WEBHOOK_SECRET);
    let bot = Bot::start(&mut command).await;
    gateway.add(&bot.base);
    (bot, gateway)
}

both! {
    async fn they_share_xp_and_badges_and_not_sessions(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Both", "en").await;
        EN.train(&user).await;
        let of_spin = world.service.session(user.id, "spin_bot").await;

        let (_bot, _gateway) = start_quiz_bot(&world).await;
        let mut quiz = world.sim.control().of_bot(515_151);
        quiz.wait_for_webhook().await.unwrap();
        let thrice = json!({"times": 1000, "fault": "duplicate", "copies": 3});
        quiz.fail_deliveries(thrice).await.unwrap();
        let chat = format!("/sim/chats/{}", user.id);
        let mut after = 0;
        for (said, heard) in [
            ("/start", "S of SPIN"),
            ("Situation", "And the P?"),
            ("purpose", "Try again"),
            ("problem", "And the I?"),
            ("implication", "+30 XP"),
        ] {
            quiz.post(&format!("{chat}/send"), json!({"text": said})).await.unwrap();
            quiz.drained().await.unwrap();
            let path = format!("{chat}/messages?from_bot=true&after={after}&wait_ms=10000");
            let found = quiz.get(&path).await.unwrap();
            after = found["after"].as_u64().unwrap();
            let message = found["messages"].as_array().unwrap().last().unwrap().clone();
            assert!(message["message"]["text"].as_str().unwrap().contains(heard), "{message}");
        }

        assert_eq!(world.service.user(user.id).await["total_xp"], 190 + 30);
        let xp = world.service.xp(user.id).await;
        let from: Vec<_> = xp.iter().map(|one| (&one["bot_name"], &one["amount"])).collect();
        let (quiz_bot, spin_bot) = (json!("quiz_bot"), json!("spin_bot"));
        assert_eq!(from, [(&quiz_bot, &json!(30)), (&spin_bot, &json!(190))]);
        let badges = world.service.badges(user.id).await;
        assert!(badges.contains("first_training") && badges.contains("quiz_master"), "{badges:?}");
        assert_eq!(world.service.session(user.id, "spin_bot").await, of_spin);
        let of_quiz = world.service.session(user.id, "quiz_bot").await;
        assert_eq!(of_quiz["session"]["question"], 3);
        assert_eq!(of_quiz["session"].get("client_case"), None);
        // With its own key, a bot does not even see another's session.
        let url = format!("{}/v1/users/{}/sessions/spin_bot", world.service.base, user.id);
        let request = process::http::client().get(url).bearer_auth(QUIZ_KEY);
        assert_eq!(request.send().await.unwrap().status(), 404);

        user.send("/badges").await.unwrap();
        user.wait_for_message("from another bot").await.unwrap();
        user.send("/profile").await.unwrap();
        user.wait_for_message("220 XP").await.unwrap();
        assert_eq!(world.dead_letters().await, 0);
        let calls: Vec<Value> = quiz.calls("sendMessage").await.unwrap();
        assert!(calls.iter().all(|call| call["parameters"]["chat_id"] == user.id));
    }
}
