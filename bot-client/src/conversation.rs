//! A user and a bot, while one update is decided.

use fluent_bundle::FluentValue;
use serde_json::{Map, Value};

use crate::applied;
use crate::bot::Bot;
use crate::commands::training::{Finished, report};
use crate::failure::Failure;
use crate::incoming::Incoming;
use crate::press::Action;
use crate::reply::{Button, Reply};
use crate::service_api::types::{Opened, PutSession};
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
        action.button(self.text(key, &[]), &self.opened.user, self.opened.version + 1)
    }

    /// A button for what is on the screen without a change.
    pub(crate) fn button_now(&self, key: &str, action: Action) -> Button {
        action.button(self.text(key, &[]), &self.opened.user, self.opened.version)
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
        Stats::from_json(Value::Object(self.stats.clone()))
    }

    pub(crate) fn set_training_stats(&mut self, stats: &Stats) {
        self.stats = object(stats.to_json());
    }

    /// Of one call of the service for this update.
    pub(crate) fn idempotency_key(&self, operation: &str) -> String {
        format!("tg:{}:{operation}", self.incoming.update_id)
    }

    /// Writes session and stats, if nobody else did since they were read.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) async fn save(&mut self, replies: &[Reply]) -> Result<(), Failure> {
        applied::record(&mut self.session, self.incoming.update_id, replies);
        // Who writes to the bot has not blocked it.
        self.stats.remove("blocked_at");
        let body = PutSession {
            session: std::mem::take(&mut self.session),
            stats: std::mem::take(&mut self.stats),
        };
        let if_match = format!("\"{}\"", self.opened.version);
        let service = &self.bot.service;
        service.put_session(self.telegram_id(), &self.bot.name, Some(&if_match), &body).await?;
        Ok(())
    }

    /// Records a finished training, in one call. What it came to is foretold in the session's record
    /// of this update, which is written by the same call; the user is told what it really came to.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) async fn finish(&mut self, mut finished: Finished) -> Result<Vec<Reply>, Failure> {
        let foretold = report(self, &finished, &finished.foretold);
        applied::record(&mut self.session, self.incoming.update_id, &foretold);
        finished.body.session = Some(std::mem::take(&mut self.session));
        finished.body.stats = Some(std::mem::take(&mut self.stats));
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
