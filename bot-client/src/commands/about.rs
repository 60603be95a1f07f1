//! What the bot is, and how it is used.

use super::shop;
use crate::conversation::{Conversation, Decision};
use crate::failure::Failure;
use crate::press::Action;
use crate::reply::Reply;
use crate::shop::referral;
use crate::training::QuestionType;

/// `/start`, by a link also with a payload: `ref_<telegram_id>` of whoever sent the link, or
/// `promo_<code>`.
pub(crate) async fn start(talk: &mut Conversation<'_>, payload: &str) -> Result<Decision, Failure> {
    let referrer = payload.strip_prefix("ref_").and_then(|id| id.parse().ok());
    let is_invited = match referrer {
        Some(referrer) => referral::note(talk, referrer).await?,
        None => false,
    };
    let gift = match payload.strip_prefix("promo_") {
        Some(code) => Some(shop::redeem(talk, code).await?),
        None => None,
    };
    let limits = &talk.bot.scenario.limits;
    let values = [
        ("name", talk.opened.user.first_name.as_deref().unwrap_or_default().into()),
        ("min", limits.min_questions.into()),
        ("max", limits.max_questions.into()),
    ];
    // An invitation is written down.
    let button = if is_invited { Conversation::button } else { Conversation::button_now };
    let reply = Reply::text(talk.text("start", &values))
        .row([button(talk, "button-train", Action::Train)])
        .row([
            button(talk, "button-help", Action::Help),
            button(talk, "button-settings", Action::Settings),
        ]);
    let replies = [reply].into_iter().chain(gift).collect();
    Ok(if is_invited { Decision::Save(replies) } else { Decision::Say(replies) })
}

/// `/help`
pub(crate) fn help(talk: &Conversation<'_>) -> Decision {
    let types = QuestionType::ALL.map(|kind| {
        let rules = talk.bot.scenario.types.get(kind);
        let title = rules.title.get(talk.language).to_string().into();
        talk.text("help-type", &[("type", title), ("weight", rules.weight.into())])
    });
    let limits = &talk.bot.scenario.limits;
    let values = [("min", limits.min_questions.into()), ("max", limits.max_questions.into())];
    let commands = talk.text("help-commands", &[]);
    let lines = [talk.text("help", &values), types.join("\n"), String::new(), commands];
    let reply = Reply::text(lines.join("\n")).row([talk.button_now("button-train", Action::Train)]);
    Decision::Say(vec![reply])
}

/// `/privacy`
pub(crate) fn privacy(talk: &Conversation<'_>) -> Decision {
    let llm = if talk.bot.llm.is_some() { "yes" } else { "no" };
    Decision::Say(vec![Reply::text(talk.text("privacy", &[("llm", llm.into())]))])
}
