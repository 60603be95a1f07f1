//! A bot sees nothing of what other bots keep, not even that it is there.

use crate::support::{Answer, Caller, TestApp, send};
use reqwest::Method;
use serde_json::{Value, json};

/// User 1 trains in both bots; user 3 is known and has only been in spin_bot.
async fn start(app: &TestApp) -> [String; 2] {
    let mut trainings = Vec::new();
    for (caller, bot) in [(app.spin(), "spin_bot"), (app.quiz(), "quiz_bot")] {
        caller.post(&format!("/v1/users/1/sessions/{bot}/open"), json!({})).await.expect(200);
        let training = json!({
            "total_score": 10, "clarity_level": 1, "question_count": 1, "per_type_counts": {}, "xp": 5,
            "session_snapshot": {"of": bot}, "session": {"of": bot}, "stats": {"of": bot}, "badges": [{"badge_type": bot}]
        });
        let finished = caller.post("/v1/users/1/trainings", training).await.expect(201);
        trainings.push(finished["training"]["id"].as_str().unwrap().to_owned());
    }
    app.user(3).await;
    trainings.try_into().unwrap()
}

/// Method, path, headers and body.
type Request<'a> = (Method, &'a str, &'a [(&'a str, &'a str)], &'a Value);

/// Asks under a request id of its own, so that answers can be compared byte for byte.
async fn ask(caller: &Caller, (method, path, headers, body): Request<'_>) -> Answer {
    let mut request = caller.request(method.clone(), path).header("X-Request-Id", "same");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(if method == Method::GET { request } else { request.json(body) }).await
}

/// What a caller can tell an answer by.
fn bytes(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status.as_u16(), headers, answer.text.clone())
}

fn bots(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item["bot_name"].as_str().unwrap()).collect()
}

