//! Whole trainings through the public interface: every rank and achievement can be earned.

use bot_client::training::{
    AskError, FinishError, Language, Next, QuestionType, Report, Scenario, Stats, Training,
};
use serde_json::json;

use QuestionType::{Implication, NeedPayoff, Problem, Situational};

fn scenario() -> Scenario {
    Scenario::from_toml(include_str!("../../../scenarios/spin_sales.toml")).unwrap()
}

fn begin<'s>(scenario: &'s Scenario, stats: &mut Stats, seed: u64) -> Training<'s> {
    let mut training = Training::resume(scenario, json!({}));
    training.start(stats, Language::Ru, seed);
    training
}

/// Asks one question per type, the first `contextual` of which point back.
fn play<'s>(
    scenario: &'s Scenario,
    stats: &mut Stats,
    types: &[QuestionType],
    contextual: usize,
) -> Report<'s> {
    let mut training = begin(scenario, stats, 7);
    for (number, kind) in types.iter().enumerate() {
        let start =
            if number < contextual { "Вы упомянули кое-что" } else { "Ну и" };
        let reply = training.ask(&format!("{start} ({})?", "о".repeat(number + 1)), *kind).unwrap();
        assert_eq!(reply.contextual, number < contextual, "question {number}");
    }
    training.finish(stats, "2026-02-03").unwrap()
}

const MAESTRO: [QuestionType; 10] = [
    Problem,
    Implication,
    Implication,
    NeedPayoff,
    Implication,
    Implication,
    NeedPayoff,
    Implication,
    Implication,
    Implication,
];

#[test]
fn each_rank_can_be_reached() {
    let scenario = scenario();
    let cases: [(&[QuestionType], u32, &str); 4] = [
        (&[Situational; 5], 50, "seeker"),
        (
            &[Situational, Problem, Implication, Implication, Implication, NeedPayoff],
            120,
            "student",
        ),
        (&[Implication; 8], 200, "strategist"),
        (&[Implication; 10], 250, "maestro"),
    ];
    for (types, score, rank) in cases {
        let report = play(&scenario, &mut Stats::default(), types, 0);
        assert_eq!((report.score, report.rank.id.as_str()), (score, rank));
        assert_eq!(report.max_score, 250);
        assert_eq!(report.advice.len(), 3);
    }
}

#[test]
fn trainings_and_questions_earn_their_achievements() {
    let scenario = scenario();
    let mut stats = Stats::default();
    let in_order = ["first_training", "five_trainings", "ten_trainings", "hundred_questions"];
    for number in 1..=20 {
        play(&scenario, &mut stats, &[Problem; 5], 0);
        let earned = match number {
            1..5 => 1,
            5..10 => 2,
            10..20 => 3,
            _ => 4,
        };
        assert_eq!(stats.achievements_unlocked, in_order[..earned], "after {number}");
    }
    assert_eq!((stats.total_trainings, stats.total_questions), (20, 100));
}

#[test]
fn a_maestro_needs_221_points_and_three_in_a_row_for_the_triple() {
    let scenario = scenario();
    let mut stats = Stats::default();
    let almost = [
        Implication,
        Implication,
        Implication,
        Implication,
        Implication,
        Implication,
        NeedPayoff,
        Problem,
        Problem,
        NeedPayoff,
    ];
    assert_eq!(play(&scenario, &mut stats, &almost, 0).score, 220);
    assert_eq!(stats.maestro_streak, 0);
    assert_eq!(stats.achievements_unlocked, ["first_training"]);

    assert_eq!(play(&scenario, &mut stats, &MAESTRO, 0).score, 230);
    assert_eq!(stats.achievements_unlocked, ["first_training", "master_badge"]);
    play(&scenario, &mut stats, &MAESTRO, 0);
    play(&scenario, &mut stats, &almost, 0);
    assert_eq!(stats.maestro_streak, 0, "the series is broken");
    for streak in 1..=3 {
        play(&scenario, &mut stats, &MAESTRO, 0);
        assert_eq!(stats.maestro_streak, streak);
        let triple = stats.achievements_unlocked.iter().any(|id| id == "master_triple");
        assert_eq!(triple, streak == 3);
    }
    assert_eq!(stats.best_score, 230);
}

