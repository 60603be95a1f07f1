//! Everything that is held about a user, in one document.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::access::AccessEvent;
use super::badge::Badge;
use super::bounds::{BotName, TelegramId};
use super::free_training::FreeTrainings;
use super::payment::{self, Payment};
use super::session::Session;
use super::subscription::Subscription;
use super::time::Timestamp;
use super::training::TrainingWithSnapshot;
use super::user::User;
use super::xp::XpEvent;
use crate::error::Error;
use crate::store::{self, Connection};

/// Everything that is held about a user. To a bot, other bots' sessions and trainings are not shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Export {
    pub exported_at: Timestamp,
    pub user: User,
    pub referrer: Option<i64>,
    pub activity: Vec<ActiveDay>,
    pub sessions: Vec<Session>,
    pub xp_events: Vec<XpEvent>,
    pub badges: Vec<Badge>,
    pub subscriptions: Vec<Subscription>,
    pub free_trainings: Vec<FreeTrainings>,
    pub access_events: Vec<AccessEvent>,
    pub payments: Vec<Payment>,
    pub promocodes: Vec<UsedPromocode>,
    pub trainings: Vec<TrainingWithSnapshot>,
}

/// A UTC day on which the user wrote to a bot.
#[derive(Debug, Clone, Serialize, ToSchema, sqlx::FromRow)]
pub struct ActiveDay {
    pub bot_name: String,
    pub day: String,
}

/// A promo code that the user redeemed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UsedPromocode {
    pub code: String,
    pub used_at: Timestamp,
}

/// No page ends an export.
const ALL: i64 = i64::MAX;
const LATEST: (Timestamp, Uuid) = (Timestamp::LAST, Uuid::max());

/// What is held about the user; of sessions and trainings this bot's, or all.
pub async fn export(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    bot_name: Option<&BotName>,
) -> Result<Export, Error> {
    let user = store::users::get(connection, telegram_id).await?.ok_or(Error::UserNotFound)?;
    let now = connection.now();
    let mut sessions = store::sessions::list(connection, telegram_id, "", ALL).await?;
    let mut activity = store::activity::list(connection, telegram_id).await?;
    activity.retain(|day| bot_name.is_none_or(|bot| day.bot_name == bot.as_str()));
    sessions.retain(|session| bot_name.is_none_or(|bot| session.bot_name == bot.as_str()));
    let subscriptions =
        store::access::subscriptions(connection, telegram_id, false, LATEST, ALL).await?;
    let latest_payment = (Timestamp::LAST, String::new(), String::new());
    let mut payments = Vec::new();
    for row in store::payments::of_user(connection, telegram_id, &latest_payment, ALL).await? {
        payments.push(payment::with_grant(connection, row).await?);
    }
    let codes = store::promocodes::used_by(connection, telegram_id).await?;
    Ok(Export {
        exported_at: now,
        user,
        referrer: store::users::referrer(connection, telegram_id).await?,
        activity,
        sessions,
        xp_events: store::xp::list(connection, telegram_id, LATEST, ALL).await?,
        badges: store::badges::list(connection, telegram_id).await?,
        subscriptions: subscriptions.into_iter().map(|s| s.shown(now)).collect(),
        free_trainings: store::access::free_trainings(connection, telegram_id, LATEST, ALL).await?,
        access_events: store::access::events(connection, telegram_id).await?,
        payments,
        promocodes: codes
            .into_iter()
            .map(|(code, used_at)| UsedPromocode { code, used_at })
            .collect(),
        trainings: store::trainings::full(connection, telegram_id, bot_name).await?,
    })
}
