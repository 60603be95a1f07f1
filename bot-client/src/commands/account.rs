//! What is held about a user: to see it, to take it along, to have it erased.

use super::shop;
use crate::conversation::{Conversation, Decision};
use crate::failure::Failure;
use crate::press::Action;
use crate::reply::{File, Reply};
use crate::shop::renewal;

/// `/profile`
pub(crate) async fn profile(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let user = &talk.opened.user;
    let levels = talk.bot.service.get_levels().await?.into_inner().items;
    let next = levels.iter().find(|level| level.min_xp > user.total_xp);
    let values = [
        ("name", user.first_name.as_deref().unwrap_or_default().into()),
        ("level", user.level.into()),
        ("xp", user.total_xp.into()),
        ("trainings", user.total_trainings.into()),
        ("badges", talk.opened.badges.len().into()),
        ("since", user.registration_date.format("%d.%m.%Y").to_string().into()),
    ];
    let mut lines = vec![talk.text("profile", &values)];
    if let Some(next) = next {
        let left = (next.min_xp - user.total_xp).into();
        lines.push(talk.text("report-next-level", &[("level", next.level.into()), ("left", left)]));
    }
    lines.push(String::new());
    lines.push(talk.text("profile-holds", &[("holds", shop::holds(talk).into())]));
    let reply = Reply::text(lines.join("\n"))
        .row([
            talk.button_now("button-stats", Action::Stats),
            talk.button_now("button-badges", Action::Badges),
        ])
        .row([
            talk.button_now("button-progress", Action::Progress),
            talk.button_now("button-board", Action::Board),
        ]);
    Ok(Decision::Say(vec![reply]))
}

/// `/export`: everything that the service holds about the user and this bot may see.
pub(crate) async fn export(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let export = talk.bot.service.export_user(talk.telegram_id()).await?.into_inner();
    let bytes = serde_json::to_vec_pretty(&export)
        .map_err(|error| Failure::never(format!("an export cannot be written: {error}")))?;
    let name = format!("{}-{}.json", talk.bot.name, talk.telegram_id());
    let reply = Reply {
        file: Some(File::Document { name, bytes }),
        ..Reply::text(talk.text("export", &[]))
    };
    Ok(Decision::Say(vec![reply]))
}

/// `/deletemydata`: asks first.
pub(crate) async fn ask_to_delete(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let mut text = talk.text("delete-ask", &[]);
    let renewal = renewal::of(talk.bot, talk.telegram_id()).await?;
    if renewal.is_some_and(|renewal| renewal.is_on && !renewal.is_ours) {
        text = format!("{text}\n\n{}", talk.text("delete-elsewhere", &[]));
    }
    let reply = Reply::text(text)
        .row([talk.button_now("button-delete", Action::Delete)])
        .row([talk.button_now("button-keep", Action::Keep)]);
    Ok(Decision::Say(vec![reply]))
}
