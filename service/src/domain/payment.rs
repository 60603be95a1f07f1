//! Payments: a charge is recorded and granted once, in one transaction.

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Actor;
use super::bounds::{BotName, Identifier, TelegramId};
use super::erasure;
use super::json::JsonObject;
use super::subscription::{self, Subscription};
use super::tariff::{Amount, Currency};
use super::time::Timestamp;
use super::user::{self, Profile, User};
use crate::error::Error;
use crate::store::{self, Connection, Tx};

/// How far a payment got. Those recorded here are completed or refunded; the others were imported.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, strum::EnumString, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PaymentStatus {
    Pending,
    Completed,
    Failed,
    Refunded,
}

/// A charge that happened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "provider": "telegram_stars", "charge_id": "stxABC", "tariff": "month", "amount": 500,
    "currency": "XTR"
}))]
pub struct CreatePayment {
    pub provider: Identifier,
    /// The provider's id of the charge: recorded twice, it is granted once.
    pub charge_id: Identifier,
    pub tariff: Identifier,
    /// In the currency's smallest unit.
    pub amount: Amount,
    pub currency: Currency,
    /// Until when the provider sold it; counts only if it is later than the tariff's own end.
    pub expires_at: Option<Timestamp>,
    /// Whether the provider renews it by itself: then the new plan does, and no earlier one.
    #[serde(default)]
    pub is_recurring: bool,
    pub metadata: Option<JsonObject>,
    /// For operators: the bot to record. A bot's key records its own.
    pub bot_name: Option<BotName>,
}

/// A charge, and what it gave.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "telegram_id": 123456, "provider": "telegram_stars", "charge_id": "stxABC", "amount": 500,
    "currency": "XTR", "status": "completed", "tariff": "month", "description": "A month",
    "is_recurring": false, "mismatches": [], "metadata": null, "bot_name": "spin_bot",
    "created_at": "2026-11-22T07:01:41.089086Z", "updated_at": "2026-11-22T07:01:41.089086Z",
    "grant": {"subscription_id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2", "left": null, "used": 0}
}))]
pub struct Payment {
    pub telegram_id: i64,
    pub provider: String,
    pub charge_id: String,
    /// In the currency's smallest unit.
    pub amount: i64,
    pub currency: String,
    pub status: PaymentStatus,
    pub tariff: String,
    pub description: Option<String>,
    pub is_recurring: bool,
    /// What was not as the tariff said: `tariff_unknown`, `tariff_inactive`, `currency`, `amount`.
    pub mismatches: Vec<String>,
    pub metadata: Option<JsonObject>,
    pub bot_name: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Null if nothing was granted: the tariff is unknown, or the payment was imported.
    pub grant: Option<Grant>,
}

/// What a payment gave, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Grant {
    pub subscription_id: Uuid,
    /// Credits left; null for a month or year plan.
    pub left: Option<i64>,
    /// Trainings that were started on it and not given back.
    pub used: i64,
}

/// A payment as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PaymentRow {
    pub telegram_id: i64,
    pub provider: String,
    pub charge_id: String,
    pub amount: i64,
    pub currency: String,
    pub status: PaymentStatus,
    pub tariff: String,
    pub description: Option<String>,
    pub is_recurring: bool,
    pub mismatches: Json<Vec<String>>,
    pub metadata: Option<JsonObject>,
    pub bot_name: Option<String>,
    pub subscription_id: Option<Uuid>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What is left of an erased user's payment.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ErasedPayment {
    pub provider: String,
    pub charge_id: String,
    pub amount: i64,
    pub currency: String,
    pub status: PaymentStatus,
    pub tariff: String,
    pub bot_name: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A payment, and whether it was recorded just now.
#[derive(Debug)]
pub struct Recorded {
    pub payment: Payment,
    pub new: bool,
}

