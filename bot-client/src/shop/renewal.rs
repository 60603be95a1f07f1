//! Subscriptions in Stars: Telegram renews them, and each renewal is a charge of its own. Telegram
//! knows a subscription by the charge that began it, and by no other.

use chrono::{DateTime, Utc};
use frankenstein::methods::EditUserStarSubscriptionParams;
use frankenstein::types::BotSubscriptionState;
use uuid::Uuid;

use crate::bot::Bot;
use crate::failure::{Failure, has_code, has_status};
use crate::incoming::Incoming;
use crate::service_api::types::{Payment, PaymentStatus, Subscription};
use crate::shop::payment::{self, EXPIRES_AT, RENEWAL};
use crate::telegram::CallError;

/// A running plan that renews itself, or did.
pub(crate) struct Renewal {
    pub plan: Subscription,
    /// Whether it is renewed.
    pub is_on: bool,
    /// Whether this bot has sold it: another bot's can be stopped there alone.
    pub is_ours: bool,
    /// When Telegram charges again, if it is renewed: plans that follow one another may last longer.
    pub next_charge: Option<DateTime<Utc>>,
}

/// The user's running subscription: one that renews itself before one that does no longer.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn of(bot: &Bot, telegram_id: i64) -> Result<Option<Renewal>, Failure> {
    let held = held(bot, telegram_id).await?;
    let charges = charges(bot, telegram_id).await?;
    let ours = charges.iter().filter(|charge| is_paid(charge)).find_map(|charge| {
        let plan = held.iter().find(|plan| Some(plan.id) == plan_of(charge))?;
        let next_charge =
            charge.metadata.as_ref().and_then(|noted| noted.get(EXPIRES_AT)?.as_str());
        let next_charge = next_charge.and_then(|at| at.parse().ok()).or(plan.end_date);
        Some(Renewal { plan: plan.clone(), is_on: plan.auto_renew, is_ours: true, next_charge })
    });
    if ours.as_ref().is_some_and(|ours| ours.is_on) {
        return Ok(ours);
    }
    let other = held.into_iter().find(|plan| plan.auto_renew);
    let other =
        other.map(|plan| Renewal { is_on: true, is_ours: false, next_charge: plan.end_date, plan });
    Ok(other.or(ours))
}

/// What the user has bought and not used up yet.
async fn held(bot: &Bot, telegram_id: i64) -> Result<Vec<Subscription>, Failure> {
    let mut held = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let (service, after) = (&bot.service, cursor.as_deref());
        let page = service.list_subscriptions(telegram_id, Some(true), after, Some(100)).await;
        let page = match page {
            Err(error) if has_code(&error, "user_not_found") => return Ok(Vec::new()),
            page => page?.into_inner(),
        };
        held.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(held);
        }
    }
}

/// The user's charges of subscriptions, given back or not, the newest first.
async fn charges(bot: &Bot, telegram_id: i64) -> Result<Vec<Payment>, Failure> {
    let mut payments = payment::of(bot, telegram_id).await?;
    payments.retain(|payment| payment.is_recurring);
    Ok(payments)
}

fn is_paid(charge: &Payment) -> bool {
    charge.status == PaymentStatus::Completed
}

/// Whether a charge has begun a subscription, as far as that was noted.
fn is_start(charge: &&Payment) -> bool {
    charge.metadata.as_ref().and_then(|noted| noted.get(RENEWAL)?.as_bool()) != Some(true)
}

fn plan_of(charge: &Payment) -> Option<Uuid> {
    charge.grant.as_ref().map(|grant| grant.subscription_id)
}

fn newest_plan(charges: &[Payment]) -> Option<Uuid> {
    charges.iter().filter(|charge| is_paid(charge)).find_map(plan_of)
}

/// Stops the renewal, first at Telegram, then in the service; what is paid stays.
///
/// # Errors
/// See [`Failure`]; `Never` if Telegram refuses.
pub(crate) async fn stop(bot: &Bot, telegram_id: i64, key: &str) -> Result<(), Failure> {
    let charges = charges(bot, telegram_id).await?;
    for start in charges.iter().filter(is_start) {
        edit(bot, start, true).await?;
    }
    match newest_plan(&charges) {
        Some(plan) => note(bot, telegram_id, plan, false, key).await,
        None => Ok(()),
    }
}

