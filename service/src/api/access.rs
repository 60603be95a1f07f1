//! Access: whether a user may train, and the use of it.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::auth::Caller;
use super::extract::{Nothing, Path, Post, Query};
use super::idempotency::{Answer, Target};
use super::problem::Problem;
use super::{App, UserPath, users};
use crate::domain::access::{self, Access};
use crate::domain::bounds::TelegramId;
use crate::domain::consumption::{self, Consume, Consumed, ReturnConsumption, Returned};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_access))
        .routes(routes!(consume_access))
        .routes(routes!(return_access))
}

/// Get a user's access
///
/// Whether the user may train, what would be used and why, and all that they hold.
#[utoipa::path(get, path = "/users/{telegram_id}/access", tag = "access", params(UserPath),
    responses((status = 200, description = "The access", body = Access),
        (status = 404, description = "`user_not_found`")))]
async fn get_access(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(_): Query<Nothing>,
) -> Result<Body<Access>, Problem> {
    let access = app.store.read(|c| {
        Box::pin(async move {
            users::require(c, telegram_id).await?;
            access::of(c, telegram_id).await
        })
    });
    Ok(Body(access.await?))
}

/// Use one training
///
/// Takes one unit of what `access` says is used next, and changes the session in the same
/// transaction. The same `consumption_id` again uses nothing more.
#[utoipa::path(post, path = "/users/{telegram_id}/access/consume", tag = "access",
    params(UserPath), request_body = Consume,
    responses((status = 200, description = "What was used", body = Consumed),
        (status = 402, description = "`no_access`"),
        (status = 404, description = "`user_not_found`"),
        (status = 409, description = "`consumption_returned`"),
        (status = 412, description = "`version_conflict`")))]
async fn consume_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Post { body, idempotency }: Post<Consume>,
) -> Result<Response, Problem> {
    let actor = app.actor(&caller, body.bot_name.as_ref()).await?;
    body.change().validate(actor.bot_name.as_ref())?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    app.post(
        target,
        &|tx, _| Box::pin(consumption::consume(tx, telegram_id, &actor, &body)),
        Answer::ok,
    )
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ConsumptionPath {
    /// The user's Telegram id.
    telegram_id: TelegramId,
    /// The consumption to give back.
    consumption_id: Uuid,
}

/// Give a training back
///
/// Once. For a grant that was refunded or revoked meanwhile nothing comes back.
#[utoipa::path(post, path = "/users/{telegram_id}/access/{consumption_id}/return", tag = "access",
    params(ConsumptionPath), request_body = ReturnConsumption,
    responses((status = 200, description = "What was given back", body = Returned),
        (status = 404, description = "`user_not_found` or `consumption_not_found`"),
        (status = 412, description = "`version_conflict`")))]
async fn return_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(ConsumptionPath { telegram_id, consumption_id }): Path<ConsumptionPath>,
    Post { body, idempotency }: Post<ReturnConsumption>,
) -> Result<Response, Problem> {
    let actor = app.actor(&caller, body.bot_name.as_ref()).await?;
    body.change().validate(actor.bot_name.as_ref())?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    app.post(
        target,
        &|tx, _| Box::pin(consumption::give_back(tx, telegram_id, &actor, consumption_id, &body)),
        Answer::ok,
    )
    .await
}
