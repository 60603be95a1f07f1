//! Stars that go back.

use serde_json::{Value, json};
use telegram_sim::User;

use crate::support::World;
use crate::support::shop::{FIVE, MONTH, YEAR, buy, held, open, plan};
use crate::support::trainee::{EN, buttons, offered, text};

async fn paysupport(user: &User) -> Value {
    user.send("/paysupport").await.unwrap();
    user.wait_for_message("Help with payments").await.unwrap()
}

async fn status(world: &World, user: &User, charge: &str) -> Value {
    let payments = world.service.payments(user.id).await;
    payments.iter().find(|one| one["charge_id"] == charge).unwrap()["status"].clone()
}

/// Trainings are begun, asked something, and given up.
async fn use_up(user: &User, trainings: usize) {
    for _ in 0..trainings {
        user.send("/train").await.unwrap();
        EN.ask(user, 1).await;
        user.send("/cancel").await.unwrap();
        user.wait_for_message("is cancelled").await.unwrap();
    }
}

async fn stars_of(world: &World, user: &User) -> i64 {
    let users = world.telegram.get("/sim/users").await.unwrap();
    let users = users.as_array().or(users["users"].as_array()).unwrap();
    users.iter().find(|one| one["id"] == user.id).unwrap()["stars"].as_i64().unwrap()
}

