//! Updates on their way to a bot's webhook.

pub(crate) mod queue;

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use tokio::task::JoinSet;

use crate::api;
use crate::api::parameters::Parameters;
use crate::faults::DeliveryFault;
use crate::world::{Bot, BotId, Shared, World};
use queue::{Due, Outcome};

/// Telegram gives up on an answer after so long.
const TIMEOUT: Duration = Duration::from_secs(60);
/// With nothing to do, the world is looked at so often.
const IDLE: Duration = Duration::from_secs(3600);

pub(crate) const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

/// One delivery.
struct Post {
    bot: BotId,
    url: String,
    secret: Option<String>,
    due: Due,
    fault: Option<DeliveryFault>,
}

/// Delivers whatever becomes due, for as long as it is not dropped.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut news = shared.news();
    let mut posts = JoinSet::new();
    loop {
        news.borrow_and_update();
        let (due, pause) = shared.quietly(take_due);
        for post in due {
            posts.spawn(deliver(Arc::clone(&shared), post));
        }
        while posts.try_join_next().is_some() {}
        tokio::select! {
            _ = news.changed() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn take_due(world: &mut World) -> (Vec<Post>, Duration) {
    let now = world.clock.now();
    let (mut posts, mut pause) = (Vec::new(), IDLE);
    for bot in world.bots.values_mut() {
        let Some(webhook) = &bot.webhook else { continue };
        let (due, next) = bot.queue.due(now, webhook.max_connections);
        if let Some(wait) = next.and_then(|next| u64::try_from(next - now).ok()) {
            pause = pause.min(Duration::from_millis(wait));
        }
        for due in due {
            let fault = bot.faults.of_delivery(kind(&due));
            let (url, secret) = (webhook.url.clone(), webhook.secret.clone());
            posts.push(Post { bot: bot.id, url, secret, due, fault });
        }
    }
    (posts, pause)
}

/// The name of the only field beside `update_id`.
fn kind(due: &Due) -> &str {
    let fields = due.body.as_object().into_iter().flat_map(serde_json::Map::keys);
    fields.map(String::as_str).find(|name| *name != "update_id").unwrap_or_default()
}

async fn deliver(shared: Arc<Shared>, post: Post) {
    let sent = match post.fault {
        Some(DeliveryFault::Duplicate { copies }) => send_copies(&shared, &post, copies).await,
        Some(DeliveryFault::AnswerLost) => {
            let _unheard = send(&shared.http, &post).await;
            Err(Failure { reason: "Webhook connection closed".to_owned(), retry_after: None })
        }
        None => send(&shared.http, &post).await,
    };
    let outcome = match &sent {
        Ok(_) => Outcome::Done,
        Err(failure) => Outcome::Failed { retry_after: failure.retry_after },
    };
    let reply = shared.change(|world| {
        let (now, unix, speed) = (world.clock.now(), world.clock.unix(), world.options.speed);
        let bot = world.bots.get_mut(&post.bot)?;
        bot.queue.finish(&post.due, outcome, now, speed);
        match sent {
            Ok(reply) => reply.map(|reply| (bot.token.clone(), reply)),
            Err(failure) => {
                tracing::warn!(update_id = post.due.update_id, failure.reason, "not delivered");
                note_error(bot, (unix, failure.reason));
                None
            }
        }
    });
    // A method in the answer's body is carried out; what comes of it nobody learns.
    if let Some((token, reply)) = reply {
        api::call_from_webhook(&shared, &token, reply).await;
    }
}

fn note_error(bot: &mut Bot, error: (i64, String)) {
    if let Some(webhook) = &mut bot.webhook {
        webhook.last_error = Some(error);
    }
}

/// Why an update was not taken.
struct Failure {
    reason: String,
    retry_after: Option<u64>,
}

/// All at once; what the first one is answered counts.
async fn send_copies(
    shared: &Arc<Shared>,
    post: &Post,
    copies: usize,
) -> Result<Option<Parameters>, Failure> {
    let mut others = JoinSet::new();
    for _ in 1..copies {
        let request = request(&shared.http, post);
        others.spawn(async move { request.send().await.map(drop) });
    }
    let first = send(&shared.http, post).await;
    others.join_all().await;
    first
}

async fn send(http: &reqwest::Client, post: &Post) -> Result<Option<Parameters>, Failure> {
    let closed = |error: reqwest::Error| Failure {
        reason: format!("Webhook connection closed: {}", error.without_url()),
        retry_after: None,
    };
    let response = request(http, post).send().await.map_err(closed)?;
    let status = response.status();
    if !status.is_success() {
        let retry_after = response.headers().get(RETRY_AFTER);
        return Err(Failure {
            reason: format!("Wrong response from the webhook: {status}"),
            retry_after: retry_after.and_then(|after| after.to_str().ok()?.parse().ok()),
        });
    }
    let content_type = response.headers().get(CONTENT_TYPE).cloned();
    let body = response.bytes().await.map_err(closed)?;
    let is_json = content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    Ok(is_json.then(|| Parameters::from_json(&body).ok()).flatten())
}

fn request(http: &reqwest::Client, post: &Post) -> reqwest::RequestBuilder {
    let request = http.post(&post.url).timeout(TIMEOUT).json(&post.due.body);
    match &post.secret {
        Some(secret) => request.header(SECRET_HEADER, secret),
        None => request,
    }
}
