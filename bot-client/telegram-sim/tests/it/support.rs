//! A bot that answers updates as a test says, and calls the Bot API as a test says.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use telegram_sim::{Control, Options, Sim, User};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub(crate) const TOKEN: &str = "424242:a-secret_of_the_bot";
pub(crate) const SECRET: &str = "the_webhooks-secret";

/// An update as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) update: Value,
    pub(crate) secret: Option<String>,
    pub(crate) at: Instant,
    /// How many others were being handled when it came.
    pub(crate) beside: usize,
}

type Script = dyn Fn(&Value, usize) -> Response + Send + Sync;

/// Where updates go. Its script is told the update and how many came before it.
pub(crate) struct Webhook {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    received: watch::Sender<Vec<Received>>,
    in_hand: Mutex<usize>,
    script: Box<Script>,
    slowness: Duration,
}

impl Webhook {
    pub(crate) async fn start(
        slowness: Duration,
        script: impl Fn(&Value, usize) -> Response + Send + Sync + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            received: watch::Sender::new(Vec::new()),
            in_hand: Mutex::new(0),
            script: Box::new(script),
            slowness,
        });
        let router = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    /// Waits until so many updates have come, and returns all.
    pub(crate) async fn received(&self, count: usize) -> Vec<Received> {
        let mut received = self.shared.received.subscribe();
        let enough = received.wait_for(|received| received.len() >= count);
        let enough = tokio::time::timeout(Duration::from_secs(10), enough).await;
        match enough {
            Ok(received) => received.unwrap().clone(),
            Err(_) => panic!("{count} updates wanted, got {:#?}", self.so_far()),
        }
    }

    pub(crate) fn so_far(&self) -> Vec<Received> {
        self.shared.received.borrow().clone()
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let update: Value = serde_json::from_slice(&body).unwrap();
    let beside = {
        let mut in_hand = shared.in_hand.lock().unwrap();
        *in_hand += 1;
        *in_hand - 1
    };
    let secret = headers.get("X-Telegram-Bot-Api-Secret-Token");
    let secret = secret.map(|secret| secret.to_str().unwrap().to_owned());
    let before = shared.received.borrow().len();
    let received = Received { update: update.clone(), secret, at: Instant::now(), beside };
    shared.received.send_modify(|all| all.push(received));
    tokio::time::sleep(shared.slowness).await;
    *shared.in_hand.lock().unwrap() -= 1;
    (shared.script)(&update, before)
}

pub(crate) fn ok() -> Response {
    StatusCode::OK.into_response()
}

/// A simulator, and a bot of it.
pub(crate) struct Bot {
    pub(crate) sim: Sim,
    pub(crate) control: Control,
    http: reqwest::Client,
}

impl Bot {
    /// Without limits, and with pauses a hundred times shorter.
    pub(crate) async fn start() -> Self {
        Self::start_with(Options { rate_limits: false, speed: 100 }).await
    }

    pub(crate) async fn start_with(options: Options) -> Self {
        let sim = Sim::start(options).await.unwrap();
        let bot = Self { control: sim.control(), sim, http: process::http::client() };
        bot.result("getMe", json!({})).await;
        bot
    }

    pub(crate) fn url(&self, method: &str) -> String {
        format!("{}/bot{TOKEN}/{method}", self.sim.base_url())
    }

    /// The answer's status and body.
    pub(crate) async fn call(&self, method: &str, body: Value) -> (u16, Value) {
        self.send(self.http.post(self.url(method)).json(&body)).await.unwrap()
    }

    pub(crate) fn request(&self, method: &str) -> reqwest::RequestBuilder {
        self.http.post(self.url(method))
    }

    pub(crate) async fn send(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<(u16, Value), reqwest::Error> {
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    pub(crate) async fn result(&self, method: &str, body: Value) -> Value {
        let (status, mut answer) = self.call(method, body).await;
        assert_eq!((status, &answer["ok"]), (200, &json!(true)), "{method}: {answer}");
        answer["result"].take()
    }

    /// The refusal's code and description.
    pub(crate) async fn refusal(&self, method: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.call(method, body).await;
        assert_eq!(answer["ok"], false, "{method}: {answer}");
        assert_eq!(answer["error_code"], status);
        (status, answer["description"].as_str().unwrap().to_owned())
    }

    /// That a call is refused with 400 and these words after `Bad Request: `.
    pub(crate) async fn assert_bad(&self, method: &str, body: Value, problem: &str) {
        let refusal = self.refusal(method, body.clone()).await;
        assert_eq!(refusal, (400, format!("Bad Request: {problem}")), "{method} {body}");
    }

    pub(crate) async fn set_webhook(&self, webhook: &Webhook) {
        let body = json!({"url": webhook.url, "secret_token": SECRET});
        self.result("setWebhook", body).await;
    }

    /// A user who has started the bot.
    pub(crate) async fn user(&self) -> User {
        let user = self.control.user("Анна <3", "ru").await.unwrap();
        user.start("").await.unwrap();
        user
    }

    /// A webhook that takes everything.
    pub(crate) async fn open_webhook(&self) -> Webhook {
        let webhook = Webhook::start(Duration::ZERO, |_, _| ok()).await;
        self.set_webhook(&webhook).await;
        webhook
    }
}
