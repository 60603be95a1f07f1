//! Invoices in Stars, refunds, subscriptions and the books.

use serde::Deserialize;
use serde_json::json;

use super::error::{Answer, ApiError};
use super::messages::{chat_id, post};
use super::parameters::Parameters;
use super::{bot_mut, done, keyboard};
use crate::payments::{self, Invoice, NoRefund, PERIOD};
use crate::text::units;
use crate::world::{BotId, Content, Draft, UserId, World, fresh_id};

const LONGEST_TITLE: usize = 32;
const LONGEST_DESCRIPTION: usize = 255;
const LONGEST_PAYLOAD: usize = 128;
const HIGHEST_AMOUNT: i64 = 10_000;
const MOST_TRANSACTIONS: i64 = 100;
const LONGEST_START: usize = 64;

#[derive(Debug, Deserialize)]
struct Price {
    label: String,
    amount: i64,
}

pub(crate) fn send_invoice(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let user = chat_id(world, bot, with)?;
    // Telegram forgets the period here and sells once: never what was meant.
    if with.has("subscription_period") {
        let problem = "telegram-sim: subscriptions are sold by createInvoiceLink only";
        return Err(ApiError::bad_request(problem));
    }
    let mut invoice = read_invoice(with)?;
    invoice.chat = Some(user);
    let markup = keyboard::read(with, true)?;
    let described = json!({
        "title": invoice.title,
        "description": invoice.description,
        "start_parameter": invoice.start_parameter,
        "currency": "XTR",
        "total_amount": invoice.amount,
    });
    let content = Content::from_iter([("invoice".to_owned(), described)]);
    let slug = invoice.slug.clone();
    let draft = Draft { from_bot: true, content, markup, invoice: Some(slug.clone()) };
    let sent = post(world, bot, with, draft)?;
    bot_mut(world, bot)?.books.invoices.insert(slug, invoice);
    Ok(sent)
}

pub(crate) fn create_link(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let mut invoice = read_invoice(with)?;
    if with.has("subscription_period") {
        if with.integer("subscription_period") != Some(PERIOD) {
            return Err(ApiError::bad_request("SUBSCRIPTION_PERIOD_INVALID"));
        }
        invoice.subscription = true;
    }
    let link = format!("https://t.me/${}", invoice.slug);
    bot_mut(world, bot)?.books.invoices.insert(invoice.slug.clone(), invoice);
    Ok(json!(link))
}

fn read_invoice(with: &Parameters) -> Result<Invoice, ApiError> {
    let bad = |problem: &str| Err(ApiError::bad_request(problem));
    let (title, description) = (with.text("title"), with.text("description"));
    if !(1..=LONGEST_TITLE).contains(&units(&title)) {
        return bad("INVOICE_TITLE_INVALID");
    }
    if !(1..=LONGEST_DESCRIPTION).contains(&units(&description)) {
        return bad("INVOICE_DESCRIPTION_INVALID");
    }
    let payload = with.text("payload");
    if !(1..=LONGEST_PAYLOAD).contains(&payload.len()) {
        return bad("INVOICE_PAYLOAD_INVALID");
    }
    if with.text("currency") != "XTR" {
        return bad("telegram-sim: only Stars (XTR) are simulated");
    }
    if !with.text("provider_token").is_empty() {
        return bad("PAYMENT_PROVIDER_INVALID");
    }
    let start_parameter = with.text("start_parameter");
    if !is_start_payload(&start_parameter) {
        return bad("START_PARAM_INVALID");
    }
    let prices: Option<Vec<Price>> = with.structure("prices", "prices")?;
    let prices = prices.unwrap_or_default();
    let [Price { label, amount }] = &prices[..] else { return bad("STARS_INVOICE_INVALID") };
    if label.is_empty() {
        return bad("PRICE_LABEL_INVALID");
    }
    if !(1..=HIGHEST_AMOUNT).contains(amount) {
        return bad("CURRENCY_TOTAL_AMOUNT_INVALID");
    }
    Ok(Invoice {
        slug: fresh_id(24),
        title,
        description,
        payload,
        label: label.clone(),
        amount: *amount,
        subscription: false,
        start_parameter,
        chat: None,
    })
}

/// What may follow `?start=`.
pub(crate) fn is_start_payload(payload: &str) -> bool {
    let is_allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    payload.len() <= LONGEST_START && payload.bytes().all(is_allowed)
}

pub(crate) fn refund(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let (user, charge) = charge_of(world, with)?;
    match payments::refund(world, bot, user, &charge) {
        Ok(()) => done(),
        Err(NoRefund::AlreadyRefunded) => Err(ApiError::bad_request("CHARGE_ALREADY_REFUNDED")),
        Err(NoRefund::UnknownCharge) => Err(ApiError::bad_request("CHARGE_ID_INVALID")),
    }
}

/// It takes the charge that began the subscription; those of renewals are unknown to it.
pub(crate) fn edit_subscription(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let (user, charge) = charge_of(world, with)?;
    if !with.has("is_canceled") {
        return Err(ApiError::bad_request("parameter \"is_canceled\" is required"));
    }
    let subscription = bot_mut(world, bot)?.books.subscription_mut(&charge);
    let subscription = subscription.filter(|subscription| subscription.user == user);
    let subscription = subscription.ok_or_else(|| ApiError::bad_request("CHARGE_ID_INVALID"))?;
    let is_canceled = with.truth("is_canceled");
    // What the bot takes back, the user may switch on again, and only the user.
    if subscription.canceled_by_bot && !is_canceled {
        subscription.canceled_by_user = true;
    }
    subscription.canceled_by_bot = is_canceled;
    done()
}

fn charge_of(world: &World, with: &Parameters) -> Result<(UserId, String), ApiError> {
    let user = with.integer("user_id").filter(|user| world.users.contains_key(user));
    let user = user.ok_or_else(|| ApiError::bad_request("USER_ID_INVALID"))?;
    match with.text("telegram_payment_charge_id") {
        id if id.is_empty() => Err(ApiError::bad_request("CHARGE_ID_EMPTY")),
        id => Ok((user, id)),
    }
}

/// The oldest first. A limit above 100 is taken for 100.
pub(crate) fn transactions(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    let number = |name, otherwise| match with.text(name).as_str() {
        "" => Ok(otherwise),
        text => text.parse::<i64>().map_err(|_| ApiError::bad_request(format!("wrong {name}"))),
    };
    let offset = usize::try_from(number("offset", 0)?.max(0)).unwrap_or(usize::MAX);
    let limit = number("limit", MOST_TRANSACTIONS)?.clamp(1, MOST_TRANSACTIONS);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let all = payments::transactions(world, bot);
    let page: Vec<_> = all.into_iter().skip(offset).take(limit).collect();
    Ok(json!({"transactions": page}))
}

pub(crate) fn balance(world: &mut World, bot: BotId) -> Answer {
    Ok(json!({"amount": bot_mut(world, bot)?.books.balance()}))
}
