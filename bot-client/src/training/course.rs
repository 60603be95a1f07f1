//! One trainee's training: from the case to the report.

use serde_json::Value;
use uuid::Uuid;

use crate::training::{
    Case, QuestionType, Report, Scenario, Stats,
    reply::{Answer, Question},
    session::{Asked, ChatState, Session},
    text::Language,
    words::{fingerprint, hash, words},
};

/// The state that a bot keeps in `session_data`, by the rules of one scenario.
///
/// The same state and question always give the same reply, so an update that is handled twice
/// does no harm.
#[derive(Debug, Clone)]
pub struct Training<'s> {
    scenario: &'s Scenario,
    session: Session,
    /// There while the training is active.
    case: Option<Case<'s>>,
}

/// What a question led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// In the client's voice; plain text.
    pub answer: String,
    /// The question took up what the client said last.
    pub contextual: bool,
    /// The same question was asked before in this training.
    pub repeated: bool,
    /// After this question, 0 to `clarity_cap`.
    pub clarity: u32,
    pub next: Next,
}

/// How a training can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// With another question. Finishing may be possible, but is not suggested.
    Ask,
    /// Clarity is high enough to offer the report.
    OfferFinish,
    /// There are no questions left.
    Finish,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    #[error("no training is active")]
    NotActive,
    #[error("all questions of the training have been asked")]
    NoQuestionsLeft,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FinishError {
    #[error("no training is active")]
    NotActive,
    #[error("{asked} questions are too few for a report, it needs {needed}")]
    TooFewQuestions { asked: u32, needed: u32 },
}

impl<'s> Training<'s> {
    /// Takes a session up where it stood, that of the old bot too. Any JSON will do: figures are
    /// brought within the limits, and an active training whose case is unknown or incomplete
    /// gets what is missing, always the same.
    pub fn resume(scenario: &'s Scenario, session: Value) -> Self {
        let mut session = Session::from_json(session);
        let limits = &scenario.limits;
        session.question_count = session.question_count.min(limits.max_questions);
        session.clarity_level = session.clarity_level.min(limits.clarity_cap);
        for count in session.per_type_counts.values_mut() {
            *count = (*count).min(limits.max_questions);
        }
        let mut training = Self { scenario, session, case: None };
        if training.is_active() {
            let session = &training.session;
            let case =
                Case::recall(scenario, session.language, training.seed(), &session.case_data);
            training.take_case(case);
        }
        training
    }

    /// Begins a new training, whatever went before. The seed decides the case and all answers.
    /// The case is noted among the recent ones at once, so that asking for another gives another.
    pub fn start(&mut self, stats: &mut Stats, language: Language, seed: u64) {
        self.reset();
        self.session.chat_state = ChatState::TrainingActive;
        self.session.language = language;
        self.session.seed = Some(seed);
        let case = Case::draw(self.scenario, language, seed, &stats.recent_cases);
        stats.remember_case(case.id(), self.scenario.limits.recent_cases);
        self.take_case(case);
    }

    /// By which the access that this training uses can be given back; none for a training of the
    /// old bot.
    pub fn consumption_id(&self) -> Option<Uuid> {
        self.session.consumption_id
    }

    pub fn set_consumption_id(&mut self, id: Uuid) {
        self.session.consumption_id = Some(id);
    }

    /// Ends a training without a report.
    pub fn reset(&mut self) {
        self.session.reset();
        self.case = None;
    }

