//! Who may train, and what it costs.

use serde_json::json;

use crate::support::World;
use crate::support::shop::{FIVE, MONTH, buy, held, open};
use crate::support::trainee::{EN, buttons, text};

async fn left(world: &World, user: i64) -> i64 {
    world.service.holdings(user).await.iter().filter_map(|(_, left)| *left).sum()
}

both! {
    async fn without_access_the_ways_in_are_one_tap_away(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Empty", "en").await;
        user.send("/train").await.unwrap();
        let shop = user.wait_for_message("You have no training left").await.unwrap();
        let ways = buttons(&shop);
        for way in ["5 credits · 150 ⭐", "🎟 I have a promo code", "🎁 Free trainings", "🤝 Invite somebody"] {
            assert!(ways.contains(&way), "{way}: {ways:?}");
        }
        let session = world.service.session(user.id, "spin_bot").await;
        assert_eq!(session["version"], 1, "{session}");
        user.press(&shop, "🎟 I have a promo code").await.unwrap();
        user.wait_for_message("/promo WELCOME").await.unwrap();
        world.verified().await;
    }

    async fn each_training_uses_one(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Five", "en").await;
        buy(&user, FIVE).await;
        for used in 1..=5 {
            user.send("/train").await.unwrap();
            let begun = user.wait_for_message("Ask your first question").await.unwrap();
            if used == 5 {
                assert!(text(&begun).contains("your last training"), "{begun}");
                assert!(buttons(&begun).contains(&"⭐ Buy trainings"), "{begun}");
            } else {
                assert!(text(&begun).contains(&format!("after this one: {}.", 5 - used)), "{begun}");
            }
            assert_eq!(left(&world, user.id).await, 5 - used);
            for question in 1..=5 {
                EN.ask(&user, question).await;
            }
            assert_eq!(left(&world, user.id).await, 5 - used);
            user.send("/finish").await.unwrap();
            user.wait_for_message("Training finished").await.unwrap();
        }
        user.send("/train").await.unwrap();
        user.wait_for_message("You have no training left").await.unwrap();
        world.verified().await;
    }

    async fn a_plan_is_not_counted(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Plan", "en").await;
        buy(&user, FIVE).await;
        buy(&user, MONTH).await;
        for _ in 0..2 {
            user.send("/train").await.unwrap();
            let begun = user.wait_for_message("Ask your first question").await.unwrap();
            assert!(!text(&begun).contains("left after this one"), "{begun}");
            EN.ask(&user, 1).await;
            user.send("/cancel").await.unwrap();
            user.wait_for_message("counts as used").await.unwrap();
        }
        assert_eq!(left(&world, user.id).await, 5);
        user.send("/profile").await.unwrap();
        let profile = user.wait_for_message("You have: month plan until ").await.unwrap();
        assert!(text(&profile).contains(", then 5 credits"), "{profile}");
        world.verified().await;
    }

    async fn untouched_it_is_given_back(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Back", "en").await;
        buy(&user, FIVE).await;
        user.send("/train").await.unwrap();
        let begun = user.wait_for_message("Ask your first question").await.unwrap();
        assert_eq!(left(&world, user.id).await, 4);
        // Another case before the first question is the same training.
        user.press(&begun, "🔄 Another case").await.unwrap();
        user.wait_for_message("Ask your first question").await.unwrap();
        assert_eq!(left(&world, user.id).await, 4);
        user.send("/cancel").await.unwrap();
        user.wait_for_message("It costs you nothing").await.unwrap();
        assert_eq!(left(&world, user.id).await, 5);

        user.send("/train").await.unwrap();
        EN.ask(&user, 1).await;
        user.send("/case").await.unwrap();
        let asked = user.wait_for_message("With another case").await.unwrap();
        user.press(&asked, "🔄 Another case").await.unwrap();
        user.wait_for_message("Ask your first question").await.unwrap();
        assert_eq!(left(&world, user.id).await, 3);
        EN.ask(&user, 1).await;
        user.send("/cancel").await.unwrap();
        user.wait_for_message("counts as used").await.unwrap();
        assert_eq!(left(&world, user.id).await, 3);
        world.verified().await;
    }

    /// The same message five times at once, with answers lost on the way.
    async fn delivered_often_it_uses_one_and_gives_one_back(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Again", "en").await;
        buy(&user, FIVE).await;
        for (said, expected) in [("/train", 4), ("/cancel", 5), ("/train", 4), ("/cancel", 5)] {
            let fault = json!({"update": "message", "fault": "duplicate", "copies": 5});
            world.telegram.fail_deliveries(fault).await.unwrap();
            let lost = json!({"method": "sendMessage", "fault": "answer_lost"});
            world.telegram.fail_calls(lost).await.unwrap();
            user.send(said).await.unwrap();
            world.verified().await;
            assert_eq!(left(&world, user.id).await, expected, "{said}");
        }
    }

    /// The last one, from two chats of two bots at once, so to speak: one of them trains.
    async fn the_last_one_is_used_once(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Last", "en").await;
        let one = json!({"count": 1, "source": "admin"});
        let path = format!("/users/{}/free-trainings", user.id);
        world.service.call(reqwest::Method::POST, &path, Some(one)).await;
        user.send("/train").await.unwrap();
        let begun = user.wait_for_message("your last training").await.unwrap();
        assert_eq!(world.service.holdings(user.id).await, []);
        EN.ask(&user, 1).await;
        // Its buttons cannot begin another one.
        user.send("/case").await.unwrap();
        let asked = user.wait_for_message("With another case").await.unwrap();
        user.press(&asked, "🔄 Another case").await.unwrap();
        user.wait_for_message("You have no training left").await.unwrap();
        let session = world.service.session(user.id, "spin_bot").await;
        assert_eq!(session["session"]["question_count"], 1, "{begun}");
        world.verified().await;
    }

    /// A training that the old bot began has used nothing here, so nothing is given back.
    async fn an_old_training_owes_nothing(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Old", "en").await;
        let path = format!("/users/{}/sessions/spin_bot", user.id);
        let old = json!({"session": {"chat_state": "training_active", "client_case": "Old", "question_count": 0}, "stats": {}});
        world.service.call(reqwest::Method::PUT, &path, Some(old)).await;
        user.send("/cancel").await.unwrap();
        user.wait_for_message("is cancelled").await.unwrap();
        assert_eq!(world.service.holdings(user.id).await, []);
        world.verified().await;
    }

    async fn the_last_trainings_reminder_can_be_switched_off(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Quiet", "en").await;
        user.send("/settings").await.unwrap();
        let settings = user.wait_for_message("Settings").await.unwrap();
        user.press(&settings, "🔕 No reminders").await.unwrap();
        user.wait_for_message("with the last training: no").await.unwrap();
        let one = json!({"count": 1, "source": "admin"});
        let path = format!("/users/{}/free-trainings", user.id);
        world.service.call(reqwest::Method::POST, &path, Some(one)).await;
        user.send("/train").await.unwrap();
        let begun = user.wait_for_message("after this one: 0.").await.unwrap();
        assert!(!text(&begun).contains("your last training"), "{begun}");
        world.verified().await;
    }

    async fn plain_words_in_russian(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Аня", "ru").await;
        for (stars, words) in [(FIVE, "У вас есть: 5 кредитов"), (MONTH, "подписка на месяц до ")] {
            user.send("/buy").await.unwrap();
            let shop = user.wait_for(|message| text(message).contains("У вас есть: ")).await.unwrap();
            let paid = user.pay(&crate::support::shop::url(&shop, &format!("{stars} ⭐"))).await.unwrap();
            assert_eq!(paid["status"], "paid");
            user.wait_for_message(words).await.unwrap();
        }
        let given = json!({"count": 2, "source": "admin"});
        let path = format!("/users/{}/free-trainings", user.id);
        world.service.call(reqwest::Method::POST, &path, Some(given)).await;
        user.send("/profile").await.unwrap();
        let profile = user.wait_for_message(", затем 5 кредитов, затем 2 бесплатные тренировки").await.unwrap();
        assert!(!text(&profile).contains('{'), "{profile}");
        assert_eq!(world.service.holdings(user.id).await.len(), 3);
        assert_eq!(held("credits", Some(5)), world.service.holdings(user.id).await[1]);
        world.verified().await;
    }
}
