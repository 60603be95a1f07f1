//! Month and year plans, and credits.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Actor;
use super::access::{AccessEvent, AccessEventKind, AccessType, SubscriptionType};
use super::bounds::{Int, TelegramId};
use super::time::{SECONDS_PER_DAY, Timestamp};
use crate::error::Error;
use crate::store::{self, Tx};

/// Days of a plan.
pub type Days = Int<1, 3_660>;
/// Credits of a plan.
pub type Credits = Int<1, 100_000>;

/// Something bought or given that lets the user train.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "telegram_id": 123456, "id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2",
    "subscription_type": "month", "start_date": "2026-11-22T07:01:41.089086Z",
    "end_date": "2026-12-22T07:01:41.089086Z", "is_active": true, "auto_renew": false,
    "credits_total": null, "credits_left": null, "created_at": "2026-11-22T07:01:41.089086Z",
    "updated_at": "2026-11-22T07:01:41.089086Z"
}))]
pub struct Subscription {
    pub telegram_id: i64,
    pub id: Uuid,
    pub subscription_type: SubscriptionType,
    pub start_date: Timestamp,
    /// Null for credits that do not expire.
    pub end_date: Option<Timestamp>,
    /// Neither ended, nor used up, nor revoked; true for a plan that starts later.
    pub is_active: bool,
    pub auto_renew: bool,
    /// Null for month and year plans.
    pub credits_total: Option<i64>,
    /// Null for month and year plans.
    pub credits_left: Option<i64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A subscription to give.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"subscription_type": "month", "duration_days": 30}))]
pub struct CreateSubscription {
    pub subscription_type: SubscriptionType,
    /// 30 for a month, 365 for a year; credits do not expire unless it is given.
    pub duration_days: Option<Days>,
    /// Needed for `credits`, refused otherwise.
    pub credits: Option<Credits>,
    #[serde(default)]
    pub auto_renew: bool,
}

/// What a subscription is made from, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub subscription_type: SubscriptionType,
    pub duration_days: Option<i64>,
    pub credits: Option<i64>,
}

impl Plan {
    /// Fills in the defaults; says which field is wrong otherwise.
    pub fn new(
        subscription_type: SubscriptionType,
        duration_days: Option<Days>,
        credits: Option<Credits>,
    ) -> Result<Self, Error> {
        let days = duration_days.map(Int::get);
        let credits = credits.map(Int::get);
        let is_credits = subscription_type == SubscriptionType::Credits;
        match credits {
            None if is_credits => Err(Error::invalid("credits", "is needed for credits")),
            Some(_) if !is_credits => {
                Err(Error::invalid("credits", "belongs to subscription_type credits only"))
            }
            credits => {
                let duration_days = match subscription_type {
                    SubscriptionType::Month => days.or(Some(30)),
                    SubscriptionType::Year => days.or(Some(365)),
                    SubscriptionType::Credits => days,
                };
                Ok(Self { subscription_type, duration_days, credits })
            }
        }
    }
}

impl Subscription {
    pub fn access_type(&self) -> AccessType {
        match self.subscription_type {
            SubscriptionType::Month | SubscriptionType::Year => AccessType::Subscription,
            SubscriptionType::Credits => AccessType::Credits,
        }
    }

    /// As it is to be shown: stored is only whether it was revoked.
    pub fn shown(mut self, now: Timestamp) -> Self {
        self.is_active = self.is_active
            && self.end_date.is_none_or(|end| now < end)
            && self.credits_left.is_none_or(|left| left > 0);
        self
    }

    /// The ledger's measure of what is left: credits, or seconds of a plan.
    pub fn amount(&self) -> i64 {
        match self.access_type() {
            AccessType::Subscription => {
                self.end_date.map_or(0, |end| end.seconds_since(self.start_date))
            }
            AccessType::Credits | AccessType::FreeTrainings => self.credits_left.unwrap_or(0),
        }
    }
}

/// Gives a locked user a plan. Time plans follow one another; credits add up.
pub async fn grant(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    plan: Plan,
    auto_renew: bool,
    expires_at: Option<Timestamp>,
) -> Result<Subscription, Error> {
    let now = tx.now();
    let is_time = plan.subscription_type != SubscriptionType::Credits;
    let last_end =
        if is_time { store::access::last_plan_end(tx, telegram_id).await? } else { None };
    // A provider's date is that of its plan; credits were sold without one.
    let expires_at = expires_at.filter(|_| is_time);
    let start_date = last_end.map_or(now, |end| end.max(now));
    let subscription = Subscription {
        telegram_id: telegram_id.get(),
        id: tx.new_id(),
        subscription_type: plan.subscription_type,
        start_date,
        end_date: end_date(start_date, plan.duration_days, expires_at),
        is_active: true,
        auto_renew: auto_renew && is_time,
        credits_total: plan.credits,
        credits_left: plan.credits,
        created_at: now,
        updated_at: now,
    };
    store::access::insert_subscription(tx, &subscription).await?;
    let amount = subscription.amount();
    record(tx, telegram_id, actor, AccessEventKind::Grant, &subscription, amount).await?;
    Ok(subscription)
}

