//! Whether the process is up, and whether it can work.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json as Body;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::extract::{Nothing, Query};
use super::problem::Problem;
use crate::store::migrate;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
}

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

const OK: Body<Health> = axum::Json(Health { status: "ok" });

/// Is the process up?
///
/// Answers without looking at the database.
#[utoipa::path(get, path = "/healthz", tag = "health",
    responses((status = 200, description = "The process is up", body = Health)))]
async fn healthz(Query(_): Query<Nothing>) -> Body<Health> {
    OK
}

/// Can the service work?
///
/// Asks the database, whose schema must be the one that this binary knows. Who spreads requests over
/// several processes sends one that is stopping no more of them.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, description = "Requests can be served", body = Health),
        (status = 503, description = "`not_ready`: the database does not answer, or its schema is \
            another; `stopping`: this process stops in a moment, and still serves until then")))]
async fn readyz(
    State(app): State<Arc<App>>,
    Query(_): Query<Nothing>,
) -> Result<Body<Health>, Problem> {
    if app.stopping.load(Ordering::Relaxed) {
        let detail = "This process stops in a moment; ask another one.";
        return Err(Problem::unavailable("stopping", detail));
    }
    migrate::check(&app.store).await.map(|()| OK).map_err(|error| {
        tracing::warn!(%error, "not ready");
        let detail = "The database does not answer, or its schema is another one.";
        Problem::unavailable("not_ready", detail)
    })
}
