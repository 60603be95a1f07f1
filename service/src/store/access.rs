//! `subscriptions`, `free_trainings` and `access_events`.

use uuid::Uuid;

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::access::{AccessEvent, Holding, Source};
use crate::domain::bounds::TelegramId;
use crate::domain::free_training::FreeTrainings;
use crate::domain::subscription::Subscription;
use crate::domain::time::Timestamp;
use crate::error::Error;

macro_rules! subscription {
    () => {
        "telegram_id, id, subscription_type, start_date, end_date, is_active, auto_renew,
         credits_total, credits_left, created_at, updated_at"
    };
}

macro_rules! free_trainings {
    () => {
        "telegram_id, id, trainings_left, trainings_total, source, reference, created_at, updated_at"
    };
}

macro_rules! event {
    () => {
        "id, event, access_type, holding_id, amount, remaining, consumption_id, bot_name, created_at"
    };
}

/// What the user `$1` holds at a time.
macro_rules! select_holdings {
    ($telegram_id:literal, $now:literal) => {
        concat!(
            "SELECT id, CASE subscription_type WHEN 'credits' THEN 'credits' ELSE 'subscription' END
                 AS access_type,
             subscription_type, NULL AS source, start_date, end_date, credits_total AS total,
             credits_left AS \"left\"
         FROM subscriptions
         WHERE telegram_id = ", $telegram_id, " AND is_active
             AND (end_date IS NULL OR end_date > ", $now, ")
             AND (credits_left IS NULL OR credits_left > 0)
         UNION ALL
         SELECT id, 'free_trainings', NULL, source, created_at, NULL, trainings_total,
             trainings_left
         FROM free_trainings WHERE telegram_id = ", $telegram_id, " AND trainings_left > 0"
        )
    };
}

pub(super) use select_holdings;

