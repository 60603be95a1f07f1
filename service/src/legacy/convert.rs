//! What rows of the old database mean here.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::database::Owned;
use super::import::{Import, LegacyUser};
use super::report::{Remark, Table};
use super::row::Row;
use super::write::derived;
use crate::domain::access::{Source, SubscriptionType};
use crate::domain::badge::Badge;
use crate::domain::bounds::{Code, TelegramId};
use crate::domain::free_training::FreeTrainings;
use crate::domain::payment::PaymentRow;
use crate::domain::promocode::Promocode;
use crate::domain::session::Session;
use crate::domain::subscription::Subscription;
use crate::domain::time::Timestamp;
use crate::domain::training::TrainingWithSnapshot;
use crate::domain::user::User;

/// A row of `users` with all that belongs to it; `codes` are the promo codes by their row's id.
pub(super) fn user(
    row: &Row,
    owned: &Owned,
    codes: &HashMap<i64, String>,
    import: &mut Import<'_>,
) -> Result<LegacyUser, String> {
    let (telegram_id, mut user) = profile(row, import)?;
    user.total_xp = row.count("total_xp", 0, &mut import.report);
    user.level = row.count("level", 1, &mut import.report);
    user.total_trainings = row.count("total_trainings", 0, &mut import.report);
    user.total_score = row.count("total_score", 0, &mut import.report);
    let id = telegram_id.get();

    let sessions = each(owned, Table::BotSessions, import, session);
    let sessions = distinct(
        sessions,
        Table::BotSessions,
        import,
        |s| Reverse(s.updated_at),
        |s| s.bot_name.clone(),
    );
    let badges = each(owned, Table::UserBadges, import, badge);
    let badges =
        distinct(badges, Table::UserBadges, import, |b| b.earned_at, |b| b.badge_type.clone());
    let payments = each(owned, Table::Payments, import, |row, import| payment(row, id, import));
    let payments = distinct(
        payments,
        Table::Payments,
        import,
        |p| Reverse(p.updated_at),
        |p| (p.provider.clone(), p.charge_id.clone()),
    );
    let promocodes =
        each(owned, Table::PromocodeUsage, import, |row, import| usage(row, codes, import));
    let promocodes = distinct(promocodes, Table::PromocodeUsage, import, |u| u.1, |u| u.0.clone());
    let subscriptions =
        each(owned, Table::Subscriptions, import, |row, import| subscription(row, id, import));
    let free_trainings =
        each(owned, Table::FreeTrainings, import, |row, import| free_trainings(row, id, import));
    let trainings = each(owned, Table::TrainingHistory, import, training);

    if let Some(session) =
        sessions.iter().find(|session| session.bot_name == import.options.bot_name.as_str())
    {
        compare_with_stats(row, &mut user, session, import);
    }
    Ok(LegacyUser {
        sessions,
        badges,
        subscriptions: without_rows(subscriptions),
        free_trainings: without_rows(free_trainings),
        trainings: without_rows(trainings),
        payments,
        promocodes,
        ..LegacyUser::new(telegram_id, user, Table::Users, row.id())
    })
}

/// A row of `training_users`, whose totals are in its stats.
pub(super) fn older_user(row: &Row, import: &mut Import<'_>) -> Result<LegacyUser, String> {
    let (telegram_id, mut user) = profile(row, import)?;
    let bot_name = import.options.bot_name.as_str().to_owned();
    let session = session_of(row, bot_name, import)?;
    import.take_stats(&mut user, session.stats.map(), Table::TrainingUsers, row.id());
    Ok(LegacyUser {
        sessions: vec![session],
        ..LegacyUser::new(telegram_id, user, Table::TrainingUsers, row.id())
    })
}

pub(super) fn promocode(row: &Row, import: &mut Import<'_>) -> Result<Promocode, String> {
    let code = Code::new(row.required("code")?).map_err(|problem| format!("code {problem}"))?;
    let (promocode_type, expires_at) = (row.word("type")?, row.time("expires_at")?);
    let report = &mut import.report;
    Ok(Promocode {
        code: code.as_str().to_owned(),
        promocode_type,
        value: row.count("value", 0, report),
        max_uses: row.text("max_uses").map(|_| row.count("max_uses", 0, report)),
        current_uses: row.count("current_uses", 0, report),
        expires_at,
        created_at: row.time_or("created_at", import.now, report),
    })
}

