//! What is free: promo codes, the channel, invitations.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use telegram_sim::User;

use crate::support::World;
use crate::support::shop::{CHANNEL, held, open};
use crate::support::trainee::{EN, buttons, text};

async fn create(world: &World, code: Value) {
    world.service.call(Method::POST, "/promocodes", Some(code)).await;
}

async fn said(user: &User, command: &str, part: &str) -> Value {
    user.send(command).await.unwrap();
    user.wait_for_message(part).await.unwrap()
}

async fn train_once(user: &User) {
    user.send("/train").await.unwrap();
    for question in 1..=5 {
        EN.ask(user, question).await;
    }
    user.send("/finish").await.unwrap();
    user.wait_for_message("Training finished").await.unwrap();
}

both! {
    async fn codes_are_redeemed_and_refused(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Coupon", "en").await;
        for code in [
            json!({"code": "THREE", "type": "trainings", "value": 3}),
            json!({"code": "MONTH", "type": "free_month", "value": 1}),
            json!({"code": "TEN", "type": "credits", "value": 10}),
            json!({"code": "OLD", "type": "trainings", "value": 3, "expires_at": "2026-01-01T00:00:00Z"}),
            json!({"code": "ONE", "type": "trainings", "value": 1, "max_uses": 1}),
        ] {
            create(&world, code).await;
        }
        said(&user, "/promo", "write the code after the command").await;
        said(&user, "/promo three", "You have got: 3 free trainings").await;
        said(&user, "/promo THREE", "have used this code already").await;
        said(&user, "/promo MONTH", "a month plan").await;
        said(&user, "/promo TEN", "10 credits").await;
        said(&user, "/promo old", "has expired").await;
        for unknown in [".", "..", r"..\..\1002\promocodes\three", "../../1002/promocodes/three", "%2e%2e", "NOPE", "with space", "a/b?c#d", "ы", &"x".repeat(51), &"я".repeat(50)] {
            said(&user, &format!("/promo {unknown}"), "don't know this code").await;
        }
        let other = world.newcomer("Other", "en").await;
        said(&other, "/promo ONE", "one free training").await;
        said(&user, "/promo ONE", "as often as it can be").await;
        let kinds: Vec<_> = world.service.holdings(user.id).await;
        assert_eq!(kinds, [held("subscription", None), held("credits", Some(10)), held("free_trainings", Some(3))]);
        world.verified().await;
    }

    async fn a_link_redeems_its_code_once(engine) {
        let world = open(engine).await;
        create(&world, json!({"code": "WELCOME", "type": "trainings", "value": 2})).await;
        let user = world.telegram.user("Linked", "en").await.unwrap();
        let fault = json!({"update": "message", "fault": "duplicate", "copies": 4});
        world.telegram.fail_deliveries(fault).await.unwrap();
        user.start("promo_WELCOME").await.unwrap();
        user.wait_for_message("Here you practise").await.unwrap();
        user.wait_for_message("You have got: 2 free trainings").await.unwrap();
        world.verified().await;
        assert_eq!(world.service.holdings(user.id).await, [held("free_trainings", Some(2))]);
        user.start("promo_NOPE").await.unwrap();
        user.wait_for_message("don't know this code").await.unwrap();
        world.verified().await;
    }

    async fn of_200_at_once_100_get_the_code(engine) {
        let world = open(engine).await;
        create(&world, json!({"code": "RUSH", "type": "trainings", "value": 1, "max_uses": 100})).await;
        let mut users = Vec::new();
        for number in 0..200 {
            let user = world.telegram.user(&format!("R{number}"), "en").await.unwrap();
            user.start("").await.unwrap();
            users.push(user);
        }
        world.drained().await;
        join_all(users.iter().map(|user| async { user.send("/promo RUSH").await.unwrap() })).await;
        world.verified().await;
        let code = world.service.get("/promocodes/RUSH").await;
        assert_eq!(code["current_uses"], 100);
        let mut redeemed = 0;
        for user in &users {
            let holdings = world.service.holdings(user.id).await;
            assert!(holdings.len() <= 1, "{holdings:?}");
            redeemed += holdings.len();
            let told = user.wait_for(|message| text(message).contains("code") || text(message).contains("got")).await.unwrap();
            assert_eq!(text(&told).contains("You have got"), !holdings.is_empty(), "{told}");
        }
        assert_eq!(redeemed, 100);
    }

    async fn the_channel_counts_once_ever(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Member", "en").await;
        let join = said(&user, "/free", "Join @spin_channel and get 2 free trainings").await;
        assert_eq!(buttons(&join), ["Open the channel", "✅ I have joined"]);
        user.press(&join, "✅ I have joined").await.unwrap();
        user.wait_for_message("Join @spin_channel").await.unwrap();
        let path = format!("/sim/channels/{CHANNEL}/members/{}", user.id);
        for (status, is_in) in [
            ("restricted", false), ("restricted", true), ("left", false), ("kicked", false),
            ("member", true), ("administrator", true), ("creator", true),
        ] {
            let membership = json!({"status": status, "is_member": is_in});
            world.telegram.put(&path, membership).await.unwrap();
            user.press(&join, "✅ I have joined").await.unwrap();
            let answer = match (is_in, status) {
                (true, "restricted") => "Thank you for joining",
                (true, _) => "already: it is given once",
                (false, _) => "Join @spin_channel",
            };
            user.wait_for_message(answer).await.unwrap();
        }
        assert_eq!(world.service.holdings(user.id).await, [held("free_trainings", Some(2))]);
        world.verified().await;
    }

    async fn a_bot_that_may_not_look_tells_its_administrator(engine) {
        let world = open(engine).await;
        let admin = world.admin().await;
        world.telegram.channel(CHANNEL.trim_start_matches('@'), false).await.unwrap();
        let user = world.newcomer("Patient", "en").await;
        user.set_member(CHANNEL, "member").await.unwrap();
        for _ in 0..3 {
            said(&user, "/free", "not your fault").await;
        }
        admin.wait_for_message("must be an administrator of the channel").await.unwrap();
        assert_eq!(world.told(&admin, "must be an administrator of the channel").await, 1);
        world.telegram.channel(CHANNEL.trim_start_matches('@'), true).await.unwrap();
        said(&user, "/free", "Thank you for joining").await;
        world.verified().await;
    }

    async fn an_invitation_rewards_both_once(engine) {
        let world = open(engine).await;
        let host = world.newcomer("Host", "en").await;
        let link = said(&host, "/referral", "t.me/").await;
        let (_, payload) = text(&link).split_once("?start=").unwrap();
        let payload = payload.split_whitespace().next().unwrap();
        assert_eq!(payload, format!("ref_{}", host.id));
        // Oneself is nobody to invite.
        host.start(payload).await.unwrap();
        host.wait_for_message("Here you practise").await.unwrap();

        let guest = world.telegram.user("Guest", "en").await.unwrap();
        guest.start(payload).await.unwrap();
        guest.wait_for_message("Here you practise").await.unwrap();
        world.service.give_trainings(guest.id).await;
        let fault = json!({"update": "message", "fault": "duplicate", "copies": 3, "times": 8});
        world.telegram.fail_deliveries(fault).await.unwrap();
        train_once(&guest).await;
        host.wait_for_message("a free training for you").await.unwrap();
        guest.wait_for_message("a free training for you").await.unwrap();
        assert_eq!(world.service.holdings(host.id).await, [held("free_trainings", Some(1))]);
        assert_eq!(world.service.holdings(guest.id).await.len(), 2);

        train_once(&guest).await;
        // Who has trained already is no newcomer, whoever invites.
        let second = world.newcomer("Second", "en").await;
        guest.start(&format!("ref_{}", second.id)).await.unwrap();
        guest.wait_for_message("Here you practise").await.unwrap();
        train_once(&guest).await;
        world.verified().await;
        assert_eq!(world.service.holdings(host.id).await, [held("free_trainings", Some(1))]);
        assert_eq!(world.service.holdings(second.id).await, []);
    }

    /// The bot ends between the training and the reward, which comes with the next delivery.
    async fn a_reward_that_was_cut_off_comes_later(engine) {
        let mut world = open(engine).await;
        let (host, guest) = (world.newcomer("Host", "en").await, world.telegram.user("Guest", "en").await.unwrap());
        guest.start(&format!("ref_{}", host.id)).await.unwrap();
        guest.wait_for_message("Here you practise").await.unwrap();
        world.service.give_trainings(guest.id).await;
        guest.send("/train").await.unwrap();
        for question in 1..=5 {
            EN.ask(&guest, question).await;
        }
        // The report cannot be sent, so nothing after it is done.
        let away = json!({"method": "sendMessage", "fault": "connection_lost", "times": 100_000});
        world.telegram.fail_calls(away).await.unwrap();
        guest.send("/finish").await.unwrap();
        while world.service.trainings(guest.id).await.is_empty() {}
        assert_eq!(world.service.holdings(host.id).await, []);
        world.kill_and_start_bot().await;
        world.telegram.clear_faults().await.unwrap();
        guest.wait_for_message("Training finished").await.unwrap();
        world.verified().await;
        assert_eq!(world.service.holdings(host.id).await, [held("free_trainings", Some(1))]);
    }

    /// Telegram's ways of saying that it has never seen somebody in the channel.
    async fn who_was_never_in_the_channel_is_no_member(engine) {
        let world = open(engine).await;
        let user = world.newcomer("Stranger", "en").await;
        for words in ["PARTICIPANT_ID_INVALID", "member not found", "user not found"] {
            let unknown = json!({
                "method": "getChatMember", "fault": "error", "code": 400,
                "description": format!("Bad Request: {words}"),
            });
            world.telegram.fail_calls(unknown).await.unwrap();
            said(&user, "/free", "Join @spin_channel").await;
        }
        world.verified().await;
    }

    async fn an_invited_newcomers_buttons_act(engine) {
        let world = open(engine).await;
        let host = world.newcomer("Host", "en").await;
        let guest = world.telegram.user("Guest", "en").await.unwrap();
        guest.start(&format!("ref_{}", host.id)).await.unwrap();
        let hello = guest.wait_for_message("Here you practise").await.unwrap();
        guest.press(&hello, "▶️ Start a training").await.unwrap();
        guest.wait_for_message("You have no training left").await.unwrap();
        world.verified().await;
    }

    async fn nobody_is_invited_by_somebody_invented(engine) {
        let world = open(engine).await;
        let guest = world.telegram.user("Guest", "en").await.unwrap();
        guest.start("ref_777777777").await.unwrap();
        guest.wait_for_message("Here you practise").await.unwrap();
        world.service.give_trainings(guest.id).await;
        train_once(&guest).await;
        world.verified().await;
        assert_eq!(world.service.holdings(guest.id).await.len(), 1);
    }

    async fn the_host_is_told_in_their_language(engine) {
        let world = open(engine).await;
        let host = world.newcomer("Хозяин", "ru").await;
        let guest = world.telegram.user("Guest", "en").await.unwrap();
        guest.start(&format!("ref_{}", host.id)).await.unwrap();
        guest.wait_for_message("Here you practise").await.unwrap();
        world.service.give_trainings(guest.id).await;
        train_once(&guest).await;
        host.wait_for_message("Ваш приглашённый завершил первую тренировку").await.unwrap();
        world.verified().await;
    }

    async fn others_links_and_strange_ones_keep_nobody_out(engine) {
        let world = open(engine).await;
        for payload in ["ref_0", "ref_-5", "ref_x", "ref_99999999999999999999", "promo_", "ref_", "nonsense"] {
            let user = world.telegram.user("Strange", "en").await.unwrap();
            user.start(payload).await.unwrap();
            user.wait_for_message("Here you practise").await.unwrap();
        }
        world.verified().await;
    }
}
