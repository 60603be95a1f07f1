//! Whether a payment may go ahead: the last moment to say no. Telegram waits ten seconds, and what
//! is not sure by then is declined, so that nothing is taken without being given.

use std::time::Duration;

use frankenstein::methods::AnswerPreCheckoutQueryParams;
use frankenstein::payments::PreCheckoutQuery;

use crate::bot::Bot;
use crate::failure::Failure;
use crate::incoming::Incoming;
use crate::shop::order::Order;
use crate::shop::{CURRENCY, offer, renewal};
use crate::telegram::CallError;

/// Leaves Telegram's ten seconds some for the way.
const TIME: Duration = Duration::from_secs(6);

/// Answers a query, whatever happens meanwhile.
///
/// # Errors
/// Telegram cannot be reached: it will ask again.
pub(crate) async fn answer(
    bot: &Bot,
    incoming: &Incoming,
    query: &PreCheckoutQuery,
) -> Result<(), Failure> {
    let judged = async {
        let code = incoming.user.language_code.as_deref();
        tokio::join!(judge(bot, incoming, query), bot.language(incoming.telegram_id(), code))
    };
    let (refusal, language) = match tokio::time::timeout(TIME, judged).await {
        Ok((Ok(refusal), language)) => (refusal, language),
        Ok((Err(failure), language)) => {
            tracing::warn!(%failure, "a payment is declined: it cannot be checked");
            (Some("checkout-later"), language)
        }
        Err(_) => {
            tracing::warn!("a payment is declined: checking it takes too long");
            (Some("checkout-later"), incoming.language())
        }
    };
    let answer = AnswerPreCheckoutQueryParams::builder()
        .pre_checkout_query_id(&query.id)
        .ok(refusal.is_none())
        .maybe_error_message(refusal.map(|key| bot.texts.get(language, key, &[])))
        .build();
    match bot.telegram.call::<bool>("answerPreCheckoutQuery", &answer).await {
        // Too late: Telegram has given it up by itself.
        Err(CallError::Refused(cause)) => {
            tracing::warn!(cause, "an answer to a payment came to nothing");
            Ok(())
        }
        answered => Ok(answered.map(drop)?),
    }
}

/// The text that says why not, if it may not go ahead.
async fn judge(
    bot: &Bot,
    incoming: &Incoming,
    query: &PreCheckoutQuery,
) -> Result<Option<&'static str>, Failure> {
    let Some(order) = Order::verified(&query.invoice_payload, &bot.orders) else {
        return Ok(Some("checkout-unknown"));
    };
    if order.telegram_id != incoming.telegram_id() {
        return Ok(Some("checkout-other"));
    }
    let offers = offer::all(bot).await?;
    let Some(offer) = offers.iter().find(|offer| offer.tariff.tariff == order.tariff) else {
        return Ok(Some("checkout-gone"));
    };
    let is_priced = offer.stars == order.stars && offer.stars == query.total_amount;
    if !is_priced || query.currency != CURRENCY {
        return Ok(Some("checkout-price"));
    }
    let renewal = if offer.renews() { renewal::of(bot, order.telegram_id).await? } else { None };
    Ok(renewal.filter(|renewal| renewal.is_on).map(|_| "checkout-subscribed"))
}
