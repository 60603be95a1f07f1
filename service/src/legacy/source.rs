//! The old database, read and never written.
//!
//! Every column that is there is read as text, which both engines can cast to and which leaves
//! whatever cannot be understood to be reported with its row.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, PgConnection, Row as _, SqliteConnection, query, query_as,
    raw_sql,
};

use super::ImportError;
use super::report::{Report, Table};
use super::row::Row;
use crate::store::url::DatabaseUrl;

impl Table {
    /// What is read of it; `user_id` is the old surrogate key of the user.
    fn columns(self) -> impl Iterator<Item = &'static str> {
        match self {
            Self::Users => {
                "id telegram_id username first_name last_name registration_date last_activity
                 total_xp level total_trainings total_score"
            }
            Self::TrainingUsers => {
                "id telegram_id username first_name last_name registration_date last_activity
                 session_data stats_data created_at updated_at"
            }
            Self::BotSessions => {
                "id user_id bot_name session_data stats_data created_at updated_at"
            }
            Self::UserBadges => "id user_id badge_type earned_in_bot earned_at badge_metadata",
            Self::Subscriptions => {
                "id user_id subscription_type start_date end_date is_active auto_renew
                 credits_total credits_left created_at updated_at"
            }
            Self::FreeTrainings => "id user_id trainings_left source created_at updated_at",
            Self::TrainingHistory => {
                "id user_id training_date scenario_name total_score clarity_level question_count
                 contextual_questions per_type_counts case_data session_snapshot created_at"
            }
            Self::Payments => {
                "id user_id amount currency provider payment_id status tariff description
                 payment_metadata created_at updated_at"
            }
            Self::Promocodes => "id code type value max_uses current_uses expires_at created_at",
            Self::PromocodeUsage => "id user_id promocode_id used_at",
        }
        .split_whitespace()
    }
}

pub(super) struct Source {
    connection: Connection,
    /// What is there of each table's columns.
    columns: HashMap<Table, Vec<&'static str>>,
}

enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Source {
    /// Opens the database for reading, at one moment of it.
    pub(super) async fn open(url: &str) -> Result<Self, ImportError> {
        let url: DatabaseUrl = url.parse().map_err(ImportError::Url)?;
        let unreachable = |problem| ImportError::Unreachable { database: url.shown(), problem };
        let mut connection = match &url {
            DatabaseUrl::Sqlite(options) => {
                let file = options.get_filename();
                if !file.is_file() {
                    return Err(ImportError::NoFile(file.to_owned()));
                }
                open_sqlite(file).await.map(Connection::Sqlite).map_err(unreachable)?
            }
            DatabaseUrl::Postgres(options) => {
                open_postgres(options).await.map(Connection::Postgres).map_err(unreachable)?
            }
        };
        let found = connection.columns().await.map_err(unreachable)?;
        if found.contains_key("schema_migrations") {
            return Err(ImportError::OwnDatabase(url.shown()));
        }
        let mut columns = HashMap::new();
        for (table, found) in found {
            if let Ok(table) = table.parse::<Table>() {
                let known = table.columns();
                columns.insert(
                    table,
                    known.filter(|known| found.iter().any(|found| found == known)).collect(),
                );
            }
        }
        if columns.is_empty() {
            return Err(ImportError::NoOldTables(url.shown()));
        }
        Ok(Self { connection, columns })
    }

    /// The table's rows by id: all, or those whose `user_id` lies above the first and up to the
    /// second. Rows with bytes that are no text are skipped.
    pub(super) async fn read(
        &mut self,
        table: Table,
        users: Option<(i64, i64)>,
        report: &mut Report,
    ) -> Result<Vec<Row>, sqlx::Error> {
        let Some(columns) = self.columns.get(&table).filter(|columns| !columns.is_empty()) else {
            return Ok(Vec::new());
        };
        let texts: Vec<_> =
            columns.iter().map(|column| format!("CAST(\"{column}\" AS TEXT)")).collect();
        let user = match (users, columns.contains(&"user_id")) {
            (None, _) => "1",
            (Some(_), true) => "COALESCE(CAST(user_id AS BIGINT), 0)",
            (Some(_), false) => "0",
        };
        let (above, up_to) = users.unwrap_or((i64::MIN, i64::MAX));
        let text =
            format!("SELECT {} FROM {table} WHERE {user} > $1 AND {user} <= $2", texts.join(", "));
        let read = self.connection.texts(text, above, up_to).await?;
        report.read(table, read.len());
        let mut rows: Vec<Row> =
            read.into_iter().filter_map(|values| row(table, columns, values, report)).collect();
        rows.sort_by_key(|row| row.reference("id"));
        Ok(rows)
    }
}

