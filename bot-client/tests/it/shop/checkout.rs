//! The last moment before Stars change hands.

use serde_json::{Value, json};
use telegram_sim::User;

use crate::support::World;
use crate::support::shop::{FIVE, MONTH, YEAR, buy, link, open};

async fn refused(user: &User, link: &Value, because: &str) {
    let ended = user.pay(link).await.unwrap();
    assert_eq!(ended["status"], "refused", "{ended}");
    let said = ended["error_message"].as_str().unwrap();
    assert!(said.contains(because), "{said}");
}

/// An invoice as the bot makes them, but for what is changed.
async fn forged(world: &World, payload: &str, stars: i64) -> Value {
    let made = world.as_bot(
        "createInvoiceLink",
        json!({
            "title": "Forged", "description": "Forged", "payload": payload, "currency": "XTR",
            "prices": [{"label": "Forged", "amount": stars}],
        }),
    );
    made.await["result"].clone()
}

async fn payload(world: &World, link: &Value) -> String {
    let (_, slug) = link.as_str().unwrap().split_once('$').unwrap();
    let invoice = world.telegram.get(&format!("/sim/invoices/{slug}")).await.unwrap();
    invoice["payload"].as_str().unwrap().to_owned()
}

async fn nothing_was_taken(world: &World) {
    assert_eq!(world.stars().await, [Value::Null; 0]);
    world.verified().await;
}

both! {
    async fn somebody_elses_invoice_is_declined(engine) {
        let world = open(engine).await;
        let (owner, other) = (world.newcomer("Owner", "en").await, world.newcomer("Other", "en").await);
        let link = link(&owner, FIVE).await;
        refused(&other, &link, "for somebody else").await;
        nothing_was_taken(&world).await;
        assert_eq!(owner.pay(&link).await.unwrap()["status"], "paid");
        world.verified().await;
    }

    async fn a_changed_payload_or_amount_is_declined(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Forger", "en").await;
        let good = payload(&world, &link(&user, FIVE).await).await;
        for changed in [
            good.replace("credits_5", "year"),
            good.replace(":150:", ":1:"),
            good[..good.len() - 2].to_owned(),
            "year".to_owned(),
        ] {
            refused(&user, &forged(&world, &changed, FIVE).await, "not from here any more").await;
        }
        refused(&user, &forged(&world, &good, 1).await, "price has changed").await;
        nothing_was_taken(&world).await;
    }

    async fn what_has_changed_since_is_declined(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Slow", "en").await;
        let (five, year) = (link(&user, FIVE).await, link(&user, YEAR).await);
        world.service.put_tariff("credits_5", "credits", Some(5), FIVE + 1, true).await;
        refused(&user, &five, "price has changed").await;
        world.service.put_tariff("year", "year", None, YEAR, false).await;
        refused(&user, &year, "no longer sold").await;
        nothing_was_taken(&world).await;
        world.service.put_tariff("credits_5", "credits", Some(5), FIVE, true).await;
        assert_eq!(user.pay(&five).await.unwrap()["status"], "paid");
        world.verified().await;
    }

    async fn a_second_subscription_is_declined(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Double", "en").await;
        let second = link(&user, MONTH).await;
        buy(&user, MONTH).await;
        refused(&user, &second, "A second one would only cost twice").await;
        assert_eq!(world.stars().await.len(), 1);
        // A year on top of it is no subscription: it follows.
        buy(&user, YEAR).await;
        world.verified().await;
    }

    /// In the language that the user chose, with the service away: nothing is taken.
    async fn without_the_service_it_is_declined_in_time(engine) {
        let mut world = open(engine).await;
        let user = world.newcomer("Outage", "en").await;
        let link = link(&user, FIVE).await;
        world.service.stop().await;
        refused(&user, &link, "nothing was taken").await;
        world.service.start_again(&[]).await;
        nothing_was_taken(&world).await;
        assert_eq!(user.pay(&link).await.unwrap()["status"], "paid");
        world.verified().await;
    }

    /// The service takes longer than Telegram waits: declined before that, and nothing is taken.
    async fn a_slow_service_is_not_waited_for(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Slow", "en").await;
        let link = link(&user, FIVE).await;
        world.service.process.signal("-STOP");
        refused(&user, &link, "nothing was taken").await;
        world.service.process.signal("-CONT");
        nothing_was_taken(&world).await;
    }

    async fn an_answer_that_comes_too_late_takes_nothing(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Late", "en").await;
        let link = link(&user, FIVE).await;
        let late = json!({"method": "answerPreCheckoutQuery", "fault": "connection_lost", "times": 1000});
        world.telegram.fail_calls(late).await.unwrap();
        assert_eq!(user.pay(&link).await.unwrap()["status"], "timed_out");
        // The answer that comes through at last is too late.
        world.telegram.clear_faults().await.unwrap();
        nothing_was_taken(&world).await;
    }
}
