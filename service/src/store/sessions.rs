//! `bot_sessions`.

use std::collections::HashMap;
use std::time::Instant;

use tokio::sync::oneshot;
use tracing::Instrument;

use super::access::select_holdings;
use super::gather::{Gathered, Key, Lane, Outcome, Waiting, gathered};
use super::statement::{both, each, sql, statements};
use super::{Connection, Store, Tx, gather, measure};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::json::JsonObject;
use crate::domain::session::{Change, Session, UserSession};
use crate::domain::time::Timestamp;
use crate::error::Error;

/// Writes many sessions. A row is `[telegram_id, bot_name, session, stats, step]`. The step is by how
/// much the version rises, or the version that there has to be, negated, which rises by one. Sorted,
/// so that two such statements cannot wait for each other. A session that was there, and is not any
/// more when its turn has come, would get a negative version; the division by zero undoes that.
macro_rules! write_all {
    ($engine:ident) => {
        concat!(
            "INSERT INTO bot_sessions (telegram_id, bot_name, session_data, stats_data, version,
                 created_at, updated_at)
             SELECT u.telegram_id, r.value ->> 1, r.value -> 2, r.value -> 3,
                 CAST(r.value ->> 4 AS BIGINT), $2, $2
             FROM ",
            gathered!($engine),
            "
             JOIN users u ON u.telegram_id = CAST(r.value ->> 0 AS BIGINT)
             WHERE CAST(r.value ->> 4 AS BIGINT) > 0 OR EXISTS (SELECT 1 FROM bot_sessions s
                 WHERE s.telegram_id = u.telegram_id AND s.bot_name = r.value ->> 1
                     AND s.version = -CAST(r.value ->> 4 AS BIGINT))
             ORDER BY u.telegram_id, r.value ->> 1
             ON CONFLICT (telegram_id, bot_name) DO UPDATE
             SET session_data = excluded.session_data, stats_data = excluded.stats_data,
                 version = bot_sessions.version
                     + CASE WHEN excluded.version > 0 THEN excluded.version ELSE 1 END,
                 updated_at = excluded.updated_at
             WHERE excluded.version > 0 OR excluded.version = -bot_sessions.version
             RETURNING telegram_id, bot_name, version / CASE WHEN version > 0 THEN 1 ELSE 0 END,
                 created_at, updated_at"
        )
    };
}

