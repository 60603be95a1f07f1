//! `training_history`.

use serde::Serialize;
use uuid::Uuid;

use super::gather::{self, Answers, Gathered, Key, Lane, Waiting, gathered};
use super::statement::{both, each, sql, statements};
use super::{Connection, Store, Tx};
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::once::{Done, Once};
use crate::domain::summary::TrainingFacts;
use crate::domain::time::Timestamp;
use crate::domain::training::{
    self, FinishTraining, Training, TrainingFinished, TrainingWithSnapshot,
};
use crate::domain::xp;
use crate::error::Error;

/// Trainings of several users. A row is `[telegram_id, id, bot_name, training_date, scenario_name,
/// total_score, clarity_level, question_count, contextual_questions, per_type_counts, case_data,
/// session_snapshot]`.
macro_rules! insert_all {
    ($engine:ident, $id:literal, $training_date:literal) => {
        concat!(
            "INSERT INTO training_history (telegram_id, id, bot_name, training_date, scenario_name,
                 total_score, clarity_level, question_count, contextual_questions, per_type_counts,
                 case_data, session_snapshot, created_at)
             SELECT CAST(r.value ->> 0 AS BIGINT), ",
            $id,
            ", r.value ->> 2, ",
            $training_date,
            ", r.value ->> 4, CAST(r.value ->> 5 AS BIGINT), CAST(r.value ->> 6 AS BIGINT),
                 CAST(r.value ->> 7 AS BIGINT), CAST(r.value ->> 8 AS BIGINT),
                 NULLIF(r.value -> 9, 'null'), NULLIF(r.value -> 10, 'null'),
                 NULLIF(r.value -> 11, 'null'), $2
             FROM ",
            gathered!($engine)
        )
    };
}

statements! {
    INSERT_ALL = each(
        insert_all!(sqlite, "unhex(r.value ->> 1)", "r.value ->> 3"),
        insert_all!(
            postgres, "CAST(r.value ->> 1 AS UUID)", "CAST(r.value ->> 3 AS TIMESTAMPTZ)"));
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

fn row((telegram_id, t): &(i64, TrainingWithSnapshot)) -> impl Serialize {
    let id = t.id.simple().to_string();
    (
        telegram_id,
        id,
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
    )
}

/// Inserts new trainings of several users.
pub async fn insert_all(
    tx: &mut Tx<'_>,
    trainings: &[(i64, TrainingWithSnapshot)],
) -> Result<(), Error> {
    let (rows, now) = (gather::rows(trainings.iter().map(row)), tx.now());
    sql!(tx, execute, INSERT_ALL, rows, now).map(drop)
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

impl Gathered for Once<FinishTraining> {
    type Answer = Done<TrainingFinished>;

    fn key(&self) -> &Key {
        &self.owner
    }

    fn bytes(&self) -> usize {
        self.bytes
    }

    fn shares(&self) -> bool {
        self.request.if_version.is_none()
    }
}

impl Store {
    /// Records a finished training in one transaction with others that are finished at the same
    /// time. `None`: it has to be recorded by itself. Nothing was written then, or if it was, it is
    /// found under its idempotency key.
    ///
    /// # Errors
    /// No connection is to be had.
    pub async fn finish_training(
        &self,
        one: Once<FinishTraining>,
    ) -> Result<Option<Done<TrainingFinished>>, Error> {
        if training::whole(&one).is_none() {
            return Ok(None);
        }
        let finish =
            |lane: Lane<_>| lane.run(self.clone(), |s, batch| Box::pin(s.finish_all(batch)));
        Ok(self.trainings.ask(one, finish).await?)
    }

    async fn finish_all(
        &self,
        batch: &[Waiting<Once<FinishTraining>>],
    ) -> Result<Answers<Once<FinishTraining>>, Error> {
        let requests: Vec<_> = batch.iter().map(|one| &one.item).collect();
        let sent = requests.iter().map(|one| &one.request.levels);
        let levels = xp::levels_beside(self, sent).await?;
        self.write_together(|tx| Box::pin(training::finish_all(tx, &requests, &levels))).await
    }
}
