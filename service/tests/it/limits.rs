//! The sizes that a request may have, and the numbers in it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::support::{Engine, LIMITS, OPERATOR_KEY, TestApp, send};
use reqwest::Method;
use serde_json::{Value, json};
use service::api::{Limits, RateLimit};
use tokio::task::JoinSet;

/// All that the requests beyond the limits could have changed.
async fn everything(app: &TestApp) -> Value {
    let mut all = Vec::new();
    for list in ["users", "users/7/export", "promocodes?limit=100", "bots"] {
        all.push(app.operator().get(&format!("/v1/{list}")).await.expect(200));
    }
    all.into()
}

both! {
    /// Every number of the contract, at its edges.
    async fn limits_are_where_the_contract_says(app) {
        app.user(7).await;
        let text = |length: usize| json!("я".repeat(length));
        let name = |length: usize| json!("n".repeat(length));
        let user = |rest: &str| format!("/v1/users/7/{rest}");
        let month = |days: i64| json!({"subscription_type": "month", "duration_days": days});
        let credits = |credits: i64| json!({"subscription_type": "credits", "credits": credits});
        let code = |kind: &str, value: i64| json!({"code": format!("{kind}{value}"), "type": kind, "value": value});
        let free = |count: i64| json!({"source": "admin", "count": count});
        let named = |code: Value| json!({"code": code, "type": "credits", "value": 1});
        let charge = |id: Value| json!({"provider": id, "charge_id": id, "tariff": id, "amount": 1, "currency": "XTR"});
        let deep = |depth: usize| (1..depth).fold(json!({}), |inner, _| json!({"a": inner}));
        let session = |depth: usize| json!({"session": deep(depth - 1), "stats": {}});
        let sized = |bytes: usize| json!({"session": {"a": "x".repeat(bytes - r#"{"session":{"a":""},"stats":{}}"#.len())}, "stats": {}});
        let leveled = |steps: usize| json!({"amount": 1, "levels": vec![json!({"level": 1, "min_xp": 0}); steps]});
        let put = user("sessions/spin_bot");
        for (method, path, fits, status) in [
            (Method::POST, user("xp"), vec![json!({"amount": 1}), json!({"amount": 1_000_000}), leveled(1_000)], 200),
            (Method::POST, user("subscriptions"), vec![month(1), month(3_660), credits(1), credits(100_000)], 201),
            (Method::POST, user("free-trainings"), vec![free(1), free(1_000)], 201),
            (Method::POST, "/v1/promocodes".to_owned(), vec![code("credits", 1), code("credits", 100_000),
                code("trainings", 1_000), named(name(1)), named(name(50))], 201),
            (Method::POST, user("badges"), vec![json!({"badge_type": text(1)}), json!({"badge_type": text(100)})], 201),
            (Method::POST, user("payments"), vec![charge(text(1)), charge(text(255))], 201),
            (Method::PUT, "/v1/users/7".to_owned(), vec![json!({"username": text(255), "first_name": text(0)})], 200),
            (Method::PUT, format!("/v1/bots/{}", "b".repeat(50)), vec![json!({"title": text(255)})], 201),
            (Method::PUT, put.clone(), vec![session(64), sized(256 * 1024)], 200),
        ] {
            for body in fits {
                let answer = send(app.operator().request(method.clone(), &path).json(&body)).await;
                assert_eq!(answer.status, status, "{path}: {}", answer.text);
            }
        }
        let before = everything(&app).await;
        for (method, path, beyond, status) in [
            (Method::POST, user("xp"), vec![json!({"amount": 0}), json!({"amount": 1_000_001}), leveled(1_001)], 422),
            (Method::POST, user("subscriptions"), vec![month(0), month(3_661), credits(0), credits(100_001)], 422),
            (Method::POST, user("free-trainings"), vec![free(0), free(1_001)], 422),
            (Method::POST, "/v1/promocodes".to_owned(), vec![code("credits", 0), code("credits", 100_001),
                code("trainings", 1_001), named(name(0)), named(name(51))], 422),
            (Method::POST, user("badges"), vec![json!({"badge_type": text(0)}), json!({"badge_type": text(101)})], 422),
            (Method::POST, user("payments"), vec![charge(text(0)), charge(text(256))], 422),
            (Method::PUT, "/v1/users/7".to_owned(), vec![json!({"username": text(256)})], 422),
            (Method::PUT, format!("/v1/bots/{}", "b".repeat(51)), vec![json!({})], 422),
            (Method::PUT, put, vec![session(65)], 422),
        ] {
            for body in beyond {
                let answer = send(app.operator().request(method.clone(), &path).json(&body)).await;
                assert_eq!(answer.status, status, "{path}: {}", answer.text);
            }
        }
        app.spin().post(&user("xp"), json!({"amount": -1})).await.expect_problem(422, "validation_failed");
        assert_eq!(everything(&app).await, before);
    }

    /// An answer reaches a client that is still sending, instead of a broken connection; also one
    /// that is clear before the body is read.
    async fn a_large_body_gets_its_answer(app) {
        let (spin, nobody) = (app.spin(), app.without_key());
        let mut lost = Vec::new();
        for (caller, path, bytes, status) in [
            (&spin, "/v1/users/7/xp", 256 * 1024 + 1, 413),
            (&spin, "/v1/users/7/sessions/spin_bot/open", 1024 * 1024, 413),
            (&spin, "/v1/users/7/xp", 5 * 1024 * 1024, 413),
            (&nobody, "/v1/users/7/xp", 200 * 1024, 401),
            (&spin, "/v1/promocodes", 200 * 1024, 403),
            (&spin, "/v1/nothing", 200 * 1024, 404),
            (&spin, "/v1/users/x/xp", 200 * 1024, 422),
        ] {
            for _ in 0..5 {
                let request = caller.request(Method::POST, path).header("content-type", "application/json");
                match request.body(vec![b' '; bytes]).send().await {
                    Ok(answer) => assert_eq!(answer.status(), status, "{path}"),
                    Err(_) => lost.push(format!("{status} to {bytes} bytes")),
                }
            }
        }
        assert_eq!(lost, [""; 0]);
        spin.get("/v1/users/7").await.expect_problem(404, "user_not_found");
    }

    async fn a_path_that_is_too_long_is_refused(app) {
        let path = |start: &str, length: usize| format!("{start}{}", "1".repeat(length));
        app.spin().get(&path("/v1/users/", 8_000)).await.expect_problem(422, "validation_failed");
        app.spin().get(&path("/", 8_000)).await.expect_problem(404, "not_found");
        app.spin().get(&path("/", 60_000)).await.expect_problem(404, "not_found");
    }

    /// Every answer carries the request's id: the caller's own, if it can be one.
    async fn a_request_is_known_by_its_id(app) {
        app.user(7).await;
        let longest = "x".repeat(128);
        for (path, status) in [("/v1/users/7", 200), ("/v1/users/8", 404), ("/nothing", 404), ("/healthz", 200), ("/docs/", 200)] {
            for id in ["tg-1", "a b", longest.as_str()] {
                let answer = send(app.spin().request(Method::GET, path).header("X-Request-Id", id)).await;
                assert_eq!((answer.status.as_u16(), answer.header("x-request-id")), (status, Some(id)), "{path}");
            }
            let mut made = std::collections::BTreeSet::new();
            for id in ["", "ключ", &format!("{longest}x")] {
                let answer = send(app.spin().request(Method::GET, path).header("X-Request-Id", id)).await;
                let id = answer.header("x-request-id").unwrap().to_owned();
                assert_eq!(id.len(), 36, "{path}: {id}");
                made.insert(id);
            }
            assert_eq!(made.len(), 3, "{path}");
        }
        for (method, path, caller, status) in [
            (Method::DELETE, "/v1/levels", app.spin(), 405),
            (Method::GET, "/v1/levels", app.without_key(), 401),
            (Method::GET, "/v1/bots", app.spin(), 403),
            (Method::DELETE, "/v1/users/7", app.spin(), 204),
        ] {
            let answer = send(caller.request(method, path).header("X-Request-Id", "mine")).await;
            assert_eq!((answer.status.as_u16(), answer.header("x-request-id")), (status, Some("mine")), "{path}");
        }
    }

    async fn a_session_keeps_all_that_json_can_say(app) {
        app.user(7).await;
        let session = "/v1/users/7/sessions/spin_bot";
        let data = json!({"session": {"": null, "я": "😀 \u{ffff} \u{1} \" \\ ' $1", "$.a": {"a": {}}, "list": [[], {}]},
            "stats": {"int": i64::MIN, "big": u64::MAX, "float": 0.1, "huge": 1e308, "tiny": 1e-300, "no": false}});
        app.spin().put(session, data.clone()).await.expect(200);
        let before = app.spin().get(session).await.expect(200);
        assert_eq!((&before["session"], &before["stats"]), (&data["session"], &data["stats"]));
        for (value, status) in [
            (r#""\ud800""#, 400),
            (r#""\udc00\ud800""#, 400),
            (r#""a\u0000""#, 422),
            (r#"{"\u0000": 1}"#, 422),
            ("1e400", 422),
            ("NaN", 400),
            ("01", 400),
        ] {
            for method in [Method::PUT, Method::PATCH] {
                let body = format!(r#"{{"session": {{"a": {value}}}, "stats": {{}}}}"#);
                let request = app.spin().request(method, session).header("content-type", "application/json");
                let answer = send(request.body(body)).await;
                assert_eq!(answer.status, status, "{value}: {}", answer.text);
            }
        }
        assert_eq!(app.spin().get(session).await.expect(200), before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_carries_too_much_refuses_more_and_is_still_up() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let limits = Limits { max_in_flight: 1, ..LIMITS };
        let app = TestApp::start_with(engine, RateLimit::new(0, 0), limits).await;
        let mut slow = TcpStream::connect(app.base.trim_start_matches("http://")).unwrap();
        let head = format!(
            "PUT /v1/users/7 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {OPERATOR_KEY}\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        );
        slow.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 12];
        // Comes once the body is waited for: the request is in hand.
        slow.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 100");

        let refused = app.spin().get("/v1/levels").await;
        refused.expect_problem(503, "overloaded");
        assert_eq!(refused.header("retry-after"), Some("1"));
        for path in ["/healthz", "/readyz"] {
            app.without_key().get(path).await.expect(200);
        }

        slow.write_all(b"{}").unwrap();
        slow.read_exact(&mut [0; 13]).unwrap(); // "Continue" and the empty line
        slow.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 201");
        app.spin().get("/v1/users/7").await.expect(200);
    }
}

/// Each key has its own limit, and is told how long to wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_asks_too_often_waits() {
    let app = TestApp::start_with(Engine::Sqlite, RateLimit::new(1, 2), LIMITS).await;
    let started = Instant::now();
    let ask = |_| {
        let spin = app.spin();
        async move { spin.get("/v1/levels").await }
    };
    let answers = (0..100).map(ask).collect::<JoinSet<_>>().join_all().await;
    let served = answers.iter().filter(|answer| answer.status == 200).count();
    // Two at once, and one for each second that they took.
    assert!((2..=3 + started.elapsed().as_secs()).contains(&(served as u64)), "{served}");
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert!(!refused.is_empty());
    for answer in refused {
        answer.expect_problem(429, "rate_limited");
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=3).contains(&wait), "{wait}");
    }
    // Others do not wait for it, and who has no key is told so.
    app.quiz().get("/v1/levels").await.expect(200);
    app.without_key().get("/v1/levels").await.expect_problem(401, "unauthorized");
    while app.spin().get("/v1/levels").await.status == 429 {}
}

/// Who was refused and goes on sending takes nobody's place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_sends_slowly_keeps_nobody_out() {
    let limits = Limits { max_in_flight: 1, ..LIMITS };
    let app = TestApp::start_with(Engine::Sqlite, RateLimit::new(0, 0), limits).await;
    let mut stranger = TcpStream::connect(app.base.trim_start_matches("http://")).unwrap();
    let head = "PUT /v1/users/7 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 100000\r\n\r\n";
    stranger.write_all(head.as_bytes()).unwrap();
    let (answered, mut answer) = (Arc::new(AtomicBool::new(false)), [0; 12]);
    let refused = Arc::clone(&answered);
    let reading = std::thread::spawn(move || {
        stranger.read_exact(&mut answer).unwrap();
        refused.store(true, Ordering::SeqCst);
        answer
    });
    let mut served = 0;
    while !answered.load(Ordering::SeqCst) {
        // Only in the moment of the refusal itself there is no room.
        served += u32::from(app.spin().get("/v1/levels").await.status == 200);
    }
    assert!(served >= 10, "{served}");
    assert_eq!(&reading.join().unwrap(), b"HTTP/1.1 401");
}
