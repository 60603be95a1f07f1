//! A text as the patterns see it.

/// One sentence in lower case, `ё` as `е`, its words parted by single spaces. A word of its own,
/// `,`, stands for whatever parts a sentence: comma, colon, dash, bracket, line end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) text: String,
    /// Whether it ended with a question mark.
    pub(super) asked: bool,
}

/// The sentences of a text that hold at least one word, in order.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut words = Words::default();
    let mut chars = text.chars().flat_map(char::to_lowercase).peekable();
    while let Some(c) = chars.next() {
        let in_word = chars.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            'ё' => words.push('е'),
            '\'' | '’' | 'ʼ' | '`' if in_word => words.push('\''),
            '-' | '\u{2010}' | '\u{2011}' if in_word => words.push('-'),
            '.' if in_word => words.space(),
            '?' | '？' | '؟' => found.extend(words.end(true)),
            '.' | '!' | '…' | '。' => found.extend(words.end(false)),
            ',' | ';' | ':' | '(' | ')' | '–' | '—' | '-' | '\n' => words.comma(),
            _ if c.is_alphanumeric() => words.push(c),
            _ => words.space(),
        }
    }
    found.extend(words.end(false));
    found
}

/// The words of the sentence that is being read.
#[derive(Default)]
struct Words {
    text: String,
    /// A word has ended; the next character starts another one.
    parted: bool,
    /// Punctuation has come since the last word.
    comma: bool,
}

impl Words {
    fn push(&mut self, c: char) {
        if self.text.is_empty() {
            if !c.is_alphanumeric() {
                return;
            }
        } else if self.comma {
            self.text.push_str(" , ");
        } else if self.parted {
            self.text.push(' ');
        }
        self.parted = false;
        self.comma = false;
        self.text.push(c);
    }

    fn space(&mut self) {
        self.parted = true;
    }

    fn comma(&mut self) {
        self.comma = true;
    }

    fn end(&mut self, asked: bool) -> Option<Sentence> {
        let text = std::mem::take(self).text;
        (!text.is_empty()).then_some(Sentence { text, asked })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_parted_and_their_words_made_plain() {
        let cases: [(&str, &[(&str, bool)]); 8] = [
            ("Ещё ВОПРОС?", &[("еще вопрос", true)]),
            ("Yes. It’s 1.5 t — why?!", &[("yes", false), ("it's 1 5 t , why", true)]),
            ("из-за этого - что", &[("из-за этого , что", false)]),
            ("a,b;\n c", &[("a , b , c", false)]),
            ("- (да) ", &[("да", false)]),
            ("'tis", &[("tis", false)]),
            ("... ?? 🙂 \0", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found = sentences(text);
            let found: Vec<_> = found.iter().map(|s| (s.text.as_str(), s.asked)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
