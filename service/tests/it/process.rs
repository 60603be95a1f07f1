//! The real binary: how it starts, refuses to start, stops and is killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crate::support::new_postgres_database;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const KEY: &str = "process-test-operator-key-0123456789";

pub(crate) fn service(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_service"));
    let passed = ["PATH", "LD_LIBRARY_PATH"].map(|name| (name, std::env::var_os(name)));
    command.env_clear().envs(passed.into_iter().filter_map(|(k, v)| Some((k, v?))));
    command.env("SERVICE__LISTEN", "127.0.0.1:0").env("SERVICE__METRICS_LISTEN", "127.0.0.1:0");
    command.current_dir(folder);
    command
}

/// A serving process.
pub(crate) struct Serving {
    pub(crate) process: Child,
    pub(crate) base: String,
    /// What it printed until it was up.
    pub(crate) printed: String,
    /// What it printed since.
    later: Option<JoinHandle<String>>,
}

impl Serving {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut printed = String::new();
        let base = loop {
            let mut line = String::new();
            let length = lines.read_line(&mut line).unwrap();
            assert!(length > 0, "the service did not start: {}", read_all(process.stderr.take()));
            printed.push_str(&line);
            if let Some((_, rest)) = line.split_once("The API is at ") {
                break rest.split("/v1").next().unwrap().to_owned();
            }
        };
        // What comes later must not fill the pipe.
        let later = Some(std::thread::spawn(move || read_all(Some(lines))));
        Self { process, base, printed, later }
    }

    pub(crate) fn with_key(folder: &Path) -> Self {
        Self::start(service(folder).env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY))
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    pub(crate) fn stop(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.process.wait().unwrap().code()
    }

    /// Stops it: all that it printed.
    pub(crate) fn log(mut self) -> String {
        self.signal("-TERM");
        self.process.wait().unwrap();
        self.printed.clone() + &self.later.take().unwrap().join().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read_all(from: Option<impl Read>) -> String {
    let mut text = String::new();
    if let Some(mut from) = from {
        from.read_to_string(&mut text).unwrap();
    }
    text
}

/// Fails to start with exit code 1 and one sentence on stderr, which holds all of `words`.
pub(crate) fn refused(command: &mut Command, words: &[&str]) {
    let Output { status, stderr, .. } = command.output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{stderr}");
    assert_eq!(stderr.trim_end().lines().count(), 1, "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "{word} is not in: {stderr}");
    }
}

pub(crate) async fn get(base: &str, path: &str, key: &str) -> (StatusCode, Value) {
    let client = process::http::client();
    let answer = client.get(format!("{base}{path}")).bearer_auth(key).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

fn key_in(text: &str) -> Option<&str> {
    let start = text.find("spn_")?;
    text.get(start..start + 40)
}

#[tokio::test]
async fn the_first_start_prints_a_key_that_works_and_the_second_does_not() {
    let folder = TempDir::new().unwrap();
    let first = Serving::start(&mut service(folder.path()));
    let key = key_in(&first.printed).expect("a key").to_owned();
    assert!(
        first.printed.contains(&format!("curl -H 'Authorization: Bearer {key}'")),
        "{}",
        first.printed
    );
    assert_eq!(get(&first.base, "/v1/users", &key).await.0, StatusCode::OK);
    assert!(folder.path().join("spin.db").exists());
    assert_eq!(first.stop(), Some(0));
    let second = Serving::start(&mut service(folder.path()));
    assert_eq!(key_in(&second.printed), None);
    assert_eq!(get(&second.base, "/v1/users", &key).await.0, StatusCode::OK);
}

#[tokio::test]
async fn settings_are_printed_and_secrets_are_not() {
    let folder = TempDir::new().unwrap();
    let bot_key = "bot-key-0123456789-0123456789-0123456789";
    let serving = Serving::start(
        service(folder.path())
            .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY)
            .env("SERVICE__BOOTSTRAP__BOT_KEYS", format!("spin_bot={bot_key}")),
    );
    let printed = &serving.printed;
    assert!(printed.contains("SERVICE__DATABASE__MAX_CONNECTIONS"), "{printed}");
    assert!(!printed.contains(KEY) && !printed.contains(bot_key), "{printed}");
    assert_eq!(get(&serving.base, "/v1/users", KEY).await.0, StatusCode::OK);
    assert_eq!(get(&serving.base, "/v1/levels", bot_key).await.0, StatusCode::OK);
}

#[test]
fn wrong_settings_stop_the_start_with_their_name() {
    let folder = TempDir::new().unwrap();
    for (name, value) in [
        ("SERVICE__NONSENSE", "1"),
        ("SERVICE__LISTEN", "nowhere"),
        ("SERVICE__BOOTSTRAP__OPERATOR_KEY", "short"),
        ("DATABASE_URL", "mysql://user:secret@host/db"),
    ] {
        refused(service(folder.path()).env(name, value), &[name]);
    }
    refused(
        service(folder.path()).env("DATABASE_URL", "mysql://user:secret@host/db"),
        &["sqlite+aiosqlite", "postgresql+asyncpg"],
    );
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "[database]\nnonsense = 1\n").unwrap();
    refused(service(folder.path()).arg("--config").arg(&file), &["SERVICE__DATABASE__NONSENSE"]);
    refused(service(folder.path()).arg("--config").arg("absent.toml"), &["absent.toml"]);
    assert!(!folder.path().join("spin.db").exists(), "a refused start leaves nothing behind");
}

