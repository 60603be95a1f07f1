//! Telegram in a box: the Bot API methods that the bot uses, as strict as Telegram, and the world
//! behind them: users, chats, channels, Stars, deliveries to a webhook. For tests ([`Sim::start`])
//! and, as a process with a page at `/`, for trying a bot without a token.
//!
//! A bot is given the simulator's address as that of the Bot API, and any token of the form
//! `digits:characters`; the digits are its id. What the simulator refuses for reasons of its own
//! says so with `telegram-sim:` in the description. It is stricter than Telegram in four things: a
//! bare `&` in HTML, two actions on one button, `subscription_period` in `sendInvoice`, and more
//! than 10,000 Stars for anything.
//!
//! # The control API
//!
//! JSON in and out; a refusal is `{"error": "…"}` with 400, 404 or 409. Every route takes `?bot=ID`,
//! without which the bot with the smallest id is meant. `wait_ms` lets a GET wait for news after the
//! version `after`.
//!
//! | Route | Body or query | What it does |
//! | --- | --- | --- |
//! | `GET`, `POST /sim/users` | `{id?, first_name?, last_name?, username?, language_code?, is_premium?, stars?}` | lists users; makes one (5000 Stars) or changes the one with this id |
//! | `GET`, `POST /sim/channels` | `{username, title?, id?, bot_is_admin?: true}` | lists channels; makes or changes one |
//! | `PUT /sim/channels/{channel}/members/{user}` | `{status, is_member?}` | `member`, `left`, `kicked`, `restricted`, `administrator`, `creator` |
//! | `POST /sim/chats/{user}/send` | `{"text": "…"}`, `{"sticker": "👍"}` or `{"photo": "caption"}` | the user writes |
//! | `POST /sim/chats/{user}/start` | `{payload?}` | the user starts (and unblocks) the bot, by a deep link if there is a payload |
//! | `POST /sim/chats/{user}/edit` | `{message_id, text}` | the user edits an own text |
//! | `POST /sim/chats/{user}/press` | `{message_id, data?, text?}` | presses a button by its text, or by any data that the message ever showed; answers `{callback_query_id}` or `{url}` |
//! | `POST /sim/chats/{user}/block`, `/unblock` | | the user blocks or unblocks the bot |
//! | `POST /sim/chats/{user}/pay` | `{message_id, chat_id?}` or `{link}` | pays an invoice, as often as asked; answers when it has ended: `{status: "paid", charge_id}`, `{status: "refused", error_message}`, `timed_out`, `not_enough_stars` |
//! | `GET /sim/chats/{user}/messages` | `after`, `wait_ms`, `from_bot` | `{after, messages: [{changed, from_bot, deleted, invoice, message}]}`, new or changed ones |
//! | `GET /sim/callbacks/{id}` | `wait_ms` | `{answer: {text, show_alert, url}}`, `null` if there is none |
//! | `GET /sim/invoices/{slug}` | | an invoice |
//! | `GET /sim/subscriptions` | | all of the bot's |
//! | `POST /sim/subscriptions/{charge}/renew`, `/cancel`, `/resume` | | the next period is paid now; the user cancels, or takes it back |
//! | `GET /sim/stars` | | `{balance, transactions}` of the bot |
//! | `GET`, `POST /sim/time` | `{seconds}` | `{unix}`; lets time pass: subscriptions renew or end, queries and updates grow old |
//! | `GET /sim/updates` | `wait_ms` | `{count, lanes}` of what waits to be delivered, as soon as nothing does |
//! | `POST /sim/updates` | `{update, life?}` | delivers any update, with its `update_id` or a new one |
//! | `GET /sim/webhook` | `wait_ms` | `{bot, url}`, as soon as there is one |
//! | `GET /sim/calls` | `after`, `wait_ms`, `method`, `chat_id` | `{after, calls: [{version, method, parameters, answer}]}` |
//! | `POST /sim/faults/calls` | `{method?: "*", times?: 1, fault, …}` | `error` (`code`, `description`, `retry_after?`), `answer_lost` (after the effect), `connection_lost` (before it), `delay` (`ms`) |
//! | `POST /sim/faults/deliveries` | `{update?: "*", times?: 1, fault, …}` | `duplicate` (`copies`, all at once), `answer_lost` (so it comes again) |
//! | `GET`, `DELETE /sim/faults` | | what is still to go wrong; nothing any more |
//! | `GET /sim/files/{file_id}` | | a file that was sent |
//! | `GET /sim/state` | `after`, `wait_ms` | all that the page shows |

mod api;
mod client;
mod control;
mod delivery;
mod faults;
mod html;
mod page;
mod payments;
mod serve;
mod text;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use client::{Control, ControlError, User};
use world::Shared;

/// How strict and how fast the simulator is.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether too many messages are refused with 429.
    pub rate_limits: bool,
    /// The pauses between deliveries are so many times shorter than Telegram's; 1 or more.
    pub speed: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { rate_limits: true, speed: 1 }
    }
}

/// A running simulator. It stops when it is dropped.
#[derive(Debug)]
pub struct Sim {
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl Sim {
    /// Starts a simulator of this process on a free port of its own.
    ///
    /// # Errors
    /// The system's.
    pub async fn start(options: Options) -> io::Result<Self> {
        Self::start_on(TcpListener::bind("127.0.0.1:0").await?, options)
    }

    /// Starts a simulator that answers here.
    ///
    /// # Errors
    /// The system's.
    pub fn start_on(listener: TcpListener, options: Options) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(options));
        let router = api::router(Arc::clone(&shared))
            .merge(control::router(Arc::clone(&shared)))
            .merge(page::router());
        let serving = tokio::spawn(serve::serve(listener, router));
        let delivering = tokio::spawn(delivery::run(shared));
        Ok(Self { address, tasks: [serving, delivering] })
    }

    /// What a bot is given as the Bot API's address, and where the page is.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A hold on it, for tests.
    pub fn control(&self) -> Control {
        Control::new(&self.base_url())
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
