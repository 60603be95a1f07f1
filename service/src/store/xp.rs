//! `xp_events` and `xp_periods`.

use uuid::Uuid;

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::TelegramId;
use crate::domain::time::Timestamp;
use crate::domain::xp::XpEvent;
use crate::error::Error;

statements! {
    INSERT = both(
        "INSERT INTO xp_events (telegram_id, id, amount, reason, bot_name, key, total_after,
             level_after, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    ADD_TO_WEEK = both(
        "INSERT INTO xp_periods (telegram_id, week, xp, reached_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (telegram_id, week) DO UPDATE
         SET xp = xp_periods.xp + excluded.xp, reached_at = excluded.reached_at");
    LIST = both(
        "SELECT id, amount, reason, bot_name, total_after, level_after, created_at FROM xp_events
         WHERE telegram_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
         ORDER BY created_at DESC, id DESC LIMIT $4");
    RANK = both(
        "SELECT (SELECT count(*) FROM users WHERE total_xp > $1), (SELECT count(*) FROM users)");
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

pub async fn add_to_week(tx: &mut Tx<'_>, telegram_id: i64, event: &XpEvent) -> Result<(), Error> {
    let week = event.created_at.week();
    sql!(tx, execute, ADD_TO_WEEK, telegram_id, week, event.amount, event.created_at).map(drop)
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
