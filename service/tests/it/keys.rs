//! Bots, and the keys that are handed out to them.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::support::{Caller, LIMITS, TestApp};
use serde_json::{Value, json};
use service::api::{App, Keys, RateLimit, router};
use service::domain::key;
use tokio::net::TcpListener;

const KEYS: &str = "/v1/bots/spin_bot/keys";

async fn create(app: &TestApp, body: Value) -> (Value, Caller) {
    let created = app.operator().post(KEYS, body).await.expect(201);
    let caller = app.with_key(created["key"].as_str().unwrap());
    (created, caller)
}

async fn revoke(app: &TestApp, created: &Value) {
    let path = format!("{KEYS}/{}", created["key_id"].as_str().unwrap());
    app.operator().delete(&path).await.expect(204);
}

/// Another replica on the same database, which has seen no key yet: its address.
async fn replica(app: &TestApp) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = App {
        store: app.store.clone(),
        keys: Keys::new([]),
        limit: RateLimit::new(0, 0),
        ranks: app.ranks.clone(),
        idempotency_seconds: 1,
        stopping: AtomicBool::default(),
    };
    let minute = Duration::from_secs(60);
    tokio::spawn(process::serve::serve(
        listener,
        router(LIMITS).with_state(Arc::new(app)),
        minute,
        minute,
        pending(),
    ));
    base
}

/// What a replica answers to this key.
async fn status_at(base: &str, created: &Value) -> u16 {
    let request = process::http::client().get(format!("{base}/v1/levels"));
    let request = request.bearer_auth(created["key"].as_str().unwrap());
    crate::support::send(request).await.status.as_u16()
}

/// Calls until `done`, and fails after a second.
async fn within_a_second(mut done: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !done().await {
        assert!(started.elapsed() <= Duration::from_secs(1), "not within a second");
    }
}

async fn last_used(app: &TestApp, created: &Value) -> Value {
    let list = app.operator().get(KEYS).await.expect(200);
    let mut keys = list["items"].as_array().unwrap().iter();
    keys.find(|key| key["key_id"] == created["key_id"]).unwrap()["last_used_at"].clone()
}

