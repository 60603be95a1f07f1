//! The simulator over HTTP, with a scripted bot behind its webhook.

mod control;
mod delivery;
mod faults;
mod messages;
mod payments;
mod support;
mod uploads;
mod webhook;
