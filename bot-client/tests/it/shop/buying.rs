//! From an offer to what is held.

use serde_json::json;
use telegram_sim::User;

use crate::support::shop::{FIVE, MONTH, YEAR, buy, held, link, open, url};
use crate::support::trainee::{buttons, text};

async fn shop(user: &User) -> serde_json::Value {
    user.send("/buy").await.unwrap();
    user.wait_for(|message| text(message).contains("You have: ")).await.unwrap()
}

both! {
    async fn each_product_is_bought_in_one_tap(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Buyer", "en").await;
        let offered = shop(&user).await;
        assert!(text(&offered).contains("You have: nothing at the moment"), "{offered}");
        let offers = ["30 days, renewing · 500 ⭐", "365 days · 4000 ⭐", "5 credits · 150 ⭐"];
        assert_eq!(buttons(&offered)[..3], offers);
        for offer in offers {
            assert!(url(&offered, offer).as_str().unwrap().starts_with("https://t.me/$"));
        }

        let (charge, thanks) = buy(&user, FIVE).await;
        assert!(text(&thanks).contains("You have: 5 credits"), "{thanks}");
        let payments = world.service.payments(user.id).await;
        assert_eq!(payments.len(), 1);
        for (field, value) in [
            ("charge_id", json!(charge)),
            ("provider", json!("telegram_stars")),
            ("amount", json!(150)),
            ("currency", json!("XTR")),
            ("tariff", json!("credits_5")),
            ("status", json!("completed")),
            ("bot_name", json!("spin_bot")),
            ("is_recurring", json!(false)),
            ("mismatches", json!([])),
        ] {
            assert_eq!(payments[0][field], value, "{field}");
        }

        let (_, thanks) = buy(&user, YEAR).await;
        let said = text(&thanks);
        assert!(said.contains("year pass until ") && said.contains(", then 5 credits"), "{said}");

        let (charge, thanks) = buy(&user, MONTH).await;
        assert!(text(&thanks).contains("You have: plan until "), "{thanks}");
        let month = &world.service.payments(user.id).await[0];
        assert_eq!((&month["charge_id"], &month["is_recurring"]), (&json!(charge), &json!(true)));
        let plans = world.service.subscriptions(user.id).await;
        let renewing: Vec<_> = plans.iter().filter(|plan| plan["auto_renew"] == true).collect();
        assert_eq!(renewing.len(), 1);
        assert_eq!(renewing[0]["id"], month["grant"]["subscription_id"]);
        let held_now = world.service.holdings(user.id).await;
        assert_eq!(held_now, [held("subscription", None), held("subscription", None), held("credits", Some(5))]);
        world.verified().await;
    }

    /// Ten copies of the payment's message at once, of each product and of a renewal.
    async fn one_payment_delivered_ten_times_at_once_grants_once(engine) {
        let world = open(engine).await;
        let ten_times = async || {
            let fault = json!({"update": "message", "fault": "duplicate", "copies": 10});
            world.telegram.fail_deliveries(fault).await.unwrap();
        };
        for (stars, kind, left) in [
            (FIVE, "credits", Some(5)), (YEAR, "subscription", None), (MONTH, "subscription", None),
        ] {
            let user = world.newcomer("Often", "en").await;
            let link = link(&user, stars).await;
            ten_times().await;
            let paid = user.pay(&link).await.unwrap();
            world.verified().await;
            let payments = world.service.payments(user.id).await;
            assert_eq!(payments.len(), 1);
            assert_eq!(payments[0]["charge_id"], paid["charge_id"]);
            assert_eq!(world.service.holdings(user.id).await, [held(kind, left)]);
            if stars == MONTH {
                let renew = format!("/sim/subscriptions/{}/renew", paid["charge_id"].as_str().unwrap());
                ten_times().await;
                world.telegram.post(&renew, json!({})).await.unwrap();
                world.verified().await;
                assert_eq!(world.service.payments(user.id).await.len(), 2);
                assert_eq!(world.service.holdings(user.id).await, vec![held(kind, left); 2]);
            }
        }
    }

    async fn an_invoice_paid_twice_is_granted_twice(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Twice", "en").await;
        let link = link(&user, FIVE).await;
        for _ in 0..2 {
            assert_eq!(user.pay(&link).await.unwrap()["status"], "paid");
        }
        world.verified().await;
        assert_eq!(world.service.payments(user.id).await.len(), 2);
        assert_eq!(world.service.holdings(user.id).await, [held("credits", Some(5)), held("credits", Some(5))]);
    }

    async fn a_tariff_that_is_withdrawn_or_renamed_is_not_offered(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Window", "en").await;
        world.service.put_tariff("year", "year", None, YEAR, false).await;
        world.service.put_tariff("dear", "credits", Some(1), 10_001, true).await;
        world.service.put_tariff(&"long".repeat(50), "credits", Some(2), 20, true).await;
        let offered = shop(&user).await;
        let offers: Vec<_> = buttons(&offered).into_iter().filter(|text| text.contains('⭐')).collect();
        assert_eq!(offers, ["30 days, renewing · 500 ⭐", "5 credits · 150 ⭐"]);
        for tariff in ["month", "credits_5"] {
            let (kind, credits) = if tariff == "month" { ("month", None) } else { ("credits", Some(5)) };
            world.service.put_tariff(tariff, kind, credits, 1, false).await;
        }
        let offered = shop(&user).await;
        assert!(text(&offered).contains("Nothing is for sale"), "{offered}");
        world.verified().await;
    }

    /// What the old bot or another token has signed is paid for: it counts as its order says.
    async fn a_charge_is_recorded_whatever_its_invoice_says(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Odd", "en").await;
        for (number, payload, tariff, mismatches) in [
            (1, format!("credits_5:{}:150:signed-otherwise", user.id), "credits_5", json!([])),
            (2, format!("credits_5:{}:149:x", user.id), "credits_5", json!(["amount"])),
            (3, "nonsense".to_owned(), "unknown", json!(["tariff_unknown"])),
            // Somebody else's order: whoever has paid it holds it.
            (4, "credits_5:1:150:x".to_owned(), "credits_5", json!([])),
        ] {
            let amount = if number == 2 { 149 } else { 150 };
            let payment = json!({
                "currency": "XTR", "total_amount": amount, "invoice_payload": payload,
                "telegram_payment_charge_id": format!("odd-{number}"), "provider_payment_charge_id": "1",
            });
            let message = json!({
                "message_id": number, "date": 1_790_000_000, "successful_payment": payment,
                "chat": {"id": user.id, "type": "private", "first_name": "Odd"},
                "from": {"id": user.id, "is_bot": false, "first_name": "Odd"},
            });
            let update = json!({"update_id": 900_000 + number, "message": message});
            assert_eq!(world.deliver(&update).await, 200);
            let newest = &world.service.payments(user.id).await[0];
            assert_eq!((&newest["tariff"], &newest["mismatches"]), (&json!(tariff), &mismatches));
            if mismatches != json!([]) {
                admin.wait_for_message(mismatches[0].as_str().unwrap()).await.unwrap();
            }
        }
        user.wait_for_message("I cannot tell what for").await.unwrap();
        assert_eq!(world.service.holdings(user.id).await, vec![held("credits", Some(5)); 3]);
        world.verified().await;
    }

    async fn one_tariff_that_telegram_refuses_closes_no_shop(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Shopper", "en").await;
        let refused = json!({
            "method": "createInvoiceLink", "fault": "error", "code": 400,
            "description": "Bad Request: STARS_SUBSCRIPTION_AMOUNT_INVALID",
        });
        world.telegram.fail_calls(refused).await.unwrap();
        let offered = shop(&user).await;
        let offers = buttons(&offered).into_iter().filter(|text| text.contains('⭐'));
        assert_eq!(offers.count(), 2, "{offered}");
        world.verified().await;
    }

    /// In whatever chat: money is never for nobody.
    async fn a_payment_in_a_group_is_recorded(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Group", "en").await;
        let payment = json!({
            "currency": "XTR", "total_amount": 150, "invoice_payload": format!("credits_5:{}:150:x", user.id),
            "telegram_payment_charge_id": "group-1", "provider_payment_charge_id": "1",
        });
        let update = json!({
            "update_id": 900_500,
            "message": {
                "message_id": 7, "date": 1_790_000_000, "successful_payment": payment,
                "chat": {"id": -100_123, "type": "supergroup", "title": "G"},
                "from": {"id": user.id, "is_bot": false, "first_name": "Group"},
            },
        });
        assert_eq!(world.deliver(&update).await, 200);
        assert_eq!(world.service.holdings(user.id).await, [held("credits", Some(5))]);
        world.verified().await;
    }

    /// A payment in a form that this bot does not know is Telegram's to keep, not ours to drop.
    async fn an_unreadable_payment_waits(engine) {
        let world = open(engine).await;
        let update = json!({
            "update_id": 1,
            "message": {"message_id": 1, "successful_payment": {"total_amount": "many"}},
        });
        for _ in 0..2 {
            assert_eq!(world.deliver(&update).await, 503);
        }
        world.verified().await;
    }
}
