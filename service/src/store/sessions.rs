//! `bot_sessions`.

use super::statement::{both, each, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::json::JsonObject;
use crate::domain::session::{Change, Session, UserSession};
use crate::domain::time::Timestamp;
use crate::error::Error;

macro_rules! columns {
    () => {
        "bot_name, session_data, stats_data, version, created_at, updated_at"
    };
}

statements! {
    WITH_USER = both(
        "SELECT u.telegram_id, u.username, u.first_name, u.last_name, u.language_code,
             u.leaderboard_hidden, u.total_xp, u.level, u.total_trainings, u.total_score,
             u.registration_date, u.last_activity, s.bot_name, s.session_data, s.stats_data,
             s.version, s.created_at, s.updated_at, d.day IS NOT NULL AS seen_today
         FROM users u
         JOIN bot_sessions s ON s.telegram_id = u.telegram_id AND s.bot_name = $2
         LEFT JOIN activity_days d
             ON d.telegram_id = u.telegram_id AND d.bot_name = $2 AND d.day = $3
         WHERE u.telegram_id = $1");
    GET = both(concat!(
        "SELECT ", columns!(), " FROM bot_sessions WHERE telegram_id = $1 AND bot_name = $2"));
    LOCK = each(
        concat!(
            "SELECT ", columns!(), " FROM bot_sessions WHERE telegram_id = $1 AND bot_name = $2"),
        concat!(
            "SELECT ", columns!(), " FROM bot_sessions WHERE telegram_id = $1 AND bot_name = $2
             FOR UPDATE"),
    );
    LIST = both(concat!(
        "SELECT ", columns!(), " FROM bot_sessions
         WHERE telegram_id = $1 AND bot_name > $2 ORDER BY bot_name LIMIT $3"));
    CREATE = both(
        "INSERT INTO bot_sessions (telegram_id, bot_name, session_data, stats_data, version,
             created_at, updated_at)
         VALUES ($1, $2, '{}', '{}', 1, $3, $3)
         ON CONFLICT (telegram_id, bot_name) DO NOTHING");
    // $6 and $7: whether the session and the stats of an existing row are replaced.
    WRITE = both(
        "INSERT INTO bot_sessions (telegram_id, bot_name, session_data, stats_data, version,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, 1, $5, $5)
         ON CONFLICT (telegram_id, bot_name) DO UPDATE
         SET session_data = CASE WHEN $6 THEN excluded.session_data
                 ELSE bot_sessions.session_data END,
             stats_data = CASE WHEN $7 THEN excluded.stats_data
                 ELSE bot_sessions.stats_data END,
             version = bot_sessions.version + 1, updated_at = excluded.updated_at
         RETURNING version, created_at");
    WRITE_VERSION = both(
        "UPDATE bot_sessions
         SET session_data = COALESCE($3, session_data), stats_data = COALESCE($4, stats_data),
             version = version + 1, updated_at = $5
         WHERE telegram_id = $1 AND bot_name = $2 AND version = $6
         RETURNING version, created_at");
}

/// The session with its user, and whether today's activity is noted.
pub async fn with_user(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
) -> Result<Option<UserSession>, Error> {
    let today = connection.now().day();
    sql!(connection, fetch_optional, WITH_USER, telegram_id.get(), bot_name.as_str(), today)
}

pub async fn get(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
) -> Result<Option<Session>, Error> {
    sql!(connection, fetch_optional, GET, telegram_id.get(), bot_name.as_str())
}

/// Reads the session and keeps other writers of it out until the transaction ends.
pub async fn lock(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
) -> Result<Option<Session>, Error> {
    sql!(tx, fetch_optional, LOCK, telegram_id.get(), bot_name.as_str())
}

/// The user's sessions after this bot, by name.
pub async fn list(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    after: &str,
    limit: i64,
) -> Result<Vec<Session>, Error> {
    sql!(connection, fetch_all, LIST, telegram_id.get(), after, limit)
}

/// An empty session of version 1, unless there is one.
pub async fn create(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, CREATE, telegram_id.get(), bot_name.as_str(), now).map(drop)
}

/// Replaces what the change holds; without `if_version` an absent session is created. The new
/// version and when the session was created, or `None` if there is no such version.
pub async fn write(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
    change: Change<'_>,
) -> Result<Option<(i64, Timestamp)>, Error> {
    let now = tx.now();
    let (id, bot_name) = (telegram_id.get(), bot_name.as_str());
    let (session, stats) = (change.session, change.stats);
    let written = match change.if_version {
        None => {
            let empty = JsonObject::default();
            let (new_session, new_stats) = (session.unwrap_or(&empty), stats.unwrap_or(&empty));
            let (replace_session, replace_stats) = (session.is_some(), stats.is_some());
            sql!(
                tx,
                fetch_optional,
                WRITE,
                id,
                bot_name,
                new_session,
                new_stats,
                now,
                replace_session,
                replace_stats,
            )
        }
        Some(version) => {
            sql!(tx, fetch_optional, WRITE_VERSION, id, bot_name, session, stats, now, version)
        }
    };
    match written {
        Err(Error::Database(sqlx::Error::Database(error))) if error.is_foreign_key_violation() => {
            Err(Error::UserNotFound)
        }
        written => written,
    }
}
