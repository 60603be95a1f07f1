//! Answers to button presses and to payments that are about to be made.

use super::error::{Answer, ApiError};
use super::parameters::Parameters;
use super::{bot_mut, done};
use crate::html::checked_url;
use crate::payments::{self, Payment};
use crate::text::units;
use crate::world::bot::CallbackAnswer;
use crate::world::{BotId, World};

const LONGEST_ANSWER: usize = 200;

fn too_old() -> ApiError {
    let problem = "query is too old and response timeout expired or query ID is invalid";
    ApiError::bad_request(problem)
}

pub(crate) fn answer_callback(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let (now, version) = (world.clock.now(), world.version);
    let text = with.text("text");
    if units(&text) > LONGEST_ANSWER {
        return Err(ApiError::bad_request("MESSAGE_TOO_LONG"));
    }
    let url = with.text("url");
    if !url.is_empty() && checked_url(&url).is_none() {
        return Err(ApiError::bad_request("URL_INVALID"));
    }
    let callback = bot_mut(world, bot)?.callbacks.get_mut(&with.text("callback_query_id"));
    let callback = callback.filter(|callback| now < callback.expires_at).ok_or_else(too_old)?;
    let show_alert = with.truth("show_alert");
    callback.answer = Some(CallbackAnswer { text, show_alert, url });
    callback.changed = version;
    done()
}

pub(crate) fn answer_pre_checkout(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let query = with.text("pre_checkout_query_id");
    let settled = if with.truth("ok") {
        payments::pay(world, bot, &query)
    } else {
        let error_message = with.text("error_message");
        if error_message.is_empty() {
            return Err(ApiError::bad_request("error message must be non-empty"));
        }
        payments::settle(world, bot, &query, Payment::Refused { error_message })
    };
    settled.ok_or_else(too_old)?;
    done()
}
