//! What comes to the webhook, from Telegram or not: nothing breaks, nothing is injected.

use serde_json::{Value, json};

use crate::support::trainee::{EN, text};
use crate::support::{Engine, WEBHOOK_SECRET, World, press_update, text_update};

/// The database is of no matter where nothing is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_telegram_is_heard() {
    let world = World::start(Engine::Sqlite).await;
    let update = text_update(1, 77, "/start").to_string();
    let almost = &WEBHOOK_SECRET[..WEBHOOK_SECRET.len() - 1];
    for secret in [None, Some(""), Some("wrong"), Some(almost), Some("e2e-secret-of-the-webhook2")]
    {
        assert_eq!(world.post(secret, update.clone()).await.status(), 401, "{secret:?}");
        // Even what is no update: the secret comes first.
        assert_eq!(world.post(secret, "{".to_owned()).await.status(), 401, "{secret:?}");
    }
    assert!(!world.service.exists(77).await);
    for body in
        ["", "{", "[]", "null", "\u{0}", "{}", r#"{"update_id": "1"}"#, r#"{"update_id":-1}"#]
    {
        assert_eq!(world.post(Some(WEBHOOK_SECRET), body.to_owned()).await.status(), 400, "{body}");
    }
    let huge = format!(r#"{{"update_id": 1, "x": "{}"}}"#, "x".repeat(1024 * 1024));
    assert_eq!(world.post(Some(WEBHOOK_SECRET), huge).await.status(), 413);
    for path in ["/", "/telegram/webhook", "/metrics"] {
        let url = format!("{}{path}", world.bots[0].base);
        assert!(process::http::client().get(url).send().await.unwrap().status().is_client_error());
    }
    assert_eq!(world.post(Some(WEBHOOK_SECRET), update).await.status(), 200);
    assert!(world.service.exists(77).await);
    // The service is asked under the update's name.
    let called = world.bots[0].process.line("open_session").await;
    assert!(called.contains("tg-1"), "{called}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_for_nobody_is_acknowledged_and_changes_nothing() {
    let world = World::start(Engine::Sqlite).await;
    let message = text_update(0, 78, "/train")["message"].clone();
    let with = |changes: Value| {
        let mut message = message.clone();
        message.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        message
    };
    let group = json!({"chat": {"id": -5, "type": "group", "title": "G"}});
    let supergroup = json!({"chat": {"id": -1005, "type": "supergroup", "title": "S"}});
    let channel = json!({"chat": {"id": -1006, "type": "channel", "title": "C"}});
    let robot = json!({"from": {"id": 78, "is_bot": true, "first_name": "R"}});
    let mut nobody = message.clone();
    nobody.as_object_mut().unwrap().remove("from");
    let member = |status: &str| json!({"status": status, "user": message["from"]});
    let joined = json!({
        "chat": {"id": -5, "type": "group", "title": "G"},
        "from": message["from"],
        "date": 1,
        "old_chat_member": member("left"),
        "new_chat_member": member("member"),
    });
    for (update_id, (kind, content)) in (1..).zip([
        ("message", with(group)),
        ("message", with(supergroup)),
        ("message", with(robot)),
        ("message", nobody),
        ("edited_message", with(json!({"edit_date": 1_790_000_001}))),
        ("channel_post", with(channel)),
        ("my_chat_member", joined),
        ("poll", json!({"id": "1"})),
        ("of_a_kind_to_come", json!({"a": [1, {"b": null}]})),
    ]) {
        let update = json!({"update_id": update_id, kind: content});
        assert_eq!(world.deliver(&update).await, 200, "{update}");
    }
    assert_eq!(world.deliver(&json!({"update_id": 99})).await, 200);
    assert!(!world.service.exists(78).await);
    assert!(world.telegram.calls("sendMessage").await.unwrap().is_empty());
    assert_eq!(world.dead_letters().await, 0);
    // Of a kind that it handles, but not as it knows it: somebody must look at it.
    for (kind, content) in
        [("message", json!({"text": "none"})), ("callback_query", json!({"id": 5}))]
    {
        assert_eq!(world.deliver(&json!({"update_id": 100, kind: content})).await, 200);
    }
    assert_eq!(world.dead_letters().await, 2);
}

/// Telegram has new kinds of everything every month.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_of_a_kind_to_come_takes_no_text_or_button_with_it() {
    let world = World::start(Engine::Sqlite).await;
    let user = world.trainee("Early", "en").await;
    let origin = json!({"type": "of_a_kind_to_come", "date": 1});
    let mut forwarded = text_update(1, user.id, "/rank");
    forwarded["message"]["forward_origin"] = origin.clone();
    user.skip_messages().await.unwrap();
    assert_eq!(world.deliver(&forwarded).await, 200);
    user.wait_for_message("Rank").await.unwrap();
    let mut pressed = press_update(2, &user, "nothing of ours");
    pressed["callback_query"]["message"] = forwarded["message"].clone();
    assert_eq!(world.deliver(&pressed).await, 200);
    assert_eq!(world.telegram.calls("answerCallbackQuery").await.unwrap().len(), 1);
    assert_eq!(world.dead_letters().await, 0);
    // What is neither is of no use without it.
    let message = forwarded["message"].as_object_mut().unwrap();
    message.remove("text");
    assert_eq!(world.deliver(&json!({"update_id": 3, "message": message})).await, 200);
    assert_eq!(world.dead_letters().await, 1);
}

both! {
    async fn strange_texts_are_only_texts(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Odd", "en").await;
        user.send("/train").await.unwrap();
        user.wait_for_message("Ask your first question").await.unwrap();
        let fill = |unit: &str, end: &str| {
            let units = |text: &str| text.encode_utf16().count();
            unit.repeat((4096 - units(end)) / units(unit)) + end
        };
        let asked = [
            fill("Why ", "does it cost you so much?"),
            fill("😀", " What problems do you have?"),
            fill("\u{202e}מה ", "What does that lead to?"),
            "<b>What</b> &amp; <a href='tg://user?id=1'>how</a> problems do you have?".to_owned(),
            "What problems\u{0} do you have \u{200d}with '); DROP TABLE users;--?".to_owned(),
            "{ $name } What problems do you have? \\u0000 %s ${jndi:x}".to_owned(),
        ];
        let mut strange = vec!["😀😀😀😀😀😀", "שלום עולם מה שלומך", "<b>", "&amp;&lt;", "/\u{0}", "/", "//x"]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        strange.push("/train@".repeat(500));
        strange.push(format!("/start {}", "ж".repeat(3000)));
        for (update_id, text) in (1..).zip(asked.iter().chain(&strange)) {
            user.skip_messages().await.unwrap();
            assert_eq!(world.deliver(&text_update(update_id, user.id, text)).await, 200, "{text}");
            user.next_message().await.unwrap();
        }
        for content in [json!({"sticker": "👍"}), json!({"photo": "caption"})] {
            let path = format!("/sim/chats/{}/send", user.id);
            world.telegram.post(&path, content).await.unwrap();
            user.wait_for_message("I can only read text").await.unwrap();
        }
        assert_eq!(world.dead_letters().await, 0);
        // The chat goes on.
        let session = world.service.session(user.id, "spin_bot").await;
        assert!(session["session"]["question_count"].as_u64().unwrap() >= 4, "{session}");
        user.send("/caseinfo").await.unwrap();
        user.wait_for_message("left").await.unwrap();
    }

    async fn names_are_kept_as_telegram_tells_them(engine) {
        let world = World::start(engine).await;
        let user = world.telegram.user("Eve", "en").await.unwrap();
        let mut update = text_update(1, user.id, "/help");
        update["message"]["from"].as_object_mut().unwrap().remove("username");
        assert_eq!(world.deliver(&update).await, 200);
        let held = world.service.user(user.id).await;
        assert_eq!((&held["username"], &held["last_name"]), (&json!(null), &json!(null)));
        for (update_id, now) in [(2, json!("eve_1")), (3, json!("eve_2"))] {
            let mut update = text_update(update_id, user.id, "/help");
            update["message"]["from"]["username"] = now.clone();
            update["message"]["from"]["last_name"] = now.clone();
            assert_eq!(world.deliver(&update).await, 200);
            let held = world.service.user(user.id).await;
            assert_eq!((&held["username"], &held["last_name"]), (&now, &now));
        }
        update["update_id"] = json!(4);
        assert_eq!(world.deliver(&update).await, 200);
        let held = world.service.user(user.id).await;
        assert_eq!((&held["username"], &held["last_name"]), (&json!(""), &json!("")));
    }

    async fn names_inject_nothing(engine) {
        let world = World::start(engine).await;
        let name = "<b>Eve</b> & <a href=\"https://evil.example\">x</a> { $xp } \u{202e}";
        let user = world.telegram.user(name, "en").await.unwrap();
        user.start("").await.unwrap();
        let welcome = user.next_message().await.unwrap();
        assert!(text(&welcome).contains(name), "{welcome}");
        world.service.give_trainings(user.id).await;
        EN.train(&user).await;
        for (command, part) in [("/profile", name), ("/leaderboard", name)] {
            user.send(command).await.unwrap();
            let message = user.wait_for_message(part).await.unwrap();
            let entities = message["entities"].as_array().unwrap();
            assert!(entities.iter().all(|entity| entity["type"] != "text_link"), "{message}");
        }
        // Longer than the service takes, with what no database holds.
        let mut update = text_update(1, user.id, "/profile");
        update["message"]["from"]["first_name"] = json!(format!("\u{0}{}", "я<".repeat(400)));
        update["message"]["from"]["last_name"] = json!("\u{0}");
        assert_eq!(world.deliver(&update).await, 200);
        let held = world.service.user(user.id).await;
        assert_eq!(held["first_name"].as_str().unwrap().chars().count(), 255);
        assert_eq!(world.dead_letters().await, 0);
    }
}
