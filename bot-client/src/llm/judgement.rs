//! Whether what a language model said may be sent as the client's answer.
//!
//! The rules are strict on purpose: a good answer refused costs nothing, as the rules' own is sent,
//! but an invented fact spoils the training.

#[cfg(test)]
mod tests;

use super::Rephrase;
use super::quantity::{periods, quantities};
use crate::texts::Language;

/// In characters; an answer is also never more than three times as long as the rules' own.
const LONGEST: usize = 600;

/// Why it may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("empty")]
    Empty,
    #[error("too long")]
    TooLong,
    #[error("markup, an address or a sign that speech does not have")]
    Markup,
    #[error("not a whole sentence")]
    Unfinished,
    #[error("not in the language asked for")]
    WrongLanguage,
    #[error("speaks of scores, of the training or of itself, or instructs")]
    OutOfRole,
    #[error("a number or a period that the case does not hold")]
    UnknownNumber,
    #[error("a number of the answer is missing")]
    MissingNumber,
    #[error("a name that the case does not hold")]
    UnknownName,
    #[error("yes instead of no, or no instead of yes")]
    Contradiction,
    #[error("about something else")]
    OffTopic,
}

/// Marks that plain speech may have; others only if the rules' answer has them.
const MARKS: &str = " .,!?…:;-–—()«»\"'“”„’%№+$€₽\u{a0}";
const SENTENCE_ENDS: [char; 4] = ['.', '!', '?', '…'];
const QUOTES: [char; 8] = ['«', '»', '"', '“', '”', '„', '(', ')'];

/// Some of these stand in any sentence of the language that is longer than a few words.
const COMMON_RU: &str = "и в не на что у нас мы с это по да а но как я для за от так же к из есть \
    бы нет то вот уже сейчас если когда очень он она они";
const COMMON_EN: &str = "the a an and of to in we is it our for that with on are yes no i not have \
    do us at by was be if when so";
const NEGATIONS: &str = "не нет нету ни без никто никогда ничего нельзя никаких никакой никак no \
    not none never nothing nobody without cannot neither nor";

/// What a client does not say; `*` stands for any ending. First scores and types of questions,
/// then the training and the model, then advice and orders.
const OUT_OF_ROLE: [&str; 6] = [
    "балл*, очко, очка, очки, очков, засчит*, оценк*, рейтинг*, ранг, ясност*, молодец, спин, \
     ситуационн*, извлекающ*, направляющ*, проблемный вопрос, вид вопроса, тип вопроса, \
     правильный вопрос, хороший вопрос, отличный вопрос",
    "score*, scoring, points, xp, rank*, badge*, clarity, well done, spin, implication*, \
     need payoff, situational, situation question*, problem question*, question type*, \
     type of question*, kind of question*, good question*, great question*",
    "тренировк*, тренаж*, симуляц*, ролев*, промпт*, промт*, инструкц*, нейросет*, \
     языковая модел*, языковой модел*, языковую модел*, искусственн*, ии, ассистент*, бот, бота, \
     чат бот*",
    "training session*, your training, simulation*, role play*, roleplay*, prompt*, instruction*, \
     language model*, as an ai, an ai, i am ai, assistant*, chatbot*, bot",
    "задайте, спросите, спрашивайте, попробуйте, вам следует, вам нужно, вам стоит, вам надо, \
     вы должны, нажмите, перейдите, напишите, отправьте, введите, оплатите, переведите, \
     подпишитесь, советую, рекомендую",
    "you should, you need to, you must, you have to, try asking, ask me, ask about, click*, \
     type in, send me, subscribe*, please pay, pay now, i recommend, i suggest, i advise",
];

/// Compares what was `said` with the request.
pub(super) fn accept(request: &Rephrase<'_>, said: &str) -> Result<(), Refusal> {
    // Not the question: what a trainee claims is not thereby so.
    let known = format!("{}\n{}\n{}", request.answer, request.case, request.facts.join("\n"));

    has_good_form(request.answer, said)?;
    is_in_language(request.language, &known, said)?;
    stays_in_role(&known, said)?;
    keeps_numbers(request.answer, &known, said)?;
    keeps_names(&known, said)?;
    keeps_meaning(request.answer, &known, said)
}

fn has_good_form(answer: &str, said: &str) -> Result<(), Refusal> {
    let length = said.chars().count();
    if length == 0 {
        return Err(Refusal::Empty);
    }
    if length > LONGEST.min(3 * answer.chars().count()) {
        return Err(Refusal::TooLong);
    }
    let is_spoken = |letter: char| {
        letter.is_alphabetic()
            || letter.is_ascii_digit()
            || MARKS.contains(letter)
            || answer.contains(letter)
    };
    if !said.chars().all(is_spoken) || has_address(answer, said) {
        return Err(Refusal::Markup);
    }
    if !said.trim_end_matches(QUOTES).ends_with(SENTENCE_ENDS) {
        return Err(Refusal::Unfinished);
    }
    Ok(())
}

/// A point between two letters, as in the name of a site.
fn has_address(answer: &str, said: &str) -> bool {
    said.split_whitespace().any(|word| {
        let letters: Vec<char> = word.chars().collect();
        letters
            .windows(3)
            .any(|three| three[1] == '.' && three[0].is_alphanumeric() && three[2].is_alphabetic())
            && !answer.contains(word)
    })
}

