//! `bots`.

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bot::Bot;
use crate::domain::bounds::BotName;
use crate::error::Error;

statements! {
    GET = both("SELECT bot_name, title, created_at FROM bots WHERE bot_name = $1");
    LIST = both(
        "SELECT bot_name, title, created_at FROM bots WHERE bot_name > $1
         ORDER BY bot_name LIMIT $2");
    ENSURE = both(
        "INSERT INTO bots (bot_name, title, created_at) VALUES ($1, NULL, $2)
         ON CONFLICT (bot_name) DO NOTHING");
    SET_TITLE = both("UPDATE bots SET title = $2 WHERE bot_name = $1");
}

pub async fn get(
    connection: &mut Connection<'_>,
    bot_name: &BotName,
) -> Result<Option<Bot>, Error> {
    sql!(connection, fetch_optional, GET, bot_name.as_str())
}

/// Bots after this one.
pub async fn list(
    connection: &mut Connection<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<Bot>, Error> {
    sql!(connection, fetch_all, LIST, after, limit)
}

/// Creates the bot unless there is one; whether it was created.
pub async fn ensure(tx: &mut Tx<'_>, bot_name: &BotName) -> Result<bool, Error> {
    let now = tx.now();
    sql!(tx, execute, ENSURE, bot_name.as_str(), now).map(|created| created == 1)
}

pub async fn set_title(
    tx: &mut Tx<'_>,
    bot_name: &BotName,
    title: Option<&str>,
) -> Result<(), Error> {
    sql!(tx, execute, SET_TITLE, bot_name.as_str(), title).map(drop)
}
