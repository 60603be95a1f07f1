//! Refusals, in the Bot API's form and words.

use serde_json::{Value, json};

/// A call that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: u16,
    /// With the words that stand for the code in front, as `Bad Request: …`.
    pub(crate) description: String,
    /// Seconds.
    pub(crate) retry_after: Option<u64>,
}

pub(crate) type Answer = Result<Value, ApiError>;

impl ApiError {
    pub(crate) fn bad_request(problem: impl std::fmt::Display) -> Self {
        Self { code: 400, description: format!("Bad Request: {problem}"), retry_after: None }
    }

    pub(crate) fn forbidden(problem: &str) -> Self {
        Self { code: 403, description: format!("Forbidden: {problem}"), retry_after: None }
    }

    pub(crate) fn unauthorized(problem: &str) -> Self {
        Self { code: 401, description: format!("Unauthorized{problem}"), retry_after: None }
    }

    pub(crate) fn no_method() -> Self {
        let description = "Not Found: method not found".to_owned();
        Self { code: 404, description, retry_after: None }
    }

    pub(crate) fn too_many_requests(retry_after: u64) -> Self {
        let description = format!("Too Many Requests: retry after {retry_after}");
        Self { code: 429, description, retry_after: Some(retry_after) }
    }
}

/// The body of an answer.
pub(crate) fn body(answer: &Answer) -> Value {
    match answer {
        Ok(result) => json!({"ok": true, "result": result}),
        Err(error) => {
            let mut body =
                json!({"ok": false, "error_code": error.code, "description": error.description});
            if let Some(seconds) = error.retry_after {
                body["parameters"] = json!({"retry_after": seconds});
            }
            body
        }
    }
}
