//! A training from the first message to the report, and what is left of it in the service.

use serde_json::{Value, json};

use crate::support::World;
use crate::support::trainee::{EN, Lesson, RU, SCORE, buttons, text};

/// What the words of a language are.
struct Words {
    begun: &'static str,
    types: [&'static str; 10],
    finish_button: &'static str,
    report: &'static [&'static str],
    progress: [&'static str; 2],
    board: [&'static str; 2],
}

const RU_WORDS: Words = Words {
    begun: "Задайте первый вопрос",
    types: [
        "Ситуационный",
        "Ситуационный",
        "Проблемный",
        "Проблемный",
        "Извлекающий",
        "Извлекающий",
        "Извлекающий",
        "Извлекающий",
        "Направляющий",
        "Направляющий",
    ],
    finish_button: "🏁 Завершить и получить отчёт",
    report: &[
        "Баллы: 190 из 250 · Стратег SPIN",
        "10 вопросов, ясность 100 %",
        "• Ситуационный: 2, 20 %",
        "• Проблемный: 2, 20 %",
        "• Извлекающий: 4, 40 %",
        "• Направляющий: 2, 20 %",
        "\n1. ",
        "\n2. ",
        "\n3. ",
        "+190 XP · всего 190 XP · уровень 1",
        "До уровня 2 осталось 311 XP",
        "Новая награда: Первый шаг",
    ],
    progress: ["📈 Прогресс", "Последняя 1 тренировка"],
    board: ["🏆 Рейтинг", "1. Аня · 190 XP · уровень 1 ← вы"],
};

const EN_WORDS: Words = Words {
    begun: "Ask your first question",
    types: [
        "Situation",
        "Situation",
        "Problem",
        "Problem",
        "Implication",
        "Implication",
        "Implication",
        "Implication",
        "Need-payoff",
        "Need-payoff",
    ],
    finish_button: "🏁 Finish and get the report",
    report: &[
        "190 points of 250 · SPIN strategist",
        "10 questions, clarity 100 %",
        "• Situation: 2, 20 %",
        "• Problem: 2, 20 %",
        "• Implication: 4, 40 %",
        "• Need-payoff: 2, 20 %",
        "\n1. ",
        "\n2. ",
        "\n3. ",
        "+190 XP · 190 XP in all · level 1",
        "311 XP to level 2",
        "New badge: First step",
    ],
    progress: ["📈 My progress", "Your first training"],
    board: ["🏆 Leaderboard", "1. Ann · 190 XP · level 1 ← you"],
};

both! {
    async fn in_russian(engine) {
        whole(&World::start(engine).await, &RU, &RU_WORDS, "Аня").await;
    }

    async fn in_english(engine) {
        whole(&World::start(engine).await, &EN, &EN_WORDS, "Ann").await;
    }

    async fn every_level_and_streak_comes_with_its_training(engine) {
        let world = World::start(engine).await;
        let user = world.trainee("Max", "en").await;
        let masterly = Lesson { questions: [EN.questions[4]; 10], ..EN };
        let reports = [
            masterly.train(&user).await,
            masterly.train(&user).await,
            masterly.train(&user).await,
        ];
        let [first, second, third] = reports.each_ref().map(text);
        assert!(first.contains("250 points of 250 · SPIN maestro"), "{first}");
        assert!(first.contains("New badge: Maestro") && first.contains("251 XP to level 2"));
        assert!(second.contains("+250 XP · 500 XP in all · level 1"), "{second}");
        assert!(!second.contains("New badge") && !second.contains("reached"), "{second}");
        assert!(third.contains("Level 2 reached!"), "{third}");
        assert!(third.contains("New badge: Consistency"), "{third}");
        let held = world.service.badges(user.id).await;
        assert!(held.is_superset(&["master_badge", "master_triple"].map(str::to_owned).into()));
        let told = world.service.user(user.id).await;
        assert_eq!((told["total_xp"].clone(), told["level"].clone()), (json!(750), json!(2)));
        let session = world.service.session(user.id, "spin_bot").await;
        assert_eq!(session["stats"]["current_level"], 2);
    }
}

async fn whole(world: &World, lesson: &Lesson, words: &Words, name: &str) {
    let user = world.telegram.user(name, lesson.language).await.unwrap();
    world.service.give_trainings(user.id).await;
    user.start("").await.unwrap();
    let welcome = user.next_message().await.unwrap();
    assert!(text(&welcome).contains(name), "{welcome}");
    user.press(&welcome, lesson.train).await.unwrap();
    user.wait_for_message(words.begun).await.unwrap();
    let session = world.service.session(user.id, "spin_bot").await;
    assert_eq!(session["stats"]["current_level"], 1);

    let (mut contextual, mut offers) = (0, 0);
    let mut report = Value::Null;
    for (number, kind) in (1..).zip(words.types) {
        let answer = lesson.ask(&user, number).await;
        assert!(text(&answer).starts_with(kind), "{kind}: {answer}");
        contextual += i64::from(text(&answer).contains(lesson.contextual));
        offers += usize::from(buttons(&answer) == [words.finish_button]);
        report = answer;
    }
    // Clarity is 75 after five questions, 100 after six; the tenth ends the training.
    assert!((4..=5).contains(&offers), "{offers}");
    for part in words.report {
        assert!(text(&report).contains(part), "{part:?} is not in {}", text(&report));
    }

    let held = world.service.user(user.id).await;
    let figures = ["total_xp", "total_score", "total_trainings", "level"];
    assert_eq!(figures.map(|name| held[name].as_i64().unwrap()), [SCORE, SCORE, 1, 1]);
    let xp = world.service.xp(user.id).await;
    assert_eq!(xp.iter().map(|entry| entry["amount"].as_i64().unwrap()).collect::<Vec<_>>(), [190]);
    let mut badges = vec!["first_training"];
    badges.extend((contextual >= 7).then_some("active_listener"));
    badges.sort_unstable();
    assert!(world.service.badges(user.id).await.iter().eq(&badges));
    let trainings = world.service.trainings(user.id).await;
    assert_eq!(trainings.len(), 1);
    let counts = json!({"situational": 2, "problem": 2, "implication": 4, "need_payoff": 2});
    for (field, value) in [
        ("bot_name", json!("spin_bot")),
        ("scenario_name", json!("spin_sales")),
        ("total_score", json!(SCORE)),
        ("clarity_level", json!(100)),
        ("question_count", json!(10)),
        ("contextual_questions", json!(contextual)),
        ("per_type_counts", counts),
    ] {
        assert_eq!(trainings[0][field], value, "{field}");
    }
    let session = world.service.session(user.id, "spin_bot").await;
    assert_eq!(session["session"]["chat_state"], "waiting_start");
    assert_eq!(session["stats"]["total_xp"], SCORE);
    assert_eq!(session["stats"]["total_trainings"], 1);

    let [button, caption] = words.progress;
    user.press(&report, button).await.unwrap();
    let picture = user.wait_for_message(caption).await.unwrap();
    assert!(picture["photo"].is_array(), "{picture}");
    let [button, line] = words.board;
    user.press(&report, button).await.unwrap();
    user.wait_for_message(line).await.unwrap();
}
