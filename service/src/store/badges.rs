//! `user_badges` and `badges`, the catalogue.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use sqlx::types::Json;

use super::gather::{self, gathered};
use super::statement::{both, each, sql, statements};
use super::{Connection, Tx};
use crate::domain::badge::{Badge, BadgeAwarded, CatalogueBadge};
use crate::domain::bounds::{BadgeType, BotName, TelegramId};
use crate::error::Error;

macro_rules! insert {
    () => {
        "INSERT INTO user_badges (telegram_id, badge_type, earned_in_bot, earned_at, metadata)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (telegram_id, badge_type) DO NOTHING"
    };
}

/// A row is `[telegram_id, badge_type]`.
macro_rules! held {
    ($engine:ident) => {
        concat!(
            "SELECT b.telegram_id, b.badge_type, b.earned_in_bot, b.earned_at, b.metadata
             FROM ",
            gathered!($engine),
            "
             JOIN user_badges b ON b.telegram_id = CAST(r.value ->> 0 AS BIGINT)
                 AND b.badge_type = r.value ->> 1"
        )
    };
}

/// A row is `[telegram_id, badge_type, earned_in_bot, metadata]`.
macro_rules! insert_all {
    ($engine:ident) => {
        concat!(
            "INSERT INTO user_badges (telegram_id, badge_type, earned_in_bot, earned_at, metadata)
             SELECT CAST(r.value ->> 0 AS BIGINT), r.value ->> 1, r.value ->> 2, $2,
                 NULLIF(r.value -> 3, 'null')
             FROM ",
            gathered!($engine)
        )
    };
}

statements! {
    HELD = each(held!(sqlite), held!(postgres));
    INSERT_ALL = each(insert_all!(sqlite), insert_all!(postgres));
    // The badge as it is held then, in one way to the database.
    AWARD = each(
        concat!(
            insert!(),
            "; SELECT changes() = 1 AS awarded, badge_type, earned_in_bot, earned_at, metadata
             FROM user_badges WHERE telegram_id = $1 AND badge_type = $2"),
        concat!(
            "WITH new AS (", insert!(), "
                 RETURNING badge_type, earned_in_bot, earned_at, metadata)
             SELECT TRUE AS awarded, badge_type, earned_in_bot, earned_at, metadata FROM new
             UNION ALL
             SELECT FALSE, badge_type, earned_in_bot, earned_at, metadata FROM user_badges
             WHERE telegram_id = $1 AND badge_type = $2"));
    LIST = both(
        "SELECT badge_type, earned_in_bot, earned_at, metadata FROM user_badges
         WHERE telegram_id = $1 ORDER BY badge_type");
    PAGE = both(
        "SELECT badge_type, earned_in_bot, earned_at, metadata FROM user_badges
         WHERE telegram_id = $1 AND badge_type > $2 ORDER BY badge_type LIMIT $3");
    PAGE_OF_BOT = both(
        "SELECT badge_type, earned_in_bot, earned_at, metadata FROM user_badges
         WHERE telegram_id = $1 AND badge_type > $2 AND earned_in_bot = $4
         ORDER BY badge_type LIMIT $3");
    CATALOGUE = both(
        "SELECT badge_type, titles, descriptions, icon FROM badges
         WHERE badge_type > $1 ORDER BY badge_type LIMIT $2");
    PUT = both(
        "INSERT INTO badges (badge_type, titles, descriptions, icon) VALUES ($1, $2, $3, $4)
         ON CONFLICT (badge_type) DO UPDATE SET titles = excluded.titles,
             descriptions = excluded.descriptions, icon = excluded.icon");
    DELETE = both("DELETE FROM badges WHERE badge_type = $1");
}

/// Awards the badge to a locked user, unless they hold one of this type.
pub async fn award(
    tx: &mut Tx<'_>,
    telegram_id: TelegramId,
    badge: &Badge,
) -> Result<BadgeAwarded, Error> {
    sql!(
        tx,
        fetch_one,
        AWARD,
        telegram_id.get(),
        &badge.badge_type,
        &badge.earned_in_bot,
        badge.earned_at,
        &badge.metadata,
    )
}

/// A user and a type of badge.
pub type BadgeKey = (i64, String);

#[derive(Debug, sqlx::FromRow)]
struct Held {
    telegram_id: i64,
    #[sqlx(flatten)]
    badge: Badge,
}

/// Those of these that are held.
pub async fn held(
    connection: &mut Connection<'_>,
    badges: &[(i64, &str)],
) -> Result<HashMap<BadgeKey, Badge>, Error> {
    if badges.is_empty() {
        return Ok(HashMap::new());
    }
    let held: Vec<Held> = sql!(connection, fetch_all, HELD, gather::rows(badges))?;
    let entry = |Held { telegram_id, badge }| ((telegram_id, badge.badge_type.clone()), badge);
    Ok(held.into_iter().map(entry).collect())
}

fn row((telegram_id, badge): &(i64, Badge)) -> impl Serialize {
    (telegram_id, &badge.badge_type, &badge.earned_in_bot, &badge.metadata)
}

/// Awards badges, earned now, to locked users who hold none of them.
pub async fn insert_all(tx: &mut Tx<'_>, badges: &[(i64, Badge)]) -> Result<(), Error> {
    if badges.is_empty() {
        return Ok(());
    }
    let (rows, now) = (gather::rows(badges.iter().map(row)), tx.now());
    sql!(tx, execute, INSERT_ALL, rows, now).map(drop)
}

/// All badges of the user.
pub async fn list(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
) -> Result<Vec<Badge>, Error> {
    sql!(connection, fetch_all, LIST, telegram_id.get())
}

/// The user's badges after this type, of all bots or of one.
pub async fn page(
    connection: &mut Connection<'_>,
    telegram_id: TelegramId,
    bot_name: Option<&BotName>,
    after: &str,
    limit: i64,
) -> Result<Vec<Badge>, Error> {
    let id = telegram_id.get();
    match bot_name {
        None => sql!(connection, fetch_all, PAGE, id, after, limit),
        Some(bot) => sql!(connection, fetch_all, PAGE_OF_BOT, id, after, limit, bot.as_str()),
    }
}

/// The catalogue after this type.
pub async fn catalogue(
    connection: &mut Connection<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<CatalogueBadge>, Error> {
    sql!(connection, fetch_all, CATALOGUE, after, limit)
}

pub async fn put(tx: &mut Tx<'_>, badge: &CatalogueBadge) -> Result<(), Error> {
    let (titles, descriptions): (&Json<BTreeMap<String, String>>, _) =
        (&badge.titles, &badge.descriptions);
    sql!(tx, execute, PUT, &badge.badge_type, titles, descriptions, &badge.icon).map(drop)
}

/// False if the catalogue has no such badge.
pub async fn delete(tx: &mut Tx<'_>, badge_type: &BadgeType) -> Result<bool, Error> {
    sql!(tx, execute, DELETE, badge_type.as_str()).map(|deleted| deleted == 1)
}
