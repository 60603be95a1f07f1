//! What bots share of a user: profile, XP, levels, badges, the boards.

mod support;

use serde_json::json;

both! {
    /// The five examples of the old bot's design document, with their results.
    async fn the_seeds_examples(app) {
        let spin = app.spin();
        let session = "/v1/users/123456/sessions/spin_bot";
        // 1. The session is got, and created with its user at first contact.
        let opened = spin.post(&format!("{session}/open"), json!({"username": "johndoe", "first_name": "John"})).await.expect(200);
        assert_eq!((&opened["session"], &opened["stats"], &opened["version"]), (&json!({}), &json!({}), &json!(1)));
        assert_eq!(opened["user"]["username"], "johndoe");
        // 2. Session and stats are saved.
        let data = json!({
            "session": {"question_count": 6, "clarity_level": 80, "chat_state": "in_progress"},
            "stats": {"total_trainings": 10, "best_score": 185}
        });
        let saved = spin.put(session, data.clone()).await.expect(200);
        assert_eq!((&saved["session"], &saved["stats"], &saved["version"]), (&data["session"], &data["stats"], &json!(2)));
        // 3. The subscription is checked.
        spin.post("/v1/users/123456/subscriptions", json!({"subscription_type": "month"})).await.expect(201);
        let access = spin.get("/v1/users/123456/access").await.expect(200);
        assert_eq!((&access["has_access"], &access["access_type"]), (&json!(true), &json!("subscription")));
        assert_eq!(access["details"], json!({"subscription_type": "month", "end_date": "2026-12-22T12:00:00.000000Z", "days_left": 30}));
        // 4. XP with a level-up.
        let levels = json!([{"level": 1, "min_xp": 0}, {"level": 2, "min_xp": 100}, {"level": 3, "min_xp": 300}]);
        let xp = spin.post("/v1/users/123456/xp", json!({"amount": 150, "levels": levels})).await.expect(200);
        assert_eq!(xp, json!({"leveled_up": true, "old_level": 1, "new_level": 2, "total_xp": 150}));
        // 5. A badge, awarded once.
        let badge = json!({"badge_type": "spin_master", "metadata": {"score": 185, "date": "2025-01-15"}});
        let first = spin.post("/v1/users/123456/badges", badge.clone()).await.expect(201);
        assert_eq!(first["awarded"], true);
        let second = spin.post("/v1/users/123456/badges", badge).await.expect(200);
        assert_eq!(second["awarded"], false);
        assert_eq!(second["badge"], first["badge"]);
    }
}