type Bytes = Vec<Option<Vec<u8>>>;

fn row(table: Table, columns: &[&'static str], values: Bytes, report: &mut Report) -> Option<Row> {
    let mut row = Row { table, values: HashMap::new() };
    for (column, value) in columns.iter().copied().zip(values) {
        match value.map(String::from_utf8).transpose() {
            Ok(Some(text)) => {
                row.values.insert(column, text);
            }
            Ok(None) => {}
            Err(_) => {
                report.skip(table, row.id(), format!("{column} is no text in UTF-8"));
                return None;
            }
        }
    }
    Some(row)
}

/// A file in WAL mode whose log is gone is at rest. Opened as such, it gets no files beside it.
async fn open_sqlite(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let at_rest = is_wal(file)? && !Path::new(&log).exists();
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(at_rest);
    let mut connection = options.disable_statement_logging().connect().await?;
    raw_sql("BEGIN").execute(&mut connection).await?;
    Ok(connection)
}

/// Bytes 18 and 19 of a database file say how it is written: <https://sqlite.org/fileformat.html>.
fn is_wal(file: &Path) -> std::io::Result<bool> {
    let mut header = Vec::new();
    std::fs::File::open(file)?.take(20).read_to_end(&mut header)?;
    Ok(header.get(18..20) == Some(&[2, 2]))
}

async fn open_postgres(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let mut connection = options.clone().disable_statement_logging().connect().await?;
    for statement in [
        "SET default_transaction_read_only = on",
        // Times are read as text: in the form, and the zone, that they are parsed in.
        "SET DateStyle = 'ISO'",
        "SET TIME ZONE 'UTC'",
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    ] {
        raw_sql(statement).execute(&mut connection).await?;
    }
    Ok(connection)
}

impl Connection {
    /// Every table with its columns.
    async fn columns(&mut self) -> Result<HashMap<String, Vec<String>>, sqlx::Error> {
        let pairs: Vec<(String, String)> = match self {
            Self::Sqlite(connection) => {
                query_as(
                    "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
                     WHERE m.type = 'table'",
                )
                .fetch_all(connection)
                .await?
            }
            Self::Postgres(connection) => {
                query_as(
                    "SELECT table_name::text, column_name::text FROM information_schema.columns
                     WHERE table_schema = current_schema()",
                )
                .fetch_all(connection)
                .await?
            }
        };
        let mut tables = HashMap::<String, Vec<String>>::new();
        for (table, column) in pairs {
            tables.entry(table).or_default().push(column);
        }
        Ok(tables)
    }

    /// The statement's columns, all of them text. SQLite may hold bytes where text should be.
    async fn texts(
        &mut self,
        text: String,
        above: i64,
        up_to: i64,
    ) -> Result<Vec<Bytes>, sqlx::Error> {
        let text = AssertSqlSafe(text);
        match self {
            Self::Sqlite(connection) => {
                let rows = query(text).bind(above).bind(up_to).fetch_all(connection).await?;
                let value = |row: &_, i| sqlx::sqlite::SqliteRow::try_get_unchecked(row, i);
                rows.iter().map(|row| (0..row.len()).map(|i| value(row, i)).collect()).collect()
            }
            Self::Postgres(connection) => {
                let rows = query(text).bind(above).bind(up_to).fetch_all(connection).await?;
                let value = |row: &sqlx::postgres::PgRow, i| {
                    row.try_get::<Option<String>, _>(i).map(|text| text.map(String::into_bytes))
                };
                rows.iter().map(|row| (0..row.len()).map(|i| value(row, i)).collect()).collect()
            }
        }
    }
}
