//! `levels`.

use super::statement::{both, each, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::Text;
use crate::domain::level::Level;
use crate::error::Error;

statements! {
    LIST = both("SELECT level, min_xp, title FROM levels ORDER BY level");
    // Two tables that are put at once must not mix.
    LOCK = each("SELECT 1", "LOCK TABLE levels IN SHARE ROW EXCLUSIVE MODE");
    CLEAR = both("DELETE FROM levels");
    INSERT = both(
        "INSERT INTO levels (level, min_xp, title) VALUES ($1, $2, $3)");
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

/// Keeps everybody else from replacing the table until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>) -> Result<(), Error> {
    sql!(tx, execute, LOCK).map(drop)
}

/// Puts this table in the place of the one before.
pub async fn replace(tx: &mut Tx<'_>, levels: &[Level]) -> Result<(), Error> {
    lock(tx).await?;
    sql!(tx, execute, CLEAR)?;
    for level in levels {
        let title = level.title.as_ref().map(Text::as_str);
        sql!(tx, execute, INSERT, level.level.get(), level.min_xp.get(), title)?;
    }
    Ok(())
}
