//! POSTs that can be repeated: the answer is stored in the transaction of the effect.

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use super::auth::Caller;
use super::extract::Idempotency;
use super::problem::Problem;
use crate::domain::Actor;
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::once::{Done, Once};
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::error::Error;
use crate::store::idempotency::{self, Scope, StoredAnswer};
use crate::store::{self, Operation, Tx};

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A successful answer.
#[derive(Debug)]
pub(super) struct Answer<T> {
    status: StatusCode,
    body: T,
    version: Option<i64>,
}

impl<T> Answer<T> {
    pub(super) fn ok(body: T) -> Self {
        Self { status: StatusCode::OK, body, version: None }
    }

    pub(super) fn created(body: T) -> Self {
        Self { status: StatusCode::CREATED, body, version: None }
    }

    /// 201 if something was created, else 200.
    pub(super) fn created_if(created: bool, body: T) -> Self {
        if created { Self::created(body) } else { Self::ok(body) }
    }

    /// With the session's version as the ETag.
    pub(super) fn with_version(self, version: i64) -> Self {
        Self { version: Some(version), ..self }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.body)).into_response();
        set_etag(&mut response, self.version);
        response
    }
}

fn set_etag(response: &mut Response, version: Option<i64>) {
    let tag = version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok());
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
}

/// Whose POST it is, and how a repeat is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'env> {
    pub caller: &'env Caller,
    pub telegram_id: TelegramId,
    pub idempotency: Option<&'env Idempotency>,
}

/// What a transaction starts from.
enum Start {
    Fresh(Option<User>),
    Replay(Response),
}

