//! Trainings of known outcome.

use serde_json::Value;
use telegram_sim::User;

/// Ten questions, worth 190 points.
pub(crate) struct Lesson {
    pub(crate) language: &'static str,
    pub(crate) train: &'static str,
    /// What stands above the answer to a question: its number in between.
    pub(crate) number: [&'static str; 2],
    pub(crate) contextual: &'static str,
    /// Two of each type, but four implications.
    pub(crate) questions: [&'static str; 10],
}

pub(crate) const SCORE: i64 = 2 * 10 + 2 * 15 + 4 * 25 + 2 * 20;

pub(crate) const RU: Lesson = Lesson {
    language: "ru",
    train: "▶️ Начать тренировку",
    number: ["вопрос ", " из 10"],
    contextual: "Вы опираетесь на слова клиента",
    questions: [
        "Сколько человек работает в отделе закупок?",
        "Как устроена приёмка товара на складе?",
        "С какими проблемами вы сталкиваетесь?",
        "Чем вы недовольны сейчас?",
        "К чему это приводит?",
        "Как это влияет на выручку?",
        "Какие убытки вы несёте из-за этого?",
        "Какие последствия у срывов для компании?",
        "Чем вам поможет точный график?",
        "Какую выгоду даст надёжный поставщик?",
    ],
};

pub(crate) const EN: Lesson = Lesson {
    language: "en",
    train: "▶️ Start a training",
    number: ["question ", " of 10"],
    contextual: "You took up what the client said",
    questions: [
        "How many people work in the purchasing department?",
        "How is the warehouse organised?",
        "What problems do you run into?",
        "What are you dissatisfied with?",
        "What does that lead to?",
        "How does this affect your revenue?",
        "What losses do you suffer because of it?",
        "What are the consequences of delays for the company?",
        "How would a precise schedule help you?",
        "What benefit would a reliable supplier bring?",
    ],
};

impl Lesson {
    /// Asks a question, counted from 1, and returns the answer.
    pub(crate) async fn ask(&self, user: &User, number: usize) -> Value {
        user.send(self.questions[number - 1]).await.unwrap();
        self.answer(user, number).await
    }

    /// Waits for the answer to a question.
    pub(crate) async fn answer(&self, user: &User, number: usize) -> Value {
        let [before, after] = self.number;
        user.wait_for_message(&format!("{before}{number}{after}")).await.unwrap()
    }

    /// Trains from the first message to the last answer, under which the report stands.
    pub(crate) async fn train(&self, user: &User) -> Value {
        user.send("/train").await.unwrap();
        for number in 1..=9 {
            self.ask(user, number).await;
        }
        self.ask(user, 10).await
    }
}

/// What a message says.
pub(crate) fn text(message: &Value) -> &str {
    message["text"].as_str().or(message["caption"].as_str()).unwrap_or_default()
}

/// Waits for a message with buttons; one whose buttons were taken away is not meant.
pub(crate) async fn offered(user: &User, part: &str) -> Value {
    let is_meant = |message: &Value| text(message).contains(part) && !buttons(message).is_empty();
    user.wait_for(is_meant).await.unwrap()
}

/// What stands on a message's buttons.
pub(crate) fn buttons(message: &Value) -> Vec<&str> {
    let rows = message["reply_markup"]["inline_keyboard"].as_array();
    let buttons = rows.into_iter().flatten().flat_map(|row| row.as_array().unwrap());
    buttons.map(|button| button["text"].as_str().unwrap()).collect()
}
