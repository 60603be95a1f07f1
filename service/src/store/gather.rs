//! Session writes of different users that share a statement.
//!
//! One that finds a free lane goes at once. While all lanes are taken, writes collect, and the next
//! free lane takes them together: the busier the database, the more of them share its round trip
//! and its commit.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::sessions::{Put, Written};
use crate::request;

/// The most that goes into one statement, in bytes of JSON; a single write may be larger.
const BATCH_BYTES: usize = 1024 * 1024;

/// The most writes in one statement.
const BATCH: usize = 128;

/// Writes that wait, and the lanes on which they go.
#[derive(Debug)]
pub(super) struct Gather {
    lanes: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<Waiting>,
    lanes_taken: usize,
}

/// A write, and who waits for it. `None` is the answer to one that was not written.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) put: Put,
    pub(super) request_id: String,
    pub(super) answer: oneshot::Sender<Option<Written>>,
}

/// The right to run one statement after another; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Lane {
    gather: Arc<Gather>,
    is_over: bool,
}

impl Gather {
    /// `lanes`: how many statements run at once.
    pub(super) fn new(lanes: usize) -> Arc<Self> {
        Arc::new(Self { lanes, state: Mutex::default() })
    }

    /// Adds a write to those that wait. If a lane is free, the caller has to run it.
    pub(super) fn add(
        self: &Arc<Self>,
        put: Put,
    ) -> (oneshot::Receiver<Option<Written>>, Option<Lane>) {
        let (answer, answered) = oneshot::channel();
        let mut state = self.lock();
        state.waiting.push(Waiting { put, request_id: request::id(), answer });
        let lane = (state.lanes_taken < self.lanes).then(|| {
            state.lanes_taken += 1;
            Lane { gather: Arc::clone(self), is_over: false }
        });
        (answered, lane)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    /// What goes into the next statement: no session twice, the first come first. Once nothing
    /// waits, the lane is over.
    pub(super) fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut state = self.gather.lock();
        let (mut bytes, mut sessions) = (0, HashSet::new());
        let fits = |next: &mut Waiting| {
            bytes += next.put.bytes();
            (sessions.is_empty() || (bytes <= BATCH_BYTES && sessions.len() < BATCH))
                && sessions.insert(next.put.key())
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

impl Drop for Lane {
    fn drop(&mut self) {
        if !self.is_over {
            self.gather.lock().lanes_taken -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bounds::{BotName, TelegramId};
    use crate::domain::json::JsonObject;

    fn put(telegram_id: i64, bytes: usize) -> Put {
        let text = serde_json::Value::from("x".repeat(bytes));
        let session: JsonObject = serde_json::Map::from_iter([("text".to_owned(), text)]).into();
        let (id, bot) = (TelegramId::new(telegram_id).unwrap(), BotName::new("spin_bot").unwrap());
        Put::new(id, &bot, &session, &JsonObject::default(), None)
    }

    fn taken(batch: &[Waiting]) -> Vec<i64> {
        batch.iter().map(|waiting| waiting.put.key().0).collect()
    }

    #[test]
    fn the_first_goes_at_once_and_the_others_together_no_session_twice() {
        let gather = Gather::new(1);
        let (_, lane) = gather.add(put(1, 1));
        let mut lane = lane.unwrap();
        assert_eq!(taken(&lane.next().unwrap()), [1]);
        for id in [2, 3, 2, 4] {
            assert!(gather.add(put(id, 1)).1.is_none(), "the only lane is taken");
        }
        assert_eq!(taken(&lane.next().unwrap()), [2, 3, 4]);
        assert_eq!(taken(&lane.next().unwrap()), [2]);
        assert!(lane.next().is_none());
        assert!(gather.add(put(5, 1)).1.is_some(), "the lane is free again");
    }

    #[test]
    fn a_batch_is_bounded_and_what_is_larger_goes_alone() {
        let gather = Gather::new(1);
        let mut lane = gather.add(put(1, BATCH_BYTES)).1.unwrap();
        for id in 2..=4 {
            gather.add(put(id, BATCH_BYTES / 3));
        }
        assert_eq!(taken(&lane.next().unwrap()), [1]);
        assert_eq!(taken(&lane.next().unwrap()), [2, 3]);
        for id in 5..1_000 {
            gather.add(put(id, 1));
        }
        assert_eq!(lane.next().unwrap().len(), BATCH);
    }

    #[test]
    fn a_lane_that_breaks_is_free_again() {
        let gather = Gather::new(1);
        drop(gather.add(put(1, 1)).1.unwrap());
        let mut lane = gather.add(put(2, 1)).1.unwrap();
        assert_eq!(taken(&lane.next().unwrap()), [1, 2]);
    }
}
