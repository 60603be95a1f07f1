//! `/settings`: the language, whether one stands on the leaderboard, and reminders.

use fluent_bundle::FluentValue;

use crate::conversation::{Conversation, Decision};
use crate::failure::Failure;
use crate::press::Action;
use crate::reply::{Button, Reply};
use crate::service_api::types::Profile;
use crate::shop::reminder;
use crate::texts::Language;

pub(crate) fn show(talk: &Conversation<'_>) -> Decision {
    Decision::Say(vec![screen(talk, Conversation::button_now)])
}

/// Whether a button's wish is fulfilled already: by a first press whose answer was lost.
pub(crate) fn is_done(talk: &Conversation<'_>, action: Action) -> bool {
    match action {
        Action::Hide => talk.opened.user.leaderboard_hidden,
        Action::Unhide => !talk.opened.user.leaderboard_hidden,
        Action::Russian => talk.language == Language::Ru,
        Action::English => talk.language == Language::En,
        Action::Remind => reminder::is_wanted(&talk.stats),
        Action::NoReminders => !reminder::is_wanted(&talk.stats),
        _ => false,
    }
}

/// Carries out one of the screen's buttons.
pub(crate) async fn change(
    talk: &mut Conversation<'_>,
    action: Action,
) -> Result<Decision, Failure> {
    match action {
        Action::Russian => talk.set_language(Language::Ru),
        Action::English => talk.set_language(Language::En),
        Action::Remind | Action::NoReminders => {
            reminder::set_wanted(&mut talk.stats, action == Action::Remind);
        }
        _ => hide(talk, action == Action::Hide).await?,
    }
    Ok(Decision::Save(vec![screen(talk, Conversation::button)]))
}

async fn hide(talk: &mut Conversation<'_>, hidden: bool) -> Result<(), Failure> {
    let profile = Profile { leaderboard_hidden: Some(hidden), ..Profile::default() };
    talk.bot.service.put_user(talk.telegram_id(), &profile).await?;
    talk.opened.user.leaderboard_hidden = hidden;
    Ok(())
}

fn screen<'b>(
    talk: &Conversation<'b>,
    button: fn(&Conversation<'b>, &str, Action) -> Button,
) -> Reply {
    let hidden = talk.opened.user.leaderboard_hidden;
    let reminded = reminder::is_wanted(&talk.stats);
    let yes_no = |is: bool| FluentValue::from(if is { "yes" } else { "no" });
    let values = [("hidden", yes_no(hidden)), ("reminded", yes_no(reminded))];
    let (key, action) =
        if hidden { ("button-unhide", Action::Unhide) } else { ("button-hide", Action::Hide) };
    let (reminders, remind) = if reminded {
        ("button-no-reminders", Action::NoReminders)
    } else {
        ("button-remind", Action::Remind)
    };
    Reply::text(talk.text("settings", &values))
        .row([
            button(talk, "button-russian", Action::Russian),
            button(talk, "button-english", Action::English),
        ])
        .row([button(talk, key, action)])
        .row([button(talk, reminders, remind)])
}