/// Records a charge and grants what was bought. An unknown user is created,
/// unless the charge is one that was erased.
pub async fn record(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    known: Option<User>,
    actor: &Actor,
    request: &CreatePayment,
) -> Result<Recorded, Error> {
    let (provider, charge_id) = (request.provider.as_str(), request.charge_id.as_str());
    if let Some((_, erased)) = erased(tx, telegram_id, provider, charge_id).await? {
        return Ok(Recorded { payment: erased.shown(telegram_id), new: false });
    }
    user::ensure(tx, telegram_id, known, &Profile::default()).await?;
    if let Some(row) = store::payments::get(tx, telegram_id, provider, charge_id).await? {
        let payment = first_answer(tx, telegram_id, row).await?;
        return Ok(Recorded { payment, new: false });
    }
    let tariff = store::tariffs::get(tx, request.tariff.as_str()).await?;
    let mismatches = tariff.as_ref().map_or(vec!["tariff_unknown"], |tariff| {
        tariff.mismatches(&request.currency, request.amount.get())
    });
    let granted = match &tariff {
        None => None,
        Some(tariff) => {
            let (plan, renews) = (tariff.plan(), request.is_recurring);
            let expires_at = request.expires_at;
            Some(subscription::grant(tx, telegram_id, actor, plan, renews, expires_at).await?)
        }
    };
    if let Some(granted) = granted.as_ref().filter(|granted| granted.auto_renew) {
        store::access::take_over_renewal(tx, granted).await?;
    }
    for mismatch in &mismatches {
        tracing::warn!(provider, charge_id, mismatch, "charge does not match its tariff");
    }
    let now = tx.now();
    let row = PaymentRow {
        telegram_id: telegram_id.get(),
        provider: provider.to_owned(),
        charge_id: charge_id.to_owned(),
        amount: request.amount.get(),
        currency: request.currency.as_str().to_owned(),
        status: PaymentStatus::Completed,
        tariff: request.tariff.as_str().to_owned(),
        description: tariff.map(|tariff| tariff.title),
        is_recurring: request.is_recurring,
        mismatches: Json(mismatches.into_iter().map(str::to_owned).collect()),
        metadata: request.metadata.clone(),
        bot_name: actor.bot_name().map(str::to_owned),
        subscription_id: granted.as_ref().map(|granted| granted.id),
        created_at: now,
        updated_at: now,
    };
    store::payments::insert(tx, &row).await?;
    let payment = row.shown(granted.map(|granted| Grant::fresh(&granted)));
    Ok(Recorded { payment, new: true })
}

/// The charge, if it was erased with its user, and what stands for it.
async fn erased(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    provider: &str,
    charge_id: &str,
) -> Result<Option<(Vec<u8>, ErasedPayment)>, Error> {
    let hmac = erasure::erased_charge(tx, telegram_id, provider, charge_id).await?;
    let Some(hmac) = hmac else { return Ok(None) };
    let payment = store::erased::get_payment(tx, &hmac).await?;
    Ok(payment.map(|payment| (hmac, payment)))
}

/// What was answered when the charge came first, whatever became of it since.
async fn first_answer(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    mut row: PaymentRow,
) -> Result<Payment, Error> {
    let granted = match row.subscription_id {
        Some(id) => store::access::get_subscription(tx, telegram_id, id).await?,
        None => None,
    };
    let was_recorded_here = row.subscription_id.is_some() || !row.mismatches.is_empty();
    if row.status == PaymentStatus::Refunded && was_recorded_here {
        row.status = PaymentStatus::Completed;
    }
    row.updated_at = row.created_at;
    Ok(row.shown(granted.map(|granted| Grant::fresh(&granted))))
}

