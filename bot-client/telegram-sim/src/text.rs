//! Formatted text: what is left of it without its markup, and the entities in it.

use serde::Serialize;
use serde_json::{Value, json};

/// Offsets and lengths are in UTF-16 units, as everywhere in the Bot API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) entities: Vec<Entity>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Entity {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) offset: usize,
    pub(crate) length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_emoji_id: Option<String>,
}

impl Entity {
    pub(crate) fn new(kind: &'static str, offset: usize, length: usize) -> Self {
        Self { kind, offset, length, url: None, language: None, custom_emoji_id: None }
    }
}

impl Text {
    pub(crate) fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), entities: Vec::new() }.finished()
    }

    /// The number of UTF-16 units.
    pub(crate) fn units(&self) -> usize {
        units(&self.text)
    }

    /// Without space around it, its own entities in order, and those that Telegram finds in it.
    pub(crate) fn finished(mut self) -> Self {
        let kept = self.text.trim_start();
        let cut = units(&self.text) - units(kept);
        self.text = kept.trim_end().to_owned();
        let end = self.units();
        for entity in &mut self.entities {
            let last = (entity.offset + entity.length).saturating_sub(cut).min(end);
            entity.offset = entity.offset.saturating_sub(cut).min(end);
            entity.length = last.saturating_sub(entity.offset);
        }
        self.entities.retain(|entity| entity.length > 0);
        let is_free = |found: &Entity| {
            let overlaps = |own: &Entity| {
                matches!(own.kind, "code" | "pre" | "text_link")
                    && found.offset < own.offset + own.length
                    && own.offset < found.offset + found.length
            };
            !self.entities.iter().any(overlaps)
        };
        let found: Vec<_> = found_in(&self.text).into_iter().filter(is_free).collect();
        self.entities.extend(found);
        self.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
        self
    }

    /// Puts it into a message, as its `text` or its `caption`.
    pub(crate) fn write_to(&self, content: &mut serde_json::Map<String, Value>, field: &str) {
        let entities = if field == "text" { "entities" } else { "caption_entities" };
        content.remove(entities);
        content.insert(field.to_owned(), json!(self.text));
        if !self.entities.is_empty() {
            content.insert(entities.to_owned(), json!(self.entities));
        }
    }
}

pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Commands, links and mentions, which need no markup.
fn found_in(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let length = units(word);
        let bare = word.trim_start_matches(['(', '"', '«', '[']);
        let start = offset + length - units(bare);
        if let Some((kind, length)) = kind_of(bare) {
            found.push(Entity::new(kind, start, length));
        }
        offset += length;
    }
    found
}

fn kind_of(word: &str) -> Option<(&'static str, usize)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = |rest: &str| rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let word = word.trim_end();
    if let Some(rest) = word.strip_prefix('/') {
        let command = name(rest);
        let bot = rest[command..].strip_prefix('@').map_or(0, |bot| 1 + name(bot));
        let follows = rest[command + bot..].chars().next();
        let ends = follows.is_none_or(|c| !c.is_alphanumeric() && c != '/');
        return ((1..=64).contains(&command) && ends).then_some(("bot_command", 1 + command + bot));
    }
    if let Some(rest) = word.strip_prefix('@') {
        return (3..=32).contains(&name(rest)).then(|| ("mention", 1 + name(rest)));
    }
    let is_link = ["https://", "http://", "t.me/"].iter().any(|prefix| word.starts_with(prefix));
    is_link.then(|| {
        ("url", units(word.trim_end_matches(['.', ',', ')', '!', '?', ';', ':', '»', '"'])))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, usize, usize)> {
        let text = Text::plain(text);
        text.entities.iter().map(|entity| (entity.kind, entity.offset, entity.length)).collect()
    }

    #[test]
    fn commands_links_and_mentions_are_found() {
        assert_eq!(found("/start abc"), [("bot_command", 0, 6)]);
        assert_eq!(found("/start@some_bot"), [("bot_command", 0, 15)]);
        assert_eq!(
            found("🎯 try /train, or (/help)."),
            [("bot_command", 7, 6), ("bot_command", 19, 5)]
        );
        assert_eq!(found("see https://t.me/a_bot?start=x."), [("url", 4, 26)]);
        assert_eq!(found("ask @somebody"), [("mention", 4, 9)]);
        assert_eq!(found("1/2 and /usr/bin and /привет"), []);
    }

    #[test]
    fn space_around_is_cut_and_entities_move_with_it() {
        let entities = vec![Entity::new("bold", 2, 3), Entity::new("italic", 0, 2)];
        let text = Text { text: "  abc ".to_owned(), entities }.finished();
        assert_eq!((text.text.as_str(), text.entities), ("abc", vec![Entity::new("bold", 0, 3)]));
    }
}