both! {
    async fn another_bots_session_looks_like_none(app) {
        start(&app).await;
        let before = app.operator().get("/v1/users/1/export").await.expect(200);
        let quiz = app.quiz();
        quiz.post_once("used", "/v1/users/1/xp", json!({"amount": 1})).await.expect(200);
        let put = json!({"session": {}, "stats": {}});
        let patch = json!({"session": {"x": 1}});
        let nothing = json!({});
        let merge = [("Content-Type", "application/merge-patch+json")];
        let (right, wrong, key) = ([("If-Match", "\"2\"")], [("If-Match", "\"9\"")], [("Idempotency-Key", "used")]);
        let requests: Vec<Request<'_>> = vec![
            (Method::GET, "", &[], &nothing),
            (Method::PUT, "", &[], &put),
            (Method::PUT, "", &right, &put),
            (Method::PUT, "", &wrong, &put),
            (Method::PATCH, "", &[], &patch),
            (Method::PATCH, "", &merge, &patch),
            (Method::PATCH, "", &right, &patch),
            (Method::PATCH, "", &wrong, &patch),
            (Method::POST, "/open", &[], &nothing),
            (Method::POST, "/open", &key, &nothing),
            (Method::POST, "/reset", &[], &nothing),
            (Method::POST, "/reset", &key, &nothing),
            (Method::POST, "/reset", &right, &nothing),
            (Method::POST, "/reset", &wrong, &nothing),
        ];
        for (method, action, headers, body) in requests {
            let of = async |session: &str| {
                let path = format!("/v1/users/{session}{action}");
                ask(&quiz, (method.clone(), &path, headers, body)).await
            };
            let foreign = of("1/sessions/spin_bot").await;
            foreign.expect_problem(404, "session_not_found");
            // A user without that session, a user whom nobody knows, a bot that there is not.
            for missing in ["9/sessions/spin_bot", "1/sessions/ghost_bot", "9/sessions/ghost_bot"] {
                assert_eq!(bytes(&of(missing).await), bytes(&foreign), "{method} {action} {headers:?} {missing}");
            }
        }
        // Nor does one's own look different, where there is none.
        for (method, action, body) in [(Method::GET, "", &nothing), (Method::PATCH, "", &patch), (Method::POST, "/reset", &nothing)] {
            let of = async |bot: &str| {
                let path = format!("/v1/users/3/sessions/{bot}{action}");
                bytes(&ask(&quiz, (method.clone(), &path, &[], body)).await)
            };
            assert_eq!(of("spin_bot").await, of("quiz_bot").await, "{method} {action}");
        }
        quiz.get("/v1/users/9").await.expect_problem(404, "user_not_found");
        let after = app.operator().get("/v1/users/1/export").await.expect(200);
        assert_eq!((&after["sessions"], &after["trainings"]), (&before["sessions"], &before["trainings"]));
    }

    async fn another_bots_training_looks_like_none(app) {
        let [of_spin, of_quiz] = start(&app).await;
        let nobodys = "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2";
        let get = async |caller: &Caller, user: i64, id: &str| {
            let path = format!("/v1/users/{user}/trainings/{id}");
            ask(caller, (Method::GET, &path, &[], &Value::Null)).await
        };
        let quiz = app.quiz();
        let foreign = get(&quiz, 1, &of_spin).await;
        foreign.expect_problem(404, "training_not_found");
        for (user, id) in [(1, nobodys), (3, &of_spin), (3, &of_quiz), (9, &of_quiz), (9, nobodys)] {
            assert_eq!(bytes(&get(&quiz, user, id).await), bytes(&foreign), "{user} {id}");
        }
        assert_eq!(get(&quiz, 1, &of_quiz).await.expect(200)["bot_name"], "quiz_bot");
        assert_eq!(get(&app.spin(), 1, &of_spin).await.expect(200)["bot_name"], "spin_bot");
        for id in [&of_spin, &of_quiz] {
            assert_eq!(get(&app.operator(), 1, id).await.expect(200)["id"], **id);
        }
    }

    /// Two users, one of whom has been in another bot only: to this bot they are alike.
    async fn where_only_others_have_been_there_is_nothing(app) {
        start(&app).await;
        let training = json!({"total_score": 10, "clarity_level": 1, "question_count": 1, "per_type_counts": {}});
        app.spin().post("/v1/users/3/trainings", training).await.expect(201);
        app.spin().put("/v1/users/4", json!({})).await.expect(201);
        for list in ["sessions", "trainings", "trainings?from=2026-01-01", "trainings/summary"] {
            let of = async |user: i64| {
                let path = format!("/v1/users/{user}/{list}");
                bytes(&ask(&app.quiz(), (Method::GET, &path, &[], &Value::Null)).await)
            };
            assert_eq!(of(3).await, of(4).await, "{list}");
        }
    }

    async fn lists_and_export_show_a_bot_its_own_and_what_is_shared(app) {
        start(&app).await;
        let shared = ["user", "referrer", "xp_events", "badges", "subscriptions", "free_trainings", "access_events", "payments", "promocodes"];
        let all = app.operator().get("/v1/users/1/export").await.expect(200);
        for (caller, own) in [
            (app.spin(), vec!["spin_bot"]),
            (app.quiz(), vec!["quiz_bot"]),
            (app.operator(), vec!["quiz_bot", "spin_bot"]),
        ] {
            for list in ["sessions", "trainings"] {
                let page = caller.get(&format!("/v1/users/1/{list}")).await.expect(200);
                assert_eq!(bots(&page["items"]), own, "{list}");
            }
            let export = caller.get("/v1/users/1/export").await.expect(200);
            let mut exported = [bots(&export["sessions"]), bots(&export["trainings"])];
            exported.iter_mut().for_each(|bots| bots.sort_unstable());
            assert_eq!(exported, [own.clone(), own.clone()]);
            for part in shared {
                assert_eq!(export[part], all[part], "{part}");
            }
            let summary = caller.get("/v1/users/1/trainings/summary").await.expect(200);
            assert_eq!(summary["total_trainings"], own.len());
        }
        assert_eq!((all["badges"].as_array().unwrap().len(), all["user"]["total_xp"].as_i64()), (2, Some(10)));
        // A key of one bot cannot write in the name of another.
        let training = json!({"total_score": 1, "clarity_level": 1, "question_count": 1, "per_type_counts": {}, "bot_name": "spin_bot"});
        for (path, body) in [
            ("trainings", training),
            ("xp", json!({"amount": 1, "bot_name": "spin_bot"})),
            ("badges", json!({"badge_type": "x", "bot_name": "spin_bot"})),
            ("access/consume", json!({"session": {}, "bot_name": "spin_bot"})),
        ] {
            app.quiz().post(&format!("/v1/users/1/{path}"), body).await.expect_problem(422, "validation_failed");
        }
    }
}
