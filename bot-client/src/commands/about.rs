//! What the bot is, and how it is used.

use crate::conversation::{Conversation, Decision};
use crate::failure::Failure;
use crate::press::Action;
use crate::reply::Reply;
use crate::service_api::types::Referral;
use crate::training::QuestionType;

/// `/start`, by a link also with a payload: `ref_<telegram_id>` of whoever sent the link.
pub(crate) async fn start(talk: &Conversation<'_>, payload: &str) -> Result<Decision, Failure> {
    if let Some(Ok(referrer)) = payload.strip_prefix("ref_").map(str::parse) {
        let referral = Referral { referrer };
        let set = talk.bot.service.set_referrer(talk.telegram_id(), &referral).await;
        // A link that does not count keeps nobody from starting.
        match set {
            Err(error) if error.status().is_some_and(|status| status == 409) => {}
            set => drop(set?),
        }
    }
    let limits = &talk.bot.scenario.limits;
    let values = [
        ("name", talk.opened.user.first_name.as_deref().unwrap_or_default().into()),
        ("min", limits.min_questions.into()),
        ("max", limits.max_questions.into()),
    ];
    let reply = Reply::text(talk.text("start", &values))
        .row([talk.button_now("button-train", Action::Train)])
        .row([
            talk.button_now("button-help", Action::Help),
            talk.button_now("button-settings", Action::Settings),
        ]);
    Ok(Decision::Say(vec![reply]))
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
