//! `tariffs`.

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::tariff::Tariff;
use crate::error::Error;

macro_rules! columns {
    () => {
        "tariff, title, active, subscription_type, duration_days, credits, prices"
    };
}

statements! {
    GET = both(concat!("SELECT ", columns!(), " FROM tariffs WHERE tariff = $1"));
    LIST = both(concat!(
        "SELECT ", columns!(), " FROM tariffs WHERE tariff > $1 ORDER BY tariff LIMIT $2"));
    PUT = both(
        "INSERT INTO tariffs (tariff, title, active, subscription_type, duration_days, credits,
             prices)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tariff) DO UPDATE SET title = excluded.title, active = excluded.active,
             subscription_type = excluded.subscription_type,
             duration_days = excluded.duration_days, credits = excluded.credits,
             prices = excluded.prices");
}

pub async fn get(connection: &mut Connection<'_>, tariff: &str) -> Result<Option<Tariff>, Error> {
    sql!(connection, fetch_optional, GET, tariff)
}

/// Tariffs after this one.
pub async fn list(
    connection: &mut Connection<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<Tariff>, Error> {
    sql!(connection, fetch_all, LIST, after, limit)
}

pub async fn put(tx: &mut Tx<'_>, tariff: &Tariff) -> Result<(), Error> {
    sql!(
        tx,
        execute,
        PUT,
        &tariff.tariff,
        &tariff.title,
        tariff.active,
        tariff.subscription_type,
        tariff.duration_days,
        tariff.credits,
        &tariff.prices,
    )
    .map(drop)
}
