//! `service provision` and `SERVICE__PROVISION`: a file decides what there is.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::process::{KEY, Serving, get, refused, service};
use crate::support::{TestApp, new_postgres_database};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What compose and the playground use.
const SPIN_BOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../provision/spin_bot.toml");

const FILE: &str = r#"
[bots.spin_bot]
title = "SPIN training"

[[levels]]
level = 1
min_xp = 0
title = "Newcomer"

[badges.first_training]
icon = "🎯"
titles = { en = "First step", ru = "Первый шаг" }

[tariffs.month]
title = "A month"
active = true
subscription_type = "month"
prices = [{ currency = "XTR", amount = 500 }]

[[promocodes]]
code = "hello"
type = "trainings"
value = 5
expires_at = 2100-01-01T00:00:00Z
"#;

/// Writes the file and applies it to the app's database: what was printed.
fn provision(app: &TestApp, file: &str, options: &[&str]) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("provision.toml");
    std::fs::write(&path, file).unwrap();
    let mut command = service(folder.path());
    command.env("DATABASE_URL", &app.url).arg("provision").arg(path).args(options);
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// All that a file can say something about.
async fn held(app: &TestApp) -> Value {
    let mut held = json!({});
    for kind in ["bots", "levels", "badges", "tariffs", "promocodes"] {
        let list = if kind == "levels" { "" } else { "?limit=100" };
        let page = app.operator().get(&format!("/v1/{kind}{list}")).await.expect(200);
        held[kind] = page["items"].clone();
    }
    held
}

fn entry<'a>(held: &'a Value, kind: &str, name: &str, value: impl Into<Value>) -> &'a Value {
    let value = value.into();
    let items = held[kind].as_array().unwrap();
    items.iter().find(|item| item[name] == value).unwrap_or(&Value::Null)
}

