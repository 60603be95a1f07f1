//! Recomputing every total, level and balance from the ledgers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::process::service;
use crate::support::TestApp;
use crate::support::rows::change;
use serde_json::{Value, json};
use service::verify::verify;
use tempfile::TempDir;

/// Two weeks of a user who earns, trains, buys, gets and gives back, and another who is erased.
async fn two_weeks(app: &TestApp) {
    let (spin, operator) = (app.spin(), app.operator());
    let month =
        json!({"title": "A month", "active": true, "subscription_type": "month", "prices": []});
    operator.put("/v1/tariffs/month", month).await.expect(200);
    operator
        .post("/v1/promocodes", json!({"code": "HELLO", "type": "trainings", "value": 2}))
        .await
        .expect(201);
    for user in [7, 8] {
        app.user(user).await;
        spin.post(&format!("/v1/users/{user}/promocodes/hello/redeem"), json!({}))
            .await
            .expect(200);
    }
    spin.delete("/v1/users/8").await.expect(204);
    let post = async |path: &str, body: Value| {
        let answer = spin.post(&format!("/v1/users/7{path}"), body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
        answer.json()
    };
    post("/xp", json!({"amount": 600})).await;
    let training = json!({"total_score": 10, "clarity_level": 1, "question_count": 1, "per_type_counts": {}, "xp": 5});
    post("/trainings", training).await;
    post("/subscriptions", json!({"subscription_type": "credits", "credits": 3})).await;
    post("/access/consume", json!({})).await;
    let used = post("/access/consume", json!({})).await;
    post(&format!("/access/{}/return", used["consumption_id"].as_str().unwrap()), json!({})).await;
    for charge in ["kept", "given back"] {
        post("/payments", json!({"provider": "stars", "charge_id": charge, "tariff": "month", "amount": 1, "currency": "XTR"})).await;
        app.pass(10);
    }
    post("/payments/stars/given%20back/refund", json!({})).await;
    app.pass_days(1);
    post("/xp", json!({"amount": 50})).await;
    operator.post("/v1/users/7/xp", json!({"amount": -20})).await.expect(200);
}

/// What is changed, how that is undone, and what is found.
const CHANGES: &[(&str, &str, &[&str])] = &[
    (
        "UPDATE users SET total_xp = total_xp + 1",
        "UPDATE users SET total_xp = total_xp - 1",
        &["user 7: total_xp: is 636, should be 635"],
    ),
    (
        "UPDATE users SET level = level - 1",
        "UPDATE users SET level = level + 1",
        &["user 7: level: is 1, should be 2"],
    ),
    (
        "UPDATE users SET total_trainings = 5, total_score = 0",
        "UPDATE users SET total_trainings = 1, total_score = 10",
        &["user 7: total_trainings: is 5, should be 1", "user 7: total_score: is 0, should be 10"],
    ),
    (
        "UPDATE users SET unlisted_trainings = 1",
        "UPDATE users SET unlisted_trainings = 0",
        &["user 7: total_trainings: is 1, should be 2"],
    ),
    (
        "UPDATE training_history SET total_score = 11",
        "UPDATE training_history SET total_score = 10",
        &["user 7: total_score: is 10, should be 11"],
    ),
    (
        "UPDATE xp_periods SET xp = xp + 1 WHERE week = '2026-W47'",
        "UPDATE xp_periods SET xp = xp - 1 WHERE week = '2026-W47'",
        &["user 7: xp of week 2026-W47: is 606, should be 605"],
    ),
    (
        "UPDATE xp_periods SET week = '2020-W53' WHERE week = '2026-W48'",
        "UPDATE xp_periods SET week = '2026-W48' WHERE week = '2020-W53'",
        &[
            "user 7: xp of week 2020-W53: is 30, should not be there",
            "user 7: xp of week 2026-W48: is missing, should be 30",
        ],
    ),
    (
        "UPDATE xp_events SET amount = 51 WHERE amount = 50",
        "UPDATE xp_events SET amount = 50 WHERE amount = 51",
        &[
            "user 7: total_xp: is 635, should be 636",
            "user 7: xp of week 2026-W48: is 30, should be 31",
            "user 7: XP events that do not follow one another: is 4, should be 0",
        ],
    ),
    (
        "UPDATE xp_events SET total_after = 656 WHERE amount = 50",
        "UPDATE xp_events SET total_after = 655 WHERE amount = 50",
        &["user 7: XP events that do not follow one another: is 4, should be 0"],
    ),
    (
        "UPDATE xp_events SET total_after = 700, amount = 65 WHERE amount = -20",
        "UPDATE xp_events SET total_after = 635, amount = -20 WHERE amount = 65",
        &[
            "user 7: total_xp: is 635, should be 720",
            "user 7: xp of week 2026-W48: is 30, should be 115",
            "user 7: XP events that do not follow one another: is 4, should be 0",
        ],
    ),
    (
        "UPDATE xp_events SET level_after = 3 WHERE amount = 50",
        "UPDATE xp_events SET level_after = 2 WHERE amount = 50",
        &["user 7: level: is 2, should be 3"],
    ),
    (
        "UPDATE subscriptions SET credits_left = 3 WHERE credits_left = 2",
        "UPDATE subscriptions SET credits_left = 2 WHERE credits_left = 3",
        &["user 7: credits_left of subscription: is 3, should be 2"],
    ),
    (
        "UPDATE subscriptions SET credits_total = 4 WHERE credits_total = 3",
        "UPDATE subscriptions SET credits_total = 3 WHERE credits_total = 4",
        &["user 7: credits_total of subscription: is 4, should be 3"],
    ),
    (
        "UPDATE free_trainings SET trainings_left = 1",
        "UPDATE free_trainings SET trainings_left = 2",
        &["user 7: trainings_left of free trainings: is 1, should be 2"],
    ),
    (
        "UPDATE free_trainings SET trainings_total = 1",
        "UPDATE free_trainings SET trainings_total = 2",
        &["user 7: trainings_total of free trainings: is 1, should be 2"],
    ),
    (
        "UPDATE access_events SET amount = 4 WHERE event = 'grant' AND access_type = 'credits'",
        "UPDATE access_events SET amount = 3 WHERE event = 'grant' AND access_type = 'credits'",
        &[
            "user 7: credits_left of subscription: is 2, should be 3",
            "user 7: credits_total of subscription: is 3, should be 4",
        ],
    ),
    (
        "UPDATE access_events SET amount = 0 WHERE event = 'return'",
        "UPDATE access_events SET amount = 1 WHERE event = 'return'",
        &[
            "user 7: credits_left of subscription: is 2, should be 1",
            "user 7: amount of returned consumption: is 0, should be 1",
        ],
    ),
    (
        "UPDATE access_events SET access_type = 'credits' WHERE access_type = 'free_trainings'",
        "UPDATE access_events SET access_type = 'free_trainings' WHERE access_type = 'credits'
             AND holding_id IN (SELECT id FROM free_trainings)",
        &[
            "user 7: credits_left of subscription: is missing, should be 2",
            "user 7: trainings_left of free trainings: is 2, should not be there",
        ],
    ),
    (
        "UPDATE subscriptions SET end_date = created_at, created_at = end_date
             WHERE is_active AND subscription_type = 'month'",
        "UPDATE subscriptions SET end_date = created_at, created_at = end_date
             WHERE is_active AND subscription_type = 'month'",
        &["user 7: seconds of plan: is 0, should be 2592000"],
    ),
    (
        "UPDATE subscriptions SET is_active = NOT is_active WHERE subscription_type = 'credits'",
        "UPDATE subscriptions SET is_active = NOT is_active WHERE subscription_type = 'credits'",
        &["user 7: is_active of subscription: is 0, should be 1"],
    ),
    (
        "UPDATE subscriptions SET is_active = TRUE WHERE NOT is_active",
        "UPDATE subscriptions SET is_active = FALSE WHERE id IN (
             SELECT subscription_id FROM payments WHERE status = 'refunded')",
        &[
            "user 7: is_active of subscription: is 1, should be 0",
            "user 7: is_active after the refund of stars payment given back: is 1, should be 0",
        ],
    ),
    (
        "UPDATE payments SET status = 'refunded' WHERE charge_id = 'kept'",
        "UPDATE payments SET status = 'completed' WHERE charge_id = 'kept'",
        &["user 7: is_active after the refund of stars payment kept: is 1, should be 0"],
    ),
    (
        "UPDATE payments SET subscription_id = (SELECT id FROM free_trainings),
             metadata = NULL WHERE charge_id = 'kept'",
        "UPDATE payments SET subscription_id = (
             SELECT id FROM subscriptions WHERE is_active AND subscription_type = 'month')
         WHERE charge_id = 'kept'",
        &["user 7: subscriptions of stars payment kept: is 0, should be 1"],
    ),
    (
        "UPDATE payments SET subscription_id = (
             SELECT id FROM subscriptions WHERE is_active AND subscription_type = 'month')
         WHERE charge_id = 'given back'",
        "UPDATE payments SET subscription_id = (SELECT id FROM subscriptions WHERE NOT is_active)
         WHERE charge_id = 'given back'",
        &[
            "user 7: is_active after the refund of stars payment given back: is 1, should be 0",
            "user 7: payments of subscription: is 2, should be 1",
        ],
    ),
    (
        "UPDATE promocodes SET current_uses = 3",
        "UPDATE promocodes SET current_uses = 2",
        &["current_uses of promo code HELLO: is 3, should be 2"],
    ),
    (
        "UPDATE promocode_usage SET code = 'BYE'",
        "UPDATE promocode_usage SET code = 'HELLO'",
        &[
            "current_uses of promo code BYE: is missing, should be 1",
            "current_uses of promo code HELLO: is 2, should be 1",
        ],
    ),
];

