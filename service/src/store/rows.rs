//! Whole tables, row by row: copying them from one database to another, and a digest of what they
//! hold that is the same on both.

use std::fmt::{self, Write as _};

use futures_util::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use serde_json::{Number, Value as Json};
use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgCopyIn;
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, PgConnection, Row, SqliteConnection, Type, query};

use super::statement::Engine;
use super::tables::{Column, Kind, Table};
use super::{Connection, Tx};
use crate::domain::time::Timestamp;
use crate::error::Error;

/// Bytes that are sent to PostgreSQL at once.
const CHUNK: usize = 256 * 1024;

/// Parameters of one statement of SQLite, which takes at most 32,766.
const PARAMETERS: usize = 8_000;

/// What a table holds, whatever the order of its rows: the sum of their hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    pub rows: u64,
    sum: [u64; 4],
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.sum[0])
    }
}

#[derive(Debug)]
enum Value {
    Null,
    Integer(i64),
    Boolean(bool),
    Text(String),
    Time(Timestamp),
    Json(Json),
    Bytes(Vec<u8>),
}

/// The digest of the table; `told` is called for each row.
pub async fn digest(
    connection: &mut Connection<'_>,
    table: &Table,
    told: &(dyn Fn() + Sync),
) -> Result<Digest, Error> {
    let mut rows = read(connection, table);
    let mut digest = Digest::default();
    while let Some(row) = rows.try_next().await? {
        digest.add(&row);
        told();
    }
    Ok(digest)
}

/// Copies every row of the table into one that is empty; the digest of what was read. `told` is
/// called for each row.
pub async fn copy(
    from: &mut Connection<'_>,
    to: &mut Tx<'_>,
    table: &Table,
    told: &(dyn Fn() + Sync),
) -> Result<Digest, Error> {
    let mut rows = read(from, table);
    let mut writer = Writer::open(to, table).await?;
    let mut digest = Digest::default();
    while let Some(row) = rows.try_next().await? {
        digest.add(&row);
        writer.write(row).await?;
        told();
    }
    writer.finish().await?;
    Ok(digest)
}

fn read<'c>(
    connection: &'c mut Connection<'_>,
    table: &'c Table,
) -> BoxStream<'c, Result<Vec<Value>, Error>> {
    let name = &table.name;
    match connection.engine() {
        Engine::Sqlite(connection) => {
            let text = format!("SELECT {} FROM \"{name}\"", table.column_list());
            let rows = query(AssertSqlSafe(text)).fetch(connection);
            rows.map(|row| values(&row?, table)).boxed()
        }
        Engine::Postgres(connection) => {
            let columns = table.columns.iter().map(|Column { name, kind }| match kind {
                Kind::Json => format!("\"{name}\"::text"),
                Kind::Uuid => format!("uuid_send(\"{name}\")"),
                _ => format!("\"{name}\""),
            });
            let columns = columns.collect::<Vec<_>>().join(", ");
            let text = AssertSqlSafe(format!("SELECT {columns} FROM \"{name}\""));
            let rows = query(text).persistent(false).fetch(connection);
            rows.map(|row| values(&row?, table)).boxed()
        }
    }
}

fn values<'r, R: Row>(row: &'r R, table: &Table) -> Result<Vec<Value>, Error>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Timestamp: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let value = |(i, column): (usize, &Column)| {
        let value = match column.kind {
            Kind::Integer => row.try_get::<Option<_>, _>(i)?.map(Value::Integer),
            Kind::Boolean => row.try_get::<Option<_>, _>(i)?.map(Value::Boolean),
            Kind::Text => row.try_get::<Option<_>, _>(i)?.map(Value::Text),
            Kind::Time => row.try_get::<Option<_>, _>(i)?.map(Value::Time),
            Kind::Bytes | Kind::Uuid => row.try_get::<Option<_>, _>(i)?.map(Value::Bytes),
            Kind::Json => {
                let text: Option<String> = row.try_get(i)?;
                let json = text.map(|text| serde_json::from_str(&text)).transpose();
                json.map_err(|error| sqlx::Error::ColumnDecode {
                    index: format!("{}.{}", table.name, column.name),
                    source: error.into(),
                })?
                .map(Value::Json)
            }
        };
        Ok(value.unwrap_or(Value::Null))
    };
    table.columns.iter().enumerate().map(value).collect()
}

impl Digest {
    fn add(&mut self, row: &[Value]) {
        let mut hash = Sha256::new();
        for value in row {
            value.hash(&mut hash);
        }
        let hash = hash.finalize();
        for (sum, bytes) in self.sum.iter_mut().zip(hash.chunks_exact(8)) {
            *sum =
                bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)).wrapping_add(*sum);
        }
        self.rows += 1;
    }
}

impl Value {
    fn hash(&self, hash: &mut Sha256) {
        match self {
            Self::Null => hash.update([0]),
            Self::Integer(number) => tagged(hash, 1, &number.to_be_bytes()),
            Self::Boolean(truth) => tagged(hash, 2, &[u8::from(*truth)]),
            Self::Text(text) => tagged(hash, 3, text.as_bytes()),
            Self::Time(time) => tagged(hash, 4, &time.micros().to_be_bytes()),
            Self::Bytes(bytes) => tagged(hash, 5, bytes),
            Self::Json(json) => hash_json(json, hash),
        }
    }
}

