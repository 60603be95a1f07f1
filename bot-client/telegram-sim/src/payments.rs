//! Stars: invoices, payments, subscriptions, refunds, and the books of them.
//!
//! An invoice is paid in steps: the user opens it and presses Pay, the bot gets a
//! `pre_checkout_query`, answers it within ten seconds, and then a `successful_payment` arrives as a
//! message in the chat. An invoice is no payment: it can be paid again, by the same user or another.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::delivery::queue::Lane;
use crate::world::clock::{Millis, SECOND};
use crate::world::{BotId, User, UserId, World, fresh_id};

/// A bot must answer within this.
pub(crate) const CHECKOUT_LIFE: Millis = 10 * SECOND;
/// An undelivered `pre_checkout_query` is kept so long.
const QUERY_LIFE: Millis = 150 * SECOND;
/// The only period of a subscription, in seconds.
pub(crate) const PERIOD: i64 = 2_592_000;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Invoice {
    /// What its link ends with.
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) payload: String,
    pub(crate) label: String,
    pub(crate) amount: i64,
    /// Whether it is paid again every [`PERIOD`].
    pub(crate) subscription: bool,
    /// With one, copies of the message that others forward cannot be paid.
    pub(crate) start_parameter: String,
    /// The chat that it was sent to; a link has none.
    pub(crate) chat: Option<UserId>,
}

/// A payment on its way.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    pub(crate) invoice: String,
    pub(crate) user: UserId,
    pub(crate) expires_at: Millis,
    pub(crate) outcome: Option<Payment>,
}

/// How a payment ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(crate) enum Payment {
    Paid {
        charge_id: String,
    },
    /// By the bot, with the words that the user is shown.
    Refused {
        error_message: String,
    },
    /// The bot did not answer in time.
    TimedOut,
    NotEnoughStars,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) user: UserId,
    pub(crate) amount: i64,
    pub(crate) payload: String,
    pub(crate) date: i64,
    pub(crate) is_subscription: bool,
    pub(crate) refunded_at: Option<i64>,
}

/// Named by the charge that began it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Subscription {
    pub(crate) charge_id: String,
    pub(crate) user: UserId,
    pub(crate) amount: i64,
    pub(crate) payload: String,
    /// Unix time.
    pub(crate) expires_at: i64,
    pub(crate) canceled_by_user: bool,
    pub(crate) canceled_by_bot: bool,
    /// It ran out and was not renewed.
    pub(crate) ended: bool,
}

impl Subscription {
    fn renews(&self) -> bool {
        !self.canceled_by_user && !self.canceled_by_bot && !self.ended
    }
}

/// What a bot sells and has sold.
#[derive(Default)]
pub(crate) struct Books {
    pub(crate) invoices: BTreeMap<String, Invoice>,
    pub(crate) checkouts: BTreeMap<String, Checkout>,
    pub(crate) charges: Vec<Charge>,
    pub(crate) subscriptions: Vec<Subscription>,
}

impl Books {
    pub(crate) fn balance(&self) -> i64 {
        let kept = self.charges.iter().filter(|charge| charge.refunded_at.is_none());
        kept.map(|charge| charge.amount).sum()
    }

    fn charge_mut(&mut self, id: &str, user: UserId) -> Option<&mut Charge> {
        self.charges.iter_mut().find(|charge| charge.id == id && charge.user == user)
    }

    pub(crate) fn subscription_mut(&mut self, charge_id: &str) -> Option<&mut Subscription> {
        self.subscriptions.iter_mut().find(|subscription| subscription.charge_id == charge_id)
    }
}

/// A user presses Pay: the bot is asked. Returns the query's id.
pub(crate) fn check_out(world: &mut World, bot: BotId, user: UserId, slug: &str) -> Option<String> {
    let expires_at = world.clock.now() + CHECKOUT_LIFE;
    let from = world.users.get(&user)?.to_json();
    let books = &mut world.bots.get_mut(&bot)?.books;
    let invoice = books.invoices.get(slug)?;
    let id = rand::random_range(1_000_000_000..i64::MAX).to_string();
    let query = json!({
        "id": id,
        "from": from,
        "currency": "XTR",
        "total_amount": invoice.amount,
        "invoice_payload": invoice.payload,
    });
    let checkout = Checkout { invoice: slug.to_owned(), user, expires_at, outcome: None };
    books.checkouts.insert(id.clone(), checkout);
    world.enqueue(bot, Lane::PreCheckouts(user), "pre_checkout_query", query, QUERY_LIFE);
    Some(id)
}

