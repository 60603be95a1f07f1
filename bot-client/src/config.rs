//! Settings; docs/operations.md lists them all.

use std::net::SocketAddr;
use std::path::Path;

use process::log::{LogFormat, check_filter};
use process::settings::{Secret, Setting, SettingError, Settings};
use serde::{Deserialize, Serialize};

/// All settings. The name of each in the environment is its path in capitals, joined by `__`, after
/// `BOT__`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Config {
    pub listen: SocketAddr,
    pub metrics_listen: SocketAddr,
    pub log: String,
    pub log_format: LogFormat,
    pub bot_name: String,
    pub admins: String,
    pub channel: String,
    pub scenario: String,
    pub service: Service,
    pub telegram: Telegram,
    pub llm: Llm,
    pub refunds: Refunds,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Service {
    pub url: String,
    pub key: Secret,
    pub operator_key: Secret,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Telegram {
    pub token: Secret,
    pub api_url: String,
    pub webhook_url: String,
    pub webhook_secret: Secret,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Llm {
    /// Some endpoints have their key in it.
    pub base_url: Secret,
    pub api_key: Secret,
    pub model: String,
}

/// What users are given back without asking anybody.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refunds {
    /// After the payment; 0 for never.
    pub days: u32,
    /// Trainings that may have been used of it.
    pub max_used: u32,
}

const DEFAULTS: &str = r#"
listen = "127.0.0.1:8081"
metrics_listen = "127.0.0.1:9091"
log = "info"
log_format = "auto"
bot_name = "spin_bot"
admins = ""
channel = ""
scenario = ""

[service]
url = "http://127.0.0.1:8080"
key = ""
operator_key = ""

[telegram]
token = ""
api_url = "https://api.telegram.org"
webhook_url = ""
webhook_secret = ""

[llm]
base_url = ""
api_key = ""
model = ""

[refunds]
days = 7
max_used = 2
"#;

const SETTINGS: Settings =
    Settings { prefix: "BOT", defaults: DEFAULTS, file: "bot-client.toml", renamed: None };

/// Telegram's rule for a webhook's secret: 1 to 256 of these.
const SECRET_CHARACTERS: &str = "A-Z, a-z, 0-9, _ and -";

impl Config {
    /// Reads the file, if one is named or the default one is there, and this environment.
    ///
    /// # Errors
    /// The setting that is unknown, malformed or needed and absent, by its name.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingError> {
        let config: Self = SETTINGS.load(file, environment)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), SettingError> {
        check_filter(&self.log)
            .map_err(|error| SettingError::new("BOT__LOG", format!("is no filter: {error}")))?;
        self.admin_ids()?;
        let is_channel = |name: &str| {
            name.strip_prefix('@').is_some_and(|name| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            })
        };
        if !self.channel.is_empty() && !is_channel(&self.channel) {
            let problem = "must be the @name of a public channel.";
            return Err(SettingError::new("BOT__CHANNEL", problem));
        }
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(1..=50).contains(&self.bot_name.len()) || !self.bot_name.chars().all(is_name) {
            let problem = "must be 1 to 50 characters of a-z, 0-9 and _.";
            return Err(SettingError::new("BOT__BOT_NAME", problem));
        }
        let needed = [
            ("BOT__SERVICE__KEY", self.service.key.reveal(), "the bot's key of the service"),
            ("BOT__TELEGRAM__TOKEN", self.telegram.token.reveal(), "what @BotFather gave you"),
            ("BOT__TELEGRAM__WEBHOOK_URL", &self.telegram.webhook_url, "this bot's public URL"),
            (
                "BOT__TELEGRAM__WEBHOOK_SECRET",
                self.telegram.webhook_secret.reveal(),
                "a long random text, by which Telegram's updates are told from others",
            ),
        ];
        if let Some((name, _, what)) = needed.into_iter().find(|(_, value, _)| value.is_empty()) {
            return Err(SettingError::new(name, format!("is not set: it is {what}.")));
        }
        let secret = self.telegram.webhook_secret.reveal();
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if secret.len() > 256 || !secret.chars().all(allowed) {
            let problem = format!("must be 1 to 256 characters of {SECRET_CHARACTERS}.");
            return Err(SettingError::new("BOT__TELEGRAM__WEBHOOK_SECRET", problem));
        }
        let urls = [
            ("BOT__SERVICE__URL", self.service.url.as_str()),
            ("BOT__TELEGRAM__API_URL", &self.telegram.api_url),
            ("BOT__TELEGRAM__WEBHOOK_URL", &self.telegram.webhook_url),
            ("BOT__LLM__BASE_URL", self.llm.base_url.reveal()),
        ];
        match urls.into_iter().find(|(_, url)| !url.is_empty() && !is_plain_url(url)) {
            None => Ok(()),
            Some((name, _)) => {
                let problem = "is no http:// or https:// URL, or it holds a user or a password.";
                Err(SettingError::new(name, problem))
            }
        }
    }

    /// The Telegram ids of administrators.
    ///
    /// # Errors
    /// One that is no number.
    pub fn admin_ids(&self) -> Result<Vec<i64>, SettingError> {
        let ids = self.admins.split(',').map(str::trim).filter(|id| !id.is_empty());
        let ids = ids.map(|id| {
            id.parse().map_err(|_| {
                SettingError::new("BOT__ADMINS", format!("must be ids separated by commas: {id:?}"))
            })
        });
        ids.collect()
    }

    /// Where metrics are served if nothing is set.
    pub fn default_metrics_listen() -> SocketAddr {
        ([127, 0, 0, 1], 9091).into()
    }

    /// Every setting as it is in force, secrets hidden.
    pub fn settings(&self) -> Vec<Setting> {
        SETTINGS.shown(self)
    }
}

