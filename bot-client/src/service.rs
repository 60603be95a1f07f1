//! The service, as the bot calls it: the generated client, with the key, the request id of the
//! update in hand, metrics, and bounded retries of what is safe to repeat.

use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Request, Response, StatusCode};

use crate::config::Config;
use crate::scope;
use crate::service_api::Client;

/// Of one try. The service itself answers within 10 s.
const TRY_TIME: Duration = Duration::from_secs(12);
const CONNECT_TIME: Duration = Duration::from_secs(3);

/// Pauses before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

/// Seconds that calls of the service took, with their retries, by operation and status.
pub(crate) const SERVICE_SECONDS: &str = "service_request_duration_seconds";

/// A client that calls the service with this key.
///
/// # Errors
/// A key that no header can hold, or no TLS.
pub fn client(config: &Config, key: &str) -> Result<Client, Box<dyn std::error::Error>> {
    let mut key = HeaderValue::try_from(format!("Bearer {key}"))?;
    key.set_sensitive(true);
    let http = process::http::builder()
        .default_headers(HeaderMap::from_iter([(AUTHORIZATION, key)]))
        .connect_timeout(CONNECT_TIME)
        .timeout(TRY_TIME)
        .build()?;
    Ok(Client::new_with_client(config.service.url.trim_end_matches('/'), http))
}

/// One segment of a path. URLs resolve `.` and `..` however they are written, so nobody can ask for
/// these two by name: they become a name that nothing has.
pub fn path_segment(name: &str) -> String {
    match name {
        "." | ".." => name.replace('.', "%252E"),
        name => utf8_percent_encode(name, NON_ALPHANUMERIC).to_string(),
    }
}

impl ClientHooks for Client {
    async fn exec(&self, mut request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        if let Some(Ok(id)) = scope::request_id().map(HeaderValue::try_from) {
            request.headers_mut().insert("x-request-id", id);
        }
        let started = Instant::now();
        let result = self.repeat(request, info).await;
        let status = result.as_ref().map_or_else(
            |error| if error.is_timeout() { "timeout".to_owned() } else { "failed".to_owned() },
            |response| response.status().as_str().to_owned(),
        );
        let (operation, took) = (info.operation_id, started.elapsed());
        tracing::debug!(operation, status, ?took, "called the service");
        let labels = [("operation", operation.to_owned()), ("status", status)];
        metrics::histogram!(SERVICE_SECONDS, &labels).record(took);
        result
    }
}

impl Client {
    async fn repeat(&self, request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        if !is_repeatable(&request, info) {
            return self.client().execute(request).await;
        }
        for pause in PAUSES {
            let Some(again) = request.try_clone() else { break };
            let result = self.client().execute(again).await;
            let pause = match &result {
                Ok(response) if is_passing(response.status()) => pause.max(retry_after(response)),
                Err(error) if !error.is_timeout() => pause,
                _ => return result,
            };
            if !scope::has_time_for(pause + TRY_TIME) {
                return result;
            }
            tracing::debug!(operation = info.operation_id, "trying again");
            tokio::time::sleep(pause).await;
        }
        self.client().execute(request).await
    }
}

/// Whether twice is as once: `open` takes over the same profile twice. Who asks for readiness asks
/// again by themselves.
fn is_repeatable(request: &Request, info: &OperationInfo) -> bool {
    if info.operation_id == "readyz" {
        return false;
    }
    request.method() != Method::POST
        || request.headers().contains_key("idempotency-key")
        || info.operation_id == "open_session"
}

fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

fn retry_after(response: &Response) -> Duration {
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    Duration::from_secs(seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one() {
        let base = reqwest::Url::parse("http://service/v1/users/7/promocodes/").unwrap();
        for name in [".", "..", "a/b", r"..\..\8", "%2e%2e", "%2E.", "a?b#c", " ", "ы", "a:b"] {
            let url = base.join(&format!("{}/redeem", path_segment(name))).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            assert_eq!(segments.len(), 6, "{name}: {url}");
            assert_eq!((segments[2], segments[5]), ("7", "redeem"), "{name}: {url}");
        }
    }
}
