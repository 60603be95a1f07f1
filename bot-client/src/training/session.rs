//! `session_data` of the bot, with the old bot's keys.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::training::{QuestionType, text::Language};

/// Where the conversation stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChatState {
    #[default]
    New,
    WaitingStart,
    /// The old bot also wrote `in_progress`.
    #[serde(alias = "in_progress")]
    TrainingActive,
}

/// A key that is missing or of the wrong type has its default; an unknown key stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Session {
    #[serde(deserialize_with = "lenient")]
    pub(crate) question_count: u32,
    #[serde(deserialize_with = "lenient")]
    pub(crate) clarity_level: u32,
    #[serde(deserialize_with = "type_counts")]
    pub(crate) per_type_counts: BTreeMap<QuestionType, u32>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) client_case: String,
    pub(crate) case_data: Value,
    #[serde(deserialize_with = "lenient", serialize_with = "type_or_blank")]
    pub(crate) last_question_type: Option<QuestionType>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) chat_state: ChatState,
    #[serde(deserialize_with = "lenient")]
    pub(crate) contextual_questions: u32,
    #[serde(deserialize_with = "lenient")]
    pub(crate) last_client_response: String,
    #[serde(deserialize_with = "lenient")]
    pub(crate) context_streak: u32,
    // From here on: keys that the old bot did not have.
    /// Of the training under way.
    #[serde(deserialize_with = "lenient")]
    pub(crate) language: Language,
    #[serde(deserialize_with = "lenient")]
    pub(crate) seed: Option<u64>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) asked_questions: Vec<Asked>,
    /// What was used of the user's access, to be given back if nothing is asked.
    #[serde(deserialize_with = "lenient")]
    pub(crate) consumption_id: Option<Uuid>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// A question of the training under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) fingerprint: String,
    #[serde(rename = "type")]
    pub(crate) kind: QuestionType,
    /// The fact that the answer told; none when it told nothing new.
    pub(crate) fact: Option<String>,
    pub(crate) repeated: bool,
}

impl Asked {
    pub(crate) fn fact(&self) -> Option<&str> {
        self.fact.as_deref()
    }
}

impl Session {
    pub(crate) fn from_json(session: Value) -> Self {
        Self::deserialize(session).unwrap_or_default()
    }

    /// For the history: only the keys above. What else the session holds is no part of a training
    /// and would be sent and kept with each.
    pub(crate) fn snapshot(&self) -> Value {
        let snapshot = Self { unknown: Map::new(), ..self.clone() };
        serde_json::to_value(snapshot).unwrap_or_default()
    }

    /// Back to the state between two trainings.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            chat_state: ChatState::WaitingStart,
            language: self.language,
            unknown: std::mem::take(&mut self.unknown),
            ..Self::default()
        };
    }

    pub(crate) fn count(&self, kind: QuestionType) -> u32 {
        self.per_type_counts.get(&kind).copied().unwrap_or_default()
    }

    pub(crate) fn knows(&self, fact: &str) -> bool {
        self.asked_questions.iter().any(|asked| asked.fact() == Some(fact))
    }

    pub(crate) fn facts_told(&self) -> u32 {
        count(self.asked_questions.iter().filter(|asked| asked.fact.is_some()))
    }

    pub(crate) fn repeats(&self) -> u32 {
        count(self.asked_questions.iter().filter(|asked| asked.repeated))
    }

    /// How many questions of one type came before the first of another.
    pub(crate) fn asked_before(&self, early: QuestionType, late: QuestionType) -> u32 {
        let before = self.asked_questions.iter().take_while(|asked| asked.kind != late);
        count(before.filter(|asked| asked.kind == early))
    }

    pub(crate) fn longest_run(&self) -> u32 {
        let runs = self.asked_questions.chunk_by(|a, b| a.kind == b.kind);
        runs.map(|run| count(run.iter())).max().unwrap_or_default()
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    items.fold(0, |count: u32, _| count.saturating_add(1))
}

/// What is of another type than expected is as good as missing.
pub(crate) fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    Ok(T::deserialize(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// Entry by entry, so that one that is wrong takes none with it.
fn type_counts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<QuestionType, u32>, D::Error> {
    let Value::Object(entries) = Value::deserialize(deserializer)? else {
        return Ok(BTreeMap::new());
    };
    let mut counts = BTreeMap::new();
    for (id, count) in entries {
        let kind = QuestionType::deserialize(Value::String(id));
        if let (Ok(kind), Ok(count)) = (kind, u32::deserialize(count)) {
            let total: &mut u32 = counts.entry(kind).or_default();
            *total = total.saturating_add(count);
        }
    }
    Ok(counts)
}

/// The old bot writes `""` before the first question.
fn type_or_blank<S: Serializer>(
    kind: &Option<QuestionType>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.map_or("", QuestionType::as_str))
}
