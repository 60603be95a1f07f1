//! Bots that are killed at random moments, and two of them behind one webhook.

use std::time::Duration;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use telegram_sim::User;

use crate::support::trainee::EN;
use crate::support::{Plan, World};

const TRAINEES: usize = 40;
const TRAININGS: usize = 5;
const KILLS: usize = 15;
/// Of the first five questions.
const SCORE: i64 = 10 + 10 + 15 + 15 + 25;

both! {
    async fn killed_at_random_moments_over_200_trainings(engine) {
        let mut world = World::start(engine).await;
        let users = train_all(&world).await;
        let mut random = ChaCha8Rng::seed_from_u64(20_261_122);
        for _ in 0..KILLS {
            // The moment itself is what is chosen, so nothing else can be waited for.
            tokio::time::sleep(Duration::from_millis(random.random_range(50..1200))).await;
            world.kill_and_start_bot().await;
        }
        counted_once(&world, &users).await;
    }

    async fn two_replicas_behind_one_webhook(engine) {
        let world = Plan::new(engine).replicas(2).start().await;
        let users = train_all(&world).await;
        counted_once(&world, &users).await;
        // Messages and buttons of one user come at once, each to the next replica.
        for user in &users {
            user.send("/settings").await.unwrap();
            let settings = user.wait_for_message("Settings").await.unwrap();
            user.press(&settings, "🙈 Hide me from the leaderboard").await.unwrap();
            user.send("/train").await.unwrap();
        }
        world.drained().await;
        for user in &users {
            let session = world.service.session(user.id, "spin_bot").await;
            assert_eq!(session["session"]["chat_state"], "training_active");
        }
        for bot in &world.bots {
            assert!(bot.metric("telegram_update_duration_seconds_count{outcome=\"done\"}").await > 0);
        }
    }
}

/// Sends at once all that everybody has to say in all their trainings.
async fn train_all(world: &World) -> Vec<User> {
    let mut users = Vec::new();
    for number in 0..TRAINEES {
        let user = world.telegram.user(&format!("T{number}"), "en").await.unwrap();
        world.service.give_trainings(user.id).await;
        user.start("").await.unwrap();
        for _ in 0..TRAININGS {
            user.send("/train").await.unwrap();
            for question in &EN.questions[..5] {
                user.send(question).await.unwrap();
            }
            user.send("/finish").await.unwrap();
        }
        users.push(user);
    }
    users
}

/// Waits until everything is delivered: every training counts once, and no chat is stuck.
async fn counted_once(world: &World, users: &[User]) {
    world.drained().await;
    let total = i64::try_from(TRAININGS).unwrap();
    for user in users {
        let trainings = world.service.trainings(user.id).await;
        assert_eq!(trainings.len(), TRAININGS, "of {}", user.id);
        for training in &trainings {
            assert_eq!(training["total_score"], SCORE, "{training}");
            assert_eq!(training["question_count"], 5, "{training}");
        }
        let held = world.service.user(user.id).await;
        assert_eq!(held["total_xp"], SCORE * total);
        assert_eq!(held["total_trainings"], total);
        assert_eq!(world.service.xp(user.id).await.len(), TRAININGS);
        let session = world.service.session(user.id, "spin_bot").await;
        assert_eq!(session["stats"]["total_trainings"], total);
        assert_eq!(session["session"]["chat_state"], "waiting_start");
        user.skip_messages().await.unwrap();
        user.send("/rank").await.unwrap();
        user.wait_for_message("375 XP").await.unwrap();
    }
    assert_eq!(world.dead_letters().await, 0);
}
