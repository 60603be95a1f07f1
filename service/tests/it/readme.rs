//! The README's tour is what a reader would see.

use std::process::{Command, Stdio};

use std::io::{BufRead, BufReader};

/// The fenced blocks of a text, each with its language.
fn blocks(text: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let body: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((language, body.join("\n")));
        }
    }
    blocks
}

/// Ids and times are other ones each time.
fn masked(json: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(json).expect(json);
    mask(&mut value);
    value.to_string()
}

fn mask(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, child) in map {
                let varies = key == "id" || key.ends_with("_at") || key.ends_with("_date");
                if varies || key == "last_activity" {
                    *child = child.is_null().into();
                } else {
                    mask(child);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

#[test]
fn the_tour_answers_as_it_is_printed() {
    let readme = include_str!("../../../README.md");
    let tour = readme.split("## A tour").nth(1).expect("a tour");
    let tour = blocks(tour.split("\n## ").next().expect("its end"));
    let (start, steps) = tour.split_first().expect("a start");

    // The start's settings, on a free port.
    let settings = start.1.split_whitespace().filter_map(|word| word.split_once('='));
    let settings: Vec<_> = settings.filter(|(name, _)| *name != "\\").collect();
    assert_eq!(settings.len(), 3, "{}", start.1);
    let mut service = Command::new(env!("CARGO_BIN_EXE_service"))
        .envs(settings)
        .env("SERVICE__LISTEN", "127.0.0.1:0")
        .env("SERVICE__METRICS_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .spawn()
        .expect("a service");
    let mut lines = BufReader::new(service.stdout.take().expect("its output")).lines();
    let address = lines.find_map(|line| {
        let line = line.expect("a line");
        let rest = line.strip_prefix("The API is at http://")?;
        Some(rest.split('/').next().expect("an address").to_owned())
    });
    let drain = std::thread::spawn(move || lines.count());

    let script: Vec<_> =
        steps.iter().filter(|(kind, _)| *kind == "sh").map(|(_, b)| b.as_str()).collect();
    let script = script.join("\n").replace("127.0.0.1:8080", &address.expect("an address"));
    let output = Command::new("bash").args(["-euc", &script]).output().expect("bash");
    service.kill().expect("a service that runs");
    service.wait().expect("its end");
    drain.join().expect("its output");

    let printed: Vec<_> =
        steps.iter().filter(|(kind, _)| *kind == "json").map(|(_, b)| b.as_str()).collect();
    let printed: Vec<_> = printed.join("\n").lines().map(masked).collect();
    let answered = String::from_utf8(output.stdout).expect("UTF-8");
    let answered: Vec<_> = answered.lines().map(masked).collect();
    assert_eq!(answered, printed);
    assert_eq!(printed.len(), 6);
}
