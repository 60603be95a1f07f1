//! What a bot remembers of a user: the session, which comes and goes, and the stats, which stay.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Access, Holding};
use super::badge::Badge;
use super::bounds::{BotName, Int, TelegramId};
use super::json::{JsonObject, not_null};
use super::merge_patch;
use super::time::Timestamp;
use super::user::{self, Profile, User};
use crate::error::Error;
use crate::store::sessions::{Put, Written};
use crate::store::{self, Store, Tx};

/// The largest session that a PATCH may make, as JSON: as large as a request's body.
pub const MAX_SESSION_BYTES: usize = 256 * 1024;

/// `last_activity` is written when it is older than this.
const ACTIVITY_SECONDS: i64 = 5 * 60;

/// What a bot keeps about a user.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "bot_name": "spin_bot", "session": {"question_count": 5, "chat_state": "in_progress"},
    "stats": {"total_trainings": 10, "best_score": 185}, "version": 7,
    "created_at": "2026-11-22T07:01:41.089086Z", "updated_at": "2026-11-22T07:05:12.000000Z"
}))]
pub struct Session {
    pub bot_name: String,
    #[sqlx(rename = "session_data")]
    pub session: JsonObject,
    #[sqlx(rename = "stats_data")]
    pub stats: JsonObject,
    /// Rises by one with every write; the ETag is this in quotes.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Both parts of a session, to replace what is stored.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "session": {"question_count": 6, "clarity_level": 80, "chat_state": "in_progress"},
    "stats": {"total_trainings": 10, "best_score": 185}
}))]
pub struct PutSession {
    pub session: JsonObject,
    pub stats: JsonObject,
}

/// A JSON Merge Patch (RFC 7396) of both parts: null removes a key, objects are merged, anything
/// else replaces.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"session": {"question_count": 7, "client_case": null}}))]
pub struct PatchSession {
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub session: Option<JsonObject>,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub stats: Option<JsonObject>,
}

/// What the session is after a reset.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"session": {"chat_state": "new"}}))]
pub struct ResetSession {
    /// `{}` if absent.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub session: Option<JsonObject>,
}

/// A change of the session that another operation carries in its transaction.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub session: Option<&'a JsonObject>,
    pub stats: Option<&'a JsonObject>,
    pub if_version: Option<i64>,
}

/// The version of a session, from 1.
pub type Version = Int<1, { i64::MAX }>;

/// Everything that a bot needs at the start of a chat message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Opened {
    pub user: User,
    pub session: JsonObject,
    pub stats: JsonObject,
    pub version: i64,
    pub access: Access,
    pub badges: Vec<Badge>,
}

/// A user with one bot's session and all that they hold, as read in one statement.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UserSession {
    #[sqlx(flatten)]
    pub user: User,
    #[sqlx(flatten)]
    pub session: Session,
    /// Whether today's activity in this bot is noted.
    pub seen_today: bool,
    #[sqlx(json)]
    pub holdings: Vec<Holding>,
    /// By type.
    #[sqlx(json)]
    pub badges: Vec<Badge>,
}

/// Opens what is there already, or says by `None` that more has to be written than that the user is
/// active.
pub async fn peek(
    store: &Store,
    telegram_id: TelegramId,
    bot_name: &BotName,
    profile: &Profile,
) -> Result<Option<Opened>, Error> {
    let Some(mut found) = store.peek_session(telegram_id, bot_name).await? else {
        return Ok(None);
    };
    let now = store.clock().now();
    if found.user.apply(profile) {
        return Ok(None);
    }
    if found.is_stale(now) {
        let Some(noted) = store.note_activity(telegram_id, bot_name).await? else {
            return Ok(None);
        };
        found.user.last_activity = noted;
    }
    Ok(Some(found.opened(now)))
}

/// Opens the session; user and session are created if need be, in this transaction.
pub async fn open(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
    known: Option<User>,
    profile: &Profile,
) -> Result<Opened, Error> {
    user::ensure(tx, telegram_id, known, profile).await?;
    store::sessions::create(tx, telegram_id, bot_name).await?;
    let mut found = store::sessions::with_user(tx, telegram_id, bot_name)
        .await?
        .ok_or(Error::SessionNotFound)?;
    if found.user.apply(profile) || found.is_stale(tx.now()) {
        found.user.last_activity = tx.now();
        store::users::set_profile(tx, &found.user).await?;
        store::activity::note(tx, telegram_id, bot_name).await?;
    }
    Ok(found.opened(tx.now()))
}

impl UserSession {
    /// Whether the user's activity has to be noted.
    fn is_stale(&self, now: Timestamp) -> bool {
        now.seconds_since(self.user.last_activity) > ACTIVITY_SECONDS || !self.seen_today
    }

    fn opened(self, now: Timestamp) -> Opened {
        let Self {
            user, session: Session { session, stats, version, .. }, holdings, badges, ..
        } = self;
        Opened { user, session, stats, version, access: Access::new(holdings, now), badges }
    }
}

