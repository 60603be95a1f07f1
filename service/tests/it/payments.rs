//! Tariffs, charges, what they give, and refunds.

use crate::support::TestApp;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const PAYMENTS: &str = "/v1/users/7/payments";
const ACCESS: &str = "/v1/users/7/access";
const CONSUME: &str = "/v1/users/7/access/consume";

/// The tariffs of most stories: a month for 500 stars or 299 roubles, ten credits for 300 stars,
/// and a year that is off sale.
async fn open_shop(app: &TestApp) {
    let prices = json!([{"currency": "XTR", "amount": 500}, {"currency": "RUB", "amount": 29_900}]);
    let stars = |amount: i64| json!([{"currency": "XTR", "amount": amount}]);
    for (tariff, body) in [
        (
            "month",
            json!({"title": "A month", "active": true, "subscription_type": "month", "prices": prices}),
        ),
        (
            "ten",
            json!({"title": "Ten", "active": true, "subscription_type": "credits", "credits": 10, "prices": stars(300)}),
        ),
        (
            "year",
            json!({"title": "A year", "active": false, "subscription_type": "year", "prices": stars(5_000)}),
        ),
    ] {
        app.operator().put(&format!("/v1/tariffs/{tariff}"), body).await.expect(200);
    }
}

fn charge(charge_id: &str, tariff: &str, amount: i64) -> Value {
    json!({"provider": "telegram_stars", "charge_id": charge_id, "tariff": tariff, "amount": amount, "currency": "XTR"})
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn refund(charge_id: &str) -> String {
    format!("{PAYMENTS}/telegram_stars/{charge_id}/refund")
}

/// Start and end day, and the renewal, of the user's plans that are not over, the first one first.
async fn plans(app: &TestApp) -> Value {
    let list = app.spin().get("/v1/users/7/subscriptions?active=true&limit=100").await.expect(200);
    let day = |time: &Value| json!(time.as_str().map(|time| &time[..10]));
    let plan = |s: &Value| json!([day(&s["start_date"]), day(&s["end_date"]), s["auto_renew"]]);
    list["items"].as_array().unwrap().iter().rev().map(plan).collect()
}

both! {
    async fn tariffs_are_put_by_operators_and_seen_by_all(app) {
        let (spin, operator) = (app.spin(), app.operator());
        let month = json!({"title": "A month", "active": true, "subscription_type": "month",
            "prices": [{"currency": "XTR", "amount": 500}]});
        let stored = operator.put("/v1/tariffs/month", month.clone()).await.expect(200);
        assert_eq!(stored, json!({"tariff": "month", "title": "A month", "active": true,
            "subscription_type": "month", "duration_days": 30, "credits": null,
            "prices": [{"currency": "XTR", "amount": 500}]}));
        // As it is shown, it can be put.
        assert_eq!(operator.put("/v1/tariffs/month", stored.clone()).await.expect(200), stored);
        let off = with(with(month.clone(), "active", json!(false)), "duration_days", json!(31));
        let changed = operator.put("/v1/tariffs/month", off).await.expect(200);
        let credits = json!({"title": "Ten", "active": true, "subscription_type": "credits", "credits": 10, "prices": []});
        let credits = operator.put("/v1/tariffs/десять", credits).await.expect(200);
        assert_eq!((&changed["active"], &changed["duration_days"]), (&json!(false), &json!(31)));
        let page = spin.get("/v1/tariffs?limit=1").await.expect(200);
        assert_eq!(page["items"], json!([changed]));
        let cursor = page["next_cursor"].as_str().unwrap();
        let page = spin.get(&format!("/v1/tariffs?cursor={cursor}")).await.expect(200);
        assert_eq!(page, json!({"items": [credits], "next_cursor": null}));

        let price = json!({"currency": "XTR", "amount": 1});
        for (field, wrong) in [
            ("prices", json!([price, price])), ("credits", json!(5)), ("subscription_type", json!("week")),
            ("duration_days", json!(0)), ("prices[0].currency", json!("xtr")), ("prices[0].amount", json!(-1)),
            ("title", json!("")), ("tariff", json!("year")), ("tariff", json!(null)),
        ] {
            let mut body = month.clone();
            match field.strip_prefix("prices[0].") {
                Some(part) => body["prices"][0][part] = wrong,
                None => body[field] = wrong,
            }
            let problem = operator.put("/v1/tariffs/month", body).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        assert_eq!(spin.get("/v1/tariffs?limit=1").await.expect(200)["items"], json!([changed]));
    }

    async fn a_charge_creates_its_user_and_grants_what_was_bought(app) {
        open_shop(&app).await;
        let spin = app.spin();
        spin.get("/v1/users/7").await.expect_problem(404, "user_not_found");
        let body = with(charge("a/1", "month", 500), "metadata", json!({"message": 5}));
        let paid = spin.post(PAYMENTS, body).await.expect(201);
        let now = "2026-11-22T12:00:00.000000Z";
        assert_eq!(paid, json!({"telegram_id": 7, "provider": "telegram_stars", "charge_id": "a/1",
            "amount": 500, "currency": "XTR", "status": "completed", "tariff": "month",
            "description": "A month", "is_recurring": false, "mismatches": [],
            "metadata": {"message": 5}, "bot_name": "spin_bot", "created_at": now, "updated_at": now,
            "grant": {"subscription_id": paid["grant"]["subscription_id"], "left": null, "used": 0}}));
        assert_eq!(spin.get("/v1/users/7").await.expect(200)["registration_date"], now);
        assert_eq!(plans(&app).await, json!([["2026-11-22", "2026-12-22", false]]));
        assert_eq!(spin.get(PAYMENTS).await.expect(200), json!({"items": [paid], "next_cursor": null}));
        // An id is found as it is, whatever is in it.
        let refunded = app.spin().post(&refund("a%2F1"), json!({})).await.expect(200);
        assert_eq!(refunded["status"], "refunded");
    }

    async fn a_known_charge_is_answered_as_the_first_time(app) {
        open_shop(&app).await;
        app.user(7).await;
        for (charge_id, tariff, amount) in [("credits", "ten", 300), ("month", "month", 500), ("odd", "gone", 1)] {
            let body = charge(charge_id, tariff, amount);
            let first = app.spin().post(PAYMENTS, body.clone()).await.expect(201);
            let before = plans(&app).await;
            // Whoever sends it again, whatever else they say, whatever became of it.
            app.pass(60);
            assert_eq!(app.quiz().post(PAYMENTS, charge(charge_id, "year", 1)).await.expect(200), first);
            if charge_id == "credits" {
                app.spin().post(CONSUME, json!({})).await.expect(200);
                assert_eq!(app.spin().post(PAYMENTS, body.clone()).await.expect(200), first);
            }
            assert_eq!(plans(&app).await, before);
            let refunded = app.spin().post(&refund(charge_id), json!({})).await.expect(200);
            let again = app.spin().post(PAYMENTS, body).await.expect(200);
            assert_eq!(again, first, "{charge_id}");
            // It stays refunded.
            let payments = app.spin().get(PAYMENTS).await.expect(200);
            assert_eq!((&payments["items"][0], &refunded["status"]), (&refunded, &json!("refunded")));
        }
        assert_eq!(plans(&app).await, json!([]));
    }

    async fn the_same_charge_ten_times_at_once_grants_once(app) {
        open_shop(&app).await;
        let answers = (0..10).map(|_| {
            let spin = app.spin();
            async move { spin.post(PAYMENTS, charge("a", "ten", 300)).await }
        });
        let answers = answers.collect::<JoinSet<_>>().join_all().await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![200; 9], vec![201]].concat());
        assert!(answers.iter().all(|answer| answer.json() == answers[0].json()));
        let access = app.spin().get(ACCESS).await.expect(200);
        assert_eq!(access["details"], json!({"credits_left": 10}));
    }

    async fn what_does_not_match_the_tariff_is_flagged_and_granted(app) {
        open_shop(&app).await;
        for (charge_id, tariff, amount, currency, mismatches) in [
            ("1", "month", 500, "XTR", json!([])),
            ("2", "month", 29_900, "RUB", json!([])),
            ("3", "month", 499, "XTR", json!(["amount"])),
            ("4", "month", 0, "XTR", json!(["amount"])),
            ("5", "month", 500, "USD", json!(["currency"])),
            ("6", "year", 5_000, "XTR", json!(["tariff_inactive"])),
            ("7", "year", 1, "EUR", json!(["tariff_inactive", "currency"])),
        ] {
            let body = with(charge(charge_id, tariff, amount), "currency", json!(currency));
            let paid = app.spin().post(PAYMENTS, body).await.expect(201);
            assert_eq!((&paid["mismatches"], &paid["status"]), (&mismatches, &json!("completed")));
            assert_eq!((&paid["amount"], &paid["currency"]), (&json!(amount), &json!(currency)));
            assert!(paid["grant"]["subscription_id"].is_string(), "{paid}");
        }
        assert_eq!(plans(&app).await.as_array().unwrap().len(), 7);
        // Nobody knows what an unknown tariff gives; the charge is recorded all the same.
        let paid = app.spin().post(PAYMENTS, charge("8", "lifetime", 9)).await.expect(201);
        assert_eq!((&paid["mismatches"], &paid["grant"], &paid["description"]),
            (&json!(["tariff_unknown"]), &json!(null), &json!(null)));
        assert_eq!(plans(&app).await.as_array().unwrap().len(), 7);
        assert_eq!(app.spin().get(PAYMENTS).await.expect(200)["items"].as_array().unwrap().len(), 8);
    }

    async fn a_renewal_adds_its_days_and_takes_the_renewal_over(app) {
        open_shop(&app).await;
        let recurring = |charge_id| with(charge(charge_id, "month", 500), "is_recurring", json!(true));
        app.spin().post(PAYMENTS, recurring("1")).await.expect(201);
        assert_eq!(plans(&app).await, json!([["2026-11-22", "2026-12-22", true]]));
        // The provider charges a little before the end: nothing that was paid is lost.
        app.pass_days(29);
        app.spin().post(PAYMENTS, recurring("2")).await.expect(201);
        app.spin().post(PAYMENTS, charge("3", "month", 500)).await.expect(201);
        app.spin().post(PAYMENTS, with(charge("4", "ten", 300), "is_recurring", json!(true))).await.expect(201);
        assert_eq!(plans(&app).await, json!([["2026-11-22", "2026-12-22", false], ["2026-12-21", null, false],
            ["2026-12-22", "2027-01-21", true], ["2027-01-21", "2027-02-20", false]]));
    }

    async fn the_providers_date_counts_only_if_it_is_later(app) {
        open_shop(&app).await;
        for (charge_id, tariff, expires_at, end) in [
            ("1", "month", "2026-12-01T00:00:00Z", json!("2026-12-22T12:00:00.000000Z")),
            ("2", "month", "2027-03-01T00:00:00+03:00", json!("2027-02-28T21:00:00.000000Z")),
            ("3", "month", "2000-01-01T00:00:00Z", json!("2027-03-30T21:00:00.000000Z")),
            ("4", "ten", "2027-01-01T00:00:00Z", json!(null)),
        ] {
            let body = with(charge(charge_id, tariff, 500), "expires_at", json!(expires_at));
            let paid = app.spin().post(PAYMENTS, body).await.expect(201);
            let list = app.spin().get("/v1/users/7/subscriptions").await.expect(200);
            let items = list["items"].as_array().unwrap();
            let plan = items.iter().find(|s| s["id"] == paid["grant"]["subscription_id"]).unwrap();
            assert_eq!(plan["end_date"], end, "{charge_id}");
        }
    }

    async fn a_refund_takes_back_what_is_left(app) {
        open_shop(&app).await;
        let spin = app.spin();
        let paid = spin.post(PAYMENTS, charge("a", "ten", 300)).await.expect(201);
        let mut used = Vec::new();
        for _ in 0..3 {
            let unit = spin.post(CONSUME, json!({})).await.expect(200);
            used.push(format!("{ACCESS}/{}/return", unit["consumption_id"].as_str().unwrap()));
        }
        spin.post(&used[0], json!({})).await.expect(200);
        assert_eq!(spin.get(PAYMENTS).await.expect(200)["items"][0]["grant"],
            json!({"subscription_id": paid["grant"]["subscription_id"], "left": 8, "used": 2}));
        app.pass(60);
        let refunded = spin.post(&refund("a"), json!({})).await.expect(200);
        let mut expected = with(paid.clone(), "status", json!("refunded"));
        expected["updated_at"] = json!("2026-11-22T12:01:00.000000Z");
        expected["grant"] = json!({"subscription_id": paid["grant"]["subscription_id"], "left": 0, "used": 2});
        assert_eq!(refunded, expected);
        // A training that is given back later comes back as nothing, and a repeat changes nothing.
        let returned = spin.post(&used[1], json!({})).await.expect(200);
        assert_eq!((&returned["returned"], &returned["remaining"]), (&json!(false), &json!(0)));
        app.pass(60);
        assert_eq!(spin.post(&refund("a"), json!({})).await.expect(200), expected);
        spin.post(CONSUME, json!({})).await.expect_problem(402, "no_access");
    }

    async fn a_refund_ends_its_plan_now_and_moves_later_ones_forward(app) {
        open_shop(&app).await;
        for charge_id in ["a", "b", "c"] {
            app.spin().post(PAYMENTS, charge(charge_id, "month", 500)).await.expect(201);
        }
        app.pass_days(10);
        app.spin().post(&refund("b"), json!({})).await.expect(200);
        assert_eq!(plans(&app).await,
            json!([["2026-11-22", "2026-12-22", false], ["2026-12-22", "2027-01-21", false]]));
        app.spin().post(&refund("a"), json!({})).await.expect(200);
        app.spin().post(&refund("a"), json!({})).await.expect(200);
        assert_eq!(plans(&app).await, json!([["2026-12-02", "2027-01-01", false]]));
        // What has run out already cannot be taken away.
        app.pass_days(40);
        app.spin().post(PAYMENTS, charge("d", "month", 500)).await.expect(201);
        app.spin().post(&refund("c"), json!({})).await.expect(200);
        assert_eq!(plans(&app).await, json!([["2027-01-11", "2027-02-10", false]]));
    }

    async fn a_refund_is_for_the_bot_that_recorded_it_and_for_operators(app) {
        open_shop(&app).await;
        app.user(8).await;
        app.spin().post(PAYMENTS, charge("a", "ten", 300)).await.expect(201);
        app.operator().post(PAYMENTS, charge("b", "ten", 300)).await.expect(201);
        let for_quiz = with(charge("c", "ten", 300), "bot_name", json!("quiz_bot"));
        let paid = app.operator().post(PAYMENTS, for_quiz).await.expect(201);
        assert_eq!(paid["bot_name"], "quiz_bot");
        let foreign = app.quiz().post(&refund("a"), json!({})).await;
        foreign.expect_problem(404, "payment_not_found");
        let missing = app.quiz().post(&refund("nothing"), json!({})).await;
        assert_eq!(foreign.without_request_id(), missing.without_request_id());
        app.quiz().post(&refund("b"), json!({})).await.expect_problem(404, "payment_not_found");
        let of_another = refund("a").replace("/7/", "/8/");
        app.spin().post(&of_another, json!({})).await.expect_problem(404, "payment_not_found");
        let of_nobody = refund("a").replace("/7/", "/9/");
        app.spin().post(&of_nobody, json!({})).await.expect_problem(404, "user_not_found");
        assert_eq!(app.spin().get(ACCESS).await.expect(200)["details"]["credits_left"], 30);
        app.quiz().post(&refund("c"), json!({})).await.expect(200);
        app.operator().post(&refund("a"), json!({})).await.expect(200);
        app.operator().post(&refund("b"), json!({})).await.expect(200);
        assert_eq!(app.spin().get(ACCESS).await.expect(200)["has_access"], false);
        let named = with(charge("d", "ten", 300), "bot_name", json!("quiz_bot"));
        app.spin().post(PAYMENTS, named).await.expect_problem(422, "validation_failed");
    }

    async fn operators_list_payments_by_time_and_bot(app) {
        open_shop(&app).await;
        for (telegram_id, charge_id) in [(9, "a"), (8, "b"), (8, "a"), (8, "c")] {
            let path = format!("/v1/users/{telegram_id}/payments");
            let bot = if charge_id == "b" { app.quiz() } else { app.spin() };
            bot.post(&path, charge(charge_id, "ten", 300)).await.expect(201);
            // The last two come at the same time.
            app.pass_days(i64::from(charge_id != "a" || telegram_id != 8));
        }
        for (query, expected) in [
            ("", json!([[9, "a"], [8, "b"], [8, "a"], [8, "c"]])),
            ("bot_name=spin_bot&", json!([[9, "a"], [8, "a"], [8, "c"]])),
            ("bot_name=quiz_bot&", json!([[8, "b"]])),
            ("bot_name=no_bot&", json!([])),
            ("from=2026-11-23T12:00:00Z&", json!([[8, "b"], [8, "a"], [8, "c"]])),
            ("from=2026-11-24&", json!([[8, "a"], [8, "c"]])),
            ("to=2026-11-23T12:00:00Z&", json!([[9, "a"]])),
            ("from=2026-11-23&to=2026-11-24&", json!([[8, "b"]])),
            ("from=2026-11-24&to=2026-11-23&", json!([])),
        ] {
            let (mut found, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("/v1/payments?{query}limit=1{cursor}");
                let page = app.operator().get(&path).await.expect(200);
                let items = page["items"].as_array().unwrap().iter();
                found.extend(items.map(|p| json!([p["telegram_id"], p["charge_id"]])));
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(json!(found), expected, "{query}");
        }
        let of_user = app.spin().get("/v1/users/8/payments?limit=2").await.expect(200);
        let ids: Value = of_user["items"].as_array().unwrap().iter().map(|p| p["charge_id"].clone()).collect();
        assert_eq!(ids, json!(["c", "a"]));
        app.spin().get("/v1/users/10/payments").await.expect_problem(404, "user_not_found");
    }
}
