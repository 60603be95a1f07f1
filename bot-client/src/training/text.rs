//! The building blocks of a scenario file: lists that are never empty, texts that are never
//! blank, and templates whose placeholders are known. What breaks a rule is refused while the
//! file is being parsed, so that the error names the line.

use std::{fmt::Write, ops::Deref};

pub(crate) use crate::texts::Language;
use serde::{
    Deserialize,
    de::{
        DeserializeOwned, IntoDeserializer,
        value::{Error as SlotError, StrDeserializer},
    },
};

/// The same thing in each language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized<T> {
    pub ru: T,
    pub en: T,
}

impl<T> Localized<T> {
    pub fn get(&self, language: Language) -> &T {
        match language {
            Language::Ru => &self.ru,
            Language::En => &self.en,
        }
    }
}

/// A text that says something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Line(String);

impl TryFrom<String> for Line {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() { Err("a text is blank") } else { Ok(Self(text)) }
    }
}

impl Deref for Line {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// One item or more.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<T>", bound = "T: Deserialize<'de>")]
pub struct List<T>(Vec<T>);

impl<T> TryFrom<Vec<T>> for List<T> {
    type Error = &'static str;

    fn try_from(items: Vec<T>) -> Result<Self, Self::Error> {
        if items.is_empty() { Err("a list is empty") } else { Ok(Self(items)) }
    }
}

impl<T> List<T> {
    /// The item for a number of any size: one number after the other goes through the whole
    /// list before an item comes again.
    pub(crate) fn turn(&self, number: u64) -> &T {
        let length = self.0.len() as u64;
        let at = usize::try_from(number % length).unwrap_or_default();
        &self.0[at]
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

/// A text with placeholders such as `{product}`. `S` is the set of those it may hold, an enum
/// that is deserialized from the placeholder's name.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String", bound = "S: DeserializeOwned")]
pub(crate) struct Template<S>(Vec<Piece<S>>);

#[derive(Debug, Clone)]
enum Piece<S> {
    Text(String),
    Slot(S),
}

impl<S: DeserializeOwned> TryFrom<String> for Template<S> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let Line(text) = Line::try_from(text)?;
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| format!("`{{` without `}}` in {text:?}"))?;
            let name: StrDeserializer<'_, SlotError> = name.into_deserializer();
            let slot = S::deserialize(name)
                .map_err(|error| format!("unknown placeholder in {text:?}: {error}"))?;
            pieces.extend([Piece::Text(before.to_owned()), Piece::Slot(slot)]);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }
}

impl<S: Copy + PartialEq> Template<S> {
    pub(crate) fn render<V: std::fmt::Display>(&self, value: impl Fn(S) -> V) -> String {
        self.0.iter().fold(String::new(), |mut text, piece| {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                // Writing to a string does not fail.
                Piece::Slot(slot) => _ = write!(text, "{}", value(*slot)),
            }
            text
        })
    }

    pub(crate) fn has(&self, slot: S) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Slot(found) if *found == slot))
    }

    /// Characters apart from what the placeholders will hold.
    pub(crate) fn least_length(&self) -> usize {
        let length = |piece: &Piece<S>| match piece {
            Piece::Text(text) => text.chars().count(),
            Piece::Slot(_) => 0,
        };
        self.0.iter().map(length).sum()
    }
}