/// Lets the user switch the renewal on again, which Telegram leaves to them alone.
///
/// # Errors
/// See [`Failure`]; `Never` if Telegram refuses.
pub(crate) async fn allow(bot: &Bot, telegram_id: i64) -> Result<(), Failure> {
    let charges = charges(bot, telegram_id).await?;
    if let Some(start) = charges.iter().filter(is_start).find(|charge| is_paid(charge)) {
        edit(bot, start, false).await?;
    }
    Ok(())
}

/// The `subscription` update: the user, or Telegram, has done it there already.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn changed(
    bot: &Bot,
    incoming: &Incoming,
    state: BotSubscriptionState,
) -> Result<(), Failure> {
    let id = incoming.telegram_id();
    let key = format!("tg:{}:renewal", incoming.update_id);
    match newest_plan(&charges(bot, id).await?) {
        Some(plan) => note(bot, id, plan, state == BotSubscriptionState::Active, &key).await,
        None => Ok(()),
    }
}

/// Notes in the service whether a plan renews itself.
async fn note(
    bot: &Bot,
    telegram_id: i64,
    plan: Uuid,
    is_on: bool,
    key: &str,
) -> Result<(), Failure> {
    let key = format!("{key}:{plan}");
    let noted = if is_on {
        bot.service.resume_subscription(telegram_id, &plan, Some(&key)).await
    } else {
        bot.service.cancel_subscription(telegram_id, &plan, Some(&key)).await
    };
    match noted {
        // The plan is over: there is nothing to renew.
        Err(error) if has_status(&error, 409) || has_code(&error, "subscription_not_found") => {
            Ok(())
        }
        noted => Ok(noted.map(drop)?),
    }
}

/// Stops at Telegram what would be charged again, before the user is erased.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn stop_for_good(bot: &Bot, telegram_id: i64) -> Result<(), Failure> {
    let charges = charges(bot, telegram_id).await?;
    stop_all(bot, charges.iter().filter(is_start)).await
}

/// Stops at Telegram all subscriptions but the newest: nobody is to pay for two.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn keep_newest(bot: &Bot, telegram_id: i64) -> Result<(), Failure> {
    let charges = charges(bot, telegram_id).await?;
    let starts = charges.iter().filter(is_start).filter(|charge| is_paid(charge));
    stop_all(bot, starts.skip(1)).await
}

/// What Telegram refuses keeps nothing else from being done; an operator is told by the log.
async fn stop_all<'p>(bot: &Bot, starts: impl Iterator<Item = &'p Payment>) -> Result<(), Failure> {
    for start in starts {
        match edit(bot, start, true).await {
            Err(Failure::Never { cause }) => {
                let (user, charge_id) = (start.telegram_id, &start.charge_id);
                tracing::error!(user, charge_id, cause, "a subscription cannot be stopped");
            }
            edited => edited?,
        }
    }
    Ok(())
}

/// Ends the subscription of a charge that is given back.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn end(bot: &Bot, refunded: &Payment, key: &str) -> Result<(), Failure> {
    let charges = charges(bot, refunded.telegram_id).await?;
    let start_of = |charge: &Payment| {
        let before = charges.iter().skip_while(|one| one.charge_id != charge.charge_id);
        before.into_iter().find(is_start)
    };
    let Some(start) = start_of(refunded) else { return Ok(()) };
    stop_all(bot, std::iter::once(start)).await?;
    let newest = charges.iter().find(|charge| is_paid(charge));
    let Some(newest) = newest.filter(|newest| start_of(newest) == Some(start)) else {
        return Ok(());
    };
    match plan_of(newest) {
        Some(plan) => note(bot, refunded.telegram_id, plan, false, key).await,
        None => Ok(()),
    }
}

/// Cancels or allows at Telegram the subscription that a charge has begun. That Telegram knows none
/// is as good.
async fn edit(bot: &Bot, start: &Payment, is_canceled: bool) -> Result<(), Failure> {
    let edit = EditUserStarSubscriptionParams::builder()
        .user_id(start.telegram_id.unsigned_abs())
        .telegram_payment_charge_id(&start.charge_id)
        .is_canceled(is_canceled)
        .build();
    match bot.telegram.call::<bool>("editUserStarSubscription", &edit).await {
        Err(error @ CallError::Refused(_)) if error.says("CHARGE_") => {
            tracing::debug!(%error, "no such subscription");
            Ok(())
        }
        edited => Ok(edited.map(drop)?),
    }
}
