//! A training: a case, questions, a report.

use std::time::Duration;

use fluent_bundle::FluentValue;

use super::{progress, shop};
use crate::clock;
use crate::conversation::{Conversation, Decision};
use crate::failure::Failure;
use crate::llm::{self, Rephrase};
use crate::press::Action;
use crate::reply::Reply;
use crate::scope;
use crate::service_api::types::{FinishTraining, Level, TrainingBadge, TrainingFinished};
use crate::shop::{access, reminder};
use crate::training::{self, Case, FinishError, Next, Report, Training, Verdict};

/// What must remain for writing and sending after the language model has had its time.
const RESERVE: Duration = Duration::from_secs(8);

/// `/train`: a new training, or where the one under way stands.
pub(crate) async fn train(talk: &mut Conversation<'_>) -> Result<Decision, Failure> {
    let training = talk.training();
    if !training.is_active() {
        return begin(talk).await;
    }
    let reply = case_card(talk, &training, "training-active", &standing(&training))
        .row([talk.button_now("button-new-case", Action::NewCase)])
        .row([talk.button_now("button-cancel", Action::Cancel)]);
    Ok(Decision::Say(vec![reply]))
}

/// `/case`: a new case. Questions that were asked are given up only by a button.
pub(crate) async fn another_case(talk: &mut Conversation<'_>) -> Result<Decision, Failure> {
    let training = talk.training();
    if !training.is_active() || training.question_count() == 0 {
        return begin(talk).await;
    }
    let reply = Reply::text(talk.text("case-replace", &standing(&training)))
        .row([talk.button_now("button-new-case", Action::NewCase)]);
    Ok(Decision::Say(vec![reply]))
}

/// Begins a training, which uses one of those that the user holds, unless nothing was asked in the
/// one under way. The seed comes from the update, so that its repeat begins the same one.
pub(crate) async fn begin(talk: &mut Conversation<'_>) -> Result<Decision, Failure> {
    let mut training = talk.training();
    let paid = Some(training.consumption_id()).filter(|_| is_untouched(&training)).flatten();
    if paid.is_none() && !talk.opened.access.has_access {
        return Ok(Decision::Say(shop::no_access(talk).await?));
    }
    let seed = training::seed(&format!("{}:{}", talk.telegram_id(), talk.incoming.update_id));
    let mut stats = talk.training_stats();
    training.start(&mut stats, talk.language, seed);
    training.set_consumption_id(paid.unwrap_or_else(|| talk.consumption_id()));
    talk.set_training(&training);
    talk.set_training_stats(&stats);
    let limits = &talk.bot.scenario.limits;
    let values = [
        ("max", FluentValue::from(limits.max_questions)),
        ("min", FluentValue::from(limits.min_questions)),
    ];
    let mut reply = case_card(talk, &training, "training-begun", &values)
        .row([talk.button("button-new-case", Action::NewCase)]);
    if paid.is_some() {
        return Ok(Decision::Save(vec![reply]));
    }
    let left = access::trainings_left(&talk.opened.access).map(|held| held - 1);
    if let Some(left) = left {
        let is_last = left == 0 && reminder::is_wanted(&talk.stats);
        let key = if is_last { "training-last" } else { "training-left" };
        reply.text = format!("{}\n\n{}", reply.text, talk.text(key, &[("count", left.into())]));
        if is_last {
            reply = reply.row([talk.button("button-shop", Action::Shop)]);
        }
    }
    Ok(Decision::Consume(vec![reply]))
}

/// Whether a training is under way in which nothing was asked yet.
fn is_untouched(training: &Training<'_>) -> bool {
    training.is_active() && training.question_count() == 0
}

/// `/caseinfo`
pub(crate) fn case_info(talk: &Conversation<'_>) -> Decision {
    let training = talk.training();
    if !training.is_active() {
        return not_active(talk);
    }
    Decision::Say(vec![case_card(talk, &training, "training-standing", &standing(&training))])
}

