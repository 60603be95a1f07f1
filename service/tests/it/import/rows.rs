//! Compares each row of the old database with what the target holds.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::Value;
use service::domain::bounds::{Code, TelegramId};
use service::domain::export::{Export, export};
use service::domain::json::JsonObject;
use service::domain::time::Timestamp;
use service::store::{self, Store};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

/// Everything that the target holds of the user.
pub(crate) async fn held(store: &Store, telegram_id: i64) -> Export {
    let id = TelegramId::new(telegram_id).unwrap();
    store.read(|connection| Box::pin(export(connection, id, None))).await.unwrap()
}

pub(crate) async fn is_known(store: &Store, telegram_id: i64) -> bool {
    let id = TelegramId::new(telegram_id).unwrap();
    let user = store.read(|connection| Box::pin(store::users::get(connection, id))).await.unwrap();
    user.is_some()
}

/// How many users of the old database there are whose id lies below, and that each is held as it
/// was there.
pub(crate) async fn compare(source: &mut SqliteConnection, store: &Store, below: i64) -> usize {
    let users = rows(source, "SELECT * FROM users WHERE telegram_id < $1", below).await;
    for user in &users {
        let held = held(store, user.get("telegram_id")).await;
        compare_user(source, user, &held).await;
        ledgers_explain(&held);
    }
    for code in rows(source, "SELECT * FROM promocodes WHERE id <> $1", -1).await {
        compare_code(store, &code).await;
    }
    users.len()
}

async fn rows(source: &mut SqliteConnection, text: &str, bound: i64) -> Vec<SqliteRow> {
    let query = sqlx::query(AssertSqlSafe(text.to_owned())).bind(bound);
    query.fetch_all(source).await.unwrap()
}

async fn compare_user(source: &mut SqliteConnection, user: &SqliteRow, held: &Export) {
    let id: i64 = user.get("id");
    assert_eq!(text(user, "username"), held.user.username);
    assert_eq!(text(user, "first_name"), held.user.first_name);
    assert_eq!(text(user, "last_name"), held.user.last_name);
    assert_eq!(user.get::<i64, _>("total_xp"), held.user.total_xp);
    assert_eq!(user.get::<i64, _>("level"), held.user.level);
    assert_eq!(user.get::<i64, _>("total_trainings"), held.user.total_trainings);
    assert_eq!(user.get::<i64, _>("total_score"), held.user.total_score);
    assert_eq!(time(user, "registration_date"), Some(held.user.registration_date));
    assert_eq!(time(user, "last_activity"), Some(held.user.last_activity));

    let sessions = of(source, "bot_sessions", "bot_name", id).await;
    assert_eq!(sessions.len(), held.sessions.len());
    for (row, session) in sessions.iter().zip(&held.sessions) {
        assert_eq!(text(row, "bot_name").as_deref(), Some(session.bot_name.as_str()));
        assert_eq!(json(row, "session_data"), Some(value(&session.session)));
        assert_eq!(json(row, "stats_data"), Some(value(&session.stats)));
        assert_eq!(session.version, 1);
        assert_eq!(time(row, "created_at"), Some(session.created_at));
        assert_eq!(time(row, "updated_at"), Some(session.updated_at));
    }

    // One user can hold one badge once per bot: the earliest is kept.
    let mut earliest = BTreeMap::new();
    for row in of(source, "user_badges", "earned_at", id).await {
        earliest.entry(text(&row, "badge_type").unwrap()).or_insert(row);
    }
    assert_eq!(earliest.len(), held.badges.len());
    for ((badge_type, row), badge) in earliest.iter().zip(&held.badges) {
        assert_eq!(*badge_type, badge.badge_type);
        assert_eq!(text(row, "earned_in_bot"), badge.earned_in_bot);
        assert_eq!(time(row, "earned_at"), Some(badge.earned_at));
        assert_eq!(json(row, "badge_metadata"), badge.metadata.as_ref().map(value));
    }

    let subscriptions = of(source, "subscriptions", "start_date DESC", id).await;
    assert_eq!(subscriptions.len(), held.subscriptions.len());
    for (row, subscription) in subscriptions.iter().zip(&held.subscriptions) {
        assert_eq!(text(row, "subscription_type"), upper(subscription.subscription_type.into()));
        assert_eq!(time(row, "start_date"), Some(subscription.start_date));
        assert_eq!(time(row, "end_date"), subscription.end_date);
        assert_eq!(number(row, "credits_total"), subscription.credits_total);
        assert_eq!(number(row, "credits_left"), subscription.credits_left);
        assert_eq!(row.get::<bool, _>("auto_renew"), subscription.auto_renew);
        assert_eq!(time(row, "created_at"), Some(subscription.created_at));
        assert_eq!(time(row, "updated_at"), Some(subscription.updated_at));
        // All that is left in the legacy data is active, whatever a promo code did to it.
        assert_eq!(subscription.credits_left != Some(0), subscription.is_active);
    }

    let free_trainings = of(source, "free_trainings", "created_at DESC", id).await;
    assert_eq!(free_trainings.len(), held.free_trainings.len());
    for (row, trainings) in free_trainings.iter().zip(&held.free_trainings) {
        assert_eq!(number(row, "trainings_left"), Some(trainings.trainings_left));
        assert_eq!(number(row, "trainings_left"), Some(trainings.trainings_total));
        assert_eq!(text(row, "source"), upper(trainings.source.into()));
        assert_eq!(trainings.reference, None);
        assert_eq!(time(row, "created_at"), Some(trainings.created_at));
        assert_eq!(time(row, "updated_at"), Some(trainings.updated_at));
    }

    let trainings = of(source, "training_history", "training_date", id).await;
    assert_eq!(trainings.len(), held.trainings.len());
    for (row, training) in trainings.iter().zip(&held.trainings) {
        assert_eq!(training.bot_name, "spin_bot");
        assert_eq!(time(row, "training_date"), Some(training.training_date));
        assert_eq!(text(row, "scenario_name"), training.scenario_name);
        assert_eq!(number(row, "total_score"), Some(training.total_score));
        assert_eq!(number(row, "clarity_level"), Some(training.clarity_level));
        assert_eq!(number(row, "question_count"), Some(training.question_count));
        assert_eq!(number(row, "contextual_questions"), Some(training.contextual_questions));
        assert_eq!(json(row, "per_type_counts"), training.per_type_counts.as_ref().map(value));
        assert_eq!(json(row, "case_data"), training.case_data.as_ref().map(value));
        assert_eq!(json(row, "session_snapshot"), training.session_snapshot.as_ref().map(value));
        assert_eq!(time(row, "created_at"), Some(training.created_at));
    }

    let payments = of(source, "payments", "created_at DESC", id).await;
    assert_eq!(payments.len(), held.payments.len());
    for (row, payment) in payments.iter().zip(&held.payments) {
        let roubles: f64 = row.try_get_unchecked("amount").unwrap();
        assert_eq!(format!("{:.0}", roubles * 100.0), payment.amount.to_string());
        assert_eq!(text(row, "currency").as_deref(), Some(payment.currency.as_str()));
        assert_eq!(text(row, "provider").as_deref(), Some(payment.provider.as_str()));
        assert_eq!(text(row, "payment_id").as_deref(), Some(payment.charge_id.as_str()));
        assert_eq!(text(row, "status"), upper(payment.status.into()));
        assert_eq!(text(row, "tariff").as_deref(), Some(payment.tariff.as_str()));
        assert_eq!(text(row, "description"), payment.description);
        assert_eq!(json(row, "payment_metadata"), payment.metadata.as_ref().map(value));
        assert_eq!(time(row, "created_at"), Some(payment.created_at));
        assert_eq!(time(row, "updated_at"), Some(payment.updated_at));
        assert!(payment.mismatches.is_empty() && payment.grant.is_none());
    }

    let usage = "SELECT c.code, u.used_at FROM promocode_usage u
                 JOIN promocodes c ON c.id = u.promocode_id WHERE u.user_id = $1 ORDER BY u.used_at";
    let usage = rows(source, usage, id).await;
    assert_eq!(usage.len(), held.promocodes.len());
    for (row, used) in usage.iter().zip(&held.promocodes) {
        assert_eq!(text(row, "code").as_deref(), Some(used.code.as_str()));
        assert_eq!(time(row, "used_at"), Some(used.used_at));
    }
}

