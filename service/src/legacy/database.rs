//! The old database.

use std::collections::HashMap;

use super::convert;
use super::import::Import;
use super::report::{Report, Table};
use super::row::Row;
use super::source::Source;
use super::{ImportError, ImportOptions};
use crate::store::Store;

/// How many users' rows are held in memory at once.
const BATCH: usize = 1_000;

/// What belongs to a user, in the old surrogate key's terms.
const OF_USERS: [Table; 7] = [
    Table::BotSessions,
    Table::UserBadges,
    Table::Subscriptions,
    Table::FreeTrainings,
    Table::TrainingHistory,
    Table::Payments,
    Table::PromocodeUsage,
];

/// Imports the old bot's database, in any of the forms of `DATABASE_URL`.
pub async fn import_database(
    store: &Store,
    url: &str,
    options: &ImportOptions,
) -> Result<Report, ImportError> {
    let mut source = Source::open(url).await?;
    let mut import = Import::start(store, options).await?;
    let users = read(&mut source, Table::Users, None, &mut import.report).await?;
    let older_users = read(&mut source, Table::TrainingUsers, None, &mut import.report).await?;
    import.progress.set_length((users.len() + older_users.len()) as u64);
    let codes = read(&mut source, Table::Promocodes, None, &mut import.report).await?;
    let codes = promocodes(&codes, &mut import).await?;
    let mut above = i64::MIN;
    let mut batches = users.chunks(BATCH).peekable();
    loop {
        let batch = batches.next().unwrap_or_default();
        // The last batch also takes the rows whose user is missing.
        let up_to = match (batches.peek(), batch.last()) {
            (Some(_), Some(last)) => last.reference("id"),
            _ => i64::MAX,
        };
        let mut owned = owned(&mut source, (above, up_to), &mut import.report).await?;
        for row in batch {
            let rows = owned.remove(&row.reference("id")).unwrap_or_default();
            match convert::user(row, &rows, &codes, &mut import) {
                Ok(user) => import.user(user).await?,
                Err(reason) => {
                    import.report.skip(Table::Users, row.id(), reason);
                    orphans(&rows, &mut import.report);
                }
            }
        }
        for rows in owned.values() {
            orphans(rows, &mut import.report);
        }
        if up_to == i64::MAX {
            break;
        }
        above = up_to;
    }
    for row in &older_users {
        match convert::older_user(row, &mut import) {
            Ok(user) if import.has_seen(&user) => {
                import.report.merge(
                    Table::TrainingUsers,
                    row.id(),
                    "the user's row in users was kept",
                );
            }
            Ok(user) => import.user(user).await?,
            Err(reason) => import.report.skip(Table::TrainingUsers, row.id(), reason),
        }
    }
    Ok(import.finish())
}

/// Rows that belong to one user.
pub(super) type Owned = HashMap<Table, Vec<Row>>;

async fn read(
    source: &mut Source,
    table: Table,
    users: Option<(i64, i64)>,
    report: &mut Report,
) -> Result<Vec<Row>, ImportError> {
    report.read(table, 0);
    source.read(table, users, report).await.map_err(ImportError::Source)
}

/// What belongs to the users of this range of ids, by user and table.
async fn owned(
    source: &mut Source,
    users: (i64, i64),
    report: &mut Report,
) -> Result<HashMap<i64, Owned>, ImportError> {
    let mut owned = HashMap::<i64, Owned>::new();
    for table in OF_USERS {
        for row in read(source, table, Some(users), report).await? {
            let of_user = owned.entry(row.reference("user_id")).or_default();
            of_user.entry(table).or_default().push(row);
        }
    }
    Ok(owned)
}

fn orphans(rows: &Owned, report: &mut Report) {
    for row in rows.values().flatten() {
        let user = row.text("user_id").unwrap_or("NULL");
        report.skip(row.table, row.id(), format!("no user with the id {user} was imported"));
    }
}

/// Imports the promo codes: the code of each row id.
async fn promocodes(
    rows: &[Row],
    import: &mut Import<'_>,
) -> Result<HashMap<i64, String>, ImportError> {
    let mut codes = HashMap::new();
    for row in rows {
        match convert::promocode(row, import) {
            Ok(promocode) => {
                let code = promocode.code.clone();
                let known = codes.values().any(|known| *known == code);
                codes.insert(row.reference("id"), code);
                if known {
                    let table = Table::Promocodes;
                    import.report.merge(
                        table,
                        row.id(),
                        "the same code in upper case was before it",
                    );
                } else {
                    import.promocode(&promocode).await?;
                }
            }
            Err(reason) => import.report.skip(Table::Promocodes, row.id(), reason),
        }
    }
    Ok(codes)
}
