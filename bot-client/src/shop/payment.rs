//! Charges that happened, and those that were given back.

use chrono::{DateTime, TimeDelta, Utc};
use fluent_bundle::FluentValue;
use frankenstein::methods::RefundStarPaymentParams;
use frankenstein::payments::{RefundedPayment, SuccessfulPayment};
use reqwest::StatusCode;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::bot::Bot;
use crate::clock;
use crate::config::Refunds;
use crate::failure::{Failure, has_code};
use crate::incoming::Incoming;
use crate::reply::Reply;
use crate::service_api::types::{CreatePayment, Payment, PaymentStatus};
use crate::shop::order::Order;
use crate::shop::{CURRENCY, PROVIDER, access, renewal};
use crate::texts::Translated;
use crate::update::tell;

/// For a charge whose invoice nobody here has made.
const UNKNOWN_TARIFF: &str = "unknown";
/// In a payment's metadata: whether it goes on with a subscription.
pub(crate) const RENEWAL: &str = "renewal";
/// In a payment's metadata: until when Telegram has sold it.
pub(crate) const EXPIRES_AT: &str = "expires_at";

/// Stars that have changed hands.
#[derive(Debug, Clone)]
pub(crate) struct Charge {
    pub telegram_id: i64,
    pub id: String,
    pub payload: String,
    pub stars: u32,
    pub is_recurring: bool,
    /// Whether it goes on with a subscription, if that is known.
    pub is_renewal: Option<bool>,
    /// Until when Telegram has sold it.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A charge as the service has recorded it.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub payment: Payment,
    /// Whether this call has done it: nobody had before.
    pub is_new: bool,
}

impl Charge {
    /// Records and grants it, unless that was done before: the tariff that its order names, as it is
    /// now, whoever has made the order and whatever was paid.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) async fn record(&self, bot: &Bot, key: &str) -> Result<Recorded, Failure> {
        let order = Order::read(&self.payload);
        let tariff = order.map_or_else(|| UNKNOWN_TARIFF.to_owned(), |order| order.tariff);
        let body = CreatePayment {
            amount: self.stars.into(),
            bot_name: None,
            charge_id: self.id.clone(),
            currency: CURRENCY.to_owned(),
            expires_at: self.expires_at,
            is_recurring: Some(self.is_recurring),
            metadata: self.is_recurring.then(|| self.metadata()),
            provider: PROVIDER.to_owned(),
            tariff,
        };
        let answer = match bot.service.create_payment(self.telegram_id, Some(key), &body).await {
            // Recorded by another version of this bot, in other words: the charge is the same.
            Err(error) if has_code(&error, "idempotency_key_reused") => {
                bot.service.create_payment(self.telegram_id, None, &body).await?
            }
            answer => answer?,
        };
        let is_replayed = answer.headers().contains_key("idempotency-replayed");
        let is_new = answer.status() == StatusCode::CREATED && !is_replayed;
        Ok(Recorded { payment: answer.into_inner(), is_new })
    }

    fn metadata(&self) -> Map<String, Value> {
        let renewal = self.is_renewal.map(|is| (RENEWAL.to_owned(), is.into()));
        let expires_at = self.expires_at.map(|at| (EXPIRES_AT.to_owned(), at.to_rfc3339().into()));
        renewal.into_iter().chain(expires_at).collect()
    }
}

/// `successful_payment`: records it, and tells the user what they hold now.
///
/// # Errors
/// See [`Failure`]; none of them ends it.
pub(crate) async fn charged(
    bot: &Bot,
    incoming: &Incoming,
    paid: &SuccessfulPayment,
) -> Result<(), Failure> {
    let is_recurring = paid.is_recurring.unwrap_or(false);
    let is_renewal = is_recurring && !paid.is_first_recurring.unwrap_or(false);
    let expires_at = paid.subscription_expiration_date.and_then(|at| i64::try_from(at).ok());
    let charge = Charge {
        telegram_id: incoming.telegram_id(),
        id: paid.telegram_payment_charge_id.clone(),
        payload: paid.invoice_payload.clone(),
        stars: paid.total_amount,
        is_recurring,
        is_renewal: Some(is_renewal),
        expires_at: expires_at.and_then(|at| DateTime::from_timestamp(at, 0)),
    };
    let recorded = charge.record(bot, &format!("tg:{}:payment", incoming.update_id)).await?;
    let payment = recorded.payment;
    if is_recurring && !is_renewal {
        renewal::keep_newest(bot, payment.telegram_id).await?;
    }
    tell_charged(bot, incoming.user.language_code.as_deref(), &payment, is_renewal).await?;
    // A subscription goes on at the price that it began with.
    let is_odd = if is_renewal { payment.grant.is_none() } else { !payment.mismatches.is_empty() };
    if is_odd {
        bot.tell_admins(&mismatch(bot, &payment)).await;
    }
    Ok(())
}

