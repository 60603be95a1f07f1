//! Bots and their keys.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::auth::Operator;
use super::extract::{Json, Nothing, Path, Post, Query};
use super::idempotency::Answer;
use super::paging::{Page, PageQuery};
use super::problem::Problem;
use super::{App, BotPath};
use crate::domain::bot::{self, Bot, PutBot};
use crate::domain::bounds::{BotName, Name};
use crate::domain::key::{self, CreateKey, CreatedKey, StoredKey};
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_bots))
        .routes(routes!(put_bot))
        .routes(routes!(create_key, list_keys))
        .routes(routes!(revoke_key))
}

/// List bots
///
/// For operators; by name.
#[utoipa::path(get, path = "/bots", tag = "bots", params(PageQuery),
    responses((status = 200, description = "A page of bots", body = Page<Bot>),
        (status = 403, description = "`operator_only`")))]
async fn list_bots(
    State(app): State<Arc<App>>,
    _: Operator,
    Query(query): Query<PageQuery>,
) -> Result<Body<Page<Bot>>, Problem> {
    let page = query.page("bots", String::new())?;
    let bots = app.store.read(|c| Box::pin(store::bots::list(c, &page.key, page.rows())));
    Ok(Body(page.of(bots.await?, |bot| bot.bot_name.clone())))
}

/// Create or rename a bot
///
/// For operators. Without a title the bot has none.
#[utoipa::path(put, path = "/bots/{bot_name}", tag = "bots", params(BotPath),
    request_body = PutBot,
    responses((status = 200, description = "The bot was known", body = Bot),
        (status = 201, description = "The bot was created", body = Bot),
        (status = 403, description = "`operator_only`")))]
async fn put_bot(
    State(app): State<Arc<App>>,
    _: Operator,
    Path(BotPath { bot_name }): Path<BotPath>,
    Json(PutBot { title }): Json<PutBot>,
) -> Result<Answer<Bot>, Problem> {
    let title = title.as_ref().map(Name::as_str);
    let (bot, created) = app.store.write(|tx| Box::pin(bot::put(tx, &bot_name, title))).await?;
    Ok(Answer::created_if(created, bot))
}

/// Create a key
///
/// For operators. The key is shown this once. A bot may have several, so that they can be rotated
/// without a gap.
#[utoipa::path(post, path = "/bots/{bot_name}/keys", tag = "bots", params(BotPath),
    request_body = CreateKey,
    responses((status = 201, description = "The key", body = CreatedKey),
        (status = 403, description = "`operator_only`"),
        (status = 404, description = "`bot_not_found`")))]
async fn create_key(
    State(app): State<Arc<App>>,
    _: Operator,
    Path(BotPath { bot_name }): Path<BotPath>,
    Post { body, .. }: Post<CreateKey>,
) -> Result<Answer<CreatedKey>, Problem> {
    let expires_at = body.expires_at;
    let created = app.store.write(|tx| Box::pin(key::create(tx, Some(&bot_name), expires_at)));
    Ok(Answer::created(created.await?))
}

/// List a bot's keys
///
/// For operators; newest first, revoked ones included, and never the keys themselves.
#[utoipa::path(get, path = "/bots/{bot_name}/keys", tag = "bots", params(BotPath, PageQuery),
    responses((status = 200, description = "A page of keys", body = Page<StoredKey>),
        (status = 403, description = "`operator_only`"),
        (status = 404, description = "`bot_not_found`")))]
async fn list_keys(
    State(app): State<Arc<App>>,
    _: Operator,
    Path(BotPath { bot_name }): Path<BotPath>,
    Query(query): Query<PageQuery>,
) -> Result<Body<Page<StoredKey>>, Problem> {
    let page = query.page("keys", (Timestamp::LAST, Uuid::max()))?;
    let (from, rows) = (page.key, page.rows());
    let keys = app.store.read(|c| {
        Box::pin(async move {
            store::bots::get(c, &bot_name).await?.ok_or(Error::BotNotFound)?;
            store::keys::of_bot(c, &bot_name, from, rows).await
        })
    });
    Ok(Body(page.of(keys.await?, |key| (key.created_at, key.key_id))))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct KeyPath {
    /// The bot's name.
    bot_name: BotName,
    /// The key's id.
    key_id: Uuid,
}

/// Revoke a key
///
/// For operators. It fails within a second on every replica.
#[utoipa::path(delete, path = "/bots/{bot_name}/keys/{key_id}", tag = "bots", params(KeyPath),
    responses((status = 204, description = "The key is revoked"),
        (status = 403, description = "`operator_only`"),
        (status = 404, description = "`key_not_found`")))]
async fn revoke_key(
    State(app): State<Arc<App>>,
    _: Operator,
    Path(KeyPath { bot_name, key_id }): Path<KeyPath>,
    Query(_): Query<Nothing>,
) -> Result<StatusCode, Problem> {
    let revoked = app.store.write(|tx| Box::pin(store::keys::revoke(tx, Some(&bot_name), key_id)));
    if !revoked.await? {
        return Err(Error::KeyNotFound.into());
    }
    Ok(StatusCode::NO_CONTENT)
}
