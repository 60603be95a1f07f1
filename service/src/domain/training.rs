//! Finished trainings: history, XP, badges, totals and session in one transaction.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Actor;
use super::badge::{self, Badge, BadgeAwarded, TrainingBadge};
use super::bounds::{BotName, Identifier, Int, TelegramId};
use super::json::{JsonObject, not_null, objects};
use super::level::LevelStep;
use super::once::{Done, Once, Together};
use super::session::{Change, Version};
use super::time::Timestamp;
use super::user::User;
use super::xp::{self, XpAdded};
use crate::error::Error;
use crate::metrics;
use crate::store::sessions::{Put, Written};
use crate::store::xp::Record;
use crate::store::{self, Tx};

/// Points, percents and questions of one training.
pub type Measure = Int<0, 1_000_000>;

/// Badges of a training that may go together with others.
const TOGETHER_BADGES: usize = 10;

/// A training that was finished.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "total_score": 150, "clarity_level": 85, "question_count": 8, "contextual_questions": 3,
    "per_type_counts": {"situational": 2, "problem": 2, "implication": 2, "need_payoff": 2},
    "scenario_name": "spin_sales", "xp": 150, "badges": [{"badge_type": "first_training"}],
    "session": {"chat_state": "new"}, "stats": {"total_trainings": 1, "best_score": 150},
    "if_version": 9
}))]
pub struct FinishTraining {
    pub total_score: Measure,
    pub clarity_level: Measure,
    pub question_count: Measure,
    /// 0 if absent.
    pub contextual_questions: Option<Measure>,
    #[schema(value_type = BTreeMap<String, Measure>)]
    pub per_type_counts: BTreeMap<String, Measure>,
    pub case_data: Option<JsonObject>,
    pub session_snapshot: Option<JsonObject>,
    pub scenario_name: Option<Identifier>,
    /// Now if absent.
    pub training_date: Option<Timestamp>,
    /// XP to add; none if absent.
    pub xp: Option<Measure>,
    /// The level table to go by; without it, or with an empty one, the service's.
    #[serde(default, deserialize_with = "objects::<1_000, _, _>")]
    #[schema(max_items = 1_000)]
    pub levels: Vec<LevelStep>,
    /// Badges to award; those that the user holds are answered with `awarded: false`.
    #[serde(default, deserialize_with = "objects::<100, _, _>")]
    #[schema(max_items = 100)]
    pub badges: Vec<TrainingBadge>,
    /// Replaces the session.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub session: Option<JsonObject>,
    /// Replaces the stats.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub stats: Option<JsonObject>,
    /// Nothing is done unless the session is at this version.
    pub if_version: Option<Version>,
    /// For operators, who need it: the bot in which the user trained. A bot's key records its own.
    pub bot_name: Option<BotName>,
}

/// A finished training.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2", "bot_name": "spin_bot",
    "training_date": "2026-11-22T07:01:41.089086Z", "scenario_name": "spin_sales",
    "total_score": 150, "clarity_level": 85, "question_count": 8, "contextual_questions": 3,
    "per_type_counts": {"situational": 2, "problem": 2, "implication": 2, "need_payoff": 2},
    "case_data": {"company": "TechCorp"}, "created_at": "2026-11-22T07:01:41.089086Z"
}))]
pub struct Training {
    pub id: Uuid,
    pub bot_name: String,
    pub training_date: Timestamp,
    pub scenario_name: Option<String>,
    pub total_score: i64,
    pub clarity_level: i64,
    pub question_count: i64,
    pub contextual_questions: i64,
    /// Null only for imported trainings.
    pub per_type_counts: Option<JsonObject>,
    pub case_data: Option<JsonObject>,
    pub created_at: Timestamp,
}

/// A finished training with the session as it was.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
pub struct TrainingWithSnapshot {
    pub id: Uuid,
    pub bot_name: String,
    pub training_date: Timestamp,
    pub scenario_name: Option<String>,
    pub total_score: i64,
    pub clarity_level: i64,
    pub question_count: i64,
    pub contextual_questions: i64,
    /// Null only for imported trainings.
    pub per_type_counts: Option<JsonObject>,
    pub case_data: Option<JsonObject>,
    pub session_snapshot: Option<JsonObject>,
    pub created_at: Timestamp,
}

