//! Figures by UTC day.

use std::collections::BTreeMap;

use super::statement::{both, each, sql, statements};
use super::{Connection, Statement};
use crate::domain::bounds::BotName;
use crate::domain::figures::{ByDay, Turnover};
use crate::domain::time::Timestamp;
use crate::error::Error;

/// A statement over days: a column in brackets stands for the UTC day of its time.
macro_rules! by_day {
    ($($part:tt),+ $(,)?) => {
        each(
            concat!($(by_day!(@sqlite $part)),+),
            concat!($(by_day!(@postgres $part)),+),
        )
    };
    (@sqlite [$column:literal]) => { concat!("substr(", $column, ", 1, 10)") };
    (@postgres [$column:literal]) => {
        concat!("to_char(", $column, " AT TIME ZONE 'UTC', 'YYYY-MM-DD')")
    };
    (@$engine:ident $text:literal) => { $text };
}

statements! {
    NEW_USERS = by_day!(
        "SELECT ", ["u.registration_date"], " AS day, count(*) FROM users u
         WHERE u.registration_date >= $1 AND u.registration_date < $2
             AND ($3 = '' OR EXISTS (SELECT 1 FROM activity_days a
                 WHERE a.telegram_id = u.telegram_id AND a.bot_name = $3
                     AND a.day = ", ["u.registration_date"], "))
         GROUP BY 1");
    ACTIVE_USERS = by_day!(
        "SELECT day, count(DISTINCT telegram_id) FROM (
             SELECT day, telegram_id FROM activity_days
             WHERE day >= ", ["$1"], " AND day < ", ["$2"], " AND ($3 = '' OR bot_name = $3)
             UNION ALL
             SELECT ", ["training_date"], ", telegram_id FROM training_history
             WHERE training_date >= $1 AND training_date < $2 AND ($3 = '' OR bot_name = $3)
         ) AS active GROUP BY day");
    TRAININGS = by_day!(
        "SELECT ", ["training_date"], " AS day, count(*) FROM training_history
         WHERE training_date >= $1 AND training_date < $2 AND ($3 = '' OR bot_name = $3)
         GROUP BY 1");
    PAYMENTS = by_day!(
        "SELECT ", ["created_at"], " AS day, currency, count(*), CAST(SUM(amount) AS BIGINT) FROM (
             SELECT created_at, currency, amount, status, bot_name FROM payments
             UNION ALL SELECT created_at, currency, amount, status, bot_name FROM erased_payments
         ) AS charges
         WHERE status IN ('completed', 'refunded') AND created_at >= $1 AND created_at < $2
             AND ($3 = '' OR bot_name = $3)
         GROUP BY 1, currency ORDER BY 1, currency");
    REFUNDS = by_day!(
        "SELECT ", ["updated_at"], " AS day, currency, count(*), CAST(SUM(amount) AS BIGINT) FROM (
             SELECT updated_at, currency, amount, status, bot_name FROM payments
             UNION ALL SELECT updated_at, currency, amount, status, bot_name FROM erased_payments
         ) AS charges
         WHERE status = 'refunded' AND updated_at >= $1 AND updated_at < $2
             AND ($3 = '' OR bot_name = $3)
         GROUP BY 1, currency ORDER BY 1, currency");
    PLANS = both(
        "SELECT s.start_date, s.end_date FROM subscriptions s
         WHERE s.subscription_type <> 'credits' AND s.start_date < $2 AND s.end_date > $1
             AND ($3 = '' OR EXISTS (SELECT 1 FROM access_events e
                 WHERE e.telegram_id = s.telegram_id AND e.holding_id = s.id
                     AND e.event = 'grant' AND e.bot_name = $3))");
}

type Range = (Timestamp, Timestamp);

async fn counts(
    connection: &mut Connection<'_>,
    statement: Statement,
    bot_name: Option<&BotName>,
    (from, to): Range,
) -> Result<ByDay, Error> {
    let bot_name = bot_name.map_or("", BotName::as_str);
    let rows: Vec<(String, i64)> = sql!(connection, fetch_all, statement, from, to, bot_name)?;
    Ok(rows.into_iter().collect())
}

async fn turnover(
    connection: &mut Connection<'_>,
    statement: Statement,
    bot_name: Option<&BotName>,
    (from, to): Range,
) -> Result<BTreeMap<String, Vec<Turnover>>, Error> {
    let bot_name = bot_name.map_or("", BotName::as_str);
    let rows: Vec<(String, String, i64, i64)> =
        sql!(connection, fetch_all, statement, from, to, bot_name)?;
    let mut days = BTreeMap::<String, Vec<Turnover>>::new();
    for (day, currency, count, amount) in rows {
        days.entry(day).or_default().push(Turnover { currency, count, amount });
    }
    Ok(days)
}

pub async fn new_users(
    connection: &mut Connection<'_>,
    bot_name: Option<&BotName>,
    range: Range,
) -> Result<ByDay, Error> {
    counts(connection, NEW_USERS, bot_name, range).await
}

pub async fn active_users(
    connection: &mut Connection<'_>,
    bot_name: Option<&BotName>,
    range: Range,
) -> Result<ByDay, Error> {
    counts(connection, ACTIVE_USERS, bot_name, range).await
}

pub async fn trainings(
    connection: &mut Connection<'_>,
    bot_name: Option<&BotName>,
    range: Range,
) -> Result<ByDay, Error> {
    counts(connection, TRAININGS, bot_name, range).await
}

/// Charges by day and currency, those of erased users too.
pub async fn payments(
    connection: &mut Connection<'_>,
    bot_name: Option<&BotName>,
    range: Range,
) -> Result<BTreeMap<String, Vec<Turnover>>, Error> {
    turnover(connection, PAYMENTS, bot_name, range).await
}

/// Refunds by their day and currency, those of erased users too.
pub async fn refunds(
    connection: &mut Connection<'_>,
    bot_name: Option<&BotName>,
    range: Range,
) -> Result<BTreeMap<String, Vec<Turnover>>, Error> {
    turnover(connection, REFUNDS, bot_name, range).await
}

/// Start and end of the time plans that run at some time in the range.
pub async fn plans(
    connection: &mut Connection<'_>,
    bot_name: Option<&BotName>,
    (from, to): Range,
) -> Result<Vec<(Timestamp, Timestamp)>, Error> {
    let bot_name = bot_name.map_or("", BotName::as_str);
    sql!(connection, fetch_all, PLANS, from, to, bot_name)
}
