//! What a backup holds, and whether it is whole.

use std::fmt;
use std::path::Path;

use super::BackupError;
use crate::domain::time::Clock;
use crate::error::Error;
use crate::store::migrate::{self, SchemaError};
use crate::store::{self, Store};
use crate::verify::{Verified, verify};

/// What is in a database file.
#[derive(Debug)]
pub struct Contents {
    /// Rows of each table.
    rows: Vec<(String, i64)>,
    /// Migrations that it lacks.
    behind: usize,
    /// `None`: it is of an older schema, to which the statements do not fit.
    pub verified: Option<Verified>,
}

impl fmt::Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "table                  rows")?;
        for (table, rows) in &self.rows {
            writeln!(f, "{table:<16} {rows:>10}")?;
        }
        match &self.verified {
            Some(verified) => writeln!(f, "{verified}"),
            None => writeln!(
                f,
                "Its schema is {} migrations behind this binary, so that nothing was recomputed; \
                 run `service verify` once it is up to date.",
                self.behind
            ),
        }
    }
}

/// Looks at every page and every row of a file that nobody writes to, and that errors call `name`.
pub(super) async fn check(file: &Path, name: &Path) -> Result<Contents, BackupError> {
    let store = Store::connect_to_file(file, Clock::System).await;
    let store = store.map_err(|error| BackupError::Damaged {
        file: name.to_owned(),
        problem: error.to_string(),
    })?;
    let checked = check_store(&store, name).await;
    store.close().await;
    checked
}

async fn check_store(store: &Store, file: &Path) -> Result<Contents, BackupError> {
    let damaged = |problem: String| BackupError::Damaged { file: file.to_owned(), problem };
    let of_database = |error: Error| damaged(error.to_string());
    let found = store.read(|c| Box::pin(store::file::damage(c))).await.map_err(of_database)?;
    if !found.is_empty() {
        return Err(damaged(found.join("; ")));
    }
    let behind = match migrate::check(store).await {
        Ok(()) => 0,
        Err(SchemaError::Missing(count)) => count,
        Err(SchemaError::Store(error)) => return Err(of_database(error)),
        Err(error) => {
            let problem = error.to_string();
            return Err(BackupError::Schema { file: file.to_owned(), problem });
        }
    };
    let tables = store.read(|c| Box::pin(store::tables::all(c))).await.unwrap_or_default();
    if !tables.iter().any(|table| table.name == "users") {
        return Err(BackupError::Foreign(file.to_owned()));
    }
    let mut rows = Vec::new();
    for table in tables {
        let count = store.read(|c| Box::pin(store::tables::count(c, &table))).await;
        rows.push((table.name.clone(), count.map_err(of_database)?));
    }
    rows.sort();
    let verified = match behind {
        0 => Some(verify(store).await.map_err(of_database)?),
        _ => None,
    };
    Ok(Contents { rows, behind, verified })
}
