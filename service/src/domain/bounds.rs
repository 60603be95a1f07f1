//! Numbers and texts that cannot be out of range: parsed once, at the door.
//!
//! Each type carries its bounds, so the refusal of a bad value and the schema in the OpenAPI
//! document cannot disagree.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// Schemas whose name begins with this are written in place by `api::document`, not referenced.
pub const INLINE: &str = "_";

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Int<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Int<MIN, MAX> {
    /// The number, or a sentence that says what is wrong with it.
    pub fn new(value: i64) -> Result<Self, String> {
        if (MIN..=MAX).contains(&value) {
            Ok(Self(value))
        } else {
            Err(format!("must be from {MIN} to {MAX}, not {value}"))
        }
    }

    pub const fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> TryFrom<i64> for Int<MIN, MAX> {
    type Error = String;

    fn try_from(value: i64) -> Result<Self, String> {
        Self::new(value)
    }
}

impl<'de, const MIN: i64, const MAX: i64> Deserialize<'de> for Int<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(i64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<const MIN: i64, const MAX: i64> PartialSchema for Int<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(MIN))
            .maximum(Some(MAX))
            .into()
    }
}

impl<const MIN: i64, const MAX: i64> ToSchema for Int<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}Int{MIN}To{MAX}").into()
    }
}

/// A text of `MIN` to `MAX` characters (Unicode scalar values) without NUL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// The text, or a sentence that says what is wrong with it.
    pub fn new(value: String) -> Result<Self, String> {
        let length = value.chars().count();
        if value.contains('\0') {
            Err("must not contain the character NUL".to_owned())
        } else if (MIN..=MAX).contains(&length) {
            Ok(Self(value))
        } else {
            Err(format!("must have {MIN} to {MAX} characters, not {length}"))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Text<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for Text<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(MIN))
            .max_length(Some(MAX))
            .into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for Text<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}Text{MIN}To{MAX}").into()
    }
}

/// A bot's name: 1 to 50 characters of `a-z`, `0-9` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BotName(String);

impl BotName {
    /// The name, or a sentence that says what is wrong with it.
    pub fn new(value: &str) -> Result<Self, String> {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
        if (1..=50).contains(&value.len()) && value.bytes().all(allowed) {
            Ok(Self(value.to_owned()))
        } else {
            Err("must be 1 to 50 characters of a-z, 0-9 and _".to_owned())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for BotName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl PartialSchema for BotName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(50))
            .pattern(Some("^[a-z0-9_]+$"))
            .into()
    }
}

impl ToSchema for BotName {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}BotName").into()
    }
}

/// A promo code as it is stored: 1 to 50 characters in upper case. Look-up ignores case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Code(String);

impl Code {
    /// The code in upper case, or a sentence that says what is wrong with it.
    pub fn new(value: &str) -> Result<Self, String> {
        let code = Text::<1, 50>::new(value.to_uppercase())?.into_string();
        if code.chars().any(char::is_whitespace) {
            return Err("must not contain white space".to_owned());
        }
        Ok(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(50))
            .pattern(Some(r"^\S+$"))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}Code").into()
    }
}

/// A user's Telegram id, from 1 to 2^63-1.
pub type TelegramId = Int<1, { i64::MAX }>;

/// A name, title or reason, as long as the old columns allowed.
pub type Name = Text<0, 255>;

/// An identifier that must not be empty: a charge, a provider, a scenario.
pub type Identifier = Text<1, 255>;

/// A badge's type, such as `spin_master`.
pub type BadgeType = Text<1, 100>;
