//! Requests as types. Whatever does not fit is refused with the place where it does not.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::App;
use super::problem::Problem;
use crate::domain::json::Object;
use crate::domain::session::MAX_SESSION_BYTES;

/// The largest body, in bytes.
pub(super) const MAX_BODY_BYTES: usize = MAX_SESSION_BYTES;

/// How deep JSON may be nested, counted in arrays and objects.
const MAX_DEPTH: usize = 64;

/// The parameters that are numbers.
const NUMBERS: [&str; 2] = ["limit", "telegram_id"];

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The parameters of the path.
#[derive(Debug)]
pub(super) struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let parameters = match RawPathParams::from_request_parts(parts, app).await {
            Ok(parameters) => parameters,
            Err(RawPathParamsRejection::InvalidUtf8InPathParam(error)) => {
                // axum keeps the name to itself, but for its message.
                let message = error.body_text();
                return Err(Problem::invalid(message.split('`').nth(1).unwrap_or(""), &message));
            }
            Err(_) => return Err(Problem::internal()),
        };
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &parameters {
            pairs.append_pair(name, value);
        }
        // Read as the query is, whose errors name the parameter.
        query(&pairs.finish()).map(Self)
    }
}

/// The parameters of the query. Unknown ones are refused; so every operation without a body takes
/// this, be it with [`Nothing`].
#[derive(Debug)]
pub(super) struct Query<T>(pub T);

/// No parameters at all.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Problem> {
        query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    // What Rust reads as a number is more than what JSON does: one user has one path.
    let signed = |(name, value): &(Cow<'_, str>, Cow<'_, str>)| {
        NUMBERS.contains(&name.as_ref()) && value.starts_with('+')
    };
    if let Some((name, _)) = form_urlencoded::parse(query.as_bytes()).find(signed) {
        return Err(Problem::invalid(name, "must be a number without +"));
    }
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    let value: T = serde_path_to_error::deserialize(pairs)
        .map_err(|error| Problem::invalid(field_of(error.path()), error.inner().to_string()))?;
    Ok(value)
}

/// The body of a PUT or PATCH.
#[derive(Debug)]
pub(super) struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Problem> {
        let (parts, body) = read(request).await?;
        parse(&parts, &body).map(Self)
    }
}

/// The body of a POST, and its idempotency key. No body is as good as `{}`.
#[derive(Debug)]
pub(super) struct Post<T> {
    pub body: T,
    pub idempotency: InTurn<Idempotency>,
}

/// What a header says, if it is there. It is read with the rest of the request, but what is wrong
/// with it is told in its turn: after the body, and after a session that is another bot's.
#[derive(Debug)]
pub(super) struct InTurn<T>(Result<Option<T>, Problem>);

impl<T> InTurn<T> {
    pub(super) fn get(&self) -> Result<Option<&T>, Problem> {
        self.0.as_ref().map(Option::as_ref).map_err(Problem::clone)
    }
}

/// An `Idempotency-Key`, and which request it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Idempotency {
    pub key: String,
    /// SHA-256 of method, path and body.
    pub fingerprint: Vec<u8>,
    /// Length of the body.
    pub bytes: usize,
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Post<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Problem> {
        let (parts, body) = read(request).await?;
        let value = parse(&parts, &body)?;
        let idempotency = |key| {
            let fingerprint = fingerprint(&parts.method, parts.uri.path(), &body);
            Idempotency { key, fingerprint, bytes: body.len() }
        };
        let key = idempotency_key(&parts.headers);
        Ok(Self { body: value, idempotency: InTurn(key.map(|key| key.map(idempotency))) })
    }
}

async fn read(request: Request) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    query::<Nothing>(parts.uri.query().unwrap_or_default())?;
    let too_large = || {
        let detail = format!("The body must not be larger than {MAX_BODY_BYTES} bytes.");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    };
    let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_BODY_BYTES as u64) {
        return Err(too_large());
    }
    match axum::body::to_bytes(body, MAX_BODY_BYTES).await {
        Ok(bytes) => Ok((parts, bytes)),
        Err(error) if is_length_limit(&error) => Err(too_large()),
        Err(_) => {
            let detail = "The body ended before it was complete.";
            Err(Problem::new(StatusCode::BAD_REQUEST, "bad_request", detail))
        }
    }
}

fn is_length_limit(error: &axum::Error) -> bool {
    let source = std::error::Error::source(error);
    source.is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}

