//! The boards over `users` and `xp_periods`.

use sqlx::types::Json;

use super::Connection;
use super::statement::{each, sql, statements};
use crate::domain::leaderboard::{Position, Standing};
use crate::error::Error;

/// A board as one row: sqlx hands over each row of SQLite's by itself, from one thread to another,
/// which takes longer than reading it.
macro_rules! board {
    (sqlite, $standings:ident) => {
        concat!(
            "SELECT json_group_array(json_object('telegram_id', telegram_id, 'username', username,
                 'first_name', first_name, 'level', level, 'xp', xp, 'reached_at', reached_at)
                 ORDER BY xp DESC, reached_at, telegram_id)
             FROM (",
            $standings!(),
            ") standing"
        )
    };
    (postgres, $standings:ident) => {
        concat!(
            "SELECT COALESCE(json_agg(standing ORDER BY xp DESC, reached_at, telegram_id), '[]')
             FROM (",
            $standings!(),
            ") standing"
        )
    };
}

macro_rules! all {
    () => {
        "SELECT telegram_id, username, first_name, level, total_xp AS xp,
             xp_reached_at AS reached_at
         FROM users
         WHERE NOT leaderboard_hidden AND total_xp <= $1
             AND (total_xp < $1 OR xp_reached_at > $2
                 OR (xp_reached_at = $2 AND telegram_id > $3))
         ORDER BY total_xp DESC, xp_reached_at, telegram_id LIMIT $4"
    };
}

macro_rules! week {
    () => {
        "SELECT u.telegram_id, u.username, u.first_name, u.level, p.xp, p.reached_at
         FROM xp_periods p JOIN users u ON u.telegram_id = p.telegram_id
         WHERE p.week = $5 AND p.xp > 0 AND NOT u.leaderboard_hidden AND p.xp <= $1
             AND (p.xp < $1 OR p.reached_at > $2
                 OR (p.reached_at = $2 AND p.telegram_id > $3))
         ORDER BY p.xp DESC, p.reached_at, p.telegram_id LIMIT $4"
    };
}

statements! {
    ALL = each(board!(sqlite, all), board!(postgres, all));
    WEEK = each(board!(sqlite, week), board!(postgres, week));
}

/// Behind this position, by all XP.
pub async fn all(
    connection: &mut Connection<'_>,
    after: Position,
    limit: i64,
) -> Result<Vec<Standing>, Error> {
    let Position { xp, reached_at, telegram_id, .. } = after;
    let (Json(standings),) = sql!(connection, fetch_one, ALL, xp, reached_at, telegram_id, limit)?;
    Ok(standings)
}

/// Behind this position, by the XP of an ISO week.
pub async fn week(
    connection: &mut Connection<'_>,
    week: &str,
    after: Position,
    limit: i64,
) -> Result<Vec<Standing>, Error> {
    let Position { xp, reached_at, telegram_id, .. } = after;
    let (Json(standings),) =
        sql!(connection, fetch_one, WEEK, xp, reached_at, telegram_id, limit, week)?;
    Ok(standings)
}
