//! Sessions: what one bot remembers of a user.

use crate::support::{Answer, Caller, TestApp, send};
use reqwest::Method;
use serde_json::{Value, json};
use service::domain::bounds::TelegramId;
use service::store;

const NOON: &str = "2026-11-22T12:00:00.000000Z";
const SESSION: &str = "/v1/users/1/sessions/spin_bot";
const OPEN: &str = "/v1/users/1/sessions/spin_bot/open";
const RESET: &str = "/v1/users/1/sessions/spin_bot/reset";

/// The session of user 1 in spin_bot, as written at noon.
fn session(session: &Value, stats: &Value, version: i64) -> Value {
    json!({"bot_name": "spin_bot", "session": session, "stats": stats, "version": version,
        "created_at": NOON, "updated_at": NOON})
}

/// The body, if the ETag is the body's version.
#[track_caller]
fn tagged(answer: &Answer) -> Value {
    let body = answer.expect(200);
    assert_eq!(answer.header("etag"), Some(format!("\"{}\"", body["version"]).as_str()));
    body
}

async fn patch_as(caller: &Caller, media_type: &str, body: &str) -> Answer {
    let request = caller.request(Method::PATCH, SESSION);
    send(request.header("Content-Type", media_type).body(body.to_owned())).await
}

async fn last_activity(app: &TestApp) -> Value {
    app.spin().get("/v1/users/1").await.expect(200)["last_activity"].clone()
}

