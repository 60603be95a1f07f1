//! Pictures and documents.

use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::support::Bot;

const PICTURE: &[u8] = include_bytes!("../../src/control/picture.png");

fn form(chat: i64, field: &'static str, bytes: &[u8], name: &'static str) -> Form {
    let part = Part::bytes(bytes.to_vec()).file_name(name).mime_str("image/png").unwrap();
    Form::new().text("chat_id", chat.to_string()).part(field, part)
}

#[tokio::test]
async fn a_picture_is_sent_shown_and_sent_again_by_its_id() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let form = form(user.id, "photo", PICTURE, "p.png")
        .text("caption", "<i>Progress</i>")
        .text("parse_mode", "HTML");
    let (status, sent) = bot.send(bot.request("sendPhoto").multipart(form)).await.unwrap();
    let photo = &sent["result"]["photo"][0];
    assert_eq!((status, &photo["width"], &photo["height"]), (200, &json!(96), &json!(64)));
    assert_eq!(sent["result"]["caption"], "Progress");
    let read: frankenstein::types::Message =
        serde_json::from_value(sent["result"].clone()).unwrap();
    assert_eq!(read.caption_entities.unwrap().len(), 1);
    let id = photo["file_id"].as_str().unwrap();
    let url = format!("{}/sim/files/{id}", bot.sim.base_url());
    let shown = process::http::client().get(url).send().await.unwrap();
    assert_eq!(shown.headers()["content-type"], "image/png");
    assert_eq!(shown.bytes().await.unwrap(), PICTURE);
    let again = json!({"chat_id": user.id, "photo": id});
    bot.result("sendPhoto", again).await;
    let edit = json!({
        "chat_id": user.id, "message_id": sent["result"]["message_id"], "text": "x",
    });
    let problem = "there is no text in the message to edit";
    bot.assert_bad("editMessageText", edit, problem).await;
}

#[tokio::test]
async fn a_document_is_sent_by_attachment_and_is_never_a_page() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let page = b"<script>alert(1)</script>";
    let part = Part::bytes(page.to_vec()).file_name("Отчёт.html").mime_str("text/html").unwrap();
    let form = Form::new()
        .text("chat_id", user.id.to_string())
        .text("document", "attach://it")
        .part("it", part);
    let (status, sent) = bot.send(bot.request("sendDocument").multipart(form)).await.unwrap();
    let document = &sent["result"]["document"];
    assert_eq!((status, &document["file_name"]), (200, &json!("Отчёт.html")));
    let id = document["file_id"].as_str().unwrap();
    let url = format!("{}/sim/files/{id}", bot.sim.base_url());
    let got = process::http::client().get(url).send().await.unwrap();
    assert_eq!(got.headers()["content-type"], "application/octet-stream");
    assert!(got.headers()["content-disposition"].to_str().unwrap().starts_with("attachment;"));
}

#[tokio::test]
async fn uploads_that_telegram_refuses() {
    let bot = Bot::start().await;
    let user = bot.user().await;
    let mut thin = PICTURE.to_vec();
    thin[16..24].copy_from_slice(&[0, 0, 0x10, 0, 0, 0, 0, 1]); // 4096 x 1
    let long = "x".repeat(1025);
    let cases = [
        (form(user.id, "photo", b"no picture", "p.png"), "IMAGE_PROCESS_FAILED"),
        (form(user.id, "photo", &thin, "p.png"), "PHOTO_INVALID_DIMENSIONS"),
        (form(user.id, "photo", b"", "p.png"), "file must be non-empty"),
        (form(user.id, "other", PICTURE, "p.png"), "there is no photo in the request"),
        (
            form(user.id, "photo", PICTURE, "p.png").text("caption", long),
            "message caption is too long",
        ),
    ];
    for (form, problem) in cases {
        let (status, answer) = bot.send(bot.request("sendPhoto").multipart(form)).await.unwrap();
        let expected = json!(format!("Bad Request: {problem}"));
        assert_eq!((status, &answer["description"]), (400, &expected));
    }
    let unknown = json!({"chat_id": user.id, "photo": "no-such-id"});
    bot.assert_bad("sendPhoto", unknown, "wrong file identifier/HTTP URL specified").await;
    let fits = form(user.id, "photo", PICTURE, "p.png").text("caption", "x".repeat(1024));
    assert_eq!(bot.send(bot.request("sendPhoto").multipart(fits)).await.unwrap().0, 200);
}
