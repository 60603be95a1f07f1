//! Access: what is used and in which order, using it, and giving it back.

use std::collections::BTreeMap;

use crate::support::{Answer, Caller};
use serde_json::{Value, json};
use service::domain::time::Timestamp;
use tokio::task::JoinSet;

const ACCESS: &str = "/v1/users/7/access";
const CONSUME: &str = "/v1/users/7/access/consume";
const SUBSCRIPTIONS: &str = "/v1/users/7/subscriptions";
const FREE: &str = "/v1/users/7/free-trainings";

async fn give(caller: &Caller, kind: &str, more: Value) -> Value {
    let mut body = json!({"subscription_type": kind});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    caller.post(SUBSCRIPTIONS, body).await.expect(201)
}

async fn give_free(caller: &Caller, count: i64, source: &str, reference: Value) -> Value {
    let body = json!({"count": count, "source": source, "reference": reference});
    caller.post(FREE, body).await.expect(201)
}

fn return_of(consumption_id: &str) -> String {
    format!("{ACCESS}/{consumption_id}/return")
}

/// What the user holds, as `[access_type, left]` in the order of use.
async fn held(caller: &Caller) -> Value {
    let access = caller.get(ACCESS).await.expect(200);
    let holdings = access["holdings"].as_array().unwrap().iter();
    holdings.map(|holding| json!([holding["access_type"], holding["left"]])).collect()
}

/// Sends as many requests at once, and gives their answers.
async fn at_once<F>(count: usize, request: impl Fn(usize) -> F) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    (0..count).map(request).collect::<JoinSet<_>>().join_all().await
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status.as_u16() == status).count()
}

