//! Subscriptions.

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
use super::paging::{Cursor, Limit, Page, PageOf};
use super::problem::Problem;
use super::{App, UserPath, users};
use crate::domain::bounds::TelegramId;
use crate::domain::subscription::{self, CreateSubscription, Plan, Subscription};
use crate::domain::time::{Moment, Timestamp};
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(create_subscription, list_subscriptions))
        .routes(routes!(cancel_subscription))
        .routes(routes!(resume_subscription))
        .routes(routes!(revoke_subscription))
        .routes(routes!(list_ending_subscriptions))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SubscriptionPath {
    /// The user's Telegram id.
    telegram_id: TelegramId,
    /// The subscription's id.
    id: Uuid,
}

/// Give a subscription
///
/// A month or year plan starts when the user's last one ends; credits add up. What was paid for is
/// recorded as a payment instead, which gives the plan itself.
#[utoipa::path(post, path = "/users/{telegram_id}/subscriptions", tag = "subscriptions",
    params(UserPath), request_body = CreateSubscription,
    responses((status = 201, description = "The subscription", body = Subscription),
        (status = 404, description = "`user_not_found`")))]
async fn create_subscription(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Post { body, idempotency }: Post<CreateSubscription>,
) -> Result<Response, Problem> {
    let plan = Plan::new(body.subscription_type, body.duration_days, body.credits)?;
    let actor = app.actor(&caller, None).await?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    let renew = body.auto_renew;
    app.post(
        target,
        &|tx, _| Box::pin(subscription::grant(tx, telegram_id, &actor, plan, renew, None)),
        Answer::created,
    )
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SubscriptionsQuery {
    /// True: only what is neither ended, used up nor revoked; plans that start later included.
    #[serde(default)]
    #[param(required = false)]
    active: bool,
    /// How many items at most; 10 if absent.
    #[param(nullable = false)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<Cursor>,
}

/// List a user's subscriptions
///
/// By their start, the latest first.
#[utoipa::path(get, path = "/users/{telegram_id}/subscriptions", tag = "subscriptions",
    params(UserPath, SubscriptionsQuery),
    responses((status = 200, description = "A page of subscriptions", body = Page<Subscription>),
        (status = 404, description = "`user_not_found`")))]
async fn list_subscriptions(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(query): Query<SubscriptionsQuery>,
) -> Result<Body<Page<Subscription>>, Problem> {
    let first = (Timestamp::LAST, Uuid::max());
    let page = PageOf::new("subscriptions", query.limit, query.cursor.as_ref(), first)?;
    let (live, from) = (query.active, &page);
    let found = app.store.read(|c| {
        Box::pin(async move {
            users::require(c, telegram_id).await?;
            store::access::subscriptions(c, telegram_id, live, from.key, from.rows()).await
        })
    });
    let now = app.store.clock().now();
    let page = page.of(found.await?, |subscription| (subscription.start_date, subscription.id));
    Ok(Body(page.map(|subscription| subscription.shown(now))))
}

/// Stop the renewal
///
/// What is paid stays until its end.
#[utoipa::path(post, path = "/users/{telegram_id}/subscriptions/{id}/cancel",
    tag = "subscriptions", params(SubscriptionPath),
    responses((status = 200, description = "The subscription", body = Subscription),
        (status = 404, description = "`subscription_not_found`")))]
async fn cancel_subscription(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(path): Path<SubscriptionPath>,
    post: Post<Nothing>,
) -> Result<Response, Problem> {
    set_auto_renew(&app, &caller, &path, &post, false).await
}

/// Resume the renewal
///
/// Undoes a cancellation while the plan still runs.
#[utoipa::path(post, path = "/users/{telegram_id}/subscriptions/{id}/resume",
    tag = "subscriptions", params(SubscriptionPath),
    responses((status = 200, description = "The subscription", body = Subscription),
        (status = 404, description = "`subscription_not_found`"),
        (status = 409, description = "`subscription_not_renewable`")))]
async fn resume_subscription(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(path): Path<SubscriptionPath>,
    post: Post<Nothing>,
) -> Result<Response, Problem> {
    set_auto_renew(&app, &caller, &path, &post, true).await
}

async fn set_auto_renew(
    app: &App,
    caller: &Caller,
    path: &SubscriptionPath,
    post: &Post<Nothing>,
    renew: bool,
) -> Result<Response, Problem> {
    let SubscriptionPath { telegram_id, id } = *path;
    let target = Target { caller, telegram_id, idempotency: post.idempotency.get()? };
    app.post(
        target,
        &|tx, _| Box::pin(subscription::set_auto_renew(tx, telegram_id, id, renew)),
        Answer::ok,
    )
    .await
}

/// Take away the rest
///
/// For operators. The plan ends now, and later plans move forward; credits that are left are lost.
#[utoipa::path(post, path = "/users/{telegram_id}/subscriptions/{id}/revoke",
    tag = "subscriptions", params(SubscriptionPath),
    responses((status = 200, description = "The subscription", body = Subscription),
        (status = 403, description = "`operator_only`"),
        (status = 404, description = "`subscription_not_found`")))]
async fn revoke_subscription(
    State(app): State<Arc<App>>,
    Operator(caller): Operator,
    Path(SubscriptionPath { telegram_id, id }): Path<SubscriptionPath>,
    Post { idempotency, .. }: Post<Nothing>,
) -> Result<Response, Problem> {
    let actor = app.actor(&caller, None).await?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    app.post(
        target,
        &|tx, _| Box::pin(subscription::revoke(tx, telegram_id, &actor, id)),
        Answer::ok,
    )
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EndingQuery {
    /// Plans that have not ended and end before this time.
    #[param(value_type = String, format = DateTime)]
    ending_before: Moment,
    /// How many items at most; 10 if absent.
    #[param(nullable = false)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<Cursor>,
}

/// List subscriptions that end soon
///
/// Of all users, by their end: for reminders.
#[utoipa::path(get, path = "/subscriptions", tag = "subscriptions", params(EndingQuery),
    responses((status = 200, description = "A page of subscriptions", body = Page<Subscription>)))]
async fn list_ending_subscriptions(
    State(app): State<Arc<App>>,
    _: Caller,
    Query(query): Query<EndingQuery>,
) -> Result<Body<Page<Subscription>>, Problem> {
    let first = (Timestamp::FIRST, 0, Uuid::nil());
    let page = PageOf::new("ending", query.limit, query.cursor.as_ref(), first)?;
    let Moment(until) = query.ending_before;
    let found =
        app.store.read(|c| Box::pin(store::access::ending(c, until, page.key, page.rows())));
    let now = app.store.clock().now();
    let page = page.of(found.await?, |s| (s.end_date.unwrap_or(until), s.telegram_id, s.id));
    Ok(Body(page.map(|subscription| subscription.shown(now))))
}
