//! `users`.

use super::gather::{self, gathered};
use super::statement::{both, each, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::TelegramId;
use crate::domain::user::User;
use crate::error::Error;

/// What makes a [`User`].
macro_rules! columns {
    () => {
        "telegram_id, username, first_name, last_name, language_code, leaderboard_hidden, total_xp,
         level, total_trainings, total_score, registration_date, last_activity"
    };
}

macro_rules! lock_all {
    ($engine:ident) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM users
             WHERE telegram_id IN (SELECT CAST(r.value ->> 0 AS BIGINT) FROM ",
            gathered!($engine),
            ")"
        )
    };
}

statements! {
    GET = both(concat!("SELECT ", columns!(), " FROM users WHERE telegram_id = $1"));
    // NO KEY: rows that refer to the user can be added meanwhile.
    LOCK = each(
        concat!("SELECT ", columns!(), " FROM users WHERE telegram_id = $1"),
        concat!("SELECT ", columns!(), " FROM users WHERE telegram_id = $1 FOR NO KEY UPDATE"),
    );
    // One user whom somebody keeps locked must not hold up the others.
    LOCK_ALL = each(
        lock_all!(sqlite), concat!(lock_all!(postgres), " FOR NO KEY UPDATE SKIP LOCKED"));
    // Only erasing the user has to wait.
    KEEP = each(
        "SELECT telegram_id FROM users WHERE telegram_id = $1",
        "SELECT telegram_id FROM users WHERE telegram_id = $1 FOR KEY SHARE",
    );
    CREATE = both(
        "INSERT INTO users (telegram_id, username, first_name, last_name, language_code,
             leaderboard_hidden, search, total_xp, xp_reached_at, level, total_trainings,
             total_score, registration_date, last_activity)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (telegram_id) DO NOTHING");
    SET_PROFILE = both(
        "UPDATE users SET username = $2, first_name = $3, last_name = $4, language_code = $5,
             leaderboard_hidden = $6, search = $7, last_activity = $8
         WHERE telegram_id = $1");
    ADD_TRAINING = both(
        "UPDATE users SET total_trainings = total_trainings + 1, total_score = total_score + $2,
             level = $3, last_activity = $4
         WHERE telegram_id = $1");
    SET_REFERRER = both("UPDATE users SET referrer = $2 WHERE telegram_id = $1");
    REFERRER = both("SELECT referrer FROM users WHERE telegram_id = $1");
    FORGET_REFERRER = both("UPDATE users SET referrer = NULL WHERE referrer = $1");
    DELETE = both("DELETE FROM users WHERE telegram_id = $1");
    LIST = both(concat!(
        "SELECT ", columns!(), " FROM users
         WHERE telegram_id > $1 AND (telegram_id = $2 OR search LIKE $3 ESCAPE '\\')
         ORDER BY telegram_id LIMIT $4"));
}

pub async fn get(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
) -> Result<Option<User>, Error> {
    sql!(connection, fetch_optional, GET, telegram_id.get())
}

/// Reads the user and keeps every other writer of this user out until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>, telegram_id: TelegramId) -> Result<Option<User>, Error> {
    let user = sql!(tx, fetch_optional, LOCK, telegram_id.get())?;
    // What is written now comes after what the one before wrote, who was waited for.
    tx.renew_now();
    Ok(user)
}

/// Locks those of these users who are there, as [`lock`] does; left out is whom somebody else has
/// locked.
pub async fn lock_all(
    tx: &mut Tx<'_>,
    telegram_ids: impl IntoIterator<Item = i64>,
) -> Result<Vec<User>, Error> {
    let rows = gather::rows(telegram_ids.into_iter().map(|id| [id]));
    let users = sql!(tx, fetch_all, LOCK_ALL, rows)?;
    tx.renew_now();
    Ok(users)
}

/// Keeps the user from being erased until the transaction ends; false if nobody has this id.
pub async fn keep(tx: &mut Tx<'_>, telegram_id: TelegramId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql!(tx, fetch_optional, KEEP, telegram_id.get())?;
    Ok(row.is_some())
}

/// False if the user is there already, created by somebody else perhaps a moment ago.
pub async fn create(tx: &mut Tx<'_>, user: &User) -> Result<bool, Error> {
    sql!(
        tx,
        execute,
        CREATE,
        user.telegram_id,
        &user.username,
        &user.first_name,
        &user.last_name,
        &user.language_code,
        user.leaderboard_hidden,
        user.search(),
        user.total_xp,
        user.last_activity,
        user.level,
        user.total_trainings,
        user.total_score,
        user.registration_date,
        user.last_activity,
    )
    .map(|created| created == 1)
}

/// Writes the user's profile fields and `last_activity`.
pub async fn set_profile(tx: &mut Tx<'_>, user: &User) -> Result<(), Error> {
    sql!(
        tx,
        execute,
        SET_PROFILE,
        user.telegram_id,
        &user.username,
        &user.first_name,
        &user.last_name,
        &user.language_code,
        user.leaderboard_hidden,
        user.search(),
        user.last_activity,
    )
    .map(drop)
}

/// Counts a training of this score that brought no XP, and writes the user's level.
pub async fn add_training(tx: &mut Tx<'_>, user: &User, score: i64) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, ADD_TRAINING, user.telegram_id, score, user.level, now).map(drop)
}

pub async fn referrer(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
) -> Result<Option<i64>, Error> {
    let row: Option<(Option<i64>,)> =
        sql!(connection, fetch_optional, REFERRER, telegram_id.get())?;
    Ok(row.and_then(|(referrer,)| referrer))
}

pub async fn set_referrer(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    referrer: TelegramId,
) -> Result<(), Error> {
    sql!(tx, execute, SET_REFERRER, telegram_id.get(), referrer.get()).map(drop)
}

/// Removes the user from those whom they invited.
pub async fn forget_referrer(tx: &mut Tx<'_>, referrer: TelegramId) -> Result<(), Error> {
    sql!(tx, execute, FORGET_REFERRER, referrer.get()).map(drop)
}

/// Removes the user and, by cascade, every row that refers to them.
pub async fn delete(tx: &mut Tx<'_>, telegram_id: TelegramId) -> Result<(), Error> {
    sql!(tx, execute, DELETE, telegram_id.get()).map(drop)
}

/// Users after `after` by telegram_id. `query` is part of a name, in any case, or a telegram_id;
/// an empty one finds all.
pub async fn list(
    connection: &mut Connection<'_>,
    query: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<User>, Error> {
    let escaped = query.to_lowercase().replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    let telegram_id: i64 = query.parse().unwrap_or(0);
    sql!(connection, fetch_all, LIST, after, telegram_id, format!("%{escaped}%"), limit)
}
