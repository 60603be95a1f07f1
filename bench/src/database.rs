//! Databases of the service, and filling them with users.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::Failure;
use crate::postgres::parts;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Engine {
    #[serde(rename = "SQLite")]
    Sqlite,
    #[serde(rename = "PostgreSQL")]
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A database of its own for each measurement.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    Sqlite(PathBuf),
    /// Its URL.
    Postgres(String),
}

/// Runs the same on a connection of its own to either engine, and waits until that is closed: the
/// journal of a SQLite file changes only for who has it alone.
macro_rules! on_connection {
    ($database:expr, |$connection:ident| $body:block) => {
        match $database {
            Database::Sqlite(_) => {
                let mut opened = SqliteConnection::connect(&$database.url()).await?;
                let $connection = &mut opened;
                let outcome = $body;
                opened.close().await?;
                outcome
            }
            Database::Postgres(_) => {
                let mut opened = PgConnection::connect(&$database.url()).await?;
                let $connection = &mut opened;
                let outcome = $body;
                opened.close().await?;
                outcome
            }
        }
    };
}

/// The user with many trainings.
pub(crate) const TRAINED: i64 = 1;

impl Database {
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// As `DATABASE_URL`.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite:///{}", file.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// With the driver that the old stack used.
    pub(crate) fn sqlalchemy_url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite+aiosqlite:///{}", file.display()),
            Self::Postgres(url) => url.replacen("postgres:", "postgresql+asyncpg:", 1),
        }
    }

    /// Runs statements that are separated by semicolons, on one connection.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn run(&self, sql: String) -> Result<(), sqlx::Error> {
        on_connection!(self, |connection| {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
        })
    }

    /// The first column of what a query gives, as integers.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn numbers(&self, sql: &str) -> Result<Vec<i64>, sqlx::Error> {
        on_connection!(self, |connection| {
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await
        })
    }

    /// What it takes of the disk, in MiB.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn size(&self) -> Result<f64, Failure> {
        let bytes = match self {
            Self::Sqlite(file) => fs::metadata(file)?.len() as f64,
            Self::Postgres(_) => {
                self.numbers("SELECT pg_database_size(current_database())").await?[0] as f64
            }
        };
        Ok(bytes / (1024.0 * 1024.0))
    }

    /// Adds users of ids from 1, active today, most with little XP and a few with very much, and
    /// every tenth of them with XP this week. With `sessions` each has one of about 1 KB.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn fill(&self, users: u32, sessions: bool) -> Result<(), Failure> {
        let sql = Dialect::of(self.engine());
        let Dialect { rows, now, days_ago, day, week, .. } = sql;
        let rows = rows.replace("{users}", &users.to_string());
        // One number in 1,000,003 has the most: half of all users have none, a sixth have 50.
        let xp = "50 * (1000003 / (1 + i * 2654435761 % 1000003) - 1)";
        let level = "CASE WHEN xp > 5000 THEN 5 WHEN xp > 3000 THEN 4 WHEN xp > 1500 THEN 3
            WHEN xp > 500 THEN 2 ELSE 1 END";
        let mut script = format!(
            "INSERT INTO users (telegram_id, username, first_name, leaderboard_hidden, search,
                 total_xp, xp_reached_at, level, total_trainings, total_score, registration_date,
                 last_activity)
             SELECT i, 'user' || i, 'User', FALSE, 'user' || i || ' user', xp, {days_ago}, {level},
                 xp / 150, xp, {days_ago}, {now}
             FROM (SELECT i, {xp} AS xp FROM ({rows}) AS ids) AS users_to_be;
             INSERT INTO xp_periods (telegram_id, week, xp, reached_at)
             SELECT telegram_id, {week}, total_xp / 10, {now} FROM users
             WHERE telegram_id % 10 = 0 AND total_xp > 0;"
        );
        if sessions {
            let [session, stats] = parts()?.map(|part| part.replace('\'', "''"));
            script += &format!(
                "INSERT INTO bot_sessions (telegram_id, bot_name, session_data, stats_data, version,
                     created_at, updated_at)
                 SELECT telegram_id, 'spin_bot', '{session}', '{stats}', 1, {now}, {now}
                 FROM users ORDER BY telegram_id;
                 INSERT INTO activity_days (telegram_id, bot_name, day)
                 SELECT telegram_id, 'spin_bot', {day} FROM users ORDER BY telegram_id;"
            );
        }
        // Making an index anew is faster than keeping it through millions of rows.
        let (drop_indexes, make_indexes) = self.indexes_of_users().await?;
        let Dialect { before, after, .. } = sql;
        self.run(format!("{before}; {drop_indexes} {script} {make_indexes} {after}")).await?;
        Ok(())
    }

    /// Adds so many trainings of [`TRAINED`], a minute apart.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn add_trainings(&self, trainings: u32) -> Result<(), sqlx::Error> {
        let Dialect { rows, now, minutes_ago, uuid, .. } = Dialect::of(self.engine());
        let rows = rows.replace("{users}", &trainings.to_string());
        self.run(format!(
            "INSERT INTO training_history (telegram_id, id, bot_name, training_date, scenario_name,
                 total_score, clarity_level, question_count, contextual_questions, per_type_counts,
                 created_at)
             SELECT {TRAINED}, {uuid}, 'spin_bot', {minutes_ago}, 'spin_sales', i % 200, 75, 8, 2,
                 '{{\"situational\": 4, \"problem\": 4}}', {now}
             FROM ({rows}) AS ids"
        ))
        .await
    }

    /// What drops the indexes of `users`, and what makes them again.
    async fn indexes_of_users(&self) -> Result<(String, String), sqlx::Error> {
        let find = match self {
            Self::Sqlite(_) => {
                "SELECT name, sql FROM sqlite_schema
                 WHERE type = 'index' AND tbl_name = 'users' AND sql IS NOT NULL"
            }
            Self::Postgres(_) => {
                "SELECT indexname::text, indexdef FROM pg_indexes
                 WHERE tablename = 'users' AND indexname <> 'users_pkey'"
            }
        };
        let indexes: Vec<(String, String)> = on_connection!(self, |connection| {
            sqlx::query_as(find).fetch_all(connection).await
        })?;
        let drop = indexes.iter().map(|(name, _)| format!("DROP INDEX {name};")).collect();
        let make = indexes.iter().map(|(_, make)| format!("{make};")).collect();
        Ok((drop, make))
    }
}

