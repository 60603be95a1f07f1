//! `activity_days`, and `last_activity` of `users`.

use super::gather::{Answers, Gathered, Key, Lane, Waiting, gathered};
use super::statement::{both, each, sql, statements};
use super::{Connection, Store, Tx, gather};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::export::ActiveDay;
use crate::domain::time::Timestamp;
use crate::error::Error;

/// The users who are there. In this order two such statements seldom wait for each other; if they
/// do, one is run again.
macro_rules! visitors {
    ($engine:ident) => {
        concat!(
            "(SELECT u.telegram_id, r.value ->> 1 AS bot_name FROM ",
            gathered!($engine),
            " JOIN users u ON u.telegram_id = CAST(r.value ->> 0 AS BIGINT)
              ORDER BY u.telegram_id) visitors"
        )
    };
}

macro_rules! touch_all {
    ($engine:ident) => {
        concat!(
            "UPDATE users SET last_activity = $2 FROM ",
            visitors!($engine),
            " WHERE users.telegram_id = visitors.telegram_id AND users.last_activity < $2"
        )
    };
}

macro_rules! note_all {
    ($engine:ident) => {
        concat!(
            "INSERT INTO activity_days (telegram_id, bot_name, day)
             SELECT telegram_id, bot_name, $2 FROM ",
            visitors!($engine),
            " WHERE TRUE ON CONFLICT (telegram_id, bot_name, day) DO NOTHING"
        )
    };
}

statements! {
    NOTE = both(
        "INSERT INTO activity_days (telegram_id, bot_name, day) VALUES ($1, $2, $3)
         ON CONFLICT (telegram_id, bot_name, day) DO NOTHING");
    TOUCH_ALL = each(touch_all!(sqlite), touch_all!(postgres));
    NOTE_ALL = each(note_all!(sqlite), note_all!(postgres));
    LIST = both(
        "SELECT bot_name, day FROM activity_days WHERE telegram_id = $1 ORDER BY day, bot_name");
}

/// Notes that the user was active in this bot today.
pub async fn note(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
) -> Result<(), Error> {
    let today = tx.now().day();
    sql!(tx, execute, NOTE, telegram_id.get(), bot_name.as_str(), today).map(drop)
}

/// The bots and UTC days of the user's activity, the earliest first.
pub async fn list(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
) -> Result<Vec<ActiveDay>, Error> {
    sql!(connection, fetch_all, LIST, telegram_id.get())
}

/// A user who was active in a bot.
#[derive(Debug)]
pub(super) struct Visit {
    key: Key,
}

impl Gathered for Visit {
    /// When.
    type Answer = Timestamp;

    fn key(&self) -> &Key {
        &self.key
    }
}

impl Store {
    /// Notes that the user is active in this bot, in one transaction with others who are active at
    /// the same time, and tells the time that was noted. `None` if it could not be noted.
    ///
    /// # Errors
    /// No connection is to be had.
    pub async fn note_activity(
        &self,
        telegram_id: TelegramId,
        bot_name: &BotName,
    ) -> Result<Option<Timestamp>, Error> {
        let visit = Visit { key: gather::key(telegram_id, bot_name) };
        let note = |lane: Lane<_>| lane.run(self.clone(), |s, visits| Box::pin(s.note_all(visits)));
        Ok(self.visits.ask(visit, note).await?)
    }

    async fn note_all(&self, batch: &[Waiting<Visit>]) -> Result<Answers<Visit>, Error> {
        let sessions = gather::sessions(batch);
        let noted = self.write_together(|tx| Box::pin(note_all(tx, &sessions))).await?;
        Ok(vec![Some(noted); batch.len()])
    }
}

/// `sessions`: as `gather::rows` makes them.
async fn note_all(tx: &mut Tx<'_>, sessions: &str) -> Result<Timestamp, Error> {
    let now = tx.now();
    sql!(tx, execute, TOUCH_ALL, sessions, now)?;
    sql!(tx, execute, NOTE_ALL, sessions, now.day())?;
    Ok(now)
}
