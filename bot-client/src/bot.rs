//! What every handler needs.

use std::sync::OnceLock;

use process::settings::Secret;
use tokio::sync::Notify;

use crate::config::{Config, Llm};
use crate::llm::LanguageModel;
use crate::service;
use crate::service_api::Client;
use crate::telegram::Telegram;
use crate::texts::Texts;
use crate::training::Scenario;

pub struct Bot {
    /// By which the service knows this bot.
    pub(crate) name: String,
    pub(crate) service: Client,
    pub(crate) telegram: Telegram,
    pub(crate) scenario: Scenario,
    pub(crate) texts: Texts,
    pub(crate) llm: Option<LanguageModel>,
    pub(crate) webhook_secret: Secret,
    /// Somebody called the webhook with a wrong secret.
    pub(crate) wrong_secret: Notify,
    /// Telegram's name of this bot, known once Telegram has answered.
    pub(crate) username: OnceLock<String>,
}

impl Bot {
    /// # Errors
    /// A scenario that cannot be read, or no TLS.
    pub fn new(config: &Config) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self {
            name: config.bot_name.clone(),
            service: service::client(config, config.service.key.reveal())?,
            telegram: Telegram::new(config)?,
            scenario: Scenario::load(&config.scenario)?,
            texts: Texts::default(),
            llm: language_model(&config.llm)?,
            webhook_secret: config.telegram.webhook_secret.clone(),
            wrong_secret: Notify::new(),
            username: OnceLock::new(),
        })
    }
}

/// None unless its address is set.
fn language_model(config: &Llm) -> Result<Option<LanguageModel>, Box<dyn std::error::Error>> {
    let url = config.base_url.reveal();
    if url.is_empty() {
        return Ok(None);
    }
    let key = Some(config.api_key.reveal()).filter(|key| !key.is_empty());
    let url = url.parse()?;
    let model = LanguageModel::new(process::http::client(), &url, key, config.model.clone())?;
    Ok(Some(model))
}
