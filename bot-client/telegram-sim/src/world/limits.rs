//! How much a bot may send: one message a second to one chat with short bursts, and thirty a second
//! in all.

use super::clock::{Millis, SECOND};

/// So many messages in a row may go to one chat before it is one a second.
const CHAT_BURST: i64 = 5;
const ALL_BURST: i64 = 30;

/// A generic cell rate limiter: it remembers when the next message would be due at an even pace.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    due: Millis,
}

impl Limiter {
    /// For how many seconds nothing may be sent yet.
    fn wait(&self, now: Millis, interval: Millis, burst: i64) -> Option<u64> {
        let early = self.due - interval * (burst - 1) - now;
        u64::try_from(early).ok().filter(|early| *early > 0).map(|early| early.div_ceil(1000))
    }

    fn note(&mut self, now: Millis, interval: Millis) {
        self.due = self.due.max(now) + interval;
    }
}

/// Counts one message, unless it is one too many: then the seconds to wait.
pub(crate) fn admit(all: &mut Limiter, chat: &mut Limiter, now: Millis) -> Result<(), u64> {
    let (all_interval, chat_interval) = (SECOND / ALL_BURST, SECOND);
    let waits = [all.wait(now, all_interval, ALL_BURST), chat.wait(now, chat_interval, CHAT_BURST)];
    if let Some(seconds) = waits.into_iter().flatten().max() {
        return Err(seconds);
    }
    all.note(now, all_interval);
    chat.note(now, chat_interval);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_one_a_second() {
        let (mut all, mut chat) = (Limiter::default(), Limiter::default());
        let mut send = |now| admit(&mut all, &mut chat, now);
        for _ in 0..5 {
            assert_eq!(send(1_000_000), Ok(()));
        }
        assert_eq!(send(1_000_000), Err(1));
        assert_eq!(send(1_000_999), Err(1));
        assert_eq!(send(1_001_000), Ok(()));
        assert_eq!(send(1_001_000), Err(1));
    }

    #[test]
    fn thirty_a_second_to_all_chats() {
        let mut all = Limiter::default();
        let sent = (0..40).filter(|_| admit(&mut all, &mut Limiter::default(), 5_000).is_ok());
        assert_eq!(sent.count(), 30);
    }
}
