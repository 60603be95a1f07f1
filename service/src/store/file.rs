//! What is done with a SQLite file as a whole: copying it while it is in use, looking for damage,
//! and taking it away from everybody.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode};
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};

use super::Connection;
use super::lock::beside;
use super::statement::Engine;
use crate::error::Error;

/// Problems that one check tells of at most.
const TOLD: i64 = 20;

/// Writes the database, as it is at this moment, into `file`, which must be empty or absent. The
/// service goes on writing meanwhile.
pub async fn write_into(connection: &mut Connection<'_>, file: &Path) -> Result<(), Error> {
    let file = file.to_str().ok_or_else(|| {
        Error::Database(sqlx::Error::Configuration("SQLite takes names in UTF-8 only".into()))
    })?;
    let sqlite = sqlite(connection)?;
    sqlx::query("VACUUM INTO $1").bind(file).persistent(false).execute(sqlite).await?;
    Ok(())
}

/// What is wrong with the file: its pages and indexes, rows that refer to nothing.
pub async fn damage(connection: &mut Connection<'_>) -> Result<Vec<String>, Error> {
    let sqlite = sqlite(connection)?;
    let integrity = "SELECT integrity_check FROM pragma_integrity_check LIMIT $1";
    let integrity = sqlx::query_scalar(integrity);
    let integrity: Vec<String> = integrity.bind(TOLD).fetch_all(&mut *sqlite).await?;
    let problems = integrity.iter().flat_map(|text| text.lines());
    let problems = problems.filter(|line| *line != "ok" && !line.starts_with("***"));
    let mut found: Vec<String> = problems.map(str::to_owned).collect();
    let orphans = "SELECT count(*) || ' rows of ' || \"table\" || ' refer to no row of ' || parent
                   FROM pragma_foreign_key_check GROUP BY \"table\", parent LIMIT $1";
    let orphans = sqlx::query_scalar(orphans).bind(TOLD).fetch_all(sqlite).await?;
    found.extend::<Vec<String>>(orphans);
    Ok(found)
}

/// Opens a file that nobody else uses and keeps everybody out until the connection is closed. Its
/// log is written into it and gone. SQLITE_BUSY (5): somebody uses it.
pub async fn take(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .locking_mode(SqliteLockingMode::Exclusive)
        .journal_mode(SqliteJournalMode::Delete);
    let mut connection = options.disable_statement_logging().connect().await?;
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut connection).await?;
    Ok(connection)
}

/// Undoes what the journal beside the file says was not finished, which a connection that only reads
/// cannot. It is left where a process was killed while it took the file.
pub(super) async fn roll_back(file: &Path) -> Result<(), sqlx::Error> {
    if !beside(file, "-journal").exists() {
        return Ok(());
    }
    let options = SqliteConnectOptions::new().filename(file).disable_statement_logging();
    let mut connection = options.connect().await?;
    sqlx::raw_sql("SELECT count(*) FROM sqlite_schema").execute(&mut connection).await?;
    connection.close().await
}

fn sqlite<'c>(connection: &'c mut Connection<'_>) -> Result<&'c mut SqliteConnection, Error> {
    match connection.engine() {
        Engine::Sqlite(connection) => Ok(connection),
        Engine::Postgres(_) => {
            Err(Error::Database(sqlx::Error::Configuration("this is no SQLite file".into())))
        }
    }
}
