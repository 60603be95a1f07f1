//! OpenAPI 3.1, as the service writes it, in the words of 3.0, which is all that the generator
//! reads. Only what the client needs survives: the service checks bounds itself.

use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// What 3.0 does not know, and bounds, of which the generator would make types of their own
/// (`minimum: 1` gives `NonZeroU64`).
const DROPPED: [&str; 8] = [
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maximum",
    "minItems",
    "minimum",
    "pattern",
];

/// Lowers a whole document. It is walked by what stands where, not by key names: a field may be
/// called `default` or `oneOf`.
pub(crate) fn document(document: &mut Value) {
    document["openapi"] = json!("3.0.3");
    remove(document.pointer_mut("/info/license"), "identifier");
    for item in members(document.get_mut("paths")) {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if method != "parameters" {
                self::operation(operation);
            }
        }
    }
    let Some(components) = document.get_mut("components") else { return };
    members(components.get_mut("schemas")).for_each(schema);
    members(components.get_mut("responses")).for_each(response);
    members(components.get_mut("parameters")).for_each(parameter);
    members(components.get_mut("headers")).for_each(parameter);
}

fn operation(operation: &mut Value) {
    elements(operation.get_mut("parameters")).for_each(parameter);
    if let Some(body) = operation.get_mut("requestBody") {
        content(body);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    // A single code inside a range is one too many for the generator: the problem tells them apart.
    let ranges: Vec<_> =
        ["4XX", "5XX"].into_iter().filter(|r| responses.contains_key(*r)).collect();
    responses.retain(|code, _| code.ends_with("XX") || !ranges.iter().any(|r| r[..1] == code[..1]));
    responses.values_mut().for_each(response);
}

fn response(response: &mut Value) {
    members(response.get_mut("headers")).for_each(parameter);
    content(response);
}

/// The generator knows JSON by one media type. The service takes a patch under both.
fn content(of: &mut Value) {
    let Some(content) = of.get_mut("content").and_then(Value::as_object_mut) else { return };
    for name in ["application/merge-patch+json", "application/problem+json"] {
        if let Some(json) = content.remove(name) {
            content.insert("application/json".into(), json);
        }
    }
    content.values_mut().for_each(media_type);
}

fn parameter(parameter: &mut Value) {
    media_type(parameter);
}

fn media_type(media_type: &mut Value) {
    remove(Some(media_type), "examples");
    if let Some(schema) = media_type.get_mut("schema") {
        self::schema(schema);
    }
}

fn schema(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    for key in DROPPED {
        object.remove(key);
    }
    if object.get("type") == Some(&json!("string"))
        || object.get("type").is_some_and(Value::is_array)
    {
        object.remove("minLength");
        object.remove("maxLength");
    }
    nullable_type(object);
    nullable_one_of(object);
    if let Some(value) = object.remove("const") {
        object.insert("enum".into(), json!([value]));
    }
    members(object.get_mut("properties")).for_each(self::schema);
    optional_maps(object);
    for key in ["allOf", "anyOf", "oneOf"] {
        elements(object.get_mut(key)).for_each(self::schema);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = object.get_mut(key) {
            self::schema(inner);
        }
    }
}

/// An optional free-form object: absent and empty are two things, which the generator tells apart
/// only if null is a third. The client never sends null.
fn optional_maps(object: &mut Object) {
    let required = object.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| required.as_array().is_some_and(|r| r.iter().any(|n| n == name));
    let properties = object.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if property.get("additionalProperties") == Some(&json!(true)) && !is_required(name) {
            property["nullable"] = json!(true);
        }
    }
}

/// `type: [T, "null"]`
fn nullable_type(object: &mut Object) {
    let Some(Value::Array(types)) = object.get("type") else { return };
    let Some(one) = types.iter().find(|t| *t != "null").cloned() else { return };
    object.insert("type".into(), one);
    object.insert("nullable".into(), json!(true));
}

/// `oneOf: [T, {type: "null"}]`
fn nullable_one_of(object: &mut Object) {
    let Some(Value::Array(choices)) = object.get_mut("oneOf") else { return };
    let before = choices.len();
    choices.retain(|choice| choice != &json!({"type": "null"}));
    if choices.len() < before {
        let rest = object.remove("oneOf").unwrap_or_default();
        object.insert("allOf".into(), rest);
        object.insert("nullable".into(), json!(true));
    }
}

fn members(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_object_mut).into_iter().flat_map(|o| o.values_mut())
}

fn elements(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_array_mut).into_iter().flatten()
}

fn remove(value: Option<&mut Value>, key: &str) {
    if let Some(object) = value.and_then(Value::as_object_mut) {
        object.remove(key);
    }
}
