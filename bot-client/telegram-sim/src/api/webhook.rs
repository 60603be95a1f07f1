//! Where updates go.

use serde_json::json;

use super::error::{Answer, ApiError};
use super::parameters::Parameters;
use super::{bot_mut, done};
use crate::world::bot::Webhook;
use crate::world::{Bot, BotId, World};

const LONGEST_SECRET: usize = 256;
const CONNECTIONS: i64 = 40;
const MOST_CONNECTIONS: i64 = 100;

/// Kinds of updates that there are; others are ignored, as Telegram does.
const KINDS: [&str; 26] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "purchased_paid_media",
    "guest_message",
    "managed_bot",
    "subscription",
];

pub(crate) fn set(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let url = with.text("url");
    if url.is_empty() {
        return delete(world, bot, with);
    }
    let bad = |problem: &str| Err(ApiError::bad_request(format!("bad webhook: {problem}")));
    match reqwest::Url::parse(&url) {
        Err(_) => return bad("invalid URL specified"),
        // Telegram takes HTTPS only; here it is the other way round, for want of certificates.
        Ok(url) if url.scheme() != "http" => return bad("telegram-sim delivers to http:// only"),
        Ok(_) => {}
    }
    let secret = with.text("secret_token");
    let is_allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    if secret.len() > LONGEST_SECRET {
        return Err(ApiError::bad_request("secret token is too long"));
    }
    if !secret.bytes().all(is_allowed) {
        return Err(ApiError::bad_request("secret token contains unallowed characters"));
    }
    let allowed: Option<Vec<String>> = with.structure("allowed_updates", "allowed updates")?;
    let connections = with.integer("max_connections").unwrap_or(CONNECTIONS);
    let connections = connections.clamp(1, MOST_CONNECTIONS);
    let bot = bot_mut(world, bot)?;
    if let Some(allowed) = allowed {
        let known = allowed.into_iter().filter(|kind| KINDS.contains(&kind.as_str()));
        bot.allowed_updates = known.collect();
    }
    drop_pending(bot, with);
    bot.webhook = Some(Webhook {
        url,
        secret: Some(secret).filter(|secret| !secret.is_empty()),
        max_connections: usize::try_from(connections).unwrap_or(1),
        last_error: None,
    });
    done()
}

pub(crate) fn delete(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let bot = bot_mut(world, bot)?;
    bot.webhook = None;
    drop_pending(bot, with);
    done()
}

fn drop_pending(bot: &mut Bot, with: &Parameters) {
    if with.truth("drop_pending_updates") {
        bot.queue.clear();
    }
}

pub(crate) fn info(world: &mut World, bot: BotId) -> Answer {
    let bot = bot_mut(world, bot)?;
    let mut info = json!({
        "url": "",
        "has_custom_certificate": false,
        "pending_update_count": bot.queue.len(),
    });
    if let Some(webhook) = &bot.webhook {
        info["url"] = json!(webhook.url);
        info["max_connections"] = json!(webhook.max_connections);
        if let Some((date, message)) = &webhook.last_error {
            info["last_error_date"] = json!(date);
            info["last_error_message"] = json!(message);
        }
    }
    if !bot.allowed_updates.is_empty() {
        info["allowed_updates"] = json!(bot.allowed_updates);
    }
    Ok(info)
}
