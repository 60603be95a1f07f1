//! `xp_events` and `xp_periods`.

use serde::Serialize;
use uuid::Uuid;

use super::gather::{self, Answers, Gathered, Key, Lane, Waiting, gathered};
use super::statement::{both, each, sql, statements};
use super::{Connection, Store, Tx};
use crate::domain::Actor;
use crate::domain::bounds::TelegramId;
use crate::domain::once::{Done, Once};
use crate::domain::ranks::Bound;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::domain::xp::{self, AddXp, XpAdded, XpEvent};
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

/// Events of several users. A row is `[telegram_id, id, amount, reason, bot_name, key,
/// total_after, level_after, trainings, score]`.
macro_rules! insert_all {
    ($engine:ident, $id:literal) => {
        concat!(
            "INSERT INTO xp_events (telegram_id, id, amount, reason, bot_name, key, total_after,
                 level_after, created_at)
             SELECT CAST(r.value ->> 0 AS BIGINT), ",
            $id,
            ", CAST(r.value ->> 2 AS BIGINT), r.value ->> 3, r.value ->> 4, r.value ->> 5,
                 CAST(r.value ->> 6 AS BIGINT), CAST(r.value ->> 7 AS BIGINT), $2
             FROM ",
            gathered!($engine)
        )
    };
}

macro_rules! add_to_weeks {
    ($engine:ident) => {
        concat!(
            "INSERT INTO xp_periods (telegram_id, week, xp, reached_at)
             SELECT CAST(r.value ->> 0 AS BIGINT), $3,
                 CAST(sum(CAST(r.value ->> 2 AS BIGINT)) AS BIGINT), $2
             FROM ",
            gathered!($engine),
            " GROUP BY CAST(r.value ->> 0 AS BIGINT)
             ON CONFLICT (telegram_id, week) DO UPDATE
             SET xp = xp_periods.xp + excluded.xp, reached_at = excluded.reached_at"
        )
    };
}

/// Of several events of a user the last has the highest total and level.
macro_rules! set_users {
    ($engine:ident) => {
        concat!(
            "UPDATE users SET total_xp = after.total, level = after.level,
                 xp_reached_at =
                     CASE WHEN users.total_xp = after.total THEN users.xp_reached_at ELSE $2 END,
                 total_trainings = total_trainings + after.trainings,
                 total_score = total_score + after.score,
                 last_activity = CASE after.trainings WHEN 0 THEN last_activity ELSE $2 END
             FROM (
                 SELECT CAST(r.value ->> 0 AS BIGINT) AS telegram_id,
                     max(CAST(r.value ->> 6 AS BIGINT)) AS total,
                     max(CAST(r.value ->> 7 AS BIGINT)) AS level,
                     CAST(sum(CAST(r.value ->> 8 AS BIGINT)) AS BIGINT) AS trainings,
                     CAST(sum(CAST(r.value ->> 9 AS BIGINT)) AS BIGINT) AS score
                 FROM ",
            gathered!($engine),
            " GROUP BY CAST(r.value ->> 0 AS BIGINT)) after
             WHERE users.telegram_id = after.telegram_id"
        )
    };
}

statements! {
    INSERT = both(insert!());
    // One way to the database, which is most of the time that this takes.
    RECORD = each(
        concat!(insert!(), ";", add_to_week!(), ";", set_user!()),
        concat!("WITH event AS (", insert!(), "), week AS (", add_to_week!(), ") ", set_user!()));
    RECORD_ALL = each(
        concat!(
            insert_all!(sqlite, "unhex(r.value ->> 1)"), ";", add_to_weeks!(sqlite), ";",
            set_users!(sqlite)),
        concat!(
            "WITH events AS (", insert_all!(postgres, "CAST(r.value ->> 1 AS UUID)"),
            "), weeks AS (", add_to_weeks!(postgres), ") ", set_users!(postgres)));
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

/// What a user's new total is written with.
#[derive(Debug)]
pub struct Record<'a> {
    telegram_id: i64,
    event: XpEvent,
    /// Whose key it was.
    key: &'a str,
    trainings: i64,
    score: i64,
}

impl<'a> Record<'a> {
    /// `trained`: the score of the training that it is for, which is counted with it.
    pub fn new(user: &User, event: XpEvent, actor: &'a Actor, trained: Option<i64>) -> Self {
        let (trainings, score) = trained.map_or((0, 0), |score| (1, score));
        Self { telegram_id: user.telegram_id, event, key: &actor.key, trainings, score }
    }

    fn row(&self) -> impl Serialize {
        let Self { telegram_id, event, key, trainings, score } = self;
        let XpEvent { amount, reason, bot_name, total_after, level_after, .. } = event;
        let id = event.id.simple().to_string();
        (telegram_id, id, amount, reason, bot_name, key, total_after, level_after, trainings, score)
    }
}

/// Writes the event, the week's total, and the user's XP and level as they are after it.
pub async fn record(tx: &mut Tx<'_>, record: &Record<'_>) -> Result<(), Error> {
    let Record { telegram_id, event, key, trainings, score } = record;
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

/// As [`record`], of several users, who are locked. All amounts are positive.
pub async fn record_all(tx: &mut Tx<'_>, records: &[Record<'_>]) -> Result<(), Error> {
    let now = tx.now();
    let rows = gather::rows(records.iter().map(Record::row));
    sql!(tx, execute, RECORD_ALL, rows, now, now.week()).map(drop)
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

impl Gathered for Once<AddXp> {
    type Answer = Done<XpAdded>;

    fn key(&self) -> &Key {
        &self.owner
    }
}

impl Store {
    /// Adds XP in one transaction with others who earn some at the same time. `None`: it has to be
    /// added by itself. Nothing was added then, or if it was, it is found under its idempotency key.
    ///
    /// # Errors
    /// No connection is to be had.
    pub async fn add_xp(&self, one: Once<AddXp>) -> Result<Option<Done<XpAdded>>, Error> {
        // Of several events of a user the last has to have the highest total.
        if one.request.amount.get() <= 0 {
            return Ok(None);
        }
        let add = |lane: Lane<_>| lane.run(self.clone(), |s, batch| Box::pin(s.add_all_xp(batch)));
        Ok(self.additions.ask(one, add).await?)
    }

    async fn add_all_xp(
        &self,
        batch: &[Waiting<Once<AddXp>>],
    ) -> Result<Answers<Once<AddXp>>, Error> {
        let requests: Vec<_> = batch.iter().map(|one| &one.item).collect();
        let sent = requests.iter().map(|one| &one.request.levels);
        let levels = xp::levels_beside(self, sent).await?;
        self.write_together(|tx| Box::pin(xp::add_all(tx, &requests, &levels))).await
    }
}
