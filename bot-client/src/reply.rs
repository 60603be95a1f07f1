//! What a user is answered.

use serde::{Deserialize, Serialize};

/// Telegram's limit of one message, in UTF-16 units.
const MESSAGE_UNITS: usize = 4096;

/// One message, in Telegram's HTML; a file's text is its caption (up to 1024 characters).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// Only of what changes nothing: files are not kept.
    #[serde(skip)]
    pub file: Option<File>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Button {
    pub text: String,
    #[serde(flatten)]
    pub target: Target,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    /// 1 to 64 bytes: see [`crate::press::Press`].
    Data(String),
    Url(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum File {
    Photo { name: String, bytes: Vec<u8> },
    Document { name: String, bytes: Vec<u8> },
}

impl Reply {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    #[must_use]
    pub(crate) fn row(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        self.buttons.push(buttons.into_iter().collect());
        self
    }
}

/// A text in pieces that Telegram takes: whole lines, as far as it goes. The tags of our texts never
/// reach over a line's end, so a piece is well-formed if its lines are.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for line in text.split_inclusive('\n') {
        for part in parts(line) {
            let last = pieces.last().map_or(0, |piece| units(piece));
            if last + units(part) > MESSAGE_UNITS {
                pieces.push(String::new());
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push_str(part);
            }
        }
    }
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// A line too long for a message, cut between characters, tags and entities left whole.
fn parts(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut length, mut safe) = (0, 0, 0);
    let mut inside = false;
    for (at, c) in line.char_indices() {
        if !inside {
            safe = at;
        }
        if length + c.len_utf16() > MESSAGE_UNITS && safe > start {
            parts.push(&line[start..safe]);
            length = units(&line[safe..at]);
            start = safe;
        }
        length += c.len_utf16();
        inside = match c {
            '<' | '&' => true,
            '>' | ';' => false,
            _ => inside,
        };
    }
    parts.push(&line[start..]);
    parts
}

/// Length as Telegram counts, tags included, so that it is never too long.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_one_piece() {
        assert_eq!(pieces("a\nb"), ["a\nb"]);
        assert!(pieces(" \n").is_empty());
    }

    #[test]
    fn long_texts_are_cut_at_lines_then_between_characters() {
        let line = format!("{}\n", "я".repeat(1000));
        let cut = pieces(&line.repeat(9));
        assert_eq!(cut.iter().map(|piece| units(piece)).collect::<Vec<_>>(), [4004, 4004, 1001]);
        let cut = pieces(&"😀".repeat(5000));
        assert_eq!(cut.iter().map(|piece| units(piece)).collect::<Vec<_>>(), [4096, 4096, 1808]);
        assert_eq!(cut.concat(), "😀".repeat(5000));
    }

    #[test]
    fn entities_are_left_whole() {
        let text = format!("{}&amp;{}", "a".repeat(4094), "b".repeat(10));
        assert_eq!(pieces(&text), ["a".repeat(4094), format!("&amp;{}", "b".repeat(10))]);
    }
}
