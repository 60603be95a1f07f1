//! `Idempotency-Key`: a request that is repeated has one effect and one answer.

use std::sync::atomic::AtomicBool;

use crate::support::{Answer, Caller, TestApp, send};
use reqwest::Method;
use serde_json::{Value, json};
use service::api::{App, Keys, RateLimit};
use service::domain::bounds::TelegramId;
use service::start;
use service::store::idempotency::{self, Scope, StoredAnswer};

const XP: &str = "/v1/users/1/xp";
const OPEN: &str = "/v1/users/1/sessions/spin_bot/open";
const RESET: &str = "/v1/users/1/sessions/spin_bot/reset";

/// Fails unless the second answer is the first one, told again.
#[track_caller]
fn expect_replay(first: &Answer, again: &Answer) {
    assert!(first.status.is_success(), "{}", first.text);
    assert_eq!(first.header("idempotency-replayed"), None);
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", again.text);
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    for header in ["etag", "content-type"] {
        assert_eq!(again.header(header), first.header(header), "{header}");
    }
}

/// All that is held about user 1.
async fn everything(app: &TestApp) -> Value {
    let mut export = app.operator().get("/v1/users/1/export").await.expect(200);
    export.as_object_mut().unwrap().remove("exported_at");
    export
}

fn training() -> Value {
    json!({
        "total_score": 5, "clarity_level": 1, "question_count": 1, "per_type_counts": {}, "xp": 10,
        "badges": [{"badge_type": "first"}], "session": {"a": 1}
    })
}

/// User 1 with a promo code to redeem, a payment to record, a plan and something to consume.
async fn start(app: &TestApp) -> Vec<(String, Value)> {
    app.user(1).await;
    let operator = app.operator();
    operator
        .post("/v1/promocodes", json!({"code": "HELLO", "type": "trainings", "value": 5}))
        .await
        .expect(201);
    let tariff = json!({
        "title": "Month", "active": true, "subscription_type": "month", "prices": [{"currency": "XTR", "amount": 500}]
    });
    operator.put("/v1/tariffs/month", tariff).await.expect(200);
    let charge = |id: &str| {
        json!({
            "provider": "stars", "charge_id": id, "tariff": "month", "amount": 500, "currency": "XTR"
        })
    };
    app.spin().post("/v1/users/1/payments", charge("old")).await.expect(201);
    let plan = json!({"subscription_type": "month", "auto_renew": true});
    let plan = app.spin().post("/v1/users/1/subscriptions", plan).await.expect(201);
    let plan = format!("/v1/users/1/subscriptions/{}", plan["id"].as_str().unwrap());
    let free = json!({"count": 1, "source": "admin"});
    let consumed = app.spin().post("/v1/users/1/access/consume", json!({})).await.expect(200);
    let give_back =
        format!("/v1/users/1/access/{}/return", consumed["consumption_id"].as_str().unwrap());
    [
        (OPEN, json!({"username": "ann"})),
        (RESET, json!({"session": {"b": 2}})),
        (XP, json!({"amount": 150})),
        ("/v1/users/1/badges", json!({"badge_type": "master"})),
        ("/v1/users/1/trainings", training()),
        ("/v1/users/1/subscriptions", json!({"subscription_type": "credits", "credits": 3})),
        (&format!("{plan}/cancel"), json!({})),
        (&format!("{plan}/resume"), json!({})),
        ("/v1/users/1/free-trainings", free),
        ("/v1/users/1/access/consume", json!({"session": {"c": 3}})),
        (&give_back, json!({})),
        ("/v1/users/1/promocodes/hello/redeem", json!({})),
        ("/v1/users/1/payments", charge("new")),
        ("/v1/users/1/payments/stars/old/refund", json!({})),
    ]
    .map(|(path, body)| (path.to_owned(), body))
    .into()
}