impl App {
    /// Runs `operation` in a transaction in which the user is locked, and makes its outcome an
    /// answer. With an idempotency key a repeat is answered as the first time, and one that comes
    /// at the same time waits for that.
    pub(super) async fn post<'env, T: Send + 'env, B: Serialize + Send + Sync + 'env>(
        &'env self,
        target: Target<'env>,
        operation: &'env (impl for<'c> Fn(&'c mut Tx<'env>, User) -> Operation<'c, T> + Sync),
        answer: fn(T) -> Answer<B>,
    ) -> Result<Response, Problem> {
        let _turn = self.store.turn(target.telegram_id).await;
        let written = self.store.write(|tx| {
            Box::pin(async move {
                let user = match self.start(tx, target).await? {
                    Start::Fresh(user) => user.ok_or(Error::UserNotFound)?,
                    Start::Replay(response) => return Ok(response),
                };
                let answer = answer(operation(tx, user).await?);
                self.finish(tx, target, answer).await
            })
        });
        Ok(written.await?)
    }

    /// Like [`Self::post`], for what may be the first that is heard of a user.
    pub(super) async fn post_first<'env, T: Send + 'env, B: Serialize + Send + Sync + 'env>(
        &'env self,
        target: Target<'env>,
        operation: &'env (impl for<'c> Fn(&'c mut Tx<'env>, Option<User>) -> Operation<'c, T> + Sync),
        answer: fn(T) -> Answer<B>,
    ) -> Result<Response, Problem> {
        let _turn = self.store.turn(target.telegram_id).await;
        let written = self.store.write(|tx| {
            Box::pin(async move {
                let user = match self.start(tx, target).await? {
                    Start::Fresh(user) => user,
                    Start::Replay(response) => return Ok(response),
                };
                let was_known = user.is_some();
                let answer = answer(operation(tx, user).await?);
                if !was_known && store::users::get(tx, target.telegram_id).await?.is_none() {
                    // A charge of somebody who was erased: nothing of them is written.
                    return Ok(answer.into_response());
                }
                self.finish(tx, target, answer).await
            })
        });
        Ok(written.await?)
    }

    /// Locks the user and looks for the answer. In this order: whoever waits for the lock finds
    /// the answer of the one who held it.
    async fn start(&self, tx: &mut Tx<'_>, target: Target<'_>) -> Result<Start, Error> {
        let user = store::users::lock(tx, target.telegram_id).await?;
        let Some((scope, fingerprint)) = target.scope() else {
            return Ok(Start::Fresh(user));
        };
        match self.stored(tx, scope).await? {
            Some(stored) => replay(stored, fingerprint).map(Start::Replay),
            None => Ok(Start::Fresh(user)),
        }
    }

    /// Stores the answer beside its effect.
    async fn finish<B: Serialize>(
        &self,
        tx: &mut Tx<'_>,
        target: Target<'_>,
        answer: Answer<B>,
    ) -> Result<Response, Error> {
        if let Some((scope, fingerprint)) = target.scope() {
            let (status, now) = (answer.status.as_u16(), tx.now());
            let stored = StoredAnswer::new(fingerprint, status, &answer.body, answer.version, now);
            if !idempotency::insert(tx, scope, &stored).await? {
                return Err(Error::IdempotencyRace);
            }
        }
        Ok(answer.into_response())
    }

    /// The answer under this key, unless it is older than keys are kept.
    async fn stored(
        &self,
        tx: &mut Tx<'_>,
        scope: Scope<'_>,
    ) -> Result<Option<StoredAnswer>, Error> {
        match idempotency::get(tx, scope).await? {
            Some(stored) if !self.is_kept(&stored, tx.now()) => {
                idempotency::delete(tx, scope).await?;
                Ok(None)
            }
            stored => Ok(stored),
        }
    }

    /// Has the request carried out by `go`, together with others, and answers it with this status.
    /// `None`: it has to be carried out by itself. That can be tried whatever has become of it, if it
    /// can be repeated; what cannot does not go together.
    pub(super) async fn together<T, A: Serialize, F>(
        &self,
        target: Target<'_>,
        actor: &Actor,
        request: &Arc<T>,
        status: StatusCode,
        go: impl FnOnce(Once<T>) -> F,
    ) -> Result<Option<Response>, Problem>
    where
        F: Future<Output = Result<Option<Done<A>>, Error>>,
    {
        let Some(Idempotency { key, fingerprint, bytes }) = target.idempotency else {
            return Ok(None);
        };
        let once = Once {
            owner: (target.telegram_id.get(), target.bot_name().to_owned()),
            key: key.clone(),
            fingerprint: fingerprint.clone(),
            bytes: *bytes,
            status: status.as_u16(),
            actor: actor.clone(),
            request: Arc::clone(request),
        };
        Ok(match go(once).await? {
            Some(Done::Now(body)) => Some(Answer { status, body, version: None }.into_response()),
            Some(Done::Before(stored)) if self.is_kept(&stored, self.store.clock().now()) => {
                Some(replay(stored, fingerprint)?)
            }
            Some(Done::Before(_)) | None => None,
        })
    }

    /// Whether the answer is still that of its key.
    fn is_kept(&self, stored: &StoredAnswer, now: Timestamp) -> bool {
        stored.created_at >= now.plus_seconds(-self.idempotency_seconds)
    }
}

impl<'env> Target<'env> {
    fn bot_name(self) -> &'env str {
        self.caller.bot_name().map_or("", BotName::as_str)
    }

    fn scope(self) -> Option<(Scope<'env>, &'env [u8])> {
        let Idempotency { key, fingerprint, .. } = self.idempotency?;
        let (telegram_id, bot_name) = (self.telegram_id, self.bot_name());
        Some((Scope { telegram_id, bot_name, key }, fingerprint))
    }
}

/// The stored answer again, if this is the request that it answered.
fn replay(stored: StoredAnswer, fingerprint: &[u8]) -> Result<Response, Error> {
    if stored.fingerprint != fingerprint {
        return Err(Error::IdempotencyKeyReused);
    }
    let status = u16::try_from(stored.status).ok();
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let json = HeaderValue::from_static("application/json");
    let mut response = (status.unwrap_or(StatusCode::OK), stored.body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    set_etag(&mut response, stored.etag);
    Ok(response)
}
