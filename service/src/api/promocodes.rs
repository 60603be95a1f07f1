//! Promo codes.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::auth::{Caller, Operator};
use super::extract::{Nothing, Path, Post, Query};
use super::idempotency::{Answer, Target};
use super::paging::{Page, PageQuery};
use super::problem::Problem;
use crate::domain::bounds::{Code, TelegramId};
use crate::domain::promocode::{self, CreatePromocode, Promocode, Redeemed};
use crate::error::Error;
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(create_promocode, list_promocodes))
        .routes(routes!(get_promocode, delete_promocode))
        .routes(routes!(redeem_promocode))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct CodePath {
    /// The code, in any case.
    code: Code,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RedeemPath {
    /// The user's Telegram id.
    telegram_id: TelegramId,
    /// The code, in any case.
    code: Code,
}

/// Create a promo code
///
/// For operators.
#[utoipa::path(post, path = "/promocodes", tag = "promo codes", request_body = CreatePromocode,
    responses((status = 201, description = "The code, in upper case", body = Promocode),
        (status = 403, description = "`operator_only`"),
        (status = 409, description = "`promocode_exists`")))]
async fn create_promocode(
    State(app): State<Arc<App>>,
    _: Operator,
    Post { body, .. }: Post<CreatePromocode>,
) -> Result<Answer<Promocode>, Problem> {
    let created = app.store.write(|tx| Box::pin(promocode::create(tx, &body)));
    Ok(Answer::created(created.await?))
}

/// List promo codes
///
/// For operators; by code, ended ones included.
#[utoipa::path(get, path = "/promocodes", tag = "promo codes", params(PageQuery),
    responses((status = 200, description = "A page of codes", body = Page<Promocode>),
        (status = 403, description = "`operator_only`")))]
async fn list_promocodes(
    State(app): State<Arc<App>>,
    _: Operator,
    Query(query): Query<PageQuery>,
) -> Result<Body<Page<Promocode>>, Problem> {
    let page = query.page("promocodes", String::new())?;
    let codes = app.store.read(|c| Box::pin(store::promocodes::list(c, &page.key, page.rows())));
    Ok(Body(page.of(codes.await?, |promocode| promocode.code.clone())))
}

/// Get a promo code
///
/// For operators.
#[utoipa::path(get, path = "/promocodes/{code}", tag = "promo codes", params(CodePath),
    responses((status = 200, description = "The code", body = Promocode),
        (status = 403, description = "`operator_only`"),
        (status = 404, description = "`promocode_not_found`")))]
async fn get_promocode(
    State(app): State<Arc<App>>,
    _: Operator,
    Path(CodePath { code }): Path<CodePath>,
    Query(_): Query<Nothing>,
) -> Result<Body<Promocode>, Problem> {
    let found = app.store.read(|c| Box::pin(store::promocodes::get(c, &code))).await?;
    Ok(Body(found.ok_or(Error::PromocodeNotFound)?))
}

/// End a promo code
///
/// For operators. Nobody can redeem it from now on; the code and who used it stay.
#[utoipa::path(delete, path = "/promocodes/{code}", tag = "promo codes", params(CodePath),
    responses((status = 204, description = "The code has ended"),
        (status = 403, description = "`operator_only`"),
        (status = 404, description = "`promocode_not_found`")))]
async fn delete_promocode(
    State(app): State<Arc<App>>,
    _: Operator,
    Path(CodePath { code }): Path<CodePath>,
    Query(_): Query<Nothing>,
) -> Result<StatusCode, Problem> {
    app.store.write(|tx| Box::pin(promocode::end(tx, &code))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Redeem a promo code
///
/// Once per user. What is looked at first: whether it exists, is valid, is exhausted, was used.
#[utoipa::path(post, path = "/users/{telegram_id}/promocodes/{code}/redeem", tag = "promo codes",
    params(RedeemPath),
    responses((status = 200, description = "What was granted", body = Redeemed),
        (status = 404, description = "`user_not_found` or `promocode_not_found`"),
        (status = 409, description = "`promocode_exhausted` or `promocode_already_used`"),
        (status = 410, description = "`promocode_expired`")))]
async fn redeem_promocode(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(RedeemPath { telegram_id, code }): Path<RedeemPath>,
    Post { idempotency, .. }: Post<Nothing>,
) -> Result<Response, Problem> {
    let actor = app.actor(&caller, None).await?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    app.post(
        target,
        &|tx, _| Box::pin(promocode::redeem(tx, telegram_id, &actor, &code)),
        Answer::ok,
    )
    .await
}