/// The plan's own end, or the provider's if that is later; a whole number of seconds away.
fn end_date(
    start: Timestamp,
    days: Option<i64>,
    expires_at: Option<Timestamp>,
) -> Option<Timestamp> {
    let own = days.map(|days| start.plus_seconds(days * SECONDS_PER_DAY));
    let provider = expires_at.map(|at| {
        let whole = at.seconds_since(start);
        let end = start.plus_seconds(whole);
        if end < at { start.plus_seconds(whole + 1) } else { end }
    });
    match (own, provider) {
        (Some(own), Some(provider)) => Some(own.max(provider)),
        (own, provider) => own.or(provider),
    }
}

/// Stops or resumes the renewal; what is paid stays.
pub async fn set_auto_renew(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    id: Uuid,
    auto_renew: bool,
) -> Result<Subscription, Error> {
    let mut subscription = get(tx, telegram_id, id).await?;
    if auto_renew && !subscription.clone().shown(tx.now()).is_active {
        return Err(Error::SubscriptionState("This plan is over; it cannot be resumed."));
    }
    if auto_renew && subscription.access_type() == AccessType::Credits {
        return Err(Error::SubscriptionState("Credits do not renew themselves."));
    }
    if subscription.auto_renew != auto_renew {
        subscription.auto_renew = auto_renew;
        subscription.updated_at = tx.now();
        store::access::update_subscription(tx, &subscription).await?;
    }
    Ok(subscription.shown(tx.now()))
}

/// Takes away what is left: the plan ends now, later plans move forward by what it had left.
/// Revoked before: nothing changes.
pub async fn revoke(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    id: Uuid,
) -> Result<Subscription, Error> {
    let mut subscription = get(tx, telegram_id, id).await?;
    let now = tx.now();
    if !subscription.is_active {
        return Ok(subscription);
    }
    let removed = match subscription.access_type() {
        AccessType::Subscription => {
            let end = subscription.end_date.unwrap_or(now);
            // Rounded up, so that a later plan begins now and not in the next second.
            let left = (-now.max(subscription.start_date).seconds_since(end)).max(0);
            store::access::move_plans(tx, telegram_id, end, left).await?;
            subscription.end_date = Some(end.plus_seconds(-left));
            left
        }
        AccessType::Credits | AccessType::FreeTrainings => {
            subscription.credits_left.replace(0).unwrap_or(0)
        }
    };
    subscription.is_active = false;
    subscription.auto_renew = false;
    subscription.updated_at = now;
    store::access::update_subscription(tx, &subscription).await?;
    record(tx, telegram_id, actor, AccessEventKind::Revoke, &subscription, -removed).await?;
    Ok(subscription)
}

/// The subscription as it is stored.
pub async fn get(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    id: Uuid,
) -> Result<Subscription, Error> {
    let subscription = store::access::get_subscription(tx, telegram_id, id).await?;
    subscription.ok_or(Error::SubscriptionNotFound)
}

async fn record(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    kind: AccessEventKind,
    subscription: &Subscription,
    amount: i64,
) -> Result<(), Error> {
    let held = (subscription.access_type(), subscription.id);
    let event = AccessEvent::new(tx, actor, kind, held, amount);
    store::access::insert_event(tx, telegram_id, &event, &actor.key).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).unwrap()
    }

    #[test]
    fn a_providers_date_counts_only_if_it_is_later() {
        for (days, provider, end) in [
            (Some(1), None, Some(at(SECONDS_PER_DAY))),
            (Some(1), Some(at(5)), Some(at(SECONDS_PER_DAY))),
            (Some(1), Some(at(SECONDS_PER_DAY + 5)), Some(at(SECONDS_PER_DAY + 5))),
            (None, None, None),
            (None, Timestamp::from_micros(1_500_000), Some(at(2))),
            (None, Some(at(2)), Some(at(2))),
        ] {
            assert_eq!(end_date(at(0), days, provider), end, "{days:?} {provider:?}");
        }
    }

    #[test]
    fn plans_have_their_usual_length() {
        use SubscriptionType::{Credits, Month, Year};
        let days = |days: i64| Some(Int::new(days).unwrap());
        let five = Some(Int::new(5).unwrap());
        for (kind, duration, credits, expected) in [
            (Month, None, None, Some((Some(30), None))),
            (Year, None, None, Some((Some(365), None))),
            (Month, days(7), None, Some((Some(7), None))),
            (Credits, None, five, Some((None, Some(5)))),
            (Credits, days(90), five, Some((Some(90), Some(5)))),
            (Credits, None, None, None),
            (Month, None, five, None),
            (Year, None, five, None),
        ] {
            let plan = Plan::new(kind, duration, credits).ok();
            let plan = plan.map(|plan| (plan.duration_days, plan.credits));
            assert_eq!(plan, expected, "{kind:?} {duration:?} {credits:?}");
        }
    }
}
