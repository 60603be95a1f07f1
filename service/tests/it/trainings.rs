//! Finished trainings: one transaction, then history and summary.

use std::sync::Arc;

use crate::support::TestApp;
use serde_json::{Value, json};
use service::domain::Actor;
use service::domain::bounds::BotName;
use service::domain::once::Once;

const NOON: &str = "2026-11-22T12:00:00.000000Z";
const TRAININGS: &str = "/v1/users/1/trainings";
const SESSION: &str = "/v1/users/1/sessions/spin_bot";

/// A training with all that can be said about it.
fn full() -> Value {
    json!({
        "total_score": 150, "clarity_level": 85, "question_count": 8, "contextual_questions": 3,
        "per_type_counts": {"situational": 2, "problem": 6}, "case_data": {"company": "Рога и копыта"},
        "session_snapshot": {"question_count": 8, "log": ["a", "b"]}, "scenario_name": "spin_sales",
        "training_date": "2026-11-20T10:00:00+03:00", "xp": 150,
        "levels": [{"level": 1, "min_xp": 0}, {"level": 2, "min_xp": 100}, {"level": 3, "min_xp": 300}],
        "badges": [{"badge_type": "z_last", "metadata": {"n": 1}}, {"badge_type": "held"}, {"badge_type": "a_first"}, {"badge_type": "z_last"}],
        "session": {"chat_state": "new"}, "stats": {"total_trainings": 1}, "if_version": 2
    })
}

/// A training of which only this is known.
fn plain(total_score: i64) -> Value {
    json!({"total_score": total_score, "clarity_level": 0, "question_count": 5, "per_type_counts": {}})
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

/// All that a training can change of user 1.
async fn everything(app: &TestApp) -> Value {
    let mut export = app.operator().get("/v1/users/1/export").await.expect(200);
    export.as_object_mut().unwrap().remove("exported_at");
    let board = app.spin().get("/v1/leaderboard?period=week").await.expect(200);
    json!([export, board])
}

/// The scores of a page, in its order.
async fn scores(app: &TestApp, query: &str) -> Vec<i64> {
    let page = app.spin().get(&format!("{TRAININGS}{query}")).await.expect(200);
    assert_eq!(page["next_cursor"], Value::Null);
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["total_score"].as_i64().unwrap()).collect()
}

/// User 1, whose session is at version 2 and who holds the badge `held`.
async fn start(app: &TestApp) {
    app.user(1).await;
    let data =
        json!({"session": {"chat_state": "active"}, "stats": {"total_trainings": 0, "kept": true}});
    app.spin().put(SESSION, data).await.expect(200);
    app.quiz().post("/v1/users/1/badges", json!({"badge_type": "held"})).await.expect(201);
}

/// Finishes a training, and looks at all that comes of it.
async fn finish(app: &TestApp, key: Option<&str>) {
    start(app).await;
    app.pass(60);
    let answer = match key {
        Some(key) => app.spin().post_once(key, TRAININGS, full()).await,
        None => app.spin().post(TRAININGS, full()).await,
    };
    let answer = answer.expect(201);
    let (id, now) = (&answer["training"]["id"], "2026-11-22T12:01:00.000000Z");
    let training = json!({
        "id": id, "bot_name": "spin_bot", "training_date": "2026-11-20T07:00:00.000000Z",
        "scenario_name": "spin_sales", "total_score": 150, "clarity_level": 85, "question_count": 8,
        "contextual_questions": 3, "per_type_counts": {"situational": 2, "problem": 6},
        "case_data": {"company": "Рога и копыта"}, "created_at": now
    });
    let badge = |kind: &str, bot: &str, at: &str, metadata: &Value| {
        json!({
            "badge_type": kind, "earned_in_bot": bot, "earned_at": at, "metadata": metadata
        })
    };
    let last = badge("z_last", "spin_bot", now, &json!({"n": 1}));
    let held = badge("held", "quiz_bot", NOON, &Value::Null);
    let first = badge("a_first", "spin_bot", now, &Value::Null);
    assert_eq!(
        answer,
        json!({
            "training": training,
            "xp": {"leveled_up": true, "old_level": 1, "new_level": 2, "total_xp": 150},
            "badges": [
                {"awarded": true, "badge": last}, {"awarded": false, "badge": held},
                {"awarded": true, "badge": first}, {"awarded": false, "badge": last}
            ],
            "version": 3
        })
    );
    // And so it stands in every place.
    let with_snapshot =
        with(training.clone(), "session_snapshot", full()["session_snapshot"].clone());
    assert_eq!(
        app.spin().get(&format!("{TRAININGS}/{}", id.as_str().unwrap())).await.expect(200),
        with_snapshot
    );
    assert_eq!(
        app.spin().get(TRAININGS).await.expect(200),
        json!({"items": [training], "next_cursor": null})
    );
    assert_eq!(
        app.spin().get("/v1/users/1").await.expect(200),
        json!({
            "telegram_id": 1, "username": null, "first_name": null, "last_name": null, "language_code": null,
            "leaderboard_hidden": false, "total_xp": 150, "level": 2, "total_trainings": 1, "total_score": 150,
            "registration_date": NOON, "last_activity": now
        })
    );
    let events = app.spin().get("/v1/users/1/xp").await.expect(200)["items"].clone();
    assert_eq!(
        events,
        json!([{
            "id": events[0]["id"], "amount": 150, "reason": "training", "bot_name": "spin_bot",
            "total_after": 150, "level_after": 2, "created_at": now
        }])
    );
    assert_eq!(
        app.spin().get("/v1/users/1/badges").await.expect(200)["items"],
        json!([first, held, last])
    );
    assert_eq!(
        app.spin().get(SESSION).await.expect(200),
        json!({
            "bot_name": "spin_bot", "session": {"chat_state": "new"}, "stats": {"total_trainings": 1},
            "version": 3, "created_at": NOON, "updated_at": now
        })
    );
    assert_eq!(
        app.spin().get("/v1/leaderboard?period=week").await.expect(200)["items"][0]["xp"],
        150
    );
}

