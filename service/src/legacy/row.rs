//! A row of the old database, and what its columns say.

use std::collections::HashMap;

use serde_json::Map;

use super::report::{Remark, Report, Table};
use super::values;
use crate::domain::bounds::{BotName, Text};
use crate::domain::json::JsonObject;
use crate::domain::time::Timestamp;

/// The longest name that is stored.
const NAME_LENGTH: usize = 255;

/// A row as text. Columns that are NULL or that the table lacks are absent.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) table: Table,
    pub(super) values: HashMap<&'static str, String>,
}

impl Row {
    pub(super) fn id(&self) -> &str {
        self.text("id").unwrap_or("without id")
    }

    pub(super) fn text(&self, column: &str) -> Option<&str> {
        self.values.get(column).map(String::as_str)
    }

    pub(super) fn required(&self, column: &str) -> Result<&str, String> {
        self.text(column).ok_or_else(|| format!("{column} is missing"))
    }

    /// A number that refers to another row, or orders this one; 0 if there is none.
    pub(super) fn reference(&self, column: &str) -> i64 {
        self.text(column).and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    pub(super) fn identifier<const MIN: usize, const MAX: usize>(
        &self,
        column: &str,
    ) -> Result<String, String> {
        Text::<MIN, MAX>::new(self.required(column)?.to_owned())
            .map(Text::into_string)
            .map_err(|problem| format!("{column} {problem}"))
    }

    /// One of an enum's words, in any case.
    pub(super) fn word<T: std::str::FromStr>(&self, column: &str) -> Result<T, String> {
        let word = self.required(column)?;
        word.to_lowercase().parse().map_err(|_| format!("{column} {word:?} is not known"))
    }

    pub(super) fn bot_name(&self, column: &str) -> Result<BotName, String> {
        let name = self.required(column)?;
        BotName::new(name).map_err(|problem| format!("{column} {name:?} {problem}"))
    }

    /// A truth value as either database writes it.
    pub(super) fn flag(&self, column: &str) -> bool {
        matches!(self.text(column), Some("1" | "true"))
    }

    /// A time without which the row would mean something else.
    pub(super) fn time(&self, column: &str) -> Result<Option<Timestamp>, String> {
        self.text(column)
            .map(|text| {
                values::time(text)
                    .ok_or_else(|| format!("{column} {text:?} is no time in the years 1 to 9999"))
            })
            .transpose()
    }

    /// A time that `missing` can stand in for.
    pub(super) fn time_or(
        &self,
        column: &str,
        missing: Timestamp,
        report: &mut Report,
    ) -> Timestamp {
        self.time(column)
            .unwrap_or_else(|problem| {
                self.changed(report, format!("{problem}; {missing} was taken"));
                None
            })
            .unwrap_or(missing)
    }

    /// A whole number of at least `least`, which stands in for anything else.
    pub(super) fn count(&self, column: &str, least: i64, report: &mut Report) -> i64 {
        let Some(text) = self.text(column) else {
            return least;
        };
        text.parse().ok().filter(|count| *count >= least).unwrap_or_else(|| {
            self.changed(report, format!("{column} was {text}, {least} was taken"));
            least
        })
    }

    /// A text of any length, without the NUL that PostgreSQL does not store.
    pub(super) fn prose(&self, column: &str, report: &mut Report) -> Option<String> {
        let mut text = self.text(column)?.to_owned();
        if values::strip_text(&mut text) {
            self.changed(report, format!("NUL was taken out of {column}"));
        }
        Some(text)
    }

    /// A text that is cut to the length of a name.
    pub(super) fn name(&self, column: &str, report: &mut Report) -> Option<String> {
        let mut name = self.prose(column, report)?;
        if let Some((end, _)) = name.char_indices().nth(NAME_LENGTH) {
            name.truncate(end);
            self.changed(report, format!("{column} was cut to {NAME_LENGTH} characters"));
        }
        Some(name)
    }

    /// An object, empty if there is none.
    pub(super) fn object(&self, column: &str, report: &mut Report) -> Result<JsonObject, String> {
        let Some(text) = self.text(column) else {
            return Ok(JsonObject::default());
        };
        let read = values::object(text).map_err(|problem| format!("{column} {problem}"))?;
        let (object, stripped) = read.unwrap_or_default();
        if stripped {
            self.changed(report, format!("NUL was taken out of {column}"));
        }
        Ok(object)
    }

    /// An object or nothing; what is no object is kept as its `text`.
    pub(super) fn optional_object(&self, column: &str, report: &mut Report) -> Option<JsonObject> {
        let text = self.text(column).filter(|text| text.trim() != "null")?;
        let object = self.object(column, report).unwrap_or_else(|problem| {
            self.changed(report, format!("{problem}; it was kept as {{\"text\": …}}"));
            let mut text = text.to_owned();
            values::strip_text(&mut text);
            Map::from_iter([("text".to_owned(), text.into())]).into()
        });
        Some(object)
    }

    pub(super) fn changed(&self, report: &mut Report, text: String) {
        report.note(Remark::Changed, self.table, self.id(), text);
    }
}
