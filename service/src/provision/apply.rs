//! From what the file says to what the database holds.

use serde::Serialize;
use serde_json::{Value, json};

use super::file::Desired;
use super::report::Report;
use crate::domain::badge::CatalogueBadge;
use crate::domain::bot;
use crate::domain::bounds::{BadgeType, BotName, Code, Name};
use crate::domain::level::{self, Level};
use crate::domain::promocode::{self, Promocode};
use crate::domain::tariff::Tariff;
use crate::error::Error;
use crate::store::{self, Tx};

/// Makes the database as the file says, and says what was to be done.
pub(super) async fn apply(
    tx: &mut Tx<'_>,
    desired: &Desired,
    prune: bool,
) -> Result<Report, Error> {
    // Replicas that start at once do this one after the other.
    store::migrate::lock(tx).await?;
    let mut report = Report::default();
    if let Some(bots) = &desired.bots {
        apply_bots(tx, bots, &mut report).await?;
    }
    if let Some(levels) = &desired.levels {
        apply_levels(tx, levels, prune, &mut report).await?;
    }
    if let Some(badges) = &desired.badges {
        apply_badges(tx, badges, prune, &mut report).await?;
    }
    if let Some(tariffs) = &desired.tariffs {
        apply_tariffs(tx, tariffs, prune, &mut report).await?;
    }
    if let Some(promocodes) = &desired.promocodes {
        apply_promocodes(tx, promocodes, prune, &mut report).await?;
    }
    Ok(report)
}

/// What stands under a name in the file: everything but the name itself.
fn content(entry: &impl Serialize, name: &str) -> Value {
    let mut content = serde_json::to_value(entry).unwrap_or_default();
    if let Some(fields) = content.as_object_mut() {
        fields.remove(name);
    }
    content
}

async fn apply_bots(
    tx: &mut Tx<'_>,
    bots: &[(BotName, Option<Name>)],
    report: &mut Report,
) -> Result<(), Error> {
    for (bot_name, title) in bots {
        let held = store::bots::get(tx, bot_name).await?;
        let held = held.map(|bot| json!({"title": bot.title}));
        let what = format!("bots.{}", bot_name.as_str());
        if report.compare(&what, held, json!({"title": title})) {
            bot::put(tx, bot_name, title.as_ref().map(Name::as_str)).await?;
        }
    }
    Ok(())
}

async fn apply_levels(
    tx: &mut Tx<'_>,
    levels: &[Level],
    prune: bool,
    report: &mut Report,
) -> Result<(), Error> {
    store::levels::lock(tx).await?;
    let held = store::levels::list(tx).await?;
    let mut table = levels.to_owned();
    let before = report.changes.len();
    for level in levels {
        let old = held.iter().find(|old| old.level == level.level);
        let what = format!("levels.{}", level.level.get());
        report.compare(&what, old.map(|old| content(old, "level")), content(level, "level"));
    }
    for old in held.iter().filter(|old| levels.iter().all(|level| level.level != old.level)) {
        if prune {
            report.remove(format!("levels.{}", old.level.get()), "deleted");
        } else {
            table.push(old.clone());
        }
    }
    if report.changes.len() > before {
        level::validate(&table).map_err(|_| {
            let message = "do not rise together with those that are held and not in the file; add \
                           these, or prune them";
            Error::invalid("levels", message)
        })?;
        store::levels::replace(tx, &table).await?;
    }
    Ok(())
}

async fn apply_badges(
    tx: &mut Tx<'_>,
    badges: &[CatalogueBadge],
    prune: bool,
    report: &mut Report,
) -> Result<(), Error> {
    let held = store::badges::catalogue(tx, "", i64::MAX).await?;
    for badge in badges {
        let old = held.iter().find(|old| old.badge_type == badge.badge_type);
        let old = old.map(|old| content(old, "badge_type"));
        let what = format!("badges.{}", badge.badge_type);
        if report.compare(&what, old, content(badge, "badge_type")) {
            store::badges::put(tx, badge).await?;
        }
    }
    let is_named = |old: &CatalogueBadge| badges.iter().any(|b| b.badge_type == old.badge_type);
    for old in held.iter().filter(|old| prune && !is_named(old)) {
        let badge_type = BadgeType::new(old.badge_type.clone()).map_err(unreadable)?;
        store::badges::delete(tx, &badge_type).await?;
        report.remove(format!("badges.{}", old.badge_type), "deleted");
    }
    Ok(())
}

async fn apply_tariffs(
    tx: &mut Tx<'_>,
    tariffs: &[Tariff],
    prune: bool,
    report: &mut Report,
) -> Result<(), Error> {
    let held = store::tariffs::list(tx, "", i64::MAX).await?;
    for tariff in tariffs {
        let old = held.iter().find(|old| old.tariff == tariff.tariff);
        let what = format!("tariffs.{}", tariff.tariff);
        if report.compare(&what, old.map(|old| content(old, "tariff")), content(tariff, "tariff")) {
            store::tariffs::put(tx, tariff).await?;
        }
    }
    let is_named = |old: &Tariff| tariffs.iter().any(|tariff| tariff.tariff == old.tariff);
    for old in held.iter().filter(|old| prune && old.active && !is_named(old)) {
        store::tariffs::put(tx, &Tariff { active: false, ..old.clone() }).await?;
        report.remove(format!("tariffs.{}", old.tariff), "deactivated");
    }
    Ok(())
}

async fn apply_promocodes(
    tx: &mut Tx<'_>,
    promocodes: &[(Code, Promocode)],
    prune: bool,
    report: &mut Report,
) -> Result<(), Error> {
    let now = tx.now();
    for (code, promocode) in promocodes {
        let what = format!("promocodes.{}", code.as_str());
        let new = Promocode { created_at: now, ..promocode.clone() };
        if store::promocodes::insert(tx, &new).await? {
            report.compare(&what, None, terms(&new));
            continue;
        }
        let held = store::promocodes::get(tx, code).await?.ok_or(Error::PromocodeNotFound)?;
        // One that was ended stays so.
        let ended = held.has_ended(now).then_some(held.expires_at);
        let expires_at = ended.unwrap_or(new.expires_at);
        report.keep(&what, &terms(&held), &terms(&Promocode { expires_at, ..new }));
    }
    let is_named = |old: &Promocode| promocodes.iter().any(|(code, _)| code.as_str() == old.code);
    let held = if prune { store::promocodes::list(tx, "", i64::MAX).await? } else { Vec::new() };
    for old in held.iter().filter(|old| !old.has_ended(now) && !is_named(old)) {
        promocode::end(tx, &Code::new(&old.code).map_err(unreadable)?).await?;
        report.remove(format!("promocodes.{}", old.code), "ended");
    }
    Ok(())
}

/// What is agreed of a code, without what became of it.
fn terms(code: &Promocode) -> Value {
    let Promocode { promocode_type, value, max_uses, expires_at, .. } = code;
    json!({"type": promocode_type, "value": value, "max_uses": max_uses, "expires_at": expires_at})
}

/// A name in the database that the API would not take.
fn unreadable(problem: String) -> Error {
    Error::Database(sqlx::Error::Decode(problem.into()))
}
