//! The small language in which a scenario file writes what a sentence may hold.
//!
//! A pattern is words parted by spaces; a comma between them in the text never matters.
//!
//! | written | stands for |
//! | --- | --- |
//! | `влия*` | a word that begins so; `*` may stand anywhere in a word, and for a whole one |
//! | `...` | up to five words between two others |
//! | `(a\|b)`, `(a )?` | one of several, or none |
//! | `^`, `$` | the beginning and the end of the sentence |
//! | `{trouble}` | any pattern of the word list of that name |

use std::collections::BTreeMap;

use regex::Regex;

/// Named lists of patterns.
pub(super) type WordLists = BTreeMap<String, Vec<String>>;

/// Why a pattern cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    #[error("the pattern `{pattern}` names the word list `{list}`, which does not exist")]
    UnknownWordList { pattern: String, list: String },
    #[error("{name} holds a pattern that is not well formed")]
    Malformed { name: String, source: Box<regex::Error> },
    #[error("{name} holds no pattern, or one that is empty or has spaces around it")]
    Blank { name: String },
}

/// One regular expression that finds any of the patterns, at word boundaries.
pub(super) fn any_of(
    name: &str,
    patterns: &[String],
    lists: &WordLists,
) -> Result<Regex, PatternError> {
    let alternatives = alternatives(name, patterns, lists)?;
    compile(name, &format!("(?:^| )(?:{alternatives})(?: |$)"))
}

/// The patterns as alternatives of a regular expression.
pub(super) fn alternatives(
    name: &str,
    patterns: &[String],
    lists: &WordLists,
) -> Result<String, PatternError> {
    let blank = |pattern: &String| pattern.is_empty() || pattern.trim() != pattern;
    if patterns.is_empty() || patterns.iter().any(blank) {
        return Err(PatternError::Blank { name: name.to_owned() });
    }
    let translated: Result<Vec<_>, _> = patterns.iter().map(|p| translate(p, lists)).collect();
    Ok(translated?.join("|"))
}

pub(super) fn compile(name: &str, regex: &str) -> Result<Regex, PatternError> {
    Regex::new(regex).map_err(|source| PatternError::Malformed {
        name: name.to_owned(),
        source: Box::new(source),
    })
}

fn translate(pattern: &str, lists: &WordLists) -> Result<String, PatternError> {
    let mut regex = String::new();
    let mut rest = pattern;
    while let Some((before, (list, after))) =
        rest.split_once('{').and_then(|(before, named)| Some((before, named.split_once('}')?)))
    {
        let Some(members) = lists.get(list) else {
            return Err(PatternError::UnknownWordList {
                pattern: pattern.to_owned(),
                list: list.to_owned(),
            });
        };
        let members: Vec<_> = members.iter().map(|member| words(member)).collect();
        regex += &format!("{}(?:{})", words(before), members.join("|"));
        rest = after;
    }
    Ok(regex + &words(rest))
}

/// What a pattern says without its word lists; spaces of the text are written `\x20`.
fn words(pattern: &str) -> String {
    pattern
        .replace('*', r"[^\x20]*")
        .replace(" ... ", r"(?:(?:\x20,)?\x20[^\x20]+){0,5} ")
        .replace(' ', r"(?:\x20,)?\x20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_find_what_they_say() {
        let lists = WordLists::from([(
            "trouble".to_owned(),
            vec!["сбо*".to_owned(), "не работает".to_owned()],
        )]);
        let cases = [
            ("влия*", "как это влияет", true),
            ("влия*", "повлияет", false),
            ("*влия*", "повлияет", true),
            ("если ... бы", "если бы", true),
            ("если ... бы", "если у вас , скажем , была бы", true),
            ("если ... бы", "если раз два три четыре пять шесть бы", false),
            ("что происходит когда", "что происходит , когда", true),
            ("(во )?сколько", "сколько", true),
            ("^почему", "а почему", false),
            ("как часто$", "и как часто", true),
            ("часто {trouble}", "как часто сбои", true),
            ("часто {trouble}", "часто не работает принтер", true),
        ];
        for (pattern, text, expected) in cases {
            let regex = any_of("test", &[pattern.to_owned()], &lists).unwrap();
            assert_eq!(regex.is_match(text), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_pattern_is_said() {
        let error = |pattern: &str| {
            any_of("cue 3", &[pattern.to_owned()], &WordLists::new()).unwrap_err().to_string()
        };
        let cases = [
            ("a {b}", "the pattern `a {b}` names the word list `b`, which does not exist"),
            ("(a", "cue 3 holds a pattern that is not well formed"),
            ("a ", "cue 3 holds no pattern, or one that is empty or has spaces around it"),
        ];
        for (pattern, expected) in cases {
            assert_eq!(error(pattern), expected);
        }
    }
}
