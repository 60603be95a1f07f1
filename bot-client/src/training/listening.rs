//! Does a question take up what the client said last?

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::training::{
    text::{Language, List},
    words::{Phrase, stem, words},
};

/// How one language refers back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listening {
    /// Phrases that point back by themselves: "because of this", "you mentioned".
    markers: List<Phrase>,
    /// Words that say nothing about what was taken up, although both sides use them.
    stop_words: List<Phrase>,
}

/// Shorter words carry grammar rather than content. Characters.
const SHORTEST_CONTENT_WORD: usize = 4;

impl Listening {
    /// True for a question that points back, or shares a word of content with what was said.
    pub(crate) fn takes_up(&self, language: Language, question: &str, said: &str) -> bool {
        if said.trim().is_empty() {
            return false;
        }
        let asked = words(question);
        self.markers.iter().any(|marker| marker.occurs(&asked))
            || !self.content(language, question).is_disjoint(&self.content(language, said))
    }

    /// The stems of the words that carry content.
    pub(crate) fn content(&self, language: Language, text: &str) -> BTreeSet<String> {
        let mut words = words(text);
        words.retain(|word| {
            let long = word.chars().count() >= SHORTEST_CONTENT_WORD;
            let number = word.chars().any(|c| c.is_ascii_digit());
            let said_anyway =
                || self.stop_words.iter().any(|stop| stop.occurs(std::slice::from_ref(word)));
            number || (long && !said_anyway())
        });
        words.iter().map(|word| stem(language, word)).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::training::{Language, QuestionType, Scenario};

    /// Otherwise a question would count as listening for a word that the client always says.
    #[test]
    fn the_wording_around_a_fact_is_nothing_to_take_up() {
        let scenario = Scenario::load("").unwrap();
        for language in Language::ALL {
            let rules = QuestionType::ALL.map(|kind| scenario.types.get(kind));
            let asides = rules.iter().filter_map(|rules| rules.aside.as_ref());
            let wordings = rules
                .iter()
                .map(|rules| &rules.plain)
                .chain(asides)
                .chain([&scenario.answers.again]);
            for wording in wordings.flat_map(|list| list.get(language).iter()) {
                let around = wording.render(|_| "");
                let content = scenario.listening.get(language).content(language, &around);
                assert!(content.is_empty(), "{around:?} has {content:?}");
            }
        }
    }

    #[test]
    fn a_question_takes_up_what_was_said() {
        use Language::{En, Ru};
        let scenario = Scenario::load("").unwrap();
        let late = "Машины опаздывают: обещают утром, приезжают к вечеру.";
        let lorries = "Lorries come late: promised for the morning, here by evening.";
        let cases = [
            (Ru, "К чему приводит опоздание машин?", late, true),
            (Ru, "Как такие задержки сказываются на стройке?", late, true),
            (Ru, "Сколько вы теряете из-за этого?", late, true),
            (Ru, "Вы сказали, что ждёте. Как долго?", late, true),
            (Ru, "Сколько у вас поставщиков?", late, false),
            (Ru, "Какие у вас проблемы с качеством?", late, false),
            (Ru, "Сколько сотрудников работает в компании?", "В компании работают люди.", false),
            (Ru, "Что значат эти 180 тысяч?", "Стоит нам тысяч 180.", true),
            (Ru, "Вы сказали?", "", false),
            (En, "What does a late lorry cost you?", lorries, true),
            (En, "How does that affect the crew?", lorries, true),
            (En, "You mentioned mornings, why then?", lorries, true),
            (En, "How many suppliers do you have?", lorries, false),
            (En, "What problems does your company have?", lorries, false),
            (En, "Is there anything that bothers you in general?", lorries, false),
        ];
        for (language, question, said, expected) in cases {
            let taken_up = scenario.listening.get(language).takes_up(language, question, said);
            assert_eq!(taken_up, expected, "{question} after {said}");
        }
    }
}
