//! `idempotency_keys`.

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::TelegramId;
use crate::domain::time::Timestamp;
use crate::error::Error;

statements! {
    GET = both(
        "SELECT fingerprint, status, body, etag, created_at FROM idempotency_keys
         WHERE telegram_id = $1 AND bot_name = $2 AND key = $3");
    INSERT = both(
        "INSERT INTO idempotency_keys (telegram_id, bot_name, key, fingerprint, status, body, etag,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (telegram_id, bot_name, key) DO NOTHING");
    DELETE = both(
        "DELETE FROM idempotency_keys WHERE telegram_id = $1 AND bot_name = $2 AND key = $3");
    DELETE_OF = both("DELETE FROM idempotency_keys WHERE telegram_id = $1");
    // Friends whose reward names the erased user.
    FORGET_REFERRAL = both(
        "UPDATE idempotency_keys SET body = replace(body, $2, $3) WHERE telegram_id IN (
             SELECT telegram_id FROM free_trainings WHERE source = 'referral' AND reference = $1)");
    PURGE = both(
        "DELETE FROM idempotency_keys WHERE created_at < $1 AND (telegram_id, bot_name, key) IN (
             SELECT telegram_id, bot_name, key FROM idempotency_keys WHERE created_at < $1
             LIMIT $2)");
}

/// Whose key it is: scoped to the user and the bot, `''` for operators.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub telegram_id: TelegramId,
    pub bot_name: &'a str,
    pub key: &'a str,
}

/// The answer to a request that was carried out.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredAnswer {
    pub fingerprint: Vec<u8>,
    pub status: i64,
    pub body: String,
    pub etag: Option<i64>,
    pub created_at: Timestamp,
}

pub async fn get(
    connection: &mut Connection<'_>,
    scope: Scope<'_>,
) -> Result<Option<StoredAnswer>, Error> {
    let Scope { telegram_id, bot_name, key } = scope;
    sql!(connection, fetch_optional, GET, telegram_id.get(), bot_name, key)
}

/// False if another transaction stored an answer under this key.
pub async fn insert(
    tx: &mut Tx<'_>,
    scope: Scope<'_>,
    answer: &StoredAnswer,
) -> Result<bool, Error> {
    sql!(
        tx,
        execute,
        INSERT,
        scope.telegram_id.get(),
        scope.bot_name,
        scope.key,
        &answer.fingerprint,
        answer.status,
        &answer.body,
        answer.etag,
        answer.created_at,
    )
    .map(|inserted| inserted == 1)
}

pub async fn delete(tx: &mut Tx<'_>, scope: Scope<'_>) -> Result<(), Error> {
    let Scope { telegram_id, bot_name, key } = scope;
    sql!(tx, execute, DELETE, telegram_id.get(), bot_name, key).map(drop)
}

pub async fn delete_of(tx: &mut Tx<'_>, telegram_id: TelegramId) -> Result<(), Error> {
    sql!(tx, execute, DELETE_OF, telegram_id.get()).map(drop)
}

/// Replaces an invited user's id by a pseudonym, in the answers to whoever invited them.
pub async fn forget_referral(
    tx: &mut Tx<'_>,
    reference: &str,
    pseudonym: &str,
) -> Result<(), Error> {
    let in_json = |text: &str| format!("\"reference\":\"{text}\"");
    let (from, to) = (in_json(reference), in_json(pseudonym));
    sql!(tx, execute, FORGET_REFERRAL, reference, from, to).map(drop)
}

/// Deletes at most `limit` keys that are older than this; how many it deleted.
pub async fn purge(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, Error> {
    sql!(tx, execute, PURGE, before, limit)
}
