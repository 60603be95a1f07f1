//! One update: read the session, decide, write, answer. What was applied before is answered again
//! and changes nothing; what finds the session changed meanwhile is decided anew.

use std::time::Duration;

use crate::applied;
use crate::bot::Bot;
use crate::clock;
use crate::commands;
use crate::conversation::{Conversation, Decision};
use crate::failure::{Failure, has_status};
use crate::incoming::{Incoming, Input};
use crate::press::{Action, Press};
use crate::reply::Reply;
use crate::service_api::types::{PatchSession, Profile, Session, User};
use crate::shop::{checkout, payment, referral, renewal};
use crate::telegram::CallError;
use crate::texts::Language;

/// Times that an update is decided, before it must wait.
const ATTEMPTS: u32 = 5;
const APOLOGY_TIME: Duration = Duration::from_secs(5);

/// Handles an update.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn handle(bot: &Bot, incoming: &Incoming) -> Result<(), Failure> {
    match &incoming.input {
        Input::Blocked(is_blocked) => {
            return note_blocked(bot, incoming.telegram_id(), *is_blocked).await;
        }
        Input::PreCheckout(query) => return checkout::answer(bot, incoming, query).await,
        Input::Charged(charge) => return payment::charged(bot, incoming, charge).await,
        Input::Refunded(refund) => return payment::refunded(bot, incoming, refund).await,
        Input::Renewal(state) => return renewal::changed(bot, incoming, *state).await,
        _ => {}
    }
    for _ in 0..ATTEMPTS {
        match handle_once(bot, incoming).await {
            Err(Failure::Conflict) => {}
            Err(Failure::Gone) => return Ok(()),
            result => return result,
        }
    }
    Err(Failure::Conflict)
}

async fn handle_once(bot: &Bot, incoming: &Incoming) -> Result<(), Failure> {
    if let Input::Press { press: Some(press), .. } = &incoming.input
        && press.action == Action::Delete
    {
        return erase(bot, incoming, press).await;
    }
    let mut conversation = open(bot, incoming).await?;
    if conversation.opened.user.total_trainings > 0 {
        referral::reward(&mut conversation).await?;
    }
    if let Some(replies) = applied::find(&conversation.session, incoming.update_id) {
        return answer(bot, incoming, &replies, None).await;
    }
    let replies = match commands::decide(&mut conversation).await? {
        Decision::Say(replies) => return answer(bot, incoming, &replies, None).await,
        Decision::Note(note) => return answer(bot, incoming, &[], Some(note)).await,
        Decision::Save(replies) => {
            conversation.save(&replies).await?;
            replies
        }
        Decision::Consume(replies) => {
            if conversation.consume(&replies).await? {
                replies
            } else {
                commands::shop::no_access(&conversation).await?
            }
        }
        Decision::GiveBack(replies, id) => {
            conversation.give_back(&replies, id).await?;
            replies
        }
        Decision::Finish(finished) => {
            let replies = conversation.finish(*finished).await?;
            answer(bot, incoming, &replies, None).await?;
            acted(bot, incoming).await;
            return referral::reward(&mut conversation).await;
        }
    };
    answer(bot, incoming, &replies, None).await?;
    acted(bot, incoming).await;
    Ok(())
}

/// The one call at the start of a message.
async fn open<'b>(bot: &'b Bot, incoming: &'b Incoming) -> Result<Conversation<'b>, Failure> {
    let user = &incoming.user;
    let text = |text: &str| Some(limited(text)).filter(|text| !text.is_empty());
    let profile = Profile {
        username: user.username.as_deref().and_then(text),
        first_name: text(&user.first_name),
        last_name: user.last_name.as_deref().and_then(text),
        language_code: user.language_code.as_deref().and_then(text),
        leaderboard_hidden: None,
    };
    let opened = bot.service.open_session(incoming.telegram_id(), &bot.name, None, &profile).await;
    // Nothing of this call is the user's doing: what it refuses, an operator can mend.
    let opened = opened.map_err(|error| match error.into() {
        Failure::Never { cause } => Failure::later(cause),
        failure => failure,
    })?;
    let mut opened = opened.into_inner();
    // What is absent stays: a name that was taken away is overwritten by an empty one.
    let is_gone = |held: &Option<String>, now: &Option<String>| {
        now.is_none() && held.as_ref().is_some_and(|held| !held.is_empty())
    };
    let gone = Profile {
        username: is_gone(&opened.user.username, &profile.username).then(String::new),
        last_name: is_gone(&opened.user.last_name, &profile.last_name).then(String::new),
        ..Profile::default()
    };
    if gone != Profile::default() {
        opened.user = bot.service.put_user(incoming.telegram_id(), &gone).await?.into_inner();
    }
    Ok(Conversation::new(bot, incoming, opened))
}

