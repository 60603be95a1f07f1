//! Figures of the days.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::auth::Operator;
use super::extract::Query;
use super::paging::Page;
use super::problem::Problem;
use crate::domain::bounds::BotName;
use crate::domain::figures::{self, DayFigures, MAX_DAYS};
use crate::domain::time::Moment;

/// Days that are shown when none are named.
const DEFAULT_DAYS: u64 = 30;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_figures))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FiguresQuery {
    /// The first UTC day, or a time in it; 30 days up to `to` if absent.
    #[param(value_type = Option<String>, format = Date, nullable = false)]
    from: Option<Moment>,
    /// The last UTC day, or a time in it; today if absent. At most 366 days in all.
    #[param(value_type = Option<String>, format = Date, nullable = false)]
    to: Option<Moment>,
    /// What happened in this bot only.
    #[param(nullable = false)]
    bot_name: Option<BotName>,
}

/// Get figures by day
///
/// For operators: what happened on each UTC day, the oldest first.
#[utoipa::path(get, path = "/figures", tag = "figures", params(FiguresQuery),
    responses((status = 200, description = "The days", body = Page<DayFigures>),
        (status = 403, description = "`operator_only`")))]
async fn get_figures(
    State(app): State<Arc<App>>,
    _: Operator,
    Query(query): Query<FiguresQuery>,
) -> Result<Body<Page<DayFigures>>, Problem> {
    let (from, end) = days(&query, app.store.clock().now().date())?;
    let bot_name = query.bot_name.as_ref();
    let items = app.store.read_stale(|c| Box::pin(figures::days(c, bot_name, from, end))).await?;
    Ok(Body(Page { items, next_cursor: None }))
}

/// The first day, and the day after the last.
fn days(query: &FiguresQuery, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Problem> {
    let last = query.to.map_or(today, |Moment(to)| to.date());
    let first = match query.from {
        Some(Moment(from)) => Some(from.date()),
        None => last.checked_sub_days(Days::new(DEFAULT_DAYS - 1)),
    };
    let range = first.zip(last.checked_add_days(Days::new(1)));
    let fits = |(first, end): &(NaiveDate, NaiveDate)| {
        (1..=MAX_DAYS).contains(&u64::try_from((*end - *first).num_days()).unwrap_or(0))
    };
    range.filter(fits).ok_or_else(|| {
        Problem::invalid(
            "from",
            format!("must not be after to, and at most {MAX_DAYS} days before"),
        )
    })
}
