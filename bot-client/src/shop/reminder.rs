//! Telling users, once, that their plan comes to an end. That a training is the last one is said
//! when it begins: `commands/training.rs`.

use chrono::TimeDelta;
use serde_json::{Map, Value};

use crate::bot::Bot;
use crate::clock;
use crate::failure::{Failure, has_status};
use crate::press::Action;
use crate::reply::Reply;
use crate::service_api::types::{
    AccessType, PatchSession, Session, Subscription, SubscriptionType,
};
use crate::shop::access;
use crate::texts::Language;
use crate::update::tell;

/// How long before its end a plan is spoken of.
const AHEAD: TimeDelta = TimeDelta::days(3);
/// A training in which nothing happened for so long is no longer interrupted.
const PAUSE: TimeDelta = TimeDelta::hours(1);
const PAGE: i64 = 100;

/// In the stats, if the user wants none.
const OFF: &str = "reminders_off";
/// In the stats: the plan that the user was told of last.
const TOLD: &str = "reminded_of";

/// Whether the user wants to be reminded: yes, unless switched off.
pub(crate) fn is_wanted(stats: &Map<String, Value>) -> bool {
    stats.get(OFF) != Some(&Value::Bool(true))
}

pub(crate) fn set_wanted(stats: &mut Map<String, Value>, is_wanted: bool) {
    if is_wanted {
        stats.remove(OFF);
    } else {
        stats.insert(OFF.to_owned(), Value::Bool(true));
    }
}

/// Tells all of this bot's users whose last plan ends soon and does not renew itself. Any number of
/// replicas may do so at once.
///
/// # Errors
/// The plans cannot be listed. A user who cannot be told stops nothing.
pub(crate) async fn remind(bot: &Bot) -> Result<(), Failure> {
    let now = clock::now();
    let until = now + AHEAD;
    let mut cursor: Option<String> = None;
    loop {
        let service = &bot.service;
        let page = service.list_ending_subscriptions(cursor.as_deref(), &until, Some(PAGE)).await?;
        let page = page.into_inner();
        for plan in &page.items {
            let is_plan = plan.subscription_type != SubscriptionType::Credits;
            let is_over = plan.end_date.is_none_or(|end| end <= now);
            if !is_plan || is_over || plan.auto_renew {
                continue;
            }
            match remind_of(bot, plan).await {
                // Somebody else tells the user, or the user is active: the next run looks again.
                Ok(()) | Err(Failure::Conflict | Failure::Gone) => {}
                Err(failure) => {
                    tracing::warn!(plan = %plan.id, %failure, "a user could not be reminded");
                }
            }
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

/// Tells a user that this plan ends, unless that is not wanted, not now or not needed. It is noted
/// first, so that it is said at most once.
async fn remind_of(bot: &Bot, plan: &Subscription) -> Result<(), Failure> {
    let id = plan.telegram_id;
    let session = match bot.service.get_session(id, &bot.name).await {
        // Not this bot's user.
        Err(error) if has_status(&error, 404) => return Ok(()),
        session => session?.into_inner(),
    };
    if !may_be_told(&session, plan) || !is_last(bot, plan).await? {
        return Ok(());
    }
    let user = bot.service.get_user(id).await?.into_inner();
    let stats = Map::from_iter([(TOLD.to_owned(), plan.id.to_string().into())]);
    let patch = PatchSession { session: None, stats: Some(stats) };
    let if_match = format!("\"{}\"", session.version);
    let noted = bot.service.patch_session(id, &bot.name, Some(&if_match), &patch).await?;
    let chosen = Language::of_stats(&session.stats);
    let language = chosen.unwrap_or_else(|| Language::of_code(user.language_code.as_deref()));
    let end = plan.end_date.unwrap_or(plan.start_date);
    let date = access::date(&bot.texts, language, end);
    let text = bot.texts.get(language, "reminder-plan-ends", &[("date", date.into())]);
    let button = bot.texts.get(language, "button-shop", &[]);
    let button = Action::Shop.button("", button, &user, noted.version);
    let told = tell(bot, id, &[Reply::text(text).row([button])]).await;
    if told.is_err() {
        let stats = Map::from_iter([(TOLD.to_owned(), Value::Null)]);
        let patch = PatchSession { session: None, stats: Some(stats) };
        bot.service.patch_session(id, &bot.name, None, &patch).await?;
    }
    told
}

/// Whether the user wants it, was not told yet and can be. Noting it makes the buttons on the
/// screen late, so nobody is disturbed while they train.
fn may_be_told(session: &Session, plan: &Subscription) -> bool {
    let stats = &session.stats;
    let is_blocked = stats.get("blocked_at").is_some_and(|at| !at.is_null());
    let was_told = stats.get(TOLD).and_then(Value::as_str) == Some(&plan.id.to_string());
    let is_active = session.session.get("chat_state") == Some(&"training_active".into());
    let is_training = is_active && clock::now() - session.updated_at < PAUSE;
    is_wanted(stats) && !is_blocked && !was_told && !is_training
}

/// Whether the user holds no plan that goes on after this one.
async fn is_last(bot: &Bot, plan: &Subscription) -> Result<bool, Failure> {
    let access = bot.service.get_access(plan.telegram_id).await?;
    let plans = access.holdings.iter().filter(|held| held.access_type == AccessType::Subscription);
    let last = plans.max_by_key(|held| held.end_date);
    Ok(last.is_some_and(|last| last.id == plan.id))
}