both! {
    async fn the_user_takes_each_product_back(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Sorry", "en").await;
        let before = stars_of(&world, &user).await;
        for stars in [FIVE, YEAR, MONTH] {
            let (charge, _) = buy(&user, stars).await;
            let help = paysupport(&user).await;
            let [button] = buttons(&help)[..] else { panic!("{help}") };
            assert!(button.contains(&format!("Give back {stars} ⭐")), "{button}");
            let pressed = user.press(&help, button).await.unwrap();
            let note = user.answer_to(&pressed).await.unwrap();
            assert!(note.to_string().contains(&format!("Given back: {stars} ⭐")), "{note}");
            user.wait_for_message(&format!("{stars} ⭐ are given back")).await.unwrap();
            world.verified().await;
            assert_eq!(world.told(&user, &format!("{stars} ⭐ are given back")).await, 1);
            assert_eq!(status(&world, &user, &charge).await, "refunded");
            assert_eq!(world.service.holdings(user.id).await, []);
            assert_eq!(stars_of(&world, &user).await, before);
        }
        let subscriptions = world.telegram.get("/sim/subscriptions").await.unwrap();
        assert!(!subscriptions.to_string().contains("\"ended\":false"), "{subscriptions}");
        assert_eq!(buttons(&paysupport(&user).await), [""; 0]);
    }

    async fn what_was_used_too_much_stays_paid(engine) {
        let world = open(engine).await;
        let user = world.newcomer("User", "en").await;
        let (charge, _) = buy(&user, FIVE).await;
        use_up(&user, 2).await;
        let help = paysupport(&user).await;
        assert_eq!(buttons(&help).len(), 1);
        use_up(&user, 1).await;
        assert_eq!(buttons(&paysupport(&user).await), [""; 0]);
        // The button of before acts no more, nor does one that is forged.
        user.press(&help, buttons(&help)[0]).await.unwrap();
        user.wait_for_message("can no longer be given back").await.unwrap();
        let data = help["reply_markup"]["inline_keyboard"][0][0]["callback_data"].as_str().unwrap();
        let parts: Vec<_> = data.split(':').collect();
        let version = world.service.session(user.id, "spin_bot").await["version"].clone();
        let now = format!("{}:{version}:refund:{}", parts[0], "0".repeat(parts[3].len()));
        let update = crate::support::press_update(900_000, &user, &now);
        assert_eq!(world.deliver(&update).await, 200);
        user.wait_for_message("can no longer be given back").await.unwrap();
        assert_eq!(status(&world, &user, &charge).await, "completed");
        world.verified().await;
    }

    async fn the_rule_is_a_setting(engine) {
        let mut world = plan(engine).bot("BOT__REFUNDS__DAYS", "0").start().await.stocked().await;
        let user = world.newcomer("Never", "en").await;
        buy(&user, FIVE).await;
        assert_eq!(buttons(&paysupport(&user).await), [""; 0]);
        world.set_bot("BOT__REFUNDS__DAYS", "1");
        world.set_bot("BOT__REFUNDS__MAX_USED", "0");
        world.kill_and_start_bot().await;
        let help = paysupport(&user).await;
        assert!(text(&help).contains("within one day, if at most none of its trainings"), "{help}");
        assert_eq!(buttons(&help).len(), 1);
        use_up(&user, 1).await;
        assert_eq!(buttons(&paysupport(&user).await), [""; 0]);
        world.verified().await;
    }

    async fn pressed_often_or_answered_to_nobody_it_happens_once(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Press", "en").await;
        let before = stars_of(&world, &user).await;
        buy(&user, FIVE).await;
        let help = paysupport(&user).await;
        for (method, fault) in [("refundStarPayment", "answer_lost"), ("sendMessage", "connection_lost")] {
            world.telegram.fail_calls(json!({"method": method, "fault": fault})).await.unwrap();
        }
        let twice = json!({"update": "callback_query", "fault": "duplicate", "copies": 3});
        world.telegram.fail_deliveries(twice).await.unwrap();
        user.press(&help, buttons(&help)[0]).await.unwrap();
        user.wait_for_message("150 ⭐ are given back").await.unwrap();
        world.verified().await;
        assert_eq!(stars_of(&world, &user).await, before);
        assert_eq!(world.stars().await.len(), 2);
        assert_eq!(world.service.holdings(user.id).await, []);
    }

    /// A former subscription's charge is given back: the running one goes on.
    async fn each_refund_ends_its_own_subscription(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Former", "en").await;
        let (former, _) = buy(&user, MONTH).await;
        user.send("/subscribe").await.unwrap();
        let shop = offered(&user, "the next payment").await;
        user.press(&shop, "Stop the renewal").await.unwrap();
        user.wait_for_message("does not renew").await.unwrap();
        let (running, _) = buy(&user, MONTH).await;
        let renews = async || {
            let plans = world.service.subscriptions(user.id).await;
            plans.iter().filter(|plan| plan["auto_renew"] == true).count()
        };
        for (charge, left) in [(former, 1), (running, 0)] {
            admin.send(&format!("/admin refund {} {charge}", user.id)).await.unwrap();
            admin.wait_for_message("Given back").await.unwrap();
            world.drained().await;
            assert_eq!(renews().await, left);
            let subscriptions = world.telegram.get("/sim/subscriptions").await.unwrap();
            let on = subscriptions.as_array().unwrap().iter().filter(|one| {
                one["ended"] == false && one["canceled_by_bot"] == false && one["canceled_by_user"] == false
            });
            assert_eq!(on.count(), left);
        }
        world.verified().await;
    }

    /// The first charge of a subscription that was renewed since: the whole of it ends.
    async fn a_refunded_start_ends_what_it_began(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Start", "en").await;
        let (first, _) = buy(&user, MONTH).await;
        world.telegram.post(&format!("/sim/subscriptions/{first}/renew"), json!({})).await.unwrap();
        user.wait_for_message("is renewed").await.unwrap();
        admin.send(&format!("/admin refund {} {first}", user.id)).await.unwrap();
        admin.wait_for_message("Given back").await.unwrap();
        user.send("/subscribe").await.unwrap();
        offered(&user, "does not renew itself any more").await;
        world.verified().await;
    }

    async fn what_telegram_refuses_changes_nothing(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Poor", "en").await;
        buy(&user, MONTH).await;
        let refused = json!({
            "method": "refundStarPayment", "fault": "error", "code": 400,
            "description": "Bad Request: BALANCE_TOO_LOW",
        });
        world.telegram.fail_calls(refused).await.unwrap();
        let help = paysupport(&user).await;
        user.press(&help, buttons(&help)[0]).await.unwrap();
        user.wait_for_message("nothing has changed").await.unwrap();
        admin.wait_for_message("BALANCE_TOO_LOW").await.unwrap();
        user.send("/subscribe").await.unwrap();
        offered(&user, "the next payment is on").await;
        world.verified().await;
    }

    /// By somebody with the bot's token, or by Telegram: the bot only hears of it.
    async fn a_refund_at_telegram_takes_the_rest_back(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Elsewhere", "en").await;
        let (charge, _) = buy(&user, FIVE).await;
        use_up(&user, 1).await;
        assert_eq!(world.service.holdings(user.id).await, [held("credits", Some(4))]);
        let refund = json!({"user_id": user.id, "telegram_payment_charge_id": charge});
        assert_eq!(world.as_bot("refundStarPayment", refund).await["ok"], true);
        let told = user.wait_for_message("150 ⭐ are given back").await.unwrap();
        assert!(text(&told).contains("nothing at the moment"), "{told}");
        world.verified().await;
        assert_eq!(status(&world, &user, &charge).await, "refunded");
        assert_eq!(world.service.holdings(user.id).await, []);
    }

    async fn a_refund_of_a_charge_nobody_recorded_is_both(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Unheard", "en").await;
        let refunded = json!({
            "currency": "XTR", "total_amount": 150, "invoice_payload": format!("credits_5:{}:150:x", user.id),
            "telegram_payment_charge_id": "unheard-1",
        });
        let update = json!({
            "update_id": 900_001,
            "message": {
                "message_id": 7, "date": 1_790_000_000, "refunded_payment": refunded,
                "chat": {"id": user.id, "type": "private", "first_name": "Unheard"},
                "from": {"id": user.id, "is_bot": false, "first_name": "Unheard"},
            },
        });
        for _ in 0..3 {
            assert_eq!(world.deliver(&update).await, 200);
        }
        assert_eq!(status(&world, &user, "unheard-1").await, "refunded");
        assert_eq!(world.service.holdings(user.id).await, []);
        world.verified().await;
    }
}