#[test]
fn a_taken_port_stops_the_start() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(
        service(folder.path()).env("SERVICE__LISTEN", &address),
        &[&address, "SERVICE__LISTEN"],
    );
    refused(
        service(folder.path()).env("SERVICE__METRICS_LISTEN", &address),
        &[&address, "SERVICE__METRICS_LISTEN"],
    );
    let first = Serving::start(&mut service(folder.path()));
    assert!(key_in(&first.printed).is_some(), "a refused start made the first key and lost it");
}

#[tokio::test]
async fn a_database_that_cannot_be_used_stops_the_start() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, content: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let url = |path: &Path| format!("sqlite:///{}", path.display());
    let garbage = file("garbage.db", &[7; 8192]);
    refused(service(folder.path()).env("DATABASE_URL", url(&garbage)), &["garbage.db", "damaged"]);

    drop(Serving::with_key(folder.path()));
    let whole = std::fs::read(folder.path().join("spin.db")).unwrap();
    let mut holed = whole.clone();
    holed[100..4096].fill(0xa5);
    let holed = file("holed.db", &holed);
    refused(service(folder.path()).env("DATABASE_URL", url(&holed)), &["holed.db", "damaged"]);

    let absent = folder.path().join("no/such/folder/spin.db");
    refused(service(folder.path()).env("DATABASE_URL", url(&absent)), &["folder", "spin.db"]);

    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    refused(
        service(folder.path())
            .env("DATABASE_URL", format!("postgres://user:secret@127.0.0.1:{port}/db"))
            .env("SERVICE__DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1"),
        &["cannot be reached", "DATABASE_URL"],
    );
    let there = new_postgres_database().await;
    let (server, _) = there.rsplit_once('/').unwrap();
    refused(
        service(folder.path()).env("DATABASE_URL", format!("{server}/no_such_database")),
        &["does not exist"],
    );
    refused(
        service(folder.path())
            .env("SERVICE__DATABASE__MIGRATE", "false")
            .env("DATABASE_URL", there),
        &["service migrate"],
    );
}

/// Adds XP until the service goes away; how much of it was acknowledged.
async fn earn(base: &str, stop: &AtomicBool) -> i64 {
    let client = process::http::client();
    let mut acknowledged = 0;
    while !stop.load(Ordering::SeqCst) {
        let request = client.post(format!("{base}/v1/users/1/xp")).bearer_auth(KEY);
        match request.json(&json!({"amount": 1})).send().await {
            Ok(answer) if answer.status().is_success() => acknowledged += 1,
            _ => break,
        }
    }
    acknowledged
}

/// Eight clients earn XP while `end` ends the process: what was acknowledged, in all.
async fn acknowledged_until(serving: &Serving, end: impl FnOnce(&Serving)) -> i64 {
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let (base, stop) = (serving.base.clone(), Arc::clone(&stop));
            tokio::spawn(async move { earn(&base, &stop).await })
        })
        .collect();
    // Under way: some have been acknowledged.
    while get(&serving.base, "/v1/users/1", KEY).await.1["total_xp"].as_i64() < Some(20) {}
    end(serving);
    let mut acknowledged = 0;
    for client in clients {
        acknowledged += client.await.unwrap();
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_by_a_stop_or_a_kill() {
    let folder = TempDir::new().unwrap();
    for url in
        [format!("sqlite:///{}/d.db", folder.path().display()), new_postgres_database().await]
    {
        let start = || {
            Serving::start(
                service(folder.path())
                    .env("DATABASE_URL", &url)
                    .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY),
            )
        };
        for signal in ["-TERM", "-KILL", "-TERM", "-KILL"] {
            let mut serving = start();
            let client = process::http::client();
            let user = client.delete(format!("{}/v1/users/1", serving.base)).bearer_auth(KEY);
            user.send().await.unwrap();
            let user = client.put(format!("{}/v1/users/1", serving.base)).bearer_auth(KEY);
            assert!(user.json(&json!({})).send().await.unwrap().status().is_success());
            let acknowledged = acknowledged_until(&serving, |serving| serving.signal(signal)).await;
            let code = serving.process.wait().unwrap().code();
            assert_eq!(code, (signal == "-TERM").then_some(0));
            let again = start();
            let total = get(&again.base, "/v1/users/1", KEY).await.1["total_xp"].as_i64().unwrap();
            // A client that saw the connection end may have been served all the same: one each.
            assert!(
                (acknowledged..=acknowledged + 8).contains(&total),
                "{signal}: {acknowledged} {total}"
            );
            if signal == "-TERM" {
                assert_eq!(total, acknowledged, "a graceful stop answers what it carried out");
            }
        }
    }
}