fn profile(row: &Row, import: &mut Import<'_>) -> Result<(TelegramId, User), String> {
    let number = row.required("telegram_id")?;
    let refused = || format!("telegram_id {number} is not from 1 to 2^63-1");
    let telegram_id = number.parse().ok().and_then(|number| TelegramId::new(number).ok());
    let telegram_id = telegram_id.ok_or_else(refused)?;
    let report = &mut import.report;
    let registration_date = row.time_or("registration_date", import.now, report);
    let user = User {
        username: row.name("username", report),
        first_name: row.name("first_name", report),
        last_name: row.name("last_name", report),
        last_activity: row.time_or("last_activity", registration_date, report),
        ..User::new(telegram_id, registration_date)
    };
    Ok((telegram_id, user))
}

/// The old bot added XP twice to `users`; its stats do not always know all of it either.
fn compare_with_stats(row: &Row, user: &mut User, session: &Session, import: &mut Import<'_>) {
    let stats = session.stats.map();
    let in_users = user.total_xp;
    let in_stats = stats.get("total_xp").and_then(Value::as_i64);
    let taken = if import.options.trust_stats {
        import.take_stats(user, stats, Table::Users, row.id());
        "the stats"
    } else {
        "users"
    };
    if let Some(in_stats) = in_stats.filter(|in_stats| *in_stats != in_users) {
        let text = format!(
            "telegram_id {}: {in_users} XP in users, {in_stats} in the stats; {taken} counted",
            user.telegram_id
        );
        import.report.note(Remark::Differs, Table::Users, row.id(), text);
    }
}

fn session(row: &Row, import: &mut Import<'_>) -> Result<Session, String> {
    let bot_name = row.bot_name("bot_name")?;
    session_of(row, bot_name.as_str().to_owned(), import)
}

fn session_of(row: &Row, bot_name: String, import: &mut Import<'_>) -> Result<Session, String> {
    let report = &mut import.report;
    let created_at = row.time_or("created_at", import.now, report);
    Ok(Session {
        bot_name,
        session: row.object("session_data", report)?,
        stats: row.object("stats_data", report)?,
        version: 1,
        created_at,
        updated_at: row.time_or("updated_at", created_at, report),
    })
}

fn badge(row: &Row, import: &mut Import<'_>) -> Result<Badge, String> {
    let badge_type = row.identifier::<1, 100>("badge_type")?;
    let report = &mut import.report;
    let earned_in_bot = row.bot_name("earned_in_bot").map_err(|problem| {
        row.changed(report, format!("{problem}; the badge was kept without it"));
    });
    Ok(Badge {
        badge_type,
        earned_in_bot: earned_in_bot.ok().map(|bot_name| bot_name.as_str().to_owned()),
        earned_at: row.time_or("earned_at", import.now, report),
        metadata: row.optional_object("badge_metadata", report),
    })
}

fn subscription(
    row: &Row,
    telegram_id: i64,
    import: &mut Import<'_>,
) -> Result<Subscription, String> {
    let subscription_type: SubscriptionType = row.word("subscription_type")?;
    let start_date = row.time("start_date")?.ok_or("start_date is missing")?;
    let end_date = row.time("end_date")?;
    let (now, report) = (import.now, &mut import.report);
    let credits = (subscription_type == SubscriptionType::Credits).then(|| {
        let left = row.count("credits_left", 0, report);
        (row.count("credits_total", 0, report).max(left), left)
    });
    let holds_something = match credits {
        None => end_date.is_some_and(|end| end > now),
        Some((_, left)) => left > 0 && end_date.is_none_or(|end| end > now),
    };
    let was_active = row.flag("is_active");
    if holds_something && !was_active {
        let held = match (credits, end_date) {
            (Some((_, left)), _) => format!("{left} credits"),
            (None, Some(end)) => format!("a plan until {end}"),
            (None, None) => String::new(),
        };
        let text = format!("telegram_id {telegram_id} holds {held}");
        report.note(Remark::Reactivated, Table::Subscriptions, row.id(), text);
    }
    let created_at = row.time_or("created_at", start_date, report);
    Ok(Subscription {
        telegram_id,
        id: row_id(row),
        subscription_type,
        start_date,
        end_date,
        is_active: was_active || holds_something,
        auto_renew: row.flag("auto_renew"),
        credits_total: credits.map(|(total, _)| total),
        credits_left: credits.map(|(_, left)| left),
        created_at,
        updated_at: row.time_or("updated_at", created_at, report),
    })
}

