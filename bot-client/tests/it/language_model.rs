//! A language model rewords answers and nothing else; without its help a training is the same.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::trainee::{EN, SCORE, text};
use crate::support::{Engine, LLM_KEY, Plan, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Good,
    Slow,
    Failing,
    /// Speaks of scores, and of what the case does not hold.
    Mad,
}

/// A scripted model: its mood, and how often it was asked.
struct Model {
    base: String,
    state: Arc<Mutex<(Mood, usize)>>,
}

impl Model {
    async fn start() -> Self {
        let state = Arc::new(Mutex::new((Mood::Good, 0)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/v1/chat/completions", post(complete))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, state }
    }

    fn mood(&self, mood: Mood) {
        self.state.lock().unwrap().0 = mood;
    }

    fn asked(&self) -> usize {
        self.state.lock().unwrap().1
    }
}

async fn complete(
    State(state): State<Arc<Mutex<(Mood, usize)>>>,
    headers: HeaderMap,
    Json(asked): Json<Value>,
) -> Response {
    let mood = {
        let mut state = state.lock().unwrap();
        state.1 += 1;
        state.0
    };
    if headers["authorization"] != format!("Bearer {LLM_KEY}").as_str() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let given = asked["messages"][1]["content"].as_str().unwrap();
    let given: Value = serde_json::from_str(given).unwrap();
    let said = match mood {
        Mood::Good => format!("Well, you know: {}", given["answer"].as_str().unwrap()),
        Mood::Slow => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            String::new()
        }
        Mood::Failing => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Mad => "Great question! The score is 250 points, and we are Google.".to_owned(),
    };
    let message = json!({"role": "assistant", "content": said});
    Json(json!({"choices": [{"index": 0, "message": message}]})).into_response()
}

async fn start(engine: Engine) -> (World, Model) {
    let model = Model::start().await;
    let plan = Plan::new(engine)
        .bot("BOT__LLM__BASE_URL", &model.base)
        .bot("BOT__LLM__API_KEY", LLM_KEY)
        .bot("BOT__LLM__MODEL", "small");
    (plan.start().await, model)
}

both! {
    async fn its_words_are_stored_before_they_are_sent(engine) {
        let (world, model) = start(engine).await;
        let user = world.trainee("Modelled", "en").await;
        user.send("/train").await.unwrap();
        user.wait_for_message("Ask your first question").await.unwrap();
        // Stored, and not sent: the repeat sends it without asking the model again.
        let lost = json!({"method": "sendMessage", "fault": "connection_lost"});
        world.telegram.fail_calls(lost).await.unwrap();
        let answer = EN.ask(&user, 1).await;
        let said = text(&answer).split("🗣 ").nth(1).unwrap();
        assert!(said.starts_with("Well, you know: "), "{answer}");
        assert_eq!(model.asked(), 1);
        world.drained().await;
        let session = world.service.session(user.id, "spin_bot").await;
        let stored = session["session"]["last_client_response"].as_str().unwrap();
        assert!(said.starts_with(stored), "{stored} {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_it_does_the_training_counts_the_same() {
    let (world, model) = start(Engine::Sqlite).await;
    let user = world.trainee("Modelled", "en").await;
    user.send("/train").await.unwrap();
    let moods = [Mood::Good, Mood::Failing, Mood::Mad, Mood::Slow, Mood::Good];
    let moods = moods.into_iter().chain([Mood::Mad; 5]);
    let mut report = Value::Null;
    for (number, mood) in (1..).zip(moods) {
        model.mood(mood);
        let answer = EN.ask(&user, number).await;
        assert_eq!(
            text(&answer).contains("Well, you know"),
            mood == Mood::Good,
            "{mood:?} {answer}"
        );
        assert!(!text(&answer).contains("Google"), "{answer}");
        report = answer;
    }
    assert!(text(&report).contains("190 points"), "{report}");
    assert_eq!(world.service.user(user.id).await["total_xp"], SCORE);
    assert_eq!(model.asked(), 10);
    assert_eq!(world.dead_letters().await, 0);
}
