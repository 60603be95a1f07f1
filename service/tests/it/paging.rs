//! Lists in pages: every item once, in order, however they are cut.

use std::collections::BTreeSet;

use crate::support::{Answer, TestApp};
use serde_json::{Value, json};

/// How many items each list holds.
const ITEMS: usize = 25;

/// Every list, by which field it is ordered, and whether the highest comes first.
const LISTS: [(&str, &str, bool); 17] = [
    ("/v1/users", "telegram_id", false),
    ("/v1/users?query=user", "telegram_id", false),
    ("/v1/users/1/sessions", "bot_name", false),
    ("/v1/users/1/xp", "created_at", true),
    ("/v1/leaderboard", "xp", true),
    ("/v1/leaderboard?period=week", "xp", true),
    ("/v1/users/1/badges", "badge_type", false),
    ("/v1/users/1/badges?bot_name=spin_bot", "badge_type", false),
    ("/v1/badges", "badge_type", false),
    ("/v1/users/1/subscriptions?active=true", "start_date", true),
    ("/v1/users/1/free-trainings", "created_at", true),
    ("/v1/promocodes", "code", false),
    ("/v1/tariffs", "tariff", false),
    ("/v1/users/1/payments", "created_at", true),
    ("/v1/payments", "created_at", false),
    ("/v1/subscriptions?ending_before=2030-01-01", "end_date", false),
    ("/v1/users/1/trainings", "training_date", true),
];

/// Lists that hold something from the start.
const MORE_LISTS: [(&str, &str, bool); 2] =
    [("/v1/bots", "bot_name", false), ("/v1/bots/spin_bot/keys", "created_at", true)];

/// Fills every list with 25 items, three of each at the same time.
async fn fill(app: &TestApp) {
    let operator = app.operator();
    for n in 1..=25_i64 {
        let name = format!("n{n:02}");
        if n % 3 == 0 {
            app.pass(1);
        }
        operator
            .put(&format!("/v1/users/{n}"), json!({"username": format!("user{n}")}))
            .await
            .expect(201);
        let amount = 10 * (n / 3) + 1; // equal for three users; user 1 comes to 25
        operator.post(&format!("/v1/users/{n}/xp"), json!({"amount": amount})).await.expect(200);
        if n > 1 {
            operator.post("/v1/users/1/xp", json!({"amount": 1})).await.expect(200);
        }
        if n < 24 {
            operator.put(&format!("/v1/bots/{name}"), json!({})).await.expect(201);
        }
        let bot = if n < 24 {
            name.as_str()
        } else if n < 25 {
            "spin_bot"
        } else {
            "quiz_bot"
        };
        operator.post(&format!("/v1/users/1/sessions/{bot}/open"), json!({})).await.expect(200);
        operator.post("/v1/bots/spin_bot/keys", json!({})).await.expect(201);
        operator.put(&format!("/v1/badges/{name}"), json!({"titles": {}})).await.expect(200);
        let code = json!({"code": name, "type": "trainings", "value": 1});
        operator.post("/v1/promocodes", code).await.expect(201);
        let tariff = json!({"title": "A month", "active": true, "subscription_type": "month", "prices": [{"currency": "XTR", "amount": 1}]});
        operator.put(&format!("/v1/tariffs/{name}"), tariff).await.expect(200);
        let spin = app.spin();
        spin.post("/v1/users/1/badges", json!({"badge_type": name})).await.expect(201);
        spin.post("/v1/users/1/free-trainings", json!({"count": 1, "source": "admin"}))
            .await
            .expect(201);
        let charge = json!({"provider": "stars", "charge_id": name, "tariff": name, "amount": 1, "currency": "XTR"});
        spin.post("/v1/users/1/payments", charge).await.expect(201);
        let training = json!({"total_score": n, "clarity_level": 1, "question_count": 1, "per_type_counts": {}});
        spin.post("/v1/users/1/trainings", training).await.expect(201);
    }
}

fn url(list: &str, parameters: &str) -> String {
    let separator = if list.contains('?') { '&' } else { '?' };
    format!("{list}{separator}{parameters}")
}