/// Tells a user of a charge that is recorded, and what they hold now. `code` is Telegram's
/// `language_code`, for who has chosen no language.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn tell_charged(
    bot: &Bot,
    code: Option<&str>,
    payment: &Payment,
    is_renewal: bool,
) -> Result<(), Failure> {
    let key = match payment.grant {
        None => "paid-unknown",
        Some(_) if is_renewal => "paid-renewal",
        Some(_) => "paid-once",
    };
    tell_of(bot, payment.telegram_id, code, key, payment.amount.into()).await
}

fn mismatch(bot: &Bot, payment: &Payment) -> Translated {
    let values = [
        ("user", payment.telegram_id.to_string().into()),
        ("stars", payment.amount.into()),
        ("tariff", payment.tariff.as_str().into()),
        ("mismatches", payment.mismatches.join(", ").into()),
    ];
    bot.texts.translated("admin-mismatch", &values)
}

/// Tells a user of money that has changed hands, and what they hold now.
async fn tell_of(
    bot: &Bot,
    id: i64,
    code: Option<&str>,
    key: &str,
    stars: FluentValue<'_>,
) -> Result<(), Failure> {
    let language = bot.language(id, code).await;
    let access = match bot.service.get_access(id).await {
        // The money of somebody who was erased: nobody is there to be told.
        Err(error) if has_code(&error, "user_not_found") => return Ok(()),
        access => access?,
    };
    let holds = access::held(&bot.texts, language, &access);
    let text = bot.texts.get(language, key, &[("stars", stars), ("holds", holds.into())]);
    match tell(bot, id, &[Reply::text(text)]).await {
        // The money is noted; that Telegram takes none of our words changes nothing of it.
        Err(Failure::Never { cause }) => {
            tracing::warn!(cause, "the user could not be told");
            Ok(())
        }
        told => told,
    }
}

/// `refunded_payment`: takes back what is left of what was bought, unless whoever refunded it has
/// done so, and tells the user. Telegram sends it for each refund, those of this bot included.
///
/// # Errors
/// See [`Failure`]; none of them ends it.
pub(crate) async fn refunded(
    bot: &Bot,
    incoming: &Incoming,
    refund: &RefundedPayment,
) -> Result<(), Failure> {
    let charge = Charge {
        telegram_id: incoming.telegram_id(),
        id: refund.telegram_payment_charge_id.clone(),
        payload: refund.invoice_payload.clone(),
        stars: refund.total_amount,
        is_recurring: false,
        is_renewal: None,
        expires_at: None,
    };
    let payments = of(bot, charge.telegram_id).await?;
    let known = payments.iter().find(|payment| payment.charge_id == charge.id);
    if known.is_none_or(|payment| payment.status != PaymentStatus::Refunded) {
        let key = format!("tg:{}", incoming.update_id);
        if let Some(known) = known.filter(|payment| payment.is_recurring) {
            renewal::end(bot, known, &key).await?;
        }
        record_refund(bot, &charge, &key).await?;
    }
    let code = incoming.user.language_code.as_deref();
    tell_of(bot, charge.telegram_id, code, "paid-back", refund.total_amount.into()).await
}

