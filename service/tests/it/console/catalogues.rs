//! Promo codes, bots and keys, and the catalogue.

use serde_json::{Value, json};

use super::page::{Console, browse, now};
use crate::support::TestApp;

fn operator(app: &TestApp, path: &str) -> Value {
    now(app.operator().get(path)).expect(200)
}

both! {
    async fn promo_codes_are_made_and_ended(app) {
        browse(|| {
            let console = Console::of_an_operator(&app);
            let page = &console.page;
            console.agree_on_time(&app);
            console.choose("Promo codes");
            page.press("create-code");
            console.fill("code", "spring");
            console.fill("value", "5");
            console.fill("max_uses", "50");
            page.live_in("Asia/Tokyo");
            console.set("expires_at", "2999-12-31T09:30");
            console.submit();
            console.said("SPRING gives 5 free trainings.");
            page.read("row", "0 of 50");
            let code = operator(&app, "/v1/promocodes/SPRING");
            assert_eq!(code["expires_at"], "2999-12-31T00:30:00.000000Z");
            page.press("create-code");
            console.fill("code", "Spring");
            console.submit();
            page.read("problem", "A promo code of this name exists");
            console.choose("Cancel");
            console.choose("End SPRING");
            console.submit();
            console.said("SPRING has ended.");
            page.read("row", "ended");
            assert_ne!(operator(&app, "/v1/promocodes/SPRING")["expires_at"], code["expires_at"]);
            assert_eq!(console.ask("named('End SPRING')"), json!(null));
            console.is_blameless(&["409"]);
        });
    }

    async fn a_key_is_shown_once_and_revoked(app) {
        browse(|| {
            let console = Console::of_an_operator(&app);
            let page = &console.page;
            console.choose("Bots and keys");
            page.press("create-bot");
            console.fill("bot_name", "New Bot");
            console.submit();
            page.read("dialog", "Please match the requested format.");
            console.fill("bot_name", "new_bot");
            console.fill("title", "The new one");
            console.submit();
            console.said("new_bot is there.");
            page.read("empty", "No keys yet.");

            page.press("create-key");
            console.submit();
            let key = page.wait("field('new-key')?.value");
            let key = key.as_str().unwrap();
            page.press("copy");
            page.read("dialog", "Copied.");
            let levels = || now(app.with_key(key).get("/v1/levels"));
            levels().expect(200);
            console.choose("Close");
            page.wait("all('new-key').length === 0");
            page.read("keys", "valid");
            assert_eq!(operator(&app, "/v1/bots/new_bot/keys")["items"].as_array().unwrap().len(), 1);
            let everywhere = "document.documentElement.outerHTML + JSON.stringify(sessionStorage)";
            assert_eq!(console.ask(&format!("({everywhere}).includes('{key}')")), json!(false));

            console.choose("Revoke");
            page.read("dialog", "refused within a second");
            console.submit();
            console.said("The key is revoked.");
            page.read("keys", "revoked");
            while levels().status != 401 {}
            assert_eq!(console.ask("named('Revoke')"), json!(null));
            console.is_blameless(&[]);
        });
    }

    async fn the_catalogue_is_edited(app) {
        browse(|| {
            let console = Console::of_an_operator(&app);
            let page = &console.page;
            console.choose("Catalogue");
            page.read("tariffs", "Nothing is for sale.");
            page.press("create-tariff");
            console.fill("tariff", "ten/10");
            console.fill("title", "Ten <b>trainings</b>");
            console.set("subscription_type", "credits");
            console.fill("credits", "10");
            for (currency, amount) in [("XTR", "230"), ("RUB", "45050")] {
                page.press("add-prices");
                page.type_text(currency);
                page.press_key("Tab");
                page.type_text(amount);
            }
            console.submit();
            console.said("ten/10 is saved.");
            page.read("tariffs", "450.50");
            console.choose("Edit ten/10");
            page.press("active");
            page.click("named('Remove this row')");
            console.submit();
            console.said("ten/10 is saved.");
            page.read("tariffs", "withdrawn");
            assert_eq!(operator(&app, "/v1/tariffs")["items"], json!([{"tariff": "ten/10", "title": "Ten <b>trainings</b>",
                "active": false, "subscription_type": "credits", "duration_days": null, "credits": 10,
                "prices": [{"currency": "XTR", "amount": 230}]}]));

            page.press("create-badge");
            console.fill("badge_type", "spin_master");
            page.press("add-titles");
            page.type_text("en");
            page.press_key("Tab");
            page.type_text("SPIN master");
            console.submit();
            console.said("spin_master is saved.");
            page.read("badges", "SPIN master");
            console.choose("Remove spin_master");
            console.submit();
            console.said("spin_master is no longer in the catalogue.");
            page.read("badges", "The catalogue is empty.");

            page.press("edit-levels");
            page.press("add-items");
            page.type_text("6");
            page.press_key("Tab");
            page.type_text("4000");
            console.submit();
            page.read("problem", "items: must name each level once");
            page.read("items", "min_xp");
            // The new one is below the fifth.
            page.wait("(document.activeElement.closest('dialog') && [...document.querySelectorAll('[name=min_xp]')].at(-1).select(), true)");
            page.type_text("9000");
            console.submit();
            console.said("6 levels saved.");
            page.read("levels", "9,000");
            console.is_blameless(&["422"]);
        });
    }
}
