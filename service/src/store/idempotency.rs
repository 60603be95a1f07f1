//! `idempotency_keys`.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::gather::{self, gathered};
use super::statement::{both, each, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::TelegramId;
use crate::domain::time::Timestamp;
use crate::error::Error;

/// A row is `[telegram_id, bot_name, key]`.
macro_rules! get_all {
    ($engine:ident) => {
        concat!(
            "SELECT k.telegram_id, k.bot_name, k.key, k.fingerprint, k.status, k.body, k.etag,
                 k.created_at
             FROM ",
            gathered!($engine),
            "
             JOIN idempotency_keys k ON k.telegram_id = CAST(r.value ->> 0 AS BIGINT)
                 AND k.bot_name = r.value ->> 1 AND k.key = r.value ->> 2"
        )
    };
}

/// A row is `[telegram_id, bot_name, key, fingerprint, status, body, etag]`.
macro_rules! insert_all {
    ($engine:ident, $fingerprint:literal) => {
        concat!(
            "INSERT INTO idempotency_keys (telegram_id, bot_name, key, fingerprint, status, body,
                 etag, created_at)
             SELECT CAST(r.value ->> 0 AS BIGINT), r.value ->> 1, r.value ->> 2, ",
            $fingerprint,
            ", CAST(r.value ->> 4 AS BIGINT), r.value ->> 5, CAST(r.value ->> 6 AS BIGINT), $2
             FROM ",
            gathered!($engine),
            " WHERE TRUE ON CONFLICT (telegram_id, bot_name, key) DO NOTHING"
        )
    };
}

statements! {
    GET = both(
        "SELECT fingerprint, status, body, etag, created_at FROM idempotency_keys
         WHERE telegram_id = $1 AND bot_name = $2 AND key = $3");
    GET_ALL = each(get_all!(sqlite), get_all!(postgres));
    INSERT_ALL = each(
        insert_all!(sqlite, "unhex(r.value ->> 3)"),
        insert_all!(postgres, "decode(r.value ->> 3, 'hex')"));
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

/// A scope to look up: telegram_id, bot_name and key.
pub type ScopeKey = (i64, String, String);

/// The answer to a request that was carried out.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredAnswer {
    pub fingerprint: Vec<u8>,
    pub status: i64,
    pub body: String,
    pub etag: Option<i64>,
    pub created_at: Timestamp,
}

impl StoredAnswer {
    pub fn new(
        fingerprint: &[u8],
        status: u16,
        body: &impl Serialize,
        etag: Option<i64>,
        created_at: Timestamp,
    ) -> Self {
        Self {
            fingerprint: fingerprint.to_owned(),
            status: status.into(),
            body: serde_json::to_string(body).unwrap_or_default(),
            etag,
            created_at,
        }
    }
}

#[derive(Debug, sqlx::FromRow)]
struct Found {
    telegram_id: i64,
    bot_name: String,
    key: String,
    #[sqlx(flatten)]
    answer: StoredAnswer,
}

pub async fn get(
    connection: &mut Connection<'_>,
    scope: Scope<'_>,
) -> Result<Option<StoredAnswer>, Error> {
    let Scope { telegram_id, bot_name, key } = scope;
    sql!(connection, fetch_optional, GET, telegram_id.get(), bot_name, key)
}

/// Those of these that have an answer.
pub async fn get_all(
    connection: &mut Connection<'_>,
    scopes: impl IntoIterator<Item = ScopeKey>,
) -> Result<HashMap<ScopeKey, StoredAnswer>, Error> {
    let found: Vec<Found> = sql!(connection, fetch_all, GET_ALL, gather::rows(scopes))?;
    let entry =
        |Found { telegram_id, bot_name, key, answer }| ((telegram_id, bot_name, key), answer);
    Ok(found.into_iter().map(entry).collect())
}

fn row<'a>((scope, answer): &'a (ScopeKey, StoredAnswer)) -> impl Serialize + use<'a> {
    let (telegram_id, bot_name, key) = scope;
    let StoredAnswer { fingerprint, status, body, etag, .. } = answer;
    let mut hex = String::with_capacity(2 * fingerprint.len());
    for byte in fingerprint {
        // A text takes all that is written to it.
        let _ = write!(hex, "{byte:02x}");
    }
    (telegram_id, bot_name, key, hex, status, body, etag)
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

/// Stores the answers to several, which are of now.
///
/// # Errors
/// [`Error::IdempotencyRace`]: another transaction stored an answer under one of their keys.
pub async fn insert_all(
    tx: &mut Tx<'_>,
    answers: &[(ScopeKey, StoredAnswer)],
) -> Result<(), Error> {
    let (rows, now) = (gather::rows(answers.iter().map(row)), tx.now());
    let inserted = sql!(tx, execute, INSERT_ALL, rows, now)?;
    if inserted == answers.len() as u64 { Ok(()) } else { Err(Error::IdempotencyRace) }
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
