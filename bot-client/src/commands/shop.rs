//! What can be bought, what is free, and how Stars come back.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use frankenstein::methods::GetChatMemberParams;
use frankenstein::types::ChatMember;

use crate::conversation::{Conversation, Decision};
use crate::failure::{Failure, has_code, has_status};
use crate::press::Action;
use crate::reply::{Button, Reply, Target};
use crate::service_api::types::{GrantFreeTrainings, PaymentStatus, PromocodeType, Source};
use crate::shop::payment::{self, is_refundable};
use crate::shop::renewal::{self, Renewal};
use crate::shop::{access, offer};
use crate::telegram::CallError;

/// What joining the channel is worth.
const CHANNEL_TRAININGS: i64 = 2;
/// Telegram's limit of a start payload.
const START_PAYLOAD: usize = 64;
/// How often the administrators are told that the channel cannot be looked at.
const CHANNEL_PAUSE: Duration = Duration::from_secs(60 * 60);
/// Payments that one message offers to give back: Telegram takes no more than 100 buttons.
const MOST_REFUNDS: usize = 20;
/// The service's limit of a code.
pub(crate) const LONGEST_CODE: usize = 50;

/// `/subscribe` and `/buy`
pub(crate) async fn shop(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    Ok(Decision::Say(offers(talk, "shop-head").await?))
}

/// What somebody is answered who wants to train and holds nothing.
pub(crate) async fn no_access(talk: &Conversation<'_>) -> Result<Vec<Reply>, Failure> {
    offers(talk, "no-access").await
}

async fn offers(talk: &Conversation<'_>, head: &str) -> Result<Vec<Reply>, Failure> {
    let renewal = renewal::of(talk.bot, talk.telegram_id()).await?;
    let mut offers = offer::all(talk.bot).await?;
    if renewal.as_ref().is_some_and(|renewal| renewal.is_on) {
        offers.retain(|offer| !offer.renews());
    }
    let buttons = offer::buttons(talk, &offers).await?;
    let mut lines = vec![talk.text(head, &[("holds", holds(talk).into())])];
    if let Some(renewal) = &renewal {
        lines.push(String::new());
        lines.push(renewal_line(talk, renewal));
    }
    lines.push(String::new());
    lines.push(talk.text(if buttons.is_empty() { "shop-empty" } else { "shop-offers" }, &[]));
    let mut reply = Reply::text(lines.join("\n"));
    for button in buttons {
        reply = reply.row([button]);
    }
    if let Some(renewal) = renewal.filter(|renewal| renewal.is_ours) {
        let (key, action) = if renewal.is_on {
            ("button-cancel-renewal", Action::CancelRenewal)
        } else {
            ("button-resume-renewal", Action::ResumeRenewal)
        };
        reply = reply.row([talk.button_now(key, action)]);
    }
    let mut free = vec![talk.button_now("button-promo", Action::Promo)];
    if !talk.bot.channel.is_empty() {
        free.push(talk.button_now("button-free", Action::Free));
    }
    reply = reply.row(free).row([talk.button_now("button-referral", Action::Referral)]);
    Ok(vec![reply])
}

/// What the user holds, in words.
pub(crate) fn holds(talk: &Conversation<'_>) -> String {
    access::held(&talk.bot.texts, talk.language, &talk.opened.access)
}

fn renewal_line(talk: &Conversation<'_>, renewal: &Renewal) -> String {
    let (key, at) = match (renewal.is_on, renewal.is_ours) {
        (true, true) => ("renewal-on", renewal.next_charge),
        (true, false) => ("renewal-elsewhere", renewal.next_charge),
        (false, _) => ("renewal-off", renewal.plan.end_date),
    };
    let at = at.unwrap_or(renewal.plan.start_date);
    talk.text(key, &[("date", access::date(&talk.bot.texts, talk.language, at).into())])
}

/// The button that stops the renewal.
pub(crate) async fn stop_renewal(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let key = talk.idempotency_key("renewal");
    let said = match renewal::stop(talk.bot, talk.telegram_id(), &key).await {
        Err(Failure::Never { cause }) => refused(talk, &cause, "renewal-refused").await,
        stopped => {
            stopped?;
            match renewal::of(talk.bot, talk.telegram_id()).await? {
                Some(renewal) => renewal_line(talk, &renewal),
                None => talk.text("renewal-over", &[]),
            }
        }
    };
    Ok(Decision::Say(vec![back_to_shop(talk, said)]))
}

