//! Everything that can go wrong in an operation; `api::problem` gives each its status and code.

use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// Why an operation did nothing. The text is for people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{message}")]
    Invalid { field: String, message: String },

    #[error("This user is not known; open a session or PUT the user first.")]
    UserNotFound,
    #[error("There is no such session of this user.")]
    SessionNotFound,
    #[error("There is no such bot; an operator creates it with PUT /v1/bots/{{bot_name}}.")]
    BotNotFound,
    #[error("There is no such key of this bot.")]
    KeyNotFound,
    #[error("There is no such badge in the catalogue.")]
    BadgeNotFound,
    #[error("There is no such subscription of this user.")]
    SubscriptionNotFound,
    #[error("There are no such free trainings of this user.")]
    FreeTrainingsNotFound,
    #[error("There is no such consumption of this user.")]
    ConsumptionNotFound,
    #[error("There is no such payment of this user.")]
    PaymentNotFound,
    #[error("There is no such training of this user.")]
    TrainingNotFound,
    #[error("There is no such promo code.")]
    PromocodeNotFound,

    #[error("This promo code is no longer valid.")]
    PromocodeExpired,
    #[error("This promo code has been used as often as it may be.")]
    PromocodeExhausted,
    #[error("This user has used this promo code before.")]
    PromocodeAlreadyUsed,
    #[error("A promo code of this name exists; codes are not used again.")]
    PromocodeExists,
    #[error("{0}")]
    ReferrerRefused(&'static str),
    #[error("This consumption was given back; consume again with another consumption_id.")]
    ConsumptionReturned,
    #[error("{0}")]
    SubscriptionState(&'static str),
    #[error("Only a completed payment can be refunded; this one is not.")]
    PaymentNotRefundable,
    #[error("The user holds no running plan, no credits and no free trainings.")]
    NoAccess,
    #[error("The session is not at the version that was asked for; read it again, then decide.")]
    VersionConflict,
    #[error("This Idempotency-Key was used with another request; use a new key for a new request.")]
    IdempotencyKeyReused,
    #[error("The session would be larger than 256 KiB.")]
    SessionTooLarge,

    /// Another request with the same Idempotency-Key was faster; its answer is there now.
    #[error("the same idempotency key was stored by another transaction")]
    IdempotencyRace,
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

/// What the database's failure means to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseFailure {
    /// Another transaction was in the way: the whole transaction can be run again.
    Conflict,
    /// No room to write.
    Full,
    /// Out of reach, overloaded or read-only for now.
    Unavailable,
    /// A defect, of the service or of the data.
    Defect,
}

impl Error {
    /// A value that passed the schema and still cannot be.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }

    /// Whether the whole transaction should be run again.
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::IdempotencyRace => true,
            Self::Database(error) => DatabaseFailure::of(error) == DatabaseFailure::Conflict,
            _ => false,
        }
    }
}

impl DatabaseFailure {
    pub fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => match error.code() {
                Some(code) if code.len() == 5 => {
                    let postgres = error.try_downcast_ref::<PgDatabaseError>();
                    let ended = postgres.is_some_and(|e| e.severity() == PgSeverity::Fatal);
                    Self::of_sqlstate(&code, ended)
                }
                Some(code) => code.parse().map_or(Self::Defect, Self::of_sqlite),
                None => Self::Defect,
            },
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::WorkerCrashed => Self::Unavailable,
            _ => Self::Defect,
        }
    }

    /// PostgreSQL's appendix "Error Codes"; `ended`: the error has ended the connection.
    fn of_sqlstate(code: &str, ended: bool) -> Self {
        match code {
            "40001" | "40P01" => Self::Conflict,
            "53100" => Self::Full,
            // protocol violation: the one of its class that is the service's own fault, but for
            // PgBouncer, which gives this code to all that it ends a connection for
            "08P01" if !ended => Self::Defect,
            // read-only transaction; the server's time-outs for a lock and an idle transaction
            "25006" | "55P03" | "25P03" | "25P04" => Self::Unavailable,
            // What ended a connection, or refused one, is no statement's fault: the database is
            // being replaced, its password changed.
            _ if ended || ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
                Self::Unavailable
            }
            _ => Self::Defect,
        }
    }

    /// SQLite's "Result and Error Codes"; the low byte is the primary one.
    fn of_sqlite(code: i64) -> Self {
        match code & 0xff {
            5 | 6 => Self::Conflict,          // BUSY, LOCKED
            13 => Self::Full,                 // FULL
            8 | 10 | 14 => Self::Unavailable, // READONLY, IOERR, CANTOPEN
            _ => Self::Defect,
        }
    }
}
