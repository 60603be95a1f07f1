//! Of everything that is wrong with a request, what comes first in the contract's order is told.

use crate::support::{Answer, TestApp, send};
use reqwest::Method;
use serde_json::{Value, json};

/// What is wrong with a request, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// No key.
    Key,
    /// A bot's key where an operator's is needed.
    NotAnOperator,
    /// No telegram id.
    Path,
    /// A query parameter that there is not.
    Query,
    /// A field that there is not.
    Body,
    /// Another bot's session.
    Foreign,
    /// An idempotency key of no characters.
    IdempotencyKey,
    /// A user whom nobody knows.
    Existence,
    /// A version at which the session is not.
    Version,
}

use Fault::{Body, Existence, Foreign, IdempotencyKey, Key, NotAnOperator, Path, Query, Version};

impl Fault {
    fn told(self) -> (u16, &'static str) {
        match self {
            Key => (401, "unauthorized"),
            NotAnOperator => (403, "operator_only"),
            Path | Query | Body => (422, "validation_failed"),
            Foreign => (404, "session_not_found"),
            IdempotencyKey => (400, "invalid_idempotency_key"),
            Existence => (404, "user_not_found"),
            Version => (412, "version_conflict"),
        }
    }

    /// The field that a refusal of this names.
    fn field(self) -> Value {
        match self {
            Path => json!("telegram_id"),
            Query | Body => json!(format!("{self:?}").to_lowercase()),
            _ => Value::Null,
        }
    }
}

/// An operation that could be carried out for user 7, with the faults that it can have.
struct Operation {
    method: Method,
    path: &'static str,
    body: Value,
    faults: &'static [Fault],
}

const SESSION: &str = "/v1/users/USER/sessions/BOT";

fn operations() -> Vec<Operation> {
    let operation = |method, path, body, faults| Operation { method, path, body, faults };
    let training =
        json!({"total_score": 1, "clarity_level": 1, "question_count": 1, "per_type_counts": {}});
    let put = json!({"session": {}, "stats": {}});
    vec![
        operation(
            Method::PUT,
            SESSION,
            put,
            &[Key, Path, Query, Body, Foreign, Existence, Version],
        ),
        operation(Method::PATCH, SESSION, json!({}), &[Key, Path, Query, Body, Foreign, Version]),
        operation(
            Method::POST,
            "/v1/users/USER/sessions/BOT/reset",
            json!({}),
            &[Key, Path, Query, Body, Foreign, IdempotencyKey, Existence, Version],
        ),
        operation(
            Method::POST,
            "/v1/users/USER/sessions/BOT/open",
            json!({}),
            &[Key, Path, Query, Body, Foreign, IdempotencyKey],
        ),
        operation(Method::GET, SESSION, json!({}), &[Key, Path, Query, Foreign]),
        operation(
            Method::POST,
            "/v1/users/USER/trainings",
            training,
            &[Key, Path, Query, Body, IdempotencyKey, Existence, Version],
        ),
        operation(
            Method::POST,
            "/v1/users/USER/access/consume",
            json!({}),
            &[Key, Path, Query, Body, IdempotencyKey, Existence, Version],
        ),
        operation(
            Method::POST,
            "/v1/users/USER/xp",
            json!({"amount": 1}),
            &[Key, Path, Query, Body, IdempotencyKey, Existence],
        ),
        operation(
            Method::POST,
            "/v1/users/USER/subscriptions/6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77/revoke",
            json!({}),
            &[Key, NotAnOperator, Path, Query, Body, IdempotencyKey, Existence],
        ),
        operation(Method::GET, "/v1/users/USER", json!({}), &[Key, Path, Query, Existence]),
    ]
}

/// Asks with these faults.
async fn ask(app: &TestApp, operation: &Operation, faults: &[Fault]) -> Answer {
    let has = |fault| faults.contains(&fault);
    let user = match () {
        () if has(Path) => "0",
        () if has(Existence) => "9",
        () => "7",
    };
    let bot = if has(Foreign) { "quiz_bot" } else { "spin_bot" };
    let query = if has(Query) { "?query=1" } else { "" };
    let path = operation.path.replace("USER", user).replace("BOT", bot) + query;
    let caller = match () {
        () if has(Key) => app.without_key(),
        () if operation.faults.contains(&NotAnOperator) && !has(NotAnOperator) => app.operator(),
        () => app.spin(),
    };
    let mut request = caller.request(operation.method.clone(), &path);
    let mut body = operation.body.clone();
    if has(Body) {
        body["body"] = json!(1);
    }
    if has(Version) && operation.path.contains("sessions") {
        request = request.header("If-Match", "\"9\"");
    } else if has(Version) {
        body["if_version"] = json!(9);
    }
    if has(IdempotencyKey) {
        request = request.header("Idempotency-Key", "");
    }
    send(if operation.method == Method::GET { request } else { request.json(&body) }).await
}

both! {
    async fn what_comes_first_in_the_order_is_told(app) {
        app.user(7).await;
        app.spin().post("/v1/users/7/free-trainings", json!({"count": 9, "source": "admin"})).await.expect(201);
        let before = app.operator().get("/v1/users/7/export").await.expect(200);
        for operation in operations() {
            for (first, fault) in operation.faults.iter().enumerate() {
                let faults = &operation.faults[first..];
                let answer = ask(&app, &operation, faults).await;
                let story = format!("{} {} with {faults:?}: {}", operation.method, operation.path, answer.text);
                let (status, code) = fault.told();
                assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (status, &json!(code)), "{story}");
                assert_eq!(answer.json()["errors"][0]["field"], fault.field(), "{story}");
            }
        }
        let mut after = app.operator().get("/v1/users/7/export").await.expect(200);
        after["exported_at"] = before["exported_at"].clone();
        assert_eq!(after, before);
        // A key that was used for something else comes before the user's existence and the version.
        let xp = json!({"amount": 1});
        app.spin().post_once("used", "/v1/users/7/xp", xp).await.expect(200);
        let reset = app.spin().request(Method::POST, "/v1/users/7/sessions/spin_bot/reset");
        let reset = reset.header("If-Match", "\"9\"").header("Idempotency-Key", "used");
        send(reset.json(&json!({}))).await.expect_problem(422, "idempotency_key_reused");
        // A malformed If-Match is told when its version would be looked at.
        for (bot, body, status, code) in [
            ("spin_bot", json!({"session": 1}), 422, "validation_failed"),
            ("quiz_bot", json!({}), 404, "session_not_found"),
            ("spin_bot", json!({}), 400, "invalid_if_match"),
        ] {
            let path = SESSION.replace("USER", "7").replace("BOT", bot);
            app.spin().if_match("1", Method::PATCH, &path, body).await.expect_problem(status, code);
        }
    }
}
