//! A scenario: everything that makes one kind of training differ from another, read from TOML.

mod check;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::training::{
    QuestionType,
    classifier::Classifier,
    listening::Listening,
    measure::{Condition, Measure},
    text::{Line, List, Localized, Template},
    words::Phrase,
};

/// Made by [`Scenario::from_toml`], which checks it: what the rest of this module indexes or
/// looks up is there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The `scenario_name` of the service's training history.
    pub id: String,
    pub limits: Limits,
    pub types: PerType<TypeRules>,
    /// Ranks of one training by score, ascending; the last is open.
    pub ranks: List<Rank>,
    pub achievements: List<Achievement>,
    pub classifier: Localized<Classifier>,
    pub(crate) listening: Localized<Listening>,
    /// The first that apply are given, so the most important come first.
    pub(crate) advice: List<Advice>,
    /// What a client can be asked about, by id.
    pub(crate) topics: BTreeMap<String, Topic>,
    /// The case as the trainee reads it.
    pub(crate) card: Localized<Template<CaseSlot>>,
    pub(crate) answers: Answers,
    /// Facts of every case.
    pub(crate) facts: Facts,
    pub(crate) sizes: List<Choice>,
    pub(crate) positions: List<Choice>,
    pub(crate) regions: List<Choice>,
    pub(crate) suppliers: List<Choice>,
    pub(crate) frequencies: List<Choice>,
    pub(crate) urgencies: List<Choice>,
    pub(crate) situations: List<Situation>,
    pub(crate) industries: List<Industry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Questions of one training.
    pub max_questions: u32,
    /// Questions from which on a training can be finished.
    pub min_questions: u32,
    /// The highest clarity, 1 to 100.
    pub clarity_cap: u32,
    /// Clarity from which on finishing is offered.
    pub offer_finish_at: u32,
    /// What a contextual question adds to clarity.
    pub contextual_bonus: u32,
    /// A trainee's last cases that do not come again.
    pub recent_cases: usize,
    /// Pieces of advice in a report.
    pub advice: usize,
    /// The score that keeps `maestro_streak` going.
    pub maestro_score: u32,
}

/// The same thing for each type of question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerType<T> {
    #[serde(alias = "situation")]
    pub situational: T,
    pub problem: T,
    pub implication: T,
    pub need_payoff: T,
}

impl<T> PerType<T> {
    pub fn get(&self, kind: QuestionType) -> &T {
        match kind {
            QuestionType::Situational => &self.situational,
            QuestionType::Problem => &self.problem,
            QuestionType::Implication => &self.implication,
            QuestionType::NeedPayoff => &self.need_payoff,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeRules {
    pub title: Localized<Line>,
    /// What one question adds to clarity and to the score.
    pub weight: u32,
    pub recommended: Share,
    /// How the client words a fact.
    pub(crate) plain: Localized<List<Template<AnswerSlot>>>,
    /// The same when the question asked for something that the case does not hold.
    pub(crate) aside: Option<Localized<List<Template<AnswerSlot>>>>,
    /// When there is nothing left to tell.
    pub(crate) exhausted: Localized<List<Line>>,
}

/// The recommended share of a type among all questions, percent, both inclusive.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub min: u32,
    pub max: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rank {
    pub id: String,
    pub title: Localized<Line>,
    /// The highest score of the rank; none for the last.
    pub up_to: Option<u32>,
}

/// A badge of the service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Achievement {
    pub id: String,
    pub title: Localized<Line>,
    pub description: Localized<Line>,
    /// All must hold at the end of a training.
    pub(crate) when: List<Condition>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advice {
    /// All must hold; none means always.
    #[serde(default)]
    pub(crate) when: Vec<Condition>,
    pub(crate) text: Localized<Template<AdviceSlot>>,
}

/// What a piece of advice can mention: a figure, or something of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum AdviceSlot {
    Measure(Measure),
    Case(CaseSlot),
    Ask(AskSlot),
}

/// A question that would have suited the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum AskSlot {
    #[serde(rename = "ask_problem")]
    Problem,
    #[serde(rename = "ask_implication")]
    Implication,
    #[serde(rename = "ask_need_payoff")]
    NeedPayoff,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AnswerSlot {
    Fact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaseSlot {
    Client,
    Industry,
    Position,
    Size,
    Region,
    Product,
    Volume,
    Situation,
    Suppliers,
    Frequency,
    Urgency,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    /// The type of question that brings it up.
    #[serde(rename = "type")]
    pub(crate) kind: QuestionType,
    /// Words of a question that asks for it.
    pub(crate) keywords: Keywords,
}

pub(crate) type Keywords = Localized<List<Phrase>>;

/// Facts by the topic that they belong to; each is a whole sentence of the client, so that
/// nothing has to be declined.
pub(crate) type Facts = BTreeMap<String, Localized<List<Template<CaseSlot>>>>;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    /// The question asks for what the client has told already, in other words.
    pub(crate) again: Localized<List<Template<AnswerSlot>>>,
    /// The very same question: shorter than any fact.
    pub(crate) repeat: Localized<List<Line>>,
}

/// One possibility for a detail of a case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    pub(crate) id: String,
    /// In the nominative, to stand after a colon.
    pub(crate) label: Localized<Line>,
    /// What the client says when asked.
    pub(crate) says: Localized<Template<CaseSlot>>,
}

/// Why the client talks to the seller at all.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Situation {
    pub(crate) id: String,
    pub(crate) label: Localized<Line>,
    pub(crate) says: Localized<Template<CaseSlot>>,
    /// The suppliers and urgencies that go with it, by id.
    pub(crate) suppliers: List<String>,
    pub(crate) urgencies: List<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Industry {
    pub(crate) id: String,
    pub(crate) label: Localized<Line>,
    /// Names of companies.
    pub(crate) clients: Localized<List<Line>>,
    /// Who decides there, by the sizes of company that occur.
    pub(crate) positions: BTreeMap<String, List<String>>,
    pub(crate) regions: List<String>,
    pub(crate) facts: Facts,
    pub(crate) issues: List<Issue>,
    pub(crate) products: List<Product>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) label: Localized<Line>,
    /// Follows the number, so in the genitive plural where the language has one.
    pub(crate) unit: Localized<Line>,
    /// By size of company.
    pub(crate) volumes: BTreeMap<String, List<u32>>,
    pub(crate) frequencies: List<String>,
    /// Difficulties that this product brings, by id.
    pub(crate) issues: List<String>,
}

