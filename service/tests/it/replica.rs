//! A streaming replica: what may be a few seconds old comes from it, whatever happens to it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::process::{KEY, Serving, service};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

/// Reads that may be a few seconds old.
const STALE: [&str; 7] = [
    "/v1/leaderboard",
    "/v1/leaderboard?period=week",
    "/v1/figures",
    "/v1/users/1/rank",
    "/v1/users/1/xp",
    "/v1/users/1/trainings",
    "/v1/users/1/trainings/summary",
];

/// A PostgreSQL server of the installed version, which no other test uses.
struct Server {
    folder: TempDir,
    port: u16,
}

impl Server {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        if is_root() {
            // PostgreSQL refuses to be root.
            assert!(
                Command::new("chown")
                    .arg("postgres")
                    .arg(folder.path())
                    .status()
                    .unwrap()
                    .success()
            );
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder, port }
    }

    fn primary() -> Self {
        let server = Self::new();
        server.run("initdb", &["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
        server.start();
        server
    }

    fn replica(&self) -> Self {
        let server = Self::new();
        let port = self.port.to_string();
        let from = ["-h", "127.0.0.1", "-p", &port, "-U", "postgres"];
        let how = ["-R", "-c", "fast", "--no-sync"];
        server.run("pg_basebackup", &[from.as_slice(), &how].concat());
        server.start();
        server
    }

    fn start(&self) {
        let settings = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off",
            self.port
        );
        let log = self.data().join("log");
        self.run("pg_ctl", &["-w", "-s", "-l", log.to_str().unwrap(), "-o", &settings, "start"]);
    }

    fn stop(&self) {
        self.run("pg_ctl", &["-m", "immediate", "-s", "stop"]);
    }

    /// Sends a signal to every process of it.
    fn signal(&self, signal: &str) {
        let pids = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let postmaster = pids.lines().next().unwrap();
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", postmaster]).output();
        let children = String::from_utf8(children.unwrap().stdout).unwrap();
        let pids = children.split_whitespace().chain([postmaster]);
        assert!(Command::new("kill").arg(signal).args(pids).status().unwrap().success());
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = bin().join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg("-D").arg(self.data()).args(arguments).current_dir(self.folder.path());
        // The server would keep these open.
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(status.success(), "{command:?}");
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    async fn sql(&self, statement: &'static str) {
        let mut connection = PgConnection::connect(&self.url()).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.data().join("postmaster.pid").exists() {
            self.signal("-CONT");
            self.stop();
        }
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// Where the newest installed PostgreSQL is.
fn bin() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((version, entry.path().join("bin")))
    });
    let newest = versions.filter(|(_, bin)| bin.join("initdb").exists()).max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut elsewhere = std::env::split_paths(&path).filter(|bin| bin.join("initdb").exists());
    let found = newest.map(|(_, bin)| bin).or_else(|| elsewhere.next());
    found.expect("PostgreSQL is not installed (Debian: apt-get install postgresql)")
}

struct Story {
    serving: Serving,
    client: reqwest::Client,
    metrics: String,
}

