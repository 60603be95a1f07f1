//! What can be counted in a training, and conditions over it: the data says which figure earns
//! an achievement or calls for a piece of advice.

use serde::Deserialize;

use crate::training::{QuestionType, Scenario, session::Session, stats::Stats};

/// A figure of the training that has just ended, or of the trainee so far (that one included).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Measure {
    Questions,
    QuestionsLeft,
    Score,
    MaxScore,
    /// Points still missing for the scenario's `maestro_score`.
    ToMaestro,
    Clarity,
    /// Questions that took up the client's last answer.
    Contextual,
    /// The same, but 0 unless every question did.
    ContextualUnbroken,
    /// The share of contextual questions, percent.
    Listening,
    Situational,
    Problem,
    Implication,
    NeedPayoff,
    /// Shares of all questions, percent.
    SituationalShare,
    ProblemShare,
    ImplicationShare,
    NeedPayoffShare,
    /// Types that were asked at least once, 0 to 4.
    Types,
    /// Implication questions before the first problem question.
    EarlyImplication,
    /// Need-payoff questions before the first problem question.
    EarlyNeedPayoff,
    /// The most questions of one type in a row.
    LongestRun,
    /// Questions that had been asked before in the same words.
    Repeats,
    /// Facts that the client told.
    Facts,
    TotalTrainings,
    TotalQuestions,
    BestScore,
    MaestroStreak,
}

/// A figure within bounds, both inclusive.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Condition {
    pub(crate) measure: Measure,
    pub(crate) at_least: Option<u64>,
    pub(crate) at_most: Option<u64>,
}

impl Condition {
    pub(crate) fn holds(&self, tally: &Tally<'_>) -> bool {
        let value = tally.value(self.measure);
        self.at_least.is_none_or(|least| value >= least)
            && self.at_most.is_none_or(|most| value <= most)
    }
}

/// A training at its end, with the stats that already hold it.
pub(crate) struct Tally<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) session: &'a Session,
    pub(crate) stats: &'a Stats,
}

impl Tally<'_> {
    pub(crate) fn value(&self, measure: Measure) -> u64 {
        use QuestionType::{Implication, NeedPayoff, Problem, Situational};

        let Self { scenario, session, stats } = self;
        let questions = session.question_count;
        let contextual = session.contextual_questions;
        let score = scenario.score(&session.per_type_counts);
        let count = |kind| session.count(kind);
        let share = |kind| percent(session.count(kind), questions);
        let of_session = match measure {
            Measure::Questions => questions,
            Measure::QuestionsLeft => scenario.limits.max_questions.saturating_sub(questions),
            Measure::Score => score,
            Measure::MaxScore => scenario.max_score(),
            Measure::ToMaestro => scenario.limits.maestro_score.saturating_sub(score),
            Measure::Clarity => session.clarity_level,
            Measure::Contextual => contextual,
            Measure::ContextualUnbroken if contextual >= questions => contextual,
            Measure::ContextualUnbroken => 0,
            Measure::Listening => percent(contextual, questions),
            Measure::Situational => count(Situational),
            Measure::Problem => count(Problem),
            Measure::Implication => count(Implication),
            Measure::NeedPayoff => count(NeedPayoff),
            Measure::SituationalShare => share(Situational),
            Measure::ProblemShare => share(Problem),
            Measure::ImplicationShare => share(Implication),
            Measure::NeedPayoffShare => share(NeedPayoff),
            Measure::Types => {
                QuestionType::ALL.map(|kind| u32::from(count(kind) > 0)).into_iter().sum()
            }
            Measure::EarlyImplication => session.asked_before(Implication, Problem),
            Measure::EarlyNeedPayoff => session.asked_before(NeedPayoff, Problem),
            Measure::LongestRun => session.longest_run(),
            Measure::Repeats => session.repeats(),
            Measure::Facts => session.facts_told(),
            Measure::TotalTrainings => return stats.total_trainings,
            Measure::TotalQuestions => return stats.total_questions,
            Measure::BestScore => return stats.best_score,
            Measure::MaestroStreak => return stats.maestro_streak,
        };
        of_session.into()
    }
}

/// A share in percent, rounded; 0 of nothing.
pub(crate) fn percent(part: u32, whole: u32) -> u32 {
    let (part, whole) = (u64::from(part), u64::from(whole));
    let rounded = (part * 200 + whole).checked_div(whole * 2).unwrap_or_default();
    rounded.min(100).try_into().unwrap_or(100)
}
