//! Trainings that are sold, won and given: whatever goes wrong, nobody pays for nothing, and nothing
//! is given twice.

mod access;
mod admin;
mod buying;
mod checkout;
mod crashes;
mod free;
mod refunds;
mod reminders;
mod renewals;
