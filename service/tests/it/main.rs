//! Black-box tests of the service, one binary: what stands in a story is done over HTTP, or with
//! the real binary, on SQLite and on PostgreSQL.

#[macro_use]
mod support;

mod access;
mod authorization;
mod backup;
mod bad_input;
mod citus;
mod command_line;
mod concurrency;
mod console;
mod copy;
mod erasure;
mod figures;
mod full_disk;
mod idempotency;
mod import;
mod isolation;
mod keys;
mod limits;
mod metrics;
mod order;
mod outages;
mod paging;
mod payments;
mod pooler;
mod process;
mod promocodes;
mod provision;
mod ranks;
mod readme;
mod replica;
mod replicas;
mod schema;
mod sessions;
mod shared_data;
mod subscriptions;
mod trainings;
mod upgrades;
mod verify;
mod watching;
