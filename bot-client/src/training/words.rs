//! Words of a question or an answer, and the patterns of a scenario file that look for them.

use std::collections::BTreeSet;

use rust_stemmers::{Algorithm, Stemmer};
use serde::Deserialize;

use crate::training::text::Language;

/// The words of a text in lower case, `ё` as `е`, without punctuation.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('ё', "е");
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(crate) fn stem(language: Language, word: &str) -> String {
    let algorithm = match language {
        Language::Ru => Algorithm::Russian,
        Language::En => Algorithm::English,
    };
    Stemmer::create(algorithm).stem(word).into_owned()
}

pub(crate) fn stems(language: Language, text: &str) -> BTreeSet<String> {
    words(text).iter().map(|word| stem(language, word)).collect()
}

/// What is the same for two texts that differ in case, punctuation and `ё` only.
pub(crate) fn fingerprint(text: &str) -> String {
    format!("{:016x}", hash(&words(text).join(" ")))
}

/// A seed for [`super::Training::start`]: the same for the same text. Every language reads a whole
/// number of 53 bits exactly from JSON.
pub fn seed(of: &str) -> u64 {
    hash(of) & ((1 << 53) - 1)
}

/// FNV-1a. The standard library's hasher may change with the compiler; what is stored may not.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Consecutive words; one that ends in `*` stands for all words with that beginning.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Phrase(Vec<Pattern>);

#[derive(Debug, Clone)]
enum Pattern {
    Word(String),
    Beginning(String),
}

impl TryFrom<String> for Phrase {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let pattern = |word: &str| match word.strip_suffix('*') {
            Some(beginning) => Pattern::Beginning(beginning.to_owned()),
            None => Pattern::Word(word.to_owned()),
        };
        let plain = |c: char| c.is_alphanumeric() && !c.is_uppercase() && c != 'ё';
        let patterns: Vec<_> = text.split(' ').map(pattern).collect();
        let matchable = patterns.iter().all(|pattern| match pattern {
            Pattern::Word(word) | Pattern::Beginning(word) => {
                !word.is_empty() && word.chars().all(plain)
            }
        });
        if matchable {
            Ok(Self(patterns))
        } else {
            Err(format!("{text:?} must be lower-case words, without ё, each perhaps with a last *"))
        }
    }
}

impl Phrase {
    pub(crate) fn occurs(&self, words: &[String]) -> bool {
        words.windows(self.0.len()).any(|window| {
            window.iter().zip(&self.0).all(|(word, pattern)| match pattern {
                Pattern::Word(exact) => word == exact,
                Pattern::Beginning(beginning) => word.starts_with(beginning),
            })
        })
    }
}
