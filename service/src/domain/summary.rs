//! A user's trainings at a glance.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::json::JsonObject;
use super::time::Timestamp;

/// What a summary needs of a training.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TrainingFacts {
    pub training_date: Timestamp,
    pub total_score: i64,
    pub question_count: i64,
    pub per_type_counts: Option<JsonObject>,
}

/// Totals of a user's trainings, and their course by week.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "total_trainings": 2, "total_questions": 15, "total_score": 310, "best_score": 185,
    "average_score": 155.0, "per_type_counts": {"problem": 6, "situational": 9},
    "weeks": [{"week": "2026-W47", "trainings": 2, "best_score": 185, "average_score": 155.0}]
}))]
pub struct Summary {
    pub total_trainings: i64,
    pub total_questions: i64,
    pub total_score: i64,
    /// Null without trainings.
    pub best_score: Option<i64>,
    /// Null without trainings.
    pub average_score: Option<f64>,
    pub per_type_counts: BTreeMap<String, i64>,
    /// ISO weeks in UTC that have trainings, the oldest first.
    pub weeks: Vec<Week>,
}

/// A week's trainings.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Week {
    /// ISO week in UTC, such as `2026-W47`.
    pub week: String,
    pub trainings: i64,
    pub best_score: i64,
    pub average_score: f64,
}

#[derive(Debug, Default)]
struct Tally {
    trainings: i64,
    total: i64,
    best: Option<i64>,
}

impl Tally {
    fn add(&mut self, score: i64) {
        self.trainings += 1;
        self.total += score;
        self.best = self.best.max(Some(score));
    }

    #[expect(clippy::cast_precision_loss, reason = "scores lie far below 2^53")]
    fn average(&self) -> Option<f64> {
        (self.trainings > 0).then(|| self.total as f64 / self.trainings as f64)
    }
}

impl Summary {
    pub fn new(trainings: &[TrainingFacts]) -> Self {
        let mut all = Tally::default();
        let mut weeks = BTreeMap::<String, Tally>::new();
        let mut per_type_counts = BTreeMap::new();
        for training in trainings {
            all.add(training.total_score);
            weeks.entry(training.training_date.week()).or_default().add(training.total_score);
            for (kind, count) in training.per_type_counts.iter().flat_map(JsonObject::map) {
                *per_type_counts.entry(kind.clone()).or_insert(0) += count.as_i64().unwrap_or(0);
            }
        }
        let week = |(week, tally): (String, Tally)| Week {
            week,
            trainings: tally.trainings,
            best_score: tally.best.unwrap_or(0),
            average_score: tally.average().unwrap_or(0.0),
        };
        Self {
            total_trainings: all.trainings,
            total_questions: trainings.iter().map(|training| training.question_count).sum(),
            total_score: all.total,
            best_score: all.best,
            average_score: all.average(),
            per_type_counts,
            weeks: weeks.into_iter().map(week).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_by_type_and_by_week() {
        let training = |date: &str, score, questions, counts: serde_json::Value| TrainingFacts {
            training_date: Timestamp::parse(date).unwrap(),
            total_score: score,
            question_count: questions,
            per_type_counts: serde_json::from_value(counts).unwrap(),
        };
        let summary = Summary::new(&[
            training("2026-11-22T23:59:59Z", 100, 5, serde_json::json!({"problem": 5})),
            training("2026-11-23T00:00:00Z", 50, 6, serde_json::json!({"problem": 1, "x": 5})),
            training("2026-11-17T00:00:00Z", 125, 7, serde_json::Value::Null),
        ]);
        let week = |week: &str, trainings, best_score, average_score| Week {
            week: week.to_owned(),
            trainings,
            best_score,
            average_score,
        };
        let expected = Summary {
            total_trainings: 3,
            total_questions: 18,
            total_score: 275,
            best_score: Some(125),
            average_score: Some(275.0 / 3.0),
            per_type_counts: [("problem".to_owned(), 6), ("x".to_owned(), 5)].into(),
            weeks: vec![week("2026-W47", 2, 125, 112.5), week("2026-W48", 1, 50, 50.0)],
        };
        assert_eq!(summary, expected);
        assert_eq!(Summary::new(&[]).average_score, None);
    }
}
