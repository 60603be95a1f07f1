//! Who gets in, and how they get out.

use serde_json::{Value, json};
use service::domain::key;
use service::store;

use super::page::{Console, browse, now};
use crate::support::{OPERATOR_KEY, TestApp, bot_key};

/// An operator's key that can be revoked, with its id.
fn new_operator(app: &TestApp) -> key::CreatedKey {
    now(app.store.write(|tx| Box::pin(key::create(tx, None, None)))).unwrap()
}

fn revoke(app: &TestApp, created: &key::CreatedKey) {
    let id = created.key_id;
    assert!(now(app.store.write(|tx| Box::pin(store::keys::revoke(tx, None, id)))).unwrap());
}

both! {
    async fn a_key_is_kept_in_the_tab_until_it_is_no_longer_wanted(app) {
        browse(|| {
            let console = Console::open(&app);
            let page = &console.page;
            for (key, why) in [
                ("spn_wrong", "no valid key"),
                ("ключ", "no valid key"),
                (&bot_key("spin_bot"), "This is a bot's key. The console needs an operator's."),
            ] {
                console.sign_in(key);
                page.read("sign-in-problem", why);
                assert_eq!(console.ask("sessionStorage.length"), json!(0));
            }
            page.wait("(location.hash = '#/promocodes', true)");
            console.sign_in(OPERATOR_KEY);
            page.read("all-codes", "No promo codes yet.");
            assert_eq!(console.ask("document.title"), json!("Promo codes · SPIN Training console"));
            assert_eq!(console.ask("document.activeElement.tagName"), json!("H1"));
            assert_eq!(console.ask("[localStorage.length, document.cookie, field('key')]"), json!([0, "", null]));

            page.reload();
            page.read("all-codes", "No promo codes yet.");
            page.press("sign-out");
            page.wait("shown(all('key')[0]) && sessionStorage.length === 0");
            page.reload();
            page.wait("shown(all('key')[0])");
            assert_eq!(console.ask("document.querySelector('#main').childElementCount"), json!(0));
            console.is_blameless(&["401", "403"]);
        });
    }

    async fn a_key_that_is_revoked_leads_back_to_signing_in(app) {
        browse(|| {
            let created = new_operator(&app);
            let console = Console::open(&app);
            console.sign_in(&created.key);
            console.page.read("users", "No users yet");
            console.choose("Promo codes");
            console.calm();
            console.page.press("create-code");
            console.fill("code", "late");
            revoke(&app, &created);
            while now(app.with_key(&created.key).get("/v1/bots")).status != 401 {}
            console.submit();
            console.page.read("sign-in-problem", "no longer valid");
            console.page.wait("all('dialog').length === 0 && sessionStorage.length === 0");
            console.sign_in(OPERATOR_KEY);
            // Where they were.
            console.page.read("all-codes", "No promo codes yet.");
            let codes: Value = now(app.operator().get("/v1/promocodes")).expect(200);
            assert_eq!(codes["items"], json!([]));
            console.is_blameless(&["401"]);
        });
    }
}