both! {
    async fn a_running_plan_is_used_first_then_credits_then_free_trainings(app) {
        let spin = app.spin();
        app.user(7).await;
        let nothing = json!({"has_access": false, "access_type": null, "details": null, "holdings": []});
        assert_eq!(spin.get(ACCESS).await.expect(200), nothing);
        spin.post(CONSUME, json!({})).await.expect_problem(402, "no_access");

        // What is worse is given first, so that it cannot be the order of giving.
        let free = give_free(&spin, 2, "channel", json!("@spin")).await;
        let access = spin.get(ACCESS).await.expect(200);
        assert_eq!(access["details"], json!({"trainings_left": 2, "source": "channel"}));
        let credits = give(&spin, "credits", json!({"credits": 3})).await;
        let access = spin.get(ACCESS).await.expect(200);
        assert_eq!(access["details"], json!({"credits_left": 3}));
        let month = give(&spin, "month", json!({})).await;

        let (start, end) = ("2026-11-22T12:00:00.000000Z", "2026-12-22T12:00:00.000000Z");
        assert_eq!(spin.get(ACCESS).await.expect(200), json!({
            "has_access": true,
            "access_type": "subscription",
            "details": {"subscription_type": "month", "end_date": end, "days_left": 30},
            "holdings": [
                {"id": month["id"], "access_type": "subscription", "subscription_type": "month",
                 "source": null, "start_date": start, "end_date": end, "total": null, "left": null},
                {"id": credits["id"], "access_type": "credits", "subscription_type": "credits",
                 "source": null, "start_date": start, "end_date": null, "total": 3, "left": 3},
                {"id": free["id"], "access_type": "free_trainings", "subscription_type": null,
                 "source": "channel", "start_date": start, "end_date": null, "total": 2, "left": 2},
            ]
        }));

        // The plan costs nothing. When it is over, units are taken one by one.
        for _ in 0..3 {
            let used = spin.post(CONSUME, json!({})).await.expect(200);
            assert_eq!((&used["access_type"], &used["remaining"]), (&json!("subscription"), &json!(null)));
        }
        app.pass_days(30);
        let mut used = Vec::new();
        for _ in 0..5 {
            let unit = spin.post(CONSUME, json!({})).await.expect(200);
            used.push(json!([unit["access_type"], unit["remaining"]]));
        }
        assert_eq!(json!(used), json!([["credits", 2], ["credits", 1], ["credits", 0],
            ["free_trainings", 1], ["free_trainings", 0]]));
        spin.post(CONSUME, json!({})).await.expect_problem(402, "no_access");
        assert_eq!(spin.get(ACCESS).await.expect(200), nothing);
    }

    async fn within_a_kind_what_ends_first_is_used_then_what_is_oldest(app) {
        let spin = app.spin();
        app.user(7).await;
        give(&spin, "credits", json!({"credits": 1})).await;
        app.pass(1);
        give(&spin, "credits", json!({"credits": 2})).await;
        give(&spin, "credits", json!({"credits": 3, "duration_days": 20})).await;
        give(&spin, "credits", json!({"credits": 4, "duration_days": 10})).await;
        give_free(&spin, 5, "admin", json!(null)).await;
        app.pass(1);
        give_free(&spin, 6, "referral", json!("8")).await;
        let order = |n: [i64; 4]| n.map(|left| json!(["credits", left])).to_vec();
        let free = [json!(["free_trainings", 5]), json!(["free_trainings", 6])];
        assert_eq!(held(&spin).await, json!([order([4, 3, 1, 2]), free.to_vec()].concat()));

        // Credits that ended are gone, and what is next is named.
        app.pass_days(10);
        let access = spin.get(ACCESS).await.expect(200);
        assert_eq!(access["details"], json!({"credits_left": 6}));
        for left in [5, 4, 3, 2, 1, 0] {
            let used = spin.post(CONSUME, json!({})).await.expect(200);
            assert_eq!(used["remaining"], left);
        }
        let access = spin.get(ACCESS).await.expect(200);
        assert_eq!(access["details"], json!({"trainings_left": 11, "source": "admin"}));
        for _ in 0..5 {
            spin.post(CONSUME, json!({})).await.expect(200);
        }
        let access = spin.get(ACCESS).await.expect(200);
        assert_eq!(access["details"], json!({"trainings_left": 6, "source": "referral"}));
    }

    async fn a_plan_that_starts_later_is_listed_and_lengthens_what_runs(app) {
        let spin = app.spin();
        app.user(7).await;
        give(&spin, "month", json!({})).await;
        give(&spin, "year", json!({})).await;
        app.pass(1);
        let access = spin.get(ACCESS).await.expect(200);
        assert_eq!(access["details"], json!({"subscription_type": "month",
            "end_date": "2027-12-22T12:00:00.000000Z", "days_left": 394}));
        assert_eq!(access["holdings"].as_array().unwrap().len(), 2);
        app.pass_days(30);
        let access = spin.get(ACCESS).await.expect(200);
        assert_eq!(access["details"]["subscription_type"], "year");
    }

    async fn a_unit_and_the_session_change_together_or_not_at_all(app) {
        let spin = app.spin();
        app.user(7).await;
        give(&spin, "credits", json!({"credits": 2})).await;
        let id = "6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77";
        let request = |version: i64| json!({"consumption_id": id, "if_version": version,
            "session": {"chat_state": "training_active"}, "stats": {"started": 1}});
        let session = "/v1/users/7/sessions/spin_bot";

        spin.post(CONSUME, request(9)).await.expect_problem(412, "version_conflict");
        assert_eq!(held(&spin).await, json!([["credits", 2]]));
        let used = spin.post(CONSUME, request(1)).await.expect(200);
        assert_eq!(used, json!({"consumption_id": id, "access_type": "credits", "remaining": 1, "version": 2}));
        let stored = spin.get(session).await.expect(200);
        assert_eq!((&stored["session"], &stored["stats"]),
            (&json!({"chat_state": "training_active"}), &json!({"started": 1})));

        let back = |version: i64| json!({"session": {"chat_state": "new"}, "if_version": version});
        spin.post(&return_of(id), back(9)).await.expect_problem(412, "version_conflict");
        assert_eq!(held(&spin).await, json!([["credits", 1]]));
        let returned = spin.post(&return_of(id), back(2)).await.expect(200);
        assert_eq!(returned, json!({"consumption_id": id, "access_type": "credits", "returned": true,
            "remaining": 2, "version": 3}));
        let stored = spin.get(session).await.expect(200);
        assert_eq!((&stored["session"], &stored["stats"]),
            (&json!({"chat_state": "new"}), &json!({"started": 1})));

        // An operator says whose session is meant.
        let operator = app.operator();
        operator.post(CONSUME, json!({"session": {}})).await.expect_problem(422, "validation_failed");
        assert_eq!(held(&spin).await, json!([["credits", 2]]));
        let used = operator.post(CONSUME, json!({"session": {}, "bot_name": "spin_bot"})).await;
        assert_eq!(used.expect(200)["version"], 4);
    }

    /// A version alone is a condition; without either it is nobody's session.
    async fn a_unit_can_be_used_without_a_change_of_the_session(app) {
        let (spin, operator) = (app.spin(), app.operator());
        app.user(7).await;
        give(&spin, "credits", json!({"credits": 9})).await;
        for (caller, body, status, version) in [
            (&spin, json!({}), 200, json!(1)),
            (&spin, json!({"if_version": 1}), 200, json!(1)),
            (&spin, json!({"if_version": 2}), 412, json!(null)),
            (&operator, json!({}), 200, json!(null)),
            (&operator, json!({"if_version": 1}), 422, json!(null)),
            (&operator, json!({"if_version": 1, "bot_name": "spin_bot"}), 200, json!(1)),
        ] {
            let used = caller.post(CONSUME, body.clone()).await.expect(status);
            assert_eq!(used["version"], version, "{body}");
        }
        assert_eq!(held(&spin).await, json!([["credits", 5]]));
        assert_eq!(spin.get("/v1/users/7/sessions/spin_bot").await.expect(200)["version"], 1);
    }

    async fn a_consumption_counts_once_and_comes_back_once(app) {
        let spin = app.spin();
        app.user(7).await;
        app.user(8).await;
        give(&spin, "credits", json!({"credits": 2})).await;
        let id = "6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77";
        let first = spin.post(CONSUME, json!({"consumption_id": id})).await.expect(200);
        let again = spin.post(CONSUME, json!({"consumption_id": id})).await.expect(200);
        assert_eq!(first, again);
        assert_eq!(held(&spin).await, json!([["credits", 1]]));

        let others = return_of(id).replace("/7/", "/8/");
        spin.post(&others, json!({})).await.expect_problem(404, "consumption_not_found");
        let unknown = return_of("00000000-0000-4000-8000-000000000000");
        spin.post(&unknown, json!({})).await.expect_problem(404, "consumption_not_found");

        assert_eq!(spin.post(&return_of(id), json!({})).await.expect(200)["returned"], true);
        let late = json!({"session": {"late": true}, "if_version": 1});
        let repeat = spin.post(&return_of(id), late).await.expect(200);
        assert_eq!((&repeat["returned"], &repeat["remaining"]), (&json!(false), &json!(2)));
        let session = spin.get("/v1/users/7/sessions/spin_bot").await.expect(200);
        assert_eq!(session["session"], json!({}));
        spin.post(CONSUME, json!({"consumption_id": id})).await.expect_problem(409, "consumption_returned");
        assert_eq!(held(&spin).await, json!([["credits", 2]]));
    }

    async fn what_was_revoked_does_not_come_back(app) {
        let (spin, operator) = (app.spin(), app.operator());
        app.user(7).await;
        // Of each grant one unit is used, of the free training all that there was.
        for (left, kind) in [(1, "credits"), (0, "credits"), (1, "free"), (0, "free")] {
            let (path, grant) = if kind == "credits" {
                (SUBSCRIPTIONS, give(&spin, "credits", json!({"credits": left + 1})).await)
            } else {
                (FREE, give_free(&spin, left + 1, "admin", json!(null)).await)
            };
            let used = spin.post(CONSUME, json!({})).await.expect(200);
            let revoke = format!("{path}/{}/revoke", grant["id"].as_str().unwrap());
            operator.post(&revoke, json!({})).await.expect(200);
            let path = return_of(used["consumption_id"].as_str().unwrap());
            let returned = spin.post(&path, json!({})).await.expect(200);
            assert_eq!(returned["returned"], false, "{kind} of which {left} were left");
            assert_eq!(held(&spin).await, json!([]), "{kind} of which {left} were left");
        }
    }

    async fn a_training_on_a_plan_comes_back_as_nothing(app) {
        let spin = app.spin();
        app.user(7).await;
        give(&spin, "month", json!({})).await;
        let used = spin.post(CONSUME, json!({})).await.expect(200);
        let path = return_of(used["consumption_id"].as_str().unwrap());
        let returned = spin.post(&path, json!({})).await.expect(200);
        assert_eq!((&returned["returned"], &returned["remaining"]), (&json!(true), &json!(null)));
        assert_eq!(spin.post(&path, json!({})).await.expect(200)["returned"], false);
    }

    /// The caller's id is its own: that an event of the ledger has the same means nothing.
    async fn a_consumption_may_have_the_id_of_another_event(app) {
        let spin = app.spin();
        app.user(7).await;
        give(&spin, "credits", json!({"credits": 2})).await;
        let export = spin.get("/v1/users/7/export").await.expect(200);
        let grant = export["access_events"][0]["id"].clone();
        spin.post(&return_of(grant.as_str().unwrap()), json!({})).await
            .expect_problem(404, "consumption_not_found");
        spin.post(CONSUME, json!({"consumption_id": grant})).await.expect(200);
        assert_eq!(held(&spin).await, json!([["credits", 1]]));
        spin.post(&return_of(grant.as_str().unwrap()), json!({})).await.expect(200);
        assert_eq!(held(&spin).await, json!([["credits", 2]]));
    }

    async fn the_last_credit_is_used_by_one_of_64_clients(app) {
        let spin = app.spin();
        app.user(7).await;
        give(&spin, "credits", json!({"credits": 1})).await;
        let answers = at_once(64, |_| {
            let spin = spin.clone();
            async move { spin.post(CONSUME, json!({})).await }
        }).await;
        assert_eq!((count(&answers, 200), count(&answers, 402)), (1, 63));
        assert_eq!(held(&spin).await, json!([]));
    }

    async fn one_consumption_sent_20_times_at_once_uses_one_unit_and_returns_one(app) {
        let spin = app.spin();
        app.user(7).await;
        give_free(&spin, 30, "admin", json!(null)).await;
        let id = "6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77";
        let answers = at_once(20, |_| {
            let spin = spin.clone();
            async move { spin.post(CONSUME, json!({"consumption_id": id})).await }
        }).await;
        assert_eq!(count(&answers, 200), 20);
        assert_eq!(held(&spin).await, json!([["free_trainings", 29]]));
        let answers = at_once(20, |_| {
            let spin = spin.clone();
            async move { spin.post(&return_of(id), json!({})).await }
        }).await;
        let returned = answers.iter().filter(|answer| answer.json()["returned"] == true).count();
        assert_eq!((count(&answers, 200), returned), (20, 1));
        assert_eq!(held(&spin).await, json!([["free_trainings", 30]]));
    }

    async fn nobody_has_access_who_is_not_known(app) {
        let spin = app.spin();
        spin.get(ACCESS).await.expect_problem(404, "user_not_found");
        spin.post(CONSUME, json!({})).await.expect_problem(404, "user_not_found");
        let path = return_of("6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77");
        spin.post(&path, json!({})).await.expect_problem(404, "user_not_found");
    }

    /// Whatever happens in whatever order: the ledger explains what is left, nothing falls below
    /// zero, and plans follow one another without a gap.
    async fn the_ledger_explains_every_balance(app) {
        let (spin, operator) = (app.spin(), app.operator());
        app.user(7).await;
        for (tariff, kind, days, credits) in
            [("m", "month", json!(3), json!(null)), ("c", "credits", json!(null), json!(3))]
        {
            let body = json!({"title": tariff, "active": true, "subscription_type": kind,
                "duration_days": days, "credits": credits, "prices": []});
            operator.put(&format!("/v1/tariffs/{tariff}"), body).await.expect(200);
        }
        let mut state = 47_u64;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        let (mut holdings, mut consumptions, mut charges) = (vec![], vec![], vec![]);
        for step in 0..300 {
            let answer = match random(12) {
                0 => spin.post(SUBSCRIPTIONS, json!({"subscription_type": "month", "duration_days": 1 + random(3)})).await,
                1 => spin.post(SUBSCRIPTIONS, json!({"subscription_type": "credits", "credits": 1 + random(3)})).await,
                2 => spin.post(FREE, json!({"source": "admin", "count": 1 + random(3)})).await,
                3 => {
                    let tariff = ["m", "c"][random(2)];
                    charges.push(step.to_string());
                    spin.post("/v1/users/7/payments", json!({"provider": "p", "charge_id": step.to_string(),
                        "tariff": tariff, "amount": 1, "currency": "XTR"})).await
                }
                4 if !charges.is_empty() => {
                    let charge = &charges[random(charges.len())];
                    spin.post(&format!("/v1/users/7/payments/p/{charge}/refund"), json!({})).await
                }
                5 if !holdings.is_empty() => {
                    let path: &String = &holdings[random(holdings.len())];
                    operator.post(&format!("{path}/revoke"), json!({})).await
                }
                6 | 7 if !consumptions.is_empty() => {
                    let id: &String = &consumptions[random(consumptions.len())];
                    spin.post(&return_of(id), json!({})).await
                }
                8 => {
                    app.pass(i64::try_from(random(36)).unwrap() * 3_600);
                    spin.get(ACCESS).await
                }
                _ => spin.post(CONSUME, json!({})).await,
            };
            assert!([200, 201, 402].contains(&answer.status.as_u16()), "{step}: {}", answer.text);
            let body = answer.json();
            if let Some(id) = body["consumption_id"].as_str() {
                consumptions.push(id.to_owned());
            } else if let Some(id) = body["id"].as_str() {
                let of = if body["source"].is_null() { SUBSCRIPTIONS } else { FREE };
                holdings.push(format!("{of}/{id}"));
            }
            check_ledger(&spin.get("/v1/users/7/export").await.expect(200), step);
        }
    }
}

