//! Bots: whose keys there are, and whose sessions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bounds::{BotName, Name};
use super::time::Timestamp;
use crate::error::Error;
use crate::store::{self, Tx};

/// A bot of the family.
#[derive(Debug, Clone, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "bot_name": "spin_bot", "title": "SPIN training", "created_at": "2026-11-22T07:01:41.089086Z"
}))]
pub struct Bot {
    pub bot_name: String,
    pub title: Option<String>,
    pub created_at: Timestamp,
}

/// A bot's content.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "SPIN training"}))]
pub struct PutBot {
    pub title: Option<Name>,
}

/// Creates the bot or sets its title; whether it was created.
pub async fn put(
    tx: &mut Tx<'_>,
    bot_name: &BotName,
    title: Option<&str>,
) -> Result<(Bot, bool), Error> {
    let created = store::bots::ensure(tx, bot_name).await?;
    store::bots::set_title(tx, bot_name, title).await?;
    let bot = store::bots::get(tx, bot_name).await?.ok_or(Error::BotNotFound)?;
    Ok((bot, created))
}
