//! The file, read as the API reads a body, with the line of whatever is wrong in it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Number, Value};
use serde_path_to_error::Segment;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ProvisionError;
use crate::domain::badge::{CatalogueBadge, PutBadge};
use crate::domain::bot::PutBot;
use crate::domain::bounds::{BadgeType, BotName, Code, Identifier, Name};
use crate::domain::json::Object;
use crate::domain::level::{self, Level};
use crate::domain::promocode::{CreatePromocode, Promocode};
use crate::domain::tariff::{PutTariff, Tariff};
use crate::domain::time::Timestamp;
use crate::error::Error;

/// What a file says, kind by kind; `None`: it does not speak of that kind.
#[derive(Debug, Default)]
pub struct Desired {
    file: PathBuf,
    levels_line: usize,
    pub(super) bots: Option<Vec<(BotName, Option<Name>)>>,
    pub(super) levels: Option<Vec<Level>>,
    pub(super) badges: Option<Vec<CatalogueBadge>>,
    pub(super) tariffs: Option<Vec<Tariff>>,
    /// As they are when they are created, the time of that left open.
    pub(super) promocodes: Option<Vec<(Code, Promocode)>>,
}

impl Desired {
    /// Reads a file.
    ///
    /// # Errors
    /// The file is out of reach, or no TOML, or an entry is not as the API would take it.
    pub fn read(file: &Path) -> Result<Self, ProvisionError> {
        let unreadable = |problem| ProvisionError::Unreadable { file: file.to_owned(), problem };
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        let reader = Reader { file, text: &text };
        let table = DeTable::parse(&text).map_err(|error| {
            let at = error.span().unwrap_or_default().start;
            reader.wrong(at, "", error.message().replace('\n', ", "))
        })?;
        reader.desired(table.get_ref())
    }

    /// What is wrong with the levels, beside those that stay.
    pub(super) fn wrong_levels(&self, message: String) -> ProvisionError {
        let (file, line) = (self.file.clone(), self.levels_line);
        ProvisionError::Wrong { file, line, field: "levels".to_owned(), message }
    }
}

struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
}

