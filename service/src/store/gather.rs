//! What different users do at the same time, in one statement or one transaction.
//!
//! One that finds a free lane goes at once. While all lanes are taken, others collect, and the next
//! free lane takes them together: the busier the database, the more of them share its round trip
//! and its commit.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::{Operation, Store};
use crate::domain::bounds::{BotName, TelegramId};
use crate::error::Error;
use crate::metrics::BATCH_FAILURES;
use crate::request;

/// The most that goes into one batch, in bytes of JSON; a single item may be larger.
const BATCH_BYTES: usize = 1024 * 1024;

/// The most items in one batch.
const BATCH: usize = 128;

/// Whose, in which bot.
pub(super) type Key = (i64, String);

pub(super) fn key(telegram_id: TelegramId, bot_name: &BotName) -> Key {
    (telegram_id.get(), bot_name.as_str().to_owned())
}

/// What can be done together with others of its kind.
pub(super) trait Gathered: fmt::Debug + Send + 'static {
    type Answer: fmt::Debug + Send;
    fn key(&self) -> &Key;
    fn bytes(&self) -> usize {
        self.key().1.len()
    }
    /// Whether others of the same session may be in the same statement.
    fn shares(&self) -> bool {
        true
    }
}

/// Items that wait, and the lanes on which they go.
#[derive(Debug)]
pub(super) struct Gather<T: Gathered> {
    lanes: usize,
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T: Gathered> {
    waiting: Vec<Waiting<T>>,
    lanes_taken: usize,
}

/// An item, and who waits for it.
#[derive(Debug)]
pub(super) struct Waiting<T: Gathered> {
    pub(super) item: T,
    pub(super) request_id: String,
    pub(super) answer: oneshot::Sender<Outcome<T::Answer>>,
}

/// An answer to each of several, in their order; `None`: it has to be done by itself.
pub(super) type Answers<T> = Vec<Option<<T as Gathered>::Answer>>;

/// Does several items at once, or none of them.
pub(super) type Work<T> = for<'c> fn(&'c Store, &'c [Waiting<T>]) -> Operation<'c, Answers<T>>;

/// `None`: it was not done, and has to be done by itself. An error: no connection was to be had, and
/// to ask for another one would take as long again.
pub(super) type Outcome<A> = Result<Option<A>, sqlx::Error>;

/// The right to run one statement after another; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Lane<T: Gathered> {
    gather: Arc<Gather<T>>,
    is_over: bool,
}

impl<T: Gathered> Gather<T> {
    /// `lanes`: how many statements run at once.
    pub(super) fn new(lanes: usize) -> Arc<Self> {
        let state = State { waiting: Vec::new(), lanes_taken: 0 };
        Arc::new(Self { lanes, state: Mutex::new(state) })
    }

