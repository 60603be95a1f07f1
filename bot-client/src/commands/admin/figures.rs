//! Figures of the last days, of all bots together.

use chrono::Days;

use crate::chart::{self, ChartDay, FiguresTexts};
use crate::clock;
use crate::commands::drawn;
use crate::conversation::Conversation;
use crate::failure::Failure;
use crate::reply::{File, Reply};
use crate::service_api::Client;
use crate::service_api::types::{DayFigures, Turnover};
use crate::shop::CURRENCY;

/// Before today.
const DAYS_BEFORE: Days = Days::new(6);

/// `/admin figures`: of today and of seven days, in UTC.
pub(super) async fn picture(talk: &Conversation<'_>, operator: &Client) -> Result<Reply, Failure> {
    let today = clock::now().date_naive();
    let from = today - DAYS_BEFORE;
    let days = operator.get_figures(None, Some(&from), Some(&today)).await?.into_inner().items;
    let points: Vec<_> = days.iter().map(point).collect();
    let text = |key| talk.text(key, &[]);
    let (title, date_format) = (text("admin-chart"), text("chart-date"));
    let names = [
        text("admin-chart-users"),
        text("admin-chart-trainings"),
        text("admin-chart-stars"),
        text("admin-chart-plans"),
    ];
    let drawing = tokio::task::spawn_blocking(move || {
        let names = names.each_ref().map(String::as_str);
        let texts = FiguresTexts { title: &title, names, date_format: &date_format };
        chart::figures(&points, &texts)
    });
    let bytes = drawn(drawing).await?;
    let last = &days[days.len().saturating_sub(1)..];
    let lines = [summed(talk, "admin-figures", last), summed(talk, "admin-figures-week", &days)];
    Ok(Reply {
        file: Some(File::Photo { name: "figures.png".to_owned(), bytes }),
        ..Reply::text(lines.join("\n\n"))
    })
}

fn point(day: &DayFigures) -> ChartDay {
    let figures = [day.new_users, day.trainings, stars(&day.payments), day.active_subscriptions];
    let figures = figures.map(|figure| u32::try_from(figure.max(0)).unwrap_or(u32::MAX));
    ChartDay { date: day.date, figures }
}

fn summed(talk: &Conversation<'_>, key: &str, days: &[DayFigures]) -> String {
    let sum = |figure: fn(&DayFigures) -> i64| days.iter().map(figure).sum::<i64>();
    // Who was active on two days counts on each, so a sum would say nothing.
    let active = days.iter().map(|day| day.active_users).max().unwrap_or(0);
    let values = [
        ("active", active.into()),
        ("new", sum(|day| day.new_users).into()),
        ("trainings", sum(|day| day.trainings).into()),
        ("taken", sum(|day| stars(&day.payments)).into()),
        ("returned", sum(|day| stars(&day.refunds)).into()),
        ("plans", days.last().map_or(0, |day| day.active_subscriptions).into()),
    ];
    talk.text(key, &values)
}

fn stars(turnovers: &[Turnover]) -> i64 {
    turnovers.iter().filter(|turnover| turnover.currency == CURRENCY).map(|t| t.amount).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_becomes_a_point() {
        let turnover =
            |currency: &str, amount| Turnover { amount, count: 1, currency: currency.to_owned() };
        let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let day = DayFigures {
            active_subscriptions: i64::MAX,
            active_users: 9,
            date,
            new_users: 2,
            payments: vec![turnover("RUB", 99_000), turnover("XTR", 500)],
            refunds: vec![turnover("XTR", 100)],
            trainings: 3,
        };
        assert_eq!(point(&day), ChartDay { date, figures: [2, 3, 500, u32::MAX] });
    }
}
