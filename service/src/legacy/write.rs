//! Writes a user's rows, as far as the target lacks them.

use uuid::Uuid;

use super::import::LegacyUser;
use super::report::{Outcome, Table};
use crate::domain::Actor;
use crate::domain::access::{AccessEvent, AccessEventKind, AccessType};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::erasure::{self, Use};
use crate::domain::user::User;
use crate::domain::xp::{self, XpEvent};
use crate::error::Error;
use crate::store::{self, Tx};

/// Of the ids that are derived from the old bot's.
const NAMESPACE: Uuid = Uuid::from_u128(0x4f0c_2a55_7d1b_4a6e_9c83_5b1e_60d2_a917);

/// What the ledgers name as reason and key.
pub(super) const IMPORT: &str = "import";

/// The id of what has this name in the old bot: the same one in every run.
pub(super) fn derived(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// What became of a user's rows.
pub(super) struct Written {
    pub(super) balance: Outcome,
    pub(super) remark: Option<String>,
    /// Of the rows after the user's own, in the order of [`LegacyUser::rows`].
    pub(super) outcomes: Vec<Outcome>,
}

/// Adds what is not there; `None` if the user was erased.
pub(super) async fn write(
    tx: &mut Tx<'_>,
    old: &LegacyUser,
    new_bots: &[BotName],
    actor: &Actor,
) -> Result<Option<Written>, Error> {
    let id = old.telegram_id;
    if erasure::was_used(tx, id, Use::Import, "").await? {
        return Ok(None);
    }
    for bot in new_bots {
        store::bots::ensure(tx, bot).await?;
    }
    let (balance, remark) = open_balance(tx, old, actor).await?;
    let mut written = Vec::new();
    for session in &old.sessions {
        let inserted = store::import::insert_session(tx, id, session).await?;
        if old.table == Table::Users {
            written.push(inserted);
        }
    }
    for badge in &old.badges {
        written.push(store::badges::award(tx, id, badge).await?.awarded);
    }
    for subscription in &old.subscriptions {
        let inserted = store::access::insert_subscription(tx, subscription).await?;
        if inserted {
            let held = (subscription.access_type(), subscription.id);
            grant(tx, id, actor, held, subscription.amount()).await?;
        }
        written.push(inserted);
    }
    for trainings in &old.free_trainings {
        let inserted = store::access::insert_free_trainings(tx, trainings).await?;
        if inserted {
            let held = (AccessType::FreeTrainings, trainings.id);
            grant(tx, id, actor, held, trainings.trainings_left).await?;
        }
        written.push(inserted);
    }
    // The old totals count them already.
    let (mut listed, mut listed_score) = (0, 0_i64);
    for training in &old.trainings {
        let inserted = store::trainings::insert(tx, id, training).await?;
        if inserted {
            listed += 1;
            listed_score = listed_score.saturating_add(training.total_score);
        }
        written.push(inserted);
    }
    if listed > 0 {
        store::import::add_unlisted(tx, id, -listed, -listed_score).await?;
    }
    for payment in &old.payments {
        written.push(store::payments::insert(tx, payment).await?);
    }
    for (code, used_at) in &old.promocodes {
        let inserted = store::promocodes::insert_usage(tx, id, code, *used_at).await?;
        if inserted {
            store::import::add_unlisted_uses(tx, code, -1).await?;
        }
        written.push(inserted);
    }
    let outcomes = written.into_iter().map(Outcome::of).collect();
    Ok(Some(Written { balance, remark, outcomes }))
}

/// Creates the user with the old totals, or adds these once to those of a user who is there; what
/// became of the row, and what is to be said of it.
async fn open_balance(
    tx: &mut Tx<'_>,
    old: &LegacyUser,
    actor: &Actor,
) -> Result<(Outcome, Option<String>), Error> {
    let (id, user) = (old.telegram_id, &old.user);
    let opening = derived(&format!("opening/{}", id.get()));
    let old_totals = (user.total_xp, user.total_trainings, user.total_score, user.level);
    let is_empty = old_totals == (0, 0, 0, 1);
    if store::users::create(tx, user).await? {
        if !is_empty {
            record(tx, opening, user, actor, user.total_xp).await?;
            let (trainings, score) = (user.total_trainings, user.total_score);
            store::import::add_unlisted(tx, id, trainings, score).await?;
        }
        return Ok((Outcome::Written, None));
    }
    let mut live = store::users::lock(tx, id).await?.ok_or(Error::UserNotFound)?;
    if let Some(amount) = store::import::opening_balance(tx, id, opening).await? {
        let remark = (amount != user.total_xp).then(|| {
            format!(
                "telegram_id {}: {} XP in this source; the opening balance of {amount} XP stays",
                id.get(),
                user.total_xp
            )
        });
        return Ok((Outcome::AlreadyThere, remark));
    }
    if is_empty {
        return Ok((Outcome::AlreadyThere, None));
    }
    let remark = format!(
        "telegram_id {}: {} XP were added to the {} earned here",
        id.get(),
        user.total_xp,
        live.total_xp
    );
    let levels = xp::service_levels(tx).await?;
    let (added, _) = xp::apply(&mut live, user.total_xp, [levels.as_slice()]);
    live.level = live.level.max(user.level);
    let (trainings, score) = (live.total_trainings, live.total_score);
    live.total_trainings = live.total_trainings.saturating_add(user.total_trainings);
    live.total_score = live.total_score.saturating_add(user.total_score);
    live.registration_date = live.registration_date.min(user.registration_date);
    live.last_activity = live.last_activity.max(user.last_activity);
    store::import::set_totals(tx, &live).await?;
    let (trainings, score) = (live.total_trainings - trainings, live.total_score - score);
    store::import::add_unlisted(tx, id, trainings, score).await?;
    record(tx, opening, &live, actor, added).await?;
    Ok((Outcome::Merged, Some(remark)))
}

/// Writes the XP event that explains the opening balance.
async fn record(
    tx: &mut Tx<'_>,
    id: Uuid,
    user: &User,
    actor: &Actor,
    amount: i64,
) -> Result<(), Error> {
    let event = XpEvent {
        id,
        amount,
        reason: Some(IMPORT.to_owned()),
        bot_name: actor.bot_name().map(str::to_owned),
        total_after: user.total_xp,
        level_after: user.level,
        created_at: tx.now(),
    };
    store::xp::insert(tx, user.telegram_id, &event, &actor.key).await?;
    Ok(())
}

/// Writes the access event that explains what is left of an imported holding.
async fn grant(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    actor: &Actor,
    held: (AccessType, Uuid),
    amount: i64,
) -> Result<(), Error> {
    let event = AccessEvent {
        id: Uuid::new_v5(&held.1, IMPORT.as_bytes()),
        ..AccessEvent::new(tx, actor, AccessEventKind::Grant, held, amount)
    };
    store::access::insert_event(tx, telegram_id, &event, &actor.key).await?;
    Ok(())
}
