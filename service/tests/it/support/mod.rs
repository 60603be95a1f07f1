//! A whole service in this process, over real HTTP and a real database of either kind, at a time
//! that the test moves by hand.

pub(crate) mod life;
pub(crate) mod rows;

use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use service::api::{App, Keys, Limits, RateLimit, router};
use service::domain::bounds::BotName;
use service::domain::ranks::Ranks;
use service::domain::time::{Clock, Timestamp};
use service::store::{Options, Store, migrate};
use service::verify::verify;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// When every test begins: a Sunday, in week 2026-W47.
pub(crate) const START: &str = "2026-11-22T12:00:00Z";

/// The operator's key of every [`TestApp`].
pub(crate) const OPERATOR_KEY: &str = "test-operator-key-0123456789abcdef";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Runs a story on both databases: `both! { async fn name(app) { … } }`.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident) $body:block)+) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "not every story needs all")]
            use super::*;

            async fn story($app: $crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::support::tell($crate::support::Engine::Sqlite, story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::support::tell($crate::support::Engine::Postgres, story).await;
            }
        }
    )+ };
}

/// Runs a story. Whatever was done in it, at its end every total, level and balance is what the
/// ledgers add up to.
pub(crate) async fn tell<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(TestApp) -> F) {
    let app = TestApp::start(engine).await;
    let (store, _folder) = (app.store.clone(), Arc::clone(&app.folder));
    story(app).await;
    let verified = verify(&store).await.unwrap();
    assert!(verified.differences.is_empty(), "{verified}");
}

/// A running service.
pub(crate) struct TestApp {
    pub(crate) base: String,
    pub(crate) engine: Engine,
    /// Of the database, for what only SQL can show.
    pub(crate) url: String,
    pub(crate) store: Store,
    pub(crate) ranks: Ranks,
    now: Arc<AtomicI64>,
    client: reqwest::Client,
    // Deleted with the app.
    pub(crate) folder: Arc<TempDir>,
}

impl TestApp {
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::start_with(engine, RateLimit::new(0, 0), LIMITS).await
    }

    pub(crate) async fn start_with(engine: Engine, limit: RateLimit, limits: Limits) -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let url = new_database(engine, &folder).await;
        Self::start_on(engine, url, folder, limit, limits).await
    }

    /// On a database that may hold something already.
    pub(crate) async fn start_on(
        engine: Engine,
        url: String,
        folder: Arc<TempDir>,
        limit: RateLimit,
        limits: Limits,
    ) -> Self {
        let now = Arc::new(AtomicI64::new(Timestamp::parse(START).unwrap().micros()));
        let clock = Clock::Manual(Arc::clone(&now));
        let store = Store::connect(&options(&url), clock).await.unwrap();
        migrate::migrate(&store).await.unwrap();
        let bots = ["spin_bot", "quiz_bot"];
        for bot in bots {
            let bot = BotName::new(bot).unwrap();
            let create = store.write(|tx| Box::pin(service::store::bots::ensure(tx, &bot)));
            create.await.unwrap();
        }
        let bot_keys = bots.map(bot_key);
        let keys = bots.iter().zip(&bot_keys);
        let keys = keys.map(|(bot, key)| (key.as_str(), Some(BotName::new(bot).unwrap())));
        let ranks = Ranks::default();
        let app = App {
            store: store.clone(),
            keys: Keys::new(keys.chain([(OPERATOR_KEY, None)])),
            limit,
            ranks: ranks.clone(),
            idempotency_seconds: 30 * 24 * 60 * 60,
            stopping: AtomicBool::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let minute = Duration::from_secs(60);
        tokio::spawn(process::serve::serve(
            listener,
            router(limits).with_state(Arc::new(app)),
            minute,
            minute,
            pending(),
        ));
        Self { base, engine, url, store, ranks, now, client: process::http::client(), folder }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now.load(Ordering::SeqCst)).unwrap()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub(crate) fn pass_days(&self, days: i64) {
        self.pass(days * 24 * 60 * 60);
    }

    /// Calls as an operator.
    pub(crate) fn operator(&self) -> Caller {
        self.with_key(OPERATOR_KEY)
    }

    /// Calls as `spin_bot`.
    pub(crate) fn spin(&self) -> Caller {
        self.with_key(&bot_key("spin_bot"))
    }

    /// Calls as `quiz_bot`.
    pub(crate) fn quiz(&self) -> Caller {
        self.with_key(&bot_key("quiz_bot"))
    }

    pub(crate) fn with_key(&self, key: &str) -> Caller {
        Caller { base: self.base.clone(), client: self.client.clone(), key: Some(key.to_owned()) }
    }

    pub(crate) fn without_key(&self) -> Caller {
        Caller { base: self.base.clone(), client: self.client.clone(), key: None }
    }

    /// Creates a user by opening a session in `spin_bot`.
    pub(crate) async fn user(&self, telegram_id: i64) {
        let path = format!("/v1/users/{telegram_id}/sessions/spin_bot/open");
        self.spin().post(&path, serde_json::json!({})).await.expect(200);
    }
}

