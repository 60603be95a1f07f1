//! Calling Telegram's Bot API, by its rules: what to wait out, what to repeat, what to give up.

use std::time::Duration;

use frankenstein::ParseMode;
use frankenstein::methods::{
    AnswerCallbackQueryParams, EditMessageReplyMarkupParams, SendMessageParams,
};
use frankenstein::types::{
    InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyMarkup,
};
use reqwest::multipart::{Form, Part};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::Config;
use crate::failure::Failure;
use crate::reply::{Button, File, Reply, Target, pieces};
use crate::scope;

const CALL_TIME: Duration = Duration::from_secs(10);
/// Of what may as well be left undone.
const COURTESY_TIME: Duration = Duration::from_secs(2);
const CONNECT_TIME: Duration = Duration::from_secs(3);

/// Waits of one call for Telegram's `retry_after`.
const MAX_WAITS: u32 = 3;

/// Seconds that calls of Telegram took, by method and outcome.
pub(crate) const TELEGRAM_SECONDS: &str = "telegram_request_duration_seconds";

/// Why a call of the Bot API failed. The token is in none of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    #[error("Telegram asks to wait for {0:?}")]
    Wait(Duration),
    /// 403: the user has blocked the bot, or never started it.
    #[error("Telegram: {0}")]
    Forbidden(String),
    /// Any other 4xx: the call can never succeed as it is.
    #[error("Telegram refuses: {0}")]
    Refused(String),
    #[error("Telegram cannot be reached: {0}")]
    Unreachable(String),
}