both! {
    async fn a_finished_training_is_all_of_it(app) {
        finish(&app, None).await;
    }

    /// What can be repeated goes together with others, in statements of its own.
    async fn so_is_one_that_goes_together_with_others(app) {
        finish(&app, Some("k")).await;
    }

    async fn those_with_xp_and_the_whole_session_by_a_bots_key_go_together(app) {
        start(&app).await;
        let is_alone = async |bot_name: &str, body: Value| {
            let once = Once {
                owner: (1, bot_name.to_owned()),
                key: body.to_string(),
                fingerprint: vec![0; 32],
                bytes: 1,
                status: 201,
                actor: Actor { bot_name: Some(BotName::new("spin_bot").unwrap()), key: "k".to_owned() },
                request: Arc::new(serde_json::from_value(body).unwrap()),
            };
            app.store.finish_training(once).await.unwrap().is_none()
        };
        for (bot_name, body, alone) in [
            ("spin_bot", full(), false),
            ("spin_bot", full(), false), // told again
            ("spin_bot", with(full(), "if_version", json!(7)), true), // a refusal has to say why
            ("", with(full(), "if_version", Value::Null), true),
            ("spin_bot", with(plain(1), "xp", json!(1)), true),
            ("spin_bot", with(full(), "xp", json!(0)), true),
            ("spin_bot", with(full(), "badges", json!(vec![json!({"badge_type": "x"}); 11])), true),
        ] {
            let text = body.to_string();
            assert_eq!(is_alone(bot_name, body).await, alone, "{bot_name} {text}");
        }
    }

    async fn what_is_not_sent_is_not_touched(app) {
        start(&app).await;
        let before = everything(&app).await;
        let answer = app.spin().post(TRAININGS, plain(7)).await.expect(201);
        assert_eq!(answer, json!({
            "training": {
                "id": answer["training"]["id"], "bot_name": "spin_bot", "training_date": NOON, "scenario_name": null,
                "total_score": 7, "clarity_level": 0, "question_count": 5, "contextual_questions": 0,
                "per_type_counts": {}, "case_data": null, "created_at": NOON
            },
            "xp": null, "badges": [], "version": 2
        }));
        let mut expected = before;
        expected[0]["trainings"] = json!([with(answer["training"].clone(), "session_snapshot", Value::Null)]);
        expected[0]["user"]["total_trainings"] = json!(1);
        expected[0]["user"]["total_score"] = json!(7);
        assert_eq!(everything(&app).await, expected);
        // One part of the session can be replaced without the other.
        let answer = app.spin().post(TRAININGS, with(plain(1), "session", json!({}))).await.expect(201);
        assert_eq!(answer["version"], 3);
        let session = app.spin().get(SESSION).await.expect(200);
        assert_eq!((&session["session"], &session["stats"]), (&json!({}), &json!({"total_trainings": 0, "kept": true})));
        let answer = app.spin().post(TRAININGS, with(with(plain(1), "stats", json!({"n": 3})), "if_version", json!(3))).await.expect(201);
        assert_eq!(answer["version"], 4);
        let session = app.spin().get(SESSION).await.expect(200);
        assert_eq!((&session["session"], &session["stats"]), (&json!({}), &json!({"n": 3})));
    }

    async fn a_training_that_cannot_be_finished_leaves_nothing(app) {
        start(&app).await;
        let before = everything(&app).await;
        let without_changes = |version: i64| with(with(plain(1), "xp", json!(5)), "if_version", json!(version));
        for (body, status, code) in [
            (with(full(), "if_version", json!(1)), 412, "version_conflict"),
            (with(full(), "if_version", json!(3)), 412, "version_conflict"),
            (without_changes(3), 412, "version_conflict"),
            (with(full(), "if_version", json!(0)), 422, "validation_failed"),
            (with(full(), "total_score", json!(-1)), 422, "validation_failed"),
            (with(full(), "total_score", json!(1_000_001)), 422, "validation_failed"),
            (with(full(), "clarity_level", json!(0.5)), 422, "validation_failed"),
            (with(full(), "xp", json!(-1)), 422, "validation_failed"),
            (with(full(), "per_type_counts", json!({"problem": -1})), 422, "validation_failed"),
            (with(full(), "per_type_counts", json!(["problem"])), 422, "validation_failed"),
            (with(full(), "scenario_name", json!("")), 422, "validation_failed"),
            (with(full(), "training_date", json!("yesterday")), 422, "validation_failed"),
            (with(full(), "badges", json!([{"badge_type": "x"}, {"badge_type": ""}])), 422, "validation_failed"),
            (with(full(), "badges", json!(vec![json!({"badge_type": "x"}); 101])), 422, "validation_failed"),
            (with(full(), "bot_name", json!("quiz_bot")), 422, "validation_failed"),
            (with(full(), "score", json!(1)), 422, "validation_failed"),
            (json!({"total_score": 1}), 422, "validation_failed"),
        ] {
            app.spin().post(TRAININGS, body.clone()).await.expect_problem(status, code);
            app.spin().post_once("k", TRAININGS, body).await.expect_problem(status, code);
        }
        // The other bot has no session, hence none at version 2.
        app.quiz().post(TRAININGS, full()).await.expect_problem(412, "version_conflict");
        app.spin().post("/v1/users/2/trainings", full()).await.expect_problem(404, "user_not_found");
        assert_eq!(everything(&app).await, before);
    }

    /// Null would be a third meaning beside "replace" and "leave".
    async fn a_session_of_null_is_refused(app) {
        start(&app).await;
        for field in ["session", "stats"] {
            let answer = app.spin().post(TRAININGS, with(plain(1), field, Value::Null)).await;
            assert_eq!(answer.status, 422, "{field}: {}", answer.text);
        }
    }

    async fn a_session_that_is_not_there_is_created_if_it_is_sent(app) {
        app.user(1).await;
        let quiz = app.quiz();
        assert_eq!(quiz.post(TRAININGS, plain(1)).await.expect(201)["version"], Value::Null);
        quiz.get("/v1/users/1/sessions/quiz_bot").await.expect_problem(404, "session_not_found");
        let answer = quiz.post(TRAININGS, with(plain(1), "stats", json!({"n": 1}))).await.expect(201);
        assert_eq!(answer["version"], 1);
        assert_eq!(quiz.get("/v1/users/1/sessions/quiz_bot").await.expect(200), json!({
            "bot_name": "quiz_bot", "session": {}, "stats": {"n": 1}, "version": 1,
            "created_at": NOON, "updated_at": NOON
        }));
    }

    async fn the_level_is_the_sent_tables_or_the_services_and_never_falls(app) {
        app.user(1).await;
        let sent = json!([{"level": 1, "min_xp": 0}, {"level": 4, "min_xp": 100}]);
        for (xp, levels, answer) in [
            (500, json!([]), json!([false, 1, 1, 500])),
            (1, json!([]), json!([true, 1, 2, 501])),
            (0, sent, json!([true, 2, 4, 501])),
            (1_000, json!([]), json!([false, 4, 4, 1_501])),
            (0, json!([]), json!([false, 4, 4, 1_501])),
        ] {
            let body = with(with(plain(1), "xp", json!(xp)), "levels", levels);
            let added = app.spin().post(TRAININGS, body).await.expect(201)["xp"].clone();
            let fields = ["leveled_up", "old_level", "new_level", "total_xp"].map(|field| added[field].clone());
            assert_eq!(json!(fields), answer);
        }
        let events = app.spin().get("/v1/users/1/xp").await.expect(200);
        let amounts: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["amount"].clone()).collect();
        // Nothing was added for 0; but the level that rose with it is explained.
        assert_eq!(amounts, [1_000, 0, 1, 500]);
        let user = app.spin().get("/v1/users/1").await.expect(200);
        assert_eq!((&user["level"], &user["total_trainings"]), (&json!(4), &json!(5)));
    }

    async fn an_operator_names_the_bot(app) {
        start(&app).await;
        let operator = app.operator();
        operator.post(TRAININGS, plain(1)).await.expect_problem(422, "validation_failed");
        let ghost = with(full(), "bot_name", json!("ghost_bot"));
        operator.post(TRAININGS, ghost).await.expect_problem(422, "validation_failed");
        let answer = operator.post(TRAININGS, with(full(), "bot_name", json!("spin_bot"))).await.expect(201);
        assert_eq!((&answer["training"]["bot_name"], &answer["version"]), (&json!("spin_bot"), &json!(3)));
        assert_eq!(app.spin().get("/v1/users/1/xp").await.expect(200)["items"][0]["bot_name"], "spin_bot");
    }

    async fn trainings_are_listed_from_the_newest_and_by_date(app) {
        app.user(1).await;
        for (score, date) in [(2, "2026-11-02T00:00:00Z"), (1, "2026-11-01T12:00:00Z"), (3, "2026-11-02T23:59:59.999999Z"), (4, "2026-11-03T00:00:00Z")] {
            let body = with(plain(score), "training_date", json!(date));
            app.spin().post(TRAININGS, body).await.expect(201);
        }
        for (query, expected) in [
            ("", vec![4, 3, 2, 1]),
            ("?from=2026-11-02", vec![4, 3, 2]),
            ("?to=2026-11-03", vec![3, 2, 1]),
            ("?from=2026-11-02&to=2026-11-03", vec![3, 2]),
            ("?from=2026-11-01T12:00:00Z&to=2026-11-01T12:00:00.000001Z", vec![1]),
            ("?from=2026-11-02T03:00:00%2B03:00&to=2026-11-02T00:00:01Z", vec![2]),
            ("?from=2026-11-03&to=2026-11-01", vec![]),
        ] {
            assert_eq!(scores(&app, query).await, expected, "{query}");
        }
        for query in ["from=x", "to=2026-13-01", "from=2026-11-02&bot_name=spin_bot", "limit=0"] {
            app.spin().get(&format!("{TRAININGS}?{query}")).await.expect_problem(422, "validation_failed");
        }
        for path in ["", "/summary"] {
            app.spin().get(&format!("/v1/users/2/trainings{path}")).await.expect_problem(404, "user_not_found");
        }
        app.spin().get(&format!("{TRAININGS}/x")).await.expect_problem(422, "validation_failed");
        let nobodys = format!("{TRAININGS}/019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2");
        app.spin().get(&nobodys).await.expect_problem(404, "training_not_found");
    }

    /// What the summary counts, the list shows.
    async fn even_a_training_of_the_last_moment_is_listed(app) {
        app.user(1).await;
        let body = with(plain(1), "training_date", json!("9999-12-31T23:59:59.999999Z"));
        app.spin().post(TRAININGS, body).await.expect(201);
        assert_eq!(scores(&app, "").await, [1]);
    }

    async fn a_summary_adds_up_a_bots_trainings(app) {
        app.user(1).await;
        let summary = "/v1/users/1/trainings/summary";
        assert_eq!(app.spin().get(summary).await.expect(200), json!({
            "total_trainings": 0, "total_questions": 0, "total_score": 0, "best_score": null,
            "average_score": null, "per_type_counts": {}, "weeks": []
        }));
        for (date, score, counts) in [
            ("2026-11-22T23:59:59Z", 100, json!({"problem": 5})),
            ("2026-11-16T00:00:00Z", 51, json!({"problem": 1, "need_payoff": 4})),
            ("2026-11-15T23:59:59Z", 0, json!({})),
            ("2026-12-31T00:00:00Z", 1, json!({"situational": 3})),
            ("2027-01-03T00:00:00Z", 2, json!({})), // a Sunday, still of 2026's last week
        ] {
            let body = with(with(plain(score), "per_type_counts", counts), "training_date", json!(date));
            app.spin().post(TRAININGS, body).await.expect(201);
        }
        app.quiz().post(TRAININGS, with(plain(900), "training_date", json!("2026-11-22T00:00:00Z"))).await.expect(201);
        let week = |week: &str, trainings: i64, best: i64, average: f64| json!({
            "week": week, "trainings": trainings, "best_score": best, "average_score": average
        });
        let of_spin = app.spin().get(summary).await.expect(200);
        assert_eq!(of_spin, json!({
            "total_trainings": 5, "total_questions": 25, "total_score": 154, "best_score": 100,
            "average_score": 30.8, "per_type_counts": {"need_payoff": 4, "problem": 6, "situational": 3},
            "weeks": [week("2026-W46", 1, 0, 0.0), week("2026-W47", 2, 100, 75.5), week("2026-W53", 2, 2, 1.5)]
        }));
        let of_all = app.operator().get(summary).await.expect(200);
        assert_eq!((&of_all["total_trainings"], &of_all["best_score"]), (&json!(6), &json!(900)));
        assert_eq!(app.quiz().get(summary).await.expect(200)["total_score"], 900);
    }
}
