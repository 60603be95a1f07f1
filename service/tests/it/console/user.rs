//! Everything about a user, on one page.

use serde_json::{Value, json};

use super::page::{Console, browse, now};
use crate::support::{Caller, TestApp};

/// A name that a page which reads it as HTML would run.
pub(super) const NAME: &str = r#"<img src=x onerror="window.hacked = true">"#;

/// What the spin bot sells.
pub(super) async fn open_shop(operator: &Caller) {
    let stars = |amount: i64| json!({"currency": "XTR", "amount": amount});
    let month = json!([stars(500), {"currency": "RUB", "amount": 99_000}]);
    for (tariff, body) in [
        ("month", json!({"title": "A month", "subscription_type": "month", "prices": month})),
        (
            "credits_10",
            json!({"title": "10 trainings", "subscription_type": "credits", "credits": 10, "prices": [stars(230)]}),
        ),
        ("year", json!({"title": "A year", "subscription_type": "year", "prices": [stars(3_500)]})),
    ] {
        let mut body = body;
        body["active"] = json!(tariff != "year");
        operator.put(&format!("/v1/tariffs/{tariff}"), body).await.expect(200);
    }
    for (badge, icon, en, ru) in [
        ("first_training", "🌱", "First step", "Первый шаг"),
        ("spin_master", "🏆", "SPIN master", "Мастер СПИН"),
    ] {
        let body = json!({"titles": {"en": en, "ru": ru}, "icon": icon});
        operator.put(&format!("/v1/badges/{badge}"), body).await.expect(200);
    }
}

/// A charge in Stars.
pub(super) fn charge(charge_id: &str, tariff: &str, amount: i64) -> Value {
    json!({"provider": "telegram_stars", "charge_id": charge_id, "tariff": tariff, "amount": amount, "currency": "XTR"})
}

pub(super) fn training(score: i64, [situation, problem, implication, payoff]: [i64; 4]) -> Value {
    json!({
        "total_score": score, "clarity_level": 80, "contextual_questions": 1, "scenario_name": "spin_sales",
        "question_count": situation + problem + implication + payoff, "xp": score,
        "per_type_counts": {"situation": situation, "problem": problem, "implication": implication, "need_payoff": payoff},
        "case_data": {"company": "TechCorp"}, "session_snapshot": {"asked": ["How many people work here?"]},
    })
}

/// A user who has a bit of everything, at `/v1/users/7`.
pub(super) async fn somebody(app: &TestApp) {
    let (spin, quiz, operator) = (app.spin(), app.quiz(), app.operator());
    let user = "/v1/users/7";
    open_shop(&operator).await;
    app.user(9).await;
    let profile = json!({"first_name": NAME, "username": "marina_k", "language_code": "pt-br"});
    spin.post("/v1/users/7/sessions/spin_bot/open", profile).await.expect(200);
    spin.put("/v1/users/7/referrer", json!({"referrer": 9})).await.expect(200);
    let session = json!({"session": {"client_case": "</pre><b>Logistics", "count": 9_007_199_254_740_993_i64}, "stats": {"best_score": 185}});
    spin.put("/v1/users/7/sessions/spin_bot", session).await.expect(200);
    quiz.put("/v1/users/7/sessions/quiz_bot", json!({"session": {}, "stats": {"right": 17}}))
        .await
        .expect(200);
    for (score, types) in [(65, [3, 1, 0, 1]), (110, [2, 2, 1, 1]), (185, [2, 1, 4, 1])] {
        spin.post(&format!("{user}/trainings"), training(score, types)).await.expect(201);
    }
    let badge = json!({"badge_type": "spin_master", "metadata": {"score": 185}});
    spin.post(&format!("{user}/badges"), badge).await.expect(201);
    spin.post(&format!("{user}/payments"), charge("stars-1", "month", 400)).await.expect(201);
    spin.post(&format!("{user}/payments"), charge("stars-2", "credits_10", 230)).await.expect(201);
    let bonus = json!({"count": 2, "source": "channel", "reference": "@spin_channel"});
    spin.post(&format!("{user}/free-trainings"), bonus).await.expect(201);
    let code = json!({"code": "HELLO", "type": "trainings", "value": 5});
    operator.post("/v1/promocodes", code).await.expect(201);
    spin.post(&format!("{user}/promocodes/hello/redeem"), json!({})).await.expect(200);
    spin.post(&format!("{user}/access/consume"), json!({})).await.expect(200);
}

