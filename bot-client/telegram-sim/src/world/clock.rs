//! The simulator's time: the machine's, plus what a test has advanced it by.

use std::time::{Duration, Instant, SystemTime};

/// Milliseconds since 1970.
pub(crate) type Millis = i64;

pub(crate) const SECOND: Millis = 1000;
pub(crate) const DAY: Millis = 24 * 60 * 60 * SECOND;

pub(crate) struct Clock {
    origin: Millis,
    started: Instant,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub(crate) fn new() -> Self {
        let origin = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { origin: millis(origin), started: Instant::now() }
    }

    pub(crate) fn now(&self) -> Millis {
        self.origin + millis(self.started.elapsed())
    }

    /// Unix time, as the Bot API's dates are.
    pub(crate) fn unix(&self) -> i64 {
        self.now() / SECOND
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.origin += millis(by);
    }
}

pub(crate) fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}
