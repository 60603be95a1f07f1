//! The report after a training.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::training::{
    Achievement, Case, QuestionType, Rank, Scenario, Share, Stats,
    measure::{Tally, percent},
    scenario::{Advice, AdviceSlot, AskSlot},
    session::{Asked, Session},
};

/// All that there is to say about a finished training, and all that its history row needs.
#[derive(Debug, Clone)]
pub struct Report<'s> {
    /// Also the XP that the training earns.
    pub score: u32,
    pub max_score: u32,
    pub rank: &'s Rank,
    pub clarity: u32,
    pub questions: u32,
    pub per_type_counts: BTreeMap<QuestionType, u32>,
    /// One entry per type, in the order of [`QuestionType::ALL`].
    pub balance: Vec<TypeBalance>,
    /// Questions that took up the client's last answer.
    pub contextual: u32,
    /// Their share, percent.
    pub listening: u32,
    /// As many as `limits.advice` says, in the language of the training.
    pub advice: Vec<String>,
    pub case_data: Value,
    /// The training's own keys of the session as it was at the end.
    pub session: Value,
}

/// How often a type was asked, against what is recommended.
#[derive(Debug, Clone, Copy)]
pub struct TypeBalance {
    pub kind: QuestionType,
    pub asked: u32,
    /// Of all questions, percent.
    pub share: u32,
    pub recommended: Share,
}

impl<'s> Report<'s> {
    /// Judges the session and books it in the stats, with the achievements that it unlocks.
    pub(crate) fn make(
        scenario: &'s Scenario,
        case: &Case<'_>,
        session: &Session,
        stats: &mut Stats,
        date: &str,
    ) -> Self {
        let score = scenario.score(&session.per_type_counts);
        book(scenario, session, score, stats, date);
        unlock(scenario, session, stats);
        let tally = Tally { scenario, session, stats };
        Self {
            score,
            max_score: scenario.max_score(),
            rank: scenario.rank(score),
            clarity: session.clarity_level,
            questions: session.question_count,
            per_type_counts: session.per_type_counts.clone(),
            balance: QuestionType::ALL.map(|kind| balance(scenario, session, kind)).to_vec(),
            contextual: session.contextual_questions,
            listening: percent(session.contextual_questions, session.question_count),
            advice: advise(&tally, case),
            case_data: session.case_data.clone(),
            session: session.snapshot(),
        }
    }
}

fn balance(scenario: &Scenario, session: &Session, kind: QuestionType) -> TypeBalance {
    let asked = session.count(kind);
    TypeBalance {
        kind,
        asked,
        share: percent(asked, session.question_count),
        recommended: scenario.types.get(kind).recommended,
    }
}

fn book(scenario: &Scenario, session: &Session, score: u32, stats: &mut Stats, date: &str) {
    let add = |total: &mut u64, more: u32| *total = total.saturating_add(more.into());
    add(&mut stats.total_trainings, 1);
    add(&mut stats.total_questions, session.question_count);
    add(&mut stats.total_xp, score);
    stats.best_score = stats.best_score.max(score.into());
    if score >= scenario.limits.maestro_score {
        add(&mut stats.maestro_streak, 1);
    } else {
        stats.maestro_streak = 0;
    }
    stats.last_training_date = Some(date.to_owned());
}

fn unlock(scenario: &Scenario, session: &Session, stats: &mut Stats) {
    let tally = Tally { scenario, session, stats };
    let earned = |achievement: &&Achievement| {
        !stats.achievements_unlocked.contains(&achievement.id)
            && achievement.when.iter().all(|condition| condition.holds(&tally))
    };
    let new = scenario.achievements.iter().filter(earned);
    let ids: Vec<_> = new.map(|achievement| achievement.id.clone()).collect();
    stats.achievements_unlocked.extend(ids);
}

fn advise(tally: &Tally<'_>, case: &Case<'_>) -> Vec<String> {
    let scenario = tally.scenario;
    let applies = |advice: &&Advice| advice.when.iter().all(|condition| condition.holds(tally));
    let applicable = scenario.advice.iter().filter(applies);
    applicable.take(scenario.limits.advice).map(|advice| word(advice, tally, case)).collect()
}

/// Examples are about the difficulty that the conversation was on last.
fn word(advice: &Advice, tally: &Tally<'_>, case: &Case<'_>) -> String {
    let language = tally.session.language;
    let facts = tally.session.asked_questions.iter().rev().filter_map(Asked::fact);
    let ask =
        &facts.filter_map(|fact| case.issue_of(fact)).next().unwrap_or(case.first_issue()).ask;
    advice.text.get(language).render(|slot| match slot {
        AdviceSlot::Measure(measure) => tally.value(measure).to_string(),
        AdviceSlot::Case(slot) => case.detail(slot),
        AdviceSlot::Ask(AskSlot::Problem) => ask.problem.get(language).to_string(),
        AdviceSlot::Ask(AskSlot::Implication) => ask.implication.get(language).to_string(),
        AdviceSlot::Ask(AskSlot::NeedPayoff) => ask.need_payoff.get(language).to_string(),
    })
}
