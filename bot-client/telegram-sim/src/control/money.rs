//! What a user pays, and time.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::json;

use super::{Of, Refusal, Reply, user};
use crate::payments::{self, CHECKOUT_LIFE, Invoice, Payment, Subscription};
use crate::world::{BotId, Shared, UserId, World};

/// A message with an invoice, in the payer's chat or forwarded from another's, or a link.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pay {
    message_id: Option<i64>,
    chat_id: Option<UserId>,
    link: Option<String>,
}

/// Pays an invoice, as often as it is asked to. Answers when the payment has ended.
pub(super) async fn pay(
    State(shared): State<Arc<Shared>>,
    Path(payer): Path<UserId>,
    Query(of): Query<Of>,
    Json(pay): Json<Pay>,
) -> Reply {
    let (bot, query) = shared.change(|world| {
        let bot = of.bot(world)?;
        let invoice = find(world, bot, payer, &pay)?;
        if user(world, payer)?.stars < invoice.amount {
            return Ok((bot, None));
        }
        let query = payments::check_out(world, bot, payer, &invoice.slug);
        query.map(|query| (bot, Some(query))).ok_or_else(|| Refusal::not_found("no such invoice"))
    })?;
    let Some(query) = query else { return Ok(Json(json!(Payment::NotEnoughStars))) };
    let outcome = |world: &World| {
        let checkout = world.bots.get(&bot)?.books.checkouts.get(&query)?;
        let is_late = world.clock.now() >= checkout.expires_at;
        checkout.outcome.clone().or(is_late.then_some(Payment::TimedOut))
    };
    // Time alone wakes nobody: a moment after the end the world is looked at once more.
    let patience = Duration::from_millis(CHECKOUT_LIFE.unsigned_abs() + 100);
    let ended = shared.wait_for(patience, outcome).await;
    let ended = ended.or_else(|| shared.read(outcome)).unwrap_or(Payment::TimedOut);
    Ok(Json(json!(ended)))
}

fn find(world: &World, bot: BotId, payer: UserId, pay: &Pay) -> Result<Invoice, Refusal> {
    let none = || Refusal::not_found("no such invoice");
    let owner = world.bots.get(&bot).ok_or_else(none)?;
    let (slug, chat) = match (&pay.link, pay.message_id) {
        (Some(link), None) => (link.rsplit(['$', '/']).next().map(str::to_owned), None),
        (None, Some(id)) => {
            let chat = pay.chat_id.unwrap_or(payer);
            let message = owner.chats.get(&chat).and_then(|chat| chat.messages.get(&id));
            (message.filter(|one| !one.deleted).and_then(|one| one.invoice.clone()), Some(chat))
        }
        _ => return Err(Refusal::bad("give either message_id or link")),
    };
    let invoice = slug.and_then(|slug| owner.books.invoices.get(&slug)).ok_or_else(none)?;
    let is_forwarded = chat.is_some_and(|chat| chat != payer);
    if is_forwarded && !invoice.start_parameter.is_empty() {
        let problem = "a forwarded copy of this invoice leads to the bot and cannot be paid";
        return Err(Refusal::conflict(problem));
    }
    Ok(invoice.clone())
}

pub(super) async fn invoice(
    State(shared): State<Arc<Shared>>,
    Path(slug): Path<String>,
    Query(of): Query<Of>,
) -> Reply {
    shared.read(|world| {
        let bot = of.bot(world)?;
        let invoice = world.bots.get(&bot).and_then(|bot| bot.books.invoices.get(&slug));
        let invoice = invoice.ok_or_else(|| Refusal::not_found("no such invoice"))?;
        Ok(Json(json!(invoice)))
    })
}

pub(super) async fn subscriptions(
    State(shared): State<Arc<Shared>>,
    Query(of): Query<Of>,
) -> Reply {
    shared.read(|world| {
        let bot = of.bot(world)?;
        Ok(Json(json!(world.bots.get(&bot).map(|bot| &bot.books.subscriptions))))
    })
}

/// The next period is paid now instead of when it is due.
pub(super) async fn renew(
    State(shared): State<Arc<Shared>>,
    Path(charge): Path<String>,
    Query(of): Query<Of>,
) -> Reply {
    shared.change(|world| {
        let bot = of.bot(world)?;
        let renewed = payments::renew(world, bot, &charge);
        renewed
            .ok_or_else(|| Refusal::conflict("there is none that renews, or Stars are wanting"))?;
        Ok(Json(json!(subscription(world, bot, &charge)?)))
    })
}

pub(super) async fn cancel(
    State(shared): State<Arc<Shared>>,
    Path(charge): Path<String>,
    Query(of): Query<Of>,
) -> Reply {
    shared.change(|world| set_canceled(world, of, &charge, true))
}

/// Takes a cancellation back.
pub(super) async fn resume(
    State(shared): State<Arc<Shared>>,
    Path(charge): Path<String>,
    Query(of): Query<Of>,
) -> Reply {
    shared.change(|world| set_canceled(world, of, &charge, false))
}

fn set_canceled(world: &mut World, of: Of, charge: &str, canceled: bool) -> Reply {
    let bot = of.bot(world)?;
    let changed = subscription(world, bot, charge)?;
    if changed.ended || (changed.canceled_by_bot && !canceled) {
        return Err(Refusal::conflict("it has ended, or the bot has cancelled it"));
    }
    changed.canceled_by_user = canceled;
    let changed = changed.clone();
    payments::tell_state(world, bot, &changed, if canceled { "canceled" } else { "active" });
    Ok(Json(json!(changed)))
}

fn subscription<'a>(
    world: &'a mut World,
    bot: BotId,
    charge: &str,
) -> Result<&'a mut Subscription, Refusal> {
    let books = world.bots.get_mut(&bot).map(|bot| &mut bot.books);
    let found = books.and_then(|books| books.subscription_mut(charge));
    found.ok_or_else(|| Refusal::not_found("no such subscription"))
}

pub(super) async fn stars(State(shared): State<Arc<Shared>>, Query(of): Query<Of>) -> Reply {
    shared.read(|world| {
        let bot = of.bot(world)?;
        let balance = world.bots.get(&bot).map(|bot| bot.books.balance());
        let transactions = payments::transactions(world, bot);
        Ok(Json(json!({"balance": balance, "transactions": transactions})))
    })
}

pub(super) async fn time(State(shared): State<Arc<Shared>>) -> Reply {
    Ok(Json(json!({"unix": shared.read(|world| world.clock.unix())})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    seconds: u64,
}

/// Lets time pass. What has run out by then renews or ends, day by day.
pub(super) async fn advance(
    State(shared): State<Arc<Shared>>,
    Json(advance): Json<Advance>,
) -> Reply {
    const STEP: u64 = 86_400;
    let mut left = advance.seconds;
    shared.change(|world| {
        while left > 0 {
            let step = left.min(STEP);
            world.clock.advance(Duration::from_secs(step));
            payments::renew_due(world);
            left -= step;
        }
        Ok(Json(json!({"unix": world.clock.unix()})))
    })
}
