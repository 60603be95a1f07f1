//! What an operator does to a user, each once.

use serde_json::{Value, json};

use super::page::{Console, browse, now};
use super::user::{charge, open_shop};
use crate::support::TestApp;

const USER: &str = "/v1/users/7";

/// What the operator's API holds at this path below the user.
fn held(app: &TestApp, path: &str) -> Value {
    now(app.operator().get(&format!("{USER}{path}"))).expect(200)
}

/// Loses the answer to the next request, which is carried out.
const LOSE_AN_ANSWER: &str = "((real) => { window.fetch = async (...what) => { window.fetch = real; await real(...what); throw new TypeError('gone'); }; return true; })(window.fetch)";

both! {
    async fn what_is_given_is_given_once(app) {
        open_shop(&app.operator()).await;
        app.user(7).await;
        browse(|| {
            let console = Console::of_an_operator(&app);
            let page = &console.page;
            console.go("users/7");

            console.choose("Grant free trainings");
            console.fill("count", "0");
            console.submit();
            page.read("dialog", "Value must be greater than or equal to 1.");
            console.fill("count", "3");
            // A second click while the first is under way.
            page.wait("(field('submit').click(), field('submit').click(), true)");
            console.said("3 free trainings granted.");
            page.read("access", "3 of 3");
            page.read("ledger", "+3");
            console.choose("Grant free trainings");
            console.set("source", "channel");
            console.submit();
            page.read("dialog", "reference");
            console.fill("reference", "@spin_channel");
            console.submit();
            console.said("1 free training granted.");
            assert_eq!(held(&app, "/free-trainings")["items"].as_array().unwrap().len(), 2);

            console.choose("Grant a subscription");
            console.set("subscription_type", "credits");
            console.submit();
            page.read("dialog", "credits");
            console.fill("credits", "5");
            page.wait(LOSE_AN_ANSWER);
            console.submit();
            page.read("problem", "Whether it was carried out is not known: send it again, it acts once.");
            console.submit();
            console.said("5 credits granted.");
            let credits = held(&app, "/subscriptions");
            assert_eq!(credits["items"].as_array().unwrap().len(), 1, "{credits}");

            console.choose("Award XP");
            console.fill("amount", "600");
            console.fill("reason", "a contest");
            console.submit();
            console.said("The user has 600 XP now, and reached level 2.");
            page.read("profile", "901 XP to level 3");
            console.choose("Award XP");
            console.fill("amount", "-150");
            console.fill("bot_name", "spin_bot");
            console.submit();
            console.said("The user has 450 XP now.");
            page.read("xp-events", "−150");
            let events = held(&app, "/xp");
            let event = |index: usize| [&events["items"][index]["amount"], &events["items"][index]["reason"], &events["items"][index]["bot_name"]].map(Value::clone);
            assert_eq!(event(0), [json!(-150), json!(null), json!("spin_bot")]);
            assert_eq!(event(1), [json!(600), json!("a contest"), json!(null)]);

            for said in ["spin_master is awarded.", "The user holds spin_master already; nothing was changed."] {
                console.choose("Award a badge");
                console.fill("badge_type", "spin_master");
                console.fill("metadata", "[1]");
                console.submit();
                page.read("dialog", "Must be a JSON object");
                console.fill("metadata", r#"{"for": "courage"}"#);
                console.submit();
                console.said(said);
            }
            page.read("badges", r#"{"for":"courage"}"#);
            console.is_blameless(&["422"]);
        });
    }

    async fn what_is_taken_away_is_asked_for_first(app) {
        open_shop(&app.operator()).await;
        app.user(7).await;
        let spin = app.spin();
        spin.post("/v1/users/7/payments", charge("a/b?c", "credits_10", 230)).await.expect(201);
        let month = json!({"subscription_type": "month", "auto_renew": true});
        spin.post("/v1/users/7/subscriptions", month).await.expect(201);
        spin.post("/v1/users/7/free-trainings", json!({"count": 4, "source": "admin"})).await.expect(201);
        browse(|| {
            let console = Console::of_an_operator(&app);
            let page = &console.page;
            console.go("users/7");
            let renews = || held(&app, "/subscriptions?active=true")["items"].as_array().unwrap().iter().any(|one| one["auto_renew"] == true);

            console.choose("Cancel renewal");
            console.choose("Cancel");
            assert!(renews(), "it was only asked for");
            for (name, said, renewing) in [("Cancel renewal", "The renewal is cancelled.", false), ("Resume renewal", "The renewal is resumed.", true)] {
                console.choose(name);
                console.submit();
                console.said(said);
                assert_eq!(renews(), renewing);
            }
            console.choose_in("Month", "Revoke");
            console.submit();
            console.said("What was left is taken away.");
            page.read("access", "10 credits left; a training takes one.");
            console.choose_in("Admin", "Revoke");
            console.submit();
            console.said("4 free trainings taken away.");

            console.choose("Refund a/b?c");
            page.read("dialog", "No money moves");
            console.submit();
            console.said("230 ★ is marked as refunded.");
            page.read("payments", "refunded");
            page.read("access", "May not train");
            page.read("ledger", "Taken away");
            assert_eq!(held(&app, "/payments")["items"][0]["status"], "refunded");
            assert_eq!(held(&app, "/access")["has_access"], false);
            assert_eq!(console.ask("[named('Refund a/b?c'), named('Revoke')]"), json!([null, null]));

            page.press("erase-user");
            console.fill("confirmation", "8");
            console.submit();
            page.read("dialog", "Type 7 to confirm.");
            console.fill("confirmation", "7");
            console.submit();
            console.said("User 7 is erased.");
            page.read("users", "No users yet");
            now(app.operator().get(USER)).expect_problem(404, "user_not_found");
            console.is_blameless(&[]);
        });
    }
}
