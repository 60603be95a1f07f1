//! Sending, editing, deleting: what Telegram takes and what it refuses.

use serde_json::{Value, json};
use telegram_sim::Options;

use crate::support::{Bot, TOKEN};

#[tokio::test]
async fn a_text_is_sent_and_comes_back_as_a_message_that_an_independent_library_reads() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let html =
        "<b>Привет</b>, <a href=\"https://example.org/?a=1&amp;b=2\">link</a> &lt;3 🎯 /train";
    let keyboard = json!({"inline_keyboard": [[{"text": "Go", "callback_data": "go:1"}]]});
    let body = json!({
        "chat_id": user.id, "text": html, "parse_mode": "HTML", "reply_markup": keyboard,
    });
    let sent = bot.result("sendMessage", body).await;
    assert_eq!(sent["text"], "Привет, link <3 🎯 /train");
    assert_eq!(
        sent["entities"],
        json!([
            {"type": "bold", "offset": 0, "length": 6},
            {"type": "text_link", "offset": 8, "length": 4, "url": "https://example.org/?a=1&b=2"},
            {"type": "bot_command", "offset": 19, "length": 6},
        ])
    );
    assert_eq!(sent["reply_markup"], keyboard);
    assert_eq!(user.next_message().await.unwrap(), sent);
    let read: frankenstein::types::Message = serde_json::from_value(sent).unwrap();
    assert!(read.from.unwrap().is_bot);
    assert_eq!(read.chat.first_name.as_deref(), Some("Анна <3"));
}

#[tokio::test]
async fn forms_and_queries_are_read_like_json() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let keyboard = r#"{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}"#;
    let id = user.id.to_string();
    let form = [("chat_id", id.as_str()), ("text", "by form"), ("reply_markup", keyboard)];
    let (status, sent) = bot.send(bot.request("SENDMESSAGE").form(&form)).await.unwrap();
    assert_eq!((status, &sent["result"]["text"]), (200, &json!("by form")));
    assert_eq!(sent["result"]["reply_markup"]["inline_keyboard"][0][0]["text"], "A");
    let url = format!("{}?chat_id={id}&text=by+query", bot.url("sendMessage"));
    let (status, sent) = bot.send(process::http::client().get(url)).await.unwrap();
    assert_eq!((status, &sent["result"]["text"]), (200, &json!("by query")));
}

