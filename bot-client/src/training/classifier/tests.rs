//! The rules of the scenario file, as they are shipped.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::training::{
    classifier::{
        Classifier, Rules,
        Verdict::{self, NotAQuestion, Question, TooShort},
    },
    evaluation::{Evaluation, labelled_questions},
    question::QuestionType::{self, Implication, NeedPayoff, Problem, Situational},
};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Scenario {
    classifier: BTreeMap<String, Rules>,
}

static SCENARIO: LazyLock<Scenario> =
    LazyLock::new(|| toml::from_str(include_str!("../../../scenarios/spin_sales.toml")).unwrap());

static CLASSIFIERS: LazyLock<BTreeMap<&str, Classifier>> = LazyLock::new(|| {
    let classifier = |rules| Classifier::new(rules).unwrap_or_else(|error| panic!("{error}"));
    SCENARIO.classifier.iter().map(|(lang, rules)| (lang.as_str(), classifier(rules))).collect()
});

#[test]
fn every_stem_of_the_old_bot_still_speaks_for_its_type() {
    let stems = [
        (Problem, "проблемы сложности трудности недовольны жалобы беспокоит"),
        (Implication, "влияет последствия стоимость убытки потеря риски результат"),
        (NeedPayoff, "поможет польза выгодно важно ценность экономия"),
    ];
    for (expected, words) in stems {
        for word in words.split(' ') {
            for text in [format!("{word}?"), format!("А {}?", word.to_uppercase())] {
                assert_eq!(CLASSIFIERS["ru"].classify(&text), Question(expected), "{text}");
            }
        }
    }
}

#[test]
fn context_outweighs_a_stem() {
    let cases = [
        ("ru", Situational, "Какой у вас результат продаж за прошлый год?"),
        ("ru", Situational, "Какова стоимость вашей текущей лицензии?"),
        ("ru", Situational, "Какой программой вы пользуетесь?"),
        ("ru", Implication, "Вы сказали, что есть проблемы с браком, а как это влияет на прибыль?"),
        ("ru", Implication, "Что будет, если проблему не решить?"),
        ("ru", NeedPayoff, "Насколько важно было бы избавиться от этих проблем?"),
        ("ru", NeedPayoff, "Если бы сбоев не было, как бы это сказалось на выручке?"),
        ("ru", Implication, "Есть ли проблемы со складом? К чему они приводят?"),
        ("ru", Problem, "Бывают ли задержки? Например, зимой?"),
        ("en", Situational, "What is the cost of your current license?"),
        ("en", Situational, "Could you tell me how many people use it?"),
        ("en", Implication, "You said orders get lost, so how does that affect your customers?"),
        ("en", NeedPayoff, "If we could fix the delays, how would that affect your profit?"),
        ("en", Implication, "What would happen if your key engineer left?"),
        ("en", Problem, "Are there any delays? In winter, say?"),
    ];
    for (lang, expected, text) in cases {
        assert_eq!(CLASSIFIERS[lang].classify(text), Question(expected), "{text}");
    }
}

#[test]
fn questions_are_told_from_other_texts() {
    let cases: [(&str, &[&str]); 2] = [
        (
            "ru",
            &[
                "Мы продаём CRM.",
                "Спасибо, понятно",
                "Когда мы внедрили систему, продажи выросли.",
                "Как я уже говорил, мы работаем давно",
                "Хорошо, давайте продолжим!",
                "Я пришлю вам предложение завтра",
                "Вы сказали, что теряете клиентов.",
                "Мы могли бы вам помочь",
                "Хотел бы рассказать о продукте",
                "Если вам удобно, созвонимся завтра",
                "??????",
            ],
        ),
        (
            "en",
            &[
                "We sell a CRM.",
                "I see, thanks",
                "When we launched it, sales grew.",
                "What we do is help companies grow.",
                "Great, let's move on!",
                "I will send you an offer tomorrow",
                "You said that you lose customers.",
                "Would love to talk tomorrow",
                "If you sign today, you get a discount",
                "🙂🙂🙂🙂🙂🙂🙂",
            ],
        ),
    ];
    for (lang, texts) in cases {
        for text in texts {
            assert_eq!(CLASSIFIERS[lang].classify(text), NotAQuestion, "{text}");
        }
    }
}

#[test]
fn a_question_needs_no_question_mark() {
    let cases: [(&str, &[&str]); 2] = [
        (
            "ru",
            &[
                "сколько у вас складов",
                "Расскажите о вашей компании",
                "Есть ли у вас трудности с доставкой",
                "а как это влияет на прибыль",
                "Здравствуйте, скажите, пожалуйста, кто у вас занимается закупками",
                "Вы говорили, что теряете клиентов, а насколько это критично",
                "Вас устраивает текущий поставщик",
                "Какая часть выручки приходится на опт",
                "Если сервер не поднимут за сутки, чем это обернётся для магазина",
                "Хотели бы вы видеть, где каждая машина",
                "Вам не хватает прозрачности в работе агентства",
            ],
        ),
        (
            "en",
            &[
                "how many people work here",
                "Tell me about your company",
                "do you have trouble with deliveries",
                "and how does that affect your profit",
                "Hello, could you please describe your process",
                "You mentioned that you lose customers, so how much does it cost you",
                "Does driver fatigue lead to more accidents",
                "Would night delivery suit you",
                "If we took that over, would it make your life easier",
            ],
        ),
    ];
    for (lang, texts) in cases {
        for text in texts {
            let verdict = CLASSIFIERS[lang].classify(text);
            assert!(matches!(verdict, Question(_)), "{text}: {verdict:?}");
        }
    }
}

