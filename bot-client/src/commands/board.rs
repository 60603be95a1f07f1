//! `/leaderboard`: who has the most XP, ever or this week.

use crate::conversation::{Conversation, Decision};
use crate::failure::Failure;
use crate::press::Action;
use crate::reply::Reply;
use crate::service_api::types::{GetLeaderboardPeriod, Place};

const PLACES: i64 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    All,
    Week,
}

pub(crate) async fn board(talk: &Conversation<'_>, period: Period) -> Result<Decision, Failure> {
    let (asked, head, other) = match period {
        Period::All => (
            GetLeaderboardPeriod::All,
            "board-all",
            talk.button_now("button-week-board", Action::WeekBoard),
        ),
        Period::Week => (
            GetLeaderboardPeriod::Week,
            "board-week",
            talk.button_now("button-all-board", Action::Board),
        ),
    };
    let page = talk.bot.service.get_leaderboard(None, Some(PLACES), Some(asked)).await?;
    let mut lines = vec![talk.text(head, &[])];
    lines.extend(page.items.iter().map(|place| line(talk, place)));
    if page.items.is_empty() {
        lines.push(talk.text("board-empty", &[]));
    }
    if talk.opened.user.leaderboard_hidden {
        lines.push(String::new());
        lines.push(talk.text("board-hidden", &[]));
    }
    Ok(Decision::Say(vec![Reply::text(lines.join("\n")).row([other])]))
}

fn line(talk: &Conversation<'_>, place: &Place) -> String {
    let anonymous = talk.text("board-anonymous", &[]);
    let name =
        [&place.first_name, &place.username].into_iter().flatten().find(|name| !name.is_empty());
    let name = name.unwrap_or(&anonymous);
    let values = [
        ("rank", place.rank.into()),
        ("name", name.into()),
        ("xp", place.xp.into()),
        ("level", place.level.into()),
        ("self", if place.telegram_id == talk.telegram_id() { "yes" } else { "no" }.into()),
    ];
    talk.text("board-line", &values)
}
