//! What waits to be delivered to one bot, and when it is due.
//!
//! From tdlib/telegram-bot-api's `WebhookActor`: one update of a lane is in flight at a time; what
//! fails comes again at once, then after 2, 4, 8 … 60 s, or when `Retry-After` says; what is older
//! than its life is dropped.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::world::clock::{Millis, SECOND};

const LONGEST_PAUSE: Millis = 60 * SECOND;
const LONGEST_RETRY_AFTER: Millis = 3600 * SECOND;

/// What is delivered one after the other. Lanes do not wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lane {
    /// Messages of a chat, and payments in it.
    Messages(i64),
    /// Button presses of a user.
    Callbacks(i64),
    PreCheckouts(i64),
    /// The bot blocked, unblocked or made a member.
    Membership(i64),
    Subscriptions(i64),
    ChannelMembers(i64),
    /// Whatever kind a test sends raw.
    Raw(i64),
}

#[derive(Debug)]
struct Update {
    id: i64,
    body: Value,
    expires_at: Millis,
    due: Millis,
    pause: Millis,
    attempts: u32,
    in_flight: bool,
}

#[derive(Debug)]
pub(crate) struct Queue {
    next_id: i64,
    lanes: BTreeMap<Lane, VecDeque<Update>>,
    in_flight: usize,
}

/// An update that is to be sent now.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) lane: Lane,
    pub(crate) update_id: i64,
    pub(crate) body: Value,
}

/// How a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Failed { retry_after: Option<u64> },
}

impl Queue {
    /// Ids begin where no former run with the same bot has been: bots remember them.
    pub(crate) fn new(now: Millis) -> Self {
        let next_id = 100_000_000 + (now / 20) % 1_500_000_000;
        Self { next_id, lanes: BTreeMap::new(), in_flight: 0 }
    }

    /// Adds an update, with an id of its own unless it has one. Returns its id.
    pub(crate) fn push(
        &mut self,
        lane: Lane,
        mut body: Value,
        now: Millis,
        expires_at: Millis,
    ) -> i64 {
        let id = body["update_id"].as_i64().unwrap_or_else(|| {
            self.next_id += 1;
            self.next_id
        });
        body["update_id"] = json!(id);
        let update =
            Update { id, body, expires_at, due: now, pause: SECOND, attempts: 0, in_flight: false };
        self.lanes.entry(lane).or_default().push_back(update);
        id
    }

    /// Takes what is to be sent now; and when there will be more, if nothing happens before.
    pub(crate) fn due(&mut self, now: Millis, connections: usize) -> (Vec<Due>, Option<Millis>) {
        let (mut due, mut next) = (Vec::new(), None);
        self.drop_expired(now);
        for (lane, updates) in &mut self.lanes {
            let Some(first) = updates.front_mut().filter(|first| !first.in_flight) else {
                continue;
            };
            if first.due > now {
                next = next.into_iter().chain([first.due]).min();
            } else if self.in_flight < connections {
                self.in_flight += 1;
                first.in_flight = true;
                first.attempts += 1;
                due.push(Due { lane: *lane, update_id: first.id, body: first.body.clone() });
            }
        }
        (due, next)
    }

