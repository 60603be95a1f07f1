//! Lists in pages: by key, never by offset.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::check_text;
use super::problem::Problem;
use crate::domain::bounds::{Int, Text};

const DEFAULT_LIMIT: i64 = 10;

/// How many items a page holds.
pub(super) type Limit = Int<1, 100>;
/// Where a page begins.
pub(super) type Cursor = Text<1, 5_000>;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// How many items at most; 10 if absent.
    #[param(nullable = false)]
    pub limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    pub cursor: Option<Cursor>,
}

impl PageQuery {
    pub(super) fn page<K: DeserializeOwned>(
        &self,
        list: &'static str,
        first: K,
    ) -> Result<PageOf<K>, Problem> {
        PageOf::new(list, self.limit, self.cursor.as_ref(), first)
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    pub items: Vec<T>,
    /// Ask for the next page with it; null at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Which page is asked for: what comes behind this key.
#[derive(Debug)]
pub(super) struct PageOf<K> {
    list: &'static str,
    limit: i64,
    pub key: K,
}

impl<K: DeserializeOwned> PageOf<K> {
    /// `first` is the key before everything; `list` names the list, whose cursors fit no other.
    pub(super) fn new(
        list: &'static str,
        limit: Option<Limit>,
        cursor: Option<&Cursor>,
        first: K,
    ) -> Result<Self, Problem> {
        let key = match cursor {
            None => first,
            Some(cursor) => decode(list, cursor.as_str()).ok_or_else(invalid_cursor)?,
        };
        Ok(Self { list, limit: limit.map_or(DEFAULT_LIMIT, Int::get), key })
    }
}

impl<K> PageOf<K> {
    /// How many rows to read: one more than are shown tells whether there is a next page.
    pub(super) fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// The page of these rows; `key` is an item's place in the list.
    pub(super) fn of<T, L: Serialize>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> L) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let is_last = rows.len() <= limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| !is_last);
        Page { next_cursor: last.map(|item| encode(self.list, &key(item))), items: rows }
    }
}

impl<T> Page<T> {
    /// A page of what the items are shown as.
    pub(super) fn map<U>(self, show: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(show).collect(), next_cursor: self.next_cursor }
    }
}

/// 400 for a cursor that is none of this list's.
pub(super) fn invalid_cursor() -> Problem {
    let detail = "The cursor is none that this list gave, or no longer valid; start without it.";
    Problem::new(axum::http::StatusCode::BAD_REQUEST, "invalid_cursor", detail)
}

fn encode<K: Serialize>(list: &str, key: &K) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(list, key)).unwrap_or_default())
}

fn decode<K: DeserializeOwned>(list: &str, cursor: &str) -> Option<K> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    check_text(&json).ok()?;
    let (name, key): (String, K) = serde_json::from_slice(&json).ok()?;
    (name == list).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(cursor: Option<&str>) -> Result<PageOf<i64>, Problem> {
        let cursor = cursor.map(|text| Cursor::new(text.to_owned()).unwrap());
        PageOf::new("users", Some(Limit::new(2).unwrap()), cursor.as_ref(), 0)
    }

    #[test]
    fn a_cursor_leads_to_the_next_page_and_only_in_its_list() {
        let first = page(None).unwrap();
        assert_eq!((first.key, first.rows()), (0, 3));
        let shown = first.of(vec![1_i64, 2, 3], |&item| item);
        assert_eq!(shown.items, [1, 2]);
        let cursor = shown.next_cursor.unwrap();
        assert_eq!(page(Some(&cursor)).unwrap().key, 2);
        assert_eq!(decode::<i64>("badges", &cursor), None);
        assert_eq!(first.of(vec![1_i64, 2], |&item| item).next_cursor, None);
    }

    #[test]
    fn a_cursor_that_nobody_gave_is_refused() {
        let nul = encode("users", &"\0");
        let huge = BASE64_URL_SAFE_NO_PAD.encode(r#"["users", 99999999999999999999]"#);
        for cursor in ["x", "!!", "W10", "eyJ9", &nul, &huge] {
            assert!(page(Some(cursor)).is_err(), "{cursor}");
        }
    }
}