both! {
    async fn the_first_opening_creates_user_and_session(app) {
        let profile = json!({"username": "ann", "first_name": "Ann", "language_code": "ru"});
        let opened = tagged(&app.spin().post(OPEN, profile).await);
        assert_eq!(opened, json!({
            "user": {
                "telegram_id": 1, "username": "ann", "first_name": "Ann", "last_name": null,
                "language_code": "ru", "leaderboard_hidden": false, "total_xp": 0, "level": 1,
                "total_trainings": 0, "total_score": 0, "registration_date": NOON, "last_activity": NOON
            },
            "session": {}, "stats": {}, "version": 1,
            "access": {"has_access": false, "access_type": null, "details": null, "holdings": []},
            "badges": []
        }));
        assert_eq!(app.spin().get("/v1/users/1").await.expect(200), opened["user"]);
        assert_eq!(tagged(&app.spin().get(SESSION).await), session(&json!({}), &json!({}), 1));
    }

    async fn opening_again_finds_what_was_left_and_writes_no_version(app) {
        app.user(1).await;
        let data = json!({"session": {"step": 3}, "stats": {"best": 9}});
        app.spin().put(SESSION, data.clone()).await.expect(200);
        app.spin().post("/v1/users/1/xp", json!({"amount": 501})).await.expect(200);
        app.quiz().post("/v1/users/1/badges", json!({"badge_type": "first"})).await.expect(201);
        app.pass_days(1);
        // Without a body at all, as of a bot that knows no more than the id.
        let opened = tagged(&send(app.spin().request(Method::POST, OPEN)).await);
        assert_eq!((&opened["session"], &opened["stats"], &opened["version"]), (&data["session"], &data["stats"], &json!(2)));
        assert_eq!((&opened["user"]["total_xp"], &opened["user"]["level"]), (&json!(501), &json!(2)));
        assert_eq!(opened["badges"][0]["badge_type"], "first");
        // Another bot finds the user, and a session of its own.
        let quiz = tagged(&app.quiz().post("/v1/users/1/sessions/quiz_bot/open", json!({})).await);
        assert_eq!((&quiz["session"], &quiz["version"], &quiz["user"]["level"]), (&json!({}), &json!(1), &json!(2)));
        assert_eq!(quiz["user"]["registration_date"], NOON);
    }

    async fn opening_takes_over_a_changed_profile_and_keeps_what_is_not_sent(app) {
        app.spin().post(OPEN, json!({"username": "ann", "first_name": "Ann"})).await.expect(200);
        for (profile, (username, first_name)) in [
            (json!({"username": "anna"}), (json!("anna"), json!("Ann"))),
            (json!({"username": null}), (Value::Null, json!("Ann"))),
            (json!({}), (Value::Null, json!("Ann"))),
            (json!({"first_name": "Аня"}), (Value::Null, json!("Аня"))),
        ] {
            let opened = app.spin().post(OPEN, profile.clone()).await.expect(200);
            let stored = app.quiz().get("/v1/users/1").await.expect(200);
            for user in [&opened["user"], &stored] {
                assert_eq!((&user["username"], &user["first_name"]), (&username, &first_name), "{profile}");
            }
        }
        app.spin().post(OPEN, json!({"username": 5})).await.expect_problem(422, "validation_failed");
        app.spin().post(OPEN, json!({"name": "x"})).await.expect_problem(422, "validation_failed");
    }

    async fn activity_is_noted_when_it_is_over_five_minutes_old_or_something_changed(app) {
        app.user(1).await;
        for (seconds, profile, noted) in [
            (300, json!({}), "12:00:00"),
            (1, json!({}), "12:05:01"),
            (10, json!({"username": "ann"}), "12:05:11"),
            (10, json!({"username": "ann"}), "12:05:11"),
            (291, json!({}), "12:10:12"),
        ] {
            app.pass(seconds);
            let opened = app.spin().post(OPEN, profile).await.expect(200);
            let expected = format!("2026-11-22T{noted}.000000Z");
            assert_eq!((&opened["user"]["last_activity"], &last_activity(&app).await), (&json!(expected), &json!(expected)));
        }
    }

    /// It writes nothing, so it waits for nobody who does.
    async fn opening_what_is_known_waits_for_no_writer(app) {
        app.user(1).await;
        let (spin, user) = (app.spin(), TelegramId::new(1).unwrap());
        let beside = app.store.write(|tx| Box::pin(async {
            store::users::lock(tx, user).await?;
            Ok(spin.post(OPEN, json!({})).await)
        }));
        assert_eq!(tagged(&beside.await.unwrap())["version"], 1);
    }

    async fn a_put_replaces_both_parts(app) {
        app.spin().put(SESSION, json!({"session": {}, "stats": {}})).await.expect_problem(404, "user_not_found");
        // Of a user who is known from another bot it creates the session.
        app.quiz().post("/v1/users/1/sessions/quiz_bot/open", json!({})).await.expect(200);
        app.spin().get(SESSION).await.expect_problem(404, "session_not_found");
        let (old, stats) = (json!({"a": 1, "b": {"c": [1, null]}}), json!({"n": 1}));
        let put = app.spin().put(SESSION, json!({"session": old, "stats": stats})).await;
        assert_eq!(tagged(&put), session(&old, &stats, 1));
        app.pass(90);
        let (new, none) = (json!({"b": null}), json!({}));
        let put = tagged(&app.spin().put(SESSION, json!({"session": new, "stats": none})).await);
        let mut expected = session(&new, &none, 2);
        expected["updated_at"] = json!("2026-11-22T12:01:30.000000Z");
        assert_eq!(put, expected);
        assert_eq!(tagged(&app.spin().get(SESSION).await), expected);
        let mut accepted = Vec::new();
        for body in [
            json!({}), json!({"session": {}}), json!({"stats": {}}), json!({"session": null, "stats": {}}),
            json!({"session": [], "stats": {}}), json!({"session": "{}", "stats": {}}),
            json!({"session": {}, "stats": {}, "version": 1}), json!([{}, {}]), json!(null),
        ] {
            let answer = app.spin().put(SESSION, body.clone()).await;
            if answer.status != 422 {
                accepted.push(format!("{body}: {}", answer.status));
            }
        }
        assert_eq!(accepted, Vec::<String>::new());
    }

    /// What a bot keeps is given back as it was sent.
    async fn any_json_is_kept(app) {
        app.user(1).await;
        let data = json!({
            "": {"ключ": "значение", "🏆": "a\u{1}\"\\/\n\u{2028}", "empty": {}, "list": [[], {}, null, true, ""]},
            "date": "2026-11-22T12:00:00Z"
        });
        let put = app.spin().put(SESSION, json!({"session": data, "stats": data})).await;
        assert_eq!(tagged(&put), session(&data, &data, 2));
        assert_eq!(tagged(&app.spin().get(SESSION).await), session(&data, &data, 2));
        let patched = app.spin().patch(SESSION, json!({})).await;
        assert_eq!(tagged(&patched), session(&data, &data, 3));
    }

    /// To the last digit, as JSON.parse would read it, and however large.
    async fn any_number_is_kept(app) {
        app.user(1).await;
        let mut changed = Vec::new();
        for number in [
            "0", "-1", "1.5", "0.1", "1.0", "100.0", "1e-7", "1e+22", "123456789.12345679", "0.30000000000000004",
            "1.2345678901234567e+300", "2.2250738585072014e-308", "1.7976931348623157e+308",
            "-9223372036854775808", "9223372036854775807", "18446744073709551615",
        ] {
            let kept = format!("{{\"n\":{number}}}");
            let body = format!("{{\"session\": {kept}, \"stats\": {{}}}}");
            let put = app.spin().request(Method::PUT, SESSION).header("Content-Type", "application/json");
            for answer in [send(put.body(body)).await, app.spin().get(SESSION).await] {
                if !answer.text.contains(&kept) {
                    changed.push(format!("{number}: {} {:.60}", answer.status, answer.text));
                }
            }
        }
        assert_eq!(changed, Vec::<String>::new());
    }

    async fn a_patch_is_merged(app) {
        app.user(1).await;
        let start = json!({"session": {"a": 1, "b": {"c": 1, "d": 2}, "l": [1, 2]}, "stats": {"n": 1}});
        app.spin().put(SESSION, start.clone()).await.expect(200);
        let (one, two) = (start["session"].clone(), json!({"a": 2, "b": {"d": 2, "e": {}}, "l": [3]}));
        for (version, (patch, after, stats)) in (3..).zip([
            (json!({}), &one, json!({"n": 1})),
            (json!({"session": {}}), &one, json!({"n": 1})),
            (json!({"stats": {"n": 2, "m": {"x": null}}}), &one, json!({"n": 2, "m": {}})),
            (json!({"session": {"a": 2, "b": {"c": null, "e": {}}, "l": [3], "gone": null}}), &two, json!({"n": 2, "m": {}})),
            (json!({"session": {"b": {}}, "stats": {"m": [null]}}), &two, json!({"n": 2, "m": [null]})),
            (json!({"session": {"a": null, "b": null, "l": null}, "stats": {"m": null}}), &json!({}), json!({"n": 2})),
        ]) {
            for media_type in ["application/merge-patch+json", "application/json; charset=utf-8"] {
                let version = if media_type.starts_with("application/m") { 2 * version - 3 } else { 2 * version - 2 };
                let answer = patch_as(&app.spin(), media_type, &patch.to_string()).await;
                assert_eq!(tagged(&answer), session(after, &stats, version), "{patch}");
            }
        }
        assert_eq!(tagged(&app.spin().get(SESSION).await), session(&json!({}), &json!({"n": 2}), 14));
    }

    async fn a_patch_that_is_none_changes_nothing(app) {
        app.spin().patch(SESSION, json!({})).await.expect_problem(404, "session_not_found");
        app.user(1).await;
        let mut accepted = Vec::new();
        for body in [
            "null", "[]", "[{}, {}]", "1", r#"{"session": null}"#, r#"{"stats": null}"#, r#"{"session": []}"#,
            r#"{"session": 1}"#, r#"{"a": 1}"#, r#"{"session": {"a": "\u0000"}}"#,
            r#"{"session": {"a": 1e400}}"#,
        ] {
            let answer = patch_as(&app.spin(), "application/merge-patch+json", body).await;
            if answer.status != 422 {
                accepted.push(format!("{body}: {}", answer.status));
            }
        }
        for (media_type, body, status) in [
            ("application/merge-patch+json", "{", 400),
            ("application/merge-patch+json", r#"{"session": {"a": "\ud800"}}"#, 400),
            ("application/json-patch+json", "[]", 415),
            ("text/plain", "{}", 415),
        ] {
            assert_eq!(patch_as(&app.spin(), media_type, body).await.status, status, "{media_type} {body}");
        }
        assert_eq!(accepted, Vec::<String>::new());
        assert_eq!(tagged(&app.spin().get(SESSION).await), session(&json!({}), &json!({}), 1));
    }

    async fn a_reset_starts_the_session_anew_and_keeps_the_stats(app) {
        app.spin().post(RESET, json!({})).await.expect_problem(404, "user_not_found");
        app.spin().put("/v1/users/1", json!({})).await.expect(201);
        app.spin().post(RESET, json!({})).await.expect_problem(404, "session_not_found");
        let (stats, anew) = (json!({"best": 9}), json!({"chat_state": "new"}));
        app.spin().put(SESSION, json!({"session": {"a": 1}, "stats": stats})).await.expect(200);
        assert_eq!(tagged(&app.spin().post(RESET, json!({})).await), session(&json!({}), &stats, 2));
        let reset = app.spin().post(RESET, json!({"session": anew})).await;
        assert_eq!(tagged(&reset), session(&anew, &stats, 3));
        app.spin().post(RESET, json!({"session": null})).await.expect_problem(422, "validation_failed");
        app.spin().post(RESET, json!({"stats": {}})).await.expect_problem(422, "validation_failed");
        assert_eq!(tagged(&app.spin().get(SESSION).await), session(&anew, &stats, 3));
    }

    async fn a_write_for_another_version_writes_nothing(app) {
        app.user(1).await;
        let (put, patch) = (json!({"session": {"a": 1}, "stats": {}}), json!({"session": {"b": 2}}));
        let writes = [(Method::PUT, SESSION, &put), (Method::PATCH, SESSION, &patch), (Method::POST, RESET, &json!({}))];
        for (method, path, body) in &writes {
            // Also those that no session ever had.
            for tag in ["\"0\"", "\"2\"", "\"99999999999999999999\"", "W/\"7\"", "\"01\"", "\"-1\"", "\"a\"", "\"\""] {
                let answer = app.spin().if_match(tag, method.clone(), path, (*body).clone()).await;
                answer.expect_problem(412, "version_conflict");
            }
        }
        assert_eq!(tagged(&app.spin().get(SESSION).await), session(&json!({}), &json!({}), 1));
        // At the right version each goes through; what a proxy made weak counts too.
        for ((method, path, body), tag) in writes.iter().zip(["\"1\"", "W/\"2\"", "\"3\""]) {
            tagged(&app.spin().if_match(tag, method.clone(), path, (*body).clone()).await);
        }
        assert_eq!(tagged(&app.spin().get(SESSION).await), session(&json!({}), &json!({}), 4));
    }

    async fn an_absent_session_has_no_version(app) {
        app.spin().put("/v1/users/1", json!({})).await.expect(201);
        let put = json!({"session": {}, "stats": {}});
        for (method, path, body) in [(Method::PUT, SESSION, &put), (Method::PATCH, SESSION, &json!({})), (Method::POST, RESET, &json!({}))] {
            let answer = app.spin().if_match("\"1\"", method.clone(), path, body.clone()).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (412, &json!("version_conflict")), "{method}");
        }
        app.spin().get(SESSION).await.expect_problem(404, "session_not_found");
    }

    async fn an_if_match_of_anything_but_one_tag_is_refused(app) {
        app.user(1).await;
        for tag in ["\"1\", \"2\"", "\"1\",\"1\"", "1", "*", "", "\"1", "\"1\"x", "w/\"1\""] {
            for (method, path) in [(Method::PATCH, SESSION), (Method::POST, RESET)] {
                app.spin().if_match(tag, method, path, json!({})).await.expect_problem(400, "invalid_if_match");
            }
        }
        let twice = app.spin().request(Method::PATCH, SESSION).header("If-Match", "\"1\"").header("If-Match", "\"1\"");
        send(twice.json(&json!({}))).await.expect_problem(400, "invalid_if_match");
        assert_eq!(app.spin().get(SESSION).await.expect(200)["version"], 1);
    }

    async fn a_session_has_room_for_256_kib(app) {
        app.user(1).await;
        let body = |spare: usize| {
            let frame = json!({"session": {"text": ""}, "stats": {}}).to_string().len();
            json!({"session": {"text": "x".repeat(256 * 1024 - frame - spare)}, "stats": {}})
        };
        app.spin().put(SESSION, body(0)).await.expect(200);
        let mut too_large = body(0);
        too_large["session"]["text"] = json!(format!("{}x", too_large["session"]["text"].as_str().unwrap()));
        app.spin().put(SESSION, too_large).await.expect_problem(413, "body_too_large");
        // The parts of a patch may be small: it is what they come to that counts.
        let grow = |by: usize| json!({"stats": {"text": "x".repeat(by)}});
        let used = body(0)["session"].to_string().len() + json!({"text": ""}).to_string().len();
        let room = 256 * 1024 - used;
        app.spin().patch(SESSION, grow(room + 1)).await.expect_problem(413, "body_too_large");
        assert_eq!(app.spin().get(SESSION).await.expect(200)["stats"], json!({}));
        assert_eq!(app.spin().patch(SESSION, grow(room)).await.expect(200)["version"], 3);
        app.spin().patch(SESSION, json!({"session": {"text": null}})).await.expect(200);
    }

    async fn json_may_be_64_deep(app) {
        app.user(1).await;
        let nested = |depth: usize| format!("{{\"session\": {{\"a\": {}{}}}}}", "[".repeat(depth), "]".repeat(depth));
        patch_as(&app.spin(), "application/json", &nested(62)).await.expect(200);
        patch_as(&app.spin(), "application/json", &nested(63)).await.expect_problem(422, "validation_failed");
    }

    async fn an_operator_works_with_the_sessions_of_every_bot_there_is(app) {
        let operator = app.operator();
        operator.post("/v1/users/1/sessions/quiz_bot/open", json!({})).await.expect(200);
        operator.put(SESSION, json!({"session": {"a": 1}, "stats": {}})).await.expect(200);
        let ghost = "/v1/users/1/sessions/ghost_bot";
        operator.post(&format!("{ghost}/open"), json!({})).await.expect_problem(404, "bot_not_found");
        operator.put(ghost, json!({"session": {}, "stats": {}})).await.expect_problem(404, "bot_not_found");
        for bot in ["Spin", "a%20b", "%D0%B6"] {
            app.spin().get(&format!("/v1/users/1/sessions/{bot}")).await.expect_problem(422, "validation_failed");
        }
        let [spin, quiz] = ["spin_bot", "quiz_bot"].map(|bot| format!("/v1/users/1/sessions/{bot}"));
        let both = json!([operator.get(&quiz).await.expect(200), operator.get(&spin).await.expect(200)]);
        assert_eq!(operator.get("/v1/users/1/sessions").await.expect(200), json!({"items": both, "next_cursor": null}));
        assert_eq!(app.quiz().get("/v1/users/1/sessions").await.expect(200)["items"], json!([both[0]]));
        app.quiz().get("/v1/users/2/sessions").await.expect_problem(404, "user_not_found");
    }

    /// A proxy that meets a compressed answer would have to weaken its tag.
    async fn what_has_an_etag_is_not_compressed(app) {
        app.user(1).await;
        let large = json!({"session": {"text": "x".repeat(10_000)}, "stats": {}});
        app.spin().put(SESSION, large).await.expect(200);
        for (path, encoding) in [(SESSION, None), ("/v1/users/1/sessions", Some("gzip"))] {
            let request = app.spin().request(Method::GET, path).header("Accept-Encoding", "gzip");
            let response = request.send().await.unwrap();
            let found = response.headers().get("content-encoding").map(|value| value.to_str().unwrap());
            assert_eq!(found, encoding, "{path}");
        }
    }
}
