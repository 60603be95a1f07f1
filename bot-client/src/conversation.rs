//! A user and a bot, while one update is decided.

use fluent_bundle::FluentValue;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::applied;
use crate::bot::Bot;
use crate::commands::training::{Finished, report};
use crate::failure::{self, Failure};
use crate::incoming::Incoming;
use crate::press::Action;
use crate::reply::{Button, Reply};
use crate::service_api::types::{Consume, Opened, PutSession, ReturnConsumption};
use crate::texts::Language;
use crate::training::{QuestionType, Stats, Training};

/// What is known when an update is decided, and the session as it shall be.
pub(crate) struct Conversation<'b> {
    pub bot: &'b Bot,
    pub incoming: &'b Incoming,
    pub opened: Opened,
    pub language: Language,
    pub session: Map<String, Value>,
    pub stats: Map<String, Value>,
}

/// What an update comes to.
pub(crate) enum Decision {
    /// Nothing changes.
    Say(Vec<Reply>),
    /// Nothing changes; a note is shown above the chat of the pressed button.
    Note(String),
    /// Session and stats are written, with the replies.
    Save(Vec<Reply>),
    /// The same, and one training of what the user holds is used.
    Consume(Vec<Reply>),
    /// The same, and the training of this consumption is given back.
    GiveBack(Vec<Reply>, Uuid),
    /// A training is finished, which writes session and stats too.
    Finish(Box<Finished>),
}

impl<'b> Conversation<'b> {
    pub(crate) fn new(bot: &'b Bot, incoming: &'b Incoming, mut opened: Opened) -> Self {
        let session = std::mem::take(&mut opened.session);
        let stats = std::mem::take(&mut opened.stats);
        let code = opened.user.language_code.as_deref();
        let language = Language::of_stats(&stats).unwrap_or_else(|| Language::of_code(code));
        Self { bot, incoming, opened, language, session, stats }
    }

    pub(crate) fn telegram_id(&self) -> i64 {
        self.opened.user.telegram_id
    }

    pub(crate) fn text(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.bot.texts.get(self.language, key, values)
    }

    pub(crate) fn type_title(&self, kind: QuestionType) -> String {
        self.bot.scenario.types.get(kind).title.get(self.language).to_string()
    }

    /// A button for what is on the screen after this update was written.
    pub(crate) fn button(&self, key: &str, action: Action) -> Button {
        action.button("", self.text(key, &[]), &self.opened.user, self.opened.version + 1)
    }

    /// A button for what is on the screen without a change.
    pub(crate) fn button_now(&self, key: &str, action: Action) -> Button {
        action.button("", self.text(key, &[]), &self.opened.user, self.opened.version)
    }

    pub(crate) fn set_language(&mut self, language: Language) {
        self.stats.insert("language".to_owned(), language.to_string().into());
        self.language = language;
    }

    pub(crate) fn training(&self) -> Training<'b> {
        Training::resume(&self.bot.scenario, Value::Object(self.session.clone()))
    }

    pub(crate) fn set_training(&mut self, training: &Training<'_>) {
        self.session = object(training.to_json());
    }

    pub(crate) fn training_stats(&self) -> Stats {
        let mut stats = Stats::from_json(Value::Object(self.stats.clone()));
        stats.current_level = self.opened.user.level;
        stats
    }

    pub(crate) fn set_training_stats(&mut self, stats: &Stats) {
        self.stats = object(stats.to_json());
    }

    /// Of one call of the service for this update.
    pub(crate) fn idempotency_key(&self, operation: &str) -> String {
        format!("tg:{}:{operation}", self.incoming.update_id)
    }

    /// Notes with the session what this update came to.
    fn record(&mut self, replies: &[Reply]) {
        applied::record(&mut self.session, self.incoming.update_id, replies);
        // Who writes to the bot has not blocked it.
        self.stats.remove("blocked_at");
    }

    /// Writes session and stats, if nobody else did since they were read.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) async fn save(&mut self, replies: &[Reply]) -> Result<(), Failure> {
        self.record(replies);
        let body = PutSession { session: self.session.clone(), stats: self.stats.clone() };
        let if_match = format!("\"{}\"", self.opened.version);
        let service = &self.bot.service;
        service.put_session(self.telegram_id(), &self.bot.name, Some(&if_match), &body).await?;
        Ok(())
    }

    /// By which this update uses access, however often it is delivered.
    pub(crate) fn consumption_id(&self) -> Uuid {
        let name = format!("{}:{}:{}", self.bot.name, self.telegram_id(), self.incoming.update_id);
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
    }

    /// Uses one training of what the user holds and writes session and stats, in one call. False if
    /// the user holds nothing any more.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) async fn consume(&mut self, replies: &[Reply]) -> Result<bool, Failure> {
        self.record(replies);
        let body = Consume {
            bot_name: None,
            consumption_id: Some(self.consumption_id()),
            if_version: Some(self.opened.version),
            session: Some(self.session.clone()),
            stats: Some(self.stats.clone()),
        };
        let key = self.idempotency_key("consume");
        let used = self.bot.service.consume_access(self.telegram_id(), Some(&key), &body).await;
        match used {
            Err(error) if failure::has_status(&error, 402) => {
                let access = self.bot.service.get_access(self.telegram_id()).await?;
                self.opened.access = access.into_inner();
                Ok(false)
            }
            // Used by this update and given back since: there is nothing left to do.
            Err(error) if failure::has_status(&error, 409) => Err(Failure::Gone),
            used => Ok(used.map(|_| true)?),
        }
    }

    /// Gives a training back and writes session and stats, in one call.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) async fn give_back(&mut self, replies: &[Reply], id: Uuid) -> Result<(), Failure> {
        self.record(replies);
        let body = ReturnConsumption {
            bot_name: None,
            if_version: Some(self.opened.version),
            session: Some(self.session.clone()),
            stats: Some(self.stats.clone()),
        };
        let key = self.idempotency_key("return");
        let service = &self.bot.service;
        match service.return_access(self.telegram_id(), &id, Some(&key), &body).await {
            // The service knows nothing of it, so nothing is owed.
            Err(error) if failure::has_code(&error, "consumption_not_found") => {
                self.save(replies).await
            }
            returned => Ok(returned.map(drop)?),
        }
    }

    /// Records a finished training, in one call. What it came to is foretold in the session's record
    /// of this update, which is written by the same call; the user is told what it really came to.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) async fn finish(&mut self, mut finished: Finished) -> Result<Vec<Reply>, Failure> {
        let foretold = report(self, &finished, &finished.foretold);
        self.record(&foretold);
        finished.body.session = Some(self.session.clone());
        finished.body.stats = Some(self.stats.clone());
        finished.body.if_version = Some(self.opened.version);
        let key = self.idempotency_key("training");
        let service = &self.bot.service;
        let answer =
            service.finish_training(self.telegram_id(), Some(&key), &finished.body).await?;
        let outcome = finished.outcome(answer.into_inner());
        Ok(report(self, &finished, &outcome))
    }
}

fn object(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
