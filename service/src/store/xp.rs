//! `xp_events` and `xp_periods`.

use uuid::Uuid;

use super::statement::{both, each, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::TelegramId;
use crate::domain::ranks::Bound;
use crate::domain::time::Timestamp;
use crate::domain::xp::XpEvent;
use crate::error::Error;

macro_rules! insert {
    () => {
        "INSERT INTO xp_events (telegram_id, id, amount, reason, bot_name, key, total_after,
             level_after, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    };
}

macro_rules! add_to_week {
    () => {
        "INSERT INTO xp_periods (telegram_id, week, xp, reached_at) VALUES ($1, $10, $3, $9)
         ON CONFLICT (telegram_id, week) DO UPDATE
         SET xp = xp_periods.xp + excluded.xp, reached_at = excluded.reached_at"
    };
}

macro_rules! set_user {
    () => {
        "UPDATE users SET total_xp = $7, level = $8,
             xp_reached_at = CASE WHEN total_xp = $7 THEN xp_reached_at ELSE $9 END,
             total_trainings = total_trainings + $11, total_score = total_score + $12,
             last_activity = CASE $11 WHEN 0 THEN last_activity ELSE $9 END
         WHERE telegram_id = $1"
    };
}

statements! {
    INSERT = both(insert!());
    // One way to the database, which is most of the time that this takes.
    RECORD = each(
        concat!(insert!(), ";", add_to_week!(), ";", set_user!()),
        concat!("WITH event AS (", insert!(), "), week AS (", add_to_week!(), ") ", set_user!()));
    LIST = both(
        "SELECT id, amount, reason, bot_name, total_after, level_after, created_at FROM xp_events
         WHERE telegram_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
         ORDER BY created_at DESC, id DESC LIMIT $4");
    RANK = both(
        "SELECT (SELECT count(*) FROM users WHERE total_xp > $1), (SELECT count(*) FROM users)");
    BETWEEN = both("SELECT count(*) FROM users WHERE total_xp > $1 AND total_xp < $2");
    COUNT_UP_TO = both("SELECT count(*) FROM (SELECT 1 FROM users LIMIT $1) counted");
    // Each total at which the count of users from the top passes a multiple of $1.
    BOUNDS = both(
        "SELECT xp, reach - users AS above, reach AS \"from\" FROM (
             SELECT total_xp AS xp, count(*) AS users,
                 CAST(sum(count(*)) OVER (ORDER BY total_xp DESC) AS BIGINT) AS reach
             FROM users GROUP BY total_xp) totals
         WHERE reach / $1 > (reach - users) / $1 ORDER BY xp DESC");
}

pub async fn insert(
    tx: &mut Tx<'_>,
    telegram_id: i64,
    event: &XpEvent,
    key: &str,
) -> Result<(), Error> {
    sql!(
        tx,
        execute,
        INSERT,
        telegram_id,
        event.id,
        event.amount,
        &event.reason,
        &event.bot_name,
        key,
        event.total_after,
        event.level_after,
        event.created_at,
    )
    .map(drop)
}

/// Writes the event, the week's total, and the user's XP and level as they are after it. `trained`:
/// the score of the training that it is for, which is counted with it.
pub async fn record(
    tx: &mut Tx<'_>,
    telegram_id: i64,
    event: &XpEvent,
    key: &str,
    trained: Option<i64>,
) -> Result<(), Error> {
    let (trainings, score) = trained.map_or((0, 0), |score| (1, score));
    sql!(
        tx,
        execute,
        RECORD,
        telegram_id,
        event.id,
        event.amount,
        &event.reason,
        &event.bot_name,
        key,
        event.total_after,
        event.level_after,
        event.created_at,
        event.created_at.week(),
        trainings,
        score,
    )
    .map(drop)
}

/// Events before this one, newest first.
pub async fn list(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    before: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<XpEvent>, Error> {
    sql!(connection, fetch_all, LIST, telegram_id.get(), before.0, before.1, limit)
}

/// How many users have more XP than this, and how many users there are.
pub async fn rank(connection: &mut Connection<'_>, total_xp: i64) -> Result<(i64, i64), Error> {
    sql!(connection, fetch_one, RANK, total_xp)
}

/// How many users have more XP than `low` and less than `high`.
pub async fn between(connection: &mut Connection<'_>, low: i64, high: i64) -> Result<i64, Error> {
    let (count,): (i64,) = sql!(connection, fetch_one, BETWEEN, low, high)?;
    Ok(count)
}

/// How many users there are, counted no further than `limit`.
pub async fn count_up_to(connection: &mut Connection<'_>, limit: i64) -> Result<i64, Error> {
    let (count,): (i64,) = sql!(connection, fetch_one, COUNT_UP_TO, limit)?;
    Ok(count)
}

/// The totals between which there are fewer than `depth` users, from the most XP down.
pub async fn bounds(connection: &mut Connection<'_>, depth: i64) -> Result<Vec<Bound>, Error> {
    sql!(connection, fetch_all, BOUNDS, depth)
}
