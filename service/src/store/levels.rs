//! `levels`.

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::Text;
use crate::domain::level::Level;
use crate::error::Error;

statements! {
    LIST = both("SELECT level, min_xp, title FROM levels ORDER BY level");
    CLEAR = both("DELETE FROM levels");
    // Another table may be written at the same time: then the rows mix, and the later one stands.
    PUT = both(
        "INSERT INTO levels (level, min_xp, title) VALUES ($1, $2, $3)
         ON CONFLICT (level) DO UPDATE SET min_xp = excluded.min_xp, title = excluded.title");
}

pub async fn list(connection: &mut Connection<'_>) -> Result<Vec<Level>, Error> {
    let rows: Vec<(i64, i64, Option<String>)> = sql!(connection, fetch_all, LIST)?;
    rows.into_iter()
        .map(|(level, min_xp, title)| {
            Ok(Level {
                level: level.try_into()?,
                min_xp: min_xp.try_into()?,
                title: title.map(Text::new).transpose()?,
            })
        })
        .collect::<Result<_, String>>()
        .map_err(|problem| Error::Database(sqlx::Error::Decode(problem.into())))
}

/// Puts this table in the place of the one before.
pub async fn replace(tx: &mut Tx<'_>, levels: &[Level]) -> Result<(), Error> {
    sql!(tx, execute, CLEAR)?;
    for level in levels {
        let title = level.title.as_ref().map(Text::as_str);
        sql!(tx, execute, PUT, level.level.get(), level.min_xp.get(), title)?;
    }
    Ok(())
}
