//! XP.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::auth::Caller;
use super::extract::{Nothing, Path, Post, Query};
use super::idempotency::{Answer, Target};
use super::paging::{Page, PageQuery};
use super::problem::Problem;
use super::{App, UserPath, users};
use crate::domain::leaderboard::Rank;
use crate::domain::time::Timestamp;
use crate::domain::xp::{self, AddXp, XpAdded, XpEvent};
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(add_xp, list_xp)).routes(routes!(get_rank))
}

/// Add XP
///
/// Adds to the user's total and raises the level if it is reached. A stored level never falls.
#[utoipa::path(post, path = "/users/{telegram_id}/xp", tag = "xp", params(UserPath),
    request_body = AddXp,
    responses((status = 200, description = "Total and level afterwards", body = XpAdded),
        (status = 404, description = "`user_not_found`")))]
async fn add_xp(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Post { body, idempotency }: Post<AddXp>,
) -> Result<Response, Problem> {
    let amount = body.amount.get();
    if amount == 0 || (amount < 0 && caller.bot_name().is_some()) {
        return Err(Problem::invalid("amount", "must be 1 to 1,000,000"));
    }
    let actor = app.actor(&caller, body.bot_name.as_ref()).await?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    let body = Arc::new(body);
    let go = |once| app.store.add_xp(once);
    if let Some(answer) = app.together(target, &actor, &body, StatusCode::OK, go).await? {
        return Ok(answer);
    }
    let levels = xp::levels_beside(&app.store, [&body.levels]).await?;
    app.post(target, &|tx, user| Box::pin(xp::add(tx, user, &actor, &body, &levels)), Answer::ok)
        .await
}

/// List XP events
///
/// Newest first; together they explain the total.
#[utoipa::path(get, path = "/users/{telegram_id}/xp", tag = "xp", params(UserPath, PageQuery),
    responses((status = 200, description = "A page of events", body = Page<XpEvent>),
        (status = 404, description = "`user_not_found`")))]
async fn list_xp(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(query): Query<PageQuery>,
) -> Result<Body<Page<XpEvent>>, Problem> {
    let page = query.page("xp", (Timestamp::LAST, Uuid::max()))?;
    let from = &page;
    let events = app.store.read_stale(|c| {
        Box::pin(async move {
            users::require(c, telegram_id).await?;
            store::xp::list(c, telegram_id, from.key, from.rows()).await
        })
    });
    Ok(Body(page.of(events.await?, |event| (event.created_at, event.id))))
}

/// Get a user's rank
///
/// 1 + users with more XP, among all users. Where there are more than 50,000 users, rank and
/// `total_users` may be half a minute old, or older where there are many millions.
#[utoipa::path(get, path = "/users/{telegram_id}/rank", tag = "xp", params(UserPath),
    responses((status = 200, description = "The rank", body = Rank),
        (status = 404, description = "`user_not_found`")))]
async fn get_rank(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(_): Query<Nothing>,
) -> Result<Body<Rank>, Problem> {
    let counts = &app.ranks.counts(&app.store).await;
    let rank = app.store.read_stale(|c| {
        Box::pin(async move {
            let user = users::require(c, telegram_id).await?;
            let (above, total_users) = counts.of(c, user.total_xp).await?;
            Ok(Rank { rank: above + 1, total_users, total_xp: user.total_xp })
        })
    });
    Ok(Body(rank.await?))
}