/// A difficulty with all that follows from it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issue {
    pub(crate) id: String,
    pub(crate) keywords: Keywords,
    pub(crate) ask: Ask,
    pub(crate) facts: Facts,
}

/// Good questions about an issue, for advice.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    pub(crate) problem: Localized<Line>,
    pub(crate) implication: Localized<Line>,
    pub(crate) need_payoff: Localized<Line>,
}

/// The scenario that is built in.
const SPIN_SALES: &str = include_str!("../../scenarios/spin_sales.toml");

#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    #[error("the scenario {path} cannot be read: {error}")]
    NoFile { path: String, error: std::io::Error },
    /// Not TOML, an unknown or missing field, a blank text, an empty list, an unknown
    /// placeholder: the message names the line.
    #[error("the scenario cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// Each part is well-formed, but they do not fit together.
    #[error("the scenario is wrong at {place}: {problem}")]
    Wrong { place: String, problem: String },
}

impl Scenario {
    /// The scenario of the file at this path; the built-in one if the path is empty, as it is in a
    /// configuration that names none.
    ///
    /// # Errors
    /// [`ScenarioError::NoFile`], and those of [`Self::from_toml`].
    pub fn load(path: &str) -> Result<Self, ScenarioError> {
        if path.is_empty() {
            return Self::from_toml(SPIN_SALES);
        }
        let no_file = |error| ScenarioError::NoFile { path: path.to_owned(), error };
        Self::from_toml(&std::fs::read_to_string(path).map_err(no_file)?)
    }

    /// Reads and checks a scenario file.
    ///
    /// # Errors
    /// [`ScenarioError::Unreadable`] and [`ScenarioError::Wrong`], which say what is wrong and where.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text)?;
        scenario.check()?;
        Ok(scenario)
    }

    /// The highest score that one training can have.
    pub fn max_score(&self) -> u32 {
        let weights = QuestionType::ALL.map(|kind| self.types.get(kind).weight);
        self.limits.max_questions * weights.into_iter().max().unwrap_or_default()
    }

    /// Count times weight over all types; an old session cannot exceed [`Self::max_score`].
    pub(crate) fn score(&self, counts: &BTreeMap<QuestionType, u32>) -> u32 {
        let earned =
            counts.iter().map(|(kind, count)| count.saturating_mul(self.types.get(*kind).weight));
        earned.fold(0, u32::saturating_add).min(self.max_score())
    }

    /// The rank of a training with this score.
    pub fn rank(&self, score: u32) -> &Rank {
        let last = &self.ranks[self.ranks.len() - 1];
        self.ranks.iter().find(|rank| rank.up_to.is_none_or(|most| score <= most)).unwrap_or(last)
    }

    /// None for a badge of another bot.
    pub fn achievement(&self, id: &str) -> Option<&Achievement> {
        self.achievements.iter().find(|achievement| achievement.id == id)
    }

    pub(crate) fn products(&self) -> impl Iterator<Item = (&Industry, &Product)> {
        self.industries
            .iter()
            .flat_map(|industry| industry.products.iter().map(move |product| (industry, product)))
    }
}

/// A thing of a scenario that others name by its id.
pub(crate) trait Named {
    fn id(&self) -> &str;
}

macro_rules! named {
    ($($type:ty),*) => {
        $(impl Named for $type {
            fn id(&self) -> &str {
                &self.id
            }
        })*
    };
}

named!(Achievement, Choice, Industry, Issue, Product, Rank, Situation);

pub(crate) fn find<'s, T: Named>(items: &'s [T], id: &str) -> Option<&'s T> {
    items.iter().find(|item| item.id() == id)
}