both! {
    async fn a_key_is_shown_once_and_kept_as_a_hash(app) {
        let now = "2026-11-22T12:00:00.000000Z";
        let (created, caller) = create(&app, json!({})).await;
        let key = created["key"].as_str().unwrap();
        assert_eq!(created, json!({"key_id": created["key_id"], "key": key, "bot_name": "spin_bot",
            "created_at": now, "expires_at": null}));
        assert!(key.len() == 40 && key.starts_with("spn_"), "{key}");
        assert!(key::ApiKey::is_well_formed(key), "{key}");
        let list = app.operator().get(KEYS).await;
        assert_eq!(list.expect(200), json!({"next_cursor": null, "items": [{
            "key_id": created["key_id"], "bot_name": "spin_bot", "created_at": now,
            "last_used_at": null, "expires_at": null, "revoked_at": null}]}));
        // It is its bot's key and no other's.
        caller.post("/v1/users/7/sessions/spin_bot/open", json!({})).await.expect(200);
        caller.post("/v1/users/7/sessions/quiz_bot/open", json!({})).await.expect_problem(404, "session_not_found");
        caller.get(KEYS).await.expect_problem(403, "operator_only");
    }

    async fn an_operators_key_can_be_stored_as_well(app) {
        let create = app.store.write(|tx| Box::pin(key::create(tx, None, None)));
        let created = create.await.unwrap();
        let operator = app.with_key(&created.key);
        operator.get("/v1/bots").await.expect(200);
        // Under a bot's name it is not found, so that it cannot be revoked by accident.
        let path = format!("{KEYS}/{}", created.key_id);
        operator.delete(&path).await.expect_problem(404, "key_not_found");
        assert_eq!(operator.get(KEYS).await.expect(200)["items"], json!([]));
    }

    async fn keys_rotate_without_a_gap(app) {
        let (old, with_old) = create(&app, json!({})).await;
        with_old.get("/v1/levels").await.expect(200);
        let (_, with_new) = create(&app, json!({})).await;
        with_old.get("/v1/levels").await.expect(200);
        with_new.get("/v1/levels").await.expect(200);
        revoke(&app, &old).await;
        within_a_second(async || with_old.get("/v1/levels").await.status == 401).await;
        with_old.get("/v1/levels").await.expect_problem(401, "unauthorized");
        with_new.get("/v1/levels").await.expect(200);
    }

    async fn a_revoked_key_fails_within_a_second_on_every_replica(app) {
        let bases = [app.base.clone(), replica(&app).await, replica(&app).await];
        let (created, _) = create(&app, json!({})).await;
        for base in &bases {
            assert_eq!(status_at(base, &created).await, 200);
        }
        revoke(&app, &created).await;
        let revoked_at = Instant::now();
        for base in &bases {
            while status_at(base, &created).await != 401 {
                assert!(revoked_at.elapsed() <= Duration::from_secs(1), "not within a second");
            }
        }
        // Revoked again, it stays revoked when it was.
        let first = app.operator().get(KEYS).await.expect(200);
        app.pass(60);
        revoke(&app, &created).await;
        assert_eq!(app.operator().get(KEYS).await.expect(200), first);
        assert_eq!(first["items"][0]["revoked_at"], "2026-11-22T12:00:00.000000Z");
    }

    async fn a_key_works_until_it_expires(app) {
        let (created, caller) = create(&app, json!({"expires_at": "2026-11-22T13:00:00+01:00"})).await;
        assert_eq!(created["expires_at"], "2026-11-22T12:00:00.000000Z");
        caller.get("/v1/levels").await.expect_problem(401, "unauthorized");
        let (created, caller) = create(&app, json!({"expires_at": "2026-11-22T12:00:01Z"})).await;
        caller.get("/v1/levels").await.expect(200);
        app.pass(1);
        assert_eq!(status_at(&replica(&app).await, &created).await, 401);
        within_a_second(async || caller.get("/v1/levels").await.status == 401).await;
        app.operator().post(KEYS, json!({"expires_at": "tomorrow"})).await
            .expect_problem(422, "validation_failed");
    }

    /// New replicas ask the database at once, so that nothing has to be waited for. Had the second
    /// use been noted, the third would come too early to be.
    async fn the_use_of_a_key_is_noted_at_most_once_a_minute(app) {
        let (created, _) = create(&app, json!({})).await;
        let mut noted = "2026-11-22T12:00:00.000000Z";
        for (seconds, now) in [(0, noted), (40, noted), (30, "2026-11-22T12:01:10.000000Z")] {
            app.pass(seconds);
            assert_eq!(status_at(&replica(&app).await, &created).await, 200);
            noted = now;
            within_a_second(async || last_used(&app, &created).await == noted).await;
        }
    }

    async fn what_is_no_key_is_refused_alike(app) {
        let (created, _) = create(&app, json!({})).await;
        let (revoked, _) = create(&app, json!({})).await;
        revoke(&app, &revoked).await;
        let key = created["key"].as_str().unwrap();
        let bearer = |key: &str| vec![format!("Bearer {key}")];
        let expected = app.without_key().get("/v1/levels").await;
        expected.expect_problem(401, "unauthorized");
        for headers in [
            bearer(""),
            bearer("spn_"),
            bearer(&key[..39]),
            bearer(&format!("{key}0")),
            bearer(&key.to_lowercase()),
            bearer(&"x".repeat(5_000)),
            bearer("spn_0123456789ABCDEFGHIJKLMNOPQRST0a1B2c"),
            bearer(&format!("{key}\u{e9}")),
            bearer(revoked["key"].as_str().unwrap()),
            bearer(created["key_id"].as_str().unwrap()),
            vec![key.to_owned()],
            vec![format!("Basic {key}")],
            vec![format!("Bearer{key}")],
            vec![format!("Bearer {key}"), format!("Bearer {key}")],
        ] {
            let mut request = app.without_key().request(reqwest::Method::GET, "/v1/levels");
            for header in &headers {
                request = request.header("Authorization", header.as_bytes());
            }
            let answer = crate::support::send(request).await;
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{headers:?}");
            assert_eq!(answer.without_request_id(), expected.without_request_id(), "{headers:?}");
        }
        let lower_case = app.without_key().request(reqwest::Method::GET, "/v1/levels");
        crate::support::send(lower_case.header("authorization", format!("bearer  {key} "))).await.expect(200);
    }

    async fn bots_are_put_and_listed_by_operators(app) {
        let operator = app.operator();
        let bot = operator.put("/v1/bots/a_new_bot", json!({"title": "Новый"})).await.expect(201);
        assert_eq!(bot, json!({"bot_name": "a_new_bot", "title": "Новый", "created_at": "2026-11-22T12:00:00.000000Z"}));
        app.pass(60);
        let renamed = operator.put("/v1/bots/a_new_bot", json!({})).await.expect(200);
        assert_eq!(renamed, json!({"bot_name": "a_new_bot", "title": null, "created_at": bot["created_at"]}));
        let page = operator.get("/v1/bots?limit=2").await.expect(200);
        let names = |page: &Value| page["items"].as_array().unwrap().iter().map(|bot| bot["bot_name"].clone()).collect::<Value>();
        assert_eq!(names(&page), json!(["a_new_bot", "quiz_bot"]));
        let next = format!("/v1/bots?cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(names(&operator.get(&next).await.expect(200)), json!(["spin_bot"]));
        let long = format!("/v1/bots/{}", "b".repeat(51));
        for path in ["/v1/bots/New", "/v1/bots/a-b", "/v1/bots/%D0%B1", &long] {
            operator.put(path, json!({})).await.expect_problem(422, "validation_failed");
        }
    }

    async fn only_a_bot_that_is_there_has_keys(app) {
        let operator = app.operator();
        operator.post("/v1/bots/no_bot/keys", json!({})).await.expect_problem(404, "bot_not_found");
        operator.get("/v1/bots/no_bot/keys").await.expect_problem(404, "bot_not_found");
        let (created, caller) = create(&app, json!({})).await;
        let id = created["key_id"].as_str().unwrap();
        for bot in ["quiz_bot", "no_bot"] {
            operator.delete(&format!("/v1/bots/{bot}/keys/{id}")).await.expect_problem(404, "key_not_found");
        }
        caller.get("/v1/levels").await.expect(200);
    }

    async fn keys_are_listed_newest_first_in_pages(app) {
        let mut expected = Vec::new();
        for step in 0..5 {
            expected.insert(0, create(&app, json!({})).await.0["key_id"].clone());
            app.pass(step % 2);
        }
        let (mut ids, mut path) = (Vec::new(), format!("{KEYS}?limit=2"));
        loop {
            let page = app.operator().get(&path).await.expect(200);
            ids.extend(page["items"].as_array().unwrap().iter().map(|key| key["key_id"].clone()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("{KEYS}?limit=2&cursor={cursor}");
        }
        assert_eq!(ids, expected);
    }
}
