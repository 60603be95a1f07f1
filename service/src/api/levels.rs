//! The service's level table.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::auth::{Caller, Operator};
use super::extract::{Json, Nothing, Query};
use super::problem::Problem;
use crate::domain::json::objects;
use crate::domain::level::{self, Level};
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_levels, put_levels))
}

/// A level table.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"items": [
    {"level": 1, "min_xp": 0, "title": null}, {"level": 2, "min_xp": 501, "title": "Seller"}]}))]
struct Levels {
    /// By level. Empty: a level for every 100 XP, up to 100.
    #[serde(deserialize_with = "objects::<1000, _, _>")]
    #[schema(max_items = 1_000)]
    items: Vec<Level>,
}

/// Get the level table
///
/// It decides where a call that adds XP brings no table of its own.
#[utoipa::path(get, path = "/levels", tag = "xp",
    responses((status = 200, description = "The table", body = Levels)))]
async fn get_levels(
    State(app): State<Arc<App>>,
    _: Caller,
    Query(_): Query<Nothing>,
) -> Result<Body<Levels>, Problem> {
    let items = app.store.read(|c| Box::pin(store::levels::list(c))).await?;
    Ok(Body(Levels { items }))
}

/// Replace the level table
///
/// For operators. Levels that users have reached stay theirs.
#[utoipa::path(put, path = "/levels", tag = "xp", request_body = Levels,
    responses((status = 200, description = "The table", body = Levels),
        (status = 403, description = "`operator_only`")))]
async fn put_levels(
    State(app): State<Arc<App>>,
    _: Operator,
    Json(Levels { mut items }): Json<Levels>,
) -> Result<Body<Levels>, Problem> {
    level::validate(&items)?;
    items.sort_by_key(|level| level.level.get());
    app.store.write(|tx| Box::pin(store::levels::replace(tx, &items))).await?;
    Ok(Body(Levels { items }))
}
