//! A service that has run for a month: every view at every width, the figures, and the pictures.

use serde_json::{Value, json};

use super::page::{Console, DESKTOP, PHONE, browse, now};
use super::user::{charge, open_shop, training};
use crate::import::databases::{import, legacy_url};
use crate::support::TestApp;

const DAYS: i64 = 28;

/// The first of those who come new; the legacy users are others.
const FIRST: i64 = 700_100_200;

const NAMES: [&str; 16] = [
    "Marina",
    "Tomasz",
    "Ольга",
    "Alex",
    "Ирина",
    "Lena",
    "Сергей",
    "Nora",
    "Пётр",
    "Jonas",
    "Анна",
    "Milan",
    "Катя",
    "Sofia",
    "Игорь",
    "Emil",
];

/// Numbers that look like chance and are none.
fn chance(one: i64, other: i64, of: i64) -> i64 {
    ((one * 7_919 + other * 104_729) % 1_009 * 31 + one) % of
}

/// The old bot's users, and a month in which others came, trained and paid.
async fn a_month(app: &TestApp) {
    import(app, &legacy_url()).await;
    open_shop(&app.operator()).await;
    let (spin, quiz) = (app.spin(), app.quiz());
    let mut users = 0;
    for day in 1..=DAYS {
        app.pass_days(1);
        let newcomers = if day % 7 < 2 { 1 } else { 2 + day / 7 + chance(day, 1, 3) };
        for user in users..users + newcomers {
            let name = NAMES[usize::try_from(user).unwrap() % NAMES.len()];
            let language = if name.is_ascii() { "en" } else { "ru" };
            let mut profile = json!({"first_name": name, "language_code": language});
            if user == 0 {
                profile["last_name"] = json!("Kowalska");
            }
            if user % 3 == 0 {
                profile["username"] =
                    json!(format!("{}_{user}", if name.is_ascii() { name } else { "user" }));
            }
            let open = format!("/v1/users/{}/sessions/spin_bot/open", FIRST + user);
            spin.post(&open, profile).await.expect(200);
        }
        users += newcomers;
        let coming = (0..users).filter(|user| *user == 0 || chance(*user, day, 4) == 0);
        let mut passed = 0;
        for user in coming {
            a_day_of(app, user, day).await;
            app.pass(60);
            passed += 60;
        }
        app.pass(-passed);
        quiz.post(&format!("/v1/users/{}/sessions/quiz_bot/open", FIRST + day % users), json!({}))
            .await
            .expect(200);
    }
    let user = format!("/v1/users/{FIRST}");
    for (badge, about) in [("first_training", json!({})), ("spin_master", json!({"score": 236}))] {
        let badge = json!({"badge_type": badge, "metadata": about});
        spin.post(&format!("{user}/badges"), badge).await.expect(201);
    }
    let session = json!({"session": {"chat_state": "training", "question_count": 4, "clarity_level": 60, "client_case": "A logistics company with 40 lorries"}, "stats": {"best_score": 236, "total_trainings": DAYS}});
    spin.put(&format!("{user}/sessions/spin_bot"), session).await.expect(200);
    let mut month = charge("stxAbC0123_987654321", "month", 500);
    month["is_recurring"] = json!(true);
    for payment in [charge("stxAbC0123_987654320", "credits_10", 230), month] {
        spin.post(&format!("{user}/payments"), payment).await.expect(201);
    }
    let bonus = json!({"count": 2, "source": "channel", "reference": "@spin_channel"});
    spin.post(&format!("{user}/free-trainings"), bonus).await.expect(201);
}

/// A user's training, and perhaps a payment.
async fn a_day_of(app: &TestApp, user: i64, day: i64) {
    let (spin, path) = (app.spin(), format!("/v1/users/{}", FIRST + user));
    let score = 60 + 4 * day + chance(user, day, 70);
    let types = [1, 2, 3, 4].map(|kind| 1 + chance(user * kind, day + kind, 3));
    spin.post(&format!("{path}/sessions/spin_bot/open"), json!({})).await.expect(200);
    spin.post(&format!("{path}/trainings"), training(score, types)).await.expect(201);
    if user == 0 || chance(day, user, 6) != 0 {
        return;
    }
    let id = format!("{user}-{day}");
    let payment = match chance(user, day, 3) {
        0 => charge(&id, "month", 500),
        1 => charge(&id, "credits_10", 230),
        _ => {
            json!({"provider": "yookassa", "charge_id": id, "tariff": "month", "amount": 99_000, "currency": "RUB"})
        }
    };
    spin.post(&format!("{path}/payments"), payment.clone()).await.expect(201);
    if chance(day, user, 5) == 0 {
        let refund =
            format!("{path}/payments/{}/{id}/refund", payment["provider"].as_str().unwrap());
        spin.post(&refund, json!({})).await.expect(200);
    }
}

