//! The forms of `DATABASE_URL`.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use log::LevelFilter;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};

/// What is said of any other form.
pub const ACCEPTED: &str = "sqlite://FILE, sqlite:///FILE and sqlite+aiosqlite:///FILE (three \
    slashes: relative to the working folder, four: absolute), sqlite::memory:, \
    postgres://…, postgresql://… and postgresql+asyncpg://…";

/// How long a writer waits for another process that writes to the same SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A database, as `DATABASE_URL` names it. The forms are those of the old bot and of sqlx.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
}

impl DatabaseUrl {
    /// A database that lives as long as its connection.
    pub fn memory() -> Self {
        Self::Sqlite(sqlite(":memory:"))
    }

    pub fn is_memory(&self) -> bool {
        match self {
            Self::Sqlite(options) => options.get_filename().as_os_str() == ":memory:",
            Self::Postgres(_) => false,
        }
    }

    /// For who reads whole tables, which takes its time: no statement is warned of as slow.
    pub fn unhurried(self) -> Self {
        let (off, at_once) = (LevelFilter::Off, Duration::ZERO);
        match self {
            Self::Sqlite(options) => Self::Sqlite(options.log_slow_statements(off, at_once)),
            Self::Postgres(options) => Self::Postgres(options.log_slow_statements(off, at_once)),
        }
    }

    /// The database without its password, for logs and messages: a form that names it again.
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(options) => {
                let file = options.get_filename();
                let slash = if file.is_absolute() { "/" } else { "" };
                format!("sqlite://{slash}{}", file.display())
            }
            Self::Postgres(options) => format!(
                "postgres://{}@{}:{}/{}",
                options.get_username(),
                options.get_host(),
                options.get_port(),
                options.get_database().unwrap_or(options.get_username())
            ),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let refused = || format!("is none of the accepted forms: {ACCEPTED}");
        if url == "sqlite::memory:" {
            return Ok(Self::memory());
        }
        let (scheme, rest) = url.split_once("://").ok_or_else(refused)?;
        match scheme {
            "sqlite" | "sqlite+aiosqlite" => {
                // As SQLAlchemy reads it, the slash after the empty host is not part of the path.
                // Without that slash, the rest is the path, as sqlx reads it.
                let file = rest.strip_prefix('/').unwrap_or(rest);
                let file = file.split('?').next().unwrap_or_default();
                match file {
                    "" => Err(refused()),
                    ":memory:" => Ok(Self::memory()),
                    file => Ok(Self::Sqlite(sqlite(file))),
                }
            }
            "postgres" | "postgresql" | "postgresql+asyncpg" => {
                PgConnectOptions::from_str(&format!("postgres://{rest}"))
                    .map(|options| {
                        Self::Postgres(
                            options.application_name("spin-service").extra_float_digits(None),
                        )
                    })
                    // The inner error may repeat the URL, and with it the password.
                    .map_err(|_| {
                        "is not a valid PostgreSQL URL; its form is \
                         postgres://user:password@host:5432/database"
                            .to_owned()
                    })
            }
            _ => Err(refused()),
        }
    }
}

/// How a file is opened as it is: it is neither created nor changed.
pub(super) fn read_only(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(BUSY_TIMEOUT)
}

fn sqlite(file: &str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // By itself NORMAL would lose commits when power fails: `durable` syncs them.
        .synchronous(SqliteSynchronous::Normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_the_old_bot_used_is_understood() {
        for (url, shown) in [
            ("sqlite+aiosqlite:///./spin_bot.db", "sqlite://./spin_bot.db"),
            ("sqlite:///spin.db", "sqlite://spin.db"),
            ("sqlite:////var/lib/spin.db", "sqlite:////var/lib/spin.db"),
            ("sqlite://spin.db", "sqlite://spin.db"),
            ("sqlite://./spin.db", "sqlite://./spin.db"),
            ("sqlite::memory:", "sqlite://:memory:"),
            ("sqlite:///:memory:", "sqlite://:memory:"),
            ("postgres://u:p@h:1/d", "postgres://u@h:1/d"),
            ("postgresql://u:p@h/d", "postgres://u@h:5432/d"),
            ("postgresql+asyncpg://u:p@h/d", "postgres://u@h:5432/d"),
        ] {
            let understood = |url: &str| url.parse::<DatabaseUrl>().map(|url| url.shown());
            assert_eq!(understood(url), Ok(shown.to_owned()));
            assert_eq!(understood(shown), Ok(shown.to_owned()));
        }
    }

    #[test]
    fn any_other_form_is_refused_without_repeating_the_password() {
        for url in ["", "spin.db", "sqlite://", "mysql://u:secret@h/d", "postgres://u:secret@h:x/d"]
        {
            let error = url.parse::<DatabaseUrl>().expect_err(url);
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
