//! What a question is like, learned from example questions: naive Bayes over words and pairs of
//! words. It settles what no cue speaks of. Cues are no part of it: examples that they were tuned on
//! would make them count for more than their points.

use std::collections::{BTreeSet, HashMap};

use crate::training::question::QuestionType;

/// Letters of a word that count: enough to tell words apart, few enough to join their endings.
const BEGINNING: usize = 5;
/// Shorter words count in pairs only: they are in questions of every type.
const SHORTEST: usize = 4;
/// How much is added to every count, so that a word seen once does not decide alone.
const SMOOTHING: f64 = 0.6;

/// What is seen in one sentence: word beginnings and pairs of them.
pub(super) type Features = BTreeSet<String>;

/// One number per type, in the order of [`QuestionType::ALL`].
pub(super) type PerType = [f64; 4];

pub(super) fn features(sentence: &str) -> Features {
    let words = sentence.split(' ').filter(|word| *word != ",");
    let words: Vec<String> = words.map(|word| word.chars().take(BEGINNING).collect()).collect();
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    let long = words.iter().filter(|word| word.chars().count() >= SHORTEST).cloned();
    long.chain(pairs).collect()
}

/// For each feature, how likely it is in a question of each type, as a logarithm.
#[derive(Debug, Clone)]
pub(super) struct Likeness(HashMap<String, PerType>);

impl Likeness {
    pub(super) fn learn(examples: impl IntoIterator<Item = (QuestionType, Features)>) -> Self {
        let mut totals: PerType = [0.0; 4];
        let mut counts: HashMap<String, PerType> = HashMap::new();
        for (question_type, features) in examples {
            totals[question_type as usize] += 1.0;
            for feature in features {
                counts.entry(feature).or_default()[question_type as usize] += 1.0;
            }
        }
        for likelihoods in counts.values_mut() {
            for (count, total) in likelihoods.iter_mut().zip(totals) {
                *count = ((*count + SMOOTHING) / (total + 2.0 * SMOOTHING)).ln();
            }
        }
        Self(counts)
    }

    /// The logarithm of how likely the features are in each type; features never seen are left out.
    pub(super) fn of(&self, features: &Features) -> PerType {
        let mut sum = [0.0; 4];
        for likelihoods in features.iter().filter_map(|feature| self.0.get(feature)) {
            for (sum, likelihood) in sum.iter_mut().zip(likelihoods) {
                *sum += likelihood;
            }
        }
        sum
    }
}
