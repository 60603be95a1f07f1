//! Erasing a user, the export before it, and who invited whom.

use std::collections::BTreeMap;

use crate::support::TestApp;
use crate::support::life::{FRIEND, ME, live_a_full_life, of};
use crate::support::rows::dump;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// The tables in which some row says one of these words, with how many do.
async fn that_name(app: &TestApp, words: &[&str]) -> BTreeMap<String, usize> {
    let says = |row: &&String| words.iter().any(|word| row.contains(word));
    let count = |(table, rows): (String, Vec<String>)| (table, rows.iter().filter(says).count());
    dump(&app.url).await.into_iter().map(count).filter(|(_, count)| *count > 0).collect()
}

both! {
    async fn erasing_leaves_no_row_that_names_the_user(app) {
        let spin = app.spin();
        app.user(FRIEND).await;
        spin.put(&of(FRIEND, "/referrer"), json!({"referrer": ME})).await.expect(200);
        let reward = json!({"source": "referral", "reference": ME.to_string(), "count": 2});
        spin.post(&of(FRIEND, "/free-trainings"), reward).await.expect(201);
        let friend_before = spin.get(&of(FRIEND, "")).await.expect(200);
        spin.put(&of(ME, ""), json!({})).await.expect(201);
        spin.put(&of(ME, "/referrer"), json!({"referrer": FRIEND})).await.expect(200);
        live_a_full_life(&app, ME).await;
        let names: &[&str] = &[&ME.to_string(), "johndoe", "Джон"];
        let tables = that_name(&app, names).await;
        assert_eq!(tables.keys().collect::<Vec<_>>(), ["access_events", "activity_days", "bot_sessions",
            "free_trainings", "idempotency_keys", "payments", "promocode_usage", "subscriptions",
            "training_history", "user_badges", "users", "xp_events", "xp_periods"]);

        // Any bot may erase.
        let erased = app.quiz().delete(&of(ME, "")).await;
        assert_eq!((erased.status.as_u16(), erased.text.as_str()), (204, ""));
        assert_eq!(that_name(&app, names).await, BTreeMap::new());
        for path in ["", "/access", "/sessions", "/export", "/payments", "/xp"] {
            spin.get(&of(ME, path)).await.expect_problem(404, "user_not_found");
        }
        spin.delete(&of(ME, "")).await.expect_problem(404, "user_not_found");

        // Payments stay without the user; what others have stays theirs.
        let tables = dump(&app.url).await;
        assert_eq!((tables["erased_payments"].len(), tables["payments"].len()), (2, 0));
        assert_eq!(spin.get(&of(FRIEND, "")).await.expect(200), friend_before);
        let export = spin.get(&of(FRIEND, "/export")).await.expect(200);
        assert_eq!((&export["referrer"], &export["free_trainings"][0]["trainings_left"]), (&json!(null), &json!(2)));
    }

    /// The answers that are kept for repeats are rows as well.
    async fn a_repeatable_answer_to_a_friend_does_not_name_the_erased_user(app) {
        app.user(ME).await;
        app.user(FRIEND).await;
        let reward = json!({"source": "referral", "reference": ME.to_string(), "count": 2});
        app.spin().post_once("k", &of(FRIEND, "/free-trainings"), reward).await.expect(201);
        app.spin().delete(&of(ME, "")).await.expect(204);
        assert_eq!(that_name(&app, &[&ME.to_string()]).await, BTreeMap::new());
    }

    async fn what_was_used_stays_used(app) {
        let spin = app.spin();
        app.user(FRIEND).await;
        live_a_full_life(&app, ME).await;
        // Erased, back, erased and back once more.
        for _ in 0..2 {
            spin.delete(&of(ME, "")).await.expect(204);
            app.user(ME).await;
            let friend = FRIEND.to_string();
            for (source, reference) in [("channel", "@spin"), ("referral", friend.as_str())] {
                let again = json!({"source": source, "reference": reference, "count": 2});
                let again = spin.post(&of(ME, "/free-trainings"), again).await.expect(200);
                assert_eq!(again, json!({"granted": false, "telegram_id": ME, "id": null,
                    "trainings_left": null, "trainings_total": null, "source": source,
                    "reference": reference, "created_at": null, "updated_at": null}));
            }
            spin.post(&of(ME, "/promocodes/Hello/redeem"), json!({})).await
                .expect_problem(409, "promocode_already_used");
            let access = spin.get(&of(ME, "/access")).await.expect(200);
            assert_eq!(access["holdings"], json!([]));
        }
        // What was not used is free, and what I used is so only by me.
        let other = json!({"source": "channel", "reference": "@other", "count": 1});
        spin.post(&of(ME, "/free-trainings"), other).await.expect(201);
        let channel = json!({"source": "channel", "reference": "@spin", "count": 1});
        spin.post(&of(FRIEND, "/free-trainings"), channel).await.expect(201);
        spin.post(&of(FRIEND, "/promocodes/Hello/redeem"), json!({})).await.expect(200);
        let code = app.operator().get("/v1/promocodes/hello").await.expect(200);
        assert_eq!(code["current_uses"], 2);
    }

    /// Whoever invited somebody is rewarded once, whichever of the two was erased since.
    async fn an_invitation_stays_rewarded_when_either_or_both_are_erased(app) {
        let spin = app.spin();
        for (invited, erased) in [(11, vec![11]), (12, vec![FRIEND]), (13, vec![13, FRIEND]), (14, vec![FRIEND, 14])] {
            app.user(invited).await;
            app.user(FRIEND).await;
            let reward = json!({"source": "referral", "reference": invited.to_string(), "count": 2});
            spin.post(&of(FRIEND, "/free-trainings"), reward.clone()).await.expect(201);
            for telegram_id in &erased {
                spin.delete(&of(*telegram_id, "")).await.expect(204);
            }
            app.user(invited).await;
            app.user(FRIEND).await;
            let again = spin.post(&of(FRIEND, "/free-trainings"), reward).await;
            assert_eq!(again.status, 200, "erased {erased:?}: {}", again.text);
        }
    }

    /// Only an invitation's reference is a user; a channel may be called by any number.
    async fn what_rewards_no_invitation_is_called_what_it_was(app) {
        app.user(ME).await;
        app.user(FRIEND).await;
        app.spin().delete(&of(ME, "")).await.expect(204);
        for source in ["channel", "promocode", "admin"] {
            let body = json!({"source": source, "reference": ME.to_string(), "count": 1});
            let given = app.spin().post(&of(FRIEND, "/free-trainings"), body).await.expect(201);
            assert_eq!(given["reference"], ME.to_string(), "{source}");
        }
    }

    async fn a_late_charge_creates_the_user_anew_unless_it_was_erased(app) {
        let spin = app.spin();
        live_a_full_life(&app, ME).await;
        spin.delete(&of(ME, "")).await.expect(204);
        let charge = |id: &str| json!({"provider": "stars", "charge_id": id, "tariff": "month",
            "amount": 500, "currency": "XTR"});
        for (id, status) in [("a", "completed"), ("b", "refunded")] {
            let late = spin.post(&of(ME, "/payments"), charge(id)).await.expect(200);
            assert_eq!((&late["status"], &late["grant"], &late["amount"]), (&json!(status), &json!(null), &json!(500)));
            // The provider's refund may come later still; whose user it was is not told to others.
            let path = |user| of(user, &format!("/payments/stars/{id}/refund"));
            app.quiz().post(&path(ME), json!({})).await.expect_problem(404, "payment_not_found");
            spin.post(&path(9), json!({})).await.expect_problem(404, "user_not_found");
            for _ in 0..2 {
                let refunded = spin.post(&path(ME), json!({})).await.expect(200);
                assert_eq!((&refunded["status"], &refunded["grant"]), (&json!("refunded"), &json!(null)));
            }
        }
        // A charge is the user's own: somebody else's of the same id is another one.
        spin.post(&of(9, "/payments"), charge("a")).await.expect(201);
        spin.get(&of(ME, "")).await.expect_problem(404, "user_not_found");
        assert_eq!(that_name(&app, &[&ME.to_string()]).await, BTreeMap::new());

        app.pass(60);
        spin.post(&of(ME, "/payments"), charge("c")).await.expect(201);
        let user = spin.get(&of(ME, "")).await.expect(200);
        assert_eq!((&user["registration_date"], &user["username"], &user["total_xp"]),
            (&json!(app.now().to_string()), &json!(null), &json!(0)));
        // Now that the user is back, what was erased is still not granted again.
        spin.post(&of(ME, "/payments"), charge("a")).await.expect(200);
        let payments = spin.get(&of(ME, "/payments")).await.expect(200);
        assert_eq!(payments["items"].as_array().unwrap().len(), 1);
    }

    /// A bot sends an idempotency key with every charge.
    async fn a_late_charge_that_was_erased_writes_nothing(app) {
        live_a_full_life(&app, ME).await;
        app.spin().delete(&of(ME, "")).await.expect(204);
        let charge = json!({"provider": "stars", "charge_id": "a", "tariff": "month", "amount": 500, "currency": "XTR"});
        app.spin().post_once("late", &of(ME, "/payments"), charge).await.expect(200);
        assert_eq!(that_name(&app, &[&ME.to_string()]).await, BTreeMap::new());
    }

    async fn the_export_holds_every_row_of_the_user(app) {
        app.user(FRIEND).await;
        app.spin().put(&of(ME, ""), json!({})).await.expect(201);
        app.spin().put(&of(ME, "/referrer"), json!({"referrer": FRIEND})).await.expect(200);
        live_a_full_life(&app, ME).await;
        live_a_full_life(&app, FRIEND).await;
        let export = app.operator().get(&of(ME, "/export")).await.expect(200);
        assert_eq!(export["user"], app.spin().get(&of(ME, "")).await.expect(200));
        assert_eq!(export["referrer"], FRIEND);
        for (table, rows) in that_name(&app, &[&ME.to_string()]).await {
            let field = match table.as_str() {
                "user_badges" => "badges",
                "bot_sessions" => "sessions",
                "training_history" => "trainings",
                "promocode_usage" => "promocodes",
                "activity_days" => "activity",
                // Made from what is exported, or a copy of it; in `users` FRIEND's referral is none.
                "users" | "xp_periods" | "idempotency_keys" => continue,
                same => same,
            };
            assert_eq!(export[field].as_array().map(Vec::len), Some(rows), "{table}");
        }
        // Ids are made here, and rise with time.
        for list in ["xp_events", "subscriptions", "free_trainings", "access_events", "trainings"] {
            for row in export[list].as_array().unwrap() {
                let id = row["id"].as_str().unwrap();
                assert_eq!((id.len(), id.chars().nth(14)), (36, Some('7')), "{list}: {id}");
            }
        }
        assert_eq!(export["trainings"][0]["session_snapshot"], json!({"who": "johndoe"}));
        assert_eq!(export["sessions"][1]["session"], json!({"me": ME}));

        // A bot gets the same without what is the other bot's.
        let mut expected = export.clone();
        for field in ["activity", "sessions", "trainings"] {
            expected[field].as_array_mut().unwrap().retain(|item| item["bot_name"] == "spin_bot");
            assert_eq!(expected[field].as_array().unwrap().len(), 1);
        }
        assert_eq!(app.spin().get(&of(ME, "/export")).await.expect(200), expected);
    }

    async fn who_invited_a_user_is_noted_once_and_before_the_first_training(app) {
        let spin = app.spin();
        let path = of(ME, "/referrer");
        spin.put(&path, json!({"referrer": FRIEND})).await.expect_problem(404, "user_not_found");
        app.user(ME).await;
        spin.put(&path, json!({"referrer": ME})).await.expect_problem(409, "referrer_refused");
        let user = spin.put(&path, json!({"referrer": FRIEND})).await.expect(200);
        assert_eq!(user, spin.get(&of(ME, "")).await.expect(200));
        app.quiz().put(&path, json!({"referrer": FRIEND})).await.expect(200);
        spin.put(&path, json!({"referrer": 9})).await.expect_problem(409, "referrer_refused");
        assert_eq!(spin.get(&of(ME, "/export")).await.expect(200)["referrer"], FRIEND);

        app.user(FRIEND).await;
        let training = json!({"total_score": 1, "clarity_level": 1, "question_count": 1, "per_type_counts": {}});
        spin.post(&of(FRIEND, "/trainings"), training).await.expect(201);
        let late = spin.put(&of(FRIEND, "/referrer"), json!({"referrer": ME})).await;
        late.expect_problem(409, "referrer_refused");
        assert_eq!(spin.get(&of(FRIEND, "/export")).await.expect(200)["referrer"], json!(null));
    }

    /// Whoever names the user while they are erased leaves no row that does, nor afterwards.
    async fn naming_a_user_beside_their_erasure_leaves_nothing(app) {
        let friends: Vec<_> = (100..180).collect();
        for friend in &friends {
            app.user(*friend).await;
        }
        for friends in friends.chunks(8) {
            app.user(ME).await;
            let mut calls = JoinSet::new();
            for friend in friends.iter().copied() {
                let spin = app.spin();
                calls.spawn(async move { spin.put(&of(friend, "/referrer"), json!({"referrer": ME})).await });
                let spin = app.spin();
                let reward = json!({"source": "referral", "reference": ME.to_string(), "count": 1});
                calls.spawn(async move { spin.post_once("r", &of(friend, "/free-trainings"), reward).await });
            }
            let spin = app.spin();
            calls.spawn(async move { spin.delete(&of(ME, "")).await });
            for answer in calls.join_all().await {
                assert!([200, 201, 204, 409].contains(&answer.status.as_u16()), "{}", answer.text);
            }
            assert_eq!(that_name(&app, &[&ME.to_string()]).await, BTreeMap::new());
        }
        let late = app.spin().put(&of(179, "/referrer"), json!({"referrer": ME})).await;
        late.expect_problem(409, "referrer_refused");
        // Who is back can be named, as can who was never there.
        app.user(ME).await;
        app.spin().put(&of(179, "/referrer"), json!({"referrer": ME})).await.expect(200);
        app.spin().put(&of(178, "/referrer"), json!({"referrer": FRIEND})).await.expect(200);
    }

    /// A user who writes while they are erased is either there afterwards or not, and nothing fails.
    async fn erasing_beside_everything_else_breaks_nothing(app) {
        app.user(ME).await;
        let answers = (0..120).map(|step| {
            let (spin, session) = (app.spin(), of(ME, "/sessions/spin_bot"));
            async move {
                match step % 6 {
                    0 => spin.delete(&of(ME, "")).await,
                    1 => spin.put(&session, json!({"session": {}, "stats": {}})).await,
                    2 => spin.post(&of(ME, "/xp"), json!({"amount": 1})).await,
                    3 => spin.post(&of(ME, "/badges"), json!({"badge_type": "b"})).await,
                    4 => spin.post_once("k", &of(ME, "/free-trainings"),
                        json!({"source": "channel", "reference": "@c", "count": 1})).await,
                    _ => spin.post(&format!("{session}/open"), json!({"first_name": step.to_string()})).await,
                }
            }
        });
        for answer in answers.collect::<JoinSet<_>>().join_all().await {
            assert!([200, 201, 204, 404].contains(&answer.status.as_u16()), "{}", answer.text);
        }
        let _: Value = app.spin().post(&of(ME, "/sessions/spin_bot/open"), json!({})).await.expect(200);
    }
}