impl CallError {
    fn outcome(&self) -> &'static str {
        match self {
            Self::Wait(_) => "wait",
            Self::Forbidden(_) => "forbidden",
            Self::Refused(_) => "refused",
            Self::Unreachable(_) => "unreachable",
        }
    }

    /// Whether Telegram's words say so.
    pub(crate) fn says(&self, words: &str) -> bool {
        matches!(self, Self::Refused(text) | Self::Forbidden(text) if text.contains(words))
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let cause = error.to_string();
        match error {
            CallError::Wait(after) => Self::Later { after, cause },
            CallError::Unreachable(_) => Self::later(cause),
            CallError::Forbidden(_) | CallError::Refused(_) => Self::Never { cause },
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

/// The Bot API of one bot.
pub(crate) struct Telegram {
    client: reqwest::Client,
    /// Holds the token.
    base: String,
}

impl Telegram {
    /// # Errors
    /// No TLS.
    pub(crate) fn new(config: &Config) -> reqwest::Result<Self> {
        let api = config.telegram.api_url.trim_end_matches('/');
        let client =
            process::http::builder().connect_timeout(CONNECT_TIME).timeout(CALL_TIME).build()?;
        Ok(Self { client, base: format!("{api}/bot{}", config.telegram.token.reveal()) })
    }

    /// Calls a method. Telegram's pauses are waited out as long as the update in hand has time.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &impl Serialize,
    ) -> Result<T, CallError> {
        self.waiting(method, || self.client.post(self.url(method)).json(parameters)).await
    }

    fn url(&self, method: &str) -> String {
        format!("{}/{method}", self.base)
    }

    async fn waiting<T: DeserializeOwned>(
        &self,
        method: &'static str,
        request: impl Fn() -> reqwest::RequestBuilder,
    ) -> Result<T, CallError> {
        let mut waits = 0;
        loop {
            match once(method, request()).await {
                Err(CallError::Wait(wait)) if waits < MAX_WAITS && scope::has_time_for(wait) => {
                    waits += 1;
                    tracing::debug!(method, ?wait, "Telegram asks to wait");
                    tokio::time::sleep(wait).await;
                }
                result => return result,
            }
        }
    }

    /// Sends a reply to a private chat, in as many messages as it needs.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn send(&self, chat_id: i64, reply: &Reply) -> Result<(), CallError> {
        if let Some(file) = &reply.file {
            return self.send_file(chat_id, reply, file).await;
        }
        let mut pieces = pieces(&reply.text).into_iter().peekable();
        while let Some(piece) = pieces.next() {
            let mut message = SendMessageParams::builder()
                .chat_id(chat_id)
                .text(piece)
                .parse_mode(ParseMode::Html)
                .link_preview_options(LinkPreviewOptions::DISABLED)
                .build();
            if pieces.peek().is_none() && !reply.buttons.is_empty() {
                let keyboard = keyboard(&reply.buttons);
                message.reply_markup = Some(ReplyMarkup::InlineKeyboardMarkup(keyboard));
            }
            let _: Value = self.call("sendMessage", &message).await?;
        }
        Ok(())
    }

    async fn send_file(&self, chat_id: i64, reply: &Reply, file: &File) -> Result<(), CallError> {
        let (method, field, name, bytes) = match file {
            File::Photo { name, bytes } => ("sendPhoto", "photo", name, bytes),
            File::Document { name, bytes } => ("sendDocument", "document", name, bytes),
        };
        let markup = serde_json::to_string(&keyboard(&reply.buttons)).unwrap_or_default();
        let form = || {
            let part = Part::bytes(bytes.clone()).file_name(name.clone());
            let form = Form::new()
                .text("chat_id", chat_id.to_string())
                .text("caption", reply.text.clone())
                .text("parse_mode", "HTML")
                .text("reply_markup", markup.clone())
                .part(field, part);
            self.client.post(self.url(method)).multipart(form)
        };
        self.waiting::<Value>(method, form).await.map(drop)
    }

    /// Ends a button's waiting, with a note above the chat if there is a text. A query that is too
    /// old needs no answer any more.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn answer_callback(
        &self,
        id: &str,
        text: Option<String>,
    ) -> Result<(), CallError> {
        let answer =
            AnswerCallbackQueryParams::builder().callback_query_id(id).maybe_text(text).build();
        match self.call::<Value>("answerCallbackQuery", &answer).await {
            Err(CallError::Refused(_)) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes the buttons away from a message whose button was pressed. That is a courtesy: it is
    /// tried once, and may fail.
    pub(crate) async fn remove_buttons(&self, chat_id: i64, message_id: i32) {
        let edit = EditMessageReplyMarkupParams::builder()
            .chat_id(chat_id)
            .message_id(message_id)
            .reply_markup(keyboard(&[]))
            .build();
        let request = self.client.post(self.url("editMessageReplyMarkup")).json(&edit);
        match once::<Value>("editMessageReplyMarkup", request.timeout(COURTESY_TIME)).await {
            Err(error) if !error.says("message is not modified") => {
                tracing::debug!(%error, "the buttons of a message stay");
            }
            _ => {}
        }
    }
}

async fn once<T: DeserializeOwned>(
    method: &'static str,
    request: reqwest::RequestBuilder,
) -> Result<T, CallError> {
    let started = std::time::Instant::now();
    let result = receive(request).await;
    let outcome = result.as_ref().map_or_else(CallError::outcome, |_| "ok");
    let labels = [("method", method), ("outcome", outcome)];
    metrics::histogram!(TELEGRAM_SECONDS, &labels).record(started.elapsed());
    result
}

async fn receive<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, CallError> {
    let unreachable = |error: reqwest::Error| {
        CallError::Unreachable(
            if error.is_timeout() { "time-out" } else { "connection" }.to_owned(),
        )
    };
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let body = response.bytes().await.map_err(unreachable)?;
    let not_telegram =
        || CallError::Unreachable(format!("status {status}, no answer of Telegram's"));
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| not_telegram())?;
    if answer.ok {
        return serde_json::from_value(answer.result).map_err(|_| not_telegram());
    }
    Err(match status.as_u16() {
        429 => CallError::Wait(Duration::from_secs(answer.parameters.retry_after.unwrap_or(1))),
        403 => CallError::Forbidden(answer.description),
        // 401 and 404: the token is wrong, which an operator can mend.
        400..500 if status != 401 && status != 404 => CallError::Refused(answer.description),
        _ => CallError::Unreachable(format!("status {status}: {}", answer.description)),
    })
}

fn keyboard(rows: &[Vec<Button>]) -> InlineKeyboardMarkup {
    let button = |button: &Button| {
        let made = InlineKeyboardButton::builder().text(&button.text);
        match &button.target {
            Target::Data(data) => made.callback_data(data).build(),
            Target::Url(url) => made.url(url).build(),
        }
    };
    let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(button).collect()).collect();
    InlineKeyboardMarkup::builder().inline_keyboard(rows).build()
}
