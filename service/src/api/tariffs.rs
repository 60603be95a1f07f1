//! Tariffs.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::auth::{Caller, Operator};
use super::extract::{Json, Path, Query};
use super::paging::{Page, PageQuery};
use super::problem::Problem;
use crate::domain::bounds::Identifier;
use crate::domain::tariff::{self, PutTariff, Tariff};
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_tariffs)).routes(routes!(put_tariff))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TariffPath {
    /// The tariff's name, such as `month`.
    tariff: Identifier,
}

/// List tariffs
///
/// By name, those that are off sale included.
#[utoipa::path(get, path = "/tariffs", tag = "tariffs", params(PageQuery),
    responses((status = 200, description = "A page of tariffs", body = Page<Tariff>)))]
async fn list_tariffs(
    State(app): State<Arc<App>>,
    _: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Body<Page<Tariff>>, Problem> {
    let page = query.page("tariffs", String::new())?;
    let tariffs = app.store.read(|c| Box::pin(store::tariffs::list(c, &page.key, page.rows())));
    Ok(Body(page.of(tariffs.await?, |tariff| tariff.tariff.clone())))
}

/// Put a tariff
///
/// For operators. Creates or replaces it; what was sold stays as it was sold.
#[utoipa::path(put, path = "/tariffs/{tariff}", tag = "tariffs", params(TariffPath),
    request_body = PutTariff,
    responses((status = 200, description = "The tariff", body = Tariff),
        (status = 403, description = "`operator_only`")))]
async fn put_tariff(
    State(app): State<Arc<App>>,
    _: Operator,
    Path(TariffPath { tariff }): Path<TariffPath>,
    Json(request): Json<PutTariff>,
) -> Result<Body<Tariff>, Problem> {
    let put = app.store.write(|tx| Box::pin(tariff::put(tx, &tariff, request.clone())));
    Ok(Body(put.await?))
}
