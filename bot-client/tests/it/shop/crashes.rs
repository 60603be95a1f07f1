//! Bot and service are killed while people pay, and Telegram's messages are lost: every charge is
//! granted once.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use telegram_sim::User;

use crate::support::World;
use crate::support::shop::{FIVE, MONTH, buy, held, link, open};
use crate::support::trainee::{offered, text};

const BUYERS: usize = 10;
/// In each of them everybody pays once, and one of the two is killed.
const ROUNDS: usize = 20;

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

/// One of the two was killed: when, and what had been charged by then.
struct Kill {
    is_bot: bool,
    at: DateTime<Utc>,
    charged: BTreeSet<String>,
}

impl Kill {
    /// How many of these payments it parted from their grants.
    fn hits(&self, payments: &[Value]) -> usize {
        let is_hit = |payment: &&Value| {
            let recorded = payment["created_at"].as_str().unwrap().parse::<DateTime<Utc>>();
            self.charged.contains(payment["charge_id"].as_str().unwrap())
                && recorded.unwrap() > self.at
        };
        payments.iter().filter(is_hit).count()
    }
}

/// Kills bot or service when so many payments that were made have set out for the bot, and starts it
/// again.
#[expect(clippy::disallowed_methods, reason = "compared with the time of another process")]
async fn kill_at_a_payment(world: &mut World, is_bot: bool, payments: usize) -> Kill {
    let mut deliveries = world.gateway.payments();
    let before = *deliveries.borrow();
    deliveries.wait_for(|deliveries| *deliveries >= before + payments).await.unwrap();
    let charged = world.stars().await;
    let charged = charged.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    if is_bot {
        world.kill_bots().await;
    } else {
        world.service.process.kill().await;
    }
    let at = Utc::now();
    if is_bot {
        world.start_bot().await;
    } else {
        world.service.start_again(&[]).await;
    }
    Kill { is_bot, at, charged }
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
    async fn killed_between_payment_and_grant_over_200_payments(engine) {
        let mut world = open(engine).await;
        let buyers = buyers(&world).await;
        let mut random = ChaCha8Rng::seed_from_u64(20_261_124);
        let mut charges = vec![Vec::new(); BUYERS];
        let mut kills = Vec::new();
        for round in 0..ROUNDS {
            let payments = random.random_range(1..=BUYERS / 2);
            let paying = join_all(buyers.iter().map(|(user, link)| pay_for_sure(user, link)));
            let killing = kill_at_a_payment(&mut world, round % 2 == 0, payments);
            let (kill, paid) = tokio::join!(killing, paying);
            kills.push(kill);
            for (charges, charge) in charges.iter_mut().zip(paid) {
                charges.push(charge);
            }
            world.drained().await;
        }
        let mut payments = Vec::new();
        for ((user, _), charges) in buyers.iter().zip(charges) {
            granted_once(&world, user.id, charges).await;
            payments.extend(world.service.payments(user.id).await);
        }
        assert_eq!(payments.len(), BUYERS * ROUNDS);
        assert_eq!(world.stars().await.len(), BUYERS * ROUNDS);
        for is_bot in [true, false] {
            let hits = kills.iter().filter(|kill| kill.is_bot == is_bot);
            let hits: Vec<_> = hits.map(|kill| kill.hits(&payments)).collect();
            assert!(hits.iter().any(|hits| *hits > 0), "no kill came between: bot {is_bot}");
        }
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

    /// The subscription that a renewal belongs to ends with its refund, whoever finds it.
    async fn a_refund_found_in_the_books_ends_the_subscription(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Unheard", "en").await;
        let (first, _) = buy(&user, MONTH).await;
        let renew = format!("/sim/subscriptions/{first}/renew");
        world.telegram.post(&renew, json!({})).await.unwrap();
        user.wait_for_message("is renewed").await.unwrap();
        let renewal = world.service.payments(user.id).await[0]["charge_id"].clone();
        // The message that tells of the refund never comes.
        let away = json!({"method": "sendMessage", "fault": "connection_lost", "times": 1_000_000});
        world.telegram.fail_calls(away).await.unwrap();
        user.send("/help").await.unwrap();
        let refund = json!({"user_id": user.id, "telegram_payment_charge_id": renewal});
        assert_eq!(world.as_bot("refundStarPayment", refund).await["ok"], true);
        world.telegram.advance(Duration::from_secs(25 * 60 * 60)).await.unwrap();
        world.drained().await;
        world.telegram.clear_faults().await.unwrap();

        admin.send("/admin stars").await.unwrap();
        admin.wait_for_message("One refund was missing").await.unwrap();
        assert!(world.telegram.post(&renew, json!({})).await.is_err(), "it is not charged again");
        user.send("/subscribe").await.unwrap();
        offered(&user, "does not renew itself any more").await;
        world.verified().await;
    }

    /// Who has asked is told that it cannot be done now, and gets the report when it is.
    async fn books_that_cannot_be_read_are_no_silence(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Buyer", "en").await;
        buy(&user, FIVE).await;
        let away = json!({"method": "getStarTransactions", "fault": "connection_lost"});
        world.telegram.fail_calls(away).await.unwrap();
        admin.send("/admin stars").await.unwrap();
        admin.wait_for_message("The books could not be compared").await.unwrap();
        admin.send("/admin stars").await.unwrap();
        admin.wait_for_message("all of it matches").await.unwrap();
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
