//! Payments.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Caller, Operator};
use super::extract::{Nothing, Path, Post, Query};
use super::idempotency::{Answer, Target};
use super::paging::{Cursor, Limit, Page, PageOf, PageQuery};
use super::problem::Problem;
use super::{App, UserPath, users};
use crate::domain::bounds::{BotName, Identifier, TelegramId};
use crate::domain::payment::{self, CreatePayment, Payment};
use crate::domain::time::{Moment, Timestamp};
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(create_payment, list_user_payments))
        .routes(routes!(refund_payment))
        .routes(routes!(list_payments))
}

/// Record a charge
///
/// Records a charge that happened and grants what was bought, in one transaction. A charge that is
/// known is answered as the first time. What does not match the tariff is flagged, not refused. An
/// unknown user is created, unless the charge belonged to a user who was erased.
#[utoipa::path(post, path = "/users/{telegram_id}/payments", tag = "payments", params(UserPath),
    request_body = CreatePayment,
    responses((status = 201, description = "The payment, with its grant", body = Payment),
        (status = 200, description = "The charge is known; nothing changed", body = Payment)))]
async fn create_payment(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Post { body, idempotency }: Post<CreatePayment>,
) -> Result<Response, Problem> {
    let actor = app.actor(&caller, body.bot_name.as_ref()).await?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    app.post_first(
        target,
        &|tx, user| Box::pin(payment::record(tx, telegram_id, user, &actor, &body)),
        |recorded| Answer::created_if(recorded.new, recorded.payment),
    )
    .await
}

/// List a user's payments
///
/// Newest first.
#[utoipa::path(get, path = "/users/{telegram_id}/payments", tag = "payments",
    params(UserPath, PageQuery),
    responses((status = 200, description = "A page of payments", body = Page<Payment>),
        (status = 404, description = "`user_not_found`")))]
async fn list_user_payments(
    State(app): State<Arc<App>>,
    _: Caller,
    Path(UserPath { telegram_id }): Path<UserPath>,
    Query(query): Query<PageQuery>,
) -> Result<Body<Page<Payment>>, Problem> {
    let page = query.page("payments", (Timestamp::LAST, String::new(), String::new()))?;
    let from = &page;
    let payments = app.store.read(|c| {
        Box::pin(async move {
            users::require(c, telegram_id).await?;
            let mut payments = Vec::new();
            for row in store::payments::of_user(c, telegram_id, &from.key, from.rows()).await? {
                payments.push(payment::with_grant(c, row).await?);
            }
            Ok(payments)
        })
    });
    let key = |p: &Payment| (p.created_at, p.provider.clone(), p.charge_id.clone());
    Ok(Body(page.of(payments.await?, key)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PaymentPath {
    /// The user's Telegram id.
    telegram_id: TelegramId,
    /// The provider, as it was recorded.
    provider: Identifier,
    /// The charge, as it was recorded.
    charge_id: Identifier,
}

/// Record a refund
///
/// Marks the payment refunded and takes back what is left of its grant. For the bot that recorded
/// it, and for operators. A repeat is answered alike. The payment of a user who was erased meanwhile
/// is marked too.
#[utoipa::path(post, path = "/users/{telegram_id}/payments/{provider}/{charge_id}/refund",
    tag = "payments", params(PaymentPath),
    responses((status = 200, description = "The payment", body = Payment),
        (status = 404, description = "`user_not_found` or `payment_not_found`"),
        (status = 409, description = "`payment_not_refundable`")))]
async fn refund_payment(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(PaymentPath { telegram_id, provider, charge_id }): Path<PaymentPath>,
    Post { idempotency, .. }: Post<Nothing>,
) -> Result<Response, Problem> {
    let actor = app.actor(&caller, None).await?;
    let target = Target { caller: &caller, telegram_id, idempotency: idempotency.get()? };
    let (provider, charge_id) = (provider.as_str(), charge_id.as_str());
    app.post_first(
        target,
        &|tx, user| Box::pin(payment::refund(tx, telegram_id, user, &actor, provider, charge_id)),
        Answer::ok,
    )
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PaymentsQuery {
    /// Only payments that this bot recorded.
    #[param(nullable = false)]
    bot_name: Option<BotName>,
    /// Recorded at this time or later.
    #[param(value_type = Option<String>, format = DateTime, nullable = false)]
    from: Option<Moment>,
    /// Recorded before this time.
    #[param(value_type = Option<String>, format = DateTime, nullable = false)]
    to: Option<Moment>,
    /// How many items at most; 10 if absent.
    #[param(nullable = false)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<Cursor>,
}

/// List payments
///
/// For operators: those of all users, the oldest first.
#[utoipa::path(get, path = "/payments", tag = "payments", params(PaymentsQuery),
    responses((status = 200, description = "A page of payments", body = Page<Payment>),
        (status = 403, description = "`operator_only`")))]
async fn list_payments(
    State(app): State<Arc<App>>,
    _: Operator,
    Query(query): Query<PaymentsQuery>,
) -> Result<Body<Page<Payment>>, Problem> {
    let first = (Timestamp::FIRST, 0, String::new(), String::new());
    let page = PageOf::new("all_payments", query.limit, query.cursor.as_ref(), first)?;
    let range = Moment::range(query.from, query.to);
    let bot_name = query.bot_name.as_ref();
    let from = &page;
    let payments = app.store.read(|c| {
        Box::pin(async move {
            let mut payments = Vec::new();
            for row in store::payments::all(c, range, bot_name, &from.key, from.rows()).await? {
                payments.push(payment::with_grant(c, row).await?);
            }
            Ok(payments)
        })
    });
    let key = |p: &Payment| (p.created_at, p.telegram_id, p.provider.clone(), p.charge_id.clone());
    Ok(Body(page.of(payments.await?, key)))
}