/// As the service takes it: up to 255 characters, no NUL.
fn limited(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(255).collect()
}

/// Sends the replies; `note` is shown above the chat, for a button.
async fn answer(
    bot: &Bot,
    incoming: &Incoming,
    replies: &[Reply],
    note: Option<String>,
) -> Result<(), Failure> {
    if let Input::Press { callback_id, .. } = &incoming.input {
        bot.telegram.answer_callback(callback_id, note).await?;
    }
    tell(bot, incoming.telegram_id(), replies).await
}

/// Sends messages to a user; that the user has blocked the bot is noted.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn tell(bot: &Bot, telegram_id: i64, replies: &[Reply]) -> Result<(), Failure> {
    for reply in replies {
        match bot.telegram.send(telegram_id, reply).await {
            Err(CallError::Forbidden(_)) => return note_blocked(bot, telegram_id, true).await,
            sent => sent?,
        }
    }
    Ok(())
}

/// A button that has acted disappears.
async fn acted(bot: &Bot, incoming: &Incoming) {
    if let Input::Press { message_id: Some(message_id), .. } = incoming.input {
        bot.telegram.remove_buttons(incoming.telegram_id(), message_id).await;
    }
}

/// Notes in `stats.blocked_at` that a user cannot be written to, or can again.
async fn note_blocked(bot: &Bot, telegram_id: i64, is_blocked: bool) -> Result<(), Failure> {
    let session = match bot.service.get_session(telegram_id, &bot.name).await {
        Err(error) if has_status(&error, 404) => return Ok(()),
        session => session?,
    };
    if session.stats.get("blocked_at").is_some_and(|at| !at.is_null()) == is_blocked {
        return Ok(());
    }
    let blocked_at = is_blocked.then(|| clock::now().to_rfc3339());
    let stats = serde_json::Map::from_iter([("blocked_at".to_owned(), blocked_at.into())]);
    let patch = PatchSession { session: None, stats: Some(stats) };
    let if_match = format!("\"{}\"", session.version);
    match bot.service.patch_session(telegram_id, &bot.name, Some(&if_match), &patch).await {
        Err(error) if has_status(&error, 404) => Ok(()),
        patched => Ok(patched.map(drop)?),
    }
}

/// Erases the user in every bot. It opens no session, which would create the user again when the
/// press is delivered twice.
async fn erase(bot: &Bot, incoming: &Incoming, press: &Press) -> Result<(), Failure> {
    let id = incoming.telegram_id();
    let mut language = incoming.language();
    if let Some((user, session)) = held(bot, id).await? {
        language = Language::of_stats(&session.stats).unwrap_or(language);
        if !press.is_for(&user, session.version) {
            let note = bot.texts.get(language, "button-late", &[]);
            return answer(bot, incoming, &[], Some(note)).await;
        }
        renewal::stop_for_good(bot, id).await?;
        match bot.service.delete_user(id).await {
            Err(error) if has_status(&error, 404) => {}
            deleted => drop(deleted?),
        }
    }
    let reply = Reply::text(bot.texts.get(language, "delete-done", &[]));
    answer(bot, incoming, &[reply], None).await?;
    acted(bot, incoming).await;
    Ok(())
}

/// What the service holds, if it holds anything.
async fn held(bot: &Bot, telegram_id: i64) -> Result<Option<(User, Session)>, Failure> {
    let user = match bot.service.get_user(telegram_id).await {
        Err(error) if has_status(&error, 404) => return Ok(None),
        user => user?.into_inner(),
    };
    match bot.service.get_session(telegram_id, &bot.name).await {
        Err(error) if has_status(&error, 404) => Ok(None),
        session => Ok(Some((user, session?.into_inner()))),
    }
}

/// Tells the user, once and if it can be, that their update came to nothing.
pub(crate) async fn apologize(bot: &Bot, incoming: &Incoming) {
    if matches!(incoming.input, Input::Blocked(_) | Input::PreCheckout(_) | Input::Renewal(_)) {
        return;
    }
    let language = incoming.language();
    let replies = [Reply::text(bot.texts.get(language, "dead-letter", &[]))];
    let sent = answer(bot, incoming, &replies, None);
    if !matches!(tokio::time::timeout(APOLOGY_TIME, sent).await, Ok(Ok(()))) {
        tracing::warn!(update_id = incoming.update_id, "the user could not be told");
    }
}
