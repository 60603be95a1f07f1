//! Imports of what the old bot left: its own data, and data that it could have left.

#![expect(clippy::unwrap_used, reason = "a test may end like this")]

mod again;
pub(crate) mod databases;
mod rows;
mod source;
mod spoilt;

use serde_json::{Value, json};
use service::domain::bounds::BotName;
use service::legacy::{self, ImportOptions, Remark, Report, Table, Tally};
use tempfile::TempDir;

use self::databases::{
    changed, import, import_json, import_with, legacy_file, legacy_url, old_postgres, open_legacy,
    options, url_of,
};
use self::rows::{compare, held, is_known, ledgers_explain};
use crate::support::TestApp;

/// The first user of the legacy database: 885 XP in `users`.
const FIRST: i64 = 795_425_565;

both! {
    async fn every_row_of_the_old_database_arrives(app) {
        let report = import(&app, &legacy_url()).await;
        assert_eq!(compare(&mut open_legacy().await, &app.store, i64::MAX).await, 120);
        // Read, written and merged; nothing else was to be done.
        assert_eq!(figures(&report), [
            (Table::Users, 120, 120, 0),
            (Table::TrainingUsers, 0, 0, 0),
            (Table::BotSessions, 150, 150, 0),
            (Table::UserBadges, 176, 149, 27),
            (Table::Subscriptions, 54, 54, 0),
            (Table::FreeTrainings, 49, 49, 0),
            (Table::TrainingHistory, 467, 467, 0),
            (Table::Payments, 6, 6, 0),
            (Table::Promocodes, 4, 4, 0),
            (Table::PromocodeUsage, 11, 11, 0),
        ]);
        assert_eq!(notes(&report, Remark::Skipped) + notes(&report, Remark::Changed), 0);
        assert_eq!(notes(&report, Remark::Reactivated), 4);
    }

    async fn every_row_of_the_old_postgres_arrives(app) {
        let url = old_postgres().await.replace("postgres://", "postgresql+asyncpg://");
        let report = import(&app, &url).await;
        let users = compare(&mut open_legacy().await, &app.store, 1 << 31).await;
        assert!(users > 50);
        assert_eq!(report.tables[&Table::Users].written, users as u64);
        assert_eq!(notes(&report, Remark::Skipped) + notes(&report, Remark::Changed), 0);
        // The same rows have the same ids, whichever engine they come from.
        let again = import(&app, &legacy_url()).await;
        let known = again.tables[&Table::TrainingHistory].already_there;
        assert_eq!(known, report.tables[&Table::TrainingHistory].written);
    }

    async fn every_entry_of_the_json_store_arrives(app) {
        let text = std::fs::read_to_string(legacy_file("users_data.json")).unwrap();
        let entries: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
        let report = import_json(&app, &legacy_file("users_data.json")).await;
        let tally = |read, written, skipped| Tally { read, written, skipped, ..Tally::default() };
        assert_eq!(report.tables[&Table::Users], tally(62, 61, 1));
        assert_eq!(report.tables[&Table::BotSessions], tally(61, 61, 0));
        for (key, entry) in entries.iter().filter(|(key, _)| *key != "not_a_number") {
            let held = held(&app.store, key.parse().unwrap()).await;
            let stat = |name: &str, missing| {
                entry.pointer(&format!("/stats/{name}")).map_or(missing, |v| v.as_i64().unwrap())
            };
            assert_eq!(held.user.total_xp, stat("total_xp", 0));
            assert_eq!(held.user.level, stat("current_level", 1));
            assert_eq!(held.user.total_trainings, stat("total_trainings", 0));
            assert_eq!(held.user.total_score, 0);
            let [session] = held.sessions.as_slice() else { panic!("{key}") };
            let part = |name| entry.get(name).cloned().unwrap_or(json!({}));
            assert_eq!(json!([session.session, session.stats]), json!([part("session"), part("stats")]));
            assert_eq!(session.bot_name, "spin_bot");
            ledgers_explain(&held);
        }
        let again = import_json(&app, &legacy_file("users_data.json")).await;
        assert!(again.tables.values().all(|tally| tally.written == 0));
    }

    async fn a_dry_run_says_the_same_and_leaves_nothing(app) {
        let file = legacy_file("users_data.json");
        let bot_name = BotName::new("old_bot").unwrap();
        let real = ImportOptions { bot_name, ..options() };
        let dry = ImportOptions { dry_run: true, ..real.clone() };
        let rehearsed = [
            import_with(&app, &legacy_url(), &dry).await,
            legacy::import_json(&app.store, &file, &dry).await.unwrap(),
        ];
        assert!(!is_known(&app.store, FIRST).await);
        assert!(!app.operator().get("/v1/bots").await.text.contains("old_bot"));
        let done = [
            import_with(&app, &legacy_url(), &real).await,
            legacy::import_json(&app.store, &file, &real).await.unwrap(),
        ];
        assert!(app.operator().get("/v1/bots").await.text.contains("old_bot"));
        for (rehearsed, done) in rehearsed.into_iter().zip(done) {
            assert!(rehearsed.to_string().starts_with("Dry run"));
            assert_eq!(Report { dry_run: false, ..rehearsed }, done);
        }
    }

    async fn the_bots_stats_can_be_trusted_instead_of_users(app) {
        let folder = TempDir::new().unwrap();
        let stats = r#"{"total_xp": 600, "current_level": 3, "total_trainings": 5}"#;
        let change = format!("UPDATE bot_sessions SET stats_data = '{stats}' WHERE id = 1");
        let file = changed(&folder, &change).await;
        let trusting = ImportOptions { trust_stats: true, ..options() };
        let report = import_with(&app, &url_of(&file), &trusting).await;
        let held = held(&app.store, FIRST).await;
        assert_eq!((held.user.total_xp, held.user.level), (600, 3));
        assert_eq!((held.user.total_trainings, held.user.total_score), (5, 885));
        ledgers_explain(&held);
        let text = report.to_string();
        assert!(text.contains("885 XP in users, 600 in the stats; the stats counted"), "{text}");
    }

    /// Nobody knows what the old bot answered: a charge that it recorded is told as it stands.
    async fn an_imported_charge_that_comes_again_is_told_as_it_stands(app) {
        import(&app, &legacy_url()).await;
        for (telegram_id, charge_id, status) in [
            (FIRST, "pay_1_926931973", "pending"),
            (239_586_394, "pay_2_68730469", "completed"),
            (1_836_381_712, "pay_4_302406199", "refunded"),
            (6_927_804_670, "pay_5_591038993", "failed"),
        ] {
            let charge = json!({"provider": "yookassa", "charge_id": charge_id, "tariff": "month",
                "amount": 1, "currency": "RUB"});
            let path = format!("/v1/users/{telegram_id}/payments");
            let told = app.spin().post(&path, charge).await.expect(200);
            assert_eq!((&told["status"], &told["grant"]), (&json!(status), &Value::Null));
        }
    }

    async fn an_imported_channel_bonus_counts_for_every_channel(app) {
        import(&app, &legacy_url()).await;
        assert!(!gets_bonus(&app, "@spin").await);
        assert!(!gets_bonus(&app, "@other").await);
    }

    async fn an_imported_channel_bonus_counts_for_its_channel(app) {
        let of_spin = ImportOptions { channel: Some("@spin".to_owned()), ..options() };
        import_with(&app, &legacy_url(), &of_spin).await;
        assert!(!gets_bonus(&app, "@spin").await);
        assert!(gets_bonus(&app, "@other").await);
    }
}

async fn gets_bonus(app: &TestApp, channel: &str) -> bool {
    let path = format!("/v1/users/{FIRST}/free-trainings");
    let bonus = json!({"count": 2, "source": "channel", "reference": channel});
    let given = app.spin().post(&path, bonus).await;
    assert!(given.status.is_success(), "{}", given.text);
    given.json()["granted"] == true
}

/// What was read, written and merged of each table.
fn figures(report: &Report) -> Vec<(Table, u64, u64, u64)> {
    let tables = report.tables.iter();
    tables.map(|(table, tally)| (*table, tally.read, tally.written, tally.merged)).collect()
}

fn notes(report: &Report, remark: Remark) -> usize {
    let notes = report.notes.iter();
    notes.filter(|note| note.remark == remark).count()
}
