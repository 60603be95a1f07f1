//! Bot and service are killed while people pay, and Telegram's messages are lost: every charge is
//! granted once.

use std::time::Duration;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use telegram_sim::User;
use tokio::task::JoinSet;

use crate::support::World;
use crate::support::shop::{FIVE, buy, held, link, open};
use crate::support::trainee::text;

const BUYERS: usize = 20;
const PAYMENTS: usize = 10;
const KILLS: usize = 14;

/// Pays until Stars have changed hands: whoever is killed meanwhile lets a payment fail.
async fn pay_for_sure(user: &User, link: &Value) -> String {
    loop {
        let ended = user.pay(link).await.unwrap();
        if ended["status"] == "paid" {
            return ended["charge_id"].as_str().unwrap().to_owned();
        }
    }
}

async fn buyers(world: &World) -> Vec<(User, Value)> {
    let mut buyers = Vec::new();
    for number in 0..BUYERS {
        let user = world.newcomer(&format!("B{number}"), "en").await;
        world.telegram.post("/sim/users", json!({"id": user.id, "stars": 100_000})).await.unwrap();
        let link = link(&user, FIVE).await;
        buyers.push((user, link));
    }
    buyers
}

/// Each charge of a user is there once, with its grant.
async fn granted_once(world: &World, user: i64, mut charges: Vec<String>) {
    let payments = world.service.payments(user).await;
    let charge = |payment: &Value| payment["charge_id"].as_str().unwrap().to_owned();
    let mut recorded: Vec<_> = payments.iter().map(charge).collect();
    charges.sort();
    recorded.sort();
    assert_eq!(recorded, charges);
    let five = held("credits", Some(5));
    assert_eq!(world.service.holdings(user).await, vec![five; charges.len()]);
}

both! {
    async fn killed_at_random_moments_over_200_payments(engine) {
        let mut world = open(engine).await;
        let mut paying = JoinSet::new();
        for (user, link) in buyers(&world).await {
            paying.spawn(async move {
                let mut charges = Vec::new();
                for _ in 0..PAYMENTS {
                    charges.push(pay_for_sure(&user, &link).await);
                }
                (user, charges)
            });
        }
        let mut random = ChaCha8Rng::seed_from_u64(20_261_124);
        for kill in 0..KILLS {
            // The moment itself is what is chosen, so nothing else can be waited for.
            tokio::time::sleep(Duration::from_millis(random.random_range(50..900))).await;
            if kill % 2 == 0 {
                world.kill_and_start_bot().await;
            } else {
                world.service.process.kill().await;
                world.service.start_again(&[]).await;
            }
        }
        let paid = paying.join_all().await;
        world.drained().await;
        let mut sum = 0;
        for (user, charges) in paid {
            sum += charges.len();
            granted_once(&world, user.id, charges).await;
        }
        assert_eq!(sum, BUYERS * PAYMENTS);
        assert_eq!(world.stars().await.len(), sum);
        world.verified().await;
    }

    /// Telegram gives a message up after a day: the books know of the charge all the same.
    async fn what_telegram_never_delivered_is_found_in_the_books(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Missed", "en").await;
        let (first, _) = buy(&user, FIVE).await;
        let link = link(&user, FIVE).await;
        // A message before it holds up the chat, payments included.
        let away = json!({"method": "sendMessage", "fault": "connection_lost", "times": 1_000_000});
        world.telegram.fail_calls(away).await.unwrap();
        user.send("/help").await.unwrap();
        let second = pay_for_sure(&user, &link).await;
        let third = pay_for_sure(&user, &link).await;
        let refund = json!({"user_id": user.id, "telegram_payment_charge_id": third});
        assert_eq!(world.as_bot("refundStarPayment", refund).await["ok"], true);
        world.telegram.advance(Duration::from_secs(25 * 60 * 60)).await.unwrap();
        world.drained().await;
        world.telegram.clear_faults().await.unwrap();
        assert_eq!(world.service.payments(user.id).await.len(), 1);

        admin.send("/admin stars").await.unwrap();
        let report = admin.wait_for_message(&second).await.unwrap();
        assert!(text(&report).contains(&third), "{report}");
        user.wait_for_message("Thank you!").await.unwrap();
        let payments = world.service.payments(user.id).await;
        assert_eq!(payments.len(), 3);
        for payment in &payments {
            let expected = if payment["charge_id"] == *third { "refunded" } else { "completed" };
            assert_eq!(payment["status"], expected, "{payment}");
        }
        assert!(payments.iter().any(|payment| payment["charge_id"] == *first));
        assert_eq!(world.service.holdings(user.id).await, vec![held("credits", Some(5)); 2]);

        // What is written is written: the next look finds nothing new.
        admin.send("/admin stars").await.unwrap();
        let report = admin.wait_for_message("4 transactions").await.unwrap();
        assert!(!text(&report).contains(&second), "{report}");
        assert_eq!(world.service.payments(user.id).await.len(), 3);
        world.verified().await;
    }

    /// At start, without anybody's asking, and without an operator's key.
    async fn the_daily_look_needs_no_operator(engine) {
        let mut world = crate::support::Plan::new(engine).start().await.stocked().await;
        let user = world.newcomer("Daily", "en").await;
        let link = link(&user, FIVE).await;
        let away = json!({"method": "sendMessage", "fault": "connection_lost", "times": 1_000_000});
        world.telegram.fail_calls(away).await.unwrap();
        user.send("/help").await.unwrap();
        let charge = pay_for_sure(&user, &link).await;
        world.telegram.advance(Duration::from_secs(25 * 60 * 60)).await.unwrap();
        world.drained().await;
        world.telegram.clear_faults().await.unwrap();
        assert_eq!(world.service.payments(user.id).await.len(), 0);
        world.kill_and_start_bot().await;
        user.wait_for_message("Thank you!").await.unwrap();
        granted_once(&world, user.id, vec![charge]).await;
        world.verified().await;
    }
}
