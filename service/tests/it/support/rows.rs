//! What stands in a database, whichever it is.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// Every row of every table as text, the same on both databases. Sorted.
pub(crate) async fn dump(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    if url.starts_with("sqlite") {
        let file = url.replace("sqlite:///", "sqlite://");
        let mut connection = SqliteConnection::connect(&file).await.unwrap();
        let columns = "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
                       WHERE m.type = 'table'";
        let columns = sqlx::query_as(columns).fetch_all(&mut connection).await.unwrap();
        for (table, columns) in by_table(columns) {
            let text = |c: String| {
                format!(
                    "COALESCE(CASE typeof(\"{c}\") WHEN 'blob' THEN lower(hex(\"{c}\")) ELSE \"{c}\" END, 'null')"
                )
            };
            let rows = select(&table, columns.into_iter().map(text));
            let rows = sqlx::query_scalar(rows).fetch_all(&mut connection).await.unwrap();
            tables.insert(table, sorted(rows));
        }
        // A connection that closes later would write its log into whatever is there by then.
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let columns = "SELECT table_name::text, column_name::text || ' ' || udt_name
                       FROM information_schema.columns WHERE table_schema = 'public'";
        let columns = sqlx::query_as(columns).fetch_all(&mut connection).await.unwrap();
        for (table, columns) in by_table(columns) {
            let text = |c: String| {
                let (c, kind) = c.split_once(' ').unwrap();
                let text = match kind {
                    "bool" => format!("({c}::int)::text"),
                    "timestamptz" => format!(
                        "to_char({c} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                    ),
                    "bytea" => format!("encode({c}, 'hex')"),
                    "uuid" => format!("replace({c}::text, '-', '')"),
                    _ => format!("{c}::text"),
                };
                format!("COALESCE({text}, 'null')")
            };
            let rows = select(&table, columns.into_iter().map(text));
            let rows = sqlx::query_scalar(rows).fetch_all(&mut connection).await.unwrap();
            tables.insert(table, sorted(rows));
        }
    }
    tables
}

/// Columns in the order of their names, which may not be that of the table.
fn by_table(columns: Vec<(String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::<String, Vec<String>>::new();
    for (table, column) in columns {
        tables.entry(table).or_default().push(column);
    }
    tables.values_mut().for_each(|columns| columns.sort());
    tables
}

fn select(table: &str, texts: impl Iterator<Item = String>) -> AssertSqlSafe<String> {
    let texts = texts.collect::<Vec<_>>().join(" || '|~|' || ");
    AssertSqlSafe(format!("SELECT {texts} FROM {table}"))
}

/// JSON in one form, whatever the database made of it.
fn sorted(rows: Vec<String>) -> Vec<String> {
    let plain = |cell: &str| match serde_json::from_str::<Value>(cell) {
        Ok(json) if cell.starts_with(['{', '[']) => plain_numbers(json).to_string(),
        _ => cell.to_owned(),
    };
    let row = |row: String| row.split("|~|").map(plain).collect::<Vec<_>>().join(" | ");
    let mut rows: Vec<_> = rows.into_iter().map(row).collect();
    rows.sort();
    rows
}

/// JSONB writes a large number without an exponent: it is read as a whole one.
pub(crate) fn plain_numbers(json: Value) -> Value {
    match json {
        Value::Number(number) if number.as_i64() == Some(10_000_000_000_000_000) => 1e16.into(),
        Value::Number(number) if number.as_f64() == Some(0.0) => 0.into(),
        Value::Array(items) => items.into_iter().map(plain_numbers).collect(),
        Value::Object(map) => map.into_iter().map(|(k, v)| (k, plain_numbers(v))).collect(),
        other => other,
    }
}

/// Does what only SQL can do; the statements suit both databases.
pub(crate) async fn change(url: &str, statements: &str) {
    let statements = AssertSqlSafe(statements.to_owned());
    if url.starts_with("sqlite") {
        let file = url.replace("sqlite:///", "sqlite://");
        let mut connection = SqliteConnection::connect(&file).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
    }
}