fn is_in_language(language: Language, known: &str, said: &str) -> Result<(), Refusal> {
    let (is_own, common): (fn(char) -> bool, _) = match language {
        Language::Ru => (|letter| matches!(letter, 'а'..='я' | 'ё'), COMMON_RU),
        Language::En => (|letter| letter.is_ascii_lowercase(), COMMON_EN),
    };
    let known = lower_words(known);
    let said = lower_words(said);
    let (own, foreign): (Vec<&String>, Vec<&String>) = said
        .iter()
        .filter(|word| word.contains(char::is_alphabetic))
        .partition(|word| word.chars().all(|letter| is_own(letter) || !letter.is_alphabetic()));

    let has_common = own.iter().any(|word| is_listed(word, common));
    if foreign.iter().any(|word| !known.contains(word))
        || foreign.len() > own.len()
        || own.len() > 5 && !has_common
    {
        return Err(Refusal::WrongLanguage);
    }
    Ok(())
}

fn stays_in_role(known: &str, said: &str) -> Result<(), Refusal> {
    let spoken = |text: &str| format!(" {} ", lower_words(text).join(" "));
    let (known, said) = (spoken(known), spoken(said));
    let is_new = |phrase: &str| {
        let phrase = match phrase.strip_suffix('*') {
            Some(stem) => format!(" {stem}"),
            None => format!(" {phrase} "),
        };
        said.contains(&phrase) && !known.contains(&phrase)
    };
    if OUT_OF_ROLE.iter().flat_map(|list| list.split(", ")).any(is_new) {
        return Err(Refusal::OutOfRole);
    }
    Ok(())
}

fn keeps_numbers(answer: &str, known: &str, said: &str) -> Result<(), Refusal> {
    let known_periods = periods(known);
    if periods(said).iter().any(|period| !known_periods.contains(period)) {
        return Err(Refusal::UnknownNumber);
    }

    let known = quantities(known);
    let said = quantities(said);
    for quantity in &said {
        let same = known.iter().filter(|it| it.thousandths == quantity.thousandths);
        let units: Vec<_> = same.map(|it| it.unit).collect();
        // Where the case gives the bare number, any unit may follow from its text.
        let fits = quantity.unit.is_none()
            || units.contains(&quantity.unit)
            || units.iter().all(Option::is_none);
        if units.is_empty() || !fits {
            return Err(Refusal::UnknownNumber);
        }
    }
    let is_said = |number: u64| said.iter().any(|it| it.thousandths == number);
    if !quantities(answer).iter().all(|it| is_said(it.thousandths)) {
        return Err(Refusal::MissingNumber);
    }
    Ok(())
}

/// A capital letter inside a sentence, or several in a word, make a name.
fn keeps_names(known: &str, said: &str) -> Result<(), Refusal> {
    let known = lower_words(known);
    for (start, word) in words(said) {
        let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
        let before = said[..start].trim_end_matches(|mark| QUOTES.contains(&mark) || mark == ' ');
        let begins_sentence = before.is_empty() || before.ends_with(SENTENCE_ENDS);
        let is_name = if begins_sentence { capitals > 1 } else { capitals > 0 };
        if is_name && !is_polite(word) && !is_known(&lower(word), &known) {
            return Err(Refusal::UnknownName);
        }
    }
    Ok(())
}

/// "I" and the Russian "you", which have capitals of their own.
fn is_polite(word: &str) -> bool {
    ["I", "Вы", "Вас", "Вам", "Вами"].contains(&word)
        || ["I'", "I’", "Ваш"].iter().any(|beginning| word.starts_with(beginning))
}

fn keeps_meaning(answer: &str, known: &str, said: &str) -> Result<(), Refusal> {
    let (answer, known, said) = (lower_words(answer), lower_words(known), lower_words(said));
    if denies(&answer) != denies(&said) {
        return Err(Refusal::Contradiction);
    }
    // A quarter of what the answer says has to be heard again, and two fifths of what is said have
    // to come from the case: other words are welcome, another story is not.
    let kept = meaningful(&answer).filter(|word| is_known(word, &said)).count();
    let founded = meaningful(&said).filter(|word| is_known(word, &known)).count();
    if 4 * kept < meaningful(&answer).count() || 5 * founded < 2 * meaningful(&said).count() {
        return Err(Refusal::OffTopic);
    }
    Ok(())
}

fn denies(words: &[String]) -> bool {
    words.iter().any(|word| word.ends_with("n't") || is_listed(word, NEGATIONS))
}

fn is_listed(word: &str, list: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}

fn meaningful(words: &[String]) -> impl Iterator<Item = &String> {
    words.iter().filter(|word| word.chars().count() > 3)
}

/// Two thirds of the longer word are the same beginning: so endings may differ.
fn is_known(word: &str, known: &[String]) -> bool {
    known.iter().any(|other| {
        let same = word.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
        3 * same >= 2 * word.chars().count().max(other.chars().count())
    })
}

fn lower_words(text: &str) -> Vec<String> {
    words(text).map(|(_, word)| lower(word)).collect()
}

fn lower(word: &str) -> String {
    word.to_lowercase().replace('ё', "е").replace('’', "'")
}

/// Each word with the place where it starts. An apostrophe inside belongs to it.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '\'' | '’');
    let mut at = 0;
    text.split_inclusive(move |letter: char| !is_part(letter)).filter_map(move |piece| {
        let start = at;
        at += piece.len();
        let word = piece.trim_matches(|letter: char| !letter.is_alphanumeric());
        let skipped = piece.find(word)?;
        (!word.is_empty()).then_some((start + skipped, word))
    })
}
