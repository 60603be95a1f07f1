//! Who may call what: every operation of the document with every kind of key.

use crate::support::{Answer, Caller, TestApp, bot_key};
use reqwest::Method;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Needs no key.
    Everyone,
    /// Bots and operators.
    Bots,
    Operators,
}

/// Every operation, and who may call it. One that is missing here fails the test.
const OPERATIONS: [(&str, Who); 58] = [
    ("GET /healthz", Who::Everyone),
    ("GET /readyz", Who::Everyone),
    ("GET /v1/badges", Who::Bots),
    ("DELETE /v1/badges/{badge_type}", Who::Operators),
    ("PUT /v1/badges/{badge_type}", Who::Operators),
    ("GET /v1/bots", Who::Operators),
    ("PUT /v1/bots/{bot_name}", Who::Operators),
    ("GET /v1/bots/{bot_name}/keys", Who::Operators),
    ("POST /v1/bots/{bot_name}/keys", Who::Operators),
    ("DELETE /v1/bots/{bot_name}/keys/{key_id}", Who::Operators),
    ("GET /v1/figures", Who::Operators),
    ("GET /v1/leaderboard", Who::Bots),
    ("GET /v1/levels", Who::Bots),
    ("PUT /v1/levels", Who::Operators),
    ("GET /v1/payments", Who::Operators),
    ("GET /v1/promocodes", Who::Operators),
    ("POST /v1/promocodes", Who::Operators),
    ("DELETE /v1/promocodes/{code}", Who::Operators),
    ("GET /v1/promocodes/{code}", Who::Operators),
    ("GET /v1/subscriptions", Who::Bots),
    ("GET /v1/tariffs", Who::Bots),
    ("PUT /v1/tariffs/{tariff}", Who::Operators),
    ("GET /v1/users", Who::Operators),
    ("DELETE /v1/users/{telegram_id}", Who::Bots),
    ("GET /v1/users/{telegram_id}", Who::Bots),
    ("PUT /v1/users/{telegram_id}", Who::Bots),
    ("GET /v1/users/{telegram_id}/access", Who::Bots),
    ("POST /v1/users/{telegram_id}/access/consume", Who::Bots),
    ("POST /v1/users/{telegram_id}/access/{consumption_id}/return", Who::Bots),
    ("GET /v1/users/{telegram_id}/badges", Who::Bots),
    ("POST /v1/users/{telegram_id}/badges", Who::Bots),
    ("GET /v1/users/{telegram_id}/export", Who::Bots),
    ("GET /v1/users/{telegram_id}/free-trainings", Who::Bots),
    ("POST /v1/users/{telegram_id}/free-trainings", Who::Bots),
    ("POST /v1/users/{telegram_id}/free-trainings/{id}/revoke", Who::Operators),
    ("GET /v1/users/{telegram_id}/payments", Who::Bots),
    ("POST /v1/users/{telegram_id}/payments", Who::Bots),
    ("POST /v1/users/{telegram_id}/payments/{provider}/{charge_id}/refund", Who::Bots),
    ("POST /v1/users/{telegram_id}/promocodes/{code}/redeem", Who::Bots),
    ("GET /v1/users/{telegram_id}/rank", Who::Bots),
    ("PUT /v1/users/{telegram_id}/referrer", Who::Bots),
    ("GET /v1/users/{telegram_id}/sessions", Who::Bots),
    ("GET /v1/users/{telegram_id}/sessions/{bot_name}", Who::Bots),
    ("PATCH /v1/users/{telegram_id}/sessions/{bot_name}", Who::Bots),
    ("PUT /v1/users/{telegram_id}/sessions/{bot_name}", Who::Bots),
    ("POST /v1/users/{telegram_id}/sessions/{bot_name}/open", Who::Bots),
    ("POST /v1/users/{telegram_id}/sessions/{bot_name}/reset", Who::Bots),
    ("GET /v1/users/{telegram_id}/subscriptions", Who::Bots),
    ("POST /v1/users/{telegram_id}/subscriptions", Who::Bots),
    ("POST /v1/users/{telegram_id}/subscriptions/{id}/cancel", Who::Bots),
    ("POST /v1/users/{telegram_id}/subscriptions/{id}/resume", Who::Bots),
    ("POST /v1/users/{telegram_id}/subscriptions/{id}/revoke", Who::Operators),
    ("GET /v1/users/{telegram_id}/trainings", Who::Bots),
    ("POST /v1/users/{telegram_id}/trainings", Who::Bots),
    ("GET /v1/users/{telegram_id}/trainings/summary", Who::Bots),
    ("GET /v1/users/{telegram_id}/trainings/{training_id}", Who::Bots),
    ("GET /v1/users/{telegram_id}/xp", Who::Bots),
    ("POST /v1/users/{telegram_id}/xp", Who::Bots),
];

