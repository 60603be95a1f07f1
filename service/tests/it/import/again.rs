//! Imports into a service that knows some of it already.

use std::path::PathBuf;

use serde_json::{Value, json};
use service::legacy::Table;
use tempfile::TempDir;

use super::FIRST;
use super::databases::{import, import_json, legacy_url};
use super::rows::{held, is_known, ledgers_explain};
use crate::support::TestApp;

both! {
    async fn a_run_after_new_activity_adds_and_overwrites_nothing(app) {
        import(&app, &legacy_url()).await;
        app.pass(3600);
        live(&app, 50).await;
        let before = held(&app.store, FIRST).await;
        app.pass(3600);
        let report = import(&app, &legacy_url()).await;
        let after = held(&app.store, FIRST).await;
        assert!(report.tables.values().all(|tally| tally.written == 0), "{report}");
        assert_eq!(after.user.total_xp, 935);
        assert_eq!(before.user, after.user);
        assert_eq!(before.sessions, after.sessions);
        assert_eq!(before.xp_events, after.xp_events);
        assert_eq!(before.access_events, after.access_events);
    }

    async fn the_opening_balance_of_the_json_store_stays(app) {
        let folder = TempDir::new().unwrap();
        import_json(&app, &json_store(&folder)).await;
        let report = import(&app, &legacy_url()).await;
        let held = held(&app.store, FIRST).await;
        assert_eq!((held.user.total_xp, held.user.level), (3020, 4));
        assert_eq!(held.xp_events.len(), 1);
        assert_eq!(held.sessions[0].session.map().get("chat_state"), Some(&json!("json")));
        assert_eq!(report.tables[&Table::Users].already_there, 1);
        assert_eq!(report.tables[&Table::BotSessions].already_there, 1);
        let stays = "885 XP in this source; the opening balance of 3020 XP stays";
        assert!(report.to_string().contains(stays), "{report}");
        ledgers_explain(&held);
    }

    async fn the_opening_balance_of_the_old_database_stays(app) {
        let folder = TempDir::new().unwrap();
        import(&app, &legacy_url()).await;
        let report = import_json(&app, &json_store(&folder)).await;
        let held = held(&app.store, FIRST).await;
        assert_eq!((held.user.total_xp, held.user.level), (885, 2));
        assert_eq!(held.xp_events.len(), 1);
        assert_ne!(held.sessions[0].session.map().get("chat_state"), Some(&json!("json")));
        assert_eq!(report.tables[&Table::Users].already_there, 1);
        let stays = "3020 XP in this source; the opening balance of 885 XP stays";
        assert!(report.to_string().contains(stays), "{report}");
        ledgers_explain(&held);
    }

    async fn a_user_who_came_first_keeps_what_they_earned_here(app) {
        live(&app, 700).await;
        let report = import(&app, &legacy_url()).await;
        let first = held(&app.store, FIRST).await;
        // 1585 XP are level 3 of the service's table.
        assert_eq!((first.user.total_xp, first.user.level), (1585, 3));
        assert_eq!(first.user.total_trainings, 6);
        assert_eq!(first.user.registration_date.to_string(), "2026-11-22T07:01:41.089086Z");
        assert_eq!(first.user.last_activity, app.now());
        assert_eq!(first.xp_events.len(), 2);
        let kept = first.sessions.iter().find(|session| session.bot_name == "spin_bot").unwrap();
        assert_eq!(kept.session.map().get("chat_state"), Some(&json!("live")));
        assert_eq!(report.tables[&Table::Users].merged, 1);
        assert_eq!(report.tables[&Table::BotSessions].already_there, 1);
        ledgers_explain(&first);
        // The week's board has what was earned in the week.
        let week = app.spin().get("/v1/leaderboard?period=week").await.expect(200);
        assert_eq!(week["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(week["items"][0]["xp"], 700);
        import(&app, &legacy_url()).await;
        assert_eq!(held(&app.store, FIRST).await.xp_events.len(), 2);
    }

    async fn a_balance_of_nothing_does_not_stand_in_the_way(app) {
        let folder = TempDir::new().unwrap();
        let empty = json_file(&folder, &json!({FIRST.to_string(): {}}));
        import_json(&app, &empty).await;
        assert!(held(&app.store, FIRST).await.xp_events.is_empty());
        import(&app, &legacy_url()).await;
        assert_eq!(held(&app.store, FIRST).await.user.total_xp, 885);
    }

    async fn an_erased_user_is_not_imported_again(app) {
        import(&app, &legacy_url()).await;
        app.operator().delete(&format!("/v1/users/{FIRST}")).await.expect(204);
        let report = import(&app, &legacy_url()).await;
        assert!(!is_known(&app.store, FIRST).await);
        assert_eq!(report.tables[&Table::Users].skipped, 1);
        assert_eq!(report.tables[&Table::TrainingHistory].skipped, 6);
    }
}

/// The user comes, earns XP and leaves a session.
async fn live(app: &TestApp, xp: i64) {
    let (user, spin) = (format!("/v1/users/{FIRST}"), app.spin());
    app.user(FIRST).await;
    let (earned, body) = (format!("{user}/xp"), json!({"amount": xp}));
    spin.post(&earned, body).await.expect(200);
    let body = json!({"session": {"chat_state": "live"}, "stats": {}});
    let session = format!("{user}/sessions/spin_bot");
    spin.put(&session, body).await.expect(200);
}

fn json_store(folder: &TempDir) -> PathBuf {
    let entry = json!({
        "session": {"chat_state": "json"}, "stats": {"total_xp": 3020, "current_level": 4}
    });
    json_file(folder, &json!({FIRST.to_string(): entry}))
}

fn json_file(folder: &TempDir, content: &Value) -> PathBuf {
    let file = folder.path().join("users_data.json");
    std::fs::write(&file, content.to_string()).unwrap();
    file
}
