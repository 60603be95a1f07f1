//! A whole training in the browser, bought with Stars, and somebody else's beside it, won.

use std::net::SocketAddr;

use serde_json::json;

use crate::page::{self, Chat};
use crate::playground::Playground;

/// As `playground.sh` has it.
const BOT_KEY: &str = "playground-key-of-the-spin-bot-0123456789";

/// A training of a known score, and the words around it.
struct Lesson {
    welcome: &'static str,
    train: &'static str,
    empty: &'static str,
    begun: &'static str,
    /// What stands before the number of a question.
    question: &'static str,
    questions: [&'static str; 6],
    finish: &'static str,
    report: &'static [&'static str],
    progress: &'static str,
}

const EN: Lesson = Lesson {
    welcome: "Hello, Alex!",
    train: "Start a training",
    empty: "You have no training left",
    begun: "Ask your first question!",
    question: "question ",
    questions: [
        "How many people work in the purchasing department?",
        "What problems do you run into with your current suppliers?",
        "What does that lead to?",
        "How does this affect your revenue?",
        "How would a precise schedule help you?",
        "What are the consequences of delays for the company?",
    ],
    finish: "Finish and get the report",
    report: &["120 points", "6 questions", "+120 XP", "New badge: First step"],
    progress: "Your last 6 trainings",
};

const RU: Lesson = Lesson {
    welcome: "Здравствуйте, Аня!",
    train: "Начать тренировку",
    empty: "Тренировок не осталось",
    begun: "Задайте первый вопрос!",
    question: "вопрос ",
    questions: [
        "Сколько человек работает в отделе закупок?",
        "С какими проблемами вы сталкиваетесь?",
        "К чему это приводит?",
        "Как это влияет на выручку?",
        "Чем вам поможет точный график?",
        "Какие последствия у срывов для компании?",
    ],
    finish: "Завершить и получить отчёт",
    report: &["Баллы: 120", "6 вопросов", "+120 XP", "Новая награда: Первый шаг"],
    progress: "Последние 6 тренировок",
};

/// From the first contact to the shop: a newcomer holds nothing.
fn meet(chat: &Chat, lesson: &Lesson) {
    chat.click("start", "");
    chat.read("message-text", lesson.welcome);
    chat.click("key", lesson.train);
    chat.read("message-text", lesson.empty);
}

fn begin(chat: &Chat, lesson: &Lesson) {
    chat.click("key", lesson.train);
    chat.read("message-text", lesson.begun);
}

fn ask(chat: &Chat, lesson: &Lesson, numbers: std::ops::RangeInclusive<usize>) {
    for number in numbers {
        chat.write(lesson.questions[number - 1]);
        chat.read("message-text", &format!("{}{number} ", lesson.question));
    }
}

fn finish(chat: &Chat, lesson: &Lesson) {
    chat.click("key", lesson.finish);
    let report = chat.read("message-text", lesson.report[0]);
    for part in lesson.report {
        assert!(report.contains(part), "{part} is not in {report}");
    }
}

/// A picture of one training is a picture of nothing: five earlier ones.
#[tokio::main(flavor = "current_thread")]
async fn train_before(service: SocketAddr, telegram_id: i64) {
    let trainings = [
        ("2026-01-12", 65, [3, 1, 0, 1]),
        ("2026-01-14", 80, [2, 2, 1, 0]),
        ("2026-01-19", 110, [2, 2, 1, 1]),
        ("2026-01-23", 100, [1, 2, 1, 2]),
        ("2026-01-26", 155, [2, 1, 4, 1]),
    ];
    for (day, score, [situation, problem, implication, need_payoff]) in trainings {
        let training = json!({
            "scenario_name": "spin_sales", "training_date": format!("{day}T12:00:00Z"),
            "total_score": score, "clarity_level": 80, "contextual_questions": 1,
            "question_count": situation + problem + implication + need_payoff,
            "per_type_counts": {
                "situation": situation, "problem": problem,
                "implication": implication, "need_payoff": need_payoff,
            },
        });
        let url = format!("http://{service}/v1/users/{telegram_id}/trainings");
        let post = process::http::client().post(url).bearer_auth(BOT_KEY).json(&training);
        let answer = post.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }
}

fn look_at_progress(chat: &Chat, lesson: &Lesson, service: SocketAddr, picture: &str) {
    train_before(service, chat.telegram_id());
    chat.write("/progress");
    chat.read("message-text", lesson.progress);
    assert!(chat.picture_width() >= 800, "it is to be read on a phone");
    chat.save_picture(picture);
}

#[test]
fn two_people_train_side_by_side() {
    let playground = Playground::start();
    let page = page::open(&playground.url, (1120, 1140));

    let alex = Chat::of(&page, "Alex");
    meet(&alex, &EN);
    alex.click("key", "5 credits");
    page.read("payment-amount", "130 ★");
    page.screenshot("chat-shop.png");
    page.press("payment-pay");
    alex.read("message-text", "You have: 5 credits");
    begin(&alex, &EN);
    assert!(!alex.shows("key", EN.train), "a button acts once");
    ask(&alex, &EN, 1..=3);
    page.screenshot("chat-training.png");
    ask(&alex, &EN, 4..=6);
    finish(&alex, &EN);
    page.screenshot("chat-report.png");

    let anya = Chat::of_new_user(&page, "Аня", "ru");
    meet(&anya, &RU);
    anya.click("key", "Бесплатные тренировки");
    anya.read("message-text", "Подпишитесь на @spin_channel");
    anya.click("user-options", "");
    anya.click("channel", "Join @spin_channel");
    anya.read("channel", "Leave @spin_channel");
    anya.click("user-options", "");
    anya.click("key", "Уже подписан");
    anya.read("message-text", "2 бесплатные тренировки");
    begin(&anya, &RU);
    ask(&anya, &RU, 1..=6);
    finish(&anya, &RU);
    assert!(!alex.shows("message-text", "Здравствуйте"), "a chat holds its own messages only");
    page.screenshot("chat-two-users.png");

    look_at_progress(&alex, &EN, playground.service(), "progress-en.png");
    look_at_progress(&anya, &RU, playground.service(), "progress-ru.png");

    // A third chat makes the others narrower; their last messages stay in sight.
    Chat::of_new_user(&page, "Sam", "en");
    alex.shows_its_end();
    anya.shows_its_end();

    anya.click("user-options", "");
    anya.read("channel", "Leave @spin_channel");
    alex.click("user-options", "");
    alex.read("channel", "Join @spin_channel");

    assert_eq!(page.complaints(), Vec::<String>::new());
    drop(page);
    playground.stop("-INT");
}
