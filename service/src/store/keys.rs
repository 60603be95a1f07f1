//! `api_keys`.

use uuid::Uuid;

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::BotName;
use crate::domain::key::{KeyHash, StoredKey};
use crate::domain::time::Timestamp;
use crate::error::Error;

macro_rules! columns {
    () => {
        "key_id, bot_name, created_at, last_used_at, expires_at, revoked_at"
    };
}

statements! {
    BY_HASH = both(concat!("SELECT ", columns!(), " FROM api_keys WHERE hash = $1"));
    INSERT = both(
        "INSERT INTO api_keys (key_id, bot_name, hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)");
    OF_BOT = both(concat!(
        "SELECT ", columns!(), " FROM api_keys WHERE bot_name = $1
             AND (created_at < $2 OR (created_at = $2 AND key_id < $3))
         ORDER BY created_at DESC, key_id DESC LIMIT $4"));
    ALL = both(concat!("SELECT ", columns!(), " FROM api_keys ORDER BY created_at, key_id"));
    REVOKE = both(
        "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $2) WHERE key_id = $1");
    REVOKE_OF_BOT = both(
        "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $2)
         WHERE key_id = $1 AND bot_name = $3");
    TOUCH = both(
        "UPDATE api_keys SET last_used_at = $2
         WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < $3)");
    COUNT = both("SELECT count(*) FROM api_keys");
}

/// The key of this hash, valid or not.
pub async fn by_hash(
    connection: &mut Connection<'_>,
    hash: &KeyHash,
) -> Result<Option<StoredKey>, Error> {
    sql!(connection, fetch_optional, BY_HASH, hash.as_slice())
}

pub async fn insert(tx: &mut Tx<'_>, key: &StoredKey, hash: &KeyHash) -> Result<(), Error> {
    let hash = hash.as_slice();
    sql!(tx, execute, INSERT, key.key_id, &key.bot_name, hash, key.created_at, key.expires_at)
        .map(drop)
}

/// The bot's keys before this one, newest first.
pub async fn of_bot(
    connection: &mut Connection<'_>,
    bot_name: &BotName,
    before: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<StoredKey>, Error> {
    sql!(connection, fetch_all, OF_BOT, bot_name.as_str(), before.0, before.1, limit)
}

/// Every key, operators' included, the oldest first.
pub async fn all(connection: &mut Connection<'_>) -> Result<Vec<StoredKey>, Error> {
    sql!(connection, fetch_all, ALL)
}

/// Whether there is such a key, of this bot or of any. One that was revoked stays as it was.
pub async fn revoke(
    tx: &mut Tx<'_>,
    bot_name: Option<&BotName>,
    key_id: Uuid,
) -> Result<bool, Error> {
    let now = tx.now();
    let revoked = match bot_name {
        None => sql!(tx, execute, REVOKE, key_id, now),
        Some(bot) => sql!(tx, execute, REVOKE_OF_BOT, key_id, now, bot.as_str()),
    }?;
    Ok(revoked > 0)
}

/// Notes the use of a key unless one was noted after `unless_after`.
pub async fn touch(tx: &mut Tx<'_>, key_id: Uuid, unless_after: Timestamp) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, TOUCH, key_id, now, unless_after).map(drop)
}

/// How many keys there are, valid or not.
pub async fn count(connection: &mut Connection<'_>) -> Result<i64, Error> {
    let (count,): (i64,) = sql!(connection, fetch_one, COUNT)?;
    Ok(count)
}
