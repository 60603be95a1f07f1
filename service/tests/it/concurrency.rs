//! Many at once: nothing is lost, nothing happens twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::support::{Answer, Caller, Engine, TestApp};
use reqwest::Method;
use serde_json::{Map, Value, json};
use sqlx::{Connection, PgConnection, query, query_scalar};
use tokio::sync::Barrier;

const CLIENTS: i64 = 64;
const SESSION: &str = "/v1/users/1/sessions/spin_bot";
const OPEN: &str = "/v1/users/1/sessions/spin_bot/open";

/// Lets 64 clients, numbered from 1, do this at once; every second one calls as the other bot.
async fn at_once<F: Future<Output = T> + Send + 'static, T: Send + 'static>(
    app: &TestApp,
    act: impl Fn(Caller, i64) -> F,
) -> Vec<T> {
    let caller = |client: i64| {
        if client % 2 == 0 { app.spin() } else { app.quiz() }
    };
    let clients = (1..=CLIENTS).map(|client| tokio::spawn(act(caller(client), client)));
    let clients: Vec<_> = clients.collect();
    let mut outcomes = Vec::new();
    for client in clients {
        outcomes.push(client.await.unwrap());
    }
    outcomes
}

fn key(client: i64) -> String {
    format!("client_{client}")
}

/// `{client_1: 1, …, client_64: 64}`
fn all_keys() -> Value {
    (1..=CLIENTS).map(|client| (key(client), json!(client))).collect::<Map<_, _>>().into()
}

/// How many answers are of each status.
fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// All events, the oldest first.
async fn events(app: &TestApp) -> Vec<Value> {
    let page = app.spin().get("/v1/users/1/xp?limit=100").await.expect(200);
    assert_eq!(page["next_cursor"], Value::Null);
    page["items"].as_array().unwrap().iter().rev().cloned().collect()
}

