//! Trainings that were given: for joining a channel, by a promo code, an operator, an invitation.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Actor;
use super::access::{AccessEvent, AccessEventKind, AccessType, Source};
use super::bounds::{Identifier, Int, TelegramId};
use super::erasure;
use super::time::Timestamp;
use crate::error::Error;
use crate::store::{self, Tx};

/// How many trainings are given at once.
pub type Count = Int<1, 1_000>;

/// Free trainings of one grant.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "telegram_id": 123456, "id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2", "trainings_left": 2,
    "trainings_total": 2, "source": "channel", "reference": "@spin_channel",
    "created_at": "2026-11-22T07:01:41.089086Z", "updated_at": "2026-11-22T07:01:41.089086Z"
}))]
pub struct FreeTrainings {
    pub telegram_id: i64,
    pub id: Uuid,
    pub trainings_left: i64,
    pub trainings_total: i64,
    pub source: Source,
    /// What was rewarded, such as the channel or the invited user.
    pub reference: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Free trainings to give.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"count": 2, "source": "channel", "reference": "@spin_channel"}))]
pub struct GrantFreeTrainings {
    pub count: Count,
    pub source: Source,
    /// The channel, or the invited user: needed for `channel` and `referral`, where each counts
    /// once ever per user.
    pub reference: Option<Identifier>,
}

/// Whether trainings were given, with the grant: this one or the earlier one, whose fields are null
/// if it was erased with the user.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "granted": true, "telegram_id": 123456, "id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2",
    "trainings_left": 2, "trainings_total": 2, "source": "channel", "reference": "@spin_channel",
    "created_at": "2026-11-22T07:01:41.089086Z", "updated_at": "2026-11-22T07:01:41.089086Z"
}))]
pub struct FreeTrainingsGranted {
    /// False if this reference was rewarded before; then nothing was changed.
    pub granted: bool,
    pub telegram_id: i64,
    pub id: Option<Uuid>,
    pub trainings_left: Option<i64>,
    pub trainings_total: Option<i64>,
    pub source: Source,
    pub reference: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl FreeTrainingsGranted {
    fn new(granted: bool, trainings: FreeTrainings) -> Self {
        Self {
            granted,
            telegram_id: trainings.telegram_id,
            id: Some(trainings.id),
            trainings_left: Some(trainings.trainings_left),
            trainings_total: Some(trainings.trainings_total),
            source: trainings.source,
            reference: trainings.reference,
            created_at: Some(trainings.created_at),
            updated_at: Some(trainings.updated_at),
        }
    }

    fn erased(telegram_id: TelegramId, source: Source, reference: &str) -> Self {
        Self {
            granted: false,
            telegram_id: telegram_id.get(),
            id: None,
            trainings_left: None,
            trainings_total: None,
            source,
            reference: Some(reference.to_owned()),
            created_at: None,
            updated_at: None,
        }
    }
}

impl GrantFreeTrainings {
    /// What was rewarded, where that counts once.
    pub fn rewarded(&self) -> Result<Option<&str>, Error> {
        let reference = self.reference.as_ref().map(Identifier::as_str);
        match self.source {
            Source::Promocode | Source::Admin => Ok(None),
            Source::Channel | Source::Referral => reference.map(Some).ok_or_else(|| {
                Error::invalid("reference", "is needed for the sources channel and referral")
            }),
        }
    }
}

/// Gives a locked user free trainings, unless this reference was rewarded before.
pub async fn grant(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    request: &GrantFreeTrainings,
) -> Result<FreeTrainingsGranted, Error> {
    let reference = request.reference.as_ref().map(Identifier::as_str);
    if let Some(reference) = request.rewarded()? {
        let source = request.source;
        if let Some(earlier) = earlier(tx, telegram_id, source, reference).await? {
            return Ok(FreeTrainingsGranted::new(false, earlier));
        }
        if erasure::was_used(tx, telegram_id, source.into(), reference).await? {
            return Ok(FreeTrainingsGranted::erased(telegram_id, source, reference));
        }
    }
    let written = match reference {
        Some(invited) if request.source == Source::Referral => {
            Some(erasure::written(tx, invited).await?)
        }
        other => other.map(str::to_owned),
    };
    let written = written.as_deref();
    let trainings = add(tx, telegram_id, actor, request.count, request.source, written).await?;
    Ok(FreeTrainingsGranted::new(true, trainings))
}

async fn earlier(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    source: Source,
    reference: &str,
) -> Result<Option<FreeTrainings>, Error> {
    let given = store::access::free_trainings_of(tx, telegram_id, source).await?;
    let erased = erasure::pseudonym(tx, reference).await?;
    Ok(given.into_iter().find(|trainings| match trainings.reference.as_deref() {
        // Imported without its channel: it counts for every one.
        None => true,
        Some(rewarded) => rewarded == reference || Some(rewarded) == erased.as_deref(),
    }))
}

/// Writes the grant and its event.
pub async fn add(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    count: Count,
    source: Source,
    reference: Option<&str>,
) -> Result<FreeTrainings, Error> {
    let now = tx.now();
    let trainings = FreeTrainings {
        telegram_id: telegram_id.get(),
        id: tx.new_id(),
        trainings_left: count.get(),
        trainings_total: count.get(),
        source,
        reference: reference.map(str::to_owned),
        created_at: now,
        updated_at: now,
    };
    store::access::insert_free_trainings(tx, &trainings).await?;
    record(tx, telegram_id, actor, AccessEventKind::Grant, &trainings, count.get()).await?;
    Ok(trainings)
}

/// Takes away what is left of a grant.
pub async fn revoke(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    id: Uuid,
) -> Result<FreeTrainings, Error> {
    let trainings = store::access::get_free_trainings(tx, telegram_id, id).await?;
    let mut trainings = trainings.ok_or(Error::FreeTrainingsNotFound)?;
    if !store::access::was_revoked(tx, telegram_id, id).await? {
        let removed = trainings.trainings_left;
        trainings.trainings_left = 0;
        trainings.updated_at = tx.now();
        store::access::add_to_free_trainings(tx, telegram_id, id, -removed).await?;
        // Also when nothing was left: what was used of it does not come back.
        record(tx, telegram_id, actor, AccessEventKind::Revoke, &trainings, -removed).await?;
    }
    Ok(trainings)
}

async fn record(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    kind: AccessEventKind,
    trainings: &FreeTrainings,
    amount: i64,
) -> Result<(), Error> {
    let held = (AccessType::FreeTrainings, trainings.id);
    let event = AccessEvent::new(tx, actor, kind, held, amount);
    store::access::insert_event(tx, telegram_id, &event, &actor.key).await?;
    Ok(())
}
