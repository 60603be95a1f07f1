//! Badges of users, and their catalogue.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Caller, Operator};
use super::extract::{Json, Nothing, Path, Post, Query};
use super::idempotency::{Answer, Target};
use super::paging::{Cursor, Limit, Page, PageOf, PageQuery};
use super::problem::Problem;
use super::{App, UserPath, users};
use crate::domain::badge::{self, AwardBadge, Badge, BadgeAwarded, CatalogueBadge, PutBadge};
use crate::domain::bounds::{BadgeType, BotName};
use crate::error::Error;
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(award_badge, list_user_badges))
        .routes(routes!(list_badges))
        .routes(routes!(put_badge, delete_badge))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct BadgePath {
    /// The badge's type.
    badge_type: BadgeType,
}

/// Award a badge
///
/// Once per user, whichever bot comes first. Types that are not in the catalogue are allowed.
#[utoipa::path(post, path = "/users/{telegram_id}/badges", tag = "badges", params(UserPath),
    request_body = AwardBadge,
    responses((status = 201, description = "The badge is new", body = BadgeAwarded),
        (status = 200, description = "The user held it before; nothing changed", body = BadgeAwarded),
        (status = 404, description = "`user_not_found`")))]
async fn award_badge(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Post { body, idempotency }: Post<AwardBadge>,
) -> Result<Response, Problem> {
    let actor = app.actor(&caller, body.bot_name.as_ref()).await?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    let metadata = body.metadata.as_ref();
    let badge_type = &body.badge_type;
    app.post(
        target,
        &|tx, _| Box::pin(badge::award(tx, telegram_id, &actor, badge_type, metadata)),
        |badge| Answer::created_if(badge.awarded, badge),
    )
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UserBadgesQuery {
    /// Only badges that were earned in this bot.
    #[param(nullable = false)]
    bot_name: Option<BotName>,
    /// How many items at most; 10 if absent.
    #[param(nullable = false)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<Cursor>,
}

/// List a user's badges
///
/// Those of all bots, by type, unless filtered.
#[utoipa::path(get, path = "/users/{telegram_id}/badges", tag = "badges",
    params(UserPath, UserBadgesQuery),
    responses((status = 200, description = "A page of badges", body = Page<Badge>),
        (status = 404, description = "`user_not_found`")))]
async fn list_user_badges(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(query): Query<UserBadgesQuery>,
) -> Result<Body<Page<Badge>>, Problem> {
    let page = PageOf::new("user_badges", query.limit, query.cursor.as_ref(), String::new())?;
    let (from, bot_name) = (&page, query.bot_name.as_ref());
    let badges = app.store.read(|c| {
        Box::pin(async move {
            users::require(c, telegram_id).await?;
            store::badges::page(c, telegram_id, bot_name, &from.key, from.rows()).await
        })
    });
    Ok(Body(page.of(badges.await?, |badge| badge.badge_type.clone())))
}

/// List the badge catalogue
///
/// Titles and descriptions by language, by type.
#[utoipa::path(get, path = "/badges", tag = "badges", params(PageQuery),
    responses((status = 200, description = "A page of the catalogue", body = Page<CatalogueBadge>)))]
async fn list_badges(
    State(app): State<Arc<App>>,
    _: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Body<Page<CatalogueBadge>>, Problem> {
    let page = query.page("badges", String::new())?;
    let badges = app.store.read(|c| Box::pin(store::badges::catalogue(c, &page.key, page.rows())));
    Ok(Body(page.of(badges.await?, |badge| badge.badge_type.clone())))
}

/// Put a badge into the catalogue
///
/// For operators. Creates or replaces its entry.
#[utoipa::path(put, path = "/badges/{badge_type}", tag = "badges", params(BadgePath),
    request_body = PutBadge,
    responses((status = 200, description = "The entry", body = CatalogueBadge),
        (status = 403, description = "`operator_only`")))]
async fn put_badge(
    State(app): State<Arc<App>>,
    _: Operator,
    Path(BadgePath { badge_type }): Path<BadgePath>,
    Json(request): Json<PutBadge>,
) -> Result<Body<CatalogueBadge>, Problem> {
    let badge = CatalogueBadge::new(&badge_type, request);
    app.store.write(|tx| Box::pin(store::badges::put(tx, &badge))).await?;
    Ok(Body(badge))
}

/// Take a badge out of the catalogue
///
/// For operators. Users keep what they earned.
#[utoipa::path(delete, path = "/badges/{badge_type}", tag = "badges", params(BadgePath),
    responses((status = 204, description = "The entry is gone"),
        (status = 403, description = "`operator_only`"),
        (status = 404, description = "`badge_not_found`")))]
async fn delete_badge(
    State(app): State<Arc<App>>,
    _: Operator,
    Path(BadgePath { badge_type }): Path<BadgePath>,
    Query(_): Query<Nothing>,
) -> Result<StatusCode, Problem> {
    let deleted = app.store.write(|tx| Box::pin(store::badges::delete(tx, &badge_type)));
    if !deleted.await? {
        return Err(Error::BadgeNotFound.into());
    }
    Ok(StatusCode::NO_CONTENT)
}
