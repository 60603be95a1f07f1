//! Access: what lets a user start a training, and which of it is used next.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Actor;
use super::bounds::TelegramId;
use super::time::{SECONDS_PER_DAY, Timestamp};
use crate::error::Error;
use crate::store::{self, Connection, Tx};

/// What a subscription gives: a time in which every training is included, or a number of them.
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
pub enum SubscriptionType {
    Month,
    Year,
    Credits,
}

/// Where free trainings come from.
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
pub enum Source {
    Channel,
    Promocode,
    Admin,
    Referral,
}

/// The kinds of access, in the order in which they are used.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    ToSchema,
    strum::EnumString,
    strum::VariantNames,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccessType {
    Subscription,
    Credits,
    FreeTrainings,
}

/// What an entry of the access ledger did.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, strum::EnumString, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccessEventKind {
    Grant,
    Consume,
    Return,
    Revoke,
}

/// An entry of the access ledger: the sum of a holding's amounts is what is left of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
pub struct AccessEvent {
    pub id: Uuid,
    pub event: AccessEventKind,
    pub access_type: AccessType,
    /// The subscription or the free trainings.
    pub holding_id: Uuid,
    /// Credits or trainings; for a month or year plan seconds of it, 0 when it was used.
    pub amount: i64,
    /// Credits or trainings left in all the user's holdings of this kind afterwards.
    pub remaining: Option<i64>,
    /// Of a consumption, and of the return that undoes it.
    pub consumption_id: Option<Uuid>,
    pub bot_name: Option<String>,
    pub created_at: Timestamp,
}

impl AccessEvent {
    /// An event of now; `held` is the kind and the id of the holding.
    pub fn new(
        tx: &Tx<'_>,
        actor: &Actor,
        event: AccessEventKind,
        held: (AccessType, Uuid),
        amount: i64,
    ) -> Self {
        Self {
            id: tx.new_id(),
            event,
            access_type: held.0,
            holding_id: held.1,
            amount,
            remaining: None,
            consumption_id: None,
            bot_name: actor.bot_name().map(str::to_owned),
            created_at: tx.now(),
        }
    }
}

/// Something that gives access now or later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Holding {
    pub id: Uuid,
    pub access_type: AccessType,
    /// Null for free trainings.
    pub subscription_type: Option<SubscriptionType>,
    /// Null for subscriptions.
    pub source: Option<Source>,
    pub start_date: Timestamp,
    pub end_date: Option<Timestamp>,
    /// Credits or trainings that were granted; null for a month or year plan.
    pub total: Option<i64>,
    /// How many of them are left; null for a month or year plan.
    pub left: Option<i64>,
}

/// What would be used, as the old bot said it; which fields there are depends on `access_type`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct AccessDetails {
    /// For `subscription`: the plan that runs now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub subscription_type: Option<SubscriptionType>,
    /// For `subscription`: when the last of the plans that follow one another ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub end_date: Option<Timestamp>,
    /// For `subscription`: whole days until `end_date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub days_left: Option<i64>,
    /// For `credits`: of all credit plans.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub credits_left: Option<i64>,
    /// For `free_trainings`: of all sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub trainings_left: Option<i64>,
    /// For `free_trainings`: of those that are used next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source: Option<Source>,
}

/// Whether the user may train, why, and all that they hold.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "has_access": true, "access_type": "credits", "details": {"credits_left": 5}, "holdings": [{
        "id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2", "access_type": "credits",
        "subscription_type": "credits", "source": null,
        "start_date": "2026-11-22T07:01:41.089086Z", "end_date": null, "total": 10, "left": 5}]
}))]
pub struct Access {
    pub has_access: bool,
    /// What would be used next; null without access.
    pub access_type: Option<AccessType>,
    /// Null without access.
    pub details: Option<AccessDetails>,
    /// In the order of their use; plans that start later included.
    pub holdings: Vec<Holding>,
}

impl Holding {
    /// Whether it can be used at this time.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.start_date <= now
            && self.end_date.is_none_or(|end| now < end)
            && self.left.is_none_or(|left| left > 0)
    }

    /// Running time plan, then credits, then free trainings; within a kind what ends first, then
    /// what is oldest.
    fn order(&self) -> (AccessType, bool, Option<Timestamp>, Timestamp, Uuid) {
        (self.access_type, self.end_date.is_none(), self.end_date, self.start_date, self.id)
    }
}

impl Access {
    /// What these holdings give at this time.
    pub fn new(mut holdings: Vec<Holding>, now: Timestamp) -> Self {
        holdings.sort_by_key(Holding::order);
        let next = holdings.iter().find(|holding| holding.is_usable(now)).cloned();
        let details = next.as_ref().map(|next| details(next, &holdings, now));
        Self {
            has_access: next.is_some(),
            access_type: next.map(|holding| holding.access_type),
            details,
            holdings,
        }
    }

    /// What would be used at this time.
    pub fn next(&self, now: Timestamp) -> Option<&Holding> {
        self.holdings.iter().find(|holding| holding.is_usable(now))
    }

    /// Units left in all usable holdings of this kind; `None` for time plans.
    pub fn left(&self, access_type: AccessType, now: Timestamp) -> Option<i64> {
        left(&self.holdings, access_type, now)
    }
}