fn parse<T: DeserializeOwned>(parts: &Parts, body: &[u8]) -> Result<T, Problem> {
    if body.is_empty() {
        return from_json(b"{}");
    }
    let media_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_patch = parts.method == Method::PATCH
        && media_type.eq_ignore_ascii_case("application/merge-patch+json");
    if !is_patch && !media_type.eq_ignore_ascii_case("application/json") {
        let detail = "The body must be sent as Content-Type: application/json.";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "unsupported_media_type", detail));
    }
    check_text(body)?;
    from_json(body)
}

fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let Object(value) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = field_of(error.path());
        json_problem(&field, error.inner())
    })?;
    json.end().map_err(|error| json_problem("", &error))?;
    Ok(value)
}

fn json_problem(field: &str, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    if error.is_data() || message == "number out of range" {
        Problem::invalid(field, message)
    } else {
        let (line, column) = (error.line(), error.column());
        let detail = format!("The body is no JSON: {message} at line {line}, column {column}.");
        Problem::new(StatusCode::BAD_REQUEST, "invalid_json", detail)
    }
}

fn field_of(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { String::new() } else { path }
}

/// Refuses what is JSON and cannot be kept: too deep, or with the character NUL, which PostgreSQL
/// has no room for.
pub(super) fn check_text(body: &[u8]) -> Result<(), Problem> {
    let (mut depth, mut in_string) = (0_usize, false);
    let mut bytes = body.iter().enumerate();
    while let Some((position, &byte)) = bytes.next() {
        match byte {
            b'\\' if in_string => {
                if body[position..].starts_with(b"\\u0000") {
                    return Err(Problem::invalid("", "must not contain the character NUL"));
                }
                bytes.next();
            }
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            let message = format!("must not be nested deeper than {MAX_DEPTH}");
            return Err(Problem::invalid("", message));
        }
    }
    Ok(())
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = value.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    match (key, values.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => {
            let detail = "Idempotency-Key must be there once, with 1 to 255 printable characters.";
            Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_idempotency_key", detail))
        }
    }
}

fn fingerprint(method: &Method, path: &str, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [method.as_str().as_bytes(), path.as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// The version that `If-Match` asks for.
#[derive(Debug)]
pub(super) struct IfMatch(pub InTurn<i64>);

impl FromRequestParts<Arc<App>> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self(InTurn(if_match(&parts.headers))))
    }
}

fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    match (value.to_str().ok().and_then(version_of), values.next()) {
        (Some(version), None) => Ok(Some(version)),
        _ => {
            let detail = "If-Match must hold one ETag as it was received, such as \"7\".";
            Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_if_match", detail))
        }
    }
}

/// The version that an ETag names; of one that this service never gave, a version that no session
/// has. A proxy that compresses marks the tag as weak; the version is the same.
fn version_of(tag: &str) -> Option<i64> {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let opaque = tag.strip_prefix('"')?.strip_suffix('"')?;
    if opaque.contains(['"', ' ']) {
        return None;
    }
    let version = opaque.parse().ok().filter(|version: &i64| version.to_string() == opaque);
    Some(version.unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_tag_is_read_weak_or_strong() {
        for (tag, version) in [
            ("\"7\"", Some(7)),
            ("W/\"7\"", Some(7)),
            (" \"7\" ", Some(7)),
            ("\"-7\"", Some(-7)),
            ("\"99999999999999999999\"", Some(i64::MAX)),
            ("\"07\"", Some(i64::MAX)),
            ("\"+7\"", Some(i64::MAX)),
            ("\"\"", Some(i64::MAX)),
            ("\"a\"", Some(i64::MAX)),
            ("7", None),
            ("*", None),
            ("\"", None),
            ("\"7\", \"8\"", None),
            ("\"7\",\"8\"", None),
            ("\"7 8\"", None),
            ("w/\"7\"", None),
            ("W/ \"7\"", None),
        ] {
            assert_eq!(version_of(tag), version, "{tag}");
        }
    }

    #[test]
    fn deep_json_and_nul_are_refused() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        for (body, fine) in [
            (nested(64), true),
            (nested(65), false),
            (format!("[{}]", vec![nested(10); 100].join(",")), true),
            (r#"{"a": "[[[{{{"}"#.to_owned(), true),
            (r#"{"a": "\u0000"}"#.to_owned(), false),
            (r#"{"\u0000": 1}"#.to_owned(), false),
            (r#"{"a": "\\u0000"}"#.to_owned(), true),
            (r#"{"a": "\\\u0000"}"#.to_owned(), false),
            (r#"{"a": "\"\u0001"}"#.to_owned(), true),
            (format!("{}\"\\\"{}", "{\"a\":".repeat(64), "["), true),
        ] {
            assert_eq!(check_text(body.as_bytes()).is_ok(), fine, "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_through(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = check_text(&body);
            let _ = from_json::<serde_json::Value>(&body);
        }
    }
}
