//! `stats_data` of the bot, with the old bot's keys.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::training::session::lenient;

/// A trainee's trainings so far. A key that is missing or of the wrong type has its default; an
/// unknown key (the language setting, `blocked_at` …) stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Stats {
    #[serde(deserialize_with = "lenient")]
    pub total_trainings: u64,
    #[serde(deserialize_with = "lenient")]
    pub total_questions: u64,
    #[serde(deserialize_with = "lenient")]
    pub best_score: u64,
    /// Of this bot alone, kept for the old bot: what the user is told is the service's count.
    #[serde(deserialize_with = "lenient")]
    pub total_xp: u64,
    /// The service's, when this was written; kept for the old bot.
    #[serde(deserialize_with = "lenient")]
    pub current_level: i64,
    /// Ids of achievements.
    #[serde(deserialize_with = "strings")]
    pub achievements_unlocked: Vec<String>,
    /// Trainings in a row that reached the scenario's `maestro_score`.
    #[serde(deserialize_with = "lenient")]
    pub maestro_streak: u64,
    #[serde(deserialize_with = "lenient")]
    pub last_training_date: Option<String>,
    /// [`crate::training::Case::id`] of the last cases, the newest last.
    #[serde(deserialize_with = "strings")]
    pub recent_cases: Vec<String>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

impl Stats {
    /// Reads any JSON.
    pub fn from_json(stats: Value) -> Self {
        Self::deserialize(stats).unwrap_or_default()
    }

    /// `stats_data` to be stored.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(crate) fn remember_case(&mut self, id: String, limit: usize) {
        self.recent_cases.push(id);
        let surplus = self.recent_cases.len().saturating_sub(limit);
        self.recent_cases.drain(..surplus);
    }
}

fn strings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let items: Vec<Value> = lenient(deserializer)?;
    Ok(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}
