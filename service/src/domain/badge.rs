//! Badges: earned once per user, whichever bot awarded them first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use utoipa::ToSchema;

use super::Actor;
use super::bounds::{BadgeType, BotName, Identifier, TelegramId};
use super::json::JsonObject;
use super::time::Timestamp;
use crate::error::Error;
use crate::store::{self, Tx};

/// A badge that a user holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "badge_type": "spin_master", "earned_in_bot": "spin_bot",
    "earned_at": "2026-11-22T07:01:41.089086Z", "metadata": {"score": 185}
}))]
pub struct Badge {
    pub badge_type: String,
    /// Null if an operator awarded it without naming a bot.
    pub earned_in_bot: Option<String>,
    pub earned_at: Timestamp,
    pub metadata: Option<JsonObject>,
}

/// A badge to award.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"badge_type": "spin_master", "metadata": {"score": 185}}))]
pub struct AwardBadge {
    pub badge_type: BadgeType,
    pub metadata: Option<JsonObject>,
    /// For operators: the bot to record. A bot's key records its own.
    pub bot_name: Option<BotName>,
}

/// A badge to award with a training.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"badge_type": "first_training"}))]
pub struct TrainingBadge {
    pub badge_type: BadgeType,
    pub metadata: Option<JsonObject>,
}

/// Whether the badge is new, and the badge as it is held.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
pub struct BadgeAwarded {
    /// False if the user held it before; then nothing was changed.
    pub awarded: bool,
    #[sqlx(flatten)]
    pub badge: Badge,
}

/// Titles or descriptions by language code.
pub type ByLanguage = BTreeMap<String, Identifier>;

/// A badge of the catalogue.
#[derive(Debug, Clone, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "badge_type": "spin_master", "titles": {"en": "SPIN master", "ru": "Мастер СПИН"},
    "descriptions": {"en": "A training with 221 points or more"}, "icon": "🏆"
}))]
pub struct CatalogueBadge {
    pub badge_type: String,
    #[schema(value_type = BTreeMap<String, String>)]
    pub titles: Json<BTreeMap<String, String>>,
    #[schema(value_type = BTreeMap<String, String>)]
    pub descriptions: Json<BTreeMap<String, String>>,
    pub icon: Option<String>,
}

/// A badge's entry in the catalogue.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "titles": {"en": "SPIN master", "ru": "Мастер СПИН"},
    "descriptions": {"en": "A training with 221 points or more"}, "icon": "🏆"
}))]
pub struct PutBadge {
    /// By language code, such as `en`.
    #[schema(value_type = BTreeMap<String, Identifier>)]
    pub titles: ByLanguage,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Identifier>)]
    pub descriptions: ByLanguage,
    pub icon: Option<Identifier>,
}

impl Badge {
    /// A badge that is earned now.
    pub fn earned(
        tx: &Tx<'_>,
        actor: &Actor,
        badge_type: &BadgeType,
        metadata: Option<&JsonObject>,
    ) -> Self {
        Self {
            badge_type: badge_type.as_str().to_owned(),
            earned_in_bot: actor.bot_name().map(str::to_owned),
            earned_at: tx.now(),
            metadata: metadata.cloned(),
        }
    }
}

impl CatalogueBadge {
    pub fn new(badge_type: &BadgeType, request: PutBadge) -> Self {
        let plain = |by_language: ByLanguage| {
            let text = |(language, text): (String, Identifier)| (language, text.into_string());
            Json(by_language.into_iter().map(text).collect())
        };
        Self {
            badge_type: badge_type.as_str().to_owned(),
            titles: plain(request.titles),
            descriptions: plain(request.descriptions),
            icon: request.icon.map(Identifier::into_string),
        }
    }
}

/// Awards a badge to a locked user, unless they hold it.
pub async fn award(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    badge_type: &BadgeType,
    metadata: Option<&JsonObject>,
) -> Result<BadgeAwarded, Error> {
    let badge = Badge::earned(tx, actor, badge_type, metadata);
    store::badges::award(tx, telegram_id, &badge).await
}
