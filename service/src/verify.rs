//! Whether everything that is kept beside the ledgers is what they add up to.

use std::fmt;

use uuid::Uuid;

use crate::error::Error;
use crate::store::{self, Store};

/// A number that is not what the ledgers say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// `None`: it belongs to no user.
    pub telegram_id: Option<i64>,
    pub what: String,
    /// Which one, where the user may have several.
    pub id: Option<Uuid>,
    /// `None`: it is missing.
    pub is: Option<i64>,
    /// `None`: it should not be there.
    pub should_be: Option<i64>,
}

/// What was recomputed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    pub users: i64,
    pub xp_events: i64,
    pub access_events: i64,
    pub trainings: i64,
    pub payments: i64,
}

/// The account of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub checked: Checked,
    pub differences: Vec<Difference>,
}

/// Recomputes every total, level and balance from the ledgers, all at the same moment of the
/// database. Nothing is written.
pub async fn verify(store: &Store) -> Result<Verified, Error> {
    store
        .snapshot(|connection| {
            Box::pin(async {
                let checked = store::verify::checked(connection).await?;
                let differences = store::verify::differences(connection).await?;
                Ok(Verified { checked, differences })
            })
        })
        .await
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(telegram_id) = self.telegram_id {
            write!(f, "user {telegram_id}: ")?;
        }
        f.write_str(&self.what)?;
        if let Some(id) = self.id {
            write!(f, " {id}")?;
        }
        match self.is {
            Some(is) => write!(f, ": is {is}")?,
            None => write!(f, ": is missing")?,
        }
        match self.should_be {
            Some(should_be) => write!(f, ", should be {should_be}"),
            None => write!(f, ", should not be there"),
        }
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(f, "{difference}")?;
        }
        let Checked { users, xp_events, access_events, trainings, payments } = self.checked;
        write!(
            f,
            "Recomputed {users} users from {xp_events} XP events, {access_events} access events, \
             {trainings} trainings and {payments} payments: "
        )?;
        match self.differences.len() {
            0 => f.write_str("no differences."),
            1 => f.write_str("1 difference."),
            count => write!(f, "{count} differences."),
        }
    }
}
