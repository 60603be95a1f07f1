//! Data that the old bot, a hand or a broken disk could have left.

use serde_json::json;
use service::domain::access::SubscriptionType;
use service::legacy::{Remark, Report, Table};
use tempfile::TempDir;

use super::databases::{changed, import, import_json, url_of};
use super::rows::{held, is_known, ledgers_explain};
use crate::support::{Engine, TestApp};

/// The second and third user of the legacy database.
const SECOND: i64 = 239_586_394;
const THIRD: i64 = 1_301_026_917;

/// Whether the report has such a note whose text contains this.
fn says(report: &Report, remark: Remark, table: Table, row: &str, text: &str) -> bool {
    report.notes.iter().any(|note| {
        (note.remark, note.table, note.row.as_str()) == (remark, table, row)
            && note.text.contains(text)
    })
}

const SPOILT: &str = r#"
    UPDATE users SET total_xp = -5, level = 'high', first_name = 'Z' || char(0) || 'oe',
        last_name = replace(hex(zeroblob(200)), '0', 'я'), last_activity = 'yesterday',
        registration_date = '2025-01-15 10:00:00' WHERE id = 2;
    DELETE FROM bot_sessions WHERE user_id = 2;
    DELETE FROM subscriptions WHERE user_id IN (2, 3);
    DELETE FROM free_trainings WHERE user_id IN (2, 3);
    DELETE FROM payments;
    INSERT INTO bot_sessions VALUES
        (1001, 2, 'spin_bot', '{"a": "old"}', '{}', '2025-01-01 00:00:00', '2025-01-01 00:00:00'),
        (1002, 2, 'spin_bot', '{"a": "new\u0000"}', 'null', '2025-01-01 00:00:00', '2025-01-02 00:00:00'),
        (1003, 2, 'Spin Bot', '{}', '{}', '2025-01-01 00:00:00', '2025-01-01 00:00:00'),
        (1004, 2, 'quiz_bot', '[1]', '{}', '2025-01-01 00:00:00', '2025-01-01 00:00:00'),
        (1005, 2, 'cut_bot', '{"a": ', '{}', '2025-01-01 00:00:00', '2025-01-01 00:00:00'),
        (1006, 777777, 'spin_bot', '{}', '{}', '2025-01-01 00:00:00', '2025-01-01 00:00:00'),
        (1007, 2, 'raw_bot', CAST(x'7bff7d' AS TEXT), '{}', '2025-01-01 00:00:00', '2025-01-01 00:00:00');
    INSERT INTO user_badges VALUES
        (1001, 2, 'late', 'spin_bot', '2025-01-02 00:00:00', '{"n": 2}'),
        (1002, 2, 'late', 'quiz_bot', '2025-01-01 00:00:00', 'null'),
        (1003, 2, 'odd', 'Quiz!', '2025-01-01 00:00:00', '"text"');
    INSERT INTO subscriptions VALUES
        (1001, 2, 'YEAR', '2026-01-01 00:00:00', '2027-01-01 00:00:00', 0, 1, NULL, 0, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (1002, 2, 'MONTH', '2026-01-01 00:00:00', '2026-02-01 00:00:00', 0, 0, NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (1003, 2, 'CREDITS', '2026-01-01 00:00:00', NULL, 0, 0, 10, 3, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (1004, 2, 'CREDITS', '2026-01-01 00:00:00', NULL, 1, 0, NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (1005, 2, 'WEEK', '2026-01-01 00:00:00', NULL, 1, 0, NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (1006, 2, 'MONTH', '2026-01-01 00:00:00', '12345-01-01 00:00:00', 1, 0, NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00');
    INSERT INTO free_trainings VALUES
        (1001, 2, 0, 'CHANNEL', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (1002, 2, -1, 'CHANNEL', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
    INSERT INTO payments VALUES
        (1001, 3, 450.5, 'rub', 'yookassa', NULL, 'COMPLETED', 'month', NULL, 'paid in cash', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (1002, 3, 500, 'XTR', 'stars', 'a', 'PENDING', 'month', NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (1003, 3, 500, 'XTR', 'stars', 'a', 'COMPLETED', 'month', NULL, NULL, '2026-01-01 00:00:00', '2026-01-02 00:00:00'),
        (1004, 3, -1, 'RUB', 'yookassa', 'b', 'COMPLETED', 'month', NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00');
    INSERT INTO promocodes VALUES
        (1001, 'hello2024', 'trainings', 1, NULL, 0, NULL, '2026-01-01 00:00:00'),
        (1002, 'GIFT', 'house', 1, NULL, 0, NULL, '2026-01-01 00:00:00');
    INSERT INTO promocode_usage VALUES (1001, 3, 1002, '2026-01-01 00:00:00');
    INSERT INTO users VALUES
        (100001, -7, NULL, NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00', 1, 1, 1, 1);
    INSERT INTO training_history VALUES
        (100001, 100001, -7, '2026-01-01 00:00:00', NULL, 1, 1, 1, 1, NULL, NULL, NULL, '2026-01-01 00:00:00');
    INSERT INTO training_users VALUES
        (1, 239586394, NULL, NULL, NULL, '2024-01-01 00:00:00', '2024-01-01 00:00:00', '{}', '{}', '2024-01-01 00:00:00', '2024-01-01 00:00:00'),
        (2, 42, 'old', 'Old', NULL, '2024-01-01 00:00:00', '2024-02-01 00:00:00', '{"s": 1}', '{"total_xp": 70, "total_trainings": 1.5}', '2024-01-01 00:00:00', '2024-01-01 00:00:00');
"#;

both! {
    async fn spoilt_rows_are_reported_and_stop_nobody(app) {
        use Remark::{Changed, Merged, Reactivated, Skipped};
        let folder = TempDir::new().unwrap();
        let file = changed(&folder, SPOILT).await;
        let report = import(&app, &url_of(&file)).await;
        for (remark, table, row, text) in [
            (Changed, Table::Users, "2", "total_xp was -5, 0 was taken"),
            (Changed, Table::Users, "2", "level was high, 1 was taken"),
            (Changed, Table::Users, "2", "NUL was taken out of first_name"),
            (Changed, Table::Users, "2", "last_name was cut to 255 characters"),
            (Changed, Table::Users, "2", "last_activity \"yesterday\" is no time"),
            (Skipped, Table::Users, "100001", "telegram_id -7 is not from 1 to 2^63-1"),
            (Skipped, Table::TrainingHistory, "100001", "no user with the id 100001"),
            (Merged, Table::BotSessions, "1001", "row 1002 was kept"),
            (Changed, Table::BotSessions, "1002", "NUL was taken out of session_data"),
            (Skipped, Table::BotSessions, "1003", "bot_name \"Spin Bot\" must be"),
            (Skipped, Table::BotSessions, "1004", "session_data is JSON, but no object"),
            (Skipped, Table::BotSessions, "1005", "session_data is no readable JSON"),
            (Skipped, Table::BotSessions, "1006", "no user with the id 777777"),
            (Skipped, Table::BotSessions, "1007", "session_data is no text in UTF-8"),
            (Merged, Table::UserBadges, "1001", "row 1002 was kept"),
            (Changed, Table::UserBadges, "1003", "earned_in_bot \"Quiz!\" must be"),
            (Changed, Table::UserBadges, "1003", "badge_metadata is JSON, but no object"),
            (Reactivated, Table::Subscriptions, "1001", "a plan until 2027-01-01"),
            (Reactivated, Table::Subscriptions, "1003", "3 credits"),
            (Skipped, Table::Subscriptions, "1005", "subscription_type \"WEEK\" is not known"),
            (Skipped, Table::Subscriptions, "1006", "end_date \"12345-01-01 00:00:00\" is no time"),
            (Changed, Table::FreeTrainings, "1002", "trainings_left was -1, 0 was taken"),
            (Changed, Table::Payments, "1001", "payment_metadata is no readable JSON"),
            (Merged, Table::Payments, "1002", "row 1003 was kept"),
            (Skipped, Table::Payments, "1004", "amount -1 is no amount of RUB"),
            (Merged, Table::Promocodes, "1001", "the same code"),
            (Skipped, Table::Promocodes, "1002", "type \"house\" is not known"),
            (Skipped, Table::PromocodeUsage, "1001", "no promo code with the id 1002"),
            (Merged, Table::TrainingUsers, "1", "row in users was kept"),
            (Changed, Table::TrainingUsers, "2", "total_trainings of the stats was 1.5, 0 was taken"),
        ] {
            assert!(
                says(&report, remark, table, row, text),
                "{table} {row}: {text} in\n{report}"
            );
        }
        check_second_user(&app).await;
        check_others(&app).await;
        let again = import(&app, &url_of(&file)).await;
        assert!(
            again.tables.values().all(|tally| tally.written == 0),
            "{again}"
        );
    }
}

async fn check_second_user(app: &TestApp) {
    let second = held(&app.store, SECOND).await;
    assert_eq!((second.user.total_xp, second.user.level), (0, 1));
    assert_eq!(second.user.first_name.as_deref(), Some("Zoe"));
    assert_eq!(second.user.last_name.map(|name| name.chars().count()), Some(255));
    assert_eq!(second.user.last_activity, second.user.registration_date);
    let [session] = second.sessions.as_slice() else { panic!("{:?}", second.sessions) };
    assert_eq!(json!([session.session, session.stats]), json!([{"a": "new"}, {}]));
    let badge = |name| second.badges.iter().find(|badge| badge.badge_type == name).unwrap();
    assert_eq!(badge("late").earned_in_bot.as_deref(), Some("quiz_bot"));
    assert_eq!(badge("late").metadata, None);
    assert_eq!(badge("odd").earned_in_bot, None);
    assert_eq!(json!(badge("odd").metadata), json!({"text": "\"text\""}));
    let mut live: Vec<_> = second.subscriptions.iter().filter(|s| s.is_active).collect();
    live.sort_by_key(|subscription| subscription.credits_left);
    assert_eq!(live.len(), 2);
    assert_eq!(live[0].subscription_type, SubscriptionType::Year);
    assert_eq!((live[0].credits_left, live[0].auto_renew), (None, true));
    assert_eq!(live[1].credits_left, Some(3));
    assert_eq!(second.subscriptions.len(), 4);
    assert_eq!(second.free_trainings.len(), 2);
}

async fn check_others(app: &TestApp) {
    let third = held(&app.store, THIRD).await;
    let mut payments: Vec<_> = third.payments.iter().map(|payment| json!(payment)).collect();
    payments.sort_by_key(|payment| payment["charge_id"].to_string());
    assert_eq!(payments.len(), 2);
    assert_eq!(payments[0]["status"], "completed");
    assert_eq!(payments[0]["amount"], 500);
    assert_eq!(payments[1]["charge_id"], "legacy:1001");
    assert_eq!(payments[1]["amount"], 45_050);
    assert_eq!(payments[1]["currency"], "RUB");
    assert_eq!(payments[1]["metadata"], json!({"text": "paid in cash"}));
    let older = held(&app.store, 42).await;
    assert_eq!(older.user.total_xp, 70);
    assert_eq!(older.user.registration_date.day(), "2024-01-01");
    assert_eq!(json!(older.sessions[0].session), json!({"s": 1}));
    ledgers_explain(&older);
}

#[tokio::test]
async fn missing_tables_and_columns_count_as_empty() {
    let folder = TempDir::new().unwrap();
    let file = changed(
        &folder,
        "
        DROP TABLE payments; DROP TABLE promocode_usage; DROP TABLE promocodes;
        ALTER TABLE users DROP COLUMN last_activity;
        ALTER TABLE users DROP COLUMN total_score;
        ALTER TABLE training_history DROP COLUMN contextual_questions;
        ALTER TABLE user_badges DROP COLUMN badge_metadata;
        CREATE TABLE given AS SELECT id, trainings_left, source FROM free_trainings;
        DROP TABLE free_trainings; ALTER TABLE given RENAME TO free_trainings;
    ",
    )
    .await;
    let app = TestApp::start(Engine::Sqlite).await;
    let report = import(&app, &url_of(&file)).await;
    assert_eq!(report.tables[&Table::Users].written, 120);
    assert_eq!(report.tables[&Table::TrainingHistory].written, 467);
    assert_eq!(report.tables[&Table::Payments].read, 0);
    assert_eq!(report.tables[&Table::FreeTrainings].skipped, 49);
    let second = held(&app.store, SECOND).await;
    assert_eq!(second.user.total_score, 0);
    assert_eq!(second.user.last_activity, second.user.registration_date);
}

#[tokio::test]
async fn a_users_rows_are_found_without_the_users_table() {
    let folder = TempDir::new().unwrap();
    let file = changed(&folder, "DROP TABLE users").await;
    let app = TestApp::start(Engine::Sqlite).await;
    let report = import(&app, &url_of(&file)).await;
    assert_eq!(report.tables[&Table::TrainingHistory].skipped, 467);
    assert!(report.tables.values().all(|tally| tally.read == tally.skipped + tally.written));
}

both! {
    async fn bad_entries_of_the_json_store_stop_nobody(app) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("users_data.json");
        std::fs::write(
        &file,
        r#"{
        "0": {}, "-5": {}, "9223372036854775808": {}, "x": {}, "": {},
        "1": null, "2": [], "3": {"session": [1]}, "4": {"session": {"a": "\ud83d"}},
        "5": {"session": null, "stats": {"total_xp": -3, "current_level": "two"}},
        "6": {"session": {"a\u0000": "b\u0000"}, "stats": {"total_score": 9,
              "last_training_date": "2025-01-15T10:00:00"}},
        "7": {"session": {"first": 1}}, "007": {"session": {"second": 1}},
        "9223372036854775807": {"stats": {"total_xp": 5}}
    }"#,
    )
    .unwrap();
        let report = import_json(&app, &file).await;
        let users = report.tables[&Table::Users];
        assert_eq!(
            (users.read, users.written, users.merged, users.skipped),
            (14, 4, 1, 9)
        );
        for (key, text) in [
            ("0", "the key must be from 1"),
            ("-5", "the key must be from 1"),
            ("9223372036854775808", "the key is no telegram id"),
            ("x", "the key is no telegram id"),
            ("1", "the entry is null"),
            ("2", "is JSON, but no object"),
            ("3", "session is no object"),
            ("4", "is no readable JSON"),
        ] {
            assert!(
                says(&report, Remark::Skipped, Table::Users, key, text),
                "{key} in {report}"
            );
            assert!(!matches!(key.parse(), Ok(id) if id > 0 && is_known(&app.store, id).await));
        }
        assert!(says(
            &report,
            Remark::Changed,
            Table::Users,
            "5",
            "total_xp of the stats was -3"
        ));
        let fifth = held(&app.store, 5).await;
        assert_eq!((fifth.user.total_xp, fifth.user.level), (0, 1));
        let sixth = held(&app.store, 6).await;
        assert_eq!(json!(sixth.sessions[0].session), json!({"a": "b"}));
        assert_eq!(sixth.user.total_score, 9);
        assert_eq!(sixth.user.last_activity.day(), "2025-01-15");
        let seventh = held(&app.store, 7).await;
        assert_eq!(json!(seventh.sessions[0].session), json!({"first": 1}));
        assert_eq!(held(&app.store, i64::MAX).await.user.total_xp, 5);
    }
}
