//! How a user does: figures, a picture, a rank, badges.

use std::collections::BTreeMap;

use super::drawn;
use crate::chart::{self, ChartPoint, ChartScale, ChartTexts};
use crate::conversation::{Conversation, Decision};
use crate::failure::Failure;
use crate::press::Action;
use crate::reply::{File, Reply};
use crate::service_api::types::Training;
use crate::training::QuestionType;

/// `/stats`
pub(crate) async fn stats(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let summary = talk.bot.service.get_training_summary(talk.telegram_id()).await?.into_inner();
    if summary.total_trainings == 0 {
        return Ok(no_training(talk));
    }
    let values = [
        ("trainings", summary.total_trainings.into()),
        ("questions", summary.total_questions.into()),
        ("best", summary.best_score.into()),
        ("average", summary.average_score.unwrap_or_default().round().into()),
    ];
    let mut lines = vec![talk.text("stats", &values)];
    for kind in QuestionType::ALL {
        let counts = summary.per_type_counts.iter().filter(|(id, _)| id.parse() == Ok(kind));
        let count = counts.map(|(_, count)| *count).sum::<i64>();
        let values = [("type", talk.type_title(kind).into()), ("count", count.into())];
        lines.push(talk.text("stats-type", &values));
    }
    let reply = Reply::text(lines.join("\n"))
        .row([talk.button_now("button-progress", Action::Progress)])
        .row([talk.button_now("button-train", Action::Train)]);
    Ok(Decision::Say(vec![reply]))
}

/// `/progress`
pub(crate) async fn picture(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let service = &talk.bot.service;
    let limit = Some(chart::TRAININGS_SHOWN.into());
    let page = service.list_trainings(talk.telegram_id(), None, None, limit, None).await?;
    if page.items.is_empty() {
        return Ok(no_training(talk));
    }
    let points: Vec<_> = page.items.iter().rev().map(point).collect();
    let text = |key| talk.text(key, &[]);
    let (title, score, best) = (text("chart-title"), text("chart-score"), text("chart-best"));
    let (questions, date_format) = (text("chart-questions"), text("chart-date"));
    let types = QuestionType::ALL.map(|kind| talk.type_title(kind));
    let scenario = &talk.bot.scenario;
    let rank_bounds: Vec<_> = scenario.ranks.iter().filter_map(|rank| rank.up_to).collect();
    let (max_score, max_questions) = (scenario.max_score(), scenario.limits.max_questions);
    let drawing = tokio::task::spawn_blocking(move || {
        let scale = ChartScale { rank_bounds: &rank_bounds, max_score, max_questions };
        let texts = ChartTexts {
            title: &title,
            score: &score,
            best: &best,
            questions: &questions,
            types: types.each_ref().map(String::as_str),
            date_format: &date_format,
        };
        chart::progress(&points, &scale, &texts)
    });
    let bytes = drawn(drawing).await?;
    let count = page.items.len().into();
    let reply = Reply {
        file: Some(File::Photo { name: "progress.png".to_owned(), bytes }),
        ..Reply::text(talk.text("progress", &[("count", count)]))
    };
    Ok(Decision::Say(vec![reply.row([talk.button_now("button-train", Action::Train)])]))
}

fn point(training: &Training) -> ChartPoint {
    let counts = training.per_type_counts.iter().flatten();
    let count = |kind| {
        let counts = counts.clone().filter(|(id, _)| id.parse() == Ok(kind));
        let asked = counts.filter_map(|(_, count)| count.as_u64()).fold(0, u64::saturating_add);
        asked.try_into().unwrap_or(0)
    };
    ChartPoint {
        date: training.training_date.date_naive(),
        total_score: training.total_score.try_into().unwrap_or(0),
        questions: QuestionType::ALL.map(count),
    }
}

/// `/rank`
pub(crate) async fn rank(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let rank = talk.bot.service.get_rank(talk.telegram_id()).await?.into_inner();
    let values = [
        ("rank", rank.rank.into()),
        ("users", rank.total_users.into()),
        ("xp", rank.total_xp.into()),
    ];
    let reply = Reply::text(talk.text("rank", &values))
        .row([talk.button_now("button-board", Action::Board)]);
    Ok(Decision::Say(vec![reply]))
}

/// `/badges`: those held, of every bot, then what can still be earned here.
pub(crate) async fn badges(talk: &Conversation<'_>) -> Result<Decision, Failure> {
    let held = &talk.opened.badges;
    let catalogue = talk.bot.service.list_badges(None, Some(100)).await?.into_inner().items;
    let titles: BTreeMap<_, _> = catalogue
        .iter()
        .filter_map(|badge| {
            let title = badge.titles.get(&talk.language.to_string())?;
            Some((badge.badge_type.as_str(), title.as_str()))
        })
        .collect();
    let mut lines = vec![talk.text("badges", &[("count", held.len().into())])];
    for badge in held {
        if talk.bot.scenario.achievement(&badge.badge_type).is_some() {
            lines.push(badge_line(talk, "badge-held", &badge.badge_type));
        } else {
            let id = badge.badge_type.as_str();
            let title = titles.get(id).copied().unwrap_or(id);
            lines.push(talk.text("badge-foreign", &[("title", title.into())]));
        }
    }
    for achievement in talk.bot.scenario.achievements.iter() {
        if held.iter().all(|badge| badge.badge_type != achievement.id) {
            lines.push(badge_line(talk, "badge-open", &achievement.id));
        }
    }
    Ok(Decision::Say(vec![Reply::text(lines.join("\n"))]))
}

/// A badge that this bot's scenario knows.
pub(crate) fn badge_line(talk: &Conversation<'_>, key: &str, id: &str) -> String {
    let Some(badge) = talk.bot.scenario.achievement(id) else { return id.to_owned() };
    let title = badge.title.get(talk.language).to_string().into();
    let description = badge.description.get(talk.language).to_string().into();
    talk.text(key, &[("title", title), ("description", description)])
}

fn no_training(talk: &Conversation<'_>) -> Decision {
    let reply = Reply::text(talk.text("stats-none", &[]))
        .row([talk.button_now("button-train", Action::Train)]);
    Decision::Say(vec![reply])
}