both! {
    async fn everything_about_a_user_is_found_on_one_page(app) {
        somebody(&app).await;
        browse(|| {
            let console = Console::of_an_operator(&app);
            let page = &console.page;
            page.live_in("Asia/Tokyo");
            page.reload();
            console.fill("search", "@MARINA");
            page.press("find");
            page.read("row", "@marina_k");
            console.choose(NAME);
            console.calm();
            page.wait("all('chart').length === 2 && all('chart').every((one) => one.querySelector('svg'))");

            for (part, texts) in [
                ("profile", vec!["7", "@marina_k", "pt-br", "360", "#1", "of 2", "120 points on average", "141 XP to level 2", "22 Nov 2026, 21:00", "shown"]),
                ("access", vec!["May train", "A month plan runs, and nothing is used up.", "in 30 days", "10 of 10 credits", "2 of 2 free trainings from channel", "5 of 5 free trainings from promocode", "@spin_channel", "Revoke"]),
                ("trainings", vec!["Best score", "185", "120", "the last 3, best 185", "Implication 5", "spin_sales", "80 %"]),
                ("xp-events", vec!["+185", "360", "training", "spin_bot"]),
                ("badges", vec!["🏆 SPIN master", "spin_master", r#"{"score":185}"#]),
                ("payments", vec!["400 ★", "completed", "amount", "telegram_stars stars-1", "10 left, 0 used", "plan, 1 used"]),
                ("sessions", vec!["spin_bot version 2", "quiz_bot version 1"]),
                ("ledger", vec!["Granted", "+30 days", "Credits", "+10", "Used", "User 9", "HELLO", "1, the last on 22 Nov 2026 (UTC)"]),
            ] {
                for text in texts {
                    let shown = console.ask(&format!("all('{part}')[0].innerText.replaceAll('\\n', ' ')"));
                    assert!(shown.as_str().unwrap().contains(text), "{part}: {text} is not in {shown}");
                }
            }
            let time = console.ask("(({ innerText, title }) => [innerText, title])(all('payments')[0].querySelector('time'))");
            assert_eq!(time, json!(["22 Nov 2026, 21:00", "2026-11-22 12:00:00 UTC"]));

            page.click("all('session-spin_bot')[0].querySelector('summary')");
            page.read("session-spin_bot", r#""client_case": "</pre><b>Logistics""#);
            page.read("session-spin_bot", "9007199254740993");
            console.choose("Open");
            page.read("dialog", "How many people work here?");
            console.choose("Close");

            // The name is a text wherever it stands.
            assert_eq!(console.ask("document.querySelector('#main h1').textContent"), json!(NAME));
            assert_eq!(console.ask("document.title"), json!(format!("{NAME} · SPIN Training console")));
            assert_eq!(console.ask("[window.hacked, document.querySelectorAll('#main img').length]"), json!([null, 0]));
            // A link can be shared.
            page.reload();
            page.read("profile", "@marina_k");
            console.choose("User 9");
            page.read("access", "May not train");
            page.read("trainings", "No training finished yet.");
            page.read("ledger", "Nothing was ever granted or used.");
            console.is_blameless(&[]);
        });
    }

    async fn lists_go_on_and_failures_are_told(app) {
        for id in 101..=145 {
            app.operator().put(&format!("/v1/users/{id}"), json!({"first_name": "Anna"})).await.expect(201);
        }
        browse(|| {
            let console = Console::of_an_operator(&app);
            let page = &console.page;
            page.wait("all('row').length === 20");
            page.press("more");
            page.wait("all('row').length === 40");
            // Whoever uses the keyboard goes on with what is new.
            assert_eq!(console.ask("document.activeElement.querySelector('a')?.getAttribute('href')"), json!("#/users/121"));
            page.press("more");
            page.wait("all('row').length === 45 && all('more').length === 0");
            console.fill("search", "nobody");
            page.press_key("Enter");
            page.read("empty", "No user matches “nobody”.");

            console.go("users/8");
            page.read("problem", "This user is not known");
            let id = console.ask("all('request-id')[0].textContent");
            assert!(id.as_str().unwrap().len() == 36, "{id}");
            assert_eq!(console.ask("all('erase-user').length"), json!(0));
            // Once it is there, it is shown without loading all anew.
            now(app.operator().put("/v1/users/8", json!({}))).expect(201);
            console.choose("Try again");
            page.read("profile", "8");
            console.go("users/99999999999999999999");
            page.read("problem", "telegram_id");
            console.go("nonsense");
            assert_eq!(console.ask("location.hash"), json!("#/users"));
            console.is_blameless(&["404", "422"]);
        });
    }
}
