//! Subscriptions that renew themselves.

use std::time::Duration;

use serde_json::{Value, json};
use telegram_sim::User;

use crate::support::World;
use crate::support::shop::{MONTH, YEAR, buy, link, open};
use crate::support::trainee::{buttons, offered, text};

const STOP: &str = "Stop the renewal";
const RESUME: &str = "Renew again";

async fn renewing(world: &World, user: &User) -> usize {
    let plans = world.service.subscriptions(user.id).await;
    plans.iter().filter(|plan| plan["auto_renew"] == true).count()
}

async fn press(user: &User, button: &str, said: &str) {
    user.send("/subscribe").await.unwrap();
    let shop = offered(user, "You have: ").await;
    user.press(&shop, button).await.unwrap();
    user.wait_for_message(said).await.unwrap();
}

async fn at_telegram(world: &World, charge: &str) -> Value {
    let all = world.telegram.get("/sim/subscriptions").await.unwrap();
    let all = all.as_array().or(all["subscriptions"].as_array()).unwrap();
    all.iter().find(|one| one["charge_id"] == charge).unwrap().clone()
}

both! {
    async fn it_renews_stops_and_goes_on(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Monthly", "en").await;
        let (first, _) = buy(&user, MONTH).await;
        let renew = format!("/sim/subscriptions/{first}/renew");
        world.telegram.post(&renew, json!({})).await.unwrap();
        user.wait_for_message("Your subscription is renewed").await.unwrap();
        let payments = world.service.payments(user.id).await;
        assert_eq!(payments.len(), 2);
        assert_eq!(payments[0]["metadata"]["renewal"], true);
        assert_eq!(renewing(&world, &user).await, 1);

        press(&user, STOP, "does not renew itself").await;
        assert_eq!(renewing(&world, &user).await, 0);
        assert_eq!(at_telegram(&world, &first).await["canceled_by_bot"], true);
        assert!(world.telegram.post(&renew, json!({})).await.is_err(), "it is not charged again");
        // What is paid stays.
        assert_eq!(world.service.subscriptions(user.id).await.len(), 2);

        // Telegram lets nobody but the user switch it on again.
        let resume = format!("/sim/subscriptions/{first}/resume");
        assert!(world.telegram.post(&resume, json!({})).await.is_err());
        press(&user, RESUME, "You can renew it again in Telegram").await;
        assert_eq!(renewing(&world, &user).await, 0);
        world.telegram.post(&resume, json!({})).await.unwrap();
        world.drained().await;
        assert_eq!(renewing(&world, &user).await, 1);
        world.telegram.post(&renew, json!({})).await.unwrap();
        user.wait_for_message("Your subscription is renewed").await.unwrap();
        world.verified().await;
        assert_eq!(world.service.payments(user.id).await.len(), 3);
    }

    async fn while_it_runs_no_second_one_is_offered(engine) {
        let world = open(engine).await;
        let user = world.newcomer("One", "en").await;
        buy(&user, MONTH).await;
        user.send("/subscribe").await.unwrap();
        let shop = offered(&user, "renews itself; the next payment").await;
        let offers = buttons(&shop);
        assert!(offers.contains(&STOP) && !offers.contains(&RESUME), "{offers:?}");
        assert!(offers.iter().all(|offer| !offer.contains("500 ⭐")), "{offers:?}");
        assert!(offers.iter().any(|offer| offer.contains("4000 ⭐")), "{offers:?}");
        world.verified().await;
    }

    /// What follows what is paid lasts longer; Telegram charges after 30 days all the same.
    async fn the_next_payment_is_telegrams(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Later", "en").await;
        buy(&user, YEAR).await;
        let (charge, _) = buy(&user, MONTH).await;
        user.send("/subscribe").await.unwrap();
        let shop = offered(&user, "the next payment is on").await;
        let at = at_telegram(&world, &charge).await["expires_at"].as_i64().unwrap();
        let at = chrono::DateTime::from_timestamp(at, 0).unwrap().format("%-d %B %Y").to_string();
        assert!(text(&shop).contains(&format!("the next payment is on {at}")), "{shop}");
        world.verified().await;
    }

    /// Beyond the first page of payments, and with a second subscription that only the books saw.
    async fn all_are_found_and_stopped(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Many", "en").await;
        let (first, _) = buy(&user, MONTH).await;
        for number in 0..100 {
            let pack = json!({
                "provider": "telegram_stars", "charge_id": format!("c-{number}"), "tariff": "credits_5",
                "amount": 150, "currency": "XTR", "bot_name": "spin_bot",
            });
            let path = format!("/users/{}/payments", user.id);
            world.service.call(reqwest::Method::POST, &path, Some(pack)).await;
        }
        press(&user, STOP, "does not renew itself any more").await;
        assert_eq!(renewing(&world, &user).await, 0);
        assert_eq!(at_telegram(&world, &first).await["canceled_by_bot"], true);
        // The help has not one button for each of them, which Telegram would refuse.
        user.send("/paysupport").await.unwrap();
        let help = user.wait_for_message("Help with payments").await.unwrap();
        assert!(buttons(&help).len() >= 10, "{help}");
        world.verified().await;
    }

    async fn another_bots_subscription_counts_too(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Elsewhere", "en").await;
        let month = link(&user, MONTH).await;
        let other = json!({
            "provider": "telegram_stars", "charge_id": "other-1", "tariff": "month", "amount": MONTH,
            "currency": "XTR", "is_recurring": true, "bot_name": "quiz_bot",
        });
        let path = format!("/users/{}/payments", user.id);
        world.service.call(reqwest::Method::POST, &path, Some(other)).await;
        let ended = user.pay(&month).await.unwrap();
        assert_eq!(ended["status"], "refused", "{ended}");
        user.send("/subscribe").await.unwrap();
        let shop = offered(&user, "that you have bought elsewhere renews itself").await;
        let offers = buttons(&shop);
        assert!(!offers.contains(&STOP) && offers.iter().all(|offer| !offer.contains("renewing")), "{offers:?}");
        user.send("/deletemydata").await.unwrap();
        user.wait_for_message("this bot has not sold and cannot stop").await.unwrap();
        world.verified().await;
    }

    async fn what_telegram_refuses_is_not_said_to_be_done(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Refused", "en").await;
        buy(&user, MONTH).await;
        let refused = json!({
            "method": "editUserStarSubscription", "fault": "error", "code": 400,
            "description": "Bad Request: something else",
        });
        world.telegram.fail_calls(refused).await.unwrap();
        press(&user, STOP, "Telegram has refused that").await;
        admin.wait_for_message("something else").await.unwrap();
        assert_eq!(renewing(&world, &user).await, 1);
        world.verified().await;
    }

    /// Its first delivery was done, but the answer lost; then the next period was paid.
    async fn an_old_update_of_a_subscription_loops_not(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Loop", "en").await;
        let (first, _) = buy(&user, MONTH).await;
        let update = json!({
            "update_id": 900_300,
            "subscription": {
                "user": {"id": user.id, "is_bot": false, "first_name": "Loop"},
                "invoice_payload": "x", "state": "canceled",
            },
        });
        assert_eq!(world.deliver(&update).await, 200);
        world.telegram.post(&format!("/sim/subscriptions/{first}/renew"), json!({})).await.unwrap();
        user.wait_for_message("is renewed").await.unwrap();
        assert_eq!(world.deliver(&update).await, 200);
        world.verified().await;
    }

    /// The session is written while the button acts: it is not called out of date then.
    async fn a_session_written_meanwhile_changes_nothing(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Meanwhile", "en").await;
        buy(&user, MONTH).await;
        user.send("/subscribe").await.unwrap();
        let shop = offered(&user, "You have: ").await;
        let patch = json!({"stats": {"x": 1}});
        let path = format!("/users/{}/sessions/spin_bot", user.id);
        world.service.call(reqwest::Method::PATCH, &path, Some(patch)).await;
        user.press(&shop, STOP).await.unwrap();
        user.wait_for_message("does not renew itself any more").await.unwrap();
        world.verified().await;
    }

    /// The user stops and resumes it at Telegram, and then has no Stars left.
    async fn what_happens_at_telegram_is_noted(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Outside", "en").await;
        let (charge, _) = buy(&user, MONTH).await;
        for (action, count) in [("cancel", 0), ("resume", 1)] {
            world.telegram.post(&format!("/sim/subscriptions/{charge}/{action}"), json!({})).await.unwrap();
            world.drained().await;
            assert_eq!(renewing(&world, &user).await, count, "{action}");
        }
        world.telegram.post("/sim/users", json!({"id": user.id, "stars": 0})).await.unwrap();
        world.telegram.advance(Duration::from_secs(30 * 24 * 60 * 60 + 60)).await.unwrap();
        world.verified().await;
        assert_eq!(renewing(&world, &user).await, 0);
        assert_eq!(world.service.payments(user.id).await.len(), 1);
    }

    /// Two sheets were open at once: the earlier subscription is stopped.
    async fn nobody_pays_for_two(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Two", "en").await;
        let (first, _) = buy(&user, MONTH).await;
        // As if the service had not known of the first when the second was asked about.
        let recurring = json!({
            "currency": "XTR", "total_amount": MONTH, "invoice_payload": format!("month:{}:500:x", user.id),
            "telegram_payment_charge_id": "second", "provider_payment_charge_id": "1",
            "is_recurring": true, "is_first_recurring": true,
        });
        let update = json!({
            "update_id": 900_001,
            "message": {
                "message_id": 7, "date": 1_790_000_000, "successful_payment": recurring,
                "chat": {"id": user.id, "type": "private", "first_name": "Two"},
                "from": {"id": user.id, "is_bot": false, "first_name": "Two"},
            },
        });
        assert_eq!(world.deliver(&update).await, 200);
        assert_eq!(at_telegram(&world, &first).await["canceled_by_bot"], true);
        assert_eq!(renewing(&world, &user).await, 1);
        world.verified().await;
    }

    async fn erasing_stops_it_first(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Gone", "en").await;
        let (charge, _) = buy(&user, MONTH).await;
        buy(&user, YEAR).await;
        user.send("/deletemydata").await.unwrap();
        let asked = user.wait_for_message("Delete everything?").await.unwrap();
        // Telegram cannot be reached: then nothing is erased.
        let away = json!({"method": "editUserStarSubscription", "fault": "connection_lost"});
        world.telegram.fail_calls(away).await.unwrap();
        user.press(&asked, "🗑 Yes, delete everything").await.unwrap();
        user.wait_for_message("is deleted").await.unwrap();
        assert_eq!(at_telegram(&world, &charge).await["canceled_by_bot"], true);
        world.verified().await;
        assert!(!world.service.exists(user.id).await);
        assert!(text(&asked).contains("A subscription is stopped first"));
    }
}
