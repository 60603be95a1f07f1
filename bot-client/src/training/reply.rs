//! What the client answers.

use std::collections::BTreeSet;

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::training::{
    Case, Fact, QuestionType, Scenario,
    scenario::AnswerSlot,
    session::{Asked, Session},
    text::{Language, Line, List, Template},
    words::stems,
};

pub(crate) struct Answer {
    pub(crate) text: String,
    /// The fact that it tells for the first time.
    pub(crate) fact: Option<String>,
}

/// A question on its way to an answer. The session does not count it yet.
pub(crate) struct Question<'a, 's> {
    pub(crate) scenario: &'s Scenario,
    pub(crate) case: &'a Case<'s>,
    pub(crate) session: &'a Session,
    pub(crate) seed: u64,
    pub(crate) kind: QuestionType,
    pub(crate) words: Vec<String>,
    /// Stems, as [`crate::training::listening`] counts them.
    pub(crate) content: BTreeSet<String>,
    pub(crate) repeated: bool,
}

impl Question<'_, '_> {
    pub(crate) fn answer(&self) -> Answer {
        if self.repeated {
            return self.nothing_new(self.scenario.answers.repeat.get(self.language()));
        }
        let rules = self.scenario.types.get(self.kind);
        let facts = self.case.facts();
        let of_type = facts.iter().filter(|fact| fact.kind == self.kind);
        let (told, untold): (Vec<_>, Vec<_>) =
            of_type.partition(|fact| self.session.knows(&fact.id));
        let Some((relevance, fact)) = self.most_fitting(&untold) else {
            return self.nothing_new(rules.exhausted.get(self.language()));
        };
        match self.most_fitting(&told) {
            Some((told_relevance, told)) if told_relevance > relevance => {
                let again = self.scenario.answers.again.get(self.language());
                Answer { text: self.word(again, told), fact: None }
            }
            _ => {
                let aside = rules.aside.as_ref().filter(|_| relevance == 0);
                let templates = aside.unwrap_or(&rules.plain).get(self.language());
                Answer { text: self.word(templates, fact), fact: Some(fact.id.clone()) }
            }
        }
    }

    fn language(&self) -> Language {
        self.session.language
    }

    /// Each question takes the next wording, starting where the seed says.
    fn turn(&self) -> u64 {
        self.seed.wrapping_add(self.session.question_count.into())
    }

    fn nothing_new(&self, lines: &List<Line>) -> Answer {
        Answer { text: lines.turn(self.turn()).to_string(), fact: None }
    }

    fn word(&self, templates: &List<Template<AnswerSlot>>, fact: &Fact<'_>) -> String {
        templates.turn(self.turn()).render(|AnswerSlot::Fact| &fact.text)
    }

    /// The fact that the question asks for, with how well it fits; among equals one about the
    /// difficulty that was talked of last, then about one that was talked of at all, then any.
    fn most_fitting<'f, 's>(&self, facts: &[&'f Fact<'s>]) -> Option<(usize, &'f Fact<'s>)> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.turn());
        let known = self.session.asked_questions.iter().rev().filter_map(Asked::fact);
        let talked_of: Vec<_> = known.map(|fact| self.issue_id(fact)).collect();
        let ranked = facts.iter().map(|fact| {
            let issue = self.issue_id(&fact.id);
            let last = issue.is_some() && talked_of.first() == Some(&issue);
            let opened = issue.is_some() && talked_of.contains(&issue);
            // A word in common does not lead away from what is being talked of.
            let relevance = self.relevance(fact) + usize::from(last);
            ((relevance, last, opened, rng.random::<u32>()), *fact)
        });
        let ((relevance, ..), fact) = ranked.max_by_key(|(rank, _)| *rank)?;
        Some((relevance, fact))
    }

    fn issue_id(&self, fact: &str) -> Option<&str> {
        self.case.issue_of(fact).map(|issue| issue.id.as_str())
    }

    /// Two for a keyword, one for another word in common.
    fn relevance(&self, fact: &Fact<'_>) -> usize {
        let language = self.language();
        let keywords = fact.keywords.iter().flat_map(|keywords| keywords.get(language).iter());
        let hits = keywords.filter(|keyword| keyword.occurs(&self.words)).count();
        2 * hits + self.content.intersection(&stems(language, &fact.text)).count()
    }
}
