//! What is measured of the database; `crate::metrics` has the names.

use std::time::Instant;

use metrics::{Gauge, gauge, histogram};
use sqlx::{Database, Pool};

use super::{Pools, Store};
use crate::metrics::{POOL_CONNECTIONS, POOL_WAIT_SECONDS, POOL_WAITING, TRANSACTION_SECONDS};

pub(super) const WRITER: &str = "writer";
pub(super) const READERS: &str = "readers";
pub(super) const POSTGRES: &str = "postgres";
pub(super) const REPLICA: &str = "replica";

impl Store {
    /// Counts the connections as they are now.
    pub fn measure(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers, .. } => {
                connections(WRITER, writer);
                connections(READERS, readers);
            }
            Pools::Postgres(pool) => connections(POSTGRES, pool),
        }
        if let Some(replica) = &self.replica {
            connections(REPLICA, &replica.pool);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has so many connections")]
fn connections<DB: Database>(name: &'static str, pool: &Pool<DB>) {
    let idle = pool.num_idle() as f64;
    let in_use = f64::from(pool.size()) - idle;
    for (state, count) in [("idle", idle), ("in_use", in_use.max(0.0))] {
        gauge!(POOL_CONNECTIONS, "pool" => name, "state" => state).set(count);
    }
}

/// Measures how long `acquiring`, of a connection or of a transaction on one, takes.
pub(super) async fn wait<T>(pool: &'static str, acquiring: impl Future<Output = T>) -> T {
    let waiting = Waiting::new(pool);
    let started = Instant::now();
    let acquired = acquiring.await;
    drop(waiting);
    histogram!(POOL_WAIT_SECONDS, "pool" => pool).record(started.elapsed());
    acquired
}

/// One more waits while this lives: who gives up waits no longer.
struct Waiting(Gauge);

impl Waiting {
    fn new(pool: &'static str) -> Self {
        let gauge = gauge!(POOL_WAITING, "pool" => pool);
        gauge.increment(1);
        Self(gauge)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// Measures a transaction that has ended.
pub(super) fn transaction(started: Instant, is_committed: bool) {
    let outcome = if is_committed { "committed" } else { "rolled_back" };
    histogram!(TRANSACTION_SECONDS, "outcome" => outcome).record(started.elapsed());
}
