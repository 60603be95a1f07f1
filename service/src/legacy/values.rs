//! How the old bot wrote times, money and JSON.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::{Map, Value};

use crate::domain::json::JsonObject;
use crate::domain::tariff::Amount;
use crate::domain::time::Timestamp;

/// A time with or without fraction and offset, or a date; without an offset it is UTC.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim().replacen('T', " ", 1);
    let with_offset = DateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f%#z");
    let naive = || NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f");
    let date = || NaiveDate::parse_from_str(&text, "%Y-%m-%d");
    with_offset
        .map(|time| time.to_utc())
        .or_else(|_| naive().map(|time| time.and_utc()))
        .or_else(|_| date().map(|date| date.and_time(NaiveTime::MIN).and_utc()))
        .ok()
        .and_then(Timestamp::new)
}

/// A decimal amount in the currency's smallest unit, or why it cannot be.
pub(super) fn amount(text: &str, currency: &str) -> Result<i64, String> {
    let digits = minor_digits(currency);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let refused = || format!("amount {text} is no amount of {currency}");
    let is_number =
        !whole.is_empty() && [whole, fraction].concat().bytes().all(|c| c.is_ascii_digit());
    if !is_number || fraction.len() > digits {
        return Err(refused());
    }
    let smallest = format!("{whole}{fraction:0<digits$}").parse().map_err(|_| refused())?;
    Amount::new(smallest).map(Amount::get).map_err(|_| refused())
}

/// Digits after the point, as in ISO 4217; Telegram Stars have none.
fn minor_digits(currency: &str) -> usize {
    match currency {
        "XTR" | "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
        | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// A JSON object, and whether NUL characters had to be taken out of it; `None` for `null`.
pub(super) fn object(text: &str) -> Result<Option<(JsonObject, bool)>, String> {
    match serde_json::from_str(text).map_err(|error| format!("is no readable JSON: {error}"))? {
        Value::Null => Ok(None),
        Value::Object(mut map) => {
            let stripped = strip_map(&mut map);
            Ok(Some((map.into(), stripped)))
        }
        _ => Err("is JSON, but no object".to_owned()),
    }
}

/// `JSONB` cannot hold NUL. Whether there was one.
fn strip(value: &mut Value) -> bool {
    match value {
        Value::String(text) => strip_text(text),
        Value::Array(values) => values.iter_mut().fold(false, |any, value| strip(value) | any),
        Value::Object(map) => strip_map(map),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn strip_map(map: &mut Map<String, Value>) -> bool {
    let mut any = map.values_mut().fold(false, |any, value| strip(value) | any);
    for key in map.keys().filter(|key| key.contains('\0')).cloned().collect::<Vec<_>>() {
        if let Some(value) = map.remove(&key) {
            map.insert(key.replace('\0', ""), value);
        }
        any = true;
    }
    any
}

pub(super) fn strip_text(text: &mut String) -> bool {
    let length = text.len();
    text.retain(|c| c != '\0');
    text.len() < length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_lack_what_the_databases_leave_out() {
        for (text, expected) in [
            ("2026-11-22 07:01:41.089086", Some("2026-11-22T07:01:41.089086Z")),
            ("2026-11-22 07:01:41", Some("2026-11-22T07:01:41.000000Z")),
            ("2026-11-22T07:01:41.5", Some("2026-11-22T07:01:41.500000Z")),
            ("2026-11-22T07:01:41Z", Some("2026-11-22T07:01:41.000000Z")),
            ("2026-11-22 10:01:41.25+03", Some("2026-11-22T07:01:41.250000Z")),
            ("2026-11-22 10:01:41+03:00", Some("2026-11-22T07:01:41.000000Z")),
            ("2025-01-15", Some("2025-01-15T00:00:00.000000Z")),
            ("0001-01-01 00:00:00", Some("0001-01-01T00:00:00.000000Z")),
            ("0000-12-31 00:00:00", None),
            ("10000-01-01 00:00:00", None),
            ("2026-02-30 00:00:00", None),
            ("infinity", None),
            ("", None),
        ] {
            assert_eq!(time(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn amounts_are_counted_in_the_smallest_unit() {
        for (text, currency, expected) in [
            ("990", "RUB", Some(99_000)),
            ("450.5", "RUB", Some(45_050)),
            ("450.50", "RUB", Some(45_050)),
            ("0.01", "RUB", Some(1)),
            ("99999999.99", "RUB", Some(9_999_999_999)),
            ("500", "XTR", Some(500)),
            ("500.00", "XTR", Some(500)),
            ("1.5", "KWD", Some(1_500)),
            ("500.5", "XTR", None),
            ("1.005", "RUB", None),
            ("-1", "RUB", None),
            ("1e3", "RUB", None),
            (".5", "RUB", None),
            ("99999999999999999999", "RUB", None),
            ("", "RUB", None),
        ] {
            assert_eq!(amount(text, currency).ok(), expected, "{text} {currency}");
        }
    }

    #[test]
    fn objects_are_freed_of_nul() {
        let (object, stripped) =
            object(r#"{"a\u0000": ["x\u0000y", {"b": "\u0000"}]}"#).unwrap().unwrap();
        assert!(stripped);
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"a":["xy",{"b":""}]}"#);
        assert_eq!(super::object("null"), Ok(None));
        assert!(super::object("[1]").is_err());
        assert!(super::object("{").is_err());
    }
}
