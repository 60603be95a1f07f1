//! Ranks among many users, without counting all of them each time.
//!
//! Where there are many users, a table of some thousand XP totals says how many users have each of
//! them or more. A rank is then what the table says of the next higher total in it, and an exact
//! count of the few users between. The table is made anew from time to time: until then a rank can
//! be off by the users who have passed such a total since.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::error::Error;
use crate::store::{self, Connection, Store};

/// Up to so many users a rank is counted, and always exact.
const EXACT: i64 = 50_000;

/// Totals in the table: with 10,000,000 users, some 600 between two of them.
const BOUNDS: i64 = 16_384;

/// How long a table is good for, at least. One that takes long to make is kept longer, so that
/// making it takes at most a twentieth of the time.
const KEEP: Duration = Duration::from_secs(30);
const KEEP_FACTOR: u32 = 20;

/// An XP total that is in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Bound {
    pub xp: i64,
    /// Users with more.
    pub above: i64,
    /// Users with as much or more.
    pub from: i64,
}

#[derive(Debug)]
struct Table {
    /// From the most XP down.
    bounds: Vec<Bound>,
    total_users: i64,
}

/// What is known of all ranks.
#[derive(Debug, Clone, Default)]
pub struct Ranks(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    /// When to make the second table.
    first: OnceCell<Duration>,
    /// None if there are few users.
    table: RwLock<Option<Arc<Table>>>,
}

/// How many users have more XP than somebody, and how many users there are. Where there are many,
/// both may be as old as the table.
#[derive(Debug)]
pub struct Counts(Option<Arc<Table>>);

impl Ranks {
    /// What to count by. The first to ask after a start wait for the first table, or until it could
    /// not be made: while that is being made, a count for each of them would take as long, and hold
    /// up the others.
    pub async fn counts(&self, store: &Store) -> Counts {
        self.first(store).await;
        Counts(self.0.table.read().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Makes the table anew, or drops it if there are few users; how long to wait until the next
    /// time.
    pub async fn refresh(&self, store: &Store) -> Duration {
        if self.0.first.initialized() { self.make(store).await } else { self.first(store).await }
    }

    async fn first(&self, store: &Store) -> Duration {
        *self.0.first.get_or_init(|| self.make(store)).await
    }

    async fn make(&self, store: &Store) -> Duration {
        let started = std::time::Instant::now();
        match store.read_stale(|c| Box::pin(table(c))).await {
            Ok(table) => *self.0.table.write().unwrap_or_else(PoisonError::into_inner) = table,
            Err(error) => tracing::warn!(%error, "the table of ranks could not be made anew"),
        }
        keep(started.elapsed())
    }
}

impl Counts {
    pub async fn of(&self, c: &mut Connection<'_>, total_xp: i64) -> Result<(i64, i64), Error> {
        let Some(table) = &self.0 else {
            return store::xp::rank(c, total_xp).await;
        };
        let above = match table.next(total_xp) {
            Some(bound) if bound.xp == total_xp => bound.above,
            Some(bound) => bound.from + store::xp::between(c, total_xp, bound.xp).await?,
            None => store::xp::between(c, total_xp, i64::MAX).await?,
        };
        Ok((above, table.total_users))
    }
}

/// How long a table is kept that took so long to make.
fn keep(took: Duration) -> Duration {
    KEEP.max(took * KEEP_FACTOR)
}

async fn table(c: &mut Connection<'_>) -> Result<Option<Arc<Table>>, Error> {
    if store::xp::count_up_to(c, EXACT + 1).await? <= EXACT {
        return Ok(None);
    }
    let total_users = store::xp::count_up_to(c, i64::MAX).await?;
    let bounds = store::xp::bounds(c, (total_users / BOUNDS).max(1)).await?;
    Ok(Some(Arc::new(Table { bounds, total_users })))
}

impl Table {
    /// The lowest total of the table that is this or more.
    fn next(&self, total_xp: i64) -> Option<Bound> {
        let reach = self.bounds.partition_point(|bound| bound.xp >= total_xp);
        self.bounds[..reach].last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn making_the_table_takes_at_most_a_twentieth_of_the_time() {
        for (took, kept) in [(0, 30), (1, 30), (2, 40), (60, 1_200)] {
            assert_eq!(keep(Duration::from_secs(took)), Duration::from_secs(kept), "{took}");
        }
    }

    #[test]
    fn the_next_total_of_the_table_is_found() {
        let bound = |xp, above, from| Bound { xp, above, from };
        let table = Table {
            bounds: vec![bound(900, 0, 1), bound(500, 9, 12), bound(0, 40, 100)],
            total_users: 100,
        };
        for (total_xp, next) in [
            (901, None),
            (900, Some(900)),
            (899, Some(900)),
            (500, Some(500)),
            (1, Some(500)),
            (0, Some(0)),
        ] {
            assert_eq!(table.next(total_xp).map(|bound| bound.xp), next, "{total_xp}");
        }
    }
}
