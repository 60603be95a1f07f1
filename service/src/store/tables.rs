//! Which tables and columns a database has: what every row of them is copied by.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use super::statement::{Engine, each, sql, statements};
use super::{Connection, Tx};
use crate::error::Error;

statements! {
    // Tables that refer to others come last.
    COLUMNS = each(
        "SELECT m.name, c.name, lower(c.type),
             EXISTS (SELECT 1 FROM pragma_foreign_key_list(m.name))
         FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
             AND m.name <> 'schema_migrations'
         ORDER BY 4, m.name, c.cid",
        "SELECT t.relname::text, a.attname::text, y.typname::text, EXISTS (
             SELECT 1 FROM pg_constraint f WHERE f.conrelid = t.oid AND f.contype = 'f')
         FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0
             AND NOT a.attisdropped
         JOIN pg_type y ON y.oid = a.atttypid
         WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p')
             AND t.relname <> 'schema_migrations'
         ORDER BY 4, t.relname, a.attnum",
    );
}

/// What a column holds. SQLite only knows the first three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString)]
pub enum Kind {
    #[strum(serialize = "integer", serialize = "int8")]
    Integer,
    #[strum(serialize = "text")]
    Text,
    #[strum(serialize = "blob", serialize = "bytea")]
    Bytes,
    #[strum(serialize = "bool")]
    Boolean,
    #[strum(serialize = "timestamptz")]
    Time,
    #[strum(serialize = "jsonb")]
    Json,
    #[strum(serialize = "uuid")]
    Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// A table of the service, `schema_migrations` aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

/// Every table, those that refer to others last.
pub async fn all(connection: &mut Connection<'_>) -> Result<Vec<Table>, Error> {
    let rows: Vec<(String, String, String, bool)> = sql!(connection, fetch_all, COLUMNS)?;
    let mut tables = Vec::<Table>::new();
    for (table, column, kind, _) in rows {
        let kind = kind.parse().map_err(|_| {
            Error::Database(sqlx::Error::Decode(
                format!("{table}.{column} is of the unknown type {kind}").into(),
            ))
        })?;
        let column = Column { name: column, kind };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table { name: table, columns: vec![column] }),
        }
    }
    Ok(tables)
}

/// The tables of one database as those of the other understand them too: with the kinds of
/// PostgreSQL if it is one of the two. The first one's order. `None`: they are not the same.
pub fn shared(one: &[Table], other: &[Table]) -> Option<Vec<Table>> {
    let others: BTreeMap<_, _> = other.iter().map(|table| (&table.name, table)).collect();
    if one.len() != other.len() {
        return None;
    }
    one.iter().map(|table| table.shared(others.get(&table.name)?)).collect()
}

impl Table {
    fn shared(&self, other: &Self) -> Option<Self> {
        let kinds: BTreeMap<_, _> = other.columns.iter().map(|c| (&c.name, c.kind)).collect();
        if kinds.len() != self.columns.len() {
            return None;
        }
        let column = |column: &Column| {
            let other = *kinds.get(&column.name)?;
            let kind = if column.kind.is_of_sqlite() { other } else { column.kind };
            Some(Column { name: column.name.clone(), kind })
        };
        let columns = self.columns.iter().map(column).collect::<Option<_>>()?;
        Some(Self { name: self.name.clone(), columns })
    }

    /// The names of its columns, for a statement.
    pub(super) fn column_list(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|c| format!("\"{}\"", c.name)).collect();
        names.join(", ")
    }
}

impl Kind {
    fn is_of_sqlite(self) -> bool {
        matches!(self, Self::Integer | Self::Text | Self::Bytes)
    }
}

/// How many rows the table has.
pub async fn count(connection: &mut Connection<'_>, table: &Table) -> Result<i64, Error> {
    let text = AssertSqlSafe(format!("SELECT count(*) FROM \"{}\"", table.name));
    let count = match connection.engine() {
        Engine::Sqlite(connection) => sqlx::query_scalar(text).fetch_one(connection).await,
        Engine::Postgres(connection) => {
            sqlx::query_scalar(text).persistent(false).fetch_one(connection).await
        }
    };
    Ok(count?)
}

/// Deletes every row of the table.
pub async fn clear(tx: &mut Tx<'_>, table: &Table) -> Result<(), Error> {
    let text = AssertSqlSafe(format!("DELETE FROM \"{}\"", table.name));
    match tx.engine() {
        Engine::Sqlite(connection) => sqlx::raw_sql(text).execute(connection).await.map(drop)?,
        Engine::Postgres(connection) => sqlx::raw_sql(text).execute(connection).await.map(drop)?,
    }
    Ok(())
}

/// Keeps everybody else from writing to these tables until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>, tables: &[Table]) -> Result<(), Error> {
    match tx.engine() {
        // BEGIN IMMEDIATE has locked the file.
        Engine::Sqlite(_) => Ok(()),
        Engine::Postgres(connection) => {
            let names: Vec<_> = tables.iter().map(|t| format!("\"{}\"", t.name)).collect();
            let text = format!("LOCK TABLE {} IN EXCLUSIVE MODE", names.join(", "));
            sqlx::raw_sql(AssertSqlSafe(text)).execute(connection).await?;
            Ok(())
        }
    }
}