impl Story {
    fn start(folder: &TempDir, primary: &Server, replica: &Server) -> Self {
        let mut command = service(folder.path());
        command
            .env("DATABASE_URL", primary.url())
            .env("SERVICE__DATABASE__REPLICA_URL", replica.url())
            .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY)
            .env(
                "SERVICE__BOOTSTRAP__BOT_KEYS",
                "spin_bot=replica-test-key-of-spin-bot-0123456789",
            );
        let serving = Serving::start(&mut command);
        let lines = serving.printed.lines().filter_map(|l| serde_json::from_str::<Value>(l).ok());
        let mut metrics = lines.filter(|line| line["message"] == "serving metrics");
        let metrics =
            format!("http://{}/metrics", metrics.next().unwrap()["address"].as_str().unwrap());
        Self { serving, client: process::http::client(), metrics }
    }

    /// The body; a request that fails ends the test.
    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.serving.base));
        let request = request.bearer_auth(KEY);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap_or_default()
    }

    async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, Value::Null).await
    }

    async fn add_xp(&self, amount: i64) {
        self.call(Method::POST, "/v1/users/1/xp", json!({"amount": amount})).await;
    }

    /// XP of the leader.
    async fn leading(&self) -> Value {
        self.get("/v1/leaderboard").await["items"][0]["xp"].clone()
    }

    /// Every such read succeeds, be it of the replica or of the primary.
    async fn stale_reads_succeed(&self) {
        for path in STALE {
            self.get(path).await;
        }
    }

    /// None until it has a value.
    async fn metric(&self, name: &str) -> Option<f64> {
        let page = self.client.get(&self.metrics).send().await.unwrap().text().await.unwrap();
        let mut lines = page.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        lines.next().map(|value| value.parse().unwrap())
    }

    /// Asks on and on, until the replica is used, or is not any more.
    async fn until_usable(&self, usable: bool) {
        let expected = Some(if usable { 1.0 } else { 0.0 });
        while self.metric("database_replica_usable").await != expected {
            self.stale_reads_succeed().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn answered_by(&self, who: &str) -> f64 {
        self.metric(&format!("database_replica_reads_total{{by=\"{who}\"}}")).await.unwrap_or(0.0)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_answers_what_may_be_old_and_is_done_without() {
    let primary = Server::primary();
    let replica = primary.replica();
    let folder = TempDir::new().unwrap();
    let story = Story::start(&folder, &primary, &replica);
    story.call(Method::POST, "/v1/users/1/sessions/spin_bot/open", json!({})).await;
    story.add_xp(100).await;

    // It is used: the replica itself knows the board's statement.
    story.until_usable(true).await;
    while story.leading().await != json!(100) {}
    let before = story.answered_by("replica").await;
    story.stale_reads_succeed().await;
    // The table of ranks may be made anew meanwhile.
    assert!(story.answered_by("replica").await >= before + 7.0);
    let mut standby = PgConnection::connect(&replica.url()).await.unwrap();
    let asked: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity
         WHERE application_name = 'spin-service' AND query LIKE '%training_history%'",
    )
    .fetch_one(&mut standby)
    .await
    .unwrap();
    assert!(asked > 0);
    standby.close().await.unwrap();

    // Nothing that decides anything is old, though the replica hears of nothing.
    replica.sql("SELECT pg_wal_replay_pause()").await;
    // Until then it may still replay what comes.
    let paused = "DO $$ BEGIN WHILE pg_get_wal_replay_pause_state() <> 'paused' LOOP
        PERFORM pg_sleep(0.01); END LOOP; END $$";
    replica.sql(paused).await;
    story.add_xp(50).await;
    decisions_are_up_to_date(&story).await;
    // The board is, once the replica is too far behind.
    while story.leading().await != json!(150) {
        story.stale_reads_succeed().await;
    }
    story.until_usable(false).await;
    assert!(story.metric("database_replica_lag_seconds").await > Some(5.0));
    let before = story.answered_by("primary").await;
    story.stale_reads_succeed().await;
    assert!(story.answered_by("primary").await >= before + 7.0);
    replica.sql("SELECT pg_wal_replay_resume()").await;
    story.until_usable(true).await;
    assert_eq!(story.leading().await, 150);

    // What is not on the replica yet is looked for on the primary.
    replica.sql("SELECT pg_wal_replay_pause()").await;
    story.call(Method::PUT, "/v1/users/2", json!({})).await;
    story.get("/v1/users/2/xp").await;
    replica.sql("SELECT pg_wal_replay_resume()").await;
    story.until_usable(true).await;

    // It goes down, and comes back.
    replica.stop();
    story.stale_reads_succeed().await;
    story.until_usable(false).await;
    replica.start();
    story.until_usable(true).await;

    // It hangs: connections stay and say nothing.
    replica.signal("-STOP");
    story.stale_reads_succeed().await;
    story.until_usable(false).await;
    replica.signal("-CONT");
    story.until_usable(true).await;
    let log = story.serving.log();
    for said in ["the replica is used", "the replica is not used", "5 seconds old"] {
        assert!(log.contains(said), "{said} is not in: {log}");
    }

    // A service starts without it; and a primary is none.
    replica.stop();
    let story = Story::start(&folder, &primary, &replica);
    story.stale_reads_succeed().await;
    drop(story);
    let story = Story::start(&folder, &primary, &primary);
    story.until_usable(false).await;
    story.stale_reads_succeed().await;
    assert_eq!(story.answered_by("replica").await, 0.0);
    let log = story.serving.log();
    assert!(log.contains("it is no streaming replica"), "{log}");
}

/// Every read that a decision may rest on, right after the write that it must know.
async fn decisions_are_up_to_date(story: &Story) {
    assert_eq!(story.get("/v1/users/1").await["total_xp"], 150);
    let user = |rest: &str| format!("/v1/users/1{rest}");
    let session = json!({"session": {"a": 1}, "stats": {}});
    story.call(Method::PUT, &user("/sessions/spin_bot"), session.clone()).await;
    assert_eq!(story.get(&user("/sessions/spin_bot")).await["session"], session["session"]);
    assert_eq!(story.get(&user("/sessions")).await["items"][0]["version"], 2);
    let opened = story.call(Method::POST, &user("/sessions/spin_bot/open"), json!({})).await;
    assert_eq!((&opened["version"], &opened["user"]["total_xp"]), (&json!(2), &json!(150)));

    let credits = json!({"subscription_type": "credits", "credits": 2});
    story.call(Method::POST, &user("/subscriptions"), credits).await;
    assert_eq!(story.get(&user("/access")).await["details"]["credits_left"], 2);
    assert_eq!(story.get(&user("/subscriptions?active=true")).await["items"][0]["credits_left"], 2);
    story.call(Method::POST, &user("/access/consume"), json!({})).await;
    assert_eq!(story.get(&user("/access")).await["details"]["credits_left"], 1);
    let free = json!({"count": 3, "source": "admin"});
    story.call(Method::POST, &user("/free-trainings"), free).await;
    assert_eq!(story.get(&user("/free-trainings")).await["items"][0]["trainings_left"], 3);

    let price = json!([{"currency": "XTR", "amount": 1}]);
    let tariff =
        json!({"title": "A month", "active": true, "subscription_type": "month", "prices": price});
    story.call(Method::PUT, "/v1/tariffs/month", tariff).await;
    assert_eq!(story.get("/v1/tariffs").await["items"][0]["tariff"], "month");
    let payment = json!({"provider": "telegram", "charge_id": "1", "tariff": "month", "amount": 1, "currency": "XTR"});
    story.call(Method::POST, &user("/payments"), payment).await;
    assert_eq!(story.get(&user("/payments")).await["items"][0]["charge_id"], "1");
    assert_eq!(story.get("/v1/payments").await["items"][0]["charge_id"], "1");
    let ending = story.get("/v1/subscriptions?ending_before=2999-01-01").await;
    assert_eq!(ending["items"][0]["subscription_type"], "month");

    story.call(Method::POST, &user("/badges"), json!({"badge_type": "new"})).await;
    assert_eq!(story.get(&user("/badges")).await["items"][0]["badge_type"], "new");
    let training = json!({
        "total_score": 10, "clarity_level": 1, "question_count": 1, "per_type_counts": {},
        "bot_name": "spin_bot"
    });
    let finished = story.call(Method::POST, &user("/trainings"), training).await;
    let id = finished["training"]["id"].as_str().unwrap();
    assert_eq!(story.get(&user(&format!("/trainings/{id}"))).await["total_score"], 10);
    assert_eq!(story.get(&user("/export")).await["user"]["total_trainings"], 1);
    story
        .call(Method::POST, "/v1/promocodes", json!({"code": "A", "type": "credits", "value": 1}))
        .await;
    assert_eq!(story.get("/v1/promocodes/A").await["value"], 1);
}
