//! What every handler needs.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use process::settings::Secret;
use tokio::sync::{Notify, SetOnce};

use crate::config::{Config, Llm, Refunds};
use crate::llm::LanguageModel;
use crate::reply::Reply;
use crate::service;
use crate::service_api::Client;
use crate::shop::order::Signer;
use crate::telegram::Telegram;
use crate::texts::{Language, Texts, Translated};
use crate::training::Scenario;

/// For telling one administrator something.
const ADMIN_TIME: Duration = Duration::from_secs(5);

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
    /// An administrator wants the books compared now.
    pub(crate) books_asked: Notify,
    /// When the administrators were last told that the channel cannot be looked at.
    pub(crate) channel_told: Mutex<Option<Instant>>,
    /// Telegram's name of this bot, known once Telegram has answered.
    pub(crate) username: SetOnce<String>,
    /// The service with an operator's key, if it is configured.
    pub(crate) operator: Option<Client>,
    /// Telegram ids.
    pub(crate) admins: Vec<i64>,
    /// `@name` of the channel whose members get a bonus, or blank.
    pub(crate) channel: String,
    pub(crate) orders: Signer,
    pub(crate) refunds: Refunds,
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
            books_asked: Notify::new(),
            channel_told: Mutex::default(),
            username: SetOnce::new(),
            operator: match config.service.operator_key.reveal() {
                "" => None,
                key => Some(service::client(config, key)?),
            },
            admins: config.admin_ids()?,
            channel: config.channel.clone(),
            orders: Signer::new(config.telegram.token.reveal()),
            refunds: config.refunds.clone(),
        })
    }

    /// A user's language: what they chose, else by Telegram's code, as it was told last if it is not
    /// known now.
    pub(crate) async fn language(&self, telegram_id: i64, code: Option<&str>) -> Language {
        let session = self.service.get_session(telegram_id, &self.name).await;
        let chosen = session.ok().and_then(|session| Language::of_stats(&session.stats));
        match (chosen, code) {
            (Some(chosen), _) => chosen,
            (None, Some(code)) => Language::of_code(Some(code)),
            (None, None) => {
                let user = self.service.get_user(telegram_id).await.ok();
                Language::of_code(user.and_then(|user| user.into_inner().language_code).as_deref())
            }
        }
    }

    /// Tells every administrator, as far as that goes at once; the log has it too.
    pub(crate) async fn tell_admins(&self, news: &Translated) {
        let told = self.admins.iter().map(|&admin| async move {
            let sent = async {
                let text = news.get(self.language(admin, None).await);
                self.telegram.send(admin, &Reply::text(text)).await
            };
            match tokio::time::timeout(ADMIN_TIME, sent).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(admin, %error, "an administrator could not be told");
                }
                Err(_) => tracing::warn!(admin, "an administrator could not be told in time"),
            }
        });
        join_all(told).await;
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
