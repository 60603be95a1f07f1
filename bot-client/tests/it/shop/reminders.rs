//! Told once that a plan ends.

use reqwest::Method;
use serde_json::json;
use telegram_sim::User;

use crate::support::World;
use crate::support::shop::{open, plan};
use crate::support::trainee::buttons;

const ENDS: &str = "⏳";

async fn give(world: &World, user: &User, days: i64, auto_renew: bool) {
    let path = format!("/users/{}/subscriptions", user.id);
    let given =
        json!({"subscription_type": "month", "duration_days": days, "auto_renew": auto_renew});
    world.service.call(Method::POST, &path, Some(given)).await;
}

both! {
    async fn each_is_told_once_by_however_many_replicas(engine) {
        let mut world = open(engine).await;
        let soon = world.newcomer("Soon", "en").await;
        give(&world, &soon, 2, false).await;
        let late = world.newcomer("Late", "en").await;
        give(&world, &late, 10, false).await;
        let followed = world.newcomer("Followed", "en").await;
        give(&world, &followed, 1, false).await;
        give(&world, &followed, 30, false).await;
        let renewing = world.newcomer("Renewing", "en").await;
        give(&world, &renewing, 2, true).await;
        let quiet = world.newcomer("Quiet", "en").await;
        give(&world, &quiet, 2, false).await;
        quiet.send("/settings").await.unwrap();
        let settings = quiet.wait_for_message("Settings").await.unwrap();
        quiet.press(&settings, "🔕 No reminders").await.unwrap();
        quiet.wait_for_message("with the last training: no").await.unwrap();
        // A user of another bot, who has no session here.
        world.service.call(Method::PUT, "/users/4711", Some(json!({}))).await;
        world.service.call(Method::POST, "/users/4711/subscriptions", Some(json!({"subscription_type": "month", "duration_days": 1}))).await;

        // The job runs at start.
        for _ in 0..3 {
            world.start_bot().await;
        }
        for bot in &world.bots[1..] {
            bot.process.line("reminders are done").await;
        }
        let message = soon.wait_for_message(ENDS).await.unwrap();
        assert_eq!(buttons(&message), ["⭐ Buy trainings"]);
        assert_eq!(world.told(&soon, ENDS).await, 1);
        for user in [&late, &followed, &renewing, &quiet] {
            assert_eq!(world.told(user, ENDS).await, 0);
        }
        soon.press(&message, "⭐ Buy trainings").await.unwrap();
        soon.wait_for_message("You have: month plan until").await.unwrap();
        world.verified().await;
    }

    /// Who trains is not disturbed: the buttons of a training name the session's version.
    async fn a_training_is_not_disturbed(engine) {
        let mut world = plan(engine).start().await.stocked().await;
        let user = world.newcomer("Busy", "en").await;
        give(&world, &user, 2, false).await;
        user.send("/train").await.unwrap();
        user.wait_for_message("Ask your first question").await.unwrap();
        let before = world.service.session(user.id, "spin_bot").await;
        world.kill_and_start_bot().await;
        world.bots[0].process.line("reminders are done").await;
        assert_eq!(world.told(&user, ENDS).await, 0);
        assert_eq!(world.service.session(user.id, "spin_bot").await["version"], before["version"]);
        world.verified().await;
    }
}
