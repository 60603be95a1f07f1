//! `user_badges` and `badges`, the catalogue.

use std::collections::BTreeMap;

use sqlx::types::Json;

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

statements! {
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
