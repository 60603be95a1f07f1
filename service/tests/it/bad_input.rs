//! What nobody should send: a clear 4xx each, and nothing is written.

use crate::support::{Answer, TestApp, send};
use reqwest::Method;
use serde_json::{Map, Value, json};

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    details: Value,
}

impl Operation {
    /// The path with these values, and with good ones for the parameters that are not named.
    fn path_with(&self, named: &[(&str, &str)]) -> String {
        let fill = |part: &str| {
            let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
                return part.to_owned();
            };
            let value = named.iter().find(|(of, _)| *of == name).map(|(_, value)| *value);
            value.unwrap_or_else(|| good(name)).to_owned()
        };
        self.path.split('/').map(fill).collect::<Vec<_>>().join("/")
    }

    fn good_path(&self) -> String {
        self.path_with(&[])
    }

    fn parameters(&self, place: &str) -> Vec<String> {
        let parameters = self.details["parameters"].as_array().into_iter().flatten();
        let of_place = parameters.filter(|parameter| parameter["in"] == place);
        of_place.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
    }

    fn story(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// A value that fits the path's parameter.
fn good(parameter: &str) -> &'static str {
    match parameter {
        "telegram_id" => "7",
        "bot_name" => "spin_bot",
        "id" | "key_id" | "consumption_id" | "training_id" => {
            "6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77"
        }
        _ => "a",
    }
}

async fn document(app: &TestApp) -> Value {
    app.without_key().get("/openapi.json").await.expect(200)
}

fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(|(method, details)| Operation {
            method: Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
            path: path.clone(),
            details: details.clone(),
        })
    });
    all.collect()
}

/// The schema of the operation's body, if it takes one.
fn body_schema<'d>(document: &'d Value, operation: &'d Operation) -> Option<&'d Value> {
    let content = operation.details["requestBody"]["content"].as_object()?;
    Some(resolve(document, &content.values().next()?["schema"]))
}

fn resolve<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let schema = schema["allOf"].get(0).unwrap_or(schema);
    match schema["$ref"].as_str() {
        Some(reference) => resolve(document, document.pointer(&reference[1..]).unwrap()),
        None => schema,
    }
}

/// The example of the body: what is right but for one thing.
fn example(schema: &Value) -> Map<String, Value> {
    schema["example"].as_object().unwrap().clone()
}

async fn raw(app: &TestApp, operation: &Operation, body: impl Into<reqwest::Body>) -> Answer {
    let request = app.operator().request(operation.method.clone(), &operation.good_path());
    send(request.header("content-type", "application/json").body(body)).await
}

/// All that bad input could have changed.
async fn everything(app: &TestApp) -> Value {
    let mut all = Map::new();
    for list in [
        "users",
        "users/7/export",
        "promocodes",
        "tariffs",
        "badges",
        "levels",
        "bots",
        "bots/spin_bot/keys",
    ] {
        all.insert(list.to_owned(), app.operator().get(&format!("/v1/{list}")).await.expect(200));
    }
    all.into()
}