/// The button that renews again: Telegram leaves that to the user, once the bot allows it.
pub(crate) async fn resume_renewal(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let said = match renewal::allow(talk.bot, talk.telegram_id()).await {
        Err(Failure::Never { cause }) => refused(talk, &cause, "renewal-refused").await,
        allowed => {
            allowed?;
            talk.text("renewal-how", &[])
        }
    };
    Ok(Decision::Say(vec![back_to_shop(talk, said)]))
}

fn back_to_shop(talk: &Conversation<'_>, said: String) -> Reply {
    Reply::text(said).row([talk.button_now("button-shop", Action::Shop)])
}

/// What the user is told when Telegram refuses something about money; the administrators are told
/// why.
async fn refused(talk: &Conversation<'_>, cause: &str, key: &str) -> String {
    tracing::error!(cause, key, "Telegram refuses");
    let user = talk.telegram_id().to_string();
    let values = [("cause", cause.into()), ("user", user.into())];
    let news = talk.bot.texts.translated("admin-refused", &values);
    talk.bot.tell_admins(&news).await;
    talk.text(key, &[])
}

/// `/promo CODE`
pub(crate) async fn promo(talk: &Conversation<'_>, code: &str) -> Result<Decision, Failure> {
    if code.is_empty() {
        return Ok(Decision::Say(vec![Reply::text(talk.text("promo-how", &[]))]));
    }
    Ok(Decision::Say(vec![redeem(talk, code).await?]))
}

/// Redeems a code, and says what came of it.
pub(crate) async fn redeem(talk: &Conversation<'_>, code: &str) -> Result<Reply, Failure> {
    let refused = |key| Ok(Reply::text(talk.text(key, &[])));
    if code.chars().count() > LONGEST_CODE {
        return refused("promo-unknown");
    }
    let key = talk.idempotency_key("promo");
    let id = talk.telegram_id();
    let redeemed = match talk.bot.service.redeem_promocode(id, code, Some(&key)).await {
        Err(error) if has_code(&error, "promocode_expired") => return refused("promo-expired"),
        Err(error) if has_code(&error, "promocode_exhausted") => return refused("promo-exhausted"),
        Err(error) if has_code(&error, "promocode_already_used") => return refused("promo-used"),
        Err(error) if has_code(&error, "promocode_not_found") || has_status(&error, 422) => {
            return refused("promo-unknown");
        }
        redeemed => redeemed?.into_inner(),
    };
    let gift = gift(talk, redeemed.type_, redeemed.value);
    let reply = Reply::text(talk.text("promo-redeemed", &[("gift", gift.into())]));
    Ok(reply.row([talk.button_now("button-train", Action::Train)]))
}

/// What a promo code gives.
pub(crate) fn gift(talk: &Conversation<'_>, kind: PromocodeType, value: i64) -> String {
    let (key, count) = match kind {
        // One month, whatever the value is.
        PromocodeType::FreeMonth => ("gift-month", 1),
        PromocodeType::Credits => ("holding-credits", value),
        PromocodeType::Trainings => ("holding-free-trainings", value),
    };
    talk.text(key, &[("count", count.into())])
}

/// `/free`: the bonus for members of the channel.
pub(crate) async fn free(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let channel = &talk.bot.channel;
    if channel.is_empty() {
        let reply = Reply::text(talk.text("free-none", &[]))
            .row([talk.button_now("button-referral", Action::Referral)]);
        return Ok(Decision::Say(vec![reply]));
    }
    let is_member = match is_member(talk, channel).await {
        Ok(is_member) => is_member,
        // The operator's to mend, not the user's.
        Err(CallError::Refused(cause) | CallError::Forbidden(cause)) => {
            tracing::error!(channel, cause, "the channel's members cannot be seen");
            if is_time_to_tell(&talk.bot.channel_told) {
                let values = [("channel", channel.into()), ("cause", cause.into())];
                let news = talk.bot.texts.translated("admin-channel", &values);
                talk.bot.tell_admins(&news).await;
            }
            return Ok(Decision::Say(vec![Reply::text(talk.text("free-later", &[]))]));
        }
        Err(error) => return Err(error.into()),
    };
    let text = |key| {
        let values = [("channel", channel.into()), ("count", CHANNEL_TRAININGS.into())];
        talk.text(key, &values)
    };
    if !is_member {
        let name = channel.trim_start_matches('@');
        let target = Target::Url(format!("https://t.me/{name}"));
        let reply = Reply::text(text("free-join"))
            .row([Button { text: talk.text("button-join", &[]), target }])
            .row([talk.button_now("button-joined", Action::Free)]);
        return Ok(Decision::Say(vec![reply]));
    }
    let body = GrantFreeTrainings {
        count: CHANNEL_TRAININGS,
        // Telegram takes capitals for small letters.
        reference: Some(channel.to_lowercase()),
        source: Source::Channel,
    };
    let key = talk.idempotency_key("channel");
    let service = &talk.bot.service;
    let granted = service.grant_free_trainings(talk.telegram_id(), Some(&key), &body).await?;
    let key = if granted.granted { "free-granted" } else { "free-used" };
    let reply = Reply::text(text(key)).row([talk.button_now("button-train", Action::Train)]);
    Ok(Decision::Say(vec![reply]))
}