/// Without the ids, which are others each time.
fn found(differences: &[service::verify::Difference]) -> Vec<String> {
    let text = |difference: &service::verify::Difference| {
        service::verify::Difference { id: None, ..difference.clone() }.to_string()
    };
    differences.iter().map(text).collect()
}

both! {
    async fn every_number_that_was_changed_is_found(app) {
        two_weeks(&app).await;
        let mut missed = Vec::new();
        for (change_it, undo, expected) in CHANGES {
            change(&app.url, change_it).await;
            let verified = verify(&app.store).await.unwrap();
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            if found(&verified.differences) != expected {
                missed.push(format!("{change_it}: {verified}"));
            }
            change(&app.url, undo).await;
            let verified = verify(&app.store).await.unwrap();
            assert_eq!(verified.differences, [], "{undo}");
        }
        assert!(missed.is_empty(), "{missed:#?}");
    }

    /// Two replicas, the clock of one of which goes wrong.
    async fn events_need_not_be_in_the_order_of_their_times(app) {
        app.user(7).await;
        for amount in [5, 6, 7] {
            app.spin().post("/v1/users/7/xp", json!({"amount": amount})).await.expect(200);
            app.pass(-1);
        }
    }

    async fn the_command_says_what_differs_and_fails(app) {
        two_weeks(&app).await;
        let folder = TempDir::new().unwrap();
        let run = || {
            let output = service(folder.path()).env("DATABASE_URL", &app.url).arg("verify").output().unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap())
        };
        let (code, said) = run();
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(said, "Recomputed 1 users from 4 XP events, 8 access events, 1 trainings and 2 payments: no differences.\n");
        change(&app.url, "UPDATE users SET total_xp = 1").await;
        let (code, said) = run();
        assert_eq!(code, Some(1), "{said}");
        assert!(said.starts_with("user 7: total_xp: is 1, should be 635\n"), "{said}");
        change(&app.url, "UPDATE users SET total_xp = 635").await;
    }

    /// All is read at one moment, whatever is written meanwhile.
    async fn under_load_nothing_differs(app) {
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (1..=8).map(|user| {
            let (spin, stop) = (app.spin(), Arc::clone(&stop));
            tokio::spawn(async move {
                spin.put(&format!("/v1/users/{user}"), json!({})).await;
                let training = json!({"total_score": 3, "clarity_level": 1, "question_count": 1, "per_type_counts": {}, "xp": 2});
                let mut done = 0;
                while !stop.load(Ordering::SeqCst) {
                    let of = |path: &str| format!("/v1/users/{user}{path}");
                    spin.post(&of("/free-trainings"), json!({"count": 1, "source": "admin"})).await.expect(201);
                    spin.post(&of("/access/consume"), json!({})).await.expect(200);
                    spin.post(&of("/trainings"), training.clone()).await.expect(201);
                    done += 1;
                }
                done
            })
        }).collect();
        for _ in 0..20 {
            let verified = verify(&app.store).await.unwrap();
            assert!(verified.differences.is_empty(), "{verified}");
        }
        stop.store(true, Ordering::SeqCst);
        let mut done = 0;
        for client in clients {
            done += client.await.unwrap();
        }
        let verified = verify(&app.store).await.unwrap();
        assert_eq!((verified.checked.trainings, verified.checked.access_events), (done, 2 * done));
    }
}
