//! Somebody who has used everything.

use serde_json::json;

use super::TestApp;

/// Long enough to be in no other number by chance.
pub(crate) const ME: i64 = 7_412_589_630;
pub(crate) const FRIEND: i64 = 5_111_222_333;

pub(crate) fn of(telegram_id: i64, rest: &str) -> String {
    format!("/v1/users/{telegram_id}{rest}")
}

/// Leaves something of the user in every table that there is.
pub(crate) async fn live_a_full_life(app: &TestApp, telegram_id: i64) {
    let (spin, quiz, operator) = (app.spin(), app.quiz(), app.operator());
    let month =
        json!({"title": "A month", "active": true, "subscription_type": "month", "prices": []});
    operator.put("/v1/tariffs/month", month).await.expect(200);
    operator.post("/v1/promocodes", json!({"code": "HELLO", "type": "credits", "value": 2})).await;
    let profile = json!({"username": "johndoe", "first_name": "Джон", "last_name": "Doe", "language_code": "ru"});
    spin.post_once("1", &of(telegram_id, "/sessions/spin_bot/open"), profile).await.expect(200);
    quiz.post(&of(telegram_id, "/sessions/quiz_bot/open"), json!({})).await.expect(200);
    let session = json!({"session": {"me": telegram_id}, "stats": {"name": "johndoe"}});
    spin.put(&of(telegram_id, "/sessions/spin_bot"), session).await.expect(200);
    let steps = [
        ("/xp", json!({"amount": 50, "reason": "for johndoe"})),
        ("/badges", json!({"badge_type": "first", "metadata": {"who": "johndoe"}})),
        ("/subscriptions", json!({"subscription_type": "month"})),
        ("/subscriptions", json!({"subscription_type": "credits", "credits": 3})),
        ("/free-trainings", json!({"source": "channel", "reference": "@spin", "count": 1})),
        (
            "/free-trainings",
            json!({"source": "referral", "reference": FRIEND.to_string(), "count": 2}),
        ),
        ("/promocodes/hello/redeem", json!({})),
        (
            "/payments",
            json!({"provider": "stars", "charge_id": "a", "tariff": "month", "amount": 500,
            "currency": "XTR", "metadata": {"payer": "johndoe"}}),
        ),
        (
            "/payments",
            json!({"provider": "stars", "charge_id": "b", "tariff": "month", "amount": 500,
            "currency": "XTR"}),
        ),
        ("/payments/stars/b/refund", json!({})),
        ("/access/consume", json!({})),
        (
            "/trainings",
            json!({"total_score": 9, "clarity_level": 8, "question_count": 7,
            "per_type_counts": {"problem": 7}, "session_snapshot": {"who": "johndoe"}, "xp": 9}),
        ),
    ];
    for (step, (path, body)) in steps.into_iter().enumerate() {
        let done = spin.post_once(&format!("step {step}"), &of(telegram_id, path), body).await;
        assert!(done.status.is_success(), "{path}: {}", done.text);
    }
    let training =
        json!({"total_score": 1, "clarity_level": 1, "question_count": 1, "per_type_counts": {}});
    quiz.post(&of(telegram_id, "/trainings"), training).await.expect(201);
}

/// Leaves something in every table: of a user who was erased, of one who is there, of the bots and
/// of the catalogues.
pub(crate) async fn fill_every_table(app: &TestApp) {
    let operator = app.operator();
    live_a_full_life(app, ME).await;
    app.spin().delete(&of(ME, "")).await.expect(204);
    live_a_full_life(app, FRIEND).await;
    let badge =
        json!({"titles": {"en": "First", "ru": "Первый"}, "descriptions": {"en": "\\ \t\n|"}});
    operator.put("/v1/badges/first", badge).await.expect(200);
    operator.post("/v1/bots/spin_bot/keys", json!({})).await.expect(201);
    // Numbers that the two databases write differently, and text that has to be escaped for one.
    let odd = json!({"session": {"large": 1e16, "larger": 1.5e300, "small": 5e-324, "exact": 9_007_199_254_740_993_i64,
        "zero": -0.0, "b": {"z": [1.0, 2.50, true, null], "a": "\\N\t\r\n\u{1}'\"🎯"}}, "stats": {}});
    app.spin().put(&of(FRIEND, "/sessions/spin_bot"), odd).await.expect(200);
    let levels =
        json!({"items": [{"level": 1, "min_xp": 0, "title": "\\."}, {"level": 2, "min_xp": 10}]});
    operator.put("/v1/levels", levels).await.expect(200);
}
