//! The OpenAPI document, and Swagger UI over it.
//!
//! utoipa collects what the handlers say; here it gets what is the same for all of them, and the
//! form that the common tools accept without a warning.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use serde_json::{Map, Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi, Ref};
use utoipa::{PartialSchema, ToSchema};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::App;
use super::paging::{Cursor, Limit};
use super::problem::{FieldError, Problem};
use crate::domain::bounds::INLINE;

const DESCRIPTION: &str = "\
Users, sessions, XP, badges, access, payments and trainings of a family of Telegram bots.

Authorise with `Authorization: Bearer <key>`. A bot's key may do everything under \
`/users/{telegram_id}`, but sees sessions and trainings of its own bot only; what is another bot's \
looks like what does not exist. An operator's key may do everything.

Errors are `application/problem+json` (RFC 9457); `code` is stable. Every POST under \
`/users/{telegram_id}` takes an `Idempotency-Key`: a repeat is answered as the first time and changes \
nothing. Sessions carry a version, which is their ETag; `If-Match` refuses a write to another one. \
Lists are read in pages: `limit`, `cursor`, `next_cursor`.";

const TAGS: [(&str, &str); 14] = [
    ("users", "Who the users are"),
    ("sessions", "What one bot remembers of a user"),
    ("xp", "XP, levels, ranks and the leaderboard"),
    ("badges", "Badges of users, and their catalogue"),
    ("access", "Whether a user may train, and the use of it"),
    ("subscriptions", "Month and year plans, and credits"),
    ("free trainings", "Trainings that were given"),
    ("promo codes", "Promo codes and their redemption"),
    ("tariffs", "What can be bought"),
    ("payments", "Charges, what they gave, and refunds"),
    ("trainings", "Finished trainings"),
    ("figures", "Figures of the days, for operators"),
    ("bots", "Bots and their keys, for operators"),
    ("health", "Whether the service is up and can work"),
];

/// What the document says of the service as a whole.
pub(super) fn about() -> OpenApi {
    use utoipa::openapi::{ContactBuilder, InfoBuilder, LicenseBuilder, Server, tag::TagBuilder};
    let license = LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build();
    let contact = ContactBuilder::new().name(Some("The SPIN Training developers")).build();
    let info = InfoBuilder::new()
        .title("SPIN Training service")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(license))
        .contact(Some(contact))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A key of a bot or of an operator, such as `spn_…`"))
        .build();
    let mut about = OpenApi::new(info, utoipa::openapi::Paths::new());
    let components = about.components.get_or_insert_default();
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    // What no handler's annotation names.
    for (name, schema) in [
        (Problem::name(), Problem::schema()),
        (FieldError::name(), FieldError::schema()),
        (Limit::name(), Limit::schema()),
        (Cursor::name(), Cursor::schema()),
    ] {
        components.schemas.insert(name.into_owned(), schema);
    }
    about.servers = Some(vec![Server::new("/")]);
    let tag = |(name, text)| TagBuilder::new().name(name).description(Some(text)).build();
    about.tags = Some(TAGS.map(tag).to_vec());
    about
}

/// The document, its objects sorted by key.
pub fn json() -> Value {
    let collected = super::operations().split_for_parts().1;
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    let schemas = document["components"]["schemas"].clone();
    tidy(&mut document, schemas.as_object().unwrap_or(&Map::new()));
    let mut requested = BTreeSet::new();
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    for item in document["paths"].as_object().into_iter().flat_map(Map::values) {
        for operation in item.as_object().into_iter().flat_map(Map::values) {
            referred(&operation["requestBody"], &schemas, &mut requested);
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| !name.starts_with(INLINE));
        complete_schemas(schemas, &requested);
    }
    document["components"]["responses"] = common_responses();
    document["components"]["headers"] = json!({"RequestId": {
        "description": "The request's id: the caller's own, or a new one",
        "schema": {"type": "string"}}});
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    document.sort_all_objects();
    document
}

/// The document as text, as `openapi/openapi.json` holds it. It takes a moment to make, and few
/// processes are asked for it.
pub static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = serde_json::to_string_pretty(&json()).unwrap_or_default();
    text.push('\n');
    text
});

/// The document and Swagger UI, both from the binary.
pub(super) fn routes() -> Router<Arc<App>> {
    let config = Config::new(["/openapi.json"])
        .validator_url("none")
        .persist_authorization(true)
        .display_request_duration(true)
        .try_it_out_enabled(true)
        .filter(true);
    let document = get(async || ([(CONTENT_TYPE, "application/json")], TEXT.as_str()));
    Router::from(SwaggerUi::new("/docs").config(config)).route("/openapi.json", document)
}

/// Writes small schemas in place, makes nullable ones plain, and leaves nothing beside a `$ref`.
fn tidy(value: &mut Value, schemas: &Map<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| tidy(item, schemas)),
        Value::Object(object) => {
            if let Some(name) = inlined(object) {
                let mut small = schemas.get(&name).cloned().unwrap_or_default();
                object.remove("$ref");
                if let Some(small) = small.as_object_mut() {
                    object.append(small);
                }
            }
            lift_description(object);
            object.values_mut().for_each(|child| tidy(child, schemas));
            merge_null(object);
            if object.len() > 1
                && let Some(reference) = object.remove("$ref")
            {
                object.insert("allOf".to_owned(), json!([{"$ref": reference}]));
            }
        }
        _ => {}
    }
}

/// utoipa describes a nullable field inside of `oneOf`, beside the `$ref`.
fn lift_description(object: &mut Map<String, Value>) {
    let alternatives = object.get_mut("oneOf").and_then(Value::as_array_mut);
    let inner = alternatives.into_iter().flatten().find(|one| one.get("description").is_some());
    let description =
        inner.and_then(Value::as_object_mut).and_then(|one| one.remove("description"));
    if let Some(description) = description {
        object.insert("description".to_owned(), description);
    }
}

