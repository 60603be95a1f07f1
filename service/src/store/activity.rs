//! `activity_days`.

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::export::ActiveDay;
use crate::error::Error;

statements! {
    NOTE = both(
        "INSERT INTO activity_days (telegram_id, bot_name, day) VALUES ($1, $2, $3)
         ON CONFLICT (telegram_id, bot_name, day) DO NOTHING");
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
