//! At start: wait for the service, then tell Telegram where the webhook is and what the menus are,
//! each only if it is not so already.

use std::convert::Infallible;
use std::time::Duration;

use frankenstein::methods::{GetMyCommandsParams, SetMyCommandsParams, SetWebhookParams};
use frankenstein::types::{AllowedUpdate, BotCommand};
use frankenstein::updates::WebhookInfo;
use serde::Deserialize;
use serde_json::{Value, json};
use strum::VariantArray;

use crate::bot::Bot;
use crate::commands::Command;
use crate::config::Config;
use crate::failure::Failure;
use crate::telegram::CallError;
use crate::texts::Language;

pub const WEBHOOK_PATH: &str = "/telegram/webhook";

/// What the bot handles; the rest is not delivered.
const UPDATES: [AllowedUpdate; 5] = [
    AllowedUpdate::Message,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
    AllowedUpdate::PreCheckoutQuery,
    AllowedUpdate::Subscription,
];

/// Updates that Telegram delivers at once, of different chats.
const MAX_CONNECTIONS: u16 = 40;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// From one look at the webhook, for a wrong secret, to the next.
const SECRET_PAUSE: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
struct Me {
    username: String,
}

/// Sets everything up once the service and Telegram answer, and stays to mend the webhook's secret.
/// With a wrong token it waits for ever: the log says why.
pub async fn set_up(bot: &Bot, config: &Config) -> Infallible {
    until("the service does not answer this bot's key", async || {
        bot.service.get_levels().await.map(drop).map_err(Failure::from)
    })
    .await;
    let me: Me = until("Telegram does not know this bot", async || {
        bot.telegram.call("getMe", &json!({})).await
    })
    .await;
    tracing::info!(username = me.username, "Telegram knows this bot");
    until("the webhook cannot be set", async || set_webhook(bot, config).await).await;
    until("the menus cannot be set", async || set_menus(bot).await).await;
    let _ = bot.username.set(me.username);
    tracing::info!("ready");
    loop {
        bot.wrong_secret.notified().await;
        // Telegram tells of our refusal only once it has it, and somebody else's is never told.
        let mut pause = FIRST_PAUSE;
        while pause < LONGEST_PAUSE {
            tokio::time::sleep(pause).await;
            match set_webhook(bot, config).await {
                Ok(true) => break,
                Ok(false) => (),
                Err(error) => tracing::warn!(%error, "the webhook cannot be looked at"),
            }
            pause *= 2;
        }
        tokio::time::sleep(SECRET_PAUSE).await;
    }
}

/// Tries until it succeeds, with growing pauses.
async fn until<T, E: std::fmt::Display>(
    problem: &'static str,
    attempt: impl AsyncFn() -> Result<T, E>,
) -> T {
    let mut pause = FIRST_PAUSE;
    loop {
        match attempt().await {
            Ok(done) => return done,
            Err(error) => tracing::warn!(%error, "{problem}; trying again"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Whether it had to be set. Telegram does not tell the secret that it uses, but it does tell that we
/// refused it.
async fn set_webhook(bot: &Bot, config: &Config) -> Result<bool, CallError> {
    let url = format!("{}{WEBHOOK_PATH}", config.telegram.webhook_url.trim_end_matches('/'));
    let now: WebhookInfo = bot.telegram.call("getWebhookInfo", &json!({})).await?;
    let is_refused = now.last_error_message.is_some_and(|message| message.contains("401"));
    let is_same = now.url == url
        && now.max_connections == Some(MAX_CONNECTIONS)
        && now.allowed_updates.is_some_and(|allowed| {
            allowed.len() == UPDATES.len() && UPDATES.iter().all(|kind| allowed.contains(kind))
        });
    if is_same && !is_refused {
        return Ok(false);
    }
    let webhook = SetWebhookParams::builder()
        .url(url)
        .max_connections(u32::from(MAX_CONNECTIONS))
        .allowed_updates(UPDATES.to_vec())
        .secret_token(config.telegram.webhook_secret.reveal())
        .build();
    let _: Value = bot.telegram.call("setWebhook", &webhook).await?;
    tracing::info!("the webhook is set");
    Ok(true)
}

/// English is for every language that has no menu of its own.
async fn set_menus(bot: &Bot) -> Result<(), CallError> {
    for (language, code) in [(Language::En, None), (Language::Ru, Some("ru".to_owned()))] {
        let wanted = menu(bot, language);
        let asked = GetMyCommandsParams { scope: None, language_code: code.clone() };
        let now: Vec<BotCommand> = bot.telegram.call("getMyCommands", &asked).await?;
        if now == wanted {
            continue;
        }
        let set = SetMyCommandsParams { commands: wanted, scope: None, language_code: code };
        let _: Value = bot.telegram.call("setMyCommands", &set).await?;
        tracing::info!(%language, "the menu is set");
    }
    Ok(())
}

fn menu(bot: &Bot, language: Language) -> Vec<BotCommand> {
    let command = |command: &Command| {
        let description = bot.texts.get(language, &format!("menu-{command}"), &[]);
        BotCommand::builder().command(command.to_string()).description(description).build()
    };
    Command::VARIANTS.iter().filter(|command| command.is_in_menu()).map(command).collect()
}
