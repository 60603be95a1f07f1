//! `erased_payments`, `erased_uses` and `erasure_secret`.

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::TelegramId;
use crate::domain::payment::ErasedPayment;
use crate::error::Error;

statements! {
    KEEP_PAYMENTS = both(
        "INSERT INTO erased_payments (provider, charge_id, amount, currency, status, tariff,
             bot_name, created_at, updated_at, erased_at)
         SELECT provider, charge_id, amount, currency, status, tariff, bot_name, created_at,
             updated_at, CASE WHEN $2 > updated_at THEN $2 ELSE updated_at END
         FROM payments WHERE telegram_id = $1
         ON CONFLICT (provider, charge_id) DO NOTHING");
    GET_PAYMENT = both(
        "SELECT amount, currency, status, tariff, bot_name, created_at, updated_at
         FROM erased_payments WHERE provider = $1 AND charge_id = $2");
    INSERT_USE = both("INSERT INTO erased_uses (hmac) VALUES ($1) ON CONFLICT (hmac) DO NOTHING");
    HAS_USE = both("SELECT count(*) FROM erased_uses WHERE hmac = $1");
    SECRET = both("SELECT secret FROM erasure_secret WHERE id = 1");
    INSERT_SECRET = both(
        "INSERT INTO erasure_secret (id, secret) VALUES (1, $1) ON CONFLICT (id) DO NOTHING");
}

/// Copies the user's payments without the telegram_id, without description and metadata.
pub async fn keep_payments(tx: &mut Tx<'_>, telegram_id: TelegramId) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, KEEP_PAYMENTS, telegram_id.get(), now).map(drop)
}

pub async fn get_payment(
    connection: &mut Connection<'_>,
    provider: &str,
    charge_id: &str,
) -> Result<Option<ErasedPayment>, Error> {
    sql!(connection, fetch_optional, GET_PAYMENT, provider, charge_id)
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
