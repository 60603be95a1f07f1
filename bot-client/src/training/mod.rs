//! The rules of a training, free of input, output and clocks: which case the simulated client
//! has, what a question earns, what the client answers, and what the report says at the end.
//!
//! All numbers, words and texts are data in a [`Scenario`]; a second scenario is a second file.

mod case;
pub mod classifier;
mod course;
pub mod evaluation;
mod listening;
mod measure;
mod question;
mod reply;
mod report;
mod scenario;
mod session;
mod stats;
mod text;
mod words;

pub use case::{Case, Fact};
pub use classifier::Verdict;
pub use course::{AskError, FinishError, Next, Reply, Training};
pub use question::QuestionType;
pub use report::{Report, TypeBalance};
pub use scenario::{Achievement, Limits, PerType, Rank, Scenario, ScenarioError, Share, TypeRules};
pub use stats::Stats;
pub use text::{Line, List, Localized};
pub use words::seed;

pub use crate::texts::Language;
