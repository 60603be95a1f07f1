//! `bot_sessions`.

use std::collections::HashMap;
use std::time::Instant;

use tracing::Instrument;

use super::access::select_holdings;
use super::gather::{Lane, Waiting};
use super::statement::{both, each, sql, statements};
use super::{Connection, Store, Tx, measure};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::json::JsonObject;
use crate::domain::session::{Change, Session, UserSession};
use crate::domain::time::Timestamp;
use crate::error::Error;

/// Writes many sessions. A row is `[telegram_id, bot_name, session, stats, if_version]`, and becomes
/// version `if_version` + 1, or without it 1, which is right if there is none yet, and tells the two
/// kinds apart if there is. Sorted, so that two such statements cannot wait for each other.
macro_rules! write_all {
    ($rows:literal) => {
        concat!(
            "INSERT INTO bot_sessions (telegram_id, bot_name, session_data, stats_data, version,
                 created_at, updated_at)
             SELECT u.telegram_id, r.value ->> 1, r.value -> 2, r.value -> 3,
                 CAST(COALESCE(r.value ->> 4, '0') AS BIGINT) + 1, $2, $2
             FROM ",
            $rows,
            "
             JOIN users u ON u.telegram_id = CAST(r.value ->> 0 AS BIGINT)
             WHERE r.value ->> 4 IS NULL OR EXISTS (SELECT 1 FROM bot_sessions s
                 WHERE s.telegram_id = u.telegram_id AND s.bot_name = r.value ->> 1
                     AND s.version = CAST(r.value ->> 4 AS BIGINT))
             ORDER BY u.telegram_id, r.value ->> 1
             ON CONFLICT (telegram_id, bot_name) DO UPDATE
             SET session_data = excluded.session_data, stats_data = excluded.stats_data,
                 version = bot_sessions.version + 1, updated_at = excluded.updated_at
             WHERE excluded.version IN (1, bot_sessions.version + 1)
             RETURNING telegram_id, bot_name, version, created_at, updated_at"
        )
    };
}

/// A user with one bot's session and all that they hold, as JSON made by these aggregates.
macro_rules! with_user {
    ($holdings:literal, $badges:literal) => {
        concat!(
            "SELECT u.telegram_id, u.username, u.first_name, u.last_name, u.language_code,
                 u.leaderboard_hidden, u.total_xp, u.level, u.total_trainings, u.total_score,
                 u.registration_date, u.last_activity, s.bot_name, s.session_data, s.stats_data,
                 s.version, s.created_at, s.updated_at, d.day IS NOT NULL AS seen_today,
                 (SELECT ",
            $holdings,
            " FROM (",
            select_holdings!("$4"),
            ") held) AS holdings,
                 (SELECT ",
            $badges,
            " FROM (SELECT badge_type, earned_in_bot, earned_at, metadata
                     FROM user_badges WHERE telegram_id = $1) badge) AS badges
             FROM users u
             JOIN bot_sessions s ON s.telegram_id = u.telegram_id AND s.bot_name = $2
             LEFT JOIN activity_days d
                 ON d.telegram_id = u.telegram_id AND d.bot_name = $2 AND d.day = $3
             WHERE u.telegram_id = $1"
        )
    };
}

macro_rules! columns {
    () => {
        "bot_name, session_data, stats_data, version, created_at, updated_at"
    };
}

