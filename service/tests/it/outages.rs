//! The database goes away, gives up, or is set up in its own way: nothing fails that need not.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use crate::process::{KEY, Serving, get, service};
use crate::schema::run;
use crate::support::{Answer, Engine, TestApp, new_postgres_database, options};
use serde_json::{Value, json};
use service::domain::bounds::{BotName, TelegramId};
use service::domain::session::{self, PutSession};
use service::domain::time::Clock;
use service::store::{Options, Store, sessions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tokio::task::JoinSet;

const XP: &str = "/v1/users/1/xp";

/// The database's name, and a connection to it that is not the service's.
async fn beside(app: &TestApp) -> (String, PgConnection) {
    let name = app.url.rsplit('/').next().unwrap().to_owned();
    (name, PgConnection::connect(&app.url).await.unwrap())
}

/// Ends every connection of the service.
async fn cut(connection: &mut PgConnection) {
    let all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sqlx::raw_sql(all).execute(connection).await.unwrap();
}

/// Changes a setting of the database for all connections from now on.
async fn set(app: &TestApp, setting: &str) {
    let (name, mut connection) = beside(app).await;
    let sql = AssertSqlSafe(format!("ALTER DATABASE {name} SET {setting}"));
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    cut(&mut connection).await;
}

async fn add(app: &TestApp, count: usize) -> Vec<Answer> {
    let add = |step: usize| {
        let spin = app.spin();
        async move { spin.post_once(&step.to_string(), XP, json!({"amount": 1})).await }
    };
    (0..count).map(add).collect::<JoinSet<_>>().join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_lose_nothing_and_come_back() {
    let app = TestApp::start(Engine::Postgres).await;
    app.user(1).await;
    let (_, mut connection) = beside(&app).await;
    for _ in 0..5 {
        let (answers, ()) = tokio::join!(add(&app, 32), cut(&mut connection));
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            answer.expect_problem(503, "database_unavailable");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
    }
    // Each that was refused can be sent again, and counts once.
    while add(&app, 32).await.iter().any(|answer| answer.status != 200) {}
    assert_eq!(app.spin().get("/v1/users/1").await.expect(200)["total_xp"], 32);
}

both! {
    /// Whoever asked is gone, at every moment at which an operation can be given up: what is written
    /// next on the same connection stays.
    async fn what_is_given_up_leaves_no_transaction_open(app) {
        app.user(1).await;
        let options = Options { max_connections: 1, ..options(&app.url) };
        let store = Store::connect(&options, Clock::System).await.unwrap();
        let (id, bot) = (TelegramId::new(1).unwrap(), BotName::new("spin_bot").unwrap());
        let new: PutSession = serde_json::from_value(json!({"session": {}, "stats": {}})).unwrap();
        // How often it has to wait is different each time.
        for given_up_after in (0..8).cycle().take(40) {
            let mut write = Box::pin(store.write(|tx| Box::pin(sessions::lock(tx, id, &bot))));
            let mut waits = 0;
            poll_fn(|context| match write.as_mut().poll(context) {
                Poll::Ready(outcome) => {
                    outcome.unwrap();
                    Poll::Ready(())
                }
                Poll::Pending if waits == given_up_after => Poll::Ready(()),
                Poll::Pending => {
                    waits += 1;
                    Poll::Pending
                }
            })
            .await;
            drop(write);
            let put = session::put(&store, id, &bot, new.clone(), None).await.unwrap();
            let held = app.store.read(|c| Box::pin(sessions::get(c, id, &bot))).await.unwrap();
            assert_eq!(held.unwrap().version, put.version, "after {given_up_after} waits");
        }
    }
}

/// Dropped by mistake, or about to be replaced by its backup: whoever asks may ask again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_is_unavailable() {
    let app = TestApp::start(Engine::Postgres).await;
    let server = std::env::var("TEST_DATABASE_URL").unwrap();
    let mut connection = PgConnection::connect(&server).await.unwrap();
    let name = app.url.rsplit('/').next().unwrap();
    let sql = AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    for _ in 0..16 {
        let answer = app.spin().get("/v1/levels").await;
        answer.expect_problem(503, "database_unavailable");
    }
}

/// An idle connection may be gone: that is seen before a request is lost on it.
#[tokio::test]
async fn a_connection_that_was_cut_while_it_idled_is_noticed() {
    let (folder, url) = (TempDir::new().unwrap(), new_postgres_database().await);
    let mut command = service(folder.path());
    command.env("DATABASE_URL", &url).env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY);
    let serving = Serving::start(command.env("SERVICE__DATABASE__PING_AFTER_IDLE_SECONDS", "0"));
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for _ in 0..5 {
        assert_eq!(get(&serving.base, "/v1/users", KEY).await.0, 200);
        cut(&mut connection).await;
    }
    assert_eq!(get(&serving.base, "/v1/users", KEY).await.0, 200);
}

