//! Invitations: after the first training of somebody invited, both get one free.

use crate::conversation::Conversation;
use crate::failure::{Failure, has_status};
use crate::reply::Reply;
use crate::service_api::types::{GrantFreeTrainings, Referral, Source};
use crate::update::tell;

/// In the stats, until the reward is given: who sent the link.
const REFERRER: &str = "referrer";
const TRAININGS: i64 = 1;

/// Notes who invited the user, if that counts. True if the session is to be written.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn note(talk: &mut Conversation<'_>, referrer: i64) -> Result<bool, Failure> {
    // An invented one would be a way to invite oneself.
    match talk.bot.service.get_user(referrer).await {
        Err(error) if has_status(&error, 404) || has_status(&error, 422) => return Ok(false),
        user => drop(user?),
    }
    let set = talk.bot.service.set_referrer(talk.telegram_id(), &Referral { referrer }).await;
    match set {
        // A link that does not count keeps nobody from starting.
        Err(error) if has_status(&error, 409) || has_status(&error, 422) => Ok(false),
        set => {
            set?;
            let former = talk.stats.insert(REFERRER.to_owned(), referrer.into());
            Ok(former != Some(referrer.into()))
        }
    }
}

/// Rewards both, if a reward is due. Each of the two grants counts once ever, so this may be done
/// again until the stats forget whom to reward, with whatever is written next.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn reward(talk: &mut Conversation<'_>) -> Result<(), Failure> {
    let Some(referrer) = talk.stats.remove(REFERRER).and_then(|id| id.as_i64()) else {
        return Ok(());
    };
    let user = talk.telegram_id();
    for (one, other, key) in
        [(user, referrer, "referral-invited"), (referrer, user, "referral-host")]
    {
        if grant(talk, one, other, key).await? {
            let language = match one == user {
                true => talk.language,
                false => talk.bot.language(one, None).await,
            };
            let text = talk.bot.texts.get(language, key, &[("count", TRAININGS.into())]);
            if let Err(error) = tell(talk.bot, one, &[Reply::text(text)]).await {
                tracing::warn!(%error, "somebody could not be told of a free training");
            }
        }
    }
    Ok(())
}

/// False if it was given before, or there is nobody to give it to.
async fn grant(
    talk: &Conversation<'_>,
    telegram_id: i64,
    reference: i64,
    operation: &str,
) -> Result<bool, Failure> {
    let body = GrantFreeTrainings {
        count: TRAININGS,
        reference: Some(reference.to_string()),
        source: Source::Referral,
    };
    let key = talk.idempotency_key(operation);
    let granted = talk.bot.service.grant_free_trainings(telegram_id, Some(&key), &body).await;
    match granted {
        Err(error) if has_status(&error, 404) => Ok(false),
        granted => Ok(granted?.granted),
    }
}
