//! The SPIN training bot: a webhook process without data of its own. An update goes `webhook` ->
//! `update` -> `commands` -> the service, and its replies through `telegram`.

#![cfg_attr(not(test), deny(clippy::unwrap_used))]

mod applied;
pub mod bot;
pub mod chart;
mod clock;
mod commands;
pub mod config;
mod conversation;
mod failure;
mod incoming;
pub mod jobs;
pub mod llm;
pub mod metrics;
mod press;
mod reply;
mod scope;
pub mod service;
#[expect(
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    reason = "generated"
)]
#[rustfmt::skip]
pub mod service_api;
pub mod setup;
mod shop;
mod telegram;
pub mod texts;
pub mod training;
mod update;
pub mod webhook;
