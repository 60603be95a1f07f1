//! Measures the classifier against questions whose type is known.

use std::fmt;

use crate::training::{classifier::Classifier, question::QuestionType};

/// How often questions of each type were taken for each type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluation {
    /// Rows are the true types, columns what was found, both in the order of
    /// [`QuestionType::ALL`].
    confusion: [[u32; 4]; 4],
}

/// Why a labelled set could not be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not a question type, a tab and a question")]
pub struct LabelError {
    line: usize,
}

/// Reads `type<TAB>question` lines.
///
/// # Errors
///
/// At the first line of another form.
pub fn labelled_questions(tsv: &str) -> Result<Vec<(QuestionType, &str)>, LabelError> {
    (1..)
        .zip(tsv.lines())
        .map(|(line, text)| {
            let (question_type, question) = text.split_once('\t').ok_or(LabelError { line })?;
            Ok((question_type.parse().map_err(|_| LabelError { line })?, question))
        })
        .collect()
}

impl Evaluation {
    #[must_use]
    pub fn of(classifier: &Classifier, labelled: &[(QuestionType, &str)]) -> Self {
        let mut evaluation = Self { confusion: [[0; 4]; 4] };
        for (truth, question) in labelled {
            evaluation.confusion[*truth as usize][classifier.question_type(question) as usize] += 1;
        }
        evaluation
    }

    /// The share of questions taken for what they are, 0 to 1; 0 for an empty set.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        share(self.right(), self.total())
    }

    fn right(&self) -> u32 {
        (0..4).map(|i| self.confusion[i][i]).sum()
    }

    fn total(&self) -> u32 {
        self.confusion.iter().flatten().sum()
    }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<12}", "is \\ taken for")?;
        for question_type in QuestionType::ALL {
            write!(f, "{question_type:>13}")?;
        }
        writeln!(f, "{:>9}", "right")?;
        for question_type in QuestionType::ALL {
            let row = self.confusion[question_type as usize];
            write!(f, "{question_type:<14}")?;
            for count in row {
                write!(f, "{count:>13}")?;
            }
            let (right, total) = (row[question_type as usize], row.iter().sum());
            writeln!(f, "{:>8.1}%", 100.0 * share(right, total))?;
        }
        let (right, total) = (self.right(), self.total());
        writeln!(f, "accuracy {:.1}% ({right} of {total})", 100.0 * self.accuracy())
    }
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}