both! {
    async fn a_body_that_is_none_is_refused(app) {
        app.user(7).await;
        let before = everything(&app).await;
        let document = document(&app).await;
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
        let bodies: [(Vec<u8>, u16, &str); 13] = [
            (b"{".to_vec(), 400, "invalid_json"),
            (b"nonsense".to_vec(), 400, "invalid_json"),
            (b"\xef\xbb\xbf{}".to_vec(), 400, "invalid_json"),
            (br#"{"\ud800": 1}"#.to_vec(), 400, "invalid_json"),
            (br#"{"a\udc00b": 1}"#.to_vec(), 400, "invalid_json"),
            (b"{\"\xff\": 1}".to_vec(), 400, "invalid_json"),
            (br#"{"\u0000": 1}"#.to_vec(), 422, "validation_failed"),
            (br#"{"nope": 1}"#.to_vec(), 422, "validation_failed"),
            (b"null".to_vec(), 422, "validation_failed"),
            (b"1".to_vec(), 422, "validation_failed"),
            (br#""{}""#.to_vec(), 422, "validation_failed"),
            (deep(65), 422, "validation_failed"),
            (deep(100_000), 422, "validation_failed"),
        ];
        let mut seen = 0;
        for operation in operations(&document).iter().filter(|o| [Method::POST, Method::PUT, Method::PATCH].contains(&o.method)) {
            for (body, status, code) in &bodies {
                let answer = raw(&app, operation, body.clone()).await;
                let start = String::from_utf8_lossy(&body[..body.len().min(20)]);
                assert_eq!(answer.status, *status, "{} {start}: {}", operation.story(), answer.text);
                answer.expect_problem(*status, code);
            }
            for media_type in [Some("text/plain"), Some("application/x-www-form-urlencoded"), None] {
                let mut request = app.operator().request(operation.method.clone(), &operation.good_path());
                if let Some(media_type) = media_type {
                    request = request.header("content-type", media_type);
                }
                send(request.body("{}")).await.expect_problem(415, "unsupported_media_type");
            }
            seen += 1;
        }
        assert!(seen >= 25, "only {seen} operations take a body");
        let twice = app.operator().request(Method::PUT, "/v1/users/7").header("content-type", "application/json");
        send(twice.body("{} {}")).await.expect_problem(400, "invalid_json");
        assert_eq!(everything(&app).await, before);
    }

    /// serde would take a list for an object, and an object for a word.
    async fn a_list_is_no_object(app) {
        app.user(7).await;
        let before = everything(&app).await;
        let document = document(&app).await;
        let mut taken = Vec::new();
        for operation in operations(&document).iter().filter(|o| o.method != Method::GET && o.method != Method::DELETE) {
            // The fields of the example in the order of the schema, and none at all.
            let fields = body_schema(&document, operation).map(|schema| schema["properties"].as_object().unwrap());
            let nulls = vec![Value::Null; fields.map_or(0, Map::len)];
            for body in [json!(nulls), json!([])] {
                let answer = raw(&app, operation, body.to_string()).await;
                if answer.status != 422 {
                    taken.push(format!("{} {body}: {}", operation.story(), answer.status));
                }
            }
        }
        assert_eq!(taken, [""; 0]);
        let told = app.spin().put("/v1/users/7", json!([])).await.expect_problem(422, "validation_failed");
        assert!(told.to_string().contains("expected an object"), "{told}");
        assert_eq!(everything(&app).await, before);
    }

    /// Each field of each body, one at a time, with what the document does not allow.
    async fn every_field_is_checked(app) {
        app.user(7).await;
        let before = everything(&app).await;
        let document = document(&app).await;
        let (mut wrong, mut seen) = (Vec::new(), 0);
        for operation in &operations(&document) {
            let Some(schema) = body_schema(&document, operation) else { continue };
            for (field, of) in schema["properties"].as_object().unwrap() {
                for value in misfits(&document, of) {
                    let mut body = example(schema);
                    body.insert(field.clone(), value.clone());
                    let answer = raw(&app, operation, Value::from(body).to_string()).await;
                    let named = answer.json()["errors"][0]["field"].as_str().unwrap_or("-").to_owned();
                    if answer.status != 422 || !named.starts_with(field.as_str()) {
                        let value: String = value.to_string().chars().take(40).collect();
                        wrong.push(format!("{} {field}={value}: {} {named}", operation.story(), answer.status));
                    }
                    seen += 1;
                }
            }
        }
        assert!(seen > 400, "only {seen} values were tried");
        assert_eq!(wrong, [""; 0]);
        assert_eq!(everything(&app).await, before);
    }

    async fn unknown_query_parameters_are_refused_everywhere(app) {
        app.user(7).await;
        let before = everything(&app).await;
        for operation in operations(&document(&app).await) {
            for query in ["nope=1", "limit=5&limit=6", "%00=1", "Limit=5"] {
                let path = format!("{}?{query}", operation.good_path());
                let answer = send(app.operator().request(operation.method.clone(), &path)).await;
                assert_eq!(answer.status, 422, "{} ?{query}: {}", operation.story(), answer.text);
                answer.expect_problem(422, "validation_failed");
            }
        }
        assert_eq!(everything(&app).await, before);
    }

    async fn every_parameter_of_a_path_is_checked(app) {
        app.user(7).await;
        let before = everything(&app).await;
        let (long, mut nameless) = ("a".repeat(256), Vec::new());
        for operation in operations(&document(&app).await) {
            for name in operation.parameters("path") {
                let values: &[&str] = match name.as_str() {
                    "telegram_id" => &["0", "-1", "x", "1.5", "1e3", "9223372036854775808",
                        "-9223372036854775809", "%00", "%ff", "%20", "7%00"],
                    "bot_name" => &["Spin", "a-b", "%00", "%ff", "%D0%B1", "%20", &long[..51]],
                    "id" | "key_id" | "consumption_id" | "training_id" => &["x", "%00", "%ff", "7"],
                    "code" => &["%00", "a%00", "%ff", "%20", &long[..51]],
                    "badge_type" => &["%00", "a%00", "%ff", &long[..101]],
                    _ => &["%00", "a%00", "%ff", &long],
                };
                for value in values {
                    let path = operation.path_with(&[(&name, value)]);
                    let request = app.operator().request(operation.method.clone(), &path);
                    let answer = send(request).await;
                    assert_eq!(answer.status, 422, "{} {path}: {}", operation.story(), answer.text);
                    let problem = answer.expect_problem(422, "validation_failed");
                    if problem["errors"][0]["field"] != *name {
                        nameless.push(format!("{}: {} not {name}", operation.story(), problem["errors"][0]));
                    }
                }
            }
        }
        assert_eq!(everything(&app).await, before);
        assert_eq!(nameless, [""; 0], "each says which parameter it is");
    }

    async fn pages_and_cursors_are_checked_in_every_list(app) {
        app.user(7).await;
        let operator = app.operator();
        for credits in 1..=2 {
            let body = json!({"subscription_type": "credits", "credits": credits});
            operator.post("/v1/users/7/subscriptions", body).await.expect(201);
        }
        let page = operator.get("/v1/users/7/subscriptions?limit=1").await.expect(200);
        let foreign = page["next_cursor"].as_str().unwrap();
        let mut seen = 0;
        for operation in operations(&document(&app).await) {
            let parameters = operation.parameters("query");
            if !parameters.iter().any(|name| name == "cursor") || operation.path.ends_with("}/subscriptions") {
                continue;
            }
            let is_ending = parameters.iter().any(|name| name == "ending_before");
            let due = if is_ending { "ending_before=2030-01-01&" } else { "" };
            for (query, status, code) in [
                ("limit=0", 422, "validation_failed"),
                ("limit=101", 422, "validation_failed"),
                ("limit=-1", 422, "validation_failed"),
                ("limit=9223372036854775808", 422, "validation_failed"),
                ("limit=x", 422, "validation_failed"),
                ("limit=1.5", 422, "validation_failed"),
                ("limit=", 422, "validation_failed"),
                ("limit=5&limit=5", 422, "validation_failed"),
                ("cursor=", 422, "validation_failed"),
                ("cursor=%00", 422, "validation_failed"),
                ("cursor=x", 400, "invalid_cursor"),
                ("cursor=%ff", 400, "invalid_cursor"),
                ("cursor=W10", 400, "invalid_cursor"),
                ("cursor=bnVsbA", 400, "invalid_cursor"),
                (&format!("cursor={foreign}"), 400, "invalid_cursor"),
                (&format!("cursor={}", "A".repeat(5_001)), 422, "validation_failed"),
            ] {
                let answer = operator.get(&format!("{}?{due}{query}", operation.good_path())).await;
                assert_eq!(answer.status, status, "{} {query}: {}", operation.story(), answer.text);
                answer.expect_problem(status, code);
            }
            for limit in [1, 100] {
                operator.get(&format!("{}?{due}limit={limit}", operation.good_path())).await.expect(200);
            }
            seen += 1;
        }
        assert!(seen >= 12, "only {seen} lists");
    }

    async fn headers_that_steer_a_write_are_there_once_and_well_formed(app) {
        app.user(7).await;
        let before = everything(&app).await;
        let long = "k".repeat(256);
        let document = document(&app).await;
        for operation in operations(&document) {
            let bad: [(&str, &[&[u8]]); 10] = [
                ("Idempotency-Key", &[b""]),
                ("Idempotency-Key", &[b"a", b"b"]),
                ("Idempotency-Key", &[b"a", b"a"]),
                ("Idempotency-Key", &[long.as_bytes()]),
                ("Idempotency-Key", &[b"\xff"]),
                ("If-Match", &[b"\"1\"", b"\"1\""]),
                ("If-Match", &[b"\"1\", \"2\""]),
                ("If-Match", &[b"1"]),
                ("If-Match", &[b"*"]),
                ("If-Match", &[b""]),
            ];
            let header = operation.parameters("header");
            for (name, values) in bad.into_iter().filter(|(name, _)| header.iter().any(|header| header == name)) {
                let mut request = app.operator().request(operation.method.clone(), &operation.good_path());
                for value in values {
                    request = request.header(name, *value);
                }
                let schema = body_schema(&document, &operation);
                let mut body = schema.map(example).unwrap_or_default();
                // The body is looked at first: an operator's names the bot.
                if schema.is_some_and(|schema| schema["properties"]["bot_name"].is_object()) {
                    body.insert("bot_name".to_owned(), json!("spin_bot"));
                }
                let answer = send(request.json(&body)).await;
                let code = if name == "If-Match" { "invalid_if_match" } else { "invalid_idempotency_key" };
                assert_eq!(answer.status, 400, "{} {values:?}: {}", operation.story(), answer.text);
                answer.expect_problem(400, code);
            }
        }
        assert_eq!(everything(&app).await, before);
        let longest = app.operator().post_once(&long[1..], "/v1/users/7/xp", json!({"amount": 1})).await;
        longest.expect(200);
    }

    /// `+7` is another spelling of 7; were it taken, it would be another request to a cache or a log.
    async fn a_number_is_spelled_without_a_plus(app) {
        app.user(7).await;
        app.operator().get("/v1/users/%2B7").await.expect_problem(422, "validation_failed");
        app.operator().get("/v1/tariffs?limit=%2B7").await.expect_problem(422, "validation_failed");
    }

    async fn unknown_paths_and_methods_are_told_apart(app) {
        for path in ["/", "/v1", "/v1/", "/v1/nothing", "/v1/users/7/", "/v1/users/7/nothing", "/v2/users/7",
            "/v1/users//7", "/%ff", "/V1/levels"] {
            app.operator().get(path).await.expect_problem(404, "not_found");
        }
        let all = operations(&document(&app).await);
        for operation in &all {
            let known = |method: &Method| all.iter().any(|o| o.path == operation.path && o.method == *method);
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "LINK"] {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                if known(&method) {
                    continue;
                }
                let answer = send(app.operator().request(method, &operation.good_path())).await;
                answer.expect_problem(405, "method_not_allowed");
                let allowed = answer.header("allow").unwrap_or_default();
                assert!(allowed.contains(operation.method.as_str()), "{}: {allowed}", operation.story());
            }
        }
    }

    async fn the_head_of_an_answer_can_be_asked_for(app) {
        app.user(7).await;
        for (path, status) in [("/v1/users/7", 200), ("/v1/users/8", 404), ("/healthz", 200), ("/v1/users/x", 422)] {
            let whole = app.spin().get(path).await;
            let head = send(app.spin().request(Method::HEAD, path)).await;
            assert_eq!((head.status.as_u16(), head.text.as_str()), (status, ""), "{path}");
            assert_eq!(head.header("content-type"), whole.header("content-type"), "{path}");
        }
    }
}

/// What does not fit this schema: other types, too small, too large, too long, no such word.
fn misfits(document: &Value, schema: &Value) -> Vec<Value> {
    let schema = resolve(document, schema);
    let schema = schema["oneOf"].get(1).map_or(schema, |other| resolve(document, other));
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap();
    let huge = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let mut misfits = match kind {
        "integer" => {
            let least = schema["minimum"].as_i64().and_then(|least| least.checked_sub(1));
            let most = schema["maximum"].as_i64().and_then(|most| most.checked_add(1));
            let bounds = [least, most].into_iter().flatten().map(Value::from);
            let others = vec![
                json!("1"),
                json!(1.5),
                json!(true),
                json!({}),
                json!([1]),
                huge("18446744073709551616"),
                huge("9223372036854775808"),
                huge("-9223372036854775809"),
            ];
            bounds.chain(others).collect()
        }
        "boolean" => vec![json!("true"), json!(1), json!({}), json!([])],
        "array" => vec![json!({}), json!("x"), json!(1), json!([null]), json!([1])],
        "object" => vec![json!("x"), json!(1), json!(true)],
        _ => vec![json!(1), json!(true), json!({}), json!([]), json!(["a"])],
    };
    if let Some(most) = schema["maxLength"].as_u64() {
        misfits.push(json!("x".repeat(usize::try_from(most).unwrap() + 1)));
        misfits.push(json!("я".repeat(usize::try_from(most).unwrap() + 1)));
    }
    if schema["minLength"].as_u64() == Some(1) {
        misfits.push(json!(""));
    }
    if let Some(words) = schema["enum"].as_array() {
        let word = words[0].as_str().unwrap();
        misfits.extend([json!("nope"), json!(""), json!(word.to_uppercase()), json!({word: null})]);
    }
    if schema["format"] == "date-time" || schema["format"] == "uuid" {
        misfits.extend([
            json!("soon"),
            json!(""),
            json!("2026-02-30T00:00:00Z"),
            json!("10000-01-01T00:00:00Z"),
        ]);
    }
    misfits
}