type Entry<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn desired(&self, table: &DeTable<'_>) -> Result<Desired, ProvisionError> {
        let mut desired = Desired { file: self.file.to_owned(), ..Desired::default() };
        for (kind, entries) in table {
            match kind.get_ref().as_ref() {
                "bots" => {
                    let bot = |name, PutBot { title }| Ok((name, title));
                    desired.bots = Some(self.named("bots", entries, BotName::new, bot)?);
                }
                "levels" => {
                    let levels: Vec<Level> = self.listed("levels", entries, Ok)?;
                    let valid = level::validate(&levels);
                    valid.map_err(|error| self.refused("levels", entries, error))?;
                    desired.levels_line = self.line(entries.span().start);
                    desired.levels = Some(levels);
                }
                "badges" => {
                    let name = |name: &str| BadgeType::new(name.to_owned());
                    let badge = |name, content: PutBadge| Ok(CatalogueBadge::new(&name, content));
                    desired.badges = Some(self.named("badges", entries, name, badge)?);
                }
                "tariffs" => {
                    let name = |name: &str| Identifier::new(name.to_owned());
                    let tariff = |name, content: PutTariff| Tariff::new(&name, content);
                    desired.tariffs = Some(self.named("tariffs", entries, name, tariff)?);
                }
                "promocodes" => desired.promocodes = Some(self.promocodes(entries)?),
                other => {
                    let message = "is none of bots, levels, badges, tariffs and promocodes";
                    return Err(self.wrong(kind.span().start, other, message));
                }
            }
        }
        Ok(desired)
    }

    fn promocodes(&self, entries: &Entry<'_>) -> Result<Vec<(Code, Promocode)>, ProvisionError> {
        let mut codes = BTreeSet::new();
        self.listed("promocodes", entries, |content: CreatePromocode| {
            let promocode = Promocode::new(&content, Timestamp::FIRST)?;
            if codes.insert(promocode.code.clone()) {
                Ok((content.code, promocode))
            } else {
                Err(Error::invalid("code", "must be there once, in whichever case"))
            }
        })
    }

    /// Entries of a table, by their names.
    fn named<N, C: DeserializeOwned, T>(
        &self,
        kind: &str,
        entries: &Entry<'_>,
        name: fn(&str) -> Result<N, String>,
        make: fn(N, C) -> Result<T, Error>,
    ) -> Result<Vec<T>, ProvisionError> {
        let table = entries.get_ref().as_table();
        let table = table
            .ok_or_else(|| self.wrong(entries.span().start, kind, "must be a table by name"))?;
        let entry = |(key, content): (&Spanned<_>, &Entry<'_>)| {
            let text: &Cow<'_, str> = key.get_ref();
            let field = format!("{kind}.{text}");
            let name = name(text).map_err(|problem| self.wrong(key.span().start, &field, problem));
            make(name?, self.read(&field, content)?)
                .map_err(|error| self.refused(&field, content, error))
        };
        table.iter().map(entry).collect()
    }

    /// Entries of a list.
    fn listed<C: DeserializeOwned, T>(
        &self,
        kind: &str,
        entries: &Entry<'_>,
        mut make: impl FnMut(C) -> Result<T, Error>,
    ) -> Result<Vec<T>, ProvisionError> {
        let list = entries.get_ref().as_array();
        let list = list.ok_or_else(|| self.wrong(entries.span().start, kind, "must be a list"))?;
        let entry = |(index, content): (usize, &Entry<'_>)| {
            let field = format!("{kind}[{index}]");
            make(self.read(&field, content)?).map_err(|error| self.refused(&field, content, error))
        };
        list.iter().enumerate().map(entry).collect()
    }

    /// An entry, as the API would read it.
    fn read<T: DeserializeOwned>(
        &self,
        field: &str,
        entry: &Entry<'_>,
    ) -> Result<T, ProvisionError> {
        let json = json(entry)
            .map_err(|at| self.wrong(at, field, "must not contain the character NUL"))?;
        let Object(value) = serde_path_to_error::deserialize(json).map_err(|error| {
            let (at, path) = (locate(entry, error.path().iter()), error.path().to_string());
            let field = match path.as_str() {
                "." => field.to_owned(),
                path => format!("{field}.{path}"),
            };
            self.wrong(at, &field, error.inner())
        })?;
        Ok(value)
    }

    /// What the domain says of an entry.
    fn refused(&self, field: &str, entry: &Entry<'_>, error: Error) -> ProvisionError {
        match error {
            Error::Invalid { field: inner, message } => {
                let path = [Segment::Map { key: inner.clone() }];
                let at = locate(entry, path.iter());
                self.wrong(at, &format!("{field}.{inner}"), message)
            }
            error => self.wrong(entry.span().start, field, error),
        }
    }

    fn wrong(&self, at: usize, field: &str, message: impl Display) -> ProvisionError {
        ProvisionError::Wrong {
            file: self.file.to_owned(),
            line: self.line(at),
            field: field.to_owned(),
            message: message.to_string(),
        }
    }

    fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
    }
}

/// Where the path leads in this entry, as far as it goes.
fn locate<'p>(mut entry: &Entry<'_>, path: impl Iterator<Item = &'p Segment>) -> usize {
    let mut at = entry.span().start;
    for segment in path {
        let found = match (segment, entry.get_ref()) {
            (Segment::Map { key }, DeValue::Table(table)) => {
                let found = table.iter().find(|(name, _)| name.get_ref() == key);
                found.map(|(name, value)| (name.span().start, value))
            }
            (Segment::Seq { index }, DeValue::Array(list)) => {
                list.get(*index).map(|value| (value.span().start, value))
            }
            _ => None,
        };
        let Some(found) = found else { break };
        (at, entry) = found;
    }
    at
}

/// The value as a body would hold it, where a time is a text; or where the character NUL is, which
/// PostgreSQL has no room for.
fn json(value: &Entry<'_>) -> Result<Value, usize> {
    let text = |at: &std::ops::Range<usize>, text: &str| {
        if text.contains('\0') { Err(at.start) } else { Ok(text.to_owned()) }
    };
    let span = value.span();
    Ok(match value.get_ref() {
        DeValue::String(string) => Value::String(text(&span, string)?),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::String(number.as_str().to_owned()), Value::from),
        DeValue::Float(number) => {
            let parsed = number.as_str().parse().ok().and_then(Number::from_f64);
            parsed.map_or_else(|| Value::String(number.as_str().to_owned()), Value::Number)
        }
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(time) => Value::String(time.to_string()),
        DeValue::Array(items) => items.iter().map(json).collect::<Result<_, _>>()?,
        DeValue::Table(table) => {
            let pair = |(key, value): (&Spanned<Cow<'_, str>>, _)| {
                Ok((text(&key.span(), key.get_ref())?, json(value)?))
            };
            Value::Object(table.iter().map(pair).collect::<Result<_, usize>>()?)
        }
    })
}
