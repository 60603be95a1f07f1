//! Free trainings.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::auth::{Caller, Operator};
use super::extract::{Nothing, Path, Post, Query};
use super::idempotency::{Answer, Target};
use super::paging::{Page, PageQuery};
use super::problem::Problem;
use super::{App, UserPath, users};
use crate::domain::bounds::TelegramId;
use crate::domain::free_training::{self, FreeTrainings, FreeTrainingsGranted, GrantFreeTrainings};
use crate::domain::time::Timestamp;
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(grant_free_trainings, list_free_trainings))
        .routes(routes!(revoke_free_trainings))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct FreeTrainingsPath {
    /// The user's Telegram id.
    telegram_id: TelegramId,
    /// The grant's id.
    id: Uuid,
}

/// Give free trainings
///
/// For `channel` and `referral` a reference is rewarded once ever per user.
#[utoipa::path(post, path = "/users/{telegram_id}/free-trainings", tag = "free trainings",
    params(UserPath), request_body = GrantFreeTrainings,
    responses((status = 201, description = "The grant", body = FreeTrainingsGranted),
        (status = 200, description = "This reference was rewarded before; nothing changed",
            body = FreeTrainingsGranted),
        (status = 404, description = "`user_not_found`")))]
async fn grant_free_trainings(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Post { body, idempotency }: Post<GrantFreeTrainings>,
) -> Result<Response, Problem> {
    body.rewarded()?;
    let actor = app.actor(&caller, None).await?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    app.post(
        target,
        &|tx, _| Box::pin(free_training::grant(tx, telegram_id, &actor, &body)),
        |given| Answer::created_if(given.granted, given),
    )
    .await
}

/// List a user's free trainings
///
/// Newest grant first, used up ones included.
#[utoipa::path(get, path = "/users/{telegram_id}/free-trainings", tag = "free trainings",
    params(UserPath, PageQuery),
    responses((status = 200, description = "A page of grants", body = Page<FreeTrainings>),
        (status = 404, description = "`user_not_found`")))]
async fn list_free_trainings(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(query): Query<PageQuery>,
) -> Result<Body<Page<FreeTrainings>>, Problem> {
    let page = query.page("free_trainings", (Timestamp::LAST, Uuid::max()))?;
    let from = &page;
    let found = app.store.read(|c| {
        Box::pin(async move {
            users::require(c, telegram_id).await?;
            store::access::free_trainings(c, telegram_id, from.key, from.rows()).await
        })
    });
    Ok(Body(page.of(found.await?, |trainings| (trainings.created_at, trainings.id))))
}

/// Take away the rest of a grant
///
/// For operators. Trainings that were used stay used.
#[utoipa::path(post, path = "/users/{telegram_id}/free-trainings/{id}/revoke",
    tag = "free trainings", params(FreeTrainingsPath),
    responses((status = 200, description = "The grant", body = FreeTrainings),
        (status = 403, description = "`operator_only`"),
        (status = 404, description = "`free_trainings_not_found`")))]
async fn revoke_free_trainings(
    State(app): State<Arc<App>>,
    Operator(caller): Operator,
    Path(FreeTrainingsPath { telegram_id, id }): Path<FreeTrainingsPath>,
    Post { idempotency, .. }: Post<Nothing>,
) -> Result<Response, Problem> {
    let actor = app.actor(&caller, None).await?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    app.post(
        target,
        &|tx, _| Box::pin(free_training::revoke(tx, telegram_id, &actor, id)),
        Answer::ok,
    )
    .await
}
