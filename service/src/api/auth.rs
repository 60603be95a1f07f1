//! Who calls, and what they may do.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use uuid::Uuid;

use super::App;
use super::middleware::note_key;
use super::problem::Problem;
use crate::domain::Actor;
use crate::domain::bounds::BotName;
use crate::domain::key::{self, ApiKey, KeyHash, StoredKey};
use crate::error::Error;
use crate::store::{self, Store};

/// A key that was looked up is believed for less than a second, so that a revoked one fails within
/// a second on every replica.
const BELIEVED: Duration = Duration::from_millis(900);

/// `last_used_at` is written at most this often, in seconds.
const TOUCH_SECONDS: i64 = 60;

/// Most keys that are remembered at once; beyond it the memory starts anew.
const REMEMBERED: usize = 10_000;

/// Whoever holds a valid key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    /// The stored key's id, or `bootstrap` and whose it is.
    key: Arc<str>,
    /// `None`: an operator.
    bot_name: Option<BotName>,
}

impl Caller {
    /// The bot whose key it is; `None` for an operator.
    pub(super) fn bot_name(&self) -> Option<&BotName> {
        self.bot_name.as_ref()
    }

    /// Another bot's session looks like one that does not exist.
    pub(super) fn may_see(&self, bot_name: &BotName) -> Result<(), Error> {
        match &self.bot_name {
            Some(own) if own != bot_name => Err(Error::SessionNotFound),
            _ => Ok(()),
        }
    }
}

impl App {
    /// What a ledger notes. An operator may name a bot, a bot only itself.
    pub(super) async fn actor(
        &self,
        caller: &Caller,
        named: Option<&BotName>,
    ) -> Result<Actor, Problem> {
        if let (Some(own), Some(named)) = (&caller.bot_name, named)
            && own != named
        {
            return Err(Problem::invalid("bot_name", "must be the key's own bot, or left out"));
        }
        if let (None, Some(named)) = (&caller.bot_name, named) {
            let bot = self.store.read(|c| Box::pin(store::bots::get(c, named))).await?;
            bot.ok_or_else(|| Problem::invalid("bot_name", "names a bot that does not exist"))?;
        }
        let bot_name = caller.bot_name.as_ref().or(named).cloned();
        Ok(Actor { bot_name, key: caller.key.to_string() })
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let caller = app.keys.identify(&app.store, bearer(&parts.headers)?).await?;
        note_key(&caller.key);
        app.limit.check(&caller)?;
        Ok(caller)
    }
}

/// A caller who may do everything.
#[derive(Debug, Clone)]
pub(super) struct Operator(pub(super) Caller);

impl FromRequestParts<Arc<App>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        if caller.bot_name.is_some() {
            let detail = "This needs an operator's key; a bot's key may not do it.";
            return Err(Problem::new(StatusCode::FORBIDDEN, "operator_only", detail));
        }
        Ok(Self(caller))
    }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(unauthorized());
    };
    let (scheme, key) =
        value.to_str().ok().and_then(|v| v.split_once(' ')).ok_or_else(unauthorized)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unauthorized());
    }
    Ok(key.trim())
}

/// One answer for every bad key, so that it tells nothing about it.
fn unauthorized() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "This needs a valid key: Authorization: Bearer spn_…",
    )
}

/// The keys that were used a moment ago, and those that configuration names.
pub struct Keys {
    bootstrap: HashMap<KeyHash, Caller>,
    believed: Mutex<HashMap<KeyHash, (Instant, Caller)>>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// `bootstrap`: keys of configuration, with their bot, or `None` for the operator's.
    pub fn new<'a>(bootstrap: impl IntoIterator<Item = (&'a str, Option<BotName>)>) -> Self {
        let caller = |(text, bot_name): (&str, Option<BotName>)| {
            let owner = bot_name.as_ref().map_or("operator", BotName::as_str);
            let key = format!("bootstrap:{owner}").into();
            (key::hash(text), Caller { key, bot_name })
        };
        let bootstrap = bootstrap.into_iter().map(caller).collect();
        Self { bootstrap, believed: Mutex::default() }
    }

    async fn identify(&self, store: &Store, key: &str) -> Result<Caller, Problem> {
        let hash = key::hash(key);
        if let Some(caller) = self.bootstrap.get(&hash).or(self.believed(&hash).as_ref()) {
            return Ok(caller.clone());
        }
        if !ApiKey::is_well_formed(key) {
            return Err(unauthorized());
        }
        // Counted from before it was read: a key may be revoked while the answer is on its way.
        let asked = Instant::now();
        let now = store.clock().now();
        let stored = store.read(|c| Box::pin(store::keys::by_hash(c, &hash))).await?;
        let stored = stored.filter(|key| key.is_valid(now)).ok_or_else(unauthorized)?;
        note_use(store, &stored);
        let caller = Caller {
            key: stored.key_id.to_string().into(),
            bot_name: stored.bot_name.as_deref().and_then(|name| BotName::new(name).ok()),
        };
        if stored.bot_name.is_some() != caller.bot_name.is_some() {
            return Err(unauthorized());
        }
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        if believed.len() >= REMEMBERED {
            believed.clear();
        }
        believed.insert(hash, (asked, caller.clone()));
        Ok(caller)
    }

    fn believed(&self, hash: &KeyHash) -> Option<Caller> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked, caller) = believed.get(hash)?;
        (asked.elapsed() < BELIEVED).then(|| caller.clone())
    }
}

/// Writes `last_used_at` beside the request, which does not wait for it.
fn note_use(store: &Store, stored: &StoredKey) {
    let minute_ago = store.clock().now().plus_seconds(-TOUCH_SECONDS);
    if stored.last_used_at.is_some_and(|used| used >= minute_ago) {
        return;
    }
    let (store, key_id): (Store, Uuid) = (store.clone(), stored.key_id);
    tokio::spawn(async move {
        let touched = store.write(|tx| Box::pin(store::keys::touch(tx, key_id, minute_ago))).await;
        if let Err(error) = touched {
            tracing::warn!(%error, %key_id, "the use of a key could not be noted");
        }
    });
}

/// How many requests a key may make, on this replica.
#[derive(Debug)]
pub struct RateLimit(Option<DefaultKeyedRateLimiter<Arc<str>>>);

impl RateLimit {
    /// `per_second` 0: no limit. `burst`: how many at once.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let quota = per_second.try_into().ok().map(|rate| {
            let quota = Quota::per_second(rate);
            burst.try_into().map_or(quota, |burst| quota.allow_burst(burst))
        });
        Self(quota.map(RateLimiter::keyed))
    }

    fn check(&self, caller: &Caller) -> Result<(), Problem> {
        use governor::clock::{Clock, DefaultClock};
        let Some(limiter) = &self.0 else {
            return Ok(());
        };
        limiter.check_key(&caller.key).map_err(|refused| {
            let detail = "This key makes more requests than it may; wait as Retry-After says.";
            let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
            let wait = refused.wait_time_from(DefaultClock::default().now());
            problem.retry_after = Some(wait.as_secs() + 1);
            problem
        })
    }
}
