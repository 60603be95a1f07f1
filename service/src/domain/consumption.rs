//! Using one unit of access, and giving it back.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Actor;
use super::access::{self, AccessEvent, AccessEventKind, AccessType};
use super::bounds::{BotName, TelegramId};
use super::json::{JsonObject, not_null};
use super::session::{Change, Version};
use crate::error::Error;
use crate::store::{self, Tx};

/// What to use, and the change of the session that goes with it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "consumption_id": "6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77",
    "session": {"chat_state": "training_active"}, "if_version": 7
}))]
pub struct Consume {
    /// The caller's own id, so that the unit can be given back by it; the same id again uses
    /// nothing more.
    pub consumption_id: Option<Uuid>,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub session: Option<JsonObject>,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub stats: Option<JsonObject>,
    /// Nothing is done unless the session is at this version.
    pub if_version: Option<Version>,
    /// For operators: the bot to record, whose session is meant. A bot's key means its own.
    pub bot_name: Option<BotName>,
}

/// What was used.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "consumption_id": "6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77", "access_type": "credits",
    "remaining": 4, "version": 8
}))]
pub struct Consumed {
    pub consumption_id: Uuid,
    pub access_type: AccessType,
    /// Units of this kind that are left; null for a month or year plan.
    pub remaining: Option<i64>,
    /// The session's version; null if there is no session.
    pub version: Option<i64>,
}

/// The change of the session that goes with giving back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"session": {"chat_state": "new"}, "if_version": 8}))]
pub struct ReturnConsumption {
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub session: Option<JsonObject>,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub stats: Option<JsonObject>,
    /// Nothing is done unless the session is at this version.
    pub if_version: Option<Version>,
    /// For operators: the bot to record, whose session is meant. A bot's key means its own.
    pub bot_name: Option<BotName>,
}

/// What was given back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "consumption_id": "6f1c1d1e-52b8-4c8e-9d2c-0d9a5a1f4a77", "access_type": "credits",
    "returned": true, "remaining": 5, "version": 9
}))]
pub struct Returned {
    pub consumption_id: Uuid,
    pub access_type: AccessType,
    /// False if it was given back before, or its grant was refunded or revoked meanwhile.
    pub returned: bool,
    /// Units of this kind that are left; null for a month or year plan.
    pub remaining: Option<i64>,
    /// The session's version; null if there is no session.
    pub version: Option<i64>,
}

impl Consume {
    /// The change of the session that goes with it.
    pub fn change(&self) -> Change<'_> {
        Change {
            session: self.session.as_ref(),
            stats: self.stats.as_ref(),
            if_version: self.if_version.map(Version::get),
        }
    }
}

impl ReturnConsumption {
    /// The change of the session that goes with it.
    pub fn change(&self) -> Change<'_> {
        Change {
            session: self.session.as_ref(),
            stats: self.stats.as_ref(),
            if_version: self.if_version.map(Version::get),
        }
    }
}

/// Uses one unit of a locked user's access.
pub async fn consume(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    request: &Consume,
) -> Result<Consumed, Error> {
    let bot_name = actor.bot_name.as_ref();
    if let Some(id) = request.consumption_id
        && let Some(event) = store::access::get_consumption(tx, telegram_id, id).await?
    {
        return repeated(tx, telegram_id, bot_name, id, &event).await;
    }
    let now = tx.now();
    let access = access::of(tx, telegram_id).await?;
    let held = access.next(now).ok_or(Error::NoAccess)?;
    let access_type = held.access_type;
    let amount = if access_type == AccessType::Subscription { 0 } else { -1 };
    add_units(tx, telegram_id, (access_type, held.id), amount).await?;
    let mut event =
        AccessEvent::new(tx, actor, AccessEventKind::Consume, (access_type, held.id), amount);
    let consumption_id = request.consumption_id.unwrap_or(event.id);
    event.consumption_id = Some(consumption_id);
    event.remaining = access.left(access_type, now).map(|left| left + amount);
    store::access::insert_event(tx, telegram_id, &event, &actor.key).await?;
    let version = request.change().write(tx, telegram_id, bot_name).await?;
    Ok(Consumed { consumption_id, access_type, remaining: event.remaining, version })
}

/// The answer to a consumption that was made before.
async fn repeated(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: Option<&BotName>,
    consumption_id: Uuid,
    event: &AccessEvent,
) -> Result<Consumed, Error> {
    if store::access::is_returned(tx, telegram_id, consumption_id).await? {
        return Err(Error::ConsumptionReturned);
    }
    let unchanged = Change { session: None, stats: None, if_version: None };
    Ok(Consumed {
        consumption_id,
        access_type: event.access_type,
        remaining: event.remaining,
        version: unchanged.write(tx, telegram_id, bot_name).await?,
    })
}

/// Gives one unit back, once.
pub async fn give_back(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    consumption_id: Uuid,
    request: &ReturnConsumption,
) -> Result<Returned, Error> {
    let event = store::access::get_consumption(tx, telegram_id, consumption_id).await?;
    let event = event.ok_or(Error::ConsumptionNotFound)?;
    let repeat = store::access::is_returned(tx, telegram_id, consumption_id).await?;
    let held = (event.access_type, event.holding_id);
    let returned = !repeat && !is_revoked(tx, telegram_id, held).await?;
    if returned {
        add_units(tx, telegram_id, held, -event.amount).await?;
        let mut back = AccessEvent::new(tx, actor, AccessEventKind::Return, held, -event.amount);
        back.consumption_id = Some(consumption_id);
        store::access::insert_event(tx, telegram_id, &back, &actor.key).await?;
    }
    // The first return has written its change; a repeat must not write an old session over it.
    let change = if repeat {
        Change { session: None, stats: None, if_version: None }
    } else {
        request.change()
    };
    let version = change.write(tx, telegram_id, actor.bot_name.as_ref()).await?;
    let now = tx.now();
    let remaining = access::of(tx, telegram_id).await?.left(event.access_type, now);
    let access_type = event.access_type;
    Ok(Returned { consumption_id, access_type, returned, remaining, version })
}

async fn add_units(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    (access_type, id): (AccessType, Uuid),
    amount: i64,
) -> Result<(), Error> {
    match access_type {
        AccessType::Subscription => {}
        AccessType::Credits => store::access::add_credits(tx, telegram_id, id, amount).await?,
        AccessType::FreeTrainings => {
            store::access::add_to_free_trainings(tx, telegram_id, id, amount).await?;
        }
    }
    Ok(())
}

async fn is_revoked(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    (access_type, id): (AccessType, Uuid),
) -> Result<bool, Error> {
    Ok(match access_type {
        AccessType::Subscription | AccessType::Credits => {
            let held = store::access::get_subscription(tx, telegram_id, id).await?;
            held.is_none_or(|subscription| !subscription.is_active)
        }
        AccessType::FreeTrainings => store::access::was_revoked(tx, telegram_id, id).await?,
    })
}
