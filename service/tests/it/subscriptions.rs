//! Month and year plans, credits, and free trainings.

use crate::support::Caller;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const PATH: &str = "/v1/users/7/subscriptions";
const FREE: &str = "/v1/users/7/free-trainings";

fn path(of: &str, grant: &Value, action: &str) -> String {
    format!("{of}/{}/{action}", grant["id"].as_str().unwrap())
}

async fn give(caller: &Caller, kind: &str) -> Value {
    caller.post(PATH, json!({"subscription_type": kind})).await.expect(201)
}

/// Start and end day of every plan of this list, in its order.
fn days(subscriptions: &Value) -> Value {
    let items = subscriptions["items"].as_array().unwrap().iter();
    let day = |time: &Value| time.as_str().map(|time| time[..10].to_owned());
    items.map(|plan| json!([day(&plan["start_date"]), day(&plan["end_date"])])).collect()
}

/// All items of a list, read two at a time.
async fn all_pages(caller: &Caller, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller.get(&format!("{path}limit=2{cursor}")).await.expect(200);
        let found = page["items"].as_array().unwrap();
        assert!(found.len() <= 2);
        items.extend(found.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

both! {
    async fn a_plan_has_its_usual_length_or_the_one_that_was_asked_for(app) {
        let spin = app.spin();
        let month = json!({"subscription_type": "month"});
        spin.post(PATH, month.clone()).await.expect_problem(404, "user_not_found");
        app.user(7).await;
        let plan = spin.post(PATH, month).await.expect(201);
        let now = "2026-11-22T12:00:00.000000Z";
        assert_eq!(plan, json!({"telegram_id": 7, "id": plan["id"], "subscription_type": "month",
            "start_date": now, "end_date": "2026-12-22T12:00:00.000000Z", "is_active": true,
            "auto_renew": false, "credits_total": null, "credits_left": null,
            "created_at": now, "updated_at": now}));
        let credits = json!({"subscription_type": "credits", "credits": 5, "auto_renew": true});
        let plan = spin.post(PATH, credits).await.expect(201);
        assert_eq!(plan, json!({"telegram_id": 7, "id": plan["id"], "subscription_type": "credits",
            "start_date": now, "end_date": null, "is_active": true, "auto_renew": false,
            "credits_total": 5, "credits_left": 5, "created_at": now, "updated_at": now}));
        for (refused, field) in [
            (json!({"subscription_type": "credits"}), "credits"),
            (json!({"subscription_type": "month", "credits": 5}), "credits"),
            (json!({"subscription_type": "year", "credits": 5}), "credits"),
            (json!({"subscription_type": "week"}), "subscription_type"),
            (json!({}), ""),
        ] {
            let problem = spin.post(PATH, refused).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        assert_eq!(spin.get(PATH).await.expect(200)["items"].as_array().unwrap().len(), 2);
    }

    async fn plans_follow_one_another_and_credits_add_up(app) {
        let spin = app.spin();
        app.user(7).await;
        give(&spin, "month").await;
        app.pass_days(10);
        give(&spin, "year").await;
        give(&spin, "month").await;
        spin.post(PATH, json!({"subscription_type": "month", "duration_days": 1})).await.expect(201);
        let of_now = json!({"subscription_type": "credits", "credits": 5, "duration_days": 3});
        spin.post(PATH, of_now).await.expect(201);
        assert_eq!(days(&spin.get(PATH).await.expect(200)), json!([
            ["2028-01-21", "2028-01-22"], ["2027-12-22", "2028-01-21"], ["2026-12-22", "2027-12-22"],
            ["2026-12-02", "2026-12-05"], ["2026-11-22", "2026-12-22"]]));
        // After a pause the next plan starts now.
        app.pass_days(500);
        let plan = give(&spin, "month").await;
        assert_eq!(plan["start_date"], app.now().to_string());
    }

    async fn two_plans_at_once_do_not_overlap(app) {
        app.user(7).await;
        let give = (0..10).map(|_| {
            let spin = app.spin();
            async move { give(&spin, "month").await }
        });
        give.collect::<JoinSet<_>>().join_all().await;
        let plans = days(&app.spin().get(&format!("{PATH}?limit=10")).await.expect(200));
        let plans = plans.as_array().unwrap();
        assert_eq!(plans.len(), 10);
        for pair in plans.windows(2) {
            assert_eq!(pair[0][0], pair[1][1]);
        }
    }

    async fn cancelling_stops_the_renewal_and_resuming_undoes_it(app) {
        let (spin, quiz) = (app.spin(), app.quiz());
        app.user(7).await;
        app.user(8).await;
        let plan = json!({"subscription_type": "month", "auto_renew": true});
        let plan = spin.post(PATH, plan).await.expect(201);
        app.pass(60);
        let cancelled = quiz.post(&path(PATH, &plan, "cancel"), json!({})).await.expect(200);
        let mut expected = plan.clone();
        expected["auto_renew"] = json!(false);
        expected["updated_at"] = json!(app.now().to_string());
        assert_eq!(cancelled, expected, "what is paid stays");
        app.pass(60);
        assert_eq!(spin.post(&path(PATH, &plan, "cancel"), json!({})).await.expect(200), expected);
        assert_eq!(spin.get("/v1/users/7/access").await.expect(200)["has_access"], true);
        let resumed = spin.post(&path(PATH, &plan, "resume"), json!({})).await.expect(200);
        assert_eq!(resumed["auto_renew"], true);

        let credits = json!({"subscription_type": "credits", "credits": 1});
        let credits = spin.post(PATH, credits).await.expect(201);
        spin.post(&path(PATH, &credits, "resume"), json!({})).await
            .expect_problem(409, "subscription_not_renewable");
        app.pass_days(30);
        spin.post(&path(PATH, &plan, "resume"), json!({})).await
            .expect_problem(409, "subscription_not_renewable");
        let ended = spin.post(&path(PATH, &plan, "cancel"), json!({})).await.expect(200);
        assert_eq!((&ended["auto_renew"], &ended["is_active"]), (&json!(false), &json!(false)));

        for action in ["cancel", "resume"] {
            let unknown = json!({"id": "00000000-0000-4000-8000-000000000000"});
            for (of, who) in [(PATH, &unknown), ("/v1/users/8/subscriptions", &plan)] {
                spin.post(&path(of, who, action), json!({})).await
                    .expect_problem(404, "subscription_not_found");
            }
        }
    }

    async fn revoking_ends_a_plan_now_and_moves_later_ones_forward(app) {
        let (spin, operator) = (app.spin(), app.operator());
        app.user(7).await;
        let (first, second) = (give(&spin, "month").await, give(&spin, "month").await);
        give(&spin, "month").await;
        app.pass_days(10);
        spin.post(&path(PATH, &first, "revoke"), json!({})).await.expect_problem(403, "operator_only");

        // The one in the middle had not begun: all of it goes, what runs stays.
        operator.post(&path(PATH, &second, "revoke"), json!({})).await.expect(200);
        let active = format!("{PATH}?active=true");
        assert_eq!(days(&spin.get(&active).await.expect(200)),
            json!([["2026-12-22", "2027-01-21"], ["2026-11-22", "2026-12-22"]]));

        // The one that runs: its rest goes, the next begins now.
        let revoked = operator.post(&path(PATH, &first, "revoke"), json!({})).await.expect(200);
        assert_eq!((&revoked["is_active"], &revoked["end_date"]),
            (&json!(false), &json!(app.now().to_string())));
        assert_eq!(days(&spin.get(&active).await.expect(200)), json!([["2026-12-02", "2027-01-01"]]));
        let access = spin.get("/v1/users/7/access").await.expect(200);
        assert_eq!(access["details"]["days_left"], 30);
        let again = operator.post(&path(PATH, &first, "revoke"), json!({})).await.expect(200);
        assert_eq!(again, revoked);
        spin.post(&path(PATH, &first, "resume"), json!({})).await
            .expect_problem(409, "subscription_not_renewable");
        assert_eq!(days(&spin.get(&active).await.expect(200)), json!([["2026-12-02", "2027-01-01"]]));

        // The next plan follows what is left, not what was revoked.
        assert_eq!(give(&spin, "month").await["start_date"], "2027-01-01T12:00:00.000000Z");
        let credits = json!({"subscription_type": "credits", "credits": 4});
        let credits = spin.post(PATH, credits).await.expect(201);
        let revoked = operator.post(&path(PATH, &credits, "revoke"), json!({})).await.expect(200);
        assert_eq!((&revoked["credits_left"], &revoked["credits_total"], &revoked["is_active"]),
            (&json!(0), &json!(4), &json!(false)));
    }

    async fn what_is_over_cannot_be_taken_away(app) {
        let (spin, operator) = (app.spin(), app.operator());
        app.user(7).await;
        let (first, second) = (give(&spin, "month").await, give(&spin, "month").await);
        app.pass_days(31);
        let revoked = operator.post(&path(PATH, &first, "revoke"), json!({})).await.expect(200);
        assert_eq!(revoked["end_date"], first["end_date"]);
        let access = spin.get("/v1/users/7/access").await.expect(200);
        assert_eq!(access["details"]["end_date"], second["end_date"]);
    }

    async fn a_list_is_read_in_pages_the_latest_start_first(app) {
        let spin = app.spin();
        spin.get(PATH).await.expect_problem(404, "user_not_found");
        app.user(7).await;
        for credits in 1..=5 {
            let body = json!({"subscription_type": "credits", "credits": credits});
            spin.post(PATH, body).await.expect(201);
            // Two of the same time are told apart by their id.
            app.pass(credits % 2);
        }
        spin.post("/v1/users/7/access/consume", json!({})).await.expect(200);
        let read = |items: Vec<Value>| items.iter().map(|s| s["credits_total"].clone()).collect::<Value>();
        assert_eq!(read(all_pages(&spin, &format!("{PATH}?")).await), json!([5, 4, 3, 2, 1]));
        let active = all_pages(&spin, &format!("{PATH}?active=true&")).await;
        assert_eq!(read(active), json!([5, 4, 3, 2]), "the first was used up");
    }

    /// What was revoked is stored as such; what is over or used up is told by looking.
    async fn a_plan_is_active_until_its_end_and_credits_until_the_last(app) {
        let spin = app.spin();
        app.user(7).await;
        let plan = json!({"subscription_type": "month", "duration_days": 1});
        spin.post(PATH, plan).await.expect(201);
        app.pass(1);
        let credits = json!({"subscription_type": "credits", "credits": 2});
        spin.post(PATH, credits).await.expect(201);
        for (seconds, trainings, expected) in [
            (0, 0, [true, true]),
            (86_398, 1, [true, true]), // on the plan
            (1, 0, [true, false]),
            (0, 1, [true, false]),
            (0, 1, [false, false]),
        ] {
            app.pass(seconds);
            for _ in 0..trainings {
                spin.post("/v1/users/7/access/consume", json!({})).await.expect(200);
            }
            let all = all_pages(&spin, &format!("{PATH}?")).await;
            let is_active = |item: &Value| item["is_active"] == true;
            assert_eq!(all.iter().map(is_active).collect::<Vec<_>>(), expected, "{}", app.now());
            let active = all_pages(&spin, &format!("{PATH}?active=true&")).await;
            assert_eq!(active, all.into_iter().filter(is_active).collect::<Vec<_>>());
        }
    }

    /// For reminders, by any bot, over all users.
    async fn what_ends_before_a_time_is_listed_by_its_end(app) {
        let (spin, operator) = (app.spin(), app.operator());
        for (telegram_id, days) in [(1, 5), (2, 3), (3, 3), (4, 7), (5, 2), (6, 1)] {
            app.user(telegram_id).await;
            let body = json!({"subscription_type": "month", "duration_days": days});
            let of = format!("/v1/users/{telegram_id}/subscriptions");
            let plan = spin.post(&of, body).await.expect(201);
            let credits = json!({"subscription_type": "credits", "credits": 1});
            spin.post(&of, credits).await.expect(201);
            if telegram_id == 5 {
                operator.post(&path(&of, &plan, "revoke"), json!({})).await.expect(200);
            }
        }
        app.pass_days(1);
        let users = |items: Vec<Value>| items.iter().map(|s| s["telegram_id"].clone()).collect::<Value>();
        for (before, expected) in [
            ("2026-11-29T12:00:00.000001Z", json!([2, 3, 1, 4])),
            ("2026-11-29T12:00:00Z", json!([2, 3, 1])),
            ("2026-11-28", json!([2, 3, 1])),
            ("2026-11-27", json!([2, 3])),
            ("2026-11-23T12:00:00Z", json!([])),
        ] {
            let path = format!("/v1/subscriptions?ending_before={before}&");
            assert_eq!(users(all_pages(&spin, &path).await), expected, "{before}");
        }
        spin.get("/v1/subscriptions").await.expect_problem(422, "validation_failed");
        spin.get("/v1/subscriptions?ending_before=soon").await.expect_problem(422, "validation_failed");
    }

    async fn a_channel_or_an_invitation_is_rewarded_once_ever(app) {
        let (spin, operator) = (app.spin(), app.operator());
        let channel = json!({"count": 2, "source": "channel", "reference": "@spin"});
        spin.post(FREE, channel.clone()).await.expect_problem(404, "user_not_found");
        app.user(7).await;
        let now = "2026-11-22T12:00:00.000000Z";
        for (source, reference) in [("channel", "@spin"), ("referral", "8")] {
            let body = json!({"count": 2, "source": source, "reference": reference});
            let first = spin.post(FREE, body.clone()).await.expect(201);
            assert_eq!(first, json!({"granted": true, "telegram_id": 7, "id": first["id"],
                "trainings_left": 2, "trainings_total": 2, "source": source, "reference": reference,
                "created_at": now, "updated_at": now}));
            // In another bot, with another number, when it is used up or revoked: it was rewarded.
            spin.post("/v1/users/7/access/consume", json!({})).await.expect(200);
            operator.post(&path(FREE, &first, "revoke"), json!({})).await.expect(200);
            let again = json!({"count": 9, "source": source, "reference": reference});
            let again = app.quiz().post(FREE, again).await.expect(200);
            assert_eq!((&again["granted"], &again["id"], &again["trainings_left"]),
                (&json!(false), &first["id"], &json!(0)));
            // Another one is another reward, and so is this one for another user.
            let other = json!({"count": 1, "source": source, "reference": "other"});
            spin.post(FREE, other).await.expect(201);
            app.user(9).await;
            spin.post("/v1/users/9/free-trainings", body).await.expect(201);
            let missing = json!({"count": 1, "source": source});
            let problem = spin.post(FREE, missing).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], "reference");
            // Nothing else that the user holds matters for the next source.
            let month = json!({"subscription_type": "credits", "credits": 1});
            spin.post(PATH, month).await.expect(201);
            spin.post("/v1/users/7/access/consume", json!({})).await.expect(200);
            spin.post("/v1/users/7/access/consume", json!({})).await.expect(200);
        }
        // What an operator or a campaign gives can be given again.
        for source in ["admin", "promocode"] {
            for _ in 0..2 {
                spin.post(FREE, json!({"count": 1, "source": source, "reference": "x"})).await.expect(201);
            }
        }
    }

    async fn a_channel_rewarded_by_ten_requests_at_once_is_rewarded_once(app) {
        app.user(7).await;
        let answers = (0..10).map(|_| {
            let spin = app.spin();
            let body = json!({"count": 2, "source": "channel", "reference": "@spin"});
            async move { spin.post(FREE, body).await.status.as_u16() }
        });
        let mut answers = answers.collect::<JoinSet<_>>().join_all().await;
        answers.sort_unstable();
        assert_eq!(answers, [vec![200; 9], vec![201]].concat());
        let access = app.spin().get("/v1/users/7/access").await.expect(200);
        assert_eq!(access["details"]["trainings_left"], 2);
    }

    async fn free_trainings_are_listed_newest_first_and_can_be_taken_away(app) {
        let (spin, operator) = (app.spin(), app.operator());
        spin.get(FREE).await.expect_problem(404, "user_not_found");
        app.user(7).await;
        let mut last = Value::Null;
        for count in 1..=5 {
            last = spin.post(FREE, json!({"count": count, "source": "admin"})).await.expect(201);
            app.pass(count % 2);
        }
        let items = all_pages(&spin, &format!("{FREE}?")).await;
        let totals: Value = items.iter().map(|item| item["trainings_total"].clone()).collect();
        assert_eq!(totals, json!([5, 4, 3, 2, 1]));

        spin.post(&path(FREE, &last, "revoke"), json!({})).await.expect_problem(403, "operator_only");
        let revoked = operator.post(&path(FREE, &last, "revoke"), json!({})).await.expect(200);
        assert_eq!((&revoked["trainings_left"], &revoked["trainings_total"]), (&json!(0), &json!(5)));
        let again = operator.post(&path(FREE, &last, "revoke"), json!({})).await.expect(200);
        assert_eq!(again, revoked);
        let access = spin.get("/v1/users/7/access").await.expect(200);
        assert_eq!(access["details"]["trainings_left"], 10);
        let unknown = json!({"id": "00000000-0000-4000-8000-000000000000"});
        operator.post(&path(FREE, &unknown, "revoke"), json!({})).await
            .expect_problem(404, "free_trainings_not_found");
    }
}
