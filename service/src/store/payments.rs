//! `payments`.

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::payment::PaymentRow;
use crate::domain::time::Timestamp;
use crate::error::Error;

macro_rules! columns {
    () => {
        "telegram_id, provider, charge_id, amount, currency, status, tariff, description,
         is_recurring, mismatches, metadata, bot_name, subscription_id, created_at, updated_at"
    };
}

statements! {
    GET = both(concat!(
        "SELECT ", columns!(), " FROM payments
         WHERE telegram_id = $1 AND provider = $2 AND charge_id = $3"));
    INSERT = both(
        "INSERT INTO payments (telegram_id, provider, charge_id, amount, currency, status, tariff,
             description, is_recurring, mismatches, metadata, bot_name, subscription_id,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (telegram_id, provider, charge_id) DO NOTHING");
    SET_REFUNDED = both(
        "UPDATE payments SET status = 'refunded', updated_at = $4
         WHERE telegram_id = $1 AND provider = $2 AND charge_id = $3");
    OF_USER = both(concat!(
        "SELECT ", columns!(), " FROM payments
         WHERE telegram_id = $1 AND (created_at < $2 OR (created_at = $2
             AND (provider < $3 OR (provider = $3 AND charge_id < $4))))
         ORDER BY created_at DESC, provider DESC, charge_id DESC LIMIT $5"));
    ALL = both(concat!(
        "SELECT ", columns!(), " FROM payments
         WHERE created_at >= $1 AND created_at <= $2 AND ($3 = '' OR bot_name = $3)
             AND (created_at > $4 OR (created_at = $4 AND (telegram_id > $5
                 OR (telegram_id = $5 AND (provider > $6
                     OR (provider = $6 AND charge_id > $7))))))
         ORDER BY created_at, telegram_id, provider, charge_id LIMIT $8"));
}

/// Where a page of payments begins: time, user, provider and charge.
pub type Position = (Timestamp, i64, String, String);

pub async fn get(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    provider: &str,
    charge_id: &str,
) -> Result<Option<PaymentRow>, Error> {
    sql!(connection, fetch_optional, GET, telegram_id.get(), provider, charge_id)
}

/// False if there is such a charge.
pub async fn insert(tx: &mut Tx<'_>, p: &PaymentRow) -> Result<bool, Error> {
    sql!(
        tx,
        execute,
        INSERT,
        p.telegram_id,
        &p.provider,
        &p.charge_id,
        p.amount,
        &p.currency,
        p.status,
        &p.tariff,
        &p.description,
        p.is_recurring,
        &p.mismatches,
        &p.metadata,
        &p.bot_name,
        p.subscription_id,
        p.created_at,
        p.updated_at,
    )
    .map(|inserted| inserted == 1)
}

pub async fn set_refunded(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    provider: &str,
    charge_id: &str,
) -> Result<(), Error> {
    let now = tx.now();
    sql!(tx, execute, SET_REFUNDED, telegram_id.get(), provider, charge_id, now).map(drop)
}

/// The user's payments before this position, newest first.
pub async fn of_user(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    before: &(Timestamp, String, String),
    limit: i64,
) -> Result<Vec<PaymentRow>, Error> {
    let (time, provider, charge_id) = before;
    sql!(connection, fetch_all, OF_USER, telegram_id.get(), *time, provider, charge_id, limit)
}

/// Everybody's payments from `first` to `last`, of one bot or of all, after this position.
pub async fn all(
    connection: &mut Connection<'_>,
    (first, last): (Timestamp, Timestamp),
    bot_name: Option<&BotName>,
    after: &Position,
    limit: i64,
) -> Result<Vec<PaymentRow>, Error> {
    let bot_name = bot_name.map_or("", BotName::as_str);
    let (time, user, provider, charge) = after;
    sql!(connection, fetch_all, ALL, first, last, bot_name, *time, *user, provider, charge, limit)
}
