//! The page's files, without a browser.

use std::collections::BTreeSet;

use crate::process::{Serving, service};
use crate::support::{Answer, TestApp};
use tempfile::TempDir;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/console");

async fn file(app: &TestApp, name: &str) -> Answer {
    app.without_key().get(&format!("/admin/{name}")).await
}

/// Names in quotes that stand for files of the page, as in `from "./api.js"` and `href="style.css"`.
fn referred(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').map(|part| part.trim_start_matches("./")).filter(|part| {
        let stem =
            part.strip_suffix(".js").or(part.strip_suffix(".css")).or(part.strip_suffix(".svg"));
        stem.is_some_and(|stem| !stem.is_empty() && stem.bytes().all(|c| c.is_ascii_lowercase()))
    })
}

both! {
    async fn every_file_of_the_page_is_served_without_a_key(app) {
        let page = file(&app, "").await;
        page.expect(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        let mut names: Vec<String> = std::fs::read_dir(FOLDER).unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let mut needed: BTreeSet<String> = referred(&page.text).map(str::to_owned).collect();
        for name in &names {
            let served = file(&app, name).await;
            served.expect(200);
            let kind = match name.rsplit('.').next().unwrap() {
                "html" => "text/html; charset=utf-8",
                "css" => "text/css; charset=utf-8",
                "svg" => "image/svg+xml",
                _ => "text/javascript; charset=utf-8",
            };
            assert_eq!(served.header("content-type"), Some(kind), "{name}");
            assert_eq!(served.text, std::fs::read_to_string(format!("{FOLDER}/{name}")).unwrap());
            needed.extend(referred(&served.text).map(str::to_owned));
        }
        let known: BTreeSet<String> = names.into_iter().filter(|name| name != "index.html").collect();
        assert_eq!(needed, known, "what is needed is there, and nothing else is");
    }

    async fn nothing_from_elsewhere_runs_in_it(app) {
        for name in ["", "app.js", "style.css", "icon.svg"] {
            let served = file(&app, name).await;
            let policy = served.header("content-security-policy").unwrap();
            for rule in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"] {
                assert!(policy.split("; ").any(|part| part == rule), "{rule} is not in {policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
            assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(served.header("referrer-policy"), Some("no-referrer"));
            assert!(!served.text.contains("innerHTML"), "{name}");
        }
    }

    async fn a_file_that_the_browser_has_is_not_sent_again(app) {
        let first = file(&app, "app.js").await;
        let tag = first.header("etag").unwrap();
        assert_eq!(first.header("cache-control"), Some("no-cache"));
        assert_ne!(Some(tag), file(&app, "api.js").await.header("etag"));
        let again = async |held: &str| {
            let request = app.without_key().request(reqwest::Method::GET, "/admin/app.js");
            crate::support::send(request.header("if-none-match", held)).await
        };
        for held in [tag, &format!("\"other\", {tag}"), &format!("W/{tag}")] {
            let same = again(held).await;
            assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""), "{held}");
            assert_eq!((same.header("etag"), same.header("cache-control")), (Some(tag), Some("no-cache")));
        }
        assert_eq!(again("\"other\"").await.text, first.text);
    }

    async fn there_is_nothing_else_below_it(app) {
        let redirect = app.without_key().get("/admin").await;
        redirect.expect(308);
        assert_eq!(redirect.header("location"), Some("/admin/"));
        for path in ["/admin/users", "/admin/app", "/admin/app.js/", "/admin/../app.js", "/admin/%2e%2e", "/admin/App.js", "/admin/console/app.js", "/admin//"] {
            app.without_key().get(path).await.expect_problem(404, "not_found");
        }
        let post = app.without_key().post("/admin/", serde_json::json!({})).await;
        post.expect_problem(405, "method_not_allowed");
        assert_eq!(post.header("allow"), Some("GET,HEAD"));
        let document = app.without_key().get("/openapi.json").await;
        assert!(!document.text.contains("/admin"), "the page is no part of the contract");
    }
}

#[tokio::test]
async fn the_binary_carries_the_page() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(&mut service(folder.path()));
    let get = async |path: &str| {
        let request = process::http::client().get(format!("{}{path}", serving.base));
        crate::support::send(request).await
    };
    let page = get("/admin/").await;
    page.expect(200);
    for name in referred(&page.text) {
        get(&format!("/admin/{name}")).await.expect(200);
    }
    // Its data is not open.
    get("/v1/users").await.expect_problem(401, "unauthorized");
}
