//! Tells a question from other texts, and of which type it is.
//!
//! All rules are data, one set per language. The last question of a text decides. Two things speak
//! for a type: cues, which are patterns with points given by hand, and the likeness to example
//! questions. Cues carry what is known about the types; examples settle the rest.

mod likeness;
mod pattern;
mod sentence;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

pub use self::pattern::PatternError;
use self::{
    likeness::{Likeness, PerType, features},
    pattern::WordLists,
    sentence::{Sentence, sentences},
};
use crate::training::question::QuestionType;

/// The rules of one language, as in the scenario file. `classifier/pattern.rs` says how patterns
/// are written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// A trimmed text of so many characters or fewer is too short.
    too_short_chars: usize,
    /// What a point of a cue weighs against the natural logarithm of the examples' likelihood.
    point: f64,
    /// Lists that patterns name as `{list}`.
    words: WordLists,
    /// What may stand before the words that open a question: "well", "and", "please".
    leads: Vec<String>,
    /// What opens a question, at the beginning or after leads.
    openers: Vec<String>,
    /// What makes a question of a sentence wherever it stands.
    asking: Vec<String>,
    /// What is no question, though it opens like one; a question mark outweighs it.
    statements: Vec<String>,
    /// How a seller takes up what the client said before asking: "you said that …".
    recalls: Vec<String>,
    /// How a seller opens a statement that only serves the question after it: "imagine that …".
    setups: Vec<String>,
    cues: Vec<CueRule>,
    /// Example questions of each type.
    pub examples: BTreeMap<QuestionType, Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CueRule {
    /// Points per type; negative ones speak against a type.
    points: BTreeMap<QuestionType, i32>,
    /// Any of them makes the cue count, once.
    patterns: Vec<String>,
}

/// Why rules were refused.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error("cue {number} gives no points")]
    NoPoints { number: usize },
    #[error("the type {0} has no examples")]
    NoExamples(QuestionType),
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    TooShort,
    NotAQuestion,
    Question(QuestionType),
}

/// Classifies texts of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Rules")]
pub struct Classifier {
    too_short_chars: usize,
    point: f64,
    opening: Regex,
    clause: Regex,
    asking: Regex,
    statement: Regex,
    recall: Regex,
    setup: Regex,
    cues: Vec<Cue>,
    likeness: Likeness,
    /// What the likeness was learned from, and the cues were tuned on.
    pub examples: BTreeMap<QuestionType, Vec<String>>,
}

#[derive(Debug, Clone)]
struct Cue {
    points: BTreeMap<QuestionType, i32>,
    patterns: Regex,
}

impl TryFrom<Rules> for Classifier {
    type Error = RulesError;

    fn try_from(rules: Rules) -> Result<Self, RulesError> {
        Self::new(&rules)
    }
}

impl Classifier {
    /// # Errors
    ///
    /// When a pattern cannot be read, a cue gives no points, or a type has no examples.
    pub fn new(rules: &Rules) -> Result<Self, RulesError> {
        let lists = &rules.words;
        for (name, members) in lists {
            pattern::alternatives(&format!("words.{name}"), members, &WordLists::new())?;
        }
        let leads = pattern::alternatives("leads", &rules.leads, lists)?;
        let openers = pattern::alternatives("openers", &rules.openers, lists)?;
        let question = format!("(?:(?:{leads})(?: ,)? )*(?:{openers})(?: |$)");
        let cues: Result<_, _> = (1..).zip(&rules.cues).map(|(n, c)| cue(n, c, lists)).collect();
        let mut classifier = Self {
            too_short_chars: rules.too_short_chars,
            point: rules.point,
            opening: pattern::compile("openers", &format!("^{question}"))?,
            clause: pattern::compile("openers", &format!("(?: ,)? {question}"))?,
            asking: pattern::any_of("asking", &rules.asking, lists)?,
            statement: pattern::any_of("statements", &rules.statements, lists)?,
            recall: pattern::any_of("recalls", &rules.recalls, lists)?,
            setup: pattern::any_of("setups", &rules.setups, lists)?,
            cues: cues?,
            likeness: Likeness::learn([]),
            examples: rules.examples.clone(),
        };
        classifier.likeness = classifier.learn(&rules.examples)?;
        Ok(classifier)
    }