async fn compare_code(store: &Store, row: &SqliteRow) {
    let code = Code::new(&text(row, "code").unwrap()).unwrap();
    let held =
        store.read(|connection| Box::pin(store::promocodes::get(connection, &code))).await.unwrap();
    let held = held.unwrap();
    assert_eq!(text(row, "type").as_deref(), Some(held.promocode_type.into()));
    assert_eq!(number(row, "value"), Some(held.value));
    assert_eq!(number(row, "max_uses"), held.max_uses);
    assert_eq!(number(row, "current_uses"), Some(held.current_uses));
    assert_eq!(time(row, "expires_at"), held.expires_at);
    assert_eq!(time(row, "created_at"), Some(held.created_at));
}

/// The sums of the ledgers are the totals and what is left.
pub(crate) fn ledgers_explain(held: &Export) {
    let xp: i64 = held.xp_events.iter().map(|event| event.amount).sum();
    assert_eq!(xp, held.user.total_xp);
    let amount = |id| {
        let events = held.access_events.iter().filter(|event| event.holding_id == id);
        events.map(|event| event.amount).sum::<i64>()
    };
    for subscription in &held.subscriptions {
        assert_eq!(amount(subscription.id), subscription.amount());
    }
    for trainings in &held.free_trainings {
        assert_eq!(amount(trainings.id), trainings.trainings_left);
    }
}

async fn of(
    source: &mut SqliteConnection,
    table: &str,
    order: &str,
    user_id: i64,
) -> Vec<SqliteRow> {
    let text = format!("SELECT * FROM {table} WHERE user_id = $1 ORDER BY {order}");
    rows(source, &text, user_id).await
}

fn text(row: &SqliteRow, column: &str) -> Option<String> {
    row.get(column)
}

fn number(row: &SqliteRow, column: &str) -> Option<i64> {
    row.get(column)
}

fn time(row: &SqliteRow, column: &str) -> Option<Timestamp> {
    let time: Option<NaiveDateTime> = row.get(column);
    time.and_then(|time| Timestamp::new(time.and_utc()))
}

fn json(row: &SqliteRow, column: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(&text(row, column)?).unwrap();
    (!value.is_null()).then_some(value)
}

fn value(object: &JsonObject) -> Value {
    Value::Object(object.map().clone())
}

fn upper(word: &str) -> Option<String> {
    Some(word.to_uppercase())
}
