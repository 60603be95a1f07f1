//! The session's record of the updates that were applied to it, each with the answers given. It is
//! written with what an update changes: one that comes again finds its answers and changes nothing.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::reply::Reply;

const KEY: &str = "applied_updates";

/// Updates that are kept: Telegram repeats one at a time per chat, buttons beside messages.
const KEPT: usize = 20;

#[derive(Serialize, Deserialize)]
struct Applied {
    update_id: u32,
    /// What an earlier version of this bot has written may not be readable: that the update was
    /// applied still is.
    #[serde(deserialize_with = "readable")]
    replies: Vec<Reply>,
}

fn readable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Reply>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// The answers that an update was given, if it was applied before.
pub(crate) fn find(session: &Map<String, Value>, update_id: u32) -> Option<Vec<Reply>> {
    let applied = read(session).into_iter().find(|applied| applied.update_id == update_id);
    applied.map(|applied| applied.replies)
}

/// Records an update, and forgets the oldest beyond those that are kept.
pub(crate) fn record(session: &mut Map<String, Value>, update_id: u32, replies: &[Reply]) {
    let mut all = read(session);
    all.push(Applied { update_id, replies: replies.to_vec() });
    let kept = all.split_off(all.len().saturating_sub(KEPT));
    session.insert(KEY.to_owned(), serde_json::json!(kept));
}

fn read(session: &Map<String, Value>) -> Vec<Applied> {
    let entries = session.get(KEY).and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| Applied::deserialize(entry).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_20_are_found_whatever_else_is_there() {
        let mut session = Map::new();
        session.insert(KEY.to_owned(), serde_json::json!([7, {"update_id": "x"}]));
        for id in 1..=25 {
            record(&mut session, id, &[Reply::text(id.to_string())]);
        }
        session[KEY].as_array_mut().unwrap()[10]["replies"] = serde_json::json!([{"words": 1}]);
        assert_eq!(find(&session, 16), Some(Vec::new()));
        assert_eq!(find(&session, 5), None);
        assert_eq!(find(&session, 6), Some(vec![Reply::text("6")]));
        assert_eq!(find(&session, 25), Some(vec![Reply::text("25")]));
    }
}
