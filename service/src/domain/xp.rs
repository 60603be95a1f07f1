//! XP: what a user has earned in all bots together.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Actor;
use super::bounds::{BotName, Int, Name};
use super::json::objects;
use super::level::{LevelStep, level_for};
use super::once::{Done, Once, Together};
use super::time::Timestamp;
use super::user::User;
use crate::error::Error;
use crate::metrics;
use crate::store::xp::Record;
use crate::store::{self, Connection, Store, Tx};

/// XP to add.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "amount": 150, "reason": "training", "levels": [
        {"level": 1, "min_xp": 0}, {"level": 2, "min_xp": 100}, {"level": 3, "min_xp": 300}]
}))]
pub struct AddXp {
    /// 1 to 1,000,000; from an operator also -1,000,000 to -1. The total never goes below 0.
    pub amount: Int<-1_000_000, 1_000_000>,
    pub reason: Option<Name>,
    /// The level table to go by; without it, or with an empty one, the service's.
    #[serde(default, deserialize_with = "objects::<1000, _, _>")]
    #[schema(max_items = 1_000)]
    pub levels: Vec<LevelStep>,
    /// For operators: the bot to record. A bot's key records its own.
    pub bot_name: Option<BotName>,
}

/// What adding XP came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"leveled_up": true, "old_level": 1, "new_level": 2, "total_xp": 150}))]
pub struct XpAdded {
    pub leveled_up: bool,
    pub old_level: i64,
    pub new_level: i64,
    pub total_xp: i64,
}

/// An entry of the XP ledger.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2", "amount": 150, "reason": "training",
    "bot_name": "spin_bot", "total_after": 150, "level_after": 2,
    "created_at": "2026-11-22T07:01:41.089086Z"
}))]
pub struct XpEvent {
    pub id: Uuid,
    /// What was applied: the sum of all amounts is the total.
    pub amount: i64,
    pub reason: Option<String>,
    pub bot_name: Option<String>,
    pub total_after: i64,
    pub level_after: i64,
    pub created_at: Timestamp,
}

/// Adds `amount` to the user's XP and raises the level; what was really applied, and the outcome.
pub fn apply<'a>(
    user: &mut User,
    amount: i64,
    tables: impl IntoIterator<Item = &'a [LevelStep]>,
) -> (i64, XpAdded) {
    let (old_total, old_level) = (user.total_xp, user.level);
    user.total_xp = old_total.saturating_add(amount).max(0);
    user.level = level_for(user.total_xp, tables).max(old_level);
    let added = XpAdded {
        leveled_up: user.level > old_level,
        old_level,
        new_level: user.level,
        total_xp: user.total_xp,
    };
    (user.total_xp - old_total, added)
}

/// The service's level table.
pub async fn service_levels(c: &mut Connection<'_>) -> Result<Vec<LevelStep>, Error> {
    let levels = store::levels::list(c).await?;
    Ok(levels.iter().map(|level| LevelStep { level: level.level, min_xp: level.min_xp }).collect())
}

/// The service's level table, if one of those that were sent is empty. For what is written then: read
/// before the transaction begins, because those of one user wait for each other, and on SQLite all.
pub async fn levels_beside<'a>(
    store: &Store,
    sent: impl IntoIterator<Item = &'a Vec<LevelStep>>,
) -> Result<Vec<LevelStep>, Error> {
    if !sent.into_iter().any(Vec::is_empty) {
        return Ok(Vec::new());
    }
    store.read_undurable(|c| Box::pin(service_levels(c))).await
}

/// The table that was sent, or if that is empty the service's.
pub fn table<'a>(sent: &'a [LevelStep], levels: &'a [LevelStep]) -> &'a [LevelStep] {
    if sent.is_empty() { levels } else { sent }
}

/// Adds XP to a locked user, with its event. `levels`: the service's table.
pub async fn add(
    tx: &mut Tx<'_>,
    mut user: User,
    actor: &Actor,
    request: &AddXp,
    levels: &[LevelStep],
) -> Result<XpAdded, Error> {
    let levels = table(&request.levels, levels);
    let (applied, added) = apply(&mut user, request.amount.get(), [levels]);
    record(tx, &user, actor, applied, request.reason.as_ref().map(Name::as_str), None).await?;
    Ok(added)
}