/// The bot's answer to a `pre_checkout_query`. `None` if it comes too late.
pub(crate) fn settle(world: &mut World, bot: BotId, query: &str, verdict: Payment) -> Option<()> {
    let now = world.clock.now();
    let checkout = world.bots.get_mut(&bot)?.books.checkouts.get_mut(query)?;
    if checkout.outcome.is_some() || checkout.expires_at <= now {
        return None;
    }
    checkout.outcome = Some(verdict);
    Some(())
}

/// The bot agreed: the Stars change hands and the bot is told. `None` if it comes too late.
pub(crate) fn pay(world: &mut World, bot: BotId, query: &str) -> Option<()> {
    let charge_id = format!("stx{}", fresh_id(40));
    let paid = Payment::Paid { charge_id: charge_id.clone() };
    settle(world, bot, query, paid)?;
    let unix = world.clock.unix();
    let books = &mut world.bots.get_mut(&bot)?.books;
    let checkout = books.checkouts.get_mut(query)?;
    let user = world.users.get_mut(&checkout.user)?;
    let invoice = books.invoices.get(&checkout.invoice)?.clone();
    if user.stars < invoice.amount {
        checkout.outcome = Some(Payment::NotEnoughStars);
        return Some(());
    }
    let user = user.id;
    if let Some(chat) = world.chat_mut(bot, user) {
        chat.started = true;
    }
    let mut subscription = None;
    if invoice.subscription {
        subscription = Some((unix + PERIOD, true));
        let begun = Subscription {
            charge_id: charge_id.clone(),
            user,
            amount: invoice.amount,
            payload: invoice.payload.clone(),
            expires_at: unix + PERIOD,
            canceled_by_user: false,
            canceled_by_bot: false,
            ended: false,
        };
        world.bots.get_mut(&bot)?.books.subscriptions.push(begun);
    }
    let charge = Charge {
        id: charge_id,
        user,
        amount: invoice.amount,
        payload: invoice.payload,
        date: unix,
        is_subscription: invoice.subscription,
        refunded_at: None,
    };
    collect(world, bot, charge, subscription)
}

/// Takes the Stars and tells the bot; of a subscription, its new end and whether it is the first
/// payment.
fn collect(
    world: &mut World,
    bot: BotId,
    charge: Charge,
    subscription: Option<(i64, bool)>,
) -> Option<()> {
    world.users.get_mut(&charge.user)?.stars -= charge.amount;
    let mut payment = payment_json(&charge);
    if let Some((expires_at, is_first)) = subscription {
        payment["subscription_expiration_date"] = json!(expires_at);
        payment["is_recurring"] = json!(true);
        if is_first {
            payment["is_first_recurring"] = json!(true);
        }
    }
    let user = charge.user;
    world.bots.get_mut(&bot)?.books.charges.push(charge);
    let content = Map::from_iter([("successful_payment".to_owned(), payment)]);
    world.post_and_deliver(bot, user, content, false);
    Some(())
}

fn payment_json(charge: &Charge) -> Value {
    json!({
        "currency": "XTR",
        "total_amount": charge.amount,
        "invoice_payload": charge.payload,
        "telegram_payment_charge_id": charge.id,
        "provider_payment_charge_id": format!("{}_0", charge.user),
    })
}

/// A subscription's next period is paid, now. `None` if there is no such subscription, it was
/// cancelled or has ended, or the user has not enough Stars.
pub(crate) fn renew(world: &mut World, bot: BotId, first_charge: &str) -> Option<()> {
    let unix = world.clock.unix();
    let subscription = world.bots.get_mut(&bot)?.books.subscription_mut(first_charge)?;
    let user = world.users.get(&subscription.user)?;
    if !subscription.renews() || user.stars < subscription.amount {
        return None;
    }
    subscription.expires_at += PERIOD;
    let charge = Charge {
        id: format!("stx{}", fresh_id(40)),
        user: user.id,
        amount: subscription.amount,
        payload: subscription.payload.clone(),
        date: unix,
        is_subscription: true,
        refunded_at: None,
    };
    let expires_at = subscription.expires_at;
    collect(world, bot, charge, Some((expires_at, false)))
}