    /// Has an item done, by `run` if a lane is free.
    pub(super) async fn ask<F>(
        self: &Arc<Self>,
        item: T,
        run: impl FnOnce(Lane<T>) -> F,
    ) -> Outcome<T::Answer>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (answered, lane) = self.add(item);
        if let Some(lane) = lane {
            // In a task of its own: others wait for it too.
            tokio::spawn(run(lane));
        }
        // Nobody answers where a lane has broken.
        answered.await.unwrap_or(Ok(None))
    }

    /// Adds an item to those that wait. If a lane is free, the caller has to run it.
    fn add(self: &Arc<Self>, item: T) -> (oneshot::Receiver<Outcome<T::Answer>>, Option<Lane<T>>) {
        let (answer, answered) = oneshot::channel();
        let mut state = self.lock();
        state.waiting.push(Waiting { item, request_id: request::id(), answer });
        let lane = (state.lanes_taken < self.lanes).then(|| {
            state.lanes_taken += 1;
            Lane { gather: Arc::clone(self), is_over: false }
        });
        (answered, lane)
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Gathered> Lane<T> {
    /// What goes into the next statement, the first come first. Once nothing waits, the lane is
    /// over.
    pub(super) fn next(&mut self) -> Option<Vec<Waiting<T>>> {
        let mut state = self.gather.lock();
        // Who is gone was told, if anything, that it is not known.
        state.waiting.retain(|one| !one.answer.is_closed());
        let (mut bytes, mut count) = (0, 0);
        // Whether those of a session share it.
        let mut sessions = HashMap::new();
        let fits = |Waiting { item, .. }: &mut Waiting<T>| {
            bytes += item.bytes();
            let fits = count == 0 || (bytes <= BATCH_BYTES && count < BATCH);
            let may_join = sessions.get(item.key()).is_none_or(|shared| *shared && item.shares());
            if fits && may_join {
                count += 1;
                sessions.insert(item.key().clone(), item.shares());
            }
            fits && may_join
        };
        let batch: Vec<_> = state.waiting.extract_if(.., fits).collect();
        if batch.is_empty() {
            state.lanes_taken -= 1;
            self.is_over = true;
            return None;
        }
        Some(batch)
    }

    /// Does all that waits, a batch after the other.
    pub(super) async fn run(mut self, store: Store, work: Work<T>) {
        while let Some(mut batch) = self.next() {
            let worked = work(&store, &batch).instrument(span(&batch)).await;
            let mut answers = match worked {
                Ok(answers) => answers,
                Err(error) => {
                    let Some(given_back) = self.failed(batch, &error) else { continue };
                    batch = given_back;
                    Vec::new()
                }
            }
            .into_iter();
            for Waiting { answer, .. } in batch {
                // Whoever is gone needs no answer.
                let _ = answer.send(Ok(answers.next().flatten()));
            }
        }
    }

    /// Gives a batch that failed back, for each to go by itself; unless no connection was to be had:
    /// then all of it is told so, and all that wait behind it.
    pub(super) fn failed(&self, batch: Vec<Waiting<T>>, error: &Error) -> Option<Vec<Waiting<T>>> {
        tracing::debug!(%error, items = batch.len(), "what several asked for failed together");
        if !matches!(error, Error::Database(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)) {
            metrics::counter!(BATCH_FAILURES).increment(1);
            return Some(batch);
        }
        let behind = std::mem::take(&mut self.gather.lock().waiting);
        for Waiting { answer, .. } in batch.into_iter().chain(behind) {
            let _ = answer.send(Err(sqlx::Error::PoolTimedOut));
        }
        None
    }
}

impl<T: Gathered> Drop for Lane<T> {
    fn drop(&mut self) {
        if !self.is_over {
            let mut state = self.gather.lock();
            state.lanes_taken -= 1;
            if state.lanes_taken == 0 {
                // Nobody would come for them.
                state.waiting.clear();
            }
        }
    }
}

/// The sessions of a batch, each once, as [`rows`].
pub(super) fn sessions<T: Gathered>(batch: &[Waiting<T>]) -> String {
    let keys: HashSet<_> = batch.iter().map(|one| one.item.key()).collect();
    rows(keys)
}

/// A JSON array, an array for each row, to be bound to [`gathered!`].
pub(super) fn rows<R: Serialize>(rows: impl IntoIterator<Item = R>) -> String {
    let rows: Vec<_> = rows.into_iter().collect();
    // Numbers and texts can always be written.
    serde_json::to_string(&rows).unwrap_or_default()
}

/// The JSON array that is bound to `$1` as a table `r`, a row for each `r.value`.
macro_rules! gathered {
    (sqlite) => {
        "json_each($1) r"
    };
    // The condition always holds; without it PostgreSQL expects 100 rows, and reads whole tables of
    // some 1,000 users.
    (postgres) => {
        "(SELECT value FROM jsonb_array_elements(CAST(CAST($1 AS TEXT) AS JSONB))
          WHERE jsonb_typeof(value) = 'array') r"
    };
}

pub(super) use gathered;

