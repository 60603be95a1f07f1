//! Finished trainings.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::auth::Caller;
use super::extract::{Nothing, Path, Post, Query};
use super::idempotency::{Answer, Target};
use super::paging::{Cursor, Limit, Page, PageOf};
use super::problem::Problem;
use super::{App, UserPath, users};
use crate::domain::bounds::TelegramId;
use crate::domain::summary::Summary;
use crate::domain::time::{Moment, Timestamp};
use crate::domain::training::{
    self, FinishTraining, Training, TrainingFinished, TrainingWithSnapshot,
};
use crate::domain::xp;
use crate::error::Error;
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(finish_training, list_trainings))
        .routes(routes!(get_training_summary))
        .routes(routes!(get_training))
}

/// Record a finished training
///
/// History, XP with its event, level, badges, totals, session and stats in one transaction: all or
/// nothing, and a repeat with the same Idempotency-Key changes nothing.
#[utoipa::path(post, path = "/users/{telegram_id}/trainings", tag = "trainings",
    params(UserPath), request_body = FinishTraining,
    responses((status = 201, description = "What it came to", body = TrainingFinished),
        (status = 404, description = "`user_not_found`"),
        (status = 412, description = "`version_conflict`")))]
async fn finish_training(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Post { body, idempotency }: Post<FinishTraining>,
) -> Result<Response, Problem> {
    let actor = app.actor(&caller, body.bot_name.as_ref()).await?;
    FinishTraining::bot(&actor)?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    let body = Arc::new(body);
    let go = |once| app.store.finish_training(once);
    if let Some(answer) = app.together(target, &actor, &body, StatusCode::CREATED, go).await? {
        return Ok(answer);
    }
    let levels = match body.xp {
        Some(_) => xp::levels_beside(&app.store, [&body.levels]).await?,
        None => Vec::new(),
    };
    app.post(
        target,
        &|tx, user| Box::pin(training::finish(tx, telegram_id, user, &actor, &body, &levels)),
        Answer::created,
    )
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TrainingsQuery {
    /// Finished at this time or later.
    #[param(value_type = Option<String>, format = DateTime, nullable = false)]
    from: Option<Moment>,
    /// Finished before this time.
    #[param(value_type = Option<String>, format = DateTime, nullable = false)]
    to: Option<Moment>,
    /// How many items at most; 10 if absent.
    #[param(nullable = false)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<Cursor>,
}

/// List a user's trainings
///
/// Newest first, without `session_snapshot`. A bot's key sees its own.
#[utoipa::path(get, path = "/users/{telegram_id}/trainings", tag = "trainings",
    params(UserPath, TrainingsQuery),
    responses((status = 200, description = "A page of trainings", body = Page<Training>),
        (status = 404, description = "`user_not_found`")))]
async fn list_trainings(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(query): Query<TrainingsQuery>,
) -> Result<Body<Page<Training>>, Problem> {
    let first = (Timestamp::LAST, Uuid::max());
    let page = PageOf::new("trainings", query.limit, query.cursor.as_ref(), first)?;
    let range = Moment::range(query.from, query.to);
    let (bot_name, from) = (caller.bot_name(), &page);
    let found = app.store.read_stale(|c| {
        Box::pin(async move {
            users::require(c, telegram_id).await?;
            store::trainings::list(c, telegram_id, bot_name, range, from.key, from.rows()).await
        })
    });
    Ok(Body(page.of(found.await?, |training| (training.training_date, training.id))))
}

/// Summarise a user's trainings
///
/// Totals, best and average score, questions by type, and the course by week. A bot's key sees its
/// own trainings.
#[utoipa::path(get, path = "/users/{telegram_id}/trainings/summary", tag = "trainings",
    params(UserPath),
    responses((status = 200, description = "The summary", body = Summary),
        (status = 404, description = "`user_not_found`")))]
async fn get_training_summary(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(_): Query<Nothing>,
) -> Result<Body<Summary>, Problem> {
    let bot_name = caller.bot_name();
    let facts = app.store.read_stale(|c| {
        Box::pin(async move {
            users::require(c, telegram_id).await?;
            store::trainings::facts(c, telegram_id, bot_name).await
        })
    });
    Ok(Body(Summary::new(&facts.await?)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TrainingPath {
    /// The user's Telegram id.
    telegram_id: TelegramId,
    /// The training's id.
    training_id: Uuid,
}

/// Get a training
///
/// With `session_snapshot`. A bot's key sees its own.
#[utoipa::path(get, path = "/users/{telegram_id}/trainings/{training_id}", tag = "trainings",
    params(TrainingPath),
    responses((status = 200, description = "The training", body = TrainingWithSnapshot),
        (status = 404, description = "`training_not_found`")))]
async fn get_training(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(TrainingPath { telegram_id, training_id }): Path<TrainingPath>,
    Query(_): Query<Nothing>,
) -> Result<Body<TrainingWithSnapshot>, Problem> {
    let bot_name = caller.bot_name();
    let training =
        app.store.read(|c| Box::pin(store::trainings::get(c, telegram_id, bot_name, training_id)));
    Ok(Body(training.await?.ok_or(Error::TrainingNotFound)?))
}
