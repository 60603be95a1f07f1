//! The service that owns users, sessions, XP, badges, access, payments and trainings of a family of
//! Telegram bots. docs/architecture.md says how a request goes through these modules.

#![cfg_attr(not(test), deny(clippy::unwrap_used))]

pub mod api;
pub mod backup;
pub mod config;
pub mod copy;
pub mod domain;
pub mod error;
pub mod legacy;
pub mod metrics;
pub mod provision;
pub mod request;
pub mod start;
pub mod store;
pub mod verify;