fn tagged(hash: &mut Sha256, tag: u8, bytes: &[u8]) {
    hash.update([tag]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// The same for whatever either database makes of the text: JSONB sorts keys in its own way and
/// writes 1e16 as 10000000000000000.
fn hash_json(json: &Json, hash: &mut Sha256) {
    match json {
        Json::Null => hash.update([6]),
        Json::Bool(truth) => tagged(hash, 7, &[u8::from(*truth)]),
        Json::Number(number) => tagged(hash, 8, plain(number).as_bytes()),
        Json::String(text) => tagged(hash, 9, text.as_bytes()),
        Json::Array(items) => {
            tagged(hash, 10, &(items.len() as u64).to_be_bytes());
            items.iter().for_each(|item| hash_json(item, hash));
        }
        Json::Object(map) => {
            tagged(hash, 11, &(map.len() as u64).to_be_bytes());
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            for (key, item) in entries {
                tagged(hash, 12, key.as_bytes());
                hash_json(item, hash);
            }
        }
    }
}

/// One text for each number, however it was written.
fn plain(number: &Number) -> String {
    match number.as_f64() {
        // Without exponent and with all digits; zero without its sign.
        Some(float) if number.is_f64() => format!("{}", float + 0.0),
        _ => number.to_string(),
    }
}

/// Writes the rows of one table.
enum Writer<'c> {
    Sqlite { connection: &'c mut SqliteConnection, table: &'c Table, rows: Vec<Vec<Value>> },
    Postgres { copy: PgCopyIn<&'c mut PgConnection>, table: &'c Table, lines: String },
}

impl<'c> Writer<'c> {
    async fn open(tx: &'c mut Tx<'_>, table: &'c Table) -> Result<Self, Error> {
        Ok(match tx.engine() {
            Engine::Sqlite(connection) => Self::Sqlite { connection, table, rows: Vec::new() },
            Engine::Postgres(connection) => {
                let (name, columns) = (&table.name, table.column_list());
                let text = format!("COPY \"{name}\" ({columns}) FROM STDIN");
                let copy = connection.copy_in_raw(&text).await?;
                Self::Postgres { copy, table, lines: String::new() }
            }
        })
    }

    async fn write(&mut self, row: Vec<Value>) -> Result<(), Error> {
        match self {
            Self::Sqlite { connection, table, rows } => {
                rows.push(row);
                if rows.len() >= PARAMETERS / table.columns.len() {
                    insert(connection, table, rows).await?;
                }
            }
            Self::Postgres { copy, table, lines } => {
                line(lines, table, &row);
                if lines.len() >= CHUNK {
                    copy.send(std::mem::take(lines).into_bytes()).await?;
                }
            }
        }
        Ok(())
    }

    async fn finish(self) -> Result<(), Error> {
        match self {
            Self::Sqlite { connection, table, mut rows } => {
                if !rows.is_empty() {
                    insert(connection, table, &mut rows).await?;
                }
            }
            Self::Postgres { mut copy, lines, .. } => {
                copy.send(lines.into_bytes()).await?;
                copy.finish().await?;
            }
        }
        Ok(())
    }
}

/// Inserts these rows with one statement.
async fn insert(
    connection: &mut SqliteConnection,
    table: &Table,
    rows: &mut Vec<Vec<Value>>,
) -> Result<(), Error> {
    let marks = format!("({})", vec!["?"; table.columns.len()].join(", "));
    let marks = vec![marks; rows.len()].join(", ");
    let (name, columns) = (&table.name, table.column_list());
    let text = format!("INSERT INTO \"{name}\" ({columns}) VALUES {marks}");
    let mut insert = query(AssertSqlSafe(text));
    for value in rows.drain(..).flatten() {
        insert = match value {
            Value::Null => insert.bind(None::<i64>),
            Value::Integer(number) => insert.bind(number),
            Value::Boolean(truth) => insert.bind(truth),
            Value::Text(text) => insert.bind(text),
            Value::Time(time) => insert.bind(time),
            Value::Json(json) => insert.bind(json.to_string()),
            Value::Bytes(bytes) => insert.bind(bytes),
        };
    }
    insert.execute(connection).await?;
    Ok(())
}

/// Adds a row in the text format of COPY.
fn line(lines: &mut String, table: &Table, row: &[Value]) {
    for (i, (value, column)) in row.iter().zip(&table.columns).enumerate() {
        if i > 0 {
            lines.push('\t');
        }
        // Writing to a String does not fail.
        let _ = match value {
            Value::Null => write!(lines, "\\N"),
            Value::Integer(number) => write!(lines, "{number}"),
            Value::Boolean(truth) => write!(lines, "{truth}"),
            Value::Time(time) => write!(lines, "{time}"),
            Value::Text(text) => escaped(lines, text),
            Value::Json(json) => escaped(lines, &json.to_string()),
            Value::Bytes(bytes) => {
                if column.kind == Kind::Bytes {
                    lines.push_str("\\\\x");
                }
                bytes.iter().try_for_each(|byte| write!(lines, "{byte:02x}"))
            }
        };
    }
    lines.push('\n');
}

fn escaped(lines: &mut String, text: &str) -> fmt::Result {
    for c in text.chars() {
        match c {
            '\\' => lines.push_str("\\\\"),
            '\n' => lines.push_str("\\n"),
            '\r' => lines.push_str("\\r"),
            '\t' => lines.push_str("\\t"),
            c => lines.push(c),
        }
    }
    Ok(())
}