/// Renews or ends what has run out by now.
pub(crate) fn renew_due(world: &mut World) {
    let unix = world.clock.unix();
    let bots: Vec<_> = world.bots.keys().copied().collect();
    for bot in bots {
        while let Some(due) = next_due(world, bot, unix) {
            if renew(world, bot, &due.charge_id).is_some() {
                continue;
            }
            let books = world.bots.get_mut(&bot).map(|bot| &mut bot.books);
            if let Some(ended) = books.and_then(|books| books.subscription_mut(&due.charge_id)) {
                ended.ended = true;
            }
            if due.renews() {
                tell_state(world, bot, &due, "failed");
            }
        }
    }
}

fn next_due(world: &World, bot: BotId, unix: i64) -> Option<Subscription> {
    let mut subscriptions = world.bots.get(&bot)?.books.subscriptions.iter();
    subscriptions.find(|one| !one.ended && one.expires_at <= unix).cloned()
}

/// The `subscription` update of Bot API 10: `active`, `canceled` or `failed`.
pub(crate) fn tell_state(world: &mut World, bot: BotId, of: &Subscription, state: &str) {
    let Some(user) = world.users.get(&of.user).map(User::to_json) else { return };
    let update = json!({"user": user, "invoice_payload": of.payload, "state": state});
    world.enqueue(bot, Lane::Subscriptions(of.user), "subscription", update, QUERY_LIFE * 24);
}

/// Why a charge is not given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRefund {
    UnknownCharge,
    AlreadyRefunded,
}

/// Gives a charge back; a subscription that it began ends. The chat shows it.
pub(crate) fn refund(
    world: &mut World,
    bot: BotId,
    user: UserId,
    charge_id: &str,
) -> Result<(), NoRefund> {
    let unix = world.clock.unix();
    let books =
        world.bots.get_mut(&bot).map(|bot| &mut bot.books).ok_or(NoRefund::UnknownCharge)?;
    let charge = books.charge_mut(charge_id, user).ok_or(NoRefund::UnknownCharge)?;
    if charge.refunded_at.is_some() {
        return Err(NoRefund::AlreadyRefunded);
    }
    charge.refunded_at = Some(unix);
    let (amount, refunded) = (charge.amount, payment_json(charge));
    if let Some(subscription) = books.subscription_mut(charge_id) {
        subscription.ended = true;
    }
    if let Some(user) = world.users.get_mut(&user) {
        user.stars += amount;
    }
    let content = Map::from_iter([("refunded_payment".to_owned(), refunded)]);
    // Telegram sends it in the bot's own name.
    world.post_and_deliver(bot, user, content, true);
    Ok(())
}

/// The bot's Star transactions as `getStarTransactions` lists them, the oldest first. A refund has
/// the id of its charge.
pub(crate) fn transactions(world: &World, bot: BotId) -> Vec<Value> {
    let Some(bot) = world.bots.get(&bot) else { return Vec::new() };
    let mut all = Vec::new();
    for charge in &bot.books.charges {
        let user = world.users.get(&charge.user).map(User::to_json);
        let mut partner = json!({
            "type": "user",
            "transaction_type": "invoice_payment",
            "user": user,
            "invoice_payload": charge.payload,
        });
        if charge.is_subscription {
            partner["subscription_period"] = json!(PERIOD);
        }
        let mut entry = |side: &str, date: i64| {
            let row =
                json!({"id": charge.id, "amount": charge.amount, "date": date, side: partner});
            all.push((date, row));
        };
        entry("source", charge.date);
        if let Some(date) = charge.refunded_at {
            entry("receiver", date);
        }
    }
    all.sort_by_key(|(date, _)| *date);
    all.into_iter().map(|(_, row)| row).collect()
}
