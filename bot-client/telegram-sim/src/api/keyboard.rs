//! `reply_markup`: inline keyboards as Telegram takes them.

use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::parameters::Parameters;
use crate::html::checked_url;

/// More buttons than this are refused.
const MOST_BUTTONS: usize = 100;
const LONGEST_DATA: usize = 64;

/// What else an inline button may do, which the simulator only passes on.
const OTHER_ACTIONS: [&str; 7] = [
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
];

/// The keyboard of a message to be sent; `None` without one. Only an invoice has a pay button.
pub(crate) fn read(with: &Parameters, is_invoice: bool) -> Result<Option<Value>, ApiError> {
    let markup: Option<Value> = with.structure("reply_markup", "reply markup")?;
    let Some(markup) = markup else { return Ok(None) };
    let Value::Object(markup) = markup else {
        return Err(ApiError::bad_request("object expected as reply markup"));
    };
    if markup.contains_key("keyboard") {
        let problem = "telegram-sim: of keyboards only inline ones are simulated";
        return Err(ApiError::bad_request(problem));
    }
    let Some(rows) = markup.get("inline_keyboard") else { return Ok(None) };
    let expected = "field \"inline_keyboard\" must be of type Array";
    let rows = rows.as_array().ok_or_else(|| ApiError::bad_request(expected))?;
    let mut kept = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let expected = "can't parse inline keyboard button: row must be an Array";
        let row = row.as_array().ok_or_else(|| ApiError::bad_request(expected))?;
        for (place, button) in row.iter().enumerate() {
            let may_pay = is_invoice && number == 0 && place == 0;
            check_button(button, may_pay)?;
        }
        if !row.is_empty() {
            kept.push(Value::Array(row.clone()));
        }
    }
    let pays = |row: &Value| row[0].get("pay").is_some();
    if is_invoice && !kept.is_empty() && !pays(&kept[0]) {
        return Err(ApiError::bad_request("REPLY_MARKUP_BUY_EMPTY"));
    }
    let count: usize = kept.iter().filter_map(Value::as_array).map(Vec::len).sum();
    match count {
        0 => Ok(None),
        1..=MOST_BUTTONS => Ok(Some(json!({"inline_keyboard": kept}))),
        _ => Err(ApiError::bad_request("reply markup is too long")),
    }
}

fn check_button(button: &Value, may_pay: bool) -> Result<(), ApiError> {
    let cannot = |problem: &str| {
        Err(ApiError::bad_request(format!("can't parse inline keyboard button: {problem}")))
    };
    let Value::Object(button) = button else {
        return cannot("InlineKeyboardButton must be an Object");
    };
    let text = match button.get("text") {
        None => return cannot("Can't find field \"text\""),
        Some(text) => text.as_str(),
    };
    if text.is_none_or(|text| text.trim().is_empty()) {
        return cannot("Field \"text\" must be a non-empty String");
    }
    let is_given = |name: &&str| {
        button
            .get(*name)
            .is_some_and(|value| value.as_str() != Some("") || name.starts_with("switch"))
    };
    let known = ["url", "callback_data", "pay"];
    let actions: Vec<&str> = known.into_iter().chain(OTHER_ACTIONS).filter(is_given).collect();
    match actions[..] {
        ["url"] => check_url(button),
        ["callback_data"] => check_data(button),
        ["pay"] if may_pay => Ok(()),
        ["pay"] => Err(ApiError::bad_request("BUTTON_TYPE_INVALID")),
        [] => cannot("Text buttons are unallowed in the inline keyboard"),
        [_] => Ok(()),
        // Telegram takes one of them and forgets the rest: never what was meant.
        [..] => cannot("exactly one action is expected"),
    }
}

fn check_url(button: &Map<String, Value>) -> Result<(), ApiError> {
    let url = button["url"].as_str().unwrap_or_default();
    if checked_url(url).is_some() {
        return Ok(());
    }
    let problem = format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL");
    Err(ApiError::bad_request(problem))
}

fn check_data(button: &Map<String, Value>) -> Result<(), ApiError> {
    match button["callback_data"].as_str() {
        Some(data) if data.len() <= LONGEST_DATA => Ok(()),
        _ => Err(ApiError::bad_request("BUTTON_DATA_INVALID")),
    }
}