#[test]
fn listeners_are_rewarded() {
    let scenario = scenario();
    let cases: [(usize, usize, &[&str]); 6] = [
        (10, 6, &[]),
        (10, 7, &["active_listener"]),
        (7, 7, &["active_listener"]),
        (8, 7, &["active_listener"]),
        (8, 8, &["active_listener", "perfect_listener"]),
        (10, 10, &["active_listener", "perfect_listener"]),
    ];
    for (questions, contextual, expected) in cases {
        let mut stats = Stats::default();
        play(&scenario, &mut stats, &vec![Problem; questions], contextual);
        let expected = [&["first_training"], expected].concat();
        assert_eq!(stats.achievements_unlocked, expected, "{contextual} of {questions}");
    }
}

#[test]
fn clarity_is_the_sum_of_weights_and_bonuses() {
    let scenario = scenario();
    let mut training = begin(&scenario, &mut Stats::default(), 3);
    let questions = [
        ("Кто у вас этим занимается?", Situational, 15, Next::Ask),
        ("Какова ставка НДС?", Situational, 25, Next::Ask),
        ("Чем вы недовольны в целом?", Problem, 40, Next::Ask),
        ("Вы сказали об этом директору, к чему привело?", Implication, 70, Next::Ask),
        ("Хочется ли иначе?", NeedPayoff, 90, Next::OfferFinish),
        ("А ещё хуже бывало?", Implication, 100, Next::OfferFinish),
    ];
    for (question, kind, clarity, next) in questions {
        let reply = training.ask(question, kind).unwrap();
        assert_eq!((reply.clarity, reply.next), (clarity, next), "{question}");
    }
    assert_eq!(training.questions_left(), 4);
}

#[test]
fn finishing_is_not_offered_before_it_is_possible() {
    let scenario = scenario();
    let mut training = begin(&scenario, &mut Stats::default(), 3);
    for number in 1..=5 {
        let reply = training.ask(&format!("{number}?"), Implication).unwrap();
        assert_eq!(reply.next == Next::OfferFinish, number == 5, "{reply:?}");
    }
}

#[test]
fn limits_of_a_training_are_kept() {
    let scenario = scenario();
    let mut stats = Stats::default();
    let mut training = Training::resume(&scenario, json!({"chat_state": "waiting_start"}));
    assert_eq!(training.ask("Как дела?", Situational).unwrap_err(), AskError::NotActive);
    assert_eq!(training.finish(&mut stats, "").unwrap_err(), FinishError::NotActive);

    training.start(&mut stats, Language::Ru, 1);
    for number in 0..10 {
        let few = FinishError::TooFewQuestions { asked: number, needed: 5 };
        if number < 5 {
            assert_eq!(training.finish(&mut stats, "").unwrap_err(), few);
        }
        let reply = training.ask(&format!("Вопрос {number}?"), Situational).unwrap();
        assert_eq!(reply.next == Next::Finish, number == 9);
    }
    assert_eq!(training.ask("Ещё?", Situational).unwrap_err(), AskError::NoQuestionsLeft);
    training.finish(&mut stats, "2026-02-03").unwrap();
    assert!(!training.is_active());
    assert_eq!(training.to_json()["chat_state"], "waiting_start");
    assert_eq!(training.to_json()["question_count"], 0);
    assert_eq!(training.to_json()["client_case"], "");
    assert_eq!(stats.last_training_date.as_deref(), Some("2026-02-03"));
}

#[test]
fn the_client_tells_the_fact_that_is_asked_for() {
    let scenario = scenario();
    let cases = [
        (Language::Ru, "Какой у вас объём закупок?", "volume.0"),
        (Language::Ru, "Сколько у вас поставщиков?", "suppliers"),
        (Language::Ru, "Как часто вы заказываете?", "frequency"),
        (Language::Ru, "Кто принимает решение?", "position"),
        (Language::Ru, "Сколько человек в штате?", "size"),
        (Language::Ru, "На каких условиях платите?", "terms.0"),
        (Language::En, "What volume do you need?", "volume.0"),
        (Language::En, "Who are your suppliers?", "suppliers"),
        (Language::En, "How often do you order?", "frequency"),
        (Language::En, "Who decides in the end?", "position"),
        (Language::En, "On what terms do you pay?", "terms.0"),
    ];
    for (language, question, id) in cases {
        for seed in 0..40 {
            let mut training = Training::resume(&scenario, json!({}));
            training.start(&mut Stats::default(), language, seed);
            let facts = training.case().unwrap().facts();
            let expected = &facts.iter().find(|fact| fact.id == id).unwrap().text;
            let answer = training.ask(question, Situational).unwrap().answer;
            assert!(answer.contains(expected), "{question} -> {answer}");

            let other_words = format!("И снова: {question}");
            let answer = training.ask(&other_words, Situational).unwrap().answer;
            assert!(answer.contains(expected), "{other_words} -> {answer}");
        }
    }
}

