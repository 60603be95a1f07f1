//! What is measured under load, and what is to be reached.

use crate::database::Engine::{self, Postgres, Sqlite};
use crate::lab::USERS;

/// One kind of work, and who does it beside the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contest {
    pub(crate) name: &'static str,
    pub(crate) work: &'static str,
    pub(crate) engine: Engine,
    /// A kind of load.
    pub(crate) kind: &'static str,
    pub(crate) clients: u32,
    pub(crate) users: u32,
    /// The service's rate over each of these is to be at least so much.
    pub(crate) against: &'static [(Peer, f64)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// A bare axum program that echoes the body of a session PUT.
    Echo,
    /// The service's predecessor.
    OldStack,
    /// The same statements without a service.
    Pgbench,
    /// The service itself, a finished training in four calls.
    Parts,
    /// The service itself, the same load on many users.
    ManyUsers,
}

use Peer::{Echo, ManyUsers, OldStack, Parts, Pgbench};

impl Peer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Echo => "echo",
            OldStack => "old stack",
            Pgbench => "pgbench",
            Parts => "its parts",
            ManyUsers => "many users",
        }
    }
}

#[rustfmt::skip]
pub(crate) const CONTESTS: &[Contest] = &[
    contest("put-sqlite-64", "session PUT, SQLite, 64 clients", Sqlite, "put", 64,
        &[(Echo, 0.40), (OldStack, 50.0)]),
    contest("put-sqlite-256", "session PUT, SQLite, 256 clients", Sqlite, "put", 256,
        &[(Echo, 0.50), (OldStack, 50.0)]),
    contest("open-sqlite", "session open, SQLite, 64 clients", Sqlite, "open", 64,
        &[(Echo, 0.35), (OldStack, 50.0)]),
    contest("put-postgres-64", "session PUT, PostgreSQL, 64 clients", Postgres, "put", 64,
        &[(Pgbench, 1.0), (OldStack, 30.0)]),
    contest("put-postgres-256", "session PUT, PostgreSQL, 256 clients", Postgres, "put", 256,
        &[(Pgbench, 3.0), (OldStack, 30.0)]),
    contest("open-postgres", "session open, PostgreSQL, 64 clients", Postgres, "open", 64,
        &[(Pgbench, 0.7), (OldStack, 30.0)]),
    contest("training-sqlite", "finished training, SQLite, 64 clients", Sqlite, "training", 64,
        &[(Parts, 3.0), (OldStack, 50.0)]),
    contest("training-postgres", "finished training, PostgreSQL, 64 clients", Postgres, "training",
        64, &[(Parts, 3.0), (OldStack, 30.0)]),
    contest("life-sqlite", "a message's life, SQLite, 64 clients", Sqlite, "life", 64,
        &[(OldStack, 50.0)]),
    contest("life-postgres", "a message's life, PostgreSQL, 64 clients", Postgres, "life", 64,
        &[(OldStack, 30.0)]),
    Contest { users: 1, ..contest("hot-sqlite", "XP of one hot user, SQLite, 256 clients", Sqlite,
        "xp", 256, &[(ManyUsers, 0.5)]) },
    Contest { users: 1, ..contest("hot-postgres", "XP of one hot user, PostgreSQL, 256 clients",
        Postgres, "xp", 256, &[(ManyUsers, 0.5)]) },
];

const fn contest(
    name: &'static str,
    work: &'static str,
    engine: Engine,
    kind: &'static str,
    clients: u32,
    against: &'static [(Peer, f64)],
) -> Contest {
    Contest { name, work, engine, kind, clients, users: USERS, against }
}

/// What the old stack did when it was measured before, in requests per second: one that does less
/// is no peer.
pub(crate) fn old_stack_floor(engine: Engine, kind: &str) -> f64 {
    match (engine, kind) {
        (Sqlite, "open") => 63.0,
        (Sqlite, "put") => 91.0,
        (Postgres, "open") => 234.0,
        (Postgres, "put") => 281.0,
        _ => 0.0,
    }
}
