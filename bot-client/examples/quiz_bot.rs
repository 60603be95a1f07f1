//! A second bot on the same service: a quiz. Users, XP and badges are the same as in the other
//! bots, sessions are its own.
//!
//! It has the settings of `bot-client`, with `BOT__BOT_NAME=quiz_bot`, a key and a token of its own.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use bot_client::config::Config;
use bot_client::service_api::Client;
use bot_client::service_api::types::{AddXp, AwardBadge, Profile, PutSession};
use process::serve::{bind, serve, stop_signal};
use serde_json::{Map, Value, json};

const QUESTIONS: [(&str, &str); 3] = [
    ("What does the S of SPIN stand for?", "situation"),
    ("And the P?", "problem"),
    ("And the I?", "implication"),
];
const XP: i64 = 30;
const BADGE: &str = "quiz_master";

type Failure = Box<dyn std::error::Error + Send + Sync>;

struct Quiz {
    config: Config,
    service: Client,
    telegram: reqwest::Client,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(None, process::settings::environment())?;
    process::log::init(&config.log, config.log_format, process::log::LogTo::Stdout)?;
    let service = bot_client::service::client(&config, config.service.key.reveal())?;
    let quiz = Arc::new(Quiz { service, telegram: process::http::client(), config });
    let listener = bind(quiz.config.listen, "BOT__LISTEN").await?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    let webhook = json!({
        "url": format!("{}/telegram/webhook", quiz.config.telegram.webhook_url),
        "secret_token": quiz.config.telegram.webhook_secret.reveal(),
        "allowed_updates": ["message"],
    });
    quiz.call("setWebhook", &webhook).await.map_err(|failure| failure.to_string())?;
    let router = Router::new().route("/telegram/webhook", post(receive)).with_state(quiz);
    let (header_time, stop_time) = (Duration::from_secs(20), Duration::from_secs(20));
    serve(listener, router, header_time, stop_time, stop_signal()?).await;
    Ok(())
}

/// What fails is delivered again.
async fn receive(
    State(quiz): State<Arc<Quiz>>,
    headers: HeaderMap,
    Json(update): Json<Value>,
) -> StatusCode {
    let secret = headers.get("x-telegram-bot-api-secret-token");
    if secret.is_none_or(|secret| secret != quiz.config.telegram.webhook_secret.reveal()) {
        return StatusCode::UNAUTHORIZED;
    }
    let (chat, text) = (&update["message"]["chat"]["id"], &update["message"]["text"]);
    let (Some(chat), Some(text)) = (chat.as_i64(), text.as_str()) else { return StatusCode::OK };
    match quiz.answer(chat, text, &update["update_id"]).await {
        Ok(()) => StatusCode::OK,
        Err(failure) => {
            tracing::warn!(failure, "an update must wait");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

impl Quiz {
    async fn answer(&self, user: i64, text: &str, update: &Value) -> Result<(), Failure> {
        let bot = &self.config.bot_name;
        let opened = self.service.open_session(user, bot, None, &Profile::default()).await?;
        let mut session = opened.session.clone();
        // An update that was applied before is only answered again.
        if session.get("update_id") != Some(update) {
            let (reply, won) = play(&mut session, text);
            if won {
                self.reward(user, update).await?;
            }
            session.extend([("update_id".into(), update.clone()), ("reply".into(), reply.into())]);
            let put = PutSession { session: session.clone(), stats: Map::new() };
            let version = format!("\"{}\"", opened.version);
            self.service.put_session(user, bot, Some(&version), &put).await?;
        }
        self.call("sendMessage", &json!({"chat_id": user, "text": session["reply"]})).await
    }

    /// Once for each update, however often it comes.
    async fn reward(&self, user: i64, update: &Value) -> Result<(), Failure> {
        let reason = Some("quiz".to_owned());
        let xp = AddXp { amount: XP, bot_name: None, levels: Vec::new(), reason };
        self.service.add_xp(user, Some(&format!("tg:{update}:xp")), &xp).await?;
        let badge = AwardBadge { badge_type: BADGE.to_owned(), bot_name: None, metadata: None };
        self.service.award_badge(user, Some(&format!("tg:{update}:badge")), &badge).await?;
        Ok(())
    }

    async fn call(&self, method: &str, parameters: &Value) -> Result<(), Failure> {
        let config = &self.config.telegram;
        let url = format!("{}/bot{}/{method}", config.api_url, config.token.reveal());
        let answer = self.telegram.post(url).json(parameters).send().await;
        let answer = answer.map_err(reqwest::Error::without_url)?;
        answer.error_for_status().map_err(reqwest::Error::without_url)?;
        Ok(())
    }
}

/// What to say, and whether the quiz is won by it.
fn play(session: &mut Map<String, Value>, text: &str) -> (String, bool) {
    let at = session.get("question").and_then(Value::as_u64);
    let at = at.and_then(|at| usize::try_from(at).ok()).filter(|_| text != "/start");
    let Some((_, answer)) = at.and_then(|at| QUESTIONS.get(at)) else {
        session.insert("question".to_owned(), json!(0));
        return (QUESTIONS[0].0.to_owned(), false);
    };
    if !text.trim().eq_ignore_ascii_case(answer) {
        return ("No. Try again!".to_owned(), false);
    }
    let next = at.unwrap_or_default() + 1;
    session.insert("question".to_owned(), json!(next));
    match QUESTIONS.get(next) {
        Some((question, _)) => (format!("Right! {question}"), false),
        None => (format!("Right! You know SPIN: +{XP} XP and a badge."), true),
    }
}
