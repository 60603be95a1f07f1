//! Sessions: what one bot remembers of a user.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Caller;
use super::extract::{IfMatch, Json, Nothing, Path, Post, Query};
use super::idempotency::{Answer, Target};
use super::paging::{Page, PageQuery};
use super::problem::Problem;
use super::{App, UserPath, users};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::session::{self, Opened, PatchSession, PutSession, ResetSession, Session};
use crate::domain::user::Profile;
use crate::error::Error;
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(open_session))
        .routes(routes!(list_sessions))
        .routes(routes!(get_session, put_session, patch_session))
        .routes(routes!(reset_session))
}

/// A user's session in one bot.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SessionPath {
    /// The user's Telegram id.
    telegram_id: TelegramId,
    /// The bot whose session it is: the key's own, unless the key is an operator's.
    bot_name: BotName,
}

impl App {
    /// Another bot's session does not exist; an operator is told if there is no such bot.
    async fn check_bot(&self, caller: &Caller, bot_name: &BotName) -> Result<(), Problem> {
        caller.may_see(bot_name)?;
        if caller.bot_name().is_none() {
            let bot = self.store.read(|c| Box::pin(store::bots::get(c, bot_name))).await?;
            bot.ok_or(Error::BotNotFound)?;
        }
        Ok(())
    }
}

fn opened(opened: Opened) -> Answer<Opened> {
    let version = opened.version;
    Answer::ok(opened).with_version(version)
}

fn answer(session: Session) -> Answer<Session> {
    let version = session.version;
    Answer::ok(session).with_version(version)
}

/// Open a session
///
/// The one call at the start of a chat message: gets or creates user and session, takes over the
/// profile, and answers with all that a bot needs. It writes only if something is new or changed,
/// or `last_activity` is over 5 minutes old.
#[utoipa::path(post, path = "/users/{telegram_id}/sessions/{bot_name}/open", tag = "sessions",
    params(SessionPath), request_body = Profile,
    responses((status = 200, description = "The user and the session", body = Opened,
            headers(("ETag" = String, description = "The session's version in quotes"))),
        (status = 404, description = "`session_not_found`: the key is another bot's")))]
async fn open_session(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(SessionPath { telegram_id, bot_name }): Path<SessionPath>,
    Post { body: profile, idempotency }: Post<Profile>,
) -> Result<Response, Problem> {
    use axum::response::IntoResponse;
    app.check_bot(&caller, &bot_name).await?;
    if idempotency.get()?.is_none()
        && let Some(found) = session::peek(&app.store, telegram_id, &bot_name, &profile).await?
    {
        return Ok(opened(found).into_response());
    }
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    app.post_first(
        target,
        &|tx, user| Box::pin(session::open(tx, telegram_id, &bot_name, user, &profile)),
        opened,
    )
    .await
}

/// List a user's sessions
///
/// A bot's key sees its own session only.
#[utoipa::path(get, path = "/users/{telegram_id}/sessions", tag = "sessions",
    params(UserPath, PageQuery),
    responses((status = 200, description = "A page of sessions", body = Page<Session>),
        (status = 404, description = "`user_not_found`")))]
async fn list_sessions(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(query): Query<PageQuery>,
) -> Result<Body<Page<Session>>, Problem> {
    let page = query.page("sessions", String::new())?;
    let from = &page;
    let sessions = app.store.read(|c| {
        Box::pin(async move {
            users::require(c, telegram_id).await?;
            Ok(match caller.bot_name() {
                None => store::sessions::list(c, telegram_id, &from.key, from.rows()).await?,
                Some(own) => store::sessions::get(c, telegram_id, own).await?.into_iter().collect(),
            })
        })
    });
    Ok(Body(page.of(sessions.await?, |session| session.bot_name.clone())))
}

/// Get a session
///
/// Without creating anything.
#[utoipa::path(get, path = "/users/{telegram_id}/sessions/{bot_name}", tag = "sessions",
    params(SessionPath),
    responses((status = 200, description = "The session", body = Session,
            headers(("ETag" = String, description = "The session's version in quotes"))),
        (status = 404, description = "`session_not_found`")))]
