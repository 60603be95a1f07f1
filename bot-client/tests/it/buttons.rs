//! Buttons: each acts once, however often, late or strangely it is pressed.

use serde_json::{Value, json};
use telegram_sim::User;

use crate::support::trainee::{EN, buttons, offered, text};
use crate::support::{World, press_update};

const LATE: &str = "This button is out of date. Please use the newest message.";
const DELETE: &str = "🗑 Yes, delete everything";

/// What the user is shown above the chat.
async fn note(user: &User, message: &Value, button: &str) -> Value {
    let pressed = user.press(message, button).await.unwrap();
    user.answer_to(&pressed).await.unwrap()["text"].take()
}

async fn case(world: &World, user: &User) -> Value {
    world.service.session(user.id, "spin_bot").await["session"]["client_case"].clone()
}

both! {
    async fn pressed_twice_it_acts_once(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Twice", "en").await;
        user.send("/train").await.unwrap();
        let begun = user.wait_for_message("Ask your first question").await.unwrap();
        let first = case(&world, &user).await;
        // The simulator still lets a button be pressed that has disappeared: as an old client would.
        assert_eq!(note(&user, &begun, "🔄 Another case").await, "");
        world.drained().await;
        let second = case(&world, &user).await;
        assert_ne!(first, second);
        let data = begun["reply_markup"]["inline_keyboard"][0][0]["callback_data"].as_str().unwrap();
        assert_eq!(note(&user, &begun, data).await, LATE);
        assert_eq!(case(&world, &user).await, second);
    }

    async fn pressed_late_it_only_says_so(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Late", "en").await;
        for question in 1..=6 {
            if question == 1 {
                user.send("/train").await.unwrap();
            }
            EN.ask(&user, question).await;
        }
        user.send("/train").await.unwrap();
        let asked = offered(&user, "under way").await;
        EN.ask(&user, 7).await;
        assert_eq!(note(&user, &asked, "✖️ Cancel the training").await, LATE);
        let session = world.service.session(user.id, "spin_bot").await;
        assert_eq!(session["session"]["question_count"], 7);
    }

    async fn with_a_message_at_once_both_are_answered(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Both", "en").await;
        user.send("/train").await.unwrap();
        EN.ask(&user, 1).await;
        for number in 2..=9 {
            user.send("/train").await.unwrap();
            let standing = offered(&user, "under way").await;
            let (pressed, sent) = tokio::join!(
                user.press(&standing, "🔄 Another case"),
                user.send(EN.questions[number - 1]),
            );
            sent.unwrap();
            user.answer_to(&pressed.unwrap()).await.unwrap();
            world.drained().await;
            let session = world.service.session(user.id, "spin_bot").await;
            let asked = session["session"]["question_count"].as_u64().unwrap();
            // The new case came first, or last, or was late: no question is half there.
            let counts = session["session"]["per_type_counts"].as_object().unwrap();
            assert_eq!(counts.values().map(|count| count.as_u64().unwrap()).sum::<u64>(), asked);
            if asked == 0 {
                EN.ask(&user, 1).await;
            }
        }
        assert_eq!(world.dead_letters().await, 0);
    }

    async fn forged_data_does_nothing(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Forger", "en").await;
        user.send("/train").await.unwrap();
        EN.ask(&user, 1).await;
        let before = world.service.session(user.id, "spin_bot").await;
        for (id, data) in (1..).zip([
            "0:train", "0:delete", "-1:new_case", "1:fly", "x", "", ":", "1:finish:2",
            "9223372036854775807:cancel", "99999999999999999999:cancel", "<b>", "0:keep",
        ]) {
            let calls = world.telegram.calls("answerCallbackQuery").await.unwrap().len();
            assert_eq!(world.deliver(&press_update(id, &user, data)).await, 200, "{data}");
            let answered = world.telegram.calls("answerCallbackQuery").await.unwrap().len();
            assert_eq!(answered, calls + 1, "{data}");
            assert_eq!(world.service.session(user.id, "spin_bot").await, before, "{data}");
        }
        assert_eq!(world.dead_letters().await, 0);
    }

    async fn the_settings_change_language_and_leaderboard(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Setter", "en").await;
        let settings = async |part: &str| {
            user.send("/settings").await.unwrap();
            offered(&user, part).await
        };
        user.press(&settings("On the leaderboard: yes").await, "Русский").await.unwrap();
        let russian = user.wait_for_message("Язык: русский").await.unwrap();
        let session = world.service.session(user.id, "spin_bot").await;
        assert_eq!(session["stats"]["language"], "ru");
        user.press(&russian, "🙈 Скрыть меня из рейтинга").await.unwrap();
        user.wait_for_message("меня не видно").await.unwrap();
        assert_eq!(world.service.user(user.id).await["leaderboard_hidden"], true);
        user.press(&settings("меня не видно").await, "👀 Показывать меня в рейтинге").await.unwrap();
        user.wait_for_message("меня видно").await.unwrap();
        assert_eq!(world.service.user(user.id).await["leaderboard_hidden"], false);
        user.press(&settings("меня видно").await, "English").await.unwrap();
        let english = user.wait_for_message("Language: English").await.unwrap();
        let offered = ["Русский", "English", "🙈 Hide me from the leaderboard", "🔕 No reminders"];
        assert_eq!(buttons(&english), offered);
    }

    async fn deleting_asks_first_and_deletes_once(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Gone", "en").await;
        EN.train(&user).await;
        user.send("/deletemydata").await.unwrap();
        let asked = offered(&user, "Delete everything?").await;
        user.press(&asked, "No, keep it").await.unwrap();
        user.wait_for_message("Nothing was deleted").await.unwrap();
        let data = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"].as_str().unwrap();
        assert_eq!(note(&user, &asked, data).await, LATE);
        assert_eq!(world.service.user(user.id).await["total_xp"], 190);

        user.send("/deletemydata").await.unwrap();
        let asked = offered(&user, "Delete everything?").await;
        let fault = json!({"update": "callback_query", "fault": "duplicate", "copies": 5});
        world.telegram.fail_deliveries(fault).await.unwrap();
        user.press(&asked, DELETE).await.unwrap();
        user.wait_for_message("you start anew").await.unwrap();
        world.drained().await;
        assert!(!world.service.exists(user.id).await);
        // Pressed again by an old client: nobody comes back to life by that.
        let data = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"].as_str().unwrap();
        user.press(&asked, data).await.unwrap();
        world.drained().await;
        assert!(!world.service.exists(user.id).await);

        user.send("/profile").await.unwrap();
        let profile = user.wait_for_message("Trainings: 0").await.unwrap();
        assert!(text(&profile).contains("0 XP"), "{profile}");
        assert_eq!(world.dead_letters().await, 0);
    }
}
