//! `training_history`.

use uuid::Uuid;

use super::statement::{both, sql, statements};
use super::{Connection, Tx};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::summary::TrainingFacts;
use crate::domain::time::Timestamp;
use crate::domain::training::{Training, TrainingWithSnapshot};
use crate::error::Error;

statements! {
    INSERT = both(
        "INSERT INTO training_history (telegram_id, id, bot_name, training_date, scenario_name,
             total_score, clarity_level, question_count, contextual_questions, per_type_counts,
             case_data, session_snapshot, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (telegram_id, id) DO NOTHING");
    GET = both(
        "SELECT id, bot_name, training_date, scenario_name, total_score, clarity_level,
             question_count, contextual_questions, per_type_counts, case_data, session_snapshot,
             created_at
         FROM training_history
         WHERE telegram_id = $1 AND id = $2 AND ($3 = '' OR bot_name = $3)");
    LIST = both(
        "SELECT id, bot_name, training_date, scenario_name, total_score, clarity_level,
             question_count, contextual_questions, per_type_counts, case_data, created_at
         FROM training_history
         WHERE telegram_id = $1 AND ($2 = '' OR bot_name = $2)
             AND training_date >= $3 AND training_date <= $4
             AND (training_date < $5 OR (training_date = $5 AND id < $6))
         ORDER BY training_date DESC, id DESC LIMIT $7");
    FACTS = both(
        "SELECT training_date, total_score, question_count, per_type_counts
         FROM training_history WHERE telegram_id = $1 AND ($2 = '' OR bot_name = $2)");
    FULL = both(
        "SELECT id, bot_name, training_date, scenario_name, total_score, clarity_level,
             question_count, contextual_questions, per_type_counts, case_data, session_snapshot,
             created_at
         FROM training_history WHERE telegram_id = $1 AND ($2 = '' OR bot_name = $2)
         ORDER BY training_date, id");
}

fn name(bot_name: Option<&BotName>) -> &str {
    bot_name.map_or("", BotName::as_str)
}

/// False if there is one of this id.
pub async fn insert(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    t: &TrainingWithSnapshot,
) -> Result<bool, Error> {
    sql!(
        tx,
        execute,
        INSERT,
        telegram_id.get(),
        t.id,
        &t.bot_name,
        t.training_date,
        &t.scenario_name,
        t.total_score,
        t.clarity_level,
        t.question_count,
        t.contextual_questions,
        &t.per_type_counts,
        &t.case_data,
        &t.session_snapshot,
        t.created_at,
    )
    .map(|inserted| inserted == 1)
}

/// The training, if it was in this bot, or in any.
pub async fn get(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    bot_name: Option<&BotName>,
    id: Uuid,
) -> Result<Option<TrainingWithSnapshot>, Error> {
    sql!(connection, fetch_optional, GET, telegram_id.get(), id, name(bot_name))
}

/// Trainings from `first` to `last` in this bot, or in any, before this one, newest first.
pub async fn list(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    bot_name: Option<&BotName>,
    (first, last): (Timestamp, Timestamp),
    before: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<Training>, Error> {
    let (id, bot) = (telegram_id.get(), name(bot_name));
    sql!(connection, fetch_all, LIST, id, bot, first, last, before.0, before.1, limit)
}

/// What a summary needs of all trainings in this bot, or in any.
pub async fn facts(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    bot_name: Option<&BotName>,
) -> Result<Vec<TrainingFacts>, Error> {
    sql!(connection, fetch_all, FACTS, telegram_id.get(), name(bot_name))
}

/// All trainings in this bot, or in any, the oldest first.
pub async fn full(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    bot_name: Option<&BotName>,
) -> Result<Vec<TrainingWithSnapshot>, Error> {
    sql!(connection, fetch_all, FULL, telegram_id.get(), name(bot_name))
}