fn free_trainings(
    row: &Row,
    telegram_id: i64,
    import: &mut Import<'_>,
) -> Result<FreeTrainings, String> {
    let source: Source = row.word("source")?;
    let report = &mut import.report;
    let trainings_left = row.count("trainings_left", 0, report);
    let created_at = row.time_or("created_at", import.now, report);
    Ok(FreeTrainings {
        telegram_id,
        id: row_id(row),
        trainings_left,
        // The old bot counted down and forgot what it had given.
        trainings_total: trainings_left,
        source,
        reference: import.options.channel.clone().filter(|_| source == Source::Channel),
        created_at,
        updated_at: row.time_or("updated_at", created_at, report),
    })
}

fn training(row: &Row, import: &mut Import<'_>) -> Result<TrainingWithSnapshot, String> {
    let report = &mut import.report;
    let created_at = row.time_or("created_at", import.now, report);
    Ok(TrainingWithSnapshot {
        id: row_id(row),
        bot_name: import.options.bot_name.as_str().to_owned(),
        training_date: row.time("training_date")?.unwrap_or(created_at),
        scenario_name: row.name("scenario_name", report),
        total_score: row.count("total_score", 0, report),
        clarity_level: row.count("clarity_level", 0, report),
        question_count: row.count("question_count", 0, report),
        contextual_questions: row.count("contextual_questions", 0, report),
        per_type_counts: row.optional_object("per_type_counts", report),
        case_data: row.optional_object("case_data", report),
        session_snapshot: row.optional_object("session_snapshot", report),
        created_at,
    })
}

fn payment(row: &Row, telegram_id: i64, import: &mut Import<'_>) -> Result<PaymentRow, String> {
    let currency = row.required("currency")?.to_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|c| c.is_ascii_uppercase()) {
        return Err(format!("currency {currency:?} is not three letters"));
    }
    let charge_id = match row.text("payment_id") {
        None | Some("") => format!("legacy:{}", row.id()),
        Some(_) => row.identifier::<1, 255>("payment_id")?,
    };
    let report = &mut import.report;
    let created_at = row.time_or("created_at", import.now, report);
    Ok(PaymentRow {
        telegram_id,
        provider: row.identifier::<1, 255>("provider")?,
        charge_id,
        amount: super::values::amount(row.required("amount")?, &currency)?,
        currency,
        status: row.word("status")?,
        tariff: row.identifier::<1, 255>("tariff")?,
        description: row.prose("description", report),
        is_recurring: false,
        mismatches: Json(Vec::new()),
        metadata: row.optional_object("payment_metadata", report),
        bot_name: Some(import.options.bot_name.as_str().to_owned()),
        subscription_id: None,
        created_at,
        updated_at: row.time_or("updated_at", created_at, report),
    })
}

fn usage(
    row: &Row,
    codes: &HashMap<i64, String>,
    import: &mut Import<'_>,
) -> Result<(String, Timestamp), String> {
    let id = row.reference("promocode_id");
    let code =
        codes.get(&id).ok_or_else(|| format!("no promo code with the id {id} was imported"))?;
    Ok((code.clone(), row.time_or("used_at", import.now, &mut import.report)))
}

fn row_id(row: &Row) -> Uuid {
    derived(&format!("database/{}/{}", row.table, row.id()))
}

/// The user's rows of this table that can be imported, each with its id; the others are skipped.
fn each<T>(
    owned: &Owned,
    table: Table,
    import: &mut Import<'_>,
    convert: impl Fn(&Row, &mut Import<'_>) -> Result<T, String>,
) -> Vec<(String, T)> {
    let mut converted = Vec::new();
    for row in owned.get(&table).into_iter().flatten() {
        match convert(row, import) {
            Ok(value) => converted.push((row.id().to_owned(), value)),
            Err(reason) => import.report.skip(table, row.id(), reason),
        }
    }
    converted
}

/// The first of each key in this order; the others are merged into it.
fn distinct<T, O: Ord, K: PartialEq>(
    mut rows: Vec<(String, T)>,
    table: Table,
    import: &mut Import<'_>,
    order: impl Fn(&T) -> O,
    key: impl Fn(&T) -> K,
) -> Vec<T> {
    rows.sort_by_key(|(_, value)| order(value));
    let mut kept = Vec::<(String, T)>::new();
    for (row, value) in rows {
        match kept.iter().find(|(_, other)| key(other) == key(&value)) {
            None => kept.push((row, value)),
            Some((other, _)) => import.report.merge(table, &row, format!("row {other} was kept")),
        }
    }
    without_rows(kept)
}

fn without_rows<T>(rows: Vec<(String, T)>) -> Vec<T> {
    rows.into_iter().map(|(_, value)| value).collect()
}