/// What a finished training came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrainingFinished {
    pub training: Training,
    /// Null if no XP was asked for.
    pub xp: Option<XpAdded>,
    /// In the order asked.
    pub badges: Vec<BadgeAwarded>,
    /// The session's version; null if there is no session.
    pub version: Option<i64>,
}

/// Records a finished training of a locked user, and all that goes with it. `levels`: the service's
/// table, if there is XP.
pub async fn finish(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    mut user: User,
    actor: &Actor,
    request: &FinishTraining,
    levels: &[LevelStep],
) -> Result<TrainingFinished, Error> {
    let bot_name = FinishTraining::bot(actor)?;
    let training = request.training(tx, bot_name);
    store::trainings::insert(tx, telegram_id, &training).await?;
    tx.count(metrics::TRAININGS, 1);
    let mut xp = None;
    let mut applied = None;
    if let Some(amount) = request.xp {
        let levels = xp::table(&request.levels, levels);
        let (amount, added) = xp::apply(&mut user, amount.get(), [levels]);
        // A table that the caller sent can raise the level without any XP.
        applied = Some(amount).filter(|amount| *amount > 0 || added.leveled_up);
        xp = Some(added);
    }
    let score = training.total_score;
    match applied {
        None => store::users::add_training(tx, &user, score).await?,
        Some(applied) => {
            xp::record(tx, &user, actor, applied, Some("training"), Some(score)).await?;
        }
    }
    let mut badges = Vec::with_capacity(request.badges.len());
    for badge in &request.badges {
        let metadata = badge.metadata.as_ref();
        badges.push(badge::award(tx, telegram_id, actor, &badge.badge_type, metadata).await?);
    }
    let change = Change {
        session: request.session.as_ref(),
        stats: request.stats.as_ref(),
        if_version: request.if_version.map(Version::get),
    };
    let version = change.write(tx, telegram_id, Some(bot_name)).await?;
    Ok(TrainingFinished { training: training.into(), xp, badges, version })
}

/// XP and session of a training that [`finish_all`] can record: one with both, by a bot's key, as
/// bots send them, and so few badges that many such trainings are not too much at once.
pub fn whole(one: &Once<FinishTraining>) -> Option<(i64, &JsonObject, &JsonObject)> {
    let FinishTraining { xp, session, stats, badges, .. } = &*one.request;
    let (xp, session, stats) = (xp.as_ref()?.get(), session.as_ref()?, stats.as_ref()?);
    let is_fit = xp > 0 && !one.owner.1.is_empty() && badges.len() <= TOGETHER_BADGES;
    is_fit.then_some((xp, session, stats))
}

/// As [`whole`], with what writes the session.
fn whole_put(one: &Once<FinishTraining>) -> Option<(i64, Put)> {
    let ((xp, session, stats), (telegram_id, bot_name)) = (whole(one)?, &one.owner);
    let if_version = one.request.if_version.map(Version::get);
    Some((xp, Put::new(*telegram_id, bot_name, session, stats, if_version)))
}

