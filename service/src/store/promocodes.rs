//! `promocodes` and `promocode_usage`.

use super::statement::{both, each, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::{Code, TelegramId};
use crate::domain::promocode::Promocode;
use crate::domain::time::Timestamp;
use crate::error::Error;

macro_rules! columns {
    () => {
        "code, type, value, max_uses, current_uses, expires_at, created_at"
    };
}

statements! {
    GET = both(concat!("SELECT ", columns!(), " FROM promocodes WHERE code = $1"));
    LOCK = each(
        concat!("SELECT ", columns!(), " FROM promocodes WHERE code = $1"),
        concat!("SELECT ", columns!(), " FROM promocodes WHERE code = $1 FOR UPDATE"),
    );
    LIST = both(concat!(
        "SELECT ", columns!(), " FROM promocodes WHERE code > $1 ORDER BY code LIMIT $2"));
    INSERT = both(
        "INSERT INTO promocodes (code, type, value, max_uses, current_uses, unlisted_uses,
             expires_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7) ON CONFLICT (code) DO NOTHING");
    EXPIRE = both("UPDATE promocodes SET expires_at = $2 WHERE code = $1");
    IS_USED = both("SELECT count(*) FROM promocode_usage WHERE telegram_id = $1 AND code = $2");
    COUNT_USE = both("UPDATE promocodes SET current_uses = current_uses + 1 WHERE code = $1");
    INSERT_USAGE = both(
        "INSERT INTO promocode_usage (telegram_id, code, used_at) VALUES ($1, $2, $3)
         ON CONFLICT (telegram_id, code) DO NOTHING");
    UNLIST = both(
        "UPDATE promocodes SET unlisted_uses = unlisted_uses + 1 WHERE code IN (
             SELECT code FROM promocode_usage WHERE telegram_id = $1)");
    USED_BY = both(
        "SELECT code, used_at FROM promocode_usage WHERE telegram_id = $1 ORDER BY used_at, code");
}

pub async fn get(connection: &mut Connection<'_>, code: &Code) -> Result<Option<Promocode>, Error> {
    sql!(connection, fetch_optional, GET, code.as_str())
}

/// Reads the code and keeps everybody else from redeeming it until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>, code: &Code) -> Result<Option<Promocode>, Error> {
    sql!(tx, fetch_optional, LOCK, code.as_str())
}

/// Codes after this one.
pub async fn list(
    connection: &mut Connection<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<Promocode>, Error> {
    sql!(connection, fetch_all, LIST, after, limit)
}

/// False if there is such a code. Uses that it has already are those that no row tells of.
pub async fn insert(tx: &mut Tx<'_>, promocode: &Promocode) -> Result<bool, Error> {
    sql!(
        tx,
        execute,
        INSERT,
        &promocode.code,
        promocode.promocode_type,
        promocode.value,
        promocode.max_uses,
        promocode.current_uses,
        promocode.expires_at,
        promocode.created_at,
    )
    .map(|inserted| inserted == 1)
}

/// The code is no longer valid from now on.
pub async fn expire(tx: &mut Tx<'_>, code: &Code, end: Timestamp) -> Result<(), Error> {
    sql!(tx, execute, EXPIRE, code.as_str(), end).map(drop)
}

pub async fn is_used(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    code: &Code,
) -> Result<bool, Error> {
    let (count,): (i64,) = sql!(connection, fetch_one, IS_USED, telegram_id.get(), code.as_str())?;
    Ok(count > 0)
}

pub async fn count_use(tx: &mut Tx<'_>, telegram_id: TelegramId, code: &Code) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, COUNT_USE, code.as_str())?;
    insert_usage(tx, telegram_id, code.as_str(), now).await.map(drop)
}

/// False if the use is noted already.
pub async fn insert_usage(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    code: &str,
    used_at: Timestamp,
) -> Result<bool, Error> {
    sql!(tx, execute, INSERT_USAGE, telegram_id.get(), code, used_at).map(|inserted| inserted == 1)
}

/// Counts the user's uses among those that no row tells of, before their rows are deleted.
pub async fn unlist(tx: &mut Tx<'_>, telegram_id: TelegramId) -> Result<(), Error> {
    sql!(tx, execute, UNLIST, telegram_id.get()).map(drop)
}

/// What the user redeemed, and when.
pub async fn used_by(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
) -> Result<Vec<(String, Timestamp)>, Error> {
    sql!(connection, fetch_all, USED_BY, telegram_id.get())
}