/// The case, and a text below it.
fn case_card(
    talk: &Conversation<'_>,
    training: &Training<'_>,
    key: &str,
    values: &[(&str, FluentValue<'_>)],
) -> Reply {
    let case = talk.text("case", &[("case", training.client_case().into())]);
    Reply::text(format!("{case}\n\n{}", talk.text(key, values)))
}

fn standing(training: &Training<'_>) -> [(&'static str, FluentValue<'static>); 3] {
    [
        ("asked", training.question_count().into()),
        ("left", training.questions_left().into()),
        ("clarity", training.clarity().into()),
    ]
}

fn not_active(talk: &Conversation<'_>) -> Decision {
    let reply = Reply::text(talk.text("training-none", &[]))
        .row([talk.button_now("button-train", Action::Train)]);
    Decision::Say(vec![reply])
}

/// A text is a question to the client.
pub(crate) async fn ask(talk: &mut Conversation<'_>, text: &str) -> Result<Decision, Failure> {
    let mut training = talk.training();
    if !training.is_active() {
        return Ok(not_active(talk));
    }
    let kind = match talk.bot.scenario.classifier.get(training.language()).classify(text) {
        Verdict::TooShort => return Ok(super::say(talk, "question-short")),
        Verdict::NotAQuestion => return Ok(super::say(talk, "question-none")),
        Verdict::Question(kind) => kind,
    };
    let Ok(asked) = training.ask(text, kind) else { return finish(talk).await };
    let answer = rephrased(talk, &training, text, &asked.answer).await;
    if let Some(answer) = &answer {
        training.reword_answer(answer.clone());
    }
    let answer = answer.unwrap_or(asked.answer);
    talk.set_training(&training);
    let values = [
        ("type", talk.type_title(kind).into()),
        ("clarity", asked.clarity.into()),
        ("number", training.question_count().into()),
        ("max", talk.bot.scenario.limits.max_questions.into()),
        ("answer", answer.into()),
    ];
    let mut lines = vec![talk.text("question-answered", &values)];
    if asked.repeated {
        lines.push(talk.text("question-repeated", &[]));
    } else if asked.contextual {
        let bonus = talk.bot.scenario.limits.contextual_bonus.into();
        lines.push(talk.text("question-contextual", &[("bonus", bonus)]));
    }
    match asked.next {
        Next::Ask => Ok(Decision::Save(vec![Reply::text(lines.join("\n"))])),
        Next::OfferFinish => {
            lines.push(String::new());
            lines.push(talk.text("finish-offered", &[]));
            let reply =
                Reply::text(lines.join("\n")).row([talk.button("button-finish", Action::Finish)]);
            Ok(Decision::Save(vec![reply]))
        }
        Next::Finish => finish_after(talk, lines).await,
    }
}

/// The answer in the words of the language model, if there is one and its words hold.
async fn rephrased(
    talk: &Conversation<'_>,
    training: &Training<'_>,
    question: &str,
    answer: &str,
) -> Option<String> {
    let facts = training.case().map(Case::facts).unwrap_or_default();
    let facts: Vec<_> = facts.iter().map(|fact| fact.text.as_str()).collect();
    let request = Rephrase {
        language: training.language(),
        case: training.client_case(),
        question,
        answer,
        facts: &facts,
    };
    let llm = talk.bot.llm.as_ref()?;
    if !scope::has_time_for(llm::TIME_LIMIT + RESERVE) {
        return None;
    }
    llm.rephrase(&request).await
}

/// `/cancel`
pub(crate) fn cancel(talk: &mut Conversation<'_>) -> Decision {
    let mut training = talk.training();
    if !training.is_active() {
        return not_active(talk);
    }
    let given_back = training.consumption_id().filter(|_| is_untouched(&training));
    training.reset();
    talk.set_training(&training);
    let button = talk.button("button-train", Action::Train);
    let said = |key| vec![Reply::text(talk.text(key, &[])).row([button])];
    match given_back {
        Some(id) => Decision::GiveBack(said("training-given-back"), id),
        None => Decision::Save(said("training-cancelled")),
    }
}

/// A training that is finished, and what its record in the service needs.
pub(crate) struct Finished {
    before: Vec<String>,
    report: FinishedReport,
    pub body: FinishTraining,
    pub foretold: Outcome,
    levels: Vec<Level>,
}

/// The parts of [`Report`] that are told.
struct FinishedReport {
    values: Vec<(&'static str, FluentValue<'static>)>,
    types: Vec<String>,
    advice: Vec<String>,
}

/// What a finished training came to in the service.
pub(crate) struct Outcome {
    total_xp: i64,
    level: i64,
    leveled_up: bool,
    /// Types of the badges that are new.
    badges: Vec<String>,
}

/// `/finish`
pub(crate) async fn finish(talk: &mut Conversation<'_>) -> Result<Decision, Failure> {
    finish_after(talk, Vec::new()).await
}

/// Finishes the training with what is to be said before its report.
async fn finish_after(
    talk: &mut Conversation<'_>,
    before: Vec<String>,
) -> Result<Decision, Failure> {
    let mut training = talk.training();
    let mut stats = talk.training_stats();
    let report = match training.finish(&mut stats, &clock::now().format("%Y-%m-%d").to_string()) {
        Ok(report) => report,
        Err(FinishError::NotActive) => return Ok(not_active(talk)),
        Err(FinishError::TooFewQuestions { asked, needed }) => {
            let values = [("asked", asked.into()), ("needed", needed.into())];
            return Ok(Decision::Say(vec![Reply::text(talk.text("finish-early", &values))]));
        }
    };
    let levels = talk.bot.service.get_levels().await?.into_inner().items;
    let held = |badge: &str| talk.opened.badges.iter().any(|held| held.badge_type == badge);
    let badges: Vec<String> = stats
        .achievements_unlocked
        .iter()
        .filter(|id| talk.bot.scenario.achievement(id).is_some() && !held(id))
        .cloned()
        .collect();
    let foretold = foretell(talk, &levels, report.score, badges.clone());
    stats.current_level = foretold.level;
    talk.set_training(&training);
    talk.set_training_stats(&stats);
    let finished = Finished {
        before,
        body: body(talk, &report, badges),
        report: told(talk, &report),
        foretold,
        levels,
    };
    Ok(Decision::Finish(Box::new(finished)))
}

fn body(talk: &Conversation<'_>, report: &Report<'_>, badges: Vec<String>) -> FinishTraining {
    let counts = &report.per_type_counts;
    FinishTraining {
        badges: badges
            .into_iter()
            .map(|badge_type| TrainingBadge { badge_type, metadata: None })
            .collect(),
        bot_name: None,
        case_data: report.case_data.as_object().cloned(),
        clarity_level: report.clarity.into(),
        contextual_questions: Some(report.contextual.into()),
        if_version: None,
        levels: Vec::new(),
        per_type_counts: counts.iter().map(|(k, n)| (k.to_string(), (*n).into())).collect(),
        question_count: report.questions.into(),
        scenario_name: Some(talk.bot.scenario.id.clone()),
        session: None,
        session_snapshot: report.session.as_object().cloned(),
        stats: None,
        total_score: report.score.into(),
        training_date: None,
        xp: Some(report.score.into()).filter(|xp| *xp > 0),
    }
}

/// What the service will answer, unless another bot changes something meanwhile.
fn foretell(talk: &Conversation<'_>, levels: &[Level], score: u32, badges: Vec<String>) -> Outcome {
    let user = &talk.opened.user;
    let total_xp = user.total_xp + i64::from(score);
    let reached = levels.iter().filter(|level| level.min_xp <= total_xp).map(|level| level.level);
    let level = reached.max().unwrap_or(user.level).max(user.level);
    Outcome { total_xp, level, leveled_up: level > user.level, badges }
}

impl Finished {
    /// What the service answered.
    pub(crate) fn outcome(&self, answer: TrainingFinished) -> Outcome {
        let badges = answer.badges.into_iter().filter(|badge| badge.awarded);
        let badges = badges.map(|badge| badge.badge.badge_type).collect();
        match answer.xp {
            Some(xp) => Outcome {
                total_xp: xp.total_xp,
                level: xp.new_level,
                leveled_up: xp.leveled_up,
                badges,
            },
            None => Outcome { badges, ..self.foretold },
        }
    }
}

fn told(talk: &Conversation<'_>, report: &Report<'_>) -> FinishedReport {
    let types = report.balance.iter().map(|balance| {
        let values = [
            ("type", talk.type_title(balance.kind).into()),
            ("asked", balance.asked.into()),
            ("share", balance.share.into()),
            ("min", balance.recommended.min.into()),
            ("max", balance.recommended.max.into()),
        ];
        talk.text("report-type", &values)
    });
    let advice = report.advice.iter().zip(1..);
    let advice = advice.map(|(text, number)| {
        talk.text("report-advice", &[("number", number.into()), ("text", text.as_str().into())])
    });
    FinishedReport {
        types: types.collect(),
        advice: advice.collect(),
        values: vec![
            ("score", report.score.into()),
            ("max", report.max_score.into()),
            ("rank", report.rank.title.get(talk.language).to_string().into()),
            ("questions", report.questions.into()),
            ("clarity", report.clarity.into()),
            ("contextual", report.contextual.into()),
            ("listening", report.listening.into()),
        ],
    }
}

/// What the user is told after a training.
pub(crate) fn report(
    talk: &Conversation<'_>,
    finished: &Finished,
    outcome: &Outcome,
) -> Vec<Reply> {
    let told = &finished.report;
    let mut lines = finished.before.clone();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(talk.text("report-head", &told.values));
    lines.extend(told.types.iter().cloned());
    lines.push(talk.text("report-listening", &told.values));
    lines.push(String::new());
    lines.push(talk.text("report-advice-head", &[]));
    lines.extend(told.advice.iter().cloned());
    let gained = [
        ("xp", finished.body.total_score.into()),
        ("total", outcome.total_xp.into()),
        ("level", outcome.level.into()),
    ];
    lines.push(String::new());
    lines.push(talk.text("report-xp", &gained));
    if outcome.leveled_up {
        lines.push(talk.text("report-level-up", &[("level", outcome.level.into())]));
    }
    if let Some(next) = finished.levels.iter().find(|level| level.min_xp > outcome.total_xp) {
        let left = (next.min_xp - outcome.total_xp).into();
        lines.push(talk.text("report-next-level", &[("level", next.level.into()), ("left", left)]));
    }
    for id in &outcome.badges {
        lines.push(progress::badge_line(talk, "report-badge", id));
    }
    let reply = Reply::text(lines.join("\n"))
        .row([talk.button("button-train-again", Action::Train)])
        .row([
            talk.button("button-progress", Action::Progress),
            talk.button("button-board", Action::Board),
        ]);
    vec![reply]
}