    /// A question of the trainee, judged to be of this type: the client answers, and it counts.
    ///
    /// # Errors
    /// [`AskError::NotActive`] between trainings; [`AskError::NoQuestionsLeft`] after
    /// `max_questions`. The training stays as it is.
    pub fn ask(&mut self, question: &str, kind: QuestionType) -> Result<Reply, AskError> {
        let case = self.case.as_ref().ok_or(AskError::NotActive)?;
        let limits = &self.scenario.limits;
        if self.questions_left() == 0 {
            return Err(AskError::NoQuestionsLeft);
        }
        let fingerprint = fingerprint(question);
        let mut earlier = self.session.asked_questions.iter();
        let repeated = earlier.any(|asked| asked.fingerprint == fingerprint);
        let language = self.language();
        let listening = self.scenario.listening.get(language);
        let contextual = !repeated && listening.takes_up(language, question, self.said_last());
        let Answer { text: answer, fact } = Question {
            scenario: self.scenario,
            case,
            session: &self.session,
            seed: self.seed(),
            kind,
            words: words(question),
            content: listening.content(language, question),
            repeated,
        }
        .answer();

        let session = &mut self.session;
        session.question_count += 1;
        *session.per_type_counts.entry(kind).or_default() += 1;
        session.last_question_type = Some(kind);
        session.last_client_response.clone_from(&answer);
        session.asked_questions.push(Asked { fingerprint, kind, fact, repeated });
        let mut gained = self.scenario.types.get(kind).weight;
        if contextual {
            gained += limits.contextual_bonus;
            session.contextual_questions = session.contextual_questions.saturating_add(1);
            session.context_streak = session.context_streak.saturating_add(1);
        } else {
            session.context_streak = 0;
        }
        session.clarity_level = (session.clarity_level + gained).min(limits.clarity_cap);
        Ok(Reply { answer, contextual, repeated, clarity: self.clarity(), next: self.next() })
    }

    /// Puts another wording of the last answer in its place.
    pub fn reword_answer(&mut self, answer: String) {
        self.session.last_client_response = answer;
    }

    /// Ends the training with a report and books it in the stats, with the achievements that it
    /// unlocks. `date` is kept as the date of the last training.
    ///
    /// # Errors
    /// [`FinishError::NotActive`] between trainings; [`FinishError::TooFewQuestions`] before
    /// `min_questions`. Training and stats stay as they are.
    pub fn finish(&mut self, stats: &mut Stats, date: &str) -> Result<Report<'s>, FinishError> {
        let case = self.case.as_ref().ok_or(FinishError::NotActive)?;
        let (asked, needed) = (self.question_count(), self.scenario.limits.min_questions);
        if asked < needed {
            return Err(FinishError::TooFewQuestions { asked, needed });
        }
        let report = Report::make(self.scenario, case, &self.session, stats, date);
        self.reset();
        Ok(report)
    }

    /// `session_data` to be stored.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&self.session).unwrap_or_default()
    }

    /// Whether a case is waiting for questions or for the report.
    pub fn is_active(&self) -> bool {
        self.session.chat_state == ChatState::TrainingActive
    }

    /// Of the training under way, else of the last one.
    pub fn language(&self) -> Language {
        self.session.language
    }

    /// The case of the training under way.
    pub fn case(&self) -> Option<&Case<'s>> {
        self.case.as_ref()
    }

    /// The case as the trainee read it; blank between trainings.
    pub fn client_case(&self) -> &str {
        &self.session.client_case
    }

    /// Questions asked in the training under way, up to `max_questions`.
    pub fn question_count(&self) -> u32 {
        self.session.question_count
    }

    /// Until `max_questions`.
    pub fn questions_left(&self) -> u32 {
        self.scenario.limits.max_questions.saturating_sub(self.session.question_count)
    }

    /// How clear the client's need is by now, 0 to `clarity_cap`.
    pub fn clarity(&self) -> u32 {
        self.session.clarity_level
    }

    fn next(&self) -> Next {
        let limits = &self.scenario.limits;
        let enough = self.question_count() >= limits.min_questions;
        match self.questions_left() {
            0 => Next::Finish,
            _ if enough && self.clarity() >= limits.offer_finish_at => Next::OfferFinish,
            _ => Next::Ask,
        }
    }

    fn take_case(&mut self, case: Case<'s>) {
        self.session.seed = Some(self.seed());
        if self.session.client_case.is_empty() {
            self.session.client_case = case.card();
        }
        self.session.case_data = case.to_json(self.session.case_data.take());
        self.case = Some(case);
    }

    /// A session of the old bot has no seed: its case makes one.
    fn seed(&self) -> u64 {
        self.session.seed.unwrap_or_else(|| hash(&self.session.client_case))
    }

    /// Before the first answer, the case is what the client has said.
    fn said_last(&self) -> &str {
        match self.session.last_client_response.as_str() {
            "" => self.client_case(),
            answer => answer,
        }
    }
}
