//! Stars: from the invoice to the refund.

use std::sync::Arc;
use std::time::Duration;

use frankenstein::updates::Update;
use serde_json::{Value, json};

use crate::support::{Bot, Webhook, ok};

const PERIOD: i64 = 2_592_000;

fn invoice() -> Value {
    json!({
        "title": "Ten trainings", "description": "A pack", "payload": "pack:10",
        "provider_token": "", "currency": "XTR", "prices": [{"label": "Pack", "amount": 100}],
    })
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// A bot that answers every pre-checkout query with this.
async fn selling(answer: Value) -> (Arc<Bot>, Arc<Webhook>) {
    let bot = Arc::new(Bot::start().await);
    let url = bot.url("answerPreCheckoutQuery");
    let webhook = Webhook::start(Duration::ZERO, move |update, _| {
        if let Some(id) = update["pre_checkout_query"]["id"].as_str() {
            let body = with(answer.clone(), "pre_checkout_query_id", json!(id));
            tokio::spawn(process::http::client().post(&url).json(&body).send());
        }
        ok()
    })
    .await;
    bot.set_webhook(&webhook).await;
    (bot, Arc::new(webhook))
}

async fn stars_of(bot: &Bot) -> (Value, Vec<Value>) {
    let stars = bot.control.get("/sim/stars").await.unwrap();
    (stars["balance"].clone(), stars["transactions"].as_array().unwrap().clone())
}

#[tokio::test]
async fn an_invoice_is_paid_twice_and_each_charge_is_refunded_once() {
    let (bot, webhook) = selling(json!({"ok": true})).await;
    let user = bot.user().await;
    let body = with(invoice(), "chat_id", json!(user.id));
    let message = bot.result("sendInvoice", body).await;
    assert_eq!(message["invoice"]["total_amount"], 100);
    let first = user.pay(&message).await.unwrap();
    let second = user.pay(&message).await.unwrap();
    assert_eq!((&first["status"], &second["status"]), (&json!("paid"), &json!("paid")));
    assert_ne!(first["charge_id"], second["charge_id"]);
    let received = webhook.received(5).await;
    let query = &received[1].update["pre_checkout_query"];
    assert_eq!((&query["currency"], &query["total_amount"]), (&json!("XTR"), &json!(100)));
    let payment = &received[2].update["message"]["successful_payment"];
    assert_eq!(payment["telegram_payment_charge_id"], first["charge_id"]);
    assert_eq!(payment["invoice_payload"], "pack:10");
    assert_eq!(payment["is_recurring"], Value::Null);
    for one in &received {
        serde_json::from_value::<Update>(one.update.clone()).unwrap();
    }

    let charge = json!({"user_id": user.id, "telegram_payment_charge_id": first["charge_id"]});
    bot.result("refundStarPayment", charge.clone()).await;
    bot.assert_bad("refundStarPayment", charge, "CHARGE_ALREADY_REFUNDED").await;
    let unknown = json!({"user_id": user.id, "telegram_payment_charge_id": "x"});
    bot.assert_bad("refundStarPayment", unknown, "CHARGE_ID_INVALID").await;
    let refunded = &webhook.received(6).await[5].update["message"]["refunded_payment"];
    assert_eq!(refunded["telegram_payment_charge_id"], first["charge_id"]);

    assert_eq!(bot.result("getMyStarBalance", json!({})).await, json!({"amount": 100}));
    let (balance, transactions) = stars_of(&bot).await;
    assert_eq!(balance, 100);
    let sides: Vec<_> = transactions
        .iter()
        .map(|one| (one["id"].clone(), one["source"].is_object(), one["receiver"].is_object()))
        .collect();
    let id = |paid: &Value| paid["charge_id"].clone();
    let expected =
        [(id(&first), true, false), (id(&second), true, false), (id(&first), false, true)];
    let mut sorted = sides.clone();
    sorted.sort_by_key(|(_, _, is_refund)| *is_refund);
    assert_eq!(sorted, expected);
    let page = bot.result("getStarTransactions", json!({"offset": 1, "limit": 1})).await;
    assert_eq!(page["transactions"], json!([transactions[1]]));
    let read: frankenstein::payments::StarTransactions = serde_json::from_value(page).unwrap();
    assert_eq!(read.transactions.len(), 1);
}

#[tokio::test]
async fn a_transactions_page_has_at_most_a_hundred() {
    let (bot, _webhook) = selling(json!({"ok": true})).await;
    let user = bot.control.user("Rich", "en").await.unwrap();
    let link = bot.result("createInvoiceLink", invoice()).await;
    let rich = json!({"id": user.id, "stars": 1_000_000});
    bot.control.post("/sim/users", rich).await.unwrap();
    for _ in 0..101 {
        assert_eq!(user.pay(&link).await.unwrap()["status"], "paid");
    }
    let all = bot.result("getStarTransactions", json!({"limit": 1000})).await;
    assert_eq!(all["transactions"].as_array().unwrap().len(), 100);
    let rest = bot.result("getStarTransactions", json!({"offset": 100})).await;
    assert_eq!(rest["transactions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_bot_refuses_or_says_nothing_or_answers_too_late() {
    let (bot, _webhook) = selling(json!({"ok": false, "error_message": "Sold out"})).await;
    let user = bot.user().await;
    let message = bot.result("sendInvoice", with(invoice(), "chat_id", json!(user.id))).await;
    let paid = user.pay(&message).await.unwrap();
    assert_eq!(paid, json!({"status": "refused", "error_message": "Sold out"}));

    let silent = bot.open_webhook().await;
    let before = silent.so_far().len();
    let paying = user.pay(&message);
    let advancing = async {
        let query = silent.received(before + 1).await[before].update["pre_checkout_query"].clone();
        bot.control.advance(Duration::from_secs(10)).await.unwrap();
        query["id"].clone()
    };
    let (paid, query) = tokio::join!(paying, advancing);
    assert_eq!(paid.unwrap(), json!({"status": "timed_out"}));
    let late = json!({"pre_checkout_query_id": query, "ok": true});
    let too_old = "query is too old and response timeout expired or query ID is invalid";
    bot.assert_bad("answerPreCheckoutQuery", late, too_old).await;
    let wordless = json!({"pre_checkout_query_id": query, "ok": false});
    bot.assert_bad("answerPreCheckoutQuery", wordless, "error message must be non-empty").await;
    assert_eq!(stars_of(&bot).await.1.len(), 0);
}

#[tokio::test]
async fn others_pay_a_forwarded_invoice_and_who_has_too_little_does_not() {
    let (bot, _webhook) = selling(json!({"ok": true})).await;
    let (owner, other) = (bot.user().await, bot.user().await);
    let body = with(invoice(), "chat_id", json!(owner.id));
    let open = bot.result("sendInvoice", body.clone()).await;
    assert_eq!(other.pay(&open).await.unwrap()["status"], "paid");
    let bound = bot.result("sendInvoice", with(body, "start_parameter", json!("buy"))).await;
    assert!(other.pay(&bound).await.is_err());
    assert_eq!(owner.pay(&bound).await.unwrap()["status"], "paid");
    let poor = json!({"id": other.id, "stars": 99});
    bot.control.post("/sim/users", poor).await.unwrap();
    assert_eq!(other.pay(&open).await.unwrap()["status"], "not_enough_stars");
}

#[tokio::test]
async fn a_subscription_renews_until_it_is_cancelled() {
    let (bot, webhook) = selling(json!({"ok": true})).await;
    let user = bot.user().await;
    let body = with(invoice(), "subscription_period", json!(PERIOD));
    let link = bot.result("createInvoiceLink", body).await;
    assert!(link.as_str().unwrap().starts_with("https://t.me/$"));
    let charge = user.pay(&link).await.unwrap()["charge_id"].as_str().unwrap().to_owned();
    let payment = |received: &[crate::support::Received]| {
        received.last().unwrap().update["message"]["successful_payment"].clone()
    };
    let first = payment(&webhook.received(3).await);
    assert_eq!(
        (&first["is_recurring"], &first["is_first_recurring"]),
        (&json!(true), &json!(true))
    );
    let end = first["subscription_expiration_date"].as_i64().unwrap();

    bot.control.advance(Duration::from_secs(2_592_000)).await.unwrap();
    let second = payment(&webhook.received(4).await);
    assert_eq!(second["is_recurring"], true);
    assert_eq!(second["is_first_recurring"], Value::Null);
    assert_eq!(second["subscription_expiration_date"], end + PERIOD);
    let renewal = second["telegram_payment_charge_id"].as_str().unwrap();
    assert_ne!(renewal, charge);

    let edit = |charge: &str| {
        json!({
            "user_id": user.id, "telegram_payment_charge_id": charge, "is_canceled": true,
        })
    };
    bot.assert_bad("editUserStarSubscription", edit(renewal), "CHARGE_ID_INVALID").await;
    bot.result("editUserStarSubscription", edit(&charge)).await;
    let renew = format!("/sim/subscriptions/{charge}/renew");
    assert!(bot.control.post(&renew, json!({})).await.is_err());
    bot.control.advance(Duration::from_secs(2_592_001)).await.unwrap();
    bot.control.drained().await.unwrap();
    assert_eq!(webhook.so_far().len(), 4, "nothing is paid after the end");
    let subscriptions = bot.control.get("/sim/subscriptions").await.unwrap();
    assert_eq!(
        (&subscriptions[0]["ended"], &subscriptions[0]["canceled_by_bot"]),
        (&json!(true), &json!(true))
    );
}

#[tokio::test]
async fn a_user_renews_early_cancels_and_resumes() {
    let (bot, webhook) = selling(json!({"ok": true})).await;
    let user = bot.user().await;
    let body = with(invoice(), "subscription_period", json!(PERIOD));
    let link = bot.result("createInvoiceLink", body).await;
    let charge = user.pay(&link).await.unwrap()["charge_id"].as_str().unwrap().to_owned();
    let act = async |action: &str| {
        let path = format!("/sim/subscriptions/{charge}/{action}");
        bot.control.post(&path, json!({})).await
    };
    act("renew").await.unwrap();
    act("cancel").await.unwrap();
    assert!(act("renew").await.is_err());
    act("resume").await.unwrap();
    act("renew").await.unwrap();
    let received = webhook.received(7).await;
    let states: Vec<_> =
        received.iter().filter_map(|one| one.update["subscription"]["state"].as_str()).collect();
    assert_eq!(states, ["canceled", "active"]);
    for one in &received {
        serde_json::from_value::<Update>(one.update.clone()).unwrap();
    }
}

#[tokio::test]
async fn a_charge_is_its_users_alone_and_only_the_first_names_a_subscription() {
    let (bot, _webhook) = selling(json!({"ok": true})).await;
    let (user, other) = (bot.user().await, bot.user().await);
    let monthly = with(invoice(), "subscription_period", json!(PERIOD));
    let monthly = bot.result("createInvoiceLink", monthly).await;
    let once = bot.result("createInvoiceLink", invoice()).await;
    let mut charges = Vec::new();
    // Telegram keeps nobody from subscribing twice: that is the bot's to prevent.
    for link in [&monthly, &monthly, &once] {
        charges.push(user.pay(link).await.unwrap()["charge_id"].clone());
    }
    let subscriptions = bot.control.get("/sim/subscriptions").await.unwrap();
    assert_eq!(subscriptions.as_array().unwrap().len(), 2);
    let of =
        |user: i64, charge: &Value| json!({"user_id": user, "telegram_payment_charge_id": charge});
    let edit = |user: i64, charge: &Value| with(of(user, charge), "is_canceled", json!(true));
    for (user, charge, problem) in [
        (other.id, &charges[0], "CHARGE_ID_INVALID"),
        (5, &charges[0], "USER_ID_INVALID"),
        (user.id, &json!(""), "CHARGE_ID_EMPTY"),
    ] {
        bot.assert_bad("refundStarPayment", of(user, charge), problem).await;
        bot.assert_bad("editUserStarSubscription", edit(user, charge), problem).await;
    }
    let one_off = edit(user.id, &charges[2]);
    bot.assert_bad("editUserStarSubscription", one_off, "CHARGE_ID_INVALID").await;
    let what = "parameter \"is_canceled\" is required";
    bot.assert_bad("editUserStarSubscription", of(user.id, &charges[0]), what).await;
    assert_eq!(bot.control.get("/sim/subscriptions").await.unwrap(), subscriptions);
    assert_eq!(stars_of(&bot).await.0, 300);
}

#[tokio::test]
async fn invoices_that_telegram_refuses() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let price = |amount: i64| json!([{"label": "x", "amount": amount}]);
    let two = json!([{"label": "x", "amount": 1}, {"label": "y", "amount": 1}]);
    let cases = [
        ("title", json!("x".repeat(33)), "INVOICE_TITLE_INVALID"),
        ("description", json!(""), "INVOICE_DESCRIPTION_INVALID"),
        ("description", json!("x".repeat(256)), "INVOICE_DESCRIPTION_INVALID"),
        ("payload", json!(""), "INVOICE_PAYLOAD_INVALID"),
        ("payload", json!("я".repeat(65)), "INVOICE_PAYLOAD_INVALID"),
        ("currency", json!("EUR"), "telegram-sim: only Stars (XTR) are simulated"),
        ("provider_token", json!("1:TEST:2"), "PAYMENT_PROVIDER_INVALID"),
        ("prices", json!([]), "STARS_INVOICE_INVALID"),
        ("prices", two, "STARS_INVOICE_INVALID"),
        ("prices", price(0), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ("prices", price(10_001), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ("start_parameter", json!("a b"), "START_PARAM_INVALID"),
        ("start_parameter", json!("x".repeat(65)), "START_PARAM_INVALID"),
    ];
    for (name, value, problem) in cases {
        let body = with(invoice(), name, value);
        bot.assert_bad("createInvoiceLink", body.clone(), problem).await;
        bot.assert_bad("sendInvoice", with(body, "chat_id", json!(user.id)), problem).await;
    }
    let daily = with(invoice(), "subscription_period", json!(86_400));
    bot.assert_bad("createInvoiceLink", daily, "SUBSCRIPTION_PERIOD_INVALID").await;
    let dear = with(invoice(), "subscription_period", json!(PERIOD));
    let dear = with(dear, "prices", price(10_001));
    bot.assert_bad("createInvoiceLink", dear, "CURRENCY_TOTAL_AMOUNT_INVALID").await;
    let monthly = with(invoice(), "subscription_period", json!(PERIOD));
    let monthly = with(monthly, "chat_id", json!(user.id));
    let problem = "telegram-sim: subscriptions are sold by createInvoiceLink only";
    bot.assert_bad("sendInvoice", monthly, problem).await;
    let greatest = with(invoice(), "prices", price(10_000));
    bot.result("createInvoiceLink", with(greatest, "payload", json!("x".repeat(128)))).await;
}
