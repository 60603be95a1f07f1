//! Telegram's HTML, read as tdlib reads it, with its words for what is wrong.
//!
//! In one thing the simulator is stricter: a `&` that begins no entity is refused, where Telegram
//! shows it as it is. The Bot API asks for `&amp;`, and a bare `&` is text that was not escaped.

use crate::text::{Entity, Text, units};

const TAGS: [(&str, &str); 17] = [
    ("a", "text_link"),
    ("b", "bold"),
    ("strong", "bold"),
    ("i", "italic"),
    ("em", "italic"),
    ("s", "strikethrough"),
    ("strike", "strikethrough"),
    ("del", "strikethrough"),
    ("u", "underline"),
    ("ins", "underline"),
    ("tg-spoiler", "spoiler"),
    ("span", "spoiler"),
    ("tg-emoji", "custom_emoji"),
    ("pre", "pre"),
    ("code", "code"),
    ("blockquote", "blockquote"),
    ("tg-time", "date_time"),
];

/// The text and its entities.
///
/// # Errors
/// What is wrong with it and where, in bytes, in tdlib's words.
pub(crate) fn parse(html: &str) -> Result<Text, String> {
    let mut parser =
        Parser { html, at: 0, text: String::new(), open: Vec::new(), entities: Vec::new() };
    parser.run()?;
    match parser.open.last() {
        None => Ok(Text { text: parser.text, entities: parser.entities }.finished()),
        Some(tag) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", tag.name)),
    }
}

struct Parser<'a> {
    html: &'a str,
    /// The byte that is read next.
    at: usize,
    text: String,
    open: Vec<Tag>,
    entities: Vec<Entity>,
}

struct Tag {
    name: String,
    /// Of the attribute that matters for this tag.
    value: Option<String>,
    offset: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.html[self.at..]
    }

    /// Takes all up to the first character that is `end`.
    fn take_until(&mut self, end: impl FnMut(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(end).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    fn skip_space(&mut self) {
        self.take_until(|c| !c.is_ascii_whitespace());
    }

    fn skip(&mut self, expected: char) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len_utf8();
        }
        found
    }

    fn run(&mut self) -> Result<(), String> {
        loop {
            let plain = self.take_until(|c| c == '<' || c == '&');
            self.text.push_str(plain);
            if self.rest().is_empty() {
                return Ok(());
            }
            if self.rest().starts_with("</") {
                self.end_tag()?;
            } else if self.rest().starts_with('<') {
                self.start_tag()?;
            } else {
                let character = self.character()?;
                self.text.push(character);
            }
        }
    }

    /// `&lt;` and the like.
    fn character(&mut self) -> Result<char, String> {
        let begin = self.at;
        let stray = || format!("Stray \"&\" at byte offset {begin}: it must be written as &amp;");
        self.skip('&');
        let name = self.take_until(|c| !c.is_ascii_alphanumeric() && c != '#');
        let number = name.strip_prefix('#');
        let character = match (name, number) {
            ("lt", _) => Some('<'),
            ("gt", _) => Some('>'),
            ("amp", _) => Some('&'),
            ("quot", _) => Some('"'),
            (_, Some(number)) => match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
                None => number.parse().ok().and_then(char::from_u32),
            },
            _ => None,
        };
        let character = character.filter(|c| *c != '\0').ok_or_else(stray)?;
        self.skip(';');
        Ok(character)
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.skip('<');
        let name = self.take_until(|c| c.is_ascii_whitespace() || c == '>').to_lowercase();
        if self.rest().is_empty() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if !TAGS.iter().any(|(tag, _)| *tag == name) {
            return Err(format!("Unsupported start tag \"{name}\" at byte offset {begin}"));
        }
        let mut value = None;
        loop {
            self.skip_space();
            if self.skip('>') {
                break;
            }
            let (attribute, given) = self.attribute(&name, begin)?;
            value = meaning(&name, attribute, given).or(value);
        }
        if name == "span" && value.is_none() {
            let problem = "Tag \"span\" must have class \"tg-spoiler\"";
            return Err(format!("{problem} at byte offset {begin}"));
        }
        self.open.push(Tag { name, value, offset: units(&self.text) });
        Ok(())
    }

    fn attribute(&mut self, tag: &str, begin: usize) -> Result<(&'a str, String), String> {
        let unclosed = || format!("Unclosed start tag \"{tag}\" at byte offset {begin}");
        let name = self.take_until(|c| c.is_ascii_whitespace() || "=>/\"'".contains(c));
        if name.is_empty() {
            let problem = format!("Empty attribute name in the tag \"{tag}\"");
            return Err(format!("{problem} at byte offset {begin}"));
        }
        self.skip_space();
        if !self.skip('=') {
            return if self.rest().is_empty() {
                Err(unclosed())
            } else {
                Ok((name, String::new()))
            };
        }
        self.skip_space();
        let value_begin = self.at;
        let quote = self.rest().chars().next().ok_or_else(unclosed)?;
        let mut value = String::new();
        if quote == '"' || quote == '\'' {
            self.skip(quote);
            loop {
                value.push_str(self.take_until(|c| c == quote || c == '&'));
                if self.skip(quote) {
                    break;
                }
                if self.rest().is_empty() {
                    return Err(unclosed());
                }
                value.push(self.character()?);
            }
        } else {
            let token = self.take_until(|c| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
            value = token.to_lowercase();
            if !self.rest().starts_with(|c: char| c.is_ascii_whitespace() || c == '>') {
                return Err(format!("Unexpected end of name token at byte offset {value_begin}"));
            }
        }
        if self.rest().is_empty() { Err(unclosed()) } else { Ok((name, value)) }
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.skip('<');
        self.skip('/');
        let Some(tag) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        let name = self.take_until(|c| c.is_ascii_whitespace() || c == '>').to_lowercase();
        self.skip_space();
        if !self.skip('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        if !name.is_empty() && name != tag.name {
            let expected = tag.name;
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{expected}>\", \
                 found \"</{name}>\""
            ));
        }
        self.close(tag);
        Ok(())
    }

    fn close(&mut self, tag: Tag) {
        let length = units(&self.text) - tag.offset;
        let kind = TAGS.iter().find(|(name, _)| *name == tag.name).map_or("", |(_, kind)| kind);
        let mut entity = Entity::new(kind, tag.offset, length);
        match (tag.name.as_str(), tag.value) {
            ("a", url) => {
                // Without href the text itself is the address; if it is none, there is no link.
                let start: usize = self.text.len() - tail_bytes(&self.text, length);
                let url = url.filter(|url| !url.is_empty());
                let url = url.unwrap_or_else(|| self.text[start..].to_owned());
                match checked_url(&url) {
                    Some(url) => entity.url = Some(url),
                    None => return,
                }
            }
            ("code", Some(language)) => {
                // <pre><code class="language-…"> is one entity: the pre that closes after this.
                if let Some(pre) = self.open.last_mut().filter(|open| open.name == "pre") {
                    pre.value = Some(language);
                    return;
                }
            }
            ("pre", language) => entity.language = language,
            ("tg-emoji", id) => entity.custom_emoji_id = id,
            ("blockquote", Some(_)) => entity.kind = "expandable_blockquote",
            _ => {}
        }
        if length > 0 {
            self.entities.push(entity);
        }
    }
}