both! {
    async fn a_file_is_applied_once(app) {
        let before = held(&app).await;
        let promised = provision(&app, FILE, &["--dry-run"]);
        assert_eq!(held(&app).await, before);

        let printed = provision(&app, FILE, &[]);
        assert_eq!(printed, promised);
        let lines: Vec<_> = printed.lines().collect();
        assert_eq!(lines.len(), 6, "{printed}");
        assert_eq!(lines[0], r#"~ bots.spin_bot.title: null -> "SPIN training""#);
        assert_eq!(lines[1], r#"~ levels.1.title: null -> "Newcomer""#);
        assert!(lines[2].starts_with("+ badges.first_training: {"), "{printed}");
        assert!(lines[3].starts_with("+ tariffs.month: {"), "{printed}");
        assert!(lines[4].starts_with("+ promocodes.HELLO: {"), "{printed}");
        assert_eq!(lines[5], "= 0 unchanged");

        let after = held(&app).await;
        assert_eq!(entry(&after, "bots", "bot_name", "spin_bot")["title"], "SPIN training");
        assert_eq!(entry(&after, "bots", "bot_name", "quiz_bot")["title"], Value::Null);
        assert_eq!(after["levels"].as_array().unwrap().len(), 5);
        assert_eq!(after["badges"], json!([{
            "badge_type": "first_training", "icon": "🎯", "descriptions": {},
            "titles": {"en": "First step", "ru": "Первый шаг"}
        }]));
        assert_eq!(after["tariffs"], json!([{
            "tariff": "month", "title": "A month", "active": true, "subscription_type": "month",
            "duration_days": 30, "credits": null, "prices": [{"currency": "XTR", "amount": 500}]
        }]));
        let code = entry(&after, "promocodes", "code", "HELLO");
        assert_eq!((&code["value"], &code["current_uses"]), (&json!(5), &json!(0)));
        assert_eq!(code["expires_at"], "2100-01-01T00:00:00.000000Z");

        assert_eq!(provision(&app, FILE, &[]), "= 5 unchanged\n");
        assert_eq!(provision(&app, FILE, &["--dry-run"]), "= 5 unchanged\n");
        assert_eq!(held(&app).await, after);
    }

    async fn changes_are_told_field_by_field(app) {
        provision(&app, FILE, &[]);
        let file = FILE
            .replace("amount = 500", "amount = 450")
            .replace("\"First step\"", "\"First training\"")
            .replace(", ru = \"Первый шаг\"", "")
            .replace("title = \"Newcomer\"", "")
            + "[[levels]]\nlevel = 6\nmin_xp = 9000\n";
        let changes = "~ levels.1.title: \"Newcomer\" -> null\n\
            + levels.6: {\"min_xp\":9000,\"title\":null}\n\
            ~ badges.first_training.titles.en: \"First step\" -> \"First training\"\n\
            ~ badges.first_training.titles.ru: \"Первый шаг\" -> null\n\
            ~ tariffs.month.prices: [{\"amount\":500,\"currency\":\"XTR\"}] -> \
            [{\"amount\":450,\"currency\":\"XTR\"}]\n\
            = 2 unchanged\n";
        assert_eq!(provision(&app, &file, &[]), changes);
        assert_eq!(provision(&app, &file, &[]), "= 6 unchanged\n");
        let after = held(&app).await;
        assert_eq!(after["tariffs"][0]["prices"][0]["amount"], 450);
        assert_eq!(after["badges"][0]["titles"], json!({"en": "First training"}));
        assert_eq!(after["levels"][5], json!({"level": 6, "min_xp": 9000, "title": null}));
    }

    async fn nothing_goes_unless_it_is_asked_for(app) {
        let operator = app.operator();
        operator.put("/v1/badges/old", json!({"titles": {"en": "Old"}})).await.expect(200);
        let tariff = json!({"title": "A year", "active": true, "subscription_type": "year", "prices": []});
        operator.put("/v1/tariffs/year", tariff).await.expect(200);
        let code = json!({"code": "OLD", "type": "credits", "value": 1});
        operator.post("/v1/promocodes", code).await.expect(201);
        app.user(7).await;
        app.spin().post("/v1/users/7/badges", json!({"badge_type": "old"})).await.expect(201);

        provision(&app, FILE, &[]);
        let kept = held(&app).await;
        assert_eq!(kept["levels"].as_array().unwrap().len(), 5);
        assert_eq!(entry(&kept, "badges", "badge_type", "old")["titles"]["en"], "Old");
        assert_eq!(entry(&kept, "tariffs", "tariff", "year")["active"], true);
        assert_eq!(entry(&kept, "promocodes", "code", "OLD")["expires_at"], Value::Null);

        // Of a kind that the file does not name nothing is pruned.
        assert_eq!(provision(&app, "[bots.spin_bot]\ntitle = \"SPIN training\"", &["--prune"]), "= 1 unchanged\n");
        let pruned = "- levels.2: deleted\n- levels.3: deleted\n- levels.4: deleted\n\
            - levels.5: deleted\n- badges.old: deleted\n- tariffs.year: deactivated\n\
            - promocodes.OLD: ended\n= 5 unchanged\n";
        assert_eq!(provision(&app, FILE, &["--prune", "--dry-run"]), pruned);
        assert_eq!(held(&app).await, kept);
        assert_eq!(provision(&app, FILE, &["--prune"]), pruned);
        assert_eq!(provision(&app, FILE, &["--prune"]), "= 5 unchanged\n");

        let after = held(&app).await;
        assert_eq!(after["levels"], json!([{"level": 1, "min_xp": 0, "title": "Newcomer"}]));
        assert_eq!(after["badges"].as_array().unwrap().len(), 1);
        assert_eq!(entry(&after, "tariffs", "tariff", "year")["active"], false);
        assert!(entry(&after, "promocodes", "code", "OLD")["expires_at"].is_string());
        assert_eq!(entry(&after, "bots", "bot_name", "quiz_bot")["bot_name"], "quiz_bot");
        let badges = app.spin().get("/v1/users/7/badges").await.expect(200);
        assert_eq!(badges["items"][0]["badge_type"], "old");

        assert_eq!(provision(&app, "levels = []\n[badges]", &["--prune"]), "- levels.1: deleted\n- badges.first_training: deleted\n= 0 unchanged\n");
    }

    /// The API lets nobody change a code or begin it anew, so neither does a file.
    async fn promo_codes_stay_as_they_were_created(app) {
        provision(&app, FILE, &[]);
        let file = FILE.replace("value = 5", "value = 50").replace("2100-01-01", "2200-01-01");
        let kept = "! promocodes.HELLO.expires_at: stays \"2100-01-01T00:00:00.000000Z\", not \
            \"2200-01-01T00:00:00.000000Z\": a promo code cannot be changed\n\
            ! promocodes.HELLO.value: stays 5, not 50: a promo code cannot be changed\n\
            = 4 unchanged\n";
        let before = held(&app).await;
        assert_eq!(provision(&app, &file, &[]), kept);
        assert_eq!(held(&app).await, before);

        let past = json!({"code": "PAST", "type": "credits", "value": 1, "expires_at": "2001-01-01T00:00:00Z"});
        app.operator().post("/v1/promocodes", past).await.expect(201);
        let before = held(&app).await;
        let file = "[[promocodes]]\ncode = \"past\"\ntype = \"credits\"\nvalue = 1\n";
        assert_eq!(provision(&app, file, &[]), "= 1 unchanged\n");
        assert_eq!(held(&app).await, before);
    }

    async fn levels_must_go_with_those_that_stay(app) {
        let before = held(&app).await;
        let file = "[bots.new_bot]\n\n[[levels]]\nlevel = 1\nmin_xp = 600\n";
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("levels.toml");
        std::fs::write(&path, file).unwrap();
        let mut command = service(folder.path());
        command.env("DATABASE_URL", &app.url).arg("provision").arg(path);
        refused(&mut command, &["levels.toml:3: levels: do not rise together", "prune"]);
        assert_eq!(held(&app).await, before);
        let printed = provision(&app, file, &["--prune"]);
        assert!(printed.contains("~ levels.1.min_xp: 0 -> 600\n"), "{printed}");
        assert_eq!(held(&app).await["levels"], json!([{"level": 1, "min_xp": 600, "title": null}]));
    }

    async fn the_example_is_what_the_spin_bot_needs(app) {
        let file = std::fs::read_to_string(SPIN_BOT).unwrap();
        provision(&app, &file, &["--prune"]);
        let held = held(&app).await;
        for (tariff, stars) in [
            ("month", 500), ("year", 3500), ("credits_5", 130), ("credits_10", 230),
            ("credits_20", 400), ("credits_50", 900),
        ] {
            let tariff = entry(&held, "tariffs", "tariff", tariff);
            assert_eq!(tariff["prices"], json!([{"currency": "XTR", "amount": stars}]), "{tariff}");
            assert_eq!(tariff["active"], true);
        }
        assert_eq!(held["tariffs"].as_array().unwrap().len(), 6);
        let levels = held["levels"].as_array().unwrap();
        let min_xp: Vec<_> = levels.iter().map(|level| level["min_xp"].as_i64().unwrap()).collect();
        assert_eq!(min_xp, [0, 501, 1501, 3001, 5001]);
        assert!(levels.iter().all(|level| level["title"].is_string()));

        // The achievements of the bot's scenario, in its words.
        let scenario = include_str!("../../../bot-client/scenarios/spin_sales.toml");
        let scenario: toml::Table = scenario.parse().unwrap();
        let achievements = scenario["achievements"].as_array().unwrap();
        assert_eq!(achievements.len(), 8);
        assert_eq!(held["badges"].as_array().unwrap().len(), 8);
        for achievement in achievements {
            let badge = entry(&held, "badges", "badge_type", achievement["id"].as_str().unwrap());
            assert_eq!(badge["titles"], json!(achievement["title"]));
            assert_eq!(badge["descriptions"], json!(achievement["description"]));
            assert!(badge["icon"].is_string(), "{badge}");
        }
    }
}

/// Every mistake with the line that it is in, and what it is called there.
#[tokio::test]
async fn a_wrong_file_is_refused_with_line_and_field() {
    let app = TestApp::start(crate::support::Engine::Sqlite).await;
    let before = held(&app).await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("wrong.toml");
    let apply = || {
        let mut command = service(folder.path());
        command.env("DATABASE_URL", &app.url).arg("provision").arg(&path);
        command
    };
    refused(&mut apply(), &["wrong.toml", "cannot be read"]);
    let tariff = "[bots.new_bot]\n[tariffs.month]\ntitle = \"A month\"\nactive = true\nsubscription_type = \"month\"\n";
    let tariff = |rest: &str| format!("{tariff}{rest}");
    for (text, line, words) in [
        ("[bots.new_bot\n".to_owned(), 1, &[""] as &[&str]),
        ("[bots.new_bot]\ntitle = \"a\"\ntitle = \"b\"".to_owned(), 3, &["duplicate key"]),
        ("[bots.new_bot]\n[tarifs.month]".to_owned(), 2, &["tarifs: is none of"]),
        ("[bots]\nnew_bot = 7".to_owned(), 2, &["bots.new_bot: invalid type"]),
        ("bots = 7".to_owned(), 1, &["bots: must be a table"]),
        ("[bots.New]\ntitle = \"a\"".to_owned(), 1, &["bots.New: must be 1 to 50 characters"]),
        ("[bots.new_bot]\n\nname = \"a\"".to_owned(), 3, &["bots.new_bot.name: unknown field"]),
        (format!("[bots.new_bot]\ntitle = \"{}\"", "a".repeat(256)), 2, &["bots.new_bot.title: must have"]),
        ("[bots.new_bot]\ntitle = \"a\\u0000\"".to_owned(), 2, &["bots.new_bot", "NUL"]),
        (tariff(""), 2, &["tariffs.month: missing field `prices`"]),
        (tariff("\nprices = 500"), 7, &["tariffs.month.prices: invalid type"]),
        (tariff("prices = [\n  { currency = \"XTR\", amount = 1 },\n  { currency = \"EUR\", amount = -1 },\n]"), 8, &["tariffs.month.prices[1].amount: must be from 0"]),
        (tariff("prices = [{ currency = \"xtr\", amount = 1 }]"), 6, &["tariffs.month.prices[0].currency: must be three"]),
        (tariff("prices = [{ currency = \"XTR\", amount = 1.5 }]"), 6, &["prices[0].amount: invalid type"]),
        (tariff("prices = [{ currency = \"XTR\", amount = 99999999999999999999 }]"), 6, &["prices[0].amount: invalid type"]),
        (tariff("prices = [{ currency = \"XTR\", amount = 1 }, { currency = \"XTR\", amount = 2 }]"), 6, &["tariffs.month.prices: must name each currency once"]),
        (tariff("prices = []\ncredits = 5"), 7, &["tariffs.month.credits: belongs to"]),
        (tariff("prices = []\nduration_days = 4000"), 7, &["tariffs.month.duration_days: must be from 1 to 3660"]),
        (tariff("prices = []").replace("= \"month\"", "= \"week\""), 5, &["tariffs.month.subscription_type: must be one of"]),
        ("[[badges]]\n".to_owned(), 1, &["badges: must be a table"]),
        ("[badges.a]\ntitles = { en = \"\" }".to_owned(), 2, &["badges.a.titles.en: must have 1 to 255"]),
        ("[badges.a]\ntitles = { \"e\\u0000\" = \"a\" }".to_owned(), 2, &["badges.a", "NUL"]),
        ("[levels.one]".to_owned(), 1, &["levels: must be a list"]),
        ("[[levels]]\nlevel = 0\nmin_xp = 0".to_owned(), 2, &["levels[0].level: must be from 1"]),
        ("[[levels]]\nlevel = 1\nmin_xp = 5\n[[levels]]\nlevel = 2\nmin_xp = 5".to_owned(), 1, &["levels", "min_xp must rise"]),
        ("[[promocodes]]\ncode = \"A\"\ntype = \"trainings\"\nvalue = 1001".to_owned(), 4, &["promocodes[0].value: must be from 1 to 1000"]),
        ("[[promocodes]]\ncode = \"A B\"\ntype = \"credits\"\nvalue = 1".to_owned(), 2, &["promocodes[0].code", "white space"]),
        ("[[promocodes]]\ncode = \"A\"\ntype = \"credits\"\nvalue = 1\nexpires_at = 2100-01-01".to_owned(), 5, &["promocodes[0].expires_at"]),
        ("[[promocodes]]\ncode = \"A\"\ntype = \"credits\"\nvalue = 1\n[[promocodes]]\ncode = \"a\"\ntype = \"credits\"\nvalue = 1".to_owned(), 6, &["promocodes[1].code: must be there once"]),
    ] {
        std::fs::write(&path, &text).unwrap();
        let place = format!("wrong.toml:{line}: ");
        refused(&mut apply(), &[&[place.as_str()], words].concat());
        refused(apply().arg("--dry-run"), &[&place]);
    }
    assert_eq!(held(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_start_at_once_apply_the_file_once() {
    let folder = TempDir::new().unwrap();
    for url in
        [format!("sqlite:///{}/p.db", folder.path().display()), new_postgres_database().await]
    {
        let start = |file: &Path| {
            let mut command = service(folder.path());
            command
                .env("DATABASE_URL", &url)
                .env("SERVICE__PROVISION", file)
                .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY);
            command
        };
        let replicas: Vec<_> = (0..4)
            .map(|_| {
                let mut command = start(Path::new(SPIN_BOT));
                std::thread::spawn(move || Serving::start(&mut command))
            })
            .collect();
        let replicas: Vec<_> =
            replicas.into_iter().map(|replica| replica.join().unwrap()).collect();
        let changes: Vec<_> = replicas.iter().map(changes).collect();
        // One bot, five levels that get titles, eight badges, six tariffs.
        assert_eq!(changes.iter().sum::<u64>(), 20, "{changes:?}");
        assert_eq!(changes.iter().filter(|&&changes| changes == 0).count(), 3, "{changes:?}");
        for replica in &replicas {
            let (_, tariffs) = get(&replica.base, "/v1/tariffs?limit=100", KEY).await;
            assert_eq!(tariffs["items"].as_array().unwrap().len(), 6);
        }
        drop(replicas);

        let wrong: PathBuf = folder.path().join("wrong.toml");
        std::fs::write(&wrong, "[bots.new_bot]\n[tariffs.month]\ntitle = 5\n").unwrap();
        refused(&mut start(&wrong), &["wrong.toml:3: tariffs.month.title: invalid type"]);
        refused(&mut start(Path::new("absent.toml")), &["absent.toml", "cannot be read"]);
        let again = Serving::start(&mut start(Path::new(SPIN_BOT)));
        assert_eq!(self::changes(&again), 0);
        let (_, bots) = get(&again.base, "/v1/bots", KEY).await;
        assert_eq!(bots["items"].as_array().unwrap().len(), 1, "{bots}");
    }
}

/// How many changes a start says that it made.
fn changes(serving: &Serving) -> u64 {
    let lines = serving.printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut counts = lines.filter_map(|line| line["changes"].as_u64());
    let count = counts.next().expect("a start that says what it changed");
    assert_eq!(counts.next(), None);
    count
}
