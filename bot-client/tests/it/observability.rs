//! What an operator sees: one request id, from Telegram's update to the statements that came of it,
//! and what is measured.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::trainee::EN;
use crate::support::{Engine, World, text_update};

/// The lines of a log that are JSON.
fn lines(log: &str) -> impl Iterator<Item = Value> {
    log.lines().filter_map(|line| serde_json::from_str(line).ok())
}

/// The request id of a line, by the spans around it; of several requests at once, all of them.
fn request_id(line: &Value) -> Option<&str> {
    let mut spans = line["spans"].as_array()?.iter();
    spans.find_map(|span| span["request_id"].as_str().or(span["request_ids"].as_str()))
}

both! {
    async fn an_update_is_followed_to_its_statements(engine) {
        let mut world = World::start(engine).await;
        let user = world.trainee("Traced", "en").await;
        world.service.stop().await;
        let log_statements = ("SERVICE__DATABASE__LOG_STATEMENTS", "true".to_owned());
        world.service.start_again(&[log_statements]).await;
        // The first begins a training, and writes it with what it costs; the second goes on with it.
        for (update_id, text) in [(4711, "/train"), (4712, EN.questions[0])] {
            assert_eq!(world.deliver(&text_update(update_id, user.id, text)).await, 200);
        }
        world.service.process.line("INSERT INTO bot_sessions").await;

        let bot = world.bots[0].process.log();
        for id in ["tg-4711", "tg-4712"] {
            let answered = lines(&bot).filter(|line| line["message"] == "answered");
            assert_eq!(answered.filter(|line| request_id(line) == Some(id)).count(), 1, "{id}");
        }

        let service = world.service.process.log();
        let mut statements = Vec::new();
        for line in lines(&service).filter(|line| line["target"] == "sqlx::query") {
            let text = format!("{} {}", line["summary"], line["db.statement"]);
            match request_id(&line) {
                Some(id @ ("tg-4711" | "tg-4712")) => statements.push((id.to_owned(), text)),
                // No request's: they are of the start.
                other => assert!(!text.contains("bot_sessions"), "{other:?}: {text}"),
            }
        }
        for (id, part) in [
            ("tg-4711", "UPDATE bot_sessions"),
            ("tg-4711", "INSERT INTO access_events"),
            ("tg-4712", "FROM bot_sessions"),
            ("tg-4712", "INSERT INTO bot_sessions"),
        ] {
            let is_meant = |(of, text): &(String, String)| of == id && text.contains(part);
            assert!(statements.iter().any(is_meant), "{id}, {part}: {statements:#?}");
        }
    }
}

/// The metrics in the tables of a section of docs/operations.md.
fn documented(heading: &str, end: &str) -> impl Iterator<Item = &'static str> {
    let page = include_str!("../../../docs/operations.md");
    let section = page.split(heading).nth(1).unwrap().split(end).next().unwrap();
    section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_measured_is_documented_and_the_other_way_round() {
    let world = World::start(Engine::Sqlite).await;
    world.newcomer("Measured", "en").await;
    let page = world.bots[0].metrics().await;
    let measured = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let of_the_bot = documented("\n### Health, metrics, dead letters\n", "\n### ");
    let of_a_process = documented("\n## Metrics\n", "\n## ");
    let of_a_process = of_a_process.filter(|name| name.starts_with("process_"));
    let documented: BTreeSet<_> = of_the_bot.chain(of_a_process).collect();
    assert_eq!(measured.collect::<BTreeSet<_>>(), documented);
    assert!(page.contains("telegram_update_duration_seconds_count{outcome=\"done\"}"), "{page}");
}
