//! Settings: built-in defaults < file < environment. docs/operations.md lists them all.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use process::log::{LogFormat, check_filter};
use process::settings::{Secret, Setting, SettingError, Settings};
use serde::{Deserialize, Serialize};

use crate::api::Limits;
use crate::domain::bounds::BotName;
use crate::store::Options;
use crate::store::url::DatabaseUrl;

const MIN_BOOTSTRAP_KEY: usize = 32;

/// All settings. The name of each in the environment is its path in capitals, joined by `__`, after
/// `SERVICE__`; `database.url` is `DATABASE_URL`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Config {
    pub listen: SocketAddr,
    pub metrics_listen: SocketAddr,
    pub log: String,
    pub log_format: LogFormat,
    pub database: Database,
    pub bootstrap: Bootstrap,
    pub rate_limit: RateLimit,
    pub http: Http,
    pub idempotency: Idempotency,
    /// The file that a start applies; empty: none.
    pub provision: PathBuf,
}

/// What stands between the service and PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooler {
    None,
    /// A pooler that gives each transaction another connection, such as PgBouncer's mode of that
    /// name: prepared statements are not kept.
    Transaction,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Database {
    pub url: Secret,
    pub migrate_url: Secret,
    pub replica_url: Secret,
    pub migrate: bool,
    pub pooler: Pooler,
    pub max_connections: u32,
    pub acquire_timeout_seconds: u64,
    pub ping_after_idle_seconds: u64,
    pub max_lifetime_seconds: u64,
    pub log_statements: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bootstrap {
    pub operator_key: Secret,
    pub bot_keys: Secret,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RateLimit {
    pub per_second: u32,
    pub burst: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Http {
    pub header_timeout_seconds: u64,
    pub request_timeout_seconds: u64,
    pub drain_seconds: u64,
    pub stop_timeout_seconds: u64,
    pub max_in_flight: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Idempotency {
    pub keep_days: i64,
}

const DEFAULTS: &str = r#"
listen = "127.0.0.1:8080"
metrics_listen = "127.0.0.1:9090"
log = "info"
log_format = "auto"
provision = ""

[database]
url = "sqlite://./spin.db"
migrate_url = ""
replica_url = ""
migrate = true
pooler = "none"
max_connections = 10
acquire_timeout_seconds = 5
ping_after_idle_seconds = 30
max_lifetime_seconds = 3600
log_statements = false

[bootstrap]
operator_key = ""
bot_keys = ""

[rate_limit]
per_second = 0
burst = 0

[http]
header_timeout_seconds = 20
request_timeout_seconds = 10
drain_seconds = 0
stop_timeout_seconds = 10
max_in_flight = 1024

[idempotency]
keep_days = 30
"#;

const SETTINGS: Settings = Settings {
    prefix: "SERVICE",
    defaults: DEFAULTS,
    file: "service.toml",
    renamed: Some(("database.url", "DATABASE_URL")),
};

impl Config {
    /// Reads the file, if one is named or the default one is there, and this environment.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingError> {
        let config: Self = SETTINGS.load(file, environment)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), SettingError> {
        self.bootstrap_keys()?;
        self.database_options()?;
        self.migrate_options()?;
        self.replica_options()?;
        check_filter(&self.log)
            .map_err(|error| SettingError::new("SERVICE__LOG", format!("is no filter: {error}")))?;
        let positive = [
            ("SERVICE__DATABASE__MAX_CONNECTIONS", u64::from(self.database.max_connections)),
            ("SERVICE__DATABASE__ACQUIRE_TIMEOUT_SECONDS", self.database.acquire_timeout_seconds),
            ("SERVICE__DATABASE__MAX_LIFETIME_SECONDS", self.database.max_lifetime_seconds),
            ("SERVICE__HTTP__HEADER_TIMEOUT_SECONDS", self.http.header_timeout_seconds),
            ("SERVICE__HTTP__REQUEST_TIMEOUT_SECONDS", self.http.request_timeout_seconds),
            ("SERVICE__HTTP__MAX_IN_FLIGHT", self.http.max_in_flight as u64),
            ("SERVICE__IDEMPOTENCY__KEEP_DAYS", self.idempotency.keep_days.try_into().unwrap_or(0)),
        ];
        match positive.into_iter().find(|(_, value)| !(1..=1_000_000).contains(value)) {
            None => Ok(()),
            Some((name, _)) => Err(SettingError::new(name, "must be from 1 to 1000000.")),
        }
    }

    /// The keys of configuration, each with its bot, or `None` for the operator's.
    pub fn bootstrap_keys(&self) -> Result<Vec<(&str, Option<BotName>)>, SettingError> {
        let mut keys = Vec::new();
        let operator = self.bootstrap.operator_key.reveal();
        if !operator.is_empty() {
            let name = "SERVICE__BOOTSTRAP__OPERATOR_KEY";
            keys.push((bootstrap_key(name, operator)?, None));
        }
        let name = "SERVICE__BOOTSTRAP__BOT_KEYS";
        for pair in self.bootstrap.bot_keys.reveal().split(',').filter(|pair| !pair.is_empty()) {
            let (bot, key) = pair.split_once('=').ok_or_else(|| {
                SettingError::new(name, "must be bot_name=key, separated by commas.")
            })?;
            let bot = BotName::new(bot.trim()).map_err(|problem| {
                SettingError::new(name, format!("names a bot that {problem}."))
            })?;
            let key = bootstrap_key(name, key.trim())?;
            if keys.iter().any(|(known, _)| *known == key) {
                let problem = format!("gives {} a key that is somebody else's.", bot.as_str());
                return Err(SettingError::new(name, problem));
            }
            keys.push((key, Some(bot)));
        }
        Ok(keys)
    }

    /// How the service reaches its database.
    pub fn database_options(&self) -> Result<Options, SettingError> {
        self.options_of("DATABASE_URL", self.database.url.reveal())
    }

    /// How migrations reach it: past a pooler, if there is one.
    pub fn migrate_options(&self) -> Result<Options, SettingError> {
        match self.database.migrate_url.reveal() {
            "" => self.database_options(),
            url => self.options("SERVICE__DATABASE__MIGRATE_URL", url, true),
        }
    }

    /// How a replica is reached, for what may be a few seconds old.
    pub fn replica_options(&self) -> Result<Option<Options>, SettingError> {
        let (name, url) = ("SERVICE__DATABASE__REPLICA_URL", &self.database.replica_url);
        if url.reveal().is_empty() {
            return Ok(None);
        }
        let options = self.options(name, url.reveal(), self.database.pooler == Pooler::None)?;
        let both = [&options.url, &self.database_options()?.url];
        if both.into_iter().all(|url| matches!(url, DatabaseUrl::Postgres(_))) {
            Ok(Some(options))
        } else {
            Err(SettingError::new(name, "needs PostgreSQL, here and in DATABASE_URL."))
        }
    }

    /// How the database of this URL is reached, which was given as `name`.
    pub fn options_of(&self, name: &str, url: &str) -> Result<Options, SettingError> {
        self.options(name, url, self.database.pooler == Pooler::None)
    }

    fn options(&self, name: &str, url: &str, persistent: bool) -> Result<Options, SettingError> {
        let url: DatabaseUrl =
            url.parse().map_err(|problem: String| SettingError::new(name, problem))?;
        Ok(Options {
            url,
            max_connections: self.database.max_connections,
            acquire_timeout: Duration::from_secs(self.database.acquire_timeout_seconds),
            ping_after_idle: Duration::from_secs(self.database.ping_after_idle_seconds),
            max_lifetime: Duration::from_secs(self.database.max_lifetime_seconds),
            log_statements: self.database.log_statements,
            persistent_statements: persistent,
        })
    }

    /// Whether metrics are served where they are by default.
    pub fn is_default_metrics_listen(&self) -> bool {
        self.metrics_listen == SocketAddr::from(([127, 0, 0, 1], 9090))
    }

    pub fn limits(&self) -> Limits {
        Limits {
            request_time: Duration::from_secs(self.http.request_timeout_seconds),
            max_in_flight: self.http.max_in_flight,
        }
    }

    /// Every setting as it is in force, secrets hidden.
    pub fn settings(&self) -> Vec<Setting> {
        let mut settings = SETTINGS.shown(self);
        let shown = self.database_options().map(|options| options.url.shown());
        let url = settings.iter_mut().find(|setting| setting.name == "DATABASE_URL");
        if let (Some(url), Ok(shown)) = (url, shown) {
            url.value = shown;
        }
        settings
    }
}

fn bootstrap_key<'a>(name: &str, key: &'a str) -> Result<&'a str, SettingError> {
    let url_safe = |c: u8| c.is_ascii_alphanumeric() || b"-._~".contains(&c);
    if key.len() >= MIN_BOOTSTRAP_KEY && key.bytes().all(url_safe) {
        Ok(key)
    } else {
        let problem =
            "holds a key that is not 32 or more characters of A-Z, a-z, 0-9, -, ., _ and ~.";
        Err(SettingError::new(name, problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Config, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Config::load(None, variables.iter().map(owned)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_complete_and_the_environment_goes_over_them() {
        let config = load(&[("HOME", "/"), ("SERVICEX", "1")]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        let config = load(&[
            ("DATABASE_URL", "sqlite::memory:"),
            ("SERVICE__LISTEN", "0.0.0.0:1"),
            ("SERVICE__RATE_LIMIT__PER_SECOND", "7"),
            ("SERVICE__DATABASE__LOG_STATEMENTS", "true"),
            ("SERVICE__DATABASE__POOLER", "transaction"),
        ])
        .unwrap();
        assert_eq!((config.listen.port(), config.rate_limit.per_second), (1, 7));
        assert!(config.database.log_statements);
        assert!(!config.database_options().unwrap().persistent_statements);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, value) in [
            ("SERVICE__NONSENSE", "1"),
            ("SERVICE__DATABASE__NONSENSE", "1"),
            ("SERVICE__LISTEN", "here"),
            ("SERVICE__LOG", "a=b=c"),
            ("SERVICE__LOG_FORMAT", "xml"),
            ("SERVICE__RATE_LIMIT__PER_SECOND", "many"),
            ("SERVICE__RATE_LIMIT__PER_SECOND", "-1"),
            ("SERVICE__HTTP__REQUEST_TIMEOUT_SECONDS", "0"),
            ("SERVICE__IDEMPOTENCY__KEEP_DAYS", "-1"),
            ("SERVICE__DATABASE__POOLER", "session"),
            ("SERVICE__DATABASE__MIGRATE_URL", "mysql://x"),
            ("SERVICE__DATABASE__REPLICA_URL", "mysql://x"),
            ("SERVICE__DATABASE__REPLICA_URL", "sqlite://replica.db"),
            ("SERVICE__DATABASE__REPLICA_URL", "postgres://host/beside_a_file"),
            ("DATABASE_URL", "mysql://x"),
            ("SERVICE__BOOTSTRAP__OPERATOR_KEY", "tooshort"),
            ("SERVICE__BOOTSTRAP__BOT_KEYS", "spin_bot"),
            ("SERVICE__BOOTSTRAP__BOT_KEYS", "Spin=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            (
                "SERVICE__BOOTSTRAP__BOT_KEYS",
                "a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,b=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ),
        ] {
            let error = load(&[(name, value)]).expect_err(name);
            assert!(error.contains(name), "{name}={value}: {error}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let key = "0123456789abcdef0123456789abcdef";
        let secrets = |bot_key: &str| {
            load(&[
                ("DATABASE_URL", "postgres://user:pa55@host/db"),
                ("SERVICE__BOOTSTRAP__OPERATOR_KEY", key),
                ("SERVICE__BOOTSTRAP__BOT_KEYS", &format!("spin_bot={bot_key}")),
            ])
        };
        // Nor in a refusal: nobody may have the operator's.
        let refused = secrets(key).unwrap_err();
        assert!(refused.contains("somebody else's") && !refused.contains(key), "{refused}");
        let config = secrets(&format!("{key}-of-spin")).unwrap();
        let shown = format!("{config:?} {:?}", config.settings());
        assert!(!shown.contains(key) && !shown.contains("pa55"), "{shown}");
        assert!(shown.contains("postgres://user@host:5432/db"), "{shown}");
        assert_eq!(config.bootstrap_keys().unwrap().len(), 2);
    }
}
