//! Why an update could not be handled, which decides what Telegram is told.

use std::time::Duration;

use crate::service_api::Error;
use crate::service_api::types::Problem;

/// How long Telegram is asked to wait where nothing says better.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// It can succeed later: Telegram is asked to deliver again.
    #[error("{cause}")]
    Later { after: Duration, cause: String },
    /// The session changed meanwhile: read again and decide again.
    #[error("the session changed meanwhile")]
    Conflict,
    /// The user was erased, or all was done and undone: there is nothing left to do or to tell.
    #[error("there is nothing left to do")]
    Gone,
    /// It can never succeed.
    #[error("{cause}")]
    Never { cause: String },
}

impl Failure {
    pub(crate) fn later(cause: impl Into<String>) -> Self {
        Self::Later { after: PAUSE, cause: cause.into() }
    }

    pub(crate) fn never(cause: impl Into<String>) -> Self {
        Self::Never { cause: cause.into() }
    }
}

/// What an answer of the service that is no success means. A key that was rotated, a rate limit, a
/// restart: all of them pass.
impl From<Error<Problem>> for Failure {
    fn from(error: Error<Problem>) -> Self {
        match error {
            Error::ErrorResponse(response) => {
                let cause = format!("the service answered {}: {}", response.status, response.code);
                match response.status().as_u16() {
                    412 => Self::Conflict,
                    // Its effect is there; so is the session's record, by which it is answered.
                    422 if response.code == "idempotency_key_reused" => Self::Conflict,
                    404 if response.code == "user_not_found" => Self::Gone,
                    400 | 404 | 413 | 422 => Self::Never { cause },
                    // The rest passes, or an operator can mend it.
                    _ => {
                        let headers = response.headers();
                        let after = headers.get("retry-after").and_then(|v| v.to_str().ok());
                        let after = after.and_then(|seconds| seconds.parse().ok());
                        let after = after.map_or(PAUSE, Duration::from_secs);
                        Self::Later { after, cause }
                    }
                }
            }
            // Not this service's words: something stands between.
            error => Self::later(format!("the service cannot be reached: {}", short(&error))),
        }
    }
}

/// Whether the service answered with this status.
pub(crate) fn has_status(error: &Error<Problem>, status: u16) -> bool {
    error.status().is_some_and(|answered| answered == status)
}

/// Whether the service answered with this `code`.
pub(crate) fn has_code(error: &Error<Problem>, code: &str) -> bool {
    matches!(error, Error::ErrorResponse(response) if response.code == code)
}

/// Without the body of what was answered.
fn short(error: &Error<Problem>) -> String {
    match error {
        Error::CommunicationError(error) | Error::ResponseBodyError(error) => {
            if error.is_timeout() { "time-out".to_owned() } else { "connection failed".to_owned() }
        }
        Error::InvalidResponsePayload(..) => "an answer that is not the service's".to_owned(),
        Error::UnexpectedResponse(response) => format!("status {}", response.status()),
        _ => "request failed".to_owned(),
    }
}
