//! Sessions of the old bot, imported, go on where they stood.

use serde_json::{Value, json};
use telegram_sim::User;

use crate::support::World;
use crate::support::trainee::{RU, text};

/// 885 XP in 6 trainings; in one with 7 questions, 2 situational and 3 problem ones among them.
const TRAINEE: i64 = 795_425_565;

async fn known_user(world: &World, id: i64) -> User {
    // The simulator makes a user of the next free id.
    let before = json!({"id": id - 1, "first_name": "Before"});
    world.telegram.post("/sim/users", before).await.unwrap();
    let user = world.telegram.user("Аня", "ru").await.unwrap();
    assert_eq!(user.id, id);
    world.service.give_trainings(id).await;
    user
}

both! {
    async fn an_old_training_goes_on(engine) {
        let world = World::start(engine).await;
        import(&world).await;
        let old = world.service.session(TRAINEE, "spin_bot").await;
        assert_eq!(old["session"]["question_count"], 7);
        let before = world.service.trainings(TRAINEE).await.len();

        let user = known_user(&world, TRAINEE).await;
        user.start("").await.unwrap();
        user.send("/caseinfo").await.unwrap();
        let standing = "Вопросов задано: 7, осталось 3. Ясность: 74 %";
        let case = user.wait_for_message(standing).await.unwrap();
        assert!(text(&case).contains("Кейс «А» — 1\n2"), "{case}");
        let mut report = Value::Null;
        for (number, question) in (8..).zip(&RU.questions[5..8]) {
            user.send(question).await.unwrap();
            report = RU.answer(&user, number).await;
        }
        let score = 2 * 10 + 3 * 15 + 3 * 25;
        assert!(text(&report).contains(&format!("Баллы: {score} из 250")), "{report}");
        assert!(text(&report).contains("+140 XP · всего 1025 XP · уровень 2"), "{report}");
        let held = world.service.user(TRAINEE).await;
        assert_eq!((&held["total_xp"], &held["total_trainings"]), (&json!(885 + score), &json!(7)));
        let trainings = world.service.trainings(TRAINEE).await;
        assert_eq!(trainings.len(), before + 1);
        assert_eq!(trainings[0]["case_data"]["client"], "TechCorp");
        let session = world.service.session(TRAINEE, "spin_bot").await;
        assert_eq!(session["stats"]["total_trainings"].as_u64(), old["stats"]["total_trainings"].as_u64().map(|n| n + 1));
        // The old bot's history and this training's.
        user.send("/stats").await.unwrap();
        user.wait_for_message("Ситуационный: 8").await.unwrap();
        RU.train(&user).await;
    }

    async fn every_old_session_can_be_gone_on_with(engine) {
        let world = World::start(engine).await;
        import(&world).await;
        let users = world.service.get("/users?limit=100").await["items"].as_array().unwrap().clone();
        assert_eq!(users.len(), 100);
        for user in &users {
            let id = &user["telegram_id"];
            let known = json!({"id": id, "first_name": "Old", "language_code": "ru"});
            world.telegram.post("/sim/users", known).await.unwrap();
            world.service.give_trainings(id.as_i64().unwrap()).await;
            for said in ["/stats", "/progress", "/train", RU.questions[2]] {
                let path = format!("/sim/chats/{id}/send");
                world.telegram.post(&path, json!({"text": said})).await.unwrap();
            }
        }
        world.drained().await;
        assert_eq!(world.dead_letters().await, 0);
        for user in &users {
            let path = format!("/sim/chats/{}/messages?from_bot=true", user["telegram_id"]);
            let found = world.telegram.get(&path).await.unwrap();
            let said: Vec<_> =
                found["messages"].as_array().unwrap().iter().map(|one| text(&one["message"])).collect();
            assert!(said.last().unwrap().contains("Проблемный") || said.last().unwrap().contains("🏁"), "{said:?}");
        }
    }
}

async fn import(world: &World) {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../service/tests/data/legacy/spin_bot.db");
    world.service.run(&["import", "database", &format!("sqlite:///{source}")]).await;
}