#[test]
fn a_head_that_comes_too_slowly_ends_the_connection() {
    let folder = TempDir::new().unwrap();
    let serving =
        Serving::start(service(folder.path()).env("SERVICE__HTTP__HEADER_TIMEOUT_SECONDS", "1"));
    let address = serving.base.trim_start_matches("http://");
    let mut slow = TcpStream::connect(address).unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").unwrap();
    let mut answer = Vec::new();
    // Returns only because the service closes the connection.
    let _ = slow.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_answered() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(
        service(folder.path())
            .env("SERVICE__HTTP__REQUEST_TIMEOUT_SECONDS", "1")
            .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY),
    );
    let mut slow = TcpStream::connect(serving.base.trim_start_matches("http://")).unwrap();
    let head = format!(
        "PUT /v1/users/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{{"
    );
    slow.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = slow.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("\"timeout\""), "{answer}");
}

#[tokio::test]
async fn a_database_in_memory_serves() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(
        service(folder.path())
            .env("DATABASE_URL", "sqlite::memory:")
            .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY),
    );
    assert_eq!(get(&serving.base, "/readyz", KEY).await.0, StatusCode::OK);
    assert_eq!(get(&serving.base, "/v1/users", KEY).await.0, StatusCode::OK);
}

#[test]
fn the_checked_in_document_is_the_one_that_the_service_prints() {
    let printed = Command::new(env!("CARGO_BIN_EXE_service")).arg("openapi").output().unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
    assert!(
        std::fs::read(file).unwrap() == printed.stdout,
        "openapi/openapi.json is out of date: cargo run -p service -- openapi > openapi/openapi.json"
    );
}

#[test]
fn every_setting_stands_in_the_operators_table() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(&mut service(folder.path()));
    let table = include_str!("../../../docs/operations.md");
    let names: Vec<&str> = serving
        .printed
        .split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
        .filter(|word| word.starts_with("SERVICE__") || *word == "DATABASE_URL")
        .collect();
    assert!(names.len() > 20, "{}", serving.printed);
    for name in names {
        assert!(table.contains(&format!("| `{name}` |")), "{name} is not in docs/operations.md");
    }
}

#[tokio::test]
async fn a_process_that_stops_says_so_and_serves_on() {
    let folder = TempDir::new().unwrap();
    let mut command = service(folder.path());
    command.env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY);
    let mut serving = Serving::start(command.env("SERVICE__HTTP__DRAIN_SECONDS", "600"));
    let healthcheck = || {
        let address = serving.base.trim_start_matches("http://");
        let mut command = service(folder.path());
        command.env("SERVICE__LISTEN", address).arg("healthcheck").output().unwrap()
    };
    assert!(healthcheck().status.success());
    serving.signal("-TERM");
    let (mut status, mut answer) = get(&serving.base, "/readyz", KEY).await;
    while status != StatusCode::SERVICE_UNAVAILABLE {
        (status, answer) = get(&serving.base, "/readyz", KEY).await;
    }
    assert_eq!(answer["code"], "stopping");
    assert_eq!(get(&serving.base, "/healthz", KEY).await.0, StatusCode::OK);
    assert_eq!(get(&serving.base, "/v1/users", KEY).await.0, StatusCode::OK);
    let Output { status, stderr, .. } = healthcheck();
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(status.code() == Some(1) && stderr.contains("/readyz answers 503"), "{stderr}");

    serving.process.kill().unwrap();
    serving.process.wait().unwrap();
    let Output { status, stderr, .. } = healthcheck();
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(status.code() == Some(1) && stderr.contains("does not answer"), "{stderr}");
}
