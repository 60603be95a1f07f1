//! The whole system: the real service on a real database of either kind, the real bot, as many of
//! them as a story needs, and the simulator in between, all on ports of their own.

pub(crate) mod gateway;
pub(crate) mod process;
pub(crate) mod service;
pub(crate) mod shop;
pub(crate) mod trainee;

use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::StatusCode;
use serde_json::{Value, json};
use telegram_sim::{Control, Options, Sim, User};
use tempfile::TempDir;

use gateway::Gateway;
use process::{Process, binary, command};
use service::Service;

pub(crate) const OPERATOR_KEY: &str = "e2e-operator-key-0123456789abcdefghij";
pub(crate) const SPIN_KEY: &str = "e2e-spin-bot-key-0123456789abcdefghij";
pub(crate) const QUIZ_KEY: &str = "e2e-quiz-bot-key-0123456789abcdefghij";
pub(crate) const TOKEN: &str = "424242:e2e-token-of-spin-bot";
pub(crate) const QUIZ_TOKEN: &str = "515151:e2e-token-of-quiz-bot";
pub(crate) const WEBHOOK_SECRET: &str = "e2e-secret-of-the-webhook";
pub(crate) const LLM_KEY: &str = "e2e-key-of-the-language-model";

/// What no process may ever log.
pub(crate) const SECRETS: [&str; 7] = [
    OPERATOR_KEY,
    SPIN_KEY,
    QUIZ_KEY,
    "e2e-token-of-spin-bot",
    "e2e-token-of-quiz-bot",
    WEBHOOK_SECRET,
    LLM_KEY,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Runs a story on both databases: `both! { async fn name(engine) { … } }`.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($engine:ident) $body:block)+) => { $(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn story($engine: $crate::support::Engine) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::support::Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story($crate::support::Engine::Postgres).await;
            }
        }
    )+ };
}

/// How a world is made.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    engine: Engine,
    replicas: usize,
    telegram: Options,
    bot: Vec<(&'static str, String)>,
}

impl Plan {
    /// One bot, a Telegram whose pauses are a hundredth of the real ones.
    pub(crate) fn new(engine: Engine) -> Self {
        let telegram = Options { rate_limits: false, speed: 100 };
        Self { engine, replicas: 1, telegram, bot: Vec::new() }
    }

    pub(crate) fn replicas(mut self, replicas: usize) -> Self {
        self.replicas = replicas;
        self
    }

    pub(crate) fn bot(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.bot.push((name, value.into()));
        self
    }

    /// Starts everything, and returns once the bot has told Telegram where it is.
    pub(crate) async fn start(self) -> World {
        let mut world = self.start_without_bot().await;
        for _ in 0..world.plan.replicas {
            world.start_bot().await;
        }
        for bot in &world.bots {
            bot.process.line("\"ready\"").await;
        }
        world.telegram.wait_for_webhook().await.unwrap();
        world
    }

    /// Everything but the bot.
    pub(crate) async fn start_without_bot(self) -> World {
        let folder = TempDir::new().unwrap();
        let url = match self.engine {
            Engine::Sqlite => format!("sqlite:///{}/e2e.db", folder.path().display()),
            Engine::Postgres => new_postgres_database().await,
        };
        let service = Service::start(folder, url).await;
        let sim = Sim::start(self.telegram).await.unwrap();
        let telegram = sim.control();
        let gateway = Gateway::start().await;
        World { service, telegram, bots: Vec::new(), gateway, plan: self, sim }
    }
}

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) telegram: Control,
    pub(crate) bots: Vec<Bot>,
    /// The webhook that Telegram knows: it leads to each of the bots in turn.
    pub(crate) gateway: Gateway,
    plan: Plan,
    pub(crate) sim: Sim,
}

impl World {
    pub(crate) async fn start(engine: Engine) -> Self {
        Plan::new(engine).start().await
    }

    /// Somebody who has opened the chat and read the welcome, and who may train.
    pub(crate) async fn trainee(&self, name: &str, language: &str) -> User {
        let user = self.newcomer(name, language).await;
        self.service.give_trainings(user.id).await;
        user
    }

    /// Somebody who has opened the chat and read the welcome, and who holds nothing.
    pub(crate) async fn newcomer(&self, name: &str, language: &str) -> User {
        let user = self.telegram.user(name, language).await.unwrap();
        user.start("").await.unwrap();
        user.wait_for_message(if language == "ru" { "СПИН" } else { "SPIN" }).await.unwrap();
        user
    }

    /// Starts one more bot behind the gateway, which need not be ready yet.
    pub(crate) async fn start_bot(&mut self) -> &Bot {
        let bot = Bot::start(&mut self.bot_command()).await;
        self.gateway.add(&bot.base);
        self.bots.push(bot);
        &self.bots[self.bots.len() - 1]
    }