/// Adds XP to several users, each as [`add`] does. All amounts are positive. `levels`: the service's
/// table. `None` where there is no such user, or somebody else has locked them.
pub async fn add_all(
    tx: &mut Tx<'_>,
    requests: &[&Once<AddXp>],
    levels: &[LevelStep],
) -> Result<Vec<Option<Done<XpAdded>>>, Error> {
    let mut together = Together::begin(tx, requests).await?;
    if together.fresh.is_empty() {
        return together.end(tx, Vec::new()).await;
    }
    let (mut records, mut answers) = (Vec::new(), Vec::new());
    for one in &together.fresh {
        let Once { owner, actor, request, .. } = one;
        let user = together.users.get_mut(&owner.0);
        answers.push(user.map(|user| {
            let levels = table(&request.levels, levels);
            let (applied, added) = apply(user, request.amount.get(), [levels]);
            let reason = request.reason.as_ref().map(Name::as_str);
            records.push(Record::new(user, event(tx, user, actor, applied, reason), actor, None));
            added
        }));
    }
    store::xp::record_all(tx, &records).await?;
    together.end(tx, answers).await
}

/// Writes the user's new total and level, the event that explains them, and the week's total;
/// `trained`: the score of the training that it is for.
pub async fn record(
    tx: &mut Tx<'_>,
    user: &User,
    actor: &Actor,
    applied: i64,
    reason: Option<&str>,
    trained: Option<i64>,
) -> Result<(), Error> {
    let event = event(tx, user, actor, applied, reason);
    store::xp::record(tx, &Record::new(user, event, actor, trained)).await
}

/// The event that has left the user as they are.
pub(super) fn event(
    tx: &mut Tx<'_>,
    user: &User,
    actor: &Actor,
    applied: i64,
    reason: Option<&str>,
) -> XpEvent {
    tx.count(metrics::XP, applied.max(0).unsigned_abs());
    XpEvent {
        id: tx.new_id(),
        amount: applied,
        reason: reason.map(str::to_owned),
        bot_name: actor.bot_name().map(str::to_owned),
        total_after: user.total_xp,
        level_after: user.level,
        created_at: tx.now(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bounds::TelegramId;
    use crate::domain::time::Clock;

    fn user(total_xp: i64, level: i64) -> User {
        let now = Clock::Manual(std::sync::Arc::default()).now();
        User { total_xp, level, ..User::new(TelegramId::new(1).unwrap(), now) }
    }

    fn steps(steps: &[(i64, i64)]) -> Vec<LevelStep> {
        let step = |&(level, min_xp)| LevelStep {
            level: Int::new(level).unwrap(),
            min_xp: Int::new(min_xp).unwrap(),
        };
        steps.iter().map(step).collect()
    }

    #[test]
    fn totals_stay_above_zero_and_levels_never_fall() {
        let table = steps(&[(1, 0), (2, 100), (3, 300)]);
        for ((total, level), amount, applied, (new_total, new_level), leveled_up) in [
            ((0, 1), 150, 150, (150, 2), true), // the seed's example 4
            ((0, 1), 99, 99, (99, 1), false),
            ((99, 1), 1, 1, (100, 2), true),
            ((0, 1), 1_000, 1_000, (1_000, 3), true),
            ((150, 2), -100, -100, (50, 2), false),
            ((50, 2), -100, -50, (0, 2), false),
            ((0, 1), -100, 0, (0, 1), false),
            ((50, 5), 300, 300, (350, 5), false),
            ((i64::MAX, 1), 1, 0, (i64::MAX, 3), true),
        ] {
            let mut user = user(total, level);
            let (really, added) = apply(&mut user, amount, [table.as_slice()]);
            assert_eq!((really, user.total_xp, user.level), (applied, new_total, new_level));
            let expected = XpAdded { leveled_up, old_level: level, new_level, total_xp: new_total };
            assert_eq!(added, expected, "{total} + {amount}");
        }
    }
}