/// Records a refund; of a charge that was never recorded, that too.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn record_refund(bot: &Bot, charge: &Charge, key: &str) -> Result<(), Failure> {
    let key = format!("{key}:refund");
    let refund =
        || bot.service.refund_payment(charge.telegram_id, PROVIDER, &charge.id, Some(&key));
    match refund().await {
        Err(error)
            if has_code(&error, "payment_not_found") || has_code(&error, "user_not_found") =>
        {
            charge.record(bot, &format!("{key}:payment")).await?;
            Ok(refund().await.map(drop)?)
        }
        refunded => Ok(refunded.map(drop)?),
    }
}

/// Gives a user's Stars back, and takes back what is left of what was bought: first at Telegram, then
/// in the service. Done before at either is as good as done now.
///
/// # Errors
/// See [`Failure`]; `Never` if Telegram refuses.
pub(crate) async fn refund(bot: &Bot, payment: &Payment, key: &str) -> Result<(), Failure> {
    let asked = RefundStarPaymentParams::builder()
        .user_id(payment.telegram_id.unsigned_abs())
        .telegram_payment_charge_id(&payment.charge_id)
        .build();
    match bot.telegram.call::<bool>("refundStarPayment", &asked).await {
        Err(error) if error.says("CHARGE_ALREADY_REFUNDED") => {}
        refunded => drop(refunded?),
    }
    if payment.is_recurring {
        renewal::end(bot, payment, key).await?;
    }
    let (id, charge) = (payment.telegram_id, &payment.charge_id);
    bot.service.refund_payment(id, PROVIDER, charge, Some(key)).await?;
    Ok(())
}

/// The user's payments to this bot in Stars, the newest first.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn of(bot: &Bot, telegram_id: i64) -> Result<Vec<Payment>, Failure> {
    let mut payments = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = bot.service.list_user_payments(telegram_id, cursor.as_deref(), Some(100)).await;
        let page = match page {
            Err(error) if has_code(&error, "user_not_found") => return Ok(Vec::new()),
            page => page?.into_inner(),
        };
        payments.extend(page.items.into_iter().filter(|payment| is_ours(bot, payment)));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(payments);
        }
    }
}

/// Whether this bot has taken it, in Stars.
pub(crate) fn is_ours(bot: &Bot, payment: &Payment) -> bool {
    payment.provider == PROVIDER && payment.bot_name.as_deref() == Some(&bot.name)
}

/// Names one of a user's charges in a button, where its id does not fit.
pub(crate) fn short_id(charge_id: &str) -> String {
    Sha256::digest(charge_id).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the user may have it back without asking anybody.
pub(crate) fn is_refundable(payment: &Payment, rules: &Refunds) -> bool {
    let is_young = clock::now() - payment.created_at <= TimeDelta::days(rules.days.into());
    let used = payment.grant.as_ref().map_or(0, |grant| grant.used);
    payment.status == PaymentStatus::Completed && is_young && used <= rules.max_used.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payment_is_given_back_for_some_days_and_trainings() {
        let rules = Refunds { days: 7, max_used: 2 };
        let payment = |status: &str, age: TimeDelta, used: i64| -> Payment {
            let at = clock::now() - age;
            let grant = json!({"subscription_id": uuid::Uuid::nil(), "left": 5, "used": used});
            let payment = json!({
                "telegram_id": 7, "provider": PROVIDER, "charge_id": "c", "amount": 150,
                "currency": CURRENCY, "status": status, "tariff": "credits_5", "mismatches": [],
                "is_recurring": false, "created_at": at, "updated_at": at, "grant": grant,
                "bot_name": "spin_bot", "description": null, "metadata": null,
            });
            serde_json::from_value(payment).unwrap()
        };
        let (minute, week) = (TimeDelta::minutes(1), TimeDelta::days(7));
        for (status, age, used, is_given_back) in [
            ("completed", minute, 0, true),
            ("completed", week - minute, 2, true),
            ("completed", week + minute, 0, false),
            ("completed", minute, 3, false),
            ("refunded", minute, 0, false),
            ("pending", minute, 0, false),
        ] {
            let payment = payment(status, age, used);
            assert_eq!(is_refundable(&payment, &rules), is_given_back, "{status} {age} {used}");
        }
        let never = Refunds { days: 0, ..rules };
        assert!(!is_refundable(&payment("completed", minute, 0), &never));
    }
}
