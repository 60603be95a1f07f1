//! The four types of question of SPIN selling.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a seller's question is after (Neil Rackham, "SPIN Selling").
///
/// The order is that of a conversation, from facts to the worth of a solution.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum QuestionType {
    /// Facts of the present. Sessions of the old bot call it `situation`, its history does not.
    #[serde(alias = "situation")]
    #[strum(to_string = "situational", serialize = "situation")]
    Situational,
    /// Difficulties and dissatisfaction.
    Problem,
    /// Consequences, effects and costs of problems.
    Implication,
    /// The worth of a solution.
    NeedPayoff,
}

impl QuestionType {
    pub const ALL: [Self; 4] =
        [Self::Situational, Self::Problem, Self::Implication, Self::NeedPayoff];

    /// The type id, as in sessions and scenario files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for QuestionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
