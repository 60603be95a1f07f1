//! Updates that come again, and answers that are lost: the data is as if everything came once.

use serde_json::json;

use crate::support::World;
use crate::support::trainee::{EN, SCORE, text};

both! {
    async fn five_times_at_once(engine) {
        let world = World::start(engine).await;
        for update in ["message", "callback_query"] {
            let fault = json!({"update": update, "times": 1000, "fault": "duplicate", "copies": 5});
            world.telegram.fail_deliveries(fault).await.unwrap();
        }
        trained_once(&world).await;
    }

    async fn after_the_answer_to_telegram_was_lost(engine) {
        let world = World::start(engine).await;
        // Whatever comes, comes twice.
        for update in ["message", "callback_query"] {
            for _ in 0..20 {
                let lost = json!({"update": update, "fault": "answer_lost"});
                world.telegram.fail_deliveries(lost).await.unwrap();
                let heard = json!({"update": update, "fault": "duplicate", "copies": 1});
                world.telegram.fail_deliveries(heard).await.unwrap();
            }
        }
        trained_once(&world).await;
    }

    async fn after_telegrams_answer_was_lost(engine) {
        let world = World::start(engine).await;
        for fault in ["answer_lost", "connection_lost"] {
            for method in ["sendMessage", "answerCallbackQuery", "editMessageReplyMarkup"] {
                let fault = json!({"method": method, "times": 5, "fault": fault});
                world.telegram.fail_calls(fault).await.unwrap();
            }
        }
        trained_once(&world).await;
    }

    async fn an_update_that_comes_late_is_answered_as_it_was(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Late", "en").await;
        user.send("/train").await.unwrap();
        let first = text(&EN.ask(&user, 1).await).to_owned();
        EN.ask(&user, 2).await;
        let before = world.service.session(user.id, "spin_bot").await;
        let applied = before["session"]["applied_updates"].as_array().unwrap();
        let of_first = &applied[applied.len() - 2]["update_id"];
        let mut update = crate::support::text_update(0, user.id, EN.questions[0]);
        update["update_id"] = of_first.clone();
        user.skip_messages().await.unwrap();
        assert_eq!(world.deliver(&update).await, 200);
        assert_eq!(text(&user.next_message().await.unwrap()), first);
        assert_eq!(world.service.session(user.id, "spin_bot").await, before);
    }
}

/// A training, with a button and by texts, counts once; then the chat goes on.
async fn trained_once(world: &World) {
    let user = world.trainee("Twice", "en").await;
    user.send("/start").await.unwrap();
    let welcome = user.wait_for_message("Twice").await.unwrap();
    user.press(&welcome, EN.train).await.unwrap();
    user.wait_for_message("Ask your first question").await.unwrap();
    for number in 1..=9 {
        EN.ask(&user, number).await;
    }
    let report = EN.ask(&user, 10).await;
    assert!(text(&report).contains("190 points"), "{report}");
    world.drained().await;

    let trainings = world.service.trainings(user.id).await;
    assert_eq!(trainings.len(), 1);
    assert_eq!(trainings[0]["question_count"], 10);
    assert_eq!(world.service.user(user.id).await["total_xp"], SCORE);
    assert_eq!(world.service.xp(user.id).await.len(), 1);
    let session = world.service.session(user.id, "spin_bot").await;
    assert_eq!(session["stats"]["total_trainings"], 1);
    assert_eq!(world.dead_letters().await, 0);
    user.send("/rank").await.unwrap();
    user.wait_for_message("190 XP").await.unwrap();
}