/// What the two databases call differently. `i` is the row's number.
#[derive(Debug, Clone, Copy)]
struct Dialect {
    /// Numbers from 1 to `{users}`, as `i`.
    rows: &'static str,
    now: &'static str,
    days_ago: &'static str,
    minutes_ago: &'static str,
    day: &'static str,
    week: &'static str,
    uuid: &'static str,
    before: &'static str,
    after: &'static str,
}

impl Dialect {
    fn of(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self {
                rows: "WITH RECURSIVE n (i) AS
                    (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {users}) SELECT i FROM n",
                now: "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')",
                days_ago: "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', -(i % 1000) || ' days')",
                minutes_ago: "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', -i || ' minutes')",
                day: "strftime('%Y-%m-%d', 'now')",
                week: "strftime('%G-W%V', 'now')",
                uuid: "randomblob(16)",
                // A file that can be made again needs no journal.
                before: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
                    PRAGMA cache_size = -1000000; PRAGMA temp_store = FILE; BEGIN",
                after: "COMMIT; PRAGMA journal_mode = WAL",
            },
            Engine::Postgres => Self {
                rows: "SELECT generate_series(1::bigint, {users}) AS i",
                now: "now()",
                days_ago: "now() - (i % 1000) * interval '1 day'",
                minutes_ago: "now() - i * interval '1 minute'",
                day: "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
                week: "to_char(now() AT TIME ZONE 'UTC', 'IYYY\"-W\"IW')",
                uuid: "gen_random_uuid()",
                before: "SET synchronous_commit = off; SET maintenance_work_mem = '1GB'",
                after: "ANALYZE; CHECKPOINT",
            },
        }
    }
}