    /// As each of the bots is started.
    pub(crate) fn bot_command(&self) -> tokio::process::Command {
        let mut command = command(env!("CARGO_BIN_EXE_bot-client").as_ref());
        command
            .current_dir(self.service.folder.path())
            .env("BOT__LISTEN", "127.0.0.1:0")
            .env("BOT__METRICS_LISTEN", "127.0.0.1:0")
            .env("BOT__LOG", "debug")
            .env("BOT__SERVICE__URL", &self.service.base)
            .env("BOT__SERVICE__KEY", SPIN_KEY)
            .env("BOT__TELEGRAM__TOKEN", TOKEN)
            .env("BOT__TELEGRAM__API_URL", self.sim.base_url())
            .env("BOT__TELEGRAM__WEBHOOK_URL", &self.gateway.base)
            .env("BOT__TELEGRAM__WEBHOOK_SECRET", WEBHOOK_SECRET)
            .envs(self.plan.bot.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Changes a setting of the bots that are started from now on.
    pub(crate) fn set_bot(&mut self, name: &'static str, value: &str) {
        self.plan.bot.push((name, value.to_owned()));
    }

    /// Kills the bots at once.
    pub(crate) async fn kill_bots(&mut self) {
        for bot in &mut self.bots {
            bot.process.kill().await;
        }
        self.gateway.clear();
        self.bots.clear();
    }

    /// Kills the only bot at once and starts another in its place.
    pub(crate) async fn kill_and_start_bot(&mut self) {
        self.kill_bots().await;
        self.start_bot().await;
    }

    /// Waits, on a slow machine too, until nothing is left to be delivered.
    pub(crate) async fn drained(&self) {
        for attempt in 1.. {
            match self.telegram.drained().await {
                Ok(()) => return,
                Err(error) => assert!(attempt < 12, "{error}"),
            }
        }
    }

    /// Delivers an update of any form to the webhook, as Telegram would, past its queue.
    pub(crate) async fn deliver(&self, update: &Value) -> StatusCode {
        self.post(Some(WEBHOOK_SECRET), update.to_string()).await.status()
    }

    pub(crate) async fn post(&self, secret: Option<&str>, body: String) -> reqwest::Response {
        let url = format!("{}/telegram/webhook", self.gateway.base);
        let mut request = self.service.http.post(url).body(body);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        request.send().await.unwrap()
    }

    /// Updates that were given up, by the bots' own count.
    pub(crate) async fn dead_letters(&self) -> u64 {
        let mut sum = 0;
        for bot in &self.bots {
            sum += bot.metric("telegram_dead_letters_total").await;
        }
        sum
    }
}

/// A client that keeps no connection: what it was open to may have been killed meanwhile.
pub(crate) fn http() -> reqwest::Client {
    ::process::http::builder().pool_max_idle_per_host(0).build().unwrap()
}

/// A running bot.
pub(crate) struct Bot {
    pub(crate) process: Process,
    pub(crate) base: String,
}

impl Bot {
    pub(crate) async fn start(command: &mut tokio::process::Command) -> Self {
        let process = Process::start(command);
        let line: Value = serde_json::from_str(&process.line("\"serving\"").await).unwrap();
        let base = format!("http://{}", line["address"].as_str().unwrap());
        Self { process, base }
    }

    /// Everything that it has measured.
    pub(crate) async fn metrics(&self) -> String {
        let line: Value =
            serde_json::from_str(&self.process.line("\"serving metrics\"").await).unwrap();
        let url = format!("http://{}/metrics", line["address"].as_str().unwrap());
        http().get(url).send().await.unwrap().text().await.unwrap()
    }

    /// The value of a counter; 0 if it never counted.
    pub(crate) async fn metric(&self, name: &str) -> u64 {
        let page = self.metrics().await;
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0, |value| value.parse().unwrap())
    }
}

/// A callback query's update, for what no button of the bot offers.
pub(crate) fn press_update(update_id: u32, user: &User, data: &str) -> Value {
    let from = json!({"id": user.id, "is_bot": false, "first_name": "Forger"});
    let query = json!({"id": "1", "from": from, "chat_instance": "1", "data": data});
    json!({"update_id": update_id, "callback_query": query})
}

/// A text message's update.
pub(crate) fn text_update(update_id: u32, user: i64, text: &str) -> Value {
    json!({
        "update_id": update_id,
        "message": {
            "message_id": 1,
            "date": 1_790_000_000,
            "chat": {"id": user, "type": "private", "first_name": "Raw"},
            "from": {"id": user, "is_bot": false, "first_name": "Raw", "language_code": "en"},
            "text": text,
        },
    })
}

/// The URL of a new, empty database.
async fn new_postgres_database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("TEST_DATABASE_URL").expect(
        "TEST_DATABASE_URL names no PostgreSQL server: run ./test.sh, which starts one, or set it \
         to the URL of one on which databases may be created",
    );
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    // Named as the service's tests name theirs, which drop what earlier runs left.
    let name = format!("test_{}_{number}", std::process::id());
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&server).await.unwrap();
    for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")]
    {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// Another program of the project, built if need be.
pub(crate) fn quiz_bot() -> &'static std::path::Path {
    static PATH: std::sync::LazyLock<std::path::PathBuf> = std::sync::LazyLock::new(|| {
        let sources = ["bot-client/src", "bot-client/examples"];
        binary("examples/quiz_bot", &["-p", "bot-client", "--example", "quiz_bot"], &sources)
    });
    &PATH
}
