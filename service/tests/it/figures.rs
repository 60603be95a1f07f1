//! What operators see of each day.

use serde_json::{Value, json};

const SHOP: [(&str, &str); 2] = [("XTR", "month"), ("RUB", "ten")];

fn day(date: &str, users: [i64; 3], payments: &Value, refunds: &Value, plans: i64) -> Value {
    let [new_users, active_users, trainings] = users;
    json!({"date": date, "new_users": new_users, "active_users": active_users,
        "trainings": trainings, "payments": payments, "refunds": refunds,
        "active_subscriptions": plans})
}

fn turnover(currency: &str, count: i64, amount: i64) -> Value {
    json!({"currency": currency, "count": count, "amount": amount})
}

both! {
    /// Four days of a shop: Sunday afternoon to Wednesday.
    async fn each_day_shows_what_happened_on_it(app) {
        let (spin, quiz, operator) = (app.spin(), app.quiz(), app.operator());
        for (currency, tariff) in SHOP {
            let credits = if tariff == "ten" { json!(10) } else { json!(null) };
            let kind = if tariff == "ten" { "credits" } else { "month" };
            let body = json!({"title": tariff, "active": true, "subscription_type": kind, "credits": credits,
                "prices": [{"currency": currency, "amount": 100}]});
            operator.put(&format!("/v1/tariffs/{tariff}"), body).await.expect(200);
        }
        let charge = |id: &str, amount: i64, (currency, tariff): (&str, &str)| json!({"provider": "p",
            "charge_id": id, "amount": amount, "currency": currency, "tariff": tariff});
        let training = json!({"total_score": 1, "clarity_level": 1, "question_count": 1, "per_type_counts": {}});

        // Sunday: two write to spin, one of them to quiz as well; a third comes without a session.
        app.user(1).await;
        app.user(2).await;
        quiz.post("/v1/users/2/sessions/quiz_bot/open", json!({})).await.expect(200);
        spin.put("/v1/users/3", json!({})).await.expect(201);
        spin.post("/v1/users/1/payments", charge("a", 100, SHOP[0])).await.expect(201);
        spin.post("/v1/users/1/payments", charge("b", 150, SHOP[0])).await.expect(201);
        quiz.post("/v1/users/2/payments", charge("c", 900, SHOP[1])).await.expect(201);
        // The last second of Sunday, and the first of Monday.
        app.pass(12 * 3_600 - 1);
        spin.post("/v1/users/1/trainings", training.clone()).await.expect(201);
        app.pass(1);
        quiz.post("/v1/users/3/trainings", training.clone()).await.expect(201);
        quiz.post("/v1/users/3/trainings", training).await.expect(201);
        app.pass(1);
        spin.post("/v1/users/1/payments/p/a/refund", json!({})).await.expect(200);
        quiz.post("/v1/users/3/subscriptions", json!({"subscription_type": "month", "duration_days": 1})).await.expect(201);
        app.user(1).await;
        app.user(1).await;
        // Tuesday nobody does anything; Wednesday one is erased.
        app.pass_days(2);
        app.user(4).await;
        spin.delete("/v1/users/2").await.expect(204);

        let none = json!([]);
        let stars = turnover("XTR", 2, 250);
        let expected = json!([
            day("2026-11-22", [2, 1, 1], &json!([turnover("RUB", 1, 900), stars]), &none, 1),
            day("2026-11-23", [0, 2, 2], &none, &json!([turnover("XTR", 1, 100)]), 2),
            day("2026-11-24", [0, 0, 0], &none, &none, 1),
            day("2026-11-25", [1, 1, 0], &none, &none, 1),
        ]);
        let figures = operator.get("/v1/figures?from=2026-11-22&to=2026-11-25").await.expect(200);
        assert_eq!(figures, json!({"items": expected, "next_cursor": null}));

        // One bot's: who came that day and wrote to it, what it sold and what it gave.
        let of_quiz = operator.get("/v1/figures?from=2026-11-22&to=2026-11-23&bot_name=quiz_bot").await;
        assert_eq!(of_quiz.expect(200)["items"], json!([
            day("2026-11-22", [0, 0, 0], &json!([turnover("RUB", 1, 900)]), &none, 0),
            day("2026-11-23", [0, 1, 2], &none, &none, 1),
        ]));
        let of_spin = operator.get("/v1/figures?from=2026-11-22&to=2026-11-22&bot_name=spin_bot").await;
        assert_eq!(of_spin.expect(200)["items"], json!([
            day("2026-11-22", [1, 1, 1], &json!([stars]), &none, 1),
        ]));
    }

    async fn a_plan_of_exactly_a_day_counts_on_that_day(app) {
        app.user(7).await;
        app.pass(12 * 3_600);
        let a_day = json!({"subscription_type": "month", "duration_days": 1});
        let plan = app.spin().post("/v1/users/7/subscriptions", a_day).await.expect(201);
        assert_eq!((&plan["start_date"], &plan["end_date"]),
            (&json!("2026-11-23T00:00:00.000000Z"), &json!("2026-11-24T00:00:00.000000Z")));
        app.pass_days(3);
        let figures = app.operator().get("/v1/figures?from=2026-11-22&to=2026-11-24").await.expect(200);
        let plans: Value = figures["items"].as_array().unwrap().iter().map(|day| day["active_subscriptions"].clone()).collect();
        assert_eq!(plans, json!([0, 1, 0]));
    }

    async fn a_plan_that_ends_right_now_runs_no_more(app) {
        app.user(7).await;
        let a_day = json!({"subscription_type": "month", "duration_days": 1});
        app.spin().post("/v1/users/7/subscriptions", a_day).await.expect(201);
        app.pass_days(1);
        let figures = app.operator().get("/v1/figures?from=2026-11-22&to=2026-11-23").await.expect(200);
        let plans: Value = figures["items"].as_array().unwrap().iter().map(|day| day["active_subscriptions"].clone()).collect();
        assert_eq!(plans, json!([1, 0]));
    }

    async fn the_last_30_days_are_shown_unless_others_are_named(app) {
        let operator = app.operator();
        app.user(1).await;
        let dates = |figures: &Value| {
            let items = figures["items"].as_array().unwrap();
            let of = |day: &Value| day["date"].as_str().unwrap().to_owned();
            (items.len(), of(&items[0]), of(&items[items.len() - 1]))
        };
        for (query, count, first, last) in [
            ("", 30, "2026-10-24", "2026-11-22"),
            ("?to=2026-11-01", 30, "2026-10-03", "2026-11-01"),
            ("?from=2026-11-20", 3, "2026-11-20", "2026-11-22"),
            ("?from=2026-11-20T23:59:59Z&to=2026-11-21T00:00:00Z", 2, "2026-11-20", "2026-11-21"),
            ("?from=2026-01-01&to=2027-01-01", 366, "2026-01-01", "2027-01-01"),
            ("?from=2026-11-30&to=2026-11-30", 1, "2026-11-30", "2026-11-30"),
        ] {
            let figures = operator.get(&format!("/v1/figures{query}")).await.expect(200);
            assert_eq!(dates(&figures), (count, first.to_owned(), last.to_owned()), "{query}");
        }
        for query in [
            "?from=2026-11-22&to=2026-11-21",
            "?from=2026-01-01&to=2027-01-02",
            "?from=yesterday",
            "?from=2026-02-30",
            "?to=9999-12-31&from=9999-12-01",
            "?to=0001-01-01",
            "?bot_name=No",
        ] {
            let refused = operator.get(&format!("/v1/figures{query}")).await;
            refused.expect_problem(422, "validation_failed");
        }
        app.spin().get("/v1/figures").await.expect_problem(403, "operator_only");
    }
}
