//! Promo codes.

use crate::support::{Answer, TestApp};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const CODES: &str = "/v1/promocodes";

async fn create(app: &TestApp, body: Value) -> Value {
    app.operator().post(CODES, body).await.expect(201)
}

async fn redeem(app: &TestApp, telegram_id: i64, code: &str) -> Answer {
    let path = format!("/v1/users/{telegram_id}/promocodes/{code}/redeem");
    app.spin().post(&path, json!({})).await
}

both! {
    async fn a_code_is_kept_in_upper_case_and_found_in_any(app) {
        let operator = app.operator();
        let hello = create(&app, json!({"code": "Привет-2024", "type": "trainings", "value": 5})).await;
        assert_eq!(hello, json!({"code": "ПРИВЕТ-2024", "type": "trainings", "value": 5,
            "max_uses": null, "current_uses": 0, "expires_at": null,
            "created_at": "2026-11-22T12:00:00.000000Z"}));
        let exists = json!({"code": "привет-2024", "type": "credits", "value": 1});
        operator.post(CODES, exists).await.expect_problem(409, "promocode_exists");
        assert_eq!(operator.get("/v1/promocodes/привет-2024").await.expect(200), hello);
        operator.get("/v1/promocodes/bye").await.expect_problem(404, "promocode_not_found");
        app.user(7).await;
        assert_eq!(redeem(&app, 7, "пРИВЕТ-2024").await.expect(200)["code"], "ПРИВЕТ-2024");
        redeem(&app, 7, "ПРИВЕТ-2024").await.expect_problem(409, "promocode_already_used");
        assert_eq!(operator.get("/v1/promocodes/Привет-2024").await.expect(200)["current_uses"], 1);
    }

    async fn each_type_gives_what_it_says(app) {
        app.user(7).await;
        for (code, kind, value) in [("T", "trainings", 5), ("C", "credits", 9), ("M", "free_month", 3)] {
            create(&app, json!({"code": code, "type": kind, "value": value})).await;
        }
        let given = redeem(&app, 7, "t").await.expect(200);
        let now = "2026-11-22T12:00:00.000000Z";
        assert_eq!(given, json!({"code": "T", "type": "trainings", "value": 5, "subscription": null,
            "free_trainings": {"telegram_id": 7, "id": given["free_trainings"]["id"],
                "trainings_left": 5, "trainings_total": 5, "source": "promocode", "reference": "T",
                "created_at": now, "updated_at": now}}));
        let given = redeem(&app, 7, "c").await.expect(200);
        assert_eq!(given, json!({"code": "C", "type": "credits", "value": 9, "free_trainings": null,
            "subscription": {"telegram_id": 7, "id": given["subscription"]["id"],
                "subscription_type": "credits", "start_date": now, "end_date": null,
                "is_active": true, "auto_renew": false, "credits_total": 9, "credits_left": 9,
                "created_at": now, "updated_at": now}}));
        // A free month follows the plan that runs.
        let year = json!({"subscription_type": "year"});
        app.spin().post("/v1/users/7/subscriptions", year).await.expect(201);
        let month = &redeem(&app, 7, "m").await.expect(200)["subscription"];
        assert_eq!((&month["start_date"], &month["end_date"], &month["subscription_type"]),
            (&json!("2027-11-22T12:00:00.000000Z"), &json!("2027-12-22T12:00:00.000000Z"), &json!("month")));
        let held = app.spin().get("/v1/users/7/export").await.expect(200);
        assert_eq!((held["subscriptions"].as_array().unwrap().len(), &held["promocodes"]),
            (3, &json!([{"code": "C", "used_at": now}, {"code": "M", "used_at": now}, {"code": "T", "used_at": now}])));
    }

    /// Not found, expired, exhausted, already used: what is first in this order is said.
    async fn the_checks_come_in_their_order(app) {
        let soon = "2026-11-22T12:00:01Z";
        create(&app, json!({"code": "ALL", "type": "credits", "value": 1, "max_uses": 1, "expires_at": soon})).await;
        create(&app, json!({"code": "FULL", "type": "credits", "value": 1, "max_uses": 1})).await;
        create(&app, json!({"code": "USED", "type": "credits", "value": 1, "max_uses": 2, "expires_at": soon})).await;
        create(&app, json!({"code": "PAST", "type": "credits", "value": 1, "expires_at": "2020-01-01T00:00:00Z"})).await;
        redeem(&app, 7, "FULL").await.expect_problem(404, "user_not_found");
        app.user(7).await;
        app.user(8).await;
        for code in ["ALL", "FULL", "USED"] {
            redeem(&app, 7, code).await.expect(200);
        }
        for (telegram_id, code, status, problem) in [
            (7, "NONE", 404, "promocode_not_found"),
            (7, "PAST", 410, "promocode_expired"),
            (7, "ALL", 409, "promocode_exhausted"),
            (7, "FULL", 409, "promocode_exhausted"),
            (8, "FULL", 409, "promocode_exhausted"),
            (7, "USED", 409, "promocode_already_used"),
        ] {
            redeem(&app, telegram_id, code).await.expect_problem(status, problem);
        }
        app.pass(1);
        for (telegram_id, code) in [(7, "ALL"), (8, "ALL"), (7, "USED"), (8, "USED")] {
            redeem(&app, telegram_id, code).await.expect_problem(410, "promocode_expired");
        }
        let held = app.spin().get("/v1/users/8/export").await.expect(200);
        assert_eq!((&held["subscriptions"], &held["promocodes"]), (&json!([]), &json!([])));
    }

    async fn a_code_of_100_uses_is_redeemed_by_100_of_200_users_at_once(app) {
        create(&app, json!({"code": "RUSH", "type": "credits", "value": 3, "max_uses": 100})).await;
        for telegram_id in 1..=200 {
            app.spin().put(&format!("/v1/users/{telegram_id}"), json!({})).await.expect(201);
        }
        let answers = (1..=200).map(|telegram_id| {
            let (spin, path) = (app.spin(), format!("/v1/users/{telegram_id}/promocodes/rush/redeem"));
            async move { (telegram_id, spin.post(&path, json!({})).await) }
        });
        let answers = answers.collect::<JoinSet<_>>().join_all().await;
        let mut winners = 0;
        for (telegram_id, answer) in answers {
            let access = app.spin().get(&format!("/v1/users/{telegram_id}/access")).await.expect(200);
            if answer.status == 200 {
                winners += 1;
                assert_eq!(access["details"], json!({"credits_left": 3}));
            } else {
                answer.expect_problem(409, "promocode_exhausted");
                assert_eq!(access["has_access"], false);
            }
        }
        assert_eq!(winners, 100);
        assert_eq!(app.operator().get("/v1/promocodes/RUSH").await.expect(200)["current_uses"], 100);
    }

    async fn one_user_who_redeems_20_times_at_once_gets_it_once(app) {
        create(&app, json!({"code": "RUSH", "type": "trainings", "value": 3, "max_uses": 10})).await;
        app.user(7).await;
        let answers = (0..20).map(|_| {
            let spin = app.spin();
            async move { spin.post("/v1/users/7/promocodes/rush/redeem", json!({})).await }
        });
        let answers = answers.collect::<JoinSet<_>>().join_all().await;
        let redeemed = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(redeemed, 1);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            answer.expect_problem(409, "promocode_already_used");
        }
        assert_eq!(app.operator().get("/v1/promocodes/RUSH").await.expect(200)["current_uses"], 1);
        let access = app.spin().get("/v1/users/7/access").await.expect(200);
        assert_eq!(access["details"]["trainings_left"], 3);
    }

    async fn ending_a_code_keeps_it_and_its_usage(app) {
        let operator = app.operator();
        create(&app, json!({"code": "A", "type": "credits", "value": 1})).await;
        app.user(7).await;
        app.user(8).await;
        redeem(&app, 7, "A").await.expect(200);
        app.pass(60);
        operator.delete("/v1/promocodes/a").await.expect(204);
        redeem(&app, 8, "A").await.expect_problem(410, "promocode_expired");
        let ended = operator.get("/v1/promocodes/A").await.expect(200);
        assert_eq!((&ended["current_uses"], &ended["expires_at"]),
            (&json!(1), &json!("2026-11-22T12:01:00.000000Z")));
        // Ended again later, it ended when it did.
        app.pass(60);
        operator.delete("/v1/promocodes/a").await.expect(204);
        assert_eq!(operator.get("/v1/promocodes/A").await.expect(200), ended);
        // One that would have ended later ends now as well.
        let later = json!({"code": "B", "type": "credits", "value": 1, "expires_at": "2030-01-01T00:00:00Z"});
        create(&app, later).await;
        operator.delete("/v1/promocodes/b").await.expect(204);
        redeem(&app, 8, "B").await.expect_problem(410, "promocode_expired");
        let anew = json!({"code": "A", "type": "credits", "value": 1});
        operator.post(CODES, anew).await.expect_problem(409, "promocode_exists");
        operator.delete("/v1/promocodes/c").await.expect_problem(404, "promocode_not_found");
        assert_eq!(app.spin().get("/v1/users/7/access").await.expect(200)["has_access"], true);
    }

    async fn codes_are_listed_by_name_in_pages(app) {
        for code in ["b", "a", "я", "_", "ab"] {
            create(&app, json!({"code": code, "type": "free_month", "value": 1})).await;
        }
        let (mut codes, mut path) = (Vec::new(), format!("{CODES}?limit=2"));
        loop {
            let page = app.operator().get(&path).await.expect(200);
            codes.extend(page["items"].as_array().unwrap().iter().map(|code| code["code"].clone()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("{CODES}?limit=2&cursor={cursor}");
        }
        assert_eq!(json!(codes), json!(["A", "AB", "B", "_", "Я"]));
    }

    async fn a_code_that_cannot_be_is_refused(app) {
        for (code, kind, value, max_uses, field) in [
            ("", "credits", 1, json!(1), "code"),
            ("A B", "credits", 1, json!(1), "code"),
            ("ABCDEFGHIJ_ABCDEFGHIJ_ABCDEFGHIJ_ABCDEFGHIJ_1234567", "credits", 1, json!(1), "code"),
            ("A", "weeks", 1, json!(1), "type"),
            ("A", "credits", 0, json!(1), "value"),
            ("A", "credits", 100_001, json!(1), "value"),
            ("A", "trainings", 1_001, json!(1), "value"),
            ("A", "credits", 1, json!(0), "max_uses"),
        ] {
            let body = json!({"code": code, "type": kind, "value": value, "max_uses": max_uses});
            let problem = app.operator().post(CODES, body).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        assert_eq!(app.operator().get(CODES).await.expect(200)["items"], json!([]));
    }
}