/// Records finished trainings of several users, each as [`finish`] does. `levels`: the service's
/// table. `None` where there is no such user, somebody else has locked them, or the session is at
/// another version.
pub async fn finish_all(
    tx: &mut Tx<'_>,
    requests: &[&Once<FinishTraining>],
    levels: &[LevelStep],
) -> Result<Vec<Option<Done<TrainingFinished>>>, Error> {
    let mut together = Together::begin(tx, requests).await?;
    let wholes: Option<Vec<_>> = together.fresh.iter().map(|one| whole_put(one)).collect();
    let wholes = wholes.filter(|wholes| !wholes.is_empty());
    let Some(wholes) = wholes else { return together.end(tx, Vec::new()).await };
    let puts: Vec<_> = wholes.iter().map(|(_, put)| put).collect();
    let written = store::sessions::write_all(tx, &puts).await?;
    let mut asked = Vec::new();
    for one in &together.fresh {
        let types = one.request.badges.iter().map(|badge| badge.badge_type.as_str());
        asked.extend(types.map(|badge_type| (one.owner.0, badge_type)));
    }
    let mut held = store::badges::held(tx, &asked).await?;
    let (mut trainings, mut records, mut earned) = (Vec::new(), Vec::new(), Vec::new());
    let mut answers = Vec::with_capacity(together.fresh.len());
    for ((one, (amount, _)), written) in together.fresh.iter().zip(&wholes).zip(written) {
        let Once { owner: (telegram_id, _), actor, request, .. } = one;
        let user = together.users.get_mut(telegram_id);
        let (Some(Written { version, .. }), Some(user)) = (written, user) else {
            answers.push(None);
            continue;
        };
        let training = request.training(tx, FinishTraining::bot(actor)?);
        tx.count(metrics::TRAININGS, 1);
        let (applied, xp) = xp::apply(user, *amount, [xp::table(&request.levels, levels)]);
        let event = xp::event(tx, user, actor, applied, Some("training"));
        records.push(Record::new(user, event, actor, Some(training.total_score)));
        let mut badges = Vec::with_capacity(request.badges.len());
        for TrainingBadge { badge_type, metadata } in &request.badges {
            let badge = Badge::earned(tx, actor, badge_type, metadata.as_ref());
            let key = (*telegram_id, badge.badge_type.clone());
            let awarded = !held.contains_key(&key);
            if awarded {
                earned.push((*telegram_id, badge.clone()));
            }
            badges.push(BadgeAwarded { awarded, badge: held.entry(key).or_insert(badge).clone() });
        }
        trainings.push((*telegram_id, training.clone()));
        let (training, version) = (training.into(), Some(version));
        answers.push(Some(TrainingFinished { training, xp: Some(xp), badges, version }));
    }
    store::trainings::insert_all(tx, &trainings).await?;
    store::xp::record_all(tx, &records).await?;
    store::badges::insert_all(tx, &earned).await?;
    together.end(tx, answers).await
}

impl FinishTraining {
    /// The bot in which the user trained: an operator has to name it.
    pub fn bot(actor: &Actor) -> Result<&BotName, Error> {
        actor.bot_name.as_ref().ok_or_else(|| {
            Error::invalid("bot_name", "is needed: an operator's key belongs to no bot")
        })
    }

    fn training(&self, tx: &Tx<'_>, bot_name: &BotName) -> TrainingWithSnapshot {
        let counts = self.per_type_counts.iter();
        let counts = counts.map(|(kind, count)| (kind.clone(), count.get().into()));
        TrainingWithSnapshot {
            id: tx.new_id(),
            bot_name: bot_name.as_str().to_owned(),
            training_date: self.training_date.unwrap_or(tx.now()),
            scenario_name: self.scenario_name.as_ref().map(|name| name.as_str().to_owned()),
            total_score: self.total_score.get(),
            clarity_level: self.clarity_level.get(),
            question_count: self.question_count.get(),
            contextual_questions: self.contextual_questions.map_or(0, Int::get),
            per_type_counts: Some(counts.collect::<serde_json::Map<_, _>>().into()),
            case_data: self.case_data.clone(),
            session_snapshot: self.session_snapshot.clone(),
            created_at: tx.now(),
        }
    }
}

impl From<TrainingWithSnapshot> for Training {
    fn from(full: TrainingWithSnapshot) -> Self {
        Self {
            id: full.id,
            bot_name: full.bot_name,
            training_date: full.training_date,
            scenario_name: full.scenario_name,
            total_score: full.total_score,
            clarity_level: full.clarity_level,
            question_count: full.question_count,
            contextual_questions: full.contextual_questions,
            per_type_counts: full.per_type_counts,
            case_data: full.case_data,
            created_at: full.created_at,
        }
    }
}
