//! A streaming replica of PostgreSQL, for reads that may be a few seconds old.
//!
//! How old its data is, this process finds out by its own clock: every second it notes how far the
//! primary's log is, and asks the replica how far it has replayed it. A replica that has replayed
//! what was noted at some time holds all that was committed before that time. So an idle primary
//! is no lag, and a replica that has lost its primary is one.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::{ConnectOptions as _, PgConnection, PgPool, Row as _, raw_sql};
use tokio::sync::watch;

use crate::error::Error;
use crate::metrics::{REPLICA_LAG, REPLICA_READS, REPLICA_USABLE};

/// How often the replica is looked at, and how long an answer may take.
const EVERY: Duration = Duration::from_secs(1);

/// Data that is older than this is not shown.
const MAX_LAG: Duration = Duration::from_secs(5);

/// A read that gets no connection to the replica within this goes to the primary.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(1);

const PRIMARY: &str = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,
    system_identifier, current_database()::text FROM pg_control_system()";
const REPLICA: &str = "SELECT CASE WHEN pg_is_in_recovery()
    THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint END,
    system_identifier, current_database()::text FROM pg_control_system()";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not looked at yet.
    Unknown,
    Usable,
    /// Its data is too old.
    Behind,
    Lost,
}

#[derive(Debug)]
pub(super) struct Replica {
    options: PgConnectOptions,
    pub(super) pool: PgPool,
    state: watch::Sender<State>,
}

impl Replica {
    /// Connects when it is first needed: a replica that is down keeps nothing from starting.
    pub(super) fn new(options: PgConnectOptions, pool: PgPoolOptions) -> Self {
        let pool = pool.acquire_timeout(ACQUIRE_TIMEOUT).connect_lazy_with(options.clone());
        Self { options, pool, state: watch::Sender::new(State::Unknown) }
    }

    /// What this read finds, if the replica is fit to be asked and answers. What it does not find,
    /// the primary may know by now.
    pub(super) async fn answer<T>(
        &self,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Option<T> {
        let answer = self.ask(read).await;
        let by = if answer.is_some() { "replica" } else { "primary" };
        metrics::counter!(REPLICA_READS, "by" => by).increment(1);
        answer
    }

    async fn ask<T>(&self, read: impl Future<Output = Result<T, Error>>) -> Option<T> {
        let mut state = self.state.subscribe();
        if *state.borrow() != State::Usable {
            return None;
        }
        let outcome = tokio::select! {
            outcome = read => outcome,
            // A connection that has gone dead would keep the read waiting.
            _ = state.wait_for(|state| *state == State::Lost) => return None,
        };
        match outcome {
            Ok(value) => Some(value),
            Err(Error::Database(error)) => {
                tracing::warn!(%error, "a read of the replica failed; the primary is asked");
                if matches!(error, sqlx::Error::Io(_)) {
                    self.set(State::Lost, "it has closed a connection, or takes none");
                }
                None
            }
            Err(_) => None,
        }
    }

    fn set(&self, state: State, why: &str) {
        let changed = self.state.send_if_modified(|old| std::mem::replace(old, state) != state);
        if changed {
            metrics::gauge!(REPLICA_USABLE).set(if state == State::Usable { 1.0 } else { 0.0 });
            if state == State::Usable {
                tracing::info!("the replica is used");
            } else {
                tracing::warn!(why, "the replica is not used; the primary answers for it");
            }
        }
    }

    /// Looks after the replica, without end.
    pub(super) async fn watch(&self, primary: &PgConnectOptions) {
        let mut primary = Probe::new(primary, PRIMARY);
        let mut replica = Probe::new(&self.options, REPLICA);
        let mut log = Log::default();
        let mut tick = tokio::time::interval(EVERY);
        loop {
            tick.tick().await;
            let asked = Instant::now();
            match primary.ask().await {
                Ok(place) => log.note(asked, place),
                // It is the replica's age that cannot be known then.
                Err(problem) => tracing::debug!(problem, "the primary does not say how far it is"),
            }
            match replica.ask().await {
                Ok(place) => match log.age(Instant::now(), &place) {
                    Ok(None) => {}
                    Ok(Some(age)) => {
                        metrics::gauge!(REPLICA_LAG).set(age.as_secs_f64());
                        if age <= MAX_LAG {
                            self.set(State::Usable, "");
                        } else {
                            self.set(State::Behind, "its data is more than 5 seconds old");
                        }
                    }
                    Err(problem) => self.set(State::Behind, problem),
                },
                Err(problem) => self.set(State::Lost, &problem),
            }
        }
    }
}

/// How far a server has come in its log, and which data it holds.
#[derive(Debug, PartialEq)]
struct Place {
    /// In bytes; `None`: it replays no log.
    position: Option<i64>,
    system: i64,
    database: String,
}

/// A connection of its own, so that busy ones do not look like lost ones.
struct Probe {
    options: PgConnectOptions,
    statement: &'static str,
    connection: Option<PgConnection>,
}

impl Probe {
    fn new(options: &PgConnectOptions, statement: &'static str) -> Self {
        let options = options.clone().disable_statement_logging();
        Self { options, statement, connection: None }
    }

