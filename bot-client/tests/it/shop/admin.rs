//! What administrators can do, and nobody else.

use serde_json::{Value, json};
use telegram_sim::User;

use crate::support::Plan;
use crate::support::shop::{FIVE, MONTH, buy, held, link, open, plan};
use crate::support::trainee::{EN, buttons, text};

const COMMANDS: [&str; 9] = [
    "/admin",
    "/admin promo FREE trainings 3",
    "/admin promos",
    "/admin end FREE",
    "/admin grant 1001 5",
    "/admin user a",
    "/admin refund 1001 x",
    "/admin figures",
    "/admin stars",
];

async fn ask(admin: &User, command: &str, part: &str) -> Value {
    admin.send(command).await.unwrap();
    admin.wait_for_message(part).await.unwrap()
}

both! {
    async fn nobody_else_is_one(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Curious", "en").await;
        for command in COMMANDS {
            ask(&user, command, "I don't know this command").await;
        }
        assert_eq!(world.service.get("/promocodes").await["items"], json!([]));
        world.verified().await;
    }

    async fn without_an_operators_key_it_says_so(engine) {
        let world = Plan::new(engine).bot("BOT__ADMINS", "900").start().await.stocked().await;
        let admin = world.admin().await;
        for command in COMMANDS {
            ask(&admin, command, "BOT__SERVICE__OPERATOR_KEY").await;
        }
        world.verified().await;
    }

    async fn codes_are_made_listed_and_ended(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let help = ask(&admin, "/admin", "For administrators").await;
        assert_eq!(buttons(&help).len(), 3);
        let twice = json!({"update": "message", "fault": "duplicate", "copies": 3});
        world.telegram.fail_deliveries(twice).await.unwrap();
        let made = ask(&admin, "/admin promo spring trainings 3 10 until 2099-03-31", "The promo code is made").await;
        assert!(text(&made).contains("?start=promo_SPRING"), "{made}");
        world.drained().await;
        let code = world.service.get("/promocodes/SPRING").await;
        for (field, value) in [("type", json!("trainings")), ("value", json!(3)), ("max_uses", json!(10)), ("current_uses", json!(0))] {
            assert_eq!(code[field], value, "{field}");
        }
        assert!(code["expires_at"].as_str().unwrap().starts_with("2099-0"), "{code}");
        admin.skip_messages().await.unwrap();
        ask(&admin, "/admin promo SPRING trainings 4", "There is another code of this name").await;
        ask(&admin, "/admin promo month free_month 1", "The promo code is made").await;
        ask(&admin, "/admin promo pack credits 20", "The promo code is made").await;
        for (wrong, why) in [
            ("/admin promo", "Something is missing"),
            ("/admin promo x trainings", "Something is missing"),
            ("/admin promo x trainings many", "a whole number from 1 to"),
            ("/admin promo x trainings 0", "a whole number from 1 to"),
            ("/admin promo x cars 1", "not “cars”"),
            ("/admin promo x trainings 1 until tomorrow", "no day from today on"),
            ("/admin promo x trainings 1 5 until 2020-01-01", "no day from today on"),
            ("/admin end", "Something is missing"),
            ("/admin end NOPE", "There is no code"),
            ("/admin nonsense", "For administrators"),
        ] {
            ask(&admin, wrong, why).await;
        }
        let user = world.newcomer("Redeemer", "en").await;
        ask(&user, "/promo spring", "3 free trainings").await;
        admin.press(&help, "🎟 Promo codes").await.unwrap();
        let list = admin.wait_for_message("3 promo codes").await.unwrap();
        assert!(text(&list).contains("SPRING: 3 free trainings · used: 1 of 10 · until 31 March 2099"), "{list}");
        ask(&admin, "/admin end spring", "Nobody can redeem").await;
        let other = world.newcomer("Late", "en").await;
        ask(&other, "/promo SPRING", "has expired").await;
        assert_eq!(world.service.holdings(user.id).await, [held("free_trainings", Some(3))]);
        world.verified().await;
    }

    async fn users_are_found_given_and_refunded(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Zoë <b>", "en").await;
        let (charge, _) = buy(&user, FIVE).await;
        for _ in 0..3 {
            user.send("/train").await.unwrap();
            EN.ask(&user, 1).await;
            user.send("/cancel").await.unwrap();
            user.wait_for_message("is cancelled").await.unwrap();
        }
        for query in [user.id.to_string(), "Zoë".to_owned()] {
            let found = ask(&admin, &format!("/admin user {query}"), "Zoë <b>").await;
            let said = text(&found);
            assert!(said.contains(&charge) && said.contains("2 credits"), "{said}");
        }
        ask(&admin, "/admin user nobody-of-this-name", "Nobody is found").await;

        let thrice = json!({"update": "message", "fault": "duplicate", "copies": 3});
        world.telegram.fail_deliveries(thrice).await.unwrap();
        ask(&admin, &format!("/admin grant {} 7", user.id), "7 free trainings").await;
        world.drained().await;
        user.wait_for_message("7 free trainings").await.unwrap();
        assert_eq!(world.service.holdings(user.id).await, [held("credits", Some(2)), held("free_trainings", Some(7))]);
        ask(&admin, "/admin grant 424242 7", "There is no user").await;
        ask(&admin, &format!("/admin grant {} 1001", user.id), "a whole number from 1 to").await;

        // Too much was used for the user to take it back, but not for an administrator.
        ask(&admin, &format!("/admin refund {} nonsense", user.id), "has not made the payment").await;
        world.telegram.fail_deliveries(json!({"update": "message", "fault": "duplicate", "copies": 3})).await.unwrap();
        admin.skip_messages().await.unwrap();
        admin.send(&format!("/admin refund {} {charge}", user.id)).await.unwrap();
        user.wait_for_message("150 ⭐ are given back").await.unwrap();
        world.verified().await;
        assert_eq!(world.told(&user, "150 ⭐ are given back").await, 1);
        assert_eq!(world.service.holdings(user.id).await, [held("free_trainings", Some(7))]);
        assert_eq!(world.stars().await.len(), 2);
        ask(&admin, &format!("/admin refund {} {charge}", user.id), "was given back on").await;
        world.verified().await;
    }

    async fn the_figures_are_a_picture(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Payer", "en").await;
        buy(&user, FIVE).await;
        buy(&user, MONTH).await;
        EN.train(&user).await;
        let figures = ask(&admin, "/admin figures", "Today, in UTC").await;
        assert!(figures["photo"].is_array(), "{figures}");
        let said = text(&figures);
        for part in ["New users: 2", "Trainings: 1", "Stars: 650 ⭐ taken, 0 ⭐ given back", "Active subscriptions: 1"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        world.verified().await;
    }

    /// What Telegram and the service say of each other, where they differ.
    async fn the_books_report_what_does_not_match(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Odd", "en").await;
        let (charge, _) = buy(&user, FIVE).await;
        let refund = format!("/users/{}/payments/telegram_stars/{charge}/refund", user.id);
        world.service.call(reqwest::Method::POST, &refund, None).await;
        let invented = json!({
            "provider": "telegram_stars", "charge_id": "invented", "tariff": "credits_5", "amount": 150,
            "currency": "XTR", "bot_name": "spin_bot",
        });
        let path = format!("/users/{}/payments", user.id);
        world.service.call(reqwest::Method::POST, &path, Some(invented)).await;
        let help = ask(&admin, "/admin", "For administrators").await;
        admin.press(&help, "⭐ Star transactions").await.unwrap();
        let report = admin.wait_for_message("one transaction").await.unwrap();
        let said = text(&report);
        let (refunded, unknown) = said.split_once("unknown to Telegram").unwrap();
        assert!(refunded.contains("has not given it back") && refunded.contains(&charge), "{said}");
        assert!(unknown.contains("invented"), "{said}");
        world.verified().await;
    }

    /// What stands in a command leads nowhere else: once, this erased the user.
    async fn a_code_is_no_path(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        let user = world.newcomer("Victim", "en").await;
        for code in [format!(r"..\users\{}", user.id), format!("../users/{}", user.id), "..".to_owned()] {
            ask(&admin, &format!("/admin end {code}"), "There is no code").await;
        }
        assert!(world.service.exists(user.id).await);
        world.verified().await;
    }

    /// Without a chat with the administrator, what they should know stands in the log alone.
    async fn an_absent_administrator_stops_nothing(engine) {
        let world = plan(engine).start().await.stocked().await;
        let user = world.newcomer("Alone", "en").await;
        world.telegram.channel("spin_channel", false).await.unwrap();
        ask(&user, "/free", "not your fault").await;
        let link = link(&user, FIVE).await;
        assert_eq!(user.pay(&link).await.unwrap()["status"], "paid");
        world.verified().await;
    }
}
