//! Importers of what the old bot kept: its JSON file, and its database.
//!
//! A user is imported in one transaction, so that an import can be stopped and run again. Whatever
//! the target holds stays as it is; rows that it lacks are added. What can be recognised by its
//! content (session, badge, payment, promo code) is, everything else by an id that is derived from
//! table and row. Only totals cannot be told apart like this: a user's old XP, trainings and score
//! are their opening balance, which is added once, with the XP event that says so. So
//!
//! * a user who is new gets the totals and the dates of the source;
//! * a user who came to the new service first keeps what they earned there, and the opening
//!   balance is added to it: the level is the highest of both and of the sum's, registration the
//!   earlier, activity the later;
//! * of JSON file and database, whichever comes first makes the opening balance. The other one's
//!   totals are not added; where they differ, the report says so. The database knows names and
//!   dates which the file does not, so it should come first;
//! * a second run finds the opening balance made, whatever the user did since;
//! * a balance of nothing leaves no event, so that a later source with something in it still counts;
//! * a user who was erased here is not imported again.
//!
//! The opening balance does not count for the weekly board: it was not earned that week.

mod convert;
mod database;
mod import;
mod json;
mod report;
mod row;
mod source;
mod values;
mod write;

use std::path::PathBuf;

pub use self::database::import_database;
pub use self::json::import_json;
pub use self::report::{Note, Outcome, Remark, Report, Table, Tally};
use crate::domain::bounds::BotName;
use crate::error::Error;

/// How to import.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Whose sessions, trainings and payments they are where the source does not say.
    pub bot_name: BotName,
    /// The channel that channel bonuses were given for; without it they count for every channel.
    pub channel: Option<String>,
    /// Takes XP, level and trainings from this bot's stats where there are some, not from `users`,
    /// to which the old bot added XP twice.
    pub trust_stats: bool,
    /// Finds out what would be done, and leaves nothing of it.
    pub dry_run: bool,
}

/// Why an import ended. What it had imported by then stays, and is skipped by the next run.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("There is no file {}; give the path of the old bot's file.", .0.display())]
    NoFile(PathBuf),
    #[error("{} cannot be read ({problem}); make it readable and run the import again.", .file.display())]
    Unreadable { file: PathBuf, problem: std::io::Error },
    #[error(
        "{} is no JSON object in UTF-8 ({problem}); give the path of the old bot's users_data.json.",
        .file.display()
    )]
    NotJson { file: PathBuf, problem: serde_json::Error },
    #[error("The URL of the old database {0}")]
    Url(String),
    #[error("{database} cannot be opened ({problem}); check the URL of the old database.")]
    Unreachable { database: String, problem: sqlx::Error },
    #[error("{0} is a database of this service; give the URL of the old bot's database.")]
    OwnDatabase(String),
    #[error(
        "{0} holds none of the old bot's tables, such as users and bot_sessions; give the URL of \
         the old bot's database."
    )]
    NoOldTables(String),
    #[error(
        "The old database cannot be read on ({0}); run the import again, it goes on from here."
    )]
    Source(sqlx::Error),
    #[error("The import cannot be written on ({0}); run it again, it goes on from here.")]
    Target(#[from] Error),
}
