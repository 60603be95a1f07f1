//! `activity_days`.

use super::Tx;
use super::statement::{both, sql, statements};
use crate::domain::bounds::{BotName, TelegramId};
use crate::error::Error;

statements! {
    NOTE = both(
        "INSERT INTO activity_days (telegram_id, bot_name, day) VALUES ($1, $2, $3)
         ON CONFLICT (telegram_id, bot_name, day) DO NOTHING");
}

/// Notes that the user was active in this bot today.
pub async fn note(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
) -> Result<(), Error> {
    let today = tx.now().day();
    sql!(
        tx,
        execute,
        NOTE,
        telegram_id.get(),
        bot_name.as_str(),
        today
    )
    .map(drop)
}