/// Sends POSTs with their keys; the answers, in their order.
async fn send_at_once(
    requests: impl IntoIterator<Item = (Caller, &'static str, String, Value)>,
) -> Vec<Answer> {
    let send = |(caller, key, path, body): (Caller, _, String, _)| {
        tokio::spawn(async move { caller.post_once(key, &path, body).await })
    };
    let senders: Vec<_> = requests.into_iter().map(send).collect();
    let mut answers = Vec::new();
    for sender in senders {
        answers.push(sender.await.unwrap());
    }
    answers
}

both! {
    /// Telegram delivers twice: so every POST of a user can be sent twice.
    async fn a_repeat_of_any_post_gives_the_first_answer_and_has_no_effect(app) {
        for (path, body) in start(&app).await {
            let first = app.spin().post_once(&path, &path, body.clone()).await;
            let after = everything(&app).await;
            app.pass(400);
            expect_replay(&first, &app.spin().post_once(&path, &path, body).await);
            assert_eq!(everything(&app).await, after, "{path}");
        }
    }

    async fn a_key_belongs_to_one_request(app) {
        app.user(1).await;
        let first = app.spin().post_once("k", XP, json!({"amount": 150})).await;
        let before = everything(&app).await;
        for (path, body) in [
            (XP, json!({"amount": 151})),
            (XP, json!({"amount": 150, "reason": null})),
            (OPEN, json!({})),
            (RESET, json!({})),
            ("/v1/users/1/badges", json!({"badge_type": "x"})),
            ("/v1/users/1/trainings", training()),
            ("/v1/users/1/free-trainings", json!({"count": 1, "source": "admin"})),
        ] {
            app.spin().post_once("k", path, body).await.expect_problem(422, "idempotency_key_reused");
        }
        assert_eq!(everything(&app).await, before);
        expect_replay(&first, &app.spin().post_once("k", XP, json!({"amount": 150})).await);
    }

    async fn a_key_is_of_one_user_and_one_bot(app) {
        app.user(1).await;
        app.user(2).await;
        let total = async |answer: Answer| {
            assert_eq!(answer.header("idempotency-replayed"), None);
            answer.expect(200)["total_xp"].clone()
        };
        let body = || json!({"amount": 10});
        assert_eq!(total(app.spin().post_once("k", XP, body()).await).await, 10);
        assert_eq!(total(app.quiz().post_once("k", XP, body()).await).await, 20);
        assert_eq!(total(app.operator().post_once("k", XP, body()).await).await, 30);
        assert_eq!(total(app.spin().post_once("k", "/v1/users/2/xp", body()).await).await, 10);
        assert_eq!(total(app.spin().post_once("K", XP, body()).await).await, 40);
        for (caller, total) in [(app.spin(), 10), (app.quiz(), 20), (app.operator(), 30)] {
            let again = caller.post_once("k", XP, body()).await;
            assert_eq!((again.header("idempotency-replayed"), &again.json()["total_xp"]), (Some("true"), &json!(total)));
        }
    }

    /// Only what was done is remembered; so the same request can succeed later.
    async fn a_refusal_leaves_the_key_free(app) {
        let xp = json!({"amount": 10});
        app.spin().post_once("k", XP, xp.clone()).await.expect_problem(404, "user_not_found");
        app.user(1).await;
        app.spin().post_once("k", XP, json!({"amount": 0})).await.expect_problem(422, "validation_failed");
        let first = app.spin().post_once("k", XP, xp.clone()).await;
        assert_eq!(first.expect(200)["total_xp"], 10);
        expect_replay(&first, &app.spin().post_once("k", XP, xp).await);
        let consume = "/v1/users/1/access/consume";
        app.spin().post_once("c", consume, json!({})).await.expect_problem(402, "no_access");
        app.spin().post("/v1/users/1/free-trainings", json!({"count": 1, "source": "admin"})).await.expect(201);
        let first = app.spin().post_once("c", consume, json!({})).await;
        expect_replay(&first, &app.spin().post_once("c", consume, json!({})).await);
        let mut stale = training();
        stale["if_version"] = json!(2);
        let trainings = "/v1/users/1/trainings";
        app.spin().post_once("t", trainings, stale.clone()).await.expect_problem(412, "version_conflict");
        app.spin().patch("/v1/users/1/sessions/spin_bot", json!({})).await.expect(200);
        assert_eq!(app.spin().post_once("t", trainings, stale).await.expect(201)["version"], 3);
        // A bad body is refused before the key is looked at.
        app.spin().post_once("k", XP, json!({"amount": "x"})).await.expect_problem(422, "validation_failed");
    }

    async fn erasing_a_user_frees_their_keys(app) {
        app.user(1).await;
        app.spin().post(XP, json!({"amount": 12})).await.expect(200);
        let first = app.spin().post_once("k", XP, json!({"amount": 10})).await;
        app.spin().delete("/v1/users/1").await.expect(204);
        app.spin().post_once("k", XP, json!({"amount": 10})).await.expect_problem(404, "user_not_found");
        app.user(1).await;
        let anew = app.spin().post_once("k", XP, json!({"amount": 10})).await;
        assert_eq!((first.expect(200)["total_xp"].clone(), anew.expect(200)["total_xp"].clone()), (json!(22), json!(10)));
    }

    async fn a_key_is_kept_for_30_days(app) {
        app.user(1).await;
        let add = async || app.spin().post_once("k", XP, json!({"amount": 10})).await;
        let first = add().await;
        app.pass_days(30);
        expect_replay(&first, &add().await);
        app.pass(1);
        let anew = add().await;
        assert_eq!((anew.header("idempotency-replayed"), &anew.expect(200)["total_xp"]), (None, &json!(20)));
        // It is kept again from now on, and another request may take it after that.
        app.pass_days(30);
        expect_replay(&anew, &add().await);
        app.pass(1);
        app.spin().post_once("k", XP, json!({"amount": 1})).await.expect(200);
    }

    /// However many they are.
    async fn keys_that_are_older_are_deleted(app) {
        let old: Vec<_> = (0..2_500).map(|number| number.to_string()).collect();
        let scope = |key| Scope { telegram_id: TelegramId::new(1).unwrap(), bot_name: "spin_bot", key };
        let stored = app.store.write(|tx| Box::pin(async {
            let answer = StoredAnswer { fingerprint: vec![0; 32], status: 200, body: "{}".to_owned(), etag: None, created_at: tx.now() };
            for key in &old {
                assert!(idempotency::insert(tx, scope(key), &answer).await?);
            }
            Ok(())
        }));
        stored.await.unwrap();
        app.pass(1);
        app.user(1).await;
        let first = app.spin().post_once("k", XP, json!({"amount": 10})).await;
        let service = App {
            store: app.store.clone(),
            keys: Keys::new([]),
            limit: RateLimit::new(0, 0),
            stopping: AtomicBool::default(),
            ranks: app.ranks.clone(),
            idempotency_seconds: 30 * 24 * 60 * 60,
        };
        let left = async || {
            let found = app.store.read(|c| Box::pin(async {
                let mut found = 0;
                for key in &old {
                    found += usize::from(idempotency::get(c, scope(key)).await?.is_some());
                }
                Ok(found)
            }));
            found.await.unwrap()
        };
        app.pass_days(30);
        app.pass(-1);
        start::purge(&service).await;
        assert_eq!(left().await, 2_500);
        app.pass(1);
        start::purge(&service).await;
        assert_eq!(left().await, 0);
        expect_replay(&first, &app.spin().post_once("k", XP, json!({"amount": 10})).await);
    }

    async fn the_first_contact_can_be_repeated(app) {
        let profile = json!({"username": "ann"});
        let first = app.spin().post_once("k", OPEN, profile.clone()).await;
        assert_eq!(first.header("etag"), Some("\"1\""));
        app.spin().put("/v1/users/1/sessions/spin_bot", json!({"session": {"a": 1}, "stats": {}})).await.expect(200);
        let again = app.spin().post_once("k", OPEN, profile).await;
        expect_replay(&first, &again);
        assert_eq!(again.json()["session"], json!({}));
        app.spin().post_once("k", OPEN, json!({})).await.expect_problem(422, "idempotency_key_reused");
    }

    async fn a_key_has_1_to_255_characters_and_comes_once(app) {
        app.user(1).await;
        for key in ["", &"k".repeat(256), "ключ"] {
            let answer = app.spin().post_once(key, XP, json!({"amount": 10})).await;
            answer.expect_problem(400, "invalid_idempotency_key");
        }
        let twice = app.spin().request(Method::POST, XP).header("Idempotency-Key", "a").header("Idempotency-Key", "a");
        send(twice.json(&json!({"amount": 10}))).await.expect_problem(400, "invalid_idempotency_key");
        assert_eq!(app.spin().get(XP).await.expect(200)["items"], json!([]));
        let longest = "k".repeat(255);
        let first = app.spin().post_once(&longest, XP, json!({"amount": 10})).await;
        expect_replay(&first, &app.spin().post_once(&longest, XP, json!({"amount": 10})).await);
    }

    /// A repeat that arrives while the first runs waits for it.
    async fn a_key_sent_100_times_at_once_has_one_effect(app) {
        for (path, body) in start(&app).await {
            let senders: Vec<_> = (0..100).map(|_| {
                let (spin, path, body) = (app.spin(), path.clone(), body.clone());
                tokio::spawn(async move { spin.post_once(&path, &path, body).await })
            }).collect();
            let mut answers = Vec::new();
            for sender in senders {
                answers.push(sender.await.unwrap());
            }
            let (replayed, first): (Vec<_>, Vec<_>) =
                answers.iter().partition(|answer| answer.header("idempotency-replayed").is_some());
            assert_eq!(first.len(), 1, "{path}: {first:?}");
            for again in replayed {
                expect_replay(first[0], again);
            }
        }
        let held = everything(&app).await;
        assert_eq!(held["user"]["total_xp"], 160);
        let count = |list: &str| held[list].as_array().unwrap().len();
        let counts = ["xp_events", "badges", "trainings", "subscriptions", "free_trainings", "payments", "promocodes"].map(count);
        assert_eq!(counts, [2, 2, 1, 4, 2, 2, 1]);
        // reset, training and consumption
        assert_eq!(held["sessions"][0]["version"], 4);
    }

    /// XP that comes at the same time is added together; each request has its own answer still.
    async fn xp_of_many_at_once_is_each_its_own(app) {
        for id in 1..=20 {
            app.user(id).await;
        }
        let at_once = async |requests: Vec<(Caller, i64, &'static str, i64)>| {
            let xp = |(caller, id, key, amount)| (caller, key, format!("/v1/users/{id}/xp"), json!({"amount": amount}));
            send_at_once(requests.into_iter().map(xp)).await
        };
        let spin = || app.spin();
        let requests = (1..=20).flat_map(|id| {
            [(spin(), id, "a", 10), (spin(), id, "b", 5), (spin(), id, "a", 10), (spin(), id + 100, "a", 10)]
        });
        let mut first = Vec::new();
        for answers in at_once(requests.collect()).await.chunks(4) {
            let [one, b, other, unknown] = answers else { panic!("{answers:?}") };
            let is_first = one.header("idempotency-replayed").is_none();
            let (a, again) = if is_first { (one, other) } else { (other, one) };
            expect_replay(a, again);
            b.expect(200);
            unknown.expect_problem(404, "user_not_found");
            first.push(a.text.clone());
        }
        let requests = (1..=20).flat_map(|id| {
            [(spin(), id, "a", 10), (spin(), id, "a", 11), (app.quiz(), id, "a", 10), (spin(), id, "b", 10)]
        });
        let answers = at_once(requests.collect()).await;
        for (id, answers) in (1..).zip(answers.chunks(4)) {
            let [again, other, quiz, reused] = answers else { panic!("{answers:?}") };
            assert_eq!((again.header("idempotency-replayed"), &again.text), (Some("true"), &first[id - 1]));
            other.expect_problem(422, "idempotency_key_reused");
            assert_eq!(quiz.expect(200)["total_xp"], 25);
            reused.expect_problem(422, "idempotency_key_reused");
            let events = app.spin().get(&format!("/v1/users/{id}/xp")).await.expect(200);
            let totals: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["total_after"].clone()).collect();
            assert!(totals == [25, 15, 10] || totals == [25, 15, 5], "{totals:?}");
        }
    }

    /// As XP; of one session those that name no version are written together, others not.
    async fn trainings_of_many_at_once_are_each_their_own(app) {
        for id in 1..=20 {
            app.user(id).await;
        }
        let training = |score: i64| json!({
            "total_score": score, "clarity_level": 1, "question_count": 1, "per_type_counts": {"problem": score},
            "xp": score, "badges": [{"badge_type": "first"}, {"badge_type": format!("scored {score}"), "metadata": {"n": score}}],
            "session": {"score": score}, "stats": {"of": score}
        });
        let of_version = |version: i64| {
            let mut training = training(7);
            training["if_version"] = json!(version);
            training
        };
        let spin = || app.spin();
        let path = |id: i64| format!("/v1/users/{id}/trainings");
        let requests = (1..=20).flat_map(|id| [
            (spin(), "a", path(id), training(10)), (spin(), "b", path(id), training(5)),
            (spin(), "a", path(id), training(10)), (app.quiz(), "a", path(id), training(3)),
            (spin(), "c", path(id), of_version(9)), (spin(), "a", path(id + 100), training(10)),
        ]);
        let mut first = Vec::new();
        for answers in send_at_once(requests).await.chunks(6) {
            let [one, b, other, quiz, conflict, unknown] = answers else { panic!("{answers:?}") };
            let is_first = one.header("idempotency-replayed").is_none();
            let (a, again) = if is_first { (one, other) } else { (other, one) };
            expect_replay(a, again);
            first.push(a.text.clone());
            conflict.expect_problem(412, "version_conflict");
            unknown.expect_problem(404, "user_not_found");
            let answers = [a.expect(201), b.expect(201), quiz.expect(201)];
            // In whichever order: totals, versions and the badge that all of them award.
            let mut totals = answers.each_ref().map(|answer| answer["xp"]["total_xp"].as_i64().unwrap());
            totals.sort_unstable();
            assert_eq!(totals[2], 18, "{answers:?}");
            let mut versions = [&answers[0], &answers[1]].map(|answer| answer["version"].as_i64().unwrap());
            versions.sort_unstable();
            assert_eq!((versions, &answers[2]["version"]), ([2, 3], &json!(1)));
            let awarded = answers.iter().filter(|answer| answer["badges"][0]["awarded"] == true);
            assert_eq!(awarded.count(), 1, "{answers:?}");
            assert!(answers.iter().all(|answer| answer["badges"][1]["awarded"] == true), "{answers:?}");
        }
        let requests = (1..=20).flat_map(|id| [
            (spin(), "a", path(id), training(10)), (spin(), "a", path(id), training(11)),
            (spin(), "c", path(id), of_version(3)), (app.operator(), "a", path(id), training(1)),
        ]);
        let answers = send_at_once(requests).await;
        for (id, answers) in (1..).zip(answers.chunks(4)) {
            let [again, other, next, operator] = answers else { panic!("{answers:?}") };
            assert_eq!((again.header("idempotency-replayed"), &again.text), (Some("true"), &first[id - 1]));
            other.expect_problem(422, "idempotency_key_reused");
            assert_eq!(next.expect(201)["version"], 4);
            operator.expect_problem(422, "validation_failed");
            let user = app.spin().get(&format!("/v1/users/{id}")).await.expect(200);
            let totals = ["total_xp", "total_trainings", "total_score"].map(|total| &user[total]);
            assert_eq!(totals, [25, 4, 25], "{user}");
            let session = app.spin().get(&format!("/v1/users/{id}/sessions/spin_bot")).await.expect(200);
            assert_eq!((&session["session"], &session["stats"]), (&json!({"score": 7}), &json!({"of": 7})));
            let trainings = app.operator().get(&path(i64::try_from(id).unwrap())).await.expect(200);
            assert_eq!(trainings["items"].as_array().unwrap().len(), 4);
        }
    }

    /// The user does not exist yet, so there is nothing to lock.
    async fn a_first_contact_sent_100_times_at_once_is_one(app) {
        let senders: Vec<_> = (0..100).map(|_| {
            let spin = app.spin();
            tokio::spawn(async move { spin.post_once("k", OPEN, json!({"username": "ann"})).await })
        }).collect();
        let mut texts = Vec::new();
        for sender in senders {
            let answer = sender.await.unwrap();
            texts.push((answer.header("idempotency-replayed").is_some(), answer.status.as_u16(), answer.text));
        }
        texts.sort();
        assert_eq!(texts.iter().filter(|(replayed, ..)| !replayed).count(), 1);
        assert!(texts.iter().all(|(_, status, text)| *status == 200 && *text == texts[0].2), "{texts:?}");
    }
}