    async fn ask(&mut self) -> Result<Place, String> {
        // Only one that has answered is kept.
        let mut connection = self.connection.take();
        let asking = async {
            let connection = match &mut connection {
                Some(connection) => connection,
                None => connection.insert(self.options.connect().await?),
            };
            // By the simple protocol: a pooler cannot come between its parts.
            let row: PgRow = raw_sql(self.statement).fetch_one(connection).await?;
            Ok::<_, sqlx::Error>(Place {
                position: row.try_get(0)?,
                system: row.try_get(1)?,
                database: row.try_get(2)?,
            })
        };
        let place = match tokio::time::timeout(EVERY, asking).await {
            Ok(answer) => answer.map_err(|error| error.to_string())?,
            Err(_) => return Err("it does not answer".to_owned()),
        };
        self.connection = connection;
        Ok(place)
    }
}

/// Where the primary was, and when.
#[derive(Debug, Default)]
struct Log(VecDeque<(Instant, Place)>);

impl Log {
    fn note(&mut self, at: Instant, place: Place) {
        // One that is too old is kept, so that it can be said how old the data is at least.
        while self.0.get(1).is_some_and(|(old, _)| at - *old > MAX_LAG) {
            self.0.pop_front();
        }
        self.0.push_back((at, place));
    }

    /// How old the data of a replica at this place is at most, or at least if that is too old;
    /// `None` if it cannot be known yet.
    fn age(&self, now: Instant, replica: &Place) -> Result<Option<Duration>, &'static str> {
        let Some((oldest, (_, last))) = self.0.front().zip(self.0.back()) else { return Ok(None) };
        if (last.system, &last.database) != (replica.system, &replica.database) {
            return Err("it holds another database than the primary");
        }
        let replayed = replica.position.ok_or("it is no streaming replica")?;
        let holds = |(_, place): &&(Instant, Place)| place.position <= Some(replayed);
        let held = self.0.iter().rev().find(holds).map(|(at, _)| now.duration_since(*at));
        let oldest = now.duration_since(oldest.0);
        Ok(held.or((oldest > MAX_LAG).then_some(oldest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(position: Option<i64>) -> Place {
        Place { position, system: 1, database: "spin".to_owned() }
    }

    #[test]
    fn data_is_as_old_as_the_last_place_that_was_replayed() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut log = Log::default();
        assert_eq!(log.age(start, &place(Some(1))), Ok(None));
        log.note(start, place(Some(100)));
        assert_eq!(log.age(at(1), &place(Some(99))), Ok(None));
        for second in 0..=20 {
            log.note(at(second), place(Some(100 * i64::try_from(second.min(18)).unwrap())));
        }
        for (replayed, seconds) in [
            // Nothing has been written since second 18.
            (1800, 0),
            (5000, 0),
            (1799, 3),
            (1500, 5),
            // At least so old: the log goes no further back.
            (1499, 6),
            (0, 6),
        ] {
            let age = log.age(at(20), &place(Some(replayed)));
            assert_eq!(age, Ok(Some(Duration::from_secs(seconds))), "{replayed}");
        }
        // The primary says no more.
        assert_eq!(log.age(at(30), &place(Some(1800))), Ok(Some(Duration::from_secs(10))));
    }

    #[test]
    fn what_is_no_replica_of_this_primary_is_not_used() {
        let now = Instant::now();
        let mut log = Log::default();
        log.note(now, place(Some(100)));
        for (other, said) in [
            (place(None), "no streaming replica"),
            (Place { system: 2, ..place(Some(100)) }, "another database"),
            (Place { database: "other".to_owned(), ..place(Some(100)) }, "another database"),
        ] {
            let problem = log.age(now, &other).unwrap_err();
            assert!(problem.contains(said), "{problem}");
        }
        assert!(log.age(now, &place(Some(100))).is_ok());
    }
}