/// Whether an hour has gone by since the administrators were told, who are told now then.
fn is_time_to_tell(told: &Mutex<Option<Instant>>) -> bool {
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    let is_time = told.is_none_or(|at| at.elapsed() >= CHANNEL_PAUSE);
    if is_time {
        *told = Some(Instant::now());
    }
    is_time
}

/// Telegram is sure of it only where the bot is an administrator.
async fn is_member(talk: &Conversation<'_>, channel: &str) -> Result<bool, CallError> {
    let asked = GetChatMemberParams::builder()
        .chat_id(channel.to_owned())
        .user_id(talk.incoming.user.id)
        .build();
    Ok(match talk.bot.telegram.call("getChatMember", &asked).await {
        // So it calls people that it has never seen in the channel.
        Err(error)
            if ["PARTICIPANT_ID_INVALID", "member not found", "user not found"]
                .iter()
                .any(|words| error.says(words)) =>
        {
            false
        }
        member => match member? {
            ChatMember::Creator(_) | ChatMember::Administrator(_) | ChatMember::Member(_) => true,
            ChatMember::Restricted(restricted) => restricted.is_member,
            ChatMember::Left(_) | ChatMember::Kicked(_) => false,
        },
    })
}

/// `/referral`: a link of one's own.
pub(crate) fn referral(talk: &Conversation<'_>) -> Decision {
    let link = start_link(talk, &format!("ref_{}", talk.telegram_id()));
    Decision::Say(vec![Reply::text(talk.text("referral-link", &[("link", link.into())]))])
}

/// A link that starts this bot with a payload of up to 64 characters.
pub(crate) fn start_link(talk: &Conversation<'_>, payload: &str) -> String {
    debug_assert!(payload.len() <= START_PAYLOAD);
    let name = talk.bot.username.get().map(String::as_str).unwrap_or_default();
    format!("https://t.me/{name}?start={payload}")
}

/// `/paysupport`: the rules, and a button for each charge that they give back.
pub(crate) async fn pay_support(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let rules = &talk.bot.refunds;
    let payments = payment::of(talk.bot, talk.telegram_id()).await?;
    let values = [("days", rules.days.into()), ("used", rules.max_used.into())];
    let mut reply = Reply::text(talk.text("paysupport", &values));
    let refundable = payments.iter().filter(|payment| is_refundable(payment, rules));
    for payment in refundable.take(MOST_REFUNDS) {
        let date = payment.created_at.with_timezone(&Utc);
        let date = access::date(&talk.bot.texts, talk.language, date);
        let values = [("stars", payment.amount.into()), ("date", date.into())];
        let text = talk.text("button-refund", &values);
        let (user, version) = (&talk.opened.user, talk.opened.version);
        let argument = payment::short_id(&payment.charge_id);
        reply = reply.row([Action::Refund.button(&argument, text, user, version)]);
    }
    Ok(Decision::Say(vec![reply]))
}

/// The button of `/paysupport`. The rules are asked again: trainings may have been used since.
pub(crate) async fn refund(talk: &Conversation<'_>, charge: &str) -> Result<Decision, Failure> {
    let say = |text: String| Ok(Decision::Say(vec![Reply::text(text)]));
    let payments = payment::of(talk.bot, talk.telegram_id()).await?;
    let payment = payments.iter().find(|payment| payment::short_id(&payment.charge_id) == charge);
    let Some(payment) = payment else { return say(talk.text("refund-refused", &[])) };
    // Done by this button before, perhaps, when nobody could be told.
    let is_done = payment.status == PaymentStatus::Refunded;
    if !is_done && !is_refundable(payment, &talk.bot.refunds) {
        return say(talk.text("refund-refused", &[]));
    }
    if !is_done {
        match payment::refund(talk.bot, payment, &talk.idempotency_key("refund")).await {
            Err(Failure::Never { cause }) => {
                return say(refused(talk, &cause, "refund-failed").await);
            }
            refunded => refunded?,
        }
    }
    // What they hold now, the update of the refund tells.
    Ok(Decision::Note(talk.text("refund-done", &[("stars", payment.amount.into())])))
}
