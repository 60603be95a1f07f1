//! What only an import writes: a user's opening balance, a session as old as it is, and what a
//! total counts without a row of its own.

use uuid::Uuid;

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::TelegramId;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::error::Error;

statements! {
    OPENING_BALANCE = both("SELECT amount FROM xp_events WHERE telegram_id = $1 AND id = $2");
    SET_TOTALS = both(
        "UPDATE users SET total_xp = $2, xp_reached_at = CASE WHEN total_xp = $2
             THEN xp_reached_at ELSE $3 END, level = $4, total_trainings = $5, total_score = $6,
             registration_date = $7, last_activity = $8
         WHERE telegram_id = $1");
    ADD_UNLISTED = both(
        "UPDATE users SET unlisted_trainings = unlisted_trainings + $2,
             unlisted_score = unlisted_score + $3
         WHERE telegram_id = $1");
    ADD_UNLISTED_USES = both(
        "UPDATE promocodes SET unlisted_uses = unlisted_uses + $2 WHERE code = $1");
    INSERT_SESSION = both(
        "INSERT INTO bot_sessions (telegram_id, bot_name, session_data, stats_data, version,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (telegram_id, bot_name) DO NOTHING");
}

/// The amount of the XP event with this id.
pub async fn opening_balance(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    id: Uuid,
) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> =
        sql!(connection, fetch_optional, OPENING_BALANCE, telegram_id.get(), id)?;
    Ok(row.map(|(amount,)| amount))
}

/// Writes all totals of a locked user, with the dates of registration and last activity.
pub async fn set_totals(tx: &mut Tx<'_>, user: &User) -> Result<(), Error> {
    let now = tx.now();
    sql!(
        tx,
        execute,
        SET_TOTALS,
        user.telegram_id,
        user.total_xp,
        now,
        user.level,
        user.total_trainings,
        user.total_score,
        user.registration_date,
        user.last_activity,
    )
    .map(drop)
}

/// Changes how many trainings, and how much score, the user's totals count that no row tells of.
pub async fn add_unlisted(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    trainings: i64,
    score: i64,
) -> Result<(), Error> {
    sql!(tx, execute, ADD_UNLISTED, telegram_id.get(), trainings, score).map(drop)
}

/// Changes how many uses the code counts that no row tells of.
pub async fn add_unlisted_uses(tx: &mut Tx<'_>, code: &str, uses: i64) -> Result<(), Error> {
    sql!(tx, execute, ADD_UNLISTED_USES, code, uses).map(drop)
}

/// False if the bot has a session of this user.
pub async fn insert_session(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    session: &Session,
) -> Result<bool, Error> {
    sql!(
        tx,
        execute,
        INSERT_SESSION,
        telegram_id.get(),
        &session.bot_name,
        &session.session,
        &session.stats,
        session.version,
        session.created_at,
        session.updated_at,
    )
    .map(|inserted| inserted == 1)
}
