//! What is done without being asked: users are reminded every hour, the books compared every day.

use std::convert::Infallible;
use std::time::Duration;

use crate::bot::Bot;
use crate::shop::books::{self, Report};
use crate::shop::reminder;
use crate::texts::Translated;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Begins once everything is set up. Each replica may run it: what one has done, the others find
/// done.
pub async fn run(bot: &Bot) -> Infallible {
    bot.username.wait().await;
    let (never, _) = tokio::join!(remind(bot), compare_books(bot));
    never
}

async fn remind(bot: &Bot) -> Infallible {
    loop {
        if let Err(failure) = reminder::remind(bot).await {
            tracing::warn!(%failure, "users could not be reminded");
        }
        tracing::debug!("reminders are done");
        tokio::time::sleep(HOUR).await;
    }
}

async fn compare_books(bot: &Bot) -> Infallible {
    let mut is_asked = false;
    loop {
        let pause = match books::reconcile(bot).await {
            Ok(report) => {
                tell(bot, &report, is_asked).await;
                is_asked = false;
                DAY
            }
            Err(failure) => {
                tracing::warn!(%failure, "the books could not be compared");
                if is_asked {
                    let cause = [("cause", failure.to_string().into())];
                    bot.tell_admins(&bot.texts.translated("books-unread", &cause)).await;
                }
                HOUR
            }
        };
        // Who has asked and got no report is still owed one.
        is_asked |= tokio::time::timeout(pause, bot.books_asked.notified()).await.is_ok();
    }
}

/// Tells the administrators, unless all is as it should be and nobody has asked.
async fn tell(bot: &Bot, report: &Report, is_asked: bool) {
    if report.is_clean() {
        tracing::info!(counts = ?report.counts(), "the books are right");
    } else {
        tracing::warn!(counts = ?report.counts(), "the books were not right");
    }
    if report.is_clean() && !is_asked {
        return;
    }
    bot.tell_admins(&Translated::by(|language| report.explained(&bot.texts, language))).await;
}
