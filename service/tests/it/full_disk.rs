//! A disk that takes no more: SQLite's, by the limit that the system sets to the size of a file.

use std::process::Command;

use reqwest::{Method, StatusCode};
use serde_json::json;
use tempfile::TempDir;

use crate::process::{KEY, Serving, get, service};

/// How large the process may make a file from now on, in bytes.
fn limit_files(serving: &Serving, bytes: &str) {
    let pid = serving.process.id().to_string();
    let limit = format!("--fsize={bytes}:unlimited");
    assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
}

async fn add_xp(serving: &Serving) -> StatusCode {
    let url = format!("{}/v1/users/1/xp", serving.base);
    let request = process::http::client().request(Method::POST, url).bearer_auth(KEY);
    request.json(&json!({"amount": 1})).send().await.unwrap().status()
}

#[tokio::test]
async fn writes_are_refused_while_the_disk_is_full_and_go_on_afterwards() {
    let folder = TempDir::new().unwrap();
    // Without the signal, the write fails as on a full disk.
    let mut command = Command::new("env");
    command.env_clear().args(["--ignore-signal=XFSZ", env!("CARGO_BIN_EXE_service")]);
    command
        .envs(service(folder.path()).get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(folder.path()).env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY);
    let serving = Serving::start(&mut command);
    let user = process::http::client().put(format!("{}/v1/users/1", serving.base));
    assert!(user.bearer_auth(KEY).json(&json!({})).send().await.unwrap().status().is_success());

    for round in 1..=3 {
        assert_eq!(add_xp(&serving).await, StatusCode::OK);
        limit_files(&serving, "4096");
        for _ in 0..3 {
            assert_eq!(add_xp(&serving).await, StatusCode::SERVICE_UNAVAILABLE);
            let (status, user) = get(&serving.base, "/v1/users/1", KEY).await;
            assert_eq!((status, &user["total_xp"]), (StatusCode::OK, &json!(round)));
        }
        limit_files(&serving, "unlimited");
    }
    assert_eq!(add_xp(&serving).await, StatusCode::OK);
}