/// A span in which the log names every request of a batch.
pub(super) fn span<T: Gathered>(batch: &[Waiting<T>]) -> tracing::Span {
    let requests: Vec<_> = batch.iter().map(|one| one.request_id.as_str()).collect();
    tracing::info_span!("requests", request_ids = requests.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Item {
        key: Key,
        bytes: usize,
        shares: bool,
    }

    impl Gathered for Item {
        type Answer = ();

        fn key(&self) -> &Key {
            &self.key
        }

        fn bytes(&self) -> usize {
            self.bytes
        }

        fn shares(&self) -> bool {
            self.shares
        }
    }

    fn item(telegram_id: i64, bytes: usize) -> Item {
        Item { key: (telegram_id, "spin_bot".to_owned()), bytes, shares: true }
    }

    /// Adds items for which somebody waits as long as this is kept.
    fn add_all(
        gather: &Arc<Gather<Item>>,
        items: impl IntoIterator<Item = Item>,
    ) -> Vec<oneshot::Receiver<Outcome<()>>> {
        let add = |item| {
            let (answered, lane) = gather.add(item);
            assert!(lane.is_none(), "the only lane is taken");
            answered
        };
        items.into_iter().map(add).collect()
    }

    fn taken(batch: &[Waiting<Item>]) -> Vec<i64> {
        batch.iter().map(|waiting| waiting.item.key.0).collect()
    }

    #[test]
    fn the_first_goes_at_once_and_the_others_together() {
        let gather = Gather::new(1);
        let (_first, lane) = gather.add(item(1, 1));
        let mut lane = lane.unwrap();
        assert_eq!(taken(&lane.next().unwrap()), [1]);
        let _others = add_all(&gather, [2, 3, 2, 4].map(|id| item(id, 1)));
        assert_eq!(taken(&lane.next().unwrap()), [2, 3, 2, 4]);
        assert!(lane.next().is_none());
        assert!(gather.add(item(5, 1)).1.is_some(), "the lane is free again");
    }

    #[test]
    fn what_shares_no_session_is_alone_in_its_own() {
        let gather = Gather::new(1);
        let (_first, lane) = gather.add(item(1, 1));
        let mut lane = lane.unwrap();
        let others = [(2, false), (1, false), (2, true), (2, false), (1, true)];
        let others = others.map(|(id, shares)| Item { shares, ..item(id, 1) });
        let _others = add_all(&gather, others);
        assert_eq!(taken(&lane.next().unwrap()), [1, 2, 1]);
        assert_eq!(taken(&lane.next().unwrap()), [1, 2]);
        assert_eq!(taken(&lane.next().unwrap()), [2]);
        assert!(lane.next().is_none());
    }

    #[test]
    fn a_batch_is_bounded_and_what_is_larger_goes_alone() {
        let gather = Gather::new(1);
        let (_first, lane) = gather.add(item(1, BATCH_BYTES));
        let mut lane = lane.unwrap();
        let _second = add_all(&gather, (2..=4).map(|id| item(id, BATCH_BYTES / 3)));
        assert_eq!(taken(&lane.next().unwrap()), [1]);
        assert_eq!(taken(&lane.next().unwrap()), [2, 3, 4]);
        let _third = add_all(&gather, (5..1_000).map(|id| item(id, 1)));
        assert_eq!(lane.next().unwrap().len(), BATCH);
    }

    #[test]
    fn nothing_is_done_for_who_is_gone() {
        let gather = Gather::new(1);
        let (first, lane) = gather.add(item(1, 1));
        let _second = add_all(&gather, [item(2, 1)]);
        drop(first);
        assert_eq!(taken(&lane.unwrap().next().unwrap()), [2]);
    }

    #[test]
    fn a_lane_that_breaks_is_free_again_and_leaves_nobody_waiting() {
        let gather = Gather::new(1);
        let (mut first, lane) = gather.add(item(1, 1));
        drop(lane);
        assert!(first.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Closed));
        let (_second, lane) = gather.add(item(2, 1));
        assert_eq!(taken(&lane.unwrap().next().unwrap()), [2]);
    }

    #[test]
    fn without_a_connection_all_are_told_at_once() {
        let gather = Gather::new(1);
        let (first, lane) = gather.add(item(1, 1));
        let mut lane = lane.unwrap();
        let batch = lane.next().unwrap();
        let mut answers = add_all(&gather, [item(2, 1)]);
        let batch = lane.failed(batch, &Error::UserNotFound).unwrap();
        assert!(lane.failed(batch, &sqlx::Error::PoolTimedOut.into()).is_none());
        answers.push(first);
        for mut answer in answers {
            assert!(matches!(answer.try_recv(), Ok(Err(sqlx::Error::PoolTimedOut))));
        }
        assert!(lane.next().is_none());
    }
}