fn sum(figures: &Value, of: &str) -> i64 {
    figures["items"].as_array().unwrap().iter().map(|day| day[of].as_i64().unwrap()).sum()
}

/// The elements that reach out of the window, where nothing scrolls them.
const OUTSIDE: &str = "[...document.querySelectorAll('#main *, dialog *')].filter((one) => !one.closest('pre, .unseen, svg'))
    .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML.slice(0, 200))";

both! {
    async fn every_view_is_well_at_every_width(app) {
        a_month(&app).await;
        browse(|| {
            let console = Console::of_an_operator(&app);
            let page = &console.page;
            page.live_in("Europe/Berlin");

            let range = "from=2026-11-23&to=2026-12-20";
            let figures = now(app.operator().get(&format!("/v1/figures?{range}"))).expect(200);
            console.go("figures");
            console.set("from", "2026-11-23");
            console.set("to", "2026-12-20");
            page.press("show");
            page.wait(&format!("location.hash === '#/figures?{range}'"));
            page.read("figures", "28 days");
            console.calm();
            let text = console.ask("all('figures')[0].innerText");
            for figure in [sum(&figures, "new_users"), sum(&figures, "trainings")] {
                assert!(text.as_str().unwrap().lines().any(|line| line == figure.to_string()), "{figure} is not in {text}");
            }
            assert_eq!(console.ask("all('chart').map((one) => one.querySelector('h3').innerText)"),
                json!(["New users", "Active users", "Trainings", "Running plans", "Payments in RUB", "Payments in Stars"]));
            // What is pointed at is read out.
            let new = &figures["items"][27]["new_users"];
            page.click("[...all('chart')[0].querySelectorAll('.place')].at(-1)");
            page.read("chart", &format!("20 Dec 2026: {new}"));
            console.choose("By day, as a table");
            page.read("row", "20 Dec 2026");
            console.choose("By day, as a table");
            page.wait("field('bot_name').options.length === 3");
            console.set("bot_name", "quiz_bot");
            page.press("show");
            page.wait("location.hash.endsWith('&bot_name=quiz_bot')");
            page.read("figures", "Active users a day");

            let user = format!("users/{FIRST}");
            for (view, picture) in [
                (format!("figures?{range}"), Some(("console-figures.png", (1_280, 1_125)))),
                ("users".to_owned(), None),
                ("users?query=an".to_owned(), None),
                (user, Some(("console-user.png", (1_120, 1_160)))),
                ("leaderboard".to_owned(), None),
                ("leaderboard?period=week".to_owned(), None),
                ("promocodes".to_owned(), None),
                ("bots".to_owned(), None),
                ("bots/spin_bot".to_owned(), None),
                ("catalogue".to_owned(), None),
            ] {
                console.go(&view);
                for (size, mobile) in [(DESKTOP, false), (PHONE, true)] {
                    page.resize(size, mobile);
                    console.is_well(&view, size);
                }
                assert_eq!(console.ask(OUTSIDE), json!([]), "{view}");
                if let Some((name, size)) = picture {
                    page.resize(size, false);
                    console.is_well(&view, size);
                    page.screenshot(name);
                }
            }
            page.resize(PHONE, true);
            page.prefer("dark");
            console.go(&format!("users/{FIRST}"));
            console.is_well("a phone's user", PHONE);
            page.screenshot("console-phone.png");
            for name in ["Grant free trainings", "Grant a subscription", "Award XP", "Award a badge"] {
                console.choose(name);
                page.wait("all('dialog').length === 1");
                assert_eq!(console.ask(OUTSIDE), json!([]), "{name}");
                console.choose("Cancel");
                page.wait("all('dialog').length === 0");
            }
            console.is_blameless(&[]);
        });
    }
}
