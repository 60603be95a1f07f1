//! `erased_payments`, `erased_uses` and `erasure_secret`.

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::payment::{ErasedPayment, PaymentRow};
use crate::error::Error;

statements! {
    KEEP_PAYMENT = both(
        "INSERT INTO erased_payments (hmac, provider, charge_id, amount, currency, status, tariff,
             bot_name, created_at, updated_at, erased_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (hmac) DO NOTHING");
    GET_PAYMENT = both(
        "SELECT provider, charge_id, amount, currency, status, tariff, bot_name, created_at,
             updated_at
         FROM erased_payments WHERE hmac = $1");
    SET_REFUNDED = both(
        "UPDATE erased_payments SET status = 'refunded', updated_at = $2
         WHERE hmac = $1 AND status = 'completed'");
    INSERT_USE = both("INSERT INTO erased_uses (hmac) VALUES ($1) ON CONFLICT (hmac) DO NOTHING");
    HAS_USE = both("SELECT count(*) FROM erased_uses WHERE hmac = $1");
    SECRET = both("SELECT secret FROM erasure_secret WHERE id = 1");
    INSERT_SECRET = both(
        "INSERT INTO erasure_secret (id, secret) VALUES (1, $1) ON CONFLICT (id) DO NOTHING");
}

/// Keeps a payment without the telegram_id, without description and metadata.
pub async fn keep_payment(tx: &mut Tx<'_>, hmac: &[u8], p: &PaymentRow) -> Result<(), Error> {
    let now = tx.now();
    sql!(
        tx,
        execute,
        KEEP_PAYMENT,
        hmac,
        &p.provider,
        &p.charge_id,
        p.amount,
        &p.currency,
        p.status,
        &p.tariff,
        &p.bot_name,
        p.created_at,
        p.updated_at,
        now,
    )
    .map(drop)
}

pub async fn get_payment(
    connection: &mut Connection<'_>,
    hmac: &[u8],
) -> Result<Option<ErasedPayment>, Error> {
    sql!(connection, fetch_optional, GET_PAYMENT, hmac)
}

/// Marks a completed payment refunded.
pub async fn set_refunded(tx: &mut Tx<'_>, hmac: &[u8]) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, SET_REFUNDED, hmac, now).map(drop)
}

pub async fn insert_use(tx: &mut Tx<'_>, hmac: &[u8]) -> Result<(), Error> {
    sql!(tx, execute, INSERT_USE, hmac).map(drop)
}

pub async fn has_use(connection: &mut Connection<'_>, hmac: &[u8]) -> Result<bool, Error> {
    let (count,): (i64,) = sql!(connection, fetch_one, HAS_USE, hmac)?;
    Ok(count > 0)
}

/// The key of the HMACs, if anybody was erased yet.
pub async fn secret(connection: &mut Connection<'_>) -> Result<Option<Vec<u8>>, Error> {
    let row: Option<(Vec<u8>,)> = sql!(connection, fetch_optional, SECRET)?;
    Ok(row.map(|(secret,)| secret))
}

/// Keeps the secret unless there is one.
pub async fn insert_secret(tx: &mut Tx<'_>, secret: &[u8]) -> Result<(), Error> {
    sql!(tx, execute, INSERT_SECRET, secret).map(drop)
}
