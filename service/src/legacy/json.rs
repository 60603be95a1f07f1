//! The older store: a file `{"<telegram_id>": {"session": {…}, "stats": {…}}}`.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::import::{Import, LegacyUser};
use super::report::{Remark, Report, Table};
use super::{ImportError, ImportOptions, values};
use crate::domain::bounds::TelegramId;
use crate::domain::session::Session;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::store::Store;

/// Imports the old bot's JSON file.
pub async fn import_json(
    store: &Store,
    file: &Path,
    options: &ImportOptions,
) -> Result<Report, ImportError> {
    let text = std::fs::read(file).map_err(|problem| match problem.kind() {
        ErrorKind::NotFound => ImportError::NoFile(file.to_owned()),
        _ => ImportError::Unreadable { file: file.to_owned(), problem },
    })?;
    let Entries(entries) = serde_json::from_slice(&text)
        .map_err(|problem| ImportError::NotJson { file: file.to_owned(), problem })?;
    let mut import = Import::start(store, options).await?;
    import.progress.set_length(entries.len() as u64);
    import.report.read(Table::Users, entries.len());
    for (key, entry) in entries {
        match user(&key, entry, &mut import) {
            Ok(user) if import.has_seen(&user) => {
                for table in [Table::Users, Table::BotSessions] {
                    import.report.merge(table, &key, "an earlier key of the same user was kept");
                }
            }
            Ok(user) => import.user(user).await?,
            Err(reason) => import.report.skip(Table::Users, &key, reason),
        }
    }
    Ok(import.finish())
}

/// The file's entries in its order, each still text: what cannot be read of one does not concern
/// the others.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of telegram ids")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

fn user(key: &str, entry: &RawValue, import: &mut Import<'_>) -> Result<LegacyUser, String> {
    let number: i64 = key.parse().map_err(|_| "the key is no telegram id".to_owned())?;
    let telegram_id = TelegramId::new(number).map_err(|problem| format!("the key {problem}"))?;
    let (entry, stripped) = values::object(entry.get())?.ok_or("the entry is null")?;
    let part = |name| match entry.map().get(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(part)) => Ok(part.clone()),
        Some(_) => Err(format!("{name} is no object")),
    };
    let (session, stats) = (part("session")?, part("stats")?);
    if stripped {
        import.report.note(Remark::Changed, Table::Users, key, "NUL was taken out of it");
    }
    let now = import.now;
    let mut user = User::new(telegram_id, now);
    user.last_activity = last_training(&stats).unwrap_or(now);
    import.take_stats(&mut user, &stats, Table::Users, key);
    let bot_name = import.options.bot_name.as_str().to_owned();
    let (session, stats) = (session.into(), stats.into());
    let session =
        Session { bot_name, session, stats, version: 1, created_at: now, updated_at: now };
    import.report.read(Table::BotSessions, 1);
    Ok(LegacyUser {
        sessions: vec![session],
        ..LegacyUser::new(telegram_id, user, Table::Users, key)
    })
}

fn last_training(stats: &Map<String, Value>) -> Option<Timestamp> {
    values::time(stats.get("last_training_date")?.as_str()?)
}
