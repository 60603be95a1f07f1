//! What different users do to their sessions at the same time, in one statement.
//!
//! One that finds a free lane goes at once. While all lanes are taken, others collect, and the next
//! free lane takes them together: the busier the database, the more of them share its round trip
//! and its commit.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::request;

/// The most that goes into one statement, in bytes of JSON; a single item may be larger.
const BATCH_BYTES: usize = 1024 * 1024;

/// The most items in one statement.
const BATCH: usize = 128;

/// Whose session, in which bot.
pub(super) type Key = (i64, String);

/// What can be done together with others of its kind.
pub(super) trait Gathered: fmt::Debug + Send + 'static {
    type Answer: fmt::Debug + Send;
    fn key(&self) -> &Key;
    fn bytes(&self) -> usize;
    /// Whether others of the same session may be in the same statement.
    fn shares(&self) -> bool;
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

/// An item, and who waits for it. `None` is the answer to one that was not done.
#[derive(Debug)]
pub(super) struct Waiting<T: Gathered> {
    pub(super) item: T,
    pub(super) request_id: String,
    pub(super) answer: oneshot::Sender<Option<T::Answer>>,
}

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

    /// Has an item done, by `run` if a lane is free. `None`: it was not done.
    pub(super) async fn ask<F>(
        self: &Arc<Self>,
        item: T,
        run: impl FnOnce(Lane<T>) -> F,
    ) -> Option<T::Answer>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (answered, lane) = self.add(item);
        if let Some(lane) = lane {
            // In a task of its own: others wait for it too.
            tokio::spawn(run(lane));
        }
        answered.await.ok().flatten()
    }

    /// Adds an item to those that wait. If a lane is free, the caller has to run it.
    fn add(self: &Arc<Self>, item: T) -> (oneshot::Receiver<Option<T::Answer>>, Option<Lane<T>>) {
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
}

impl<T: Gathered> Drop for Lane<T> {
    fn drop(&mut self) {
        if !self.is_over {
            self.gather.lock().lanes_taken -= 1;
        }
    }
}

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

    fn taken(batch: &[Waiting<Item>]) -> Vec<i64> {
        batch.iter().map(|waiting| waiting.item.key.0).collect()
    }

    #[test]
    fn the_first_goes_at_once_and_the_others_together() {
        let gather = Gather::new(1);
        let (_, lane) = gather.add(item(1, 1));
        let mut lane = lane.unwrap();
        assert_eq!(taken(&lane.next().unwrap()), [1]);
        for id in [2, 3, 2, 4] {
            assert!(gather.add(item(id, 1)).1.is_none(), "the only lane is taken");
        }
        assert_eq!(taken(&lane.next().unwrap()), [2, 3, 2, 4]);
        assert!(lane.next().is_none());
        assert!(gather.add(item(5, 1)).1.is_some(), "the lane is free again");
    }

    #[test]
    fn what_shares_no_session_is_alone_in_its_own() {
        let gather = Gather::new(1);
        let mut lane = gather.add(item(1, 1)).1.unwrap();
        for (id, shares) in [(2, false), (1, false), (2, true), (2, false), (1, true)] {
            gather.add(Item { shares, ..item(id, 1) });
        }
        assert_eq!(taken(&lane.next().unwrap()), [1, 2, 1]);
        assert_eq!(taken(&lane.next().unwrap()), [1, 2]);
        assert_eq!(taken(&lane.next().unwrap()), [2]);
        assert!(lane.next().is_none());
    }

    #[test]
    fn a_batch_is_bounded_and_what_is_larger_goes_alone() {
        let gather = Gather::new(1);
        let mut lane = gather.add(item(1, BATCH_BYTES)).1.unwrap();
        for id in 2..=4 {
            gather.add(item(id, BATCH_BYTES / 3));
        }
        assert_eq!(taken(&lane.next().unwrap()), [1]);
        assert_eq!(taken(&lane.next().unwrap()), [2, 3, 4]);
        for id in 5..1_000 {
            gather.add(item(id, 1));
        }
        assert_eq!(lane.next().unwrap().len(), BATCH);
    }

    #[test]
    fn a_lane_that_breaks_is_free_again() {
        let gather = Gather::new(1);
        drop(gather.add(item(1, 1)).1.unwrap());
        let mut lane = gather.add(item(2, 1)).1.unwrap();
        assert_eq!(taken(&lane.next().unwrap()), [1, 2]);
    }
}