/// The value of an attribute, if it is the one that matters for this tag.
fn meaning(tag: &str, attribute: &str, value: String) -> Option<String> {
    match (tag, attribute) {
        ("a", "href") | ("tg-emoji", "emoji-id") | ("blockquote", "expandable") => Some(value),
        ("code", "class") => value.strip_prefix("language-").map(str::to_owned),
        ("span", "class") => (value == "tg-spoiler").then_some(value),
        _ => None,
    }
}

/// How many bytes the last so many UTF-16 units take.
fn tail_bytes(text: &str, length: usize) -> usize {
    let mut left = length;
    let tail = text.chars().rev().take_while(|c| {
        let more = left > 0;
        left = left.saturating_sub(c.len_utf16());
        more
    });
    tail.map(char::len_utf8).sum()
}

/// An address that Telegram makes a link of: http is assumed, and a host has a dot.
pub(crate) fn checked_url(url: &str) -> Option<String> {
    if url.starts_with("tg://") || url.starts_with("mailto:") {
        return Some(url.to_owned());
    }
    let with_scheme =
        if url.contains("://") { url.to_owned() } else { format!("http://{}", url.trim()) };
    let parsed = reqwest::Url::parse(&with_scheme).ok()?;
    let is_web = matches!(parsed.scheme(), "http" | "https");
    let has_dot = parsed.host_str().is_some_and(|host| host.trim_matches('.').contains('.'));
    (is_web && has_dot).then(|| parsed.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entities(html: &str) -> Vec<(&'static str, usize, usize)> {
        let text = parse(html).unwrap();
        text.entities.iter().map(|entity| (entity.kind, entity.offset, entity.length)).collect()
    }

    #[test]
    fn nested_tags_make_nested_entities() {
        assert_eq!(entities("<b>a<i>bc</i></b>d"), [("bold", 0, 3), ("italic", 1, 2)]);
        assert_eq!(entities("<B>🎯</B> x"), [("bold", 0, 2)]);
        assert_eq!(entities("a<tg-spoiler>b</tg-spoiler>"), [("spoiler", 1, 1)]);
        assert_eq!(entities("<span class='tg-spoiler'>b</>"), [("spoiler", 0, 1)]);
        assert_eq!(entities("<blockquote>q</blockquote>"), [("blockquote", 0, 1)]);
        let expandable = "<blockquote expandable>q</blockquote>";
        assert_eq!(entities(expandable), [("expandable_blockquote", 0, 1)]);
        assert_eq!(entities("<b></b>x"), []);
    }

    #[test]
    fn code_has_a_language_and_hides_commands() {
        let text = parse("<pre><code class=\"language-rust\">/start</code></pre>").unwrap();
        assert_eq!(text.entities.len(), 1);
        assert_eq!(text.entities[0].language.as_deref(), Some("rust"));
    }

    #[test]
    fn a_link_without_an_address_that_is_one_is_plain_text() {
        assert_eq!(entities("<a href='http://localhost/'>x</a>"), []);
        assert_eq!(entities("<a>example.org</a>"), [("text_link", 0, 11)]);
        assert_eq!(entities("<a href='tg://user?id=1'>x</a>"), [("text_link", 0, 1)]);
    }

    proptest! {
        /// What a bot escapes comes back as it was, whatever a user wrote.
        #[test]
        fn escaped_text_comes_back(text in "\\PC{0,60}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let parsed = parse(&format!("<b>{escaped}</b>")).unwrap();
            prop_assert_eq!(parsed.text, text.trim());
        }

        #[test]
        fn nothing_makes_it_panic(html in "[<>/&;a-c \"'=#x0-9é🎯]{0,40}") {
            if let Ok(text) = parse(&html) {
                for entity in &text.entities {
                    prop_assert!(entity.offset + entity.length <= text.units());
                }
            }
        }
    }
}
