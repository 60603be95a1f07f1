//! What was done, as a diff.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// One difference between the file and the database. `what` is its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Added {
        what: String,
        content: Value,
    },
    Changed {
        what: String,
        old: Value,
        new: Value,
    },
    Removed {
        what: String,
        how: &'static str,
    },
    /// A promo code is as it was created, whatever the file says now.
    Kept {
        what: String,
        held: Value,
        asked: Value,
    },
}

/// What was done, or would be.
#[derive(Debug, Default)]
pub struct Report {
    pub changes: Vec<Change>,
    /// Things that are as the file says.
    pub unchanged: usize,
}

impl Report {
    /// Notes how the file differs from what is held; whether it does.
    pub(super) fn compare(&mut self, what: &str, held: Option<Value>, asked: Value) -> bool {
        let Some(held) = held else {
            self.changes.push(Change::Added { what: what.to_owned(), content: asked });
            return true;
        };
        let changed = |(what, old, new)| Change::Changed { what, old, new };
        self.differ(what, &held, &asked, changed)
    }

    /// Notes how the file differs from what cannot be changed.
    pub(super) fn keep(&mut self, what: &str, held: &Value, asked: &Value) {
        let kept = |(what, held, asked)| Change::Kept { what, held, asked };
        self.differ(what, held, asked, kept);
    }

    pub(super) fn remove(&mut self, what: String, how: &'static str) {
        self.changes.push(Change::Removed { what, how });
    }

    fn differ(
        &mut self,
        what: &str,
        held: &Value,
        asked: &Value,
        change: fn((String, Value, Value)) -> Change,
    ) -> bool {
        let before = self.changes.len();
        let (mut old, new) = (leaves(what, held), leaves(what, asked));
        for (field, new) in new {
            let old = old.remove(&field).unwrap_or_default();
            if old != new {
                self.changes.push(change((field, old, new)));
            }
        }
        let gone = old.into_iter().filter(|(_, old)| !old.is_null());
        self.changes.extend(gone.map(|(field, old)| change((field, old, Value::Null))));
        let differs = self.changes.len() > before;
        self.unchanged += usize::from(!differs);
        differs
    }
}

/// Every value that is no object, by its place.
fn leaves(what: &str, value: &Value) -> BTreeMap<String, Value> {
    match value {
        Value::Object(map) => {
            map.iter().flat_map(|(key, child)| leaves(&format!("{what}.{key}"), child)).collect()
        }
        value => BTreeMap::from([(what.to_owned(), value.clone())]),
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { what, content } => write!(f, "+ {what}: {content}"),
            Self::Changed { what, old, new } => write!(f, "~ {what}: {old} -> {new}"),
            Self::Removed { what, how } => write!(f, "- {what}: {how}"),
            Self::Kept { what, held, asked } => {
                write!(f, "! {what}: stays {held}, not {asked}: a promo code cannot be changed")
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.changes {
            writeln!(f, "{change}")?;
        }
        write!(f, "= {} unchanged", self.unchanged)
    }
}
