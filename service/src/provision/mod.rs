//! Bots, levels, badges, tariffs and promo codes from a TOML file.
//!
//! The file says what there is to be. Each of its entries is read as the API reads a body, so that
//! both know the same bounds, and written by what the API writes with. What already is as the file
//! says is left alone, so a second run does nothing. Everything happens in one transaction.
//!
//! What the file does not hold stays, unless it is pruned. Pruning looks only at the kinds that the
//! file names, and does what the API's rules allow:
//!
//! * badges leave the catalogue, users keep theirs;
//! * levels leave the table, users keep what they reached;
//! * tariffs are deactivated, because what was sold refers to them;
//! * promo codes are ended, because they are not used again;
//! * bots stay, because their users' data does.

mod apply;
mod file;
mod report;

use std::path::PathBuf;

pub use self::file::Desired;
pub use self::report::{Change, Report};
use crate::error::Error;
use crate::store::Store;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    #[error("{} cannot be read ({problem}); name a TOML file that this user may read.", .file.display())]
    Unreadable { file: PathBuf, problem: std::io::Error },
    /// `field` is empty if the text is no TOML at all.
    #[error("{}:{line}: {field}{}{message}", .file.display(), if .field.is_empty() { "" } else { ": " })]
    Wrong { file: PathBuf, line: usize, field: String, message: String },
    #[error("The database could not be changed ({0}); nothing of the file is in it. Try again.")]
    Target(Error),
}

/// Makes the database hold what the file says, or with `dry_run` only finds out what there is to
/// do. `prune` also takes away what the file does not hold.
///
/// # Errors
/// Levels that do not go with those that stay, or the database's; nothing is changed then.
pub async fn provision(
    store: &Store,
    desired: &Desired,
    prune: bool,
    dry_run: bool,
) -> Result<Report, ProvisionError> {
    let report = if dry_run {
        store.rehearse(|tx| Box::pin(apply::apply(tx, desired, prune))).await
    } else {
        store.write(|tx| Box::pin(apply::apply(tx, desired, prune))).await
    };
    report.map_err(|error| match error {
        Error::Invalid { message, .. } => desired.wrong_levels(message),
        error => ProvisionError::Target(error),
    })
}
