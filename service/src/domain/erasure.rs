//! Erasing a user, and what is remembered so that bonuses and codes stay used.
//!
//! Nothing that names the user stays: payments lose their telegram_id, and a used bonus or code
//! leaves an HMAC under a secret of this database.

use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use sha2::Sha256;

use super::access::Source;
use super::bounds::TelegramId;
use super::time::Timestamp;
use crate::error::Error;
use crate::store::{self, Tx};

/// What can be used only once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Free(Source),
    Promocode,
    /// What the old bot knew of the user: once they are erased, it is not imported again.
    Import,
}

impl From<Source> for Use {
    fn from(source: Source) -> Self {
        Self::Free(source)
    }
}

/// Stands for every channel: what was imported without its channel.
const EVERY: &str = "*";

/// Erases the user in every bot.
pub async fn erase(tx: &mut Tx<'_>, telegram_id: TelegramId) -> Result<(), Error> {
    store::users::lock(tx, telegram_id).await?.ok_or(Error::UserNotFound)?;
    let secret = secret(tx).await?;
    for source in [Source::Channel, Source::Referral] {
        for trainings in store::access::free_trainings_of(tx, telegram_id, source).await? {
            let reference = trainings.reference.as_deref().unwrap_or(EVERY);
            let used = used(&secret, telegram_id, source.into(), reference);
            store::erased::insert_use(tx, &used).await?;
        }
    }
    for (code, _) in store::promocodes::used_by(tx, telegram_id).await? {
        let used = used(&secret, telegram_id, Use::Promocode, &code);
        store::erased::insert_use(tx, &used).await?;
    }
    store::promocodes::unlist(tx, telegram_id).await?;
    store::erased::insert_use(tx, &used(&secret, telegram_id, Use::Import, "")).await?;
    let latest = (Timestamp::LAST, String::new(), String::new());
    for payment in store::payments::of_user(tx, telegram_id, &latest, i64::MAX).await? {
        let hmac = charge(&secret, telegram_id, &payment.provider, &payment.charge_id);
        store::erased::keep_payment(tx, &hmac, &payment).await?;
    }
    store::idempotency::delete_of(tx, telegram_id).await?;
    // This waits for friends who are just naming the user, so that what follows finds their rows.
    store::users::delete(tx, telegram_id).await?;
    let reference = telegram_id.get().to_string();
    let pseudonym = pseudonym_of(&secret, &reference);
    store::idempotency::forget_referral(tx, &reference, &pseudonym).await?;
    store::access::forget_referral(tx, &reference, &pseudonym).await?;
    store::users::forget_referrer(tx, telegram_id).await
}

/// Whether the user was erased and has not come back; if not, they stay until the transaction ends.
pub async fn is_erased(tx: &mut Tx<'_>, telegram_id: TelegramId) -> Result<bool, Error> {
    Ok(!store::users::keep(tx, telegram_id).await?
        && was_used(tx, telegram_id, Use::Import, "").await?)
}

/// Whether this user had used it before they were erased.
pub async fn was_used(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    kind: Use,
    reference: &str,
) -> Result<bool, Error> {
    let Some(secret) = store::erased::secret(tx).await? else {
        return Ok(false);
    };
    // An invited user who was erased first left a pseudonym.
    for reference in [reference, EVERY, &pseudonym_of(&secret, reference)] {
        if store::erased::has_use(tx, &used(&secret, telegram_id, kind, reference)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What stands for this charge of the user if it was erased with them; `None` if nobody was erased.
pub async fn erased_charge(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    provider: &str,
    charge_id: &str,
) -> Result<Option<Vec<u8>>, Error> {
    let secret = store::erased::secret(tx).await?;
    Ok(secret.map(|secret| charge(&secret, telegram_id, provider, charge_id)))
}

/// This reference to an invited user as it may be written: by its pseudonym if they were erased.
pub async fn written(tx: &mut Tx<'_>, reference: &str) -> Result<String, Error> {
    let invited = reference.parse().ok().and_then(|id| TelegramId::new(id).ok());
    if let Some(invited) = invited
        && is_erased(tx, invited).await?
        && let Some(pseudonym) = pseudonym(tx, reference).await?
    {
        return Ok(pseudonym);
    }
    Ok(reference.to_owned())
}

/// What stands for this reference where it named an erased user; `None` if nobody was erased yet.
pub async fn pseudonym(tx: &mut Tx<'_>, reference: &str) -> Result<Option<String>, Error> {
    let secret = store::erased::secret(tx).await?;
    Ok(secret.map(|secret| pseudonym_of(&secret, reference)))
}

async fn secret(tx: &mut Tx<'_>) -> Result<Vec<u8>, Error> {
    if let Some(secret) = store::erased::secret(tx).await? {
        return Ok(secret);
    }
    let mut secret = [0; 32];
    rand::rng().fill_bytes(&mut secret);
    store::erased::insert_secret(tx, &secret).await?;
    // Another first erasure may have been faster.
    Ok(store::erased::secret(tx).await?.unwrap_or(secret.to_vec()))
}

fn used(secret: &[u8], telegram_id: TelegramId, kind: Use, reference: &str) -> Vec<u8> {
    let kind = match kind {
        Use::Free(source) => source.into(),
        Use::Promocode => "code",
        Use::Import => "import",
    };
    hmac(secret, &format!("{kind}\0{}\0{reference}", telegram_id.get()))
}

fn charge(secret: &[u8], telegram_id: TelegramId, provider: &str, charge_id: &str) -> Vec<u8> {
    hmac(secret, &format!("charge\0{}\0{provider}\0{charge_id}", telegram_id.get()))
}

fn pseudonym_of(secret: &[u8], reference: &str) -> String {
    let bytes = hmac(secret, &format!("reference\0{reference}"));
    bytes.iter().fold("erased:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

fn hmac(secret: &[u8], message: &str) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