/// Users, each with one bot's session and all that they hold, as JSON made by these aggregates. A row
/// is `[telegram_id, bot_name]`.
macro_rules! with_user {
    ($engine:ident, $holdings:literal, $badges:literal) => {
        concat!(
            "SELECT u.telegram_id, u.username, u.first_name, u.last_name, u.language_code,
                 u.leaderboard_hidden, u.total_xp, u.level, u.total_trainings, u.total_score,
                 u.registration_date, u.last_activity, s.bot_name, s.session_data, s.stats_data,
                 s.version, s.created_at, s.updated_at, d.day IS NOT NULL AS seen_today,
                 (SELECT ",
            $holdings,
            " FROM (",
            select_holdings!("u.telegram_id", "$3"),
            ") held) AS holdings,
                 (SELECT ",
            $badges,
            " FROM (SELECT badge_type, earned_in_bot, earned_at, metadata
                     FROM user_badges WHERE telegram_id = u.telegram_id) badge) AS badges
             FROM ",
            gathered!($engine),
            "
             JOIN users u ON u.telegram_id = CAST(r.value ->> 0 AS BIGINT)
             JOIN bot_sessions s ON s.telegram_id = u.telegram_id AND s.bot_name = r.value ->> 1
             LEFT JOIN activity_days d
                 ON d.telegram_id = u.telegram_id AND d.bot_name = s.bot_name AND d.day = $2"
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
            sqlite,
            "json_group_array(json_object('id', lower(hex(id)), 'access_type', access_type,
                'subscription_type', subscription_type, 'source', source, 'start_date', start_date,
                'end_date', end_date, 'total', total, 'left', \"left\"))",
            "json_group_array(json_object('badge_type', badge_type, 'earned_in_bot', earned_in_bot,
                'earned_at', earned_at, 'metadata', json(metadata)) ORDER BY badge_type)"),
        with_user!(
            postgres,
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
    WRITE_ALL = each(write_all!(sqlite), write_all!(postgres));
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
    let sessions = gather::rows([&gather::key(telegram_id, bot_name)]);
    Ok(all_with_user(connection, &sessions).await?.pop())
}

/// `sessions`: as `gather::rows` makes them.
async fn all_with_user(
    connection: &mut Connection<'_>,
    sessions: &str,
) -> Result<Vec<UserSession>, Error> {
    let now = connection.now();
    sql!(connection, fetch_all, WITH_USER, sessions, now.day(), now)
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

/// A session to be written whole.
#[derive(Debug)]
pub struct Put {
    key: Key,
    /// Its row in `WRITE_ALL` up to the step.
    row: String,
    if_version: Option<i64>,
}

/// What a session that was put has become.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Writes several sessions; what became of each, in their order, `None` where nothing was written.
/// One with a condition has to be the only one of its session.
pub async fn write_all(tx: &mut Tx<'_>, puts: &[&Put]) -> Result<Vec<Option<Written>>, Error> {
    let mut last = HashMap::new();
    for put in puts {
        let (count, last) = last.entry(&put.key).or_insert((0, put));
        (*count, *last) = (*count + 1, put);
    }
    let row = |(count, Put { row, if_version, .. }): &(i64, &&Put)| {
        // No session has a version below 1; to require one matches none.
        let step = if_version.map_or(*count, |version| -version.max(0));
        format!("{row},{step}]")
    };
    let rows: Vec<_> = last.values().map(row).collect();
    let (rows, now) = (format!("[{}]", rows.join(",")), tx.now());
    let written: Vec<(i64, String, i64, Timestamp, Timestamp)> =
        sql!(tx, fetch_all, WRITE_ALL, rows, now)?;
    let entry = |(telegram_id, bot_name, version, created_at, updated_at)| {
        ((telegram_id, bot_name), Written { version, created_at, updated_at })
    };
    let mut written: HashMap<Key, _> = written.into_iter().map(entry).collect();
    // The last of a session has the version that the database tells, those before it the versions
    // before.
    let this = |put: &&Put| {
        let last = written.get_mut(&put.key)?;
        let this = *last;
        last.version -= 1;
        Some(this)
    };
    let mut answers: Vec<_> = puts.iter().rev().map(this).collect();
    answers.reverse();
    Ok(answers)
}

/// A session to be read with its user.
#[derive(Debug)]
pub(super) struct Peek {
    key: Key,
}

impl Put {
    pub fn new(
        telegram_id: i64,
        bot_name: &str,
        session: &JsonObject,
        stats: &JsonObject,
        if_version: Option<i64>,
    ) -> Self {
        let row = (telegram_id, bot_name, session, stats);
        // Maps with text keys can always be written.
        let mut row = serde_json::to_string(&row).unwrap_or_default();
        row.pop();
        Self { key: (telegram_id, bot_name.to_owned()), row, if_version }
    }
}

impl Gathered for Put {
    type Answer = Written;

    fn key(&self) -> &Key {
        &self.key
    }

    fn bytes(&self) -> usize {
        self.row.len()
    }

    /// Of those without a condition the last stays, and each counts.
    fn shares(&self) -> bool {
        self.if_version.is_none()
    }
}

impl Gathered for Peek {
    type Answer = UserSession;

    fn key(&self) -> &Key {
        &self.key
    }
}

impl Store {
    /// The session with its user, as [`with_user`] reads it, in one statement with others that are
    /// read at the same time. `None` if it is not there, or could not be read.
    ///
    /// # Errors
    /// No connection is to be had.
    pub async fn peek_session(
        &self,
        telegram_id: TelegramId,
        bot_name: &BotName,
    ) -> Result<Option<UserSession>, Error> {
        let peek = Peek { key: gather::key(telegram_id, bot_name) };
        Ok(self.opens.ask(peek, |lane| self.clone().run_opens(lane)).await?)
    }

    async fn run_opens(self, mut lane: Lane<Peek>) {
        while let Some(mut batch) = lane.next() {
            let sessions = gather::sessions(&batch);
            let read = self.read_undurable(|c| Box::pin(all_with_user(c, &sessions)));
            let found = match read.instrument(gather::span(&batch)).await {
                Ok(found) => found,
                Err(error) => {
                    let Some(given_back) = lane.failed(batch, &error) else { continue };
                    batch = given_back;
                    Vec::new()
                }
            };
            let key = |one: &UserSession| (one.user.telegram_id, one.session.bot_name.clone());
            let found: HashMap<_, _> = found.into_iter().map(|one| (key(&one), one)).collect();
            let answers = batch.into_iter().map(move |Waiting { item, answer, .. }| {
                let found = found.get(&item.key).cloned();
                (answer, found)
            });
            self.tell(answers);
        }
    }

    /// Writes a session, in one statement with others that are written at the same time. `None` if
    /// it was not written: [`Store::write`] tells why, or does it.
    ///
    /// # Errors
    /// No connection is to be had.
    pub async fn put_session(&self, put: Put) -> Result<Option<Written>, Error> {
        Ok(self.puts.ask(put, |lane| self.clone().run_puts(lane)).await?)
    }

    async fn run_puts(self, mut lane: Lane<Put>) {
        while let Some(mut batch) = lane.next() {
            let started = Instant::now();
            let written = self.put_all(&batch).instrument(gather::span(&batch)).await;
            measure::transaction(started, written.is_ok());
            let written = match written {
                Ok(written) => written,
                Err(error) => {
                    let Some(given_back) = lane.failed(batch, &error) else { continue };
                    batch = given_back;
                    vec![None; batch.len()]
                }
            };
            let waiting = batch.into_iter().map(|one| one.answer);
            self.tell(waiting.zip(written));
        }
    }

    async fn put_all(&self, batch: &[Waiting<Put>]) -> Result<Vec<Option<Written>>, Error> {
        let puts: Vec<_> = batch.iter().map(|one| &one.item).collect();
        let mut tx = self.autocommit().await?;
        let written = write_all(&mut tx, &puts).await?;
        tx.commit(self.log()).await?;
        Ok(written)
    }

    /// Answers each as soon as all that was read or written is durable; the next batch need not
    /// wait for that.
    fn tell<A: Send + 'static>(
        &self,
        answers: impl Iterator<Item = (oneshot::Sender<Outcome<A>>, Option<A>)> + Send + 'static,
    ) {
        let store = self.clone();
        tokio::spawn(async move {
            store.durable().await;
            for (waiting, answer) in answers {
                // Whoever is gone needs no answer.
                let _ = waiting.send(Ok(answer));
            }
        });
    }
}