/// Replaces both parts of the session, or creates it.
pub async fn put(
    store: &Store,
    telegram_id: TelegramId,
    bot_name: &BotName,
    request: PutSession,
    if_version: Option<i64>,
) -> Result<Session, Error> {
    let PutSession { session, stats } = &request;
    let put = Put::new(telegram_id.get(), bot_name.as_str(), session, stats, if_version);
    let written = match store.put_session(put).await? {
        Some(written) => written,
        None => {
            let alone = store
                .write(|tx| Box::pin(put_alone(tx, telegram_id, bot_name, &request, if_version)));
            alone.await?
        }
    };
    Ok(Session {
        bot_name: bot_name.as_str().to_owned(),
        session: request.session,
        stats: request.stats,
        version: written.version,
        created_at: written.created_at,
        updated_at: written.updated_at,
    })
}

async fn put_alone(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
    request: &PutSession,
    if_version: Option<i64>,
) -> Result<Written, Error> {
    let change =
        Change { session: Some(&request.session), stats: Some(&request.stats), if_version };
    let written = store::sessions::write(tx, telegram_id, bot_name, change).await?;
    let Some((version, created_at)) = written else {
        // Nothing has this version: because nobody is there, or because it is at another one.
        return Err(match store::users::get(tx, telegram_id).await? {
            Some(_) => Error::VersionConflict,
            None => Error::UserNotFound,
        });
    };
    Ok(Written { version, created_at, updated_at: tx.now() })
}

/// Merges the patch into the session.
pub async fn patch(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
    patch: &PatchSession,
    if_version: Option<i64>,
) -> Result<Session, Error> {
    let mut current = lock(tx, telegram_id, bot_name, if_version).await?;
    if let Some(patch) = &patch.session {
        current.session = merge_patch::merged(&current.session, patch);
    }
    if let Some(patch) = &patch.stats {
        current.stats = merge_patch::merged(&current.stats, patch);
    }
    // It can be larger than both, but not nested deeper.
    if current.bytes() > MAX_SESSION_BYTES {
        return Err(Error::SessionTooLarge);
    }
    replace(tx, telegram_id, bot_name, current).await
}

/// Puts the session back to the start; the stats stay.
pub async fn reset(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
    session: &JsonObject,
    if_version: Option<i64>,
) -> Result<Session, Error> {
    let mut current = lock(tx, telegram_id, bot_name, if_version).await?;
    current.session = session.clone();
    replace(tx, telegram_id, bot_name, current).await
}

async fn lock(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
    if_version: Option<i64>,
) -> Result<Session, Error> {
    let current = store::sessions::lock(tx, telegram_id, bot_name).await?;
    match (current, if_version) {
        (Some(current), Some(version)) if version != current.version => Err(Error::VersionConflict),
        (Some(current), _) => Ok(current),
        (None, Some(_)) => Err(Error::VersionConflict),
        (None, None) => Err(Error::SessionNotFound),
    }
}

async fn replace(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    bot_name: &BotName,
    mut session: Session,
) -> Result<Session, Error> {
    let change =
        Change { session: Some(&session.session), stats: Some(&session.stats), if_version: None };
    let written = store::sessions::write(tx, telegram_id, bot_name, change).await?;
    (session.version, session.created_at) = written.ok_or(Error::SessionNotFound)?;
    session.updated_at = tx.now();
    Ok(session)
}

impl Session {
    fn bytes(&self) -> usize {
        let length = |part: &JsonObject| serde_json::to_string(part).map_or(0, |json| json.len());
        length(&self.session) + length(&self.stats)
    }
}

impl Change<'_> {
    /// A change needs a session: an operator has to name its bot.
    pub fn validate(self, bot_name: Option<&BotName>) -> Result<(), Error> {
        match self {
            Change { session: None, stats: None, if_version: None } => Ok(()),
            _ if bot_name.is_some() => Ok(()),
            _ => Err(Error::invalid("bot_name", "is needed to say whose session is meant")),
        }
    }

    /// Writes the change, if it is one: the session's version afterwards, if there is a session.
    pub async fn write(
        self,
        tx: &mut Tx<'_>,
        telegram_id: TelegramId,
        bot_name: Option<&BotName>,
    ) -> Result<Option<i64>, Error> {
        self.validate(bot_name)?;
        let Some(bot_name) = bot_name else { return Ok(None) };
        if self.session.is_none() && self.stats.is_none() {
            let session = store::sessions::lock(tx, telegram_id, bot_name).await?;
            let version = session.map(|session| session.version);
            return match self.if_version {
                Some(wanted) if Some(wanted) != version => Err(Error::VersionConflict),
                _ => Ok(version),
            };
        }
        let written = store::sessions::write(tx, telegram_id, bot_name, self).await?;
        written.map(|(version, _)| Some(version)).ok_or(Error::VersionConflict)
    }
}
