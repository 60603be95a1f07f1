//! Promo codes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Actor;
use super::access::{Source, SubscriptionType};
use super::bounds::{Code, Int, TelegramId};
use super::erasure::{self, Use};
use super::free_training::{self, Count, FreeTrainings};
use super::subscription::{self, Plan, Subscription};
use super::time::Timestamp;
use crate::error::Error;
use crate::store::{self, Tx};

/// What a promo code gives.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    ToSchema,
    strum::EnumString,
    strum::VariantNames,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PromocodeType {
    /// `value` free trainings.
    Trainings,
    /// A month plan of 30 days.
    FreeMonth,
    /// `value` credits.
    Credits,
}

/// A promo code.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "code": "HELLO2024", "type": "trainings", "value": 5, "max_uses": 50, "current_uses": 4,
    "expires_at": "2026-12-22T07:01:52.214247Z", "created_at": "2026-11-22T07:01:52.215921Z"
}))]
pub struct Promocode {
    /// In upper case.
    pub code: String,
    #[serde(rename = "type")]
    #[sqlx(rename = "type")]
    pub promocode_type: PromocodeType,
    pub value: i64,
    /// Null: any number of users.
    pub max_uses: Option<i64>,
    pub current_uses: i64,
    /// Null: never.
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// A promo code to create.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "code": "HELLO2024", "type": "trainings", "value": 5, "max_uses": 50,
    "expires_at": "2026-12-22T00:00:00Z"
}))]
pub struct CreatePromocode {
    /// Kept in upper case.
    pub code: Code,
    #[serde(rename = "type")]
    pub promocode_type: PromocodeType,
    /// Trainings (at most 1,000) or credits; of no meaning for `free_month`.
    pub value: Int<1, 100_000>,
    /// Null or absent: any number of users.
    pub max_uses: Option<Int<1, 1_000_000_000>>,
    /// May lie in the past.
    pub expires_at: Option<Timestamp>,
}

/// What a promo code gave.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Redeemed {
    pub code: String,
    #[serde(rename = "type")]
    pub promocode_type: PromocodeType,
    pub value: i64,
    /// For `free_month` and `credits`.
    pub subscription: Option<Subscription>,
    /// For `trainings`.
    pub free_trainings: Option<FreeTrainings>,
}

/// Days of a free month.
const FREE_MONTH_DAYS: i64 = 30;

/// Why a code cannot be redeemed, in the order in which it is looked at.
pub fn check(code: Option<&Promocode>, used: bool, now: Timestamp) -> Result<(), Error> {
    let code = code.ok_or(Error::PromocodeNotFound)?;
    if code.has_ended(now) {
        Err(Error::PromocodeExpired)
    } else if code.max_uses.is_some_and(|max| code.current_uses >= max) {
        Err(Error::PromocodeExhausted)
    } else if used {
        Err(Error::PromocodeAlreadyUsed)
    } else {
        Ok(())
    }
}

impl Promocode {
    /// A code that nobody has used yet, or what does not fit together in it.
    pub fn new(request: &CreatePromocode, created_at: Timestamp) -> Result<Self, Error> {
        let value = request.value.get();
        if request.promocode_type == PromocodeType::Trainings {
            Count::new(value).map_err(|problem| Error::invalid("value", problem))?;
        }
        Ok(Self {
            code: request.code.as_str().to_owned(),
            promocode_type: request.promocode_type,
            value,
            max_uses: request.max_uses.map(Int::get),
            current_uses: 0,
            expires_at: request.expires_at,
            created_at,
        })
    }

    /// Whether nobody can redeem it any more, because its time is over.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

pub async fn create(tx: &mut Tx<'_>, request: &CreatePromocode) -> Result<Promocode, Error> {
    let promocode = Promocode::new(request, tx.now())?;
    if store::promocodes::insert(tx, &promocode).await? {
        Ok(promocode)
    } else {
        Err(Error::PromocodeExists)
    }
}

/// Ends the code now; it and its usage stay.
pub async fn end(tx: &mut Tx<'_>, code: &Code) -> Result<(), Error> {
    let promocode = store::promocodes::lock(tx, code).await?.ok_or(Error::PromocodeNotFound)?;
    let now = tx.now();
    let end = promocode.expires_at.map_or(now, |end| end.min(now));
    store::promocodes::expire(tx, code, end).await
}

/// Redeems the code for a locked user.
pub async fn redeem(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    code: &Code,
) -> Result<Redeemed, Error> {
    let promocode = store::promocodes::lock(tx, code).await?;
    let used = store::promocodes::is_used(tx, telegram_id, code).await?
        || erasure::was_used(tx, telegram_id, Use::Promocode, code.as_str()).await?;
    check(promocode.as_ref(), used, tx.now())?;
    let promocode = promocode.ok_or(Error::PromocodeNotFound)?;
    store::promocodes::count_use(tx, telegram_id, code).await?;
    let mut redeemed = Redeemed {
        code: promocode.code,
        promocode_type: promocode.promocode_type,
        value: promocode.value,
        subscription: None,
        free_trainings: None,
    };
    let plan = match promocode.promocode_type {
        PromocodeType::Trainings => {
            let count = Count::new(promocode.value.min(1_000));
            let count = count.map_err(|problem| Error::invalid("value", problem))?;
            let source = Source::Promocode;
            let given =
                free_training::add(tx, telegram_id, actor, count, source, Some(code.as_str()));
            redeemed.free_trainings = Some(given.await?);
            return Ok(redeemed);
        }
        PromocodeType::FreeMonth => Plan {
            subscription_type: SubscriptionType::Month,
            duration_days: Some(FREE_MONTH_DAYS),
            credits: None,
        },
        PromocodeType::Credits => Plan {
            subscription_type: SubscriptionType::Credits,
            duration_days: None,
            credits: Some(promocode.value),
        },
    };
    let given = subscription::grant(tx, telegram_id, actor, plan, false, None).await?;
    redeemed.subscription = Some(given);
    Ok(redeemed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_come_in_their_order() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000).unwrap();
        let code = |max_uses, current_uses, expires_at: Option<i64>| Promocode {
            code: "A".to_owned(),
            promocode_type: PromocodeType::Credits,
            value: 1,
            max_uses,
            current_uses,
            expires_at: expires_at.map(at),
            created_at: at(0),
        };
        for (code, used, refusal) in [
            (None, false, "PromocodeNotFound"),
            (None, true, "PromocodeNotFound"),
            (Some(code(Some(1), 1, Some(99))), true, "PromocodeExpired"),
            (Some(code(None, 0, Some(100))), false, "PromocodeExpired"),
            (Some(code(Some(1), 1, Some(101))), true, "PromocodeExhausted"),
            (Some(code(Some(1), 2, None)), false, "PromocodeExhausted"),
            (Some(code(Some(2), 1, Some(101))), true, "PromocodeAlreadyUsed"),
            (Some(code(None, 9, None)), true, "PromocodeAlreadyUsed"),
            (Some(code(Some(2), 1, Some(101))), false, ""),
            (Some(code(None, 9, None)), false, ""),
        ] {
            let refused = check(code.as_ref(), used, at(100)).err();
            let refused = refused.map(|error| format!("{error:?}")).unwrap_or_default();
            assert_eq!(refused, refusal, "{code:?} {used}");
        }
    }
}
