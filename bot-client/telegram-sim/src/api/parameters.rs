//! A call's parameters, however they came: in the query, as JSON, as a form, as multipart.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::error::ApiError;
use crate::world::bot::File;

#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    values: Map<String, Value>,
    files: BTreeMap<String, File>,
}

impl Parameters {
    pub(crate) async fn read(request: Request) -> Result<Self, ApiError> {
        let mut parameters = Self::default();
        parameters.add_form(request.uri().query().unwrap_or_default().as_bytes());
        let content_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        match content_type.unwrap_or_default().to_ascii_lowercase() {
            kind if kind.starts_with("application/json") => {
                parameters.values.extend(Self::from_json(&bytes(request).await?)?.values);
            }
            kind if kind.starts_with("multipart/form-data") => {
                parameters.add_multipart(request).await?;
            }
            _ => parameters.add_form(&bytes(request).await?),
        }
        Ok(parameters)
    }

    pub(crate) fn from_json(body: &[u8]) -> Result<Self, ApiError> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(values)) => Ok(Self { values, files: BTreeMap::new() }),
            _ => Err(ApiError::bad_request("can't parse JSON: an object was expected")),
        }
    }

    fn add_form(&mut self, form: &[u8]) {
        for (name, value) in form_urlencoded::parse(form) {
            self.values.insert(name.into_owned(), json!(value));
        }
    }

    async fn add_multipart(&mut self, request: Request) -> Result<(), ApiError> {
        let bad =
            |problem: String| ApiError::bad_request(format!("can't read the form: {problem}"));
        let form = Multipart::from_request(request, &()).await;
        let mut form = form.map_err(|error| bad(error.body_text()))?;
        while let Some(field) = form.next_field().await.map_err(|error| bad(error.body_text()))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
            let bytes = field.bytes().await.map_err(|error| bad(error.body_text()))?;
            if let Some(file_name) = file_name {
                let file = File { name: file_name, mime, bytes: bytes.to_vec() };
                self.files.insert(name, file);
            } else {
                let text = String::from_utf8_lossy(&bytes);
                self.values.insert(name, json!(text));
            }
        }
        Ok(())
    }

    /// As text, be it a text, a number or a truth value. Missing is empty.
    pub(crate) fn text(&self, name: &str) -> String {
        match self.values.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name).trim().parse().ok()
    }

    pub(crate) fn truth(&self, name: &str) -> bool {
        matches!(self.text(name).to_ascii_lowercase().as_str(), "true" | "yes" | "1")
    }

    /// A structure: in a form it is a text of JSON. Missing and empty are `None`.
    pub(crate) fn structure<T: DeserializeOwned>(
        &self,
        name: &str,
        what: &str,
    ) -> Result<Option<T>, ApiError> {
        let parsed = match self.values.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text),
            Some(value) => serde_json::from_value(value.clone()),
        };
        let bad = |error| ApiError::bad_request(format!("can't parse {what} JSON object: {error}"));
        parsed.map(Some).map_err(bad)
    }

    /// An uploaded file: the field itself, or the one that `attach://` names.
    pub(crate) fn file(&self, name: &str) -> Option<&File> {
        let text = self.text(name);
        self.files.get(text.strip_prefix("attach://").unwrap_or(name))
    }

    /// The method that an answer to a webhook asks for.
    pub(crate) fn take_method(&mut self) -> Option<String> {
        match self.values.remove("method") {
            Some(Value::String(method)) => Some(method),
            _ => None,
        }
    }

    /// For the list of calls: files by what they are.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = self.values.clone();
        for (name, file) in &self.files {
            let (size, mime) = (file.bytes.len(), &file.mime);
            let shown = json!({"file_name": file.name, "mime_type": mime, "file_size": size});
            json.insert(name.clone(), shown);
        }
        Value::Object(json)
    }
}

async fn bytes(request: Request) -> Result<Bytes, ApiError> {
    let bytes = Bytes::from_request(request, &()).await;
    bytes.map_err(|error| ApiError::bad_request(format!("can't read the body: {error}")))
}
