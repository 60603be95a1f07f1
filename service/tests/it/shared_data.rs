//! What bots share of a user: profile, XP, levels, badges, the boards.

use crate::support::TestApp;
use serde_json::{Value, json};

const NOON: &str = "2026-11-22T12:00:00.000000Z";

/// A user right after first contact, but for these fields.
fn user(telegram_id: i64, fields: &Value) -> Value {
    let mut user = json!({
        "telegram_id": telegram_id, "username": null, "first_name": null, "last_name": null,
        "language_code": null, "leaderboard_hidden": false, "total_xp": 0, "level": 1,
        "total_trainings": 0, "total_score": 0, "registration_date": NOON, "last_activity": NOON
    });
    for (field, value) in fields.as_object().unwrap() {
        user[field] = value.clone();
    }
    user
}

async fn add_xp(app: &TestApp, telegram_id: i64, amount: i64) -> Value {
    let path = format!("/v1/users/{telegram_id}/xp");
    app.operator().post(&path, json!({"amount": amount})).await.expect(200)
}

/// The places of the board as `[rank, telegram_id, xp]`.
async fn board(app: &TestApp, query: &str) -> Value {
    let page = app.spin().get(&format!("/v1/leaderboard{query}")).await.expect(200);
    assert_eq!(page["next_cursor"], Value::Null);
    let place = |place: &Value| json!([place["rank"], place["telegram_id"], place["xp"]]);
    page["items"].as_array().unwrap().iter().map(place).collect()
}

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

    async fn a_user_is_created_once_and_absent_fields_are_kept(app) {
        let path = "/v1/users/7";
        app.spin().get(path).await.expect_problem(404, "user_not_found");
        let created = app.spin().put(path, json!({"username": "ann", "first_name": "Ann"})).await.expect(201);
        assert_eq!(created, user(7, &json!({"username": "ann", "first_name": "Ann"})));
        // Another bot adds what it knows, and clears what is no longer so.
        app.pass(60);
        let profile = json!({"username": null, "last_name": "Lee", "language_code": "pt-br", "leaderboard_hidden": true});
        let updated = app.quiz().put(path, profile).await.expect(200);
        let expected = user(7, &json!({
            "first_name": "Ann", "last_name": "Lee", "language_code": "pt-br", "leaderboard_hidden": true
        }));
        assert_eq!(updated, expected);
        assert_eq!(app.spin().put(path, json!({})).await.expect(200), expected);
        assert_eq!(app.operator().get(path).await.expect(200), expected);
    }

    async fn what_is_no_user_is_refused(app) {
        for telegram_id in ["0", "-1", "9223372036854775808", "abc", "1.5"] {
            let path = format!("/v1/users/{telegram_id}");
            app.spin().put(&path, json!({})).await.expect_problem(422, "validation_failed");
        }
        for (body, field) in [
            (json!({"username": "x".repeat(256)}), "username"),
            (json!({"first_name": 1}), "first_name"),
            (json!({"last_name": "a\0b"}), ""),
            (json!({"leaderboard_hidden": "yes"}), "leaderboard_hidden"),
            (json!({"nickname": "x"}), "nickname"),
            (json!(["ann"]), ""),
            (json!(null), ""),
        ] {
            let problem = app.spin().put("/v1/users/7", body.clone()).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field, "{body}");
        }
        app.spin().get("/v1/users/7").await.expect_problem(404, "user_not_found");
        let largest = "/v1/users/9223372036854775807";
        let created = app.spin().put(largest, json!({"username": "ж".repeat(255)})).await.expect(201);
        assert_eq!(app.spin().get(largest).await.expect(200), created);
    }

    async fn operators_find_users_by_part_of_a_name_or_by_id(app) {
        for (telegram_id, profile) in [
            (11, json!({"username": "johndoe", "first_name": "John"})),
            (12, json!({"first_name": "Жанна", "last_name": "Д'Арк"})),
            (13, json!({"username": "per_cent"})),
            (14, json!({"username": "percent", "first_name": "100%"})),
        ] {
            app.spin().put(&format!("/v1/users/{telegram_id}"), profile).await.expect(201);
        }
        for (query, found) in [
            ("", vec![11, 12, 13, 14]),
            ("?query=", vec![11, 12, 13, 14]),
            ("?query=HND", vec![11]),
            ("?query=%D0%96%D0%90%D0%9D", vec![12]), // ЖАН
            ("?query=r_c", vec![13]),
            ("?query=%25", vec![14]),
            ("?query=13", vec![13]),
            ("?query=%5C", vec![]),
            ("?query=1", vec![14]),
        ] {
            let page = app.operator().get(&format!("/v1/users{query}")).await.expect(200);
            let ids: Vec<_> = page["items"].as_array().unwrap().iter().map(|user| user["telegram_id"].clone()).collect();
            assert_eq!(ids, found, "{query}");
        }
        app.spin().get("/v1/users").await.expect_problem(403, "operator_only");
    }

    async fn an_invitation_counts_once_and_before_the_first_training(app) {
        for telegram_id in [1, 2, 3] {
            app.user(telegram_id).await;
        }
        let put = async |telegram_id, referrer| {
            app.spin().put(&format!("/v1/users/{telegram_id}/referrer"), json!({"referrer": referrer})).await
        };
        put(9, 1).await.expect_problem(404, "user_not_found");
        put(1, 1).await.expect_problem(409, "referrer_refused");
        assert_eq!(put(1, 2).await.expect(200), user(1, &json!({})));
        put(1, 2).await.expect(200);
        put(1, 3).await.expect_problem(409, "referrer_refused");
        let training = json!({"total_score": 1, "clarity_level": 1, "question_count": 1, "per_type_counts": {}});
        app.spin().post("/v1/users/2/trainings", training).await.expect(201);
        put(2, 3).await.expect_problem(409, "referrer_refused");
        let referrers = [1, 2].map(|telegram_id| format!("/v1/users/{telegram_id}/export"));
        assert_eq!(app.spin().get(&referrers[0]).await.expect(200)["referrer"], 2);
        assert_eq!(app.spin().get(&referrers[1]).await.expect(200)["referrer"], Value::Null);
    }

    async fn xp_of_all_bots_adds_up_and_every_change_is_explained(app) {
        app.user(1).await;
        let (spin, quiz, operator) = (app.spin(), app.quiz(), app.operator());
        let xp = "/v1/users/1/xp";
        for (caller, body, answer) in [
            (&spin, json!({"amount": 500, "reason": "training"}), json!([false, 1, 1, 500])),
            (&quiz, json!({"amount": 1}), json!([true, 1, 2, 501])),
            (&operator, json!({"amount": 1_000_000, "bot_name": "spin_bot"}), json!([true, 2, 5, 1_000_501])),
            (&operator, json!({"amount": -1_000_000, "reason": "a mistake"}), json!([false, 5, 5, 501])),
            (&operator, json!({"amount": -1_000}), json!([false, 5, 5, 0])),
        ] {
            app.pass(1);
            let added = caller.post(xp, body).await.expect(200);
            let fields = ["leveled_up", "old_level", "new_level", "total_xp"].map(|field| added[field].clone());
            assert_eq!(json!(fields), answer);
        }
        assert_eq!(spin.get("/v1/users/1").await.expect(200), user(1, &json!({"level": 5})));
        let mut page = spin.get(xp).await.expect(200);
        for event in page["items"].as_array_mut().unwrap() {
            assert!(event.as_object_mut().unwrap().remove("id").is_some());
        }
        let at = |second: i64| format!("2026-11-22T12:00:0{second}.000000Z");
        let event = |second, amount: i64, reason: Option<&str>, bot_name: Option<&str>, total: i64, level: i64| json!({
            "amount": amount, "reason": reason, "bot_name": bot_name, "total_after": total,
            "level_after": level, "created_at": at(second)
        });
        let expected = json!([
            event(5, -501, None, None, 0, 5),
            event(4, -1_000_000, Some("a mistake"), None, 501, 5),
            event(3, 1_000_000, None, Some("spin_bot"), 1_000_501, 5),
            event(2, 1, None, Some("quiz_bot"), 501, 2),
            event(1, 500, Some("training"), Some("spin_bot"), 500, 1),
        ]);
        assert_eq!(page, json!({"items": expected, "next_cursor": null}));
    }

    async fn xp_that_cannot_be_is_refused(app) {
        app.user(1).await;
        let too_many = vec![json!({"level": 1, "min_xp": 0}); 1_001];
        let bodies = vec![
            json!({}),
            json!({"amount": 0}),
            json!({"amount": -1}),
            json!({"amount": 1_000_001}),
            json!({"amount": 1.5}),
            json!({"amount": "1"}),
            json!({"amount": 1, "bot_name": "quiz_bot"}),
            json!({"amount": 1, "reason": "x".repeat(256)}),
            json!({"amount": 1, "levels": [{"level": 0, "min_xp": 0}]}),
            json!({"amount": 1, "levels": [{"level": 1, "min_xp": -1}]}),
            json!({"amount": 1, "levels": too_many}),
            json!({"amount": 1, "levels": [[1, 0]]}),
            json!([1, null, [], null]),
        ];
        let mut accepted = Vec::new();
        for body in bodies {
            let answer = app.spin().post("/v1/users/1/xp", body.clone()).await;
            if answer.status != 422 {
                accepted.push(format!("{:.60}: {}", body.to_string(), answer.status));
            }
        }
        assert_eq!(accepted, Vec::<String>::new());
        app.operator().post("/v1/users/1/xp", json!({"amount": 0})).await.expect_problem(422, "validation_failed");
        assert_eq!(app.spin().get("/v1/users/1/xp").await.expect(200)["items"], json!([]));
        for path in ["xp", "rank"] {
            app.spin().get(&format!("/v1/users/2/{path}")).await.expect_problem(404, "user_not_found");
        }
        app.spin().post("/v1/users/2/xp", json!({"amount": 1})).await.expect_problem(404, "user_not_found");
    }

    async fn the_level_is_read_from_the_table_sent_else_the_services_else_a_formula(app) {
        let sent = json!([{"level": 7, "min_xp": 60}, {"level": 2, "min_xp": 50}]);
        // Each user starts anew: the amount, the table sent, and the level.
        for (telegram_id, (amount, levels, level)) in (1..).zip([
            (49, &sent, 1),
            (50, &sent, 2),
            (60, &sent, 7),
            (500, &json!([]), 1),
            (501, &json!([]), 2),
            (1_501, &json!([]), 3),
            (3_001, &json!([]), 4),
            (5_000, &json!([]), 4),
            (5_001, &json!([]), 5),
        ]) {
            app.user(telegram_id).await;
            let body = json!({"amount": amount, "levels": levels});
            let added = app.spin().post(&format!("/v1/users/{telegram_id}/xp"), body).await.expect(200);
            assert_eq!(added["new_level"], level, "{amount} {levels}");
        }
        // Level 7 by a table of a bot's own stays, though the service's knows only five.
        assert_eq!(add_xp(&app, 3, 1).await, json!({"leveled_up": false, "old_level": 7, "new_level": 7, "total_xp": 61}));
        app.operator().put("/v1/levels", json!({"items": []})).await.expect(200);
        for (telegram_id, amount, level) in [(21, 99, 1), (22, 100, 2), (23, 9_900, 100), (24, 1_000_000, 100)] {
            app.user(telegram_id).await;
            assert_eq!(add_xp(&app, telegram_id, amount).await["new_level"], level);
        }
    }

    async fn the_level_table_is_an_operators_to_replace(app) {
        let level = |level: i64, min_xp: i64| json!({"level": level, "min_xp": min_xp, "title": null});
        let first = [level(1, 0), level(2, 501), level(3, 1501), level(4, 3001), level(5, 5001)];
        assert_eq!(app.spin().get("/v1/levels").await.expect(200), json!({"items": first}));
        let unsorted = json!({"items": [{"level": 2, "min_xp": 10, "title": "Продавец"}, {"level": 1, "min_xp": 0}]});
        app.spin().put("/v1/levels", unsorted.clone()).await.expect_problem(403, "operator_only");
        let sorted = json!({"items": [level(1, 0), {"level": 2, "min_xp": 10, "title": "Продавец"}]});
        assert_eq!(app.operator().put("/v1/levels", unsorted).await.expect(200), sorted);
        for items in [
            json!([level(1, 0), level(1, 5)]),
            json!([level(1, 5), level(2, 5)]),
            json!([level(1, 9), level(2, 5)]),
            json!([level(0, 9)]),
            json!([level(1_001, 9)]),
        ] {
            app.operator().put("/v1/levels", json!({"items": items})).await.expect_problem(422, "validation_failed");
        }
        assert_eq!(app.quiz().get("/v1/levels").await.expect(200), sorted);
    }

    async fn a_badge_is_earned_once_in_whichever_bot(app) {
        app.user(1).await;
        let badges = "/v1/users/1/badges";
        let master = json!({"badge_type": "master", "earned_in_bot": "spin_bot", "earned_at": NOON, "metadata": {"score": 1}});
        let award = json!({"badge_type": "master", "metadata": {"score": 1}});
        let first = app.spin().post(badges, award).await.expect(201);
        assert_eq!(first, json!({"awarded": true, "badge": master}));
        app.pass(60);
        let again = json!({"badge_type": "master", "metadata": {"score": 2}});
        for caller in [app.quiz(), app.spin(), app.operator()] {
            assert_eq!(caller.post(badges, again.clone()).await.expect(200), json!({"awarded": false, "badge": master}));
        }
        // A type that no catalogue knows, from another bot and from nobody's.
        app.quiz().post(badges, json!({"badge_type": "🏆 любая"})).await.expect(201);
        app.operator().post(badges, json!({"badge_type": "gift"})).await.expect(201);
        let later = "2026-11-22T12:01:00.000000Z";
        let gift = json!({"badge_type": "gift", "earned_in_bot": null, "earned_at": later, "metadata": null});
        let other = json!({"badge_type": "🏆 любая", "earned_in_bot": "quiz_bot", "earned_at": later, "metadata": null});
        for (query, expected) in [
            ("", json!([gift, master, other])),
            ("?bot_name=spin_bot", json!([master])),
            ("?bot_name=quiz_bot", json!([other])),
            ("?bot_name=ghost_bot", json!([])),
        ] {
            let page = app.quiz().get(&format!("{badges}{query}")).await.expect(200);
            assert_eq!(page, json!({"items": expected, "next_cursor": null}), "{query}");
        }
        let opened = app.quiz().post("/v1/users/1/sessions/quiz_bot/open", json!({})).await.expect(200);
        assert_eq!(opened["badges"], json!([gift, master, other]));
        for body in [json!({}), json!({"badge_type": ""}), json!({"badge_type": "x".repeat(101)})] {
            app.spin().post(badges, body).await.expect_problem(422, "validation_failed");
        }
        app.spin().post("/v1/users/2/badges", json!({"badge_type": "x"})).await.expect_problem(404, "user_not_found");
        app.spin().get("/v1/users/2/badges").await.expect_problem(404, "user_not_found");
    }

    async fn the_catalogue_says_what_badges_mean(app) {
        let master = json!({
            "badge_type": "master", "titles": {"en": "Master", "ru": "Мастер"},
            "descriptions": {"en": "221 points"}, "icon": "🏆"
        });
        let entry = json!({"titles": {"en": "Master", "ru": "Мастер"}, "descriptions": {"en": "221 points"}, "icon": "🏆"});
        let operator = app.operator();
        app.spin().put("/v1/badges/master", entry.clone()).await.expect_problem(403, "operator_only");
        app.spin().delete("/v1/badges/master").await.expect_problem(403, "operator_only");
        operator.delete("/v1/badges/master").await.expect_problem(404, "badge_not_found");
        operator.put("/v1/badges/master", json!({"titles": {}})).await.expect(200);
        assert_eq!(operator.put("/v1/badges/master", entry).await.expect(200), master);
        let first = operator.put("/v1/badges/first%20steps", json!({"titles": {"en": "First steps"}})).await.expect(200);
        assert_eq!(first, json!({"badge_type": "first steps", "titles": {"en": "First steps"}, "descriptions": {}, "icon": null}));
        assert_eq!(app.spin().get("/v1/badges").await.expect(200), json!({"items": [first, master], "next_cursor": null}));
        // Who earned it keeps it when it leaves the catalogue.
        app.user(1).await;
        app.spin().post("/v1/users/1/badges", json!({"badge_type": "master"})).await.expect(201);
        operator.delete("/v1/badges/master").await.expect(204);
        assert_eq!(app.spin().get("/v1/badges").await.expect(200)["items"], json!([first]));
        assert_eq!(app.spin().get("/v1/users/1/badges").await.expect(200)["items"][0]["badge_type"], "master");
    }

    async fn the_board_ranks_by_xp_and_then_by_who_was_first(app) {
        for (telegram_id, amounts) in [(5, vec![60, 40]), (4, vec![100]), (3, vec![100]), (2, vec![200]), (6, vec![])] {
            app.user(telegram_id).await;
            app.pass(if telegram_id == 3 { 0 } else { 1 }); // 4 and 3 reach 100 at once
            for amount in amounts {
                add_xp(&app, telegram_id, amount).await;
            }
        }
        assert_eq!(board(&app, "").await, json!([[1, 2, 200], [2, 5, 100], [2, 3, 100], [2, 4, 100], [5, 6, 0]]));
        assert_eq!(board(&app, "?period=all").await, board(&app, "").await);
        // Who is hidden is left out of the board, and still counts for the rank.
        app.spin().put("/v1/users/2", json!({"leaderboard_hidden": true, "username": "x"})).await.expect(200);
        assert_eq!(board(&app, "").await, json!([[1, 5, 100], [1, 3, 100], [1, 4, 100], [4, 6, 0]]));
        for (telegram_id, rank, xp) in [(2, 1, 200), (3, 2, 100), (4, 2, 100), (5, 2, 100), (6, 5, 0)] {
            let answer = app.quiz().get(&format!("/v1/users/{telegram_id}/rank")).await.expect(200);
            assert_eq!(answer, json!({"rank": rank, "total_users": 5, "total_xp": xp}));
        }
        let name = "V \"\\\u{1}\n\u{2028}🏆";
        app.spin().put("/v1/users/5", json!({"username": "five", "first_name": name})).await.expect(200);
        let page = app.spin().get("/v1/leaderboard?limit=1").await.expect(200);
        let place = json!({"rank": 1, "telegram_id": 5, "username": "five", "first_name": name, "level": 1, "xp": 100});
        assert_eq!(page["items"], json!([place]));
        app.spin().get("/v1/leaderboard?period=month").await.expect_problem(422, "validation_failed");
    }

    /// Nothing was reached by taking from nobody's nothing.
    async fn a_deduction_that_takes_nothing_costs_no_place(app) {
        for telegram_id in [1, 2] {
            app.user(telegram_id).await;
            app.pass(1);
        }
        assert_eq!(add_xp(&app, 1, -5).await["total_xp"], 0);
        assert_eq!(board(&app, "").await, json!([[1, 1, 0], [1, 2, 0]]));
    }

    async fn the_weeks_board_starts_anew_on_monday_in_utc(app) {
        for telegram_id in [1, 2, 3] {
            app.user(telegram_id).await;
        }
        add_xp(&app, 1, 300).await;
        add_xp(&app, 2, 100).await;
        app.pass(12 * 60 * 60 - 1); // Sunday, 23:59:59
        add_xp(&app, 2, 50).await;
        assert_eq!(board(&app, "?period=week").await, json!([[1, 1, 300], [2, 2, 150]]));
        app.pass(1);
        assert_eq!(board(&app, "?period=week").await, json!([]));
        add_xp(&app, 2, 10).await;
        add_xp(&app, 3, 10).await;
        add_xp(&app, 1, -5).await; // who only loses is not on it
        assert_eq!(board(&app, "?period=week").await, json!([[1, 2, 10], [1, 3, 10]]));
        assert_eq!(board(&app, "").await, json!([[1, 1, 295], [2, 2, 160], [3, 3, 10]]));
        app.spin().put("/v1/users/2", json!({"leaderboard_hidden": true})).await.expect(200);
        assert_eq!(board(&app, "?period=week").await, json!([[1, 3, 10]]));
    }
}
