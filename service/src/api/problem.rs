//! Errors as RFC 9457 `application/problem+json`.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{DatabaseFailure, Error};

/// What went wrong (RFC 9457).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "about:blank", "title": "Not Found", "status": 404,
    "detail": "This user is not known; open a session or PUT the user first.",
    "code": "user_not_found", "request_id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2"
}))]
pub(super) struct Problem {
    /// Always `about:blank`: `code` says what it is.
    #[serde(rename = "type")]
    pub problem_type: &'static str,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// For people: what happened and what to do.
    pub detail: String,
    /// For programs: stable, in snake_case.
    pub code: &'static str,
    /// As in the `X-Request-Id` header.
    pub request_id: String,
    /// With 422: what is wrong where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    #[serde(skip)]
    #[schema(ignore)]
    pub retry_after: Option<u64>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct FieldError {
    /// The path of the field, such as `levels[1].min_xp`; empty for the whole.
    pub field: String,
    pub message: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            problem_type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            request_id: String::new(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// 422 for one field.
    pub(super) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let (field, message) = (field.into(), message.into());
        let detail = if field.is_empty() { message.clone() } else { format!("{field}: {message}") };
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", detail);
        problem.errors.push(FieldError { field, message });
        problem
    }

    pub(super) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "The service failed; the cause is in its log under this request_id.",
        )
    }

    /// 503 that passes by itself.
    pub(super) fn unavailable(code: &'static str, detail: &str) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        problem.retry_after = Some(1);
        problem
    }

    /// What stands for an answer of this status that nobody gave a reason for.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::new(
                status,
                "not_found",
                "There is nothing at this path; /docs/ shows all operations.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "method_not_allowed",
                "This path does not take this method; the Allow header names those that it takes.",
            ),
            status if status.is_client_error() => {
                Self::new(status, "bad_request", "The request could not be understood.")
            }
            _ => Self::internal(),
        }
    }

    /// The body, once it is known which request this answers.
    pub(super) fn render(mut self, request_id: &str) -> Response {
        self.request_id = request_id.to_owned();
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        let media_type = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, media_type);
        if self.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The body is written by `middleware::answer`, which knows the request's id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        use StatusCode as S;
        let (status, code) = match &error {
            Error::Invalid { field, message } => return Self::invalid(field, message),
            Error::UserNotFound => (S::NOT_FOUND, "user_not_found"),
            Error::SessionNotFound => (S::NOT_FOUND, "session_not_found"),
            Error::BotNotFound => (S::NOT_FOUND, "bot_not_found"),
            Error::KeyNotFound => (S::NOT_FOUND, "key_not_found"),
            Error::BadgeNotFound => (S::NOT_FOUND, "badge_not_found"),
            Error::SubscriptionNotFound => (S::NOT_FOUND, "subscription_not_found"),
            Error::FreeTrainingsNotFound => (S::NOT_FOUND, "free_trainings_not_found"),
            Error::ConsumptionNotFound => (S::NOT_FOUND, "consumption_not_found"),
            Error::PaymentNotFound => (S::NOT_FOUND, "payment_not_found"),
            Error::TrainingNotFound => (S::NOT_FOUND, "training_not_found"),
            Error::PromocodeNotFound => (S::NOT_FOUND, "promocode_not_found"),
            Error::PromocodeExpired => (S::GONE, "promocode_expired"),
            Error::PromocodeExhausted => (S::CONFLICT, "promocode_exhausted"),
            Error::PromocodeAlreadyUsed => (S::CONFLICT, "promocode_already_used"),
            Error::PromocodeExists => (S::CONFLICT, "promocode_exists"),
            Error::ReferrerRefused(_) => (S::CONFLICT, "referrer_refused"),
            Error::ConsumptionReturned => (S::CONFLICT, "consumption_returned"),
            Error::SubscriptionState(_) => (S::CONFLICT, "subscription_not_renewable"),
            Error::PaymentNotRefundable => (S::CONFLICT, "payment_not_refundable"),
            Error::NoAccess => (S::PAYMENT_REQUIRED, "no_access"),
            Error::VersionConflict => (S::PRECONDITION_FAILED, "version_conflict"),
            Error::IdempotencyKeyReused => (S::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
            Error::SessionTooLarge => (S::PAYLOAD_TOO_LARGE, "body_too_large"),
            Error::IdempotencyRace => return Self::busy(),
            Error::Database(cause) => return Self::of_database(cause),
        };
        Self::new(status, code, error.to_string())
    }
}

impl Problem {
    fn busy() -> Self {
        Self::unavailable(
            "database_busy",
            "Too many others write to the same rows; nothing was changed, try again.",
        )
    }

    /// Logs the cause, which never leaves the service, and says what it means.
    fn of_database(cause: &sqlx::Error) -> Self {
        let failure = DatabaseFailure::of(cause);
        tracing::error!(error = %cause, ?failure, "database operation failed");
        match failure {
            DatabaseFailure::Conflict => Self::busy(),
            DatabaseFailure::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "storage_full",
                "The database has no room left; nothing was changed. Reading goes on.",
            ),
            DatabaseFailure::Unavailable => Self::unavailable(
                "database_unavailable",
                "The database cannot be reached or written to; try again.",
            ),
            DatabaseFailure::Defect => Self::internal(),
        }
    }
}