/// Marks the payment refunded and takes back what is left of its grant; done before: the same
/// answer. A bot refunds what it recorded itself, an operator (an actor without a bot) anything.
pub async fn refund(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    known: Option<User>,
    actor: &Actor,
    provider: &str,
    charge_id: &str,
) -> Result<Payment, Error> {
    let Some(mut row) = store::payments::get(tx, telegram_id, provider, charge_id).await? else {
        return refund_erased(tx, telegram_id, known.is_some(), actor, provider, charge_id).await;
    };
    if actor.bot_name.is_some() && row.bot_name.as_deref() != actor.bot_name() {
        return Err(Error::PaymentNotFound);
    }
    match row.status {
        PaymentStatus::Refunded => {}
        PaymentStatus::Completed => {
            if let Some(id) = row.subscription_id {
                subscription::revoke(tx, telegram_id, actor, id).await?;
            }
            row.status = PaymentStatus::Refunded;
            row.updated_at = tx.now();
            store::payments::set_refunded(tx, telegram_id, provider, charge_id).await?;
        }
        PaymentStatus::Pending | PaymentStatus::Failed => return Err(Error::PaymentNotRefundable),
    }
    with_grant(tx, row).await
}

/// The user is gone, and with them the grant; that the money went back is noted all the same.
async fn refund_erased(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    is_known: bool,
    actor: &Actor,
    provider: &str,
    charge_id: &str,
) -> Result<Payment, Error> {
    let found = erased(tx, telegram_id, provider, charge_id).await?;
    let (hmac, payment) =
        found.ok_or(if is_known { Error::PaymentNotFound } else { Error::UserNotFound })?;
    if actor.bot_name.is_some() && payment.bot_name.as_deref() != actor.bot_name() {
        return Err(Error::PaymentNotFound);
    }
    match payment.status {
        PaymentStatus::Pending | PaymentStatus::Failed => Err(Error::PaymentNotRefundable),
        PaymentStatus::Completed | PaymentStatus::Refunded => {
            store::erased::set_refunded(tx, &hmac).await?;
            let refunded = store::erased::get_payment(tx, &hmac).await?.unwrap_or(payment);
            Ok(refunded.shown(telegram_id))
        }
    }
}

/// The payment with what became of its grant.
pub async fn with_grant(
    connection: &mut Connection<'_>,
    row: PaymentRow,
) -> Result<Payment, Error> {
    let telegram_id = TelegramId::new(row.telegram_id)
        .map_err(|problem| Error::Database(sqlx::Error::Decode(problem.into())))?;
    let Some(id) = row.subscription_id else {
        return Ok(row.shown(None));
    };
    let subscription = store::access::get_subscription(connection, telegram_id, id).await?;
    let used = store::access::used(connection, telegram_id, id).await?;
    let left = subscription.and_then(|subscription| subscription.credits_left);
    Ok(row.shown(Some(Grant { subscription_id: id, left, used })))
}

impl Grant {
    fn fresh(subscription: &Subscription) -> Self {
        Self { subscription_id: subscription.id, left: subscription.credits_total, used: 0 }
    }
}

impl PaymentRow {
    fn shown(self, grant: Option<Grant>) -> Payment {
        Payment {
            telegram_id: self.telegram_id,
            provider: self.provider,
            charge_id: self.charge_id,
            amount: self.amount,
            currency: self.currency,
            status: self.status,
            tariff: self.tariff,
            description: self.description,
            is_recurring: self.is_recurring,
            mismatches: self.mismatches.0,
            metadata: self.metadata,
            bot_name: self.bot_name,
            created_at: self.created_at,
            updated_at: self.updated_at,
            grant,
        }
    }
}

impl ErasedPayment {
    fn shown(self, telegram_id: TelegramId) -> Payment {
        Payment {
            telegram_id: telegram_id.get(),
            provider: self.provider,
            charge_id: self.charge_id,
            amount: self.amount,
            currency: self.currency,
            status: self.status,
            tariff: self.tariff,
            description: None,
            is_recurring: false,
            mismatches: Vec::new(),
            metadata: None,
            bot_name: self.bot_name,
            created_at: self.created_at,
            updated_at: self.updated_at,
            grant: None,
        }
    }
}
