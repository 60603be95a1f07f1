//! What an operator sees of a running service: health, metrics, the log.

use crate::process::{KEY, Serving, get, service};
use crate::support::{TestApp, new_postgres_database, send};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

const BOT_KEY: &str = "watching-test-bot-key-0123456789-0123";

async fn run(app: &TestApp, sql: &'static str) {
    if app.url.starts_with("sqlite") {
        let file = app.url.replace("sqlite:///", "sqlite://");
        let mut connection = SqliteConnection::connect(&file).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    } else {
        let mut connection = PgConnection::connect(&app.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    }
}

both! {
    async fn a_process_can_be_up_and_not_ready(app) {
        let nobody = app.without_key();
        let ok = json!({"status": "ok"});
        assert_eq!(nobody.get("/readyz").await.expect(200), ok);
        run(&app, "UPDATE schema_migrations SET version = version + 1000").await;
        nobody.get("/readyz").await.expect_problem(503, "not_ready");
        assert_eq!(nobody.get("/healthz").await.expect(200), ok);
        run(&app, "UPDATE schema_migrations SET version = version - 1000").await;
        assert_eq!(nobody.get("/readyz").await.expect(200), ok);
    }

    /// What cannot be answered is told without its cause.
    async fn a_defect_is_told_without_its_cause(app) {
        app.user(1).await;
        run(&app, "ALTER TABLE xp_events RENAME COLUMN total_after TO total_before").await;
        for answer in [app.spin().post("/v1/users/1/xp", json!({"amount": 1})).await, app.spin().get("/v1/users/1/xp").await] {
            answer.expect_problem(500, "internal_error");
            assert!(!answer.text.contains("total_"), "{}", answer.text);
        }
        assert_eq!(app.spin().get("/v1/users/1").await.expect(200)["total_xp"], 0);
        run(&app, "ALTER TABLE xp_events RENAME COLUMN total_before TO total_after").await;
    }
}

/// Lines of the log, each as JSON.
fn lines(log: &str) -> Vec<Value> {
    log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

async fn live(serving: &Serving) {
    let client = process::http::client();
    for (method, path, body, status) in [
        (
            Method::POST,
            "sessions/spin_bot/open",
            json!({"username": "secretive", "first_name": "Жанна"}),
            200,
        ),
        (
            Method::PUT,
            "sessions/spin_bot",
            json!({"session": {"said": "private words"}, "stats": {}}),
            200,
        ),
        (Method::POST, "xp", json!({"amount": 1, "reason": "private words"}), 200),
        (Method::POST, "xp", json!({"amount": "private words"}), 422),
        (Method::GET, "rank", Value::Null, 200),
    ] {
        let request =
            client.request(method, format!("{}/v1/users/7412589630/{path}", serving.base));
        let request = request.bearer_auth(BOT_KEY).header("X-Request-Id", "tg-77").json(&body);
        let answer = send(request).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn the_log_names_requests_and_no_persons() {
    let folder = TempDir::new().unwrap();
    for (url, statements) in [
        (format!("sqlite:///{}/l.db", folder.path().display()), false),
        (format!("sqlite:///{}/s.db", folder.path().display()), true),
        (new_postgres_database().await, true),
    ] {
        let serving = Serving::start(
            service(folder.path())
                .env("DATABASE_URL", &url)
                .env("SERVICE__DATABASE__LOG_STATEMENTS", statements.to_string())
                .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY)
                .env("SERVICE__BOOTSTRAP__BOT_KEYS", format!("spin_bot={BOT_KEY}")),
        );
        live(&serving).await;
        let log = serving.log();
        for private in [BOT_KEY, KEY, "secretive", "Жанна", "private words", "7412589630"] {
            assert!(!log.contains(private), "{private}: {log}");
        }
        assert_eq!(log.contains("INSERT INTO xp_events"), statements, "{log}");
        let lines = lines(&log);
        let answered: Vec<_> = lines.iter().filter(|line| line["message"] == "answered").collect();
        assert_eq!(answered.len(), 5, "{log}");
        let statuses = answered.iter().map(|line| line["status"].clone()).collect::<Value>();
        assert_eq!(statuses, json!([200, 200, 200, 422, 200]));
        for line in answered {
            let span = &line["span"];
            assert_eq!(
                (&span["request_id"], &span["key"]),
                (&json!("tg-77"), &json!("bootstrap:spin_bot"))
            );
            assert!(
                span["route"].as_str().unwrap().starts_with("/v1/users/{telegram_id}/"),
                "{line}"
            );
        }
    }
}

/// On a port of their own, without the key, by route and not by path.
#[tokio::test]
async fn metrics_count_requests_by_route() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(
        service(folder.path())
            .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY)
            .env("SERVICE__BOOTSTRAP__BOT_KEYS", format!("spin_bot={BOT_KEY}")),
    );
    live(&serving).await;
    assert_eq!(get(&serving.base, "/metrics", KEY).await.0, StatusCode::NOT_FOUND);
    let lines = lines(&serving.printed);
    let line = lines.iter().find(|line| line["message"] == "serving metrics").unwrap();
    let page = format!("http://{}/metrics", line["address"].as_str().unwrap());
    let page = process::http::client().get(page).send().await.unwrap().text().await.unwrap();
    let count = |method: &str, status: u16, route: &str| {
        let labels = format!("{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}");
        let name = format!("http_request_duration_seconds_count{labels} ");
        page.lines().find_map(|line| line.strip_prefix(&name)).map(str::to_owned)
    };
    let xp = "/v1/users/{telegram_id}/xp";
    assert_eq!(count("POST", 200, xp).as_deref(), Some("1"), "{page}");
    assert_eq!(count("POST", 422, xp).as_deref(), Some("1"), "{page}");
    assert_eq!(count("GET", 404, "-").as_deref(), Some("1"), "{page}");
    assert!(!page.contains("7412589630"), "{page}");
}