async fn get_session(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(SessionPath { telegram_id, bot_name }): Path<SessionPath>,
    Query(_): Query<Nothing>,
) -> Result<Answer<Session>, Problem> {
    caller.may_see(&bot_name)?;
    let session = app.store.read(|c| Box::pin(store::sessions::get(c, telegram_id, &bot_name)));
    Ok(answer(session.await?.ok_or(Error::SessionNotFound)?))
}

/// Replace a session
///
/// Replaces session and stats, or creates them for a known user. With `If-Match` only if the
/// session is at that version.
#[utoipa::path(put, path = "/users/{telegram_id}/sessions/{bot_name}", tag = "sessions",
    params(SessionPath, ("If-Match" = Option<String>, Header, nullable = false,
        description = "The ETag of the session as it was read, such as `\"7\"`")),
    request_body = PutSession,
    responses((status = 200, description = "The session as it is now", body = Session,
            headers(("ETag" = String, description = "The session's version in quotes"))),
        (status = 404, description = "`user_not_found`, or `session_not_found` for another bot's"),
        (status = 412, description = "`version_conflict`")))]
async fn put_session(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(SessionPath { telegram_id, bot_name }): Path<SessionPath>,
    IfMatch(if_match): IfMatch,
    Json(request): Json<PutSession>,
) -> Result<Answer<Session>, Problem> {
    app.check_bot(&caller, &bot_name).await?;
    let if_version = if_match.get()?.copied();
    let put = session::put(&app.store, telegram_id, &bot_name, request, if_version);
    Ok(answer(put.await?))
}

/// Change parts of a session
///
/// A JSON Merge Patch (RFC 7396) of `session` and `stats`; null removes a key. Concurrent patches
/// of different keys lose nothing.
#[utoipa::path(patch, path = "/users/{telegram_id}/sessions/{bot_name}", tag = "sessions",
    params(SessionPath, ("If-Match" = Option<String>, Header, nullable = false,
        description = "The ETag of the session as it was read, such as `\"7\"`")),
    request_body(content = PatchSession, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The session as it is now", body = Session,
            headers(("ETag" = String, description = "The session's version in quotes"))),
        (status = 404, description = "`session_not_found`"),
        (status = 412, description = "`version_conflict`"),
        (status = 413, description = "The result would be larger than 256 KiB")))]
async fn patch_session(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(SessionPath { telegram_id, bot_name }): Path<SessionPath>,
    IfMatch(if_match): IfMatch,
    Json(patch): Json<PatchSession>,
) -> Result<Answer<Session>, Problem> {
    caller.may_see(&bot_name)?;
    let if_version = if_match.get()?.copied();
    let patched = app
        .store
        .write(|tx| Box::pin(session::patch(tx, telegram_id, &bot_name, &patch, if_version)));
    Ok(answer(patched.await?))
}

/// Reset a session
///
/// The session becomes what is sent, or `{}`; the stats are kept.
#[utoipa::path(post, path = "/users/{telegram_id}/sessions/{bot_name}/reset", tag = "sessions",
    params(SessionPath, ("If-Match" = Option<String>, Header, nullable = false,
        description = "The ETag of the session as it was read, such as `\"7\"`")),
    request_body = ResetSession,
    responses((status = 200, description = "The session as it is now", body = Session,
            headers(("ETag" = String, description = "The session's version in quotes"))),
        (status = 404, description = "`session_not_found`"),
        (status = 412, description = "`version_conflict`")))]
async fn reset_session(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(SessionPath { telegram_id, bot_name }): Path<SessionPath>,
    IfMatch(if_match): IfMatch,
    Post { body, idempotency }: Post<ResetSession>,
) -> Result<Response, Problem> {
    caller.may_see(&bot_name)?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    let if_version = if_match.get()?.copied();
    let session = &body.session.unwrap_or_default();
    app.post(
        target,
        &|tx, _| Box::pin(session::reset(tx, telegram_id, &bot_name, session, if_version)),
        answer,
    )
    .await
}
