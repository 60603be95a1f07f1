//! Who the users are.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::bounds::{Name, TelegramId, Text};
use super::erasure;
use super::json::not_null;
use super::time::Timestamp;
use crate::error::Error;
use crate::store::{self, Tx};

/// A user, as every bot sees them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "telegram_id": 123456, "username": "johndoe", "first_name": "John", "last_name": null,
    "language_code": "en", "leaderboard_hidden": false, "total_xp": 150, "level": 2,
    "total_trainings": 1, "total_score": 150, "registration_date": "2026-11-22T07:01:41.089086Z",
    "last_activity": "2026-11-22T07:05:12.000000Z"
}))]
pub struct User {
    pub telegram_id: i64,
    /// Without the `@`.
    pub username: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// As Telegram sends it, such as `ru` or `pt-br`.
    pub language_code: Option<String>,
    /// Whether the user is left out of the leaderboard.
    pub leaderboard_hidden: bool,
    /// XP of all bots together; never below 0.
    pub total_xp: i64,
    /// Never falls.
    pub level: i64,
    /// Finished trainings in all bots.
    pub total_trainings: i64,
    /// Sum of their scores.
    pub total_score: i64,
    pub registration_date: Timestamp,
    /// To within 5 minutes.
    pub last_activity: Timestamp,
}

/// What a bot knows of a user. An absent field keeps what is stored; null clears it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"username": "johndoe", "first_name": "John", "language_code": "en"}))]
pub struct Profile {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Name>)]
    pub username: Option<Option<Name>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Name>)]
    pub first_name: Option<Option<Name>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Name>)]
    pub last_name: Option<Option<Name>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Name>)]
    pub language_code: Option<Option<Name>>,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub leaderboard_hidden: Option<bool>,
}

/// Tells null, which clears, from an absent field, which keeps.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Name>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Who invited the user.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"referrer": 654321}))]
pub struct Referral {
    pub referrer: TelegramId,
}

impl User {
    /// A user at first contact.
    pub fn new(telegram_id: TelegramId, now: Timestamp) -> Self {
        Self {
            telegram_id: telegram_id.get(),
            username: None,
            first_name: None,
            last_name: None,
            language_code: None,
            leaderboard_hidden: false,
            total_xp: 0,
            level: 1,
            total_trainings: 0,
            total_score: 0,
            registration_date: now,
            last_activity: now,
        }
    }

    /// Takes over what the profile says; whether that changed anything.
    pub fn apply(&mut self, profile: &Profile) -> bool {
        let before = self.clone();
        for (field, value) in [
            (&mut self.username, &profile.username),
            (&mut self.first_name, &profile.first_name),
            (&mut self.last_name, &profile.last_name),
            (&mut self.language_code, &profile.language_code),
        ] {
            if let Some(value) = value {
                *field = value.clone().map(Text::into_string);
            }
        }
        if let Some(hidden) = profile.leaderboard_hidden {
            self.leaderboard_hidden = hidden;
        }
        *self != before
    }

    /// What an operator's search looks into. Lower case is made here: SQLite knows only ASCII's.
    pub fn search(&self) -> String {
        [&self.username, &self.first_name, &self.last_name]
            .into_iter()
            .flatten()
            .map(|name| name.to_lowercase())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Creates the user unless there is one; whether it was created. The user stays locked either way.
pub async fn ensure(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    known: Option<User>,
    profile: &Profile,
) -> Result<(User, bool), Error> {
    if let Some(user) = known {
        return Ok((user, false));
    }
    let mut user = User::new(telegram_id, tx.now());
    user.apply(profile);
    if store::users::create(tx, &user).await? {
        return Ok((user, true));
    }
    // Somebody else's first contact was faster, and is committed by now.
    let user = store::users::lock(tx, telegram_id).await?.ok_or(Error::UserNotFound)?;
    Ok((user, false))
}

/// Gets or creates the user, and takes over the profile; whether it was created.
pub async fn put(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    profile: &Profile,
) -> Result<(User, bool), Error> {
    let known = store::users::lock(tx, telegram_id).await?;
    let (mut user, created) = ensure(tx, telegram_id, known, profile).await?;
    if !created && user.apply(profile) {
        store::users::set_profile(tx, &user).await?;
    }
    Ok((user, created))
}

/// Notes who invited the user: once, not oneself, before the first training.
pub async fn set_referrer(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    referrer: TelegramId,
) -> Result<User, Error> {
    let user = store::users::lock(tx, telegram_id).await?.ok_or(Error::UserNotFound)?;
    if referrer == telegram_id {
        return Err(Error::ReferrerRefused("Nobody can invite themselves."));
    }
    match store::users::referrer(tx, telegram_id).await? {
        // The same call twice is one call.
        Some(known) if known == referrer.get() => return Ok(user),
        Some(_) => {
            return Err(Error::ReferrerRefused("Who invited this user is already known."));
        }
        None => {}
    }
    if user.total_trainings > 0 {
        return Err(Error::ReferrerRefused(
            "This user has finished a training; an invitation counts only before the first one.",
        ));
    }
    if erasure::is_erased(tx, referrer).await? {
        return Err(Error::ReferrerRefused("No erased user can be named."));
    }
    store::users::set_referrer(tx, telegram_id, referrer).await?;
    Ok(user)
}