#[test]
fn the_client_stays_with_the_difficulty_that_is_taken_up() {
    let scenario = scenario();
    for seed in 0..40 {
        let mut training = begin(&scenario, &mut Stats::default(), seed);
        let facts = training.case().unwrap().facts();
        let difficulty = |answer: &str| {
            let fact = facts.iter().find(|fact| answer.contains(&fact.text)).unwrap();
            fact.id.split_once('.').unwrap().0
        };
        let trouble = training.ask("Какие у вас сложности?", Problem).unwrap().answer;
        for (question, kind) in [
            ("Как это сказывается на ваших заказчиках и клиентах?", Implication),
            ("Во сколько вам обходится такое?", Implication),
            ("Насколько полезно было бы это исправить?", NeedPayoff),
        ] {
            let answer = training.ask(question, kind).unwrap().answer;
            assert_eq!(difficulty(&answer), difficulty(&trouble), "{question} -> {answer}");
        }
    }
}

#[test]
fn the_same_question_gets_a_shorter_answer_and_no_bonus() {
    let scenario = scenario();
    for seed in 0..50 {
        let mut training = begin(&scenario, &mut Stats::default(), seed);
        let first = training.ask("Вы упомянули рост. Что мешает?", Problem).unwrap();
        let again = training.ask("вы упомянули РОСТ — что мешает", Problem).unwrap();
        assert!(again.repeated && !again.contextual && !first.repeated && first.contextual);
        assert!(again.answer.chars().count() < first.answer.chars().count(), "{again:?}");
    }
}

#[test]
fn a_training_goes_on_from_what_was_stored() {
    let scenario = scenario();
    let mut stats = Stats::default();
    let mut whole = begin(&scenario, &mut stats, 99);
    let mut stored = whole.to_json();
    for number in 0..10 {
        let question = format!("Вопрос номер {number}, какие сложности?");
        let kind = QuestionType::ALL[number % 4];
        let mut resumed = Training::resume(&scenario, stored.clone());
        let repeated = Training::resume(&scenario, stored).ask(&question, kind);
        let reply = resumed.ask(&question, kind);
        assert_eq!(reply, whole.ask(&question, kind));
        assert_eq!(reply, repeated);
        stored = resumed.to_json();
        assert_eq!(stored, whole.to_json());
    }
}

#[test]
fn nothing_is_told_twice_and_every_answer_is_worded_differently() {
    let scenario = scenario();
    for kind in [Situational, Problem, Implication] {
        for seed in 0..30 {
            let mut training = begin(&scenario, &mut Stats::default(), seed);
            let count = if kind == Problem { 6 } else { 9 };
            let mut answers: Vec<_> = (0..count)
                .map(|number| training.ask(&format!("№{number}?"), kind).unwrap().answer)
                .collect();
            answers.sort();
            answers.dedup();
            assert_eq!(answers.len(), count, "{answers:#?}");
        }
    }
}

#[test]
fn advice_names_what_this_training_lacked() {
    let scenario = scenario();
    let cases: [(&[QuestionType], &str); 5] = [
        (&[Situational; 6], "ни одного проблемного"),
        (&[Situational, Problem, Problem, Problem, NeedPayoff], "Извлекающих вопросов не было"),
        (
            &[Situational, Problem, Implication, Implication, Implication],
            "Вы не дали клиенту самому назвать пользу",
        ),
        (&[NeedPayoff, Situational, Problem, Implication, NeedPayoff], "до первого проблемного: 1"),
        (
            &[Situational, Implication, Problem, Implication, NeedPayoff],
            "Извлекающих вопросов до первого проблемного: 1",
        ),
    ];
    for (types, expected) in cases {
        let report = play(&scenario, &mut Stats::default(), types, 0);
        assert!(report.advice[0].contains(expected), "{types:?}: {:#?}", report.advice);
    }
    let report = play(&scenario, &mut Stats::default(), &MAESTRO, 10);
    assert!(report.advice.iter().any(|text| text.contains("10 из 10")), "{:#?}", report.advice);
}
