//! Two processes on one PostgreSQL: what holds within one holds between them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::process::{KEY, Serving, service};
use crate::support::new_postgres_database;
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

const CLIENTS: usize = 32;
const BOT_KEY: &str = "replicas-test-key-of-spin-bot-0123456789";
const SESSION: &str = "/v1/users/1/sessions/spin_bot";

struct Pair {
    replicas: [Serving; 2],
    client: reqwest::Client,
    _folder: TempDir,
}

impl Pair {
    async fn start() -> Arc<Self> {
        let (folder, url) = (TempDir::new().unwrap(), new_postgres_database().await);
        // Both at once, on an empty database.
        let starts = [(); 2].map(|()| {
            let mut command = service(folder.path());
            command
                .env("DATABASE_URL", &url)
                .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY)
                .env("SERVICE__BOOTSTRAP__BOT_KEYS", format!("spin_bot={BOT_KEY}"));
            std::thread::spawn(move || Serving::start(&mut command))
        });
        let replicas = starts.map(|start| start.join().unwrap());
        let pair = Self { replicas, client: process::http::client(), _folder: folder };
        let (status, _) =
            pair.call(pair.request(0, Method::POST, &format!("{SESSION}/open"))).await;
        assert_eq!(status, 200);
        Arc::new(pair)
    }

    /// A request of this client: every second one goes to the other replica.
    fn request(&self, client: usize, method: Method, path: &str) -> RequestBuilder {
        let replica = &self.replicas[client % 2];
        self.client.request(method, format!("{}{path}", replica.base)).bearer_auth(BOT_KEY)
    }

    async fn call(&self, request: RequestBuilder) -> (u16, Value) {
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn get(&self, client: usize, path: &str) -> Value {
        let (status, body) = self.call(self.request(client, Method::GET, path)).await;
        assert_eq!(status, 200, "{body}");
        body
    }
}

/// Lets so many clients do this at once.
async fn at_once<F: Future<Output = T> + Send + 'static, T: Send + 'static>(
    pair: &Arc<Pair>,
    act: impl Fn(Arc<Pair>, usize) -> F,
) -> Vec<T> {
    let clients: JoinSet<T> = (0..CLIENTS).map(|client| act(Arc::clone(pair), client)).collect();
    clients.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_with_if_match_lose_none_between_replicas() {
    let pair = Pair::start().await;
    at_once(&pair, async |pair, client| {
        let mut done = 0;
        while done < 2 {
            let mut session = pair.get(client, SESSION).await;
            let tag = format!("\"{}\"", session["version"]);
            session["session"][format!("client_{client}")] = json!(done + 1);
            let body = json!({"session": session["session"], "stats": {}});
            // Read at one replica, written at the other.
            let request = pair.request(client + 1, Method::PUT, SESSION).header("If-Match", tag);
            match pair.call(request.json(&body)).await.0 {
                200 => done += 1,
                status => assert_eq!(status, 412),
            }
        }
    })
    .await;
    let expected: Map<String, Value> =
        (0..CLIENTS).map(|client| (format!("client_{client}"), json!(2))).collect();
    for replica in [0, 1] {
        let session = pair.get(replica, SESSION).await;
        assert_eq!(session["session"], Value::Object(expected.clone()));
        assert_eq!(session["version"], 1 + 2 * CLIENTS);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_one_effect_between_replicas() {
    let pair = Pair::start().await;
    for round in 1..=10 {
        let answers = at_once(&pair, move |pair, client| async move {
            let request = pair.request(client, Method::POST, "/v1/users/1/xp");
            let request = request.header("Idempotency-Key", format!("round {round}"));
            pair.call(request.json(&json!({"amount": 7}))).await
        })
        .await;
        for (status, body) in answers {
            assert_eq!((status, &body["total_xp"]), (200, &json!(7 * round)), "{body}");
        }
    }
    let events = pair.get(1, "/v1/users/1/xp?limit=100").await;
    assert_eq!(events["items"].as_array().unwrap().len(), 10);
    assert_eq!(pair.get(0, "/v1/users/1").await["total_xp"], 70);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_credit_is_used_once_between_replicas() {
    let pair = Pair::start().await;
    for round in 1..=10 {
        let grant = json!({"subscription_type": "credits", "credits": 5});
        let request = pair.request(round, Method::POST, "/v1/users/1/subscriptions").json(&grant);
        assert_eq!(pair.call(request).await.0, 201);
        let answers = at_once(&pair, async |pair, client| {
            let request = pair.request(client, Method::POST, "/v1/users/1/access/consume");
            pair.call(request.json(&json!({}))).await
        })
        .await;
        let used = answers.iter().filter(|(status, _)| *status == 200);
        let left: BTreeSet<_> = used.map(|(_, body)| body["remaining"].as_i64().unwrap()).collect();
        assert_eq!(left, BTreeSet::from([0, 1, 2, 3, 4]), "{answers:?}");
        let refused = answers.iter().filter(|(status, _)| *status == 402).count();
        assert_eq!(refused, CLIENTS - 5, "{answers:?}");
        assert_eq!(pair.get(round, "/v1/users/1/access").await["has_access"], false);
    }
}