#[test]
fn five_characters_are_too_short() {
    for text in ["", "   \n", "Да?", " Как?? ", "а?\u{301}", "why??"] {
        assert_eq!(CLASSIFIERS["ru"].classify(text), TooShort, "{text}");
    }
    assert!(matches!(CLASSIFIERS["ru"].classify("Почему"), Question(_)));
}

/// Learned from four fifths of the examples and asked the rest. The rules have seen them all, so
/// this guards against a slip; it does not tell how well unseen questions are classified.
#[test]
fn examples_left_out_are_classified() {
    for (lang, rules) in &SCENARIO.classifier {
        let mut rules = rules.clone();
        let mut left_out = Vec::new();
        for (question_type, examples) in &mut rules.examples {
            let kept = examples.len() * 4 / 5;
            left_out.extend(examples.split_off(kept).into_iter().map(|q| (*question_type, q)));
        }
        let labelled: Vec<_> = left_out.iter().map(|(t, q)| (*t, q.as_str())).collect();
        let evaluation = Evaluation::of(&Classifier::new(&rules).unwrap(), &labelled);
        assert!(evaluation.accuracy() >= 0.93, "{lang}\n{evaluation}");
    }
}

#[test]
fn the_evaluation_is_a_table() {
    let labelled = [
        (Situational, "Сколько у вас складов?"),
        (Problem, "Какие проблемы с доставкой?"),
        (Problem, "Сколько у вас складов?"),
    ];
    let evaluation = Evaluation::of(&CLASSIFIERS["ru"], &labelled);
    assert!((evaluation.accuracy() - 2.0 / 3.0).abs() < 1e-9);
    let expected = "\
is \\ taken for  situational      problem  implication  need_payoff    right
situational               1            0            0            0   100.0%
problem                   1            1            0            0    50.0%
implication               0            0            0            0     0.0%
need_payoff               0            0            0            0     0.0%
accuracy 66.7% (2 of 3)
";
    assert_eq!(evaluation.to_string(), expected);
}

#[test]
fn labelled_questions_are_read_line_by_line() {
    let read = labelled_questions("situation\tWho?\nneed_payoff\tWhy\tso?\n").unwrap();
    assert_eq!(read, [(Situational, "Who?"), (NeedPayoff, "Why\tso?")]);
    for wrong in ["problem\tWhat?\nno tab", "problem\tWhat?\npayoff\tWhy?"] {
        let error = labelled_questions(wrong).unwrap_err().to_string();
        assert_eq!(error, "line 2 is not a question type, a tab and a question");
    }
}

#[test]
fn type_ids_are_read_as_they_are_written() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Asked {
        types: Vec<QuestionType>,
    }
    let ids = QuestionType::ALL.map(QuestionType::as_str);
    assert_eq!(ids, ["situational", "problem", "implication", "need_payoff"]);
    let asked: Asked =
        toml::from_str(&format!("types = {:?}", [&ids[..], &["situation"]].concat())).unwrap();
    assert_eq!(asked.types, [&QuestionType::ALL[..], &[Situational]].concat());
    for question_type in QuestionType::ALL {
        assert_eq!(question_type.to_string().parse(), Ok(question_type));
    }
    assert_eq!("situation".parse(), Ok(Situational));
}

#[test]
fn rules_that_say_nothing_are_refused() {
    let refusal = |from: &str, to: &str| {
        let text = include_str!("../../../scenarios/spin_sales.toml");
        assert!(text.contains(from), "{from}");
        let scenario: Scenario = toml::from_str(&text.replacen(from, to, 1)).unwrap();
        Classifier::new(&scenario.classifier["ru"]).unwrap_err().to_string()
    };
    let points = "points = { need_payoff = 3 }";
    assert_eq!(refusal(points, "points = {}"), "cue 1 gives no points");
    assert_eq!(
        refusal("\"{better}\"", "\"{no such}\""),
        "the pattern `{no such}` names the word list `no such`, which does not exist"
    );
    let mut rules = SCENARIO.classifier["ru"].clone();
    rules.examples.remove(&Situational);
    let refusal = Classifier::new(&rules).unwrap_err().to_string();
    assert_eq!(refusal, "the type situational has no examples");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(
        pieces in prop::collection::vec(
            prop_oneof![
                any::<String>(),
                "[а-яё ,.?!-]{0,40}",
                prop::sample::select(vec![
                    "", "\0", "🙂", "👩‍👩‍👧", "مرحبا كيف؟", "שלום", "\u{202e}abc", "é\u{301}", "İ", "ß", "ё",
                    "вы сказали, что", "you said that", "если бы", " , ", "—", "'", "?",
                ])
                .prop_map(str::to_owned),
            ],
            0..12,
        ),
    ) {
        let text = pieces.concat();
        for classifier in CLASSIFIERS.values() {
            let found = classifier.question_type(&text);
            if let Verdict::Question(question_type) = classifier.classify(&text) {
                prop_assert_eq!(question_type, found);
            }
        }
    }
}

#[test]
fn the_longest_message_is_classified() {
    for piece in ["а как ", "если ", "?", "вы сказали, что ", "\0", "🙂 ", "проблема, "]
    {
        let text: String = piece.chars().cycle().take(4096).collect();
        for classifier in CLASSIFIERS.values() {
            let found: QuestionType = classifier.question_type(&text);
            assert!(
                [TooShort, NotAQuestion, Question(found)].contains(&classifier.classify(&text))
            );
        }
    }
}