/// A URL is shown, in the log and to Telegram: it must hold no password.
fn is_plain_url(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDED: [(&str, &str); 4] = [
        ("BOT__SERVICE__KEY", "service-key-0123456789"),
        ("BOT__TELEGRAM__TOKEN", "42:token-0123456789"),
        ("BOT__TELEGRAM__WEBHOOK_URL", "https://bot.example"),
        ("BOT__TELEGRAM__WEBHOOK_SECRET", "secret-0123456789"),
    ];

    fn load(changed: &[(&str, &str)]) -> Result<Config, String> {
        let variables = NEEDED.iter().chain(changed);
        let owned = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(None, owned).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_needed_must_be_there() {
        assert!(load(&[]).is_ok());
        for (name, _) in NEEDED {
            let error = load(&[(name, "")]).expect_err(name);
            assert!(error.starts_with(name), "{error}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, value) in [
            ("BOT__NONSENSE", "1"),
            ("BOT__LISTEN", "here"),
            ("BOT__LOG", "a=b=c"),
            ("BOT__BOT_NAME", "Spin bot"),
            ("BOT__ADMINS", "1,two"),
            ("BOT__CHANNEL", "https://t.me/spin"),
            ("BOT__CHANNEL", "@"),
            ("BOT__REFUNDS__DAYS", "-1"),
            ("BOT__REFUNDS__MAX_USED", "some"),
            ("BOT__SERVICE__URL", "localhost:8080"),
            ("BOT__SERVICE__URL", "http://user:password@localhost:8080"),
            ("BOT__TELEGRAM__API_URL", "ftp://telegram"),
            ("BOT__TELEGRAM__API_URL", "telegram"),
            ("BOT__TELEGRAM__WEBHOOK_URL", "bot.example"),
            ("BOT__TELEGRAM__WEBHOOK_SECRET", "with space"),
            ("BOT__LLM__BASE_URL", "model"),
        ] {
            let error = load(&[(name, value)]).expect_err(name);
            assert!(error.contains(name), "{name}={value}: {error}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let config = load(&[("BOT__LLM__API_KEY", "llm-0123456789")]).unwrap();
        let shown = format!("{config:?} {:?}", config.settings());
        assert!(!shown.contains("0123456789"), "{shown}");
        assert!(shown.contains("https://bot.example"), "{shown}");
    }

    #[test]
    fn every_setting_stands_in_the_operators_table() {
        let table = include_str!("../../docs/operations.md");
        let settings = load(&[]).unwrap().settings();
        assert!(settings.len() > 15);
        for setting in settings {
            let row = format!("| `{}` |", setting.name);
            assert!(table.contains(&row), "{row} is not in docs/operations.md");
        }
    }
}