/// The limits of every [`TestApp`] that names no others.
pub(crate) const LIMITS: Limits =
    Limits { request_time: Duration::from_secs(30), max_in_flight: 1024 };

pub(crate) fn bot_key(bot_name: &str) -> String {
    format!("test-key-of-{bot_name}-0123456789abcdef")
}

pub(crate) fn options(url: &str) -> Options {
    Options {
        url: url.parse().unwrap(),
        max_connections: 16,
        acquire_timeout: Duration::from_secs(30),
        ping_after_idle: Duration::from_secs(30),
        max_lifetime: Duration::from_secs(3600),
        log_statements: false,
        persistent_statements: true,
    }
}

/// The URL of a new, empty database; SQLite's is in this folder.
pub(crate) async fn new_database(engine: Engine, folder: &TempDir) -> String {
    match engine {
        Engine::Sqlite => format!("sqlite:///{}/test.db", folder.path().display()),
        Engine::Postgres => new_postgres_database().await,
    }
}

/// The URL of a new, empty database.
pub(crate) async fn new_postgres_database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("TEST_DATABASE_URL").expect(
        "TEST_DATABASE_URL names no PostgreSQL server: run ./test.sh, which starts one, or set it \
         to the URL of one on which databases may be created",
    );
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    if number == 0 {
        // Nobody waits for it: what it does not get done, the next run does.
        let server = server.clone();
        std::thread::spawn(move || drop_leftovers(&server));
    }
    let name = format!("test_{}_{number}", std::process::id());
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&server).await.unwrap();
    for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")]
    {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// Drops the databases of earlier runs; one that is in use after all stays.
#[tokio::main(flavor = "current_thread")]
async fn drop_leftovers(server: &str) {
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(server).await.unwrap();
    let names = r"SELECT datname::text FROM pg_database WHERE datname ~ '^test_\d+_\d+$'";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut connection).await.unwrap();
    for name in names {
        let process = name.split('_').nth(1).unwrap();
        if !Path::new("/proc").join(process).exists() {
            let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"));
            let _ = sqlx::raw_sql(drop).execute(&mut connection).await;
        }
    }
}

/// Somebody who calls the service.
#[derive(Clone)]
pub(crate) struct Caller {
    base: String,
    client: reqwest::Client,
    key: Option<String>,
}

impl Caller {
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// A POST with an idempotency key.
    pub(crate) async fn post_once(&self, key: &str, path: &str, body: Value) -> Answer {
        let request = self.request(Method::POST, path).header("Idempotency-Key", key);
        send(request.json(&body)).await
    }

    /// A request with `If-Match`.
    pub(crate) async fn if_match(
        &self,
        tag: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> Answer {
        send(self.request(method, path).header("If-Match", tag).json(&body)).await
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    Answer { status, headers, text }
}

/// What the service answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body, if the status is this one.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }

    /// Fails unless this is a problem of this status and code, told in the agreed form.
    #[track_caller]
    pub(crate) fn expect_problem(&self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(body["status"], status);
        assert_eq!(body["request_id"].as_str(), self.header("x-request-id"));
        assert!(body["title"].is_string() && body["detail"].is_string(), "{}", self.text);
        body
    }

    /// The problem without its request_id: what must look alike.
    pub(crate) fn without_request_id(&self) -> Value {
        let mut body = self.json();
        body.as_object_mut().unwrap().remove("request_id");
        body
    }
}