async fn get(app: &TestApp, list: &str, parameters: &str) -> Answer {
    app.operator().get(&url(list, parameters)).await
}

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().unwrap().clone()
}

/// The pages of a list, walked by cursor.
async fn walk(app: &TestApp, list: &str, limit: usize) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut page = get(app, list, &format!("limit={limit}")).await.expect(200);
    loop {
        pages.push(items(&page));
        let Some(cursor) = page["next_cursor"].as_str() else {
            return pages;
        };
        page = get(app, list, &format!("limit={limit}&cursor={cursor}")).await.expect(200);
    }
}

/// A text that sorts as the value does.
fn sortable(value: &Value) -> String {
    value
        .as_i64()
        .map_or_else(|| value.as_str().unwrap().to_owned(), |number| format!("{number:020}"))
}

both! {
    async fn every_list_can_be_walked_in_pages_of_any_size(app) {
        fill(&app).await;
        for (list, field, descending) in LISTS.into_iter().chain(MORE_LISTS) {
            let whole = get(&app, list, "limit=100").await.expect(200);
            assert_eq!(whole["next_cursor"], Value::Null, "{list}");
            let all = items(&whole);
            assert_eq!(all.len(), ITEMS, "{list}");
            let distinct: BTreeSet<_> = all.iter().map(Value::to_string).collect();
            assert_eq!(distinct.len(), ITEMS, "{list}");
            let mut keys: Vec<_> = all.iter().map(|item| sortable(&item[field])).collect();
            if descending {
                keys.reverse();
            }
            assert!(keys.is_sorted(), "{list}: {keys:?}");
            for limit in [1, 4, 5, 24, 25] {
                let pages = walk(&app, list, limit).await;
                assert_eq!(pages.len(), ITEMS.div_ceil(limit), "{list} by {limit}");
                assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{list} by {limit}");
                assert_eq!(pages.concat(), all, "{list} by {limit}");
            }
            let first = app.operator().get(list).await.expect(200);
            assert_eq!(items(&first), all[..10], "{list}: 10 unless asked otherwise");
        }
    }

    async fn only_a_lists_own_cursors_and_limits_from_1_to_100_are_taken(app) {
        fill(&app).await;
        let mut cursors = Vec::new();
        for (list, ..) in LISTS.into_iter().chain(MORE_LISTS) {
            for parameters in ["limit=0", "limit=101", "limit=-1", "limit=x", "limit=", "limit=1&limit=2", "offset=1"] {
                get(&app, list, parameters).await.expect_problem(422, "validation_failed");
            }
            for cursor in ["x", "!!", "W10", "e30", "bnVsbA", "WyJ4IiwxXQ", "%D0%B6", &"A".repeat(1_999)] {
                get(&app, list, &format!("cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
            }
            let page = get(&app, list, "limit=1").await.expect(200);
            cursors.push((list, page["next_cursor"].as_str().unwrap().to_owned()));
        }
        // A filter makes no other list; the week's board is one.
        let name = |list: &'static str| if list.contains("period") { list } else { list.split('?').next().unwrap() };
        for (list, _) in &cursors {
            for (other, cursor) in &cursors {
                let answer = get(&app, list, &format!("cursor={cursor}")).await;
                if name(list) == name(other) {
                    answer.expect(200);
                } else {
                    answer.expect_problem(400, "invalid_cursor");
                }
            }
        }
    }

    async fn a_bot_pages_through_what_it_may_see(app) {
        fill(&app).await;
        for (list, ..) in LISTS {
            let answer = app.quiz().get(&url(list, "limit=3")).await;
            if ["/v1/users", "/v1/users?query=user", "/v1/promocodes", "/v1/payments"].contains(&list) {
                answer.expect_problem(403, "operator_only");
                continue;
            }
            let shown = items(&answer.expect(200));
            let all = items(&get(&app, list, "limit=100").await.expect(200));
            match list {
                "/v1/users/1/sessions" => assert_eq!(shown, [all[ITEMS - 2].clone()]),
                "/v1/users/1/trainings" => assert_eq!(shown, [] as [Value; 0]),
                _ => assert_eq!(shown, all[..3], "{list}"),
            }
        }
    }

    /// What comes in before the cursor is not seen, and pushes nothing out of its place.
    async fn a_page_goes_on_where_the_last_one_ended_whatever_happened_meanwhile(app) {
        fill(&app).await;
        for (list, change) in [("/v1/users/1/xp", "/v1/users/1/xp"), ("/v1/leaderboard", "/v1/users/2/xp")] {
            let all = items(&get(&app, list, "limit=100").await.expect(200));
            let page = get(&app, list, "limit=9").await.expect(200);
            app.operator().post(change, json!({"amount": 1_000})).await.expect(200);
            let cursor = page["next_cursor"].as_str().unwrap();
            let rest = items(&get(&app, list, &format!("limit=100&cursor={cursor}")).await.expect(200));
            // User 2, who rose to the top, is gone from below.
            let expected: Vec<_> = all[9..].iter().filter(|place| place["telegram_id"] != 2).cloned().collect();
            assert_eq!(rest, expected, "{list}");
        }
    }

    async fn a_shared_rank_is_the_same_on_both_sides_of_a_page(app) {
        fill(&app).await;
        let ranks = |pages: Vec<Vec<Value>>| -> Vec<i64> {
            pages.concat().iter().map(|place| place["rank"].as_i64().unwrap()).collect()
        };
        let expected = [1, 1, 3, 3, 3, 6, 6, 6, 9, 9, 9, 12, 12, 12, 15, 15, 15, 18, 19, 19, 19, 22, 22, 22, 25];
        for list in ["/v1/leaderboard", "/v1/leaderboard?period=week"] {
            for limit in [1, 2, 5, 25] {
                assert_eq!(ranks(walk(&app, list, limit).await), expected, "{list} by {limit}");
            }
        }
    }

    async fn a_cursor_of_a_weeks_board_ends_with_the_week(app) {
        fill(&app).await;
        let list = "/v1/leaderboard?period=week";
        let page = get(&app, list, "limit=1").await.expect(200);
        let parameters = format!("cursor={}", page["next_cursor"].as_str().unwrap());
        get(&app, list, &parameters).await.expect(200);
        app.pass_days(1);
        get(&app, list, &parameters).await.expect_problem(400, "invalid_cursor");
    }

    /// Whatever an item may be called, the page after it can be asked for.
    async fn a_cursor_is_taken_back_after_any_item(app) {
        app.user(1).await;
        let names = ["a\u{1}\"\\&?#/ %", "menu0000", "\\u0000", "ж".repeat(100).as_str(), "🏆".repeat(100).as_str()].map(str::to_owned);
        for name in &names {
            app.spin().post("/v1/users/1/badges", json!({"badge_type": name})).await.expect(201);
        }
        let mut refused = Vec::new();
        let listed = async |list: &str| {
            let all = items(&get(&app, list, "limit=100").await.expect(200));
            let mut refused = Vec::new();
            for n in 1..all.len() {
                let page = get(&app, list, &format!("limit={n}")).await.expect(200);
                let next = get(&app, list, &format!("cursor={}", page["next_cursor"].as_str().unwrap())).await;
                if next.status != 200 || items(&next.json()) != all[n..] {
                    refused.push(format!("{list} after item {n}: {:.120}", next.text));
                }
            }
            refused
        };
        refused.extend(listed("/v1/users/1/badges").await);
        let tariff = json!({"title": "A month", "active": true, "subscription_type": "month", "prices": [{"currency": "XTR", "amount": 1}]});
        app.operator().put("/v1/tariffs/month", tariff).await.expect(200);
        for charge_id in ["🏆".repeat(255), "u0000".to_owned(), "\u{1}".repeat(255)] {
            let charge = json!({"provider": charge_id, "charge_id": charge_id, "tariff": "month", "amount": 1, "currency": "XTR"});
            app.spin().post("/v1/users/1/payments", charge).await.expect(201);
            app.pass(1);
        }
        refused.extend(listed("/v1/users/1/payments").await);
        refused.extend(listed("/v1/payments").await);
        assert_eq!(refused, Vec::<String>::new());
    }
}
