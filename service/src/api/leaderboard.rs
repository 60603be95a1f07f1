//! The leaderboard.

use std::sync::Arc;

use axum::Json as Body;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::auth::Caller;
use super::extract::Query;
use super::paging::{Cursor, Limit, Page, PageOf, invalid_cursor};
use super::problem::Problem;
use crate::domain::leaderboard::{Period, Place, Position, places};
use crate::store;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_leaderboard))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LeaderboardQuery {
    /// `all` XP (the default), or that of this ISO `week` in UTC.
    #[serde(default)]
    #[param(required = false, inline)]
    period: Period,
    /// How many items at most; 10 if absent.
    #[param(nullable = false)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before. One of a week ends with that week.
    #[param(nullable = false)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Key {
    /// Empty: all XP.
    week: String,
    position: Position,
}

/// Get the leaderboard
///
/// Equal XP shares a rank; whoever reached it first stands first, then the lower telegram_id.
/// Hidden users are left out; the week's board holds only those who earned XP in it.
#[utoipa::path(get, path = "/leaderboard", tag = "xp", params(LeaderboardQuery),
    responses((status = 200, description = "A page of places", body = Page<Place>)))]
async fn get_leaderboard(
    State(app): State<Arc<App>>,
    _: Caller,
    Query(query): Query<LeaderboardQuery>,
) -> Result<Body<Page<Place>>, Problem> {
    let week = match query.period {
        Period::All => String::new(),
        Period::Week => app.store.clock().now().week(),
    };
    let first = Key { week: week.clone(), position: Position::start() };
    let page = PageOf::new("leaderboard", query.limit, query.cursor.as_ref(), first)?;
    if page.key.week != week || !page.key.position.is_possible() {
        return Err(invalid_cursor());
    }
    let (after, rows, week) = (page.key.position, page.rows(), week.as_str());
    let standings = app.store.read_stale(|c| {
        Box::pin(async move {
            Ok(match query.period {
                Period::All => store::leaderboard::all(c, after, rows).await?,
                Period::Week => store::leaderboard::week(c, week, after, rows).await?,
            })
        })
    });
    let places = places(after, standings.await?);
    let key =
        |(_, position): &(Place, Position)| Key { week: week.to_owned(), position: *position };
    Ok(Body(page.of(places, key).map(|(place, _)| place)))
}