statements! {
    WITH_USER = each(
        with_user!(
            "json_group_array(json_object('id', lower(hex(id)), 'access_type', access_type,
                'subscription_type', subscription_type, 'source', source, 'start_date', start_date,
                'end_date', end_date, 'total', total, 'left', \"left\"))",
            "json_group_array(json_object('badge_type', badge_type, 'earned_in_bot', earned_in_bot,
                'earned_at', earned_at, 'metadata', json(metadata)) ORDER BY badge_type)"),
        with_user!(
            "COALESCE(json_agg(held), '[]')",
            "COALESCE(json_agg(badge ORDER BY badge_type), '[]')"));
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
    WRITE_ALL = each(
        write_all!("json_each($1) r"),
        write_all!("jsonb_array_elements(CAST(CAST($1 AS TEXT) AS JSONB)) r(value)"));
    WRITE_VERSION = both(
        "UPDATE bot_sessions
         SET session_data = COALESCE($3, session_data), stats_data = COALESCE($4, stats_data),
             version = version + 1, updated_at = $5
         WHERE telegram_id = $1 AND bot_name = $2 AND version = $6
         RETURNING version, created_at");
}

/// The session with its user and what they hold, and whether today's activity is noted.
pub async fn with_user(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
) -> Result<Option<UserSession>, Error> {
    let now = connection.now();
    let (id, bot_name) = (telegram_id.get(), bot_name.as_str());
    sql!(connection, fetch_optional, WITH_USER, id, bot_name, now.day(), now)
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

/// A session to be written whole, as its row in `WRITE_ALL`.
#[derive(Debug)]
pub struct Put {
    key: (i64, String),
    row: String,
}

/// What a session that was put has become.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Put {
    pub fn new(
        telegram_id: TelegramId,
        bot_name: &BotName,
        session: &JsonObject,
        stats: &JsonObject,
        if_version: Option<i64>,
    ) -> Self {
        let row = (telegram_id.get(), bot_name.as_str(), session, stats, if_version);
        Self {
            key: (telegram_id.get(), bot_name.as_str().to_owned()),
            // Maps with text keys can always be written.
            row: serde_json::to_string(&row).unwrap_or_default(),
        }
    }

    pub(super) fn key(&self) -> (i64, String) {
        self.key.clone()
    }

    pub(super) fn bytes(&self) -> usize {
        self.row.len()
    }
}

impl Store {
    /// Writes a session, in one statement with others that are written at the same time. `None` if
    /// it was not written: [`Store::write`] tells why, or does it.
    pub async fn put_session(&self, put: Put) -> Option<Written> {
        let (answered, lane) = self.gather.add(put);
        if let Some(lane) = lane {
            // In a task of its own: others wait for it too.
            tokio::spawn(self.clone().run(lane));
        }
        answered.await.ok().flatten()
    }

    async fn run(self, mut lane: Lane) {
        while let Some(batch) = lane.next() {
            let requests: Vec<_> = batch.iter().map(|one| one.request_id.as_str()).collect();
            let span = tracing::info_span!("requests", request_ids = requests.join(","));
            let started = Instant::now();
            let written = self.write_all(&batch).instrument(span).await;
            measure::transaction(started, written.is_ok());
            let written = written.unwrap_or_else(|error| {
                tracing::debug!(%error, sessions = batch.len(), "each is written by itself");
                HashMap::new()
            });
            let store = self.clone();
            // The next batch need not wait until this one is durable.
            tokio::spawn(async move {
                store.durable().await;
                for Waiting { put, answer, .. } in batch {
                    // Whoever is gone needs no answer.
                    let _ = answer.send(written.get(&put.key).copied());
                }
            });
        }
    }

    async fn write_all(&self, batch: &[Waiting]) -> Result<HashMap<(i64, String), Written>, Error> {
        let rows: Vec<&str> = batch.iter().map(|waiting| waiting.put.row.as_str()).collect();
        let rows = format!("[{}]", rows.join(","));
        let mut tx = self.autocommit().await?;
        let now = tx.now();
        let written: Vec<(i64, String, i64, Timestamp, Timestamp)> =
            sql!(tx, fetch_all, WRITE_ALL, rows, now)?;
        tx.commit(self.log()).await?;
        let row = |(telegram_id, bot_name, version, created_at, updated_at)| {
            ((telegram_id, bot_name), Written { version, created_at, updated_at })
        };
        Ok(written.into_iter().map(row).collect())
    }
}