statements! {
    HOLDINGS = both(select_holdings!("$1", "$2"));
    GET_SUBSCRIPTION = both(concat!(
        "SELECT ", subscription!(), " FROM subscriptions WHERE telegram_id = $1 AND id = $2"));
    SUBSCRIPTIONS = both(concat!(
        "SELECT ", subscription!(), " FROM subscriptions
         WHERE telegram_id = $1
             AND (start_date < $2 OR (start_date = $2 AND id < $3))
             AND ($4 = FALSE OR (is_active AND (end_date IS NULL OR end_date > $5)
                 AND (credits_left IS NULL OR credits_left > 0)))
         ORDER BY start_date DESC, id DESC LIMIT $6"));
    ENDING = both(concat!(
        "SELECT ", subscription!(), " FROM subscriptions
         WHERE is_active AND end_date > $1 AND end_date < $2
             AND (credits_left IS NULL OR credits_left > 0)
             AND (end_date > $3 OR (end_date = $3 AND (telegram_id > $4
                 OR (telegram_id = $4 AND id > $5))))
         ORDER BY end_date, telegram_id, id LIMIT $6"));
    INSERT_SUBSCRIPTION = both(
        "INSERT INTO subscriptions (telegram_id, id, subscription_type, start_date, end_date,
             is_active, auto_renew, credits_total, credits_left, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (telegram_id, id) DO NOTHING");
    UPDATE_SUBSCRIPTION = both(
        "UPDATE subscriptions SET end_date = $3, is_active = $4, auto_renew = $5,
             credits_left = $6, updated_at = $7
         WHERE telegram_id = $1 AND id = $2");
    TAKE_OVER_RENEWAL = both(
        "UPDATE subscriptions SET auto_renew = FALSE, updated_at = $3
         WHERE telegram_id = $1 AND id <> $2 AND auto_renew");
    LAST_PLAN_END = both(
        "SELECT max(end_date) FROM subscriptions
         WHERE telegram_id = $1 AND is_active AND subscription_type <> 'credits'");
    PLANS_FROM = both(concat!(
        "SELECT ", subscription!(), " FROM subscriptions
         WHERE telegram_id = $1 AND is_active AND subscription_type <> 'credits'
             AND start_date >= $2"));
    MOVE_PLAN = both(
        "UPDATE subscriptions SET start_date = $3, end_date = $4, updated_at = $5
         WHERE telegram_id = $1 AND id = $2");
    ADD_CREDITS = both(
        "UPDATE subscriptions SET credits_left = credits_left + $3, updated_at = $4
         WHERE telegram_id = $1 AND id = $2");
    GET_FREE_TRAININGS = both(concat!(
        "SELECT ", free_trainings!(), " FROM free_trainings WHERE telegram_id = $1 AND id = $2"));
    FREE_TRAININGS_OF = both(concat!(
        "SELECT ", free_trainings!(), " FROM free_trainings
         WHERE telegram_id = $1 AND source = $2 ORDER BY created_at, id"));
    FREE_TRAININGS = both(concat!(
        "SELECT ", free_trainings!(), " FROM free_trainings
         WHERE telegram_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
         ORDER BY created_at DESC, id DESC LIMIT $4"));
    INSERT_FREE_TRAININGS = both(
        "INSERT INTO free_trainings (telegram_id, id, trainings_left, trainings_total, source,
             reference, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (telegram_id, id) DO NOTHING");
    ADD_TO_FREE_TRAININGS = both(
        "UPDATE free_trainings SET trainings_left = trainings_left + $3, updated_at = $4
         WHERE telegram_id = $1 AND id = $2");
    FORGET_REFERRAL = both(
        "UPDATE free_trainings SET reference = $2 WHERE source = 'referral' AND reference = $1");
    INSERT_EVENT = both(
        "INSERT INTO access_events (telegram_id, id, event, access_type, holding_id, amount,
             remaining, consumption_id, bot_name, key, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
    GET_CONSUMPTION = both(concat!(
        "SELECT ", event!(), " FROM access_events
         WHERE telegram_id = $1 AND consumption_id = $2 AND event = 'consume'"));
    IS_RETURNED = both(
        "SELECT count(*) FROM access_events
         WHERE telegram_id = $1 AND consumption_id = $2 AND event = 'return'");
    WAS_REVOKED = both(
        "SELECT count(*) FROM access_events
         WHERE telegram_id = $1 AND holding_id = $2 AND event = 'revoke'");
    USED = both(
        "SELECT CAST(COALESCE(SUM(CASE event WHEN 'consume' THEN 1 WHEN 'return' THEN -1 ELSE 0 END),
             0) AS BIGINT)
         FROM access_events WHERE telegram_id = $1 AND holding_id = $2");
    EVENTS = both(concat!(
        "SELECT ", event!(), " FROM access_events
         WHERE telegram_id = $1 ORDER BY created_at, id"));
}

/// What is neither ended, used up nor revoked; plans that start later included.
pub async fn holdings(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
) -> Result<Vec<Holding>, Error> {
    let now = connection.now();
    sql!(connection, fetch_all, HOLDINGS, telegram_id.get(), now)
}

pub async fn get_subscription(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    id: Uuid,
) -> Result<Option<Subscription>, Error> {
    sql!(connection, fetch_optional, GET_SUBSCRIPTION, telegram_id.get(), id)
}

/// Before this start and id, the latest first; all of them or only the live ones.
pub async fn subscriptions(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    live: bool,
    before: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<Subscription>, Error> {
    let (now, id) = (connection.now(), telegram_id.get());
    sql!(connection, fetch_all, SUBSCRIPTIONS, id, before.0, before.1, live, now, limit)
}

/// Of all users: what ends before `until` and has not ended, after this end, user and id.
pub async fn ending(
    connection: &mut Connection<'_>,
    until: Timestamp,
    after: (Timestamp, i64, Uuid),
    limit: i64,
) -> Result<Vec<Subscription>, Error> {
    let now = connection.now();
    let (end, telegram_id, id) = after;
    sql!(connection, fetch_all, ENDING, now, until, end, telegram_id, id, limit)
}

/// False if there is one of this id.
pub async fn insert_subscription(tx: &mut Tx<'_>, s: &Subscription) -> Result<bool, Error> {
    sql!(
        tx,
        execute,
        INSERT_SUBSCRIPTION,
        s.telegram_id,
        s.id,
        s.subscription_type,
        s.start_date,
        s.end_date,
        s.is_active,
        s.auto_renew,
        s.credits_total,
        s.credits_left,
        s.created_at,
        s.updated_at,
    )
    .map(|inserted| inserted == 1)
}

pub async fn update_subscription(tx: &mut Tx<'_>, s: &Subscription) -> Result<(), Error> {
    sql!(
        tx,
        execute,
        UPDATE_SUBSCRIPTION,
        s.telegram_id,
        s.id,
        s.end_date,
        s.is_active,
        s.auto_renew,
        s.credits_left,
        s.updated_at,
    )
    .map(drop)
}

/// This subscription renews itself from now on, and no other one of the user.
pub async fn take_over_renewal(tx: &mut Tx<'_>, s: &Subscription) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, TAKE_OVER_RENEWAL, s.telegram_id, s.id, now).map(drop)
}

/// When the user's last time plan ends or ended.
pub async fn last_plan_end(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
) -> Result<Option<Timestamp>, Error> {
    let row: (Option<Timestamp>,) = sql!(tx, fetch_one, LAST_PLAN_END, telegram_id.get())?;
    Ok(row.0)
}

/// Moves the time plans that start at `from` or later forward by `seconds`.
pub async fn move_plans(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    from: Timestamp,
    seconds: i64,
) -> Result<(), Error> {
    let plans: Vec<Subscription> = sql!(tx, fetch_all, PLANS_FROM, telegram_id.get(), from)?;
    let now = tx.now();
    for plan in plans {
        let start = plan.start_date.plus_seconds(-seconds);
        let end = plan.end_date.map(|end| end.plus_seconds(-seconds));
        sql!(tx, execute, MOVE_PLAN, plan.telegram_id, plan.id, start, end, now)?;
    }
    Ok(())
}

/// Adds to, or with a negative amount takes from, the credits that are left.
pub async fn add_credits(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    id: Uuid,
    amount: i64,
) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, ADD_CREDITS, telegram_id.get(), id, amount, now).map(drop)
}

pub async fn get_free_trainings(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    id: Uuid,
) -> Result<Option<FreeTrainings>, Error> {
    sql!(connection, fetch_optional, GET_FREE_TRAININGS, telegram_id.get(), id)
}

/// All grants from this source, used up or not, the oldest first.
pub async fn free_trainings_of(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    source: Source,
) -> Result<Vec<FreeTrainings>, Error> {
    sql!(connection, fetch_all, FREE_TRAININGS_OF, telegram_id.get(), source)
}

/// Grants before this one, newest first.
pub async fn free_trainings(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    before: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<FreeTrainings>, Error> {
    sql!(connection, fetch_all, FREE_TRAININGS, telegram_id.get(), before.0, before.1, limit)
}

/// False if there is one of this id.
pub async fn insert_free_trainings(tx: &mut Tx<'_>, t: &FreeTrainings) -> Result<bool, Error> {
    sql!(
        tx,
        execute,
        INSERT_FREE_TRAININGS,
        t.telegram_id,
        t.id,
        t.trainings_left,
        t.trainings_total,
        t.source,
        &t.reference,
        t.created_at,
        t.updated_at,
    )
    .map(|inserted| inserted == 1)
}

/// Adds to, or with a negative amount takes from, the trainings that are left.
pub async fn add_to_free_trainings(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    id: Uuid,
    amount: i64,
) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, ADD_TO_FREE_TRAININGS, telegram_id.get(), id, amount, now).map(drop)
}

/// Replaces an invited user's id by a pseudonym, in the grants of whoever invited them.
pub async fn forget_referral(
    tx: &mut Tx<'_>,
    reference: &str,
    pseudonym: &str,
) -> Result<(), Error> {
    sql!(tx, execute, FORGET_REFERRAL, reference, pseudonym).map(drop)
}

pub async fn insert_event(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    e: &AccessEvent,
    key: &str,
) -> Result<(), Error> {
    sql!(
        tx,
        execute,
        INSERT_EVENT,
        telegram_id.get(),
        e.id,
        e.event,
        e.access_type,
        e.holding_id,
        e.amount,
        e.remaining,
        e.consumption_id,
        &e.bot_name,
        key,
        e.created_at,
    )
    .map(drop)
}

pub async fn get_consumption(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    id: Uuid,
) -> Result<Option<AccessEvent>, Error> {
    sql!(connection, fetch_optional, GET_CONSUMPTION, telegram_id.get(), id)
}

pub async fn is_returned(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    consumption_id: Uuid,
) -> Result<bool, Error> {
    let (count,): (i64,) =
        sql!(connection, fetch_one, IS_RETURNED, telegram_id.get(), consumption_id)?;
    Ok(count > 0)
}

pub async fn was_revoked(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    holding_id: Uuid,
) -> Result<bool, Error> {
    let (count,): (i64,) = sql!(connection, fetch_one, WAS_REVOKED, telegram_id.get(), holding_id)?;
    Ok(count > 0)
}

/// How many trainings were started on this holding and not given back.
pub async fn used(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    holding_id: Uuid,
) -> Result<i64, Error> {
    let (used,): (i64,) = sql!(connection, fetch_one, USED, telegram_id.get(), holding_id)?;
    Ok(used)
}

/// The user's whole ledger, the oldest first.
pub async fn events(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
) -> Result<Vec<AccessEvent>, Error> {
    sql!(connection, fetch_all, EVENTS, telegram_id.get())
}
