//! Figures of the days, for operators.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::bounds::BotName;
use super::time::Timestamp;
use crate::error::Error;
use crate::store::{self, Connection};

/// The most days of one answer.
pub const MAX_DAYS: u64 = 366;

/// What happened on a UTC day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "date": "2026-11-22", "new_users": 12, "active_users": 87, "trainings": 64,
    "payments": [{"currency": "XTR", "count": 3, "amount": 1500}], "refunds": [],
    "active_subscriptions": 31
}))]
pub struct DayFigures {
    pub date: NaiveDate,
    /// Users who came that day; with `bot_name` those who also were active in that bot that day.
    pub new_users: i64,
    /// Users who opened a session or finished a training.
    pub active_users: i64,
    pub trainings: i64,
    /// By currency; those that were refunded later included.
    pub payments: Vec<Turnover>,
    /// By currency, on the day of the refund.
    pub refunds: Vec<Turnover>,
    /// Month and year plans that ran when the day ended, or now; with `bot_name` those that it gave.
    pub active_subscriptions: i64,
}

/// Money in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Turnover {
    pub currency: String,
    pub count: i64,
    /// In the currency's smallest unit.
    pub amount: i64,
}

/// A figure by day.
pub type ByDay = BTreeMap<String, i64>;

/// The days from `from` up to but without `to`, of one bot or of all.
pub async fn days(
    connection: &mut Connection<'_>,
    bot_name: Option<&BotName>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<DayFigures>, Error> {
    let range = (start_of(from)?, start_of(to)?);
    let new_users = store::figures::new_users(connection, bot_name, range).await?;
    let active_users = store::figures::active_users(connection, bot_name, range).await?;
    let trainings = store::figures::trainings(connection, bot_name, range).await?;
    let payments = store::figures::payments(connection, bot_name, range).await?;
    let refunds = store::figures::refunds(connection, bot_name, range).await?;
    let plans = store::figures::plans(connection, bot_name, range).await?;
    let now = connection.now();
    let mut days = Vec::new();
    for day in from.iter_days().take_while(|day| *day < to) {
        let end = start_of(day + Days::new(1))?.just_before().min(now);
        let date = day.to_string();
        let figure = |by_day: &ByDay| by_day.get(&date).copied().unwrap_or(0);
        let runs = |(start, finish): &&(Timestamp, Timestamp)| *start <= end && end < *finish;
        days.push(DayFigures {
            date: day,
            new_users: figure(&new_users),
            active_users: figure(&active_users),
            trainings: figure(&trainings),
            payments: payments.get(&date).cloned().unwrap_or_default(),
            refunds: refunds.get(&date).cloned().unwrap_or_default(),
            active_subscriptions: i64::try_from(plans.iter().filter(runs).count()).unwrap_or(0),
        });
    }
    Ok(days)
}

fn start_of(day: NaiveDate) -> Result<Timestamp, Error> {
    day.and_hms_opt(0, 0, 0)
        .and_then(|midnight| Timestamp::new(midnight.and_utc()))
        .ok_or_else(|| Error::invalid("from", "must be a day in the years 1 to 9999"))
}