/// The schema's name, if this refers to one that is written in place.
fn inlined(object: &Map<String, Value>) -> Option<String> {
    let reference = object.get("$ref")?.as_str()?;
    let name = reference.strip_prefix("#/components/schemas/")?;
    name.starts_with(INLINE).then(|| name.to_owned())
}

/// `oneOf: [{type: T}, null]` becomes `type: [T, null]`.
fn merge_null(object: &mut Map<String, Value>) {
    let alternatives = object.get("oneOf").and_then(Value::as_array).cloned().unwrap_or_default();
    let (null, plain): (Vec<_>, Vec<_>) =
        alternatives.into_iter().partition(|one| *one == json!({"type": "null"}));
    if let ([_], [plain]) = (null.as_slice(), plain.as_slice())
        && let Some(kind) = plain.get("type")
    {
        let mut plain = plain.clone();
        plain["type"] = json!([kind, "null"]);
        object.remove("oneOf");
        if let Some(plain) = plain.as_object_mut() {
            object.append(plain);
        }
    }
}

/// Pages name their items instead of repeating them, and what an answer always holds is required,
/// be it null.
fn complete_schemas(schemas: &mut Map<String, Value>, requested: &BTreeSet<String>) {
    for (name, schema) in schemas.iter_mut() {
        if let Some(item) = name.strip_prefix("Page_") {
            schema["properties"]["items"]["items"] = reference(item);
        }
        if requested.contains(name) {
            continue;
        }
        let always = |(name, property): (&String, &Value)| {
            let alternatives = property["oneOf"].as_array().into_iter().flatten();
            let kinds = property["type"].as_array().into_iter().flatten();
            let is_nullable =
                alternatives.map(|one| &one["type"]).chain(kinds).any(|t| t == "null");
            is_nullable.then(|| name.clone())
        };
        let properties = schema["properties"].as_object().into_iter().flatten();
        let mut required: BTreeSet<String> = properties.filter_map(always).collect();
        let named = schema["required"].as_array().into_iter().flatten();
        required.extend(named.filter_map(Value::as_str).map(str::to_owned));
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
    }
}

/// The schemas that this value refers to, and those that they refer to.
fn referred(value: &Value, schemas: &Map<String, Value>, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| referred(item, schemas, found)),
        Value::Object(object) => {
            let reference = object.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|r| r.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && found.insert(name.to_owned())
            {
                referred(&schemas[name], schemas, found);
            }
            object.values().for_each(|child| referred(child, schemas, found));
        }
        _ => {}
    }
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

/// What every operation has in common with the others.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let is_open = operation["tags"] == json!(["health"]);
    let has_body = operation.get("requestBody").is_some();
    let is_repeatable = method == "post" && path.starts_with("/v1/users/");
    operation["security"] = if is_open { json!([]) } else { json!([{"key": []}]) };
    if is_repeatable {
        let key = json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A repeat under the same key is answered as the first time",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}});
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(key),
            None => operation["parameters"] = json!([key]),
        }
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, response) in responses.iter_mut() {
        response["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/RequestId"});
        if status.starts_with('2') {
            if is_repeatable {
                response["headers"]["Idempotency-Replayed"] = json!({
                    "description": "`true` if this is the answer to an earlier request",
                    "schema": {"type": "string", "enum": ["true"]}});
            }
        } else {
            response["content"] = problem_content();
        }
    }
    let mut common = vec!["422", "4XX", "5XX"];
    if !is_open {
        common.extend(["401", "429", "503"]);
    }
    if has_body {
        common.extend(["400", "413", "415"]);
    }
    for status in common {
        let reference = Ref::new(format!("#/components/responses/{}", response_name(status)));
        responses.entry(status).or_insert(json!(reference));
    }
}

fn problem_content() -> Value {
    json!({"application/problem+json": {"schema": reference("Problem")}})
}

const RESPONSES: [(&str, &str, &str); 9] = [
    ("400", "BadRequest", "`invalid_json`, or a malformed header or cursor"),
    ("401", "Unauthorized", "`unauthorized`: the key is missing or not valid"),
    ("413", "BodyTooLarge", "`body_too_large`: more than 256 KiB"),
    ("415", "UnsupportedMediaType", "`unsupported_media_type`: the body is not sent as JSON"),
    (
        "422",
        "Invalid",
        "`validation_failed`, with what is wrong where; or `idempotency_key_reused`",
    ),
    ("429", "RateLimited", "`rate_limited`: wait as `Retry-After` says"),
    ("503", "Unavailable", "`timeout`, `overloaded`, `database_busy` or `database_unavailable`"),
    ("4XX", "ClientError", "The request cannot be carried out"),
    ("5XX", "ServerError", "The service failed; `storage_full` is 507"),
];

fn response_name(status: &str) -> &'static str {
    RESPONSES.iter().find(|(of, ..)| *of == status).map_or("ServerError", |(_, name, _)| name)
}

fn common_responses() -> Value {
    let response = |(status, name, description): (&str, &str, &str)| {
        let mut response = json!({"description": description, "content": problem_content()});
        response["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/RequestId"});
        if status == "401" {
            response["headers"]["WWW-Authenticate"] =
                json!({"description": "`Bearer`", "schema": {"type": "string"}});
        }
        if status == "429" || status == "503" {
            response["headers"]["Retry-After"] =
                json!({"description": "Seconds to wait", "schema": {"type": "integer"}});
        }
        (name.to_owned(), response)
    };
    RESPONSES.map(response).into_iter().collect::<Map<_, _>>().into()
}
