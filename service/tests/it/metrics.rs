//! What is measured is what docs/operations.md says.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{KEY, Serving, get, service};
use crate::support::new_postgres_database;

const BOT_KEY: &str = "metrics-test-spin-bot-key-0123456789";

fn start(folder: &TempDir, url: &str) -> Serving {
    let mut command = service(folder.path());
    command.env("DATABASE_URL", url).env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY);
    Serving::start(command.env("SERVICE__BOOTSTRAP__BOT_KEYS", format!("spin_bot={BOT_KEY}")))
}

async fn post(serving: &Serving, path: &str, key: &str, body: &Value) -> u16 {
    let url = format!("{}/v1/users/7{path}", serving.base);
    let request = process::http::client().request(Method::POST, url).bearer_auth(BOT_KEY);
    request.header("Idempotency-Key", key).json(body).send().await.unwrap().status().as_u16()
}

async fn metrics(serving: &Serving) -> String {
    let line = serving.printed.lines().find(|line| line.contains("\"serving metrics\"")).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    let url = format!("http://{}/metrics", line["address"].as_str().unwrap());
    process::http::client().get(url).send().await.unwrap().text().await.unwrap()
}

fn documented() -> BTreeSet<&'static str> {
    let page = include_str!("../../../docs/operations.md");
    let section = page.split("\n## Metrics\n").nth(1).unwrap().split("\n## ").next().unwrap();
    section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_measured_is_documented_and_the_other_way_round() {
    let folder = TempDir::new().unwrap();
    for (url, pools) in [
        (format!("sqlite:///{}/m.db", folder.path().display()), &["writer", "readers"][..]),
        (new_postgres_database().await, &["postgres"]),
    ] {
        let serving = start(&folder, &url);
        assert_eq!(post(&serving, "/sessions/spin_bot/open", "1", &json!({})).await, 200);
        let page = metrics(&serving).await;
        for counter in ["xp_earned_total 0", "trainings_finished_total 0"] {
            assert!(page.contains(counter), "{counter} is not in {page}");
        }

        let xp = json!({"amount": 150});
        let training = json!({"total_score": 190, "clarity_level": 100, "question_count": 10,
            "per_type_counts": {}, "xp": 190});
        for (path, key, body, status) in [
            ("/xp", "2", &xp, 200),
            ("/xp", "2", &xp, 200), // a repeat, which adds nothing
            ("/trainings", "3", &training, 201),
            ("/access/consume", "4", &json!({}), 402),
        ] {
            assert_eq!(post(&serving, path, key, body).await, status, "{path}");
        }
        assert_eq!(get(&serving.base, "/v1/users/7", BOT_KEY).await.0, 200);
        let page = metrics(&serving).await;
        let mut lines = vec![
            "xp_earned_total 340".to_owned(),
            "trainings_finished_total 1".to_owned(),
            "database_transaction_duration_seconds_count{outcome=\"rolled_back\"} 1".to_owned(),
            "database_transaction_retries_total 0".to_owned(),
            "database_batch_failures_total 0".to_owned(),
        ];
        for pool in pools {
            lines.push(format!("database_pool_connections{{pool=\"{pool}\",state=\"in_use\"}} 0"));
            lines.push(format!("database_pool_waiting{{pool=\"{pool}\"}} 0"));
        }
        for line in lines {
            assert!(page.lines().any(|found| found == line), "{line} is not in {page}");
        }
        let measured =
            page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
        assert_eq!(measured.collect::<BTreeSet<_>>(), documented());
    }
}

/// Whoever asks would not notice: what fails together is done again by itself.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_goes_together_fails() {
    let folder = TempDir::new().unwrap();
    for url in
        [format!("sqlite:///{}/m.db", folder.path().display()), new_postgres_database().await]
    {
        let serving = start(&folder, &url);
        let send = |method: &Method, id: i64, path: &str, key: &str, body: &Value| {
            let url = format!("{}/v1/users/{id}{path}", serving.base);
            let request = process::http::client().request(method.clone(), url);
            request.bearer_auth(BOT_KEY).header("Idempotency-Key", key).json(body).send()
        };
        let whole = json!({"session": {"n": 1}, "stats": {}});
        let mut training = json!({"total_score": 19, "clarity_level": 1, "question_count": 1,
            "per_type_counts": {}, "xp": 19, "badges": [{"badge_type": "first"}]});
        training.as_object_mut().unwrap().append(&mut whole.as_object().unwrap().clone());
        for (method, path, body, status) in [
            (Method::POST, "/sessions/spin_bot/open", json!({}), 200),
            (Method::POST, "/sessions/spin_bot/open", json!({}), 200),
            (Method::PUT, "/sessions/spin_bot", whole, 200),
            (Method::POST, "/xp", json!({"amount": 10}), 200),
            (Method::POST, "/trainings", training, 201),
        ] {
            let of_each =
                (1..=100).map(|n| send(&method, n % 50 + 1, path, &format!("{path} {n}"), &body));
            for answer in of_each.map(tokio::spawn).collect::<Vec<_>>() {
                assert_eq!(answer.await.unwrap().unwrap().status(), status, "{method} {path}");
            }
        }
        let page = metrics(&serving).await;
        for line in ["database_batch_failures_total 0", "trainings_finished_total 100"] {
            assert!(page.lines().any(|found| found == line), "{line} is not in {page}");
        }
    }
}
