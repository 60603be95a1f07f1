//! The time.

use chrono::{DateTime, Utc};

#[expect(clippy::disallowed_methods, reason = "here is where the time comes in")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}