/// The document's operations, each with how it is called: `METHOD path`.
async fn documented(app: &TestApp) -> Vec<(String, Value)> {
    let document = app.without_key().get("/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().unwrap();
    let of_path = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| {
            (format!("{} {path}", method.to_uppercase()), operation.clone())
        })
    });
    of_path.collect()
}

/// The path with something for each of its parameters: what can be, or nonsense.
fn fill(path: &str, nonsense: bool) -> String {
    let part = |part: &str| match part {
        _ if !part.starts_with('{') => part.to_owned(),
        _ if nonsense => "%00%20!".to_owned(),
        "{telegram_id}" => "7".to_owned(),
        "{bot_name}" => "spin_bot".to_owned(),
        "{id}" | "{key_id}" | "{consumption_id}" | "{training_id}" => uuid(),
        _ => "a".to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn uuid() -> String {
    "6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77".to_owned()
}

/// Calls with a body that is none, to a path that is one or not.
async fn call(caller: &Caller, operation: &str, nonsense: bool) -> Answer {
    let (method, path) = operation.split_once(' ').unwrap();
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = caller.request(method, &fill(path, nonsense));
    crate::support::send(request.header("content-type", "text/plain").body("{")).await
}

fn who(operation: &str) -> Who {
    let row = OPERATIONS.iter().find(|(known, _)| *known == operation);
    row.unwrap_or_else(|| panic!("who may call {operation}? Say it in OPERATIONS")).1
}

/// Callers whose key is none, made up, mistyped, revoked, expired.
async fn strangers(app: &TestApp) -> Vec<(&'static str, Caller)> {
    let keys = "/v1/bots/spin_bot/keys";
    let operator = app.operator();
    let revoked = operator.post(keys, json!({})).await.expect(201);
    let path = format!("{keys}/{}", revoked["key_id"].as_str().unwrap());
    operator.delete(&path).await.expect(204);
    let past = json!({"expires_at": "2026-11-22T11:59:59Z"});
    let expired = operator.post(keys, past).await.expect(201);
    let key = |created: &Value| created["key"].as_str().unwrap().to_owned();
    let garbage = "spn_0123456789ABCDEFGHIJKLMNOPQRST0a1B2c".to_owned();
    let mistyped = bot_key("spin_bot").to_uppercase();
    let with = |(name, key): (&'static str, String)| (name, app.with_key(&key));
    let keys = [
        ("garbage", garbage),
        ("mistyped", mistyped),
        ("revoked", key(&revoked)),
        ("expired", key(&expired)),
    ];
    keys.map(with).into_iter().chain([("no key", app.without_key())]).collect()
}

both! {
    async fn the_table_lists_exactly_what_is_documented(app) {
        let documented = documented(&app).await;
        for (operation, details) in &documented {
            let (is_open, is_for_operators) = match who(operation) {
                Who::Everyone => (true, false),
                Who::Bots => (false, false),
                Who::Operators => (false, true),
            };
            let security = if is_open { json!([]) } else { json!([{"key": []}]) };
            assert_eq!(details["security"], security, "{operation}");
            assert_eq!(details["responses"]["401"].is_object(), !is_open, "{operation}");
            assert_eq!(details["responses"]["403"].is_object(), is_for_operators, "{operation}");
        }
        for (operation, _) in OPERATIONS {
            assert!(documented.iter().any(|(known, _)| known == operation), "{operation} is no more");
        }
    }

    /// The key is looked at before path and body, and a stranger changes nothing.
    async fn nobody_does_anything_without_a_valid_key(app) {
        app.user(7).await;
        let before = app.operator().get("/v1/users/7/export").await.expect(200);
        let strangers = strangers(&app).await;
        for (operation, _) in documented(&app).await {
            for (name, stranger) in &strangers {
                for nonsense in [false, true] {
                    let answer = call(stranger, &operation, nonsense).await;
                    if who(&operation) == Who::Everyone {
                        assert_eq!(answer.status, 200, "{operation} with {name}: {}", answer.text);
                    } else {
                        assert_eq!(answer.status, 401, "{operation} with {name}: {}", answer.text);
                        answer.expect_problem(401, "unauthorized");
                        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{operation}");
                    }
                }
            }
        }
        assert_eq!(app.operator().get("/v1/users/7/export").await.expect(200), before);
    }

    /// 403 comes before path and body too; whoever may call gets to those.
    async fn a_bot_does_what_bots_may_and_an_operator_everything(app) {
        for (operation, _) in documented(&app).await {
            for nonsense in [false, true] {
                for (name, caller) in [("spin", app.spin()), ("quiz", app.quiz()), ("operator", app.operator())] {
                    let answer = call(&caller, &operation, nonsense).await;
                    let story = format!("{operation} by {name}: {} {}", answer.status, answer.text);
                    let status = answer.status.as_u16();
                    if who(&operation) == Who::Operators && name != "operator" {
                        assert_eq!(status, 403, "{story}");
                        answer.expect_problem(403, "operator_only");
                    } else {
                        assert!(![401, 403].contains(&status) && status < 500, "{story}");
                    }
                }
            }
        }
    }

    /// What is another bot's looks exactly like what does not exist.
    async fn another_bots_session_looks_like_none(app) {
        app.user(7).await;
        let before = app.operator().get("/v1/users/7/export").await.expect(200);
        for (operation, _) in documented(&app).await {
            let (method, path) = operation.split_once(' ').unwrap();
            if !path.starts_with("/v1/users/{telegram_id}/sessions/{bot_name}") {
                continue;
            }
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let mut answers = Vec::new();
            for (telegram_id, bot_name) in [("7", "spin_bot"), ("7", "no_bot"), ("8", "spin_bot")] {
                let path = path.replace("{telegram_id}", telegram_id).replace("{bot_name}", bot_name);
                let request = app.quiz().request(method.clone(), &path);
                let body = match method {
                    Method::PUT => json!({"session": {"stolen": true}, "stats": {}}),
                    _ => json!({}),
                };
                let answer = crate::support::send(request.json(&body)).await;
                answer.expect_problem(404, "session_not_found");
                answers.push(answer.without_request_id());
            }
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{operation}: {answers:?}");
        }
        assert_eq!(app.operator().get("/v1/users/7/export").await.expect(200), before);
        app.spin().get("/v1/users/8").await.expect_problem(404, "user_not_found");
    }

    async fn the_documentation_is_open(app) {
        for path in ["/openapi.json", "/docs/"] {
            assert_eq!(app.without_key().get(path).await.status, 200, "{path}");
        }
        // The page needs nothing from elsewhere.
        let page = app.without_key().get("/docs/").await.text;
        let parts = page.split('"').filter(|part| part.ends_with(".css") || part.ends_with(".js") || part.ends_with(".png"));
        let parts: Vec<_> = parts.collect();
        assert!(parts.len() > 3 && !page.contains("//cdn") && !page.contains("https://"), "{page}");
        for part in parts {
            let path = format!("/docs/{}", part.trim_start_matches("./"));
            assert_eq!(app.without_key().get(&path).await.status, 200, "{path}");
        }
        // What is not there needs no key either: it tells nothing.
        app.without_key().get("/v1/nothing").await.expect_problem(404, "not_found");
    }
}