    fn learn(
        &self,
        examples: &BTreeMap<QuestionType, Vec<String>>,
    ) -> Result<Likeness, RulesError> {
        let mut seen = Vec::new();
        for question_type in QuestionType::ALL {
            let examples = examples.get(&question_type).filter(|examples| !examples.is_empty());
            for example in examples.ok_or(RulesError::NoExamples(question_type))? {
                let sentences = sentences(example);
                if let Some(sentence) = self.telling(self.up_to_question(&sentences)) {
                    seen.push((question_type, self.features(&sentence)));
                }
            }
        }
        Ok(Likeness::learn(seen))
    }

    #[must_use]
    pub fn classify(&self, text: &str) -> Verdict {
        if text.trim().chars().count() <= self.too_short_chars {
            return Verdict::TooShort;
        }
        let sentences = sentences(text);
        if self.last_question(&sentences).is_none() {
            return Verdict::NotAQuestion;
        }
        Verdict::Question(self.type_of(&sentences))
    }

    /// The type that fits best, whether or not the text is a question.
    #[must_use]
    pub fn question_type(&self, text: &str) -> QuestionType {
        self.type_of(&sentences(text))
    }

    fn type_of(&self, sentences: &[Sentence]) -> QuestionType {
        let Some(sentence) = self.telling(self.up_to_question(sentences)) else {
            return QuestionType::Situational;
        };
        let likeness = self.likeness.of(&self.features(&sentence));
        let points = self.points(&sentence);
        let score = |t: QuestionType| likeness[t as usize] + self.point * points[t as usize];
        let [first, others @ ..] = QuestionType::ALL;
        others.into_iter().fold(first, |best, t| if score(t) > score(best) { t } else { best })
    }

    /// The text up to its last question; all of it, if it holds none.
    fn up_to_question<'a>(&self, sentences: &'a [Sentence]) -> &'a [Sentence] {
        self.last_question(sentences).map_or(sentences, |last| &sentences[..=last])
    }

    /// The last sentence with a question mark, else the last one that asks without it.
    fn last_question(&self, sentences: &[Sentence]) -> Option<usize> {
        sentences
            .iter()
            .rposition(|sentence| sentence.asked)
            .or_else(|| sentences.iter().rposition(|sentence| self.asks(&sentence.text)))
    }

    fn asks(&self, sentence: &str) -> bool {
        self.after_recall(sentence).is_some()
            || !self.statement.is_match(sentence)
                && (self.opening.is_match(sentence) || self.asking.is_match(sentence))
    }

    /// The last sentence that holds a cue, with what sets it up: "Are there delays? I mean, in
    /// winter?" is about delays, "Imagine you had it. What would change?" about having it.
    fn telling(&self, sentences: &[Sentence]) -> Option<String> {
        let tells = |sentence: &Sentence| self.cues_in(&sentence.text).next().is_some();
        let telling = sentences.iter().rposition(tells).or(sentences.len().checked_sub(1))?;
        let text = sentences[telling].text.clone();
        let before = sentences[..telling].last().filter(|before| !before.asked);
        Some(match before.filter(|before| self.setup.is_match(&before.text)) {
            Some(setup) => format!("{} , {text}", setup.text),
            None => text,
        })
    }

    fn features(&self, sentence: &str) -> likeness::Features {
        features(self.after_recall(sentence).unwrap_or(sentence))
    }

    /// What the cues of a sentence add up to. Where the seller takes up what the client said, the
    /// question after it counts twice.
    fn points(&self, sentence: &str) -> PerType {
        let mut sum = [0.0; 4];
        for text in [sentence, self.after_recall(sentence).unwrap_or(sentence)] {
            for cue in self.cues_in(text) {
                for (question_type, points) in &cue.points {
                    sum[*question_type as usize] += f64::from(*points);
                }
            }
        }
        sum
    }

    fn cues_in(&self, sentence: &str) -> impl Iterator<Item = &Cue> {
        self.cues.iter().filter(move |cue| cue.patterns.is_match(sentence))
    }

    /// The question that follows a recall.
    fn after_recall<'a>(&self, sentence: &'a str) -> Option<&'a str> {
        let recall = self.recall.find(sentence)?;
        let rest = &sentence[recall.end()..];
        let question = self.clause.find_iter(rest).last()?;
        Some(rest[question.start()..].trim_start_matches([' ', ',']))
    }
}

fn cue(number: usize, rule: &CueRule, lists: &WordLists) -> Result<Cue, RulesError> {
    if rule.points.is_empty() {
        return Err(RulesError::NoPoints { number });
    }
    let patterns = pattern::any_of(&format!("cue {number}"), &rule.patterns, lists)?;
    Ok(Cue { points: rule.points.clone(), patterns })
}
