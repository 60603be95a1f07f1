//! What holds for every seed, every question and every JSON.

use std::{collections::HashSet, sync::LazyLock};

use bot_client::training::{Language, QuestionType, Scenario, Stats, Training};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};

static SCENARIO: LazyLock<Scenario> = LazyLock::new(|| {
    Scenario::from_toml(include_str!("../../../scenarios/spin_sales.toml")).unwrap()
});

fn language() -> impl Strategy<Value = Language> {
    select(Language::ALL.to_vec())
}

fn questions() -> impl Strategy<Value = Vec<(String, QuestionType)>> {
    let text = prop_oneof!["\\PC{0,40}", "(Как|Что|Вы сказали|этого|сколько|проблемы|срок| ){1,8}"];
    vec((text, select(QuestionType::ALL.to_vec())), 0..14)
}

/// Any JSON, but often with the keys that matter.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        select(vec!["training_active", "in_progress", "problem", "CRM", "ru"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 48, 12, |inner| {
        let key = prop_oneof![select(KEYS.to_vec()).prop_map(str::to_owned), "[a-z]{1,5}"];
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((key, inner), 0..12)
                .prop_map(|entries| Value::from(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

const KEYS: [&str; 27] = [
    "question_count",
    "clarity_level",
    "per_type_counts",
    "client_case",
    "case_data",
    "last_question_type",
    "chat_state",
    "contextual_questions",
    "last_client_response",
    "context_streak",
    "seed",
    "language",
    "asked_questions",
    "client",
    "product",
    "ids",
    "situation",
    "problem",
    "implication",
    "fingerprint",
    "total_trainings",
    "total_questions",
    "best_score",
    "total_xp",
    "achievements_unlocked",
    "maestro_streak",
    "recent_cases",
];

/// Clarity never falls, and nothing leaves its bounds.
fn drive(training: &mut Training<'_>, questions: &[(String, QuestionType)]) -> Vec<String> {
    let mut answers = Vec::new();
    for (text, kind) in questions {
        let before = training.clarity();
        if let Ok(reply) = training.ask(text, *kind) {
            assert!(!reply.answer.is_empty());
            assert!(reply.clarity >= before && reply.clarity <= 100);
            answers.push(reply.answer);
        }
        assert!(training.question_count() <= 10);
        assert_eq!(training.question_count() + training.questions_left(), 10);
    }
    answers
}

proptest! {
    #[test]
    fn a_training_stays_within_its_bounds(
        seed: u64, language in language(), questions in questions(),
    ) {
        let mut stats = Stats::default();
        let mut training = Training::resume(&SCENARIO, json!({}));
        training.start(&mut stats, language, seed);
        let answers = drive(&mut training, &questions);

        let mut twin = Training::resume(&SCENARIO, json!({}));
        twin.start(&mut Stats::default(), language, seed);
        prop_assert_eq!(twin.client_case(), training.client_case());
        prop_assert_eq!(drive(&mut twin, &questions), answers);

        if let Ok(report) = training.finish(&mut stats, "2026-01-01") {
            prop_assert!(report.score <= 250 && report.listening <= 100);
            prop_assert_eq!(report.advice.len(), 3);
            prop_assert_eq!(u64::from(report.score), stats.total_xp);
        }
    }

    #[test]
    fn any_json_can_be_an_old_session(
        session in json_value(), stats in json_value(), questions in questions(), seed: u64,
    ) {
        let mut stats = Stats::from_json(stats);
        let mut training = Training::resume(&SCENARIO, session);
        drive(&mut training, &questions);
        if let Ok(report) = training.finish(&mut stats, "2026-01-01") {
            prop_assert!(report.score <= 250);
            prop_assert_eq!(report.advice.len(), 3);
        }
        training.start(&mut stats, Language::En, seed);
        let again = Training::resume(&SCENARIO, training.to_json());
        prop_assert_eq!(again.to_json(), training.to_json());
        prop_assert_eq!(Stats::from_json(stats.to_json()).to_json(), stats.to_json());
    }

    #[test]
    fn none_of_the_last_five_cases_comes_again(seeds in vec(any::<u64>(), 1..40)) {
        let mut stats = Stats::default();
        let mut training = Training::resume(&SCENARIO, json!({}));
        for seed in seeds {
            let recent = stats.recent_cases.clone();
            training.start(&mut stats, Language::Ru, seed);
            let id = training.case().unwrap().id();
            prop_assert!(!recent.contains(&id), "{id} in {recent:?}");
            prop_assert_eq!(stats.recent_cases.last(), Some(&id));
            prop_assert!(stats.recent_cases.len() <= 5);
        }
    }
}

#[test]
fn cases_vary() {
    let mut training = Training::resume(&SCENARIO, json!({}));
    let mut cases = HashSet::new();
    let mut cards = HashSet::new();
    for seed in 0..5_000 {
        training.start(&mut Stats::default(), Language::Ru, seed);
        cards.insert(training.client_case().to_owned());
        cases.insert(training.to_json()["case_data"].to_string());
    }
    assert!(cases.len() > 4_900, "{} different cases", cases.len());
    assert!(cards.len() > 3_000, "{} different cards", cards.len());
}
