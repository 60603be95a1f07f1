//! Black-box tests of the bot, one binary.

#[macro_use]
mod support;

mod buttons;
mod crashes;
mod language_model;
mod legacy;
mod observability;
mod outages;
mod redelivery;
mod shop;
mod start;
mod training;
mod two_bots;
mod webhook;
mod whole_training;
