//! Users.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Caller, Operator};
use super::extract::{Json, Nothing, Path, Query};
use super::idempotency::Answer;
use super::paging::{Cursor, Limit, Page, PageOf};
use super::problem::Problem;
use super::{App, UserPath};
use crate::domain::bounds::{TelegramId, Text};
use crate::domain::erasure;
use crate::domain::export::{self, Export};
use crate::domain::user::{self, Profile, Referral, User};
use crate::error::Error;
use crate::store::{self, Connection};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_users))
        .routes(routes!(get_user, put_user, delete_user))
        .routes(routes!(export_user))
        .routes(routes!(set_referrer))
}

/// Fails if nobody has this id.
pub(super) async fn require(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
) -> Result<User, Error> {
    store::users::get(connection, telegram_id).await?.ok_or(Error::UserNotFound)
}

/// Create or update a user
///
/// Gets or creates the user. An absent field keeps what is stored; null clears it.
#[utoipa::path(put, path = "/users/{telegram_id}", tag = "users", params(UserPath),
    request_body = Profile,
    responses((status = 200, description = "The user was known", body = User),
        (status = 201, description = "The user was created", body = User)))]
async fn put_user(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(path): Path<UserPath>,
    Json(profile): Json<Profile>,
) -> Result<Answer<User>, Problem> {
    let put = app.store.write(|tx| Box::pin(user::put(tx, path.telegram_id, &profile)));
    let (user, created) = put.await?;
    Ok(Answer::created_if(created, user))
}

/// Get a user
///
/// XP, level and totals are those of all bots together.
#[utoipa::path(get, path = "/users/{telegram_id}", tag = "users", params(UserPath),
    responses((status = 200, description = "The user", body = User),
        (status = 404, description = "`user_not_found`")))]
async fn get_user(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(path): Path<UserPath>,
    Query(_): Query<Nothing>,
) -> Result<Body<User>, Problem> {
    let user = app.store.read(|c| Box::pin(require(c, path.telegram_id))).await?;
    Ok(Body(user))
}

/// Erase a user
///
/// Removes everything about the user, in every bot. Payments stay without the telegram_id, and
/// bonuses and promo codes that were used stay used.
#[utoipa::path(delete, path = "/users/{telegram_id}", tag = "users", params(UserPath),
    responses((status = 204, description = "The user was erased"),
        (status = 404, description = "`user_not_found`")))]
async fn delete_user(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(path): Path<UserPath>,
    Query(_): Query<Nothing>,
) -> Result<StatusCode, Problem> {
    app.store.write(|tx| Box::pin(erasure::erase(tx, path.telegram_id))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Export a user's data
///
/// Everything held about the user in one document; for a bot's key without other bots' sessions,
/// stats and trainings.
#[utoipa::path(get, path = "/users/{telegram_id}/export", tag = "users", params(UserPath),
    responses((status = 200, description = "All that is held", body = Export),
        (status = 404, description = "`user_not_found`")))]
async fn export_user(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(path): Path<UserPath>,
    Query(_): Query<Nothing>,
) -> Result<Body<Export>, Problem> {
    let bot_name = caller.bot_name();
    let export =
        app.store.read(|c| Box::pin(export::export(c, path.telegram_id, bot_name))).await?;
    Ok(Body(export))
}

/// Note who invited a user
///
/// Once, not oneself, and before the user's first training. The same call again is answered alike.
#[utoipa::path(put, path = "/users/{telegram_id}/referrer", tag = "users", params(UserPath),
    request_body = Referral,
    responses((status = 200, description = "The invited user", body = User),
        (status = 404, description = "`user_not_found`"),
        (status = 409, description = "`referrer_refused`")))]
async fn set_referrer(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(path): Path<UserPath>,
    Json(Referral { referrer }): Json<Referral>,
) -> Result<Body<User>, Problem> {
    let set = app.store.write(|tx| Box::pin(user::set_referrer(tx, path.telegram_id, referrer)));
    Ok(Body(set.await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UsersQuery {
    /// Part of a username or name, in any case, or a whole telegram_id; all users if absent.
    #[param(nullable = false)]
    query: Option<Text<0, 255>>,
    /// How many items at most; 10 if absent.
    #[param(nullable = false)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<Cursor>,
}

/// Find users
///
/// For operators; ordered by telegram_id.
#[utoipa::path(get, path = "/users", tag = "users", params(UsersQuery),
    responses((status = 200, description = "A page of users", body = Page<User>),
        (status = 403, description = "`operator_only`")))]
async fn list_users(
    State(app): State<Arc<App>>,
    _: Operator,
    Query(query): Query<UsersQuery>,
) -> Result<Body<Page<User>>, Problem> {
    let page = PageOf::new("users", query.limit, query.cursor.as_ref(), 0)?;
    let text = query.query.as_ref().map_or("", Text::as_str);
    let users = app.store.read(|c| Box::pin(store::users::list(c, text, page.key, page.rows())));
    Ok(Body(page.of(users.await?, |user| user.telegram_id)))
}