/// Whatever level the server prescribes, transactions ask for the one that they are written for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_prefers_serializable_refuses_nobody() {
    let app = TestApp::start(Engine::Postgres).await;
    set(&app, "default_transaction_isolation = 'serializable'").await;
    while app.spin().get("/v1/levels").await.status != 200 {}
    app.user(1).await;
    for answer in add(&app, 64).await {
        answer.expect(200);
    }
    assert_eq!(app.spin().get("/v1/users/1").await.expect(200)["total_xp"], 64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_waits_for_no_lock_is_asked_again() {
    let app = TestApp::start(Engine::Postgres).await;
    app.user(1).await;
    set(&app, "lock_timeout = '10ms'").await;
    while app.spin().get("/v1/levels").await.status != 200 {}
    let (_, mut connection) = beside(&app).await;
    let mut other = connection.begin().await.unwrap();
    let lock = "SELECT telegram_id FROM users WHERE telegram_id = 1 FOR UPDATE";
    sqlx::raw_sql(lock).execute(&mut *other).await.unwrap();
    let refused = app.spin().post(XP, json!({"amount": 1})).await;
    refused.expect_problem(503, "database_unavailable");
    other.rollback().await.unwrap();
    let again = async { while app.spin().post(XP, json!({"amount": 1})).await.status != 200 {} };
    tokio::time::timeout(Duration::from_secs(30), again).await.unwrap();
}

/// Whoever keeps a user locked, or their session, keeps nobody else waiting, though XP is added, and
/// trainings are finished, together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_who_is_locked_holds_up_nobody_else() {
    let app = TestApp::start(Engine::Postgres).await;
    for id in 1..=20 {
        app.user(id).await;
    }
    let (_, mut connection) = beside(&app).await;
    for (path, body, locked_table) in [
        ("xp", json!({"amount": 1}), "users"),
        ("trainings", training(), "users"),
        ("trainings", training(), "bot_sessions"),
    ] {
        let total_xp = async |id: i64| {
            app.spin().get(&format!("/v1/users/{id}")).await.expect(200)["total_xp"]
                .as_i64()
                .unwrap()
        };
        let before = total_xp(20).await;
        let mut other = connection.begin().await.unwrap();
        let lock = format!("SELECT 1 FROM {locked_table} WHERE telegram_id = 20 FOR UPDATE");
        sqlx::raw_sql(sqlx::AssertSqlSafe(lock)).execute(&mut *other).await.unwrap();
        let mut locked = JoinSet::new();
        for key in 0..5 {
            let of = |id: i64| {
                let (spin, body) = (app.spin(), body.clone());
                let (key, path) =
                    (format!("{path} {locked_table} {key}"), format!("/v1/users/{id}/{path}"));
                async move { spin.post_once(&key, &path, body).await }
            };
            locked.spawn(of(20));
            let others = (1..20).map(of).collect::<JoinSet<_>>();
            for answer in others.join_all().await {
                assert!(answer.status.is_success(), "{}", answer.text);
            }
        }
        assert_eq!((total_xp(19).await, total_xp(20).await), (before + 5, before));
        other.rollback().await.unwrap();
        for answer in locked.join_all().await {
            assert!(answer.status.is_success(), "{}", answer.text);
        }
        assert_eq!(total_xp(20).await, before + 5);
    }
}

/// A training that goes together with others.
fn training() -> Value {
    json!({
        "total_score": 1, "clarity_level": 1, "question_count": 1, "per_type_counts": {}, "xp": 1,
        "session": {}, "stats": {}
    })
}

both! {
    /// One whose XP cannot be added takes it from nobody else with whom it comes.
    async fn one_that_cannot_be_done_together_spoils_nothing(app) {
        for id in 1..=20 {
            app.user(id).await;
        }
        run(&app.url, match app.engine {
            Engine::Sqlite => {
                "CREATE TRIGGER refusing BEFORE INSERT ON xp_events WHEN NEW.telegram_id = 20
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            }
            Engine::Postgres => {
                "CREATE FUNCTION refusing() RETURNS trigger LANGUAGE plpgsql
                     AS 'BEGIN RAISE ''refused''; END';
                 CREATE TRIGGER refusing BEFORE INSERT ON xp_events FOR EACH ROW
                     WHEN (NEW.telegram_id = 20) EXECUTE FUNCTION refusing()"
            }
        }).await;
        for key in 0..10 {
            let of = |id: i64| {
                let (path, body, status) = match key % 2 {
                    0 => ("xp", json!({"amount": 1}), 200),
                    _ => ("trainings", training(), 201),
                };
                let (spin, path) = (app.spin(), format!("/v1/users/{id}/{path}"));
                async move { (id, status, spin.post_once(&format!("{key}"), &path, body).await) }
            };
            for (id, status, answer) in (1..=20).map(of).collect::<JoinSet<_>>().join_all().await {
                if id == 20 {
                    answer.expect_problem(500, "internal_error");
                } else {
                    answer.expect(status);
                }
            }
        }
        for id in 1..=20 {
            let user = app.spin().get(&format!("/v1/users/{id}")).await.expect(200);
            let (xp, trainings) = if id == 20 { (0, 0) } else { (10, 5) };
            assert_eq!((&user["total_xp"], &user["total_trainings"]), (&json!(xp), &json!(trainings)));
        }
    }
}

/// As it does when the disk is full.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_sqlite_ends_by_itself_stops_no_other() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.user(1).await;
    let ending = "CREATE TRIGGER ending BEFORE INSERT ON xp_events
                  BEGIN SELECT RAISE(ROLLBACK, 'by itself'); END";
    run(&app.url, ending).await;
    for telegram_id in 2..5 {
        app.spin().post(XP, json!({"amount": 1})).await.expect_problem(500, "internal_error");
        app.user(telegram_id).await;
    }
    run(&app.url, "DROP TRIGGER ending").await;
    assert_eq!(app.spin().post(XP, json!({"amount": 1})).await.expect(200)["total_xp"], 1);
}
