//! The real service, and what it says about a user.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use super::process::{Process, binary, command};
use super::{OPERATOR_KEY, QUIZ_KEY, SPIN_KEY};

pub(crate) struct Service {
    pub(crate) process: Process,
    pub(crate) base: String,
    pub(crate) folder: TempDir,
    database: String,
    pub(crate) http: reqwest::Client,
}

fn program() -> &'static Path {
    static PATH: LazyLock<PathBuf> = LazyLock::new(|| {
        let sources = ["service/src", "service/process/src", "migrations"];
        binary("service", &["-p", "service"], &sources)
    });
    &PATH
}

impl Service {
    pub(crate) async fn start(folder: TempDir, database: String) -> Self {
        let mut command = service(folder.path(), &database, "127.0.0.1:0", &[]);
        let process = Process::start(&mut command);
        let base = process.line("The API is at ").await;
        let (_, base) = base.split_once("The API is at ").unwrap();
        let base = base.split("/v1").next().unwrap().to_owned();
        Self { process, base, folder, database, http: super::http() }
    }

    /// Ends the service: from now on nobody answers there.
    pub(crate) async fn stop(&mut self) {
        self.process.signal("-TERM");
        assert!(self.process.ended().await.success());
    }

    /// Starts it again where it was.
    pub(crate) async fn start_again(&mut self, settings: &[(&'static str, String)]) {
        let listen = self.base.trim_start_matches("http://");
        let mut command = service(self.folder.path(), &self.database, listen, settings);
        self.process = Process::start(&mut command);
        self.process.line("The API is at ").await;
    }

    /// Runs one of its commands and returns what it printed.
    pub(crate) async fn run(&self, arguments: &[&str]) -> String {
        let mut command = service(self.folder.path(), &self.database, "127.0.0.1:0", &[]);
        let output = command.args(arguments).output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A call as an operator, which must succeed.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/v1{path}", self.base);
        let request = self.http.request(method, url).bearer_auth(OPERATOR_KEY);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn user(&self, id: i64) -> Value {
        self.get(&format!("/users/{id}")).await
    }

    pub(crate) async fn exists(&self, id: i64) -> bool {
        let url = format!("{}/v1/users/{id}", self.base);
        let request = self.http.get(url).bearer_auth(OPERATOR_KEY);
        request.send().await.unwrap().status() != 404
    }

    /// More trainings than any story needs.
    pub(crate) async fn give_trainings(&self, id: i64) {
        self.call(Method::PUT, &format!("/users/{id}"), Some(json!({}))).await;
        let given = json!({"count": 1000, "source": "admin"});
        self.call(Method::POST, &format!("/users/{id}/free-trainings"), Some(given)).await;
    }

    /// The trainings of a user, the newest first.
    pub(crate) async fn trainings(&self, id: i64) -> Vec<Value> {
        self.items(&format!("/users/{id}/trainings?limit=100")).await
    }

    /// What XP was given for, the newest first.
    pub(crate) async fn xp(&self, id: i64) -> Vec<Value> {
        self.items(&format!("/users/{id}/xp?limit=100")).await
    }

    pub(crate) async fn badges(&self, id: i64) -> BTreeSet<String> {
        let badges = self.items(&format!("/users/{id}/badges?limit=100")).await;
        badges.iter().map(|badge| badge["badge_type"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn session(&self, id: i64, bot: &str) -> Value {
        self.get(&format!("/users/{id}/sessions/{bot}")).await
    }

    pub(crate) async fn items(&self, path: &str) -> Vec<Value> {
        self.get(path).await["items"].as_array().unwrap().clone()
    }
}

fn service(
    folder: &Path,
    database: &str,
    listen: &str,
    settings: &[(&'static str, String)],
) -> Command {
    let mut command = command(program());
    command
        .current_dir(folder)
        .env("DATABASE_URL", database)
        .env("SERVICE__LISTEN", listen)
        .env("SERVICE__METRICS_LISTEN", "127.0.0.1:0")
        .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", OPERATOR_KEY)
        .env("SERVICE__BOOTSTRAP__BOT_KEYS", format!("spin_bot={SPIN_KEY},quiz_bot={QUIZ_KEY}"))
        .envs(settings.iter().map(|(name, value)| (name, value)));
    command
}
