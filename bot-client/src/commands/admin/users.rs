//! Users: finding them, giving them trainings, giving their Stars back.

use super::arguments::{self, Wrong, number};
use crate::conversation::Conversation;
use crate::failure::{Failure, has_code, has_status};
use crate::reply::Reply;
use crate::service_api::Client;
use crate::service_api::types::{Access, GrantFreeTrainings, Payment, PaymentStatus, Source, User};
use crate::shop::{access, payment};
use crate::texts::Translated;
use crate::update::tell;

/// Users that one message lists.
const LISTED: i64 = 10;
/// Payments that are shown of one user.
const PAYMENTS: usize = 10;
/// The service's limit of one grant.
const MOST_TRAININGS: i64 = 1_000;

/// `/admin grant USER COUNT`
pub(super) async fn grant(
    talk: &Conversation<'_>,
    operator: &Client,
    words: &[&str],
) -> Result<Reply, Failure> {
    let (id, count) = match read_grant(words) {
        Ok(read) => read,
        Err(wrong) => return Ok(wrong.reply(talk, "admin-how-grant")),
    };
    let Some(user) = get(operator, id).await? else { return Ok(unknown(talk, id)) };
    let body = GrantFreeTrainings { count, reference: None, source: Source::Admin };
    // Operators of all bots share their keys, and each bot counts its own updates.
    let key = talk.idempotency_key(&format!("{}:grant", talk.bot.name));
    let granted = operator.grant_free_trainings(id, Some(&key), &body).await?;
    if !granted.headers().contains_key("idempotency-replayed") {
        let news = talk.bot.texts.translated("free-given", &[("count", count.into())]);
        tell_of(talk, &user, &news).await;
    }
    let access = operator.get_access(id).await?;
    let gift = talk.text("holding-free-trainings", &[("count", count.into())]);
    let said = talk.text("admin-granted", &[("gift", gift.into())]);
    Ok(Reply::text(format!("{said}\n{}", described(talk, &user, &access))))
}

fn read_grant(words: &[&str]) -> Result<(i64, i64), Wrong> {
    let [user, count] = words else { return Err(Wrong::Count) };
    Ok((arguments::user(user)?, number("COUNT", count, MOST_TRAININGS)?))
}

/// `/admin user QUERY`: with a Telegram id that one user, else those whose names hold it.
pub(super) async fn find(
    talk: &Conversation<'_>,
    operator: &Client,
    query: &str,
) -> Result<Reply, Failure> {
    let query = query.trim_start_matches('@');
    if query.is_empty() {
        return Ok(Wrong::Count.reply(talk, "admin-how-user"));
    }
    if let Ok(id) = arguments::user(query)
        && let Some(user) = get(operator, id).await?
    {
        return details(talk, operator, &user).await;
    }
    let page = match operator.list_users(None, Some(LISTED), Some(query)).await {
        // Longer than any name.
        Err(error) if has_status(&error, 422) => None,
        page => Some(page?.into_inner()),
    };
    let (users, more) = page.map_or_else(Default::default, |page| (page.items, page.next_cursor));
    match users.as_slice() {
        [] => Ok(Reply::text(talk.text("admin-users-none", &[]))),
        [user] => details(talk, operator, user).await,
        users => {
            let mut lines: Vec<_> = users.iter().map(|user| line(talk, user)).collect();
            if more.is_some() {
                lines.push(talk.text("admin-users-more", &[]));
            }
            Ok(Reply::text(lines.join("\n")))
        }
    }
}

/// All of a user that an administrator needs to help them.
async fn details(
    talk: &Conversation<'_>,
    operator: &Client,
    user: &User,
) -> Result<Reply, Failure> {
    let payments = payment::of(talk.bot, user.telegram_id).await?;
    let head = if payments.is_empty() { "admin-payments-none" } else { "admin-payments" };
    let access = operator.get_access(user.telegram_id).await?;
    let mut lines = vec![described(talk, user, &access), String::new(), talk.text(head, &[])];
    lines.extend(payments.iter().take(PAYMENTS).map(|payment| payment_line(talk, payment)));
    if !payments.is_empty() {
        lines.push(String::new());
        lines.push(talk.text("admin-how-refund", &[]));
    }
    Ok(Reply::text(lines.join("\n")))
}

fn payment_line(talk: &Conversation<'_>, payment: &Payment) -> String {
    let date = access::date(&talk.bot.texts, talk.language, payment.created_at);
    let values = [
        ("charge", payment.charge_id.as_str().into()),
        ("date", date.into()),
        ("stars", payment.amount.into()),
        ("status", payment.status.to_string().into()),
        ("tariff", payment.tariff.as_str().into()),
    ];
    talk.text("admin-payment", &values)
}

