//! What is done from the command line, beside a serving process or without one.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::process::{KEY, Serving, get, refused, service};
use crate::support::new_postgres_database;
use reqwest::StatusCode;
use tempfile::TempDir;

/// The old bot goes on with its file, whatever somebody has the service do with it.
#[test]
fn a_database_that_is_not_ours_is_refused_as_it_is() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("spin_bot.db");
    let old = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/legacy/spin_bot.db");
    std::fs::copy(old, &file).unwrap();
    for command in [&["serve"][..], &["migrate"], &["keys", "list"]] {
        let mut service = service(folder.path());
        service.env("DATABASE_URL", "sqlite+aiosqlite:///./spin_bot.db").args(command);
        refused(&mut service, &["old bot", "service import database"]);
        assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(old).unwrap(), "{command:?}");
        let names =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.collect::<Vec<_>>(), ["spin_bot.db"], "{command:?}");
    }
}

/// What a command prints.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn the_schema_is_made_and_the_old_data_loaded_from_the_command_line() {
    let folder = TempDir::new().unwrap();
    let old = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/legacy");
    std::fs::copy(format!("{old}/spin_bot.db"), folder.path().join("spin_bot.db")).unwrap();
    std::fs::copy(format!("{old}/users_data.json"), folder.path().join("users_data.json")).unwrap();
    for url in
        [format!("sqlite:///{}/c.db", folder.path().display()), new_postgres_database().await]
    {
        let do_as = |arguments: &str| {
            let mut command = service(folder.path());
            command.env("DATABASE_URL", &url).env("SERVICE__DATABASE__MIGRATE", "false");
            command.args(arguments.split_whitespace());
            command
        };
        refused(&mut do_as("keys list"), &["service migrate"]);
        let applied = run(&mut do_as("migrate"));
        assert!(applied.starts_with("Applied "), "{applied}");
        assert_eq!(run(&mut do_as("migrate")), "The schema is up to date.\n");
        let count = |report: &str, table: &str| -> Vec<u32> {
            let row = report.lines().find(|line| line.starts_with(&format!("{table} "))).unwrap();
            row.split_whitespace().skip(1).map(|number| number.parse().unwrap()).collect()
        };
        let database = "import database sqlite:///./spin_bot.db --channel @spin --trust stats";
        let dry = run(&mut do_as(&format!("{database} --dry-run")));
        assert!(dry.starts_with("Dry run: nothing was written."), "{dry}");
        // Read, written, already there, merged, skipped.
        assert_eq!(count(&dry, "users"), [120, 120, 0, 0, 0]);
        assert_eq!(count(&run(&mut do_as(database)), "users"), [120, 120, 0, 0, 0]);
        assert_eq!(count(&run(&mut do_as(database)), "users"), [120, 0, 120, 0, 0]);
        let json = "import json users_data.json --bot quiz_bot";
        assert_eq!(count(&run(&mut do_as(json)), "users"), [62, 61, 0, 0, 1]);
        assert_eq!(count(&run(&mut do_as(json)), "bot_sessions"), [61, 0, 61, 0, 0]);
        refused(&mut do_as("import json absent.json"), &["absent.json"]);
        refused(&mut do_as("import database sqlite:///./absent.db"), &["absent.db"]);
    }
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked_beside_a_serving_process() {
    let folder = TempDir::new().unwrap();
    for url in
        [format!("sqlite:///{}/k.db", folder.path().display()), new_postgres_database().await]
    {
        let serving = Serving::start(
            service(folder.path())
                .env("DATABASE_URL", &url)
                .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY),
        );
        let run = |arguments: &[&str]| {
            run(service(folder.path()).env("DATABASE_URL", &url).args(arguments))
        };
        // The key that the configuration names is stored nowhere.
        assert_eq!(run(&["keys", "list"]).lines().count(), 1);
        let key = run(&["keys", "create", "--bot", "spin_bot", "--days", "30"]).trim().to_owned();
        assert_eq!(get(&serving.base, "/v1/levels", &key).await.0, StatusCode::OK);
        assert_eq!(get(&serving.base, "/v1/users", &key).await.0, StatusCode::FORBIDDEN);
        let operator = run(&["keys", "create", "--operator"]).trim().to_owned();
        assert_eq!(get(&serving.base, "/v1/users", &operator).await.0, StatusCode::OK);
        let list = run(&["keys", "list"]);
        assert!(
            list.contains("spin_bot") && list.contains("(operator)") && !list.contains(&key),
            "{list}"
        );
        let id = list.lines().find(|line| line.contains("spin_bot")).unwrap();
        run(&["keys", "revoke", id.split_whitespace().next().unwrap()]);
        // Within a second everywhere: every answer until then is one of the two.
        let deadline = Instant::now() + Duration::from_secs(1);
        while get(&serving.base, "/v1/levels", &key).await.0 != StatusCode::UNAUTHORIZED {
            assert!(Instant::now() < deadline, "a revoked key still works");
        }
        let unknown = ["keys", "revoke", "00000000-0000-0000-0000-000000000000"];
        refused(service(folder.path()).env("DATABASE_URL", &url).args(unknown), &["keys list"]);
    }
}

#[tokio::test]
async fn a_command_that_cannot_write_says_what_to_do() {
    let folder = TempDir::new().unwrap();
    let url = new_postgres_database().await;
    run(service(folder.path()).env("DATABASE_URL", &url).arg("migrate"));
    let name = url.rsplit('/').next().unwrap();
    let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    crate::schema::run(&url, &sql).await;
    for arguments in [&["keys", "create", "--operator"][..], &["keys", "create", "--bot", "a"]] {
        let mut command = service(folder.path());
        refused(
            command.env("DATABASE_URL", &url).args(arguments),
            &[name, "read-only", "DATABASE_URL"],
        );
    }
    refused(service(folder.path()).env("DATABASE_URL", &url), &[name, "read-only", "DATABASE_URL"]);
}

#[test]
fn completions_are_printed() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_service")).args(["completions", "bash"]).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("_service()"));
}