both! {
    /// Each reads, adds its own key and writes, again and again until nobody came between.
    async fn updates_with_if_match_lose_none(app) {
        app.user(1).await;
        let (spin, all_have_read) = (app.spin(), Arc::new(Barrier::new(64)));
        let attempts = at_once(&app, move |_, client| {
            let (spin, all_have_read) = (spin.clone(), Arc::clone(&all_have_read));
            async move {
                for attempt in 1.. {
                    let read = spin.get(SESSION).await;
                    if attempt == 1 {
                        all_have_read.wait().await;
                    }
                    let mut data = read.expect(200);
                    data["session"][key(client)] = json!(client);
                    let body = json!({"session": data["session"], "stats": {}});
                    let tag = read.header("etag").unwrap();
                    let written = spin.if_match(tag, Method::PUT, SESSION, body).await;
                    if written.status != 412 {
                        assert_eq!(written.expect(200)["version"], data["version"].as_i64().unwrap() + 1);
                        return attempt;
                    }
                }
                unreachable!()
            }
        }).await;
        let session = app.spin().get(SESSION).await.expect(200);
        assert_eq!((&session["session"], &session["version"]), (&all_keys(), &json!(1 + CLIENTS)));
        assert_eq!(attempts.iter().filter(|&&attempt| attempt == 1).count(), 1);
    }

    /// All know the same version: one of them wins, whatever they write with.
    async fn of_writes_for_one_version_one_succeeds(app) {
        app.user(1).await;
        let spin = app.spin();
        for version in 1..=3 {
            let spin = spin.clone();
            let answers = at_once(&app, move |_, client| {
                let spin = spin.clone();
                async move {
                    let tag = format!("\"{version}\"");
                    let training = json!({
                        "total_score": 1, "clarity_level": 1, "question_count": 1, "per_type_counts": {},
                        "xp": 1, "stats": {}, "if_version": version
                    });
                    match client % 4 {
                        0 => spin.if_match(&tag, Method::PUT, SESSION, json!({"session": {}, "stats": {}})).await,
                        1 => spin.if_match(&tag, Method::PATCH, SESSION, json!({"session": {"a": 1}})).await,
                        2 => spin.if_match(&tag, Method::POST, &format!("{SESSION}/reset"), json!({})).await,
                        _ => spin.post("/v1/users/1/trainings", training).await,
                    }
                }
            }).await;
            let succeeded = count(&answers, 200) + count(&answers, 201);
            assert_eq!((succeeded, count(&answers, 412)), (1, 63), "{answers:?}");
        }
        let user = app.spin().get("/v1/users/1").await.expect(200);
        assert_eq!(user["total_trainings"], user["total_xp"]);
        assert_eq!(spin.get(SESSION).await.expect(200)["version"], 4);
    }

    /// Those that share a statement too.
    async fn of_writes_without_a_version_each_has_its_own_and_the_last_stays(app) {
        app.user(1).await;
        let spin = app.spin();
        let answers = at_once(&app, move |_, client| {
            let spin = spin.clone();
            let body = json!({"session": {"n": client}, "stats": {"n": client}});
            async move { spin.put(SESSION, body).await.expect(200) }
        })
        .await;
        let versions: BTreeSet<_> =
            answers.iter().map(|answer| answer["version"].as_i64().unwrap()).collect();
        // The user came with version 1.
        assert!(versions.iter().copied().eq(2..=CLIENTS + 1), "{versions:?}");
        let last = answers.iter().find(|answer| answer["version"] == CLIENTS + 1).unwrap();
        assert_eq!(&app.spin().get(SESSION).await.expect(200), last);
    }

    /// A version that never was is no step.
    async fn a_version_that_cannot_be_matches_nothing(app) {
        app.user(1).await;
        let before = app.spin().get(SESSION).await.expect(200);
        let body = json!({"session": {"n": 1}, "stats": {}});
        for tag in ["\"0\"", "\"-1\"", "\"-9223372036854775808\"", "\"9223372036854775807\""] {
            let answer = app.spin().if_match(tag, Method::PUT, SESSION, body.clone()).await;
            answer.expect_problem(412, "version_conflict");
        }
        assert_eq!(app.spin().get(SESSION).await.expect(200), before);
    }

    async fn patches_of_different_keys_lose_nothing(app) {
        app.user(1).await;
        let spin = app.spin();
        let answers = at_once(&app, move |_, client| {
            let spin = spin.clone();
            async move { spin.patch(SESSION, json!({"session": {key(client): client}, "stats": {"all": {key(client): client}}})).await }
        }).await;
        let versions: BTreeSet<_> = answers.iter().map(|answer| answer.expect(200)["version"].as_i64().unwrap()).collect();
        assert_eq!(versions, (2..=1 + CLIENTS).collect());
        let session = app.spin().get(SESSION).await.expect(200);
        assert_eq!((&session["session"], &session["stats"]["all"]), (&all_keys(), &all_keys()));
    }

    async fn first_contacts_create_one_user(app) {
        for (user, clients) in [(2, 2), (1, CLIENTS)] {
            let answers = at_once(&app, move |caller, client| async move {
                if client > clients {
                    return None;
                }
                let bot = if client % 2 == 0 { "spin_bot" } else { "quiz_bot" };
                let path = format!("/v1/users/{user}/sessions/{bot}/open");
                Some(caller.post(&path, json!({"username": "ann"})).await.expect(200))
            }).await;
            for opened in answers.iter().flatten() {
                assert_eq!(*opened, answers[0].clone().unwrap());
                assert_eq!((&opened["user"]["username"], &opened["version"]), (&json!("ann"), &json!(1)));
            }
            let sessions = app.operator().get(&format!("/v1/users/{user}/sessions")).await.expect(200);
            assert_eq!(sessions["items"].as_array().unwrap().len(), 2);
        }
        assert_eq!(app.operator().get("/v1/users").await.expect(200)["items"].as_array().unwrap().len(), 2);
        // By another door: one of them is told that it created the user.
        let answers = at_once(&app, |caller, client| async move {
            caller.put("/v1/users/3", json!({"first_name": key(client)})).await
        }).await;
        assert_eq!((count(&answers, 201), count(&answers, 200)), (1, 63));
    }

    async fn xp_from_everywhere_adds_up_and_is_explained(app) {
        app.user(1).await;
        // Without an idempotency key each goes by itself, with one together with others.
        let answers = at_once(&app, |caller, client| async move {
            let (path, body) = ("/v1/users/1/xp", json!({"amount": client, "reason": key(client)}));
            if client % 4 < 2 { caller.post(path, body).await } else { caller.post_once(&key(client), path, body).await }.expect(200)
        }).await;
        let total = CLIENTS * (CLIENTS + 1) / 2;
        let user = app.spin().get("/v1/users/1").await.expect(200);
        assert_eq!((&user["total_xp"], &user["level"]), (&json!(total), &json!(3)));
        // Each event goes on where the one before ended, and was answered to somebody.
        let mut sum = 0;
        let mut totals = BTreeSet::new();
        for event in events(&app).await {
            sum += event["amount"].as_i64().unwrap();
            assert_eq!((&event["total_after"], &event["reason"]), (&json!(sum), &json!(key(event["amount"].as_i64().unwrap()))));
            totals.insert(sum);
        }
        assert_eq!(sum, total);
        assert_eq!(answers.iter().map(|added| added["total_xp"].as_i64().unwrap()).collect::<BTreeSet<_>>(), totals);
        let level_ups: Vec<_> = answers.iter().filter(|added| added["leveled_up"] == true).collect();
        assert_eq!(level_ups.len(), 2, "{level_ups:?}");
        assert_eq!(app.spin().get("/v1/leaderboard?period=week").await.expect(200)["items"][0]["xp"], total);
    }

    /// The last of the level tables stands, whole.
    async fn level_tables_do_not_mix(app) {
        let operator = app.operator();
        let table = |client: i64| -> Value {
            let level = |level| json!({"level": level, "min_xp": level * 100, "title": key(client)});
            json!({"items": (1..=client % 8 + 1).map(level).collect::<Vec<_>>()})
        };
        let answers = at_once(&app, move |_, client| {
            let operator = operator.clone();
            async move { operator.put("/v1/levels", table(client)).await }
        }).await;
        assert_eq!(count(&answers, 200), 64, "{answers:?}");
        let kept = app.spin().get("/v1/levels").await.expect(200);
        assert!((1..=CLIENTS).any(|client| table(client) == kept), "{kept}");
    }

    async fn one_badge_is_awarded_once(app) {
        app.user(1).await;
        let answers = at_once(&app, |caller, client| async move {
            caller.post("/v1/users/1/badges", json!({"badge_type": "first", "metadata": {"by": client}})).await
        }).await;
        assert_eq!((count(&answers, 201), count(&answers, 200)), (1, 63));
        let held = app.spin().get("/v1/users/1/badges").await.expect(200)["items"].clone();
        for answer in &answers {
            assert_eq!(json!([answer.json()["badge"]]), held);
            assert_eq!(answer.json()["awarded"], answer.status == 201);
        }
    }

    /// Every operation that writes to one user, mixed: each is there afterwards, and once.
    async fn whatever_comes_at_once_is_all_there(app) {
        app.user(1).await;
        app.quiz().post("/v1/users/1/sessions/quiz_bot/open", json!({})).await.expect(200);
        let answers = at_once(&app, |caller, client| async move {
            let bot = if client % 2 == 0 { "spin_bot" } else { "quiz_bot" };
            let session = format!("/v1/users/1/sessions/{bot}");
            let training = json!({
                "total_score": 10, "clarity_level": 1, "question_count": 1, "per_type_counts": {}, "xp": 5,
                "badges": [{"badge_type": "first"}, {"badge_type": key(client)}], "stats": {}
            });
            match client % 8 / 2 {
                0 => caller.post("/v1/users/1/trainings", training).await,
                1 => caller.post("/v1/users/1/xp", json!({"amount": 3})).await,
                2 => caller.patch(&session, json!({"session": {key(client): client}})).await,
                _ => caller.post(&format!("{session}/open"), json!({"username": key(client)})).await,
            }
        }).await;
        assert_eq!((count(&answers, 200), count(&answers, 201)), (48, 16), "{answers:?}");
        let held = app.operator().get("/v1/users/1/export").await.expect(200);
        let user = &held["user"];
        assert_eq!((&user["total_trainings"], &user["total_score"], &user["total_xp"]), (&json!(16), &json!(160), &json!(16 * 5 + 16 * 3)));
        let count = |list: &str| held[list].as_array().unwrap().len();
        assert_eq!((count("trainings"), count("xp_events"), count("badges")), (16, 32, 17));
        // Eight trainings and eight patches each.
        for session in held["sessions"].as_array().unwrap() {
            assert_eq!((&session["version"], session["session"].as_object().unwrap().len()), (&json!(17), 8));
        }
        assert_eq!(events(&app).await.last().unwrap()["total_after"], user["total_xp"]);
    }

    /// Users who come back at once are noted together: each, and for this day only.
    async fn the_activity_of_many_is_noted(app) {
        for id in 1..=CLIENTS {
            app.user(id).await;
        }
        app.pass_days(1);
        let spin = app.spin();
        let open = move |_, client: i64| {
            let spin = spin.clone();
            async move { spin.post(&format!("/v1/users/{client}/sessions/spin_bot/open"), json!({})).await }
        };
        for answer in at_once(&app, open).await {
            assert_eq!(answer.expect(200)["user"]["last_activity"], json!("2026-11-23T12:00:00.000000Z"));
        }
        for id in 1..=CLIENTS {
            let held = app.operator().get(&format!("/v1/users/{id}/export")).await.expect(200);
            assert_eq!(held["user"]["last_activity"], json!("2026-11-23T12:00:00.000000Z"));
            assert_eq!(held["activity"], json!([
                {"bot_name": "spin_bot", "day": "2026-11-22"}, {"bot_name": "spin_bot", "day": "2026-11-23"},
            ]));
        }
    }

    /// Opening reads, and creates where there is nothing; it never comes between a write and its version.
    async fn opening_beside_writing_disturbs_nobody(app) {
        app.user(1).await;
        let spin = app.spin();
        let answers = at_once(&app, move |_, client| {
            let spin = spin.clone();
            async move {
                match client % 2 {
                    0 => spin.put(SESSION, json!({"session": {"n": client}, "stats": {"n": client}})).await,
                    _ => spin.post(OPEN, json!({"username": key(client)})).await,
                }
            }
        }).await;
        for answer in &answers {
            let body = answer.expect(200);
            assert_eq!(body["session"], body["stats"], "half of a write was seen");
        }
        assert_eq!(app.spin().get(SESSION).await.expect(200)["version"], 33);
    }
}

/// On SQLite nobody writes meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_goes_while_a_put_waits_for_it_is_not_made_anew() {
    let app = TestApp::start(Engine::Postgres).await;
    app.user(1).await;
    let mut remover = PgConnection::connect(&app.url).await.unwrap();
    let mut watcher = PgConnection::connect(&app.url).await.unwrap();
    let mut removal = remover.begin().await.unwrap();
    query("DELETE FROM bot_sessions").execute(&mut *removal).await.unwrap();
    let spin = app.spin();
    let put = tokio::spawn(async move {
        let body = json!({"session": {}, "stats": {}});
        spin.if_match("\"1\"", Method::PUT, SESSION, body).await
    });
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock')";
    while !query_scalar::<_, bool>(waits).fetch_one(&mut watcher).await.unwrap() {}
    removal.commit().await.unwrap();
    put.await.unwrap().expect_problem(412, "version_conflict");
    app.spin().get(SESSION).await.expect_problem(404, "session_not_found");
}