both! {
    async fn a_bad_body_is_told_before_an_unknown_user(app) {
        let operator = app.operator();
        let consumption = "6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77";
        for (path, good, bad) in [
            (FREE, json!({"count": 1, "source": "channel", "reference": "@spin"}),
                json!({"count": 1, "source": "channel"})),
            // An operator has to say whose session it is.
            (CONSUME, json!({"session": {}, "bot_name": "spin_bot"}), json!({"session": {}})),
            (&return_of(consumption), json!({"session": {}, "bot_name": "spin_bot"}), json!({"session": {}})),
        ] {
            operator.post(path, bad).await.expect_problem(422, "validation_failed");
            operator.post(path, good).await.expect_problem(404, "user_not_found");
        }
    }
}

fn check_ledger(export: &Value, step: usize) {
    let mut sums = BTreeMap::<&str, i64>::new();
    for event in export["access_events"].as_array().unwrap() {
        *sums.entry(event["holding_id"].as_str().unwrap()).or_default() +=
            event["amount"].as_i64().unwrap();
        assert!(event["remaining"].as_i64().unwrap_or(0) >= 0, "{step}: {event}");
    }
    let time = |value: &Value| Timestamp::parse(value.as_str().unwrap()).unwrap();
    let length = |plan: &Value| time(&plan["end_date"]).seconds_since(time(&plan["start_date"]));
    let subscriptions = export["subscriptions"].as_array().unwrap();
    let free = export["free_trainings"].as_array().unwrap();
    for holding in subscriptions.iter().chain(free) {
        let counted = holding["credits_left"].as_i64().or(holding["trainings_left"].as_i64());
        let left = counted.unwrap_or_else(|| length(holding));
        assert!(left >= 0, "{step}: {holding}");
        assert_eq!(sums.remove(holding["id"].as_str().unwrap()), Some(left), "{step}: {holding}");
    }
    assert_eq!(sums, BTreeMap::new(), "{step}: events of what the user does not hold");

    let is_live_plan = |s: &&Value| s["credits_total"].is_null() && s["is_active"] == true;
    let mut plans: Vec<_> = subscriptions.iter().filter(is_live_plan).collect();
    plans.sort_by_key(|plan| time(&plan["start_date"]));
    if let Some(first) = plans.first() {
        assert!(time(&first["start_date"]) <= time(&export["exported_at"]), "{step}: {first}");
    }
    for pair in plans.windows(2) {
        assert_eq!(pair[0]["end_date"], pair[1]["start_date"], "{step}");
    }
}