#[tokio::test]
async fn texts_that_telegram_refuses() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let cases: &[(&str, &str)] = &[
        ("", "message text is empty"),
        ("  \n ", "text must be non-empty"),
        ("<b></b>", "text must be non-empty"),
        ("<b>x", r#"can't parse entities: Can't find end tag corresponding to start tag "b""#),
        ("x</b>", "can't parse entities: Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            r#"can't parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>""#,
        ),
        ("<div>x</div>", r#"can't parse entities: Unsupported start tag "div" at byte offset 0"#),
        ("я <br> y", r#"can't parse entities: Unsupported start tag "br" at byte offset 3"#),
        ("1 < 2", r#"can't parse entities: Unsupported start tag "" at byte offset 2"#),
        ("a <3", "can't parse entities: Unclosed start tag at byte offset 2"),
        ("<b", "can't parse entities: Unclosed start tag at byte offset 0"),
        ("<b>x</b", "can't parse entities: Unclosed end tag at byte offset 4"),
        ("<a href=\"x>y</a>", r#"can't parse entities: Unclosed start tag "a" at byte offset 0"#),
        (
            "<a href=x_y>y</a>",
            "can't parse entities: Unexpected end of name token at byte offset 8",
        ),
        (
            "<span>x</span>",
            r#"can't parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0"#,
        ),
        (
            "A & B",
            r#"can't parse entities: Stray "&" at byte offset 2: it must be written as &amp;"#,
        ),
    ];
    for (text, problem) in cases {
        let body = json!({"chat_id": user.id, "text": text, "parse_mode": "HTML"});
        bot.assert_bad("sendMessage", body, problem).await;
    }
    let body = json!({"chat_id": user.id, "text": "*x*", "parse_mode": "MarkdownV2"});
    let problem = "telegram-sim: of parse modes only HTML is simulated";
    bot.assert_bad("sendMessage", body, problem).await;
    let body = json!({"chat_id": user.id, "text": "x", "parse_mode": "RTF"});
    bot.assert_bad("sendMessage", body, "unsupported parse_mode").await;
}

#[tokio::test]
async fn a_text_has_up_to_4096_utf16_units_after_its_markup_is_read() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let send = |text: String| json!({"chat_id": user.id, "text": text, "parse_mode": "HTML"});
    for fits in ["x".repeat(4096), "🎯".repeat(2048), format!("<b>{}</b>", "&lt;".repeat(4096))] {
        bot.result("sendMessage", send(fits)).await;
    }
    for too_long in ["x".repeat(4097), format!("{}x", "🎯".repeat(2048))] {
        bot.assert_bad("sendMessage", send(too_long), "message is too long").await;
    }
}

#[tokio::test]
async fn keyboards_that_telegram_refuses() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let one = |button: Value| json!({"inline_keyboard": [[button]]});
    let many = |count: usize| {
        let button = |n| json!([{"text": "x", "callback_data": format!("{n}")}]);
        json!({"inline_keyboard": (0..count).map(button).collect::<Vec<_>>()})
    };
    let cannot = |problem| format!("can't parse inline keyboard button: {problem}");
    let no_action = cannot("Text buttons are unallowed in the inline keyboard");
    let cases = [
        (one(json!({"text": "x", "callback_data": "x".repeat(65)})), "BUTTON_DATA_INVALID".into()),
        (one(json!({"text": "x", "callback_data": "я".repeat(33)})), "BUTTON_DATA_INVALID".into()),
        (one(json!({"text": "x", "callback_data": ""})), no_action.clone()),
        (one(json!({"text": "x"})), no_action),
        (one(json!({"callback_data": "x"})), cannot("Can't find field \"text\"")),
        (
            one(json!({"text": "", "callback_data": "x"})),
            cannot("Field \"text\" must be a non-empty String"),
        ),
        (
            one(json!({"text": "x", "url": "http://localhost/"})),
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL".into(),
        ),
        (one(json!({"text": "x", "pay": true})), "BUTTON_TYPE_INVALID".into()),
        (
            one(json!({"text": "x", "url": "https://t.me/x", "callback_data": "x"})),
            cannot("exactly one action is expected"),
        ),
        (many(101), "reply markup is too long".into()),
        (json!([]), "object expected as reply markup".into()),
        (
            json!({"keyboard": [["x"]]}),
            "telegram-sim: of keyboards only inline ones are simulated".into(),
        ),
    ];
    for (markup, problem) in cases {
        let body = json!({"chat_id": user.id, "text": "x", "reply_markup": markup});
        bot.assert_bad("sendMessage", body, &problem).await;
    }
    for markup in [
        many(100),
        one(json!({"text": "x", "callback_data": "x".repeat(64)})),
        one(json!({"text": "x", "url": "https://t.me/some_bot?start=a"})),
    ] {
        let body = json!({"chat_id": user.id, "text": "x", "reply_markup": markup});
        bot.result("sendMessage", body).await;
    }
}

#[tokio::test]
async fn a_bot_writes_only_to_who_started_and_did_not_block_it() {
    let bot = Bot::start().await;
    let stranger = bot.control.user("Stranger", "en").await.unwrap();
    let to = |id: i64| json!({"chat_id": id, "text": "x"});
    bot.assert_bad("sendMessage", to(stranger.id), "chat not found").await;
    bot.assert_bad("sendMessage", to(999_999), "chat not found").await;
    bot.assert_bad("sendMessage", json!({"text": "x"}), "chat_id is empty").await;
    stranger.send("hello").await.unwrap();
    let sent = bot.result("sendMessage", to(stranger.id)).await;
    stranger.block().await.unwrap();
    let blocked = (403, "Forbidden: bot was blocked by the user".to_owned());
    assert_eq!(bot.refusal("sendMessage", to(stranger.id)).await, blocked);
    let action = json!({"chat_id": stranger.id, "action": "typing"});
    assert_eq!(bot.refusal("sendChatAction", action).await, blocked);
    let edit = json!({"chat_id": stranger.id, "message_id": sent["message_id"], "text": "y"});
    assert_eq!(bot.refusal("editMessageText", edit).await, blocked);
    stranger.unblock().await.unwrap();
    bot.result("sendMessage", to(stranger.id)).await;
}

#[tokio::test]
async fn messages_are_edited_and_deleted() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let markup = json!({"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]});
    let body = json!({"chat_id": user.id, "text": "one", "reply_markup": markup});
    let id = bot.result("sendMessage", body).await["message_id"].clone();
    let edit = |text: &str, markup: Value| json!({"chat_id": user.id, "message_id": id, "text": text, "reply_markup": markup});
    let same = "message is not modified: specified new message content and reply markup are \
                exactly the same as a current content and reply markup of the message";
    bot.assert_bad("editMessageText", edit("one", markup.clone()), same).await;
    let edited = bot.result("editMessageText", edit("two", Value::Null)).await;
    assert_eq!((&edited["text"], &edited["reply_markup"]), (&json!("two"), &Value::Null));
    assert!(edited["edit_date"].is_i64());
    let at = |id: &Value, markup: &Value| json!({"chat_id": user.id, "message_id": id, "reply_markup": markup});
    bot.assert_bad("editMessageReplyMarkup", at(&id, &Value::Null), same).await;
    let edited = bot.result("editMessageReplyMarkup", at(&id, &markup)).await;
    assert_eq!(edited["reply_markup"], markup);
}

#[tokio::test]
async fn messages_that_are_not_there_cannot_be_changed() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let own = user.send("mine").await.unwrap();
    let at = |id: i64| json!({"chat_id": user.id, "message_id": id, "text": "x"});
    bot.assert_bad("editMessageText", at(9999), "message to edit not found").await;
    bot.assert_bad("editMessageText", at(own), "message can't be edited").await;
    bot.assert_bad("editMessageReplyMarkup", at(9999), "message to edit not found").await;
    bot.assert_bad("deleteMessage", at(9999), "message to delete not found").await;
    let nothing = json!({"chat_id": user.id, "text": "x"});
    bot.assert_bad("editMessageText", nothing, "message identifier is not specified").await;
    let sent = bot.result("sendMessage", json!({"chat_id": user.id, "text": "x"})).await;
    let id = sent["message_id"].as_i64().unwrap();
    bot.result("deleteMessage", at(id)).await;
    bot.assert_bad("deleteMessage", at(id), "message to delete not found").await;
    bot.assert_bad("editMessageText", at(id), "message to edit not found").await;
    let sent = bot.result("sendMessage", json!({"chat_id": user.id, "text": "old"})).await;
    bot.control.advance(std::time::Duration::from_secs(48 * 3600 + 60)).await.unwrap();
    let id = sent["message_id"].as_i64().unwrap();
    bot.assert_bad("deleteMessage", at(id), "message can't be deleted for everyone").await;
}

#[tokio::test]
async fn a_reply_needs_the_message_that_it_replies_to() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let id = user.send("question").await.unwrap();
    let reply = |parameters: Value| json!({"chat_id": user.id, "text": "answer", "reply_parameters": parameters});
    let sent = bot.result("sendMessage", reply(json!({"message_id": id}))).await;
    assert_eq!(sent["reply_to_message"]["text"], "question");
    let problem = "message to be replied not found";
    bot.assert_bad("sendMessage", reply(json!({"message_id": 9999})), problem).await;
    let lenient = json!({"message_id": 9999, "allow_sending_without_reply": true});
    bot.result("sendMessage", reply(lenient)).await;
}

#[tokio::test]
async fn too_many_messages_are_refused_for_a_while() {
    let bot = Bot::start_with(Options::default()).await;
    let user = bot.user().await;
    let body = json!({"chat_id": user.id, "text": "x"});
    for _ in 0..5 {
        bot.result("sendMessage", body.clone()).await;
    }
    let response = bot.request("sendMessage").json(&body).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"1".parse().unwrap())
    );
    let answer: Value = response.json().await.unwrap();
    assert_eq!(
        answer,
        json!({
            "ok": false,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        })
    );
    bot.control.advance(std::time::Duration::from_secs(1)).await.unwrap();
    bot.result("sendMessage", body).await;
}

#[tokio::test]
async fn what_is_no_method_and_no_token() {
    let bot = Bot::start().await;
    let missing = (404, "Not Found: method not found".to_owned());
    assert_eq!(bot.refusal("getUpdate", json!({})).await, missing);
    let cases = [
        ("nonsense", "Unauthorized: invalid token specified"),
        ("424242:", "Unauthorized: invalid token specified"),
        ("x:abc", "Unauthorized: invalid token specified"),
        ("424242:another_secret", "Unauthorized"),
    ];
    for (token, description) in cases {
        let url = bot.url("getMe").replace(TOKEN, token);
        let (status, answer) = bot.send(process::http::client().get(url)).await.unwrap();
        assert_eq!((status, &answer["description"]), (401, &json!(description)), "{token}");
    }
    let url = bot.url("getMe").replace(TOKEN, "77:other");
    let (_, other) = bot.send(process::http::client().get(url)).await.unwrap();
    assert_eq!(other["result"]["id"], 77);
}