    /// Notes how a delivery ended. Pauses are `speed` times shorter than Telegram's.
    pub(crate) fn finish(&mut self, sent: &Due, outcome: Outcome, now: Millis, speed: u32) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let Some(updates) = self.lanes.get_mut(&sent.lane) else { return };
        let Some(first) = updates.front_mut().filter(|first| first.id == sent.update_id) else {
            return;
        };
        first.in_flight = false;
        let Outcome::Failed { retry_after } = outcome else {
            updates.pop_front();
            self.lanes.retain(|_, updates| !updates.is_empty());
            return;
        };
        let pause = match retry_after.and_then(|seconds| i64::try_from(seconds).ok()) {
            Some(seconds) if seconds > 0 => seconds.saturating_mul(SECOND).min(LONGEST_RETRY_AFTER),
            _ if first.attempts == 1 => 0,
            _ => {
                first.pause = (first.pause * 2).min(LONGEST_PAUSE);
                first.pause
            }
        };
        first.due = now + pause / i64::from(speed.max(1));
        if now + pause > first.expires_at {
            first.expires_at = now; // as Telegram, which does not keep what it could not send in time
        }
        self.drop_expired(now);
    }

    fn drop_expired(&mut self, now: Millis) {
        for updates in self.lanes.values_mut() {
            updates.retain(|update| update.in_flight || update.expires_at > now);
        }
        self.lanes.retain(|_, updates| !updates.is_empty());
    }

    /// Forgets everything, as `drop_pending_updates` asks. What is in flight cannot be called back.
    pub(crate) fn clear(&mut self) {
        for updates in self.lanes.values_mut() {
            updates.retain(|update| update.in_flight);
        }
        self.lanes.retain(|_, updates| !updates.is_empty());
    }

    pub(crate) fn len(&self) -> usize {
        self.lanes.values().map(VecDeque::len).sum()
    }

    /// Everything that waits, lane by lane.
    pub(crate) fn to_json(&self, now: Millis) -> Value {
        let update = |update: &Update| {
            json!({
                "update": update.body,
                "attempts": update.attempts,
                "in_flight": update.in_flight,
                "due_in_ms": (update.due - now).max(0),
                "expires_in_ms": update.expires_at - now,
            })
        };
        self.lanes
            .iter()
            .map(|(lane, updates)| {
                json!({"lane": lane, "updates": updates.iter().map(update).collect::<Vec<_>>()})
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: Outcome = Outcome::Failed { retry_after: None };

    fn queue(expires_at: Millis) -> Queue {
        let mut queue = Queue::new(0);
        queue.push(Lane::Messages(1), json!({}), 0, expires_at);
        queue
    }

    /// Fails every delivery that becomes due; the times of all of them, in seconds.
    fn attempts(mut queue: Queue, retry_after: Option<u64>) -> Vec<i64> {
        let (mut now, mut times) = (0, Vec::new());
        loop {
            let (due, next) = queue.due(now, 1);
            match (due.first(), next) {
                (Some(due), _) => {
                    times.push(now / SECOND);
                    queue.finish(due, Outcome::Failed { retry_after }, now, 1);
                }
                (None, Some(next)) => now = next,
                (None, None) => return times,
            }
        }
    }

    #[test]
    fn what_fails_comes_again_at_once_then_with_growing_pauses_until_its_life_ends() {
        let times = attempts(queue(300 * SECOND), None);
        assert_eq!(times, [0, 0, 2, 6, 14, 30, 62, 122, 182, 242]);
    }

    #[test]
    fn retry_after_is_honoured() {
        assert_eq!(attempts(queue(100 * SECOND), Some(30)), [0, 30, 60, 90]);
    }

    #[test]
    fn a_lane_has_one_in_flight_and_lanes_do_not_wait_for_each_other() {
        let mut queue = queue(SECOND);
        let second = queue.push(Lane::Messages(1), json!({}), 0, SECOND);
        queue.push(Lane::Callbacks(1), json!({}), 0, SECOND);
        let (due, _) = queue.due(0, 40);
        let lanes: Vec<_> = due.iter().map(|due| due.lane).collect();
        assert_eq!(lanes, [Lane::Messages(1), Lane::Callbacks(1)]);
        assert!(queue.due(0, 40).0.is_empty());
        queue.finish(&due[0], Outcome::Done, 0, 1);
        assert_eq!(queue.due(0, 40).0[0].update_id, second);
    }

    #[test]
    fn connections_are_limited() {
        let mut queue = Queue::new(0);
        for chat in 1..=5 {
            queue.push(Lane::Messages(chat), json!({}), 0, SECOND);
        }
        assert_eq!(queue.due(0, 2).0.len(), 2);
        assert_eq!(queue.due(0, 2).0.len(), 0);
    }

    #[test]
    fn a_speed_shortens_pauses_only() {
        let mut queue = queue(300 * SECOND);
        for _ in 0..2 {
            let due = queue.due(0, 1).0.remove(0);
            queue.finish(&due, FAILED, 0, 10);
        }
        assert_eq!(queue.due(0, 1).1, Some(200));
    }
}