/// `/admin refund USER CHARGE_ID`, however old the payment is and whatever was used of it.
pub(super) async fn refund(
    talk: &Conversation<'_>,
    operator: &Client,
    words: &[&str],
) -> Result<Reply, Failure> {
    let (id, charge) = match read_refund(words) {
        Ok(read) => read,
        Err(wrong) => return Ok(wrong.reply(talk, "admin-how-refund")),
    };
    let Some(user) = get(operator, id).await? else { return Ok(unknown(talk, id)) };
    let payments = payment::of(talk.bot, id).await?;
    let Some(payment) = payments.iter().find(|payment| payment.charge_id == charge) else {
        return Ok(Reply::text(talk.text("admin-refund-unknown", &[("charge", charge.into())])));
    };
    if payment.status != PaymentStatus::Completed {
        let when = access::date(&talk.bot.texts, talk.language, payment.updated_at);
        let values = [("status", payment.status.to_string().into()), ("when", when.into())];
        return Ok(Reply::text(talk.text("admin-refund-needless", &values)));
    }
    match payment::refund(talk.bot, payment, &talk.idempotency_key("refund")).await {
        Err(Failure::Never { cause }) => {
            let values = [("cause", cause.into())];
            return Ok(Reply::text(talk.text("admin-refund-failed", &values)));
        }
        refunded => refunded?,
    }
    let access = operator.get_access(id).await?;
    let said = talk.text("refund-done", &[("stars", payment.amount.into())]);
    Ok(Reply::text(format!("{said}\n{}", described(talk, &user, &access))))
}

fn read_refund<'w>(words: &[&'w str]) -> Result<(i64, &'w str), Wrong> {
    let [user, charge] = words else { return Err(Wrong::Count) };
    Ok((arguments::user(user)?, charge))
}

async fn get(operator: &Client, telegram_id: i64) -> Result<Option<User>, Failure> {
    match operator.get_user(telegram_id).await {
        Err(error) if has_code(&error, "user_not_found") => Ok(None),
        user => Ok(Some(user?.into_inner())),
    }
}

fn unknown(talk: &Conversation<'_>, telegram_id: i64) -> Reply {
    Reply::text(talk.text("admin-user-unknown", &[("user", telegram_id.to_string().into())]))
}

/// Who a user is, and what they hold now.
fn described(talk: &Conversation<'_>, user: &User, access: &Access) -> String {
    let holds = access::held(&talk.bot.texts, talk.language, access);
    let holds = talk.text("admin-holds", &[("holds", holds.into())]);
    format!("{}\n{holds}", line(talk, user))
}

fn line(talk: &Conversation<'_>, user: &User) -> String {
    let username = user.username.as_deref().filter(|name| !name.is_empty());
    let username = username.map(|name| format!("@{name}"));
    let names = [user.first_name.as_deref(), user.last_name.as_deref(), username.as_deref()];
    let names: Vec<_> = names.into_iter().flatten().filter(|name| !name.is_empty()).collect();
    let values = [
        // A number would be grouped.
        ("id", user.telegram_id.to_string().into()),
        ("names", names.join(" ").into()),
        ("level", user.level.into()),
        ("xp", user.total_xp.into()),
        ("trainings", user.total_trainings.into()),
    ];
    talk.text("admin-user", &values)
}

/// Tells somebody else what was done for them, as far as that goes.
async fn tell_of(talk: &Conversation<'_>, user: &User, news: &Translated) {
    let language = talk.bot.language(user.telegram_id, user.language_code.as_deref()).await;
    let reply = Reply::text(news.get(language));
    if let Err(error) = tell(talk.bot, user.telegram_id, &[reply]).await {
        tracing::warn!(%error, "a user could not be told what an administrator did for them");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        assert_eq!(read_grant(&["7", "3"]), Ok((7, 3)));
        assert_eq!(read_grant(&["7"]), Err(Wrong::Count));
        assert_eq!(read_grant(&["@anna", "3"]), Err(Wrong::User("@anna".to_owned())));
        let most = Wrong::Number { name: "COUNT", given: "1001".to_owned(), most: 1_000 };
        assert_eq!(read_grant(&["7", "1001"]), Err(most));
        assert_eq!(read_refund(&["7", "charge"]), Ok((7, "charge")));
        assert_eq!(read_refund(&["charge", "7"]), Err(Wrong::User("charge".to_owned())));
        assert_eq!(read_refund(&["7", "charge", "1"]), Err(Wrong::Count));
    }
}