fn left(holdings: &[Holding], access_type: AccessType, now: Timestamp) -> Option<i64> {
    let of_kind = holdings.iter().filter(|h| h.access_type == access_type && h.is_usable(now));
    (access_type != AccessType::Subscription).then(|| of_kind.filter_map(|h| h.left).sum())
}

fn details(next: &Holding, holdings: &[Holding], now: Timestamp) -> AccessDetails {
    let left = left(holdings, next.access_type, now);
    match next.access_type {
        AccessType::Subscription => {
            let plans = holdings.iter().filter(|h| h.access_type == AccessType::Subscription);
            let end = plans.filter_map(|plan| plan.end_date).max();
            AccessDetails {
                subscription_type: next.subscription_type,
                end_date: end,
                days_left: end.map(|end| end.seconds_since(now).div_euclid(SECONDS_PER_DAY)),
                ..AccessDetails::default()
            }
        }
        AccessType::Credits => AccessDetails { credits_left: left, ..AccessDetails::default() },
        AccessType::FreeTrainings => {
            AccessDetails { trainings_left: left, source: next.source, ..AccessDetails::default() }
        }
    }
}

/// What the user holds now.
pub async fn of(connection: &mut Connection<'_>, telegram_id: TelegramId) -> Result<Access, Error> {
    let now = connection.now();
    let holdings = store::access::holdings(connection, telegram_id).await?;
    Ok(Access::new(holdings, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).unwrap()
    }

    fn holding(id: u128, access_type: AccessType, start: i64, end: Option<i64>) -> Holding {
        Holding {
            id: Uuid::from_u128(id),
            access_type,
            subscription_type: None,
            source: None,
            start_date: at(start),
            end_date: end.map(at),
            total: None,
            left: None,
        }
    }

    fn with(left: i64, mut holding: Holding) -> Holding {
        (holding.total, holding.left) = (Some(left.max(1)), Some(left));
        holding
    }

    #[test]
    fn the_first_usable_kind_is_used_and_within_it_what_ends_first_then_the_oldest() {
        use AccessType::{Credits, FreeTrainings, Subscription};
        let plan = |id, start, end| holding(id, Subscription, start, Some(end));
        let credits = |id, left, start, end| with(left, holding(id, Credits, start, end));
        let free = |id, left, start| with(left, holding(id, FreeTrainings, start, None));
        for (name, holdings, used) in [
            ("nothing", vec![], None),
            (
                "a running plan before all",
                vec![free(1, 5, 0), credits(2, 5, 0, None), plan(3, 0, 200)],
                Some(3),
            ),
            (
                "a plan that starts later does not run",
                vec![plan(1, 101, 200), free(2, 1, 0)],
                Some(2),
            ),
            ("a plan starts at its start", vec![plan(1, 100, 200)], Some(1)),
            ("a plan is over at its end", vec![plan(1, 0, 100)], None),
            (
                "credits before free trainings",
                vec![free(1, 5, 0), credits(2, 1, 50, None)],
                Some(2),
            ),
            (
                "used up credits are passed over",
                vec![credits(1, 0, 0, None), free(2, 1, 0)],
                Some(2),
            ),
            (
                "credits that end first",
                vec![
                    credits(1, 1, 0, None),
                    credits(2, 1, 9, Some(300)),
                    credits(3, 1, 5, Some(200)),
                ],
                Some(3),
            ),
            (
                "ended credits are passed over",
                vec![credits(1, 1, 0, Some(100)), credits(2, 1, 1, None)],
                Some(2),
            ),
            ("the oldest credits", vec![credits(1, 1, 20, None), credits(2, 1, 10, None)], Some(2)),
            ("the oldest free trainings", vec![free(1, 1, 20), free(2, 1, 10)], Some(2)),
            ("of the same age the lower id", vec![free(2, 1, 10), free(1, 1, 10)], Some(1)),
            ("the plan that ends first", vec![plan(1, 0, 300), plan(2, 0, 200)], Some(2)),
        ] {
            let access = Access::new(holdings, at(100));
            let next = access.next(at(100)).map(|holding| holding.id);
            assert_eq!(next, used.map(Uuid::from_u128), "{name}");
            assert_eq!(access.has_access, used.is_some(), "{name}");
            assert_eq!(access.details.is_some(), used.is_some(), "{name}");
        }
    }

    #[test]
    fn details_add_up_what_is_held() {
        let day = SECONDS_PER_DAY;
        let plans = vec![
            holding(1, AccessType::Subscription, 0, Some(30 * day)),
            holding(2, AccessType::Subscription, 30 * day, Some(60 * day)),
        ];
        let access = Access::new(plans, at(day / 2));
        let details = access.details.unwrap();
        assert_eq!((details.end_date, details.days_left), (Some(at(60 * day)), Some(59)));

        let credits = vec![
            with(3, holding(1, AccessType::Credits, 0, None)),
            with(4, holding(2, AccessType::Credits, 0, None)),
            with(9, holding(3, AccessType::FreeTrainings, 0, None)),
        ];
        let access = Access::new(credits, at(1));
        let expected = AccessDetails { credits_left: Some(7), ..AccessDetails::default() };
        assert_eq!(access.details, Some(expected));
        assert_eq!(access.left(AccessType::FreeTrainings, at(1)), Some(9));
        assert_eq!(access.left(AccessType::Subscription, at(1)), None);
    }
}
